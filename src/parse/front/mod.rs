//! The block of facts at the top of a page.
//!
//! In: the text of a file. Out: where the block ends, what it says, and what is wrong with it.
//!
//! `split` finds the block; `base::tree::toml` or `yaml` reads it into one small tree; `repair` mends what does not
//! parse; `schema` walks the tree.
//!
//! Invariant: any text gives an answer; the body always begins at a character of the text or at its end.
//! Invariant: a page whose facts are broken keeps its body.

pub mod add;
mod repair;
mod schema;
mod split;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::Date;

use crate::base::config::{Settings, Stance};
use crate::base::diagnostic::{Code, Diagnostic, Edit, Fix, Safety};
use crate::base::text::{Source, Span};
use crate::base::tree::{self, Entry, Node, Problem, Tree, Value};
use repair::{Repair, Slip};
pub use schema::{json_schema, names_elsewhere};
use split::{LIMIT, Syntax, Top};

/// A value and its place in the file on disk.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Spanned<T> {
    /// What the author wrote.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// What a page is, when its author says so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A claim, argued.
    Essay,
    /// What one person did.
    Example,
    /// A person.
    Contributor,
    /// A definition.
    Term,
    /// An ordered list of links for one kind of reader.
    Path,
    /// Itself, in no pillar.
    Page,
}

/// How far an example has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Being written.
    Draft,
    /// Written by its contributor.
    Initial,
    /// Read by somebody else.
    Reviewed,
}

/// Everything that front matter can say; absent where it does not.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Front {
    /// `title`; a number or a date counts as its text.
    pub title: Option<Spanned<String>>,
    /// `summary` (foreign folders also `description`, `subtitle`).
    pub summary: Option<Spanned<String>>,
    /// A short title for lists, in a foreign folder: `linkTitle`, `nav_title`, `sidebar_label`.
    pub label: Option<String>,
    /// `lang`.
    pub lang: Option<Spanned<String>>,
    /// `owner`.
    pub owner: Option<Spanned<String>>,
    /// `kind`.
    pub kind: Option<Spanned<Kind>>,
    /// `pillar`, a word or a list, as written; whether such a pillar exists is checked by the caller.
    pub pillar: Vec<Spanned<String>>,
    /// `stance`: one, or both for `both`.
    pub stance: Vec<Stance>,
    /// `by`, as written.
    pub by: Vec<Spanned<String>>,
    /// `illustrates`, as written: a path, a wikilink or a title.
    pub illustrates: Vec<Spanned<String>>,
    /// `contrasts`, as written.
    pub contrasts: Vec<Spanned<String>>,
    /// `tags`.
    pub tags: Vec<Spanned<String>>,
    /// `aliases`.
    pub aliases: Vec<Spanned<String>>,
    /// `weight` in thousandths, so that it can be compared and hashed (foreign folders also `order`, `nav_order`, `sidebar_position`).
    pub weight: Option<i64>,
    /// `date`.
    pub date: Option<Date>,
    /// `updated` (foreign folders also `lastmod`, `date modified`, `last_reviewed_on` is not one).
    pub updated: Option<Date>,
    /// `publish_after`.
    pub publish_after: Option<Date>,
    /// `draft` (foreign folders also `publish: false`).
    pub draft: bool,
    /// `toc`, unless left to the theme.
    pub toc: Option<bool>,
    /// `hidden` (foreign folders also `unlisted`, `hide_in_navigation`).
    pub hidden: bool,
    /// `sources`.
    pub sources: Vec<String>,
    /// `reviewed.by`.
    pub reviewed_by: Option<String>,
    /// `reviewed.on`.
    pub reviewed_on: Option<Date>,
    /// `role`.
    pub role: Option<String>,
    /// `industry`.
    pub industry: Option<String>,
    /// `status`.
    pub status: Option<Status>,
    /// `anonymous`.
    pub anonymous: bool,
    /// Keys that are not ours, in the order written, as JSON text a value: templates see them.
    pub extra: Vec<(String, String)>,
    /// Other addresses that foreign front matter gives the page (`permalink`, `slug`, `url`, `redirect_from` …), as written.
    pub addresses: Vec<Spanned<String>>,
    /// Addresses on a published site that now forward to the page (`old_paths`): no link of the handbook means them.
    pub former_paths: Vec<Spanned<String>>,
}

/// Reads the facts at the top of a page; the offset is where its body begins in the source's text.
pub fn front(source: &Source, settings: &Settings, out: &mut Vec<Diagnostic>) -> (Front, usize) {
    let (syntax, inside, body) = match split::split(&source.text, settings.mode) {
        Top::Nothing => return (Front::default(), 0),
        Top::Unclosed(fence) => {
            let mark = &source.text[fence.clone()];
            let message = format!("the facts that start with `{mark}` are never closed");
            let help = format!("put a line `{mark}` below the last of them");
            report(source, settings, Code::FrontMatter, fence, out, |diagnostic| Diagnostic { message, ..diagnostic }.help(help));
            return (Front::default(), 0);
        }
        Top::Block(syntax, inside, body) => (syntax, inside, body),
    };
    if inside.len() > LIMIT {
        let message = format!("the facts at the top take {} KB; {} KB are allowed", inside.len().div_ceil(1024), LIMIT / 1024);
        let help = "move what is long into the text of the page";
        report(source, settings, Code::TooLarge, 0..inside.start.max(1), out, |diagnostic| Diagnostic { message, ..diagnostic }.help(help));
        return (Front::default(), body);
    }
    let (entries, slips, problems) = read(&source.text[inside.clone()], syntax, inside.start);
    // A day that no calendar has is told by its key; quotation marks would not mend it.
    let is_day = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let slips = slips.into_iter().filter(|slip| !is_day(source.text.get(slip.span.clone()).unwrap_or_default()));
    for slip in slips {
        report(source, settings, Code::FrontMatter, slip.span, out, |diagnostic| {
            let edit = |(place, text): (Range<usize>, String)| Edit { file: source.path.clone(), span: source.on_disk(place), text };
            let edits = slip.changes.into_iter().map(edit).collect();
            let help = "it is read as it was probably meant; `fourfold check --fix` mends it";
            Diagnostic { message: slip.message, ..diagnostic }.help(help).fix(Fix { title: slip.title.into(), safety: Safety::Safe, edits })
        });
    }
    for problem in problems {
        let Problem { span, message, help } = problem;
        report(source, settings, Code::FrontMatter, span, out, |diagnostic| Diagnostic { message, ..diagnostic }.help(help));
    }
    (schema::walk(source, settings, &entries, out), body)
}

fn report(
    source: &Source,
    settings: &Settings,
    code: Code,
    place: Range<usize>,
    out: &mut Vec<Diagnostic>,
    make: impl FnOnce(Diagnostic) -> Diagnostic,
) {
    if let Some(severity) = settings.severity(code) {
        out.push(make(Diagnostic::new(code, severity, "")).at(&source.path, source.on_disk(place), ""));
    }
}

/// Reads the inside of a block, mended if need be; all places are bytes of the whole text.
fn read(text: &str, syntax: Syntax, start: usize) -> (Vec<Entry>, Vec<Slip>, Vec<Problem>) {
    let plain = with_line_feeds(text);
    let parse = |text: &str| match syntax {
        Syntax::Toml => tree::toml::read(text),
        Syntax::Yaml | Syntax::Json => tree::yaml::read(text),
    };
    let tree = parse(&plain);
    if tree.broken
        && let Some(repair) = repair::repair(&plain, syntax)
    {
        let mended = parse(&repair.text);
        if !mended.broken {
            return after_repair(mended, repair, start);
        }
    }
    let Tree { mut entries, mut problems, .. } = tree;
    move_entries(&mut entries, &|at| start + at);
    problems.iter_mut().for_each(|problem| problem.span = start + problem.span.start..start + problem.span.end);
    (entries, Vec::new(), problems)
}

fn after_repair(mended: Tree, mut repair: Repair, start: usize) -> (Vec<Entry>, Vec<Slip>, Vec<Problem>) {
    let Tree { mut entries, mut problems, .. } = mended;
    let origin = |at: usize| start + repair.origin(at);
    move_entries(&mut entries, &origin);
    problems.iter_mut().for_each(|problem| problem.span = origin(problem.span.start)..origin(problem.span.end));
    let shift = |range: &Range<usize>| start + range.start..start + range.end;
    let mut slips = std::mem::take(&mut repair.slips);
    for slip in &mut slips {
        slip.span = shift(&slip.span);
        slip.changes.iter_mut().for_each(|(range, _)| *range = shift(range));
    }
    (entries, slips, problems)
}

fn move_entries(entries: &mut [Entry], to: &impl Fn(usize) -> usize) {
    for entry in entries {
        entry.at = to(entry.at.start)..to(entry.at.end);
        move_node(&mut entry.node, to);
    }
}

fn move_node(node: &mut Node, to: &impl Fn(usize) -> usize) {
    node.span = to(node.span.start)..to(node.span.end);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| move_node(item, to)),
        Value::Table(entries) => move_entries(entries, to),
        _ => {}
    }
}

/// The text with each lone CR, which neither syntax knows, as LF: no offset changes.
fn with_line_feeds(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\r') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(ch) = rest.next() {
        out.push(if ch == '\r' && rest.peek() != Some(&'\n') { '\n' } else { ch });
    }
    out.into()
}
