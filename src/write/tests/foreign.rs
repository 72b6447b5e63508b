//! What others put into the output, and what they did to our files in it.

use super::*;

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
    let error = publish(&output, &planned(FIRST), |_| Err::<Made<'_>, _>("unused")).unwrap_err();
    assert!(matches!(error, PublishError::Refused(Refusal::Newer { generator, .. }) if generator == "8.0.0"));
    assert!(matches!(remembered(&output), Err(Refusal::Newer { .. })));
    assert_eq!(tree(&place.root), before);
    fs::remove_file(place.out().join(MANIFEST)).unwrap();
    let refusal = check(&place.out(), &place.root.join("p"), &place.root.join("p"), None).unwrap_err();
    assert!(matches!(refusal, Refusal::NotOurs { .. }));
}
