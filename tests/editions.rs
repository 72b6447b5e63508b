//! Print editions, the map and recent changes: what stands where, and in which order.

use crate::support::{Handbook, closed_world, ill_formed};

fn handbook(essays: usize) -> Handbook {
    let base = Handbook::new(
        "
        == handbook.toml
        title = \"Book\"
        == content/vision/first.md
        +++
        weight = -2
        date = 2026-01-02
        +++
        # First

        Its claim. See [[Second#Part]] and [itself](#more).

        ## More

        Text.[^1]

        [^1]: A note.
        == content/results/second.md
        +++
        date = 2026-01-01
        updated = 2026-03-04
        +++
        # Second

        A claim.

        ## Part

        Back to [[First]].
        == content/about.md
        # About

        Who we are.
        ",
    );
    (0..essays).fold(base, |handbook, n| {
        handbook.file(&format!("content/vision/more-{n:04}.md"), format!("# More {n}\n\nClaim {n}. See [[Second]].\n\n## More\n\nText.\n"))
    })
}

#[test]
fn a_link_in_a_book_names_the_section_that_it_leads_to() {
    let site = handbook(0).build();
    let book = site.page("/print/");
    assert!(book.contains("<a href=\"#p2-part\">Second › Part</a><span class=\"ref\"> §4.1</span>"), "{book}");
    assert!(book.contains("<h3 id=\"p1\"><b>1.1</b> First</h3>"), "{book}");
    assert!(book.contains("<a href=\"#p1-more\">itself</a>"), "{book}");
    assert!(book.contains("<h4 id=\"p1-more\">More"), "{book}");
    let pillar = site.page("/print/vision/");
    assert!(pillar.contains("href=\"../../results/second/#part\""), "what is not in the edition is where it is: {pillar}");
}

#[test]
fn a_book_of_many_pages_comes_by_pillars_and_in_parts() {
    let site = handbook(251).build();
    let cover = site.page("/print/");
    assert!(cover.contains("href=\"../print/vision/\"") && cover.contains("About") && !cover.contains("Claim 7."), "{cover}");
    let (first, second) = (site.page("/print/vision/"), site.page("/print/vision/part/2/"));
    assert!(first.contains("Claim 248.") && !first.contains("Claim 249."));
    assert!(second.contains("Claim 249.") && second.contains("<b>1.251</b>"));
    let dead = closed_world(&site);
    assert!(dead.is_empty() && ill_formed(&site).is_empty(), "{dead:#?}");
}

#[test]
fn a_large_map_is_an_overview_and_a_map_a_pillar() {
    let small = handbook(5).build();
    assert!(small.page("/map/").contains("<svg") && !small.files.contains_key("map/vision/index.html"));
    let large = handbook(140).build();
    assert!(!large.page("/map/").contains("<svg viewBox=\"0 0 960"));
    assert!(large.page("/map/").contains("href=\"../map/vision/\""));
    let vision = large.page("/map/vision/");
    assert!(vision.contains("21 more stand on"), "{vision}");
    assert_eq!(vision.matches("class=\"essay\"").count(), 2 * 120);
    assert!(!large.files.contains_key("map/efficiency/index.html"));
}

#[test]
fn links_of_a_map_are_drawn_once_for_each_pair() {
    let site = handbook(0).build();
    let map = site.page("/map/");
    assert_eq!(map.matches("<path class=\"link\"").count(), 2, "one in each picture: {map}");
}

#[test]
fn recent_changes_begin_with_the_latest_day() {
    let site = handbook(0).build();
    let new = site.page("/new/");
    let (march, january) = (new.find("4 March 2026").unwrap(), new.find("2 January 2026").unwrap());
    assert!(march < january && !new.contains("About"), "{new}");
    let none = Handbook::new("== content/vision/a.md\n# A\n").build();
    assert!(!none.files.contains_key("new/index.html"));
}

#[test]
fn a_long_index_is_split_by_letter_and_a_long_letter_into_parts() {
    let short = handbook(20).build();
    assert!(short.page("/search/").contains(">More 19<") && !short.files.contains_key("search/M/index.html"));
    let long = handbook(2_001).build();
    assert!(long.page("/search/").contains("href=\"../search/M/\"") && !long.page("/search/").contains(">More 19<"));
    let (first, second) = (long.page("/search/M/"), long.page("/search/M/page/2/"));
    assert!(long.at("/search/M/").contains("<title>Index: M · Book</title>"));
    assert!(long.at("/search/M/page/2/").contains("<title>Index: M, part 2 · Book</title>"));
    let shown = |page: &str| (0..2_001).filter(|n| page.contains(&format!(">More {n}<"))).collect::<Vec<_>>();
    let (mut all, rest) = (shown(first), shown(second));
    assert_eq!((all.len(), rest.len()), (2_000, 1));
    all.extend(rest);
    all.sort_unstable();
    assert!(all.into_iter().eq(0..2_001), "each page stands in the index once");
    assert!(first.find(">More 9<") < first.find(">More 10<"), "numbers stand by their value");
    assert!(
        first.contains("rel=\"next\" href=\"../../search/M/page/2/\"") && second.contains("rel=\"prev\" href=\"../../../../search/M/\"")
    );
    assert!(long.files.contains_key("search/F/index.html") && !long.files.contains_key("search/F/page/2/index.html"));
    assert!(closed_world(&long).is_empty());
}
