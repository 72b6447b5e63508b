//! `fourfold impact FILE`: which outputs a file reaches.
//!
//! In: a file of the content, of the theme, or the config. Out: the outputs that would have other bytes without it.
//!
//! Invariant: nothing is guessed. The site is taken through two changes in memory, other words in the file and the file
//! gone, and what the engine calls stale is the answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::base::config::Mode;
use crate::base::nearest::nearest;
use crate::base::path::{OutPath, SourcePath};
use crate::base::text::Source;
use crate::engine::{Change, Live, Turn};

use super::args::{Impact, Shape};
use super::load::{Changes, Loaded, below_root};
use super::report::{DONE, Failure, data, plural};

/// What of a file an output shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Because {
    /// It is made for this file.
    Itself,
    /// It shows words of its text.
    Text,
    /// It shows its name, its links or that it is there.
    Name,
    /// It is drawn with it, as every page is.
    Everything,
}

#[derive(Serialize)]
struct Row {
    output: String,
    source: Option<String>,
    because: Because,
}

/// Says it.
pub fn run(args: &Impact) -> ExitCode {
    match impact(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn impact(args: &Impact) -> Result<(), Failure> {
    let mut loaded = Loaded::at(None, &args.flags, &Changes::default())?;
    let output = loaded.project.default_output.clone();
    let mut found = loaded.find(&[output]);
    let file = named(&loaded, &args.file)?;
    let page = found.sources.iter().find(|source| source.path == file).cloned();
    let is_asset = found.assets.iter().any(|asset| asset.path == file) || found.outside.contains(&file);
    let theme = format!("themes/{}/", loaded.settings.config.theme);
    let decides = loaded.project.config_file.as_ref() == Some(&file)
        || (loaded.project.mode == Mode::Own && file.as_str().starts_with(&theme) && loaded.project.root.join(file.as_str()).is_file());
    if page.is_none() && !is_asset && !decides {
        let all = found.sources.iter().map(|source| source.path.as_str()).chain(found.assets.iter().map(|asset| asset.path.as_str()));
        let near = nearest(file.as_str(), all).map_or_else(String::new, |near| format!("; did you mean {near}?"));
        return Err(Failure::new(format!("{file} is no file of the handbook{near}")));
    }
    let (_, change) = loaded.start(&mut found);
    let mut live = Live::new(loaded.settings.clone(), loaded.theme.clone());
    live.apply(change);
    let rows = if decides { everything(&live) } else { reached(&mut live, &file, page) };
    data(&match args.format {
        Shape::Json => format!("{}\n", serde_json::to_string_pretty(&rows).map_err(|error| Failure::new(error.to_string()))?),
        Shape::Human => drawn(&file, &rows),
    })?;
    Ok(())
}

/// The file that is meant, seen from here, from the project or from its content.
fn named(loaded: &Loaded, file: &Path) -> Result<SourcePath, Failure> {
    let cwd = std::env::current_dir().map_err(|error| Failure::new(format!("The working directory cannot be read: {error}")))?;
    let bases: [PathBuf; 3] = [cwd, loaded.project.root.clone(), loaded.content()];
    let there = bases.iter().map(|base| base.join(file)).find(|path| path.symlink_metadata().is_ok());
    let path = there.ok_or_else(|| Failure::new(format!("There is no file {}", file.display())))?;
    below_root(loaded, &path).ok_or_else(|| Failure::new(format!("{} does not lie in the handbook", file.display())))
}

fn everything(live: &Live) -> Vec<Row> {
    let row = |path: &OutPath| Row {
        output: path.to_string(),
        source: live.source_of(path).map(ToString::to_string),
        because: Because::Everything,
    };
    live.paths().map(row).collect()
}

fn reached(live: &mut Live, file: &SourcePath, page: Option<Source>) -> Vec<Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    // What an output is made for is asked while it is there.
    let sources: BTreeMap<String, String> =
        live.paths().filter_map(|path| Some((path.to_string(), live.source_of(path)?.to_string()))).collect();
    let wholes = live.wholes();
    let mut take = |turn: &Turn, live: &Live, because: Because| {
        let now = live.wholes();
        let is_as_it_was = |path: &OutPath| wholes.get(path).is_some_and(|print| now.get(path) == Some(print));
        let changed = turn.stale.iter().map(|stale| &stale.path).chain(&turn.gone);
        for path in changed.filter(|path| !is_as_it_was(path)) {
            let source = sources.get(path.as_str()).cloned();
            let because = if source.as_deref() == Some(file.as_str()) { Because::Itself } else { because };
            rows.entry(path.to_string()).or_insert_with(|| Row { output: path.to_string(), source, because });
        }
    };
    let before: std::collections::BTreeSet<String> = live.paths().map(ToString::to_string).collect();
    if let Some(page) = page {
        let other = Source::from_text(page.path.clone(), &format!("{}\n\nA passage more.\n", page.text));
        let turn = live.apply(Change { put: vec![other], ..Change::default() });
        take(&turn, live, Because::Text);
    }
    let turn = live.apply(Change { gone: vec![file.clone()], ..Change::default() });
    take(&turn, live, Because::Name);
    // A page that only the file's absence makes is none that it reaches.
    rows.into_values().filter(|row| before.contains(&row.output)).collect()
}

fn drawn(file: &SourcePath, rows: &[Row]) -> String {
    let of = |because: Because| -> Vec<&Row> { rows.iter().filter(|row| row.because == because).collect() };
    let mut out = format!("{file} reaches {}\n", plural(rows.len(), "file"));
    let groups = [
        (Because::Itself, "made for it"),
        (Because::Text, "showing words of its text"),
        (Because::Name, "showing its name, its links, or that it is there"),
        (Because::Everything, "drawn with it"),
    ];
    for (because, words) in groups {
        let rows = of(because);
        if !rows.is_empty() {
            out.push_str(&format!("\n{words}: {}\n", rows.len()));
            let width = rows.iter().map(|row| row.output.chars().count()).max().unwrap_or(0).min(60);
            for row in rows {
                let line = format!("  {:width$}  {}", row.output, row.source.as_deref().unwrap_or("(made)"));
                out.push_str(&format!("{}\n", line.trim_end()));
            }
        }
    }
    out
}
