//! What was filled in, the frames it becomes, and what can be wrong with it.

use super::super::{body, js};
use crate::error::Result;
use counterbell_protocol::event::Contact;
use counterbell_protocol::{ClientFrame, MAX_FRAME_BYTES, MAX_TEXT_BYTES, MessageId};
use worker::Request;

/// A form encodes each byte of most scripts as three, and a text that is too long is to be told kindly.
const MAX_BODY_BYTES: usize = 8 * MAX_FRAME_BYTES;

pub struct Fields {
    pub text: String,
    pub person: bool,
    reach: String,
}

impl Fields {
    pub async fn read(request: &mut Request) -> Result<Self> {
        let bytes = body::read(request, MAX_BODY_BYTES).await?;
        let mut fields = Self { text: String::new(), person: false, reach: String::new() };
        for (name, value) in worker::url::form_urlencoded::parse(&bytes) {
            match &*name {
                "text" => fields.text = value.replace("\r\n", "\n").trim().to_owned(),
                "action" => fields.person = value == "person",
                "reach" => fields.reach = value.trim().to_owned(),
                _ => {}
            }
        }
        Ok(fields)
    }

    /// What can be seen before anything is sent.
    pub fn problem(&self) -> Option<Problem> {
        let empty = self.text.is_empty() && self.reach.is_empty() && !self.person;
        if empty { Some(Problem::Empty) } else { self.too_long() }
    }

    fn too_long(&self) -> Option<Problem> {
        (self.text.len() > MAX_TEXT_BYTES).then_some(Problem::TooLong)
    }

    /// All that can be sent: a text that is too long keeps nobody from a person.
    pub fn frames(&self) -> Vec<ClientFrame> {
        let id = || MessageId(js::fresh_id());
        let mut frames = Vec::new();
        if !self.text.is_empty() && self.too_long().is_none() {
            frames.push(ClientFrame::Say { id: id(), text: self.text.clone(), page: None });
        }
        if self.person {
            frames.push(ClientFrame::AskPerson { id: id() });
        }
        if !self.reach.is_empty() {
            let contact = Contact { reach: self.reach.clone(), name: None };
            frames.push(ClientFrame::LeaveContact { id: id(), contact });
        }
        frames
    }
}

/// What is told on the page, or in its address by a code.
#[derive(Clone, Copy)]
pub enum Problem {
    Empty,
    TooLong,
    TooFast,
    /// The conversation takes no more.
    Full,
    BadContact,
    NotSent,
}

impl Problem {
    const ALL: [Self; 6] =
        [Self::Empty, Self::TooLong, Self::TooFast, Self::Full, Self::BadContact, Self::NotSent];

    /// From the code of a refusal. Who leaves an address when nobody waits any more has lost nothing.
    pub fn refused(code: &str) -> Option<Self> {
        match code {
            "not_waiting" => None,
            "too_fast" => Some(Self::TooFast),
            // The text's own length was checked before it was sent.
            "too_long" => Some(Self::Full),
            "bad_contact" => Some(Self::BadContact),
            _ => Some(Self::NotSent),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TooFast => "too_fast",
            Self::Full => "full",
            Self::BadContact => "bad_contact",
            Self::NotSent => "not_sent",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }

    /// Its key in the words file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "form_empty",
            Self::TooLong => "failed_too_long",
            Self::TooFast => "failed_too_fast",
            Self::Full => "failed_ended",
            Self::BadContact => "contact_invalid",
            Self::NotSent => "form_failed",
        }
    }
}
