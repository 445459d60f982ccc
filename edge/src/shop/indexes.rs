//! The search indexes that one isolate keeps of shops whose conversations ask again and again: a search there
//! costs no call to the shop's object, which may be on another continent. A cache: what is not in it is asked
//! of the shop's object, which has everything.

use super::help::{Index, Passage};
use counterbell_protocol::ShopId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;

/// Passages that are more than this together stay with the shop's object.
pub const MAX_BYTES: usize = 128 * 1024;
/// The memory of an isolate is small, and many shops share it.
const MAX_SHOPS: usize = 50;
/// A shop is asked for its passages at the second question here, and once more after so many others.
const FETCH_AGAIN: u64 = 16;

/// All passages of one version of a shop's settings, as the shop's object hands them out.
#[derive(Serialize, Deserialize)]
pub struct Passages {
    pub version: u64,
    pub language: String,
    /// Absent: too many to be handed out.
    pub passages: Option<Vec<Passage>>,
}

#[derive(Default)]
pub struct Indexes {
    shops: HashMap<ShopId, Kept>,
}

struct Kept {
    version: u64,
    asked: u64,
    index: Option<Rc<Index>>,
}

/// Where a question is to be looked up.
pub enum Place {
    Here(Rc<Index>),
    Object,
    /// Then call [`Indexes::keep`] with its passages, for those who ask next.
    ObjectThatIsAskedOften,
}

impl Indexes {
    pub fn place(&mut self, shop: &ShopId, version: u64) -> Place {
        if self.shops.len() >= MAX_SHOPS && !self.shops.contains_key(shop) {
            self.shops.clear();
        }
        let fresh = || Kept { version, asked: 0, index: None };
        let kept = self.shops.entry(shop.clone()).or_insert_with(fresh);
        if kept.version != version {
            *kept = fresh();
        }
        if let Some(index) = &kept.index {
            return Place::Here(index.clone());
        }
        kept.asked += 1;
        if kept.asked % FETCH_AGAIN == 2 { Place::ObjectThatIsAskedOften } else { Place::Object }
    }

    /// The index, if it is here.
    pub fn held(&self, shop: &ShopId, version: u64) -> Option<Rc<Index>> {
        self.shops.get(shop).filter(|kept| kept.version == version)?.index.clone()
    }

    pub fn keep(&mut self, shop: &ShopId, held: Passages) {
        let Some(kept) = self.shops.get_mut(shop).filter(|kept| kept.version == held.version) else { return };
        if let Some(passages) = held.passages {
            kept.index = Some(Rc::new(Index::new(passages, &held.language)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(version: u64) -> Passages {
        let text = "Returns are free within 30 days.".to_owned();
        let passage = Passage { title: "Returns".into(), url: "https://shop.example/r".into(), text };
        Passages { version, language: "en".into(), passages: Some(vec![passage]) }
    }

    fn asked(indexes: &mut Indexes, version: u64) -> &'static str {
        match indexes.place(&ShopId::new("demo"), version) {
            Place::Here(index) if index.search("returns", 4).len() == 1 => "here",
            Place::Here(_) => "here, in vain",
            Place::Object => "object",
            Place::ObjectThatIsAskedOften => "object, fetch",
        }
    }

    #[test]
    fn who_asks_again_is_answered_here() {
        let (mut indexes, shop) = (Indexes::default(), ShopId::new("demo"));
        assert_eq!(asked(&mut indexes, 1), "object");
        assert_eq!(asked(&mut indexes, 1), "object, fetch");
        assert_eq!(asked(&mut indexes, 1), "object");
        indexes.keep(&shop, held(1));
        assert_eq!(asked(&mut indexes, 1), "here");
    }

    #[test]
    fn pages_of_another_version_are_never_searched() {
        let (mut indexes, shop) = (Indexes::default(), ShopId::new("demo"));
        assert_eq!(asked(&mut indexes, 1), "object");
        indexes.keep(&shop, held(2));
        assert_eq!(asked(&mut indexes, 1), "object, fetch");
        indexes.keep(&shop, held(1));
        assert_eq!(asked(&mut indexes, 1), "here");
        assert_eq!(asked(&mut indexes, 2), "object");
        assert_eq!(asked(&mut indexes, 2), "object, fetch");
    }

    #[test]
    fn a_fetch_that_failed_is_tried_again_but_not_each_time() {
        let mut indexes = Indexes::default();
        let asked: Vec<&str> = (0..40).map(|_| asked(&mut indexes, 1)).collect();
        assert_eq!(asked.iter().filter(|place| **place == "object, fetch").count(), 3);
    }

    #[test]
    fn many_shops_do_not_fill_the_memory() {
        let mut indexes = Indexes::default();
        for n in 0..500 {
            indexes.place(&ShopId::new(format!("shop{n}")), 1);
        }
        assert!(indexes.shops.len() <= MAX_SHOPS);
    }
}
