//! Multiplies out the choices of a phrase that are too rich to stay one place: nested ones, and those with a
//! gap or an end inside. Plain `(a|b)` choices stay as they are, so that a phrase does not become a thousand.

/// The phrases that a line's item stands for.
pub(crate) fn expand(item: &str) -> Vec<String> {
    let Some((before, inside, after)) = split_choice(item) else { return vec![item.to_owned()] };
    let heads = heads(before.trim().is_empty(), inside);
    let tails = expand(after);
    heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{before} {head} {tail}"))).collect()
}

/// What may stand in place of one choice.
fn heads(starts: bool, inside: &str) -> Vec<String> {
    let (rich, plain): (Vec<&str>, Vec<&str>) =
        alternatives(inside).into_iter().partition(|text| is_rich(text));
    let mut heads: Vec<String> = rich.into_iter().flat_map(expand).collect();
    let some: Vec<&str> = plain.iter().copied().filter(|text| !text.trim().is_empty()).collect();
    let optional = some.len() < plain.len();
    // A phrase cannot start with nothing, so "(to|) a" is "(to) a" and "a".
    if optional && (starts || some.is_empty()) {
        heads.push(String::new());
    }
    if !some.is_empty() {
        let end = if optional && !starts { "|" } else { "" };
        heads.push(format!("({}{end})", some.join("|")));
    }
    heads
}

fn is_rich(text: &str) -> bool {
    text.contains(['(', '$']) || text.contains("..")
}

/// The text before the first choice that is not plain or could be optional at the start, inside it, and after.
fn split_choice(item: &str) -> Option<(&str, &str, &str)> {
    let open = item.find('(')?;
    let close = open + matching(item.get(open..)?)?;
    Some((item.get(..open)?, item.get(open + 1..close)?, item.get(close + 1..)?))
}

/// Where the parenthesis that opens the text closes.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(index),
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// Splits at the bars that are not inside an inner choice.
fn alternatives(inside: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (index, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                parts.extend(inside.get(start..index));
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.extend(inside.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: &str, expected: &[&str]) {
        let spaced: Vec<String> =
            expand(item).iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(spaced, expected);
    }

    #[test]
    fn only_rich_choices_multiply() {
        check("a (b|c) d", &["a (b|c) d"]);
        check("a (b|) d", &["a (b|) d"]);
        check("(a|) b", &["b", "(a) b"]);
        check("call (me|$)", &["call $", "call (me)"]);
        check("not (know|have (data|access))", &["not have (data|access)", "not (know)"]);
        check("(a .. b|c) d", &["a .. b d", "(c) d"]);
    }
}
