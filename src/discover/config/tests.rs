//! What `handbook.toml` may say, and what is said when it does not fit.

use proptest::prelude::*;

use super::*;
use crate::base::config::Stance;
use crate::base::text::LineIndex;

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, diagnostics) = config(text, &SourcePath::new("handbook.toml").expect("a path"));
    let index = LineIndex::new(text.as_bytes());
    let drawn = diagnostics.iter().map(|diagnostic| {
        assert_eq!((diagnostic.code, diagnostic.severity), (Code::Config, Severity::Error));
        let (line, column) = index.line_column(diagnostic.primary().expect("a place").span.start);
        let help = diagnostic.help.as_deref().filter(|help| help.starts_with("did")).map(|help| format!("; {help}")).unwrap_or_default();
        format!("{line}:{column}: {}{help}", diagnostic.message)
    });
    let drawn = drawn.collect();
    (config, drawn)
}

#[test]
fn every_key_is_optional() {
    assert_eq!(read(""), (Config::default(), Vec::new()));
}

#[test]
fn the_example_of_the_manual_is_read_whole() {
    let (config, problems) = read(
        r##"title = "Leading and managing"
base_url = "https://handbook.example/sub"
language = "pt-BR"
theme = "paper"
repository = "https://github.com/acme/handbook"
today = 2026-11-23
[[pillars]]
id = "vision"
title = "Sight"
match = ["strategy/**"]
[[pillars]]
id = "other-things"
stance = "management"
hue = ["#08259B", "#b9d0ff"]
key = "section"
[content]
ignore = ["drafts/old/**"]
remote = true
[links]
wanted = true
own_urls = ["https://handbook.example", "http://old.example/a/"]
[trust]
contributor = []
full = ["legacy/**"]
[outputs]
banner = "Preview"
markdown = false
feeds = "none"
cards = "page"
host = "nginx"
[checks]
orphan-page = { level = "hint", reason = "landing pages are linked from the intranet" }
broken-link = "warning"
symlink = { level = "off" }
"##,
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(config.base_url.as_deref(), Some("https://handbook.example/sub/"));
    assert_eq!((config.title.as_str(), config.language.as_str(), config.theme.as_str()), ("Leading and managing", "pt-BR", "paper"));
    assert_eq!(config.repository.as_deref(), Some("https://github.com/acme/handbook"));
    assert_eq!(config.today, Some(Date::constant(2026, 11, 23)));
    let [vision, other] = config.pillars.as_slice() else { panic!("two pillars") };
    assert_eq!(
        (vision.title.as_str(), vision.stance, vision.matches.as_slice()),
        ("Sight", Some(Stance::Leadership), &["strategy/**".to_owned()][..])
    );
    assert!(vision.question.starts_with("Where are we going") && vision.hue[0] == "#08259b");
    assert_eq!((other.title.as_str(), other.hue[0].as_str(), other.key.as_deref()), ("Other things", "#08259b", Some("section")));
    assert_eq!((config.remote, config.wanted, config.markdown, config.banner.as_str()), (true, true, false, "Preview"));
    assert_eq!(config.own_urls, ["https://handbook.example/", "http://old.example/a/"]);
    assert_eq!((config.feeds, config.cards, config.host), (Feeds::None, Some(Cards::Page), Host::Nginx));
    assert_eq!((config.contributor.len(), config.full.len(), config.ignore.len()), (0, 1, 1));
    let levels: Vec<_> = config.checks.into_values().collect();
    assert_eq!(levels, [Level::Report(Severity::Warning), Level::Off, Level::Report(Severity::Hint)]);
}

#[test]
fn every_mistake_is_said_at_once_with_its_place() {
    let (config, problems) = read(
        "titel = \"x\"\nbase_url = \"handbook.example\"\nlanguage = \"english please\"\ntheme = \"../x\"\ntoday = \"soon\"\n\
         [content]\nignore = \"drafts\"\nremote = \"yes\"\nremotes = 1\n[links]\nown_urls = [\"x\"]\n[trust]\nfull = [\"a[\"]\n\
         [outputs]\nfeeds = \"sumary\"\nbroken = \n[checks]\nbroken-lnk = \"off\"\nsymlink = \"of\"\n[zebra]\n",
    );
    assert_eq!(
        problems,
        [
            "1:1: the key `titel` is not known here; did you mean `title`?",
            "2:12: `base_url` wants an address such as `\"https://handbook.example/\"`, not `handbook.example`",
            "3:12: `language` wants a language such as `\"en\"` or `\"pt-BR\"`, not `english please`",
            "4:9: `theme` wants the name of a folder below `themes/`, not `../x`",
            "5:9: `today` wants a date such as `2026-03-14`, not `soon`",
            "7:10: `ignore` wants a list of texts such as `[\"a\", \"b\"]`, not `drafts`",
            "8:10: `remote` wants `true` or `false`, not `yes`",
            "9:1: the key `remotes` is not known here; did you mean `remote`?",
            "11:12: `own_urls` wants a list of addresses such as `[\"https://handbook.example/\"]`, not a list",
            "13:9: `a[` is no pattern for paths",
            "15:9: `feeds` wants one of `\"full\"`, `\"summary\"`, `\"none\"` (did you mean `summary`?), not `sumary`",
            "16:10: a text needs straight quotation marks around it",
            "18:1: there is no check `broken-lnk`; did you mean `broken-link`?",
            "19:11: `symlink` wants one of `\"error\"`, `\"warning\"`, `\"hint\"`, `\"off\"` (did you mean `off`?), not `of`",
            "20:2: the key `zebra` is not known here",
        ]
    );
    assert_eq!(config, Config { full: vec!["a[".into()], ..Config::default() });
}

#[test]
fn an_address_with_a_query_or_a_fragment_is_refused() {
    for bad in ["https://a.example/?x", "https://a.example/#x", "ftp://a.example/", "https://", "//a.example/", "/a/"] {
        assert_eq!(read(&format!("base_url = \"{bad}\"")).1.len(), 1, "{bad}");
    }
}

#[test]
fn a_handbook_has_two_to_six_pillars_with_different_plain_ids() {
    let table = |ids: &[&str]| ids.iter().map(|id| format!("[[pillars]]\nid = \"{id}\"\n")).collect::<String>();
    assert_eq!(read(&table(&["a"])).1, ["1:1: a handbook has two to six pillars, not 1"]);
    assert_eq!(read(&table(&["a", "b", "c", "d", "e", "f", "g"])).1, ["13:1: a handbook has two to six pillars, not 7"]);
    assert_eq!(read(&table(&["a", "a"])).1, ["4:6: two pillars are called `a`"]);
    assert_eq!(read(&table(&["a", "B c"])).1, ["4:6: `id` wants small letters, digits and `-`, not `B c`"]);
    assert_eq!(read("[[pillars]]\ntitle = \"x\"\n[[pillars]]\nid = \"b\"\n").1, ["1:1: a pillar needs an `id`"]);
    assert_eq!(read("pillars = 3").1, ["1:11: `pillars` wants tables that start with `[[pillars]]`, not `3`"]);
}

#[test]
fn pillars_without_ink_get_different_ink() {
    let six = "abcdef".chars().map(|id| format!("[[pillars]]\nid = \"{id}\"\n")).collect::<String>();
    let (config, problems) = read(&six);
    assert!(problems.is_empty());
    let mut hues: Vec<_> = config.pillars.iter().map(|pillar| pillar.hue.clone()).collect();
    hues.sort();
    hues.dedup();
    assert_eq!(hues.len(), 6);
    for [light, dark] in hues {
        assert!(contrast(&light, "#fcfbf8") >= 7.0 && contrast(&dark, "#15171a") >= 7.0, "{light} {dark}");
    }
}

fn contrast(one: &str, other: &str) -> f64 {
    let channel = |hex: &str| {
        let value = f64::from(u8::from_str_radix(hex, 16).expect("hexadecimal")) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = |hex: &str| 0.2126 * channel(&hex[1..3]) + 0.7152 * channel(&hex[3..5]) + 0.0722 * channel(&hex[5..7]);
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    (a / b).max(b / a)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::with_cases(5_000) })]

    #[test]
    fn any_text_gives_a_usable_config(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "title", "base_url", "pillars", "checks", "content", "ignore", "hue", "id", "[", "]", "[[", "]]", "=", "\n", "\"", "'", "{", "}", ".", ",", "1",
        "2026-03-14", "\"a\"", "[\"a\", \"b\"]", "é", "\r\n", "#", "true", "\"https://a.example\"", "[[pillars]]\nid = \"a\"\n", "\u{feff}", "\\",
    ]), 0..20)) {
        let text = pieces.concat();
        let (config, diagnostics) = config(&text, &SourcePath::new("handbook.toml").expect("a path"));
        prop_assert!(config.base_url.is_none_or(|url| url.ends_with('/')));
        for diagnostic in diagnostics {
            let span = diagnostic.labels[0].span;
            prop_assert!(span.start <= span.end && span.end as usize <= text.len() && text.is_char_boundary(span.start as usize), "{diagnostic:?}");
        }
    }
}
