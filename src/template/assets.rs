//! The files beside the templates: stylesheets, pictures, fonts.
//!
//! In: the default theme's assets, those of the handbook's theme over them, the pillars' rules. Out: each file with an
//! output path that holds its fingerprint, so that browsers may keep it for ever.
//!
//! Invariant: equal bytes have equal names; a stylesheet or a script that names another asset changes its name with it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::fingerprint::Fingerprint;
use crate::base::path::{OutPath, encode_path, join};

/// One asset, ready to be written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Asset {
    /// Its path below `assets/`, such as `fonts/text.woff2`.
    pub name: String,
    /// Where it is written, such as `_/fonts/text.1a2b3c4d.woff2`.
    pub path: OutPath,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Gives every asset its name, appends the pillars' rules to `style.css` and points stylesheets at the new names.
///
/// An asset whose path cannot be an output path is left out.
pub(super) fn publish(files: BTreeMap<&str, Cow<'_, [u8]>>, rules: &str) -> Vec<Asset> {
    let (sheets, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| name.ends_with(".css"));
    let (scripts, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(name, _)| name.ends_with(".js"));
    let mut out: Vec<Asset> = others.into_iter().filter_map(|(name, bytes)| named(name, bytes.into_owned())).collect();
    for (name, bytes) in sheets {
        let mut bytes = pointed(name, &bytes, &out);
        if name == "style.css" {
            bytes.extend_from_slice(rules.as_bytes());
        }
        out.extend(named(name, bytes));
    }
    publish_scripts(scripts, &mut out);
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

/// Publishes scripts, those that others import first, and points imports at the published names. Scripts that import each
/// other in a circle keep the names that they import.
fn publish_scripts(mut waiting: Vec<(&str, Cow<'_, [u8]>)>, out: &mut Vec<Asset>) {
    while !waiting.is_empty() {
        let names: Vec<&str> = waiting.iter().map(|(name, _)| *name).collect();
        let is_ready =
            |(name, bytes): &(&str, Cow<'_, [u8]>)| imports(name, bytes).iter().all(|(_, import)| !names.contains(&import.as_str()));
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        let (ready, rest) = if ready.is_empty() { (rest, ready) } else { (ready, rest) };
        let published: Vec<Asset> = ready.into_iter().filter_map(|(name, bytes)| named(name, imported(name, &bytes, out))).collect();
        out.extend(published);
        waiting = rest;
    }
}

/// The imports of a script: each as it is written, and the asset that it means.
fn imports(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let text = String::from_utf8_lossy(bytes);
    let quoted = text.match_indices("\"./").filter_map(|(at, _)| text[at + 1..].split_once('"').map(|(quoted, _)| quoted));
    let written = quoted.filter(|quoted| quoted.ends_with(".js") || quoted.ends_with(".css"));
    written.filter_map(|written| Some((written.to_owned(), join(folder, written)?))).collect()
}

/// A script whose imports lead to the published names.
fn imported(name: &str, bytes: &[u8], assets: &[Asset]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let mut out = text.to_owned();
    for (written, import) in imports(name, bytes) {
        if let Some(asset) = assets.iter().find(|asset| asset.name == import) {
            let up = "../".repeat(name.matches('/').count());
            let here = if up.is_empty() { "./" } else { &up };
            let below = encode_path(asset.path.as_str().trim_start_matches("_/"));
            out = out.replace(&format!("\"{written}\""), &format!("\"{here}{below}\""));
        }
    }
    out.into_bytes()
}

fn named(name: &str, bytes: Vec<u8>) -> Option<Asset> {
    let print = Fingerprint::of_bytes(&bytes).to_string();
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let (stem, extension) = file.rsplit_once('.').map_or((file, String::new()), |(stem, extension)| (stem, format!(".{extension}")));
    let slash = if folder.is_empty() { "" } else { "/" };
    let path = OutPath::new(&format!("_/{folder}{slash}{stem}.{}{extension}", &print[..8]))?;
    Some(Asset { name: name.to_owned(), path, bytes })
}

/// A stylesheet whose `url(…)` lead to the published names of the assets that it means.
fn pointed(name: &str, bytes: &[u8], assets: &[Asset]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + 4);
        out.push_str(before);
        rest = after;
        let Some(end) = after.find(')') else { break };
        let target = after[..end].trim().trim_matches(['"', '\'']);
        let cut = target.find(['?', '#']).unwrap_or(target.len());
        let asset = join(folder, &target[..cut]).and_then(|path| assets.iter().find(|asset| asset.name == path));
        if let Some(asset) = asset {
            let up = "../".repeat(name.matches('/').count());
            let below = asset.path.as_str().trim_start_matches("_/");
            out.push_str(&format!("\"{up}{}{}\"", encode_path(below), &target[cut..]));
            rest = &after[end..];
        }
    }
    out.push_str(rest);
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stylesheet_follows_its_fonts_to_their_names() {
        let sheet = b"@font-face{src:url('../fonts/a.woff2?x')}b{background:url(data:image/png;base64,)}";
        let assets = publish(BTreeMap::from([("css/x.css", Cow::Borrowed(&sheet[..])), ("fonts/a.woff2", Cow::Borrowed(b"font"))]), "");
        let [x, font] = &assets[..] else { panic!("{assets:?}") };
        let text = String::from_utf8_lossy(&x.bytes);
        assert!(text.contains(&format!("url(\"../{}?x\")", &font.path.as_str()[2..])), "{text}");
        assert!(text.ends_with("url(data:image/png;base64,)}"));
    }

    #[test]
    fn a_script_follows_its_imports_to_their_names() {
        let files = |inner: &'static [u8]| {
            let outer = Cow::Borrowed(&b"import(\"./b.js\"); import x from \"./none.js\""[..]);
            publish(
                BTreeMap::from([("a.js", outer), ("b.js", Cow::Borrowed(&b"import \"./c.js\""[..])), ("c.js", Cow::Borrowed(inner))]),
                "",
            )
        };
        let (one, two) = (files(b"1"), files(b"2"));
        let text = |assets: &[Asset], at: usize| String::from_utf8_lossy(&assets[at].bytes).into_owned();
        assert!(text(&one, 0).contains(&format!("\"./{}\"", &one[1].path.as_str()[2..])), "{}", text(&one, 0));
        assert!(text(&one, 0).contains("\"./none.js\""));
        assert!(text(&one, 1).contains(&format!("\"./{}\"", &one[2].path.as_str()[2..])));
        assert!(one.iter().zip(&two).all(|(one, two)| one.path != two.path), "a name outlives what it imports");
    }

    #[test]
    fn scripts_in_a_circle_are_published_all_the_same() {
        let circle =
            BTreeMap::from([("a.js", Cow::Borrowed(&b"import \"./b.js\""[..])), ("b.js", Cow::Borrowed(&b"import \"./a.js\""[..]))]);
        assert_eq!(publish(circle, "").len(), 2);
    }

    #[test]
    fn the_name_changes_with_the_bytes() {
        let path = |bytes: &'static [u8]| publish(BTreeMap::from([("a.svg", Cow::Borrowed(bytes))]), "").remove(0).path;
        assert_ne!(path(b"1"), path(b"2"));
        assert_eq!(path(b"1"), path(b"1"));
        assert!(path(b"1").as_str().starts_with("_/a.") && path(b"1").as_str().ends_with(".svg"));
    }
}
