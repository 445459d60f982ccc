//! What was probably meant: the nearest known name to a misspelt one.

/// The candidate nearest to `word`, if it is near enough to be a slip of it.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|name| (strsim::osa_distance(&wanted, &name.replace('-', "_")), name))
        .filter(|(distance, name)| *distance <= slips(&wanted, name))
        .min_by_key(|(distance, name)| (*distance, *name))
        .map(|(_, name)| name)
}

/// How many slips a name of this length may hold and still be recognised.
fn slips(word: &str, name: &str) -> usize {
    ((word.chars().count().max(name.chars().count()) + 1) / 3).clamp(1, 4)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn names_the_slip_and_not_a_stranger() {
        let known = ["message.anger", "message.language", "customer.tier", "max_tokens", "id"];
        for (word, expected) in [
            ("mesage.anger", Some("message.anger")),
            ("message.angry", Some("message.anger")),
            ("customer.teir", Some("customer.tier")),
            ("max-tokens", Some("max_tokens")),
            ("Customer.Tier", Some("customer.tier")),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(closest(word, known), expected, "{word}");
        }
    }
}
