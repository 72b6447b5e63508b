//! Files that steer a web host: former addresses forward, browsers keep what never changes, and the policy is a header.
//!
//! In: the settings, the outputs of the site. Out: the files that the host of the config reads. Nothing but the config
//! makes one.
//!
//! Invariant: no text of the content is a pattern for a host. An address that a host may read as more than itself is left out; its
//! page forwards all the same.

use crate::base::config::{Host, Settings};
use crate::base::path::encode_path;

use super::href::base_path;
use super::outputs::{Output, Planned};
use super::page::Scene;
use super::sitewide::policy;

/// How many lines Cloudflare reads that forward from one address.
const CLOUDFLARE: usize = 2_000;
/// Endings of files of the theme, which have the fingerprint of their bytes in their names.
const HASHED: [&str; 14] = ["css", "js", "mjs", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf"];
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A file that a host reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostFile {
    /// Where former addresses forward, for Netlify and Cloudflare.
    Redirects,
    /// What goes with every answer, for Netlify and Cloudflare.
    Headers,
    /// Both, as maps for nginx.
    Nginx,
}

impl HostFile {
    /// The files of a host.
    pub fn of(host: Host) -> &'static [Self] {
        match host {
            Host::None => &[],
            Host::Netlify | Host::Cloudflare => &[Self::Redirects, Self::Headers],
            Host::Nginx => &[Self::Nginx],
        }
    }

    /// Its address.
    pub fn address(self) -> &'static str {
        match self {
            Self::Redirects => "/_redirects",
            Self::Headers => "/_headers",
            Self::Nginx => "/_nginx.conf",
        }
    }
}

/// The text of a file.
pub fn host_file(scene: Scene<'_>, file: HostFile, all: &[Planned]) -> String {
    let settings = &*scene.graph.settings;
    match file {
        HostFile::Redirects => redirects(scene, all),
        HostFile::Headers => headers(settings),
        HostFile::Nginx => nginx(scene, all),
    }
}

/// Former addresses and where they lead, both with the path of the site.
fn moves(scene: Scene<'_>, all: &[Planned]) -> Vec<(String, String)> {
    let base = base_path(&scene.graph.settings);
    let pair = |planned: &Planned| {
        let Output::Redirect(id, _) = planned.output else { return None };
        let to = &scene.graph.node(id)?.url;
        let (from, to) = (planned.url.below_root(), to.below_root());
        (is_literal(from) && is_literal(to)).then(|| (format!("{base}{from}"), format!("{base}{}", encode_path(to))))
    };
    all.iter().filter_map(pair).collect()
}

/// Whether a host takes an address for itself alone: no wildcard, no name of a part, no mark that ends it.
fn is_literal(address: &str) -> bool {
    address.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_' | '~' | '+' | ',' | '@' | '='))
}

fn redirects(scene: Scene<'_>, all: &[Planned]) -> String {
    let moves = moves(scene, all);
    let host = scene.graph.settings.config.host;
    // A page forwards at each of these addresses, and Netlify prefers a page unless it is told not to.
    let (status, most) = if host == Host::Cloudflare { ("301", CLOUDFLARE) } else { ("301!", usize::MAX) };
    let lines = moves.iter().take(most).map(|(from, to)| format!("{} {to} {status}\n", encode_path(from)));
    let mut out: String = lines.collect();
    if moves.len() > most {
        out.push_str(&format!("# {} more forward by their pages: the host reads {most} lines.\n", moves.len() - most));
    }
    out
}

/// Headers with every answer.
fn common(settings: &Settings) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Content-Security-Policy", format!("{}; frame-ancestors 'none'", policy(settings.config.remote))),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
    ];
    if settings.drafts || !settings.config.banner.is_empty() {
        headers.push(("X-Robots-Tag", "noindex".to_owned()));
    }
    headers
}

/// The rules do not overlap in a header, since hosts put the values of several rules together.
fn headers(settings: &Settings) -> String {
    let base = base_path(settings);
    let mut out = format!("{base}*\n");
    for (name, value) in common(settings) {
        out.push_str(&format!("  {name}: {value}\n"));
    }
    for ending in HASHED {
        out.push_str(&format!("{base}_/*.{ending}\n  Cache-Control: {FOREVER}\n"));
    }
    out.push_str(&format!("{base}_/*.json\n  Cache-Control: no-cache\n"));
    out
}

fn nginx(scene: Scene<'_>, all: &[Planned]) -> String {
    let settings = &*scene.graph.settings;
    let base = base_path(settings);
    let mut out =
        String::from("# Include this in the http block. The server block needs:\n#   if ($fourfold_to) { return 301 $fourfold_to; }\n");
    out.push_str("#   error_page 404 /404.html;\n#   add_header Cache-Control $fourfold_cache always;\n");
    for (name, _) in common(settings) {
        out.push_str(&format!("#   add_header {name} ${} always;\n", variable(name)));
    }
    out.push_str("map $uri $fourfold_to {\n");
    for (from, to) in moves(scene, all) {
        out.push_str(&format!("  \"{from}\" \"{to}\";\n"));
    }
    let path: String = base.chars().flat_map(|c| if c.is_alphanumeric() || c == '/' { vec![c] } else { vec!['\\', c] }).collect();
    let endings = HASHED.join("|");
    out.push_str("}\nmap $uri $fourfold_cache {\n  default \"no-cache\";\n");
    out.push_str(&format!("  \"~^{path}_/.+\\.[0-9a-f]{{8}}\\.(?:{endings})$\" \"{FOREVER}\";\n}}\n"));
    for (name, value) in common(settings) {
        out.push_str(&format!("map $uri ${} {{\n  default \"{value}\";\n}}\n", variable(name)));
    }
    out
}

/// The variable that holds a header.
fn variable(header: &str) -> String {
    format!("fourfold_{}", header.to_ascii_lowercase().replace('-', "_"))
}
