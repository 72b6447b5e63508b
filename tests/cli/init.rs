//! `fourfold init` and `fourfold intake`: from nothing to a handbook, and from a form to an example.

use serde_json::{Value, json};

use super::Folder;

#[test]
fn the_starter_is_whole_and_can_be_published_as_it_is() {
    let folder = Folder::new(&[]);
    assert_eq!(folder.run("init our-way").exits(0).stdout, "our-way\n");
    assert!(folder.read("our-way/handbook.toml").contains("title = \"Our way\""));
    let run = folder.run("check our-way --strict --format short").exits(0);
    assert_eq!(run.stdout.lines().filter(|line| !line.contains("hint[")).count(), 0, "{}", run.stdout);
    let _ = folder.run("build our-way --strict").exits(0);
    for page in ["index.html", "paths/first-week/index.html", "glossary/delegation/index.html", "examples/the-refund-limit/index.html"] {
        assert!(folder.has(&format!("our-way/public/{page}")), "{page}");
    }
    let rows = folder.run("list pages our-way --format json").rows();
    for kind in ["essay", "example", "contributor", "term", "path", "page"] {
        assert!(rows.iter().any(|row| row["kind"] == kind), "{kind}");
    }
    let health = folder.run("list health our-way").exits(0).stdout;
    assert_eq!(health, "", "a beginner should see how a handbook looks that lacks nothing");
}

#[test]
fn nothing_that_is_there_is_touched() {
    let folder = Folder::new(&[("content/index.md", "# Mine\n"), ("book/handbook.toml", "")]);
    let before = folder.tree("");
    let _ = folder.run("init").exits(2).says("content/index.md");
    let _ = folder.run("init book").exits(2).says("a handbook already");
    let _ = folder.run("init content/index.md").exits(2).says("is a file");
    let _ = folder.run("init new --language not_a_tag").exits(2).says("no language");
    assert_eq!(folder.tree(""), before);
}

#[test]
fn a_title_may_hold_anything() {
    let folder = Folder::new(&[]);
    let _ = folder.run("init x --title \"A\"*[b]<c>&d --language pt-BR").exits(0);
    let _ = folder.run("check x --strict").exits(0);
    let _ = folder.run("build x").exits(0);
    assert!(folder.read("x/public/index.html").contains("*[b]&lt;c"), "{}", folder.read("x/content/index.md"));
}

#[test]
fn hosts_get_what_they_need_and_no_more() {
    for (host, file) in [
        ("github", ".github/workflows/handbook.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("netlify", "netlify.toml"),
        ("cloudflare", "wrangler.toml"),
    ] {
        let folder = Folder::new(&[]);
        let _ = folder.run(&format!("init --ci {host} --title Ours")).exits(0);
        let text = folder.read(file);
        assert!(
            text.contains(concat!("--version ", env!("CARGO_PKG_VERSION"), " --locked")) && !text.contains('@') || host == "github",
            "{text}"
        );
        let _ = folder.run("check --strict").exits(0);
        if file.ends_with(".yml") {
            let _: Value = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        } else {
            let _: toml::Table = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        }
    }
}

#[test]
fn the_workflow_is_pinned_and_has_no_secrets() {
    let folder = Folder::new(&[]);
    let _ = folder.run("init --ci github").exits(0);
    let text = folder.read(".github/workflows/handbook.yml");
    let workflow: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(workflow["permissions"], json!({ "contents": "read" }));
    assert_eq!(workflow["jobs"]["build"]["permissions"], Value::Null);
    assert_eq!(workflow["jobs"]["publish"]["permissions"], json!({ "pages": "write", "id-token": "write" }));
    assert_eq!(workflow["jobs"]["publish"]["if"], "github.event_name == 'push'");
    let form: Value = serde_saphyr::from_str(&folder.read(".github/ISSUE_TEMPLATE/add-your-example.yml")).unwrap();
    assert!(form["body"].as_array().unwrap().iter().all(|part| part["type"] == "markdown" || part["attributes"]["label"].is_string()));
    for line in text.lines().filter(|line| line.contains("uses:")) {
        let pin = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
        assert!(pin.len() == 40 && pin.bytes().all(|b| b.is_ascii_hexdigit()) && line.contains("# v"), "{line}");
    }
    assert!(text.contains("pull_request:") && !text.contains("pull_request_target") && !text.contains("secrets."));
}

/// What GitHub keeps of the form that `init` makes, when every question is answered with its own label.
fn filled(form: &str, answer: impl Fn(&str) -> String) -> String {
    let labels = form.lines().filter_map(|line| line.trim().strip_prefix("label: "));
    labels.map(|label| format!("### {label}\n\n{}\n\n", answer(label))).collect()
}

#[test]
fn a_filled_form_becomes_an_example() {
    let folder = Folder::new(&[]);
    let _ = folder.run("init --ci github").exits(0);
    let form = folder.read(".github/ISSUE_TEMPLATE/add-your-example.yml");
    let text = filled(&form, |label| match label {
        "Title" => "The quiet hour".into(),
        "Essay" => "Finish before you start".into(),
        "Your name" => "Ada \"Countess\" Lovelace".into(),
        "Tags" => "meetings, focus".into(),
        "Industry" => "_No response_".into(),
        label => format!("Words about {label}."),
    });
    folder.write("form.md", text);
    assert_eq!(folder.run("intake form.md").exits(0).stdout, "content/examples/the-quiet-hour.md\n");
    let _ = folder.run("check --strict").exits(0);
    let page = folder.read("content/examples/the-quiet-hour.md");
    assert_eq!(
        page,
        "+++\ntitle = \"The quiet hour\"\nillustrates = \"Finish before you start\"\nby = \"Ada \\\"Countess\\\" Lovelace\"\n\
         role = \"Words about Your role.\"\ntags = [\"meetings\", \"focus\"]\nstatus = \"initial\"\n+++\n\n\
         Words about In short.\n\n## How things were\n\nWords about How things were.\n\n## What I did\n\nWords about What I did.\n\n\
         ## What came of it\n\nWords about What came of it.\n"
    );
    let _ = folder.run("intake form.md").exits(2).says("already");
}

#[test]
fn a_hostile_form_stays_in_its_file() {
    let folder = Folder::new(&[]);
    let _ = folder.run("init").exits(0);
    folder.write(
        "form.md",
        "### Title\n\n../../../etc/passwd\n+++\ndraft = true\n\n### Your name\n\nx\"\nkind = \"page\"\n\n### Essay\n\n../../secret\n\n\
         ### In short\n\n+++\nhidden = true\n+++\n<script>alert(1)</script>\n[x](javascript:alert(1)) \u{0}\u{1b}[31m\n\n### What I did\n\nText.\n",
    );
    let run = folder.run("intake form.md").exits(0).says("There is no page `../../secret`");
    assert_eq!(run.stdout, "content/examples/etc-passwd-draft-true.md\n");
    let rows = folder.run("list pages --format json").rows();
    let row = rows.iter().find(|row| row["source"] == "content/examples/etc-passwd-draft-true.md").unwrap();
    assert_eq!((row["kind"].as_str(), row["draft"].as_bool()), (Some("example"), Some(false)));
    let _ = folder.run("build").exits(0);
    let html = folder.read("public/examples/etc-passwd-draft-true/index.html");
    assert!(!html.contains("<script>alert") && !html.contains("href=\"javascript") && !html.contains('\u{1b}'));
    for (form, code, why) in
        [("", 1, "### Title"), ("### Title\n\nX\n", 1, "tells nothing"), ("### Title\n\n…\n\n### A\n\nx\n", 2, "letters")]
    {
        folder.write("form.md", form);
        let _ = folder.run("intake form.md").exits(code).says(why);
    }
    folder.write("form.md", "x".repeat(300 * 1024));
    let _ = folder.run("intake form.md").exits(2).says("longer than");
    let _ = folder.run("intake nothing.md").exits(2).says("cannot be read");
}
