//! Moves a file or a folder of a handbook so that no link breaks. In: the handbook, what goes where. Out: the edits.
//!
//! The steps: the graph as it is says where every link leads; the files get their new paths and former addresses; each
//! link that then leads elsewhere is written another way, the likest to what stood there; the new graph says whether it
//! leads home. What others must be told (a link that cannot be written, a problem that the move would bring) is an answer
//! too, never an accident.
//!
//! Invariant: pure. Nothing is read or written; spans of edits are bytes of the files before the move.
//! Invariant: a byte changes only where a link would lead elsewhere without it, or where a former address is noted.
//! Invariant: an empty `astray` and no `problems` mean that every link leads where it led, and that nothing is worse.

mod locate;
mod respell;
mod spell;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::config::Settings;
use crate::base::diagnostic::render::Sources;
use crate::base::diagnostic::{Code, Diagnostic, Edit, Severity, edited};
use crate::base::path::{SourcePath, Url, encode_path};
use crate::base::text::{Source, Span};
use crate::engine::{Change, Engine};
use crate::parse::front::{Kind, add};
use crate::parse::page::{Page, Relation, Syntax};
use crate::parse::rules::Rules;
use crate::resolve::{Graph, Lead, PageId, Resolution, Standing};

use respell::{Respelling, Wish};

/// How often links are written anew: a new name may draw other links to it, which are then written another way.
const ROUNDS: usize = 6;

/// What is moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// A file or folder below the project root.
    pub from: SourcePath,
    /// Where it goes.
    pub to: SourcePath,
}

impl Move {
    /// Where a path goes that is the file, the folder, or lies in it; `None` for any other.
    fn target(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.from.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", self.to))
    }

    /// Where a path lies afterwards.
    pub fn after(&self, path: &SourcePath) -> SourcePath {
        self.target(path.as_str()).and_then(|path| SourcePath::new(&path)).unwrap_or_else(|| path.clone())
    }

    fn moves(&self, path: &SourcePath) -> bool {
        self.target(path.as_str()).is_some()
    }
}

/// A handbook as it lies on the disk.
pub struct Handbook<'a> {
    /// What decides besides the files; drafts should be taken in, since their links count too.
    pub settings: Arc<Settings>,
    /// Its pages.
    pub pages: Vec<Source>,
    /// Its other files.
    pub assets: Vec<SourcePath>,
    /// The bytes of its pages.
    pub bytes: &'a dyn Sources,
}

/// A link that cannot be kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Astray {
    /// The page, where it lies before the move.
    pub file: SourcePath,
    /// The link in it.
    pub span: Span,
    /// Its destination as written.
    pub raw: String,
}

/// What a move takes.
#[derive(Debug, Default)]
pub struct Relocation {
    /// Every edit, sorted; files are named as they are before the move.
    pub edits: BTreeMap<SourcePath, Vec<Edit>>,
    /// How many links are written anew.
    pub links: usize,
    /// Former addresses that are noted, by the page's path after the move.
    pub aliases: Vec<(SourcePath, Url)>,
    /// Pages whose facts cannot be added to, with the address that should have been noted.
    pub unnoted: Vec<(SourcePath, Url)>,
    /// Links that would lead elsewhere.
    pub astray: Vec<Astray>,
    /// Errors and warnings that the move would bring, with places in the files after it.
    pub problems: Vec<Diagnostic>,
    /// The bytes of pages that change, by their paths after the move.
    pub after: BTreeMap<SourcePath, Vec<u8>>,
}

impl Relocation {
    /// Noted addresses that readers reach something else at.
    fn lost_addresses(&self) -> Vec<Url> {
        let shadowed = self.problems.iter().filter(|problem| problem.code == Code::ShadowedUrl).filter_map(Diagnostic::primary);
        let lost = shadowed.filter_map(|label| {
            let bytes = self.after.get(&label.file)?;
            let written = bytes.get(label.span.start as usize..label.span.end as usize)?;
            let is_it = |(file, url): &&(SourcePath, Url)| {
                *file == label.file && memchr::memmem::find(written, alias_text(url).as_bytes()).is_some()
            };
            self.aliases.iter().find(is_it).map(|(_, url)| url.clone())
        });
        lost.collect()
    }
}

/// Where a link leads, by paths.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Page(SourcePath, Option<String>),
    Asset(SourcePath),
    Made(Url),
    Folder(String),
    Nowhere,
}

impl Place {
    fn of(graph: &Graph, lead: &Lead) -> Self {
        match lead {
            Lead::Page(id, part) => graph.node(*id).map_or(Self::Nowhere, |node| Self::Page(node.page.path.clone(), part.clone())),
            Lead::Asset(path) => Self::Asset(path.clone()),
            Lead::Made(url) => Self::Made(url.clone()),
            Lead::Folder(folder) => Self::Folder(folder.clone()),
            Lead::Nowhere => Self::Nowhere,
        }
    }

    fn after(&self, step: &Move) -> Self {
        match self {
            Self::Page(path, part) => Self::Page(step.after(path), part.clone()),
            Self::Asset(path) => Self::Asset(step.after(path)),
            Self::Folder(folder) => Self::Folder(step.target(folder).unwrap_or_else(|| folder.clone())),
            other => other.clone(),
        }
    }
}

/// A link as it was before the move.
#[derive(Clone, Debug)]
struct Was {
    place: Place,
    standing: Standing,
    several: bool,
}

/// Pages and where their links led, by path.
type Pages = BTreeMap<SourcePath, (Arc<Page>, Vec<Was>)>;

/// The pages and their links before the move.
struct Before {
    pages: Pages,
    problems: BTreeMap<Kin, usize>,
}

/// Plans a move.
pub fn relocate(handbook: &Handbook<'_>, step: &Move) -> Relocation {
    let mut taken = BTreeSet::new();
    loop {
        let planned = attempt(handbook, step, &taken);
        // A former address that something else answers to by then needs no note.
        let known = taken.len();
        taken.extend(planned.lost_addresses());
        if taken.len() == known {
            return planned;
        }
    }
}

/// Plans a move, without noting the addresses that are taken.
fn attempt(handbook: &Handbook<'_>, step: &Move, taken: &BTreeSet<Url>) -> Relocation {
    let Handbook { settings, pages, assets, bytes } = handbook;
    let rules = Rules::new(Arc::clone(settings));
    let mut engine = Engine::new(Arc::clone(settings));
    let moved_pages: Vec<Source> = pages.iter().filter(|page| step.moves(&page.path)).cloned().collect();
    let moved_assets: Vec<SourcePath> = assets.iter().filter(|path| step.moves(path)).cloned().collect();
    let before = {
        let plan = engine.apply(Change { put: pages.clone(), assets: assets.clone(), ..Change::default() });
        Before { pages: links_of(plan.graph()), problems: counted(&plan.diagnostics(), |path| step.after(path)) }
    };
    let mut work = Work { step, settings, bytes: *bytes, edits: BTreeMap::new(), relocation: Relocation::default() };
    work.note_addresses(&before, &moved_pages, taken);
    let gone = moved_pages.iter().map(|page| page.path.clone()).chain(moved_assets.iter().cloned()).collect();
    let put = moved_pages.iter().filter_map(|page| work.source(&page.path)).collect();
    let assets = moved_assets.iter().map(|path| step.after(path)).collect();
    drop(engine.apply(Change { put, assets, gone, ..Change::default() }));
    let mut tried = Respelling::new(&rules, step, settings);
    for _ in 0..ROUNDS {
        let changed = work.respell(&before, engine.graph(), &mut tried);
        if changed.is_empty() {
            break;
        }
        let put = changed.iter().filter_map(|path| work.source(path)).collect();
        drop(engine.apply(Change { put, ..Change::default() }));
    }
    let nothing = engine.apply(Change::default());
    work.finish(&before, nothing.graph(), &nothing.diagnostics())
}

/// Every page with where its links lead.
fn links_of(graph: &Graph) -> Pages {
    let was = |id: PageId| {
        let node = graph.node(id)?;
        let links = node.links.iter().enumerate().map(|(at, resolution)| Was {
            place: Place::of(graph, &resolution.lead),
            standing: resolution.standing,
            several: node.troubles.iter().any(|trouble| trouble.link as usize == at && trouble.rivals.len() > 1),
        });
        Some((node.page.path.clone(), (Arc::clone(&node.page), links.collect())))
    };
    graph.in_order().filter_map(|(id, _)| was(id)).collect()
}

/// What makes two problems the same before and after a move: what they are about, and the files.
type Kin = (&'static str, Vec<SourcePath>);

/// The kin of an error or a warning. A link that is broken in another way than before is no new problem.
fn kin(problem: &Diagnostic, after: impl Fn(&SourcePath) -> SourcePath) -> Option<Kin> {
    use Code::{AmbiguousLink, BrokenAnchor, BrokenLink, LooseAnchor, LooseLink, MovedLink, StaleOwnUrl, WantedPage};
    let about = match problem.code {
        BrokenLink | BrokenAnchor | WantedPage | MovedLink | LooseLink | LooseAnchor | AmbiguousLink | StaleOwnUrl => "link",
        code => code.name(),
    };
    // Which of two pages loses an address that both have noted depends on their paths.
    let labels = if problem.code == Code::ShadowedUrl { &[] } else { problem.labels.as_slice() };
    let mut files: Vec<SourcePath> = labels.iter().map(|label| after(&label.file)).collect();
    files.sort();
    files.dedup();
    (problem.severity != Severity::Hint).then_some((about, files))
}

fn counted(problems: &[Diagnostic], after: impl Fn(&SourcePath) -> SourcePath) -> BTreeMap<Kin, usize> {
    let mut counts = BTreeMap::new();
    for kin in problems.iter().filter_map(|problem| kin(problem, &after)) {
        *counts.entry(kin).or_default() += 1;
    }
    counts
}

struct Work<'a> {
    step: &'a Move,
    settings: &'a Settings,
    bytes: &'a dyn Sources,
    /// By the file before the move and the place in it.
    edits: BTreeMap<SourcePath, BTreeMap<Span, Written>>,
    relocation: Relocation,
}

/// What is written in a place.
struct Written {
    text: String,
    /// How many links it serves: one, or all by reference to one definition; none for an alias.
    links: BTreeSet<usize>,
}

impl Work<'_> {
    /// Notes on each page that gets another address the one that it had.
    fn note_addresses(&mut self, before: &Before, moved: &[Source], taken: &BTreeSet<Url>) {
        for source in moved {
            let Some((page, _)) = before.pages.get(&source.path) else { continue };
            let now = self.step.after(&source.path);
            let url = crate::parse::place::address(crate::parse::place::below_content(&now, self.settings)).0;
            let implied = page.addresses.iter().filter(|address| address.span == Span::default()).map(|address| &address.url);
            let known = |former: &&Url| {
                let plain = |address: &str| address.trim_matches('/').to_owned();
                let written = page.front.aliases.iter().chain(&page.front.addresses);
                let mut written = written.map(|alias| plain(&alias.value));
                **former != url
                    && !written.any(|alias| alias == plain(former.as_str()))
                    && former.as_str() != "/"
                    && !taken.contains(former)
            };
            let former: Vec<Url> = std::iter::once(&page.url).chain(implied).filter(known).cloned().collect();
            if former.is_empty() {
                continue;
            }
            let texts: Vec<String> = former.iter().map(alias_text).collect();
            match add::alias(source, &texts, self.settings) {
                Some((place, text)) => {
                    let span = source.on_disk(place);
                    self.edits.entry(source.path.clone()).or_default().insert(span, Written { text, links: Default::default() });
                    self.relocation.aliases.extend(former.into_iter().map(|url| (now.clone(), url)));
                }
                None => self.relocation.unnoted.extend(former.into_iter().map(|url| (now.clone(), url))),
            }
        }
    }

    fn edits_of(&self, file: &SourcePath) -> Vec<Edit> {
        let edits = self.edits.get(file).into_iter().flatten();
        edits.map(|(span, written)| Edit { file: file.clone(), span: *span, text: written.text.clone() }).collect()
    }

    /// A page as it is after the move; `file` is its path before.
    fn source(&self, file: &SourcePath) -> Option<Source> {
        let bytes = self.bytes.bytes(file)?;
        Some(Source::decode(self.step.after(file), edited(&bytes, &self.edits_of(file))?))
    }

    /// Writes every link anew that leads elsewhere; the pages that change, by their paths before the move.
    fn respell(&mut self, before: &Before, graph: &Graph, tried: &mut Respelling<'_>) -> Vec<SourcePath> {
        let mut changed = Vec::new();
        for (file, (page, was)) in &before.pages {
            let now = self.step.after(file);
            let Some(id) = graph.page_at(&now) else { continue };
            let wrong = wrong_links(graph, id, page, was, self.step);
            if wrong.is_empty() {
                continue;
            }
            let Some(bytes) = self.bytes.bytes(file) else { continue };
            for at in wrong {
                let Some((span, text)) = tried.next(&Wish { graph, id, page, at, was: &was[at], before: &before.pages, bytes: &bytes })
                else {
                    continue;
                };
                let written = self
                    .edits
                    .entry(file.clone())
                    .or_default()
                    .entry(span)
                    .or_insert_with(|| Written { text: String::new(), links: Default::default() });
                written.links.insert(at);
                if written.text != text {
                    written.text = text;
                    changed.push(file.clone());
                }
            }
        }
        changed.dedup();
        changed
    }

    fn finish(mut self, before: &Before, graph: &Graph, problems: &[Diagnostic]) -> Relocation {
        for (file, (page, was)) in &before.pages {
            let Some(id) = graph.page_at(&self.step.after(file)) else { continue };
            let wrong = wrong_links(graph, id, page, was, self.step);
            let wrong = wrong.into_iter().filter(|at| was[*at].place != Place::Nowhere);
            let astray = wrong.map(|at| Astray { file: file.clone(), span: page.links[at].span, raw: page.links[at].raw.to_string() });
            self.relocation.astray.extend(astray);
        }
        let mut left = before.problems.clone();
        for problem in problems {
            let Some(kin) = kin(problem, SourcePath::clone) else { continue };
            match left.get_mut(&kin).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => self.relocation.problems.push(problem.clone()),
            }
        }
        let files: Vec<SourcePath> = self.edits.keys().cloned().collect();
        for file in files {
            let edits = self.edits_of(&file);
            let after = self.bytes.bytes(&file).and_then(|bytes| edited(&bytes, &edits));
            self.relocation.after.extend(after.map(|bytes| (self.step.after(&file), bytes)));
            self.relocation.edits.insert(file, edits);
        }
        self.relocation.links = self.edits.values().flat_map(BTreeMap::values).map(|written| written.links.len()).sum();
        self.relocation
    }
}

/// An address as it is noted: read back, it is the same.
fn alias_text(url: &Url) -> String {
    if url.as_str().contains(['%', '?', '#']) { encode_path(url.as_str()).replace("%20", " ") } else { url.to_string() }
}

/// The links of a page that do not lead where they led, by their number before the move.
fn wrong_links(graph: &Graph, id: PageId, old: &Page, was: &[Was], step: &Move) -> Vec<usize> {
    let Some(node) = graph.node(id) else { return Vec::new() };
    let pairs = paired(old, &node.page);
    let several = |at: usize| node.troubles.iter().any(|trouble| trouble.link as usize == at && trouble.rivals.len() > 1);
    let pages_moved = step.moves(&old.path);
    let wrong = pairs.into_iter().filter(|&(before, after)| {
        let (was, now) = (&was[before], &node.links[after]);
        if was.place == Place::Nowhere {
            // What led nowhere may find its page; only the moved page's own ways must not mean another place by chance.
            return pages_moved && now.lead != Lead::Nowhere && !node.page.links[after].raw.is_empty();
        }
        !leads_home(graph, was, now, step, old.links[before].relation) || (several(after) && !was.several)
    });
    wrong.map(|(before, _)| before).collect()
}

/// Whether a link leads where it led, as well as it did.
fn leads_home(graph: &Graph, was: &Was, now: &Resolution, step: &Move, relation: Relation) -> bool {
    let (wanted, place) = (was.place.after(step), Place::of(graph, &now.lead));
    let good = now.standing == was.standing || now.standing == Standing::Ok;
    if wanted == place {
        return good;
    }
    // A page that has left the people's folder, or come there, is a person no longer, or is one now; a credit stays a credit.
    let stranger =
        |path: &SourcePath| graph.page_at(path).and_then(|id| graph.node(id)).is_some_and(|node| node.page.kind != Kind::Contributor);
    match (&wanted, &place) {
        (Place::Page(path, _), Place::Made(_)) => relation == Relation::By && stranger(path),
        (Place::Made(_), Place::Page(path, _)) => good && path.as_str().starts_with(step.to.as_str()) && !stranger(path),
        _ => false,
    }
}

/// Which link of a page is which after an edit: their order stays. Raw HTML counts only while its trust is the same.
fn paired(old: &Page, new: &Page) -> Vec<(usize, usize)> {
    let kept = |page: &Page, html: bool| -> Vec<usize> {
        page.links.iter().enumerate().filter(|(_, link)| html || link.syntax != Syntax::Html).map(|(at, _)| at).collect()
    };
    [true, false]
        .into_iter()
        .map(|html| (kept(old, html), kept(new, html)))
        .find(|(old, new)| old.len() == new.len())
        .map_or_else(Vec::new, |(old, new)| old.into_iter().zip(new).collect())
}
