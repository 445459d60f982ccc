//! `[theme]`: colours that can be read, whatever the shop wrote.

use super::section::Section;
use super::sheet::{Located, Sheet};
use crate::colour::{CONTROL_CONTRAST, Colour, INK, NIGHT, TEXT_CONTRAST, WHITE};
use counterbell_protocol::frame::{Side, Theme};

pub fn read(file: &Section<'_, '_>) -> Theme {
    let usual = Theme::default();
    let Some(section) = file.section("theme") else { return usual };
    let accent = colour(&section, "accent");
    let dark = colour(&section, "accent_dark");
    let (text, dark_text) = (colour(&section, "accent_text"), colour(&section, "accent_dark_text"));
    let light = accent.as_ref().map(|accent| visible(section.sheet, accent, INK, WHITE));
    let dark = match (&dark, &accent) {
        (Some(dark), _) => Some(visible(section.sheet, dark, WHITE, NIGHT)),
        // Worked out, so there is nothing to warn of.
        (None, Some(accent)) => Some(accent.value.towards(WHITE, NIGHT, TEXT_CONTRAST)),
        (None, None) => None,
    };
    let (accent, accent_text) = pair(section.sheet, light, text, (&usual.accent, &usual.accent_text));
    let (accent_dark, accent_dark_text) =
        pair(section.sheet, dark, dark_text, (&usual.accent_dark, &usual.accent_dark_text));
    let theme = Theme {
        accent,
        accent_text,
        accent_dark,
        accent_dark_text,
        radius_px: byte(section.whole("radius_px", 0..=24), usual.radius_px),
        font_percent: byte(section.whole("font_percent", 80..=130), usual.font_percent),
        side: section
            .choice("side", &[("end", Side::End), ("start", Side::Start)])
            .map_or(usual.side, |side| side.value),
        offset_x_px: byte(section.whole("offset_x_px", 0..=120), usual.offset_x_px),
        offset_y_px: byte(section.whole("offset_y_px", 0..=120), usual.offset_y_px),
    };
    section.done();
    theme
}

fn colour(section: &Section<'_, '_>, key: &'static str) -> Option<Located<Colour>> {
    let text = section.text(key)?;
    match Colour::parse(&text.value) {
        Some(colour) => Some(text.map(|_| colour)),
        None => {
            section.sheet.problem(&text, "a colour such as \"#1f5f5b\" is expected");
            None
        }
    }
}

/// The colour itself if a control in it can be told from the panel, else its nearest neighbour that can.
fn visible(sheet: &Sheet<'_>, colour: &Located<Colour>, goal: Colour, panel: Colour) -> Colour {
    let repaired = colour.value.towards(goal, panel, CONTROL_CONTRAST);
    if repaired != colour.value {
        let contrast = colour.value.contrast(panel);
        let message = format!(
            "{} is too faint on the panel (contrast {contrast:.1}, {CONTROL_CONTRAST} is needed): {} is used",
            colour.value.hex(),
            repaired.hex()
        );
        sheet.warn(colour, message);
    }
    repaired
}

/// A background and a text that reads on it. Either may be the shop's; without both the usual pair stands.
fn pair(
    sheet: &Sheet<'_>,
    background: Option<Colour>,
    text: Option<Located<Colour>>,
    usual: (&str, &str),
) -> (String, String) {
    let own_background = background.is_some();
    let Some(background) = background.or_else(|| Colour::parse(usual.0)) else {
        return (usual.0.to_owned(), usual.1.to_owned());
    };
    let text = match text {
        None if own_background => background.text_on().hex(),
        None => usual.1.to_owned(),
        Some(text) if text.value.contrast(background) >= TEXT_CONTRAST => text.value.hex(),
        Some(text) => {
            let repaired = background.text_on();
            let message = format!(
                "{} on {} cannot be read (contrast {:.1}, {TEXT_CONTRAST} is needed): {} is used",
                text.value.hex(),
                background.hex(),
                text.value.contrast(background),
                repaired.hex()
            );
            sheet.warn(&text, message);
            repaired.hex()
        }
    };
    (background.hex(), text)
}

fn byte(read: Option<Located<i64>>, usual: u8) -> u8 {
    read.and_then(|number| u8::try_from(number.value).ok()).unwrap_or(usual)
}
