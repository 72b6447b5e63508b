//! One page of every kind, as it was when somebody last looked.
//!
//! The handbook in `tests/fixtures/sampler` is small and changes only when a rule needs showing; the snapshots in
//! `tests/snapshots/` hold one of its pages for each template. `UPDATE=1 cargo test sampler` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::html::{pretty, select, tree};
use crate::support::{Handbook, closed_world, ill_formed};

/// The pages that have a snapshot: one for each template, by the snapshot's name.
const SHOWN: &[(&str, &str)] = &[
    ("contributor", "contributors/ada-crumb/index.html"),
    ("contributors", "contributors/index.html"),
    ("coverage", "coverage/index.html"),
    ("essay", "vision/bake-what-they-will-ask-for/index.html"),
    ("essay-callouts", "empowerment/let-the-apprentice-burn-one/index.html"),
    ("example", "examples/rye-on-a-thursday/index.html"),
    ("example-anonymous", "examples/the-burnt-tray/index.html"),
    ("folder", "examples/index.html"),
    ("glossary", "glossary/index.html"),
    ("home", "index.html"),
    ("map", "map/index.html"),
    ("new", "new/index.html"),
    ("not-found", "404.html"),
    ("page", "about/index.html"),
    ("path", "paths/first-week/index.html"),
    ("paths", "paths/index.html"),
    ("pillar", "vision/index.html"),
    ("print", "print/index.html"),
    ("redirect", "origin/index.html"),
    ("search", "search/index.html"),
    ("tag", "tags/bread/index.html"),
    ("tags", "tags/index.html"),
    ("term", "glossary/yield/index.html"),
];

fn sampler() -> Handbook {
    Handbook::on_disk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sampler"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

#[test]
fn the_sampler_has_no_problem_and_no_dead_end() {
    let site = sampler().build();
    assert_eq!(site.problems(), 0, "{}", site.short(|_| true));
    let (dead, torn) = (closed_world(&site), ill_formed(&site));
    assert!(dead.is_empty() && torn.is_empty(), "{dead:#?}{torn:#?}");
}

#[test]
fn a_page_of_every_kind_is_as_it_was_when_somebody_last_looked() {
    let site = sampler().build();
    let outputs = site.paths().iter().map(|path| without_print(path) + "\n").collect::<String>();
    let mut found = vec![("outputs.txt".to_owned(), outputs)];
    for (name, path) in SHOWN {
        let nodes = tree(std::str::from_utf8(&site.files[*path]).unwrap());
        let main = select(&nodes, "main");
        let shown = if main.is_empty() { select(&nodes, "body") } else { main };
        found.push((format!("{name}.html"), shown.into_iter().map(|node| pretty(std::slice::from_ref(node))).collect()));
    }
    let update = std::env::var_os("UPDATE").is_some();
    fs::create_dir_all(folder()).unwrap();
    let mut wrong = Vec::new();
    for (name, found) in &found {
        let path = folder().join(name);
        let known = fs::read_to_string(&path).unwrap_or_default();
        if known != *found && update {
            fs::write(&path, found).unwrap();
        } else if known != *found {
            let line = known.lines().zip(found.lines()).find(|(known, found)| known != found);
            wrong.push(format!("{name} has changed: {line:#?}"));
        }
    }
    let names: BTreeSet<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !names.contains(name.as_str()) && update {
            fs::remove_file(&path).unwrap();
        } else if !names.contains(name.as_str()) {
            wrong.push(format!("{name} is the snapshot of no page"));
        }
    }
    assert!(wrong.is_empty(), "`UPDATE=1 cargo test sampler` records what the program does\n{wrong:#?}");
}

/// The path of a theme's asset without the fingerprint, which changes with every rule of the stylesheet.
fn without_print(path: &str) -> String {
    match path.strip_prefix("_/").and_then(|name| name.rsplit_once('.')) {
        Some((stem, ending)) => format!("_/{}.….{ending}", stem.rsplit_once('.').map_or(stem, |(stem, _)| stem)),
        None => path.to_owned(),
    }
}
