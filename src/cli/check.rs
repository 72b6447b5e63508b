//! `fourfold check`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::base::diagnostic::Diagnostic;

use super::args::{Check, Face};
use super::fix;
use super::load::{Changes, Loaded};
use super::report::{DONE, Failure, PROBLEMS, Strictness, counted, fails, line, plural, print, show, show_without_hints};

/// Finds every problem and says so; with `--fix` mends what is safe to mend, otherwise writes nothing.
pub fn run(args: &Check) -> ExitCode {
    let root = args.common.root.clone().unwrap_or_else(|| PathBuf::from("."));
    match check(args) {
        Ok(code) => ExitCode::from(code),
        Err((failure, found)) => failure.say(&found.unwrap_or(root)),
    }
}

fn check(args: &Check) -> Result<u8, (Failure, Option<PathBuf>)> {
    let changes = Changes { deny: &args.deny, allow: &args.allow, ..Changes::default() };
    let mut loaded = Loaded::new(&args.common, &changes).map_err(|failure| (failure, None))?;
    let root = loaded.project.root.clone();
    let at_root = |failure: Failure| (failure, Some(root.clone()));
    let mut problems = problems(&mut loaded).map_err(at_root)?;
    if args.fix {
        let mended = fix::apply(&problems, &root);
        let mended = mended.map_err(|(file, error)| at_root(Failure::new(format!("{file} cannot be mended: {error}"))))?;
        line(&format!("Mended {} in {}", plural(mended.problems, "problem"), plural(mended.files, "file")));
        // What is left is found anew, since the fixes have moved it.
        problems = self::problems(&mut loaded).map_err(at_root)?;
    }
    match args.format {
        Face::Human if args.common.flags.quiet => show_without_hints(&problems, &root),
        Face::Human => show(&problems, &root),
        face => print(&problems, face.format(), &root).map_err(|error| at_root(error.into()))?,
    }
    if !args.common.flags.quiet {
        line(&format!("{}: {}", loaded.project.why, counted(&problems)));
    }
    Ok(if fails(&problems, Strictness::from(args.strict)) { PROBLEMS } else { DONE })
}

/// Every problem of the handbook as it lies on the disk.
fn problems(loaded: &mut Loaded) -> Result<Vec<Diagnostic>, Failure> {
    let output = loaded.project.default_output.clone();
    let (found, mut engine, change) = loaded.read(&[output]);
    let plan = engine.apply(change);
    let (_, problems) = loaded.judge(&found, &plan)?;
    Ok(problems)
}
