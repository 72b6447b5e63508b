//! The house rules that a compiler does not check: floors, sizes, words, what may be touched where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a module may import of ours.
const FLOORS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("discover", &["base"]),
    ("parse", &["base"]),
    ("resolve", &["base", "parse"]),
    ("template", &["base", "parse", "resolve"]),
    ("visuals", &["base", "discover", "write"]),
    ("write", &["base"]),
    ("engine", &["base", "parse", "resolve", "template"]),
    ("book", &["base", "engine", "parse", "resolve", "template"]),
    ("relocate", &["base", "engine", "parse", "resolve"]),
    ("dev", &["base", "discover", "engine", "visuals", "write"]),
    ("cli", &["base", "book", "dev", "discover", "engine", "parse", "relocate", "resolve", "template", "visuals", "write"]),
];

/// Files that see less than their floor: a page is rendered from its view alone.
const BLIND: &[(&str, &[&str])] = &[("template/render.rs", &["base", "template"]), ("template/theme.rs", &["base", "template"])];

const LINES: usize = 450;

/// Files that are longer, with the length that they may not grow over; each waits to be split.
const LONG: &[(&str, usize)] = &[];

struct Module {
    /// Below `src`, `/`-separated.
    path: String,
    text: String,
}

impl Module {
    /// The first folder, or the name of a file that lies in `src` itself.
    fn floor(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The text before the tests at its foot, without comments.
    fn code(&self) -> String {
        let end = self.text.find("\n#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().map(|line| line.find("//").map_or(line, |at| &line[..at]));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }
}

fn modules() -> Vec<Module> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                out.push(Module { path: below, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// The modules of ours that some code names, as `crate::x` or in the braces of `use crate::{…}`.
fn imports(code: &str) -> Vec<String> {
    let mut out = Vec::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        if let Some(braces) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for ch in braces.chars() {
                match ch {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    name.push(ch);
                }
            }
            out.extend(name.split(',').map(|part| word(part.trim())).filter(|name| !name.is_empty()));
        } else {
            out.push(word(rest));
        }
    }
    out
}

#[test]
fn nothing_reaches_up() {
    let floors: BTreeMap<&str, &[&str]> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for module in modules() {
        let floor = module.floor();
        if matches!(floor, "lib" | "main") {
            continue;
        }
        let allowed = floors.get(floor).unwrap_or_else(|| panic!("{} stands on no floor: add it to the table", module.path));
        let code = if module.is_test() { String::new() } else { module.code() };
        for name in imports(&code) {
            if name != floor && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} imports {name}", module.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_page_is_rendered_from_its_view_alone() {
    let modules = modules();
    for (path, allowed) in BLIND {
        let module = modules.iter().find(|module| module.path == *path).unwrap_or_else(|| panic!("there is no {path}"));
        let code = module.code();
        let wrong: Vec<String> = imports(&code).into_iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(wrong.is_empty(), "{path} imports {wrong:?}");
        for sibling in ["gather", "compose", "listing", "outputs", "content", "page", "sitewide"] {
            assert!(!code.contains(&format!("super::{sibling}")), "{path} reaches the graph through {sibling}");
        }
    }
}

#[test]
fn what_a_fingerprint_covers_is_what_a_template_sees() {
    // `schema` writes what is in a view; nothing of its own is hashed.
    for module in modules().iter().filter(|module| module.path.starts_with("template/") && module.path != "template/schema.rs") {
        assert!(!module.text.contains("serde(skip"), "{}: a field that is hashed but not shown, or the reverse", module.path);
    }
}

#[test]
fn no_file_is_long() {
    let modules = modules();
    let limit = |path: &str| LONG.iter().find(|(long, _)| *long == path).map_or(LINES, |(_, limit)| *limit);
    let long: Vec<String> = modules
        .iter()
        .map(|module| (module, module.text.lines().count()))
        .filter(|(module, lines)| *lines > limit(&module.path))
        .map(|(module, lines)| format!("{}: {lines} lines", module.path))
        .collect();
    assert!(long.is_empty(), "too long: {long:#?}");
    for (path, _) in LONG {
        let lines = modules.iter().find(|module| module.path == *path).map_or(0, |module| module.text.lines().count());
        assert!(lines > LINES, "{path} is short enough: take it off the list");
    }
}

#[test]
fn nothing_is_left_undone_or_left_in() {
    // Put together here, so that this file does not hold them.
    let words = ["todo", "dbg", "unimplemented"]
        .map(|word| format!("{word}!"))
        .into_iter()
        .chain(["FIX", "XX"].iter().zip(["ME", "X"]).map(|(a, b)| format!("{a}{b}")));
    let words: Vec<String> = words.collect();
    let mut wrong = Vec::new();
    for module in modules() {
        for (at, line) in module.text.lines().enumerate() {
            wrong
                .extend(words.iter().filter(|word| line.contains(word.as_str())).map(|word| format!("{}:{}: {word}", module.path, at + 1)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn there_is_no_state_but_what_is_passed() {
    let mut wrong = Vec::new();
    for module in modules() {
        let code = module.code();
        for line in code.lines() {
            let item = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
            if (item.starts_with("static ") || line.contains("thread_local!") || line.contains("lazy_static!"))
                && !is_allocator(&module, &code)
            {
                wrong.push(format!("{}: {line}", module.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The binary may choose how memory is given out.
fn is_allocator(module: &Module, code: &str) -> bool {
    module.path == "main.rs" && code.contains("#[global_allocator]")
}

#[test]
fn nothing_is_unsafe() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""), "Cargo.toml forbids unsafe code");
    assert!(!manifest.contains("unsafe_code = \"allow\""));
    let sources = modules();
    assert!(sources.iter().all(|module| !module.code().contains("allow(unsafe_code)")));
    for root in ["lib.rs", "main.rs"] {
        let module = sources.iter().find(|module| module.path == root).unwrap();
        assert!(module.text.contains("#![forbid(unsafe_code)]"), "{root} opens with forbid(unsafe_code)");
    }
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<String> = modules().into_iter().filter(|module| !module.text.starts_with("//!")).map(|module| module.path).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

/// What makes two runs differ, or talks to the outside; and where it may stand.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("SystemTime", &["cli", "discover", "write"]),
    ("Instant::", &["cli", "dev", "write"]),
    ("Zoned::now", &["cli"]),
    ("Timestamp::now", &["cli"]),
    ("env::", &["cli", "main"]),
    ("println!", &["cli"]),
    ("print!", &["cli"]),
    ("std::fs", &["cli", "dev", "discover", "write"]),
    ("std::process", &["cli", "main", "write"]),
    ("thread::sleep", &["cli", "dev", "write"]),
    ("RandomState", &[]),
    ("HashMap::new()", &[]),
    ("HashSet::new()", &[]),
];

#[test]
fn clocks_the_environment_and_files_are_for_the_top_floor_and_the_ends() {
    let mut wrong = Vec::new();
    for module in modules().iter().filter(|module| !module.is_test()) {
        let code = module.code();
        for (word, floors) in OUTSIDE {
            let found = code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            if found && !floors.contains(&module.floor()) {
                wrong.push(format!("{}: {word}", module.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_imports_sees_them() {
    assert_eq!(
        imports("use crate::base::key;\nuse crate::{parse::page, resolve::{a, b}};\ncrate::template::x()"),
        ["base", "parse", "resolve", "template"]
    );
}
