//! `fourfold why PAGE`: what a page is made from, and why it is what it is.
//!
//! In: a page, by its path, its title or its address. Out: what was decided about it and by what; every file that it shows
//! something of.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::base::key::key;
use crate::base::nearest::nearest;
use crate::base::path::markdown_stem;
use crate::engine::Plan;
use crate::parse::front::Kind;
use crate::parse::page::Relation;
use crate::resolve::related::related;
use crate::resolve::{Lead, Node, PageId};
use crate::template::gather::kind_word;
use crate::template::outputs::{Output, Planned};

use super::args::{Shape, Why};
use super::load::{Changes, Loaded, below_root};
use super::report::{DONE, Failure, data, plural};

/// Something that was decided about a page.
#[derive(Serialize)]
struct Decided {
    what: &'static str,
    value: String,
    because: String,
}

/// A file that a page shows something of.
#[derive(Serialize)]
struct Ingredient {
    source: String,
    title: Option<String>,
    because: Vec<&'static str>,
}

#[derive(Serialize)]
struct Answer {
    source: Option<String>,
    output: String,
    url: String,
    title: String,
    decided: Vec<Decided>,
    made_from: Vec<Ingredient>,
}

/// Says it.
pub fn run(args: &Why) -> ExitCode {
    match why(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn why(args: &Why) -> Result<(), Failure> {
    let mut loaded = Loaded::at(None, &args.flags, &Changes::default())?;
    let output = loaded.project.default_output.clone();
    let (_, mut engine, change) = loaded.read(&[output]);
    let plan = engine.apply(change);
    let planned = find(&plan, &loaded, &args.page)?;
    let answer = answer(&plan, planned);
    data(&match args.format {
        Shape::Json => format!("{}\n", serde_json::to_string_pretty(&answer).map_err(|error| Failure::new(error.to_string()))?),
        Shape::Human => drawn(&answer),
    })?;
    Ok(())
}

/// The output that is meant: by path of a file here, by address, by title or alias.
fn find<'p>(plan: &'p Plan<'_>, loaded: &Loaded, wanted: &str) -> Result<&'p Planned, Failure> {
    let cwd = std::env::current_dir().map_err(|error| Failure::new(format!("The working directory cannot be read: {error}")))?;
    let graph = plan.graph();
    let bases = [cwd, loaded.project.root.clone(), loaded.content()];
    let mut paths =
        bases.iter().flat_map(|base| ["", ".md"].map(|ending| base.join(format!("{wanted}{ending}")))).filter(|path| path.is_file());
    let path = paths.find_map(|path| below_root(loaded, &path));
    let of_source = |planned: &&Planned| match (&planned.output, &path) {
        (Output::Page(id), Some(path)) => graph.node(*id).is_some_and(|node| node.page.path == *path),
        (Output::Asset(asset), Some(path)) => asset == path,
        _ => false,
    };
    if let Some(found) = plan.planned.iter().find(of_source) {
        return Ok(found);
    }
    if let Some(path) = path.as_ref().filter(|path| graph.page_at(path).is_some()) {
        return Err(Failure::new(format!("{path} is a draft or its day has not come; `--drafts` takes it in")));
    }
    let base = loaded.settings.config.base_url.as_deref().unwrap_or("\0");
    let address = wanted.strip_prefix(base).unwrap_or(wanted).trim_matches('/');
    let address = address.strip_suffix("index.html").unwrap_or(address).trim_matches('/');
    if let Some(found) = plan
        .planned
        .iter()
        .find(|planned| planned.url.as_str().trim_matches('/') == address && (wanted.contains('/') || !address.is_empty()))
    {
        return Ok(found);
    }
    let named: Vec<&Planned> =
        plan.planned.iter().filter(|planned| names(plan, planned).iter().any(|name| key(name) == key(wanted))).collect();
    match named.as_slice() {
        [one] => Ok(one),
        [] => {
            let all: Vec<String> = plan.planned.iter().flat_map(|planned| names(plan, planned)).collect();
            let near = nearest(markdown_stem(wanted).unwrap_or(wanted), all.iter().map(String::as_str));
            let help = near.map_or_else(|| "`fourfold list pages` names them all".to_owned(), |near| format!("did you mean `{near}`?"));
            Err(Failure::new(format!("There is no page `{wanted}`; {help}")))
        }
        several => {
            let places: Vec<String> = several.iter().map(|planned| planned.url.to_string()).collect();
            Err(Failure::new(format!("`{wanted}` could be {}; name it by its address", places.join(", "))))
        }
    }
}

/// The page that is meant, by path, title or address.
pub fn page_called(plan: &Plan<'_>, loaded: &Loaded, wanted: &str) -> Result<PageId, Failure> {
    match find(plan, loaded, wanted)?.output {
        Output::Page(id) | Output::Twin(id) | Output::Redirect(id, _) => Ok(id),
        _ => Err(Failure::new(format!("`{wanted}` is no page of the content"))),
    }
}

/// What people call an output.
fn names(plan: &Plan<'_>, planned: &Planned) -> Vec<String> {
    match &planned.output {
        Output::Page(id) => plan.graph().node(*id).map_or_else(Vec::new, |node| {
            let page = &node.page;
            [node.title().to_owned(), page.path.stem().to_owned()].into_iter().chain(page.names.iter().cloned()).collect()
        }),
        Output::Person(at, 1) => vec![plan.gathered.people[*at].name.clone()],
        Output::Tag(at, 1) => vec![plan.gathered.tags[*at].title.clone()],
        _ => Vec::new(),
    }
}

fn answer(plan: &Plan<'_>, planned: &Planned) -> Answer {
    let made = |title: String, why: &str, ids: &[PageId], because: &'static str| Answer {
        source: None,
        output: planned.path.to_string(),
        url: planned.url.to_string(),
        title,
        decided: vec![Decided { what: "made", value: "by the program".into(), because: why.to_owned() }],
        made_from: ids.iter().filter_map(|id| Some(ingredient(plan.graph().node(*id)?, vec![because]))).collect(),
    };
    let all: Vec<PageId> = plan.graph().in_order().filter(|(_, node)| node.is_listed(&plan.graph().settings)).map(|(id, _)| id).collect();
    match &planned.output {
        Output::Page(id) => match plan.graph().node(*id) {
            Some(node) => of_page(plan, planned, *id, node),
            None => made(planned.url.to_string(), "it has gone", &[], ""),
        },
        Output::Person(at, _) => {
            let person = &plan.gathered.people[*at];
            made(person.name.clone(), "pages credit this person, who has no file in contributors/", &person.pages, "credits this person")
        }
        Output::Tag(at, _) => {
            made(plan.gathered.tags[*at].title.clone(), "pages have this tag", &plan.gathered.tags[*at].pages, "has this tag")
        }
        Output::Folder(folder, _) => {
            let pages = plan.gathered.folders.get(folder).map_or(&[][..], |folder| &folder.pages);
            made(folder.clone(), "the folder has no index page of its own", pages, "lies in it")
        }
        Output::Twin(id) => made(planned.url.to_string(), "each page has its text as Markdown beside it", &[*id], "is its text"),
        Output::Redirect(id, _) => made(planned.url.to_string(), "a page notes this former address in its `aliases`", &[*id], "was here"),
        Output::Asset(path) => Answer {
            source: Some(path.to_string()),
            ..made(path.file_name().to_owned(), "a file of the content is copied as it is", &showing(plan, path), "shows it")
        },
        Output::Pillar(at) | Output::PillarPart(at, _) => {
            let pages = &plan.gathered.pillar_pages[*at];
            let ids: Vec<PageId> = pages.essays.iter().chain(&pages.examples).copied().collect();
            made(
                plan.gathered.pillars[*at].title.clone(),
                "the config has this pillar, and its folder has no index page",
                &ids,
                "stands in it",
            )
        }
        _ => made(planned.url.to_string(), "every handbook has it", &all, "is named in it"),
    }
}

fn showing(plan: &Plan<'_>, path: &crate::base::path::SourcePath) -> Vec<PageId> {
    let shows = |node: &Node| node.links.iter().any(|resolution| matches!(&resolution.lead, Lead::Asset(asset) if asset == path));
    plan.graph().in_order().filter(|(_, node)| shows(node)).map(|(id, _)| id).collect()
}

fn ingredient(node: &Node, because: Vec<&'static str>) -> Ingredient {
    Ingredient { source: node.page.path.to_string(), title: Some(node.title().to_owned()), because }
}

fn of_page(plan: &Plan<'_>, planned: &Planned, id: PageId, node: &Node) -> Answer {
    Answer {
        source: Some(node.page.path.to_string()),
        output: planned.path.to_string(),
        url: planned.url.to_string(),
        title: node.title().to_owned(),
        decided: decided(node),
        made_from: made_from(plan, id, node),
    }
}

/// What was decided about a page, and by what.
fn decided(node: &Node) -> Vec<Decided> {
    let page = &node.page;
    let front = &page.front;
    let decide = |what, value: String, because: &str| Decided { what, value, because: because.to_owned() };
    let listed = node.entry.as_ref().is_some_and(|entry| !entry.label.is_empty());
    let title = match (front.title.is_some(), listed, page.lead.is_some()) {
        (true, ..) => "its key `title`",
        (_, true, _) => "its entry in SUMMARY.md",
        (_, _, true) => "its first heading",
        _ => "its file name",
    };
    let kind = match page.kind {
        _ if front.kind.is_some() => "its key `kind`",
        _ if page.index => "it is the page of its folder",
        Kind::Example if !page.path.as_str().split('/').any(|part| part == "examples") => "its key `illustrates`",
        Kind::Example | Kind::Contributor | Kind::Term | Kind::Path => "the folder it lies in",
        Kind::Essay => "it lies in a pillar",
        Kind::Page => "nothing says that it is more",
    };
    let address = if node.url == page.url { "the path of its file" } else { "another page has the address of its file" };
    let mut all = vec![
        decide("address", node.url.to_string(), address),
        decide("title", node.title().to_owned(), title),
        decide("kind", kind_word(page.kind).to_owned(), kind),
    ];
    if !node.pillars.is_empty() {
        let pillar = match (front.pillar.is_empty(), node.pillars == page.pillars) {
            (false, _) => "its key `pillar`",
            (_, true) => "its place",
            _ => "the essays that it illustrates",
        };
        all.push(decide("pillar", node.pillars.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), pillar));
    }
    let order = match (node.entry.is_some(), front.weight.is_some(), page.number.is_some()) {
        (true, ..) => "its place in SUMMARY.md",
        (_, true, _) => "its key `weight`",
        (_, _, true) => "the number in its file name",
        _ => "its title",
    };
    all.push(decide("order", (node.rank + 1).to_string(), order));
    if page.draft {
        all.push(decide("draft", "yes".into(), if front.draft { "its key `draft`" } else { "its name or its folder" }));
    }
    let claim = if front.summary.is_some() { "its key `summary`" } else { "its first paragraph" };
    if !page.claim.is_empty() {
        all.push(decide("claim", crate::parse::sentence::shorten(&page.claim, 60), claim));
    }
    all
}

/// Every file that a page shows something of, by path, with the reasons.
fn made_from(plan: &Plan<'_>, id: PageId, node: &Node) -> Vec<Ingredient> {
    let (graph, gathered) = (plan.graph(), &plan.gathered);
    let mut all: BTreeMap<String, Ingredient> = BTreeMap::new();
    let mut add = |other: PageId, because: &'static str| {
        if let Some(other) = graph.node(other).filter(|_| other != id) {
            let entry = all.entry(other.page.path.to_string()).or_insert_with(|| ingredient(other, Vec::new()));
            if !entry.because.contains(&because) {
                entry.because.push(because);
            }
        }
    };
    for (link, resolution) in node.page.links.iter().zip(&node.links) {
        if let Lead::Page(target, _) = resolution.lead {
            add(
                target,
                match link.relation {
                    Relation::Embeds => "this page embeds it",
                    Relation::Illustrates => "this page illustrates it",
                    Relation::Contrasts => "this page contrasts it",
                    Relation::By => "this page is by them",
                    Relation::Mentions | Relation::Shows | Relation::Tagged => "this page links to it",
                },
            );
        }
    }
    for inbound in graph.inbound(id) {
        let because = match graph.relation(*inbound) {
            Some(Relation::Embeds) => "embeds this page",
            Some(Relation::Illustrates) => "illustrates this page",
            Some(Relation::Contrasts) => "contrasts this page",
            Some(Relation::By) => "credits this person",
            _ => "links to this page",
        };
        add(inbound.from, because);
    }
    for usage in &node.terms {
        if let Some(term) = graph.terms().get(usage.term as usize) {
            add(term.page, "defines a term in its text");
        }
    }
    if let Some((before, after)) = gathered.neighbours.get(&id) {
        before.iter().for_each(|before| add(*before, "comes before it"));
        after.iter().for_each(|after| add(*after, "comes after it"));
    }
    for (path, _) in gathered.on_paths.get(&id).map_or(&[][..], Vec::as_slice) {
        add(gathered.paths[*path].page, "is a reading path through it");
    }
    for other in related(graph, id, &[]) {
        add(other, "is on the same matter");
    }
    let mut all: Vec<Ingredient> = all.into_values().collect();
    for resolution in &node.links {
        if let Lead::Asset(path) = &resolution.lead
            && !all.iter().any(|known| known.source == path.as_str())
        {
            all.push(Ingredient { source: path.to_string(), title: None, because: vec!["this page shows it"] });
        }
    }
    all
}

fn drawn(answer: &Answer) -> String {
    let mut out = format!("{}\n  {} -> {}\n\n", answer.title, answer.source.as_deref().unwrap_or("(made)"), answer.output);
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0).min(48);
    let values = width(&mut answer.decided.iter().map(|decided| decided.value.chars().count()));
    for Decided { what, value, because } in &answer.decided {
        out.push_str(&format!("  {what:8} {value:values$}  {because}\n"));
    }
    out.push_str(&format!("\nmade from {}\n", plural(answer.made_from.len(), "other file")));
    let sources = width(&mut answer.made_from.iter().map(|from| from.source.chars().count()));
    for from in &answer.made_from {
        out.push_str(&format!("  {:sources$}  {}\n", from.source, from.because.join(", ")));
    }
    out.push_str("and, as every page, from the config and the theme\n");
    out
}
