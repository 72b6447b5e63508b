//! Publishing, through its public face, on a real disk.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::*;

mod foreign;
mod kills;

/// A place for an output, with the files that the last build made there.
struct Place {
    _dir: tempfile::TempDir,
    root: PathBuf,
    way: Way,
    made: AtomicUsize,
}

/// The bytes of each planned file by its path; a view is the fingerprint of the bytes unless a test says otherwise.
type Site<'a> = &'a [(&'a str, &'a str)];

const WAYS: [Way; 3] = [Way::Exchange, Way::Files, Way::FilesInside];
const FIRST: Site = &[("index.html", "home"), ("a/index.html", "page a"), ("a/index.md", "twin a"), ("b/c/index.html", "page c")];

impl Place {
    fn new(way: Way) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        Self { _dir: dir, root, way, made: AtomicUsize::new(0) }
    }

    fn out(&self) -> PathBuf {
        self.root.join("public")
    }

    fn output(&self) -> Output {
        check(&self.out(), &self.root.join("project"), &self.root.join("project/content"), None).unwrap().by(self.way)
    }

    fn publish(&self, site: Site) -> Result<Receipt, PublishError<String>> {
        self.publish_ticked(site, &|_| {})
    }

    fn publish_ticked(&self, site: Site, tick: Tick) -> Result<Receipt, PublishError<String>> {
        self.made.store(0, Ordering::Relaxed);
        let make = |at: usize| {
            self.made.fetch_add(1, Ordering::Relaxed);
            match site[at].1.strip_prefix("FAIL ") {
                Some(why) => Err(why.to_owned()),
                None => Ok((Some(Fingerprint::of(site[at].1)), Content::Bytes(site[at].1.into()))),
            }
        };
        publish_watched(&self.output(), &planned(site), &make, tick)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.out().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }
}

fn planned(site: Site) -> Vec<Planned> {
    site.iter().map(|(path, text)| Planned { path: OutPath::new(path).unwrap(), view: Some(Fingerprint::of(*text)) }).collect()
}

/// Everything below a folder but the manifest: text of files, `dir` for folders, where symlinks lead.
fn tree(root: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, here: &Path, out: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(here).unwrap() {
            let (path, kind) = entry.map(|entry| (entry.path(), entry.file_type().unwrap())).unwrap();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if kind.is_symlink() {
                out.insert(name, format!("-> {}", fs::read_link(&path).unwrap().display()));
            } else if kind.is_dir() {
                out.insert(name, "dir".into());
                walk(root, &path, out);
            } else {
                out.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(root, root, &mut out);
    out
}

/// What a clean build of a site leaves, manifest included.
fn clean(site: Site) -> BTreeMap<String, String> {
    let place = Place::new(Way::Exchange);
    place.publish(site).unwrap();
    tree(&place.out())
}

fn with(mut tree: BTreeMap<String, String>, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    tree.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    tree
}

fn inode(path: &Path) -> (u64, SystemTime) {
    let meta = fs::symlink_metadata(path).unwrap();
    (meta.ino(), meta.modified().unwrap())
}

fn receipt(written: usize, unchanged: usize, removed: usize) -> Receipt {
    Receipt { written, unchanged, removed, kept: Vec::new() }
}

#[test]
fn a_first_build_writes_everything_and_leaves_nothing_beside() {
    for way in WAYS {
        let place = Place::new(way);
        assert_eq!(place.publish(FIRST).unwrap(), receipt(4, 0, 0));
        let found = tree(&place.out());
        assert_eq!(FIRST.iter().filter(|(path, text)| found[*path] == *text).count(), 4);
        assert_eq!(found.len(), 4 + 3 + 2, "{found:?}");
        assert_eq!(fs::read_dir(&place.root).unwrap().count(), 1);
        let modes: Vec<u32> =
            ["", "index.html", "a", "a/index.md", MANIFEST].map(|p| fs::metadata(place.out().join(p)).unwrap().mode() & 0o777).to_vec();
        assert_eq!(modes, [0o755, 0o644, 0o755, 0o644, 0o644]);
        let Reading::Whole(manifest) = Manifest::load(&place.out()).unwrap() else { panic!("no manifest") };
        assert_eq!(manifest.get("a/index.md").unwrap().bytes, Fingerprint::of_bytes(b"twin a"));
        assert_eq!(remembered(&place.output()).unwrap(), manifest);
    }
}

#[test]
fn missing_parents_are_made_and_unmade_when_the_build_fails() {
    let place = Place::new(Way::Exchange);
    let output = check(&place.root.join("x/y/public"), &place.root.join("p"), &place.root.join("p"), None).unwrap();
    let files = planned(&[("index.html", "")]);
    publish(&output, &files, |_| Err::<Made<'_>, _>("no")).unwrap_err();
    assert_eq!(tree(&place.root), BTreeMap::new());
    publish(&output, &files, |_| Ok::<_, String>((Some(Fingerprint(1)), Content::Bytes(vec![7])))).unwrap();
    assert_eq!(fs::read(place.root.join("x/y/public/index.html")).unwrap(), [7]);
}

#[test]
fn a_build_with_nothing_changed_writes_nothing_and_makes_nothing() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        let paths = ["", "index.html", "a", "b/c/index.html", MANIFEST].map(|path| place.out().join(path));
        let before = [paths.each_ref().map(|path| inode(path)).to_vec(), vec![inode(&place.root)]];
        let ticks = AtomicUsize::new(0);
        let count = |_: &'static str| {
            ticks.fetch_add(1, Ordering::Relaxed);
        };
        assert_eq!(place.publish_ticked(FIRST, &count).unwrap(), receipt(0, 4, 0));
        assert_eq!([paths.each_ref().map(|path| inode(path)).to_vec(), vec![inode(&place.root)]], before);
        assert_eq!((place.made(), ticks.into_inner()), (0, 0));
    }
}

#[test]
fn a_changed_file_leaves_the_others_their_inodes() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        let (same, changed) = (place.out().join("a/index.md"), place.out().join("index.html"));
        let before = (inode(&same), inode(&changed).0);
        let second: Site = &[("b/c/index.html", "page c"), ("index.html", "HOME"), ("a/index.html", "page a"), ("a/index.md", "twin a")];
        assert_eq!(place.publish(second).unwrap(), receipt(1, 3, 0));
        assert_eq!(place.made(), 1);
        assert_eq!(inode(&same), before.0);
        assert_ne!(inode(&changed).0, before.1);
        assert_eq!(tree(&place.out()), clean(second));
    }
}

#[test]
fn a_file_that_comes_out_the_same_from_another_view_is_unchanged() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    let before = inode(&place.out().join("a/index.html"));
    let mut files = planned(FIRST);
    files[1].view = Some(Fingerprint(1));
    files[2].view = None;
    let view = |at: usize| if at == 2 { Fingerprint(2) } else { files[at].view.unwrap() };
    let make = |at: usize| Ok::<_, String>((Some(view(at)), Content::Bytes(FIRST[at].1.into())));
    assert_eq!(publish(&place.output(), &files, make).unwrap(), receipt(0, 4, 0));
    assert_eq!(inode(&place.out().join("a/index.html")), before);
    let views = ["a/index.html", "a/index.md"].map(|path| remembered(&place.output()).unwrap().get(path).unwrap().view);
    assert_eq!(views, [Fingerprint(1), Fingerprint(2)]);
}

#[test]
fn gone_files_are_removed_and_empty_folders_with_them() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        let second: Site = &[("index.html", "home"), ("a", "a file where a folder was"), ("b/c/index.html/x", "and the other way")];
        assert_eq!(place.publish(second).unwrap(), receipt(2, 1, 3), "{way:?}");
        assert_eq!(tree(&place.out()), clean(second), "{way:?}");
        assert_eq!(place.publish(&[]).unwrap(), receipt(0, 0, 3));
        assert_eq!(tree(&place.out()), clean(&[]));
    }
}

#[test]
fn a_missing_file_is_made_again() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        fs::remove_dir_all(place.out().join("b")).unwrap();
        assert_eq!(place.publish(FIRST).unwrap(), receipt(1, 3, 0));
        assert_eq!(tree(&place.out()), clean(FIRST));
    }
}

#[test]
fn an_error_changes_nothing_and_is_that_of_the_first_path() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        place.put("CNAME", "x");
        place.put(".git/HEAD", "x");
        let before = (tree(&place.root), inode(&place.out()).0, inode(&place.out().join("index.html")));
        let broken: Site = &[("z", "FAIL z"), ("index.html", "HOME"), ("a/index.html", "FAIL a"), ("b/x", "FAIL b"), ("0", "fine")];
        for _ in 0..20 {
            match place.publish(broken).unwrap_err() {
                PublishError::Make { path, error } => assert_eq!((path.as_str(), error.as_str()), ("a/index.html", "a")),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((tree(&place.root), inode(&place.out()).0, inode(&place.out().join("index.html"))), before);
    }
}

#[test]
fn files_of_the_project_are_copied_and_symlinks_are_not_followed() {
    let place = Place::new(Way::Exchange);
    let (source, link) = (place.root.join("picture.png"), place.root.join("link.png"));
    let bytes = vec![9_u8; 200_000];
    fs::write(&source, &bytes).unwrap();
    fs::set_permissions(&source, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&source, &link).unwrap();
    let one = |view: u128| [Planned { path: OutPath::new("picture.png").unwrap(), view: Some(Fingerprint(view)) }];
    let made = publish(&place.output(), &one(1), |_| Ok::<_, String>((Some(Fingerprint(1)), Content::File(source.clone())))).unwrap();
    assert_eq!(made, receipt(1, 0, 0));
    let there = place.out().join("picture.png");
    assert_eq!((fs::read(&there).unwrap(), fs::metadata(&there).unwrap().mode() & 0o777), (bytes.clone(), 0o644));
    assert_eq!(remembered(&place.output()).unwrap().get("picture.png").unwrap().bytes, Fingerprint::of_bytes(&bytes));
    let again = publish(&place.output(), &one(2), |_| Ok::<_, String>((Some(Fingerprint(2)), Content::File(source.clone())))).unwrap();
    assert_eq!(again, receipt(0, 1, 0));
    let error = publish(&place.output(), &one(3), |_| Ok::<_, String>((Some(Fingerprint(3)), Content::File(link.clone())))).unwrap_err();
    assert!(matches!(error, PublishError::Disk(DiskError { path, .. }) if path == link));
    assert_eq!(fs::read(&there).unwrap(), bytes);
}

#[test]
fn a_text_in_pieces_is_published_as_a_whole_one_is() {
    let place = Place::new(Way::Exchange);
    let publish_pieces = |parts: [&'static str; 3], view| {
        let files = [Planned { path: OutPath::new("graph.json").unwrap(), view }];
        let pieces = move || -> Box<dyn Iterator<Item = String>> { Box::new(parts.into_iter().map(str::to_owned)) };
        publish(&place.output(), &files, |_| Ok::<_, String>((None, Content::Pieces(Box::new(pieces))))).unwrap()
    };
    assert_eq!(publish_pieces(["[1", ",2", "]"], None), receipt(1, 0, 0));
    let print = Fingerprint::of_bytes(b"[1,2]");
    let manifest = remembered(&place.output()).unwrap();
    let entry = manifest.get("graph.json").unwrap();
    assert_eq!((entry.bytes, entry.size, entry.view), (print, 5, print));
    assert_eq!(publish_pieces(["[", "1,", "2]"], None), receipt(0, 1, 0), "other pieces of the same text");
    assert_eq!(publish_pieces(["never", "asked", "for"], Some(print)), receipt(0, 1, 0), "its fingerprint is known");
    assert_eq!(publish_pieces(["[3", "]", ""], None), receipt(1, 0, 0));
    assert_eq!(fs::read(place.out().join("graph.json")).unwrap(), b"[3]");
}

#[test]
fn files_that_cannot_be_in_one_tree_are_refused_by_name() {
    let place = Place::new(Way::Exchange);
    let refusal = |site: Site| match place.publish(site).unwrap_err() {
        PublishError::Refused(refusal) => refusal.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(refusal(&[("a/b", ""), ("a-b", ""), ("a", "")]).contains("the file `a` and the file `a/b`"));
    assert!(refusal(&[("x", "1"), ("y", ""), ("x", "2")]).contains("Two files"));
    assert!(refusal(&[(".fourfold/manifest", "")]).contains("kept for fourfold"));
    assert!(!place.out().exists());
}

#[test]
fn an_output_behind_a_symlink_is_published_where_it_leads() {
    let place = Place::new(Way::Exchange);
    fs::create_dir(place.root.join("real")).unwrap();
    symlink("real", place.out()).unwrap();
    place.publish(FIRST).unwrap();
    assert_eq!(fs::read_link(place.out()).unwrap(), Path::new("real"));
    assert_eq!(tree(&place.root.join("real")), clean(FIRST));
}

#[test]
fn two_builds_at_once_end_with_one_of_the_two_sites() {
    let place = Place::new(Way::Exchange);
    let sites: [Site; 2] = [FIRST, &[("index.html", "other"), ("x/index.html", "x")]];
    for _ in 0..20 {
        std::thread::scope(|scope| {
            for site in sites {
                scope.spawn(|| place.publish(site).unwrap());
            }
        });
        let found = tree(&place.out());
        assert!(sites.iter().any(|site| found == clean(site)), "{found:?}");
        assert_eq!(fs::read_dir(&place.root).unwrap().count(), 1);
    }
}

#[test]
fn a_build_that_finds_another_at_work_for_long_says_so_and_changes_nothing() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    let hold = Hold::take(&place.output()).unwrap();
    let before = tree(&place.root);
    let error = place.publish(&[("index.html", "other")]).unwrap_err();
    assert!(matches!(error, PublishError::Refused(Refusal::Busy(_))), "{error}");
    assert_eq!(tree(&place.root), before);
    hold.release();
    place.publish(&[("index.html", "other")]).unwrap();
}
