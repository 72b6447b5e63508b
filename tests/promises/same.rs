//! P9: the same input gives the same bytes, whatever machine, path, zone, locale, number of threads, order of files or mask.

use std::fs;
use std::process::Command;

use libtest_mimic::Trial;

use super::machine::{Machine, Tree, difference, finish};
use super::scale::{Counted, Scale, trial};

pub fn trials(scale: Scale) -> Vec<Trial> {
    vec![trial("the_shipped_handbook_comes_out_the_same_on_every_machine", move || everywhere(scale))]
}

/// The files of the shipped handbook, in one order or the reverse, in a project folder that lies deep or not.
fn shipped(reversed: bool) -> Machine {
    let machine = Machine::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for folder in ["content", "themes"] {
        let below = super::machine::tree(&root.join(folder));
        let is_file = |path: &str| root.join(folder).join(path).is_file();
        files.extend(below.into_iter().filter(|(path, _)| is_file(path)).map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
    }
    // All outputs that a config can ask for are among those that are compared.
    let config = fs::read_to_string(root.join("handbook.toml")).unwrap();
    assert!(!config.contains("[outputs]") && config.contains("base_url"), "{config}");
    files.push(("handbook.toml".into(), format!("{config}\n[outputs]\nfeeds = \"full\"\nhost = \"netlify\"\n").into_bytes()));
    if reversed {
        files.reverse();
    }
    for (path, bytes) in files {
        machine.write(&path, bytes);
    }
    machine
}

/// Commits the handbook, and then a change of its front page late on a day far in the west; whether there is a Git to do it.
fn commit(machine: &Machine) -> bool {
    let git = |moment: &str, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(machine.root()).args(arguments).env("HOME", machine.home());
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_DATE"), moment)
                .env(format!("GIT_{who}_NAME"), "A")
                .env(format!("GIT_{who}_EMAIL"), "a@b.example");
        }
        command.output().is_ok_and(|output| output.status.success())
    };
    let early = "2026-01-02T03:00:00+13:00";
    if !git(early, &["init", "-q"]) {
        return false;
    }
    assert!(git(early, &["add", "."]) && git(early, &["commit", "-qm", "One"]));
    let page = machine.root().join("content/index.md");
    fs::write(&page, format!("{}\n\nA word more.\n", fs::read_to_string(&page).unwrap())).unwrap();
    assert!(git("2026-03-04T23:30:00-11:00", &["commit", "-qam", "Two"]));
    true
}

fn everywhere(scale: Scale) -> Counted {
    let mut reference: Option<Tree> = None;
    let mut builds = 0;
    let all = (0..16_u8).map(|bits| [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0, bits & 8 != 0]);
    for [reversed, abroad, single, masked] in all.step_by(scale.pick(5, 1, 1)) {
        let machine = shipped(reversed);
        let has_days = commit(&machine);
        let mut command = Command::new("sh");
        let mask = if masked { "umask 077" } else { "umask 022" };
        let flags = format!("-q --today 2026-11-23 --jobs {}", if single { "1" } else { "3" });
        let script = format!("{mask}; \"$0\" build {flags} && exec \"$0\" export epub {flags} -o book.epub");
        command.args(["-c", &script, super::machine::binary()]);
        command.current_dir(machine.root()).env("HOME", machine.home()).env_remove("SOURCE_DATE_EPOCH");
        if abroad {
            command.env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8");
        } else {
            command.env("TZ", "America/Los_Angeles").env("LC_ALL", "C");
        }
        let run = finish(&mut command);
        assert_eq!(run.code, Some(0), "{}", run.said());
        // What the output remembers of itself is part of the promise too.
        let mut site = super::machine::tree(&machine.root().join("public"));
        site.extend(super::machine::tree(&machine.root()).remove_entry("book.epub"));
        let sitemap = fs::read_to_string(machine.root().join("public/sitemap.xml")).unwrap();
        assert!(!has_days || (sitemap.contains("<lastmod>2026-03-04<") && sitemap.contains("<lastmod>2026-01-02<")), "{sitemap}");
        match &reference {
            None => reference = Some(site),
            Some(first) => assert_eq!(
                difference(first, &site),
                Vec::<String>::new(),
                "reversed {reversed}, abroad {abroad}, single {single}, masked {masked}"
            ),
        }
        builds += 1;
    }
    assert!(reference.is_some_and(|site| site.len() > 50));
    vec![("builds with one outcome", builds)]
}
