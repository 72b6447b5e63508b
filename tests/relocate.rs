//! What holds for every move of a page or a folder: no link notices.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use fourfold::base::diagnostic::render::Sources;
use fourfold::base::diagnostic::{Code, Severity, edited};
use fourfold::base::path::SourcePath;
use fourfold::engine::{Change, Engine};
use fourfold::parse::page::Relation;
use fourfold::relocate::{self, Move, Relocation, relocate};
use fourfold::resolve::{Graph, Lead};
use proptest::prelude::*;
use proptest::test_runner::Config as Trials;

use crate::laws::{some_files, trials};
use crate::support::Handbook;
use crate::support::handbook::Files;

/// Where things go: beside others, deeper, higher, to names that others have elsewhere.
const GOALS: [&str; 10] = [
    "content/vision/moved.md",
    "content/moved here.md",
    "content/results/aim.md",
    "content/new/deep/count.md",
    "content/results/index.md",
    "content/vision/a(b & c.md",
    "content/examples/grace.md",
    "content/contributors/ada-l.md",
    "content/notes/Goal.md",
    "content/trust.md",
];

const FOLDERS: [&str; 4] = ["content/elsewhere", "content/notes/inner", "content/vision two", "content/deep"];

struct Bytes<'a>(&'a Files);

impl Sources for Bytes<'_> {
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
        self.0.get(file.as_str()).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }
}

/// Plans a move of a handbook in memory.
fn plan(handbook: &Handbook, from: &str, to: &str) -> (Move, Relocation) {
    let step = Move { from: SourcePath::new(from).unwrap(), to: SourcePath::new(to).unwrap() };
    let Change { put, assets, .. } = handbook.change();
    let bytes = Bytes(&handbook.files);
    let planned = relocate(&relocate::Handbook { settings: Arc::new(handbook.settings().0), pages: put, assets, bytes: &bytes }, &step);
    (step, planned)
}

/// The handbook after a move.
fn moved(handbook: &Handbook, step: &Move, planned: &Relocation) -> Handbook {
    let mut after = handbook.clone();
    after.files.clear();
    for (path, bytes) in &handbook.files {
        let source = SourcePath::new(path).unwrap();
        let bytes = planned.edits.get(&source).map_or_else(|| bytes.clone(), |edits| edited(bytes, edits).unwrap());
        after.files.insert(step.after(&source).to_string(), bytes);
    }
    after
}

/// Where each link leads, by the page's path and the link's number, as paths that `name` gives.
fn leads(graph: &Graph, name: &dyn Fn(&SourcePath) -> String) -> BTreeMap<(String, usize), (Relation, String)> {
    let mut leads = BTreeMap::new();
    for (_, node) in graph.in_order() {
        for (at, (link, resolution)) in node.page.links.iter().zip(&node.links).enumerate() {
            let lead = match &resolution.lead {
                Lead::Page(id, part) => format!("{} {part:?}", name(&graph.node(*id).unwrap().page.path)),
                Lead::Asset(path) => name(path),
                Lead::Made(url) => url.to_string(),
                Lead::Folder(folder) => format!("{}/", name(&SourcePath::new(folder).unwrap())),
                Lead::Nowhere => continue,
            };
            leads.insert((name(&node.page.path), at), (link.relation, lead));
        }
    }
    leads
}

/// Errors and warnings by what they are about and the files they name; a link may be broken in another way than before.
fn problems(handbook: &Handbook, name: &dyn Fn(&SourcePath) -> String) -> BTreeMap<(Vec<String>, &'static str), usize> {
    let links = [Code::BrokenLink, Code::BrokenAnchor, Code::MovedLink, Code::AmbiguousLink, Code::LooseLink, Code::LooseAnchor];
    let mut counts = BTreeMap::new();
    let site = handbook.build();
    for problem in site.diagnostics.iter().filter(|problem| problem.severity != Severity::Hint) {
        let mut files: Vec<String> = problem.labels.iter().map(|label| name(&label.file)).collect();
        // Which of two pages loses an address that both have noted depends on their paths.
        files.retain(|_| problem.code != Code::ShadowedUrl);
        files.sort();
        files.dedup();
        let about = if links.contains(&problem.code) { "link" } else { problem.code.name() };
        *counts.entry((files, about)).or_default() += 1;
    }
    counts
}

fn graph_of<T>(handbook: &Handbook, look: impl FnOnce(&Graph) -> T) -> T {
    let mut engine = Engine::new(Arc::new(handbook.settings().0));
    let plan = engine.apply(handbook.change());
    look(plan.graph())
}

/// Whether the links and the problems of a handbook are the same after a move.
fn compare(handbook: &Handbook, step: &Move, planned: &Relocation) -> Result<(), String> {
    let after = moved(handbook, step, planned);
    let (old, new) = (|path: &SourcePath| step.after(path).to_string(), |path: &SourcePath| path.to_string());
    let (before_leads, after_leads) = (graph_of(handbook, |graph| leads(graph, &old)), graph_of(&after, |graph| leads(graph, &new)));
    for (link, (relation, lead)) in &before_leads {
        let now = after_leads.get(link).map(|(_, lead)| lead);
        // A person whose page moves out of the people's folder is credited all the same.
        if now != Some(lead) && *relation != Relation::By && !lead.starts_with("/contributors/") {
            return Err(format!("{link:?} led to {lead}, now to {now:?}"));
        }
    }
    let (before, after) = (problems(handbook, &old), problems(&after, &new));
    for (problem, count) in &after {
        let was = before.get(problem).copied().unwrap_or(0);
        if *count > was {
            return Err(format!("{problem:?}: {was} before, {count} after"));
        }
    }
    Ok(())
}

fn shown(handbook: &Handbook, step: &Move, planned: &Relocation) -> String {
    let text = |handbook: &Handbook| -> String {
        handbook.files.iter().map(|(path, bytes)| format!("== {path}\n{}", String::from_utf8_lossy(bytes))).collect()
    };
    format!("{step:?}\n{}\n-------- after\n{}\n{planned:#?}", text(handbook), text(&moved(handbook, step, planned)))
}

/// Where a thing of the handbook goes, if it may.
fn goal(handbook: &Handbook, from: &str, to: usize) -> Option<String> {
    let is_folder = !handbook.files.contains_key(from);
    let goal = if is_folder { FOLDERS[to % FOLDERS.len()].to_owned() } else { GOALS[to % GOALS.len()].to_owned() };
    let goal = if from.ends_with(".png") { goal.replace(".md", ".png") } else { goal };
    let taken = handbook.files.keys().any(|path| **path == goal || path.starts_with(&format!("{goal}/")));
    let into_itself = goal.starts_with(&format!("{from}/"));
    (!taken && !into_itself && goal != from).then_some(goal)
}

fn things(handbook: &Handbook) -> Vec<String> {
    let mut all: Vec<String> = handbook.files.keys().cloned().collect();
    let folders = handbook.files.keys().filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
    all.extend(folders.filter(|folder| folder != "content"));
    all.sort();
    all.dedup();
    all
}

proptest! {
    // A move that cannot keep everything is refused; few may be.
    #![proptest_config(Trials { max_global_rejects: trials(160).cases / 16, ..trials(160) })]

    /// After a move every link leads where it led, and no page has a problem that it had not.
    #[test]
    fn no_link_notices_a_move(files in some_files(12), foreign in any::<bool>(), which in any::<prop::sample::Index>(), to in 0usize..40) {
        let mut handbook = Handbook::of(files).file("content/vision/pic.png", "x").drafts();
        if foreign {
            handbook = handbook.foreign();
        }
        let things = things(&handbook);
        let from = which.get(&things);
        let Some(to) = goal(&handbook, from, to) else { return Ok(()) };
        let (step, planned) = plan(&handbook, from, &to);
        if std::env::var_os("FOURFOLD_SHOW_REFUSED").is_some() && !(planned.astray.is_empty() && planned.problems.is_empty()) {
            eprintln!("REFUSED {step:?}\n{:#?}\n{:#?}", planned.astray, planned.problems.iter().map(|p| (&p.code, &p.message, &p.labels)).collect::<Vec<_>>());
        }
        prop_assume!(planned.astray.is_empty() && planned.problems.is_empty());
        if let Err(difference) = compare(&handbook, &step, &planned) {
            prop_assert!(false, "{difference}\n{}", shown(&handbook, &step, &planned));
        }
    }
}
