//! Front matter as people write it, and what becomes of it.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::base::config::{Config, Mode};
use crate::base::path::SourcePath;
use crate::base::text::LineIndex;

fn settings(mode: Mode) -> Settings {
    Settings {
        config: Config::default(),
        mode,
        content: String::new(),
        today: Date::constant(2026, 11, 23),
        drafts: false,
        portable: false,
        vault: false,
        static_roots: Vec::new(),
        signposts: Default::default(),
        history: Default::default(),
        below: String::new(),
        strings: Default::default(),
        visuals: Default::default(),
    }
}

fn read_page(text: &str, mode: Mode) -> (Source, Front, usize, Vec<Diagnostic>) {
    let source = Source::from_text(SourcePath::new("a.md").expect("a path"), text);
    let mut out = Vec::new();
    let (front, body) = front(&source, &settings(mode), &mut out);
    (source, front, body, out)
}

/// What a page says and what is wrong with it, one fact a line.
fn drawn(text: &str, mode: Mode) -> String {
    let (_, front, _, diagnostics) = read_page(text, mode);
    let mut out = facts(&front);
    let index = LineIndex::new(text.as_bytes());
    for diagnostic in &diagnostics {
        let place = diagnostic.primary().expect("a place");
        let (line, column) = index.line_column(place.span.start);
        let _ = writeln!(out, "{line}:{column}: {}[{}]: {}", diagnostic.severity.word(), diagnostic.code.name(), diagnostic.message);
    }
    out.trim_end().to_owned()
}

fn facts(front: &Front) -> String {
    let mut out = String::new();
    let mut say = |name: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "{name} {text}");
        }
    };
    let one = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
    let list = |list: &[Spanned<String>]| list.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(" | ");
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let yes = |yes: bool| if yes { "yes".to_owned() } else { String::new() };
    say("title", one(&front.title));
    say("summary", one(&front.summary));
    say("lang", one(&front.lang));
    say("owner", one(&front.owner));
    say("kind", front.kind.as_ref().map(|kind| format!("{:?}", kind.value)).unwrap_or_default());
    say("pillar", list(&front.pillar));
    say("stance", front.stance.iter().map(|stance| format!("{stance:?}")).collect::<Vec<_>>().join(" | "));
    say("by", list(&front.by));
    say("illustrates", list(&front.illustrates));
    say("contrasts", list(&front.contrasts));
    say("tags", list(&front.tags));
    say("aliases", list(&front.aliases));
    say("weight", front.weight.map(|weight| weight.to_string()).unwrap_or_default());
    say("date", date(front.date));
    say("updated", date(front.updated));
    say("publish_after", date(front.publish_after));
    say("draft", yes(front.draft));
    say("toc", front.toc.map(|toc| toc.to_string()).unwrap_or_default());
    say("hidden", yes(front.hidden));
    say("sources", front.sources.join(" | "));
    say("reviewed", [front.reviewed_by.clone().unwrap_or_default(), date(front.reviewed_on)].join(" ").trim().to_owned());
    say("role", front.role.clone().unwrap_or_default());
    say("industry", front.industry.clone().unwrap_or_default());
    say("status", front.status.map(|status| format!("{status:?}")).unwrap_or_default());
    say("anonymous", yes(front.anonymous));
    say("addresses", list(&front.addresses));
    for (key, json) in &front.extra {
        say("extra", format!("{key} {json}"));
    }
    out
}

fn check(mode: Mode, cases: &[(&str, &str)]) {
    for (text, want) in cases {
        let want: Vec<&str> = want.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(drawn(text, mode).lines().collect::<Vec<_>>(), want, "\n{text}");
    }
}

#[test]
fn every_key_reads_the_same_in_both_syntaxes() {
    let toml = "+++\ntitle = 'T'\nsummary = 'S'\nlang = 'de'\nowner = 'o'\nkind = 'essay'\npillar = ['vision', 'results']\nstance = 'both'\n\
        by = ['@ada', 'Bo']\nillustrates = '../x.md'\ncontrasts = ['[[Y]]']\ntags = ['a', 'b']\naliases = ['/old/', 'Old']\nweight = 1.5\n\
        date = 2026-03-14\nupdated = 2026-03-15T10:00:00Z\npublish_after = '2026-03-16'\ndraft = true\ntoc = false\nhidden = 'yes'\n\
        sources = ['one', 'two']\nrole = 'CTO'\nindustry = 'sales'\nstatus = 'initial'\nanonymous = true\n[reviewed]\nby = 'Cy'\non = 2026-03-17\n+++\n";
    let yaml = "---\ntitle: T\nsummary: S\nlang: de\nowner: o\nkind: essay\npillar: [vision, results]\nstance: both\nby: ['@ada', Bo]\n\
        illustrates: ../x.md\ncontrasts:\n  - [[Y]]\ntags: a, b\naliases: [/old/, Old]\nweight: 1.5\ndate: 2026-03-14\n\
        updated: 2026-03-15T10:00:00Z\npublish_after: '2026-03-16'\ndraft: true\ntoc: no\nhidden: yes\nsources:\n- one\n- two\nrole: CTO\n\
        industry: sales\nstatus: initial\nanonymous: on\nreviewed:\n  by: Cy\n  on: 2026-03-17\n---\n";
    let want = "title T\nsummary S\nlang de\nowner o\nkind Essay\npillar vision | results\nstance Leadership | Management\nby @ada | Bo\n\
        illustrates ../x.md\ncontrasts [[Y]]\ntags a | b\naliases /old/ | Old\nweight 1500\ndate 2026-03-14\nupdated 2026-03-15\n\
        publish_after 2026-03-16\ndraft yes\ntoc false\nhidden yes\nsources one | two\nreviewed Cy 2026-03-17\nrole CTO\nindustry sales\n\
        status Initial\nanonymous yes";
    for mode in [Mode::Own, Mode::Foreign] {
        assert_eq!(drawn(toml, mode), want);
        assert_eq!(drawn(yaml, mode), want);
    }
}

#[test]
fn facts_are_read_kindly() {
    check(
        Mode::Own,
        &[
            ("---\n---\nbody", ""),
            ("---\nA thematic break\n\n---\n", ""),
            ("---\nTitle: With a capital\nPublish-After: 2026-1-2\n---\n", "title With a capital\npublish_after 2026-01-02"),
            ("---\ntitle: 2026\n---\n", "title 2026"),
            ("---\ntitle: 2026-03-14\n---\n", "title 2026-03-14"),
            ("---\ntitle: yes\n---\n", "title yes"),
            ("---\ntitle: 1.10\n---\n", "title 1.10"),
            ("+++\ntitle = 1.10\n+++\n", "title 1.10"),
            ("---\ntitle:\nsummary: ''\ntags:\ndate:\n---\n", ""),
            ("---\ntitle: “Quoted by Word”\n---\n", "title Quoted by Word"),
            ("---\ntags: one\nby: Ada, Bo\n---\n", "by Ada | Bo\ntags one"),
            ("---\nby: Ada Lovelace\nillustrates: [[Say no, in public]]\n---\n", "by Ada Lovelace\nillustrates [[Say no, in public]]"),
            ("---\nsummary: >\n  over\n  lines\n---\n", "summary over lines"),
            ("---\nsummary: \"a\\u0007b\"\n---\n", "summary a b"),
            ("---\nweight: '3'\n---\n", "weight 3000"),
            ("\u{feff}---\r\ntitle: CR LF\r\n---\r\nbody", "title CR LF"),
            ("---\rtitle: CR only\rweight: 2\r---\rbody", "title CR only\nweight 2000"),
            (
                "---\nbase: &b [x, y]\ntags: *b\n---\n",
                "tags x | y\nextra base [\"x\",\"y\"]\n2:1: warning[unknown-key]: the key `base` is not known here",
            ),
        ],
    );
}

#[test]
fn slips_are_mended_and_reported() {
    let colon = "a text with a colon in it needs quotation marks";
    check(
        Mode::Own,
        &[
            (
                "---\ntitle: Cluster Admin Guide: Components\nweight: 2\n---\n",
                &format!("title Cluster Admin Guide: Components\nweight 2000\n2:8: error[front-matter]: {colon}"),
            ),
            (
                "---\ntitle: a: b\nsummary: “c: d”\n---\n",
                &format!(
                    "title a: b\nsummary c: d\n2:8: error[front-matter]: {colon}\n\
                     3:10: error[front-matter]: curly quotation marks do not count as quotation marks here"
                ),
            ),
            ("---\nby:\n  - @someone\n---\n", "by @someone\n3:5: error[front-matter]: a text that starts with `@` needs quotation marks"),
            (
                "---\ndate: {{date}}\n---\n",
                "2:7: error[front-matter]: a text that starts with `{{` needs quotation marks\n\
                 2:7: error[front-matter]: `date` wants a date such as 2026-03-14, not `{{date}}`",
            ),
            ("---\ntags:\n\t- a\n---\n", "tags a\n3:2: error[front-matter]: there is a tab where only spaces may stand"),
            ("+++\ntitle = Plain words\n+++\n", "title Plain words\n2:9: error[front-matter]: a text needs quotation marks around it"),
            ("+++\ntitle: Wrong sign\n+++\n", "title Wrong sign\n2:8: error[front-matter]: a text needs quotation marks around it"),
        ],
    );
}

#[test]
fn mending_by_the_offered_edits_leaves_nothing_to_report() {
    for text in [
        "---\ntitle: Cluster Admin Guide: Components\nby: @ada\n---\nbody",
        "\u{feff}---\r\nsummary: “c: d”\r\ntags:\r\n\t- a\r\n---\r\nbody",
        "+++\ntitle = “Set”\nsummary = Plain words\n+++\nbody",
    ] {
        let (_, before, _, diagnostics) = read_page(text, Mode::Own);
        let mut edits: Vec<Edit> = diagnostics.iter().flat_map(|diagnostic| &diagnostic.fixes).flat_map(|fix| fix.edits.clone()).collect();
        assert!(diagnostics.iter().all(|d| d.fixes.iter().all(|fix| fix.safety == Safety::Safe)) && !edits.is_empty(), "{text:?}");
        edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
        let mut mended = text.to_owned();
        for edit in edits {
            mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        let (source, after, body, rest) = read_page(&mended, Mode::Own);
        assert_eq!(facts(&after), facts(&before));
        assert!(rest.is_empty(), "{mended:?} {rest:?}");
        assert_eq!(&source.text[body..], "body");
    }
}

#[test]
fn what_does_not_fit_is_said_in_the_words_of_an_author() {
    check(
        Mode::Own,
        &[
            ("---\ntitel: x\n---\n", "extra titel \"x\"\n2:1: warning[unknown-key]: the key `titel` is not known here"),
            ("---\ndraft: maybe\n---\n", "2:8: error[front-matter]: `draft` wants `true` or `false`, not `maybe`"),
            ("---\nweight: heavy\n---\n", "2:9: error[front-matter]: `weight` wants a number such as 10, not `heavy`"),
            (
                "---\ndate: 2026-02-30\n---\n",
                "2:7: error[front-matter]: `date` wants a day that is in the calendar, such as 2026-03-14, not `2026-02-30`",
            ),
            ("---\ntitle: [a, b]\n---\n", "2:8: error[front-matter]: `title` wants a text, not a list"),
            ("---\ntags: {a: b}\n---\n", "2:7: error[front-matter]: `tags` wants a text or a list of texts, not a group of keys"),
            ("---\nstance: leader\n---\n", "2:9: warning[unknown-stance]: there is no stance `leader`"),
            (
                "---\nkind: esay\n---\n",
                "2:7: error[front-matter]: `kind` wants one of `essay`, `example`, `contributor`, `term`, `path`, `page`, not `esay`",
            ),
            ("---\nreviewed: Ada\n---\n", "2:11: error[front-matter]: `reviewed` wants `by` and `on` below it, not `Ada`"),
            ("---\nreviewed:\n  bye: Ada\n---\n", "3:3: warning[unknown-key]: the key `bye` is not known here"),
            ("---\ntitle: a\ntitle: b\n---\n", "title a\n3:1: error[front-matter]: this key is there twice"),
            ("+++\ntitle = 'a'\ntitle = 'b'\n+++\n", "title a\n3:1: error[front-matter]: this key is there twice"),
            ("---\ntitle: x\n\nNo end", "1:1: error[front-matter]: the facts that start with `---` are never closed"),
            ("+++\ntitle = 'x'\n", "1:1: error[front-matter]: the facts that start with `+++` are never closed"),
            (
                "+++\nweight = 3\ntitle = \"a\" \"b\" 'c'\nsummary = [1\n+++\n",
                "weight 3000\n3:13: error[front-matter]: this line does not read as `key = value`\n\
                 4:13: error[front-matter]: this list does not read as one",
            ),
            (
                "---\ntitle: \"a\\qb\"\nweight: 3\n---\n",
                "2:8: error[front-matter]: a backslash stands in a text with double quotation marks",
            ),
        ],
    );
    let (_, _, _, diagnostics) = read_page("---\ndescription: x\n---\n", Mode::Own);
    assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean `summary`?"));
    assert_eq!(diagnostics[0].fixes[0].safety, Safety::Safe, "it is known what another tool means by its key");
    let (_, _, _, diagnostics) = read_page("---\ntitel: x\n---\n", Mode::Own);
    assert_eq!(diagnostics[0].fixes[0].safety, Safety::Unsafe, "a likeness may be chance");
}

#[test]
fn the_keys_of_other_tools_count_in_a_foreign_folder() {
    check(
        Mode::Foreign,
        &[
            ("---\ndescription: d\nsubtitle: s\n---\n", "summary d"),
            ("---\ndescription: d\nsummary: ours\n---\n", "summary ours"),
            ("---\nnav_order: 3\n---\n", "weight 3000"),
            ("---\nsidebar:\n  order: 4\n---\n", "weight 4000"),
            ("---\nsidebar: guides\n---\n", "extra sidebar \"guides\""),
            ("---\npublish: false\n---\n", "draft yes"),
            ("---\n\"date modified\": 2026-03-14 10:20\n---\n", "updated 2026-03-14"),
            ("---\ncategories: [a]\nkeywords: a, b\n---\n", "tags a | b"),
            ("---\nauthors:\n  - name: Ada\n    url: x\n  - Bo\n---\n", "by Ada | Bo"),
            ("---\nowner_slack: '#team'\n---\n", "owner #team"),
            ("---\npermalink: /x/\nredirect_from:\n  - /y/\n---\n", "addresses /x/ | /y/"),
            ("---\nhide_from_sitemap: true\n---\n", "hidden yes"),
            ("---\noutline: false\n---\n", "toc false"),
            ("---\noutline: deep\n---\n", "extra outline \"deep\""),
            ("---\nlast_reviewed_on: 2026-01-01\n---\n", "extra last_reviewed_on \"2026-01-01\""),
            ("---\nstatus: published\n---\n", "extra status \"published\""),
            (
                "---\ncreated: {{date}}\n---\n",
                "extra created \"{{date}}\"\n2:10: warning[front-matter]: a text that starts with `{{` needs quotation marks",
            ),
            (
                "---\nfoo: {a: [1, 2.5, null, true]}\n---\n",
                "extra foo {\"a\":[1,2.5,null,true]}\n2:1: hint[unknown-key]: the key `foo` is not known here",
            ),
            ("{\n\"title\": \"J\",\n\"tags\": [\"a\"]\n}\nbody", "title J\ntags a"),
            ("+++\ntitle = 'Z'\n[taxonomies]\ntags = ['a']\n[extra]\nx = 1\n+++\n", "title Z\ntags a\nextra extra {\"x\":1}"),
        ],
    );
}

#[test]
fn hostile_facts_cost_a_diagnostic_and_nothing_else() {
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for level in 1..40 {
        bomb += &format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}, *a{0}]\n", level - 1);
    }
    let chain: String = (1..2500).map(|n| format!("k{n}: &k{n} [*k{}]\n", n - 1)).collect();
    let cases = [
        (format!("---\n{bomb}---\nbody"), "front-matter"),
        (format!("---\nk0: &k0 [x]\n{chain}---\nbody"), "front-matter"),
        (format!("---\nx: {}\n---\nbody", "[".repeat(20_000)), "front-matter"),
        (format!("---\nx: {}{}\n---\nbody", "[".repeat(20_000), "]".repeat(20_000)), "front-matter"),
        (format!("---\nx:\n{}\n---\nbody", "- ".repeat(20_000)), "front-matter"),
        (format!("---\nx: {}\n---\nbody", "{a: ".repeat(10_000)), "front-matter"),
        (format!("+++\nx = {}\n+++\nbody", "[".repeat(20_000)), "front-matter"),
        (format!("+++\n{} = 1\n+++\nbody", vec!["a"; 20_000].join(".")), "front-matter"),
        (format!("---\ntitle: {}\n---\nbody", "x".repeat(1 << 20)), "too-large"),
        ("---\na: &a [*a]\n---\nbody".into(), "front-matter"),
    ];
    for (text, code) in cases {
        let (source, _, body, diagnostics) = read_page(&text, Mode::Own);
        assert_eq!(&source.text[body..], "body");
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.code.name() == code), "{}: {diagnostics:?}", &text[..60.min(text.len())]);
    }
}

#[test]
fn blanks_of_several_bytes_beside_a_key_do_no_harm() {
    let (_, front, body, diagnostics) = read_page("---\n\"\"\"\u{2028}tags: \n---\nbody", Mode::Own);
    assert_eq!((front, body, diagnostics.len()), (Front::default(), 21, 1));
}

/// Pieces that meet in real front matter, so that chance finds the seams.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "---\n",
        "+++\n",
        "...\n",
        "title: ",
        "tags: ",
        "title = ",
        "reviewed:\n",
        "[reviewed]\n",
        "[[a.b]]\n",
        "[a]\n",
        "a.b = 1\n",
        "  - ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "“",
        "”",
        "‘x’",
        "[",
        "]",
        "{",
        "}",
        "{{date}}",
        ": ",
        "@x",
        "&a ",
        "*a",
        "|\n",
        ">-\n",
        "# c\n",
        " #",
        ", ",
        "2026-02-30",
        "é",
        "\u{feff}",
        "\0",
        "\u{2028}",
        "!!str ",
        "<<: ",
        "? ",
        "%YAML 1.2\n",
        "\\",
        "\"\"\"",
        "'''",
        "0x1F",
        "1e999",
        "by",
    ];
    prop_oneof![8 => proptest::sample::select(fixed.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn any_text_gives_facts_and_a_body(start in "(---|\\+\\+\\+|\\{)\n", pieces in proptest::collection::vec(piece(), 0..24), end in "(---|\\+\\+\\+)?\n") {
        let text = start + &pieces.concat() + "\n" + &end;
        for mode in [Mode::Own, Mode::Foreign] {
            let (source, _, body, diagnostics) = read_page(&text, mode);
            prop_assert!(body <= source.text.len() && source.text.is_char_boundary(body));
            for diagnostic in &diagnostics {
                let spans = diagnostic.labels.iter().map(|label| label.span).chain(diagnostic.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span)));
                for span in spans {
                    prop_assert!(span.start <= span.end && span.end as usize <= text.len() && text.is_char_boundary(span.start as usize), "{diagnostic:?}");
                }
            }
        }
    }

    #[test]
    fn mended_facts_parse(pieces in proptest::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        for syntax in [Syntax::Yaml, Syntax::Toml] {
            if let Some(repair) = repair::repair(&text, syntax) {
                for at in (0..=repair.text.len()).filter(|at| repair.text.is_char_boundary(*at)) {
                    prop_assert!(text.is_char_boundary(repair.origin(at)));
                }
            }
        }
    }
}

#[test]
fn a_day_that_is_not_in_the_calendar_is_one_problem() {
    for text in ["+++\ndate = 2026-13-01\n+++\n", "---\ndate: 2026-13-01\n---\n"] {
        let source = Source::decode(SourcePath::new("a.md").expect("a path"), text.as_bytes().to_vec());
        let mut out = Vec::new();
        front(&source, &settings(Mode::Own), &mut out);
        assert_eq!(out.len(), 1, "{out:#?}");
    }
}
