//! A closed world: every address in a site leads to a file of the site, and every part of an address to an id.
//!
//! It reads the files as a browser would and shares nothing with the code that made them.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::Site;
use super::html::{Piece, misnested, pieces, unbalanced};

/// Every address that leads nowhere, and every id that is there twice: a line each.
#[must_use]
pub fn closed_world(site: &Site) -> Vec<String> {
    let pages: BTreeMap<&str, Vec<Piece>> = site
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path.as_str(), pieces(std::str::from_utf8(bytes).expect("HTML is UTF-8"))))
        .collect();
    let mut problems = Vec::new();
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, pieces) in &pages {
        let known = ids.entry(path).or_default();
        for id in all_ids(pieces) {
            if !known.insert(id.clone()) {
                problems.push(format!("{path}: the id `{id}` is there twice"));
            }
        }
    }
    for (path, pieces) in &pages {
        for address in addresses(pieces) {
            if let Some(problem) = landing(site, &ids, path, &address) {
                problems.push(format!("{path}: `{address}` {problem}"));
            }
        }
    }
    problems.extend(sheets(site));
    problems.extend(twins(site, &ids));
    problems
}

/// Addresses in Markdown beside pages, as any reader of Markdown finds them.
fn twins(site: &Site, ids: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, bytes) in site.files.iter().filter(|(path, _)| path.ends_with("index.md")) {
        let text = std::str::from_utf8(bytes).expect("Markdown is UTF-8");
        if !text.starts_with("---\n") {
            problems.push(format!("{path}: it begins with something that may be taken for HTML"));
        }
        let mut addresses = Vec::new();
        let body = text.splitn(3, "---\n").nth(2).unwrap_or_default();
        // A formula stays one, as on code hosts.
        for event in Parser::new_ext(body, fourfold::parse::body::options() | Options::ENABLE_MATH) {
            match event {
                Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, dest_url, .. }) if dest_url.starts_with(' ') => {}
                Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, dest_url, .. }) => {
                    problems.push(format!("{path}: `[[{dest_url}]]` is no link for most readers"));
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => addresses.push(dest_url.to_string()),
                Event::Html(html) | Event::InlineHtml(html) => addresses.extend(self::addresses(&pieces(&html))),
                _ => {}
            }
        }
        for address in addresses.iter().filter(|address| !address.contains('@')) {
            if let Some(problem) = landing(site, ids, path, address) {
                problems.push(format!("{path}: `{address}` {problem}"));
            }
        }
    }
    problems
}

/// Every page whose elements do not nest, or nest in a way that a browser would tear apart: a line each.
#[must_use]
pub fn ill_formed(site: &Site) -> Vec<String> {
    let pages = site.files.iter().filter(|(path, _)| path.ends_with(".html"));
    pages
        .filter_map(|(path, bytes)| {
            let html = std::str::from_utf8(bytes).expect("HTML is UTF-8");
            unbalanced(html).or_else(|| misnested(html)).map(|problem| format!("{path}: {problem}"))
        })
        .collect()
}

fn all_ids(pieces: &[Piece]) -> impl Iterator<Item = String> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Start(_, attributes) => attributes.iter().find(|(name, _)| name == "id").map(|(_, id)| id.clone()),
        _ => None,
    })
}

/// Every address that a page names.
fn addresses(pieces: &[Piece]) -> Vec<String> {
    let mut out = Vec::new();
    for piece in pieces {
        let Piece::Start(element, attributes) = piece else { continue };
        for (name, value) in attributes {
            match name.as_str() {
                "href" | "src" | "poster" | "data" | "action" => out.push(value.clone()),
                "srcset" => out.extend(value.split(',').filter_map(|one| one.split_whitespace().next()).map(str::to_owned)),
                "content" if element == "meta" => out.extend(value.split_once("url=").map(|(_, url)| url.to_owned())),
                _ => {}
            }
        }
    }
    out
}

/// What is wrong with an address on a page; nothing for one that leads out of the site.
fn landing(site: &Site, ids: &BTreeMap<&str, BTreeSet<String>>, page: &str, address: &str) -> Option<String> {
    let scheme = address.split([':', '/', '?', '#']).next().filter(|scheme| address[scheme.len()..].starts_with(':'));
    if let Some(scheme) = scheme {
        let allowed = ["http", "https", "mailto", "tel", "data"].contains(&scheme.to_ascii_lowercase().as_str());
        return (!allowed).then(|| "has a scheme that is not allowed".to_owned());
    }
    if address.starts_with("//") {
        return None;
    }
    let (path, part) = address.split_once('#').map_or((address, None), |(path, part)| (path, Some(part)));
    let path = path.split('?').next().unwrap();
    let Some(path) = decode(path) else { return Some("is not UTF-8 when decoded".into()) };
    let target = match walk(site, page, &path) {
        Ok(target) => target,
        Err(problem) => return Some(problem),
    };
    if !site.files.contains_key(&target) {
        return Some(format!("leads to {target}, which is not there"));
    }
    let part = part.filter(|part| !part.is_empty())?;
    // The parts of a text are those of the page beside it.
    let target = target.strip_suffix("index.md").map_or(target.clone(), |folder| format!("{folder}index.html"));
    let Some(part) = decode(part) else { return Some("has a part that is not UTF-8 when decoded".into()) };
    match ids.get(target.as_str()) {
        Some(known) if known.contains(&part) || part == "top" => None,
        Some(_) => Some(format!("asks for `#{part}`, which {target} has not")),
        None => None,
    }
}

/// The file that a relative address means; or why there can be none.
fn walk(site: &Site, page: &str, path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Ok(page.to_owned());
    }
    let mut parts: Vec<&str> = Vec::new();
    let rest = if let Some(rest) = path.strip_prefix('/') {
        let base = site.base_path.trim_matches('/');
        let below = if base.is_empty() { Some(rest) } else { rest.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')) };
        below.ok_or("leaves the path of the site")?
    } else {
        parts.extend(page.split('/'));
        parts.pop();
        path
    };
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop().ok_or("climbs out of the site")?,
            part => parts.push(part),
        }
    }
    let folder = rest.is_empty() || rest.ends_with('/') || rest.ends_with("..") || rest == ".";
    if folder {
        parts.push("index.html");
    }
    Ok(parts.join("/"))
}

/// Addresses in stylesheets.
fn sheets(site: &Site) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, bytes) in site.files.iter().filter(|(path, _)| path.ends_with(".css")) {
        let text = std::str::from_utf8(bytes).expect("a stylesheet is UTF-8");
        for address in text.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().trim_matches(['"', '\''])) {
            if let Some(problem) = landing(site, &BTreeMap::new(), path, address) {
                problems.push(format!("{path}: `{address}` {problem}"));
            }
        }
    }
    problems
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|byte| (*byte as char).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
