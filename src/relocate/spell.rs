//! The ways to write a link to a file, the likest to the way it was written first.
//!
//! In: how a link was written, where its page and its target lay and where they lie afterwards. Out: spellings. Which of
//! them leads where it should is for the graph to say.
//!
//! Invariant: pure text; a spelling is decoded, and `dressed` writes it as its place wants it.

use crate::base::key::{fold, key};
use crate::base::path::{SourcePath, encode_path, join, markdown_stem};

use super::locate::Dress;

/// A file or folder before and after the move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Then<'a> {
    /// Its path below the project root before.
    pub(super) old: &'a str,
    /// And after.
    pub(super) new: &'a str,
    /// Its address before, if it is a page; without `/` at its ends.
    pub(super) old_url: &'a str,
    /// And after.
    pub(super) new_url: &'a str,
}

/// Where things lie in the handbook.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    /// The content folder.
    pub(super) content: &'a str,
    /// Folders whose files answer at the root of the site.
    pub(super) static_roots: &'a [String],
}

/// In which form a path names a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// With all of its name.
    Whole,
    /// Without the ending of a page.
    Stem,
    /// As the page that a web server has.
    Html,
    /// By the folder whose page it is.
    Folder,
    /// By its address.
    Url,
}

const FORMS: [Form; 5] = [Form::Whole, Form::Stem, Form::Html, Form::Folder, Form::Url];

/// A path in a form, below the project root; `None` where it has no such form.
fn formed(path: &str, url: &str, form: Form, content: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = || markdown_stem(name).map(|stem| if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") });
    match form {
        Form::Whole => Some(path.to_owned()),
        Form::Stem => stem(),
        Form::Html => stem().map(|stem| format!("{stem}.html")),
        Form::Folder => SourcePath::new(path).filter(SourcePath::is_index).map(|_| folder.to_owned()),
        Form::Url if url.is_empty() => None,
        Form::Url => join(content, url),
    }
}

/// The ways to write a path from one page: `written` is decoded, without query and anchor.
pub(super) fn paths(written: &str, page: Then<'_>, target: Then<'_>, ground: Ground<'_>) -> Vec<String> {
    let trailing = written.ends_with('/') && written.len() > 1;
    let mut out = Vec::new();
    for (lead, before, after) in starts(written, page, ground) {
        let rest = &written[lead.len()..];
        let Some(reached) = join(&before, rest) else { continue };
        for form in FORMS {
            let same = formed(target.old, target.old_url, form, ground.content).is_some_and(|old| fold(&old) == fold(&reached));
            let Some(now) = formed(target.new, target.new_url, form, ground.content).filter(|_| same) else { continue };
            let way = if lead.is_empty() { Some(relative(&after, &now)) } else { below(&after, &now) };
            let Some(way) = way else { continue };
            let dotted = lead.is_empty() && written.starts_with("./") && !way.starts_with("..") && way != ".";
            let slash = if (trailing && form != Form::Whole || form == Form::Url || target.is_folder_now(trailing)) && !way.ends_with('/') {
                "/"
            } else {
                ""
            };
            out.push(format!("{lead}{}{way}{slash}", if dotted { "./" } else { "" }));
        }
    }
    let here = SourcePath::new(page.new).map_or_else(String::new, |page| page.folder().to_owned());
    let plain = relative(&here, target.new);
    out.push(if target.is_folder_now(trailing) { format!("{plain}/") } else { plain });
    out.dedup();
    out.into_iter().map(guarded).collect()
}

impl Then<'_> {
    fn is_folder_now(&self, trailing: bool) -> bool {
        trailing && self.new_url.is_empty() && !self.new.rsplit('/').next().is_some_and(|name| name.contains('.'))
    }
}

/// A relative path that cannot be taken for an address with a scheme.
fn guarded(way: String) -> String {
    let first = way.split('/').next().unwrap_or("");
    if first.contains(':') && !way.starts_with(['/', '@']) { format!("./{way}") } else { way }
}

/// What a written path may start from: the mark that says so, the folder before the move, the folder after it.
fn starts(written: &str, page: Then<'_>, ground: Ground<'_>) -> Vec<(&'static str, String, String)> {
    let fixed = |lead, folder: &str| (lead, folder.to_owned(), folder.to_owned());
    if written.starts_with("@/") {
        return vec![fixed("@/", ground.content)];
    }
    let roots = || [ground.content, ""].into_iter().chain(ground.static_roots.iter().map(String::as_str));
    if written.starts_with('/') {
        return roots().map(|root| fixed("/", root)).collect();
    }
    let folders = |path: &str| {
        let page = SourcePath::new(path)?;
        let folder = page.folder().to_owned();
        let as_address = match page.is_index() {
            true => folder.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned()),
            false => format!("{folder}/{}", page.stem()).trim_start_matches('/').to_owned(),
        };
        Some((folder, as_address))
    };
    let (Some((old, old_address)), Some((new, new_address))) = (folders(page.old), folders(page.new)) else { return Vec::new() };
    let mut all = vec![("", old, new), ("", old_address, new_address)];
    all.extend(roots().map(|root| ("", root.to_owned(), root.to_owned())));
    // A path from the root without a `/` stays one.
    all
}

/// A path below a folder.
fn below(folder: &str, path: &str) -> Option<String> {
    if folder.is_empty() {
        return Some(path.to_owned());
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(String::new()) } else { rest.strip_prefix('/').map(str::to_owned) }
}

/// The way from a folder to a file or folder.
pub(super) fn relative(folder: &str, to: &str) -> String {
    let here: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let there: Vec<&str> = to.split('/').filter(|part| !part.is_empty()).collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; here.len() - shared];
    parts.extend(&there[shared..]);
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The ways to name a page or a file in double brackets.
pub(super) fn names(written: &str, page: Then<'_>, target: Then<'_>, title: &str, ground: Ground<'_>) -> Vec<String> {
    let file = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let stem = |name: &str| markdown_stem(name).unwrap_or(name).to_owned();
    let (old_file, new_file) = (file(target.old), file(target.new));
    let last = written.rsplit('/').next().unwrap_or(written);
    let with_ending = fold(last) == fold(&old_file);
    let short = |path: &str| if with_ending { path.to_owned() } else { stem_of_path(path) };
    let content_path = below(ground.content, target.new).unwrap_or_else(|| target.new.to_owned());
    let here = SourcePath::new(page.old).map_or_else(String::new, |page| page.folder().to_owned());
    let mut out = Vec::new();
    if written.contains('/') {
        let is_old = |reached: Option<String>| {
            reached.is_some_and(|reached| fold(&reached) == fold(target.old) || fold(&reached) == fold(&stem_of_path(target.old)))
        };
        if !is_old(join(ground.content, written.trim_start_matches('/'))) && is_old(join(&here, written)) {
            let now = SourcePath::new(page.new).map_or_else(String::new, |page| page.folder().to_owned());
            out.push(short(&relative(&now, target.new)));
        }
        out.push(format!("{}{}", if written.starts_with('/') { "/" } else { "" }, short(&content_path)));
    } else if with_ending || fold(written) == fold(&stem(&old_file)) {
        out.push(short(&new_file));
    }
    out.extend([short(&new_file), short(&content_path), content_path, title.to_owned()]);
    out.retain(|name| !name.is_empty() && !name.contains(['#', '|', '[', ']', '\n', '\r', '\\']));
    out
}

fn stem_of_path(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = markdown_stem(name).unwrap_or(name);
    if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") }
}

/// The ways to write a key's reference to a page: a path stays a path, a name a name, brackets stay.
pub(super) fn references(written: &str, page: Then<'_>, target: Then<'_>, title: &str, ground: Ground<'_>) -> Vec<String> {
    let inside = written.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    let (open, close) = if inside.is_some() { ("[[", "]]") } else { ("", "") };
    let (inner, label) = match inside.unwrap_or(written).split_once('|').filter(|_| inside.is_some()) {
        Some((inner, label)) => (inner, format!("|{label}")),
        None => (inside.unwrap_or(written), String::new()),
    };
    let (name, anchor) = inner.split_once('#').map_or((inner, String::new()), |(name, anchor)| (name, format!("#{anchor}")));
    let name = name.trim();
    let as_path = || paths(name, page, target, ground);
    let as_name = || names(name, page, target, title, ground);
    let ways: Vec<String> = if name.contains('/') || markdown_stem(name).is_some() {
        as_path().into_iter().chain(as_name()).collect()
    } else {
        as_name().into_iter().chain(as_path()).collect()
    };
    ways.into_iter().map(|way| format!("{open}{way}{anchor}{label}{close}")).collect()
}

/// The ways to name a person who has a file.
pub(super) fn people(written: &str, target: Then<'_>, title: &str, others: &[String]) -> Vec<String> {
    let at = if written.starts_with('@') { "@" } else { "" };
    let stem = |path: &str| SourcePath::new(path).map_or_else(String::new, |path| path.stem().to_owned());
    let by_file = key(written.trim_start_matches('@')) == key(&stem(target.old));
    let mut out = if by_file { vec![stem(target.new), title.to_owned()] } else { vec![title.to_owned(), stem(target.new)] };
    out.extend(others.iter().cloned());
    out.into_iter().map(|name| format!("{at}{name}")).collect()
}

/// The ways to write an absolute address of the handbook whose path below the site or the repository is `written`.
pub(super) fn own(written: &str, target: Then<'_>, ground: Ground<'_>, site: bool) -> Vec<String> {
    let trailing = written.ends_with('/');
    let plain = written.trim_matches('/');
    let mut out = Vec::new();
    for form in FORMS {
        let old = formed(target.old, target.old_url, form, ground.content);
        let (Some(old), Some(new)) = (old, formed(target.new, target.new_url, form, ground.content)) else { continue };
        // The written path may begin further down than the project root: what it leaves out stays left out.
        let left_out = if plain.is_empty() {
            below(ground.content, &old).filter(String::is_empty).map(|_| ground.content.to_owned())
        } else {
            left_out(&old, plain)
        };
        let Some(way) = left_out.and_then(|left_out| below(&left_out, &new)) else { continue };
        let slash = if trailing && form != Form::Whole && !way.is_empty() { "/" } else { "" };
        out.push(format!("{way}{slash}"));
    }
    if site {
        out.extend(below(ground.content, target.new));
        if !target.new_url.is_empty() {
            out.push(format!("{}/", target.new_url));
        }
    } else {
        out.push(target.new.to_owned());
    }
    out
}

/// The folder in which a path has to be read to be the whole one.
fn left_out(whole: &str, written: &str) -> Option<String> {
    let (whole_folded, written_folded) = (fold(whole), fold(written));
    if whole_folded == written_folded {
        return Some(String::new());
    }
    whole_folded
        .ends_with(&format!("/{written_folded}"))
        .then(|| whole.len().checked_sub(written.len() + 1))
        .flatten()
        .and_then(|end| whole.get(..end))
        .map(str::to_owned)
}

/// Writes a spelling as its place wants it; `None` where it cannot stand there.
pub(super) fn dressed(way: &str, dress: Dress) -> Option<String> {
    Some(match dress {
        Dress::Name => way.to_owned(),
        Dress::Address | Dress::Rewritten => {
            let encoded = encode_path(way).replace('&', "%26");
            if is_balanced(&encoded) { encoded } else { encoded.replace('(', "%28").replace(')', "%29") }
        }
        Dress::Angle => encode_path(way).replace('&', "%26").replace("%20", " "),
        Dress::Fact(Some(b'"')) if !way.contains(['"', '\\']) => way.to_owned(),
        Dress::Fact(Some(b'\'')) if !way.contains('\'') => way.to_owned(),
        Dress::Fact(Some(_)) => return None,
        Dress::Fact(None) if is_plain_fact(way) => way.to_owned(),
        Dress::Fact(None) => serde_json::Value::from(way).to_string(),
    })
    .filter(|text| !text.contains(['\n', '\r']))
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0i32;
    for b in text.bytes() {
        depth += i32::from(b == b'(') - i32::from(b == b')');
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Whether a text may stand in YAML without quotation marks, in a list too.
fn is_plain_fact(text: &str) -> bool {
    let wikilink = text.starts_with("[[") && text.ends_with("]]") && !text[2..text.len() - 2].contains(['[', ']', ',']);
    let safe = text.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '/' || c == '_')
        && !text.contains(['[', ']', '{', '}', ',', '#', '"', '\''])
        && !text.contains(": ");
    (wikilink || safe) && !text.ends_with(':') && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUND: Ground<'_> = Ground { content: "content", static_roots: &[] };

    fn then<'a>(old: &'a str, new: &'a str) -> Then<'a> {
        Then { old, new, old_url: "", new_url: "" }
    }

    fn first(written: &str, page: (&str, &str), target: (&str, &str)) -> String {
        paths(written, then(page.0, page.1), then(target.0, target.1), GROUND).remove(0)
    }

    #[test]
    fn a_path_keeps_the_way_it_is_written() {
        let still = ("content/a/x.md", "content/a/x.md");
        let moved = ("content/b/y.md", "content/c/z.md");
        for (written, want) in [
            ("../b/y.md", "../c/z.md"),
            ("../b/y", "../c/z"),
            ("../b/y.html", "../c/z.html"),
            ("../../b/y/", "../../c/z/"),
            ("/b/y.md", "/c/z.md"),
            ("/content/b/y.md", "/content/c/z.md"),
            ("@/b/y.md", "@/c/z.md"),
            ("nowhere/like/it.md", "../c/z.md"),
        ] {
            assert_eq!(first(written, still, moved), want, "{written}");
        }
        assert_eq!(first("./y.md", ("content/b/x.md", "content/b/x.md"), ("content/b/y.md", "content/b/z.md")), "./z.md");
        assert_eq!(first("../b/", still, ("content/b/README.md", "content/c/README.md")), "../c/");
        assert_eq!(first("x.md", ("content/a.md", "content/d/a.md"), ("content/x.md", "content/x.md")), "../x.md");
    }

    #[test]
    fn a_name_keeps_the_way_it_is_written() {
        let name = |written| {
            names(written, then("content/a.md", "content/a.md"), then("content/b/y.md", "content/c/z.md"), "Why", GROUND).remove(0)
        };
        assert_eq!([name("y"), name("y.md"), name("b/y"), name("Old title")], ["z", "z.md", "c/z", "z"]);
    }

    #[test]
    fn a_text_is_dressed_for_its_place() {
        assert_eq!(dressed("a b(c", Dress::Address).as_deref(), Some("a%20b%28c"));
        assert_eq!(dressed("a b.md", Dress::Angle).as_deref(), Some("a b.md"));
        assert_eq!(dressed("a, b", Dress::Fact(None)).as_deref(), Some("\"a, b\""));
        assert_eq!(dressed("it's", Dress::Fact(Some(b'\''))), None);
    }

    #[test]
    fn an_own_address_keeps_what_it_leaves_out() {
        let target = then("content/b/y.md", "content/c/z.md");
        assert_eq!(own("content/b/y.md", target, GROUND, false)[0], "content/c/z.md");
        assert_eq!(own("b/y.md", target, GROUND, false)[0], "c/z.md");
        assert_eq!(own("/b/y/", target, GROUND, true)[0], "c/z/");
    }
}
