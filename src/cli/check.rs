//! `fourfold check`.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::diagnostic::Diagnostic;
use crate::base::diagnostic::render::{Format, job_summary};
use crate::resolve::Graph;

use super::args::{Check, Face};
use super::fix;
use super::load::{Changes, Loaded, OnDisk};
use super::report::{DONE, Failure, PROBLEMS, Strictness, counted, fails, line, plural, print, published, show, show_without_hints};

/// How many annotations of a step GitHub shows.
const ANNOTATIONS: usize = 10;

/// Finds every problem and says so; with `--fix` mends what is safe to mend, otherwise writes nothing.
pub fn run(args: &Check) -> ExitCode {
    let root = args.common.root.clone().unwrap_or_else(|| PathBuf::from("."));
    match check(args) {
        Ok(code) => ExitCode::from(code),
        Err((failure, found)) => failure.say(&found.unwrap_or(root)),
    }
}

/// Why no page says when it changed last.
const SHALLOW: &str = "hint: this clone has only the last commits, so no page says when it changed last; fetch the whole history \
     (`fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, `git fetch --unshallow` here).";

fn check(args: &Check) -> Result<u8, (Failure, Option<PathBuf>)> {
    let changes = Changes { deny: &args.deny, allow: &args.allow, ..Changes::default() };
    let mut loaded = Loaded::new(&args.common, &changes).map_err(|failure| (failure, None))?;
    let root = loaded.project.root.clone();
    let at_root = |failure: Failure| (failure, Some(root.clone()));
    if args.external && cfg!(not(feature = "external")) {
        let without = "this fourfold was built without the network; `cargo install --path . --features full` builds it with it";
        return Err(at_root(Failure::new(format!("--external asks hosts for addresses, but {without}"))));
    }
    let asks = if args.external && !args.fix { Asks::Hosts } else { Asks::Nobody };
    let (mut problems, mut size) = problems(&mut loaded, asks).map_err(at_root)?;
    if args.fix {
        let mended = fix::apply(&problems, &root);
        let mended = mended.map_err(|(file, error)| at_root(Failure::new(format!("{file} cannot be mended: {error}"))))?;
        line(&format!("Mended {} in {}", plural(mended.problems, "problem"), plural(mended.files, "file")));
        // What is left is found anew, since the fixes have moved it.
        let asks = if args.external { Asks::Hosts } else { Asks::Nobody };
        (problems, size) = self::problems(&mut loaded, asks).map_err(at_root)?;
    }
    match args.format {
        Face::Human if args.common.flags.quiet => show_without_hints(&problems, &root),
        Face::Human => show(&problems, &root),
        Face::Github => annotate(&problems, &root).map_err(|error| at_root(error.into()))?,
        face => print(&problems, face.format(), &root).map_err(|error| at_root(error.into()))?,
    }
    if !args.common.flags.quiet {
        if loaded.shallow {
            line(SHALLOW);
        }
        line(&format!("{}, {size}: {}{}", loaded.project.why, counted(&problems), fix::offer(&problems)));
    }
    Ok(if fails(&problems, Strictness::from(args.strict)) { PROBLEMS } else { DONE })
}

/// Whether addresses out of the handbook are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nobody,
    Hosts,
}

/// Annotations of a workflow. Its host shows about ten of a step, so where it takes a summary of the job these are the worst
/// ones and the summary has all; a summary that cannot be written is no reason to fail.
fn annotate(problems: &[Diagnostic], root: &Path) -> io::Result<()> {
    let mut sorted = problems.to_vec();
    sorted.sort_by_key(|problem| problem.severity);
    let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty());
    let written = summary.is_some_and(|file| append_summary(&sorted, root, Path::new(&file)).is_ok());
    if written && sorted.len() > ANNOTATIONS {
        line(&format!("The {ANNOTATIONS} worst of {} are annotated; the summary of the job has them all", plural(sorted.len(), "problem")));
        sorted.truncate(ANNOTATIONS);
    }
    print(&sorted, Format::Github, root)
}

fn append_summary(problems: &[Diagnostic], root: &Path, file: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    job_summary(problems, &OnDisk(root), &mut bytes)?;
    OpenOptions::new().append(true).create(true).open(file)?.write_all(&bytes)
}

/// Every problem of the handbook as it lies on the disk, and how large that is, in words.
fn problems(loaded: &mut Loaded, asks: Asks) -> Result<(Vec<Diagnostic>, String), Failure> {
    let output = loaded.project.default_output.clone();
    let (found, mut engine, change) = loaded.read(&[output]);
    let (plan, templates) = loaded.plan(&mut engine, change);
    let (theme, mut problems) = loaded.judge(&found, &plan, templates)?;
    // Templates of the program are sound; those of a handbook are tried on its pages, as a build would.
    let own = loaded.theme.as_ref().filter(|theme| loaded.project.root.join(&theme.root).is_dir());
    let faults = own.map_or_else(Vec::new, |_| plan.theme_faults(&theme));
    if !faults.is_empty() {
        return Err(Failure::with(faults));
    }
    if asks == Asks::Hosts {
        problems.extend(gone(plan.graph(), &loaded.project.root));
        problems.sort();
    }
    let (pages, links) = published(plan.graph());
    Ok((problems, format!("{}, {}", plural(pages, "page"), plural(links, "link"))))
}

/// Links to addresses that are gone; says how many addresses could not be judged.
#[cfg(feature = "external")]
fn gone(graph: &Graph, root: &Path) -> Vec<Diagnostic> {
    let outcome = super::external::check(graph, root);
    let gone: std::collections::BTreeSet<Option<&str>> = outcome.problems.iter().map(|problem| problem.target.as_deref()).collect();
    let remembered = if outcome.remembered > 0 { format!(" ({} known from before)", outcome.remembered) } else { String::new() };
    line(&format!("External links: {} fine, {} gone, {} unknown{remembered}", outcome.fine, gone.len(), outcome.unknown.len()));
    for (address, why) in &outcome.unknown {
        line(&format!("  unknown: {address}: {why}"));
    }
    outcome.problems
}

#[cfg(not(feature = "external"))]
fn gone(_: &Graph, _: &Path) -> Vec<Diagnostic> {
    Vec::new()
}
