//! The settings themselves, as they are stored and used.

use counterbell_policy::{BuiltinSettings, PerLanguage, RuleProblem, RuleSource, Rules};
use counterbell_protocol::ShopId;
use counterbell_protocol::frame::{FrameConfig, ShopWords, Theme};
use serde::{Deserialize, Serialize};

/// Everything a shop decides. Made by [`Settings::parse`]; whatever is in it has been checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// `id`: the shop, as in `data-shop`.
    pub id: ShopId,
    /// `name`: what shoppers call the shop.
    pub name: String,
    /// `origins`: the exact origins (`https://shop.example`) whose pages may embed the frame.
    pub origins: Vec<String>,
    /// `language`: BCP 47, used when neither the page nor the browser decides. Default `en`.
    pub language: String,
    /// `greeting`: the first line of an empty conversation; without it the frame uses its language file's.
    pub greeting: Option<PerLanguage>,
    /// `suggestions`: up to six questions that a shopper may tap.
    #[serde(default)]
    pub suggestions: PerLanguage<Vec<String>>,
    /// `image_hosts`: hosts whose images may be shown in answers.
    #[serde(default)]
    pub image_hosts: Vec<String>,
    /// `[theme]`: colours checked for contrast, and repaired where they lacked it.
    #[serde(default)]
    pub theme: Theme,
    /// `[assistant]`
    #[serde(default)]
    pub assistant: Assistant,
    /// `[[targets]]`: where escalations are delivered.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// `[handoff]`
    #[serde(default)]
    pub handoff: Handoff,
    /// `[hours]`: when people are there. Without it the shop does not say.
    pub hours: Option<OpeningHours>,
    /// `[builtin.REASON]`
    #[serde(default)]
    pub builtins: BuiltinSettings,
    /// `[[rules]]`
    #[serde(default)]
    pub rules: Vec<RuleSource>,
}

/// `[assistant]`: who answers first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assistant {
    /// `provider`: `help-pages` (default) or `openai`.
    pub provider: Provider,
    /// `base_url`: of an OpenAI-compatible server, e.g. `https://llm.example/v1`.
    pub base_url: Option<String>,
    /// `model`: its name for that server.
    pub model: Option<String>,
    /// `instructions`: the shop's own, in front of every conversation.
    pub instructions: String,
    /// `max_tokens`: of one answer. Default 800.
    pub max_tokens: u32,
    /// `temperature`: 0 to 2. Default 0.2.
    pub temperature: f64,
    /// `while_waiting`: may it go on helping while a person is awaited? Default false.
    pub while_waiting: bool,
    /// `answers_a_minute`: for so many the model is asked within a minute, over all conversations. Default 200.
    pub answers_a_minute: u32,
    /// `answers_a_day`: the same for a day, which begins at midnight UTC. Default 10,000.
    pub answers_a_day: u32,
}

impl Default for Assistant {
    fn default() -> Self {
        Self {
            provider: Provider::HelpPages,
            base_url: None,
            model: None,
            instructions: String::new(),
            max_tokens: 800,
            temperature: 0.2,
            while_waiting: false,
            answers_a_minute: 200,
            answers_a_day: 10_000,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Answers from the shop's own help pages; needs no key and no network.
    #[default]
    HelpPages,
    /// Any OpenAI-compatible server.
    Openai,
}

/// `[[targets]]`: one receiver of escalations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `name`: for `fallback`; by default the queue's name.
    pub name: String,
    /// `url`: https, a public address.
    pub url: String,
    /// `queue`: which escalations it receives. Default `default`.
    pub queue: String,
    /// `format`: the shape of the body. Default `full`.
    pub format: Format,
    /// `fallback`: a URL or another target's name, resolved to its URL, tried when this one does not accept.
    pub fallback: Option<Fallback>,
}

/// Where an escalation goes when its target does not accept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    pub url: String,
    pub format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The whole JSON.
    #[default]
    Full,
    /// One level of short fields, at most 4 kB.
    Flat,
    /// One text.
    Text,
}

/// `[handoff]`: how a shopper is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// `queue`: where a rule names none. Default `default`.
    pub queue: String,
    /// `deadline_s`: by then a person, or a way to be called back. 10 to 3600, default 180.
    pub deadline_s: u32,
    /// `lease_s`: how long a claim holds without a sign of life. 10 to 600, default 60.
    pub lease_s: u32,
}

impl Default for Handoff {
    fn default() -> Self {
        Self { queue: "default".to_owned(), deadline_s: 180, lease_s: 60 }
    }
}

/// `[hours]`: when people are there, in the shop's own time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// `timezone`: an IANA name, e.g. `Europe/Berlin`.
    pub timezone: String,
    /// `mon` … `sun`, Monday first: the shifts that begin on that day.
    pub week: [Vec<Shift>; 7],
    /// `holidays`
    pub holidays: Vec<Holiday>,
}

/// From a time of day to another one, in minutes after midnight. `to_min` at or before `from_min` means the
/// next day; `24:00` is 1440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub from_min: u16,
    pub to_min: u16,
}

/// A date with its own shifts; without any, closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    pub date: Day,
    pub shifts: Vec<Shift>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

impl Settings {
    /// What the frame's document carries for a reader of this language.
    pub fn frame_config(&self, language: &str) -> FrameConfig {
        let ShopWords { greeting, suggestions } = self.words(language);
        FrameConfig {
            shop: self.id.to_string(),
            name: self.name.clone(),
            suggestions,
            greeting,
            per_language: self.greeting.as_ref().is_some_and(|words| !words.is_one())
                || !self.suggestions.is_one(),
            language: self.language.clone(),
            origins: self.origins.clone(),
            image_hosts: self.image_hosts.clone(),
            attachments: false,
            theme: self.theme.clone(),
        }
    }

    /// What the shop says itself in an empty conversation, to a reader of this language.
    pub fn words(&self, language: &str) -> ShopWords {
        ShopWords {
            greeting: self.greeting.as_ref().map(|greeting| greeting.to(language).clone()),
            suggestions: self.suggestions.to(language).clone(),
        }
    }

    /// The rules, compiled. Compiling costs; keep the outcome as long as the settings.
    ///
    /// # Errors
    /// Only for settings that did not come from [`Settings::parse`] of this version.
    pub fn rules(&self) -> Result<Rules, Vec<RuleProblem>> {
        Rules::compile(&self.rules, &self.builtins)
    }

    /// Where escalations of this queue are delivered: its own targets, or those of the default queue, or
    /// all of them, so that none is ever without a receiver while there is one.
    pub fn targets_of(&self, queue: &str) -> Vec<&Target> {
        [queue, self.handoff.queue.as_str()]
            .into_iter()
            .map(|queue| self.targets.iter().filter(|target| target.queue == queue).collect::<Vec<_>>())
            .find(|targets| !targets.is_empty())
            .unwrap_or_else(|| self.targets.iter().collect())
    }

    /// The target of that name. Where it is there no more, or the name is that of a queue, whoever serves it now.
    pub fn target(&self, name: &str) -> Option<&Target> {
        let named = self.targets.iter().find(|target| target.name == name);
        named.or_else(|| self.targets_of(name).into_iter().next())
    }
}
