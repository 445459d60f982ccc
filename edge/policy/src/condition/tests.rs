//! What a condition may be, what it may not, and where the mistake is said to be.

use super::{Condition, context, environment};
use crate::facts::{FACTS, Known};
use crate::{CustomerFacts, Role, Situation, Turn, Verified};

fn situation() -> Situation {
    let mut situation = Situation {
        turns: vec![Turn::new(Role::Shopper, "Wo ist mein Päckchen?")],
        customer: Some(Verified(CustomerFacts {
            tier: "vip".to_owned(),
            orders: 3,
            ..CustomerFacts::default()
        })),
        ..Situation::default()
    };
    situation.cart.0.total = 120.5;
    situation.page.0.url = "https://shop.example/checkout/pay?x=1".to_owned();
    situation
}

#[test]
fn conditions_mean_what_cel_says() {
    let env = environment();
    let situation = situation();
    let known = Known::new(&situation);
    for (source, expected) in [
        ("true", true),
        ("customer.tier == \"vip\" && cart.total > 100", true),
        ("customer.tier != 'vip'", false),
        ("customer.tier in ['gold', 'vip']", true),
        ("customer.tier in []", false),
        ("!(customer.orders >= 3)", false),
        ("customer.orders == 3.0", true),
        ("customer.orders * 2 - 1 == 5", true),
        ("customer.orders % 2 == 1", true),
        ("-customer.orders < 0", true),
        ("cart.total / 2.0 > 60.0", true),
        ("(customer.orders > 9 ? 'many' : 'few') == 'few'", true),
        ("message.text.contains('Päckchen') && message.text.startsWith('Wo')", true),
        ("message.text.endsWith('?')", true),
        ("size(message.text) == message.length", true),
        ("message.text.size() > 1000", false),
        ("page.path.startsWith('/checkout')", true),
        ("people.open_now && !people.known && people.online == 0", true),
        ("conversation.turns == 1", true),
    ] {
        let condition =
            Condition::compile(&env, source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let context = context(&env, &known, condition.reads().iter().copied());
        assert_eq!(condition.holds(&context), Ok(expected), "{source}");
    }
}

/// Every fact can be read, and gives what its type promises.
#[test]
fn every_fact_evaluates() {
    let env = environment();
    let situation = situation();
    let known = Known::new(&situation);
    for fact in FACTS {
        let name = fact.name();
        let source = format!("{name} == {name}");
        let condition = Condition::compile(&env, &source).unwrap();
        let context = context(&env, &known, condition.reads().iter().copied());
        assert_eq!(condition.holds(&context), Ok(true), "{name}");
    }
}

/// `^` marks where the mistake is said to be.
#[test]
fn mistakes_are_named_where_they_are() {
    let env = environment();
    for (source, mark, message, suggestion) in [
        ("customer.teir == 'vip'", "^", "unknown fact `customer.teir`", Some("customer.tier")),
        ("true && mesage.anger", "        ^", "unknown fact `mesage.anger`", Some("message.anger")),
        ("cart.total > 'ten'", "           ^", "only numbers are larger or smaller", None),
        ("customer.tier == 3", "              ^", "a text cannot equal a whole number", None),
        ("cart.total", "^", "a condition is true or false", None),
        ("message.anger && cart.items", "                 ^", "`&&` joins true or false", None),
        ("message", "^", "`message` is a group of facts", None),
        ("vip == 'x'", "^", "there is no fact `vip`", None),
        ("tier == 'vip'", "^", "there is no fact `tier`", Some("customer.tier")),
        ("customer.tier = 'vip'", "              ^", "`=` does not compare", Some("==")),
        ("message.anger and true", "              ^", "CEL does not know `and`", Some("&&")),
        ("has(customer.tier)", "   ^", "every fact has a value", None),
        ("['a'].exists(x, x == 'a')", "            ^", "there is no `exists`", None),
        ("message.text.matches('a+')", "                    ^", "there is no `matches`", None),
        ("cart.total + 1 > 2", "           ^", "needs two whole numbers or two numbers", None),
        ("customer.tier in 'vip'", "              ^", "`in` looks into a list", None),
        ("customer.tier in [1, 2]", "              ^", "a text cannot be in a list of whole number", None),
        ("cart.items in [1, 'a']", "                  ^", "a list holds one type", None),
        ("message.text == null", "                ^", "no fact is ever null", None),
        (
            "message.text == 'ä' && cart.total == 'ü'",
            "                                  ^",
            "cannot equal a text",
            None,
        ),
        ("", "^", "a condition is expected", None),
        ("message.anger &&", "                ^", "the condition ends too early", None),
        ("message.text == 'ää' && && true", "                        ^", "`&&` is not expected here", None),
        ("message.anger & true", "              ^", "CEL does not know `&`", Some("&&")),
        ("message.anger || true | true", "                      ^", "CEL does not know `|`", Some("||")),
        ("customer.tier == 'vip", "                 ^", "this text has no closing quote", None),
        ("customer.tier == “vip”", "                 ^", "straight quotes", None),
        ("cart.total > €3", "             ^", "`€` means nothing in CEL", None),
        ("message[\"text\"] == 'a'", "       ^", "are not indexed", None),
    ] {
        let problems = Condition::compile(&env, source).expect_err(source);
        let problem = problems.iter().find(|problem| problem.message.contains(message));
        let problem = problem.unwrap_or_else(|| panic!("{source}: {problems:?}"));
        assert_eq!(problem.suggestion.as_deref(), suggestion, "{source}");
        let at = source.get(..problem.offset).map(|before| before.chars().count());
        assert_eq!(at, Some(mark.chars().count() - 1), "{source}: {problems:?}");
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let problems =
        Condition::compile(&environment(), "customer.teir == 1 && cart.total > 'a' || mesage.text")
            .unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn work_is_bounded() {
    let env = environment();
    let deep = format!("{}true{}", "(".repeat(60), ")".repeat(60));
    let long = format!("message.text == '{}'", "a".repeat(1_000));
    let chain = vec!["1"; 300].join("+") + " > 0";
    let nots = "!".repeat(500) + "true";
    let minus = "-".repeat(500) + "1 > 0";
    for source in [deep, long, chain] {
        assert!(Condition::compile(&env, &source).is_err(), "{source}");
    }
    // Whatever the parser makes of these, it ends.
    for source in [nots, minus, "[".repeat(900), "a.".repeat(450), "\"".repeat(99), "true ?".repeat(30)] {
        let _ = Condition::compile(&env, &source);
    }
}

/// Sentences made of everything a condition may hold, in any order: the parser and the checker survive them,
/// and what they let through gives true or false.
#[test]
fn whatever_is_written_it_is_judged_or_refused() {
    const WORDS: [&str; 48] = [
        "message.anger",
        "customer.tier",
        "cart.total",
        "cart.items",
        "message.text",
        "order",
        "vip",
        "true",
        "1",
        "2.5",
        "'a'",
        "\"b\"",
        "'",
        "\"",
        "\\",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        ":",
        "?",
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        " in ",
        ".contains(",
        ".size()",
        "size(",
        "has(",
        "9223372036854775807",
        "0x",
        "1e999",
        "ä🙂",
        "\n",
        "//",
    ];
    let env = environment();
    let situation = situation();
    let known = Known::new(&situation);
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut held = 0;
    for _ in 0..4_000 {
        let length = 1 + next(9);
        let source: String = (0..length).map(|_| WORDS[next(WORDS.len())]).collect();
        match Condition::compile(&env, &source) {
            Ok(condition) => {
                let context = context(&env, &known, condition.reads().iter().copied());
                if let Err(why) = condition.holds(&context) {
                    assert!(why.contains("verflow") || why.contains("zero"), "{source}: {why}");
                }
                held += 1;
            }
            Err(problems) => {
                assert!(!problems.is_empty(), "{source}");
                assert!(
                    problems.iter().all(|problem| source.is_char_boundary(problem.offset)),
                    "{source}: {problems:?}"
                );
            }
        }
    }
    assert!(held > 20, "only {held} of the sentences were conditions");
}
