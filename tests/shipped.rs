//! The handbook that is shipped, read from disk as the program reads it.
//!
//! Each page has a snapshot in `tests/snapshots/`; `UPDATE=1 cargo test shipped` writes them anew, and one that no page
//! has any more is a failure too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fourfold::base::config::Mode;
use fourfold::discover::project::project;
use fourfold::discover::{config, everything};
use fourfold::parse::front::Kind;
use fourfold::parse::page::Relation;

use crate::support::handbook::Files;
use crate::support::html::{pretty, select, tree};
use crate::support::{Handbook, Site, closed_world, ill_formed};

/// The shipped handbook: its files as discovery finds them, read from the disk.
fn handbook() -> Handbook {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = project(Some(root), root).unwrap();
    assert_eq!((project.mode, project.content.as_str()), (Mode::Own, "content"));
    let config_text = fs::read_to_string(root.join("handbook.toml")).unwrap();
    let name = project.config_file.clone().unwrap();
    assert!(config::config(&config_text, &name).1.is_empty());
    let bare = Handbook::of(Files::from([("handbook.toml".to_owned(), config_text.into_bytes())]));
    let found = everything(&project, &bare.settings().0, &[]);
    assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
    let paths = found.sources.iter().map(|source| &source.path).chain(found.assets.iter().map(|asset| &asset.path));
    paths.fold(bare, |handbook, path| handbook.file(path.as_str(), fs::read(root.join(path.as_str())).unwrap()))
}

fn site() -> Site {
    handbook().build()
}

#[test]
fn the_shipped_handbook_has_no_problem() {
    let site = site();
    assert_eq!(site.problems(), 0, "{}", site.short(|_| true));
}

#[test]
fn every_address_of_the_shipped_handbook_leads_somewhere() {
    let site = site();
    assert!(site.paths().len() > 60, "{:#?}", site.paths());
    let (dead, torn) = (closed_world(&site), ill_formed(&site));
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(torn.is_empty(), "{torn:#?}");
}

#[test]
fn made_for_a_disk_it_leads_somewhere_too() {
    let site = handbook().portable().build();
    let dead = closed_world(&site);
    assert!(dead.is_empty(), "{dead:#?}");
    let folders: Vec<_> = site
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
        .filter(|(_, bytes)| {
            let html = String::from_utf8_lossy(bytes);
            html.split("href=\"").skip(1).any(|rest| {
                let address = rest.split('"').next().unwrap();
                !address.contains(':') && address.split('#').next().unwrap().ends_with('/')
            })
        })
        .map(|(path, _)| path)
        .collect();
    assert!(folders.is_empty(), "links to folders: {folders:#?}");
}

#[test]
fn every_kind_and_every_relation_is_real() {
    let handbook = handbook();
    let mut engine = fourfold::engine::Engine::new(handbook.settings().0.into());
    let plan = engine.apply(handbook.change());
    let (mut kinds, mut relations, mut stances, mut pillars) = (BTreeSet::new(), BTreeSet::new(), 0, BTreeSet::new());
    for (_, node) in plan.graph().in_order() {
        kinds.insert(format!("{:?}", node.page.kind));
        relations.extend(node.page.links.iter().map(|link| format!("{:?}", link.relation)));
        stances += usize::from(node.page.has_stances);
        if node.page.kind == Kind::Essay {
            pillars.extend(node.pillars.iter().cloned());
        }
    }
    let all = |kinds: &[Kind]| kinds.iter().map(|kind| format!("{kind:?}")).collect::<BTreeSet<_>>();
    assert_eq!(kinds, all(&[Kind::Essay, Kind::Example, Kind::Contributor, Kind::Term, Kind::Path, Kind::Page]));
    for relation in [Relation::Mentions, Relation::Illustrates, Relation::Contrasts, Relation::By, Relation::Tagged] {
        assert!(relations.contains(&format!("{relation:?}")), "nothing has the relation {relation:?}: {relations:?}");
    }
    assert!(stances >= 4, "{stances} stances blocks");
    assert_eq!(pillars.len(), 4, "essays stand in {pillars:?}");
    assert!(plan.graph().terms().len() >= 10, "{} terms", plan.graph().terms().len());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// The name of a page's snapshot: its path with the folders joined.
fn snapshot_name(path: &str) -> String {
    let name = path.trim_end_matches("index.html").trim_end_matches('/').replace('/', "--");
    if name.is_empty() { "home.html".into() } else { format!("{}.html", name.trim_end_matches(".html")) }
}

#[test]
fn every_page_is_as_it_was_when_somebody_last_looked() {
    let site = site();
    let update = std::env::var_os("UPDATE").is_some();
    fs::create_dir_all(folder()).unwrap();
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    let outputs = ("outputs.txt".to_owned(), site.paths().iter().map(|path| without_print(path) + "\n").collect::<String>());
    let pages = site.files.iter().filter(|(path, _)| path.ends_with(".html")).map(|(path, bytes)| {
        let nodes = tree(std::str::from_utf8(bytes).unwrap());
        let main = select(&nodes, "main");
        let shown = if main.is_empty() { select(&nodes, "body") } else { main };
        (snapshot_name(path), shown.into_iter().map(|node| pretty(std::slice::from_ref(node))).collect())
    });
    for (name, found) in std::iter::once(outputs).chain(pages) {
        let path = folder().join(&name);
        let known = fs::read_to_string(&path).unwrap_or_default();
        if known != found && update {
            fs::write(&path, &found).unwrap();
        } else if known != found {
            let line = known.lines().zip(found.lines()).find(|(known, found)| known != found);
            wrong.push(format!("{name} has changed: {line:#?}"));
        }
        assert!(names.insert(name.clone()), "two pages have the snapshot {name}");
    }
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !names.contains(&name) && update {
            fs::remove_file(&path).unwrap();
        } else if !names.contains(&name) {
            wrong.push(format!("{name} is the snapshot of no page"));
        }
    }
    assert!(wrong.is_empty(), "`UPDATE=1 cargo test shipped` records what the program does\n{wrong:#?}");
}

/// The path of a theme's asset without the fingerprint, which changes with every rule of the stylesheet.
fn without_print(path: &str) -> String {
    match path.strip_prefix("_/").and_then(|name| name.rsplit_once('.')) {
        Some((stem, ending)) => format!("_/{}.….{ending}", stem.rsplit_once('.').map_or(stem, |(stem, _)| stem)),
        None => path.to_owned(),
    }
}
