//! P7: twice the text takes about twice the time, and a page is not much longer than what it was made from.
//!
//! Growth is judged as a ratio of two sizes of one text, never in seconds; only the watchdog knows a clock.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::machine::Machine;
use super::scale::{Counted, Scale, trial};

/// Texts that have made parsers slow, each a piece to repeat; `#` stands for the number of the piece.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "[[a]]",
    "[[a|b]] ",
    "![[",
    "![[a]]\n\n",
    "![",
    "[a](b",
    "[a](<b",
    "](y)",
    "[a][b]",
    "[^",
    "[^a]",
    "[^a]: b\n",
    "*",
    "**a ",
    "*_a",
    "_a__b",
    "~~",
    "~~a ~",
    "`",
    "`` a ` ",
    "```\n",
    "~~~~\n",
    "> ",
    "> a\n",
    "- ",
    "- a\n ",
    "1. ",
    "\t",
    "    a\n",
    "<",
    "<a ",
    "<a href=\"",
    "<div>",
    "</div>",
    "<!--",
    "<!-- a -->",
    "<![CDATA[",
    "<?a",
    "<x-y>",
    "<placeholder> ",
    "&",
    "&amp;",
    "&#1114112;",
    "\\",
    "\\\n",
    "|",
    "| a ",
    "|-|\n",
    "a|b\n-|-\n",
    "# a\n",
    "# #\n",
    "a\n===\n",
    "---\n",
    "***\n",
    "%%",
    "%% a %%",
    "==",
    "==a== ",
    "$",
    "$a$ ",
    "$$",
    "$$a$$\n\n",
    "{{",
    "{{< a >}}",
    "{%",
    "{% a %}\n",
    ":::",
    ":::note\na\n",
    ":::\n",
    "!!! note\n",
    "!!! note\n    a\n",
    "??? a\n",
    "> [!NOTE]\n",
    "> [!NOTE]\n> a\n\n",
    "{#a} ",
    "# a {#b}\n",
    "^a",
    "a ^b\n\n",
    "#tag ",
    "http://",
    "http://a.b ",
    "www.a.b ",
    "a@b.c ",
    "<http://a>",
    "a: b\n: c\n",
    "a\n: b\n\n",
    "[TOC]\n\n",
    "<!-- toc -->",
    "[[_TOC_]]\n",
    "- [ ] a\n",
    "a\u{301}",
    "\u{202e}a",
    "\u{0}",
    "\u{feff}",
    "\r",
    "\r\n\r\n",
    "é",
    "漢字。",
    "👩‍👩‍👧",
    "Leader | Manager\n-|-\na|b\n\n",
    "## Leadership\n\na\n\n## Management\n\nb\n\n",
    "[a#]: /b#\n[a#] ",
    "[^n#]: note\n\ntext[^n#]\n\n",
    "## Same\n\n",
    "<details>\n\n",
    "<script>",
    "<style>a{}</style>\n",
    "<svg onload=a>",
    "javascript:a ",
    "[a](javascript:b) ",
    "[[Home]] ",
    "[[#a]] ",
    "[[Home#^b]] ",
    "{{#include a}}\n",
    "import a from 'b'\n",
    "<A b={c}>\n",
    "\"",
    "'",
    "...",
    "--",
];

pub fn trials(scale: Scale) -> Vec<Trial> {
    vec![
        trial("twice_the_text_takes_about_twice_the_time", move || growth(scale)),
        trial("references_and_embeds_cannot_amplify", amplification),
    ]
}

/// A page made of one piece, about so many bytes long.
fn text(piece: &str, bytes: usize) -> String {
    let mut text = String::from("# Page\n\n");
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&piece.replace("a#", &format!("a{number}")).replace("n#", &format!("n{number}")));
        number += 1;
    }
    text.push('\n');
    text
}

/// Builds a page; gives the time and the size of what was made of it.
fn build(machine: &Machine, text: &str, what: &str) -> (Duration, usize) {
    machine.write("page.md", text);
    let start = Instant::now();
    let run = machine.run(&["build", "-q", "--jobs", "1"]);
    let taken = start.elapsed();
    assert!(!run.hung, "{what}: it hangs");
    assert_eq!(run.code, Some(0), "{what}: {}", run.said().chars().take(2000).collect::<String>());
    let page = machine.root().join("_site/page/index.html");
    (taken, std::fs::metadata(&page).unwrap_or_else(|_| panic!("{what}: there is no page")).len() as usize)
}

fn growth(scale: Scale) -> Counted {
    let bytes = scale.pick(20_000, 60_000, 200_000);
    let machine = Machine::new();
    machine.write("index.md", "# Home\n");
    let (mut slow, mut long) = (Vec::new(), BTreeSet::new());
    for piece in PIECES {
        let (small, large) = (text(piece, bytes), text(piece, 2 * bytes));
        // The shortest of some tries is the one that nothing else on the machine disturbed.
        let (mut one, mut two) = (Duration::MAX, Duration::MAX);
        let mut calm = false;
        for _ in 0..6 {
            let (time, _) = build(&machine, &small, piece);
            one = one.min(time);
            let (time, size) = build(&machine, &large, piece);
            two = two.min(time);
            // A formula of one letter is a tree of elements in MathML.
            let factor = if piece.starts_with('$') { 50 } else { 20 };
            if size > factor * large.len() + 64 * 1024 {
                long.insert(format!("{piece:?}: {size} bytes of HTML from {} of text", large.len()));
            }
            calm = two < Duration::from_millis(400) || two.as_secs_f64() <= 2.6 * one.as_secs_f64();
            if calm {
                break;
            }
        }
        if !calm {
            slow.push(format!("{piece:?}: {one:?} for {} bytes, {two:?} for {}", small.len(), large.len()));
        }
    }
    assert!(slow.is_empty() && long.is_empty(), "{slow:#?}\n{long:#?}");
    vec![("texts that made other parsers slow", PIECES.len())]
}

/// Definitions used many times, embeds of embeds, and notes of notes end within the budget.
fn amplification() -> Counted {
    let long = "x".repeat(2_000);
    let reference = format!("[a]: /{long}\n\n{}", "[a] ".repeat(20_000));
    let note = format!("{}\n[^a]: {long}\n", "[^a] ".repeat(20_000));
    for (what, text) in [("a reference", reference), ("a note", note)] {
        let machine = Machine::new();
        machine.write("index.md", "# Home\n");
        build(&machine, &text, what);
    }
    // Each page embeds the next three times: 3^12 is half a million.
    let machine = Machine::new();
    machine.write("index.md", "# Home\n\n![[e0]]\n");
    for at in 0..12 {
        let next = format!("![[e{}]]\n\n", at + 1).repeat(3);
        machine.write(&format!("e{at}.md"), format!("# E{at}\n\n{next}"));
    }
    machine.write("e12.md", "# E12\n\nThe end.\n");
    let run = machine.run(&["build", "-q"]);
    run.ended("a fan of embeds");
    let page = std::fs::metadata(machine.root().join("_site/index.html")).unwrap().len();
    assert!(page < 3_000_000, "{page} bytes");
    let check = machine.run(&["check", "--format", "short"]);
    assert!(check.stdout.contains("[embed-budget]"), "{}", check.said());
    vec![("amplifiers", 3)]
}
