//! Whether the list of outputs is what it was before an update.
//!
//! In: the graph, what pages were that the update touched, what was gathered before and after. Out: yes, or perhaps not.
//!
//! Invariant: where the answer is yes, making the list anew would give the same list, in which each address stands for the
//! same page, and no conflicts that there were not.

use crate::base::config::Cards;
use crate::parse::page::{Page, Relation, Syntax};
use crate::resolve::graph::Touched;
use crate::resolve::text::Was;
use crate::resolve::{Graph, Lead, Node, PageId, Resolution};
use crate::template::gather::Gathered;

/// Whether the list of outputs certainly stays. Pages are those that the update touched, with what they were.
pub fn stays<'a>(
    graph: &Graph,
    touched: &Touched,
    mut pages: impl Iterator<Item = (PageId, Option<&'a Was>)>,
    before: &Gathered,
    now: &Gathered,
) -> bool {
    let keeps = |(id, was): (PageId, Option<&Was>)| was.zip(graph.node(id)).is_some_and(|(was, node)| keeps_outputs(was, node));
    !touched.files
        && !touched.terms
        && touched.shifted.is_empty()
        && touched.pictures.is_empty()
        && graph.settings.cards() != Cards::Page
        && pages.all(keeps)
        && gathers_alike(before, now)
}

/// Whether a page asks for the outputs that it asked for: its own, those of its former addresses, of files that it uses, of
/// lists that it is in.
fn keeps_outputs(was: &Was, node: &Node) -> bool {
    let (old, new) = (&was.page, &node.page);
    (&old.url, old.kind, old.index, old.draft) == (&new.url, new.kind, new.index, new.draft)
        && (old.front.hidden, old.front.publish_after, old.day()) == (new.front.hidden, new.front.publish_after, new.day())
        && old.pillars == new.pillars
        && alike(&old.addresses, &new.addresses, |address| &address.url)
        && files(old, &was.links).eq(files(new, &node.links))
}

/// The files and folders that a page links to or shows.
fn files<'a>(page: &'a Page, links: &'a [Resolution]) -> impl Iterator<Item = (&'a Lead, bool, bool)> {
    let all = page.links.iter().zip(links).filter(|(_, resolution)| matches!(resolution.lead, Lead::Asset(_) | Lead::Folder(_)));
    all.map(|(link, resolution)| (&resolution.lead, link.relation == Relation::Shows, link.syntax == Syntax::Html))
}

/// Whether all lists are as long as they were and stand where they stood.
fn gathers_alike(before: &Gathered, now: &Gathered) -> bool {
    before.title == now.title
        && before.pillars == now.pillars
        && alike(&before.pillar_pages, &now.pillar_pages, |pages| (pages.index, pages.essays.len(), pages.examples.len()))
        && alike(&before.people, &now.people, |person| (&person.name, &person.url, person.page, person.pages.len()))
        && alike(&before.tags, &now.tags, |tag| (&tag.url, tag.pages.len()))
        && before.paths.len() == now.paths.len()
        && alike(&before.folders, &now.folders, |(path, folder)| (path, folder.index, folder.pages.len(), &folder.folders))
        && before.taken_terms == now.taken_terms
        && alike(&before.lettered, &now.lettered, |(letter, pages)| (letter, pages.len()))
}

/// Whether two lists are the same in what is looked at.
fn alike<T, K: PartialEq>(before: impl IntoIterator<Item = T>, now: impl IntoIterator<Item = T>, of: impl Fn(T) -> K) -> bool {
    before.into_iter().map(&of).eq(now.into_iter().map(&of))
}
