//! Judges that others have written: axe-core for accessibility, the checker of the W3C for markup.
//!
//! They are no part of the repository. `FOURFOLD_JUDGES` names a folder in which npm has installed them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::Test;
use super::driver::Browser;
use super::sites::Site;

pub const TESTS: &[Test] = &[
    ("the_markup_of_the_shipped_handbook_is_valid", |_, sites| is_valid(sites.shipped())),
    ("the_markup_of_a_large_handbook_is_valid", |_, sites| is_valid(sites.large())),
    ("the_markup_of_a_handbook_in_arabic_is_valid", |_, sites| is_valid(sites.arabic())),
];

/// A file of a judge.
fn judge(path: &str) -> PathBuf {
    let folder = std::env::var_os("FOURFOLD_JUDGES").expect("FOURFOLD_JUDGES names no folder; see .ci/run for what has to be in it");
    let file = PathBuf::from(folder).join("node_modules").join(path);
    assert!(file.is_file(), "{} is not there; see .ci/run", file.display());
    file
}

fn is_valid(site: &Site) {
    let jar = judge("vnu-jar/build/dist/vnu.jar");
    let mut command = Command::new("java");
    command.args(["-Xss4m", "-jar"]).arg(jar).args(["--skip-non-html", "--Werror", "--format", "gnu", "--stdout"]);
    // On a disk no two files are of one origin, and the checker takes JSON-LD for a script although nothing runs it. What a policy does is
    // seen in a browser.
    command.args(["--filterpattern", ".*(Resource|Inline script) violates Content Security Policy.*"]).arg(&site.public);
    let verdict = command.output().unwrap_or_else(|error| panic!("java cannot be started: {error}"));
    let said = String::from_utf8_lossy(&verdict.stdout);
    let lines: Vec<&str> = said.lines().take(20).collect();
    assert!(verdict.status.success() && lines.is_empty(), "{}\n{}", lines.join("\n"), String::from_utf8_lossy(&verdict.stderr));
}

/// What axe-core finds wrong with the page as it stands: WCAG 2.2 A and AA, best practices, and contrast of AAA.
pub struct Axe {
    script: String,
}

impl Axe {
    pub fn new() -> Self {
        Self { script: fs::read_to_string(judge("axe-core/axe.min.js")).unwrap() }
    }

    /// A line for each rule and element that breaks it.
    #[track_caller]
    pub fn findings(&self, browser: &Browser) -> Vec<String> {
        if browser.value("Boolean(window.axe)") == Value::Bool(false) {
            // A script of the driver is not subject to the policy of the page.
            browser.run(&self.script);
        }
        let found = browser.run(
            "const { violations } = await axe.run(document, {
                 runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
                 rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
                 resultTypes: ['violations'],
             });
             return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
                 `${id}: ${target.join(' ')}: ${failureSummary.split('\\n')[1]?.trim()}`));",
        );
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }
}
