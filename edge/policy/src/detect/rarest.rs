//! By which words a phrase is looked for: a text that has none of them cannot hold it.
//!
//! One of a phrase's places gives them, for each of its options the rarest word, so that few texts have any.

use super::{unpack::Reader, words::WordId};

/// Finds the rarest words of one phrase after the other.
#[derive(Default)]
pub(crate) struct Rarest {
    best: Vec<WordId>,
    next: Vec<WordId>,
}

impl Rarest {
    /// Those of the phrase that comes next: of the place whose most used word is used least. Words are numbered
    /// by how often phrases use them, which also tells how often texts do.
    pub(crate) fn of_next(&mut self, reader: &mut Reader) -> &[WordId] {
        self.best.clear();
        self.read(reader);
        &self.best
    }

    fn read(&mut self, reader: &mut Reader) -> Option<()> {
        reader.number()?;
        let mut most_used = None;
        for _ in 0..reader.head()?.count {
            let place = reader.head()?;
            self.next.clear();
            for _ in 0..place.count {
                self.next.push(rarest_of_option(reader)?);
            }
            let least = self.next.iter().copied().min();
            if !place.low && least > most_used {
                most_used = least;
                std::mem::swap(&mut self.best, &mut self.next);
            }
        }
        Some(())
    }
}

fn rarest_of_option(reader: &mut Reader) -> Option<WordId> {
    let (mut rarest, mut more) = reader.word()?;
    while more {
        let word;
        (word, more) = reader.word()?;
        rarest = rarest.max(word);
    }
    Some(rarest)
}
