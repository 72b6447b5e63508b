//! The next way to write a link that would lead elsewhere.
//!
//! In: the graph after the move, a link as it was. Out: the bytes to replace and a text with which the link leads where
//! it led, or nothing.

use std::collections::BTreeSet;

use crate::base::config::Settings;
use crate::base::path::{SourcePath, decode_percent, join};
use crate::base::text::Span;
use crate::parse::page::{Link, Page, Relation, Syntax, Target};
use crate::parse::rules::Rules;
use crate::resolve::{Graph, PageId};

use super::locate::{Dress, Located, locate};
use super::spell::{self, Ground, Then};
use super::{Move, Pages, Place, Was, leads_home};

/// Tries spellings, none twice in one place.
pub(super) struct Respelling<'a> {
    rules: &'a Rules,
    step: &'a Move,
    settings: &'a Settings,
    tried: BTreeSet<(SourcePath, Span, String)>,
}

/// A link that would lead elsewhere.
pub(super) struct Wish<'a> {
    /// The graph after the move.
    pub(super) graph: &'a Graph,
    /// Its page there.
    pub(super) id: PageId,
    /// Its page before the move.
    pub(super) page: &'a Page,
    /// Which of that page's links it is.
    pub(super) at: usize,
    /// Where it led.
    pub(super) was: &'a Was,
    /// All pages before the move.
    pub(super) before: &'a Pages,
    /// The bytes of its file.
    pub(super) bytes: &'a [u8],
}

/// A spelling: what the link asks for then, and what is written where.
struct Candidate {
    target: Target,
    anchor: Option<Box<str>>,
    span: Span,
    text: String,
}

/// A target's path before and after the move, owned.
struct Aim {
    old: String,
    new: String,
    old_url: String,
    new_url: String,
    title: String,
    names: Vec<String>,
}

impl Aim {
    fn then(&self) -> Then<'_> {
        Then { old: &self.old, new: &self.new, old_url: &self.old_url, new_url: &self.new_url }
    }
}

impl<'a> Respelling<'a> {
    pub(super) fn new(rules: &'a Rules, step: &'a Move, settings: &'a Settings) -> Self {
        Self { rules, step, settings, tried: BTreeSet::new() }
    }

    /// The next spelling of a link that leads home.
    pub(super) fn next(&mut self, wish: &Wish<'_>) -> Option<(Span, String)> {
        let Wish { graph, id, page, at, was, before, bytes } = *wish;
        let link = &page.links[at];
        let same = |other: &&Link| other.span == link.span && other.raw == link.raw && other.syntax == link.syntax;
        let nth = if matches!(link.syntax, Syntax::Html | Syntax::Front) { page.links[..at].iter().filter(same).count() } else { 0 };
        let located = locate(bytes, link, nth)?;
        let candidates = match self.aim(graph, was, before) {
            Some(aim) => self.candidates(page, link, located, &aim),
            None => self.still_missing(page, link, located),
        };
        candidates.into_iter().find_map(|candidate| {
            let wished = Link { target: candidate.target, anchor: candidate.anchor, ..link.clone() };
            let outcome = graph.would_lead(id, &wished)?;
            let home = if was.place == Place::Nowhere {
                Place::of(graph, &outcome.resolution.lead) == Place::Nowhere
            } else {
                outcome.rivals.len() < 2 && leads_home(graph, was, &outcome.resolution, self.step, link.relation)
            };
            let key = (page.path.clone(), candidate.span, candidate.text.clone());
            (home && self.tried.insert(key)).then_some((candidate.span, candidate.text))
        })
    }

    fn aim(&self, graph: &Graph, was: &Was, before: &Pages) -> Option<Aim> {
        let bare = |old: &str, new: String| Aim {
            old: old.to_owned(),
            new,
            old_url: String::new(),
            new_url: String::new(),
            title: String::new(),
            names: Vec::new(),
        };
        match &was.place {
            Place::Page(old, _) => {
                let new = self.step.after(old);
                let node = graph.page_at(&new).and_then(|id| graph.node(id))?;
                let url = |url: &str| url.trim_matches('/').to_owned();
                Some(Aim {
                    old_url: before.get(old).map_or_else(String::new, |(page, _)| url(page.url.as_str())),
                    new_url: url(node.page.url.as_str()),
                    title: node.title().to_owned(),
                    names: node.page.names.clone(),
                    ..bare(old.as_str(), new.to_string())
                })
            }
            Place::Asset(old) => Some(bare(old.as_str(), self.step.after(old).to_string())),
            Place::Folder(old) => Some(bare(old, self.step.target(old).unwrap_or_else(|| old.clone()))),
            Place::Made(_) | Place::Nowhere => None,
        }
    }

    fn candidates(&self, page: &Page, link: &Link, located: Located, aim: &Aim) -> Vec<Candidate> {
        let (old, new) = (page.path.as_str(), self.step.after(&page.path));
        let here = Then { old, new: new.as_str(), old_url: "", new_url: "" };
        let ground = Ground { content: &self.settings.content, static_roots: &self.settings.static_roots };
        let plain = |ways: Vec<String>, target: fn(Box<str>) -> Target| -> Vec<Candidate> {
            let candidate = |way: String| {
                let text = spell::dressed(&way, located.dress)?;
                Some(Candidate { target: target(way.into()), anchor: link.anchor.clone(), span: located.span, text })
            };
            ways.into_iter().filter_map(candidate).collect()
        };
        match &link.target {
            Target::Path(written) => {
                let ways = spell::paths(written, here, aim.then(), ground);
                ways.into_iter().filter_map(|way| self.addressed(link, located, &way, "")).collect()
            }
            Target::Name(name) => plain(spell::names(name, here, aim.then(), &aim.title, ground), Target::Name),
            Target::Reference(_) => plain(spell::references(&link.raw, here, aim.then(), &aim.title, ground), Target::Reference),
            Target::Person(_) => plain(spell::people(&link.raw, aim.then(), &aim.title, &aim.names), |name| {
                Target::Person(name.trim_start_matches('@').into())
            }),
            Target::OwnSite(written) | Target::OwnRepository(written) => {
                let site = matches!(link.target, Target::OwnSite(_));
                let Some(lead) = lead_of(&link.raw, written) else { return Vec::new() };
                let lead = if site { format!("{}/", lead.trim_end_matches('/')) } else { lead.to_owned() };
                let ways = spell::own(written, aim.then(), ground, site);
                ways.into_iter().filter_map(|way| self.addressed(link, located, &way, &lead)).collect()
            }
            Target::Tag(_) | Target::External(_) | Target::Refused(_) => Vec::new(),
        }
    }

    /// A link that led nowhere keeps meaning the place that it meant.
    fn still_missing(&self, page: &Page, link: &Link, located: Located) -> Vec<Candidate> {
        let Target::Path(written) = &link.target else { return Vec::new() };
        if link.relation == Relation::By || written.starts_with(['/', '@']) {
            return Vec::new();
        }
        let meant = join(page.path.folder(), written).filter(|meant| !meant.is_empty());
        let way = meant.map(|meant| spell::relative(self.step.after(&page.path).folder(), &meant));
        way.and_then(|way| self.addressed(link, located, &way, "")).into_iter().collect()
    }

    /// A path or address in the place of the one that is there; what follows it (a query, an anchor) stays.
    fn addressed(&self, link: &Link, located: Located, way: &str, lead: &str) -> Option<Candidate> {
        let cut = link.raw.find(['#', '?']).unwrap_or(link.raw.len());
        let rest = &link.raw[cut..];
        let path = format!("{lead}{}", spell::dressed(way, located.dress)?);
        let (target, anchor) = self.rules.classify(&format!("{path}{rest}"));
        let (span, text) = match located.dress {
            Dress::Rewritten => {
                let rest = rest.replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('&', "&amp;");
                (located.span, format!("{path}{rest}"))
            }
            _ => (Span { start: located.span.start, end: located.span.start + cut as u32 }, path),
        };
        Some(Candidate { target, anchor, span, text })
    }
}

/// What stands before the path in an absolute address.
fn lead_of<'r>(raw: &'r str, path: &str) -> Option<&'r str> {
    let end = raw.find(['#', '?']).unwrap_or(raw.len());
    let authority = raw.find("://")? + 3;
    let slashes = raw[authority..end].match_indices('/').flat_map(|(at, _)| [authority + at, authority + at + 1]);
    slashes.chain([end]).find(|at| decode_percent(&raw[*at..end]) == path).map(|at| &raw[..at])
}
