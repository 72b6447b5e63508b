//! Planted faults: a page is deleted, a heading renamed, a letter of a file's name changed, and exactly the links that led there
//! are reported, no more and no fewer.
//!
//! Handbooks are made from a fixed seed. Where the environment names a folder of real handbooks (`FOURFOLD_CORPORA`), copies of
//! them are treated in the same way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use fourfold::base::path::markdown_stem;
use fourfold::base::slug::slug;
use serde_json::Value;

/// How often something is reported or linked: by file and destination as written.
type Places = BTreeMap<(String, String), i64>;

/// What says that a link leads nowhere, and what says that the case of its letters is wrong.
const BROKEN: &[&str] = &["broken-link", "broken-anchor", "wanted-page", "stale-own-url"];
const LOOSE: &[&str] = &["loose-link"];

/// Numbers that look like chance and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }
}

/// A folder on a disk, and the part of it that is read.
struct Place {
    root: PathBuf,
    content: String,
}

impl Place {
    fn json(&self, args: &[&str]) -> String {
        let run = cargo_bin_cmd!("fourfold").args(args).arg(self.root.join(&self.content)).output().unwrap();
        assert!(run.status.code().is_some_and(|code| code < 2), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    }

    fn links(&self) -> Vec<Value> {
        serde_json::from_str(&self.json(&["list", "links", "--format", "json"])).unwrap()
    }

    fn reports(&self, codes: &[&str]) -> Places {
        let mut places = Places::new();
        let lines = self.json(&["check", "--format", "json"]);
        for row in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            if codes.contains(&row["code"].as_str().unwrap()) {
                *places.entry((text(&row, "file"), text(&row, "target"))).or_default() += 1;
            }
        }
        places
    }

    /// Where a file that the program names lies.
    fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn count(links: &[&Value]) -> Places {
    let mut places = Places::new();
    for link in links {
        *places.entry((text(link, "file"), text(link, "raw"))).or_default() += 1;
    }
    places
}

/// What has come; places in a file that is gone do not count.
fn come(before: &Places, after: &Places, without: &str) -> Places {
    let mut places = after.clone();
    for (place, times) in before {
        *places.entry(place.clone()).or_default() -= times;
    }
    places.retain(|(file, _), times| *times != 0 && file != without);
    places
}

/// A file's name as it is looked for by links that name no folder.
fn plain_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    slug(markdown_stem(name).unwrap_or(name)).replace('-', "")
}

/// Pages to which links lead, which nothing else could be taken for, and whose folder holds another page.
fn lonely_targets(links: &[Value], pages: &[String]) -> Vec<String> {
    let mut targets: Vec<String> = links.iter().filter(|link| link["status"] == "ok").map(|link| text(link, "target")).collect();
    targets.sort();
    targets.dedup();
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    targets.retain(|target| {
        let name = plain_name(target);
        let twins =
            pages.iter().filter(|page| plain_name(page) == name || page.starts_with(&format!("{}/", target.trim_end_matches(".md"))));
        let beside = pages.iter().filter(|page| folder(page) == folder(target));
        let index = ["readme", "index", "_index", "summary", "sidebar"].contains(&name.as_str());
        pages.contains(target) && twins.count() == 1 && beside.count() > 2 && !index && !name.is_empty()
    });
    targets
}

/// Plants one fault of each kind, some times; says how many links were hurt.
fn plant(original: &Place, seed: u64) -> usize {
    let mut dice = Dice(seed);
    let links = original.links();
    let rows: Vec<Value> = serde_json::from_str(&original.json(&["list", "pages", "--format", "json"])).unwrap();
    let pages: Vec<String> = rows.iter().map(|row| text(row, "source")).filter(|source| !source.is_empty()).collect();
    let targets = lonely_targets(&links, &pages);
    let mut hurt = 0;
    for _ in 0..3.min(targets.len()) {
        let target = &targets[dice.below(targets.len())];
        hurt += delete(original, &links, target);
        hurt += change_case(original, &links, target);
    }
    let anchored: Vec<&Value> =
        links.iter().filter(|link| link["status"] == "ok" && link["anchor"].is_string() && pages.contains(&text(link, "target"))).collect();
    for _ in 0..3.min(anchored.len()) {
        let link = anchored[dice.below(anchored.len())];
        hurt += rename_heading(original, &links, &text(link, "target"), &text(link, "anchor"));
    }
    hurt
}

fn delete(place: &Place, links: &[Value], target: &str) -> usize {
    let led: Vec<&Value> = links.iter().filter(|link| text(link, "target") == target && text(link, "file") != target).collect();
    let before = place.reports(BROKEN);
    let kept = fs::read(place.file(target)).unwrap();
    fs::remove_file(place.file(target)).unwrap();
    let after = place.reports(BROKEN);
    fs::write(place.file(target), kept).unwrap();
    let was_broken: Vec<&Value> = led.iter().copied().filter(|link| link["status"] == "broken" || link["status"] == "stale").collect();
    assert_eq!(come(&before, &after, target), come(&count(&was_broken), &count(&led), target), "{target} was deleted");
    led.len()
}

fn change_case(place: &Place, links: &[Value], target: &str) -> usize {
    let (folder, name) = target.rsplit_once('/').map_or(("", target), |(folder, name)| (folder, name));
    let at = name.find(|ch: char| ch.is_ascii_alphabetic()).unwrap();
    let letter = name[at..].chars().next().unwrap();
    let other = if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
    let other = format!("{folder}{}{}{other}{}", if folder.is_empty() { "" } else { "/" }, &name[..at], &name[at + 1..]);
    let by_path =
        |link: &&Value| !matches!(text(link, "syntax").as_str(), "wiki" | "embed" | "front") && !text(link, "raw").starts_with('#');
    let led = links.iter().filter(|link| text(link, "target") == target && text(link, "file") != target).filter(by_path);
    let led: Vec<&Value> = led.filter(|link| matches!(link["rule"].as_str(), Some("exact" | "url" | "root"))).collect();
    let before = (place.reports(LOOSE), place.reports(BROKEN));
    fs::rename(place.file(target), place.file(&other)).unwrap();
    let after = (place.reports(LOOSE), place.reports(BROKEN));
    fs::rename(place.file(&other), place.file(target)).unwrap();
    let new: Places = come(&before.0, &after.0, target).into_iter().filter(|((file, _), _)| *file != other).collect();
    // A link that is broken for its heading stays so.
    let led: Vec<&Value> = led.into_iter().filter(|link| link["status"] == "ok" || link["status"] == "loose").collect();
    assert_eq!(new, count(&led), "{target} is {other} now");
    let broken: Places = come(&before.1, &after.1, target).into_iter().filter(|((file, _), _)| *file != other).collect();
    assert_eq!(broken, Places::new(), "{target} is {other} now");
    led.len()
}

fn rename_heading(place: &Place, links: &[Value], target: &str, id: &str) -> usize {
    let kept = fs::read(place.file(target)).unwrap();
    let Ok(source) = String::from_utf8(kept.clone()) else { return 0 };
    let words = |line: &str| line.trim_start_matches('#').trim().trim_end_matches('#').trim().to_owned();
    let is_heading = |line: &&str| line.starts_with("##") && slug(&words(line)) == id;
    // The heading stands there once, is not the first of its page, and no other is alike.
    let found: Vec<&str> = source.lines().filter(is_heading).collect();
    let first = source.lines().find(|line| line.starts_with('#'));
    let [heading] = found.as_slice() else { return 0 };
    if first == Some(heading) || source.matches(&format!("\n{heading}")).count() != 1 {
        return 0;
    }
    let led: Vec<&Value> = links.iter().filter(|link| text(link, "target") == target && text(link, "anchor") == id).collect();
    let before = place.reports(BROKEN);
    fs::write(place.file(target), source.replacen(&format!("\n{heading}"), "\n### Planted xyzzy", 1)).unwrap();
    let after = place.reports(BROKEN);
    fs::write(place.file(target), kept).unwrap();
    let sound: Vec<&Value> = led.into_iter().filter(|link| link["status"] != "broken" && link["status"] != "stale").collect();
    assert_eq!(come(&before, &after, ""), count(&sound), "{target}#{id} was renamed");
    sound.len()
}

/// A handbook with links of all syntaxes between pages that chance has chosen.
fn generated(seed: u64, content: &str, config: Option<&str>) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("handbook");
    let mut dice = Dice(seed);
    let page = |number: usize| format!("part-{}/page-{number:02}.md", number % 4);
    for number in 0..40 {
        let mut text = format!("# Page number {number}\n\nA claim.\n\n## Part one of {number}\n\nText.\n\n## Part two of {number}\n\n");
        for _ in 0..6 {
            let to = dice.below(40);
            let (name, part) = (page(to), ["one", "two"][dice.below(2)]);
            text += &match dice.below(7) {
                0 => format!("[plain](../{name})\n\n"),
                1 => format!("[part](../{name}#part-{part}-of-{to})\n\n"),
                2 => format!("[[page-{to:02}]]\n\n"),
                3 => format!("[[page-{to:02}#Part {part} of {to}|words]]\n\n"),
                4 => format!("<a href=\"../{name}\">raw</a>\n\n"),
                5 => format!("[root](/{name})\n\n"),
                _ => format!("![[page-{to:02}]]\n\n"),
            };
        }
        let file = root.join(content).join(page(number));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    if let Some(config) = config {
        fs::write(root.join("handbook.toml"), config).unwrap();
    }
    (folder, Place { root, content: if config.is_some() { String::new() } else { content.to_owned() } })
}

#[test]
fn a_planted_fault_is_reported_where_links_led_there_and_nowhere_else() {
    for seed in [1, 2] {
        let (_folder, place) = generated(seed, "", None);
        assert!(plant(&place, seed) >= 20, "seed {seed} hurts too few links");
        let (_folder, place) = generated(seed, "content", Some("today = 2026-01-01\n"));
        assert!(plant(&place, seed) >= 20, "seed {seed} hurts too few links");
    }
}

#[test]
fn planted_faults_are_found_in_real_handbooks() {
    let Some(corpora) = std::env::var_os("FOURFOLD_CORPORA") else { return };
    let corpora = Path::new(&corpora);
    let mut names: Vec<_> = fs::read_dir(corpora).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    names.sort();
    let mut hurt = 0;
    for (seed, handbook) in names.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("a/b/c").join(handbook.file_name().unwrap());
        copy(handbook, &root);
        hurt += plant(&Place { root, content: String::new() }, 7 + seed as u64);
    }
    assert!(hurt >= names.len() * 5, "only {hurt} links were hurt in {} handbooks", names.len());
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}
