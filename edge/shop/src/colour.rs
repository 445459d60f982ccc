//! Colours and their contrast after WCAG 2.2.
//! <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>

/// What text needs on its background.
pub const TEXT_CONTRAST: f64 = 4.5;
/// What a control needs beside it.
pub const CONTROL_CONTRAST: f64 = 3.0;

pub const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
/// The darkest that text gets: pure black flickers on bright colours.
pub const INK: Colour = Colour { red: 10, green: 14, blue: 16 };
const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };
/// The panel in the dark.
pub const NIGHT: Colour = Colour { red: 22, green: 25, blue: 28 };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// `#rrggbb` or `#rgb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digits: Vec<u8> = digits
            .chars()
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect::<Option<_>>()?;
        match digits.as_slice() {
            [r, g, b] => Some(Self { red: r * 17, green: g * 17, blue: b * 17 }),
            [r, r2, g, g2, b, b2] => Some(Self { red: r * 16 + r2, green: g * 16 + g2, blue: b * 16 + b2 }),
            _ => None,
        }
    }

    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// White or ink, whichever reads better on this colour; on the few middling ones that suit neither, white
    /// or pure black, of which one always does.
    pub fn text_on(self) -> Self {
        let better = |a: Self, b: Self| if self.contrast(a) >= self.contrast(b) { a } else { b };
        let text = better(WHITE, INK);
        if self.contrast(text) >= TEXT_CONTRAST { text } else { better(WHITE, BLACK) }
    }

    /// The nearest step from this colour towards `goal` that has enough contrast with `against`.
    pub fn towards(self, goal: Self, against: Self, enough: f64) -> Self {
        (0..=20_u8)
            .map(|step| self.mixed(goal, f64::from(step) / 20.0))
            .find(|colour| colour.contrast(against) >= enough)
            .unwrap_or(goal)
    }

    fn mixed(self, other: Self, share: f64) -> Self {
        // Both are bytes, so their mix is one too.
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, INK, NIGHT, TEXT_CONTRAST, WHITE};

    #[test]
    fn contrast_is_that_of_the_standard() {
        for (a, b, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.48),
            ("#ff0000", "#fff", 4.0),
            ("#abc", "#aabbcc", 1.0),
        ] {
            let contrast = Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
            assert!((contrast - expected).abs() < 0.01, "{a} {b}: {contrast}");
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#", "#12", "#12345", "#1234567", "red", "#gggggg", "112233", "#ä1", "rgb(0,0,0)"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_colour_has_a_text_and_a_step_that_read() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = Colour { red, green, blue };
                    assert!(colour.contrast(colour.text_on()) >= TEXT_CONTRAST, "{}", colour.hex());
                    assert!(colour.towards(WHITE, NIGHT, TEXT_CONTRAST).contrast(NIGHT) >= TEXT_CONTRAST);
                    assert!(colour.towards(INK, WHITE, TEXT_CONTRAST).contrast(WHITE) >= TEXT_CONTRAST);
                }
            }
        }
    }
}
