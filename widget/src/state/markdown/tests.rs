//! Markdown as a reader would see it, written down in a short notation: `tag[...]`, links with their target.

use super::*;

fn allowed() -> Allowed {
    Allowed { image_hosts: Arc::from(["img.shop.example".to_owned()]) }
}

fn show(trees: &[Tree]) -> String {
    let one = |tree: &Tree| match tree {
        Tree::Text(text) => text.clone(),
        Tree::Element(Element { tag: Tag::Break, .. }) => "⏎".to_owned(),
        Tree::Element(element) => {
            let attrs: String = element.attrs.iter().map(|(_, value)| format!("({value})")).collect();
            let name = if element.tag == Tag::Host { "host" } else { element.tag.name() };
            format!("{name}{attrs}[{}]", show(&element.children))
        }
    };
    trees.iter().map(one).collect()
}

fn check(text: &str, expected: &str) {
    assert_eq!(show(&parse(text, &allowed())), expected, "{text:?}");
}

#[test]
fn inline_marks() {
    for (text, expected) in [
        ("plain", "p[plain]"),
        (
            "**bold** and *soft* and __bold__ and _soft_",
            "p[strong[bold] and em[soft] and strong[bold] and em[soft]]",
        ),
        ("***both***", "p[em[strong[both]]]"),
        ("**a *b* c**", "p[strong[a em[b] c]]"),
        ("2 * 3 * 4 and snake_case_name", "p[2 * 3 * 4 and snake_case_name]"),
        ("**open", "p[**open]"),
        ("~~gone~~ ~kept~", "p[s[gone] ~kept~]"),
        ("`a * b` ``x`y``", "p[code[a * b] code[x`y]]"),
        ("`open", "p[`open]"),
        (r"\*not\* \_this\_", "p[*not* _this_]"),
        ("one\ntwo  \nthree", "p[one⏎two⏎three]"),
        ("a<br>b", "p[a⏎b]"),
        ("<script>alert(1)</script>", "p[<script>alert(1)</script>]"),
        ("<img src=x onerror=alert(1)>", "p[<img src=x onerror=alert(1)>]"),
        ("&lt;b&gt;", "p[&lt;b&gt;]"),
    ] {
        check(text, expected);
    }
}

#[test]
fn links_and_images() {
    for (text, expected) in [
        ("[Returns](https://shop.example/r)", "p[a(https://shop.example/r)[Returnshost[shop.example]]]"),
        ("[shop.example](https://shop.example/r \"t\")", "p[a(https://shop.example/r)[shop.example]]"),
        ("see https://shop.example/r.", "p[see a(https://shop.example/r)[https://shop.example/r].]"),
        ("<https://shop.example>", "p[a(https://shop.example)[https://shop.example]]"),
        ("[**b**](mailto:a@b.example)", "p[a(mailto:a@b.example)[strong[b]]]"),
        ("[x](javascript:alert(1))", "p[x]"),
        ("[x](JAVASCRIPT:alert(1))", "p[x]"),
        ("[x](data:text/html;base64,AAAA)", "p[x]"),
        ("[x](https://a.example/(b))", "p[a(https://a.example/(b))[xhost[a.example]]]"),
        ("[x] (y)", "p[[x] (y)]"),
        ("[a [b] c](tel:+4912)", "p[a(tel:+4912)[a [b] c]]"),
        ("![ours](https://img.shop.example/a.png)", "p[img(https://img.shop.example/a.png)(ours)[]]"),
        ("![theirs](https://evil.example/a.png)", "p[theirs]"),
        ("![plain http](http://img.shop.example/a.png)", "p[plain http]"),
        ("xhttps://a.example", "p[xhttps://a.example]"),
    ] {
        check(text, expected);
    }
}

#[test]
fn blocks() {
    for (text, expected) in [
        ("a\n\nb", "p[a]p[b]"),
        ("# One\n### Three\ntext", "h2[One]h2[Three]p[text]"),
        ("#hash", "p[#hash]"),
        ("- a\n- b\n\n- c", "ul[li[a]li[b]li[c]]"),
        ("3. a\n4. b", "ol(3)[li[a]li[b]]"),
        ("- a\n  - b\n  - c\n- d", "ul[li[aul[li[b]li[c]]]li[d]]"),
        ("1. a\n   more\n\n   para\n2. b", "ol[li[a⏎morep[para]]li[b]]"),
        ("- a\nlazy\n\nout", "ul[li[a⏎lazy]]p[out]"),
        ("> q\n> - x\n\nout", "blockquote[p[q]ul[li[x]]]p[out]"),
        ("```rust\nlet a = 1;\n\n*x*\n```\nafter", "pre[code[let a = 1;\n\n*x*]]p[after]"),
        ("```\nopen **", "pre[code[open **]]"),
        ("---\ntext", "hr[]p[text]"),
        (
            "| a | b |\n|---|:-:|\n| 1 | x\\|y |\n\nend",
            "div[table[thead[tr[th[a]th[b]]]tbody[tr[td[1]td[x|y]]]]]p[end]",
        ),
        ("text\n| a | b |\n|---|---|", "p[text]div[table[thead[tr[th[a]th[b]]]]]"),
        ("a | b", "p[a | b]"),
        ("", ""),
        ("\n \n", ""),
    ] {
        check(text, expected);
    }
}

#[test]
fn people_write_plain_text() {
    let shown = show(&plain("Hi **you**\nsee https://a.example/x, ok\n\n<b>bye</b>"));
    assert_eq!(shown, "p[Hi **you**⏎see a(https://a.example/x)[https://a.example/x], ok]p[<b>bye</b>]");
}

#[test]
fn words_are_what_is_read_aloud() {
    let text = "# Hi\n\n- **one** two\n- [three](https://a.example)";
    assert_eq!(words(&parse(text, &allowed())), "Hi one two three");
}

const SAMPLES: &[&str] = &[
    "para\n----\n-x\nmore\n\n# H\n- a\n  - b\n\n  c\n- d\n\nend **bold** [l](https://a.example) `c`",
    "a\n| x | y |\n|---|---|\n| 1 | 2 |\ntail\n\n```\ncode\n\n```\n1. one\n2. two\n\n\n> q\n> r\nlast",
    "- a\r\n- b\r\n\r\ntext\r\n```js\r\nx\r\n```\r\n",
    "~~~\nx\n~~~\n***\n* * *\n1.5 litres\n1. x\n10) y\n\n     \n#\n# \n#x",
    "ünï **cödé** 🎉\n\n- 🎉\n- é\n\n日本語\nテキスト",
];

#[test]
fn growing_text_parses_as_the_whole() {
    for sample in SAMPLES {
        for step in [1, 2, 3, 7] {
            let mut stream = Stream::new(allowed());
            let ends: Vec<usize> = (0..=sample.len()).filter(|at| sample.is_char_boundary(*at)).collect();
            for end in ends.into_iter().step_by(step) {
                let text = &sample[..end];
                let before: Vec<Tree> = stream.blocks().cloned().collect();
                let changed = stream.set(text);
                let now: Vec<Tree> = stream.blocks().cloned().collect();
                assert_eq!(now, parse(text, &allowed()), "{text:?}");
                assert_eq!(now[..changed.from], before[..changed.from], "untouched blocks are the same");
                assert_eq!(changed.before, before[changed.from..]);
            }
        }
    }
}

#[test]
fn a_replaced_text_starts_anew() {
    let mut stream = Stream::new(allowed());
    stream.set("one\n\ntwo\n\nthree\n\n");
    assert_eq!(stream.set("other").from, 0);
    assert_eq!(show(&stream.blocks().cloned().collect::<Vec<_>>()), "p[other]");
}

/// What backtracks for each of its marks would not come to an end in anybody's lifetime.
#[test]
fn hostile_text_comes_to_an_end() {
    for pattern in [
        "*", "**a ", "*a _b ", "[", "![", "[a](", "`", "`` ` ", "<", "> ", "- ", "|", "_", "~~", "((",
        "http://)", "\\",
    ] {
        let text = pattern.repeat(20_000 / pattern.len());
        let _ = parse(&text, &allowed());
        assert!(plain(&text).len() <= text.len(), "{pattern}");
    }
    let deep = (0..500).map(|n| format!("{}- x\n", "  ".repeat(n))).collect::<String>();
    assert!(!parse(&deep, &allowed()).is_empty());
}
