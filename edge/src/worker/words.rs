//! The frame's words on pages made here: the shell of the frame and the plain form. One file a language,
//! the same that the frame loads.

use super::frame;
use crate::error::{EdgeError, Result};
use counterbell_shop::languages::{self, LAST_RESORT};
use std::collections::HashMap;
use worker::Env;

pub struct Words {
    pub language: String,
    /// The file as it is: JSON.
    pub json: String,
    words: HashMap<String, String>,
}

impl Words {
    /// The first of the wished languages that there is a file for; English if there is none.
    pub async fn load(env: &Env, wished: &[Option<&str>]) -> Result<Self> {
        for wish in wished.iter().flatten() {
            for language in languages::candidates(wish) {
                if let Some(words) = Self::read(env, &language).await? {
                    return Ok(words);
                }
            }
        }
        let english = Self::read(env, LAST_RESORT).await?;
        Ok(english.unwrap_or_else(|| Self {
            language: LAST_RESORT.to_owned(),
            json: "{}".to_owned(),
            words: HashMap::new(),
        }))
    }

    async fn read(env: &Env, language: &str) -> Result<Option<Self>> {
        let Some(file) = frame::read(env, &format!("languages/{language}.json")).await? else {
            return Ok(None);
        };
        let json = String::from_utf8(file).map_err(EdgeError::internal)?;
        let words = serde_json::from_str(&json).ok();
        Ok(words.map(|words| Self { language: language.to_owned(), json, words }))
    }

    /// The words about files too, which have a file of their own.
    pub async fn with_files(mut self, env: &Env) -> Result<Self> {
        let more = frame::read(env, &format!("languages/{}.files.json", self.language)).await?;
        let more = more.and_then(|json| serde_json::from_slice::<HashMap<String, String>>(&json).ok());
        self.words.extend(more.unwrap_or_default());
        Ok(self)
    }

    pub fn get(&self, key: &str) -> &str {
        self.words.get(key).map_or("", String::as_str)
    }

    pub fn with(&self, key: &str, slots: &[(&str, &str)]) -> String {
        slots
            .iter()
            .fold(self.get(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The first line of an empty conversation, escaped: the shop's own, or the usual one.
    pub fn greeting(&self, own: Option<&str>) -> String {
        escape(own.unwrap_or_else(|| self.get("greeting")))
    }

    pub fn direction(&self) -> &'static str {
        if languages::is_right_to_left(&self.language) { "rtl" } else { "ltr" }
    }

    /// Replaces each `{{t:key}}` by its words, escaped.
    pub fn fill(&self, html: &str) -> String {
        let mut filled = String::with_capacity(html.len());
        let mut rest = html;
        while let Some((before, after)) = rest.split_once("{{t:") {
            filled.push_str(before);
            let Some((key, after)) = after.split_once("}}") else { break };
            filled.push_str(&escape(self.get(key)));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// Text as HTML, for elements and for attributes in double quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
