//! What holds for every handbook: laws, each tried on many.

use std::sync::Arc;

use fourfold::base::config::{Config, Mode, Settings};
use fourfold::base::path::SourcePath;
use fourfold::base::text::Source;
use fourfold::engine::{Change, Engine};
use fourfold::parse::parse;
use fourfold::parse::rules::Rules;
use proptest::prelude::*;
use proptest::test_runner::{Config as Trials, RngSeed};

use crate::support::handbook::{Files, TODAY};
use crate::support::html::{misnested, pieces, select, text, tree, unbalanced};
use crate::support::{Handbook, Site, closed_world, ill_formed};

/// How often a law is tried: on the same cases in every run, or, with `FOURFOLD_TRIALS=20`, on twenty times as many that
/// nobody has seen. No file remembers what failed; the report holds the smallest case.
pub(crate) fn trials(cases: u32) -> Trials {
    let times: Option<u32> = std::env::var("FOURFOLD_TRIALS").ok().and_then(|times| times.parse().ok());
    let rng_seed = if times.is_some() { RngSeed::Random } else { RngSeed::Fixed(4) };
    Trials { cases: cases * times.unwrap_or(1), failure_persistence: None, max_shrink_iters: 400, rng_seed, ..Trials::default() }
}

/// Where files may lie: few names, so that they meet, steal from each other and go.
pub(crate) const PLACES: [&str; 21] = [
    "content/index.md",
    "content/about.md",
    "content/vision/index.md",
    "content/vision/aim.md",
    "content/vision/deep/aim.md",
    "content/results/count.md",
    "content/results/Aim.md",
    "content/results/02-ledger.md",
    "content/examples/ada-aims.md",
    "content/examples/grace-counts.md",
    "content/contributors/ada.md",
    "content/contributors/grace-hopper.md",
    "content/glossary/goal.md",
    "content/glossary/trust.md",
    "content/glossary.md",
    "content/paths/first.md",
    "content/notes/README.md",
    "content/old name.md",
    "content/contributors/index.md",
    "content/glossary/README.md",
    "content/paths/_index.md",
];

pub const TITLES: [&str; 8] = ["Aim", "Count", "Ledger", "Goal", "Trust", "Ada Lovelace", "About us", "Part 10"];

/// Lines of front matter.
pub fn fact() -> impl Strategy<Value = String> {
    let title = prop::sample::select(&TITLES[..]);
    prop_oneof![
        title.clone().prop_map(|title| format!("title = {title:?}")),
        title.clone().prop_map(|title| format!("aliases = [{title:?}, \"/old/place/\"]")),
        title.clone().prop_map(|title| format!("illustrates = {title:?}")),
        Just("illustrates = \"../vision/aim.md\"".to_owned()),
        title.clone().prop_map(|title| format!("contrasts = [{title:?}]")),
        prop::sample::select(vec!["ada", "Grace Hopper", "grace HOPPER", "Ada Lovelace", "Ada Lovelacce", "@bob"])
            .prop_map(|name| format!("by = {name:?}")),
        prop::sample::select(vec!["one", "One", "two", "Zwei Worte"]).prop_map(|tag| format!("tags = [{tag:?}, \"common\"]")),
        prop::sample::select(vec!["essay", "example", "page", "term"]).prop_map(|kind| format!("kind = {kind:?}")),
        prop::sample::select(vec!["vision", "results", "nowhere"]).prop_map(|pillar| format!("pillar = {pillar:?}")),
        (0..3).prop_map(|weight| format!("weight = {weight}")),
        Just("draft = true".to_owned()),
        Just("hidden = true".to_owned()),
        Just("anonymous = true".to_owned()),
        Just("summary = \"In short, a goal.\"".to_owned()),
        Just("publish_after = 2027-01-01".to_owned()),
        Just("aliases = [\"/vision/aim/\"]".to_owned()),
    ]
}

/// Pieces of text that touch other pages, and some that do not.
pub fn piece() -> impl Strategy<Value = String> {
    let title = prop::sample::select(&TITLES[..]);
    let place = prop::sample::select(&PLACES[..]).prop_map(|place| place.trim_start_matches("content").replace(' ', "%20"));
    prop_oneof![
        3 => "[a-z]{2,8}( [a-z]{2,8}){0,5}\\.".prop_map(|words| words),
        2 => title.clone().prop_map(|title| format!("See [[{title}]].")),
        1 => title.clone().prop_map(|title| format!("See [[{title}#Why|why]] and more.")),
        1 => title.clone().prop_map(|title| format!("![[{title}]]")),
        1 => title.clone().prop_map(|title| format!("![[{title}#Why]]")),
        2 => place.clone().prop_map(|place| format!("A [link]({place}) in a sentence.")),
        1 => place.prop_map(|place| format!("A [link]({place}#why).")),
        1 => prop::sample::select(vec!["aim/", "../aim/", "count", "../results/count"]).prop_map(|way| format!("An [address]({way}).")),
        1 => title.prop_map(|title| format!("# {title}")),
        2 => Just("## Why".to_owned()),
        1 => Just("## Goal\n\nWhat we want.".to_owned()),
        1 => Just("1. [[Aim]]: first.\n2. [[Count]]\n3. [[Nothing]] last.".to_owned()),
        1 => Just("Our goals and objectives rest on trust[^1].\n\n[^1]: A note on [[Trust]].".to_owned()),
        1 => prop::sample::select(vec!["Our goal.", "Who trusts.", "A goal of trust."]).prop_map(str::to_owned),
        1 => Just("| Leader | Manager |\n| --- | --- |\n| [[Aim]] | goal |".to_owned()),
        1 => Just("![A picture](pic.png) and [old](/old/place/)".to_owned()),
        1 => Just("[page](old%20name.md) <b>bold".to_owned()),
        1 => Just("[people](/contributors/), [notes](/notes/), [paths](/paths/), [terms](/glossary/) and [[Grace Hopper]]".to_owned()),
    ]
}

pub fn page() -> impl Strategy<Value = String> {
    (prop::collection::vec(fact(), 0..4), prop::collection::vec(piece(), 0..6)).prop_map(|(facts, pieces)| {
        let mut seen = std::collections::BTreeSet::new();
        let facts: Vec<String> =
            facts.into_iter().filter(|fact| seen.insert(fact.split(' ').next().unwrap_or_default().to_owned())).collect();
        let front = if facts.is_empty() { String::new() } else { format!("+++\n{}\n+++\n", facts.join("\n")) };
        format!("{front}{}\n", pieces.join("\n\n"))
    })
}

pub fn place() -> impl Strategy<Value = String> {
    prop::sample::select(&PLACES[..]).prop_map(str::to_owned)
}

pub(crate) fn some_files(most: usize) -> impl Strategy<Value = Files> {
    prop::collection::btree_map(place(), page().prop_map(String::into_bytes), 0..most)
}

/// One thing that somebody does to a handbook.
#[derive(Clone, Debug)]
enum Edit {
    /// Writes a file, new or over an old one.
    Write(String, String),
    /// Deletes one of the files, chosen by number.
    Delete(prop::sample::Index),
    /// Renames one of the files.
    Rename(prop::sample::Index, String),
    /// Adds to the end of one of the files.
    Append(prop::sample::Index, String),
    /// Adds or deletes a picture.
    Picture(bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (place(), page()).prop_map(|(place, page)| Edit::Write(place, page)),
        2 => index().prop_map(Edit::Delete),
        2 => (index(), place()).prop_map(|(index, place)| Edit::Rename(index, place)),
        3 => (index(), piece()).prop_map(|(index, piece)| Edit::Append(index, piece)),
        1 => any::<bool>().prop_map(Edit::Picture),
    ]
}

const PICTURE: &str = "content/vision/pic.png";

/// Does an edit to the files and says what has changed.
fn act(edit: &Edit, handbook: &mut Handbook) -> Change {
    let mut change = Change::default();
    let gone = |path: &str| SourcePath::new(path).unwrap();
    let pages: Vec<String> = handbook.files.keys().filter(|path| path.ends_with(".md")).cloned().collect();
    let put = |handbook: &mut Handbook, path: &str, bytes: Vec<u8>, change: &mut Change| {
        handbook.files.insert(path.to_owned(), bytes.clone());
        handbook.add(path, &bytes, change);
    };
    match edit {
        Edit::Write(path, text) => put(handbook, path, text.clone().into_bytes(), &mut change),
        Edit::Picture(true) => put(handbook, PICTURE, b"x".to_vec(), &mut change),
        Edit::Picture(false) => {
            if handbook.files.remove(PICTURE).is_some() {
                change.gone.push(gone(PICTURE));
            }
        }
        _ if pages.is_empty() => {}
        Edit::Delete(index) => {
            let path = index.get(&pages);
            handbook.files.remove(path);
            change.gone.push(gone(path));
        }
        Edit::Rename(index, to) => {
            let path = index.get(&pages);
            if path != to {
                let bytes = handbook.files.remove(path).unwrap();
                change.gone.push(gone(path));
                put(handbook, to, bytes, &mut change);
            }
        }
        Edit::Append(index, piece) => {
            let path = index.get(&pages);
            let mut bytes = handbook.files[path].clone();
            bytes.extend_from_slice(format!("\n{piece}\n").as_bytes());
            put(handbook, path, bytes, &mut change);
        }
    }
    change
}

/// The first difference of two sites, so that a report is short.
pub fn difference(one: &Site, other: &Site) -> Option<String> {
    let (left, right) = (one.short(|_| true), other.short(|_| true));
    if left != right {
        return Some(format!("diagnostics\n--- step by step\n{left}--- at once\n{right}"));
    }
    if one.diagnostics != other.diagnostics {
        return Some("diagnostics, in what the short form leaves out".into());
    }
    let paths = one.paths().into_iter().chain(other.paths()).collect::<std::collections::BTreeSet<_>>();
    for path in paths {
        let (left, right) = (one.files.get(path), other.files.get(path));
        if left != right {
            let show = |bytes: Option<&Vec<u8>>| bytes.map_or("absent".into(), |bytes| String::from_utf8_lossy(bytes).into_owned());
            let (left, right) = (show(left), show(right));
            let lines = left.lines().zip(right.lines()).find(|(left, right)| left != right);
            return Some(format!("{path}: {lines:#?} ({} and {} bytes)", left.len(), right.len()));
        }
    }
    None
}

proptest! {
    #![proptest_config(trials(60))]

    /// A site that was built edit by edit is the site that is built at once: bytes and diagnostics.
    #[test]
    fn step_by_step_is_the_same_as_at_once(files in some_files(10), edits in prop::collection::vec(edit(), 1..7)) {
        let mut handbook = Handbook::of(files);
        let (settings, _) = handbook.settings();
        let settings = Arc::new(settings);
        let mut engine = Engine::new(Arc::clone(&settings));
        drop(engine.apply(handbook.change()));
        for edit in &edits {
            let change = act(edit, &mut handbook);
            let stepped = Site::of(&engine.apply(change), &handbook);
            let fresh = handbook.build();
            if let Some(difference) = difference(&stepped, &fresh) {
                let files: String = handbook.files.iter().map(|(path, bytes)| format!("== {path}\n{}", String::from_utf8_lossy(bytes))).collect();
                prop_assert!(false, "after {edit:?}: {difference}\n{files}");
            }
        }
    }
}

proptest! {
    #![proptest_config(trials(40))]

    /// Neither the order in which files come nor the number of threads is seen in the site.
    #[test]
    fn the_same_files_give_the_same_site(files in some_files(14), seed in any::<u64>()) {
        let handbook = Handbook::of(files);
        let build = |threads: usize, shuffle: bool| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut change = handbook.change();
                if shuffle {
                    change.put.sort_by_key(|source| {
                        let start = seed ^ 0xcbf2_9ce4_8422_2325;
                        source.path.as_str().bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
                    });
                }
                let mut engine = Engine::new(Arc::new(handbook.settings().0));
                Site::of(&engine.apply(change), &handbook)
            })
        };
        let one = build(1, false);
        let difference = difference(&one, &build(4, true));
        prop_assert!(difference.is_none(), "{}", difference.unwrap());
    }

    /// Whatever is wrong with a handbook, its pages hold together: no address leads nowhere, no element is torn.
    #[test]
    fn no_site_has_a_dead_link_or_a_torn_page(files in some_files(14), drafts in any::<bool>()) {
        let mut handbook = Handbook::of(files);
        handbook.drafts = drafts;
        let site = handbook.build();
        let (dead, torn) = (closed_world(&site), ill_formed(&site));
        prop_assert!(dead.is_empty(), "{dead:#?}");
        prop_assert!(torn.is_empty(), "{torn:#?}");
    }

    /// Making an output twice gives the same bytes, and nothing that was made changes another.
    #[test]
    fn rendering_is_idempotent(files in some_files(8)) {
        let handbook = Handbook::of(files);
        let mut engine = Engine::new(Arc::new(handbook.settings().0));
        let plan = engine.apply(handbook.change());
        let (first, second) = (Site::of(&plan, &handbook), Site::of(&plan, &handbook));
        prop_assert!(first == second);
        // A change of nothing changes nothing.
        let again = Site::of(&engine.apply(Change::default()), &handbook);
        let difference = difference(&again, &first);
        prop_assert!(difference.is_none(), "{}", difference.unwrap());
    }
}

fn rules(mode: Mode, full: bool) -> Rules {
    let config = Config { full: if full { vec!["**".into()] } else { Vec::new() }, ..Config::default() };
    let content = if mode == Mode::Own { "content" } else { "" };
    Rules::new(Arc::new(Settings {
        config,
        mode,
        content: content.into(),
        today: TODAY,
        drafts: false,
        portable: false,
        vault: false,
        static_roots: Vec::new(),
        signposts: Default::default(),
        history: Default::default(),
        below: String::new(),
        strings: Default::default(),
        visuals: Default::default(),
    }))
}

/// Text that looks like Markdown, HTML and front matter, and is none.
fn wild() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "+++\n",
        "---\n",
        "title = ",
        "title: ",
        "\"",
        "[",
        "]",
        "(",
        ")",
        "[[",
        "]]",
        "![[",
        "|",
        "#",
        "## ",
        "* ",
        "- ",
        "1. ",
        "> ",
        "> [!NOTE]",
        "```",
        "`",
        "~~",
        "**",
        "_",
        "<div>",
        "</div>",
        "<p>",
        "<b",
        ">",
        "<a href=\"x.md\">",
        "</a>",
        "<!--",
        "-->",
        "<script>",
        "<table>",
        "<td>",
        "</section>",
        "<img src=x>",
        "&amp;",
        "&#0;",
        "\\",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "    ",
        "[^1]",
        "[^1]: ",
        "| --- |\n",
        "| a | b |\n",
        "Leader",
        "Manager",
        "- [x] ",
        "https://x.example",
        "word",
        "ü",
        "数据",
        "\u{200D}",
        "\u{FEFF}",
        "\0",
        "{#id}",
        "<placeholder>",
        "$x$",
        "===\n",
        "<details>",
        "<summary>",
        "<br/>",
        ":",
        "::: note\n",
        "## Leadership\n\n",
        "## Management\n\n",
        "> [!LEADERSHIP]\n> x\n\n",
        "> [!MANAGEMENT]\n> y\n\n",
        "| Leader | Manager |\n| --- | --- |\n| a | b |\n",
    ]);
    prop_oneof![
        4 => prop::collection::vec(tokens, 0..60).prop_map(|tokens| tokens.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(trials(1_500))]

    /// Any text is a page, whose HTML is whole and whose offsets are those of the file.
    #[test]
    fn any_text_is_a_page(text in wild(), foreign in any::<bool>(), place in prop::sample::select(vec!["content/a.md", "content/vision/a.md", "content/examples/a.md", "content/paths/a.md", "content/glossary.md"])) {
        let rules = rules(if foreign { Mode::Foreign } else { Mode::Own }, false);
        let source = Source::from_text(SourcePath::new(place).unwrap(), &text);
        let page = parse(&source, &rules);
        let html = &page.body.html;
        prop_assert!(unbalanced(html).is_none(), "{:?}\n{html}", unbalanced(html));
        prop_assert!(page.body.holes.iter().all(|hole| html.is_char_boundary(hole.at as usize) && (hole.link as usize) < page.links.len()));
        prop_assert!(page.body.holes.is_sorted_by_key(|hole| hole.at));
        for range in page.body.prose.iter().chain(page.body.own.iter().cloned()).chain(page.headings.iter().map(|heading| heading.range.clone())) {
            prop_assert!(html.get(range.start as usize..range.end as usize).is_some(), "{range:?} of {}", html.len());
        }
        let bytes = text.len() as u32;
        for diagnostic in &page.diagnostics {
            for label in &diagnostic.labels {
                prop_assert!(label.span.start <= label.span.end && label.span.end <= bytes, "{diagnostic:?}");
                prop_assert!(text.is_char_boundary(label.span.start as usize) && text.is_char_boundary(label.span.end as usize), "{diagnostic:?}");
            }
        }
        for link in &page.links {
            prop_assert!(link.span.end <= bytes && link.destination.end <= bytes, "{link:?}");
        }
    }

    /// Bytes that are no text are a page too.
    #[test]
    fn any_bytes_are_a_page(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let source = Source::decode(SourcePath::new("content/a.md").unwrap(), bytes);
        let page = parse(&source, &rules(Mode::Own, false));
        prop_assert!(unbalanced(&page.body.html).is_none());
    }
}

proptest! {
    #![proptest_config(trials(150))]

    /// Any text gives a site that holds together.
    #[test]
    fn any_text_gives_a_whole_site(one in wild(), other in wild()) {
        let site = Handbook::new("").file("content/vision/a.md", &one).file("content/examples/b.md", &other).build();
        let (dead, torn) = (closed_world(&site), ill_formed(&site));
        prop_assert!(dead.is_empty(), "{dead:#?}");
        prop_assert!(torn.is_empty(), "{torn:#?}");
    }

    /// No word of prose is lost on the way to the reader.
    #[test]
    fn every_word_reaches_the_page(paragraphs in prop::collection::vec("[a-zäöüß]{1,9}(,? [a-zäöüß]{1,9}){0,12}[.!?]", 1..6), heading in "[A-Z][a-z]{2,8}") {
        let body = paragraphs.join("\n\n");
        let site = Handbook::new("").file("content/vision/page.md", format!("# {heading}\n\n{body}\n")).build();
        let nodes = tree(site.at("/vision/page/"));
        let shown = text(&select(&nodes, "article").into_iter().cloned().collect::<Vec<_>>());
        let shown: Vec<&str> = shown.split_whitespace().collect();
        for paragraph in &paragraphs {
            let words: Vec<&str> = paragraph.split_whitespace().collect();
            prop_assert!(shown.windows(words.len()).any(|window| window == words), "{paragraph:?} is not in {shown:?}");
        }
        prop_assert!(!pieces(site.at("/vision/page/")).is_empty() && misnested(site.at("/vision/page/")).is_none());
    }
}
