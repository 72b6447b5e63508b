//! What an author is shown: the very words that a problem is about, and what to do.

use crate::support::Handbook;
use crate::support::places::expect;

#[test]
fn a_wikilink_is_marked_by_its_name() {
    let site = Handbook::new(
        "
        == content/vision/set-a-direction.md
        # Set a direction
        == content/about.md
        See [[Set a directon]], [[Set a direction#Wy|why]] and ![[Nothing]].
        ",
    );
    expect(
        &site.build(),
        r#"
        content/about.md: See [[Set a directon]], [[Set a direction#Wy|why]] and ![[Nothing]].
                                ^^^^^^^^^^^^^^ error[broken-link]: there is no page called `Set a directon`
                                help: did you mean `Set a direction`?
        content/about.md: See [[Set a directon]], [[Set a direction#Wy|why]] and ![[Nothing]].
                                                    ^^^^^^^^^^^^^^^^^^ error[broken-anchor]: `Set a direction` has no heading `Wy`
                                                    help: the link leads to the top of the page; name a heading that is there
        content/about.md: See [[Set a directon]], [[Set a direction#Wy|why]] and ![[Nothing]].
                                                                                    ^^^^^^^ error[broken-link]: there is nothing to embed called `Nothing`
                                                                                    help: mend the link, or take it out: readers see its words without a link
        "#,
    );
}

#[test]
fn a_path_that_is_misspelled_is_told_as_a_way_to_a_file() {
    let site = Handbook::new(
        "
        == content/index.md
        # Home
        == content/vision/index.md
        # Vision
        == content/results/index.md
        # Results
        == content/empowerment/index.md
        # Empowerment
        == content/results/look-at-what-changed.md
        # Quite another title
        == content/results/chart-of-march.png
        png
        == content/vision/a.md
        [a](../resuts/index.md) [b](../results/look-at-what-chnged.md#x) ![c](../results/chart-of-mach.png) [d](other.md)
        ",
    );
    let help = |site: &crate::support::Site| {
        let broken = site.diagnostics.iter().filter(|problem| problem.code.name() == "broken-link");
        broken.filter_map(|problem| problem.help.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        help(&site.build()),
        [
            "did you mean `../results/index.md`?",
            "did you mean `../results/look-at-what-changed.md`?",
            "did you mean `../results/chart-of-march.png`?",
            "mend the link, or take it out: readers see its words without a link",
        ]
    );
}

#[test]
fn a_markdown_link_is_marked_by_its_destination() {
    let site = Handbook::new(
        "
        == content/vision/Aim.md
        # Aim

        ## Why it matters
        == content/results/b.md
        [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
        <a href=\"gone.md\">f</a> [g][r] <javascript:x>

        [r]: nowhere.md
        ",
    );
    expect(
        &site.build(),
        r#"
        content/results/b.md: [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
                                  ^^^^^^^ error[broken-link]: there is no page at `none.md`
                                  help: mend the link, or take it out: readers see its words without a link
        content/results/b.md: [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
                                               ^^^^^^ warning[moved-link]: `Aim.md` is not there; the only file of that name is content/vision/Aim.md
                                               help: write ../vision/Aim.md
        content/results/b.md: [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
                                                           ^^^^^^^^^^^^^^^^ warning[loose-link]: `../vision/aim.md` differs in case from content/vision/Aim.md, so it works on some computers only
                                                           help: write ../vision/Aim.md
        content/results/b.md: [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
                                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[loose-anchor]: the heading is `#why-it-matters`, not `#WHY-it-matters`
                                                                                 help: write #why-it-matters
        content/results/b.md: [a](none.md) [b](Aim.md) [c](../vision/aim.md) [d](../vision/Aim.md#WHY-it-matters) ![e](x.png)
                                                                                                                       ^^^^^ error[broken-link]: there is no picture or file at `x.png`
                                                                                                                       help: mend the link, or take it out: readers see its words without a link
        content/results/b.md: <a href="gone.md">f</a> [g][r] <javascript:x>
                                       ^^^^^^^ error[broken-link]: there is no page at `gone.md`
                                       help: mend the link, or take it out: readers see its words without a link
        content/results/b.md: <a href="gone.md">f</a> [g][r] <javascript:x>
                                                              ^^^^^^^^^^^^ warning[unsafe-url]: this link leads nowhere: its address starts with something that a browser would run or that is not allowed
                                                              help: write the address of a page, of a web site (https://…) or of a mailbox (mailto:…)
        content/results/b.md: [r]: nowhere.md
                                   ^^^^^^^^^^ error[broken-link]: there is no page at `nowhere.md`
                                   help: mend the link, or take it out: readers see its words without a link
        "#,
    );
}

#[test]
fn a_key_of_the_front_matter_is_marked_by_its_value() {
    let site = Handbook::new(
        "
        == content/contributors/ada.md
        # Ada Lovelace
        == content/examples/x.md
        ---
        tilte: X
        illustrates: [Nothing, \"[[Nor this]]\"]
        by: Ada Lovelacce
        pillar: visoin
        stance: bossy
        weight: heavy
        ---
        Text.
        ",
    );
    expect(
        &site.build(),
        r#"
        content/examples/x.md: tilte: X
                               ^^^^^ warning[unknown-key]: the key `tilte` is not known here
                               help: did you mean `title`?
        content/examples/x.md: illustrates: [Nothing, "[[Nor this]]"]
                                             ^^^^^^^ error[broken-link]: there is no page called `Nothing`
                                             help: name a page by its title, its path, or its title in double brackets
        content/examples/x.md: illustrates: [Nothing, "[[Nor this]]"]
                                                      ^^^^^^^^^^^^^^ error[broken-link]: there is no page called `[[Nor this]]`
                                                      help: name a page by its title, its path, or its title in double brackets
        content/examples/x.md: by: Ada Lovelacce
                                   ^^^^^^^^^^^^^ warning[unknown-contributor]: nobody called `Ada Lovelacce` is known, but `Ada Lovelace` is
                                   help: write Ada Lovelace, or give `Ada Lovelacce` a page of their own in contributors/
        content/examples/x.md: pillar: visoin
                                       ^^^^^^ warning[unknown-pillar]: there is no pillar called `visoin`
                                       help: did you mean `vision`?
        content/examples/x.md: stance: bossy
                                       ^^^^^ warning[unknown-stance]: there is no stance `bossy`
                                       help: write `leadership`, `management` or `both`
        content/examples/x.md: weight: heavy
                                       ^^^^^ error[front-matter]: `weight` wants a number such as 10, not `heavy`
        "#,
    );
}

#[test]
fn places_count_characters_and_hold_in_files_with_a_byte_order_mark() {
    let site = Handbook::new("").file("content/about.md", "\u{FEFF}Größe – [[Nichts]] und\0 [[Gar nichts]].\r\nZeile [[Auch nicht]].\r\n");
    expect(
        &site.build(),
        r#"
        content/about.md: ·Größe – [[Nichts]] und␀ [[Gar nichts]].
                                     ^^^^^^ error[broken-link]: there is no page called `Nichts`
                                     help: mend the link, or take it out: readers see its words without a link
        content/about.md: ·Größe – [[Nichts]] und␀ [[Gar nichts]].
                                                     ^^^^^^^^^^ error[broken-link]: there is no page called `Gar nichts`
                                                     help: mend the link, or take it out: readers see its words without a link
        content/about.md: Zeile [[Auch nicht]].
                                  ^^^^^^^^^^ error[broken-link]: there is no page called `Auch nicht`
                                  help: mend the link, or take it out: readers see its words without a link
        "#,
    );
}

#[test]
fn addresses_that_clash_name_both_sides() {
    let site = Handbook::new(
        "
        == content/vision/a.md
        +++
        aliases = [\"/vision/b/\", \"/old/\"]
        +++
        # A
        == content/vision/b.md
        +++
        aliases = [\"/old/\"]
        +++
        # B
        == content/vision/b.markdown
        # B too
        ",
    );
    expect(
        &site.build(),
        r#"
        content/vision/a.md: aliases = ["/vision/b/", "/old/"]
                                        ^^^^^^^^^^^^ warning[shadowed-url]: the former address /vision/b/ of content/vision/a.md is left out, because content/vision/b.markdown has that address
                                        help: rename one of the two
        content/vision/b.md: +++
                             ^ error[duplicate-url]: this page and content/vision/b.markdown both want the address /vision/b/
                             help: rename one of the files, or move it to another folder
        content/vision/b.md: aliases = ["/old/"]
                                        ^^^^^^^ warning[shadowed-url]: the former address /old/ of content/vision/b.md is left out, because content/vision/a.md has that address
                                        help: rename one of the two
        "#,
    );
}

#[test]
fn embeds_that_go_in_circles_are_marked_where_they_close() {
    let site = Handbook::new(
        "
        == content/vision/a.md
        A, then ![[b]]
        == content/vision/b.md
        B, then ![[a]]
        ",
    );
    expect(
        &site.build(),
        r#"
        content/vision/a.md: A, then ![[b]]
                                     ^^^^^^ error[embed-cycle]: `B` embeds itself, here or by way of other pages
                                     help: link to the page instead of embedding it
        content/vision/b.md: B, then ![[a]]
                                     ^^^^^^ error[embed-cycle]: `A` embeds itself, here or by way of other pages
                                     help: link to the page instead of embedding it
        "#,
    );
}

#[test]
fn a_page_says_its_language_and_the_direction_of_its_script() {
    let site = Handbook::new(
        "
        == handbook.toml
        language = \"de\"
        == content/about.md
        Text.
        == content/arabic.md
        +++
        lang = \"ar\"
        +++
        نص.
        ",
    );
    let site = site.build();
    assert!(site.at("/about/").starts_with("<!doctype html>\n<html lang=\"de\" dir=\"ltr\">"));
    assert!(site.at("/arabic/").starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">"));
    assert!(site.page("/arabic/").contains("نص."));
}

#[test]
fn a_draft_says_so_where_drafts_are_shown() {
    let handbook = Handbook::new("== content/a.md\n+++\ndraft = true\n+++\nText.\n");
    assert!(!handbook.clone().build().files.contains_key("a/index.html"));
    assert!(handbook.drafts().build().page("/a/").contains("This is a draft."));
}
