//! Outputs that gather pages: which there are, and what their parts are made from.
//!
//! In: the outputs of a site. Out: the few that gather a bit of everything, and, for the many parts of long lists, a
//! fingerprint of the cards in each, which costs far less than composing the part.
//!
//! Invariant: the fingerprint of a part differs whenever its view does, as far as the view shows a list.

use crate::base::config::Mode;
use crate::base::fingerprint::Fingerprint;
use crate::base::key::key;
use crate::parse::front::Kind;
use crate::resolve::PageId;
use crate::template::gather::folder_url;
use crate::template::gather::{Folder, Gathered};
use crate::template::languages::groups;
use crate::template::outputs::{Output, PART, Planned, gathering_of};
use crate::template::page::Scene;
use crate::template::sitewide::folder_title;

/// What an output gathers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gathers {
    /// Cards of a pillar, or of the home page.
    Cards,
    /// Terms with their users.
    Terms,
    /// Names, numbers, addresses.
    Names,
    /// A part of a long list.
    Part,
    /// Words, texts or links of the whole handbook, which are put together when somebody asks for them.
    Whole,
}

/// Whether an output is put together from all pages, and only when it is asked for.
pub(super) fn is_whole(output: &Output) -> bool {
    matches!(
        output,
        Output::Search(_) | Output::Map(_) | Output::Print(..) | Output::Sitemap(_) | Output::Feed(..) | Output::Network | Output::Llms
    )
}

/// What an output gathers, if anything.
pub(super) fn gathers(scene: Scene<'_>, planned: &Planned) -> Option<Gathers> {
    match &planned.output {
        Output::Page(id) => page_gathers(scene, *id),
        Output::Home | Output::Pillar(_) | Output::New => Some(Gathers::Cards),
        Output::Glossary => Some(Gathers::Terms),
        Output::People | Output::Paths | Output::Tags | Output::Coverage | Output::Files(_) => Some(Gathers::Names),
        Output::Index(None) | Output::NotFound | Output::Robots | Output::NoJekyll | Output::Term(_) => Some(Gathers::Names),
        Output::PillarPart(..) | Output::Person(..) | Output::Tag(..) | Output::Folder(..) | Output::Index(Some(_)) => Some(Gathers::Part),
        Output::Search(_) | Output::Map(_) | Output::Print(..) | Output::Sitemap(_) | Output::Feed(..) => Some(Gathers::Whole),
        Output::Network | Output::Llms => Some(Gathers::Whole),
        Output::OpenSearch | Output::Host(_) => Some(Gathers::Names),
        Output::Twin(_) | Output::Redirect(..) | Output::Asset(_) | Output::Scaled(..) | Output::Card(_) => None,
    }
}

fn page_gathers(scene: Scene<'_>, id: PageId) -> Option<Gathers> {
    let node = scene.graph.node(id)?;
    let is_pillar = scene.gathered.pillar_pages.iter().any(|pages| pages.index == Some(id));
    match gathering_of(scene.graph, id) {
        Some(Output::Glossary) => return Some(Gathers::Terms),
        Some(_) => return Some(Gathers::Names),
        None if is_pillar || node.url.as_str() == "/" => return Some(Gathers::Cards),
        None => {}
    }
    (node.page.kind == Kind::Contributor || node.page.index).then_some(Gathers::Part)
}

/// The fingerprint of what a part of a list shows.
pub(super) fn face(scene: Scene<'_>, planned: &Planned) -> Option<Fingerprint> {
    let Scene { graph, gathered } = scene;
    match &planned.output {
        Output::PillarPart(at, part) => {
            let pages = &gathered.pillar_pages[*at];
            let all: Vec<PageId> = pages.essays.iter().chain(&pages.examples).copied().collect();
            Some(Fingerprint::of(&cards(gathered, &all, *part)))
        }
        Output::Person(at, part) => {
            let person = gathered.people.get(*at)?;
            let twins = gathered.titles.get(&key(&person.name)).copied().unwrap_or(0) > 0;
            Some(Fingerprint::of(&(&person.name, &person.url, twins, cards(gathered, &person.pages, *part))))
        }
        Output::Tag(at, part) => {
            let tag = gathered.tags.get(*at)?;
            Some(Fingerprint::of(&(&tag.title, &tag.url, cards(gathered, &tag.pages, *part))))
        }
        Output::Folder(folder, part) => folder_face(scene, folder, gathered.folders.get(folder)?, *part),
        Output::Index(Some((letter, _))) => {
            let pages = gathered.lettered.get(letter).map_or(&[][..], Vec::as_slice);
            let people = gathered.people.iter().filter(|person| person.page.is_none());
            let people: Vec<_> = people.map(|person| (&person.name, &person.url)).collect();
            Some(Fingerprint::of(&(all_cards(gathered, pages), people)))
        }
        Output::Page(id) => {
            let node = graph.node(*id)?;
            if let Some(person) = gathered.person_of(*id) {
                return Some(Fingerprint::of(&(&person.name, &person.url, cards(gathered, &person.pages, 1))));
            }
            let place = graph.settings.in_content(node.page.path.as_str())?;
            let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
            folder_face(scene, folder, gathered.folders.get(folder)?, 1)
        }
        _ => None,
    }
}

fn folder_face(scene: Scene<'_>, folder: &str, entry: &Folder, part: u32) -> Option<Fingerprint> {
    let Scene { graph, gathered } = scene;
    let child = |child: &String| {
        let card = gathered.folders.get(child).and_then(|entry| entry.index).and_then(|index| gathered.card_of(index));
        (child.clone(), folder_title(graph, gathered, child), card.map(|card| card.fingerprint().0), gathered.has_page(graph, child))
    };
    let children: Vec<_> = entry.folders.iter().map(child).collect();
    let above: Vec<String> = folder.match_indices('/').map(|(at, _)| folder_title(graph, gathered, &folder[..at])).collect();
    // The page of the content folder shows the list of contents, a folder of a translation its neighbours there.
    let contents = (folder.is_empty() && graph.contents.is_there).then(|| {
        let pages = graph.in_order().filter_map(|(id, node)| {
            Some((node.entry.as_ref().and_then(|entry| entry.section), node.entry.is_some(), gathered.card_of(id)?.fingerprint().0))
        });
        (graph.contents.sections.clone(), pages.collect::<Vec<_>>())
    });
    let beside = (groups(graph, gathered, &folder_url(folder)), contents);
    let title = folder_title(graph, gathered, folder);
    Some(Fingerprint::of(&(folder, title, above, children, cards(gathered, &entry.pages, part), beside)))
}

/// How long a list is, and the fingerprints of the cards of one part.
fn cards(gathered: &Gathered, all: &[PageId], part: u32) -> (usize, Vec<u128>) {
    let start = ((part as usize).saturating_sub(1) * PART).min(all.len());
    (all.len(), all_cards(gathered, &all[start..(start + PART).min(all.len())]))
}

fn all_cards(gathered: &Gathered, pages: &[PageId]) -> Vec<u128> {
    pages.iter().filter_map(|id| gathered.card_of(*id)).map(|card| card.fingerprint().0).collect()
}

/// What pages below a folder show of it: whether it has a page, what that is called, and what its folders are, in order.
pub(super) type FolderFacts = (bool, bool, String, Vec<String>);

/// The facts of every folder, by path.
pub(super) fn folder_facts(scene: Scene<'_>) -> Vec<(String, FolderFacts)> {
    let Scene { graph, gathered } = scene;
    let facts = |(folder, entry): (&String, &Folder)| {
        let title = folder_title(graph, gathered, folder);
        (folder.clone(), (gathered.has_page(graph, folder), entry.index.is_some(), title, entry.folders.clone()))
    };
    let mut all: Vec<(String, FolderFacts)> = gathered.folders.iter().map(facts).collect();
    // A folder that holds nothing may still be a list of what stands elsewhere.
    if graph.settings.mode == Mode::Own {
        let lists = ["contributors", "glossary", "paths"];
        all.extend(lists.map(|list| (format!("/{list}"), (gathered.is_list(graph, list), false, String::new(), Vec::new()))));
    }
    all
}
