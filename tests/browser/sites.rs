//! The sites that readers' tests look at, each built once by the program and put on a host.
//!
//! Out: the shipped handbook, a made-up one of a thousand pages, one that reads from right to left, and what each page is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::generated;
use super::host::Host;

/// All sites; what no test asks for is never built.
#[derive(Default)]
pub struct Sites {
    shipped: OnceLock<Site>,
    large: OnceLock<Site>,
    below: OnceLock<Site>,
    arabic: OnceLock<Site>,
    portable: OnceLock<Site>,
}

/// A site on its host.
pub struct Site {
    pub host: Host,
    pub public: PathBuf,
    _place: TempDir,
}

/// The kinds of pages, and where the pages of a kind are; of several the one with the longest file is looked at.
const KINDS: [(&str, &[&str]); 20] = [
    ("home", &[""]),
    ("pillar", &["vision/", "empowerment/", "efficiency/", "results/"]),
    ("essay", &["vision/*/", "empowerment/*/", "efficiency/*/", "results/*/"]),
    ("example", &["examples/*/"]),
    ("contributor", &["contributors/*/"]),
    ("contributors", &["contributors/"]),
    ("term", &["glossary/*/"]),
    ("glossary", &["glossary/"]),
    ("path", &["paths/*/"]),
    ("paths", &["paths/"]),
    ("map", &["map/"]),
    ("map of a pillar", &["map/*/"]),
    ("coverage", &["coverage/"]),
    ("search", &["search/"]),
    ("new", &["new/"]),
    ("print", &["print/"]),
    ("print of a pillar", &["print/*/"]),
    ("folder", &["contributing/", "bridges/", "examples/"]),
    ("page", &["contributing/*/", "bridges/*/", "about/"]),
    ("not found", &["404.html"]),
];

impl Sites {
    /// The handbook in `content/`.
    pub fn shipped(&self) -> &Site {
        self.shipped.get_or_init(|| Site::made("/", &[], shipped))
    }

    /// A handbook of a thousand pages.
    pub fn large(&self) -> &Site {
        self.large.get_or_init(|| Site::made("/", &[], |root| generated::Handbook::new(1000).write(root).unwrap()))
    }

    /// The shipped handbook below a path of its host.
    pub fn below(&self) -> &Site {
        self.below.get_or_init(|| Site::made("/some/where/", &["--base-url", "https://host.example/some/where/"], shipped))
    }

    /// The shipped handbook as it is opened from disk.
    pub fn portable(&self) -> &Site {
        self.portable.get_or_init(|| Site::made("/", &["--portable"], shipped))
    }

    /// A small handbook in Arabic, with pages in Japanese and English.
    pub fn arabic(&self) -> &Site {
        self.arabic
            .get_or_init(|| Site::made("/", &[], |root| copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/arabic"), root)))
    }
}

/// Writes the shipped handbook into a folder.
fn shipped(root: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&repository.join("content"), &root.join("content"));
    fs::copy(repository.join("handbook.toml"), root.join("handbook.toml")).unwrap();
}

impl Site {
    /// A site of the files that somebody writes into a folder.
    pub fn made(base: &str, arguments: &[&str], write: impl FnOnce(&Path)) -> Self {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().canonicalize().unwrap().join("handbook");
        fs::create_dir_all(&root).unwrap();
        write(&root);
        let public = place.path().canonicalize().unwrap().join("public");
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourfold"));
        for name in ["SOURCE_DATE_EPOCH", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        let built = command.arg("build").arg(&root).arg("--quiet").arg("--output").arg(&public).args(arguments).output().unwrap();
        assert!(public.join("index.html").is_file(), "{}", String::from_utf8_lossy(&built.stderr));
        Self { host: Host::of(&public, base), public, _place: place }
    }

    pub fn url(&self, address: &str) -> String {
        self.host.url(address)
    }

    /// The addresses of all pages, in order; former addresses are left out.
    pub fn pages(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(&self.public, &mut files);
        let pages = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "html"));
        let pages = pages.filter(|file| !fs::read_to_string(file).unwrap().contains("http-equiv=\"refresh\""));
        let address = |file: PathBuf| file.strip_prefix(&self.public).unwrap().to_str().unwrap().to_owned();
        let mut pages: Vec<String> =
            pages.map(address).map(|path| path.strip_suffix("index.html").map(str::to_owned).unwrap_or(path)).collect();
        pages.sort();
        pages
    }

    /// A page of each kind that the site has: the kind and the address.
    pub fn kinds(&self) -> Vec<(&'static str, String)> {
        let pages = self.pages();
        let fits = |page: &str, pattern: &str| match pattern.split_once('*') {
            Some((before, after)) => {
                let inside = page.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                inside.is_some_and(|inside| !inside.is_empty() && !inside.contains('/'))
            }
            None => page == pattern,
        };
        let size = |page: &str| fs::metadata(self.file(page)).unwrap().len();
        let longest = |patterns: &[&str]| {
            let fitting = pages.iter().filter(|page| patterns.iter().any(|pattern| fits(page, pattern)));
            fitting.max_by_key(|page| size(page)).cloned()
        };
        KINDS.into_iter().filter_map(|(kind, patterns)| Some((kind, longest(patterns)?))).collect()
    }

    /// The file of an address.
    pub fn file(&self, address: &str) -> PathBuf {
        let file = self.public.join(address);
        if address.is_empty() || address.ends_with('/') { file.join("index.html") } else { file }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            list(&entry, files);
        } else {
            files.push(entry);
        }
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
