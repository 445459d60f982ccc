//! Opening hours by the edge's own clock: holidays, and shifts past midnight. What is open and closed here is
//! worked out from now; days on which the clocks change cannot be waited for (`edge/shop` tests them).

use counterbell_protocol::event::EventBody;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tests::edge::{Edge, ShopSetup};
use tests::run;
use tests::shopper::PATIENCE;

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The same shift on every day, and these holidays.
fn hours(shift: &str, holidays: &str) -> String {
    let days = WEEK.map(|day| format!("{day} = [\"{shift}\"]")).join("\n");
    format!("timezone = \"UTC\"\n{days}\nholidays = [{holidays}]")
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn midnight_ms(date: Date) -> u64 {
    let midnight = date.to_zoned(TimeZone::UTC).expect("a midnight").timestamp();
    u64::try_from(midnight.as_millisecond()).expect("after 1970")
}

/// When the shopper reads that people are back; `None` where nobody is said to be away.
async fn back_at_ms(hours: &str) -> Option<u64> {
    let shop = Edge::shared().await.shop(ShopSetup::new().section("hours", hours)).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    // What follows from the request is committed with it.
    let log = shopper
        .log_with("the request", PATIENCE, |log| {
            log.iter()
                .any(|event| matches!(&event.event, EventBody::Owner(change) if change.escalation.is_some()))
        })
        .await;
    log.iter().find_map(|event| match &event.event {
        EventBody::ContactAsked(asked) => Some(asked.back_at_ms.expect("people come back")),
        _ => None,
    })
}

#[test]
fn on_a_holiday_nobody_is_there_until_the_first_day_after() {
    run(async {
        // Whether or not the day changes meanwhile.
        let (today, tomorrow) = (today(), today().checked_add(1.day()).expect("a day"));
        let after = today.checked_add(2.days()).expect("a day");
        let closed = back_at_ms(&hours("00:00-24:00", &format!("{today}, {tomorrow}"))).await;
        assert_eq!(closed, Some(midnight_ms(after)));
        let another = format!("{}, {}", after, after.checked_add(1.day()).expect("a day"));
        assert_eq!(back_at_ms(&hours("00:00-24:00", &another)).await, None, "open today");
    });
}

#[test]
fn a_shift_past_midnight_lasts_until_its_end() {
    run(async {
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        let at = |plus: i8| format!("{:02}:00", (now.hour() + plus).rem_euclid(24));
        // From in three hours until in two hours of the next day: the one that began yesterday still lasts.
        assert_eq!(back_at_ms(&hours(&format!("{}-{}", at(3), at(2)), "")).await, None);
        // The one that began yesterday ended an hour ago; the next is three hours later.
        let next_ms = midnight_ms(now.date()) + 3_600_000 * (u64::from(now.hour().unsigned_abs()) + 3);
        assert_eq!(back_at_ms(&hours(&format!("{}-{}", at(3), at(-1)), "")).await, Some(next_ms));
    });
}
