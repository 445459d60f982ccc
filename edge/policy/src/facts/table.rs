//! The table itself.

use super::{Fact, Group, Known, Type, Value};
use crate::situation::{AnswerFacts, CustomerFacts, OrderFacts, Situation, Stage, Verified};

macro_rules! facts {
    ($($group:ident . $field:ident : $kind:ident @ $stage:ident, $doc:literal, $get:expr $(, $give:expr)? ;)*) => {
        &[$(Fact {
            group: stringify!($group),
            field: stringify!($field),
            kind: Type::$kind,
            known: Stage::$stage,
            doc: $doc,
            get: |known| Value::$kind($get(known)),
            give: facts!(@give $kind $($give)?),
        }),*]
    };
    (@give $kind:ident) => { None };
    (@give $kind:ident $give:expr) => { Some(super::given::Give::$kind($give)) };
}

pub static GROUPS: &[Group] = &[
    Group { name: "message", doc: "The shopper's newest message, as the detectors read it." },
    Group { name: "answer", doc: "The assistant's finished answer, before the shopper has all of it." },
    Group { name: "conversation", doc: "The conversation so far." },
    Group {
        name: "customer",
        doc: "Who the shopper is. **Verified**: from a signed token or the shop's own server. \
              Whatever the page says counts for nothing here, and without proof every field is empty.",
    },
    Group {
        name: "order",
        doc: "The order that the conversation is about. **Verified**, as with `customer`; \
              the number that the page names is `page.order`.",
    },
    Group {
        name: "cart",
        doc: "**Claimed** by the page: anyone can write anything here. Use it to be kind, never to give a right.",
    },
    Group { name: "page", doc: "**Claimed** by the page: where the shopper is." },
    Group { name: "people", doc: "What the human queue last said of itself, and the shop's opening hours." },
    Group { name: "model", doc: "How the assistant's model did." },
];

pub static FACTS: &[Fact] = facts! {
    message.text: Text @ Message, "The words themselves.", |k: &Known<'_>| k.message_text().to_owned();
    message.lower: Text @ Message, "The words in small letters, for `contains` whatever the shopper's Shift key did.",
        |k: &Known<'_>| k.message_text().to_lowercase();
    message.length: Int @ Message, "Its length in characters.", |k: &Known<'_>| length(k.message_text());
    message.language: Text @ Message, "Its language (BCP 47), or `und` when the words do not tell.",
        |k: &Known<'_>| k.message().language.clone();
    message.asks_for_human: Bool @ Message, "Asks for a person. A built-in reason.",
        |k: &Known<'_>| k.message().asks_for_human.hit;
    message.anger: Bool @ Message, "Is angry. A built-in reason.", |k: &Known<'_>| k.message().anger.hit;
    message.anger_score: Number @ Message, "How angry, 0 to 1; from 0.5 on `message.anger` is true.",
        |k: &Known<'_>| thousandths(k.message().anger.score);
    message.safety: Bool @ Message, "Speaks of danger to safety or health. A built-in reason.",
        |k: &Known<'_>| k.message().safety.hit;
    message.legal_threat: Bool @ Message, "Threatens legal steps. A built-in reason.",
        |k: &Known<'_>| k.message().legal_threat.hit;
    message.fraud: Bool @ Message, "Speaks of fraud, or of a stolen account or card. A built-in reason.",
        |k: &Known<'_>| k.message().fraud.hit;
    message.bereavement: Bool @ Message, "Writes about a death. A built-in reason.",
        |k: &Known<'_>| k.message().bereavement.hit;
    message.repeats: Int @ Message,
        "How often the same need was put before, though in other words. From 2 on it is the built-in reason `loop`.",
        |k: &Known<'_>| k.message_repeats();

    answer.text: Text @ Answer, "The words themselves.", |k: &Known<'_>| k.answer_text().to_owned();
    answer.length: Int @ Answer, "Its length in characters.", |k: &Known<'_>| length(k.answer_text());
    answer.grounded: Bool @ Answer, "It rests on the shop's help pages or on facts it was given.",
        |k: &Known<'_>| answer(k, |a| a.grounded), |s, v| given_answer(s).grounded = v;
    answer.refused: Bool @ Answer, "The model refused to answer.",
        |k: &Known<'_>| answer(k, |a| a.refused), |s, v| given_answer(s).refused = v;
    answer.no_answer: Bool @ Answer, "It says that it does not know. A built-in reason.",
        |k: &Known<'_>| k.answer().no_answer.hit;
    answer.false_promise: Bool @ Answer,
        "It claims something that nobody has done (transferred, refunded, a call-back). A built-in reason.",
        |k: &Known<'_>| k.answer().false_promise.hit && !answer(k, |a| a.action_taken);
    answer.repeats: Int @ Answer,
        "How often the assistant said the same before. From 1 on it is the built-in reason `loop`.",
        |k: &Known<'_>| k.answer_repeats();

    conversation.turns: Int @ Message, "Messages of the shopper so far, with this one.",
        |k: &Known<'_>| shopper_turns(k.situation);
    conversation.failures: Int @ Message, "Answers so far that were none: the assistant did not know, or failed.",
        |k: &Known<'_>| k.failures(), |s, v| s.failed_answers = whole(v);
    conversation.age_s: Int @ Message, "Seconds since it began.",
        |k: &Known<'_>| i64::from(k.situation.age_s), |s, v| s.age_s = whole(v);
    conversation.waited_s: Int @ Message, "Seconds that the shopper has waited for a person.",
        |k: &Known<'_>| i64::from(k.situation.waited_s), |s, v| s.waited_s = whole(v);
    conversation.handoffs: Int @ Message, "How often it was handed over before.",
        |k: &Known<'_>| i64::from(k.situation.handoffs), |s, v| s.handoffs = whole(v);
    conversation.language: Text @ Message, "The language of the frame (BCP 47).",
        |k: &Known<'_>| k.situation.language.clone(), |s, v| s.language = v;

    customer.verified: Bool @ Message, "Somebody whom the shop's server vouched for.",
        |k: &Known<'_>| k.situation.customer.is_some(),
        |s, v| s.customer = v.then(|| s.customer.take().unwrap_or_default());
    customer.id: Text @ Message, "The shop's own id of them. Empty unless verified.",
        |k: &Known<'_>| customer(k, |c| c.id.clone()), |s, v| given_customer(s, |c| c.id = v);
    customer.tier: Text @ Message, "E.g. `vip`. Empty unless verified.",
        |k: &Known<'_>| customer(k, |c| c.tier.clone()), |s, v| given_customer(s, |c| c.tier = v);
    customer.orders: Int @ Message, "Orders so far. 0 unless verified.",
        |k: &Known<'_>| customer(k, |c| i64::from(c.orders)), |s, v| given_customer(s, |c| c.orders = whole(v));
    customer.spent: Number @ Message, "Spent so far, in the shop's currency. 0 unless verified.",
        |k: &Known<'_>| customer(k, |c| c.spent), |s, v| given_customer(s, |c| c.spent = v);

    order.known: Bool @ Message, "The shop's server told of an order.",
        |k: &Known<'_>| k.situation.order.is_some(),
        |s, v| s.order = v.then(|| s.order.take().unwrap_or_default());
    order.id: Text @ Message, "Its number. Empty unless known.",
        |k: &Known<'_>| order(k, |o| o.id.clone()), |s, v| given_order(s, |o| o.id = v);
    order.status: Text @ Message, "In the shop's own words, e.g. `shipped`. Empty unless known.",
        |k: &Known<'_>| order(k, |o| o.status.clone()), |s, v| given_order(s, |o| o.status = v);
    order.total: Number @ Message, "Its value in the shop's currency. 0 unless known.",
        |k: &Known<'_>| order(k, |o| o.total), |s, v| given_order(s, |o| o.total = v);
    order.age_days: Int @ Message, "Days since it was placed. 0 unless known.",
        |k: &Known<'_>| order(k, |o| i64::from(o.age_days)), |s, v| given_order(s, |o| o.age_days = whole(v));

    cart.total: Number @ Message, "Its value as the page says, in the shop's currency.",
        |k: &Known<'_>| k.situation.cart.0.total, |s, v| s.cart.0.total = v;
    cart.items: Int @ Message, "How many things are in it, as the page says.",
        |k: &Known<'_>| i64::from(k.situation.cart.0.items), |s, v| s.cart.0.items = whole(v);

    page.url: Text @ Message, "Its address.",
        |k: &Known<'_>| k.situation.page.0.url.clone(), |s, v| s.page.0.url = v;
    page.path: Text @ Message, "The address without host, query and fragment, e.g. `/checkout`.",
        |k: &Known<'_>| path(&k.situation.page.0.url).to_owned();
    page.title: Text @ Message, "Its title.",
        |k: &Known<'_>| k.situation.page.0.title.clone(), |s, v| s.page.0.title = v;
    page.order: Text @ Message, "The order number that the page names.",
        |k: &Known<'_>| k.situation.page.0.order.clone(), |s, v| s.page.0.order = v;

    people.known: Bool @ Message, "The queue said lately how many people are there.",
        |k: &Known<'_>| k.situation.people.online.is_some();
    people.online: Int @ Message, "How many people are there. 0 when the queue does not tell.",
        |k: &Known<'_>| i64::from(k.situation.people.online.unwrap_or(0)),
        |s, v| s.people.online = Some(whole(v));
    people.open_now: Bool @ Message, "Within the shop's opening hours. True for a shop without hours.",
        |k: &Known<'_>| k.situation.people.open_now.unwrap_or(true), |s, v| s.people.open_now = Some(v);
    people.expected_wait_s: Int @ Message, "The expected wait in seconds. 0 when the queue does not tell.",
        |k: &Known<'_>| i64::from(k.situation.people.expected_wait_s.unwrap_or(0)),
        |s, v| s.people.expected_wait_s = Some(whole(v));

    model.down: Bool @ Answer, "It could not be reached, or did not answer in time. A built-in reason.",
        |k: &Known<'_>| k.situation.model.down, |s, v| s.model.down = v;
    model.empty: Bool @ Answer, "It answered with nothing. A built-in reason.",
        |k: &Known<'_>| k.situation.model.empty, |s, v| s.model.empty = v;
    model.asked_for_handoff: Bool @ Answer, "It asked for a person itself. A built-in reason.",
        |k: &Known<'_>| k.situation.model.asked_for_handoff, |s, v| s.model.asked_for_handoff = v;
};

fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// A detector's `f32` as the nearest thousandth, so that 0.7 does not read 0.699999988.
pub(crate) fn thousandths(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

fn answer<T: Default>(known: &Known<'_>, get: impl Fn(&AnswerFacts) -> T) -> T {
    known.situation.answer.as_ref().map(get).unwrap_or_default()
}

fn customer<T: Default>(known: &Known<'_>, get: impl Fn(&CustomerFacts) -> T) -> T {
    known.situation.customer.as_ref().map(|Verified(customer)| get(customer)).unwrap_or_default()
}

fn order<T: Default>(known: &Known<'_>, get: impl Fn(&OrderFacts) -> T) -> T {
    known.situation.order.as_ref().map(|Verified(order)| get(order)).unwrap_or_default()
}

fn shopper_turns(situation: &Situation) -> i64 {
    let turns = situation.turns.iter().filter(|turn| turn.role == crate::Role::Shopper).count();
    i64::try_from(turns).unwrap_or(i64::MAX)
}

fn path(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or("/")
}

fn whole(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

fn given_answer(situation: &mut Situation) -> &mut AnswerFacts {
    situation.answer.get_or_insert_default()
}

/// Identity fails closed: what is said of a customer who is not verified is not kept.
fn given_customer(situation: &mut Situation, set: impl FnOnce(&mut CustomerFacts)) {
    if let Some(Verified(customer)) = &mut situation.customer {
        set(customer);
    }
}

/// The same for an order that the shop's server does not know.
fn given_order(situation: &mut Situation, set: impl FnOnce(&mut OrderFacts)) {
    if let Some(Verified(order)) = &mut situation.order {
        set(order);
    }
}

#[cfg(test)]
mod tests {
    use super::{FACTS, GROUPS, path};

    #[test]
    fn names_are_unique_and_every_group_is_described() {
        let mut names: Vec<_> = FACTS.iter().map(super::Fact::name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FACTS.len());
        assert!(FACTS.iter().all(|fact| GROUPS.iter().any(|group| group.name == fact.group)));
    }

    #[test]
    fn the_path_is_what_stands_between_host_and_query() {
        for (url, expected) in [
            ("https://shop.example/a/b?q#f", "/a/b"),
            ("https://shop.example", "/"),
            ("https://shop.example?x=/y", "/y"),
            ("/cart#top", "/cart"),
            ("", "/"),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
    }
}
