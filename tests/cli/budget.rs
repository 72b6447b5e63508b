//! What a reader's browser has to fetch: the shipped handbook is built by the program, and its files are weighed as a host
//! sends them.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::support::html::{Piece, pieces};

/// The most bytes of an essay with all that it needs, compressed, and the most requests.
const BYTES: usize = 16 * 1024;
const REQUESTS: usize = 6;

fn weight(bytes: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// The shipped handbook, built into a folder of its own.
fn site() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(root.join("content")).into_iter().map(Result::unwrap) {
        let target = folder.path().join(entry.path().strip_prefix(root).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    fs::copy(root.join("handbook.toml"), folder.path().join("handbook.toml")).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_fourfold")).args(["build", "-q"]).current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    folder
}

/// The files that a page makes a browser fetch at once: style, icon, scripts, and what these import without being asked.
fn fetched(page: &Path) -> BTreeSet<std::path::PathBuf> {
    let html = fs::read_to_string(page).unwrap();
    let mut files = BTreeSet::from([page.to_owned()]);
    let mut scripts = Vec::new();
    for piece in pieces(&html) {
        let Piece::Start(element, attributes) = piece else { continue };
        let attribute = |name: &str| attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let rel = attribute("rel").unwrap_or_default();
        let address = match element.as_str() {
            "link" if rel == "stylesheet" || rel == "icon" => attribute("href"),
            "script" => attribute("src"),
            "img" if attribute("loading").as_deref() != Some("lazy") => attribute("src"),
            _ => None,
        };
        let Some(address) = address else { continue };
        assert!(!address.contains("//"), "{address} is on another host");
        let file = page.parent().unwrap().join(&address).canonicalize().unwrap();
        scripts.extend((element == "script").then(|| file.clone()));
        files.insert(file);
    }
    while let Some(script) = scripts.pop() {
        let text = fs::read_to_string(&script).unwrap();
        let imports = text.lines().filter(|line| line.starts_with("import ")).filter_map(|line| line.split('"').nth(1));
        for import in imports.map(|import| script.parent().unwrap().join(import).canonicalize().unwrap()) {
            if files.insert(import.clone()) {
                scripts.push(import);
            }
        }
    }
    files
}

#[test]
fn an_essay_with_all_it_needs_is_light_and_takes_few_requests() {
    let folder = site();
    let public = folder.path().join("public").canonicalize().unwrap();
    let pillars = ["vision", "empowerment", "efficiency", "results"].map(|pillar| public.join(pillar));
    let essays = pillars.iter().flat_map(|pillar| fs::read_dir(pillar).unwrap()).map(|entry| entry.unwrap().path().join("index.html"));
    let mut count = 0;
    for essay in essays.filter(|essay| essay.is_file()) {
        let files = fetched(&essay);
        let bytes: usize = files.iter().map(|file| weight(&fs::read(file).unwrap())).sum();
        assert!(files.len() <= REQUESTS, "{}: {files:#?}", essay.display());
        assert!(bytes <= BYTES, "{}: {bytes} bytes", essay.display());
        count += 1;
    }
    assert!(count >= 8, "{count} essays");
}

#[test]
fn no_page_has_a_script_or_a_style_of_its_own() {
    let folder = site();
    let pages = walkdir::WalkDir::new(folder.path().join("public")).into_iter().map(Result::unwrap);
    for page in pages.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "html")) {
        let html = fs::read_to_string(page.path()).unwrap();
        let redirects = html.contains("http-equiv=\"refresh\"");
        assert!(redirects || html.contains("require-trusted-types-for 'script'"), "{} has no policy", page.path().display());
        for piece in pieces(&html) {
            let Piece::Start(element, attributes) = piece else { continue };
            let has = |name: &str| attributes.iter().any(|(known, _)| known == name);
            let is_data = attributes.iter().any(|(name, value)| name == "type" && value == "application/ld+json");
            assert!(element != "style" && !has("style"), "{}: a style", page.path().display());
            assert!(element != "script" || has("src") || is_data, "{}: a script", page.path().display());
            assert!(!attributes.iter().any(|(name, _)| name.starts_with("on")), "{}: a handler", page.path().display());
        }
    }
}
