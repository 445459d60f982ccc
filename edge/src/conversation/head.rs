//! The one row that says who talks, where, and whose turn it is. Nearly every step asks for it, so it is kept
//! in memory while nothing changes it: no other process writes to an object's store.

use super::{About, Conversation, Place};
use crate::error::{EdgeError, Result};
use crate::store::{Store, Value};
use counterbell_owner::State;
use counterbell_protocol::{ConversationId, ShopId};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub about: About,
    pub state: State,
    pub opened_ms: u64,
    erased: bool,
}

/// What is remembered of the row.
#[derive(Default)]
pub(super) enum Kept {
    /// Nothing yet, or nothing any more.
    #[default]
    Nothing,
    Row(Rc<Head>),
    /// A change is under way, which may yet be taken back: the store is asked each time until it is committed.
    Changing,
}

impl<S: Store> Conversation<S> {
    /// 404 where nothing was opened here, and where it was erased.
    pub(super) fn head(&self) -> Result<Rc<Head>> {
        self.head_or_none()?.filter(|head| !head.erased).ok_or_else(not_found)
    }

    fn head_or_none(&self) -> Result<Option<Rc<Head>>> {
        if let Kept::Row(head) = &*self.kept.borrow() {
            return Ok(Some(head.clone()));
        }
        let head = self.read_head()?.map(Rc::new);
        let mut kept = self.kept.borrow_mut();
        if let (Some(head), Kept::Nothing) = (&head, &*kept) {
            *kept = Kept::Row(head.clone());
        }
        Ok(head)
    }

    /// Every change of the row comes through here, inside a transaction.
    pub(super) fn change_head(&self, sql: &str, value: Value) -> Result<()> {
        self.kept.replace(Kept::Changing);
        self.store.run(sql, &[value])
    }

    /// The transaction has ended, one way or the other.
    pub(super) fn change_has_ended(&self) {
        let mut kept = self.kept.borrow_mut();
        if let Kept::Changing = *kept {
            *kept = Kept::Nothing;
        }
    }

    /// Opened, and not erased.
    pub fn exists(&self) -> Result<bool> {
        Ok(self.head_or_none()?.is_some_and(|head| !head.erased))
    }

    /// Opened, be it erased or not.
    pub fn is_known(&self) -> Result<bool> {
        Ok(self.head_or_none()?.is_some())
    }

    /// Whose it is, be it erased or not.
    pub fn place(&self) -> Result<Place> {
        let head = self.head_or_none()?.ok_or_else(not_found)?;
        Ok(Place { shop: head.about.shop.clone(), id: head.about.id.clone() })
    }

    pub fn about(&self) -> Result<About> {
        Ok(self.head()?.about.clone())
    }

    pub fn state(&self) -> Result<State> {
        Ok(self.head()?.state.clone())
    }

    fn read_head(&self) -> Result<Option<Head>> {
        let sql = "SELECT shop, id, language, page, customer, state, opened_ms, erased_ms FROM conversation";
        let Some(row) = self.store.row(sql, &[])? else { return Ok(None) };
        let about = About {
            shop: ShopId(row.text(0)?),
            id: ConversationId(row.text(1)?),
            language: row.text_or_null(2)?,
            page: row.json(3)?,
            customer: row.json(4)?,
        };
        let erased = row.int_or_null(7)?.is_some();
        Ok(Some(Head { about, state: row.json(5)?, opened_ms: row.count(6)?, erased }))
    }
}

fn not_found() -> EdgeError {
    EdgeError::not_found("conversation")
}
