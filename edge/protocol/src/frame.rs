//! What the frame's document carries in `<script type="application/json" id="shop">`: all that the widget
//! must know of a shop before anything is connected or stored.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameConfig {
    pub shop: String,
    pub name: String,
    /// Questions a shopper may tap when the conversation is empty.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// The shop's own greeting; without one the frame uses its language file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    /// These are in the language of the document; in another one they are [`ShopWords`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_language: bool,
    /// BCP 47; used when neither the page nor the browser decides.
    pub language: String,
    /// Origins that may embed the frame: the only ones that messages are taken from and sent to.
    pub origins: Vec<String>,
    /// Hosts whose images may be shown in answers.
    #[serde(default)]
    pub image_hosts: Vec<String>,
    /// Files can be kept here, so that a shopper may add one for a person.
    #[serde(default)]
    pub attachments: bool,
    pub theme: Theme,
}

/// What a shop says itself, in another language than the document came in: `/s/{shop}/words?language=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopWords {
    #[serde(default)]
    pub suggestions: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
}

/// Typed tokens, never CSS. Colours are `#rrggbb`, checked for contrast when `shop.toml` is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Theme {
    pub accent: String,
    pub accent_text: String,
    pub accent_dark: String,
    pub accent_dark_text: String,
    /// Corner radius in CSS pixels, 0 to 24.
    pub radius_px: u8,
    /// Font size in percent of the browser's own, 80 to 130.
    pub font_percent: u8,
    pub side: Side,
    /// Distance from the window's edges in CSS pixels, 0 to 120.
    pub offset_x_px: u8,
    pub offset_y_px: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where a line of text ends: right, or left in right-to-left languages.
    #[default]
    End,
    Start,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            accent: "#1f5f5b".to_owned(),
            accent_text: "#ffffff".to_owned(),
            accent_dark: "#7fd1c7".to_owned(),
            accent_dark_text: "#06201e".to_owned(),
            radius_px: 14,
            font_percent: 100,
            side: Side::End,
            offset_x_px: 20,
            offset_y_px: 20,
        }
    }
}
