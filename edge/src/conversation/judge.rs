//! From the log to a decision: gathers the facts and asks `policy`. The decision is kept beside the log.

use super::escalate::Handoff;
use super::head::Head;
use super::{About, Context, Conversation};
use crate::error::Result;
use crate::store::{Store, json};
use counterbell_policy::{
    Action, AnswerFacts, CartFacts, Claimed, CustomerFacts, Decision, ModelFacts, PageFacts, PeopleFacts,
    Role, Situation, Stage, Turn, Verified, decide,
};
use counterbell_protocol::Message;
use counterbell_protocol::event::{Author, OwnerCause};
use counterbell_protocol::webhook::Reason;
use counterbell_shop::hours::{self, Hours};

/// So many messages are looked at: loops and repeats lie close together.
pub(super) const MESSAGES: u64 = 40;

/// The reason under which a shopper's own click on "Talk to a person" is handed over.
const ASKED: counterbell_policy::Reason = counterbell_policy::Reason::AsksForHuman;

/// What is known of the answer when the decision is due.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    pub answer: Option<AnswerFacts>,
    pub model: ModelFacts,
}

impl<S: Store> Conversation<S> {
    pub(super) fn judge(&self, cx: &Context, answered: Option<Answered>) -> Result<Decision> {
        let decision = self.decide(cx, &*self.head()?, &self.history(MESSAGES)?, answered)?;
        self.keep_decision(cx, decision)
    }

    /// Reads only.
    pub(super) fn decide(
        &self,
        cx: &Context,
        head: &Head,
        history: &[Message],
        answered: Option<Answered>,
    ) -> Result<Decision> {
        let stage = if answered.is_some() { Stage::Answer } else { Stage::Message };
        let answered = answered.unwrap_or_default();
        let mut situation = self.situation(cx, head)?;
        situation.stage = stage;
        situation.turns = turns(history);
        if let Some(answer) = &answered.answer {
            situation.turns.push(Turn::new(Role::Assistant, answer.text.clone()));
        }
        situation.answer = answered.answer;
        situation.model = answered.model;
        Ok(decide(&cx.shop.rules, &situation))
    }

    /// Beside what the log ends with.
    pub(super) fn keep_decision(&self, cx: &Context, decision: Decision) -> Result<Decision> {
        let sql = "INSERT INTO decision (seq, at_ms, body) SELECT coalesce(max(seq), 0), ?, ? FROM log";
        self.store.run(sql, &[cx.now_ms.into(), json(&decision)?])?;
        Ok(decision)
    }

    fn situation(&self, cx: &Context, head: &Head) -> Result<Situation> {
        let about = &head.about;
        let page = about.page.clone().unwrap_or_default();
        let customer = about.customer.clone();
        let row = self.store.row(
            "SELECT (SELECT count(*) FROM escalation), \
             (SELECT count(*) FROM decision WHERE json_extract(body, '$.rule') IN ('model_down', 'model_empty'))",
            &[],
        )?;
        let (handoffs, failed) = match row {
            Some(row) => (row.count(0)?, row.count(1)?),
            None => (0, 0),
        };
        Ok(Situation {
            conversation_id: about.id.to_string(),
            customer: customer.map(|customer| {
                Verified(CustomerFacts {
                    id: customer.id,
                    tier: customer.tier.unwrap_or_default(),
                    orders: customer.orders.unwrap_or(0),
                    spent: 0.0,
                })
            }),
            cart: Claimed(CartFacts {
                total: page.cart_total.unwrap_or(0.0),
                items: page.cart_items.unwrap_or(0),
            }),
            page: Claimed(PageFacts {
                url: page.url.unwrap_or_default(),
                title: page.title.unwrap_or_default(),
                order: page.order.unwrap_or_default(),
            }),
            people: people(cx),
            language: about.language.clone().unwrap_or_default(),
            age_s: small(cx.now_ms.saturating_sub(head.opened_ms) / 1_000),
            handoffs: small(handoffs),
            failed_answers: small(failed),
            ..Situation::default()
        })
    }
}

fn turns(history: &[Message]) -> Vec<Turn> {
    // The name of a file is nobody's words.
    let said = history.iter().filter(|message| message.attachment.is_none());
    let turns = said.filter_map(|message| {
        let role = match message.from {
            Author::Shopper => Role::Shopper,
            Author::Assistant => Role::Assistant,
            Author::Person => Role::Person,
            Author::Unknown => return None,
        };
        Some(Turn::new(role, message.text.clone()))
    });
    turns.collect()
}

impl Handoff {
    /// What a rule, built in or the shop's, decided.
    pub(super) fn decided(decision: &Decision) -> Option<Self> {
        let Action::Handoff { queue, priority, message } = &decision.action else { return None };
        let asked = decision.rule == ASKED.name();
        Some(Self {
            cause: if asked { OwnerCause::Asked } else { OwnerCause::Rule },
            queue: queue.clone(),
            priority: *priority,
            note: message.clone(),
            reason: reason(decision),
        })
    }

    /// The shopper used the visible control. No rule can stand in the way; a shop shapes queue and words.
    pub(super) fn asked(cx: &Context, about: &About) -> Self {
        let change = cx.shop.settings.builtins.get(&ASKED);
        let language = about.language.as_deref().unwrap_or_default();
        Self {
            cause: OwnerCause::Asked,
            queue: change.and_then(|change| change.queue.clone()),
            priority: change.and_then(|change| change.priority).unwrap_or(ASKED.default_priority()),
            note: change
                .and_then(|change| change.message.as_ref())
                .map(|message| message.to(language).clone()),
            reason: Reason {
                rule: ASKED.name().to_owned(),
                words: "The shopper pressed “Talk to a person”.".to_owned(),
                decision: None,
            },
        }
    }
}

fn reason(decision: &Decision) -> Reason {
    Reason {
        rule: decision.rule.clone(),
        words: decision.words.clone(),
        decision: serde_json::to_value(decision).ok(),
    }
}

fn people(cx: &Context) -> PeopleFacts {
    let now_ms = i64::try_from(cx.now_ms).unwrap_or(i64::MAX);
    let open_now = match hours::at(&cx.shop.settings, now_ms) {
        Hours::Always => None,
        Hours::Open { .. } => Some(true),
        Hours::Closed { .. } => Some(false),
    };
    let people = cx.shop.people.as_ref();
    PeopleFacts {
        online: people.and_then(|people| people.online),
        open_now,
        expected_wait_s: people.and_then(|people| people.wait_high_s),
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
