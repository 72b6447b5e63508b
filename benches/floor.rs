//! The floor of a full build: read every page, parse it with pulldown-cmark, write one file a page, and nothing else.
//!
//! `cargo bench --bench floor -- [CONTENT [OUT]]`; without a folder it makes up a handbook of 1,000 and one of 10,000
//! pages in the folder for temporary files. Each step includes the steps before it.

#![expect(clippy::print_stdout, reason = "it speaks to whoever runs it")]

mod support;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fourfold::base::path::is_markdown;
use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use support::Handbook;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each step is run; the median counts.
const RUNS: usize = 9;

/// How far a run goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Step {
    Read,
    Parse,
    Write,
    /// Also writes the Markdown of each page beside it.
    Twins,
}

fn main() -> io::Result<()> {
    let words: Vec<PathBuf> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).map(PathBuf::from).collect();
    let room = tempfile::tempdir()?;
    match words.as_slice() {
        [] => {
            for pages in [1_000, 10_000] {
                let folder = room.path().join(pages.to_string());
                Handbook::new(pages).write(&folder)?;
                measure(&folder.join("content"), &folder.join("out"))?;
            }
            Ok(())
        }
        [content] => measure(content, &room.path().join("out")),
        [content, out, ..] => measure(content, out),
    }
}

fn measure(content: &Path, out: &Path) -> io::Result<()> {
    if out.exists() {
        return Err(io::Error::other(format!("{} is there already; the floor writes into a folder of its own", out.display())));
    }
    println!("{}", content.display());
    for step in [Step::Read, Step::Parse, Step::Write, Step::Twins] {
        let mut times: Vec<Duration> = Vec::with_capacity(RUNS);
        let mut pages = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            pages = floor(content, out, step)?;
            times.push(start.elapsed());
            if pages == 0 {
                return Err(io::Error::other(format!("there is no Markdown in {}", content.display())));
            }
            if out.exists() {
                std::fs::remove_dir_all(out)?;
            }
        }
        times.sort_unstable();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "  {:<6} {pages:>6} pages  median {:>8.1} ms  fastest {:>8.1}  slowest {:>8.1}",
            format!("{step:?}").to_lowercase(),
            milliseconds(times[RUNS / 2]),
            milliseconds(times[0]),
            milliseconds(times[RUNS - 1]),
        );
    }
    Ok(())
}

/// Goes as far as `step` with all pages; says how many there are.
fn floor(content: &Path, out: &Path, step: Step) -> io::Result<usize> {
    let is_page = |entry: &walkdir::DirEntry| entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_markdown);
    let files: Vec<PathBuf> =
        walkdir::WalkDir::new(content).into_iter().filter_map(Result::ok).filter(is_page).map(walkdir::DirEntry::into_path).collect();
    files.par_iter().try_for_each(|file| page(file, content, out, step))?;
    Ok(files.len())
}

fn page(file: &Path, content: &Path, out: &Path, step: Step) -> io::Result<()> {
    let bytes = std::fs::read(file)?;
    let text = String::from_utf8_lossy(&bytes);
    if step == Step::Read {
        return Ok(());
    }
    let body = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n")).map_or(&*text, |(_, body)| body);
    let mut page = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut page, Parser::new_ext(body, Options::all() - Options::ENABLE_OLD_FOOTNOTES));
    if step == Step::Parse {
        divan::black_box(page);
        return Ok(());
    }
    let folder = out.join(file.strip_prefix(content).unwrap_or(file).with_extension(""));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("index.html"), &page)?;
    if step == Step::Twins {
        std::fs::write(folder.join("index.md"), body)?;
    }
    Ok(())
}
