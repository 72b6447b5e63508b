//! Edits on a real disk, seen through the real watcher: after each, what is served is what a clean build writes.
//!
//! Six scripts by default; `FOURFOLD_SCRIPTS=60` runs that many.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::Folder;
use crate::support::serving::Serving;

/// Nothing stops a build but a broken theme or config, so that there is always a clean build to compare with.
const LENIENT: &str = "title = \"Test\"\ntoday = 2026-01-01\n[checks]\nbroken-link = \"warning\"\nbroken-anchor = \"warning\"\n\
    ambiguous-link = \"warning\"\nduplicate-url = \"warning\"\nfront-matter = \"warning\"\nembed-cycle = \"warning\"\nsymlink = \"warning\"\nspecial-file = \"warning\"\n";

const PAGES: [&str; 8] = [
    "content/vision/direction.md",
    "content/vision/deep/aim.md",
    "content/results/ledger.md",
    "content/results/Aim.md",
    "content/examples/one.md",
    "content/glossary/goal.md",
    "content/contributors/anna-berg.md",
    "content/notes/README.md",
];

const TITLES: [&str; 5] = ["Aim", "Set a direction", "Goal", "Keep a ledger", "Objective"];

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn page(&mut self) -> &'static str {
        PAGES[self.roll(PAGES.len())]
    }

    fn text(&mut self) -> String {
        let title = TITLES[self.roll(TITLES.len())];
        let fact = [
            "",
            "draft: yes",
            "tags: [focus]",
            "illustrates: Aim",
            "by: Anna Berg",
            "aliases: [Objective, /old/]",
            "weight: 3",
            "kind: essay",
        ];
        let facts: Vec<&str> = (0..2).map(|_| fact[self.roll(fact.len())]).filter(|fact| !fact.is_empty()).collect();
        let front = if facts.is_empty() { String::new() } else { format!("---\n{}\n---\n", facts.join("\n")) };
        let line = [
            "See [[Aim]].",
            "[out](../results/ledger.md#numbers)",
            "A goal is a goal.",
            "![[Keep a ledger]]",
            "![Road](road.png)",
            "## Numbers",
        ];
        let lines: Vec<&str> = (0..3).map(|_| line[self.roll(line.len())]).collect();
        format!("{front}# {title}\n\nClaim {}.\n\n{}\n", self.roll(100), lines.join("\n\n"))
    }
}

/// A temporary name beside a file, as programs that save atomically use.
fn beside(path: &Path) -> std::path::PathBuf {
    path.with_file_name(format!("{}___tmp", path.file_name().unwrap().to_string_lossy()))
}

/// One edit; its name tells which.
fn edit(folder: &Folder, dice: &mut Dice, older: &BTreeMap<String, Vec<u8>>) -> &'static str {
    let page = dice.page();
    let path = folder.path(page);
    let parent = path.parent().unwrap().to_owned();
    if !parent.is_dir() {
        let _ = fs::remove_file(&parent);
        fs::create_dir_all(&parent).unwrap();
    }
    if path.is_dir() {
        fs::remove_dir_all(&path).unwrap();
    }
    let text = dice.text();
    match dice.roll(22) {
        0 | 1 => {
            fs::write(&path, text).unwrap();
            "written"
        }
        2 => {
            // The same length and the same time: only a reader of bytes can tell.
            let Ok(old) = fs::read(&path) else { return "nothing to change" };
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            let new: Vec<u8> = old.iter().map(|byte| if *byte == b'a' { b'e' } else { *byte }).collect();
            fs::write(&path, new).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
            "same length, same time"
        }
        3 => {
            let mut file = fs::File::create(&path).unwrap();
            for chunk in text.as_bytes().chunks(text.len() / 3 + 1) {
                file.write_all(chunk).unwrap();
                file.flush().unwrap();
                thread::sleep(Duration::from_millis(7));
            }
            "in three chunks"
        }
        4 | 5 => {
            fs::write(beside(&path), text).unwrap();
            fs::rename(beside(&path), &path).unwrap();
            "atomic"
        }
        6 => {
            let backup = path.with_file_name(format!("{}~", path.file_name().unwrap().to_string_lossy()));
            let _ = fs::rename(&path, &backup);
            fs::write(parent.join("4913"), "").unwrap();
            fs::remove_file(parent.join("4913")).unwrap();
            fs::write(&path, text).unwrap();
            let _ = fs::remove_file(backup);
            "as vim saves"
        }
        7 => {
            let _ = fs::remove_file(&path);
            "deleted"
        }
        8 => {
            let _ = fs::rename(&path, folder.path(dice.page()).with_file_name("renamed.md"));
            "renamed"
        }
        9 => {
            let to = folder.path(["content/vision/moved", "content/moved", "content/vision/deep"][dice.roll(3)]);
            let _ = fs::rename(&parent, to);
            "folder moved"
        }
        10 => {
            let other = folder.path(dice.page());
            if path.is_file() && other.is_file() && path != other {
                fs::rename(&path, beside(&path)).unwrap();
                fs::rename(&other, &path).unwrap();
                fs::rename(beside(&path), &other).unwrap();
            }
            "swapped"
        }
        11 => {
            let to = folder.path(dice.page()).with_file_name("copy.md");
            if to.parent().unwrap().is_dir() {
                let _ = fs::copy(&path, to);
            }
            "copied"
        }
        12 => {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let other = if name.starts_with(char::is_uppercase) { name.to_lowercase() } else { name.to_uppercase().replace(".MD", ".md") };
            let _ = fs::rename(&path, path.with_file_name(other));
            "other case"
        }
        13 => {
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.join("inner")).unwrap();
            fs::write(path.join("inner/page.md"), text).unwrap();
            "file became a folder"
        }
        14 => {
            if parent != folder.path("content") {
                fs::remove_dir_all(&parent).unwrap();
            }
            "folder removed"
        }
        15 => {
            folder.write("handbook.toml", format!("{}# {}\n", LENIENT.replace("Test", TITLES[dice.roll(5)]), dice.roll(100)));
            "config"
        }
        16 => {
            folder.write(
                "themes/default/templates/tag.html",
                format!("{{% extends \"base.html\" %}}{{% block main %}}{}{{% endblock main %}}", dice.roll(9)),
            );
            "template"
        }
        17 => {
            let _ = fs::remove_dir_all(folder.path("themes"));
            "theme removed"
        }
        18 => {
            folder.write(
                &format!("{}/road.png", parent.strip_prefix(&folder.root).unwrap().display()),
                format!("\u{89}PNG {}", dice.roll(100)),
            );
            "picture"
        }
        19 => {
            if path.is_file() {
                fs::File::options().write(true).open(&path).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
            }
            "touched"
        }
        20 => {
            // As a checkout of an older state does it: what is not part of it goes, the rest is written.
            fs::remove_dir_all(folder.path("content")).unwrap();
            for (path, bytes) in older {
                folder.write(path, bytes);
            }
            "checkout"
        }
        _ => {
            let _ = Command::new("sed").args(["-i", "s/Claim/Statement/"]).arg(&path).stderr(std::process::Stdio::null()).status();
            "sed"
        }
    }
}

/// What differs between what is served and a clean build; nothing where there is none.
fn difference(folder: &Folder, serving: &Serving, known: &mut BTreeMap<String, ()>) -> Option<String> {
    let run = folder.run(&format!("build -q --drafts --base-url {} -o ../clean --report ../report.json", serving.url()));
    let run = if run.code == Some(0) { run } else { return Some(run.exits(0).stderr) };
    drop(run);
    let mut site = folder.site("../clean");
    site.retain(|path, _| folder.path("../clean").join(path).is_file());
    let served = serving.get("/.fourfold/report.json").text();
    if served != folder.read("../report.json") {
        return Some(format!("problems differ: served\n{served}\nbuilt\n{}", folder.read("../report.json")));
    }
    known.extend(site.keys().map(|path| (path.clone(), ())));
    for path in known.keys() {
        let address: String = format!("/{}", path.strip_suffix("index.html").unwrap_or(path)).bytes().map(encoded).collect();
        let reply = serving.get(&address);
        match site.get(path) {
            Some(bytes) if reply.status != 200 || reply.artifact() != *bytes => return Some(format!("{address} differs: {}", reply.head)),
            None if reply.status == 200 => return Some(format!("{address} is still there")),
            _ => {}
        }
    }
    None
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/-._".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn script(seed: u64, steps: usize) {
    let folder = Folder::sound();
    folder.write("handbook.toml", LENIENT);
    let older: BTreeMap<String, Vec<u8>> = folder
        .tree("content")
        .into_iter()
        .filter(|(path, _)| folder.path("content").join(path).is_file())
        .map(|(path, bytes)| (format!("content/{path}"), bytes))
        .collect();
    let serving = Serving::start(&folder.root, if seed.is_multiple_of(6) { "--poll" } else { "" });
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
    let (mut done, mut known) = (Vec::new(), BTreeMap::new());
    for _ in 0..steps {
        for _ in 0..=dice.roll(2) {
            done.push(edit(&folder, &mut dice, &older));
        }
        let begun = Instant::now();
        while let Some(difference) = difference(&folder, &serving, &mut known) {
            assert!(begun.elapsed() < Duration::from_secs(20), "script {seed}, after {done:?}:\n{difference}\n{}", serving.said());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn what_is_served_after_any_edits_is_what_a_clean_build_writes() {
    let scripts = std::env::var("FOURFOLD_SCRIPTS").ok().and_then(|scripts| scripts.parse().ok()).unwrap_or(6);
    for seed in 0..scripts {
        script(seed, 8);
    }
}

#[test]
fn a_file_that_is_emptied_before_it_is_written_is_never_seen_empty() {
    let template = "themes/default/templates/essay.html";
    let folder = Folder::new(&[
        ("handbook.toml", "title = \"Test\"\n"),
        ("content/vision/aim.md", "# Aim\n\nVersion 0 of it.\n"),
        (template, "{% extends \"article.html\" %}\n"),
    ]);
    let serving = Serving::start(&folder.root, "");
    for version in 1..=4 {
        // Both in one batch, and each is empty for longer than a batch has to be quiet.
        let begun = Instant::now();
        let page = fs::File::create(folder.path("content/vision/aim.md")).unwrap();
        folder.write(template, "");
        let mut seen = Vec::new();
        while begun.elapsed() < Duration::from_millis(90) {
            seen.push(serving.get("/vision/aim/").text());
            thread::sleep(Duration::from_millis(5));
        }
        let took = begun.elapsed();
        (&page).write_all(format!("# Aim\n\nVersion {version} of it.\n").as_bytes()).unwrap();
        folder.write(template, "{% extends \"article.html\" %}\n");
        let before = format!("Version {} of it.", version - 1);
        // A machine that stands still for a moment has not shown anything.
        if took < Duration::from_millis(110) {
            assert!(seen.iter().all(|page| page.contains(&before)), "version {version}: {seen:#?}");
        }
        serving.get_until("/vision/aim/", |reply| reply.text().contains(&format!("Version {version} of it.")));
    }
}
