//! A file that the shopper has added. The file itself lies elsewhere; here its message is committed, once,
//! and only where a person is waited for or has the conversation: nobody else could look at it.

use super::limits::bad_id;
use super::{Context, Conversation, Effects, log};
use crate::error::{EdgeError, Result};
use crate::store::Store;
use counterbell_protocol::{Attachment, Author, EventBody, MAX_ATTACHMENTS, Message, MessageId, Owner};

/// Whether a file may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Free,
    /// A message of this id is in the log: nothing is to be done.
    Known,
}

impl<S: Store> Conversation<S> {
    /// Asked before a byte of the file is stored.
    pub fn may_attach(&self, cx: &Context, id: &MessageId) -> Result<Admission> {
        if !id.is_well_formed() {
            return Err(bad_id());
        }
        if self.was_taken(id)? {
            return Ok(Admission::Known);
        }
        if !matches!(self.state()?.owner(), Owner::Waiting | Owner::Person) {
            let detail = "A file is for a person, and none has been asked for.";
            return Err(EdgeError::conflict("no_person", detail));
        }
        if self.attachments()? >= MAX_ATTACHMENTS {
            let detail = format!("A conversation holds at most {MAX_ATTACHMENTS} files.");
            return Err(EdgeError::conflict("too_many", detail));
        }
        self.check_rate(cx)?;
        Ok(Admission::Free)
    }

    /// The file is stored. Asked again, for much may have happened since; `None` if the message is known.
    pub fn attach(&self, cx: &Context, id: &MessageId, file: Attachment) -> Result<Option<Effects>> {
        self.step(|| {
            if self.may_attach(cx, id)? == Admission::Known {
                return Ok(None);
            }
            let sql = "INSERT INTO taken (id, at_ms) VALUES (?, ?)";
            self.store.run(sql, &[id.as_str().into(), cx.now_ms.into()])?;
            let message = Message {
                id: id.clone(),
                from: Author::Shopper,
                text: file.name.clone(),
                name: None,
                sources: Vec::new(),
                cut: false,
                attachment: Some(file.clone()),
            };
            let event = log::append(&self.store, cx.now_ms, EventBody::Message(message.clone()))?;
            let told = Effects { events: vec![event], ..Effects::default() };
            Ok(Some(told.and(self.pass_on(cx, &message)?)))
        })
    }

    fn attachments(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM log WHERE json_extract(body, '$.attachment') IS NOT NULL";
        self.store.row(sql, &[])?.map_or(Ok(0), |row| row.count(0))
    }
}
