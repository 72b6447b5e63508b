//! Which pages a book has, by the words that somebody typed.
//!
//! In: `--pillar` or `--path`. Out: an edition, or which ones there are.

use crate::base::key::key;
use crate::base::nearest::nearest;
use crate::engine::Plan;
use crate::template::print::Edition;

use super::super::args::Export;
use super::super::report::Failure;

/// The edition that the arguments name.
pub(super) fn named(plan: &Plan<'_>, args: &Export) -> Result<Edition, Failure> {
    let edition = match (&args.pillar, &args.path) {
        (Some(pillar), _) => Edition::Pillar(pillar_named(plan, pillar)?),
        (None, Some(path)) => Edition::Path(path_named(plan, path)?),
        (None, None) => Edition::Whole,
    };
    if plan.book(edition).chapters.is_empty() {
        return Err(Failure::new("There is no page to make a book of".to_owned()));
    }
    Ok(edition)
}

/// The title of an edition that is not the whole.
pub(super) fn title(plan: &Plan<'_>, edition: Edition) -> Option<String> {
    match edition {
        Edition::Whole => None,
        Edition::Pillar(at) => Some(plan.gathered.pillars[at].title.clone()),
        Edition::Path(at) => plan.graph().node(plan.gathered.paths[at].page).map(|node| node.title().to_owned()),
    }
}

fn pillar_named(plan: &Plan<'_>, name: &str) -> Result<usize, Failure> {
    let pillars = &plan.gathered.pillars;
    let found = pillars.iter().position(|pillar| key(&pillar.id) == key(name) || key(&pillar.title) == key(name));
    found.ok_or_else(|| none("pillar", name, &pillars.iter().map(|pillar| pillar.id.as_str()).collect::<Vec<_>>()))
}

fn path_named(plan: &Plan<'_>, name: &str) -> Result<usize, Failure> {
    let node = |at: usize| plan.graph().node(plan.gathered.paths[at].page);
    let count = plan.gathered.paths.len();
    let wanted = name.trim_end_matches(".md").trim_end_matches('/').rsplit('/').next().unwrap_or(name);
    let stem = |at: usize| node(at).map(|node| node.page.path.stem()).unwrap_or_default();
    let is_it = |at: &usize| key(stem(*at)) == key(wanted) || node(*at).is_some_and(|node| key(node.title()) == key(name));
    let known = || (0..count).map(stem).collect::<Vec<_>>();
    (0..count).find(is_it).ok_or_else(|| none("reading path", name, &known()))
}

fn none(kind: &str, name: &str, known: &[&str]) -> Failure {
    if known.is_empty() {
        return Failure::new(format!("There is no {kind} `{name}`: the handbook has none"));
    }
    let near = nearest(name, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Failure::new(format!("There is no {kind} `{name}`{near} There are: {}", known.join(", ")))
}
