//! Files on a disk, and what is found.

use std::fs;

use jiff::civil::Date;

use std::path::PathBuf;

use super::*;
use crate::base::config::{Config, Mode};

struct Disk {
    place: tempfile::TempDir,
}

impl Disk {
    /// Makes files; a name that ends in `/` is a folder.
    fn new(files: &[&str]) -> Self {
        let disk = Self { place: tempfile::tempdir().expect("a folder") };
        for file in files {
            disk.write(file, file.as_bytes());
        }
        disk
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.root().join(name);
        if name.ends_with('/') {
            return fs::create_dir_all(path).expect("a folder");
        }
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn root(&self) -> PathBuf {
        self.place.path().canonicalize().expect("a path")
    }

    fn find(&self, mode: Mode, content: &str, ignore: &[&str], outputs: &[&str]) -> Found {
        let root = self.root();
        let project = Project {
            root: root.clone(),
            content: content.into(),
            mode,
            why: String::new(),
            config_file: None,
            default_output: root.join("_site"),
            static_roots: Vec::new(),
            vault: false,
        };
        let settings = Settings {
            config: Config { ignore: ignore.iter().map(|glob| (*glob).to_owned()).collect(), ..Config::default() },
            mode,
            content: content.into(),
            today: Date::constant(2026, 11, 23),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Default::default(),
            history: Default::default(),
            below: String::new(),
            strings: Default::default(),
            visuals: Default::default(),
        };
        let outputs: Vec<PathBuf> = outputs.iter().map(|output| root.join(output)).collect();
        everything(&project, &settings, &outputs)
    }
}

fn drawn(found: &Found) -> String {
    let mut out = String::new();
    assert_eq!(found.sources.len(), found.stamps.len());
    for (source, stamp) in found.sources.iter().zip(&found.stamps) {
        assert!(stamp.size >= source.text.len() as u64 || source.invalid_at.is_some());
        out += &format!("page {}\n", source.path);
    }
    for asset in &found.assets {
        out += &format!("asset {} {}\n", asset.path, asset.stamp.size);
    }
    for path in &found.outside {
        out += &format!("outside {path}\n");
    }
    for diagnostic in &found.diagnostics {
        let place = diagnostic.primary().map(|label| format!("{}@{}", label.file, label.span.start)).unwrap_or_default();
        out += &format!("{}[{}] {place}: {}\n", diagnostic.severity.word(), diagnostic.code.name(), diagnostic.message);
    }
    out
}

#[test]
fn only_the_content_of_a_handbook_is_walked() {
    let disk = Disk::new(&["handbook.toml", "README.md", "themes/a.md", "public/a.md", "content/b/x.md", "content/b.md", "content/a.png"]);
    let found = disk.find(Mode::Own, "content", &[], &[]);
    assert_eq!(drawn(&found), "page content/b.md\npage content/b/x.md\nasset content/a.png 13\n");
    assert_eq!(&*found.sources[0].text, "content/b.md");
}

#[test]
fn a_foreign_folder_shows_what_lies_around_its_content() {
    let disk =
        Disk::new(&["static/x.png", "README.md", ".git/x", "node_modules/x.js", "docs/a.md", "docs/.obsidian/x", "_site/a.md", "target/x"]);
    let found = disk.find(Mode::Foreign, "docs", &[], &["_site"]);
    assert_eq!(drawn(&found), "page docs/a.md\noutside README.md\noutside static/x.png\n");
    let all = disk.find(Mode::Foreign, "", &[], &["_site"]);
    assert_eq!(drawn(&all), "page README.md\npage docs/a.md\nasset static/x.png 12\n");
}

#[test]
fn leftovers_and_ignored_files_are_no_content() {
    let files = [
        "c/a.md",
        "c/a.md~",
        "c/.#a.md",
        "c/.a.md.swp",
        "c/a.swp",
        "c/4913",
        "c/.DS_Store",
        "c/node_modules/a.md",
        "c/target/a.md",
        "c/.x/a.md",
        "c/old/a.md",
        "c/new/old/a.md",
        "c/draft-a.md",
        "c/sub/draft-a.md",
    ];
    let found = Disk::new(&files).find(Mode::Own, "c", &["old/**", "**/draft-*.md"], &[]);
    assert_eq!(drawn(&found), "page c/a.md\npage c/new/old/a.md\n");
}

#[test]
fn what_git_ignores_is_no_content_of_a_foreign_folder() {
    let disk = Disk::new(&["docs/a.md", "docs/gen/b.md", "docs/sub/c.md", "docs/sub/d.md", "out/x.md", "docs/sub/.gitignore"]);
    disk.write(".gitignore", b"gen/\n/out\nd.md\n/docs\n");
    disk.write("docs/sub/.gitignore", b"c.md\n!d.md\n");
    assert_eq!(
        drawn(&disk.find(Mode::Foreign, "docs", &[], &[])),
        "page docs/a.md\npage docs/sub/d.md\noutside .gitignore\noutside docs/sub/.gitignore\n"
    );
    assert_eq!(disk.find(Mode::Own, "docs", &[], &[]).sources.len(), 4);
}

#[test]
fn the_output_is_not_walked_wherever_it_lies() {
    let disk = Disk::new(&["a.md", "sub/out/a.md", "sub/b.md", ".out.fourfold-staging/a.md"]);
    assert_eq!(drawn(&disk.find(Mode::Foreign, "", &[], &["sub/out"])), "page a.md\npage sub/b.md\n");
}

#[test]
fn a_content_folder_with_a_skipped_name_is_walked() {
    let disk = Disk::new(&["target/docs/a.md", "target/docs/target/b.md", "target/c.md"]);
    assert_eq!(drawn(&disk.find(Mode::Foreign, "target/docs", &[], &[])), "page target/docs/a.md\noutside target/c.md\n");
}

#[test]
fn text_that_is_not_utf_8_is_said_with_its_byte_and_read_all_the_same() {
    let disk = Disk::new(&[]);
    disk.write("c/a.md", b"caf\xE9");
    disk.write("c/b.md", b"\xFF\xFEa\0");
    let want = |severity: &str| {
        format!(
            "page c/a.md\npage c/b.md\n{severity}[encoding] c/a.md@3: this page is not UTF-8: byte 3 cannot be read\n{severity}[encoding] c/b.md@0: this page is UTF-16, not UTF-8\n"
        )
    };
    let found = disk.find(Mode::Own, "c", &[], &[]);
    assert_eq!(drawn(&found), want("error"));
    assert_eq!(&*found.sources[0].text, "caf\u{FFFD}");
    assert_eq!(drawn(&disk.find(Mode::Foreign, "c", &[], &[])), want("warning"));
}

#[test]
fn what_is_too_large_is_left_out() {
    let disk = Disk::new(&[]);
    disk.write("c/fits.md", &vec![b'x'; PAGE_LIMIT as usize]);
    disk.write("c/large.md", &vec![b'x'; PAGE_LIMIT as usize + 1]);
    disk.write(&format!("c/{}.md", "n".repeat(220)), b"x");
    let drawn = drawn(&disk.find(Mode::Own, "c", &[], &[]));
    assert!(drawn.starts_with("page c/fits.md\nerror[too-large] c/large.md@0: this page has 4.0 MB; 4 MB are allowed\n"), "{drawn}");
    assert!(drawn.ends_with(": this name is 223 bytes long; 200 are allowed\n"), "{drawn}");
}

#[test]
fn a_missing_content_folder_is_said_so() {
    let drawn = drawn(&Disk::new(&["handbook.toml"]).find(Mode::Own, "content", &[], &[]));
    assert_eq!(drawn, "error[unreadable] content@0: the folder `content` cannot be read: entity not found\n");
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_said_and_never_followed() {
    use std::os::unix::fs::symlink;
    let disk = Disk::new(&["secret/s.md", "c/a.md", "c/x.md/"]);
    let at = |name: &str| disk.root().join(name);
    symlink(at("secret/s.md"), at("c/file.md")).expect("a link");
    symlink(at("secret"), at("c/folder")).expect("a link");
    symlink("nowhere", at("c/dangling.md")).expect("a link");
    symlink(".", at("c/loop")).expect("a link");
    symlink("x", at("outside-link")).expect("a link");
    let _socket = std::os::unix::net::UnixListener::bind(at("c/socket.md")).expect("a socket");
    let link = |name: &str| format!("error[symlink] c/{name}@0: this is a symbolic link, which is never followed\n");
    let want = format!(
        "page c/a.md\n{}{}{}{}error[special-file] c/socket.md@0: this is a pipe, a socket or a device, not a file\n",
        link("dangling.md"),
        link("file.md"),
        link("folder"),
        link("loop")
    );
    assert_eq!(drawn(&disk.find(Mode::Own, "c", &[], &[])), want);
    let foreign = drawn(&disk.find(Mode::Foreign, "c", &[], &[]));
    assert_eq!(foreign, want.replace("error", "warning").replace("page c/a.md\n", "page c/a.md\noutside secret/s.md\n"));
}

#[cfg(unix)]
#[test]
fn a_content_folder_that_is_a_link_is_not_followed() {
    let disk = Disk::new(&["real/a.md"]);
    std::os::unix::fs::symlink("real", disk.root().join("content")).expect("a link");
    assert_eq!(
        drawn(&disk.find(Mode::Own, "content", &[], &[])),
        "error[symlink] content@0: this is a symbolic link, which is never followed\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_said_and_left_out() {
    use std::os::unix::ffi::OsStrExt;
    let disk = Disk::new(&["c/a.md"]);
    fs::write(disk.root().join("c").join(std::ffi::OsStr::from_bytes(b"b\xE9.md")), "x").expect("a file");
    let drawn = drawn(&disk.find(Mode::Own, "c", &[], &[]));
    assert_eq!(drawn, "page c/a.md\nerror[encoding] c/b\u{FFFD}.md@0: this name is not UTF-8\n");
}

#[cfg(unix)]
#[test]
fn a_stamp_tells_a_file_from_its_later_self() {
    let disk = Disk::new(&["c/a.md"]);
    let before = disk.find(Mode::Own, "c", &[], &[]).stamps;
    assert!(before[0].inode != 0 && before[0].mtime_ns > 0);
    disk.write("c/b.md", b"c/a.md");
    fs::rename(disk.root().join("c/b.md"), disk.root().join("c/a.md")).expect("a rename");
    assert_ne!(disk.find(Mode::Own, "c", &[], &[]).stamps, before);
}
