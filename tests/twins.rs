//! The Markdown beside each page: the author's own text, with links that work from there, and nothing that the page hides.

use crate::support::Handbook;

/// A page with all that a link can be written as.
const LINKS: &str = r#"
    == content/vision/direction.md
    # Setting *direction*

    Say where.

    ## Why (not)

    Because.
    == content/results/page.md
    ---
    title: "A page: with a \"title\""
    by: Ada
    illustrates: "[[Setting direction]]"
    owner: secret-team
    private: yes
    ---
    See [[Setting direction]] and [[Setting direction#Why (not)|why]], [[direction|*marked* words]], [this](#here).
    By path: [the *page*](../vision/direction.md#why-not "A title"), [with angles](<../vision/direction.md>).
    By reference: [one][ref], [ref], [other][ref].
    Nowhere: [[No such page]], [[No such page|words]], [gone](gone.md "T"), ![a picture](gone.png), [refused](javascript:x).
    Out: <https://example.org/>, [site](https://example.org/a(b)), https://example.org/bare.
    Code: `[[Setting direction]]` stays.

    ![What it shows](pic.png) ![[pic.png|300]] [![inside](pic.png)](../vision/direction.md)

    ![[Setting direction#Why (not)]]

    | A | B |
    | - | - |
    | [[direction\|cell]] | [[Setting direction]] |

    ## Here

    Text[^1] <!-- to myself -->.

    [^1]: A note with [[direction|a link]].

    [^2]: Nothing refers to this, nor to [[direction]].

    [ref]: ../vision/direction.md
    == content/results/pic.png
    PNG
"#;

#[test]
fn links_work_from_where_the_text_is_published() {
    let site = Handbook::new(LINKS).build();
    let twin = site.at("/results/page/index.md");
    let body = twin.splitn(3, "---\n").nth(2).unwrap();
    let expected = r#"
See [Setting direction](../../vision/direction/index.md) and [why](../../vision/direction/index.md#why-not), [*marked* words](../../vision/direction/index.md), [this](#here).
By path: [the *page*](../../vision/direction/index.md#why-not "A title"), [with angles](<../../vision/direction/index.md>).
By reference: [one](../../vision/direction/index.md), [ref](../../vision/direction/index.md), [other](../../vision/direction/index.md).
Nowhere: No such page, words, gone, a picture, refused.
Out: <https://example.org/>, [site](https://example.org/a(b)), https://example.org/bare.
Code: `[[Setting direction]]` stays.

![What it shows](../../results/pic.png) ![pic](../../results/pic.png) [![inside](../../results/pic.png)](../../vision/direction/index.md)

[Setting direction › Why (not)](../../vision/direction/index.md#why-not)

| A | B |
| - | - |
| [cell](../../vision/direction/index.md) | [Setting direction](../../vision/direction/index.md) |

## Here

Text[^1] .

[^1]: A note with [a link](../../vision/direction/index.md).

[ref]: ../vision/direction.md
"#;
    assert_eq!(body, expected);
}

#[test]
fn the_facts_are_those_that_the_page_shows() {
    let site = Handbook::new(LINKS).file("handbook.toml", "base_url = \"https://handbook.example/docs/\"\n").build();
    let twin = site.at("/results/page/index.md");
    let facts = twin.strip_prefix("---\n").unwrap().split_once("---\n").unwrap().0;
    let expected = r#"title: "A page: with a \"title\""
url: "https://handbook.example/docs/results/page/"
kind: "example"
pillar:
  - "vision"
by:
  - "Ada"
illustrates:
  - "[Setting direction](../../vision/direction/index.md)"
"#;
    assert_eq!(facts, expected);
}

#[test]
fn nobody_is_named_on_a_page_that_is_anonymous() {
    let text = "---\nby: Ada Crumb\nanonymous: true\n---\n# A\n\nText.\n";
    let site = Handbook::new("== content/index.md\n# Home\n")
        .file("content/examples/a.md", text)
        .file("content/b.md", "---\nby: Ada Crumb\n---\n# B\n")
        .build();
    assert!(site.at("/contributors/ada-crumb/").contains("Ada Crumb"), "else the test could not fail");
    assert!(!site.at("/examples/a/index.md").contains("Ada"), "{}", site.at("/examples/a/index.md"));
}

#[test]
fn what_is_hidden_has_no_twin_and_a_draft_has_one_only_in_a_preview() {
    let files = "
        == content/hidden.md
        ---
        hidden: true
        ---
        # Hidden
        == content/draft.md
        ---
        draft: true
        ---
        # Draft
        == content/page.md
        # Page

        See [[Hidden]] and [[Draft]].
    ";
    let site = Handbook::new(files).build();
    assert!(site.paths().contains(&"hidden/index.html") && !site.paths().contains(&"hidden/index.md"));
    assert!(!site.at("/hidden/").contains("text/markdown") && site.at("/page/").contains("text/markdown"));
    assert!(!site.paths().contains(&"draft/index.md"));
    assert!(site.at("/page/index.md").ends_with("See [Hidden](../hidden/) and Draft.\n"), "{}", site.at("/page/index.md"));
    let preview = Handbook::new(files).drafts().build();
    assert!(preview.at("/draft/index.md").contains("\ndraft: true\n---\n"));
}

#[test]
fn html_that_readers_see_as_text_is_text_here_too() {
    let files = "
        == content/examples/a.md
        # A

        Before <b onclick=\"x()\">bold</b> after <!-- secret -->.

        <script>alert(1)</script>

        `<b>` stays.
        == content/b.md
        # B

        <!--
        a secret of many lines
        -->

        <div onclick=\"x()\">

        One

        </div>

        <kbd>K</kbd> and <a href=\"b.md\">link</a>
    ";
    let site = Handbook::new(files).build();
    let contributed = site.at("/examples/a/index.md");
    assert!(
        contributed.contains("Before \\<b onclick=\"x()\">bold\\</b> after .\n\n&lt;script>alert(1)&lt;/script>\n\n`<b>` stays."),
        "{contributed}"
    );
    let own = site.at("/b/index.md");
    assert!(own.contains("&lt;div onclick") && own.contains("<kbd>K</kbd> and <a href=\"index.md\">link</a>"), "{own}");
    assert!(!own.contains("secret"), "{own}");
}

#[test]
fn what_comes_before_escaped_html_does_not_become_an_address() {
    let site = Handbook::new("== content/b.md\n# B\n\nSee <bhttps://x.example<script>\n").build();
    let twin = site.at("/b/index.md");
    assert!(twin.contains("See <bhttps://x.example\\<script>"), "{twin}");
}

#[test]
fn the_marks_of_other_generators_are_plain_markdown() {
    let site = Handbook::new("== a.md\n# A\n\n!!! tip \"Try\"\n    See [b](b.md).\n\n%%hidden%%\n== b.md\n# B\n").foreign().build();
    let twin = site.at("/a/index.md");
    assert!(twin.contains("> [!tip] Try\n>\n> See [b](../b/index.md).\n"), "{twin}");
}

#[test]
fn without_twins_nothing_of_them_is_there() {
    let site = Handbook::new(LINKS).file("handbook.toml", "[outputs]\nmarkdown = false\n").build();
    assert!(site.paths().iter().all(|path| !path.ends_with(".md")));
    assert!(!site.at("/results/page/").contains("text/markdown"));
}

#[test]
fn brackets_that_are_no_link_on_the_page_make_none_here() {
    let files = "
        == content/a.md
        # A

        [[[[Nobody]]]], [[[words](nowhere.md)]], \\[[[Nobody]]] and [[[[B]]]].

        <d title=\"[x](y)\">[z](y)

        <d>
        [z](y)
        == content/b.md
        # B
    ";
    let site = Handbook::new(files).build();
    let text = site.at("/a/index.md");
    assert!(text.contains("\\[\\[Nobody]], \\[\\[words]], \\[Nobody] and \\[\\[[B](../b/index.md)]]."), "{text}");
    assert!(text.contains("\\<d title=\"\\[x\\](y)\">"), "{text}");
    assert!(text.ends_with("&lt;d>\n\\[z\\](y)\n"), "{text}");
}
