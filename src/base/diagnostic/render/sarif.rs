//! SARIF 2.1.0, which code hosts and editors read.
//!
//! In: diagnostics. Out: one document with the rules that occur and a result for each diagnostic, in the order given.
//!
//! Invariant: regions count characters from 1 (`columnKind` says so), deleted regions are bytes of the file on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use super::super::super::path::SourcePath;
use super::super::{Code, Diagnostic, Edit, Fix, Label, Severity};
use super::files::Files;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text<'static>,
    full_description: Text<'static>,
    help: Help,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry<'a>>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry<'a> {
    description: Text<'a>,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Bytes,
    inserted_content: Text<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bytes {
    byte_offset: u32,
    byte_length: u32,
}

pub(super) fn render(diagnostics: &[Diagnostic], files: &mut Files<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let codes: Vec<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<BTreeSet<_>>().into_iter().collect();
    let results = diagnostics.iter().map(|diagnostic| outcome(diagnostic, &codes, files)).collect();
    let driver =
        Driver { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), rules: codes.iter().map(|code| rule(*code)).collect() };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn rule(code: Code) -> Rule {
    let page = code.explain();
    Rule {
        id: code.name(),
        short_description: Text { text: code.summary() },
        full_description: Text { text: code.meaning() },
        help: Help { text: page, markdown: page },
    }
}

fn outcome<'a>(diagnostic: &'a Diagnostic, codes: &[Code], files: &mut Files<'_>) -> Outcome<'a> {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let text = diagnostic.help.iter().fold(diagnostic.message.clone(), |text, help| text + "\n" + help);
    let mut locations = diagnostic.labels.iter().enumerate().map(|(at, label)| location(at, label, files));
    Outcome {
        rule_id: diagnostic.code.name(),
        rule_index: codes.binary_search(&diagnostic.code).unwrap_or_default(),
        level,
        message: Message { text },
        locations: locations.next().into_iter().collect(),
        related_locations: locations.collect(),
        // The format allows no fix without a change.
        fixes: diagnostic.fixes.iter().filter(|fix| !fix.edits.is_empty()).map(fix).collect(),
    }
}

fn location<'a>(at: usize, label: &'a Label, files: &mut Files<'_>) -> Location<'a> {
    let region = files.place(label).map(|place| Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    });
    Location {
        id: (at > 0).then_some(at),
        physical_location: Physical { artifact_location: artifact(&label.file), region },
        message: Some(Text { text: &label.text }).filter(|message| !message.text.is_empty()),
    }
}

fn fix(fix: &Fix) -> FixEntry<'_> {
    let mut by_file: BTreeMap<&SourcePath, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(&edit.file).or_default().push(edit);
    }
    let replacement = |edit: &&'_ Edit| Bytes { byte_offset: edit.span.start, byte_length: edit.span.end.saturating_sub(edit.span.start) };
    let artifact_changes = by_file
        .into_iter()
        .map(|(file, edits)| ArtifactChange {
            artifact_location: artifact(file),
            replacements: edits
                .iter()
                .map(|edit| Replacement { deleted_region: replacement(edit), inserted_content: Text { text: &edit.text } })
                .collect(),
        })
        .collect();
    FixEntry { description: Text { text: &fix.title }, artifact_changes }
}

/// A path as a relative URI reference: everything but letters, digits, `-._~` and `/` is percent-encoded.
fn artifact(file: &SourcePath) -> Artifact {
    let mut uri = String::with_capacity(file.as_str().len());
    for byte in file.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Artifact { uri, uri_base_id: "%SRCROOT%" }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{drawn, handbook, list};
    use serde_json::{Value, json};

    fn document() -> Value {
        serde_json::from_str(&drawn(Format::Sarif, &list(), &handbook())).expect("JSON")
    }

    #[test]
    fn results_name_rule_place_and_fix() {
        let place = |uri: &str, region: [u32; 4]| {
            let [start_line, start_column, end_line, end_column] = region;
            json!({
                "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column},
            })
        };
        let page = "content/delegate%2C%20or%3A%20not.md";
        let expected = json!([
            {
                "ruleId": "broken-link", "ruleIndex": 0, "level": "error",
                "message": {"text": "there is no page called \"Run fewer meeting\"\ndid you mean \"Run fewer meetings\"?"},
                "locations": [{"physicalLocation": place(page, [3, 6, 3, 27]), "message": {"text": "this link goes nowhere"}}],
                "relatedLocations": [{"id": 1, "physicalLocation": place("content/vision.md", [1, 1, 1, 4]), "message": {"text": "100% alike"}}],
                "fixes": [{
                    "description": {"text": "link to \"Run fewer meetings\""},
                    "artifactChanges": [{
                        "artifactLocation": {"uri": page, "uriBaseId": "%SRCROOT%"},
                        "replacements": [{
                            "deletedRegion": {"byteOffset": 23, "byteLength": 17},
                            "insertedContent": {"text": "Run fewer meetings"},
                        }],
                    }],
                }],
            },
            {
                "ruleId": "raw-html", "ruleIndex": 1, "level": "warning", "message": {"text": "this HTML is left out"},
                "locations": [{"physicalLocation": place("content/vision.md", [2, 5, 3, 8])}],
            },
            {"ruleId": "orphan-page", "ruleIndex": 2, "level": "note", "message": {"text": "there is no address yet"}, "locations": []},
        ]);
        assert_eq!(document()["runs"][0]["results"], expected);
    }

    #[test]
    fn the_tool_explains_each_rule_that_occurs() {
        let log = document();
        assert_eq!((&log["version"], &log["runs"][0]["columnKind"]), (&json!("2.1.0"), &json!("unicodeCodePoints")));
        let driver = &log["runs"][0]["tool"]["driver"];
        assert_eq!((&driver["name"], &driver["version"]), (&json!("fourfold"), &json!(env!("CARGO_PKG_VERSION"))));
        let rules = driver["rules"].as_array().expect("a list");
        assert_eq!(rules.iter().map(|rule| &rule["id"]).collect::<Vec<_>>(), ["broken-link", "raw-html", "orphan-page"]);
        for rule in rules {
            for text in [&rule["shortDescription"]["text"], &rule["fullDescription"]["text"], &rule["help"]["markdown"]] {
                assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
            }
        }
    }
}
