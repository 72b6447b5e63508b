//! `handbook.toml` as JSON Schema, for editors; and the lists of its keys, which the reader names when it meets another.
//!
//! In: nothing. Out: one document. A test feeds every key with values of every kind and asks that reading and schema agree.

use serde_json::{Map, Value, json};

use crate::base::config::Config;
use crate::base::diagnostic::Code;

/// Keys outside of any section.
pub(super) const TOP: &[&str] =
    &["title", "base_url", "language", "theme", "repository", "today", "pillars", "content", "links", "trust", "outputs", "checks"];
/// Keys below `[[pillars]]`.
pub(super) const PILLAR: &[&str] = &["id", "title", "question", "stance", "hue", "match", "key"];
/// Keys below `[content]`.
pub(super) const CONTENT: &[&str] = &["ignore", "remote"];
/// Keys below `[links]`.
pub(super) const LINKS: &[&str] = &["wanted", "own_urls"];
/// Keys below `[trust]`.
pub(super) const TRUST: &[&str] = &["contributor", "full"];
/// Keys below `[outputs]`.
pub(super) const OUTPUTS: &[&str] = &["banner", "markdown", "feeds", "cards", "host"];
/// Keys of a check that is more than its level.
pub(super) const CHECK: &[&str] = &["level", "reason"];

/// The JSON Schema of `handbook.toml`.
pub fn json_schema() -> Value {
    let mut schema = section(TOP, top);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "handbook.toml of a fourfold handbook".into();
    schema
}

/// A table of keys that takes no others.
fn section(keys: &[&'static str], describe: fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), describe(key))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn said(mut form: Value, meaning: &str) -> Value {
    form["description"] = meaning.into();
    form
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn flag(default: bool) -> Value {
    json!({ "type": "boolean", "default": default })
}

fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

fn address() -> Value {
    json!({ "type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s\"<>\\\\][^?#\\s\"<>\\\\]*$" })
}

fn word(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn top(key: &str) -> Value {
    match key {
        "title" => said(text(), "The name of the handbook"),
        "base_url" => said(address(), "Where it will be published; it may have a path"),
        "language" => {
            let mut tag =
                said(json!({ "type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$" }), "The language of pages that name none");
            tag["default"] = Config::default().language.into();
            tag
        }
        "theme" => said(json!({ "type": "string", "pattern": "^[^./\\\\][^/\\\\]*$", "default": "default" }), "A folder below themes/"),
        "repository" => said(address(), "The repository's page on its host: for edit links, and its own addresses are internal"),
        "today" => said(json!({ "type": "string", "format": "date" }), "A fixed day, for previews that can be made again"),
        "pillars" => said(pillars(), "The groups that every page stands in; without it the four"),
        "content" => said(section(CONTENT, content), "What is read"),
        "links" => said(section(LINKS, links), "How links are read"),
        "trust" => said(section(TRUST, trust), "How far raw HTML is trusted, by patterns for paths below the content"),
        "outputs" => said(section(OUTPUTS, outputs), "What is written"),
        _ => said(checks(), "The level of each check"),
    }
}

fn pillars() -> Value {
    let mut pillar = section(PILLAR, |key| match key {
        "id" => said(
            json!({ "type": "string", "pattern": "^[a-z0-9-]+$" }),
            "Its name in front matter and, without `match` and `key`, its folder",
        ),
        "title" => said(text(), "What readers see"),
        "question" => said(text(), "The question that its pages answer"),
        "stance" => said(word(&["leadership", "management", "both"]), "The stance that is at home in it"),
        "hue" => said(
            json!({ "type": "array", "items": { "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" }, "minItems": 2, "maxItems": 2 }),
            "Ink on light paper and ink on dark paper",
        ),
        "match" => said(texts(), "Patterns for paths below the content that put pages here"),
        _ => said(text(), "A key of the front matter whose value puts pages here"),
    });
    pillar["required"] = json!(["id"]);
    json!({ "type": "array", "items": pillar, "minItems": 2, "maxItems": 6 })
}

fn content(key: &str) -> Value {
    match key {
        "ignore" => said(texts(), "Patterns for paths that are not read"),
        _ => said(flag(false), "Whether pictures and frames of other sites are shown"),
    }
}

fn links(key: &str) -> Value {
    match key {
        "wanted" => said(flag(false), "Whether double brackets without a page name one that is still to be written"),
        _ => said(json!({ "type": "array", "items": address() }), "Addresses that mean this handbook"),
    }
}

fn trust(key: &str) -> Value {
    match key {
        "contributor" => said(texts(), "Raw HTML is shown as text"),
        _ => said(texts(), "Raw HTML passes untouched"),
    }
}

fn outputs(key: &str) -> Value {
    match key {
        "banner" => said(text(), "A text on every page of a preview"),
        "markdown" => said(flag(true), "Whether each page has a Markdown twin"),
        "feeds" => said(word(&["full", "summary", "none"]), "How much of a page a feed carries"),
        "cards" => said(word(&["pillar", "page", "none"]), "Which pages get a card for social media"),
        _ => said(word(&["none", "netlify", "cloudflare", "nginx"]), "The host whose redirect and header files are written"),
    }
}

fn checks() -> Value {
    let level = || word(&["error", "warning", "hint", "off"]);
    let check = |code: &Code| {
        let mut full = section(CHECK, |key| if key == "level" { word(&["error", "warning", "hint", "off"]) } else { text() });
        full["required"] = json!(["level"]);
        (code.name().to_owned(), said(json!({ "anyOf": [level(), full] }), code.summary()))
    };
    let properties: Map<String, Value> = Code::ALL.iter().map(check).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SourcePath;

    /// Every path to a key of a schema: `title`, `links.wanted`.
    fn keys(schema: &Value, above: &str, out: &mut Vec<(String, Value)>) {
        for (key, form) in schema["properties"].as_object().into_iter().flatten() {
            let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
            keys(form, &path, out);
            out.push((path, form.clone()));
        }
    }

    /// Whether a value fits a form, as far as our forms go; patterns are tried by the samples that are made for them.
    fn fits(form: &Value, value: &Value) -> bool {
        if let Some(any) = form["anyOf"].as_array() {
            return any.iter().any(|form| fits(form, value));
        }
        if let Some(words) = form["enum"].as_array() {
            return words.contains(value);
        }
        let right_pattern = || match (form["pattern"].as_str(), value.as_str()) {
            (Some(pattern), Some(text)) if pattern.starts_with("^[Hh]") => text.starts_with("https://"),
            (Some(pattern), Some(text)) if pattern.starts_with("^[A-Z") => {
                (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
            }
            (Some(pattern), Some(text)) if pattern.starts_with("^[^./") => !text.contains('/'),
            _ => true,
        };
        match form["type"].as_str() {
            Some("string") => value.is_string() && right_pattern() && (form["format"] != "date" || value == "2026-03-14"),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.as_array().is_some_and(|items| items.iter().all(|item| fits(&form["items"], item))),
            _ => value.is_object(),
        }
    }

    #[test]
    fn the_schema_takes_what_reading_takes() {
        let mut all = Vec::new();
        keys(&json_schema(), "", &mut all);
        let samples = [
            json!("en"),
            json!("https://a.example/"),
            json!("2026-03-14"),
            json!("full"),
            json!("page"),
            json!("nginx"),
            json!(true),
            json!(3),
            json!(["a"]),
            json!(["https://a.example/"]),
            json!("off"),
        ];
        let plain = |path: &str| {
            !matches!(path, "pillars" | "content" | "links" | "trust" | "outputs" | "checks")
                && !path.ends_with(".level")
                && !path.ends_with(".reason")
        };
        for (path, form) in all.iter().filter(|(path, _)| plain(path)) {
            for sample in &samples {
                let (_, problems) =
                    crate::discover::config::config(&format!("{path} = {sample}\n"), &SourcePath::new("handbook.toml").expect("a path"));
                assert_eq!(fits(form, sample), problems.is_empty(), "{path} = {sample}: {problems:#?}");
            }
        }
    }

    #[test]
    fn every_key_of_a_pillar_and_of_a_check_is_known() {
        let text = "[[pillars]]\nid = \"a\"\ntitle = \"A\"\nquestion = \"Q\"\nstance = \"both\"\nhue = [\"#08259b\", \"#b9d0ff\"]\nmatch = [\"x/**\"]\n\
                    [[pillars]]\nid = \"b\"\nkey = \"section\"\n[checks]\norphan-page = { level = \"off\", reason = \"so\" }\n";
        let (_, problems) = crate::discover::config::config(text, &SourcePath::new("handbook.toml").expect("a path"));
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
