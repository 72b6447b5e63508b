//! What files say about single folders: `_category_.json` and `.yml`, `.pages`, `.nav.yml`.
//!
//! In: the folders of the content and a way to read a file. Out: titles and places of folders, and where there is a `.pages`
//! the whole content in the order that these files give it.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::List;
use super::names::Names;
use crate::base::path::{is_index_stem, markdown_stem};
use crate::base::signposts::Folder;
use crate::base::tree::{Entry, Node, Value, yaml};

/// The files that say something about their folder.
pub(super) const FILES: &[&str] = &["_category_.json", "_category_.yml", "_category_.yaml", ".pages", ".nav.yml", ".nav.yaml"];
/// Stands for all that is not named.
const REST: &str = "...";

/// A file about its folder, read.
pub(super) struct About {
    /// The folder, below the content.
    pub(super) folder: String,
    /// The file's name.
    pub(super) name: String,
    /// What it says.
    pub(super) entries: Vec<Entry>,
}

impl About {
    /// Reads a file about its folder.
    pub(super) fn new(folder: &str, name: &str, text: &str) -> Self {
        let entries = match yaml::value(text).map(|node| node.value) {
            Some(Value::Table(entries)) => entries,
            _ => Vec::new(),
        };
        Self { folder: folder.to_owned(), name: name.to_owned(), entries }
    }

    fn find(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().find_map(|key| self.entries.iter().find(|entry| entry.key == *key)).map(|entry| &entry.node)
    }

    /// The title and the place that it gives its folder.
    pub(super) fn folder(&self) -> Folder {
        let title = self.find(&["label", "title"]).and_then(Node::text).map(str::trim).filter(|title| !title.is_empty());
        let weight = self.find(&["position", "order"]).and_then(Node::text).and_then(|text| text.trim().parse::<f64>().ok());
        Folder {
            path: self.folder.clone(),
            title: title.map(str::to_owned),
            weight: weight.filter(|weight| weight.abs() < 1e12).map(|weight| (weight * 1000.0).round() as i64),
        }
    }

    fn is_list(&self) -> bool {
        self.name.starts_with('.') && self.find(&["nav", "arrange", "order"]).is_some()
    }
}

/// Whether one of the files puts pages into an order.
pub(super) fn give_order(abouts: &[About]) -> bool {
    abouts.iter().any(About::is_list)
}

/// Puts all pages into the order of the files of their folders: the page of a folder first, then what is named, then the
/// rest by name; `...` says where the rest stands.
pub(super) fn in_order<'a>(names: &'a Names<'a>, abouts: &[About]) -> List<'a> {
    let mut list = List::new(names);
    let by_folder: BTreeMap<&str, &About> =
        abouts.iter().filter(|about| about.name.starts_with('.')).map(|about| (about.folder.as_str(), about)).collect();
    // A folder is followed at once by what it holds; what is waiting is turned round, so that the first comes first.
    let mut waiting = vec![Step { path: String::new(), label: String::new(), is_folder: true }];
    while let Some(step) = waiting.pop() {
        if !step.is_folder {
            list.page(&step.label, &step.path);
            continue;
        }
        let mut steps = steps(names, &step.path, by_folder.get(step.path.as_str()).copied());
        steps.reverse();
        waiting.extend(steps);
    }
    list
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    path: String,
    label: String,
    is_folder: bool,
}

/// The pages and folders of a folder in order.
fn steps(names: &Names<'_>, folder: &str, about: Option<&About>) -> Vec<Step> {
    let mut children: BTreeSet<Step> = BTreeSet::new();
    let mut index = None;
    for page in names.all() {
        let Some(rest) = (if folder.is_empty() { Some(*page) } else { page.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) })
        else {
            continue;
        };
        let (path, is_folder) = match rest.find('/') {
            Some(cut) => (page[..page.len() - rest.len() + cut].to_owned(), true),
            None => ((*page).to_owned(), false),
        };
        let step = Step { path, label: String::new(), is_folder };
        if !is_folder && markdown_stem(rest).is_some_and(is_index_stem) && index.is_none() {
            index = Some(step);
        } else {
            children.insert(step);
        }
    }
    let named = about.and_then(|about| about.find(&["nav", "arrange"])).map(named).unwrap_or_default();
    let mut before: Vec<Step> = Vec::new();
    let mut after: Vec<Step> = Vec::new();
    let mut rest_seen = false;
    for (label, written) in named {
        if written == REST {
            rest_seen = true;
            continue;
        }
        let path = if folder.is_empty() { written.clone() } else { format!("{folder}/{written}") };
        let path = path.trim_matches('/');
        let is_it = |step: &Step| step.path == path || names.page("", path).is_some_and(|page| page == step.path);
        let step = index.take_if(|step| is_it(step)).or_else(|| {
            let step = children.iter().find(|step| is_it(step)).cloned()?;
            children.remove(&step);
            Some(step)
        });
        if let Some(step) = step {
            if rest_seen { &mut after } else { &mut before }.push(Step { label, ..step });
        }
    }
    let mut rest: Vec<Step> = children.into_iter().collect();
    if about.and_then(|about| about.find(&["order"])).and_then(Node::text) == Some("desc") {
        rest.reverse();
    }
    index.into_iter().chain(before).chain(rest).chain(after).collect()
}

/// The items of a list: what they are called and what they name.
fn named(node: &Node) -> Vec<(String, String)> {
    let Value::List(items) = &node.value else { return Vec::new() };
    let item = |item: &Node| match &item.value {
        Value::Table(entries) => {
            let entry = entries.first()?;
            Some((entry.key.clone(), entry.node.text()?.to_owned()))
        }
        _ => Some((String::new(), item.text()?.to_owned())),
    };
    let named = items.iter().filter_map(item);
    named.map(|(label, written)| if written.starts_with(REST) { (String::new(), REST.to_owned()) } else { (label, written) }).collect()
}
