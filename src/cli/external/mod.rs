//! `check --external`: whether links out of the handbook lead somewhere.
//!
//! In: the graph, the settings. Out: a `broken-link` at each link whose address is certainly gone, and a count of those that
//! nobody can judge.
//!
//! Invariant: this is the only code of the program that uses the network, and only when the flag asks for it. A build never
//! comes here.
//! Invariant: only http and https addresses are asked for, on hosts that are not private; a redirect changes neither.
//! Invariant: what may be a passing trouble (429, 5xx, a time limit, a refused connection) is never a problem of the content.

mod cache;
mod fetch;
mod host;

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::path::SourcePath;
use crate::base::text::Span;
use crate::parse::page::Target;
use crate::resolve::Graph;

use cache::Cache;

/// What is known of an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It answers.
    Fine,
    /// It is gone; with what the host says.
    Broken(String),
    /// Nobody can say now; with the reason.
    Unknown(String),
    /// It is not asked for; with the reason.
    Skipped(String),
}

/// What came of a check.
#[derive(Default, Debug)]
pub struct Outcome {
    /// A problem for each link to an address that is gone.
    pub problems: Vec<Diagnostic>,
    /// How many addresses answer.
    pub fine: usize,
    /// How many of all were known from an earlier check.
    pub remembered: usize,
    /// Addresses that could not be judged, with the reason.
    pub unknown: Vec<(String, String)>,
}

/// Asks for every external address of the handbook, each once.
pub fn check(graph: &Graph, root: &Path) -> Outcome {
    let settings = &*graph.settings;
    let places = addresses(graph);
    let mut cache = if settings.mode == Mode::Own { Cache::read(root, settings.today) } else { Cache::empty(settings.today) };
    let mut verdicts: BTreeMap<&str, Verdict> = BTreeMap::new();
    let mut wanted: Vec<&str> = Vec::new();
    for address in places.keys() {
        match cache.get(address) {
            Some(verdict) => {
                verdicts.insert(address, verdict);
            }
            None => wanted.push(address),
        }
    }
    let remembered = verdicts.len();
    for (address, verdict) in fetch::all(&wanted, &own_hosts(settings)) {
        cache.put(address, &verdict);
        verdicts.insert(address, verdict);
    }
    if settings.mode == Mode::Own {
        cache.write(root);
    }
    let mut outcome = Outcome { remembered, ..Outcome::default() };
    for (address, verdict) in verdicts {
        match verdict {
            Verdict::Fine => outcome.fine += 1,
            Verdict::Broken(why) => {
                outcome.problems.extend(places[address].iter().filter_map(|place| problem(settings, address, &why, place)));
            }
            Verdict::Unknown(why) | Verdict::Skipped(why) => outcome.unknown.push((address.to_owned(), why)),
        }
    }
    outcome.problems.sort();
    outcome
}

/// Every http address with the places that link to it; what follows a `#` is not asked for.
fn addresses(graph: &Graph) -> BTreeMap<String, Vec<(SourcePath, Span)>> {
    let mut places: BTreeMap<String, Vec<(SourcePath, Span)>> = BTreeMap::new();
    for (_, node) in graph.in_order().filter(|(_, node)| node.is_published(&graph.settings)) {
        for link in &node.page.links {
            if let Target::External(url) = &link.target
                && let Some(address) = host::plain(url)
            {
                places.entry(address).or_default().push((node.page.path.clone(), link.place));
            }
        }
    }
    places
}

/// Hosts of the handbook's own addresses: they may lie on this machine or in the owner's own network.
fn own_hosts(settings: &Settings) -> Vec<String> {
    let config = &settings.config;
    config.own_urls.iter().chain(&config.base_url).filter_map(|url| host::authority(url)).collect()
}

fn problem(settings: &Settings, address: &str, why: &str, (file, span): &(SourcePath, Span)) -> Option<Diagnostic> {
    let severity = settings.severity(Code::BrokenLink)?;
    let diagnostic = Diagnostic::new(Code::BrokenLink, severity, format!("`{address}` is gone: {why}")).at(file, *span, "").target(address);
    Some(diagnostic.help("Link to where it has moved, to an archived copy, or take the link out"))
}
