//! `fourfold init`: a handbook to begin with.
//!
//! In: a folder, and on a terminal the answers to three questions. Out: a handbook that can be published as it is.
//!
//! The files are those of `starter/` and `hosts/` beside this one, embedded in the binary.
//!
//! Invariant: no file is ever overwritten; where one is in the way, nothing is written at all.

use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::discover::project::CONFIG_FILE;

use super::args::{Ci, Init};
use super::new::quoted;
use super::report::{DONE, Failure, data, line, plural};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("starter/", $name)))),*]
    };
}

/// The starter, by path below the folder.
const STARTER: &[(&str, &str)] = files!(
    "README.md",
    "content/about.md",
    "content/contributors/the-editors.md",
    "content/efficiency/finish-before-you-start.md",
    "content/efficiency/index.md",
    "content/empowerment/index.md",
    "content/empowerment/let-those-who-know-decide.md",
    "content/examples/asking-a-month-later.md",
    "content/examples/one-page-on-the-wall.md",
    "content/examples/the-refund-limit.md",
    "content/examples/two-tasks-a-week.md",
    "content/glossary/delegation.md",
    "content/glossary/direction.md",
    "content/glossary/work-in-progress.md",
    "content/index.md",
    "content/paths/first-week.md",
    "content/results/index.md",
    "content/results/look-at-what-changed.md",
    "content/vision/index.md",
    "content/vision/say-where-we-are-going.md",
);

/// What the answers decide.
struct Answers {
    title: String,
    language: String,
    ci: Option<Ci>,
}

/// Makes a handbook, or says why not.
pub fn run(args: &Init) -> ExitCode {
    match init(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn init(args: &Init) -> Result<(), Failure> {
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    if folder.join(CONFIG_FILE).symlink_metadata().is_ok() {
        return Err(Failure::new(format!("{} is a handbook already: it has a {CONFIG_FILE}", folder.display())));
    }
    if folder.symlink_metadata().is_ok_and(|meta| !meta.is_dir() && !folder.is_dir()) {
        return Err(Failure::new(format!("{} is a file; name a folder", folder.display())));
    }
    let answers = answers(args, &folder)?;
    let files = files(&answers);
    let taken: Vec<&str> =
        files.iter().map(|(path, _)| path.as_str()).filter(|path| folder.join(path).symlink_metadata().is_ok()).collect();
    if !taken.is_empty() {
        return Err(Failure::new(format!("Nothing was written, because these are there already: {}", taken.join(", "))));
    }
    write_all(&folder, &files)?;
    data(&format!("{}\n", folder.display()))?;
    line(&format!("Made a handbook of {} in {}", plural(files.len(), "file"), folder.display()));
    line(&format!("Look at it: fourfold build {} --portable, then open public/index.html", folder.display()));
    Ok(())
}

fn answers(args: &Init, folder: &Path) -> Result<Answers, Failure> {
    let named = folder.canonicalize().ok().or_else(|| Some(folder.to_owned()));
    let named = named.and_then(|folder| Some(crate::parse::place::readable(folder.file_name()?.to_str()?)));
    let suggested = named.filter(|name| !name.is_empty()).unwrap_or_else(|| "Handbook".to_owned());
    let mut answers = Answers {
        title: args.title.clone().unwrap_or_else(|| suggested.clone()),
        language: args.language.clone().unwrap_or_else(|| "en".to_owned()),
        ci: args.ci,
    };
    // In a pipe nobody would answer.
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        if args.title.is_none() {
            answers.title = ask("What is it called?", &answers.title)?;
        }
        if args.language.is_none() {
            answers.language = ask("In which language is it written?", &answers.language)?;
        }
        if args.ci.is_none() {
            let host = ask("Where will it be published: github, gitlab, netlify, cloudflare, or none of them?", "none")?;
            answers.ci = <Ci as clap::ValueEnum>::from_str(&host, true).ok();
        }
    }
    answers.title = super::new::plain_title(&answers.title)?;
    let (_, problems) = crate::discover::config::config(&config(&answers), &config_path());
    match problems.is_empty() {
        true => Ok(answers),
        false => Err(Failure::new(format!("`{}` is no language such as en or pt-BR", answers.language))),
    }
}

fn config_path() -> crate::base::path::SourcePath {
    crate::base::path::SourcePath::new(CONFIG_FILE).expect("the name of the config is a plain path")
}

/// Asks a question; an empty answer takes what is suggested.
fn ask(question: &str, suggested: &str) -> Result<String, Failure> {
    let mut err = anstream::stderr();
    write!(err, "{question} [{suggested}] ")?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { suggested.to_owned() } else { answer.to_owned() })
}

fn config(answers: &Answers) -> String {
    let host = match answers.ci {
        Some(Ci::Netlify) => "\n[outputs]\nhost = \"netlify\"\n",
        Some(Ci::Cloudflare) => "\n[outputs]\nhost = \"cloudflare\"\n",
        Some(Ci::Github | Ci::Gitlab) | None => "",
    };
    format!(
        "# Every key is optional. Where the handbook will be published, for feeds, the sitemap and canonical links:\n\
         # base_url = \"https://handbook.example/\"\n\
         title = {}\nlanguage = {}\n{host}",
        quoted(&answers.title),
        quoted(&answers.language)
    )
}

/// Every file of the new handbook, by path.
fn files(answers: &Answers) -> Vec<(String, String)> {
    // In Markdown a title may not begin a link or a tag.
    let escaped: String = answers.title.chars().flat_map(|c| "\\`*_[]<>&#".contains(c).then_some('\\').into_iter().chain([c])).collect();
    let mut files =
        vec![(CONFIG_FILE.to_owned(), config(answers)), (".gitignore".to_owned(), include_str!("starter/gitignore").to_owned())];
    files.extend(STARTER.iter().map(|(path, text)| ((*path).to_owned(), text.replace("@TITLE@", &escaped))));
    let host: &[(&str, &str)] = match answers.ci {
        Some(Ci::Github) => &[
            (".github/workflows/handbook.yml", include_str!("hosts/github-pages.yml")),
            (".github/ISSUE_TEMPLATE/add-your-example.yml", include_str!("hosts/issue-form.yml")),
        ],
        Some(Ci::Gitlab) => &[(".gitlab-ci.yml", include_str!("hosts/gitlab-ci.yml"))],
        Some(Ci::Netlify) => &[("netlify.toml", include_str!("hosts/netlify.toml"))],
        Some(Ci::Cloudflare) => &[("wrangler.toml", include_str!("hosts/wrangler.toml"))],
        None => &[],
    };
    files.extend(host.iter().map(|(path, text)| ((*path).to_owned(), text.replace("@VERSION@", env!("CARGO_PKG_VERSION")))));
    files
}

/// Writes all of them; where one fails, those before it are taken away again.
fn write_all(folder: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, text) in files {
        let place = folder.join(path);
        let result = place.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&place)?;
            written.push(place.clone());
            file.write_all(text.as_bytes())
        });
        if let Err(error) = result {
            for file in &written {
                let _ = fs::remove_file(file);
            }
            return Err(Failure::new(format!("Nothing was made: {} cannot be written: {error}", place.display())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_file_of_the_starter() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/init/starter");
        let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(|entry| entry.expect("the source tree is readable"));
        let mut names: Vec<String> = files
            .filter(|entry| entry.file_type().is_file() && entry.file_name() != "gitignore")
            .filter_map(|entry| Some(entry.path().strip_prefix(&root).ok()?.to_str()?.replace('\\', "/")))
            .collect();
        names.sort();
        assert_eq!(names, STARTER.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
