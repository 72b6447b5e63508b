//! `fourfold mv`: moves a page or a folder and takes every link along.
//!
//! In: two paths. Out: the disk after the move, or a diff; `relocate` plans, `disk` does.
//!
//! Invariant: either the whole move is done, or nothing has changed.

mod diff;
mod disk;

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::base::diagnostic::edited;
use crate::base::diagnostic::render::{Format, Sources, render};
use crate::base::path::{SEGMENT_LIMIT, SourcePath, is_markdown};
use crate::base::text::LineIndex;
use crate::discover::{Found, is_left_out};
use crate::relocate::{Handbook, Move, Relocation, relocate};

use super::args::{Flags, Mv};
use super::load::{Changes, Loaded, OnDisk};
use super::report::{DONE, Failure, PROBLEMS, colour, data, line, plural};

/// Moves, or says why not.
pub fn run(args: &Mv) -> ExitCode {
    match mv(args) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn mv(args: &Mv) -> Result<u8, Failure> {
    let cwd = std::env::current_dir().map_err(|error| Failure::new(format!("The working directory cannot be read: {error}")))?;
    let (mut loaded, base) = load(args, &cwd)?;
    let output = loaded.project.default_output.clone();
    let mut found = loaded.find(&[output]);
    let step = step(args, &loaded, &base, &found)?;
    let root = loaded.project.root.clone();
    let planned = plan(&loaded, &mut found, &step, &OnDisk(&root));
    if !planned.astray.is_empty() || !planned.problems.is_empty() {
        refuse(&step, &planned, &root);
        return Ok(PROBLEMS);
    }
    if args.dry_run {
        data(&drawn(&step, &planned, &root))?;
    } else {
        perform(&step, &planned, &root)?;
    }
    if !args.flags.quiet {
        say(args, &step, &planned);
    }
    Ok(DONE)
}

/// Finds the handbook: from the working directory, else from the file; with the folder that the paths start from.
fn load(args: &Mv, cwd: &Path) -> Result<(Loaded, PathBuf), Failure> {
    // The links of drafts are to be kept as well.
    let flags = Flags { drafts: true, ..args.flags.clone() };
    let old = real(&cwd.join(&args.old));
    let mut loaded = Loaded::at(None, &flags, &Changes::default())?;
    if !old.starts_with(&loaded.project.root)
        && let Some(folder) = old.parent().filter(|folder| folder.is_dir())
    {
        loaded = Loaded::at(Some(folder), &flags, &Changes::default())?;
    }
    let bases = [cwd.to_owned(), loaded.project.root.clone(), loaded.content()];
    let base = bases.into_iter().find(|base| base.join(&args.old).symlink_metadata().is_ok());
    let base = base.ok_or_else(|| Failure::new(format!("There is no file or folder {}", args.old.display())))?;
    Ok((loaded, base))
}

/// An absolute path without `.` and `..`, in which every folder that exists has its true name.
fn real(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    let folders: Vec<&Path> = plain.ancestors().skip(1).collect();
    let known = folders.iter().find_map(|folder| folder.canonicalize().ok().map(|known| (folder, known)));
    match known {
        Some((folder, known)) => plain.strip_prefix(folder).map_or_else(|_| plain.clone(), |rest| known.join(rest)),
        None => plain,
    }
}

/// The move that is asked for, if there is nothing against it.
fn step(args: &Mv, loaded: &Loaded, base: &Path, found: &Found) -> Result<Move, Failure> {
    let (root, settings) = (&loaded.project.root, &loaded.settings);
    let refuse = |why: String| Failure::new(why);
    let (old, old_shown) = (real(&base.join(&args.old)), args.old.display());
    let below = |path: &Path| -> Option<SourcePath> {
        let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
        SourcePath::new(&parts?.join("/")).filter(|path| settings.in_content(path.as_str()).is_some())
    };
    let from =
        below(&old).ok_or_else(|| refuse(format!("{old_shown} does not lie in the handbook's content, {}", loaded.content().display())))?;
    let kind = old.symlink_metadata().map_err(|error| refuse(format!("{old_shown} cannot be read: {error}")))?.file_type();
    if kind.is_symlink() || !(kind.is_file() || kind.is_dir()) {
        return Err(refuse(format!("{old_shown} is neither a file nor a folder: links of the file system and devices are not moved")));
    }
    let is_in = |path: &SourcePath| *path == from || path.as_str().strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/'));
    if !found.sources.iter().map(|source| &source.path).chain(found.assets.iter().map(|asset| &asset.path)).any(is_in) {
        return Err(refuse(format!("{old_shown} holds nothing of the handbook: it is hidden, ignored or empty")));
    }
    // A page that goes to `folder/` keeps its name.
    let into = kind.is_file() && args.new.to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
    let new = if into { args.new.join(from.file_name()) } else { args.new.clone() };
    let (new, new_shown) = (real(&base.join(&new)), new.display());
    let to =
        below(&new).ok_or_else(|| refuse(format!("{new_shown} does not lie in the handbook's content, {}", loaded.content().display())))?;
    if to == from {
        return Err(refuse(format!("{old_shown} and {new_shown} are the same place")));
    }
    if to.as_str().strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/')) {
        return Err(refuse(format!("The folder {old_shown} cannot go into itself")));
    }
    if new.symlink_metadata().is_ok() && !disk::is_same(&old, &new) {
        let inside = if new.is_dir() {
            format!("; to move it in there, write {}", new_shown.to_string().trim_end_matches('/').to_owned() + "/" + from.file_name())
        } else {
            String::new()
        };
        return Err(refuse(format!("{new_shown} is there already{inside}")));
    }
    if kind.is_file() && is_markdown(from.file_name()) != is_markdown(to.file_name()) {
        return Err(refuse(format!("{new_shown} would not be a page any more, or become one: keep the ending of {old_shown}")));
    }
    if let Some(above) = new
        .ancestors()
        .skip(1)
        .take_while(|above| above.starts_with(root))
        .find(|above| above.symlink_metadata().is_ok_and(|meta| !meta.is_dir()))
    {
        return Err(refuse(format!("{} is no folder, so nothing can be put in it", above.display())));
    }
    let named =
        |path: &str| path.split('/').all(|part| part.len() <= SEGMENT_LIMIT && !part.contains('\\') && !part.chars().any(char::is_control));
    if !named(to.as_str()) || is_left_out(settings, &to) {
        return Err(refuse(format!("{new_shown} would not be read: hidden, ignored and overlong names are left out")));
    }
    Ok(Move { from, to })
}

fn plan(loaded: &Loaded, found: &mut Found, step: &Move, bytes: &OnDisk<'_>) -> Relocation {
    let assets = found.assets.iter().map(|asset| &asset.path).chain(&found.outside).cloned().collect();
    let pages = std::mem::take(&mut found.sources);
    relocate(&Handbook { settings: Arc::clone(&loaded.settings), pages, assets, bytes }, step)
}

/// The handbook as it would be after the move, for drawing what would be wrong with it.
struct After<'a> {
    planned: &'a Relocation,
    step: &'a Move,
    disk: OnDisk<'a>,
}

impl Sources for After<'_> {
    fn bytes(&self, file: &SourcePath) -> Option<Cow<'_, [u8]>> {
        if let Some(bytes) = self.planned.after.get(file) {
            return Some(Cow::Borrowed(bytes));
        }
        let back = Move { from: self.step.to.clone(), to: self.step.from.clone() };
        self.disk.bytes(&back.after(file))
    }
}

/// Says what is in the way.
fn refuse(step: &Move, planned: &Relocation, root: &Path) {
    let disk = OnDisk(root);
    for astray in &planned.astray {
        let bytes = disk.bytes(&astray.file).unwrap_or_default();
        let (at, column) = LineIndex::new(bytes).line_column(astray.span.start);
        line(&format!(
            "{}:{at}:{column}: this link to `{}` would lead elsewhere, and there is no other way to write it",
            astray.file, astray.raw
        ));
    }
    let after = After { planned, step, disk };
    let mut drawn = Vec::new();
    if render(Format::Human, &planned.problems, &after, &mut drawn, colour()).is_ok() {
        line(String::from_utf8_lossy(&drawn).trim_end());
    }
    let count = planned.astray.len() + planned.problems.len();
    line(&format!(
        "Nothing was moved: {} would be there afterwards that {} not there now",
        plural(count, "problem"),
        if count == 1 { "is" } else { "are" }
    ));
}

/// The whole move as a diff.
fn drawn(step: &Move, planned: &Relocation, root: &Path) -> String {
    let mut out = format!("rename {} => {}\n", step.from, step.to);
    let disk = OnDisk(root);
    for (file, edits) in &planned.edits {
        let bytes = disk.bytes(file).unwrap_or_default();
        out.push_str(&diff::diff(file.as_str(), step.after(file).as_str(), &bytes, edits));
    }
    out
}

fn perform(step: &Move, planned: &Relocation, root: &Path) -> Result<(), Failure> {
    let mut rewrites = Vec::new();
    for (file, edits) in &planned.edits {
        let before = OnDisk(root).bytes(file).map(Cow::into_owned);
        let after = before.as_ref().and_then(|before| edited(before, edits));
        let (Some(before), Some(after)) = (before, after.filter(|after| planned.after.get(&step.after(file)) == Some(after))) else {
            return Err(Failure::new(format!("Nothing was moved: {file} has changed in the meantime")));
        };
        rewrites.push(disk::Rewrite { path: root.join(file.as_str()), before, after });
    }
    disk::perform(&root.join(step.from.as_str()), &root.join(step.to.as_str()), &rewrites).map_err(|undone| {
        let torn: String = undone.torn.iter().map(|path| format!("; {} could not be put back", path.display())).collect();
        Failure::new(format!("Nothing was moved: {}: {}{torn}", undone.path.display(), undone.error))
    })
}

fn say(args: &Mv, step: &Move, planned: &Relocation) {
    let word = if args.dry_run { "Would move" } else { "Moved" };
    let files = planned.edits.len();
    line(&format!(
        "{word} {} to {}; {} written anew, {} changed",
        step.from,
        step.to,
        plural(planned.links, "link"),
        plural(files, "file")
    ));
    let leads = if args.dry_run { "would lead" } else { "now leads" };
    for (file, url) in &planned.aliases {
        line(&format!("{url} {leads} to {file}"));
    }
    for (file, url) in &planned.unnoted {
        line(&format!("warning: {file} answered at {url}; its facts cannot be read, so add the alias by hand"));
    }
}
