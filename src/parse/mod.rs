//! Stage 2: one file, read alone. `Source` in, `Page` out.
//!
//! The steps: front matter is split off and checked; the place of the file gives an address, a kind, a pillar; the text
//! becomes HTML with holes, headings, links and words; the title and the claim are found.
//!
//! Invariant: parsing is total. A broken page is still a page, with diagnostics.
//! Invariant: a page depends on nothing but its own file and the settings, so it may be kept until either changes.

pub mod body;
pub mod dialects;
pub mod echo;
pub mod front;
pub mod packed;
pub mod page;
pub mod place;
pub mod rules;
pub mod sentence;
pub mod summary;
pub mod words;

use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::nearest::nearest;
use crate::base::path::{Url, bare_path};
use crate::base::text::{Source, Span};

use body::{Reading, Sheets};
use front::{Front, Kind, Spanned};
use page::{Address, Link, Page, Relation, Syntax, Target, TermSection};
use rules::{Rules, Trust};

/// What a thread reads pages with, one after the other: buffers that are asked for once.
#[derive(Default)]
pub struct Desk {
    sheets: Sheets,
    words: words::Desk,
}

/// Reads a page.
pub fn parse(source: &Source, rules: &Rules) -> Page {
    parse_at(&mut Desk::default(), source, rules)
}

/// Reads a page at a desk where others have been read.
pub fn parse_at(desk: &mut Desk, source: &Source, rules: &Rules) -> Page {
    let settings = &*rules.settings;
    let mut diagnostics = Vec::new();
    let (mut front, start) = front::front(source, settings, &mut diagnostics);
    if let (None, Some((_, tag))) = (&front.lang, settings.signposts.language_of(source.path.as_str())) {
        front.lang = Some(Spanned { value: tag.to_owned(), span: Span::default() });
    }
    let place = place::below_content(&source.path, settings);
    let pillars = place::pillars(&front, place, rules);
    let kind = place::kind(&front, &source.path, place, pillars.first(), settings);
    check_pillars(&front, source, rules, &mut diagnostics);

    let (url, former) = place::address(place);
    let links = front_links(&front);
    let say = settings.language(front.lang.as_ref().map_or(settings.config.language.as_str(), |lang| lang.value.as_str()));
    let reading = Reading { say, trust: trust(rules, place, kind), stops: kind == Kind::Path, first_link: links.len() as u32 };
    let written = body::write(source, start, reading, rules, &mut desk.sheets);
    let index = source.path.is_index();
    let stem = source.path.stem();
    let named = if index { source.path.folder().rsplit('/').next().filter(|folder| !folder.is_empty()).unwrap_or(stem) } else { stem };

    let mut page = Page {
        path: source.path.clone(),
        fingerprint: source.fingerprint,
        committed: settings.history.get(&source.path).copied(),
        addresses: addresses(&front, former, &url, &addresses_elsewhere(&front, place, settings)),
        names: front.aliases.iter().filter(|alias| !alias.value.starts_with('/')).map(|alias| alias.value.clone()).collect(),
        url,
        kind,
        draft: front.draft || place::is_draft(&source.path, place, settings),
        index,
        stances: if front.stance.is_empty() { written.stances.clone() } else { front.stance.clone() },
        has_stances: !written.stances.is_empty(),
        lead: written.lead,
        file_title: place::readable(named),
        claim: String::new(),
        summary: None,
        number: place::number(stem).0,
        words: written.words,
        text: words::Words::default(),
        sections: Vec::new(),
        pillars,
        front,
        headings: written.headings,
        ids: written.ids,
        body: written.body,
        twin: written.twin,
        links: body::joined(links, written.links),
        stops: written.stops,
        diagnostics,
    };
    page.diagnostics.extend(written.diagnostics);
    match page.front.summary.as_ref().map(|written| summary::read(&written.value)) {
        Some(summary) => (page.claim, page.summary) = (summary.text, Some(summary.html)),
        None => page.claim = written.claim,
    }
    let headings: Vec<_> = page.headings.iter().map(|heading| heading.range.clone()).collect();
    let claim = page.body.claim.as_ref().map(|(_, inside)| inside);
    page.text = words::Words::of(&page.body.html, &headings, claim, &page.body.prose, &mut desk.words);
    if settings.mode == Mode::Own && place == "glossary.md" {
        page.sections = term_sections(&page);
    }
    page
}

/// How far the page is trusted: contributions are recognised by their place and by what they are.
fn trust(rules: &Rules, place: &str, kind: Kind) -> Trust {
    match rules.trust(place) {
        Trust::Author if kind == Kind::Example && rules.settings.mode == Mode::Own => Trust::Contributor,
        trust => trust,
    }
}

/// Links that the front matter makes, in the order of its keys.
fn front_links(front: &Front) -> Vec<Link> {
    let link = |relation, target: fn(Box<str>) -> Target| {
        move |written: &Spanned<String>| Link {
            target: target(written.value.as_str().into()),
            anchor: None,
            relation,
            syntax: Syntax::Front,
            raw: written.value.as_str().into(),
            span: written.span,
            destination: written.span,
            place: written.span,
            sentence: None,
            label: None,
            title: None,
        }
    };
    let references = front.illustrates.iter().map(link(Relation::Illustrates, Target::Reference));
    let contrasts = front.contrasts.iter().map(link(Relation::Contrasts, Target::Reference));
    let people = front.by.iter().map(link(Relation::By, |name| Target::Person(name.trim_start_matches('@').into())));
    let tags = front.tags.iter().map(link(Relation::Tagged, Target::Tag));
    references.chain(contrasts).chain(people).chain(tags).collect()
}

/// Addresses besides the page's own.
fn addresses(front: &Front, former: Option<Url>, own: &Url, elsewhere: &[Spanned<String>]) -> Vec<Address> {
    let aliases = front.aliases.iter().filter(|alias| alias.value.starts_with('/'));
    let written = aliases.chain(&front.addresses).chain(elsewhere).map(|alias| (alias, true));
    let written = written.chain(front.former_paths.iter().map(|former| (former, false)));
    let mut all: Vec<Address> = former.into_iter().map(|url| Address { url, span: Span::default(), answers: true }).collect();
    for (alias, answers) in written {
        if let Some(url) = address_from(&alias.value)
            && url != *own
        {
            all.push(Address { url, span: alias.span, answers });
        }
    }
    all
}

/// Addresses that only a foreign folder has: those that the files of other tools forward to the page, a `slug` beside its
/// neighbours, and aliases that are addresses by the look of them, where other tools let the first `/` be left out.
fn addresses_elsewhere(front: &Front, place: &str, settings: &Settings) -> Vec<Spanned<String>> {
    if settings.mode == Mode::Own {
        return Vec::new();
    }
    let names_page = |to: &str| {
        let to = to.trim_start_matches("./").trim_matches('/');
        to == place || bare_path(to) == bare_path(place)
    };
    let rooted = |address: &str, span: Span| Spanned { value: format!("/{}", address.trim_matches('/')), span };
    let moved = settings.signposts.redirects.iter().filter(|(_, to)| names_page(to)).map(|(from, _)| rooted(from, Span::default()));
    let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    let slugs = front.addresses.iter().filter(|slug| !folder.is_empty() && !slug.value.contains(['/', ':']));
    let slugs = slugs.map(|slug| rooted(&format!("{folder}/{}", slug.value), slug.span));
    let looks_like_one = |alias: &&Spanned<String>| {
        let value = alias.value.as_str();
        !value.starts_with('/') && !value.contains(char::is_whitespace) && (value.contains('/') || value.ends_with(".html"))
    };
    let aliases = front.aliases.iter().filter(|_| !settings.vault).filter(looks_like_one).map(|alias| rooted(&alias.value, alias.span));
    moved.chain(slugs).chain(aliases).collect()
}

/// An address as authors write one: with or without the first and last `/`, never climbing.
fn address_from(written: &str) -> Option<Url> {
    let path = written.split(['?', '#']).next().unwrap_or(written);
    let path = crate::base::path::decode_percent(path.trim());
    let joined = crate::base::path::join("", path.trim_matches('/'))?;
    let parts: Vec<String> = joined.split('/').filter(|part| !part.is_empty()).map(place::segment).collect();
    let file = parts.last().is_some_and(|last| last.contains('.')) && !path.ends_with('/');
    let inner = parts.join("/");
    match (inner.is_empty(), file) {
        (true, _) => None,
        (false, true) => Url::new(&format!("/{inner}")),
        (false, false) => Url::new(&format!("/{inner}/")),
    }
}

fn check_pillars(front: &Front, source: &Source, rules: &Rules, out: &mut Vec<Diagnostic>) {
    if rules.settings.mode == Mode::Foreign {
        return;
    }
    for pillar in front.pillar.iter().filter(|pillar| rules.pillar_id(&pillar.value).is_none()) {
        let Some(severity) = rules.settings.severity(Code::UnknownPillar) else { return };
        let known = rules.settings.config.pillars.iter().map(|pillar| pillar.id.as_str());
        let message = format!("there is no pillar called `{}`", pillar.value);
        let diagnostic = Diagnostic::new(Code::UnknownPillar, severity, message).at(&source.path, pillar.span, "").target(&pillar.value);
        let help = match nearest(&pillar.value, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the pillars are {}", known.collect::<Vec<_>>().join(", ")),
        };
        out.push(diagnostic.help(help));
    }
}

/// Terms of a glossary in one file: its sections of the second level.
fn term_sections(page: &Page) -> Vec<TermSection> {
    let terms: Vec<usize> = (0..page.headings.len()).filter(|&at| page.headings[at].level == 2 && page.headings[at].top).collect();
    let section = |heading: usize| {
        let next = page.headings[heading + 1..].iter().find(|next| next.top && next.level <= 2);
        let start = page.headings[heading].range.end;
        let end = next.map_or(page.body.html.len() as u32, |next| next.range.start);
        let html = &page.body.html[start as usize..end as usize];
        TermSection { heading, range: start..end, claim: first_paragraph(html) }
    };
    terms.into_iter().map(section).collect()
}

/// The first paragraph of some HTML as plain text; words of unlabelled wikilinks are not in it.
fn first_paragraph(html: &str) -> String {
    let Some(start) = html.find("<p") else { return String::new() };
    let inside = &html[start..html[start..].find("</p>").map_or(html.len(), |end| start + end)];
    plain(inside)
}

/// HTML of our own writing without its outer element and without links.
pub fn plain_html(html: &str) -> String {
    body::strip_links(html.trim())
        .trim_start_matches(|c| c != '>')
        .trim_start_matches('>')
        .rsplit_once("</")
        .map_or_else(String::new, |(inside, _)| inside.to_owned())
}

/// HTML of our own writing as plain text.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
