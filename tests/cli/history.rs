//! The days of pages, as Git remembers them: all of its history or nothing, and never at the cost of running what it is told.

use std::process::Command;

use super::Folder;
use crate::support::serving::Serving;

/// Runs Git in a folder as somebody on some day.
fn git(folder: &Folder, day: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(&folder.root).args(arguments).env("HOME", folder.home());
    for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        command.env(name, format!("{day}T12:00:00+00:00"));
    }
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "A").env(format!("GIT_{name}_EMAIL"), "a@b.example");
    }
    command.output().is_ok_and(|output| output.status.success())
}

/// A handbook with two commits; `None` on a machine without Git.
fn committed() -> Option<Folder> {
    let folder = Folder::sound_but(&[("content/results/odd \"name\".md", "# Odd\n\nText.\n")]);
    if !git(&folder, "2026-01-02", &["init", "-q"]) {
        return None;
    }
    assert!(git(&folder, "2026-01-02", &["add", "."]) && git(&folder, "2026-01-02", &["commit", "-qm", "One"]));
    folder.edit("content/results/ledger.md", "A claim.", "Another claim.");
    assert!(git(&folder, "2026-03-04", &["commit", "-qam", "Two"]));
    Some(folder)
}

#[test]
fn a_page_without_a_day_has_that_of_its_last_commit() {
    let Some(folder) = committed() else { return };
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/results/ledger/index.html").contains("4 March 2026"));
    assert!(folder.read("public/sitemap.xml").contains("/results/ledger/</loc><lastmod>2026-03-04</lastmod>"));
    assert!(
        folder.read("public/sitemap.xml").contains("name\"/</loc><lastmod>2026-01-02</lastmod>")
            || folder.read("public/sitemap.xml").contains("%22/</loc><lastmod>2026-01-02</lastmod>")
    );
    assert!(folder.read("public/atom.xml").contains("<updated>2026-03-04T00:00:00Z</updated>"));
    assert!(folder.read("public/new/index.html").contains("4 March 2026"));
    // What is not committed has no day yet, and no clock is asked.
    folder.write("content/results/fresh.md", "# Fresh\n\nText.\n");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/sitemap.xml").contains("/results/fresh/</loc></url>"));
}

#[test]
fn what_an_author_says_beats_the_history() {
    let Some(folder) = committed() else { return };
    folder.write("content/results/ledger.md", "---\nupdated: 2025-05-05\n---\n# Keep a ledger\n\n## Numbers\n");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/sitemap.xml").contains("/results/ledger/</loc><lastmod>2025-05-05</lastmod>"));
}

#[test]
fn a_shallow_clone_says_no_day_and_why_once() {
    let Some(folder) = committed() else { return };
    let source = format!("file://{}", folder.root.display());
    let clone = folder.path("clone");
    assert!(git(&folder, "2026-05-05", &["clone", "-q", "--depth", "1", &source, clone.to_str().unwrap()]));
    let run = folder.run("check clone").exits(0).says("this clone has only the last commits");
    assert_eq!(run.stderr.matches("last commits").count(), 1, "{}", run.stderr);
    let _ = folder.run("build clone").exits(0);
    assert!(!folder.read("clone/public/sitemap.xml").contains("lastmod"));
    assert!(!folder.has("clone/public/atom.xml"));
}

#[test]
fn what_is_served_follows_the_commit_that_is_checked_out() {
    let Some(folder) = committed() else { return };
    let serving = Serving::start(&folder.root, "");
    let day = |wanted: &'static str| {
        serving.get_until("/results/ledger/", |reply| reply.text().contains(wanted));
        let _ = folder.run(&format!("build --drafts --base-url {} -o ../clean", serving.url())).exits(0);
        for (address, file) in [("/atom.xml", "atom.xml"), ("/sitemap.xml", "sitemap.xml"), ("/new/", "new/index.html")] {
            let served = serving.get(address).artifact();
            assert!(served == std::fs::read(folder.path("../clean").join(file)).unwrap(), "{wanted}: {address} is not what a build writes");
        }
    };
    assert!(!folder.has(".fourfold"), "serving writes nothing");
    day("4 March 2026");
    folder.edit("content/results/ledger.md", "Another claim.", "A third claim.");
    assert!(git(&folder, "2026-04-05", &["commit", "-qam", "Three"]));
    day("5 April 2026");
    assert!(git(&folder, "2026-04-05", &["reset", "-q", "--soft", "HEAD~1"]));
    day("4 March 2026");
}

#[test]
fn a_folder_that_becomes_a_repository_while_it_is_served_gets_days() {
    let folder = Folder::sound();
    let serving = Serving::start(&folder.root, "");
    assert!(!serving.get("/results/ledger/").text().contains("<time"));
    if git(&folder, "2026-01-02", &["init", "-q"]) {
        assert!(git(&folder, "2026-01-02", &["add", "."]) && git(&folder, "2026-01-02", &["commit", "-qm", "One"]));
        serving.get_until("/results/ledger/", |reply| reply.text().contains("2 January 2026"));
    }
}

#[test]
fn a_handbook_below_the_top_of_its_repository_knows_where_it_lies() {
    let page = "# Here\n\nA claim. [one](https://github.com/acme/all/blob/main/docs/book/content/results/ledger.md), \
                [two](https://github.com/acme/all/blob/main/README.md), [three](https://github.com/acme/all/tree/main/src).\n";
    let config = "title = \"T\"\nrepository = \"https://github.com/acme/all\"\n";
    let files = [
        ("docs/book/handbook.toml", config),
        ("docs/book/content/vision/here.md", page),
        ("docs/book/content/results/ledger.md", "# Ledger\n\nA claim.\n"),
        ("docs/book/README.md", "# Not the one that is meant\n"),
    ];
    let folder = Folder::new(&files);
    std::fs::create_dir(folder.path(".git")).unwrap();
    assert_eq!(folder.run("check docs/book --format short").exits(0).stdout.matches("stale-own-url").count(), 0);
    let _ = folder.run("build docs/book").exits(0);
    let built = folder.read("docs/book/public/vision/here/index.html");
    assert!(built.contains("https://github.com/acme/all/edit/HEAD/docs/book/content/vision/here.md"), "{built}");
    assert!(built.contains("href=\"../../results/ledger/\">one</a>"), "{built}");
    assert!(
        built.contains("href=\"https://github.com/acme/all/blob/main/README.md\">two</a>") && built.contains("/tree/main/src\">three</a>")
    );
    // A path of this handbook that leads nowhere is still found out.
    folder.edit("docs/book/content/vision/here.md", "results/ledger.md", "results/lodger.md");
    assert!(folder.run("check docs/book --format short").stdout.contains("stale-own-url"));
}

#[test]
#[cfg(unix)]
fn git_runs_nothing_that_a_repository_or_the_environment_names() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(folder) = committed() else { return };
    let trap = folder.path("trap.sh");
    folder.write("trap.sh", format!("#!/bin/sh\ntouch {}\n", folder.path("sprung").display()));
    std::fs::set_permissions(&trap, std::fs::Permissions::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    for key in ["core.fsmonitor", "core.pager", "pager.log", "gpg.program", "diff.external", "core.sshCommand", "diff.x.textconv"] {
        assert!(git(&folder, "2026-05-05", &["config", key, trap]));
    }
    assert!(git(&folder, "2026-05-05", &["config", "log.showSignature", "true"]));
    folder.write(".git/info/attributes", "* diff=x\n");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/sitemap.xml").contains("2026-03-04"), "else Git was not asked at all");
    assert!(!folder.has("sprung"));
}
