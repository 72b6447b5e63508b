//! What other generators leave in a folder, and where they keep their content.
//!
//! In: a folder. Out: its content folder and the reason, in words.
//!
//! Invariant: the first of the rules that names an existing folder wins; the folder itself is the last of them.

use std::path::Path;

use walkdir::WalkDir;

use super::is_real_folder;
use crate::base::path::{is_markdown, join};
use crate::base::tree::{Entry, Value, toml};

/// The content of a folder.
pub(super) struct Found {
    /// Relative to the folder, empty for the folder itself.
    pub(super) content: String,
    /// Which generator's rule holds, and what it says.
    pub(super) why: String,
}

const HUGO: &[&str] = &["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config/_default", "zola.toml"];
const DOCUSAURUS: &[&str] = &["docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"];
const ASTRO: &[&str] = &["astro.config.mjs", "astro.config.ts", "astro.config.js"];
const MKDOCS: &[&str] = &["mkdocs.yml", "mkdocs.yaml"];
const GITBOOK: &[&str] = &[".gitbook.yaml", ".gitbook.yml"];
const NEXT: &[&str] = &["next.config.js", "next.config.mjs", "next.config.ts"];
const ELEVENTY: &[&str] = &[".eleventy.js", "eleventy.config.js", "eleventy.config.mjs"];

/// Whether a folder holds the config of a generator.
pub(super) fn is_project(folder: &Path) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| folder.join(name).exists());
    let alone = ["book.toml", "_config.yml", "gatsby-config.js", "antora.yml", "nuxt.config.ts", ".vitepress", ".obsidian"];
    let with_content = HUGO[..HUGO.len() - 1].iter().any(|name| folder.join(name).exists()) && folder.join("content").is_dir();
    let middleman = folder.join("config.rb").is_file() && folder.join("source").is_dir();
    any(&alone) || [MKDOCS, GITBOOK, DOCUSAURUS, ASTRO, NEXT, ELEVENTY].iter().any(|names| any(names)) || with_content || middleman
}

/// Finds the content of a folder.
pub(super) fn find(folder: &Path) -> Found {
    let rules = [mdbook, mkdocs, gitbook, hugo, jekyll, docusaurus, starlight, vitepress, middleman, obsidian, summary, docs];
    rules.iter().find_map(|rule| rule(folder)).unwrap_or_else(|| Found { content: String::new(), why: "the folder itself".into() })
}

fn found(folder: &Path, content: &str, why: impl FnOnce(&str) -> String) -> Option<Found> {
    let content = join("", content)?;
    let mut place = folder.to_owned();
    for part in content.split('/').filter(|part| !part.is_empty()) {
        place.push(part);
        if !is_real_folder(&place) {
            return None;
        }
    }
    let shown = if content.is_empty() { "./".to_owned() } else { format!("{content}/") };
    Some(Found { why: why(&shown), content })
}

fn first<'a>(folder: &Path, names: &[&'a str]) -> Option<&'a str> {
    names.iter().copied().find(|name| folder.join(name).exists())
}

/// The text of a config; a large one, a link or anything that is no file counts as empty.
fn text(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    let small = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < 1 << 20);
    let bytes = if small { std::fs::read(path).unwrap_or_default() } else { Vec::new() };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn mdbook(folder: &Path) -> Option<Found> {
    let name = first(folder, &["book.toml"])?;
    let tree = toml::read(&text(folder, name));
    let child = |entries: &[Entry], key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.node.clone());
    let source = child(&tree.entries, "book").and_then(|book| match book.value {
        Value::Table(entries) => child(&entries, "src")?.text().map(str::to_owned),
        _ => None,
    });
    let source = source.unwrap_or_else(|| "src".into());
    found(folder, &source, |content| format!("mdBook: {content}"))
}

fn mkdocs(folder: &Path) -> Option<Found> {
    let name = first(folder, MKDOCS)?;
    let content = top_key(&text(folder, name), "docs_dir").unwrap_or_else(|| "docs".into());
    found(folder, &content, |content| format!("MkDocs: {content} ({name})"))
}

fn gitbook(folder: &Path) -> Option<Found> {
    let name = first(folder, GITBOOK)?;
    let content = top_key(&text(folder, name), "root").unwrap_or_default();
    found(folder, &content, |content| format!("GitBook: {content} ({name})"))
}

fn hugo(folder: &Path) -> Option<Found> {
    let config = first(folder, HUGO);
    let named = config.and_then(|name| top_key(&text(folder, name), "contentDir"));
    let content = named.unwrap_or_else(|| "content".into());
    if config.is_none() && !holds_most(folder, "content") {
        return None;
    }
    let content = only_language(folder, &content).unwrap_or(content);
    found(folder, &content, |content| match config {
        Some(name) => format!("Hugo or Zola: {content} ({name})"),
        None => format!("{content} holds most of the Markdown"),
    })
}

fn jekyll(folder: &Path) -> Option<Found> {
    let name = first(folder, &["_config.yml", "_config.toml"])?;
    let collection = ["_articles", "_docs"].iter().find_map(|name| found(folder, name, |content| format!("Jekyll: {content}")));
    collection.or_else(|| found(folder, "", |content| format!("Jekyll: {content} ({name})")))
}

fn obsidian(folder: &Path) -> Option<Found> {
    folder.join(".obsidian").is_dir().then(|| found(folder, "", |content| format!("Obsidian: {content}")))?
}

/// A list of contents at the top, without a config beside it.
fn summary(folder: &Path) -> Option<Found> {
    folder.join("SUMMARY.md").is_file().then(|| found(folder, "", |content| format!("GitBook: {content}")))?
}

fn docusaurus(folder: &Path) -> Option<Found> {
    first(folder, DOCUSAURUS)?;
    found(folder, "docs", |content| format!("Docusaurus: {content}"))
}

fn starlight(folder: &Path) -> Option<Found> {
    first(folder, ASTRO)?;
    found(folder, "src/content/docs", |content| format!("Starlight: {content}"))
}

fn vitepress(folder: &Path) -> Option<Found> {
    folder.join("docs/.vitepress").is_dir().then_some(())?;
    found(folder, "docs", |content| format!("VitePress: {content}"))
}

fn middleman(folder: &Path) -> Option<Found> {
    first(folder, &["config.rb"])?;
    found(folder, "source", |content| format!("Middleman: {content}"))
}

fn docs(folder: &Path) -> Option<Found> {
    holds_most(folder, "docs").then_some(())?;
    found(folder, "docs", |content| format!("{content} holds most of the Markdown"))
}

/// A text key at the left edge of a YAML or TOML file, found by its line.
fn top_key(text: &str, key: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix([':', '=']))?;
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|mark| value.strip_prefix(*mark)?.split(*mark).next());
    let bare = quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or_default().trim());
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// The one folder of a content folder, where it is named as a language is and no page lies beside it.
fn only_language(folder: &Path, content: &str) -> Option<String> {
    let mut only = None;
    for entry in std::fs::read_dir(folder.join(content)).ok()?.flatten() {
        let name = entry.file_name().to_str()?.to_owned();
        let kind = entry.file_type().ok()?;
        if kind.is_dir() && !name.starts_with('.') && only.replace(name.clone()).is_some() || kind.is_file() && is_markdown(&name) {
            return None;
        }
    }
    let name = only.filter(|name| is_language(name))?;
    Some(format!("{content}/{name}"))
}

fn is_language(name: &str) -> bool {
    let mut parts = name.split(['-', '_']);
    let first = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    first && parts.all(|part| matches!(part.len(), 2 | 4) && part.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// Whether more than half of a folder's Markdown lies in one of its folders.
fn holds_most(folder: &Path, name: &str) -> bool {
    const ENOUGH: usize = 100_000;
    if !is_real_folder(&folder.join(name)) {
        return false;
    }
    let walk = WalkDir::new(folder).follow_links(false).into_iter().filter_entry(|entry| {
        entry.depth() == 0
            || !entry.file_name().to_str().is_some_and(|name| name.starts_with(['.', '_']) || super::super::walk::is_machine_folder(name))
    });
    let (mut inside, mut all) = (0_usize, 0_usize);
    let pages = walk.flatten().filter(|entry| entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_markdown));
    for page in pages.take(ENOUGH) {
        all += 1;
        let top = page.path().strip_prefix(folder).ok().and_then(|path| path.iter().next());
        inside += usize::from(top.is_some_and(|top| top == name));
    }
    inside * 2 > all
}
