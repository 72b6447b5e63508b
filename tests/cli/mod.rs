//! The whole program, as a person or a CI job runs it: arguments and files in; exit code, words and files out.
//!
//! Every test has a machine of its own: a temporary folder with a home in it, and a handbook in the home.

mod attacks;
mod bad_input;
mod budget;
mod build;
mod cards;
mod check;
mod explain;
mod export;
mod external;
mod fix;
mod history;
mod hostile;
mod includes;
mod init;
mod list;
mod mv;
mod new;
mod output;
mod pictures;
mod print;
mod publish;
mod sarif;
mod serve;
mod subpath;
mod trace;
mod watching;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

/// Far longer than any of these runs takes: what is still running then hangs.
const WATCHDOG: Duration = Duration::from_secs(120);

/// A picture, as far as its head says.
const ROAD: &str = "GIF89a\x20\x01\x10\x00\0\0\0";

/// A handbook in which everything is right.
const SOUND: &[(&str, &str)] = &[
    ("handbook.toml", "title = \"Test\"\nbase_url = \"https://test.example/\"\ntoday = 2026-01-01\n"),
    ("content/index.md", "# The question\n\nStart with [[Set a direction]] and [the ledger](results/ledger.md#numbers).\n"),
    ("content/vision/direction.md", "# Set a direction\n\nA claim about a goal.\n\n![The road](road.png)\n"),
    ("content/vision/road.png", ROAD),
    ("content/results/ledger.md", "# Keep a ledger\n\nA claim.\n\n## Numbers\n\nSee [[Set a direction]].\n"),
    (
        "content/examples/one.md",
        "---\nby: Anna Berg\nillustrates: Set a direction\ntags: [focus]\n---\n# I drew a road\n\nIt led somewhere.\n",
    ),
    ("content/glossary/goal.md", "---\naliases: [objective]\n---\n# Goal\n\nWhat one wants.\n"),
];

/// A project of its own on a machine of its own.
struct Folder {
    machine: TempDir,
    root: PathBuf,
}

impl Folder {
    /// A folder that holds these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let machine = tempfile::tempdir().unwrap();
        let root = machine.path().canonicalize().unwrap().join("home/project");
        fs::create_dir_all(&root).unwrap();
        let folder = Self { machine, root };
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A handbook in which everything is right.
    fn sound() -> Self {
        Self::new(SOUND)
    }

    /// A handbook in which everything is right but for these files.
    fn sound_but(files: &[(&str, &str)]) -> Self {
        let folder = Self::sound();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A handbook with nothing but these files and an empty config.
    fn handbook(files: &[(&str, &str)]) -> Self {
        let folder = Self::new(files);
        if !folder.has("handbook.toml") {
            folder.write("handbook.toml", "");
        }
        folder
    }

    /// The home folder, in which the project lies.
    fn home(&self) -> &Path {
        self.root.parent().unwrap()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn has(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Changes a text in a file.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replace(from, to));
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Every file, folder and link below a folder, with what is in it.
    fn tree(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        let mut tree = BTreeMap::new();
        collect(&self.path(below), "", &mut |path, name| {
            let kind = path.symlink_metadata().unwrap().file_type();
            let content = match kind {
                kind if kind.is_file() => fs::read(path).unwrap(),
                kind if kind.is_symlink() => fs::read_link(path).unwrap().into_os_string().into_encoded_bytes(),
                kind => format!("{kind:?}").into_bytes(),
            };
            tree.insert(name, content);
        });
        tree
    }

    /// The site without what the program remembers about it.
    fn site(&self, output: &str) -> BTreeMap<String, Vec<u8>> {
        let mut tree = self.tree(output);
        tree.retain(|path, _| !path.starts_with(".fourfold"));
        tree
    }

    /// The identity and the time of every file below a folder: what a file that was written again does not keep.
    #[cfg(unix)]
    fn stamps(&self, below: &str) -> BTreeMap<String, (u64, i64, i64)> {
        use std::os::unix::fs::MetadataExt;
        let mut stamps = BTreeMap::new();
        collect(&self.path(below), "", &mut |path, name| {
            let metadata = path.symlink_metadata().unwrap();
            if metadata.is_file() {
                stamps.insert(name, (metadata.ino(), metadata.mtime(), metadata.mtime_nsec()));
            }
        });
        stamps
    }

    /// Runs the program in the project.
    fn run(&self, args: &str) -> Run {
        self.run_in("", args, &[])
    }

    /// Runs the program in the project with these variables set.
    fn run_with(&self, args: &str, variables: &[(&str, &str)]) -> Run {
        self.run_in("", args, variables)
    }

    /// Runs the program in a folder of the project; a space separates arguments.
    fn run_in(&self, folder: &str, args: &str, variables: &[(&str, &str)]) -> Run {
        let mut command = cargo_bin_cmd!("fourfold");
        for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "TERM", "GITHUB_STEP_SUMMARY"] {
            command.env_remove(name);
        }
        command.env("HOME", self.home()).envs(variables.iter().copied());
        command.current_dir(self.path(folder)).args(args.split_whitespace()).timeout(WATCHDOG);
        let output = command.output().unwrap();
        Run {
            command: format!("fourfold {args}"),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

fn collect(folder: &Path, prefix: &str, take: &mut dyn FnMut(&Path, String)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        take(&entry.path(), name.clone());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), take);
        }
    }
}

/// What came of a run.
#[must_use]
struct Run {
    command: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Asks for an exit code.
    fn exits(self, code: i32) -> Self {
        let Self { command, stdout, stderr, .. } = &self;
        assert_eq!(self.code, Some(code), "`{command}` says:\n{stdout}\n{stderr}");
        assert!(!stderr.contains("panicked"), "`{command}` says:\n{stderr}");
        self
    }

    /// Asks for words to people.
    fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "`{}` does not say {words:?}, but:\n{}", self.command, self.stderr);
        self
    }

    /// Asks that people are not told something.
    fn never_says(self, words: &str) -> Self {
        assert!(!self.stderr.contains(words), "`{}` says {words:?}:\n{}", self.command, self.stderr);
        self
    }

    /// Standard output as one JSON value.
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("`{}`: {error}\n{}", self.command, self.stdout))
    }

    /// Standard output as JSON rows.
    fn rows(&self) -> Vec<Value> {
        self.json().as_array().expect("an array").clone()
    }
}

/// The keys of an object in their order.
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The keys of a diagnostic in JSON.
const DIAGNOSTIC: [&str; 11] =
    ["code", "severity", "message", "file", "line", "column", "end_line", "end_column", "target", "help", "fixes"];

/// The lines of `check --format short` that name a code.
fn problems(folder: &Folder, code: &str) -> Vec<String> {
    let run = folder.run("check --format short");
    run.stdout.lines().filter(|line| line.contains(&format!("[{code}]"))).map(str::to_owned).collect()
}
