//! The search, read from its files as a browser would read them: what is found, and how little an edit touches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Handbook, Site};

const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

fn json(site: &Site, path: &str) -> Value {
    serde_json::from_slice(site.files.get(path).unwrap_or_else(|| panic!("there is no {path}"))).unwrap()
}

fn numbers(code: &str) -> Vec<u32> {
    let (mut all, mut number, mut shift) = (Vec::new(), 0, 0);
    for c in code.chars() {
        let digit = DIGITS.find(c).unwrap() as u32;
        number |= (digit & 31) << shift;
        shift += 5;
        if digit < 32 {
            all.push(number);
            (number, shift) = (0, 0);
        }
    }
    all
}

/// The files of one folder of the search, by number.
fn shards(site: &Site, folder: &str) -> Vec<Value> {
    (0..).map(|at| format!("_/{folder}/{at}.json")).take_while(|path| site.files.contains_key(path)).map(|path| json(site, &path)).collect()
}

/// Addresses by the number of their entry.
fn addresses(site: &Site) -> BTreeMap<u32, String> {
    let rows = shards(site, "c").into_iter().flat_map(|shard| shard.as_array().unwrap().clone());
    rows.map(|row| (row[0].as_u64().unwrap() as u32, row[1].as_str().unwrap().to_owned())).collect()
}

/// Where a word stands, each address with its weight.
fn find(site: &Site, word: &str) -> BTreeMap<String, u32> {
    let addresses = addresses(site);
    let mut found = BTreeMap::new();
    for shard in shards(site, "w") {
        for pair in shard.as_array().unwrap().chunks(2).filter(|pair| pair[0] == word) {
            let mut number = 0;
            for hit in numbers(pair[1].as_str().unwrap().trim_start_matches('!')) {
                number += hit >> 3;
                found.insert(addresses[&number].clone(), hit & 7);
            }
        }
    }
    found
}

fn found(site: &Site, word: &str) -> Vec<String> {
    find(site, word).into_keys().collect()
}

fn small() -> Handbook {
    Handbook::new(
        "
        == handbook.toml
        title = \"Small\"
        == content/vision/aim.md
        # Aim at Größe

        A team needs a goal.

        ## Steering

        It steers, and *steers* again. Also `code`.
        == content/vision/secret.md
        +++
        hidden = true
        +++
        # Secret aims
        == content/vision/later.md
        +++
        draft = true
        +++
        # Later aims
        == content/examples/one.md
        +++
        by = \"Ann Lee\"
        illustrates = \"Aim at Größe\"
        tags = [\"Rowing\"]
        +++
        # One boat

        会議を減らす。
        == content/glossary.md
        # Glossary

        ## Compass

        What points the way.
        ",
    )
}

#[test]
fn a_word_leads_to_every_page_that_holds_it() {
    let site = small().build();
    assert_eq!(found(&site, "grosse"), ["vision/aim/"]);
    assert_eq!(found(&site, "goal"), ["vision/aim/"]);
    assert_eq!(found(&site, "code"), ["vision/aim/"]);
    assert_eq!(found(&site, "会議"), ["examples/one/"]);
    assert_eq!(found(&site, "rowing"), ["examples/one/"]);
    assert_eq!(found(&site, "ann"), ["contributors/ann-lee/", "examples/one/"]);
    assert!(found(&site, "compass").contains(&"glossary/compass/".to_owned()));
    assert_eq!(found(&site, "strong"), Vec::<String>::new(), "the names of elements are no words");
}

#[test]
fn titles_weigh_more_than_headings_and_these_more_than_text() {
    let site = small().build();
    let weight = |word: &str| find(&site, word)["vision/aim/"];
    assert!(weight("aim") > weight("grosse"));
    assert!(weight("grosse") > weight("steering"));
    assert!(weight("steering") > weight("goal"));
    assert!(weight("goal") > weight("steers"));
    assert!(weight("steers") > weight("again"));
}

#[test]
fn what_no_list_names_is_not_found() {
    let site = small().build();
    assert_eq!(found(&site, "secret"), Vec::<String>::new());
    assert_eq!(found(&site, "later"), Vec::<String>::new());
    let everything: String =
        site.files.iter().filter(|(path, _)| path.ends_with(".json")).map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    assert!(!everything.contains("ecret") && !everything.contains("Later"), "{everything}");
}

#[test]
fn facets_say_how_each_entry_is_filed() {
    let site = small().build();
    let meta = json(&site, "_/search.json");
    let mut sum = 0;
    let entries: Vec<u32> = numbers(meta["entries"].as_str().unwrap())
        .into_iter()
        .map(|step| {
            sum += step;
            sum
        })
        .collect();
    let addresses = addresses(&site);
    assert_eq!(entries, addresses.keys().copied().collect::<Vec<_>>());
    let digit = |facet: &str, address: &str| {
        let at = entries.iter().position(|number| addresses[number] == address).unwrap();
        DIGITS.find(meta[facet].as_str().unwrap().chars().nth(at).unwrap()).unwrap()
    };
    assert_eq!(meta["kinds"][digit("kind", "examples/one/")], "example");
    assert_eq!(meta["kinds"][digit("kind", "glossary/compass/")], "term");
    assert_eq!(meta["kinds"][digit("kind", "contributors/ann-lee/")], "contributor");
    assert_eq!(digit("pillar", "vision/aim/"), 1);
    assert_eq!(meta["people"][0][0], "Ann Lee");
    let place = numbers(meta["people"][0][1].as_str().unwrap())[0] as usize;
    assert_eq!(addresses[&entries[place]], "examples/one/");
}

/// A handbook of so many essays, each of which has words of its own.
fn large(pages: usize) -> Handbook {
    (0..pages).fold(Handbook::new("== handbook.toml\ntitle = \"Large\"\n"), |handbook, n| {
        let text = format!("# Essay {n} on topic{n}\n\nEvery essay says this. Only this one says word{n} and other{}.\n", n * 7);
        handbook.file(&format!("content/vision/essay-{n}.md"), text)
    })
}

/// The files of the search that differ.
fn touched(before: &Site, after: &Site) -> BTreeSet<String> {
    let of_search = |path: &&String| path.starts_with("_/") && path.ends_with(".json");
    let all = before.files.keys().chain(after.files.keys()).filter(of_search);
    all.filter(|path| before.files.get(*path) != after.files.get(*path)).cloned().collect()
}

#[test]
fn an_edit_touches_the_shards_of_its_words_alone() {
    let handbook = large(200);
    let before = handbook.build();
    let edited = "# Essay 5 on topic5\n\nEvery essay says this. Only this one says word5 and novelty.\n";
    let after = handbook.file("content/vision/essay-5.md", edited).build();
    assert!(found(&before, "novelty").is_empty() && found(&after, "novelty") == ["vision/essay-5/"]);
    let touched = touched(&before, &after);
    assert!(touched.len() <= 3, "{touched:?}");
}

#[test]
fn a_page_that_comes_leaves_the_numbers_of_all_others() {
    let handbook = large(200);
    let before = handbook.build();
    let after = handbook.file("content/vision/a-first.md", "# A first novelty\n\nZebras.\n").build();
    let (old, new) = (addresses(&before), addresses(&after));
    assert!(old.iter().all(|(number, address)| new[number] == *address));
    let touched = touched(&before, &after);
    assert!(touched.len() <= 9, "{touched:?}");
    assert!(before.paths().iter().filter(|path| path.starts_with("_/w/")).count() >= 16);
}

#[test]
fn a_word_of_most_pages_is_kept_for_titles_only() {
    let site = large(200).file("content/vision/says.md", "# Says who\n").build();
    assert_eq!(found(&site, "says"), ["vision/says/"]);
    assert_eq!(found(&site, "word17"), ["vision/essay-17/"]);
}

#[test]
fn a_browser_folds_words_as_the_program_does() {
    let text = |path| std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let script = text("themes/default/assets/words.js");
    let program = text("src/parse/words.rs") + &text("src/parse/words/key.rs");
    for number in ["0x9e3779b1", "0x85ebca6b", "0xc2b2ae35", "0x2c1b3c6d"] {
        assert!(script.contains(number), "{number}");
        assert!(program.to_lowercase().replace('_', "").contains(number), "{number}");
    }
    for letter in ["ß", "æ", "œ", "ø", "ł", "đ", "ı", "ς"] {
        assert!(script.contains(letter) && program.contains(letter), "{letter}");
    }
}
