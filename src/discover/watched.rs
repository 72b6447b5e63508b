//! The files of a project as they were seen last, for a program that watches them.
//!
//! In: hints that something may have changed, or none. Out: `News`: what has come, changed or gone since the last look.
//!
//! A hint is never believed. Where hints name files that were seen before, only those are looked at; anything else (a new
//! file, a folder, a link, a name that cannot be told) needs a look at everything, which the caller then asks for.
//!
//! Invariant: after a look at everything, pages, other files and problems are those that `everything` would find.
//! Invariant: a page counts as changed only if its bytes have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use super::contributed::Contributed;
use super::pictures;
use super::project::Project;
use super::read::{self, Stamp};
use super::signposts;
use super::walk;
use super::{Place, place_of};
use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::Diagnostic;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::{SourcePath, is_markdown};
use crate::base::picture::Picture;
use crate::base::signposts::Signposts;
use crate::base::text::Source;

/// Files this young may change again within one tick of the file system's clock.
const YOUNG: Duration = Duration::from_secs(2);
/// How often a page that changes while it is read is read again.
const TRIES: usize = 8;

/// What has changed since the last look.
#[derive(Clone, Default, Debug)]
pub struct News {
    /// Pages that have come or changed.
    pub put: Vec<Source>,
    /// Other files that have come or changed.
    pub assets: Vec<SourcePath>,
    /// What is known of those of `assets` that are pictures.
    pub pictures: Vec<(SourcePath, Picture)>,
    /// Files that are no more.
    pub gone: Vec<SourcePath>,
}

impl News {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.assets.is_empty() && self.gone.is_empty()
    }
}

/// A file as it was seen last.
#[derive(Clone, Debug)]
struct Seen {
    stamp: Stamp,
    /// Whether a later change could carry the same stamp.
    young: bool,
    /// What a page says; `None` for other files and for pages that cannot be read.
    page: Option<Text>,
    /// What is known of a picture.
    picture: Option<Picture>,
    /// Whether it is part of the site.
    part: bool,
    trouble: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
struct Text {
    print: Fingerprint,
    wiki: usize,
    other: usize,
    /// The files whose texts it takes in.
    includes: Vec<SourcePath>,
}

/// The files of a project as they were seen last; at first, none.
#[derive(Default, Debug)]
pub struct Watched {
    files: BTreeMap<SourcePath, Seen>,
    /// Files beside the content, each with its stamp and what is known of it where it is a picture that could be read.
    outside: BTreeMap<SourcePath, Option<(Stamp, Picture)>>,
    walked: Vec<Diagnostic>,
}

/// A folder that is watched with what it takes to look at it.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// The project.
    pub project: &'a Project,
    /// What is ignored, and how problems count.
    pub settings: &'a Settings,
    /// Folders that are never entered.
    pub outputs: &'a [PathBuf],
}

impl Watched {
    /// Looks at everything.
    pub fn everything(&mut self, here: Here<'_>) -> News {
        let walk::Files { pages, others, outside, diagnostics } = walk::files(here.project, here.settings, here.outputs);
        self.walked = diagnostics;
        let paths: Vec<SourcePath> = pages.into_iter().chain(others).collect();
        let contributed = Contributed::of(here.settings);
        let looked: Vec<_> = paths.par_iter().map(|path| self.look(here, path, contributed.as_ref())).collect();

        let mut news = News::default();
        let mut files = BTreeMap::new();
        for (path, (seen, source)) in paths.into_iter().zip(looked) {
            self.note(&path, &seen, source, &mut news);
            self.files.remove(&path);
            files.insert(path, seen);
        }
        let unlisted = std::mem::replace(&mut self.files, files);
        news.gone.extend(unlisted.into_iter().filter(|(_, seen)| seen.part).map(|(path, _)| path));
        self.look_outside(here, outside, &mut news);
        news
    }

    /// Looks at the files beside the content; of these only pictures are read, since pages say how large they are.
    fn look_outside(&mut self, here: Here<'_>, paths: Vec<SourcePath>, news: &mut News) {
        let look = |path: SourcePath| {
            let seen = pictures::is_read(&path).then(|| self.look_at_picture(here, &path)).flatten();
            (path, seen)
        };
        let outside: BTreeMap<SourcePath, Option<(Stamp, Picture)>> = paths.into_par_iter().map(look).collect();
        for (path, seen) in outside.iter().filter(|(path, seen)| self.outside.get(*path) != Some(seen)) {
            news.assets.push(path.clone());
            news.pictures.extend(seen.iter().map(|(_, picture)| (path.clone(), picture.clone())));
        }
        news.gone.extend(self.outside.keys().filter(|path| !outside.contains_key(*path)).cloned());
        self.outside = outside;
    }

    /// Reads a picture beside the content, unless it is as it was.
    fn look_at_picture(&self, here: Here<'_>, path: &SourcePath) -> Option<(Stamp, Picture)> {
        let stamp = read::stamp(&here.project.root, path, here.settings).0?;
        match self.outside.get(path) {
            Some(Some(before)) if before.0 == stamp && !is_young(&stamp) => Some(before.clone()),
            _ => Some((stamp, pictures::picture(&here.project.root, path, false)?)),
        }
    }

    /// Looks at the files that hints name; `None` where that is not enough to know what has changed.
    pub fn only(&mut self, here: Here<'_>, hints: &BTreeSet<PathBuf>) -> Option<News> {
        let included: BTreeSet<&SourcePath> = self.includes().collect();
        let mut paths = BTreeSet::new();
        for hint in hints {
            match self.doubt(here, hint, &included) {
                Doubt::Known(path) => _ = paths.insert(path),
                Doubt::Nothing => {}
                Doubt::Anything => return None,
            }
        }
        let only_pages = paths.iter().all(|path| is_markdown(path.file_name()));
        let contributed = if only_pages { None } else { Contributed::of(here.settings) };
        let looked: Vec<_> = paths.into_iter().map(|path| (self.look(here, &path, contributed.as_ref()), path)).collect();
        let mut news = News::default();
        for ((seen, source), path) in looked {
            self.note(&path, &seen, source, &mut news);
            self.files.insert(path, seen);
        }
        Some(news)
    }

    /// What a hint may mean; `included` are files whose texts pages take in.
    fn doubt(&self, here: Here<'_>, hint: &Path, included: &BTreeSet<&SourcePath>) -> Doubt {
        let Ok(below) = hint.strip_prefix(&here.project.root) else { return Doubt::Anything };
        if here.outputs.iter().any(|output| hint.starts_with(output)) {
            return Doubt::Nothing;
        }
        let Some(path) = walk::relative(below).and_then(|path| SourcePath::new(&path)) else { return Doubt::Anything };
        if included.contains(&path) {
            return Doubt::Anything;
        }
        if self.files.contains_key(&path) {
            return if read::is_plainly_there(&here.project.root, &path) { Doubt::Known(path) } else { Doubt::Anything };
        }
        let inside = match place_of(&here.project.content, path.as_str()) {
            Place::Content => path.as_str()[here.project.content.len()..].trim_start_matches('/'),
            Place::Above => return Doubt::Anything,
            Place::Outside if here.project.mode == Mode::Own => return Doubt::Nothing,
            Place::Outside => path.as_str(),
        };
        let is_rule = here.project.mode == Mode::Foreign && (path.file_name() == ".gitignore" || signposts::is_one(path.file_name()));
        if !is_rule && inside.split('/').any(|part| walk::is_leftover(part) || walk::is_machine_folder(part)) {
            return Doubt::Nothing;
        }
        // What nobody has seen and what is not there is a file that an editor has made and removed in passing.
        let is_missing = hint.symlink_metadata().is_err();
        if is_missing && !is_rule && !self.is_folder(&path) { Doubt::Nothing } else { Doubt::Anything }
    }

    /// Whether a path is that of a folder that files were seen in.
    fn is_folder(&self, path: &SourcePath) -> bool {
        let inside = |other: &SourcePath| other.as_str().strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        // A name such as `a-b` sorts between the folder `a` and what is in it.
        let after =
            |files: &mut dyn Iterator<Item = &SourcePath>| files.take_while(|other| other.as_str().starts_with(path.as_str())).any(inside);
        after(&mut self.files.range(path..).map(|(other, _)| other)) || after(&mut self.outside.range(path..).map(|(other, _)| other))
    }

    /// Looks at one file; its text is there if it is a page that was read.
    fn look(&self, here: Here<'_>, path: &SourcePath, contributed: Option<&Contributed>) -> (Seen, Option<Source>) {
        let root = &here.project.root;
        let (stamp, trouble) = read::stamp(root, path, here.settings);
        let without = |stamp, trouble| Seen { stamp, young: true, page: None, picture: None, part: false, trouble };
        let Some(stamp) = stamp else { return (without(Stamp::default(), trouble.into_iter().collect()), None) };
        if let Some(before) = self.files.get(path).filter(|before| before.stamp == stamp && !before.young) {
            return (before.clone(), None);
        }
        if !is_markdown(path.file_name()) {
            let refused = contributed.and_then(|contributed| contributed.refuses(root, path, here.settings));
            let (part, trouble) = (refused.is_none(), refused.flatten().into_iter().collect());
            let picture = if part { pictures::picture(root, path, here.settings.visuals.scales) } else { None };
            let young = picture.is_some() && is_young(&stamp);
            return (Seen { stamp, young, page: None, picture, part, trouble }, None);
        }
        let (read, trouble) = settled(here, path);
        let Some((source, stamp)) = read else { return (without(stamp, trouble), None) };
        let (wiki, other) = super::links_by_shape(&source.text);
        // The stamp of a page does not tell whether the texts that it takes in have changed.
        let young = is_young(&stamp) || !source.included.is_empty();
        let page = Some(Text { print: source.fingerprint, wiki, other, includes: source.includes.clone() });
        (Seen { young, stamp, page, picture: None, part: true, trouble }, Some(source))
    }

    /// Writes down what is new about a file.
    fn note(&self, path: &SourcePath, seen: &Seen, source: Option<Source>, news: &mut News) {
        let before = self.files.get(path);
        if !is_markdown(path.file_name()) {
            let is_as_before = |before: &Seen| before.part && before.stamp == seen.stamp && before.picture == seen.picture;
            if seen.part && !before.is_some_and(is_as_before) {
                news.assets.push(path.clone());
                news.pictures.extend(seen.picture.clone().map(|picture| (path.clone(), picture)));
            } else if !seen.part && before.is_some_and(|before| before.part) {
                news.gone.push(path.clone());
            }
            return;
        }
        let print = |seen: &Seen| seen.page.as_ref().map(|page| page.print);
        match source {
            Some(source) if before.and_then(print) != Some(source.fingerprint) => news.put.push(source),
            None if !seen.part && before.is_some_and(|before| before.part) => news.gone.push(path.clone()),
            _ => {}
        }
    }

    /// What was left out or cannot be read as it should, sorted.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.walked.clone();
        all.extend(self.files.values().flat_map(|seen| seen.trouble.iter().cloned()));
        all.sort();
        all
    }

    /// The files whose texts pages take in; they may lie beside the content.
    pub fn includes(&self) -> impl Iterator<Item = &SourcePath> {
        self.files.values().filter_map(|seen| seen.page.as_ref()).flat_map(|page| &page.includes)
    }

    /// What the files of other tools say about the folder as it was seen last.
    pub fn signposts(&self, project: &Project) -> Signposts {
        let is_page = |path: &&SourcePath| is_markdown(path.file_name());
        let pages = self.files.iter().filter(|(_, seen)| seen.part).map(|(path, _)| path);
        let others = self.files.keys().filter(|path| !is_page(path)).chain(self.outside.keys());
        signposts::read(project, pages.filter(is_page), others)
    }

    /// Whether most links are wikilinks, which makes a folder a vault though it has no mark of one.
    pub fn reads_like_a_vault(&self) -> bool {
        let pages = self.files.values().filter_map(|seen| seen.page.as_ref());
        let (wiki, other) = pages.fold((0, 0), |(wiki, other), page| (wiki + page.wiki, other + page.other));
        wiki > other
    }
}

/// What a hint may mean.
enum Doubt {
    /// A file that was seen before, and that is a plain file still.
    Known(SourcePath),
    /// Nothing that concerns the site.
    Nothing,
    /// It takes a look at everything to tell.
    Anything,
}

/// Reads a page until it holds still.
fn settled(here: Here<'_>, path: &SourcePath) -> (Option<(Source, Stamp)>, Vec<Diagnostic>) {
    let mut tries = TRIES;
    loop {
        tries -= 1;
        let (read, trouble) = read::page(&here.project.root, path, here.settings);
        let Some((_, stamp)) = &read else { return (read, trouble) };
        if tries == 0 || read::stamp(&here.project.root, path, here.settings).0 == Some(*stamp) {
            return (read, trouble);
        }
    }
}

fn is_young(stamp: &Stamp) -> bool {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let limit = i64::try_from(now.saturating_sub(YOUNG).as_nanos()).unwrap_or(i64::MAX);
    // Where the system tells no times, every look reads the bytes.
    stamp.mtime_ns.max(stamp.ctime_ns) > limit || stamp.ctime_ns == 0
}
