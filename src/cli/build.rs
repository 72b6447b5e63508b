//! `fourfold build`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;

use crate::base::card::Card;
use crate::base::config::{Cards, Mode};
use crate::base::diagnostic::{Code, Counts, Diagnostic, Severity};
use crate::base::fingerprint::Fingerprint;
use crate::base::picture::Scaled;
use crate::base::text::Span;
use crate::engine::{Content, Plan};
use crate::template::outputs::Output;
use crate::template::theme::Theme;
use crate::visuals::Studio;
use crate::write::{self, Manifest, Planned, PublishError, Receipt};

use super::args::Build;
use super::fix;
use super::fresh::{self, Counted};
use super::load::{Changes, Loaded};
use super::report::{DONE, Failure, PROBLEMS, Strictness, counted, fails, line, plural, published, show, show_without_hints, write_report};

/// Builds the site and says what came of it.
pub fn run(args: &Build) -> ExitCode {
    let begun = Instant::now();
    let root = args.common.root.clone().unwrap_or_else(|| PathBuf::from("."));
    match build(args, begun) {
        Ok(code) => ExitCode::from(code),
        Err((failure, root_found)) => {
            let root = root_found.unwrap_or(root);
            if let Some(file) = &args.report
                && let Err(second) = write_report(failure.problems(), &root, file)
            {
                second.say(&root);
            }
            failure.say(&root)
        }
    }
}

type Failed = (Failure, Option<PathBuf>);

fn build(args: &Build, begun: Instant) -> Result<u8, Failed> {
    let changes = Changes { base_url: args.base_url.as_deref(), portable: args.portable, keeps: true, ..Changes::default() };
    let mut loaded = Loaded::new(&args.common, &changes).map_err(|failure| (failure, None))?;
    let root = loaded.project.root.clone();
    let at_root = |failure: Failure| (failure, Some(root.clone()));

    let target = args.output.clone().unwrap_or_else(|| loaded.project.default_output.clone());
    let output = check_output(&loaded, &target).map_err(at_root)?;
    let wants_all = args.report.is_some() || args.explain || args.common.flags.verbose;
    if let Some(counted) = fresh::is_fresh(&loaded, &output).filter(|_| !wants_all) {
        let receipt = Receipt { unchanged: counted.files, ..Receipt::default() };
        say(args, &loaded, &output, counted, &[], &receipt, begun);
        return Ok(DONE);
    }
    let mut found = loaded.find(&[output.path().to_owned(), output.staging()]);
    let stamps = found.stamps();
    if args.common.flags.verbose {
        line(&format!("{}: {}", loaded.project.why, plural(found.sources.len(), "page")));
    }
    let (mut engine, change) = loaded.start(&mut found);
    let (plan, templates) = loaded.plan(&mut engine, change);
    let (theme, problems) = loaded.judge(&found, &plan, templates).map_err(at_root)?;

    if let Some(file) = &args.report {
        write_report(&problems, &root, file).map_err(at_root)?;
    }
    if args.common.flags.verbose {
        show(&problems, &root);
    } else {
        show_without_hints(&problems, &root);
    }
    if fails(&problems, Strictness::from(args.strict)) {
        line(&format!("Nothing was published: {}{}", counted(&problems), fix::offer(&problems)));
        return Ok(PROBLEMS);
    }
    let receipt = publish(&plan, &theme, &output, &loaded, args.explain).map_err(at_root)?;
    let counted = count(&plan, &problems, &receipt);
    if Counts::of(&problems).problems() == 0 {
        fresh::remember(&loaded, &output, &stamps, counted);
    }
    say(args, &loaded, &output, counted, &problems, &receipt, begun);
    // The process ends here: taking the graph apart piece by piece would only cost time.
    std::mem::forget(plan);
    std::mem::forget(engine);
    Ok(DONE)
}

fn count(plan: &Plan<'_>, problems: &[Diagnostic], receipt: &Receipt) -> Counted {
    let (pages, links) = published(plan.graph());
    Counted { pages, links, hints: Counts::of(problems).hints, files: receipt.written + receipt.unchanged }
}

fn say(
    args: &Build,
    loaded: &Loaded,
    output: &write::Output,
    counted: Counted,
    problems: &[Diagnostic],
    receipt: &Receipt,
    begun: Instant,
) {
    if !args.common.flags.quiet {
        say_done(counted, problems, receipt, begun);
        say_how_to_look(args, loaded, output.path());
    }
}

fn check_output(loaded: &Loaded, target: &Path) -> Result<write::Output, Failure> {
    let home = std::env::home_dir();
    write::check(target, &loaded.project.root, &loaded.content(), home.as_deref()).map_err(|refusal| Failure::new(refusal.to_string()))
}

fn publish(plan: &Plan<'_>, theme: &Theme, output: &write::Output, loaded: &Loaded, explain: bool) -> Result<Receipt, Failure> {
    let before = write::remembered(output).map_err(|refusal| Failure::new(refusal.to_string()))?;
    plan.prepare_search();
    let pages = plan.planned.len();
    let mut planned: Vec<Planned> = prints(plan, theme, &before, &loaded.project.root)
        .into_iter()
        .enumerate()
        .map(|(at, view)| Planned { path: plan.path(at).clone(), view })
        .collect();
    planned
        .extend(theme.assets().iter().map(|asset| Planned { path: asset.path.clone(), view: Some(Fingerprint::of_bytes(&asset.bytes)) }));
    if explain {
        say_why(&planned, &before);
    }
    let studio = Studio::new(loaded.project.root.clone(), loaded.settings.mode == Mode::Own);
    let make = |at: usize| -> Result<write::Made<'_>, Diagnostic> {
        if at >= pages {
            let bytes = theme.assets()[at - pages].bytes.clone();
            return Ok((None, write::Content::Bytes(bytes)));
        }
        if plan.pieces(at).is_some() {
            let pieces = move || -> Box<dyn Iterator<Item = String> + '_> { Box::new(plan.pieces(at).into_iter().flatten()) };
            return Ok((None, write::Content::Pieces(Box::new(pieces))));
        }
        let (print, content) = plan.make(at, theme)?;
        Ok(match content {
            Content::Bytes(bytes) => (Some(print), write::Content::Bytes(bytes)),
            Content::Copy(path) => (None, write::Content::File(loaded.project.root.join(path.as_str()))),
            Content::Drawn(card) => (Some(print), write::Content::Bytes(drawn(&studio, &card)?)),
            Content::Scaled(scaled) => (Some(print), write::Content::Bytes(picture(&studio, &scaled, loaded)?)),
        })
    };
    let receipt = write::publish(output, &planned, make).map_err(|error| match error {
        PublishError::Make { error, .. } => Failure::with(vec![error]),
        error => Failure::new(error.to_string()),
    })?;
    let names = plan.planned.iter().filter(|planned| matches!(planned.output, Output::Scaled(..) | Output::Card(_)));
    studio.keep_only(&names.filter_map(|planned| planned.path.as_str().rsplit('/').next()).map(str::to_owned).collect());
    for (path, why) in studio.troubles() {
        line(&format!("{path} is published as it is, and in no other size: {why}"));
    }
    Ok(receipt)
}

fn drawn(studio: &Studio, card: &Card) -> Result<Vec<u8>, Diagnostic> {
    studio.drawn(card).map(Arc::unwrap_or_clone).map_err(|why| {
        let message = format!("the social card “{}” cannot be drawn: {why}", card.title);
        Diagnostic::new(Code::Theme, Severity::Error, message).help("leave cards out with `cards = \"none\"` under [outputs]")
    })
}

/// A picture in another size.
fn picture(studio: &Studio, scaled: &Scaled, loaded: &Loaded) -> Result<Vec<u8>, Diagnostic> {
    studio.scaled(scaled).map(Arc::unwrap_or_clone).map_err(|error| {
        let severity = loaded.settings.severity(Code::Unreadable).unwrap_or(Severity::Error);
        let message = format!("this picture cannot be read any more: {}", error.kind());
        Diagnostic::new(Code::Unreadable, severity, message).at(&scaled.source, Span::default(), "").help("build once more")
    })
}

/// The fingerprint of each output, where it pays to know it before the output is made: when there was a build before.
fn prints(plan: &Plan<'_>, theme: &Theme, before: &Manifest, root: &Path) -> Vec<Option<Fingerprint>> {
    let print = |at: usize| match &plan.planned[at].output {
        _ if before.get(plan.path(at).as_str()).is_none() => None,
        Output::Asset(path) => Some(print_of_file(&root.join(path.as_str()))),
        _ => plan.print(at, theme),
    };
    (0..plan.planned.len()).into_par_iter().map(print).collect()
}

/// The fingerprint of a file's bytes; one that cannot be read fails when it is copied.
fn print_of_file(path: &Path) -> Fingerprint {
    std::fs::read(path).map_or(Fingerprint(0), |bytes| Fingerprint::of_bytes(&bytes))
}

fn say_why(planned: &[Planned], before: &Manifest) {
    for file in planned {
        let why = match before.get(file.path.as_str()) {
            None => "it is new",
            Some(entry) if Some(entry.view) != file.view => "what it shows has changed",
            Some(_) => continue,
        };
        line(&format!("{}: {why}", file.path));
    }
}

fn say_done(counted: Counted, problems: &[Diagnostic], receipt: &Receipt, begun: Instant) {
    let Receipt { written, unchanged, removed, kept } = receipt;
    let Counted { pages, links, hints, .. } = counted;
    let hints = if hints > 0 { format!(" (and {})", plural(hints, "hint")) } else { String::new() };
    line(&format!(
        "{}, {}, {}{hints}; {} written, {unchanged} unchanged, {removed} removed; {:.2} s",
        plural(pages, "page"),
        plural(links, "link"),
        plural(Counts::of(problems).problems(), "problem"),
        plural(*written, "file"),
        begun.elapsed().as_secs_f64(),
    ));
    for path in kept {
        line(&format!("kept {path}: somebody has changed it since it was written"));
    }
}

fn say_how_to_look(args: &Build, loaded: &Loaded, out: &Path) {
    let shown =
        std::env::current_dir().ok().and_then(|cwd| out.strip_prefix(cwd).ok().map(Path::to_owned)).unwrap_or_else(|| out.to_owned());
    if args.portable {
        line(&format!("Open {} in a browser.", shown.join("index.html").display()));
    } else {
        let shown = shown.display();
        line(&format!("The site is in {shown}: publish that folder, or build with --portable to open it from disk."));
    }
    if loaded.settings.config.cards.is_some_and(|cards| cards != Cards::None) && !loaded.settings.visuals.draws {
        line("hint: handbook.toml asks for social cards, and this program was built without them: it takes the feature `cards`.");
    }
    if loaded.settings.mode == Mode::Own && loaded.settings.config.base_url.is_none() {
        line("hint: without `base_url` in handbook.toml there are no feeds, no sitemap and no canonical links.");
    }
}
