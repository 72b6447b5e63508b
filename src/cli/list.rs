//! `fourfold list`: the model as data.
//!
//! Invariant: the exit code is 0 whatever the content is like. In JSON absent values are `null`, never missing.

use std::borrow::Cow;
use std::path::PathBuf;
use std::process::ExitCode;

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::base::diagnostic::render::{Sources, report};
use crate::base::diagnostic::{Diagnostic, merged};
use crate::base::path::SourcePath;
use crate::base::text::LineIndex;
use crate::engine::Plan;
use crate::parse::front::Kind;
use crate::parse::page::{Link, Relation};
use crate::resolve::health::is_orphan;
use crate::resolve::{Lead, Node, PageId, Resolution};
use crate::template::gather::{kind_word, stance_word};
use crate::template::outputs::{Output, asset_url};

use super::args::{List, Listed, Shape};
use super::health;
use super::load::{Changes, Loaded, OnDisk};
use super::report::{DONE, Failure, data, plural};

#[derive(Serialize)]
struct PageRow {
    source: Option<String>,
    output: String,
    url: String,
    title: String,
    kind: &'static str,
    pillar: Vec<String>,
    stance: Vec<&'static str>,
    by: Vec<String>,
    tags: Vec<String>,
    draft: bool,
    words: u32,
    minutes: u32,
    inbound: usize,
    outbound: usize,
}

#[derive(Serialize)]
struct LinkRow {
    file: String,
    line: u32,
    column: u32,
    syntax: &'static str,
    raw: String,
    rule: Option<&'static str>,
    target: Option<String>,
    anchor: Option<String>,
    status: &'static str,
}

#[derive(Serialize)]
struct PersonRow {
    name: String,
    url: String,
    examples: usize,
    mentions: usize,
}

#[derive(Serialize)]
struct TermRow {
    term: String,
    url: String,
    aliases: Vec<String>,
    uses: usize,
}

/// Lists.
pub fn run(args: &List) -> ExitCode {
    let root = args.common.root.clone().unwrap_or_else(|| PathBuf::from("."));
    match list(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(&root),
    }
}

fn list(args: &List) -> Result<(), Failure> {
    let mut loaded = Loaded::new(&args.common, &Changes::default())?;
    let output = loaded.project.default_output.clone();
    let (found, mut engine, change) = loaded.read(&[output]);
    let plan = engine.apply(change);
    let sources = OnDisk(&loaded.project.root);
    let text = match args.what {
        Listed::Pages => shape(args.format, &pages(&plan), page_line),
        Listed::Orphans => shape(args.format, &orphans(&plan), page_line),
        Listed::Links => shape(args.format, &links(&plan, &sources), link_line),
        Listed::Contributors => shape(args.format, &people(&plan), |row| {
            format!("{:30} {}, {}", row.name, plural(row.examples, "example"), plural(row.mentions, "mention"))
        }),
        Listed::Terms => {
            shape(args.format, &terms(&plan), |row| format!("{:30} {}  {}", row.term, plural(row.uses, "use"), row.aliases.join(", ")))
        }
        Listed::Health => {
            return health(args.format, &plan, &merged(plan.diagnostics(), &found.diagnostics, loaded.settings.mode), &sources);
        }
    }?;
    Ok(data(&text)?)
}

fn shape<T: Serialize>(shape: Shape, rows: &[T], line: impl Fn(&T) -> String) -> Result<String, Failure> {
    match shape {
        Shape::Json => {
            let json = serde_json::to_string_pretty(rows).map_err(|error| Failure::new(error.to_string()))?;
            Ok(format!("{json}\n"))
        }
        Shape::Human => Ok(rows.iter().map(|row| line(row) + "\n").collect()),
    }
}

fn page_line(row: &PageRow) -> String {
    let source = row.source.as_deref().unwrap_or("(made)");
    format!("{:12} {:40} {}, {} in, {} out  {source}", row.kind, row.title, plural(row.words as usize, "word"), row.inbound, row.outbound)
}

fn link_line(row: &LinkRow) -> String {
    let target = row.target.as_deref().unwrap_or("-");
    format!("{}:{}:{}: {} {} -> {target}", row.file, row.line, row.column, row.status, row.raw)
}

fn pages(plan: &Plan<'_>) -> Vec<PageRow> {
    plan.planned
        .iter()
        .filter_map(|planned| match &planned.output {
            Output::Page(id) => Some(page_row(plan, *id, plan.graph().node(*id)?, planned.path.as_str())),
            Output::Person(at, 1) => {
                let person = &plan.gathered.people[*at];
                Some(PageRow {
                    source: None,
                    output: planned.path.to_string(),
                    url: planned.url.to_string(),
                    title: person.name.clone(),
                    kind: kind_word(Kind::Contributor),
                    pillar: Vec::new(),
                    stance: Vec::new(),
                    by: Vec::new(),
                    tags: Vec::new(),
                    draft: false,
                    words: 0,
                    minutes: 0,
                    inbound: person.pages.len(),
                    outbound: person.pages.len(),
                })
            }
            _ => None,
        })
        .collect()
}

fn page_row(plan: &Plan<'_>, id: PageId, node: &Node, output: &str) -> PageRow {
    let page = &node.page;
    let people = plan.gathered.people_of(plan.graph(), page, &node.links);
    let tags = page.links.iter().filter(|link| link.relation == Relation::Tagged).map(|link| link.raw.to_string());
    let outbound = node.links.iter().filter(|resolution| matches!(resolution.lead, Lead::Page(target, _) if target != id)).count();
    PageRow {
        source: Some(page.path.to_string()),
        output: output.to_owned(),
        url: node.url.to_string(),
        title: node.title().to_owned(),
        kind: kind_word(page.kind),
        pillar: node.pillars.iter().map(ToString::to_string).collect(),
        stance: page.stances.iter().map(|stance| stance_word(*stance)).collect(),
        by: people.into_iter().map(|person| person.name).collect(),
        tags: tags.collect(),
        draft: page.draft,
        words: page.words,
        minutes: page.minutes(),
        inbound: plan.graph().inbound(id).iter().filter(|inbound| inbound.from != id).count(),
        outbound,
    }
}

/// Pages of text that no other page links to.
fn orphans(plan: &Plan<'_>) -> Vec<PageRow> {
    let graph = plan.graph();
    let listed = graph.in_order().filter(|(_, node)| node.is_listed(&graph.settings));
    let orphaned: std::collections::BTreeSet<String> =
        listed.filter(|(id, node)| is_orphan(graph, *id, node)).map(|(_, node)| node.page.path.to_string()).collect();
    pages(plan).into_iter().filter(|row| row.source.as_ref().is_some_and(|source| orphaned.contains(source))).collect()
}

fn links(plan: &Plan<'_>, sources: &dyn Sources) -> Vec<LinkRow> {
    let mut nodes: Vec<&Node> = plan.graph().in_order().map(|(_, node)| node).collect();
    nodes.sort_by(|a, b| a.page.path.cmp(&b.page.path));
    let mut rows = Vec::new();
    for node in nodes.into_iter().filter(|node| !node.page.links.is_empty()) {
        let bytes = sources.bytes(&node.page.path).unwrap_or(Cow::Borrowed(&[]));
        let index = LineIndex::new(bytes);
        let mut own: Vec<LinkRow> = node
            .page
            .links
            .iter()
            .zip(&node.links)
            .map(|(link, resolution)| link_row(plan, &node.page.path, link, resolution, &index))
            .collect();
        own.sort_by_key(|row| (row.line, row.column));
        rows.extend(own);
    }
    rows
}

fn link_row(plan: &Plan<'_>, file: &SourcePath, link: &Link, resolution: &Resolution, index: &LineIndex<'_>) -> LinkRow {
    let (line, column) = index.line_column(link.span.start);
    let (target, anchor) = match &resolution.lead {
        Lead::Page(id, anchor) => (plan.graph().node(*id).map(|node| node.page.path.to_string()), anchor.clone()),
        Lead::Asset(path) => (asset_url(path, &plan.graph().settings).map(|_| path.to_string()), None),
        Lead::Made(url) => (Some(url.to_string()), None),
        Lead::Folder(folder) => (Some(format!("{folder}/")), None),
        Lead::Nowhere => (None, None),
    };
    LinkRow {
        file: file.to_string(),
        line,
        column,
        syntax: link.syntax.word(),
        raw: link.raw.to_string(),
        rule: target.is_some().then(|| resolution.how.word()),
        anchor: anchor.or_else(|| link.anchor.as_deref().map(str::to_owned)),
        target,
        status: resolution.standing.word(),
    }
}

fn people(plan: &Plan<'_>) -> Vec<PersonRow> {
    let graph = plan.graph();
    let row = |person: &crate::template::gather::Person| {
        let examples = person.pages.iter().filter(|id| graph.node(**id).is_some_and(|node| node.page.kind == Kind::Example)).count();
        let mentions = person
            .page
            .map_or(0, |id| graph.inbound(id).iter().filter(|inbound| graph.relation(**inbound) == Some(Relation::Mentions)).count());
        PersonRow { name: person.name.clone(), url: person.url.to_string(), examples, mentions }
    };
    plan.gathered.people.iter().map(row).collect()
}

fn terms(plan: &Plan<'_>) -> Vec<TermRow> {
    let graph = plan.graph();
    let row = |(at, term): (usize, &crate::resolve::terms::Term)| {
        let mut users: FxHashSet<PageId> = graph.used_in(at).iter().copied().collect();
        // A link that somebody wrote is a use as well; of a glossary in one file nobody knows which word it is for.
        let linked = if term.section.is_none() { graph.inbound(term.page) } else { &[] };
        users.extend(linked.iter().map(|inbound| inbound.from).filter(|from| *from != term.page));
        TermRow { term: term.title.clone(), url: term.url.to_string(), aliases: term.aliases.clone(), uses: users.len() }
    };
    graph.terms().iter().enumerate().map(row).collect()
}

/// What the handbook lacks: for programs as diagnostics, for people in groups.
fn health(shape: Shape, plan: &Plan<'_>, problems: &[Diagnostic], sources: &OnDisk<'_>) -> Result<(), Failure> {
    if shape == Shape::Human {
        return Ok(data(&health::text(plan, problems))?);
    }
    let mut bytes = Vec::new();
    report(&health::of(problems), sources, &mut bytes)?;
    Ok(data(&String::from_utf8_lossy(&bytes))?)
}
