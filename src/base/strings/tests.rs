//! The languages that are built in, and what a theme may put over them.

use super::*;

/// Every key with what kind of value it has.
fn keys(entries: &BTreeMap<String, Entry>, above: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (key, entry) in entries {
        match entry {
            Entry::Group(group) => out.extend(keys(group, &format!("{above}{key}."))),
            Entry::Text(text) => {
                let mut names: Vec<&str> = places(text).collect();
                names.sort_unstable();
                out.push(format!("{above}{key} {names:?}"));
            }
            Entry::List(items) => out.push(format!("{above}{key}, {} texts", items.len())),
            Entry::Forms(_) => out.push(format!("{above}{key}, forms")),
        }
    }
    out
}

fn language(tag: &str) -> Language {
    Strings::default().of(tag, FIRST).clone()
}

/// The keys that a built-in file has of its own, not those that English lends it.
fn own_keys(text: &str) -> Vec<String> {
    keys(&read::built_in("x", text, &BTreeMap::new()).entries, "")
}

#[test]
fn all_languages_say_the_same_things_and_put_the_same_in() {
    let (_, english) = BUILT_IN.iter().find(|(tag, _)| *tag == FIRST).expect("English is built in");
    for (tag, text) in BUILT_IN {
        assert_eq!(own_keys(text), own_keys(english), "{tag}");
        assert_eq!(crate::base::tree::toml::read(text).problems, [], "{tag}");
    }
}

#[test]
fn each_language_has_a_form_for_every_number_and_none_that_is_never_used() {
    for language in Strings::default().all() {
        let used: std::collections::BTreeSet<usize> = (0..=1000).map(|number| plural::category(&language.tag, number)).collect();
        fn walk(entries: &BTreeMap<String, Entry>, check: &mut dyn FnMut(&str, &Forms)) {
            for (key, entry) in entries {
                match entry {
                    Entry::Forms(forms) => check(key, forms),
                    Entry::Group(group) => walk(group, check),
                    _ => {}
                }
            }
        }
        walk(&language.entries, &mut |key, forms| {
            let there: Vec<usize> = (0..CATEGORIES.len()).filter(|at| forms.0[*at].is_some()).collect();
            assert_eq!(there, used.iter().copied().collect::<Vec<_>>(), "{} {key}", language.tag);
        });
    }
}

#[test]
fn numbers_take_the_form_of_their_language() {
    let minutes = |tag: &str, numbers: &[u32]| numbers.iter().map(|n| language(tag).count("examples", *n)).collect::<Vec<_>>().join(", ");
    assert_eq!(minutes("en", &[0, 1, 2]), "0 examples, 1 example, 2 examples");
    assert_eq!(minutes("de", &[1, 2]), "1 Beispiel, 2 Beispiele");
    assert_eq!(minutes("ar", &[0, 1, 2, 3, 11, 100]), "لا أمثلة, مثال واحد, مثالان, 3 أمثلة, 11 مثالًا, 100 مثال");
    assert_eq!(minutes("ja", &[1, 2]), "実例1件, 実例2件");
}

#[test]
fn days_are_written_as_people_of_a_language_write_them() {
    let day = jiff::civil::date(2026, 8, 3);
    let said = ["en", "de", "ar", "ja"].map(|tag| language(tag).day(day));
    assert_eq!(said, ["3 August 2026", "3. August 2026", "3 أغسطس 2026", "2026年8月3日"]);
}

#[test]
fn a_language_is_found_by_its_first_part_then_the_sites_then_english() {
    let strings = Strings::default();
    let tag = |tag, otherwise| strings.of(tag, otherwise).tag.clone();
    assert_eq!(
        (tag("de-AT", "en"), tag("DE", "en"), tag("fr", "de-CH"), tag("fr", "it")),
        ("de".into(), "de".into(), "de".into(), "en".into())
    );
}

#[test]
fn a_file_of_a_theme_changes_what_it_names() {
    let mut strings = Strings::default();
    assert_eq!(strings.read("de", "mentioned_in = \"Steht auch in\"\n[kinds]\nessay = \"Aufsatz\"\n[own]\nmotto = \"Los!\""), []);
    let german = strings.of("de", FIRST);
    assert_eq!(
        (german.text("mentioned_in"), german.text("kinds.essay"), german.text("kinds.term")),
        ("Steht auch in", "Aufsatz", "Begriff")
    );
    assert_eq!(german.text("own.motto"), "Los!");
    // A language that nobody has built in starts from English, a kind of German from German.
    assert_eq!(strings.read("fr", "next = \"Suivant\""), []);
    assert_eq!(strings.read("de-CH", "next = \"Nächste\""), []);
    let said = |tag: &str| [strings.of(tag, FIRST).text("next"), strings.of(tag, FIRST).text("before")].join(", ");
    assert_eq!((said("fr-CA"), said("de-CH"), said("de")), ("Suivant, Before".into(), "Nächste, Zurück".into(), "Weiter, Zurück".into()));
}

#[test]
fn every_mistake_in_a_file_is_told_with_its_place() {
    let text = "mentoned_in = \"x\"\npage_of = \"{number} of {of}\"\nkinds = \"x\"\nmonths = [\"a\"]\nstops = \"x\"\nnext = [\"x\"]\n= 1";
    let mut strings = Strings::default();
    let mistakes = strings.read("en", text);
    let told: Vec<(&str, &str)> = mistakes.iter().map(|mistake| (&text[mistake.span.clone()], mistake.message.as_str())).collect();
    let expected = [
        ("mentoned_in", "the theme says nothing called `mentoned_in`"),
        ("\"{number} of {of}\"", "nothing is put in for `{number}` here"),
        ("kinds", "`kinds` is a table"),
        ("months", "`months` is a list of 12 texts"),
        ("stops", "`stops` is a table of forms: zero, one, two, few, many, other"),
        ("next", "`next` is a text"),
    ];
    for expected in expected {
        assert!(told.contains(&expected), "{expected:?} in {told:#?}");
    }
    assert_eq!(told.len(), expected.len() + 1, "and what is no TOML: {told:#?}");
    assert!(mistakes.iter().any(|mistake| mistake.help.contains("did you mean `mentioned_in`?")));
    assert_eq!(strings.of("en", FIRST).text("next"), "Next", "what is wrong is left as it was");
}

#[test]
fn only_names_that_are_given_are_put_in() {
    assert_eq!(filled("{a} {b} {a}} {", &[("a", "{b}")]), "{b} {b} {b}} {");
    assert_eq!(places("{n} of {of}, {N} {} {x").collect::<Vec<_>>(), ["n", "of"]);
}

#[test]
fn a_script_decides_the_direction_and_else_the_language() {
    let tags = ["en", "ar", "he-IL", "az-Arab", "ar-Latn", "fa"];
    assert_eq!(tags.map(direction), ["ltr", "rtl", "rtl", "rtl", "ltr", "rtl"]);
}
