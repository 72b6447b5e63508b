//! Texts of other files in a page, as mdBook and Microsoft's docs write them.

use super::Folder;

fn book() -> Folder {
    Folder::new(&[
        ("book.toml", "[book]\ntitle = \"B\"\n"),
        ("src/SUMMARY.md", "- [A](a.md)\n"),
        (
            "src/a.md",
            "# A\n\n```rust\n{{#rustdoc_include ../code/x.rs:here}}\n```\n\n- item\n\n  ```\n  {{#include ../code/x.rs:1:2}}\n  ```\n\n\
             {{#include part/b.md}}\n\n[!INCLUDE [words](part/c.md)]\n\nShown: `{{#include x}}` and \\{{#include y}}.\n\n```\n\\{{#include z}}\n```\n",
        ),
        ("src/part/b.md", "From **b**, with {{#include c.md}}\n"),
        ("src/part/c.md", "---\ntitle: C\n---\nWords of c.\n"),
        ("code/x.rs", "// <first>\nfn x() {}\n// ANCHOR: here\nlet y = 1;\n// ANCHOR_END: here\n"),
    ])
}

fn problems(folder: &Folder) -> Vec<String> {
    let run = folder.run("check --format short");
    run.stdout.lines().filter(|line| !line.contains(" hint[")).map(str::to_owned).collect()
}

#[test]
fn a_page_takes_in_texts_from_anywhere_in_the_project() {
    let folder = book();
    let _ = folder.run("build").exits(0);
    assert_eq!(problems(&folder), Vec::<String>::new());
    let html = folder.read("_site/a/index.html");
    for part in [
        "<span class=\"hl-k\">let</span> y = <span class=\"hl-n\">1</span>;\n</code></pre>",
        "<pre><code>// &lt;first&gt;\nfn x() {}\n</code></pre>\n</li>",
        "<p>From <strong>b</strong>, with Words of c.</p>",
        "<p>Words of c.</p>",
        "Shown: <code>{{#include x}}</code> and {{#include y}}.",
        "<pre><code>{{#include z}}\n</code></pre>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    // What a page takes in decides what it is.
    folder.edit("code/x.rs", "let y", "let z");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("_site/a/index.html").contains("</span> z = "));
}

#[test]
fn an_own_handbook_notices_a_change_outside_of_its_content() {
    let folder =
        Folder::sound_but(&[("content/vision/new.md", "# New\n\nSee [[Set a direction]]: {{#include ../../x.txt}}\n"), ("x.txt", "one")]);
    let _ = folder.run("build").exits(0);
    folder.write("x.txt", "two");
    let _ = folder.run("build").exits(0);
    assert!(folder.read("public/vision/new/index.html").contains(": two"));
}

#[test]
fn what_cannot_be_taken_in_is_named_with_its_place() {
    let folder = book();
    folder.write(".env", "SECRET=1");
    folder.write("src/loop.md", "# Loop\n\n{{#include loop.md}}\n");
    folder.write(
        "src/d.md",
        "# D\n\n{{#include gone.rs}}\n\n{{#include ../code/x.rs:gone}}\n\n{{#include ../../../x}}\n\n{{#include ../.env}}\n\n{{#include one.md}}\n",
    );
    folder.write("src/one.md", "# One\n\n{{#include two.md}}\n");
    folder.write("src/two.md", "{{#include one.md}}\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../.env", folder.path("src/link.txt")).unwrap();
    let said = problems(&folder).join("\n");
    for part in [
        "src/d.md:3:1: warning[broken-link]: There is no file at `gone.rs` to include",
        "src/d.md:5:1: warning[broken-anchor]: `../code/x.rs` has no part called `gone`",
        "src/d.md:7:1: warning[broken-link]: `../../../x` lies outside of the project",
        "src/d.md:9:1: warning[broken-link]: There is no file at `../.env` to include that may be shown",
        "src/d.md:11:1: warning[embed-cycle]: `one.md` includes itself",
        "src/loop.md:3:1: warning[embed-cycle]: `loop.md` includes itself",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let _ = folder.run("build").exits(0);
    assert!(!folder.site("_site").values().any(|bytes| String::from_utf8_lossy(bytes).contains("SECRET")));
}

#[test]
fn a_page_takes_in_no_more_than_the_budget() {
    let folder = Folder::new(&[("book.toml", ""), ("src/SUMMARY.md", "- [A](a.md)\n")]);
    folder.write("src/big.txt", "word ".repeat(120_000));
    folder.write("src/a.md", format!("# A\n\n{}", "{{#include big.txt}}\n\n".repeat(3)));
    folder.write("src/b.md", format!("# B\n\n{}", "{{#include c.txt}}\n".repeat(1_200)));
    folder.write("src/c.txt", "x");
    let said = problems(&folder).join("\n");
    assert!(said.contains("src/a.md:5:1: warning[embed-budget]"), "{said}");
    assert!(said.contains("src/b.md:1003:1: warning[embed-budget]") && !said.contains("src/b.md:1002:1:"), "{said}");
}
