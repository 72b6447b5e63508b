//! P9: the same input gives the same bytes, whatever machine, path, zone, locale, number of threads, order of files or mask.

use std::fs;

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

fn everywhere(scale: Scale) -> Counted {
    let mut reference: Option<Tree> = None;
    let mut builds = 0;
    let all = (0..16_u8).map(|bits| [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0, bits & 8 != 0]);
    for [reversed, abroad, single, masked] in all.step_by(scale.pick(5, 1, 1)) {
        let machine = shipped(reversed);
        let mut command = std::process::Command::new("sh");
        let mask = if masked { "umask 077" } else { "umask 022" };
        let jobs = if single { "1" } else { "3" };
        command.args(["-c", &format!("{mask}; exec \"$0\" build -q --today 2026-11-23 --jobs {jobs}"), super::machine::binary()]);
        command.current_dir(machine.root()).env("HOME", machine.home()).env_remove("SOURCE_DATE_EPOCH");
        if abroad {
            command.env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8");
        } else {
            command.env("TZ", "America/Los_Angeles").env("LC_ALL", "C");
        }
        let run = finish(&mut command);
        assert_eq!(run.code, Some(0), "{}", run.said());
        // What the output remembers of itself is part of the promise too.
        let site = super::machine::tree(&machine.root().join("public"));
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
