//! Where other tools' configs say that a site is served, in which language, and which addresses have moved.
//!
//! In: the texts of configs. Out: own addresses, the paths below a host, redirects.
//!
//! Invariant: configs that are programs are only searched for the lines that matter, never run.

use crate::base::tree::{Node, Value, yaml};

/// What the configs of a folder say.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Served {
    /// Absolute addresses of the site.
    pub(super) own_urls: Vec<String>,
    /// Paths below its host, without `/` at the ends.
    pub(super) base_paths: Vec<String>,
    /// The language of the pages that name none.
    pub(super) language: Option<String>,
}

/// Where a config says the address and the path of its site.
struct Keys {
    name: &'static str,
    address: &'static [&'static str],
    path: &'static [&'static str],
    language: &'static [&'static str],
}

const CONFIGS: &[Keys] = &[
    Keys { name: "mkdocs.yml", address: &["site_url"], path: &[], language: &["language"] },
    Keys { name: "mkdocs.yaml", address: &["site_url"], path: &[], language: &["language"] },
    Keys { name: "_config.yml", address: &["url"], path: &["baseurl"], language: &["lang"] },
    Keys { name: "book.toml", address: &[], path: &["site-url"], language: &["language"] },
    Keys { name: "hugo.toml", address: &["baseURL"], path: &[], language: &["defaultContentLanguage", "languageCode"] },
    Keys { name: "hugo.yaml", address: &["baseURL"], path: &[], language: &["languageCode"] },
    Keys { name: "config.toml", address: &["baseURL", "baseurl", "base_url"], path: &[], language: &["languageCode", "default_language"] },
    Keys { name: "config.yaml", address: &["baseURL"], path: &[], language: &["languageCode"] },
    Keys { name: "zola.toml", address: &["base_url"], path: &[], language: &["default_language"] },
    Keys { name: "docusaurus.config.js", address: &["url"], path: &["baseUrl"], language: &["defaultLocale"] },
    Keys { name: "docusaurus.config.ts", address: &["url"], path: &["baseUrl"], language: &["defaultLocale"] },
    Keys { name: "astro.config.mjs", address: &["site"], path: &["base"], language: &[] },
    Keys { name: "astro.config.ts", address: &["site"], path: &["base"], language: &[] },
    Keys { name: ".vitepress/config.js", address: &[], path: &["base"], language: &["lang"] },
    Keys { name: ".vitepress/config.ts", address: &[], path: &["base"], language: &["lang"] },
    Keys { name: ".vitepress/config.mts", address: &[], path: &["base"], language: &["lang"] },
    Keys { name: ".vitepress/config.mjs", address: &[], path: &["base"], language: &["lang"] },
];

/// Reads the configs of a folder; `read` gives the text of a file below it.
pub(super) fn served(read: &dyn Fn(&str) -> Option<String>) -> Served {
    let mut served = Served::default();
    for keys in CONFIGS {
        let Some(text) = read(keys.name) else { continue };
        let value = |names: &[&str]| names.iter().find_map(|name| value_of(&text, name));
        let address = value(keys.address).filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        let below_host = address.as_deref().and_then(|url| url.split_once("://")?.1.split_once('/')).map(|(_, path)| path.to_owned());
        let path = value(keys.path).filter(|path| !path.contains("://")).or(below_host).unwrap_or_default();
        let path = path.trim_matches('/').to_owned();
        if let Some(address) = address {
            let address = address.trim_end_matches('/');
            let has_path = path.is_empty() || address.ends_with(&format!("/{path}"));
            served.own_urls.push(if has_path { format!("{address}/") } else { format!("{address}/{path}/") });
        }
        if !path.is_empty() && !served.base_paths.contains(&path) {
            served.base_paths.push(path);
        }
        served.language = served.language.or_else(|| value(keys.language).filter(|tag| is_tag(tag)));
    }
    served
}

/// The text in a file that names the domain of the site.
pub(super) fn cname(text: &str) -> Option<String> {
    let host = text.lines().next()?.trim();
    let plain = host.contains('.') && host.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '-'));
    plain.then(|| format!("https://{host}/"))
}

/// The `redirects` of a GitBook config.
pub(super) fn redirects(text: &str) -> Vec<(String, String)> {
    let Some(Value::Table(entries)) = yaml::value(text).map(|node| node.value) else { return Vec::new() };
    let Some(Value::Table(redirects)) = entries.into_iter().find(|entry| entry.key == "redirects").map(|entry| entry.node.value) else {
        return Vec::new();
    };
    redirects.iter().filter_map(|entry| Some((entry.key.clone(), Node::text(&entry.node)?.to_owned()))).collect()
}

/// The text after a key, wherever on its line the key begins a word; in programs, only a text between quotation marks.
fn value_of(text: &str, key: &str) -> Option<String> {
    for (at, _) in text.match_indices(key) {
        let before = text[..at].rsplit('\n').next().unwrap_or("");
        let starts_word = before.chars().next_back().is_none_or(|ch| ch.is_whitespace() || matches!(ch, '{' | ',' | '"' | '\''));
        let is_comment = ["//", "#"].iter().any(|mark| before.trim_start().starts_with(mark));
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
        let Some(rest) = rest.strip_prefix([':', '=']).filter(|_| starts_word && !is_comment) else { continue };
        let rest = rest.split('\n').next().unwrap_or("").trim();
        let quoted = ['"', '\'', '`'].iter().find_map(|mark| rest.strip_prefix(*mark)?.split(*mark).next());
        let bare = before.trim().is_empty().then(|| rest.split([' ', ',', '#']).next().unwrap_or(""));
        if let Some(value) = quoted.or(bare).filter(|value| !value.is_empty() && !value.contains(['$', '(', '{'])) {
            return Some(value.to_owned());
        }
    }
    None
}

fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_lowercase()));
    primary && parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &'static str, text: &'static str) -> (Vec<String>, Vec<String>, Option<String>) {
        let found = served(&|asked| (asked == name).then(|| text.to_owned()));
        (found.own_urls, found.base_paths, found.language)
    }

    #[test]
    fn configs_say_where_a_site_is_served() {
        let some = |url: &str, path: &str| (vec![url.to_owned()], vec![path.to_owned()], None);
        assert_eq!(of("mkdocs.yml", "site_url: https://a.example/book/ # x\n"), some("https://a.example/book/", "book"));
        assert_eq!(of("_config.yml", "url: 'https://a.example'\nbaseurl: /book\n"), some("https://a.example/book/", "book"));
        let docusaurus = "export default {\n  // url: 'https://old.example',\n  url: 'https://a.example',\n  baseUrl: '/book/',\n};\n";
        assert_eq!(of("docusaurus.config.js", docusaurus), some("https://a.example/book/", "book"));
        let astro = "export default defineConfig({ site: 'https://a.example', base: '/book' });\n";
        assert_eq!(of("astro.config.mjs", astro), some("https://a.example/book/", "book"));
        assert_eq!(of("mkdocs.yml", "site_url: !ENV [SITE, x]\ntheme:\n  language: de\n"), (vec![], vec![], Some("de".into())));
    }
}
