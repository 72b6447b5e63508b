//! The schema as JSON Schema, for editors.
//!
//! In: the table of our keys. Out: one document. A test feeds every key with values of every kind and asks that reading and
//! schema agree.

use serde_json::{Value, json};

use super::key::{Field, OWN};

/// The JSON Schema of the facts at the top of a page in a handbook of our own.
pub fn json_schema() -> Value {
    let property = |(name, field): &(&str, Field)| {
        let (meaning, form) = described(*field);
        let mut form = form;
        form["description"] = meaning.into();
        ((*name).to_owned(), form)
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a fourfold page",
        "type": "object",
        "properties": OWN.iter().map(property).collect::<serde_json::Map<_, _>>(),
    })
}

fn text() -> Value {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

fn texts() -> Value {
    json!({ "anyOf": [text(), { "type": "array", "items": text() }] })
}

fn word(words: &[&str]) -> Value {
    json!({ "enum": words.iter().map(|word| Value::from(*word)).chain([Value::Null]).collect::<Vec<_>>() })
}

fn flag() -> Value {
    json!({ "enum": [true, false, "true", "false", "yes", "no", "on", "off", null] })
}

fn day() -> Value {
    json!({ "type": ["string", "null"], "format": "date" })
}

/// What a key is for, and which values it takes.
fn described(field: Field) -> (&'static str, Value) {
    const STANCES: [&str; 3] = ["leadership", "management", "both"];
    match field {
        Field::Title => ("The title that readers see", text()),
        Field::Summary => ("The claim, in a sentence or two; without it the first paragraph is", text()),
        Field::Lang => ("The language of the page, such as en or pt-BR", text()),
        Field::Owner => ("Who answers for the page", text()),
        Field::Kind => {
            ("What the page is, where its place does not say so", word(&["essay", "example", "contributor", "term", "path", "page"]))
        }
        Field::Pillar => ("The pillars that the page stands in, where its place does not say so", texts()),
        Field::Stance => (
            "The voices that the page speaks with",
            json!({ "anyOf": [word(&STANCES), { "type": "array", "items": { "enum": STANCES } }] }),
        ),
        Field::By => ("Who wrote it: contributors by file name, title or alias", texts()),
        Field::Illustrates => ("The essays that an example illustrates: paths, wikilinks or titles", texts()),
        Field::Contrasts => ("The pages that this one stands against", texts()),
        Field::Tags => ("What the page is about", texts()),
        Field::Aliases => ("Other names; one that starts with / is a former address and makes a redirect", texts()),
        Field::Weight => ("The place in lists, the lightest first", json!({ "type": ["number", "null"] })),
        Field::Date => ("When it was written", day()),
        Field::Updated => ("When it was last changed", day()),
        Field::PublishAfter => ("The day until which it is hidden, that day included", day()),
        Field::Draft => ("Whether it is left out", flag()),
        Field::Publish => ("Whether it is taken in", flag()),
        Field::Toc => ("Whether it shows its headings beside the text", flag()),
        Field::Hidden => ("Whether it is built but named in no list", flag()),
        Field::Anonymous => ("Whether nobody is credited for it", flag()),
        Field::Sources => ("What it rests on", texts()),
        Field::Role => ("What the contributor of an example does", text()),
        Field::Industry => ("Where an example comes from", text()),
        Field::Status => ("How far an example has come", word(&["draft", "initial", "reviewed"])),
        Field::Label => ("A short title for lists", text()),
        Field::Sidebar => ("What a sidebar says of the page", json!({})),
        Field::Addresses | Field::FormerPaths => ("Other addresses", texts()),
        Field::Reviewed => (
            "Who read it last, and when",
            json!({ "type": "object", "properties": { "by": text(), "on": day() }, "additionalProperties": false }),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::{Config, Mode, Settings};
    use crate::base::diagnostic::Severity;
    use crate::base::path::SourcePath;
    use crate::base::text::Source;

    /// Whether a value fits a schema, as far as our schemas go.
    fn fits(schema: &Value, value: &Value) -> bool {
        if let Some(any) = schema["anyOf"].as_array() {
            return any.iter().any(|schema| fits(schema, value));
        }
        if let Some(words) = schema["enum"].as_array() {
            return words.contains(value);
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.clone(),
            one => vec![one.clone()],
        };
        let right_form = schema["format"] != "date" || value.as_str().is_none_or(|text| text.parse::<jiff::civil::Date>().is_ok());
        let right_items = value.as_array().is_none_or(|items| items.iter().all(|item| fits(&schema["items"], item)));
        let right_keys = value.as_object().is_none_or(|keys| keys.iter().all(|(key, value)| fits(&schema["properties"][key], value)));
        kinds.iter().any(|known| known == kind) && right_form && right_items && right_keys
    }

    #[test]
    fn the_schema_takes_what_reading_takes() {
        let settings = Settings {
            config: Config::default(),
            mode: Mode::Own,
            content: "content".into(),
            today: jiff::civil::date(2026, 1, 1),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Default::default(),
            history: Default::default(),
            below: String::new(),
            strings: Default::default(),
            visuals: Default::default(),
        };
        let schema = json_schema();
        let samples = [
            json!("words"),
            json!("both"),
            json!("essay"),
            json!("reviewed"),
            json!("2026-03-14"),
            json!(7),
            json!(true),
            json!("yes"),
            json!(["one", "two"]),
            json!(["leadership"]),
            json!({ "by": "Ada", "on": "2026-03-14" }),
            json!({ "on": "never" }),
            json!([["nested"]]),
        ];
        for (key, _) in OWN {
            for sample in &samples {
                // JSON is YAML.
                let text = format!("---\n{key}: {sample}\n---\n");
                let mut problems = Vec::new();
                crate::parse::front::front(
                    &Source::from_text(SourcePath::new("content/a.md").expect("a path"), &text),
                    &settings,
                    &mut problems,
                );
                let read = !problems.iter().any(|problem| problem.severity <= Severity::Warning);
                assert_eq!(fits(&schema["properties"][key], sample), read, "{key}: {sample} {problems:#?}");
            }
        }
    }
}
