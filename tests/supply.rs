//! What the program is made from: every direct dependency has a reason that somebody wrote down, and every version is pinned.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn read(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names in the tables of `Cargo.toml` that end in one of these words.
fn named(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut add = |table: Option<&toml::Value>| {
        names.extend(table.and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys().cloned()));
    };
    add(manifest.get(table));
    for target in manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|targets| targets.values()) {
        add(target.get(table));
    }
    names
}

/// The names and reasons in the tables of a section of `DEPENDENCIES.md`.
fn listed(document: &str, section: &str) -> BTreeSet<String> {
    let rest = document.split_once(section).unwrap_or_else(|| panic!("there is no section {section}")).1;
    let rest = rest.split("\n## ").next().unwrap();
    let rows = rest.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells[1..].iter().all(|cell| cell.len() > 3), "no reason: {row}");
        cells[0].trim_matches('`').to_owned()
    })
    .collect()
}

#[test]
fn every_direct_dependency_has_a_reason() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let document = read("DEPENDENCIES.md");
    let program = &named(&manifest, "dependencies") | &named(&manifest, "build-dependencies");
    let (known, for_tests) = (listed(&document, "## Of the program"), listed(&document, "## Of the tests and benchmarks only"));
    let missing: Vec<&String> = program.difference(&known).collect();
    assert!(missing.is_empty(), "DEPENDENCIES.md says nothing of {missing:?}");
    let tests = named(&manifest, "dev-dependencies");
    let missing: Vec<&String> = tests.difference(&for_tests).filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "DEPENDENCIES.md says nothing of {missing:?}");
    assert!(program.len() <= 45, "{} direct dependencies", program.len());
}

#[test]
fn versions_come_from_one_registry_and_are_pinned() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    for package in packages {
        let (name, source) = (package["name"].as_str().unwrap(), package.get("source").and_then(toml::Value::as_str));
        let registry = source.is_some_and(|source| source.starts_with("registry+"));
        assert!(name == "fourfold" || registry && package.get("checksum").is_some(), "{name} comes from {source:?}");
    }
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let gate = read(".ci/run");
    for step in ["cargo deny --locked check", "--locked --all-targets", "FOURFOLD_PROMISES=full"] {
        assert!(gate.contains(step), "the gate does not do `{step}`");
    }
}

#[test]
fn the_threat_model_and_a_private_way_to_report_are_written_down() {
    let security = read("SECURITY.md");
    for words in ["## Reporting", "## Threat model", "Content is untrusted", "Configuration and theme are trusted", "privately"] {
        assert!(security.contains(words), "SECURITY.md does not say {words:?}");
    }
}
