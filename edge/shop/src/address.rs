//! Which addresses an escalation may be sent to. In work.
