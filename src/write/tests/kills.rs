//! A build is killed after each of its changes on the disk, and the next one must end as if nothing had happened.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::*;

const OLD: Site = &[
    ("index.html", "home"),
    ("a", "a file that becomes a folder"),
    ("b/index.html", "a folder that becomes a file"),
    ("gone/deep/index.html", "gone"),
    ("gone/edited.html", "as we wrote it"),
    ("same/index.html", "same"),
];
const NEW: Site =
    &[("index.html", "HOME"), ("a/index.html", "folder"), ("b", "file"), ("fresh/index.html", "fresh"), ("same/index.html", "same")];

/// What others put into the output; all of it must be there in the end.
const FOREIGN: [(&str, &str); 8] = [
    (".git", "dir"),
    (".git/HEAD", "ref"),
    ("CNAME", "example.org"),
    ("gone", "dir"),
    ("gone/edited.html", "as somebody else wrote it"),
    ("gone/mine", "dir"),
    ("gone/mine/notes.txt", "notes"),
    ("link", "-> CNAME"),
];

/// Those of them that readers may miss at no moment.
const ALWAYS: [&str; 3] = ["CNAME", "gone/edited.html", "link"];

fn furnish(place: &Place) {
    for (path, text) in FOREIGN {
        match text.strip_prefix("-> ") {
            Some(to) => symlink(to, place.out().join(path)).unwrap(),
            None if text == "dir" => {}
            None => place.put(path, text),
        }
    }
}

/// Runs a build that dies right after its n-th change; gives whether it did.
fn dies(place: &Place, site: Site, n: usize) -> bool {
    let count = AtomicUsize::new(0);
    let tick = |_: &'static str| {
        if count.fetch_add(1, Ordering::SeqCst) >= n {
            // Unlike a panic, this prints nothing.
            resume_unwind(Box::new("killed"));
        }
    };
    match catch_unwind(AssertUnwindSafe(|| place.publish_ticked(site, &tick))) {
        Ok(result) => {
            result.unwrap();
            false
        }
        Err(_) => true,
    }
}

/// The files that the manifest of an output lists, as they are on the disk.
fn listed(place: &Place) -> BTreeMap<String, Option<String>> {
    let manifest = remembered(&place.output()).unwrap();
    let read = |entry: &Entry| (entry.path.to_string(), fs::read_to_string(place.out().join(entry.path.as_str())).ok());
    manifest.entries().iter().map(read).collect()
}

fn site_of(site: Site) -> BTreeMap<String, Option<String>> {
    site.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect()
}

fn assert_clean(place: &Place, what: &str) {
    assert_eq!(tree(&place.out()), with(clean(NEW), &FOREIGN), "{what}");
    assert_eq!(fs::read_dir(&place.root).unwrap().count(), 1, "{what}");
}

#[test]
fn a_build_killed_after_any_change_is_made_good_by_the_next() {
    for way in WAYS {
        let mut n = 0;
        loop {
            let place = Place::new(way);
            place.publish(OLD).unwrap();
            furnish(&place);
            let died = dies(&place, NEW, n);
            let what = format!("{way:?}, killed after change {n}");
            if way == Way::Exchange {
                let mut old = site_of(OLD);
                old.insert("gone/edited.html".into(), Some("as somebody else wrote it".into()));
                let found = listed(&place);
                assert!(found == old || found == site_of(NEW), "{what}: {found:?}");
                let found = tree(&place.out());
                assert!(ALWAYS.iter().all(|path| found.contains_key(*path)), "{what}: {found:?}");
            }
            place.publish(NEW).unwrap();
            assert_clean(&place, &what);
            assert_eq!(place.publish(NEW).unwrap(), receipt(0, NEW.len(), 0), "{what}");
            if !died {
                break;
            }
            n += 1;
        }
        assert!(n > 20, "only {n} changes were seen");
    }
}

#[test]
fn a_killed_build_can_be_followed_by_a_build_of_the_site_before() {
    for way in WAYS {
        for n in 0.. {
            let place = Place::new(way);
            place.publish(OLD).unwrap();
            place.put("CNAME", "x");
            place.put("b/mine/x", "x");
            fs::remove_dir_all(place.out().join("b/mine")).unwrap();
            place.put(".git/HEAD", "x");
            let died = dies(&place, NEW, n);
            place.publish(OLD).unwrap();
            let expected = with(clean(OLD), &[("CNAME", "x"), (".git", "dir"), (".git/HEAD", "x")]);
            assert_eq!(tree(&place.out()), expected, "{way:?} {n}");
            if !died {
                break;
            }
        }
    }
}

#[test]
fn a_recovery_that_is_killed_too_is_made_good() {
    for way in WAYS {
        for n in (0..).step_by(2) {
            let mut any = false;
            for m in (0..).step_by(3) {
                let place = Place::new(way);
                place.publish(OLD).unwrap();
                furnish(&place);
                any = dies(&place, NEW, n);
                let again = dies(&place, NEW, m);
                place.publish(NEW).unwrap();
                assert_clean(&place, &format!("{way:?}, killed after {n} and {m}"));
                if !again {
                    break;
                }
            }
            if !any {
                break;
            }
        }
    }
}

#[test]
fn a_first_build_killed_after_any_change_is_made_good_by_the_next() {
    for way in WAYS {
        for adopted in [false, true] {
            for n in 0.. {
                let place = Place::new(way);
                let mut expected = clean(NEW);
                if adopted {
                    place.put(".git/HEAD", "ref");
                    place.put("CNAME", "example.org");
                    expected = with(expected, &[(".git", "dir"), (".git/HEAD", "ref"), ("CNAME", "example.org")]);
                }
                let died = dies(&place, NEW, n);
                place.publish(NEW).unwrap();
                assert_eq!(tree(&place.out()), expected, "{way:?} {n}");
                assert_eq!(fs::read_dir(&place.root).unwrap().count(), 1);
                if !died {
                    break;
                }
            }
        }
    }
}

#[test]
fn what_others_do_after_a_kill_is_not_undone() {
    for n in 0.. {
        let place = Place::new(Way::Exchange);
        place.publish(OLD).unwrap();
        furnish(&place);
        let died = dies(&place, NEW, n);
        // An editor saves by renaming, so that the old file keeps its bytes.
        fs::write(place.root.join("saved"), "example.net").unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        fs::File::options().write(true).open(place.root.join("saved")).unwrap().set_modified(later).unwrap();
        fs::rename(place.root.join("saved"), place.out().join("CNAME")).unwrap();
        place.put("late.txt", "late");
        place.publish(NEW).unwrap();
        let found = tree(&place.out());
        assert_eq!((found["CNAME"].as_str(), found["late.txt"].as_str()), ("example.net", "late"), "{n}");
        assert!(found.get("CNAME.kept").is_none_or(|text| text == "example.org"), "{n}");
        if !died {
            break;
        }
    }
}

#[test]
fn what_others_put_down_while_a_build_runs_survives_it() {
    for way in WAYS {
        for n in 0.. {
            let place = Place::new(way);
            place.publish(OLD).unwrap();
            let count = AtomicUsize::new(0);
            let tick = |_: &'static str| {
                if count.fetch_add(1, Ordering::SeqCst) == n && place.out().exists() {
                    place.put("late/notes.txt", "late");
                    let _ = fs::create_dir(place.out().join("fresh"));
                    let file = fs::File::create_new(place.out().join("fresh/index.html"));
                    // Where it is there already, it is ours.
                    let _ = file.map(|mut file| file.write_all(b"somebody else's"));
                }
            };
            place.publish_ticked(NEW, &tick).unwrap();
            let late = count.into_inner() > n;
            let found = tree(&place.out());
            if late {
                assert_eq!(found["late/notes.txt"], "late", "{way:?} {n}");
            }
            assert_eq!(found["index.html"], "HOME", "{way:?} {n}");
            let texts = [found.get("fresh/index.html"), found.get("fresh/index.html.kept")];
            assert!(texts.iter().flatten().any(|text| *text == "fresh"), "{way:?} {n}: {found:?}");
            if !late {
                break;
            }
        }
    }
}
