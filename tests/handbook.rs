//! What the shipped handbook promises its readers, counted from outside: `fourfold list` says what there is, and the Markdown is read for
//! what a list does not say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;

/// The works whose details were not confirmed, by the first author's name and the year. They are cited for what they argue; a figure
/// beside one of them would be made up.
const BY_REPUTATION: &[(&str, &str)] = &[
    ("Bandura", "1977"),
    ("Bass", "1985"),
    ("Bedeian", "2006"),
    ("Bennis", "1985"),
    ("Bennis", "1989"),
    ("Blake", "1964"),
    ("Bloom", "2007"),
    ("Burns", "1978"),
    ("Cespedes", "2014"),
    ("Churchill", "1985"),
    ("Collins", "1996"),
    ("Conger", "1988"),
    ("Deci", "2000"),
    ("Deming", "1986"),
    ("Doerr", "2018"),
    ("Drucker", "1954"),
    ("Drucker", "1967"),
    ("Edmondson", "1999"),
    ("Fayol", "1916"),
    ("Follett", "1924"),
    ("Gawande", "2009"),
    ("Goldratt", "1984"),
    ("Greenleaf", "1970"),
    ("Grove", "1983"),
    ("Hackman", "1976"),
    ("Herzberg", "1968"),
    ("House", "1977"),
    ("Kaplan", "1992"),
    ("Kerr", "1975"),
    ("Kotter", "1990"),
    ("Kotter", "1996"),
    ("Little", "1961"),
    ("McGregor", "1960"),
    ("Meindl", "1985"),
    ("Mintzberg", "1973"),
    ("Mintzberg", "1975"),
    ("Mintzberg", "2009"),
    ("Nanus", "1992"),
    ("Ohno", "1988"),
    ("Oncken", "1974"),
    ("Peter", "1969"),
    ("Rackham", "1988"),
    ("Rost", "1991"),
    ("Shoemaker", "1999"),
    ("Taylor", "1911"),
    ("Thomas", "1990"),
    ("Weick", "1995"),
    ("Whitmore", "1992"),
];

fn list(what: &str) -> Vec<Value> {
    let root = env!("CARGO_MANIFEST_DIR");
    let output = cargo_bin_cmd!("fourfold").args(["list", what, root, "--format", "json", "-q"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

static PAGES: LazyLock<Vec<Value>> = LazyLock::new(|| list("pages"));
static LINKS: LazyLock<Vec<Value>> = LazyLock::new(|| list("links"));

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// The source of every page of a kind.
fn of_kind(kind: &str) -> Vec<&'static Value> {
    PAGES.iter().filter(|page| page["kind"] == kind).collect()
}

fn essays() -> Vec<&'static str> {
    of_kind("essay").into_iter().map(|page| text(page, "source")).collect()
}

fn read(source: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(source)).unwrap()
}

/// A page without its front matter.
fn body(source: &str) -> String {
    let file = read(source);
    let fence = file.lines().next().filter(|line| matches!(*line, "+++" | "---"));
    match fence.and_then(|fence| file[3..].split_once(&format!("\n{fence}\n"))) {
        Some((_, body)) => body.to_owned(),
        None => file,
    }
}

/// The text below a heading of the second level.
fn section(body: &str, heading: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("\n## {heading}\n"))?;
    Some(rest.split("\n## ").next().unwrap().to_owned())
}

/// The items of a list, each on one line.
fn items(section: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in section.lines() {
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        if let Some(item) = line.strip_prefix("- ").or_else(|| number.strip_prefix(". ").filter(|_| number != line)) {
            items.push(item.to_owned());
        } else if let (Some(last), true) = (items.last_mut(), line.starts_with("  ")) {
            *last = format!("{last} {}", line.trim());
        }
    }
    items
}

/// Fails with every complaint at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn there_are_six_essays_a_pillar_the_frame_and_four_bridges() {
    let mut pillars = BTreeMap::<String, usize>::new();
    for essay in of_kind("essay") {
        let pillar = essay["pillar"].as_array().unwrap().first().map_or("none", |pillar| pillar.as_str().unwrap());
        *pillars.entry(pillar.to_owned()).or_default() += 1;
    }
    for pillar in ["vision", "empowerment", "efficiency", "results"] {
        assert!(pillars[pillar] >= 6, "{pillars:?}");
    }
    assert!(pillars["none"] >= 5 && essays().contains(&"content/frame.md"), "{pillars:?}");
    assert!(essays().iter().filter(|source| source.starts_with("content/bridges/")).count() >= 4);
}

#[test]
fn the_counts_of_the_other_kinds_hold() {
    assert_eq!(of_kind("contributor").len(), 3, "the thread has three people, and nobody else is named");
    assert_eq!(of_kind("path").len(), 3);
    assert!(list("terms").len() >= 35, "{} terms", list("terms").len());
    let by = |who: &str| of_kind("example").iter().filter(|example| example["by"].to_string().contains(who)).count();
    assert!(by("salesdog") >= 5 && by("Clive Miller") >= 3 && by("Gary A Boye") >= 1);
}

#[test]
fn every_essay_is_between_700_and_1200_words_and_says_how_long_it_takes() {
    let long = |page: &&&Value| !(700..=1200).contains(&page["words"].as_u64().unwrap()) || page["minutes"].as_u64().unwrap() < 3;
    none(&of_kind("essay").iter().filter(long).map(|page| format!("{}: {} words", page["source"], page["words"])).collect::<Vec<_>>());
}

#[test]
fn every_essay_has_the_frame_that_readers_rely_on() {
    let mut missing = Vec::new();
    for source in essays() {
        let body = body(source);
        for heading in ["On Monday", "What to measure", "Where this stops", "Sources"] {
            if section(&body, heading).is_none_or(|text| text.trim().len() < 60) {
                missing.push(format!("{source} has nothing under {heading:?}"));
            }
        }
        for heading in ["On Monday", "What to measure"] {
            let count = items(&section(&body, heading).unwrap_or_default()).len();
            if !(3..=5).contains(&count) {
                missing.push(format!("{source} has {count} things under {heading:?}"));
            }
        }
        let table = body.lines().any(|line| line.starts_with('|') && line.contains("| Leader | Manager |"));
        let headings = body.contains("\n### Leadership\n") && body.contains("\n### Management\n");
        let callouts = body.contains("\n> [!LEADERSHIP]\n") && body.contains("\n> [!MANAGEMENT]\n");
        if u8::from(table) + u8::from(headings) + u8::from(callouts) != 1 {
            missing.push(format!("{source} has no stances block, or several"));
        }
    }
    none(&missing);
}

#[test]
fn the_three_shapes_of_a_stances_block_all_occur_often() {
    let bodies: Vec<String> = essays().into_iter().map(body).collect();
    for shape in ["| Leader | Manager |", "\n### Leadership\n", "\n> [!LEADERSHIP]\n"] {
        let count = bodies.iter().filter(|body| body.contains(shape)).count();
        assert!(count >= 5, "{count} essays have {shape:?}");
    }
}

#[test]
fn every_essay_links_to_four_pages_before_its_reader_reaches_monday() {
    let mut short = Vec::new();
    for source in essays() {
        let file = read(source);
        let monday = file.lines().position(|line| line == "## On Monday").unwrap() as u64;
        let inside = LINKS.iter().filter(|link| text(link, "file") == source && link["line"].as_u64().unwrap() <= monday);
        let (mut targets, mut syntaxes) = (BTreeSet::new(), BTreeSet::new());
        for link in inside.filter(|link| matches!(text(link, "syntax"), "wiki" | "link")) {
            syntaxes.insert(text(link, "syntax"));
            targets.extend(link["target"].as_str().filter(|target| *target != source));
        }
        if targets.len() < 4 || syntaxes.len() < 2 {
            short.push(format!("{source}: {syntaxes:?} to {targets:?}"));
        }
    }
    none(&short);
}

#[test]
fn every_essay_is_answered_by_two_others_and_shown_by_an_example() {
    let (essays, mut lonely) = (essays(), Vec::new());
    let examples: Vec<&str> = of_kind("example").into_iter().map(|page| text(page, "source")).collect();
    for essay in &essays {
        let to: Vec<&Value> = LINKS.iter().filter(|link| text(link, "target") == *essay).collect();
        let from = |pages: &[&str], front: bool| {
            let wanted = |link: &&&Value| pages.contains(&text(link, "file")) && (text(link, "syntax") == "front") == front;
            to.iter().filter(wanted).map(|link| text(link, "file")).filter(|file| file != essay).collect::<BTreeSet<_>>().len()
        };
        if from(&essays, false) < 2 || from(&examples, true) < 1 {
            lonely.push(format!("{essay}: {} essays, {} examples", from(&essays, false), from(&examples, true)));
        }
    }
    none(&lonely);
}

#[test]
fn every_pillar_leads_to_the_bridges_and_the_frame() {
    let mut missing = Vec::new();
    for pillar in ["vision", "empowerment", "efficiency", "results"] {
        let page = format!("content/{pillar}/index.md");
        let targets: BTreeSet<&str> = LINKS.iter().filter(|link| text(link, "file") == page).map(|link| text(link, "target")).collect();
        let wanted = essays().into_iter().filter(|essay| {
            *essay == "content/frame.md" || essay.starts_with("content/bridges/") || essay.starts_with(&format!("content/{pillar}/"))
        });
        missing.extend(wanted.filter(|essay| !targets.contains(essay)).map(|essay| format!("{page} does not lead to {essay}")));
    }
    none(&missing);
}

#[test]
fn a_source_has_an_author_a_year_and_a_title() {
    let mut poor = Vec::new();
    for source in essays() {
        for item in items(&section(&body(source), "Sources").unwrap()) {
            let thread = item.contains("in the founding thread") && item.contains("](") | item.contains("]]");
            if !thread && citation(&item).is_none() {
                poor.push(format!("{source}: {item}"));
            }
        }
    }
    none(&poor);
}

#[test]
fn what_an_essay_cites_it_lists_and_what_it_lists_it_cites() {
    let mut loose = Vec::new();
    for source in essays() {
        let body = body(source);
        let (text, _) = body.split_once("\n## Sources\n").unwrap();
        let text = one_line(text);
        let listed: BTreeSet<(String, String)> =
            items(&section(&body, "Sources").unwrap()).iter().filter_map(|item| citation(item)).map(|(who, year, _)| (who, year)).collect();
        for (who, year) in &listed {
            if !text.contains(who.as_str()) || !text.contains(year.as_str()) {
                loose.push(format!("{source} lists {who} ({year}) and does not mention it"));
            }
        }
        for (at, _) in text.match_indices('(') {
            let year = text[at + 1..].chars().take(4).collect::<String>();
            let closes = text[at + 1..].chars().nth(4) == Some(')');
            if closes && year.len() == 4 && year.chars().all(|c| c.is_ascii_digit()) && !listed.iter().any(|(_, known)| *known == year) {
                loose.push(format!("{source} cites a work of {year} and does not list it"));
            }
        }
    }
    none(&loose);
}

#[test]
fn no_figure_stands_beside_a_work_known_by_reputation() {
    let mut figures = Vec::new();
    for source in essays() {
        let body = body(source);
        let (argument, _) = body.split_once("\n## Sources\n").unwrap();
        for item in items(&section(&body, "Sources").unwrap()) {
            let Some((who, year, rest)) = citation(&item) else { continue };
            if !BY_REPUTATION.contains(&(who.as_str(), year.as_str())) {
                continue;
            }
            if rest.chars().any(|c| c.is_ascii_digit()) {
                figures.push(format!("{source}: {item}"));
            }
            for sentence in sentences(argument) {
                let cited = sentence.contains(who.as_str()) && sentence.contains(&format!("({year})"));
                if cited && without_years(&sentence).chars().any(|c| c.is_ascii_digit() || c == '%') {
                    figures.push(format!("{source}: {sentence}"));
                }
            }
        }
    }
    none(&figures);
}

#[test]
fn an_example_has_its_four_parts_and_an_illustrative_one_says_so_and_names_nobody() {
    let mut wrong = Vec::new();
    for page in of_kind("example") {
        let source = text(page, "source");
        let (file, body) = (read(source), body(source));
        for heading in ["Situation", "What the manager did", "What the leader did", "What we would change"] {
            if section(&body, heading).is_none_or(|text| text.trim().len() < 60) {
                wrong.push(format!("{source} has nothing under {heading:?}"));
            }
        }
        let made_up = text(page, "title").starts_with("Illustrative case: ");
        let marked = body.contains("*This case is made up to show a point.*") && file.contains("anonymous");
        let credited = !page["by"].as_array().unwrap().is_empty();
        if made_up != marked || made_up == credited {
            wrong.push(format!("{source} is neither somebody's nor marked as made up"));
        }
    }
    none(&wrong);
}

#[test]
fn a_path_has_five_to_eight_stops_with_a_reason_each() {
    let mut wrong = Vec::new();
    for page in of_kind("path") {
        let source = text(page, "source");
        let stops: Vec<String> = items(body(source).split("\n## ").next().unwrap());
        let bare = stops.iter().filter(|stop| stop.split_whitespace().count() < 14).count();
        if !(5..=8).contains(&stops.len()) || bare > 0 {
            wrong.push(format!("{source}: {} stops, {bare} without a reason", stops.len()));
        }
    }
    none(&wrong);
}

#[test]
fn the_words_that_differ_have_a_sense_for_each_stance() {
    let both = |source: &str| body(source).contains("\n### Leadership\n") && body(source).contains("\n### Management\n");
    let senses = of_kind("term").iter().filter(|page| both(text(page, "source"))).count();
    assert!(senses >= 10, "{senses} terms have a sense per stance");
    let spelt = list("terms").iter().filter(|term| !term["aliases"].as_array().unwrap().is_empty()).count();
    assert!(spelt >= 35, "{spelt} terms have other spellings");
}

#[test]
fn strict_finds_no_problem_and_health_has_no_hint() {
    let root = env!("CARGO_MANIFEST_DIR");
    let check = cargo_bin_cmd!("fourfold").args(["check", root, "--strict", "--format", "short"]).output().unwrap();
    assert_eq!((check.status.code(), String::from_utf8_lossy(&check.stdout).as_ref()), (Some(0), ""));
    assert_eq!(list("health"), Vec::<Value>::new());
}

/// The first author, the year and what follows the title's start, where a line of sources has them.
fn citation(item: &str) -> Option<(String, String, String)> {
    let (authors, rest) = item.split_once(" (")?;
    let (year, rest) = rest.split_once("). ")?;
    let title = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).or_else(|| rest.strip_prefix('*')?.split_once('*'))?;
    let who = authors.split([',', ' ']).next()?;
    let sound = year.len() == 4 && year.chars().all(|c| c.is_ascii_digit()) && title.0.len() > 5;
    (sound && who.starts_with(char::is_uppercase)).then(|| (who.to_owned(), year.to_owned(), rest.to_owned()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a text, cut after full stops and question marks; paragraphs and rows of a table end one too.
fn sentences(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").flat_map(|block| if block.starts_with('|') { block.lines().collect() } else { vec![block] });
    let lines = blocks.map(one_line);
    lines.flat_map(|line| line.split(". ").flat_map(|part| part.split("? ")).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A sentence without numbers of four digits, link targets and the numbers of an ordered list.
fn without_years(sentence: &str) -> String {
    let shown =
        sentence.split("](").enumerate().map(|(at, part)| if at == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) });
    let words = shown.collect::<Vec<_>>().join(" ");
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    words.split_whitespace().filter(|word| digits(word) != 4).collect::<Vec<_>>().join(" ")
}
