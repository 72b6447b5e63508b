//! SARIF as the specification has it: every report fits the schema of version 2.1.0.

use serde_json::{Value, json};

use super::Folder;
use crate::support::schema::faults;

fn schema() -> Value {
    serde_json::from_str(include_str!("../data/sarif-schema-2.1.0.json")).unwrap()
}

/// A folder with problems of many kinds: places in several files, fixes, lines in other scripts, names to be encoded.
fn troubled() -> Folder {
    Folder::new(&[
        (
            "README.md",
            "# Home\n\n[a](a b.md) [b](<Über uns.md#No>) [c](nowhere.md) [d](GUIDE/one.md) ![](pic.png) <x-y>\n\n[ref]: gone.md\n[ref]\n",
        ),
        ("Über uns.md", "---\ntitle: [\n---\n# Über\n\n[[nowhere]] 中文 [x](javascript:alert(1)) <script>x</script>\n"),
        ("guide/one.md", "# One\n\n[up](../README.md#home) [up](../README.md#Home) [moved](uns.md)\n"),
        ("guide/README.md", "# Index\n"),
        ("guide.md", "# Twin\n"),
        ("deep/er/uns.md", "# Moved\n"),
    ])
}

#[test]
fn a_report_fits_the_schema() {
    let sarif = troubled().run("check --format sarif").exits(0).json();
    assert_eq!(faults(&schema(), &sarif), Vec::<String>::new());
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() >= 8, "{results:#?}");
    assert!(
        results.iter().any(|result| result.get("fixes").is_some()) && results.iter().any(|result| result.get("relatedLocations").is_some())
    );
}

#[test]
fn a_report_without_problems_fits_the_schema() {
    let sarif = Folder::new(&[("README.md", "# Home\n\nText.\n")]).run("check --format sarif").exits(0).json();
    assert_eq!(faults(&schema(), &sarif), Vec::<String>::new());
    assert_eq!(sarif["runs"][0]["results"], json!([]));
}

#[test]
fn the_schema_is_not_content_with_everything() {
    let sound = troubled().run("check --format sarif").exits(0).json();
    let spoil: [fn(&mut Value); 6] = [
        |log| log["version"] = json!("2.0.0"),
        |log| log["runs"][0]["results"][0]["level"] = json!("bad"),
        |log| log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = json!(0),
        |log| log["runs"][0]["results"][0]["message"] = json!({}),
        |log| log["runs"][0]["tool"]["driver"]["rules"][0]["id"] = json!(1),
        |log| log["runs"][0]["results"][0]["surprise"] = json!(true),
    ];
    for spoil in spoil {
        let mut log = sound.clone();
        spoil(&mut log);
        assert_ne!(faults(&schema(), &log), Vec::<String>::new());
    }
}
