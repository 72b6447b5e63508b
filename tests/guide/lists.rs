//! The lists of the guide are complete: keys, flags and words on its pages are those of the program, no more and no fewer.

use std::collections::BTreeSet;

use fourfold::base::config::{Cards, Config};
use serde_json::Value;

use super::pages::{Page, named};
use super::scratch::{Scratch, is_in_repository};

/// The first cells of a section's tables, without their marks.
fn first_cells(page: &Page, section: &str) -> BTreeSet<String> {
    let found = page.sections.iter().find(|known| known.title.trim_matches('`') == section);
    let section = found.unwrap_or_else(|| panic!("docs/content/{} has no section `## {section}`", page.name));
    section.rows.iter().map(|row| row[0].clone()).flat_map(|cell| marked(&cell)).collect()
}

/// The words of a cell that are marked as code: of `` `-o DIR`, `--output` `` the first word each.
fn marked(cell: &str) -> Vec<String> {
    let parts = cell.split('`').enumerate().filter(|(at, _)| at % 2 == 1);
    parts.map(|(_, part)| part.split([' ', '=']).next().unwrap_or_default().to_owned()).collect()
}

/// Two sets are the same, or it is said what is too much and what is missing.
fn same(place: &str, written: &BTreeSet<String>, real: &BTreeSet<String>) {
    let missing: Vec<_> = real.difference(written).collect();
    let too_much: Vec<_> = written.difference(real).collect();
    assert!(missing.is_empty() && too_much.is_empty(), "{place}: missing {missing:?}; not in the program {too_much:?}");
}

fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

/// What is typed behind a command: flags by their long name, or short where there is no other, and places.
fn arguments(command: &clap::Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter(|argument| !argument.is_hide_set() && argument.get_id() != "help");
    own.flat_map(|argument| {
        let long = argument.get_long().map(|name| format!("--{name}"));
        let short = argument.get_short().map(|name| format!("-{name}"));
        // A place for one of a few words is called by these words.
        let places = argument.is_positional().then(|| argument.get_value_names().unwrap()[0].split('|').map(str::to_owned));
        [long, short].into_iter().flatten().chain(places.into_iter().flatten())
    })
    .collect()
}

/// The words that a flag or a place takes are all in its row.
fn has_values(page: &Page, command: &clap::Command) {
    let section = page.sections.iter().find(|section| section.title.trim_matches('`') == command.get_name()).unwrap();
    for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
        let name = argument.get_long().map_or_else(|| argument.get_value_names().unwrap()[0].to_string(), |name| format!("--{name}"));
        let row: Vec<String> = section
            .rows
            .iter()
            .filter(|row| marked(&row[0]).contains(&name))
            .flat_map(|row| row.iter().flat_map(|cell| marked(cell)))
            .collect();
        for value in argument.get_possible_values().iter().filter(|_| !name.contains('|')) {
            assert!(row.iter().any(|word| word == value.get_name()), "{}, `{name}`: `{}` is missing", command.get_name(), value.get_name());
        }
    }
}

#[test]
fn the_page_on_commands_has_every_command_and_every_flag() {
    let page = named("commands.md");
    let command = fourfold::cli::command();
    let common: BTreeSet<String> = first_cells(&page, "Flags of every command that reads a handbook");
    let titles: BTreeSet<String> =
        page.sections.iter().filter_map(|section| Some(section.title.strip_prefix('`')?.trim_matches('`').to_owned())).collect();
    same("docs/content/commands.md", &titles, &command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect());
    let build = command.find_subcommand("build").unwrap();
    assert!(common.is_subset(&arguments(build)), "{common:?} are not all flags of `build`");
    for sub in command.get_subcommands() {
        let real = arguments(sub);
        // Where a command has these at all, it has all of them.
        let rest = if common.is_subset(&real) { real.difference(&common).cloned().collect() } else { real };
        same(&format!("docs/content/commands.md, `{}`", sub.get_name()), &first_cells(&page, sub.get_name()), &rest);
        has_values(&page, sub);
    }
}

#[test]
fn the_page_on_front_matter_has_every_key() {
    let schema = fourfold::parse::front::json_schema();
    let page = named("front-matter.md");
    let written = page.sections.iter().filter(|section| section.title.starts_with("Keys")).flat_map(|section| &section.rows);
    let written: BTreeSet<String> = written.flat_map(|row| marked(&row[0])).collect();
    same("docs/content/front-matter.md", &written, &keys(&schema));
}

#[test]
fn the_page_on_any_folder_has_every_key_of_other_tools() {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let page = named("any-folder.md");
    let section = page.sections.iter().find(|section| section.title == "Front matter of others").unwrap();
    let cells = section.rows.iter().flat_map(|row| row[0].split('`').skip(1).step_by(2));
    let written: BTreeSet<String> = cells.map(|name| letters(name.split(':').next().unwrap())).collect();
    let mut real: BTreeSet<String> = fourfold::parse::front::names_elsewhere().map(str::to_owned).collect();
    // Whatever begins with `hide_in` hides.
    real.insert("hideinnavigation".to_owned());
    same("docs/content/any-folder.md", &written, &real);
}

#[test]
fn the_page_on_handbook_toml_has_every_key() {
    let schema = fourfold::discover::config::json_schema();
    let page = named("config.md");
    let sections = ["content", "links", "trust", "outputs"];
    let mut top = keys(&schema);
    for section in sections {
        assert!(top.remove(section));
        same(
            &format!("docs/content/config.md, [{section}]"),
            &first_cells(&page, &format!("[{section}]")),
            &keys(&schema["properties"][section]),
        );
    }
    assert!(top.remove("pillars") && top.remove("checks"));
    same("docs/content/config.md, [[pillars]]", &first_cells(&page, "[[pillars]]"), &keys(&schema["properties"]["pillars"]["items"]));
    same("docs/content/config.md", &first_cells(&page, "At the top"), &top);
}

#[test]
fn the_block_of_defaults_is_what_holds_without_a_word() {
    let page = named("config.md");
    let mut blocks = page.sections.iter().flat_map(|section| &section.blocks).filter(|block| block.has("defaults"));
    let file = fourfold::base::path::SourcePath::new("handbook.toml").unwrap();
    let (config, problems) = fourfold::discover::config::config(&blocks.next().expect("a block of defaults").text, &file);
    // Cards that are asked for by name are missed where the program cannot draw them, so "unsaid" is a value of its own.
    let unsaid = Config { cards: Some(Cards::Pillar), ..Config::default() };
    assert!(problems.is_empty() && config == unsaid, "{config:#?}");
    assert!(blocks.next().is_none());
}

#[test]
fn the_page_for_programs_has_every_key_of_every_list() {
    let page = named("feeds.md");
    let rows: Vec<_> =
        page.sections.iter().filter(|section| section.title == "The handbook as data").flat_map(|section| &section.rows).collect();
    for list in ["pages", "links", "contributors", "terms"] {
        let shown = Scratch::starter().run(&format!("fourfold list {list} --format json"), &[]).shown.join("\n");
        let real: Value = serde_json::from_str(&shown).unwrap();
        let real = real[0].as_object().unwrap().keys().cloned().collect();
        let row = rows.iter().find(|row| marked(&row[0]).iter().any(|name| name == list)).unwrap();
        same(&format!("docs/content/feeds.md, `{list}`"), &marked(&row[1]).into_iter().collect(), &real);
    }
}

#[test]
fn each_promise_names_tests_that_are_there() {
    let page = named("promises.md");
    let rows = &page.sections[0].rows;
    for row in rows {
        let places = marked(&row[3]);
        assert!(!places.is_empty(), "nothing tries {}", row[0]);
        for place in places {
            assert!(is_in_repository(&place), "docs/content/promises.md: there is no {place}");
        }
    }
    assert!(rows.len() >= 10);
}
