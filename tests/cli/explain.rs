//! `fourfold explain`: every diagnostic has a page.

use super::Folder;

#[test]
fn every_code_has_a_page() {
    let folder = Folder::new(&[]);
    let all = folder.run("explain").exits(0);
    let codes: Vec<&str> = all.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for code in ["broken-link", "front-matter", "duplicate-url", "symlink", "theme", "config"] {
        assert!(codes.contains(&code), "{code} is not listed");
    }
    for code in codes {
        let page = folder.run(&format!("explain {code}")).exits(0);
        assert!(page.stdout.starts_with(&format!("# {code}: ")), "{code}");
        assert!(page.stdout.contains("## What readers see") && page.stdout.contains("## Mended"), "{code}");
        assert_eq!(page.stderr, "", "{code}");
    }
}

#[test]
fn a_code_may_be_pasted_with_its_brackets() {
    let folder = Folder::new(&[]);
    assert!(folder.run("explain [broken-link]").exits(0).stdout.starts_with("# broken-link: "));
}

#[test]
fn an_unknown_code_exits_with_2_and_names_the_nearest() {
    let folder = Folder::new(&[]);
    let run = folder.run("explain brokn-link").exits(2).says("did you mean `broken-link`?");
    assert_eq!(run.stdout, "");
    let _ = folder.run("explain zzzzzzzzzz").exits(2).says("`fourfold explain` lists them");
}

#[test]
fn every_code_that_a_check_reports_can_be_explained() {
    let folder = Folder::sound_but(&[(
        "content/vision/new.md",
        "---\ntilte: x\nstance: leader ship\n---\n[[Nowhere]] <script>x</script> ![](a.png)\n",
    )]);
    let run = folder.run("check --format json").exits(1);
    let codes: std::collections::BTreeSet<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(codes.len() >= 4, "{codes:?}");
    for code in codes {
        let _ = folder.run(&format!("explain {code}")).exits(0);
    }
}
