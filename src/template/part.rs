//! Where readers find a part of a page.
//!
//! In: a page, the id of a part of its text. Out: the address below the root of the site.
//!
//! A page that introduces a list shows its title and its text otherwise than other pages do, and the terms of a glossary
//! in one file have pages of their own, so an id of the text is not always an id of the page.
//!
//! Invariant: the address leads to an id that is there, or to the top of a page.

use std::borrow::Cow;

use crate::parse::body::escape_into;
use crate::resolve::terms::Term;
use crate::resolve::{Graph, Node, PageId};

use super::gather::Gathered;
use super::href::{href, href_to};
use super::outputs::gathering_of;

/// The address of a part of a page; an empty part is the page. `None` for a page that is not published.
pub fn href_of<'a>(graph: &Graph, gathered: &'a Gathered, id: PageId, part: &str) -> Option<Cow<'a, str>> {
    let card = gathered.card_of(id)?;
    let node = graph.node(id)?;
    if part.is_empty() || gathering_of(graph, id).is_none() {
        return Some(whole_or_part(&card.href, part));
    }
    let page = &node.page;
    let at = offset(node, part);
    let section = page.sections.iter().rposition(|section| at.is_some_and(|at| page.headings[section.heading].range.start <= at));
    let Some(section) = section else {
        let is_title = page.lead.is_some_and(|lead| *page.headings[lead].id == *part);
        return Some(whole_or_part(&card.href, if is_title { "" } else { part }));
    };
    let term = graph.terms().iter().find(|term| term.page == id && term.section == Some(section));
    Some(match term.filter(|term| has_page(graph, gathered, term)).map(|term| href(&term.url, &graph.settings)) {
        Some(term) if *page.headings[page.sections[section].heading].id == *part => term.into(),
        Some(term) => href_to(&term, part).into(),
        None => Cow::Borrowed(&card.href),
    })
}

fn whole_or_part<'a>(page: &'a str, part: &str) -> Cow<'a, str> {
    if part.is_empty() { page.into() } else { href_to(page, part).into() }
}

/// Whether a term that is a section has the page at its address: no file is there, and no section before has its title.
fn has_page(graph: &Graph, gathered: &Gathered, term: &Term) -> bool {
    let first = graph.terms().iter().find(|other| other.section.is_some() && other.url == term.url);
    first.is_some_and(|first| (first.page, first.section) == (term.page, term.section)) && !gathered.taken_terms.contains(&term.url)
}

/// Where a part begins in the HTML of its page.
fn offset(node: &Node, part: &str) -> Option<u32> {
    if let Some(heading) = node.page.headings.iter().find(|heading| *heading.id == *part) {
        return Some(heading.range.start);
    }
    let mut attribute = String::from(" id=\"");
    escape_into(&mut attribute, part);
    attribute.push('"');
    node.page.body.html.find(&attribute).map(|at| at as u32)
}
