//! Views for tests: the least that each may hold, and all that it may hold.

use super::view::*;
use crate::base::config::four_pillars;
use crate::base::fingerprint::Sealed;

pub(super) fn site() -> SiteView {
    SiteView {
        title: "Leading & managing".into(),
        language: "en".into(),
        languages: vec!["en".into(), "de".into(), "ar".into()],
        base_url: Some("https://handbook.example/".into()),
        base_path: "/".into(),
        pillars: (1..).zip(four_pillars()).map(|(number, p)| pillar_of(number, &p.id, &p.title, &p.question)).collect(),
        groups: Vec::new(),
        foot: [("people", "contributors/"), ("glossary", "glossary/"), ("paths_short", "paths/"), ("index", "search/")]
            .map(|(name, href)| FootView { name, title: name.into(), href: href.into() })
            .into(),
        home_href: String::new(),
        index_href: "search/".into(),
        feeds: vec![FeedLinkView {
            title: "Leading & managing".into(),
            href: "atom.xml".into(),
            media_type: "application/atom+xml",
            pillar: None,
        }],
        open_search: Some("opensearch.xml".into()),
        policy: "default-src 'none'".into(),
        banner: String::new(),
        preview: false,
        card: None,
    }
}

pub(super) fn foreign_site(groups: &[&str]) -> SiteView {
    let groups = groups.iter().map(|title| LinkView { title: (*title).into(), href: format!("{title}/") }).collect();
    SiteView {
        title: "Company handbook".into(),
        base_url: None,
        pillars: Vec::new(),
        groups,
        policy: "default-src 'none'".into(),
        banner: "Preview of a branch".into(),
        ..site()
    }
}

fn pillar_of(number: u32, id: &str, title: &str, question: &str) -> PillarView {
    PillarView {
        id: id.into(),
        title: title.into(),
        question: question.into(),
        stance: Some("leadership".into()),
        href: format!("{id}/"),
        number,
        card: Some(SocialView {
            href: format!("https://handbook.example/_/cards/{id}.png"), alt: format!("{title} · Leading & managing")
        }),
    }
}

fn links(list: &[(&str, &str)]) -> Vec<LinkView> {
    list.iter().map(|(title, href)| LinkView { title: (*title).into(), href: (*href).into() }).collect()
}

fn link(title: &str, href: &str) -> Option<LinkView> {
    links(&[(title, href)]).pop()
}

fn person(name: &str, initials: &str) -> PersonView {
    PersonView { name: name.into(), href: "contributors/salesdog/".into(), initials: initials.into() }
}

fn day() -> Option<DateView> {
    Some(DateView { iso: "2026-08-03".into(), text: "3 August 2026".into() })
}

pub(super) fn card(title: &str, kind: &'static str, pillar: Option<&str>) -> Sealed<CardView> {
    Sealed::new(CardView {
        title: title.into(),
        href: "empowerment/delegate-outcomes/".into(),
        kind,
        pillar: pillar.map(str::to_owned),
        pillar_title: pillar.map(str::to_owned),
        claim: "Hand over the decision together with the right to be wrong about it, and say aloud who owns the rest.".into(),
        minutes: 4,
        examples: u32::from(kind == "essay") * 3,
        by: if kind == "example" { vec![person("salesdog", "sd")] } else { Vec::new() },
        role: (kind == "example").then(|| "Telesales manager, insurance".into()),
        date: None,
        draft: false,
    })
}

pub(super) fn head(title: &str, pillar: Option<&str>) -> PageHead {
    PageHead {
        url: "/empowerment/delegate-outcomes/".into(),
        root: "../../".into(),
        head_title: format!("{title} · Leading & managing"),
        title: title.into(),
        description: String::new(),
        lang: "en".into(),
        dir: "ltr",
        said_in: "en".into(),
        pillar: pillar.map(str::to_owned),
        canonical: None,
        card: None,
        crumbs: Vec::new(),
        group: None,
        noindex: false,
        draft: false,
        source: None,
        twin: None,
        groups: Vec::new(),
    }
}

fn one_part() -> PagingView {
    PagingView { number: 1, of: 1, previous: None, next: None }
}

pub(super) fn minimal(kind: &'static str) -> PageView {
    PageView {
        page: head("Delegate outcomes, not tasks", None),
        heading: HeadingView { html: "Delegate outcomes, <em>not tasks</em>".into(), id: None },
        ..super::page::blank(head("", None), kind)
    }
}

pub(super) fn full(kind: &'static str, content: &str) -> PageView {
    let site = site();
    let mut page = head("Delegate outcomes, not tasks", Some("empowerment"));
    page.description = "Hand over the decision together with the right to be \"wrong\" about it.".into();
    page.canonical = Some("https://handbook.example/empowerment/delegate-outcomes/".into());
    page.crumbs = links(&[("Handbook", ""), ("Empowerment", "empowerment/")]);
    page.source = Some("content/empowerment/delegate-outcomes.md".into());
    let essays = || vec![card("Set a direction", "essay", Some("vision")), card("Run fewer meetings", "essay", Some("efficiency"))];
    let examples = || {
        vec![card("The quarter that looked short", "example", Some("empowerment")), card("Three lines of text", "example", Some("results"))]
    };
    let section = |name, title: &str, cards| SectionView { name, title: title.into(), id: format!("_ff-list-{name}"), cards };
    PageView {
        page,
        heading: HeadingView { html: "Delegate outcomes, not tasks".into(), id: Some("delegate".into()) },
        claim: Some(ClaimView {
            html:
                "Hand over the decision together with the <a class=\"term\" href=\"../../glossary/right/\">right</a> to be wrong about it."
                    .into(),
            id: Some("claim".into()),
        }),
        content: content.into(),
        has_stances: true,
        toc: [("Leader and manager, side by side", "stances", 2), ("A <code>detail</code>", "detail", 3), ("Examples", "_ff-examples", 2)]
            .map(|(html, id, level)| TocView { html: html.into(), id: id.into(), level })
            .into(),
        minutes: 4,
        words: 812,
        pillars: vec![site.pillars[1].clone()],
        stances: vec!["leadership"],
        by: vec![person("salesdog", "sd"), person("Clive <Miller>", "CM")],
        role: Some("Telesales manager".into()),
        industry: Some("insurance".into()),
        status: Some("initial"),
        date: day(),
        updated: day(),
        tags: links(&[("trust", "tags/trust/"), ("one-to-ones", "tags/one-to-ones/")]),
        reviewed: Some("Ann, 3 May 2026".into()),
        sources: vec!["Zaleznik, A., Managers and Leaders: Are They Different?, Harvard Business Review, 1977.".into()],
        illustrates: if kind == "example" { essays() } else { Vec::new() },
        examples: if kind == "essay" { examples() } else { Vec::new() },
        contrasts: vec![card("Say no in public", "essay", Some("vision"))],
        terms: vec![Sealed::new(TermView {
            title: "Outcome".into(),
            href: "glossary/outcome/".into(),
            definition: "A change somebody outside the team would notice.".into(),
        })],
        backlinks: vec![backlink("Run fewer meetings", "efficiency"), backlink("Set a direction", "vision")],
        backlinks_more: 3,
        related: essays(),
        paths: vec![PathRowView {
            path: link("First 90 days", "paths/first-90-days/").expect("one link"),
            position: 2,
            of: 7,
            previous: link("Set a direction", "vision/set-a-direction/"),
            next: link("Run fewer meetings", "efficiency/run-fewer-meetings/"),
        }],
        previous: link("Set a direction", "vision/set-a-direction/"),
        next: link("Say no in public", "empowerment/say-no/"),
        stops: if kind == "path" { stops() } else { Vec::new() },
        stops_minutes: 24,
        rest: "<p>What follows the stops.</p>\n".into(),
        sections: match kind {
            "home" => vec![section("paths", "Start somewhere", essays()), section("newest", "New from people", examples())],
            "pillar" => vec![
                section("essays", "Essays", essays()),
                section("examples", "Examples", examples()),
                section("terms", "Words of this pillar", essays()),
            ],
            "contributor" => vec![section("examples", "Examples by salesdog", examples())],
            "page" => vec![section("folders", "Folders", essays()), section("pages", "Pages", essays())],
            _ => Vec::new(),
        },
        pillar_cards: match kind {
            "home" => site.pillars.iter().map(|p| PillarCardView { pillar: p.clone(), essays: 6, examples: 1 }).collect(),
            _ => Vec::new(),
        },
        edit_href: Some("https://example.org/edit".into()),
        add_example_href: Some("https://example.org/new".into()),
        ..minimal(kind)
    }
}

fn backlink(title: &str, pillar: &str) -> BacklinkView {
    let sentence = SentenceView {
        before: "A short meeting starts where you ".into(),
        marked: "delegate outcomes".into(),
        after: " instead of tasks.".into(),
        href: "efficiency/run-fewer-meetings/#p3".into(),
    };
    BacklinkView { card: card(title, "essay", Some(pillar)), sentences: vec![sentence] }
}

fn stops() -> Vec<StopView> {
    let stop = |title: &str, card, href: Option<&str>| StopView {
        card,
        title: title.into(),
        href: href.map(str::to_owned),
        sentence: "Why <em>this</em> first: it decides what the rest is for.".into(),
    };
    vec![
        stop("Set a direction", Some(card("Set a direction", "essay", Some("vision"))), None),
        stop("A talk elsewhere", None, Some("https://example.org/talk")),
        stop("Not written yet", None, None),
    ]
}

pub(super) fn listing(kind: &'static str, full: bool) -> ListingView {
    let item = |title: &str, kind, pillar: Option<&str>| ItemView {
        title: title.into(),
        href: "glossary/outcome/".into(),
        kind,
        pillar: pillar.map(str::to_owned),
        text: if full { "A change somebody outside the team would notice.".into() } else { String::new() },
        count: u32::from(full) * 4,
        pages: u32::from(full) * 2,
        also: if full { vec!["result".into(), "effect".into()] } else { Vec::new() },
        used_in: if full { links(&[("Delegate outcomes", "a/"), ("Run fewer meetings", "b/")]) } else { Vec::new() },
        id: if full { title.to_lowercase() } else { String::new() },
    };
    let group = |letter: &str, items| GroupView { title: letter.into(), id: format!("_ff-{letter}"), items };
    let groups = match full {
        false => vec![GroupView { title: String::new(), id: String::new(), items: vec![item("Outcome", "term", None)] }],
        true => vec![
            group("D", vec![item("Delegation", "term", None), item("Delegate", "essay", Some("empowerment"))]),
            group("M", vec![item("Meeting", "term", Some("nowhere"))]),
            group("O", vec![item("Outcome", "term", Some("vision"))]),
        ],
    };
    let paging = PagingView { number: 1, of: 2, previous: Some(String::new()), next: Some("glossary/page/2/".into()) };
    ListingView {
        page: head("Glossary", None),
        kind,
        lead: if full { "Words that mean something here.".into() } else { String::new() },
        intro: String::new(),
        groups,
        paging: if full { paging } else { one_part() },
        backlinks: if full { vec![backlink("Run fewer meetings", "efficiency")] } else { Vec::new() },
    }
}

pub(super) fn coverage() -> CoverageView {
    let cell = |stance, essays| CoverageCellView {
        stance,
        essays,
        examples: essays * 2,
        pages: links(&[("Set a direction", "a/")][..essays.min(1) as usize]),
    };
    let rows =
        site().pillars.into_iter().map(|pillar| CoverageRowView { pillar, cells: vec![cell("leadership", 2), cell("management", 0)] });
    CoverageView { page: head("Coverage", None), rows: rows.collect() }
}

/// Every template, with the least and with the most to show.
pub(super) fn map() -> MapView {
    let node = |kind| NodeView {
        title: "A title that is cut".into(),
        label: "A title…".into(),
        href: "vision/a/".into(),
        pillar: "vision".into(),
        x: 1,
        y: 2,
        radius: 6,
        label_x: 3,
        label_y: 4,
        anchor: "end",
        kind,
    };
    let curve = CurveView { d: "M1 2L3 4".into(), pillar: "vision".into(), kind: "link" };
    let picture =
        |shape| PictureView { shape, width: 10, height: 20, curves: vec![curve.clone()], nodes: vec![node("pillar"), node("essay")] };
    let groups = listing("glossary", true).groups;
    MapView { page: head("Map", None), pictures: vec![picture("wide"), picture("tall")], parts: Vec::new(), groups, left_out: 3 }
}

pub(super) fn print(content: &str) -> PrintView {
    let section = |kind| PrintPageView {
        number: "1.1".into(),
        title: "A <em>title</em>".into(),
        plain: "A title".into(),
        id: "p1".into(),
        kind,
        pillar: Some("vision".into()),
        by: vec!["Clive <Miller>".into()],
        role: Some("Sales".into()),
        lang: "en".into(),
        dir: "ltr",
        lead: "Why <em>now</em>.".into(),
        claim: Some("A claim.".into()),
        content: content.into(),
    };
    let chapter = |href, pages| PrintChapterView {
        number: "1".into(),
        title: "Vision".into(),
        id: "c1".into(),
        pillar: Some("vision".into()),
        question: "Where to?".into(),
        claim: Some("Where <em>to</em>?".into()),
        href,
        intro: "<p>An opening.</p>\n".into(),
        pages,
        rest: "<p>An end.</p>\n".into(),
    };
    let lines = vec![PrintLineView { id: "g1".into(), title: "Outcome".into(), text: "A change.".into() }];
    PrintView {
        page: head("Handbook", None),
        foreword: vec![PrintPageView { number: String::new(), id: "p0".into(), ..section("page") }],
        chapters: vec![chapter(Some("print/vision/".into()), Vec::new()), chapter(None, vec![section("essay"), section("example")])],
        terms: lines.clone(),
        people: lines,
        updated: day(),
        paging: PagingView { number: 1, of: 2, previous: None, next: Some("print/part/2/".into()) },
        parts: links(&[("Part 1", "print/"), ("Part 2", "print/part/2/")]),
    }
}

/// Every page of an EPUB.
pub(super) fn book(content: &str) -> Vec<View> {
    let print = print(content);
    let kinds = ["cover", "foreword", "part", "section", "end", "glossary", "people", "colophon"];
    let view = |kind| BookView {
        page: head("Handbook", None),
        title: "A <title>".into(),
        kind,
        chapter: matches!(kind, "part" | "end").then(|| print.chapters[0].clone()),
        section: matches!(kind, "foreword" | "section").then(|| print.chapters[1].pages[0].clone()),
        lines: if matches!(kind, "glossary" | "people") { print.terms.clone() } else { Vec::new() },
        by: vec!["Clive <Miller>".into()],
        updated: day(),
        address: Some("https://handbook.example/".into()),
    };
    kinds.into_iter().map(|kind| View::Book(view(kind).into())).collect()
}

pub(super) fn every_view(content: &str) -> Vec<View> {
    let kinds = ["home", "pillar", "essay", "example", "contributor", "term", "path", "page"];
    let lists = ["contributors", "glossary", "paths", "tags", "tag", "search", "new", "folder"];
    let mut views = Vec::new();
    views.extend(kinds.iter().flat_map(|kind| [View::Page(minimal(kind).into()), View::Page(full(kind, content).into())]));
    views.extend(lists.iter().flat_map(|kind| [false, true].map(|full| View::Listing(listing(kind, full).into()))));
    views.push(View::Coverage(CoverageView { rows: Vec::new(), ..coverage() }.into()));
    views.push(View::Coverage(coverage().into()));
    views.push(View::Print(print(content).into()));
    views.push(View::Map(map().into()));
    let parts = full("home", "").pillar_cards;
    views.push(View::Map(MapView { pictures: Vec::new(), groups: Vec::new(), parts, ..map() }.into()));
    views.push(View::NotFound(
        NotFoundView { page: PageHead { root: "/".into(), noindex: true, ..head("That page is not here", None) } }.into(),
    ));
    for canonical in [None, Some("https://handbook.example/a/".to_owned())] {
        views.push(View::Redirect(RedirectView {
            href: "../a/".into(),
            canonical,
            title: "A & B".into(),
            lang: "en".into(),
            dir: "ltr",
            said_in: "de".into(),
        }));
    }
    views.push(View::Sitemap(SitemapView { entries: Vec::new(), parts: Vec::new() }));
    let entry = SitemapEntryView { loc: "https://handbook.example/?a&b".into(), lastmod: Some("2026-08-03".into()) };
    views.push(View::Sitemap(SitemapView { entries: vec![entry.clone()], parts: Vec::new() }));
    views.push(View::Sitemap(SitemapView { entries: Vec::new(), parts: vec![entry] }));
    views.extend([false, true].map(|full| View::Feed(feed(full).into())));
    views
}

fn feed(full: bool) -> FeedView {
    let entry = FeedEntryView {
        title: "A & B <c>".into(),
        id: "https://handbook.example/a/".into(),
        url: "https://handbook.example/a/".into(),
        published: full.then(|| "2026-08-03T00:00:00Z".into()),
        updated: "2026-08-04T00:00:00Z".into(),
        summary: full.then(|| "A \"claim\" & more.".into()),
        content: full.then(|| "<p>A <em>text</em> &amp; more.</p>".into()),
        authors: if full { vec!["Clive <Miller>".into()] } else { Vec::new() },
        categories: if full { vec!["Vision".into()] } else { Vec::new() },
        lang: "en".into(),
    };
    FeedView {
        title: "Leading & managing".into(),
        author: "Leading & managing".into(),
        id: "https://handbook.example/".into(),
        home: "https://handbook.example/".into(),
        href: "https://handbook.example/atom.xml".into(),
        subtitle: full.then(|| "Where & why?".into()),
        updated: "2026-08-04T00:00:00Z".into(),
        lang: "en".into(),
        entries: vec![entry],
    }
}
