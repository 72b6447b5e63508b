//! Content and configs with mistakes in them: each has a place, an exit code, and loses nothing.

use super::{Folder, problems};

#[test]
fn front_matter_that_does_not_parse_is_an_error_with_its_line() {
    for (front, line) in [
        ("---\ntitle: [one, two\nby: me\n---\n", "content/vision/new.md:"),
        ("+++\ntitle = \"one\"\nby = =\n+++\n", "content/vision/new.md:3:"),
        ("---\ntitle: one\n", "content/vision/new.md:1:"),
    ] {
        let folder = Folder::sound_but(&[("content/vision/new.md", &format!("{front}# New\n\nThe text is still here.\n"))]);
        let found = problems(&folder, "front-matter");
        assert!(found.len() == 1 && found[0].starts_with(line) && found[0].contains("error["), "{front}: {found:?}");
        let _ = folder.run("build").exits(1).says("front-matter");
    }
}

#[test]
fn in_a_foreign_folder_a_page_with_broken_front_matter_is_still_shown() {
    let folder = Folder::new(&[("page.md", "---\ntitle: [one, two\n---\n# Page\n\nThe text is still here.\n")]);
    let _ = folder.run("build").exits(0).says("warning[front-matter]");
    assert!(folder.read("_site/page/index.html").contains("The text is still here."));
}

#[test]
fn a_wrong_type_is_an_error_with_its_place() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "---\ntitle: New\nweight: heavy\ndraft: maybe\n---\n")]);
    let found = problems(&folder, "front-matter");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("content/vision/new.md:3:9: error") && found[1].starts_with("content/vision/new.md:4:8: error"),
        "{found:?}"
    );
}

#[test]
fn an_unknown_key_names_the_nearest_and_loses_nothing() {
    let folder = Folder::sound_but(&[("content/vision/new.md", "---\ntitle: New\nsumary: Short\n---\nThe text.\n")]);
    let _ = folder.run("build").exits(0).says("content/vision/new.md:3:1").says("did you mean `summary`?");
    assert!(folder.read("public/vision/new/index.html").contains("The text."));
}

#[test]
fn in_a_foreign_folder_an_unknown_key_is_one_hint_however_many_pages_have_it() {
    let folder = Folder::new(&[("a.md", "---\nmood: good\n---\n# A\n"), ("b.md", "---\nmood: bad\nweather: wet\n---\n# B\n")]);
    let found = problems(&folder, "unknown-key");
    assert!(found.len() == 2 && found.iter().all(|line| line.contains("hint[")), "{found:?}");
}

#[test]
fn two_pages_with_one_address_are_an_error_that_names_both() {
    let folder = Folder::sound_but(&[("content/vision/twin.md", "# One\n"), ("content/vision/twin/index.md", "# Two\n")]);
    let _ = folder.run("build").exits(1).says("error[duplicate-url]").says("content/vision/twin.md").says("content/vision/twin/index.md");
    assert!(!folder.has("public"));
}

#[test]
fn addresses_that_differ_only_in_case_are_one_address() {
    let folder = Folder::sound_but(&[("content/vision/twin.md", "# One\n"), ("content/vision/Twin.md", "# Two\n")]);
    let _ = folder.run("build").exits(1).says("error[duplicate-url]").says("twin.md").says("Twin.md");
}

#[test]
fn in_a_foreign_folder_both_pages_of_one_address_are_shown() {
    let folder = Folder::new(&[("twin.md", "# One\n\nfirst text\n"), ("twin/index.md", "# Two\n\nsecond text\n")]);
    let _ = folder.run("build").exits(0).says("warning[duplicate-url]");
    assert!(folder.read("_site/twin/index.html").contains("second text"), "the index file keeps the address");
    assert!(folder.read("_site/twin-2/index.html").contains("first text"));
}

#[test]
fn a_page_that_is_called_as_a_made_page_takes_its_place() {
    let folder =
        Folder::sound_but(&[("content/search.md", "# Search and rescue\n"), ("content/tags/focus.md", "# Focus\n\nWhat we mean by it.\n")]);
    let run = folder.run("build").exits(0);
    assert!(folder.read("public/search/index.html").contains("Search and rescue"), "{}", run.stderr);
    assert!(folder.read("public/tags/focus/index.html").contains("What we mean by it."), "{}", run.stderr);
}

#[test]
fn bytes_that_are_no_text_are_an_error_with_their_place() {
    let folder = Folder::sound();
    folder.write("content/vision/new.md", b"# New\n\nCaf\xE9 and more.\n");
    let found = problems(&folder, "encoding");
    assert_eq!(found, ["content/vision/new.md:3:4: error[encoding]: this page is not UTF-8: byte 10 cannot be read"]);
    let _ = folder.run("build").exits(1);
    folder.write("content/vision/new.md", b"\xFF\xFE#\0 \0N\0");
    assert!(problems(&folder, "encoding")[0].contains("UTF-16"));
}

#[test]
fn in_a_foreign_folder_what_can_be_read_of_a_page_is_shown() {
    let folder = Folder::new(&[]);
    folder.write("page.md", b"# Page\n\nCaf\xE9 and more.\n");
    let _ = folder.run("build").exits(0).says("warning[encoding]");
    assert!(folder.read("_site/page/index.html").contains("Caf\u{FFFD} and more."));
}

#[test]
fn line_ends_and_byte_order_marks_do_not_show() {
    let text = "---\ntitle: New\nsummary: Short\n---\n\nFirst.\n\n## Part\n\n- a\n- b\n\n| Leader | Manager |\n|---|---|\n| x | y |\n";
    let plain = Folder::sound_but(&[("content/vision/new.md", text)]);
    let _ = plain.run("build").exits(0).says("0 problems");
    let expected = plain.site("public");
    for other in
        [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("\u{FEFF}{text}"), format!("\u{FEFF}{}", text.replace('\n', "\r\n"))]
    {
        let folder = Folder::sound_but(&[("content/vision/new.md", &other)]);
        let _ = folder.run("build").exits(0).says("0 problems");
        let site = folder.site("public");
        let page = String::from_utf8_lossy(&site["vision/new/index.html"]).into_owned();
        assert_eq!(
            page.replace('\r', "\n").replace("\n\n", "\n"),
            String::from_utf8_lossy(&expected["vision/new/index.html"]).replace("\n\n", "\n")
        );
        assert!(!page.contains('\u{FEFF}'));
    }
}

#[test]
fn places_are_right_whatever_the_line_ends() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["\u{FEFF}# New", "", "Zo\u{eb} and [[Nowhere to be found]]", ""].join(end);
        let folder = Folder::sound_but(&[("content/vision/new.md", &text)]);
        let found = problems(&folder, "broken-link");
        assert_eq!(found, ["content/vision/new.md:3:11: error[broken-link]: there is no page called `Nowhere to be found`"], "{end:?}");
    }
}

#[test]
fn an_unknown_key_in_the_config_exits_with_2_and_names_the_nearest() {
    let folder = Folder::sound_but(&[("handbook.toml", "title = \"Test\"\nbase_ulr = \"https://test.example/\"\n")]);
    for args in ["build", "check", "list pages"] {
        let _ = folder.run(args).exits(2).says("error[config]").says("handbook.toml:2:1").says("`base_url`");
    }
    assert!(!folder.has("public"));
}

#[test]
fn a_config_that_makes_no_sense_exits_with_2_and_says_where() {
    for (config, place) in [
        ("title = 7\n", "handbook.toml:1:9"),
        ("title = \"Test\n", "handbook.toml:1:"),
        ("[outputs]\nmarkdown = \"yes\"\n", "handbook.toml:2:12"),
        ("[outputs]\ncards = \"pilar\"\n", "handbook.toml:2:9"),
        ("[checks]\nbroken-lnk = \"off\"\n", "handbook.toml:2:1"),
        ("[checks]\nbroken-link = \"of\"\n", "handbook.toml:2:15"),
        ("[content]\nignore = \"drafts\"\n", "handbook.toml:2:10"),
        ("base_url = \"test.example\"\n", "handbook.toml:1:12"),
        ("today = \"soon\"\n", "handbook.toml:1:9"),
    ] {
        let folder = Folder::sound_but(&[("handbook.toml", config)]);
        let _ = folder.run("build").exits(2).says("error[config]").says(place);
        let report = folder.run("check --format json").exits(2);
        assert_eq!(report.stdout, "", "{config}");
    }
}

#[test]
fn a_config_that_is_no_text_exits_with_2() {
    let folder = Folder::sound();
    folder.write("handbook.toml", b"title = \"Caf\xE9\"\n");
    let _ = folder.run("build").exits(2).says("handbook.toml").says("UTF-8");
}

#[test]
fn a_theme_that_is_not_there_exits_with_2() {
    let folder = Folder::sound_but(&[("handbook.toml", "theme = \"paper\"\n")]);
    let _ = folder.run("build").exits(2).says("`paper`").says("themes/paper");
}

#[test]
fn colours_that_cannot_be_read_exit_with_2() {
    let pillar = "[[pillars]]\nid = \"vision\"\ntitle = \"Vision\"\nhue = [\"#fefefe\", \"#b9d0ff\"]\n[[pillars]]\nid = \"results\"\ntitle = \"Results\"\n";
    let folder = Folder::sound_but(&[("handbook.toml", pillar)]);
    let _ = folder.run("build").exits(2).says("error[contrast]").says("“Vision”").says("`#4f4f4f`");
}

#[test]
fn a_folder_without_pages_is_no_error() {
    let folder = Folder::new(&[]);
    let _ = folder.run("build").exits(0).says("0 pages");
    let folder = Folder::new(&[("data/figures.csv", "1,2\n"), ("photo.png", "x")]);
    let _ = folder.run("build").exits(0).says("0 pages");
    let folder = Folder::handbook(&[]);
    std::fs::create_dir(folder.path("content")).unwrap();
    let _ = folder.run("build").exits(0).says("0 pages");
    assert!(folder.has("public/index.html"));
}

#[test]
fn a_handbook_without_a_content_folder_says_so() {
    let _ = Folder::handbook(&[]).run("build").exits(1).says("content");
}

#[test]
fn a_handbook_of_nothing_but_drafts_is_built_without_them() {
    let folder = Folder::handbook(&[("content/index.md", "---\ndraft: true\n---\n# Home\n"), ("content/vision/_idea.md", "# Idea\n")]);
    let _ = folder.run("build").exits(0).says("0 pages");
    assert!(folder.has("public/index.html") && !folder.has("public/vision/idea"));
}

#[test]
fn a_folder_called_as_a_page_is_a_folder() {
    let folder = Folder::sound_but(&[("content/vision/odd.md/inner.md", "# Inner\n\nThe text.\n")]);
    let _ = folder.run("build").exits(0);
    let site = folder.site("public");
    assert!(site.values().any(|bytes| String::from_utf8_lossy(bytes).contains("The text.")));
}

#[test]
fn a_thousand_equal_headings_have_a_thousand_ids() {
    let folder = Folder::sound_but(&[("content/vision/many.md", &format!("# Many\n\n{}", "## Same\n\ntext\n\n".repeat(1000)))]);
    let _ = folder.run("build").exits(0);
    let page = folder.read("public/vision/many/index.html");
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(ids.contains(&"same") && ids.contains(&"same-999"));
}
