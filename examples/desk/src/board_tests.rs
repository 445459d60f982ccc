//! How cases move: what webhooks, lists and feeds do to them, in and out of order.

use super::*;
use crate::case::Stage;
use counterbell_protocol::agent::{Lease, OpenEscalation, Person};
use counterbell_protocol::event::{Contact, OwnerCause, OwnerChange};
use counterbell_protocol::socket::Ready;
use counterbell_protocol::webhook::{ContactLeft, Line, NewMessage, Reason, Requested};
use counterbell_protocol::{Author, EscalationId, Event, MessageId, Owner, ShopId};

const NOW_MS: u64 = 1_000_000;

fn id() -> ConversationId {
    ConversationId::new("c1")
}

fn about(escalation: &str) -> About {
    About { shop: ShopId::new("demo"), conversation: id(), escalation: EscalationId::new(escalation) }
}

fn requested(escalation: &str) -> What {
    What::Requested(Box::new(Requested {
        about: about(escalation),
        queue: "default".to_owned(),
        priority: 0,
        reason: Reason {
            rule: "asks_for_person".to_owned(),
            words: "Asked for a person".to_owned(),
            decision: None,
        },
        summary: "Where is my parcel?".to_owned(),
        language: Some("en".to_owned()),
        deadline_ms: NOW_MS + 180_000,
        customer: None,
        page: None,
        transcript: Vec::new(),
        agent_api: "https://elsewhere.example/".to_owned(),
    }))
}

fn owner(seq: u64, epoch: u64, owner: Owner, cause: OwnerCause, name: Option<&str>) -> FeedFrame {
    let name = name.map(str::to_owned);
    let change = OwnerChange { owner, epoch, cause, escalation: None, name, deadline_ms: None, note: None };
    FeedFrame::Event(Event { seq, at_ms: NOW_MS, event: EventBody::Owner(change) })
}

fn hold(claim: &str) -> Hold {
    Hold {
        by: Person { id: "p1".to_owned(), name: "Mira".to_owned() },
        claim: claim.to_owned(),
        lease: Lease { expires_at_ms: NOW_MS + 60_000, lease_ms: 60_000 },
    }
}

fn board_with_case() -> Board {
    let mut board = Board::default();
    assert_eq!(board.deliver(requested("e1"), NOW_MS), Some(id()));
    assert!(!board.feed(&ConversationId::new("other"), FeedFrame::Typing, NOW_MS));
    board.feed(&id(), owner(3, 2, Owner::Waiting, OwnerCause::Asked, None), NOW_MS);
    board
}

fn stage(board: &Board) -> Stage {
    board.case(&id()).unwrap().stage.clone()
}

fn name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Waiting => "waiting",
        Stage::Held(_) => "held",
        Stage::Elsewhere { .. } => "elsewhere",
        Stage::Done { .. } => "done",
    }
}

#[test]
fn the_feed_moves_a_case_and_old_news_does_not() {
    use Owner::{Assistant, Closed, Person, Waiting};
    let check = |news: &[(u64, Owner, OwnerCause)], expected: &str| {
        let mut board = board_with_case();
        for (seq, (epoch, who, cause)) in news.iter().enumerate() {
            board.feed(&id(), owner(10 + seq as u64, *epoch, *who, *cause, Some("Jo")), NOW_MS);
        }
        assert_eq!(name(&stage(&board)), expected, "{news:?}");
    };
    check(&[], "waiting");
    check(&[(3, Person, OwnerCause::Claimed)], "elsewhere");
    check(&[(3, Person, OwnerCause::Claimed), (4, Waiting, OwnerCause::Lapsed)], "waiting");
    check(&[(3, Person, OwnerCause::Claimed), (2, Waiting, OwnerCause::Asked)], "elsewhere");
    check(&[(3, Assistant, OwnerCause::Withdrawn)], "done");
    check(&[(3, Closed, OwnerCause::Resolved), (4, Waiting, OwnerCause::Reopened)], "waiting");
    check(&[(1, Assistant, OwnerCause::Opened)], "waiting");
}

#[test]
fn our_claim_holds_whichever_news_of_it_comes_first() {
    let claimed = owner(4, 3, Owner::Person, OwnerCause::Claimed, Some("Mira"));
    let mut answer_first = board_with_case();
    answer_first.claimed(&id(), hold("k1"), None, NOW_MS);
    answer_first.feed(&id(), claimed.clone(), NOW_MS);
    let mut news_first = board_with_case();
    news_first.feed(&id(), claimed, NOW_MS);
    news_first.claimed(&id(), hold("k1"), None, NOW_MS);
    for mut board in [answer_first, news_first] {
        assert_eq!(stage(&board), Stage::Held(hold("k1")));
        board.feed(&id(), owner(5, 4, Owner::Waiting, OwnerCause::Lapsed, None), NOW_MS);
        assert_eq!(stage(&board), Stage::Waiting);
    }
}

#[test]
fn a_lapse_ends_only_the_claim_it_is_about() {
    let mut board = board_with_case();
    board.claimed(&id(), hold("new"), None, NOW_MS);
    assert_eq!(board.with(&id(), |case| case.lapsed("old")), Some(false));
    assert_eq!(name(&stage(&board)), "held");
    assert_eq!(board.with(&id(), |case| case.lapsed("new")), Some(true));
    assert_eq!(name(&stage(&board)), "waiting");
}

#[test]
fn deliveries_change_what_they_are_about() {
    let line = Line {
        at_ms: NOW_MS,
        from: Author::Shopper,
        name: None,
        text: "Hello?".to_owned(),
        attachment: None,
    };
    let contact = Contact { reach: "ada@example.org".to_owned(), name: None };
    let mut board = board_with_case();
    board.deliver(What::Message(NewMessage { about: about("e1"), id: MessageId::new("m1"), line }), NOW_MS);
    board.deliver(What::Overdue(about("e1")), NOW_MS);
    board.deliver(What::ContactLeft(ContactLeft { about: about("e1"), contact: contact.clone() }), NOW_MS);
    let case = board.case(&id()).unwrap();
    assert_eq!((case.lines.len(), case.overdue, case.contact.clone()), (1, true, Some(contact)));
    assert_eq!(case.last_words(), "Hello?", "their words rather than the summary");

    assert_eq!(board.deliver(What::Withdrawn(about("another")), NOW_MS), None, "not this escalation");
    assert_eq!(name(&stage(&board)), "waiting");
    board.deliver(What::Withdrawn(about("e1")), NOW_MS);
    assert_eq!(name(&stage(&board)), "done");
    board.deliver(requested("e2"), NOW_MS);
    assert_eq!(name(&stage(&board)), "waiting", "asked again");
}

#[test]
fn a_request_told_twice_does_not_undo_a_claim() {
    let mut board = board_with_case();
    board.claimed(&id(), hold("k1"), None, NOW_MS);
    board.deliver(requested("e1"), NOW_MS + 5_000);
    assert_eq!(name(&stage(&board)), "held");
    assert_eq!(board.cases().count(), 1);
}

#[test]
fn the_edges_list_heals_what_was_missed() {
    let open = |conversation: &str, owner: Owner| OpenEscalation {
        escalation: EscalationId::new("e1"),
        conversation: ConversationId::new(conversation),
        queue: "vip".to_owned(),
        priority: 7,
        since_ms: NOW_MS,
        deadline_ms: NOW_MS,
        owner,
        held_by: None,
    };
    let list = |all: &[(&str, Owner)]| Escalations {
        escalations: all.iter().map(|(conversation, owner)| open(conversation, *owner)).collect(),
        next: None,
    };
    let mut board = board_with_case();
    let asked = board.asking(NOW_MS);
    board.deliver(requested("e1"), NOW_MS);
    board.list(
        list(&[("c2", Owner::Waiting), ("c3", Owner::Person), ("no/such", Owner::Waiting)]),
        &asked,
        NOW_MS,
    );
    let stage_of = |board: &Board, id: &str| board.case(&ConversationId::new(id)).map(|c| name(&c.stage));
    assert_eq!(stage_of(&board, "c1"), Some("done"), "no longer listed");
    assert_eq!(stage_of(&board, "c2"), Some("waiting"));
    assert_eq!(stage_of(&board, "c3"), Some("elsewhere"));
    assert_eq!(stage_of(&board, "no/such"), None);

    let later = board.asking(NOW_MS + DONE_SHOWN_MS);
    board.list(list(&[("c2", Owner::Waiting)]), &later, NOW_MS + DONE_SHOWN_MS);
    assert_eq!(stage_of(&board, "c1"), None, "shown long enough");
}

#[test]
fn what_came_while_the_list_was_on_its_way_stays() {
    let mut board = Board::default();
    let asked = board.asking(NOW_MS);
    board.deliver(requested("e1"), NOW_MS);
    board.list(Escalations { escalations: Vec::new(), next: None }, &asked, NOW_MS);
    assert_eq!(name(&stage(&board)), "waiting");
}

#[test]
fn a_ready_after_a_cut_line_tells_the_owner() {
    let mut board = board_with_case();
    let ready = |epoch, owner| FeedFrame::Ready(Ready { seq: 9, owner, epoch, now_ms: NOW_MS });
    board.feed(&id(), ready(5, Owner::Closed), NOW_MS);
    assert_eq!(name(&stage(&board)), "done");
}
