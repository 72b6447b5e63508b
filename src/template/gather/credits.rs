//! People and tags, and their pages.
//!
//! In: the graph. Out: `Credits`, by name and by title. A person without a file and a tag are made from the links that credit
//! and tag.

use rustc_hash::FxHashMap;

use crate::base::path::Url;
use crate::parse::front::Kind;
use crate::parse::page::{Link, Relation, Target};
use crate::resolve::order::natural;
use crate::resolve::{Graph, Lead, PageId, Resolution};

use super::{Person, Tag};

/// Who is credited, and what pages are tagged with.
#[derive(Default)]
pub(super) struct Credits {
    /// People by name.
    pub(super) people: Vec<Person>,
    /// Tags by title.
    pub(super) tags: Vec<Tag>,
    pub(super) person_by_page: FxHashMap<PageId, usize>,
    pub(super) person_by_url: FxHashMap<Url, usize>,
    pub(super) tag_by_url: FxHashMap<Url, usize>,
}

impl Credits {
    pub(super) fn of(graph: &Graph) -> Self {
        let settings = &*graph.settings;
        let mut credits = Self::default();
        for (id, node) in graph.in_order().filter(|(_, node)| node.is_published(settings) && node.page.kind == Kind::Contributor) {
            credits.person_by_page.insert(id, credits.people.len());
            credits.person_by_url.insert(node.url.clone(), credits.people.len());
            credits.people.push(Person { name: node.title().to_owned(), url: node.url.clone(), page: Some(id), pages: Vec::new() });
        }
        for (id, node) in graph.in_order().filter(|(_, node)| node.is_listed(settings)) {
            for (link, resolution) in node.page.links.iter().zip(&node.links) {
                match link.relation {
                    Relation::By if !node.page.front.anonymous => credits.credit(id, link, resolution),
                    Relation::Tagged => credits.tagged(id, link, resolution),
                    _ => {}
                }
            }
        }
        credits.sort();
        credits
    }

    fn sort(&mut self) {
        self.people.sort_by_cached_key(|person| (natural(&person.name), person.url.clone()));
        self.tags.sort_by_cached_key(|tag| (natural(&tag.title), tag.url.clone()));
        self.person_by_page = self.people.iter().enumerate().filter_map(|(at, person)| person.page.map(|page| (page, at))).collect();
        self.person_by_url = self.people.iter().enumerate().map(|(at, person)| (person.url.clone(), at)).collect();
        self.tag_by_url = self.tags.iter().enumerate().map(|(at, tag)| (tag.url.clone(), at)).collect();
    }

    fn credit(&mut self, id: PageId, link: &Link, resolution: &Resolution) {
        let at = match &resolution.lead {
            Lead::Page(person, _) => self.person_by_page.get(person).copied(),
            Lead::Made(url) => Some(*self.person_by_url.entry(url.clone()).or_insert_with(|| {
                let name = if let Target::Person(name) = &link.target { name } else { &link.raw };
                self.people.push(Person { name: name.to_string(), url: url.clone(), page: None, pages: Vec::new() });
                self.people.len() - 1
            })),
            _ => None,
        };
        if let Some(person) = at.map(|at| &mut self.people[at])
            && person.pages.last() != Some(&id)
        {
            person.pages.push(id);
        }
    }

    fn tagged(&mut self, id: PageId, link: &Link, resolution: &Resolution) {
        let (Target::Tag(title), Lead::Made(url)) = (&link.target, &resolution.lead) else { return };
        let at = self.tag_by_url.get(url).copied().unwrap_or_else(|| {
            self.tag_by_url.insert(url.clone(), self.tags.len());
            self.tags.push(Tag { title: title.to_string(), url: url.clone(), pages: Vec::new() });
            self.tags.len() - 1
        });
        let tag = &mut self.tags[at];
        if tag.pages.last() != Some(&id) {
            tag.pages.push(id);
        }
    }
}
