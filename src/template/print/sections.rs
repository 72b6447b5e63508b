//! Where everything stands in an edition, for references within it.
//!
//! In: the pages of an edition, and what else has a place in a book. Out: the address of a page, a term or a person.
//!
//! Invariant: a book that stands alone has no address that is relative to a site.

use rustc_hash::FxHashMap;

use crate::base::path::encode_path;
use crate::resolve::{Node, PageId};

use super::outline::{Outline, Place};

/// The sections of an edition, for references between them.
pub struct Sections<'a> {
    pub(super) outline: &'a Outline,
    /// The addresses of its parts.
    pub(super) parts: Vec<String>,
    /// The part that is being written, from 1.
    pub(super) part: u32,
    /// What a book has that stands alone; `None` for an edition on the site.
    pub(super) alone: Option<Alone>,
}

/// What a book needs to stand alone.
pub(super) struct Alone {
    /// Ids of chapters, terms and people, by address below the root of the site.
    pub(super) entries: FxHashMap<String, String>,
    /// Where the site is, for links to what the book has not.
    pub(super) base: Option<String>,
}

impl Sections<'_> {
    /// The reference to a page: the address and the number of its section. An address on the same part begins with `##`,
    /// which tells it from the addresses that a page has within itself.
    pub fn reference(&self, root: &str, id: PageId, node: &Node, part: Option<&str>) -> Option<String> {
        let place = self.place(id)?;
        let page = &node.page;
        let lead = page.lead.map(|lead| &*page.headings[lead].id);
        let is_shown = |part: &&str| {
            let claim = page.body.claim_id.as_deref();
            Some(*part) != lead
                && Some(*part) != claim
                && (page.headings.iter().any(|heading| *heading.id == **part) || page.ids.iter().any(|id| id == part))
        };
        let inside = part.filter(is_shown).map_or_else(String::new, |part| format!("-{}", encode_path(part)));
        Some(if place.part == self.part {
            format!("##{}{inside}", place.anchor())
        } else {
            format!("{root}{}#{}{inside}", self.parts.get(place.part as usize - 1)?, place.anchor())
        })
    }

    /// The place of a page.
    pub fn place(&self, id: PageId) -> Option<Place> {
        self.outline.places.get(&id).copied()
    }

    /// An address below the root of the site, as the edition leads there: within the book where it has what is meant, else on
    /// the site; `None` where a book that stands alone knows of no site.
    pub fn outward(&self, root: &str, address: &str) -> Option<String> {
        let Some(alone) = &self.alone else { return Some(format!("{root}{address}")) };
        match self.entry(address) {
            Some(entry) => Some(entry),
            None => alone.base.as_ref().map(|base| format!("{base}{address}")),
        }
    }

    /// The place in the book of a chapter, a term or a person, by address below the root of the site.
    pub fn entry(&self, address: &str) -> Option<String> {
        let page = address.split('#').next().unwrap_or(address);
        self.alone.as_ref()?.entries.get(page).map(|id| format!("##{id}"))
    }
}
