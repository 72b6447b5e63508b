//! What is wrong with links, addresses and pages as a whole, in an author's words.
//!
//! In: the graph. Out: diagnostics. Suggestions look at every name of the handbook, so they are made when a report is
//! asked for, never kept with a page.

use std::sync::OnceLock;

use crate::base::config::Settings;
use crate::base::diagnostic::{Code, Diagnostic, Edit, Fix, Safety};
use crate::base::key::key;
use crate::base::nearest::nearest;
use crate::base::path::{SourcePath, join, markdown_stem};
use crate::base::text::Span;
use crate::parse::front::Kind;
use crate::parse::page::{Link, Page, Relation, Syntax, Target};

use super::anchor::Part;
use super::graph::{Graph, Node, Trouble};
use super::link::lead_path;
use super::names::Claimant;
use super::nav::may_be_list;
use super::{How, Lead, Resolution, Standing};

/// Every name that a link may have meant. Names are collected when a link that leads nowhere wants one.
#[derive(Default)]
pub struct Spoken {
    names: OnceLock<Vec<String>>,
    files: OnceLock<Vec<String>>,
    people: OnceLock<Vec<String>>,
}

impl Spoken {
    fn names(&self, graph: &Graph) -> &[String] {
        self.names.get_or_init(|| {
            let mut names: Vec<String> = Vec::new();
            for (_, node) in graph.in_order() {
                names.push(node.title().to_owned());
                names.push(node.page.path.stem().to_owned());
                names.extend(node.page.names.iter().cloned());
            }
            names.sort_unstable();
            names.dedup();
            names
        })
    }

    /// The names of files that are no pages.
    fn files(&self, graph: &Graph) -> &[String] {
        self.files.get_or_init(|| {
            let mut files: Vec<String> = graph.assets().into_iter().map(|path| path.file_name().to_owned()).collect();
            files.sort_unstable();
            files.dedup();
            files
        })
    }

    fn people(&self, graph: &Graph) -> &[String] {
        self.people.get_or_init(|| {
            let contributors = graph.in_order().map(|(_, node)| node).filter(|node| node.page.kind == Kind::Contributor);
            contributors.flat_map(|node| [node.title().to_owned(), node.page.path.stem().to_owned()]).collect()
        })
    }
}

/// The problems of a page: those of its file and those of its links.
pub fn node(graph: &Graph, node: &Node, spoken: &Spoken) -> Vec<Diagnostic> {
    let mut out = node.page.diagnostics.clone();
    for trouble in &node.troubles {
        let at = trouble.link as usize;
        out.extend(link(graph, &node.page, &node.page.links[at], &node.links[at], trouble, spoken));
    }
    let credits = node.page.links.iter().zip(&node.links).filter(|(link, _)| link.relation == Relation::By);
    out.extend(credits.filter_map(|(link, resolution)| unknown_contributor(graph, &node.page, link, resolution, spoken)));
    out
}

/// A problem at a place of a page, unless its code is off.
pub(super) fn report(graph: &Graph, page: &Page, code: Code, span: Span, message: String) -> Option<Diagnostic> {
    let severity = graph.settings.severity(code)?;
    Some(Diagnostic::new(code, severity, message).at(&page.path, span, ""))
}

fn link(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution, trouble: &Trouble, spoken: &Spoken) -> Option<Diagnostic> {
    let span = link.place;
    if trouble.rivals.len() > 1 {
        return ambiguous(graph, page, link, trouble);
    }
    let found = match resolution.standing {
        Standing::Broken | Standing::Stale if trouble.part == Part::Missing && resolution.lead != Lead::Nowhere => {
            return missing_part(graph, page, link, resolution);
        }
        // What was refused has been reported where it was read.
        Standing::Broken if matches!(link.target, Target::Refused(_)) => return None,
        Standing::Broken => return broken(graph, page, link, Code::BrokenLink, spoken),
        Standing::Wanted => return broken(graph, page, link, Code::WantedPage, spoken),
        Standing::Stale => {
            let message = format!("this address of your own site leads nowhere: {}", link.raw);
            report(graph, page, Code::StaleOwnUrl, span, message)
                .map(|d| d.help("link to the page by its path or title, or mend the address"))
        }
        Standing::Draft => {
            let message = format!("`{}` is a draft or not published yet, so readers see words without a link", shown(link));
            report(graph, page, Code::DraftLink, span, message).map(|d| d.help("publish that page, or take the link out until then"))
        }
        Standing::Moved => moved(graph, page, link, resolution),
        Standing::Redirected => redirected(graph, page, link, resolution),
        Standing::Loose => loose(graph, page, link, resolution, &trouble.part),
        Standing::Ok | Standing::External => None,
    };
    found.map(|diagnostic| diagnostic.target(&*link.raw))
}

/// What a link asks for, as an author would say it.
fn shown(link: &Link) -> &str {
    match &link.target {
        Target::Name(name) | Target::Reference(name) | Target::Person(name) | Target::Tag(name) if !name.is_empty() => name,
        _ => &link.raw,
    }
}

fn broken(graph: &Graph, page: &Page, link: &Link, code: Code, spoken: &Spoken) -> Option<Diagnostic> {
    let wanted = shown(link);
    let what = match (link.relation, link.syntax) {
        (Relation::Shows, _) => "no picture or file",
        (Relation::Embeds, _) => "nothing to embed",
        _ => "no page",
    };
    let message = match link.target {
        Target::Name(_) | Target::Reference(_) => format!("there is {what} called `{wanted}`"),
        _ => format!("there is {what} at `{wanted}`"),
    };
    let diagnostic = with_link(report(graph, page, code, link.place, message)?, page, link).target(&*link.raw);
    let elsewhere = same_file_name(graph, wanted);
    let help = if let Some(reason) = slip(link) {
        reason
    } else if let Some(elsewhere) = elsewhere {
        format!("moved? There is a file of that name at {elsewhere}")
    } else if let Some(way) = near_path(graph, spoken, page, link) {
        return Some(with_path_fix(diagnostic, page, link, &way, Safety::Unsafe).help(format!("did you mean `{way}`?")));
    } else if let Some(near) = near_name(graph, spoken, wanted) {
        if let (Target::Name(name), Some(span)) = (&link.target, name_span(link)) {
            let fix = Fix {
                title: format!("link to `{near}`"),
                safety: Safety::Unsafe,
                edits: vec![Edit {
                    file: page.path.clone(),
                    span: Span { start: span.start, end: span.start + name.len() as u32 },
                    text: near.to_owned(),
                }],
            };
            return Some(diagnostic.fix(fix).help(format!("did you mean `{near}`?")));
        }
        format!("did you mean `{near}`?")
    } else if link.syntax == Syntax::Front {
        "name a page by its title, its path, or its title in double brackets".to_owned()
    } else if code == Code::WantedPage {
        "write that page, or take the brackets away".to_owned()
    } else {
        "mend the link, or take it out: readers see its words without a link".to_owned()
    };
    Some(diagnostic.help(help))
}

/// What is wrong with a destination by itself, where it looks like an address and is none.
fn slip(link: &Link) -> Option<String> {
    let Target::Path(_) = link.target else { return None };
    let raw = link.raw.trim();
    if let Some(inner) = raw.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some(format!("take one pair of brackets away: write {inner}"));
    }
    let (first, rest) = raw.split_once('/').unwrap_or((raw, ""));
    if let Some((name, host)) = raw.split_once('@')
        && !name.is_empty()
        && !name.contains('/')
        && host.contains('.')
        && !host.contains('/')
    {
        return Some(format!("to write to somebody, write mailto:{raw}"));
    }
    if first.starts_with("www.") {
        return Some(format!("to link to another site, write https://{raw}"));
    }
    if first.contains("http") && (first.ends_with(':') || !rest.is_empty() && rest.starts_with('/')) {
        return Some("the address of another site begins with https://".to_owned());
    }
    raw.contains('\\').then(|| format!("in a link, folders are parted by `/`: write {}", raw.replace('\\', "/")))
}

/// Marks the link itself where the problem is shown elsewhere: at its definition, or at the start of its passage.
fn with_link(diagnostic: Diagnostic, page: &Page, link: &Link) -> Diagnostic {
    let apart = link.place.end <= link.span.start || link.span.end <= link.place.start;
    if apart { diagnostic.at(&page.path, link.span, "the link") } else { diagnostic }
}

/// Where the name of a wikilink stands, if it stands there as it is.
fn name_span(link: &Link) -> Option<Span> {
    let Target::Name(name) = &link.target else { return None };
    let plain = link.raw.starts_with(&**name) && link.destination != Span::default() && !name.is_empty();
    plain.then_some(link.destination)
}

fn same_file_name(graph: &Graph, wanted: &str) -> Option<String> {
    let name = wanted.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())?;
    let found = graph.files_called(name);
    match found {
        [] => None,
        [first, ..] if found.len() <= 3 => Some(first.path().to_owned()),
        _ => None,
    }
}

/// So many files of one name are compared with a path: more would make a handbook of many such slips wait for its problems.
const NAMESAKES: usize = 256;

/// The way to the file that a path most likely stands for: one of the same name in a folder that is spelled much like the one
/// that is named, or one whose own name is.
fn near_path(graph: &Graph, spoken: &Spoken, page: &Page, link: &Link) -> Option<String> {
    let Target::Path(path) = &link.target else { return None };
    let wanted = join(page.path.folder(), path)?;
    let name = wanted.rsplit('/').next()?;
    let near_file = || match name.rsplit_once('.') {
        Some(_) if markdown_stem(name).is_none() => nearest(name, spoken.files(graph).iter().map(String::as_str)),
        _ => near_name(graph, spoken, name),
    };
    let called = match graph.files_called(name) {
        [] => graph.files_called(near_file()?),
        called => called,
    };
    let near = nearest(&wanted, called.iter().take(NAMESAKES).map(Claimant::path))?;
    Some(relative(&page.path, &SourcePath::new(near)?))
}

fn near_name<'a>(graph: &Graph, spoken: &'a Spoken, wanted: &str) -> Option<&'a str> {
    let last = wanted.trim_end_matches('/').rsplit('/').next().unwrap_or(wanted);
    let stem = markdown_stem(last).unwrap_or(last);
    nearest(stem, spoken.names(graph).iter().map(String::as_str))
}

fn missing_part(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution) -> Option<Diagnostic> {
    let anchor = link.anchor.as_deref().unwrap_or_default();
    let target = graph.node_of(&resolution.lead)?;
    let what = if anchor.starts_with('^') { "paragraph" } else { "heading" };
    let message = format!("`{}` has no {what} `{anchor}`", target.title());
    // An absolute address of the handbook's own site is no link of the text, so it is never more than stale.
    let own = matches!(link.target, Target::OwnSite(_) | Target::OwnRepository(_));
    let code = if own { Code::StaleOwnUrl } else { Code::BrokenAnchor };
    let diagnostic = with_link(report(graph, page, code, link.place, message)?, page, link).target(&*link.raw);
    let by_words = matches!(link.syntax, Syntax::Wiki | Syntax::Embed);
    let headings = target.page.headings.iter().map(|heading| if by_words { &*heading.text } else { &*heading.id });
    let help = match nearest(anchor, headings) {
        Some(near) => format!("did you mean `#{near}`?"),
        None => "the link leads to the top of the page; name a heading that is there".to_owned(),
    };
    Some(diagnostic.help(help))
}

fn ambiguous(graph: &Graph, page: &Page, link: &Link, trouble: &Trouble) -> Option<Diagnostic> {
    let message = format!("`{}` could mean {} pages", shown(link), trouble.rivals.len());
    let diagnostic = report(graph, page, Code::AmbiguousLink, link.place, message)?.target(&*link.raw);
    let mut paths: Vec<&str> = trouble.rivals.iter().map(Claimant::path).collect();
    paths.sort_unstable();
    let named = paths.iter().take(5).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    Some(diagnostic.help(format!("name it by its path: {named}")))
}

fn moved(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution) -> Option<Diagnostic> {
    let now = lead_path(graph.nodes(), &resolution.lead)?;
    let message = format!("`{}` is not there; the only file of that name is {now}", link.raw);
    let diagnostic = report(graph, page, Code::MovedLink, link.place, message)?;
    let way = relative(&page.path, &now);
    Some(with_fix(diagnostic, graph, page, link, &way).help(format!("write {way}")))
}

fn redirected(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution) -> Option<Diagnostic> {
    let now = lead_path(graph.nodes(), &resolution.lead)?;
    let message = format!("`{}` is a former address; the page is {now}", link.raw);
    let diagnostic = report(graph, page, Code::RedirectedLink, link.place, message)?;
    let way = relative(&page.path, &now);
    Some(with_fix(diagnostic, graph, page, link, &way).help(format!("write {way}")))
}

fn loose(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution, part: &Part) -> Option<Diagnostic> {
    if resolution.how == How::Case {
        let now = lead_path(graph.nodes(), &resolution.lead).map(|path| path.to_string())?;
        let message = format!("`{}` differs in case from {now}, so it works on some computers only", link.raw);
        let diagnostic = report(graph, page, Code::LooseLink, link.place, message)?;
        let way = relative(&page.path, &lead_path(graph.nodes(), &resolution.lead)?);
        return Some(with_fix(diagnostic, graph, page, link, &way).help(format!("write {way}")));
    }
    let Part::Loose(id) = part else { return None };
    let anchor = link.anchor.as_deref().unwrap_or_default();
    let message = format!("the heading is `#{id}`, not `#{anchor}`");
    let diagnostic = report(graph, page, Code::LooseAnchor, link.place, message)?;
    Some(with_anchor_fix(diagnostic, graph, page, link, id).help(format!("write #{id}")))
}

/// Whether readers see the same when a link of a page leads where it seems to lead. A list of contents takes pages in by its
/// links, and those that it does not reach stand elsewhere.
fn safety(graph: &Graph, page: &Page) -> Safety {
    if may_be_list(&page.path, &graph.settings) { Safety::Unsafe } else { Safety::Safe }
}

/// Adds the fix that puts another heading's id behind the `#`.
fn with_anchor_fix(diagnostic: Diagnostic, graph: &Graph, page: &Page, link: &Link, id: &str) -> Diagnostic {
    let Some(hash) = link.raw.find('#').filter(|_| is_as_written(link)) else { return diagnostic };
    let span = Span { start: link.destination.start + hash as u32 + 1, end: link.destination.end };
    let edits = vec![Edit { file: page.path.clone(), span, text: crate::base::path::encode_path(id).into_owned() }];
    diagnostic.fix(Fix { title: format!("link to #{id}"), safety: safety(graph, page), edits })
}

/// Whether a Markdown link's destination stands in the file just as it was read.
fn is_as_written(link: &Link) -> bool {
    let length = link.destination.end - link.destination.start;
    length as usize == link.raw.len() && matches!(link.syntax, Syntax::Markdown | Syntax::Image)
}

/// Adds the fix that puts the path that was meant in the place of the one that was written.
fn with_fix(diagnostic: Diagnostic, graph: &Graph, page: &Page, link: &Link, way: &str) -> Diagnostic {
    with_path_fix(diagnostic, page, link, way, safety(graph, page))
}

/// Adds the fix that puts another path in the place of the one that was written; its anchor stays.
fn with_path_fix(diagnostic: Diagnostic, page: &Page, link: &Link, way: &str, safety: Safety) -> Diagnostic {
    if !is_as_written(link) || link.raw.contains("://") {
        return diagnostic;
    }
    let path_length = link.raw.find(['#', '?']).unwrap_or(link.raw.len()) as u32;
    let span = Span { start: link.destination.start, end: link.destination.start + path_length };
    // A parenthesis might end the address.
    let text = crate::base::path::encode_path(way).replace('(', "%28").replace(')', "%29");
    let edits = vec![Edit { file: page.path.clone(), span, text }];
    diagnostic.fix(Fix { title: format!("link to {way}"), safety, edits })
}

/// The way from one file to another.
fn relative(from: &SourcePath, to: &SourcePath) -> String {
    let here: Vec<&str> = from.folder().split('/').filter(|part| !part.is_empty()).collect();
    let there: Vec<&str> = to.as_str().split('/').collect();
    let shared = here.iter().zip(&there[..there.len() - 1]).take_while(|(a, b)| a == b).count();
    let mut way = "../".repeat(here.len() - shared);
    way.push_str(&there[shared..].join("/"));
    way
}

/// A credit that is a slip of the pen away from somebody who is known.
fn unknown_contributor(graph: &Graph, page: &Page, link: &Link, resolution: &Resolution, spoken: &Spoken) -> Option<Diagnostic> {
    let (Target::Person(name), Lead::Made(_)) = (&link.target, &resolution.lead) else { return None };
    let wanted = key(name);
    let length = wanted.chars().count();
    let near = spoken.people(graph).iter().find(|known| {
        let distance = strsim::osa_distance(&wanted, &key(known));
        distance <= 2 && distance * 3 < length.max(1)
    })?;
    let message = format!("nobody called `{name}` is known, but `{near}` is");
    let diagnostic = report(graph, page, Code::UnknownContributor, link.place, message)?.target(&**name);
    Some(diagnostic.help(format!("write {near}, or give `{name}` a page of their own in contributors/")))
}

/// Two pages that want one address.
pub fn duplicate_url(page: &Page, first: &SourcePath, settings: &Settings) -> Option<Diagnostic> {
    let severity = settings.severity(Code::DuplicateUrl)?;
    let message = format!("this page and {first} both want the address {}", page.url);
    let help = "rename one of the files, or move it to another folder";
    Some(
        Diagnostic::new(Code::DuplicateUrl, severity, message)
            .at(&page.path, Span::default(), "")
            .at(first, Span::default(), "the other page")
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_file_to_file_is_as_short_as_it_can_be() {
        let path = |text| SourcePath::new(text).expect("a path");
        assert_eq!(relative(&path("a/b/x.md"), &path("a/c/y.md")), "../c/y.md");
        assert_eq!(relative(&path("x.md"), &path("a/y.md")), "a/y.md");
        assert_eq!(relative(&path("a/x.md"), &path("a/y.md")), "y.md");
    }
}
