//! P1 as readers and other builds see it: while a site is published again and again, nobody meets half of one.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use libtest_mimic::Trial;

use super::machine::{Machine, difference};
use super::scale::{Counted, Scale, trial};

pub fn trials(scale: Scale) -> Vec<Trial> {
    vec![
        trial("a_reader_never_meets_a_torn_page_or_a_dead_link_while_the_site_is_published", move || reader(scale)),
        trial("two_builds_at_once_end_with_one_whole_site", move || together(scale)),
    ]
}

fn handbook(mark: &str) -> Machine {
    let machine = Machine::new();
    machine.write("handbook.toml", "title = \"Test\"\nbase_url = \"https://test.example/\"\ntoday = 2026-01-01\n");
    write(&machine, mark);
    machine
}

/// Every page carries the mark of its edition at its beginning and at its end, and links to the next.
fn write(machine: &Machine, mark: &str) {
    machine.write("content/index.md", format!("# Home {mark}\n\nA claim {mark}. [[Page 0]]\n\nThe end {mark}.\n"));
    for at in 0..8 {
        let next = (at + 1) % 8;
        machine
            .write(&format!("content/vision/page-{at}.md"), format!("# Page {at}\n\nA claim {mark}. [[Page {next}]]\n\nThe end {mark}.\n"));
    }
}

/// Reads pages by following links from the home page, while editions are published.
fn reader(scale: Scale) -> Counted {
    let machine = handbook("edition-0");
    machine.run(&["build"]).ended("the first build");
    let (done, read) = (AtomicBool::new(false), AtomicUsize::new(0));
    let publishes = scale.pick(10, 100, 300);
    std::thread::scope(|scope| {
        let crawler = scope.spawn(|| {
            let public = machine.root().join("public");
            while !done.load(Ordering::Relaxed) {
                for path in (0..8).map(|at| format!("vision/page-{at}/index.html")).chain(["index.html".to_owned()]) {
                    // Between taking the folder's name and opening a file in it, the folder may be exchanged; a web server asks again.
                    let text = (0..3).find_map(|_| fs::read_to_string(public.join(&path)).ok());
                    let text = text.unwrap_or_else(|| panic!("{path} is not there"));
                    assert!(text.trim_end().ends_with("</html>"), "{path} is torn");
                    let marks: std::collections::BTreeSet<&str> =
                        text.split("edition-").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap()).collect();
                    assert_eq!(marks.len(), 1, "{path} is of several editions: {marks:?}");
                    for href in
                        text.split("href=\"../").skip(1).filter_map(|rest| rest.split('"').next()).filter(|href| href.starts_with("page-"))
                    {
                        let target = public.join("vision").join(href.split('#').next().unwrap()).join("index.html");
                        assert!((0..3).any(|_| target.exists()), "{path} links to {href}, which is not there");
                    }
                    read.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        for edition in 1..=publishes {
            write(&machine, &format!("edition-{edition}"));
            machine.run(&["build", "-q"]).ended("a build");
        }
        done.store(true, Ordering::Relaxed);
        crawler.join().unwrap();
    });
    assert!(read.load(Ordering::Relaxed) > publishes);
    vec![("publishes", publishes), ("pages read meanwhile", read.load(Ordering::Relaxed))]
}

/// Two builds of two editions into one output, at the same moment.
fn together(scale: Scale) -> Counted {
    let rounds = scale.pick(3, 20, 60);
    for round in 0..rounds {
        let (one, other) = (handbook("edition-1"), handbook("edition-2"));
        let shared = Machine::new();
        let output = shared.root().join("site");
        let start = |machine: &Machine| {
            let mut command = machine.program();
            command.args(["build", "-q", "-o"]).arg(&output);
            command.stderr(std::process::Stdio::null()).spawn().unwrap()
        };
        let (mut first, mut second) = (start(&one), start(&other));
        let codes = [first.wait().unwrap().code(), second.wait().unwrap().code()];
        assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 2))), "round {round}: {codes:?}");
        let clean = |machine: &Machine| {
            machine.run(&["build", "-q"]).ended("a clean build");
            machine.site()
        };
        let mut found = super::machine::tree(&output);
        found.retain(|path, _| !path.starts_with(".fourfold"));
        let (left, right) = (clean(&one), clean(&other));
        assert!(found == left || found == right, "round {round}: {:?} / {:?}", difference(&found, &left), difference(&found, &right));
    }
    vec![("pairs of builds at once", rounds)]
}
