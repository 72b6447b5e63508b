//! The files beside the templates: stylesheets, pictures, fonts.
//!
//! In: the default theme's assets, those of the handbook's theme over them, the pillars' rules. Out: each file with an
//! output path that holds its fingerprint, so that browsers may keep it for ever.
//!
//! Invariant: equal bytes have equal names; a stylesheet that names another asset changes its name with it.

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
    let mut out: Vec<Asset> = others.into_iter().filter_map(|(name, bytes)| named(name, bytes.into_owned())).collect();
    for (name, bytes) in sheets {
        let mut bytes = pointed(name, &bytes, &out);
        if name == "style.css" {
            bytes.extend_from_slice(rules.as_bytes());
        }
        out.extend(named(name, bytes));
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
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
    fn the_name_changes_with_the_bytes() {
        let path = |bytes: &'static [u8]| publish(BTreeMap::from([("a.svg", Cow::Borrowed(bytes))]), "").remove(0).path;
        assert_ne!(path(b"1"), path(b"2"));
        assert_eq!(path(b"1"), path(b"1"));
        assert!(path(b"1").as_str().starts_with("_/a.") && path(b"1").as_str().ends_with(".svg"));
    }
}
