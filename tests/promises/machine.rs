//! A machine of its own for each try: a temporary folder with a home, a handbook in the home, and a file that must not change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Far longer than any run takes: what is still running then hangs.
pub const WATCHDOG: Duration = Duration::from_secs(30);

/// Files by path.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// A handbook on a machine of its own.
pub struct Machine {
    folder: TempDir,
}

impl Machine {
    /// An empty project in a home that holds a file of somebody else.
    pub fn new() -> Self {
        // What is in memory is quick, and a crash of a process is the same there.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let machine = Self { folder: folder.unwrap() };
        fs::create_dir_all(machine.root()).unwrap();
        fs::write(machine.home().join("canary.txt"), "mine").unwrap();
        machine
    }

    /// The machine as it is, files with their times, on another machine.
    pub fn copy(&self) -> Self {
        let machine = Self::new();
        fs::remove_dir_all(machine.home()).unwrap();
        copy(&self.home(), &machine.home());
        machine
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn root(&self) -> PathBuf {
        self.home().join("project")
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    /// The program, to be run in the project with nothing of the outer environment that it reads.
    pub fn program(&self) -> Command {
        self.dressed(Command::new(binary()))
    }

    /// The program, run by another program with arguments of its own.
    pub fn program_under(&self, tool: &str, arguments: &[String]) -> Command {
        let mut command = Command::new(tool);
        command.args(arguments).arg(binary());
        self.dressed(command)
    }

    fn dressed(&self, mut command: Command) -> Command {
        for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "TERM", "GITHUB_STEP_SUMMARY"] {
            command.env_remove(name);
        }
        command.env("HOME", self.home()).current_dir(self.root());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.program();
        command.args(arguments);
        finish(&mut command)
    }

    /// The published site, without what the program remembers about it.
    pub fn site(&self) -> Tree {
        let mut site = tree(&self.root().join("public"));
        site.retain(|path, _| !path.starts_with(".fourfold"));
        site
    }

    /// Everything on the machine but the output and what the program remembers in the project.
    pub fn outside(&self) -> Tree {
        let mut all = tree(self.folder.path());
        all.retain(|path, _| {
            let ours = ["public", ".fourfold", ".public.fourfold-staging"];
            !path.strip_prefix("home/project/").is_some_and(|path| {
                let first = path.split('/').next().unwrap_or("");
                ours.contains(&first)
            })
        });
        all
    }
}

/// What a run left.
pub struct Run {
    /// The exit code; none for a run that was killed.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub hung: bool,
}

impl Run {
    /// What it said, for the message of a failing test.
    pub fn said(&self) -> String {
        format!("exit {:?}, hung: {}\n{}\n{}", self.code, self.hung, self.stdout, self.stderr)
    }

    /// Asks for a run that ended in one of the ways that the contract knows.
    #[track_caller]
    pub fn ended(&self, what: &str) {
        assert!(!self.hung, "{what}: it hangs");
        assert!(matches!(self.code, Some(0..=2)), "{what}: {}", self.said());
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("RUST_BACKTRACE"), "{what}: {}", self.said());
    }
}

/// Runs a command to its end, or kills it when the watchdog barks.
pub fn finish(command: &mut Command) -> Run {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let drain = |mut pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            bytes
        })
    };
    let (out, err) = (drain(Box::new(out)), drain(Box::new(err)));
    let start = Instant::now();
    let (status, hung) = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break (status, false);
        }
        if start.elapsed() > WATCHDOG {
            child.kill().unwrap();
            break (child.wait().unwrap(), true);
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let output = Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() };
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        hung,
    }
}

/// The program under test.
pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_fourfold")
}

/// Every file, folder and link below a folder, with what is in it.
pub fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Tree) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let Ok(kind) = entry.file_type() else { continue };
        let bytes = if kind.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found);
            b"folder".to_vec()
        } else if kind.is_symlink() {
            fs::read_link(entry.path()).map_or_else(|_| Vec::new(), |to| to.into_os_string().into_encoded_bytes())
        } else if kind.is_file() {
            fs::read(entry.path()).unwrap_or_default()
        } else {
            b"special".to_vec()
        };
        found.insert(name, bytes);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            fs::File::options().write(true).open(&target).unwrap().set_modified(modified).unwrap();
        }
    }
}

/// The paths of two trees whose contents differ, for the message of a failing test.
pub fn difference(one: &Tree, other: &Tree) -> Vec<String> {
    let paths = one.keys().chain(other.keys());
    let mut differing: Vec<String> = paths.filter(|path| one.get(*path) != other.get(*path)).cloned().collect();
    differing.sort();
    differing.dedup();
    differing
}
