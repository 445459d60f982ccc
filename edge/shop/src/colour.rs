//! Colours and their contrast. In work.
