//! Publishing, through its public face, on a real disk.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::*;

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
                None => Ok(Content::Bytes(site[at].1.into())),
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
    site.iter().map(|(path, text)| Planned { path: OutPath::new(path).unwrap(), view: Fingerprint::of(*text) }).collect()
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
    publish(&output, &files, |_| Err::<Content, _>("no")).unwrap_err();
    assert_eq!(tree(&place.root), BTreeMap::new());
    publish(&output, &files, |_| Ok::<_, String>(Content::Bytes(vec![7]))).unwrap();
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
        let count = |_: &'static str| drop(ticks.fetch_add(1, Ordering::Relaxed));
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
    files[1].view = Fingerprint(1);
    let make = |at: usize| Ok::<_, String>(Content::Bytes(FIRST[at].1.into()));
    assert_eq!(publish(&place.output(), &files, make).unwrap(), receipt(0, 4, 0));
    assert_eq!(inode(&place.out().join("a/index.html")), before);
    assert_eq!(remembered(&place.output()).unwrap().get("a/index.html").unwrap().view, Fingerprint(1));
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
fn foreign_things_survive_at_any_depth() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        for path in [".git/objects/pack/x", "CNAME", ".gitignore", "a/notes.txt", "b/c/mine/deep/x", "b/c/.hidden", ".fourfold/mine"] {
            place.put(path, path);
        }
        fs::create_dir(place.out().join("empty")).unwrap();
        symlink("/nowhere", place.out().join("a/link")).unwrap();
        symlink("b", place.out().join("link")).unwrap();
        let foreign: Vec<_> =
            tree(&place.out()).into_iter().filter(|(path, _)| path != MANIFEST && !path.ends_with("index.html")).collect();
        let before = [inode(&place.out().join("CNAME")), inode(&place.out().join(".git"))];
        for (round, site) in [FIRST, &[("index.html", "other"), ("n/index.html", "new")], FIRST].into_iter().enumerate() {
            let receipt = place.publish(site).unwrap();
            assert_eq!(receipt.kept, [""; 0], "{way:?} {round}");
            let found = tree(&place.out());
            for (path, text) in &foreign {
                if path != "a/index.md" {
                    assert_eq!(found.get(path), Some(text), "{way:?} {round} {path}");
                }
            }
            assert_eq!([inode(&place.out().join("CNAME")), inode(&place.out().join(".git"))], before);
            assert_eq!(fs::read_dir(&place.root).unwrap().count(), 1);
        }
    }
}

#[test]
fn a_file_of_ours_that_somebody_edited_is_replaced_where_it_is_needed_and_kept_where_not() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        place.put("index.html", "longer than it was");
        place.put("a/index.html", "edited, not needed");
        let second: Site = &[("index.html", "home"), ("b/c/index.html", "page c")];
        let receipt = place.publish(second).unwrap();
        assert_eq!(receipt, Receipt { written: 1, unchanged: 1, removed: 1, kept: vec!["a/index.html".into()] });
        let expected = with(clean(second), &[("a", "dir"), ("a/index.html", "edited, not needed")]);
        assert_eq!(tree(&place.out()), expected, "{way:?}");
        assert_eq!(place.publish(second).unwrap(), self::receipt(0, 2, 0));
    }
}

#[test]
fn an_edit_that_keeps_the_size_is_seen_by_its_time() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    place.put("index.html", "HOME");
    let later = SystemTime::now() + Duration::from_secs(5);
    fs::File::options().write(true).open(place.out().join("index.html")).unwrap().set_modified(later).unwrap();
    assert_eq!(place.publish(FIRST).unwrap(), receipt(1, 3, 0));
    assert_eq!(tree(&place.out()), clean(FIRST));
}

#[test]
fn a_later_time_alone_is_no_change() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    let later = SystemTime::now() + Duration::from_secs(5);
    fs::File::options().write(true).open(place.out().join("index.html")).unwrap().set_modified(later).unwrap();
    assert_eq!(place.publish(FIRST).unwrap(), receipt(0, 4, 0));
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
fn something_foreign_in_the_place_of_a_file_is_refused_and_nothing_changes() {
    type Set<'a> = &'a dyn Fn(&Place);
    let cases: [(&str, Set); 6] = [
        ("n/index.html", &|place| place.put("n/index.html", "mine")),
        ("n", &|place| place.put("n", "mine")),
        ("n", &|place| symlink(&place.root, place.out().join("n")).unwrap()),
        ("n/index.html", &|place| place.put("n/index.html/mine", "x")),
        ("n/index.html", &|place| symlink("../index.html", place.out().join("n/index.html")).unwrap()),
        ("a", &|place| {
            fs::rename(place.out().join("a"), place.root.join("moved")).unwrap();
            symlink(place.root.join("moved"), place.out().join("a")).unwrap();
        }),
    ];
    for way in WAYS {
        for (culprit, set) in cases {
            let place = Place::new(way);
            place.publish(FIRST).unwrap();
            if culprit == "n/index.html" {
                fs::create_dir(place.out().join("n")).unwrap();
            }
            set(&place);
            let before = tree(&place.root);
            let second: Site = &[("index.html", "HOME"), ("n/index.html", "ours"), ("a/index.html", "page a")];
            let error = place.publish(second).unwrap_err();
            assert!(error.to_string().contains("did not write it"), "{error}");
            match error {
                PublishError::Refused(Refusal::Occupied { path }) => assert!(path.starts_with(place.out().join(culprit)), "{path:?}"),
                other => panic!("{culprit}: {other:?}"),
            }
            assert_eq!(tree(&place.root), before, "{way:?} {culprit}");
        }
    }
}

#[test]
fn a_foreign_file_below_the_place_of_a_file_is_refused() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    place.put("a/mine.txt", "x");
    let error = place.publish(&[("a", "a file now")]).unwrap_err();
    assert!(matches!(error, PublishError::Refused(Refusal::Occupied { path }) if path.ends_with("a/mine.txt")));
    assert_eq!(tree(&place.out()), with(clean(FIRST), &[("a/mine.txt", "x")]));
}

#[test]
fn a_foreign_file_with_the_very_bytes_is_taken_over() {
    let place = Place::new(Way::Exchange);
    place.put(".nojekyll", "");
    let before = inode(&place.out().join(".nojekyll"));
    let site: Site = &[(".nojekyll", ""), ("index.html", "home")];
    assert_eq!(place.publish(site).unwrap(), receipt(1, 1, 0));
    assert_eq!(inode(&place.out().join(".nojekyll")), before);
    assert_eq!(tree(&place.out()), clean(site));
}

#[test]
fn a_damaged_manifest_costs_no_file() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        let whole = fs::read(place.out().join(MANIFEST)).unwrap();
        for cut in [0, 10, 60, whole.len() / 2, whole.len() - 1] {
            fs::write(place.out().join(MANIFEST), &whole[..cut]).unwrap();
            assert_eq!(place.publish(FIRST).unwrap(), receipt(0, 4, 0), "{way:?} {cut}");
            assert_eq!(tree(&place.out()), clean(FIRST));
        }
        fs::write(place.out().join(MANIFEST), "").unwrap();
        let shrunk: Site = &[("index.html", "home")];
        assert_eq!(place.publish(shrunk).unwrap(), receipt(0, 1, 0));
        let found = tree(&place.out());
        assert!(FIRST.iter().all(|(path, text)| found[*path] == *text), "what the manifest forgot is somebody else's");
    }
}

#[test]
fn a_manifest_that_claims_the_files_of_others_cannot_remove_them() {
    for way in WAYS {
        let place = Place::new(way);
        place.publish(FIRST).unwrap();
        place.put("CNAME", "example.org");
        let entry = |path: &str| Entry { path: OutPath::new(path).unwrap(), bytes: Fingerprint(5), size: 11, view: Fingerprint(5) };
        let mut entries = remembered(&place.output()).unwrap().entries().to_vec();
        entries.push(entry("CNAME"));
        fs::write(place.out().join(MANIFEST), Manifest::new(entries).to_bytes()).unwrap();
        assert_eq!(place.publish(FIRST).unwrap().kept, ["CNAME"]);
        assert_eq!(tree(&place.out()), with(clean(FIRST), &[("CNAME", "example.org")]));
    }
}

#[test]
fn a_manifest_of_a_later_version_or_a_lost_one_is_refused() {
    let place = Place::new(Way::Exchange);
    place.publish(FIRST).unwrap();
    let output = place.output();
    fs::write(place.out().join(MANIFEST), "fourfold manifest 2 8.0.0 0\n").unwrap();
    let before = tree(&place.root);
    let error = publish(&output, &planned(FIRST), |_| Err::<Content, _>("unused")).unwrap_err();
    assert!(matches!(error, PublishError::Refused(Refusal::Newer { generator, .. }) if generator == "8.0.0"));
    assert!(matches!(remembered(&output), Err(Refusal::Newer { .. })));
    assert_eq!(tree(&place.root), before);
    fs::remove_file(place.out().join(MANIFEST)).unwrap();
    let refusal = check(&place.out(), &place.root.join("p"), &place.root.join("p"), None).unwrap_err();
    assert!(matches!(refusal, Refusal::NotOurs { .. }));
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
    let one = |view: u128| [Planned { path: OutPath::new("picture.png").unwrap(), view: Fingerprint(view) }];
    let made = publish(&place.output(), &one(1), |_| Ok::<_, String>(Content::File(source.clone()))).unwrap();
    assert_eq!(made, receipt(1, 0, 0));
    let there = place.out().join("picture.png");
    assert_eq!((fs::read(&there).unwrap(), fs::metadata(&there).unwrap().mode() & 0o777), (bytes.clone(), 0o644));
    assert_eq!(remembered(&place.output()).unwrap().get("picture.png").unwrap().bytes, Fingerprint::of_bytes(&bytes));
    let again = publish(&place.output(), &one(2), |_| Ok::<_, String>(Content::File(source.clone()))).unwrap();
    assert_eq!(again, receipt(0, 1, 0));
    let error = publish(&place.output(), &one(3), |_| Ok::<_, String>(Content::File(link.clone()))).unwrap_err();
    assert!(matches!(error, PublishError::Disk(DiskError { path, .. }) if path == link));
    assert_eq!(fs::read(&there).unwrap(), bytes);
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
