//! Where words go, what they look like, and what the exit codes mean.

use super::Folder;

const ESCAPE: char = '\u{1b}';

#[test]
fn help_and_version_are_data() {
    let folder = Folder::new(&[]);
    let help = folder.run("--help").exits(0);
    for command in ["build", "serve", "check", "list", "explain"] {
        assert!(help.stdout.contains(command), "{}", help.stdout);
    }
    assert_eq!(help.stderr, "");
    assert!(folder.run("build --help").exits(0).stdout.contains("--portable"));
    let version = folder.run("--version").exits(0);
    assert_eq!(version.stdout, format!("fourfold {}\n", env!("CARGO_PKG_VERSION")));
    assert!(folder.tree("").is_empty());
}

#[test]
fn wrong_usage_exits_with_2_and_says_what_is_wrong() {
    let folder = Folder::sound();
    let before = folder.tree("");
    for (args, words) in [
        ("", "Usage"),
        ("biuld", "build"),
        ("build --portabel", "--portable"),
        ("build -q -v", "cannot be used"),
        ("build --today 2026-02-30", "a day looks like"),
        ("build --jobs many", "a number from 1 is wanted"),
        ("build --jobs 0", "a number from 1 is wanted"),
        ("build --base-url handbook", "https://"),
        ("build --base-url ftp://handbook.example/", "https://"),
        ("build nowhere", "nowhere"),
        ("build handbook.toml", "is a file"),
        ("check --deny broken-links", "broken-link"),
        ("check --format yaml", "sarif"),
        ("list everything", "pages"),
        ("list", "pages"),
    ] {
        let run = folder.run(args).exits(2).says(words);
        assert_eq!(run.stdout, "", "{args}");
    }
    assert_eq!(folder.tree(""), before);
}

#[test]
fn a_sound_handbook_exits_with_0_everywhere() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    let _ = folder.run("build --strict").exits(0);
    let _ = folder.run("check").exits(0).says("0 problems");
    let _ = folder.run("check --strict").exits(0);
    let _ = folder.run("list pages").exits(0);
}

#[test]
fn problems_in_the_content_exit_with_1() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "# New\n\n[[Nowhere to be found]]\n")]);
    for args in ["build", "check", "check --format json", "build -q"] {
        let _ = folder.run(args).exits(1);
    }
}

#[test]
fn words_for_people_go_to_standard_error_and_data_to_standard_output() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "# New\n\n[[Nowhere to be found]]\n")]);
    for args in ["build", "check"] {
        let run = folder.run(args).exits(1).says("Nowhere to be found");
        assert_eq!(run.stdout, "", "{args}");
    }
    for args in ["check --format short", "check --format json", "check --format sarif", "check --format github"] {
        let run = folder.run(args).exits(1).never_says("Nowhere to be found").says("1 error");
        assert!(run.stdout.contains("Nowhere to be found"), "{args}");
    }
    for args in ["list pages", "list links --format json", "explain broken-link"] {
        let run = folder.run(args).exits(0);
        assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{args}: {}", run.stderr);
    }
}

#[test]
fn only_a_terminal_or_who_asks_gets_colours() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "# New\n\n[[Nowhere to be found]]\n")]);
    let styled = |variables: &[(&str, &str)]| folder.run_with("check", variables).exits(1).stderr.contains(ESCAPE);
    assert!(!styled(&[]), "a pipe");
    assert!(!styled(&[("TERM", "xterm-256color")]), "a pipe, whatever the terminal");
    assert!(styled(&[("CLICOLOR_FORCE", "1")]));
    assert!(!styled(&[("NO_COLOR", "1")]));
    for args in ["check --format short", "check --format json", "list pages"] {
        let run = folder.run_with(args, &[("CLICOLOR_FORCE", "1")]);
        assert!(!run.stdout.contains(ESCAPE), "{args}: data has no colours");
    }
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let folder = Folder::sound();
    for args in ["build -q", "check --quiet"] {
        let run = folder.run(args).exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{args}");
    }
    folder.write("content/vision/new.md", "# New\n\n[[Nowhere to be found]]\n");
    let _ = folder.run("build -q").exits(1).says("Nowhere to be found");
}

#[test]
fn verbose_says_what_was_found_and_shows_hints() {
    let folder = Folder::sound_but(&[("content/vision/lonely.md", "# Lonely\n\nNobody links here.\n")]);
    let _ = folder.run("build").exits(0).never_says("orphan-page").says("(and ");
    let _ = folder.run("build -v").exits(0).says("orphan-page").says("handbook.toml").says("6 pages");
}

#[test]
fn a_finished_build_prints_one_line_of_figures() {
    let folder = Folder::sound();
    let first = folder.run("build").exits(0);
    let figures: Vec<&str> = first.stderr.lines().filter(|line| line.ends_with(" s")).collect();
    let [figures] = figures[..] else { panic!("{}", first.stderr) };
    for part in ["5 pages, ", " links, ", "0 problems", " files written, 0 unchanged, 0 removed; "] {
        assert!(figures.contains(part), "{part:?}: {figures}");
    }
    assert_eq!(first.stdout, "");
}

#[test]
fn the_command_says_how_to_look_at_the_site() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0).says("--portable");
    let _ = folder.run("build --portable").exits(0).says("Open public/index.html");
}
