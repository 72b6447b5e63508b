//! From an output to what it is made of.

use crate::base::card::Card;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{SourcePath, Url};
use crate::base::picture::Scaled;
use crate::base::strings::direction;
use crate::resolve::PageId;

use super::feed::Format;
use super::href::{absolute, href};
use super::outputs::{Output, Planned, gathering_of};
use super::page::{Scene, blank, made_head, page};
use super::twin::twin;
use super::view::{NotFoundView, RedirectView, View};
use super::{feed, hosts, listing, llms, map, network, print, recent, search, sitemap};

/// What a file is made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Made {
    /// A view, shown by a template.
    View(View),
    /// Text as it is.
    Text(String),
    /// The bytes of a file of the project.
    Copy(SourcePath),
    /// A picture of the project, scaled.
    Scaled(Scaled),
    /// A social card.
    Drawn(Box<Card>),
}

/// Composes what an output is made from; `None` where what it stood for is no more.
pub fn compose(scene: Scene<'_>, planned: &Planned, all: &[Planned]) -> Option<(Made, Vec<Diagnostic>)> {
    let url = &planned.url;
    let view = match &planned.output {
        Output::Page(id) => return page_or_listing(scene, *id, url),
        Output::Twin(id) => return Some((Made::Text(twin(scene, *id, scene.graph.node(*id)?)), Vec::new())),
        Output::Home => {
            let mut view = blank(made_head(scene, url, &scene.gathered.title, Vec::new()), "home");
            listing::home(scene, None, &mut view);
            View::Page(Box::new(view))
        }
        Output::Pillar(at) => View::Page(Box::new(pillar(scene, *at, 1, url))),
        Output::PillarPart(at, part) => View::Page(Box::new(pillar(scene, *at, *part, url))),
        Output::Person(at, part) => View::Page(Box::new(listing::person(scene, *at, *part, url)?)),
        Output::Term(at) => View::Page(Box::new(listing::term_section(scene, *at, url)?)),
        Output::Tag(at, part) => View::Listing(Box::new(listing::tag(scene, *at, *part, url)?)),
        Output::Folder(folder, part) => View::Listing(Box::new(listing::folder(scene, folder, *part, url)?)),
        Output::Files(folder) => View::Listing(Box::new(listing::files(scene, folder, url))),
        Output::People => View::Listing(Box::new(listing::people(scene, url))),
        Output::Glossary => View::Listing(Box::new(listing::glossary(scene, None, url))),
        Output::Paths => View::Listing(Box::new(listing::paths(scene, url))),
        Output::Tags => View::Listing(Box::new(listing::tags(scene, url))),
        Output::Coverage => View::Coverage(Box::new(listing::coverage(scene, url))),
        Output::Index(letter) => View::Listing(Box::new(listing::index(scene, *letter, url))),
        Output::New => View::Listing(Box::new(recent::recent(scene, url))),
        Output::Map(only) => View::Map(Box::new(map::map(scene, *only, url))),
        Output::Print(edition, part) => View::Print(Box::new(print::print(scene, *edition, *part, url)?)),
        Output::Search(part) => return Some((Made::Text(search::file(scene, *part)), Vec::new())),
        Output::NotFound => View::NotFound(Box::new(not_found(scene, url))),
        Output::Redirect(id, _) => View::Redirect(redirect(scene, *id, url)?),
        Output::Sitemap(part) => View::Sitemap(sitemap::sitemap(scene, *part, all)),
        Output::Feed(Format::Atom, pillar) => View::Feed(Box::new(feed::feed(scene, Format::Atom, *pillar)?)),
        Output::Feed(Format::Json, pillar) => return Some(text(feed::json(&feed::feed(scene, Format::Json, *pillar)?))),
        Output::Network => return Some(text(network::network(scene))),
        Output::Llms => return Some(text(llms::llms(scene))),
        Output::OpenSearch => return Some(text(sitemap::open_search(scene))),
        Output::Host(file) => return Some(text(hosts::host_file(scene, *file, all))),
        Output::Robots => return Some(text(sitemap::robots(scene))),
        Output::NoJekyll => return Some((Made::Text(String::new()), Vec::new())),
        Output::Asset(path) => return Some((Made::Copy(path.clone()), Vec::new())),
        Output::Card(card) => return Some((Made::Drawn(card.clone()), Vec::new())),
        Output::Scaled(path, width) => {
            let picture = scene.graph.picture(path)?;
            let (source, width, widths) = (path.clone(), *width, picture.widths());
            return Some((Made::Scaled(Scaled { source, still: picture.still?, width, widths }), Vec::new()));
        }
    };
    Some((Made::View(view), Vec::new()))
}

/// A page, or the listing that it introduces.
fn page_or_listing(scene: Scene<'_>, id: PageId, url: &Url) -> Option<(Made, Vec<Diagnostic>)> {
    let node = scene.graph.node(id)?;
    let mut listing = match gathering_of(scene.graph, id) {
        Some(Output::Glossary) => listing::glossary(scene, Some(node), url),
        Some(Output::People) => listing::people(scene, url),
        Some(Output::Paths) => listing::paths(scene, url),
        _ => {
            let (view, diagnostics) = page(scene, id, node);
            return Some((Made::View(View::Page(Box::new(view))), diagnostics));
        }
    };
    listing::introduce(scene, id, node, &mut listing);
    Some((Made::View(View::Listing(Box::new(listing))), Vec::new()))
}

fn pillar(scene: Scene<'_>, at: usize, part: u32, url: &Url) -> super::view::PageView {
    let pillar = &scene.gathered.pillars[at];
    let crumbs =
        if part == 1 { Vec::new() } else { vec![super::view::LinkView { title: pillar.title.clone(), href: pillar.href.clone() }] };
    let mut view = blank(made_head(scene, url, &pillar.title, crumbs), "pillar");
    if part > 1 {
        view.page.head_title = format!("{} · {}", listing::later(&pillar.title, part, scene.say_at(url)), scene.gathered.title);
    }
    listing::pillar(scene, at, part, &mut view);
    view
}

fn not_found(scene: Scene<'_>, url: &Url) -> NotFoundView {
    let mut head = made_head(scene, url, scene.say_at(url).text("lost"), Vec::new());
    // Hosts serve this page at any depth, so only the whole path to the root is right.
    head.root = super::href::base_path(&scene.graph.settings);
    head.canonical = None;
    head.noindex = true;
    NotFoundView { page: head }
}

fn redirect(scene: Scene<'_>, id: PageId, from: &Url) -> Option<RedirectView> {
    let node = scene.graph.node(id)?;
    let settings = &scene.graph.settings;
    let lang = node.page.front.lang.as_ref().map_or(settings.config.language.as_str(), |lang| lang.value.as_str());
    Some(RedirectView {
        href: format!("{}{}", from.to_root(), href(&node.url, settings)),
        canonical: absolute(&node.url, settings),
        title: node.title().to_owned(),
        lang: lang.to_owned(),
        dir: direction(lang),
        said_in: settings.language(lang).tag.clone(),
    })
}

fn text(text: String) -> (Made, Vec<Diagnostic>) {
    (Made::Text(text), Vec::new())
}
