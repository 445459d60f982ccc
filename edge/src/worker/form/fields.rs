//! What was filled in, the frames it becomes, and what can be wrong with it.

use super::super::{body, js};
use super::multipart::{self, MAX_FIELDS_BYTES, Parts, Upload};
use crate::error::Result;
use crate::form;
use counterbell_protocol::event::Contact;
use counterbell_protocol::{ClientFrame, MAX_TEXT_BYTES, MessageId};
use worker::Request;

const FIELDS: [&str; 4] = ["id", "text", "action", "reach"];

/// What was filled in, and the files that were chosen.
#[derive(Default)]
pub struct Fields {
    /// Which page it was filled into: the same one sent twice takes effect once.
    id: String,
    pub text: String,
    pub person: bool,
    reach: String,
    pub files: Vec<Upload>,
    /// Holds what the files are made of.
    parts: Option<Parts>,
}

impl Fields {
    pub async fn read(request: &mut Request) -> Result<Self> {
        let mut fields = Self::default();
        let Some(content_type) = multipart::content_type(request) else {
            // Here each byte of most scripts is three, and a text that is too long is to be told kindly.
            let bytes = body::read(request, MAX_FIELDS_BYTES).await?;
            for (name, value) in worker::url::form_urlencoded::parse(&bytes) {
                fields.fill_in(&name, &value);
            }
            return Ok(fields);
        };
        let parts = multipart::read(request, &content_type).await?;
        for name in FIELDS {
            fields.fill_in(name, &parts.field(name)?);
        }
        fields.files = parts.files("file");
        fields.parts = Some(parts);
        Ok(fields)
    }

    fn fill_in(&mut self, name: &str, value: &str) {
        match name {
            "id" => value.clone_into(&mut self.id),
            "text" => self.text = value.replace("\r\n", "\n").trim().to_owned(),
            "action" => self.person = value == "person",
            "reach" => value.trim().clone_into(&mut self.reach),
            _ => {}
        }
    }

    /// What can be seen before anything is sent.
    pub fn problem(&self) -> Option<Problem> {
        let empty = self.text.is_empty() && self.reach.is_empty() && !self.person && self.files.is_empty();
        if empty { Some(Problem::Empty) } else { self.too_long() }
    }

    fn too_long(&self) -> Option<Problem> {
        (self.text.len() > MAX_TEXT_BYTES).then_some(Problem::TooLong)
    }

    /// The same before there is a conversation: nobody could look at a file yet.
    pub fn problem_at_first(&self) -> Option<Problem> {
        let only_files = self.text.is_empty() && !self.person;
        let of_file = || self.files.first().map(|upload| upload.refused.unwrap_or(Problem::NoPerson));
        self.problem().or_else(|| of_file().filter(|_| only_files))
    }

    /// All that can be sent: a text that is too long keeps nobody from a person. Who asks for one twice has
    /// asked once, so that is not to be told by an id: a page may be gone back to when nobody is there any more.
    pub fn frames(&self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        if !self.text.is_empty() && self.too_long().is_none() {
            let id = self.id_of(&["text", &self.text]);
            frames.push(ClientFrame::Say { id, text: self.text.clone(), page: None });
        }
        if self.person {
            frames.push(ClientFrame::AskPerson { id: MessageId(js::fresh_id()) });
        }
        if !self.reach.is_empty() {
            let contact = Contact { reach: self.reach.clone(), name: None };
            frames.push(ClientFrame::LeaveContact { id: self.id_of(&["reach", &self.reach]), contact });
        }
        frames
    }

    /// A message's id, the same where the same is sent from the same page.
    pub fn id_of(&self, content: &[&str]) -> MessageId {
        form::message_id(&self.id, content).unwrap_or_else(|| MessageId(js::fresh_id()))
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
    FileTooLarge,
    FileWrongType,
    /// A file is for a person, and none has been asked for.
    NoPerson,
    FileNotStored,
}

impl Problem {
    const ALL: [Self; 10] = [
        Self::Empty,
        Self::TooLong,
        Self::TooFast,
        Self::Full,
        Self::BadContact,
        Self::NotSent,
        Self::FileTooLarge,
        Self::FileWrongType,
        Self::NoPerson,
        Self::FileNotStored,
    ];

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

    /// From the code of a file's refusal.
    pub fn file_refused(code: &str) -> Self {
        match code {
            "too_large" => Self::FileTooLarge,
            "wrong_type" | "empty" => Self::FileWrongType,
            "no_person" => Self::NoPerson,
            "too_fast" => Self::TooFast,
            "too_long" => Self::Full,
            _ => Self::FileNotStored,
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
            Self::FileTooLarge => "file_too_large",
            Self::FileWrongType => "file_wrong_type",
            Self::NoPerson => "no_person",
            Self::FileNotStored => "file_not_stored",
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
            Self::FileTooLarge => "attach_too_large",
            Self::FileWrongType => "attach_wrong_type",
            Self::NoPerson => "offer_text",
            Self::FileNotStored => "error_general",
        }
    }
}
