//! The folder that a section of the guide works in, and the commands that are typed there.
//!
//! In: files and lines such as `$ fourfold build`. Out: what a terminal shows, with what differs from run to run made even.
//!
//! Invariant: nothing but our own program is run, and it sees nothing of the machine but this folder.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Far longer than any command of the guide takes.
const WATCHDOG: Duration = Duration::from_secs(60);

/// A folder for a section: what `fourfold init` makes, or nothing.
pub struct Scratch {
    _machine: TempDir,
    /// The folder that holds the handbook.
    home: PathBuf,
    /// Where commands are typed.
    pub place: PathBuf,
}

/// What a command did.
pub struct Ran {
    pub exit: i32,
    /// What the terminal showed, line by line.
    pub shown: Vec<String>,
}

impl Scratch {
    /// An empty folder.
    pub fn empty() -> Self {
        let machine = tempfile::tempdir().unwrap();
        let home = machine.path().canonicalize().unwrap().join("you");
        fs::create_dir(&home).unwrap();
        Self { place: home.clone(), home, _machine: machine }
    }

    /// The handbook that `fourfold init` makes.
    pub fn starter() -> Self {
        let mut scratch = Self::empty();
        let ran = scratch.run("fourfold init handbook --title Handbook", &[]);
        assert_eq!(ran.exit, 0, "{:?}", ran.shown);
        scratch.place.push("handbook");
        scratch
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.place.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.place.join(path)).unwrap();
    }

    pub fn has(&self, path: &str) -> bool {
        self.place.join(path).symlink_metadata().is_ok()
    }

    /// Runs a line that somebody types. `serve` goes on until it has shown what is awaited, and is ended then.
    pub fn run(&mut self, line: &str, awaited: &[&str]) -> Ran {
        let words = words(line);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", folder] => {
                self.place = self.place.join(folder).canonicalize().unwrap_or_else(|error| panic!("cd {folder}: {error}"));
                assert!(self.place.starts_with(&self.home), "`{line}` leaves the folder");
                Ran { exit: 0, shown: Vec::new() }
            }
            ["cat", file] => {
                let text = fs::read_to_string(self.place.join(file)).unwrap_or_else(|error| panic!("cat {file}: {error}"));
                Ran { exit: 0, shown: text.lines().map(str::to_owned).collect() }
            }
            ["fourfold", arguments @ ..] => self.fourfold(arguments, awaited),
            _ => panic!("`{line}` is no command that a test can run"),
        }
    }

    fn fourfold(&self, arguments: &[&str], awaited: &[&str]) -> Ran {
        let (read, write) = std::io::pipe().unwrap();
        let (arguments, to) = match arguments {
            [before @ .., ">", file] => (before, Some(self.place.join(file))),
            all => (all, None),
        };
        let stdout = to.map_or_else(|| Stdio::from(write.try_clone().unwrap()), |file| Stdio::from(fs::File::create(file).unwrap()));
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourfold"));
        command.args(arguments).current_dir(&self.place).stdin(Stdio::null()).stdout(stdout).stderr(write);
        // A test of the guide tells the same on any day and on any machine.
        command.env_clear().env("HOME", &self.home).env("SOURCE_DATE_EPOCH", "1795392000");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        let mut child = command.spawn().unwrap();
        drop(command);
        if arguments.first() == Some(&"serve") {
            return self.until(&mut child, BufReader::new(read), awaited);
        }
        let mut text = String::new();
        BufReader::new(read).read_to_string(&mut text).unwrap();
        let exit = wait(&mut child);
        Ran { exit, shown: text.lines().map(|line| self.even(line)).collect() }
    }

    /// Reads what a server says until it has said all that is awaited, and ends it.
    fn until(&self, child: &mut Child, read: impl BufRead + Send + 'static, awaited: &[&str]) -> Ran {
        let (send, lines) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || read.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let (begun, mut shown) = (Instant::now(), Vec::new());
        while shown.len() < awaited.len() && begun.elapsed() < WATCHDOG {
            match lines.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => shown.push(self.even(&line)),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        drop(lines);
        let _ = reader.join().unwrap();
        Ran { exit: 0, shown }
    }

    /// A line with what differs from run to run made even: where the folder lies, how long it took, which port was free.
    fn even(&self, line: &str) -> String {
        let line = line.replace(&self.home.display().to_string(), "/home/you");
        let line = match line.rsplit_once("; ") {
            Some((before, time)) if time.ends_with(" s") && time.starts_with(|c: char| c.is_ascii_digit()) => format!("{before}; 0.02 s"),
            _ => line,
        };
        match line.split_once("localhost:") {
            Some((before, after)) => {
                let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{before}localhost:4444{}", after.replace(" (port 4444 is taken)", ""))
            }
            None => line,
        }
    }
}

fn wait(child: &mut Child) -> i32 {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        assert!(begun.elapsed() < WATCHDOG, "a command of the guide hangs");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The words of a line as a shell splits them, as far as the guide goes: blanks, and quotation marks around blanks.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for letter in line.chars() {
        match (letter, quote) {
            (mark, Some(open)) if mark == open => quote = None,
            ('"' | '\'', None) => (quote, any) = (Some(letter), true),
            (' ', None) => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => word.push(letter),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether lines are as a block shows them. A line `…` stands for any number of lines, and `…` in a line for any words.
pub fn agrees(expected: &[&str], shown: &[String]) -> bool {
    match expected.split_first() {
        None => shown.is_empty(),
        Some((&"…", rest)) => (0..=shown.len()).any(|skip| agrees(rest, &shown[skip..])),
        Some((line, rest)) => shown.split_first().is_some_and(|(first, after)| like(line, first) && agrees(rest, after)),
    }
}

fn like(pattern: &str, line: &str) -> bool {
    let (pattern, line) = (pattern.trim_end(), line.trim_end());
    let Some((head, rest)) = pattern.split_once('…') else { return pattern == line };
    let Some(after) = line.strip_prefix(head) else { return false };
    if rest.is_empty() {
        return true;
    }
    after.char_indices().any(|(at, _)| like(rest, &after[at..]))
}

/// Whether the repository has a file or folder.
pub fn is_in_repository(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

/// A file of the repository.
pub fn repository(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn what_is_left_out_stands_for_anything() {
    let shown = ["one".to_owned(), "two words".to_owned(), "three".to_owned()];
    assert!(agrees(&["one", "two …", "three"], &shown) && agrees(&["…", "three"], &shown) && agrees(&["…"], &shown));
    assert!(!agrees(&["one", "three"], &shown) && !agrees(&["…", "two"], &shown) && !agrees(&["one", "… letters", "three"], &shown));
    assert_eq!(words("fourfold new essay \"A title\" --by x"), ["fourfold", "new", "essay", "A title", "--by", "x"]);
}
