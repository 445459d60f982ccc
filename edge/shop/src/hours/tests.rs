//! Shifts, holidays, nights and the two days a year when the clocks change.

use super::{Hours, at};
use crate::Settings;
use jiff::Timestamp;

const HEAD: &str = "id = \"s\"\nname = \"S\"\norigins = [\"https://s.example\"]\n";

fn settings(hours: &str) -> Settings {
    Settings::parse(&format!("{HEAD}{hours}")).unwrap_or_else(|problems| panic!("{problems:?}")).settings
}

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn open(until: &str) -> Hours {
    Hours::Open { until_ms: ms(until) }
}

fn closed(back: &str) -> Hours {
    Hours::Closed { back_at_ms: Some(ms(back)) }
}

fn check(hours: &str, table: &[(&str, Hours)]) {
    let settings = settings(hours);
    for (now, expected) in table {
        assert_eq!(at(&settings, ms(now)), *expected, "{now}");
    }
}

#[test]
fn a_shop_without_hours_does_not_say() {
    assert_eq!(at(&settings(""), 0), Hours::Always);
}

#[test]
fn weekdays_with_a_lunch_break() {
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nmon = [\"09:00-12:00\", \"13:00-18:00\"]\nfri = [\"13:00-18:00\", \"09:00-13:00\"]",
        &[
            // Monday 2026-11-23, one hour ahead of UTC.
            ("2026-11-23T07:59:59Z", closed("2026-11-23T08:00:00Z")),
            ("2026-11-23T08:00:00Z", open("2026-11-23T11:00:00Z")),
            ("2026-11-23T10:59:59.999Z", open("2026-11-23T11:00:00Z")),
            ("2026-11-23T11:00:00Z", closed("2026-11-23T12:00:00Z")),
            ("2026-11-23T17:00:00Z", closed("2026-11-27T08:00:00Z")),
            // Friday's two shifts meet, in whatever order they were written.
            ("2026-11-27T09:00:00Z", open("2026-11-27T17:00:00Z")),
            ("2026-11-27T20:00:00Z", closed("2026-11-30T08:00:00Z")),
        ],
    );
}

#[test]
fn a_shift_past_midnight_belongs_to_the_day_it_began() {
    check(
        "[hours]\ntimezone = \"Europe/London\"\nfri = [\"20:00-02:00\"]\nsat = [\"20:00-02:00\"]\nholidays = [2026-11-28]",
        &[
            ("2026-11-27T21:00:00Z", open("2026-11-28T02:00:00Z")),
            // Saturday is a holiday, and Friday's shift still ends at two.
            ("2026-11-28T01:59:00Z", open("2026-11-28T02:00:00Z")),
            ("2026-11-28T21:00:00Z", closed("2026-12-04T20:00:00Z")),
            ("2026-12-06T01:00:00Z", open("2026-12-06T02:00:00Z")),
        ],
    );
}

#[test]
fn around_the_clock_shifts_meet_at_midnight() {
    check(
        "[hours]\ntimezone = \"UTC\"\nmon = [\"00:00-24:00\"]\ntue = [\"00:00-06:00\"]",
        &[
            ("2026-11-23T23:59:00Z", open("2026-11-24T06:00:00Z")),
            ("2026-11-24T06:00:00Z", closed("2026-11-30T00:00:00Z")),
        ],
    );
}

#[test]
fn holidays_close_or_have_their_own_shifts() {
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nthu = [\"09:00-18:00\"]\nfri = [\"09:00-18:00\"]\n\
         holidays = [{ date = 2026-12-24, shifts = [\"09:00-12:00\"] }, \"2026-12-25\"]",
        &[
            ("2026-12-24T10:00:00Z", open("2026-12-24T11:00:00Z")),
            ("2026-12-24T11:00:00Z", closed("2026-12-31T08:00:00Z")),
            ("2026-12-25T10:00:00Z", closed("2026-12-31T08:00:00Z")),
        ],
    );
}

#[test]
fn the_clocks_go_forward() {
    // Berlin, 2027-03-28: 02:00 becomes 03:00.
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nsat = [\"22:00-04:00\"]\nsun = [\"09:00-10:00\"]",
        &[
            ("2027-03-27T20:59:00Z", closed("2027-03-27T21:00:00Z")),
            // Five hours instead of six: 04:00 summer time is 02:00 UTC.
            ("2027-03-28T01:30:00Z", open("2027-03-28T02:00:00Z")),
            ("2027-03-28T02:00:00Z", closed("2027-03-28T07:00:00Z")),
        ],
    );
    // A shift that begins in the hour that is skipped begins when the hour is over.
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nsun = [\"02:30-05:00\"]",
        &[("2027-03-28T00:30:00Z", closed("2027-03-28T01:30:00Z"))],
    );
}

#[test]
fn the_clocks_go_back() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00, so the night shift lasts seven hours.
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nsat = [\"22:00-04:00\"]",
        &[
            ("2026-10-24T20:00:00Z", open("2026-10-25T03:00:00Z")),
            ("2026-10-25T02:59:00Z", open("2026-10-25T03:00:00Z")),
        ],
    );
}

#[test]
fn the_other_side_of_the_world() {
    check(
        "[hours]\ntimezone = \"Pacific/Auckland\"\nmon = [\"09:00-17:00\"]",
        // Monday in Auckland begins on Sunday in UTC.
        &[
            ("2026-11-22T20:30:00Z", open("2026-11-23T04:00:00Z")),
            ("2026-11-23T04:00:00Z", closed("2026-11-29T20:00:00Z")),
        ],
    );
}

#[test]
fn a_week_without_shifts_never_opens_and_odd_times_do_no_harm() {
    let never = settings("[hours]\ntimezone = \"UTC\"");
    assert_eq!(at(&never, 0), Hours::Closed { back_at_ms: None });
    for now_ms in [i64::MIN, i64::MAX, -1] {
        at(&never, now_ms);
    }
}

#[test]
fn a_shift_that_the_clocks_skip_calls_nobody_back() {
    check(
        "[hours]\ntimezone = \"Europe/Berlin\"\nsun = [\"02:00-03:00\"]\nmon = [\"09:00-18:00\"]",
        &[
            // On Sunday, 29 March 2026 there is no such hour.
            ("2026-03-28T20:00:00Z", closed("2026-03-30T07:00:00Z")),
            ("2026-03-29T01:00:00Z", closed("2026-03-30T07:00:00Z")),
            // A week later there is.
            ("2026-04-04T20:00:00Z", closed("2026-04-05T00:00:00Z")),
        ],
    );
}
