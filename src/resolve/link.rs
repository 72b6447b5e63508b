//! One link: what it asks for becomes where it leads.

use crate::base::config::Settings;
use crate::base::key::key;
use crate::base::path::{SourcePath, Url, is_hidden};
use crate::base::slug::slug;
use crate::parse::page::{Link, Page, Relation, Target};
use crate::parse::rules::has_extension;

use super::anchor::Part;
use super::graph::Node;
use super::names::{Asker, Claimant, NameKind};
use super::wiki::Meaning;
use super::{How, Lead, PageId, Resolution, Site, Standing, path, wiki};

/// What resolving the links of one page needs.
pub struct Scope<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The handbook as a whole.
    pub site: Site<'a>,
    /// All pages.
    pub nodes: &'a [Option<Node>],
    /// The page whose links these are.
    pub page: &'a Page,
    /// The same page in the graph.
    pub id: PageId,
}

/// A link with what an author should know about it.
pub struct Outcome {
    /// Where it leads and how it stands.
    pub resolution: Resolution,
    /// Candidates at equal distance, where there were several.
    pub rivals: Vec<Claimant>,
    /// What became of its anchor.
    pub part: Part,
}

impl Outcome {
    fn of(resolution: Resolution) -> Self {
        Self { resolution, rivals: Vec::new(), part: Part::Whole }
    }
}

/// The address of a person who has no file.
pub fn person_url(name: &str) -> Url {
    made_url("contributors", name)
}

/// The address of a tag.
pub fn tag_url(tag: &str) -> Url {
    made_url("tags", tag)
}

/// The address of a made page: its name is slugged as GitHub slugs a heading.
pub fn made_url(folder: &str, name: &str) -> Url {
    let name = slug(name.trim());
    let name = if name.is_empty() { "-".to_owned() } else { crate::parse::place::segment(&name) };
    Url::new(&["/", folder, "/", &name, "/"].concat()).unwrap_or_else(Url::home)
}

/// Resolves one link.
pub fn resolve(scope: &Scope<'_>, asker: &mut Asker<'_>, link: &Link) -> Outcome {
    let from = &scope.page.path;
    let found = match &link.target {
        Target::External(_) => return Outcome::of(Resolution::nowhere(Standing::External)),
        Target::Refused(_) => return Outcome::of(Resolution::nowhere(Standing::Broken)),
        Target::Tag(tag) => return Outcome::of(Resolution { lead: Lead::Made(tag_url(tag)), standing: Standing::Ok, how: How::Exact }),
        Target::Person(name) => return person(scope, asker, name),
        Target::Name(name) if name.is_empty() => Some((How::Exact, Claimant::Page(from.clone()))),
        Target::Name(name) => match wiki::resolve(&scope.site, asker, from, name) {
            Meaning::One(how, claimant) => Some((how, claimant)),
            Meaning::Several(rivals) => return several(scope, asker, link, rivals),
            Meaning::Person(name) if is_shown(scope, asker, &name) => return person(scope, asker, &name),
            Meaning::Person(_) | Meaning::Nothing => None,
        },
        Target::Path(path) if path.is_empty() => Some((How::Exact, Claimant::Page(from.clone()))),
        Target::Path(destination) => by_path(scope, asker, link, destination),
        Target::OwnSite(path) => path::resolve_own_site(&scope.site, asker, from, path),
        Target::OwnRepository(path) => path::resolve_repository(&scope.site, asker, path),
        Target::Reference(reference) => match reference_meaning(scope, asker, reference) {
            Meaning::One(how, claimant) => Some((how, claimant)),
            Meaning::Several(rivals) => return several(scope, asker, link, rivals),
            Meaning::Person(_) | Meaning::Nothing => None,
        },
    };
    match found {
        Some((how, claimant)) => land(scope, asker, link, how, &claimant),
        None => Outcome::of(Resolution::nowhere(missing(scope.settings, link))),
    }
}

/// A destination of a Markdown link; where it reads both as a path of files and as an address, the anchor decides.
fn by_path(scope: &Scope<'_>, asker: &mut Asker<'_>, link: &Link, destination: &str) -> Option<path::Found> {
    let from = &scope.page.path;
    if let (Some(anchor), true) = (&link.anchor, path::is_url_like(destination)) {
        let (file, url) = path::readings(&scope.site, asker, from, destination);
        if let (Some(file), Some(url)) = (file, url)
            && file != url
        {
            let has = |claimant: &Claimant| match page_of(asker, claimant) {
                Some(id) => !matches!(part_of(scope, id, anchor, link), Part::Missing | Part::Loose(_)),
                None => false,
            };
            let (on_file, on_url) = (has(&file), has(&url));
            if on_file != on_url {
                return Some(if on_file { (How::Exact, file) } else { (How::Url, url) });
            }
        }
    }
    path::resolve(&scope.site, asker, from, destination)
}

/// A key of the front matter: a wikilink, a path from here or from the content root, a title.
fn reference_meaning(scope: &Scope<'_>, asker: &mut Asker<'_>, reference: &str) -> Meaning {
    let from = &scope.page.path;
    let name = reference.trim();
    let name =
        name.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")).map_or(name, |inner| inner.split('|').next().unwrap_or(inner));
    let name = name.split('#').next().unwrap_or(name).trim();
    if (name.contains('/') || has_extension(name, &["md", "markdown", "mdx"]))
        && let Some((how, claimant)) = path::resolve(&scope.site, asker, from, name)
    {
        return Meaning::One(if how == How::Root { How::Exact } else { how }, claimant);
    }
    wiki::resolve(&scope.site, asker, from, name)
}

/// Whether a credit to that name is one that readers see, so that the person has a page.
fn is_shown(scope: &Scope<'_>, asker: &mut Asker<'_>, name: &str) -> bool {
    let credits = asker.ask(NameKind::Credit, &key(name)).to_vec();
    let pages = credits.iter().filter_map(|claimant| page_of(asker, claimant));
    let mut nodes = pages.filter_map(|id| scope.nodes.get(id.index()).and_then(Option::as_ref));
    nodes.any(|node| node.is_listed(scope.settings) && !node.page.front.anonymous)
}

fn person(scope: &Scope<'_>, asker: &mut Asker<'_>, name: &str) -> Outcome {
    let file = asker.ask(NameKind::Person, &key(name)).first().and_then(|claimant| page_of(asker, claimant));
    match file {
        Some(id) => page(scope, id, How::Exact, None, Part::Whole),
        None => Outcome::of(Resolution { lead: Lead::Made(person_url(name)), standing: Standing::Ok, how: How::Exact }),
    }
}

fn several(scope: &Scope<'_>, asker: &mut Asker<'_>, link: &Link, rivals: Vec<Claimant>) -> Outcome {
    let mut outcome = match rivals.first() {
        Some(first) => land(scope, asker, link, How::Exact, first),
        None => Outcome::of(Resolution::nowhere(Standing::Broken)),
    };
    outcome.rivals = rivals;
    outcome
}

fn page_of(asker: &Asker<'_>, claimant: &Claimant) -> Option<PageId> {
    match claimant {
        Claimant::Page(path) => asker.page(path),
        _ => None,
    }
}

fn part_of(scope: &Scope<'_>, id: PageId, anchor: &str, link: &Link) -> Part {
    let node = scope.nodes.get(id.index()).and_then(Option::as_ref);
    node.map_or(Part::Missing, |node| node.anchors().find(anchor, link.syntax))
}

/// From what was found to where the link leads.
fn land(scope: &Scope<'_>, asker: &Asker<'_>, link: &Link, how: How, found: &Claimant) -> Outcome {
    match found {
        Claimant::Page(path) => {
            let Some(id) = asker.page(path) else { return Outcome::of(Resolution::nowhere(Standing::Broken)) };
            let part = link.anchor.as_deref().map_or(Part::Whole, |anchor| part_of(scope, id, anchor, link));
            let anchor = match &part {
                Part::Exact(anchor) | Part::Loose(anchor) => Some(anchor.clone()),
                Part::Whole | Part::Missing => None,
            };
            let mut outcome = page(scope, id, how, anchor, part);
            if outcome.part == Part::Missing && matches!(link.target, Target::OwnSite(_) | Target::OwnRepository(_)) {
                outcome.resolution.standing = Standing::Stale;
            }
            outcome
        }
        Claimant::Asset(path) => {
            let standing = standing_of(how);
            Outcome::of(Resolution { lead: Lead::Asset(path.clone()), standing, how })
        }
        Claimant::Folder(folder) => {
            if scope.site.is_in_content(folder) && link.relation != Relation::Shows && !is_hidden(folder) {
                Outcome::of(Resolution { lead: Lead::Folder(folder.clone()), standing: standing_of(how), how })
            } else if link.relation == Relation::Shows {
                Outcome::of(Resolution::nowhere(missing(scope.settings, link)))
            } else {
                // A folder of the repository has no page; it is there all the same.
                Outcome::of(Resolution::nowhere(Standing::Ok))
            }
        }
    }
}

fn page(scope: &Scope<'_>, id: PageId, how: How, anchor: Option<String>, part: Part) -> Outcome {
    let node = scope.nodes.get(id.index()).and_then(Option::as_ref);
    let hidden = node.is_none_or(|node| !node.is_published(scope.settings));
    // A draft's own links work while it is looked at; nobody else's lead there.
    if hidden && id != scope.id {
        return Outcome::of(Resolution { lead: Lead::Nowhere, standing: Standing::Draft, how });
    }
    let standing = match (standing_of(how), &part) {
        (standing, Part::Missing) if standing != Standing::Broken => Standing::Broken,
        (Standing::Ok, Part::Loose(_)) => Standing::Loose,
        (standing, _) => standing,
    };
    Outcome { resolution: Resolution { lead: Lead::Page(id, anchor), standing, how }, rivals: Vec::new(), part }
}

fn standing_of(how: How) -> Standing {
    match how {
        How::Exact | How::Url | How::Root => Standing::Ok,
        How::Case => Standing::Loose,
        How::Address => Standing::Redirected,
        How::Elsewhere => Standing::Moved,
    }
}

/// How a link stands that nothing answers to.
fn missing(settings: &Settings, link: &Link) -> Standing {
    match link.target {
        Target::OwnSite(_) | Target::OwnRepository(_) => Standing::Stale,
        Target::Name(_) if link.relation == Relation::Mentions && (settings.vault || settings.config.wanted) => Standing::Wanted,
        _ => Standing::Broken,
    }
}

/// The path of a file that a link leads to, for messages.
pub fn lead_path(nodes: &[Option<Node>], lead: &Lead) -> Option<SourcePath> {
    match lead {
        Lead::Page(id, _) => nodes.get(id.index()).and_then(Option::as_ref).map(|node| node.page.path.clone()),
        Lead::Asset(path) => Some(path.clone()),
        Lead::Made(_) | Lead::Folder(_) | Lead::Nowhere => None,
    }
}
