//! Addresses as links need them: relative to the root, percent-encoded, for a server or for a disk.

use crate::base::config::Settings;
use crate::base::path::{Url, encode_path};

/// The address below the root, as it follows the way to the root in a link.
pub fn href(url: &Url, settings: &Settings) -> String {
    let mut href = encode_path(url.below_root()).into_owned();
    if settings.portable && (href.is_empty() || href.ends_with('/')) {
        href.push_str("index.html");
    }
    href
}

/// The address below the root of the page's part; an empty part is the page.
pub fn href_to(page: impl Into<String>, part: &str) -> String {
    let mut href = page.into();
    if !part.is_empty() {
        href.push('#');
        href.push_str(&encode_path(part));
    }
    href
}

/// The absolute address, where the site has one.
pub fn absolute(url: &Url, settings: &Settings) -> Option<String> {
    let base = settings.config.base_url.as_deref()?;
    Some([base, &encode_path(url.below_root())].concat())
}

/// The path under which the site is served, with `/` at both ends.
pub fn base_path(settings: &Settings) -> String {
    let base = settings.config.base_url.as_deref().unwrap_or("");
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = path.trim_matches('/');
    if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }
}
