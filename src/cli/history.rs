//! When files changed last, as Git remembers it.
//!
//! In: a project. Out: a day for each file that was ever committed, from one look at the whole history; nothing where there is none,
//! or where only a part of it is there, since a shallow clone says of every file that it came with the last commit.
//!
//! The program `git` is asked, without a shell. What it may be told by the environment or by a repository to run (monitors, hooks, pagers,
//! signature checks, drivers for differences, helpers that fetch) is switched off, and it never uses the network. It finds the repository
//! by itself, so it also refuses one that belongs to somebody else, and one that lies among the files of the content.
//!
//! Invariant: the days depend on the commit that is checked out and on nothing else.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base::config::Mode;
use crate::base::path::SourcePath;
use crate::discover::project::Project;
use crate::discover::repository::Repository;
use crate::write::local;

/// The days of files, by path.
pub type Days = BTreeMap<SourcePath, Date>;

/// What Git says.
pub enum History {
    /// There is no repository, or none that can be read.
    None,
    /// Only the last commits are there.
    Shallow,
    /// All of it.
    Whole(Days),
}

const FILE: &str = "history.json";

/// What was read before, for the commit that was checked out then.
#[derive(Serialize, Deserialize)]
struct Memory {
    version: String,
    head: String,
    prefix: String,
    days: BTreeMap<String, String>,
}

/// Asks Git; without a repository no program is started. What it says is kept for the next time only where the caller may write.
pub fn history(project: &Project, repository: Option<&Repository>, keeps: bool) -> History {
    repository.and_then(|_| ask(project, keeps)).unwrap_or(History::None)
}

fn ask(project: &Project, keeps: bool) -> Option<History> {
    let facts = git(&project.root, &["rev-parse", "--is-shallow-repository", "--show-prefix", "--verify", "HEAD"])?;
    let facts = String::from_utf8(facts).ok()?;
    let [shallow, prefix, head] = <[&str; 3]>::try_from(facts.lines().collect::<Vec<_>>()).ok()?;
    if shallow != "false" {
        return Some(History::Shallow);
    }
    if let Some(days) = remembered(project, head, prefix) {
        return Some(History::Whole(days));
    }
    let log = ["log", "-z", "--format=%x01%as", "--name-only", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv"];
    let log = git(
        &project.root,
        &[&log[..], &["--no-show-signature", "--no-mailmap", "--no-color", "--ignore-submodules", "HEAD", "--", "."]].concat(),
    )?;
    let days = days(&log);
    if keeps {
        remember(project, head, prefix, &days);
    }
    Some(History::Whole(days))
}

/// Runs `git` on a folder; `None` where it cannot be run or fails.
fn git(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().to_ascii_uppercase().starts_with("GIT_")) {
        command.env_remove(name);
    }
    let nothing = if cfg!(windows) { "NUL" } else { "/dev/null" };
    for setting in [
        "core.fsmonitor=false",
        "core.pager=cat",
        "log.showSignature=false",
        "protocol.allow=never",
        "safe.bareRepository=explicit",
        &format!("core.hooksPath={nothing}"),
    ] {
        command.args(["-c", setting]);
    }
    for (name, value) in
        [("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_NO_REPLACE_OBJECTS", "1")]
    {
        command.env(name, value);
    }
    command.env("LC_ALL", "C").arg("--no-pager").arg("-C").arg(root).args(arguments);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// The latest day of each file in a log: commits begin with a byte 1 and their day, and all parts end with a NUL.
fn days(log: &[u8]) -> Days {
    let mut days = Days::new();
    let mut day: Option<Date> = None;
    for part in log.split(|byte| *byte == 0) {
        let part = part.strip_prefix(b"\n").unwrap_or(part);
        let Ok(part) = std::str::from_utf8(part) else { continue };
        if let Some(commit) = part.strip_prefix('\u{1}') {
            day = commit.trim().parse().ok();
        } else if let (Some(day), Some(path)) = (day, SourcePath::new(part)) {
            let latest = days.entry(path).or_insert(day);
            *latest = day.max(*latest);
        }
    }
    days
}

fn remembered(project: &Project, head: &str, prefix: &str) -> Option<Days> {
    let text = local::read(&project.root, FILE)?;
    let memory: Memory = serde_json::from_slice(&text).ok()?;
    let same = memory.version == env!("CARGO_PKG_VERSION") && memory.head == head && memory.prefix == prefix;
    same.then(|| memory.days.into_iter().map(|(path, day)| Some((SourcePath::new(&path)?, day.parse().ok()?))).collect()).flatten()
}

/// Only a handbook of one's own has a place for it; failing to write it is no error.
fn remember(project: &Project, head: &str, prefix: &str, days: &Days) {
    if project.mode == Mode::Foreign {
        return;
    }
    let days = days.iter().map(|(path, day)| (path.to_string(), day.to_string())).collect();
    let memory = Memory { version: env!("CARGO_PKG_VERSION").to_owned(), head: head.to_owned(), prefix: prefix.to_owned(), days };
    if let Ok(bytes) = serde_json::to_vec(&memory) {
        let _ = local::write(&project.root, FILE, &bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_day_of_a_file_counts_whatever_its_name() {
        let log = b"\x012026-03-01\0\0\ncontent/a b\n\"c\".md\0content/x.md\0\x012026-05-01\0\0\ncontent/x.md\0\x012026-01-01\0\0\ncontent/x.md\0";
        let days: Vec<String> = days(log).iter().map(|(path, day)| format!("{path:?} {day}")).collect();
        assert_eq!(days, [r#""content/a b\n\"c\".md" 2026-03-01"#, r#""content/x.md" 2026-05-01"#]);
    }
}
