//! One sample of every message, with every field filled in at least once.

use counterbell_protocol::agent::*;
use counterbell_protocol::event::*;
use counterbell_protocol::frame::{FrameConfig, ShopWords, Theme};
use counterbell_protocol::socket::*;
use counterbell_protocol::webhook::{self, *};
use counterbell_protocol::*;

const AT: u64 = 1_700_000_000_000;

fn id(text: &str) -> MessageId {
    MessageId::new(text)
}

fn page() -> Page {
    Page {
        url: Some("https://shop.example/coat".into()),
        title: Some("Coat".into()),
        cart_total: Some(129.5),
        cart_items: Some(2),
        order: Some("1042".into()),
    }
}

fn customer() -> Customer {
    Customer {
        id: "u1".into(),
        name: Some("Ada".into()),
        email: Some("ada@example.com".into()),
        tier: Some("vip".into()),
        orders: Some(7),
    }
}

fn contact() -> Contact {
    Contact { reach: "+44 20 7946 0958".into(), name: Some("Ada".into()) }
}

fn rating() -> Rating {
    Rating { solved: true, comment: Some("quick".into()) }
}

fn message() -> Message {
    Message {
        id: id("m2"),
        from: Author::Assistant,
        text: "Within 30 days.".into(),
        name: None,
        sources: vec![Source { title: "Returns".into(), url: "https://shop.example/help/returns".into() }],
        cut: true,
        attachment: None,
    }
}

fn event(seq: u64, event: EventBody) -> Event {
    Event { seq, at_ms: AT, event }
}

fn change() -> OwnerChange {
    OwnerChange {
        owner: Owner::Waiting,
        epoch: 2,
        cause: OwnerCause::Asked,
        escalation: Some(EscalationId::new("esc_1")),
        name: None,
        deadline_ms: Some(AT + 180_000),
        note: Some("We will be right with you.".into()),
    }
}

fn events() -> Vec<Event> {
    let said = Message {
        id: id("m1"),
        from: Author::Shopper,
        text: "Can I return it?".into(),
        name: None,
        sources: vec![],
        cut: false,
        attachment: None,
    };
    let person = Message { id: id("m3"), from: Author::Person, name: Some("Bob".into()), ..said.clone() };
    let photo = Message {
        id: id("m4"),
        text: "broken zip.jpg".into(),
        attachment: Some(attachment()),
        ..said.clone()
    };
    vec![
        event(1, EventBody::Message(said)),
        event(2, EventBody::Message(message())),
        event(3, EventBody::Offer(Offer { reason: "no_answer".into(), note: Some("Ask us".into()) })),
        event(4, EventBody::Owner(change())),
        event(5, EventBody::ContactAsked(ContactAsked { back_at_ms: Some(AT + 3_600_000) })),
        event(6, EventBody::Contact(contact())),
        event(7, EventBody::Owner(joined())),
        event(8, EventBody::Message(person)),
        event(9, EventBody::Rated(rating())),
        event(10, EventBody::Message(photo)),
    ]
}

fn attachment() -> Attachment {
    Attachment {
        file: FileId::new("f1"),
        name: "broken zip.jpg".into(),
        media_type: "image/jpeg".into(),
        size_bytes: 240_000,
    }
}

fn joined() -> OwnerChange {
    OwnerChange {
        owner: Owner::Person,
        epoch: 3,
        cause: OwnerCause::Claimed,
        name: Some("Bob".into()),
        deadline_ms: None,
        note: None,
        ..change()
    }
}

fn ready() -> Ready {
    Ready { seq: 10, owner: Owner::Person, epoch: 3, now_ms: AT }
}

fn queue() -> QueueStatus {
    QueueStatus { position: Some(2), wait_low_s: Some(60), wait_high_s: Some(180), people_online: Some(3) }
}

fn delta() -> Delta {
    Delta { message: id("m2"), offset: 7, text: "30 days".into() }
}

fn written_note() -> WrittenNote {
    WrittenNote { at_ms: AT, by: "Bob".into(), text: "Called the carrier.".into() }
}

pub fn open() -> Open {
    Open { language: Some("de".into()), identity: Some("a.b.c".into()), page: Some(page()) }
}

pub fn opened() -> Opened {
    Opened { conversation: ConversationId::new("c1"), token: "t1".into(), identity_refused: false }
}

pub fn client() -> Vec<(&'static str, ClientFrame)> {
    vec![
        ("say", ClientFrame::Say { id: id("m1"), text: "Can I return it?".into(), page: Some(page()) }),
        ("ask_person", ClientFrame::AskPerson { id: id("m2") }),
        ("withdraw", ClientFrame::Withdraw { id: id("m3") }),
        ("leave_contact", ClientFrame::LeaveContact { id: id("m4"), contact: contact() }),
        ("rate", ClientFrame::Rate { id: id("m5"), rating: rating() }),
        ("identify", ClientFrame::Identify { id: id("m7"), token: "a.b.c".into() }),
        ("end", ClientFrame::End { id: id("m6") }),
        ("typing", ClientFrame::Typing),
    ]
}

pub fn server() -> Vec<(&'static str, ServerFrame)> {
    let refused = ServerFrame::Refused {
        id: Some(id("m1")),
        code: "too_long".into(),
        detail: "A message is at most 8000 bytes; this one has 8001.".into(),
    };
    let names = ["shopper", "assistant", "offer", "waiting", "contact_asked", "contact", "joined", "person"];
    let events = names.into_iter().chain(["rated", "photo"]).zip(events());
    let mut frames: Vec<_> = events.map(|(name, event)| (name, ServerFrame::Event(event))).collect();
    frames.extend([
        ("together", ServerFrame::Events { events: self::events().into_iter().take(2).collect() }),
        ("ready", ServerFrame::Ready(ready())),
        ("accepted", ServerFrame::Accepted { id: id("m1") }),
        ("refused", refused),
        ("delta", ServerFrame::Delta(delta())),
        ("dropped", ServerFrame::Dropped { message: id("m2") }),
        ("typing", ServerFrame::Typing { name: Some("Bob".into()) }),
        ("queue", ServerFrame::Queue(queue())),
    ]);
    frames
}

pub fn missed() -> Missed {
    Missed { events: events(), ready: ready(), draft: Some(delta()), queue: Some(queue()) }
}

pub fn claim() -> Claim {
    Claim { person: Person { id: "bob".into(), name: "Bob".into() } }
}

pub fn claimed() -> Claimed {
    let lease = Lease { expires_at_ms: AT + 60_000, lease_ms: 60_000 };
    Claimed { claim: "k1".into(), escalation: EscalationId::new("esc_1"), lease }
}

pub fn claim_refused() -> ClaimRefused {
    ClaimRefused {
        code: "held".into(),
        detail: "Somebody else has this conversation.".into(),
        held_by: Some(Person { id: "bob".into(), name: "Bob".into() }),
    }
}

pub fn held() -> Held {
    Held { claim: "k1".into() }
}

pub fn reply() -> Reply {
    Reply { claim: "k1".into(), id: id("r1"), text: "Yes, of course.".into() }
}

pub fn replied() -> Replied {
    Replied { seq: 8 }
}

pub fn note() -> Note {
    Note { claim: "k1".into(), text: "Called the carrier.".into() }
}

pub fn transfer() -> Transfer {
    Transfer { claim: "k1".into(), queue: "billing".into() }
}

pub fn people() -> People {
    People { online: Some(3), wait_low_s: Some(60), wait_high_s: Some(180), ttl_s: Some(120) }
}

pub fn escalations() -> Escalations {
    let open = OpenEscalation {
        escalation: EscalationId::new("esc_1"),
        conversation: ConversationId::new("c1"),
        queue: "default".into(),
        priority: 10,
        since_ms: AT,
        deadline_ms: AT + 180_000,
        owner: Owner::Person,
        held_by: Some("Bob".into()),
    };
    Escalations { escalations: vec![open], next: Some(EscalationId::new("esc_1")) }
}

pub fn undelivered() -> UndeliveredPage {
    let failing = Undelivered {
        conversation: ConversationId::new("c1"),
        escalation: Some(EscalationId::new("esc_1")),
        delivery: "msg_esc_1".into(),
        event: "escalation.requested".into(),
        target: "default".into(),
        fallback: false,
        state: Standing::Failing,
        tries: 7,
        status: Some(503),
        error: None,
        since_ms: AT,
        last_ms: AT + 38_000,
        next_ms: Some(AT + 68_000),
    };
    let given_up = Undelivered {
        fallback: true,
        state: Standing::Undeliverable,
        status: None,
        error: Some("no answer within 15 s".into()),
        next_ms: None,
        ..failing.clone()
    };
    let gone = Undelivered { state: Standing::Gone, status: Some(410), next_ms: None, ..failing.clone() };
    UndeliveredPage { undelivered: vec![failing, given_up, gone], next: Some(3) }
}

pub fn replay() -> Vec<(&'static str, Replay)> {
    let conversation = Some(ConversationId::new("c1"));
    vec![
        ("one", Replay { conversation: conversation.clone(), delivery: Some("msg_1".into()), all: false }),
        ("conversation", Replay { conversation, ..Replay::default() }),
        ("all", Replay { all: true, ..Replay::default() }),
    ]
}

pub fn budget() -> Budget {
    let minute = Allowance { allowed: 200, asked: 12, refused: 0, until_ms: AT + 60_000 };
    Budget {
        minute,
        day: Allowance { allowed: 10_000, asked: 10_000, refused: 7, until_ms: AT + 86_400_000 },
    }
}

pub fn transcript() -> Transcript {
    Transcript {
        conversation: ConversationId::new("c1"),
        owner: Owner::Person,
        epoch: 3,
        held_by: Some(Person { id: "bob".into(), name: "Bob".into() }),
        language: Some("en".into()),
        page: Some(page()),
        customer: Some(customer()),
        events: events(),
        notes: vec![written_note()],
    }
}

pub fn feed() -> Vec<(&'static str, FeedFrame)> {
    vec![
        ("event", FeedFrame::Event(event(2, EventBody::Message(message())))),
        ("ready", FeedFrame::Ready(ready())),
        ("typing", FeedFrame::Typing),
        ("note", FeedFrame::Note(written_note())),
    ]
}

pub fn webhook() -> Vec<(&'static str, Delivery)> {
    let about = || webhook::About {
        shop: ShopId::new("demo"),
        conversation: ConversationId::new("c1"),
        escalation: EscalationId::new("esc_1"),
    };
    let line = || Line {
        at_ms: AT,
        from: Author::Shopper,
        name: None,
        text: "Can I return it?".into(),
        attachment: None,
    };
    let photo = Line {
        text: "broken zip.jpg".into(),
        attachment: Some(LinkedAttachment {
            attachment: attachment(),
            url: "https://edge.example/v1/shops/demo/agent/conversations/c1/attachments/f1".into(),
        }),
        ..line()
    };
    let requested = Requested {
        about: about(),
        queue: "default".into(),
        priority: 10,
        reason: Reason {
            rule: "asks_for_human".into(),
            words: "The shopper asks for a person.".into(),
            decision: Some(serde_json::json!({ "rule": "asks_for_human" })),
        },
        summary: "The shopper asks for a person. “Can I return it?”".into(),
        language: Some("en".into()),
        deadline_ms: AT + 180_000,
        customer: Some(customer()),
        page: Some(page()),
        transcript: vec![line()],
        agent_api: "https://edge.example/v1/shops/demo/agent/conversations/c1".into(),
    };
    let named =
        |name: &'static str, what: What| (name, Delivery { timestamp: "2023-11-14T22:13:20Z".into(), what });
    vec![
        named("requested", What::Requested(Box::new(requested))),
        named("message", What::Message(NewMessage { about: about(), id: id("m1"), line: line() })),
        named("attachment", What::Message(NewMessage { about: about(), id: id("m4"), line: photo })),
        named("overdue", What::Overdue(about())),
        named("withdrawn", What::Withdrawn(about())),
        named("contact_left", What::ContactLeft(ContactLeft { about: about(), contact: contact() })),
        named("closed", What::Closed(about())),
        named("rated", What::Rated(Rated { about: about(), rating: rating() })),
        named("erased", What::Erased(about())),
    ]
}

pub fn shop_words() -> ShopWords {
    ShopWords { suggestions: vec!["Hvor er min pakke?".into()], greeting: Some("Hej!".into()) }
}

pub fn frame_config() -> FrameConfig {
    FrameConfig {
        shop: "demo".into(),
        name: "Demo".into(),
        suggestions: vec!["Where is my parcel?".into()],
        greeting: Some("Hello!".into()),
        per_language: true,
        language: "en".into(),
        origins: vec!["https://shop.example".into()],
        image_hosts: vec!["cdn.shop.example".into()],
        attachments: true,
        theme: Theme::default(),
    }
}
