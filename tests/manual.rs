//! The pages of the manual that are made from the program: they say what it does, or this fails.
//!
//! `UPDATE=1 cargo test manual` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fourfold::base::config::Mode;
use fourfold::base::diagnostic::{Code, Severity};

/// The page on diagnostics: a table of all codes, then each with its explanation, one level deeper.
fn diagnostics() -> String {
    let mut page = String::from(
        "---\ntitle: Diagnostics\nsummary: What fourfold says when something is wrong, what readers would see, and what to do about it.\n---\n\n\
         `fourfold explain CODE` prints the same. A code's level is set in `handbook.toml` under `[checks]`; `--deny CODE` makes it an error and\n\
         `--allow CODE` leaves it out.\n\n| code | own handbook | folder of others | what it says |\n| --- | --- | --- | --- |\n",
    );
    let level = |code: Code, mode: Mode| code.default_severity(mode).map_or("–", Severity::word);
    for &code in Code::ALL {
        let name = code.name();
        let (own, foreign) = (level(code, Mode::Own), level(code, Mode::Foreign));
        let _ = writeln!(page, "| [{name}](#{name}) | {own} | {foreign} | {} |", code.summary());
    }
    for &code in Code::ALL {
        let _ = write!(page, "\n## {} {{#{}}}\n", code.name(), code.name());
        let mut in_code = false;
        for line in code.explain().lines().skip(1) {
            in_code ^= line.starts_with("```");
            let heading = !in_code && line.starts_with("## ");
            let _ = writeln!(page, "{}{line}", if heading { "#" } else { "" });
        }
    }
    page
}

#[test]
fn the_manual_explains_every_code_as_the_program_does() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/content/diagnostics.md");
    let made = diagnostics();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &made).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == made, "docs/content/diagnostics.md is not what the program says; `UPDATE=1 cargo test manual` writes it anew");
}
