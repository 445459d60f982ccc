//! `[hours]`: the week, the holidays and the time zone that they are meant in.

use super::section::Section;
use super::sheet::{Located, Sheet};
use crate::settings::{Day, Holiday, OpeningHours, Shift};
use counterbell_policy::names;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::de::DeValue;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_OF_A_DAY: u16 = 24 * 60;

pub fn read(file: &Section<'_, '_>) -> Option<OpeningHours> {
    let section = file.section("hours")?;
    let zone =
        section.require("timezone", section.text("timezone"), "an IANA time zone, e.g. \"Europe/Berlin\"");
    let week = DAYS.map(|day| shifts(section.sheet, section.texts(day, 20)));
    let holidays = section.items("holidays").into_iter().filter_map(|item| holiday(&section, item)).collect();
    if week.iter().all(Vec::is_empty) {
        section.sheet.warn(&section.at, "no day has a shift: nobody is ever there");
    }
    let timezone = zone.and_then(|zone| timezone(section.sheet, zone));
    section.done();
    Some(OpeningHours { timezone: timezone?, week, holidays })
}

fn timezone(sheet: &Sheet<'_>, zone: Located<String>) -> Option<String> {
    if TimeZone::get(&zone.value).is_ok() {
        return Some(zone.value);
    }
    // Of a place alone: `Etc/GMT+2` lies two hours *behind*, and a short name knows no summer time.
    let known = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let known: Vec<String> = known.filter(|name| name.contains('/') && !name.starts_with("Etc/")).collect();
    let message = "an IANA time zone such as `Europe/Berlin` is expected";
    match nearest_zone(&zone.value, &known) {
        Some(meant) => sheet.problem_meant(&zone, message, meant),
        None => sheet.problem(&zone, message),
    }
    None
}

/// By the whole name, or by its last part: people write `Berlin`.
fn nearest_zone<'a>(written: &str, known: &'a [String]) -> Option<&'a str> {
    let city = |name: &'a str| name.rsplit('/').next().unwrap_or(name);
    let same_city = known.iter().map(String::as_str).find(|name| city(name).eq_ignore_ascii_case(written));
    same_city.or_else(|| {
        let lower: Vec<String> = known.iter().map(|name| name.to_lowercase()).collect();
        let nearest = names::closest(written, lower.iter().map(String::as_str))?;
        known.iter().map(String::as_str).find(|name| name.to_lowercase() == nearest)
    })
}

fn shifts(sheet: &Sheet<'_>, texts: Vec<Located<String>>) -> Vec<Shift> {
    texts.into_iter().filter_map(|text| shift(sheet, &text)).collect()
}

/// `09:00-18:00`; past midnight `20:00-02:00`.
fn shift(sheet: &Sheet<'_>, text: &Located<String>) -> Option<Shift> {
    let parsed = text.value.split_once(['-', '–']).and_then(|(from, to)| {
        let from_min = minutes(from).filter(|from| *from < MINUTES_OF_A_DAY)?;
        Some(Shift { from_min, to_min: minutes(to)? })
    });
    match parsed {
        None => sheet.problem(text, "a shift such as \"09:00-18:00\" is expected"),
        Some(Shift { from_min, to_min }) if from_min == to_min => {
            sheet.problem_meant(text, "a shift has a length; the whole day is", "00:00-24:00");
            return None;
        }
        Some(_) => {}
    }
    parsed
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |digits: &str, most: u16| {
        let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| fits && *number <= most)
    };
    let total = number(hours, 24)? * 60 + number(minutes, 59).filter(|_| minutes.len() == 2)?;
    (total <= MINUTES_OF_A_DAY).then_some(total)
}

/// `2026-12-25`, or `{ date = 2026-12-24, shifts = ["09:00-12:00"] }`.
fn holiday(section: &Section<'_, '_>, item: Located<&DeValue<'_>>) -> Option<Holiday> {
    if let Some(date) = date(item.value) {
        return Some(Holiday { date, shifts: Vec::new() });
    }
    let DeValue::Table(table) = item.value else {
        section.sheet.problem(
            &item,
            "a date such as 2026-12-25 or { date = 2026-12-24, shifts = [\"09:00-12:00\"] } is expected",
        );
        return None;
    };
    let inner = Section::new(section.sheet, table, item.map(|_| ()));
    let when = inner.require("date", inner.value("date"), "a date such as 2026-12-25");
    let shifts = shifts(inner.sheet, inner.texts("shifts", 20));
    let sheet = inner.sheet;
    inner.done();
    let when = when?;
    let date = date(when.value);
    if date.is_none() {
        sheet.problem(&when, "a date such as 2026-12-25 is expected");
    }
    Some(Holiday { date: date?, shifts })
}

fn date(value: &DeValue<'_>) -> Option<Day> {
    let date: Date = match value {
        DeValue::Datetime(at) if at.time.is_none() => at.date?.to_string().parse().ok()?,
        DeValue::String(text) => text.parse().ok()?,
        _ => return None,
    };
    Some(Day { year: date.year(), month: date.month(), day: date.day() })
}
