//! The detectors on the project's own phrases, none of which they were written from.

use super::*;

#[path = "measure.rs"]
mod measure;

use measure::Tally;

const LEAST_RECALL_PERCENT: f64 = 95.0;
const MOST_FALSE_HITS_PERCENT: f64 = 2.0;

/// A phrase file as text.
fn file(code: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{code}.txt"));
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn the_packed_phrases_are_those_of_the_files() {
    let lines: Vec<&str> = unpack::WORDS.split('\n').map(|line| line.trim_start_matches('~')).collect();
    let texts = |run: &[words::WordId]| -> Vec<_> {
        run.iter().map(|word| lines[*word as usize].to_owned()).collect()
    };
    let mut every_word = numbers::Numbers::below(lines.len());
    (0..).take(lines.len()).for_each(|word| every_word.insert(word));
    let packed = LEXICON.phrases(&every_word);
    let mut unpacked = packed.all.iter();
    for (code, number) in languages::LANGUAGES.iter().zip(0u8..) {
        let (phrases, bad) = phrase::read(code, &file(code));
        assert_eq!(bad, [], "{code}");
        assert!(phrases.len() > 50, "{code}");
        for phrase in phrases {
            let found = unpacked.next().unwrap();
            let head = (found.language, found.class, found.first, found.last);
            assert_eq!(head, (number, phrase.class, phrase.first, phrase.last), "{code}");
            let options = |place| packed.options(place).map(texts).collect::<Vec<_>>();
            let places = packed.places(found).iter();
            let places: Vec<_> = places.map(|place| (place.gap, place.optional, options(place))).collect();
            let run = |words: &Vec<phrase::Word>| words.iter().map(spelt).collect();
            let options = |part: &phrase::Part| part.options.iter().map(run).collect::<Vec<Vec<String>>>();
            let parts: Vec<_> =
                phrase.parts.iter().map(|part| (part.gap, part.optional, options(part))).collect();
            assert_eq!(places, parts, "{code}");
        }
    }
    assert!(unpacked.next().is_none());
}

fn spelt(word: &phrase::Word) -> String {
    match word.kind {
        phrase::Kind::Whole => word.text.clone(),
        phrase::Kind::Prefix => format!("{}*", word.text),
        phrase::Kind::Suffix => format!("*{}", word.text),
    }
}

#[test]
fn asking_for_a_person_is_heard_in_every_held_out_language() {
    let phrases = measure::held_out();
    let mut failures = Vec::new();
    for (language, of_language) in measure::by_language(&phrases, "human") {
        let tally = Tally::new(&of_language, |text| asks_for_human(text).hit);
        if tally.recall() < LEAST_RECALL_PERCENT || tally.false_hits() > MOST_FALSE_HITS_PERCENT {
            let wrong =
                of_language.iter().filter(|phrase| asks_for_human(&phrase.text).hit != phrase.positive);
            let shown: Vec<&str> = wrong.map(|phrase| phrase.text.as_str()).collect();
            failures.push(format!("{language}: {tally}: {shown:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn no_held_out_text_is_a_phrase_of_its_language_file() {
    let phrases = measure::held_out();
    let files: std::collections::BTreeMap<&str, String> =
        languages::LANGUAGES.iter().map(|code| (*code, file(code))).collect();
    for phrase in
        phrases.iter().filter(|phrase| phrase.positive && phrase.text.split_whitespace().count() > 2)
    {
        let file = &files[phrase.language.as_str()];
        let copied =
            file.lines().flat_map(|line| line.split([',', ':'])).any(|item| item.trim() == phrase.text);
        assert!(!copied, "{}: {}", phrase.language, phrase.text);
    }
}

#[test]
fn tricky_phrases() {
    for (text, expected) in [
        ("I want to talk to a human", true),
        ("I WANNA SPEAK TO SOMEONE REAL!!!", true),
        ("wher is my order, i need an opertor", true),
        ("i no longer want to write with a machine", true),
        ("Connect me with an agent, I already spoke to your colleague", true),
        ("Wie heißt Ihr Vorgesetzter? Den möchte ich sprechen!", true),
        ("Wie heißt Ihr Vorgesetzter? Den muss ich nicht sprechen.", false),
        ("The employee, who helped me yesterday, was very kind", false),
        ("could somebody ring me about order 1234", true),
        ("are you a bot?", false),
        ("is this wig made of human hair?", false),
        ("does the robot vacuum talk to alexa", false),
        ("can the delivery person call me", false),
        ("what is the bleaching agent in this cream", false),
        ("no need for a person, thanks", false),
        ("when can i reach customer service", false),
        ("Einen Berater brauche ich dafür nicht", false),
        ("Den Bot brauche ich nicht, ich will einen Menschen", true),
        ("where is my order", false),
        ("", false),
        ("???", false),
    ] {
        assert_eq!(asks_for_human(text).hit, expected, "{text}: {:?}", asks_for_human(text));
    }
}

#[test]
fn other_signs_are_seen_and_not_imagined() {
    let seen = |text: &str| {
        let seen = detect(text);
        [seen.anger, seen.safety, seen.legal_threat, seen.fraud, seen.bereavement].map(|verdict| verdict.hit)
    };
    let nothing = [false; 5];
    for (text, expected) in [
        ("this is ridiculous, what a joke of a company", [true, false, false, false, false]),
        ("the charger caught fire last night", [false, true, false, false, false]),
        ("you will hear from my lawyer", [false, false, true, false, false]),
        ("someone used my card without my permission", [false, false, false, true, false]),
        ("my husband passed away, please close his account", [false, false, false, false, true]),
        ("Dann nehmen wir uns einen Anwalt", [false, false, true, false, false]),
        ("Maðurinn minn dó", [false, false, false, false, true]),
        ("How do I return a jacket?", nothing),
        ("Ile kosztuje dostawa do Polski?", nothing),
        ("do you sell killer heels", nothing),
        ("does the fraud protection plan cost extra", nothing),
        ("my battery died after a week", nothing),
        ("is the tennis court shoe in stock", nothing),
    ] {
        assert_eq!(seen(text), expected, "{text}");
    }
}

#[test]
fn claims_of_actions_are_caught_and_offers_are_not() {
    for (text, expected) in [
        ("I have transferred you to a colleague.", Some(Claim::Transferred)),
        ("A colleague will call you within the hour.", Some(Claim::WillContact)),
        ("I've refunded your order in full.", Some(Claim::Refunded)),
        ("Your order has been cancelled.", Some(Claim::Cancelled)),
        ("Ich verbinde Sie jetzt mit einem Mitarbeiter.", Some(Claim::Transferred)),
        ("J'ai annulé votre commande.", Some(Claim::Cancelled)),
        ("He cancelado su pedido.", Some(Claim::Cancelled)),
        ("Would you like me to connect you with a colleague?", None),
        ("I cannot transfer you.", None),
        ("Once the parcel is back, a refund takes five days.", None),
        ("Möchten Sie, dass ich Sie mit einem Mitarbeiter verbinde?", None),
    ] {
        assert_eq!(detect_answer(text).claim, expected, "{text}: {:?}", detect_answer(text));
    }
}

#[test]
fn a_growing_text_is_judged_as_each_of_its_beginnings_is() {
    for text in [
        "Sorry about that. I have refunded your order, and I will transfer you to an operater now.",
        "Ich habe Sie gerade an einen Mitarbieter weitergeleitet, er meldet sich bei Ihnen.",
        "Would you like me to cancel your order? I cannot say that I have cancelled your order.",
    ] {
        let mut growing = Growing::default();
        for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let so_far = &text[..end];
            assert_eq!(growing.claims_action(so_far), detect_answer(so_far).false_promise.hit, "{so_far}");
        }
    }
}

#[test]
fn the_same_need_in_other_words_is_similar() {
    let like = similar_to("where is my parcel");
    assert!(like("my package has not arrived yet") >= 0.5);
    assert!(like("Where is my parcel?") >= 0.99);
    assert!(like("how do i change my password") < 0.3);
}

#[test]
fn languages_are_told_apart() {
    for (text, expected) in [
        ("I would like to return my order", "en"),
        ("Ich möchte meine Bestellung zurückgeben", "de"),
        ("Où est ma commande ?", "fr"),
        ("¿Dónde está mi pedido?", "es"),
        ("注文はいつ届きますか", "ja"),
        ("我的订单在哪里", "zh"),
        ("где мой заказ", "ru"),
        ("12345", "und"),
    ] {
        assert_eq!(language(text), expected, "{text}");
    }
}
