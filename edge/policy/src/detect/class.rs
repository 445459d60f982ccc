//! The roles that a phrase can play; the keys of a language file.

/// What a phrase of a language file means to the detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Class {
    /// Names a person of the staff: "operator", "real person".
    Human,
    /// May name one, if the shopper wants to talk: "someone", "manager".
    Someone,
    /// Names one whom a shopper only wants for one thing: "your supervisor", "the management".
    Boss,
    /// "talk", "connect me", "call".
    Talk,
    /// What a person of the staff, and not just anyone, is asked to do: "take over", "look at it with me".
    Deal,
    /// "I want", "please", "now".
    Want,
    /// Asks for a person by itself: "call me back".
    Ask,
    /// "bot", "machine".
    Bot,
    /// "no more", "tired of", "instead of".
    Enough,
    /// "no need for".
    Not,
    /// What only sounds like staff: "human hair", "are you a bot".
    Veto,
    Anger,
    AngerNot,
    Safety,
    SafetyNot,
    Legal,
    LegalNot,
    Fraud,
    FraudNot,
    Grief,
    GriefNot,
    DidTransfer,
    WillContact,
    DidRefund,
    DidCancel,
    DidChange,
    /// Makes a claim none: "would you like", "I cannot", "once".
    ClaimNot,
    NoAnswer,
    NoAnswerNot,
    /// Common words that tell the language and never count as misspelt.
    Words,
}

/// The keys of a language file; packed phrases name a class by its place here.
pub(crate) const KEYS: [(&str, Class); 30] = [
    ("human", Class::Human),
    ("someone", Class::Someone),
    ("boss", Class::Boss),
    ("talk", Class::Talk),
    ("deal", Class::Deal),
    ("want", Class::Want),
    ("ask", Class::Ask),
    ("bot", Class::Bot),
    ("enough", Class::Enough),
    ("not", Class::Not),
    ("veto", Class::Veto),
    ("anger", Class::Anger),
    ("anger-not", Class::AngerNot),
    ("safety", Class::Safety),
    ("safety-not", Class::SafetyNot),
    ("legal", Class::Legal),
    ("legal-not", Class::LegalNot),
    ("fraud", Class::Fraud),
    ("fraud-not", Class::FraudNot),
    ("grief", Class::Grief),
    ("grief-not", Class::GriefNot),
    ("did-transfer", Class::DidTransfer),
    ("will-contact", Class::WillContact),
    ("did-refund", Class::DidRefund),
    ("did-cancel", Class::DidCancel),
    ("did-change", Class::DidChange),
    ("claim-not", Class::ClaimNot),
    ("no-answer", Class::NoAnswer),
    ("no-answer-not", Class::NoAnswerNot),
    ("words", Class::Words),
];
