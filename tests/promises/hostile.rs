//! P5, P6 and P10: content that means harm, a folder a case.
//!
//! `tests/hostile/FAMILY/CASE/case.toml` says what the case is and what has to come of it; the other files of the folder are
//! the content. What no repository can hold (links, pipes, strange names, megabytes) is made by `[[make]]`.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use serde::Deserialize;

use super::machine::{Machine, difference};
use super::scale::Scale;

/// What may stand in `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// What the case tries to do.
    tries: String,
    /// The exit code of `build`.
    exit: i32,
    /// Whether the folder is no handbook of ours: the files are ROOT itself, and nothing is added to them.
    #[serde(default)]
    foreign: bool,
    /// Text of `handbook.toml`, where the case needs one.
    #[serde(default)]
    config: String,
    /// What `check --format short` has to say, each the beginning of a line: `content/x.md:3:1: warning[raw-html]`.
    #[serde(default)]
    says: Vec<String>,
    /// What no file of the site may contain; letter case is ignored.
    #[serde(default)]
    never: Vec<String>,
    /// What no tag of a page may contain: attributes and elements, but not text that is shown.
    #[serde(default)]
    never_in_tags: Vec<String>,
    /// Texts that some page of the site has to contain: nothing is lost.
    #[serde(default)]
    shows: Vec<String>,
    /// Paths that the site may not have.
    #[serde(default)]
    no_file: Vec<String>,
    /// Paths that the site has to have.
    #[serde(default)]
    file: Vec<String>,
    /// Files that no repository can hold.
    #[serde(default)]
    make: Vec<Make>,
}

/// A file that is made when the case is tried.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Make {
    /// Where; `repeat` in braces with a count makes long names: `{300*x}.md`.
    path: String,
    /// A text, as it is.
    text: Option<String>,
    /// Bytes in hexadecimal.
    hex: Option<String>,
    /// A piece and how often it stands.
    repeat: Option<(String, usize)>,
    /// Where a symbolic link leads.
    link: Option<String>,
    /// A pipe.
    #[serde(default)]
    pipe: bool,
    /// A text of which nobody may read.
    #[serde(default)]
    locked: bool,
    /// An empty folder.
    #[serde(default)]
    folder: bool,
}

pub fn trials(_: Scale) -> Vec<Trial> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut trials = Vec::new();
    for family in folders(&root) {
        for case in folders(&family) {
            let name = format!("hostile/{}/{}", name_of(&family), name_of(&case));
            trials.push(Trial::test(name, move || {
                run(&case);
                Ok(())
            }));
        }
    }
    let count = trials.len();
    trials.push(super::scale::trial("there_are_at_least_120_hostile_cases", move || {
        assert!(count >= 120, "{count}");
        vec![("hostile cases", count)]
    }));
    trials
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn run(folder: &Path) {
    let text = fs::read_to_string(folder.join("case.toml")).unwrap();
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("case.toml: {error}"));
    let machine = Machine::new();
    furnish(&machine, &case, folder);
    let outside = machine.outside();
    let output = if case.foreign { "_site" } else { "public" };
    let build = machine.run(&["build"]);
    build.ended(&case.tries);
    assert_eq!(build.code, Some(case.exit), "{}: {}", case.tries, build.said());
    let mut after = machine.outside();
    after.retain(|path, _| path != &format!("home/project/{output}") && !path.starts_with(&format!("home/project/{output}/")));
    assert_eq!(difference(&outside, &after), Vec::<String>::new(), "{}: files outside of the output have changed", case.tries);
    let check = machine.run(&["check", "--format", "short"]);
    check.ended(&case.tries);
    for line in &case.says {
        assert!(
            check.stdout.lines().any(|said| said.starts_with(line.as_str())),
            "{}: nothing begins with {line:?} in\n{}",
            case.tries,
            check.said()
        );
    }
    judge_site(&machine.root().join(output), &case);
    unlock(&machine, &case);
}

fn judge_site(output: &Path, case: &Case) {
    let site = super::machine::tree(output);
    for path in &case.file {
        assert!(site.contains_key(path), "{}: the site has no {path}", case.tries);
    }
    for path in &case.no_file {
        assert!(!site.contains_key(path), "{}: the site has {path}", case.tries);
    }
    let pages: Vec<(&String, String)> = site
        .iter()
        .filter(|(path, _)| {
            [".html", ".xml", ".json", ".txt", ".md"].iter().any(|end| path.ends_with(end)) && !path.starts_with(".fourfold/")
        })
        .map(|(path, bytes)| (path, String::from_utf8_lossy(bytes).into_owned()))
        // A twin is judged by what its reader's program makes of it.
        .map(|(path, text)| (path, if path.ends_with(".md") { shown(&text) } else { text }.to_lowercase()))
        .collect();
    for words in &case.never {
        // An entity means nothing in JSON and in plain text. A twin may show what its page leaves out, as text, but has no tag that its page has not.
        let means = |path: &str| {
            !(words.starts_with('&') && (path.ends_with(".json") || path.ends_with(".txt"))
                || !words.starts_with('<') && path.ends_with(".md"))
        };
        let found = pages.iter().find(|(path, text)| means(path) && text.contains(&words.to_lowercase()));
        assert!(found.is_none(), "{}: {words:?} is in {}", case.tries, found.map_or("", |(path, _)| path));
    }
    for words in &case.never_in_tags {
        for (path, text) in pages.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".md")) {
            assert!(!tags(text).any(|tag| tag.contains(&words.to_lowercase())), "{}: a tag of {path} contains {words:?}", case.tries);
        }
    }
    for words in &case.shows {
        assert!(pages.iter().any(|(_, text)| text.contains(&words.to_lowercase())), "{}: no page shows {words:?}", case.tries);
    }
}

/// Markdown as most programs show it: what is HTML stays HTML.
fn shown(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
    html
}

/// What stands between `<` and `>`; a quoted `>` does not end a tag.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| {
        let mut quote = None;
        let end = rest.char_indices().find(|(_, c)| match (quote, c) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (Some(open), c) if open == *c => {
                quote = None;
                false
            }
            _ => false,
        });
        &rest[..end.map_or(rest.len(), |(at, _)| at)]
    })
}

/// Puts the files of a case on a machine.
fn furnish(machine: &Machine, case: &Case, folder: &Path) {
    if !case.foreign {
        machine.write("handbook.toml", if case.config.is_empty() { "title = \"Test\"\ntoday = 2026-01-01\n" } else { &case.config });
        machine.write("content/index.md", "# Home\n\nThe question.\n");
        machine.write("content/vision/sound.md", "# Sound\n\nA claim that stands.\n");
    }
    fs::write(machine.home().join("secret.md"), "# Secret words\n").unwrap();
    for (path, bytes) in super::machine::tree(folder) {
        if path != "case.toml" && folder.join(&path).is_file() {
            machine.write(&path, bytes);
        }
    }
    for make in &case.make {
        produce(machine, make);
    }
}

fn produce(machine: &Machine, make: &Make) {
    let path = expand(&make.path);
    let place = machine.root().join(&path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    if let Some(text) = &make.text {
        machine.write(&path, text);
    } else if let Some(hex) = &make.hex {
        let digits: String = hex.split_whitespace().collect();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        machine.write(&path, (0..digits.len()).step_by(2).map(byte).collect::<Vec<u8>>());
    } else if let Some((piece, times)) = &make.repeat {
        machine.write(&path, piece.repeat(*times));
    } else if make.folder {
        fs::create_dir_all(&place).unwrap();
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Some(target) = &make.link {
            std::os::unix::fs::symlink(target, &place).unwrap();
        }
        if make.pipe {
            assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success());
        }
        if make.locked {
            fs::set_permissions(&place, fs::Permissions::from_mode(0o000)).unwrap();
        }
    }
}

/// Lets the temporary folder be removed.
fn unlock(machine: &Machine, case: &Case) {
    #[cfg(unix)]
    for make in case.make.iter().filter(|make| make.locked) {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(machine.root().join(expand(&make.path)), fs::Permissions::from_mode(0o755));
    }
}

/// Writes `{300*x}` out.
fn expand(path: &str) -> String {
    let Some((before, rest)) = path.split_once('{') else { return path.to_owned() };
    let Some((inside, after)) = rest.split_once('}') else { return path.to_owned() };
    let Some((count, piece)) = inside.split_once('*') else { return path.to_owned() };
    format!("{before}{}{}", piece.repeat(count.parse().unwrap()), expand(after))
}
