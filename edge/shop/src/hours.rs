//! Opening hours: are people there now, and when are they back? Pure: the caller brings the time.

use crate::settings::{Day, OpeningHours, Settings, Shift};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// How far ahead the next shift is looked for, in days.
const LOOK_AHEAD_DAYS: usize = 60;

/// How the shop's hours stand at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// The shop has no hours: it does not say.
    Always,
    Open {
        /// When the shift ends, in milliseconds since the Unix epoch.
        until_ms: i64,
    },
    Closed {
        /// When the next shift begins; `None` if none does within 60 days.
        back_at_ms: Option<i64>,
    },
}

/// The shop's hours at `now_ms`, in milliseconds since the Unix epoch. A shift belongs to the day on which it
/// begins, so a holiday does not end one that began the night before. Times that the clocks skip are moved
/// forward; of times that come twice the first counts.
pub fn at(settings: &Settings, now_ms: i64) -> Hours {
    let Some(hours) = &settings.hours else { return Hours::Always };
    // Settings are checked when they are read; a name that a newer release no longer knows closes nobody out.
    let Some(today) = Today::new(hours, now_ms) else { return Hours::Always };
    let mut until_ms = None;
    for (from_ms, to_ms) in today.shifts() {
        match until_ms {
            None if from_ms > now_ms => return Hours::Closed { back_at_ms: Some(from_ms) },
            None if to_ms > now_ms => until_ms = Some(to_ms),
            None => {}
            Some(until) if from_ms > until => break,
            Some(until) => until_ms = Some(until.max(to_ms)),
        }
    }
    until_ms.map_or(Hours::Closed { back_at_ms: None }, |until_ms| Hours::Open { until_ms })
}

/// The day at the shop, and the zone it is a day in.
struct Today<'a> {
    hours: &'a OpeningHours,
    zone: TimeZone,
    yesterday: Date,
}

impl<'a> Today<'a> {
    fn new(hours: &'a OpeningHours, now_ms: i64) -> Option<Self> {
        let zone = TimeZone::get(&hours.timezone).ok()?;
        let now = Timestamp::from_millisecond(now_ms).ok()?.to_zoned(zone.clone());
        Some(Self { hours, zone, yesterday: now.date().yesterday().ok()? })
    }

    /// From yesterday's on (they may reach into today), by their beginning, in milliseconds.
    fn shifts(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let dates = std::iter::successors(Some(self.yesterday), |date| date.tomorrow().ok());
        dates.take(LOOK_AHEAD_DAYS + 2).flat_map(|date| {
            let shifts = shifts_on(self.hours, date).iter();
            let spans = shifts.filter_map(|shift| self.span(date, *shift));
            // One within the hour that the clocks skip does not take place.
            let mut spans: Vec<_> = spans.filter(|(from_ms, to_ms)| from_ms < to_ms).collect();
            spans.sort_unstable();
            spans
        })
    }

    fn span(&self, date: Date, shift: Shift) -> Option<(i64, i64)> {
        let next_day = if shift.to_min <= shift.from_min { 24 * 60 } else { 0 };
        Some((self.moment(date, shift.from_min)?, self.moment(date, shift.to_min + next_day)?))
    }

    fn moment(&self, date: Date, minutes: u16) -> Option<i64> {
        let local = date.at(0, 0, 0, 0).checked_add(Span::new().minutes(i64::from(minutes))).ok()?;
        Some(local.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }
}

fn shifts_on(hours: &OpeningHours, date: Date) -> &[Shift] {
    let day = Day { year: date.year(), month: date.month(), day: date.day() };
    if let Some(holiday) = hours.holidays.iter().find(|holiday| holiday.date == day) {
        return &holiday.shifts;
    }
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    hours.week.get(weekday).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
