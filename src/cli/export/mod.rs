//! `fourfold export`: the handbook, a pillar or a reading path as a book.
//!
//! In: a handbook. Out: one file, which is there whole or not at all.
//!
//! Invariant: a file in the way is replaced only if it is a book of that kind.

mod chromium;
mod edition;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::diagnostic::Counts;
use crate::base::path::SourcePath;
use crate::base::slug::slug;
use crate::book::{BookError, Making, epub, pdf, sheet};
use crate::engine::Plan;
use crate::template::print::Edition;
use crate::template::theme::Theme;

use super::args::{Book, Export};
use super::load::{Changes, Loaded};
use super::progress::Progress;
use super::report::{DONE, Failure, PROBLEMS, Strictness, counted, data, fails, line, plural, show_without_hints};

/// Makes a book and says what came of it.
pub fn run(args: &Export) -> ExitCode {
    match export(args) {
        Ok(code) => ExitCode::from(code),
        Err((failure, root)) => failure.say(&root),
    }
}

fn export(args: &Export) -> Result<u8, (Failure, PathBuf)> {
    let mut loaded = Loaded::new(&args.common, &Changes::default()).map_err(|failure| (failure, PathBuf::from(".")))?;
    let root = loaded.project.root.clone();
    let at_root = |failure: Failure| (failure, root.clone());
    let site = loaded.project.default_output.clone();
    let (found, mut engine, change) = loaded.read(&[site]);
    let (plan, templates) = loaded.plan(&mut engine, change);
    let (theme, problems) = loaded.judge(&found, &plan, templates).map_err(at_root)?;
    if fails(&problems, Strictness::Lenient) {
        show_without_hints(&problems, &root);
        line(&format!("No book was made: {}", counted(&problems)));
        return Ok(PROBLEMS);
    }
    let edition = edition::named(&plan, args).map_err(at_root)?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(file_name(&plan, edition, args.book)));
    may_write(&output, args.book).map_err(at_root)?;
    let (bytes, pages) = make(args, &loaded, &plan, &theme, edition).map_err(at_root)?;
    write(&output, &bytes).map_err(at_root)?;
    data(&format!("{}\n", output.display())).map_err(|error| at_root(error.into()))?;
    if !args.common.flags.quiet {
        let warnings = Counts::of(&problems).problems();
        if warnings > 0 {
            line(&format!("note: {}; `fourfold check` shows where", plural(warnings, "warning")));
        }
        line(&format!("Made {}: {}, {}", output.display(), plural(pages, "page"), size(bytes.len())));
    }
    Ok(DONE)
}

fn make(args: &Export, loaded: &Loaded, plan: &Plan<'_>, theme: &Theme, edition: Edition) -> Result<(Vec<u8>, usize), Failure> {
    let root = &loaded.project.root;
    let read = |path: &SourcePath| fs::read(root.join(path.as_str()));
    let progress = Progress::new("Making the book", args.common.flags.quiet);
    let making = Making { plan, theme, edition, read: &read, progress: &|done, of| progress.at(done, of) };
    match args.book {
        Book::Epub => {
            let book = epub::epub(making).map_err(failed)?;
            drop(progress);
            if !book.described.is_empty() {
                line(&format!("note: a book cannot hold {}, so readers see the description", book.described.join(", ")));
            }
            Ok((book.bytes, book.pages))
        }
        Book::Pdf => {
            let browser = chromium::find()?;
            let sheet = sheet::sheet(making).map_err(failed)?;
            let printed = chromium::print(&browser, &sheet.html, sheet.pages, &|| progress.goes_on())?;
            Ok((pdf::fixed(printed, &sheet.day), sheet.pages))
        }
    }
}

fn failed(error: BookError) -> Failure {
    match error {
        BookError::Theme(problem) => Failure::with(vec![problem]),
        BookError::Read(path, error) => Failure::new(format!("{path} cannot be read: {error}")),
        BookError::Archive(error) => Failure::new(format!("The book cannot be packed: {error}")),
    }
}

/// What the file is called where nobody says: by the handbook's title, and by the edition's.
fn file_name(plan: &Plan<'_>, edition: Edition, book: Book) -> String {
    let handbook = slug(&plan.site.title);
    let part = edition::title(plan, edition).map(|title| format!("-{}", slug(&title))).unwrap_or_default();
    let name = format!("{handbook}{part}");
    // A name of two hundred letters is longer than some disks take.
    let name: String = name.chars().take(60).collect();
    format!("{}.{}", if name.is_empty() { "handbook" } else { &name }, extension(book))
}

fn extension(book: Book) -> &'static str {
    match book {
        Book::Epub => "epub",
        Book::Pdf => "pdf",
    }
}

/// Whether the file may be written: nothing is there, or a book of that kind.
fn may_write(output: &Path, book: Book) -> Result<(), Failure> {
    let Ok(meta) = output.symlink_metadata() else { return Ok(()) };
    if meta.is_dir() {
        return Err(Failure::new(format!("{} is a folder; name a file with -o", output.display())));
    }
    let mut start = [0; 64];
    let read = fs::File::open(output).and_then(|mut file| file.read(&mut start)).unwrap_or(0);
    let start = &start[..read];
    let is_book = match book {
        Book::Epub => start.starts_with(b"PK") && start.windows(28).any(|part| part == b"mimetypeapplication/epub+zip"),
        Book::Pdf => start.starts_with(b"%PDF-"),
    };
    if meta.is_file() && is_book {
        return Ok(());
    }
    let kind = extension(book).to_uppercase();
    Err(Failure::new(format!("{} is there already and is no {kind}; name another file with -o", output.display())))
}

/// Writes the whole file beside its place and then puts it there.
fn write(output: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut part = tempfile::Builder::new().prefix(".fourfold-").tempfile_in(folder)?;
        part.write_all(bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            part.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        part.persist(output).map_err(|error| error.error)
    };
    write().map(drop).map_err(|error| Failure::new(format!("{} cannot be written: {error}", output.display())))
}

/// A size as people say it.
fn size(bytes: usize) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}
