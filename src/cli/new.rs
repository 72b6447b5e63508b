//! `fourfold new`: a valid new file with a frame to fill.
//!
//! In: a kind, a title. Out: a file that was not there before, and its path on standard output.
//!
//! Invariant: no file is ever overwritten. The frame itself has no errors: every link in it leads somewhere.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::config::{Mode, Pillar};
use crate::base::key::key;
use crate::base::path::{SEGMENT_LIMIT, SourcePath, is_index_stem};
use crate::engine::Plan;
use crate::parse::front::Kind;

use super::args::{New, NewKind};
use super::load::{Changes, Loaded};
use super::report::{DONE, Failure, data, line};
use super::why::page_called;

/// What a new file says.
pub struct Draft<'a> {
    /// Its title.
    pub title: &'a str,
    /// Lines of front matter besides the title: key and value, as TOML.
    pub facts: Vec<(&'static str, String)>,
    /// Its text.
    pub body: String,
}

/// Makes a file, or says why not.
pub fn run(args: &New) -> ExitCode {
    match new(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn new(args: &New) -> Result<(), Failure> {
    let mut loaded = own_handbook(&args.flags)?;
    let output = loaded.project.default_output.clone();
    let (_, mut engine, change) = loaded.read(&[output]);
    let plan = engine.apply(change);
    let title = plain_title(&args.title)?;
    let essays = args.for_pages.iter().map(|page| essay(&plan, &loaded, page)).collect::<Result<Vec<_>, _>>()?;
    if !essays.is_empty() && args.kind != NewKind::Example {
        return Err(Failure::new("--for names the essay that an example illustrates; the other kinds illustrate none".into()));
    }
    if args.pillar.is_some() && !matches!(args.kind, NewKind::Essay | NewKind::Example) {
        return Err(Failure::new("--pillar is for essays and examples: the other kinds stand in no pillar".into()));
    }
    let pillars = &loaded.settings.config.pillars;
    let named = args.pillar.as_deref().map(|wanted| pillar(pillars, wanted)).transpose()?;
    let pillar = match args.kind {
        NewKind::Essay => Some(named.map_or_else(|| ask_for_pillar(pillars), Ok)?),
        _ => named,
    };
    let mut facts = Vec::new();
    let folder = match (args.kind, pillar) {
        (NewKind::Essay, Some(pillar)) => {
            facts.extend(pillar.key.is_some().then(|| ("pillar", quoted(&pillar.id))));
            folder_of(pillar)
        }
        (NewKind::Example, pillar) => {
            facts.extend(pillar.map(|pillar| ("pillar", quoted(&pillar.id))));
            "examples".to_owned()
        }
        (NewKind::Contributor, _) => "contributors".to_owned(),
        (NewKind::Term, _) => "glossary".to_owned(),
        (NewKind::Path | NewKind::Essay, _) => "paths".to_owned(),
    };
    if !essays.is_empty() {
        facts.push(("illustrates", list(&essays)));
    }
    if !args.by.is_empty() {
        facts.push(("by", list(&args.by)));
    }
    let draft = Draft { title: &title, facts, body: frame(args.kind, &plan) };
    let path = write(&loaded, &plan, &folder, &draft)?;
    data(&format!("{}\n", path.display()))?;
    if !args.flags.quiet {
        line(&format!("Made {}: fill it in, and look at it with `fourfold serve` or `fourfold build`", path.display()));
    }
    Ok(())
}

/// The handbook here; a folder of others is none of ours to add to.
pub fn own_handbook(flags: &super::args::Flags) -> Result<Loaded, Failure> {
    let flags = super::args::Flags { drafts: true, ..flags.clone() };
    let loaded = Loaded::at(None, &flags, &Changes::default())?;
    if loaded.project.mode == Mode::Foreign {
        return Err(Failure::new("There is no handbook.toml here or above; `fourfold init` makes a handbook".into()));
    }
    Ok(loaded)
}

/// A title on one line, with something in it that can name a file.
pub fn plain_title(title: &str) -> Result<String, Failure> {
    let plain: String = title.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if file_name(&plain).is_empty() {
        return Err(Failure::new(format!("A title needs letters or digits, and `{plain}` has none")));
    }
    Ok(plain)
}

/// The file name for a title, without its ending: lower case, words joined by `-`.
pub fn file_name(title: &str) -> String {
    let mut name = String::new();
    for ch in title.to_lowercase().chars() {
        // An apostrophe is part of its word.
        match ch {
            c if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => name.push(c),
            '\'' | '’' => {}
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    while name.len() > SEGMENT_LIMIT - ".md".len() {
        name.pop();
    }
    let name = name.trim_end_matches('-');
    // A page of that name would be the page of its folder.
    if is_index_stem(name) { format!("{name}-page") } else { name.to_owned() }
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    serde_json::Value::from(plain).to_string()
}

/// Texts as TOML writes them: one alone, or a list.
pub fn list(texts: &[String]) -> String {
    match texts {
        [one] => quoted(one),
        many => format!("[{}]", many.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    }
}

/// Writes a new page and gives its path; refuses where a file or a page of that name is.
pub fn write(loaded: &Loaded, plan: &Plan<'_>, folder: &str, draft: &Draft<'_>) -> Result<PathBuf, Failure> {
    let place = format!("{}/{folder}/{}.md", loaded.project.content, file_name(draft.title));
    let source = SourcePath::new(&place).ok_or_else(|| Failure::new(format!("`{}` makes no file name", draft.title)))?;
    let taken = plan.graph().in_order().find(|(_, node)| key(node.title()) == key(draft.title));
    if let Some((_, node)) = taken {
        return Err(Failure::new(format!("There is a page called `{}` already: {}", draft.title, node.page.path)));
    }
    let path = loaded.project.root.join(source.as_str());
    let parent = path.parent().unwrap_or(&path);
    let fail = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(format!("{source} is there already; it is left as it is")),
        _ => Failure::new(format!("{source} cannot be written: {error}")),
    };
    std::fs::create_dir_all(parent).map_err(fail)?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(fail)?;
    file.write_all(text(draft).as_bytes()).map_err(fail)?;
    let shown = std::env::current_dir().ok().and_then(|cwd| path.strip_prefix(cwd).ok().map(Path::to_owned));
    Ok(shown.unwrap_or(path))
}

fn text(draft: &Draft<'_>) -> String {
    let facts: String = draft.facts.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("+++\ntitle = {}\n{facts}+++\n\n{}\n", quoted(draft.title), draft.body.trim())
}

/// The folder below the content in which a page belongs to a pillar.
fn folder_of(pillar: &Pillar) -> String {
    let plain = |glob: &&String| !glob.split('/').next().unwrap_or("").contains(['*', '?', '[', '{']) && glob.ends_with("/**");
    pillar.matches.iter().find(plain).map_or_else(|| pillar.id.clone(), |glob| glob.trim_end_matches("/**").to_owned())
}

fn pillar<'p>(pillars: &'p [Pillar], wanted: &str) -> Result<&'p Pillar, Failure> {
    let found = pillars.iter().find(|pillar| pillar.id == wanted || key(&pillar.title) == key(wanted));
    found.ok_or_else(|| Failure::new(format!("There is no pillar `{wanted}`; there are {}", ids(pillars))))
}

fn ids(pillars: &[Pillar]) -> String {
    pillars.iter().map(|pillar| pillar.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// Asks which pillar an essay stands in; in a pipe nobody would answer.
fn ask_for_pillar(pillars: &[Pillar]) -> Result<&Pillar, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(format!("An essay stands in a pillar: say which with --pillar; there are {}", ids(pillars))));
    }
    line("In which pillar does it stand?");
    for (at, pillar) in pillars.iter().enumerate() {
        line(&format!("  {}  {}: {}", at + 1, pillar.title, pillar.question));
    }
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    match answer.parse::<usize>().ok().and_then(|number| pillars.get(number.checked_sub(1)?)) {
        Some(pillar) => Ok(pillar),
        None => pillar(pillars, answer),
    }
}

/// How an example names an essay: by its title where no other page has it, else by its path.
pub fn essay(plan: &Plan<'_>, loaded: &Loaded, wanted: &str) -> Result<String, Failure> {
    let id = page_called(plan, loaded, wanted)?;
    let graph = plan.graph();
    let node = graph.node(id).ok_or_else(|| Failure::new(format!("There is no page `{wanted}`")))?;
    let alone = graph.in_order().filter(|(_, other)| key(other.title()) == key(node.title())).count() == 1;
    let by_file = graph.files_called(node.title()).is_empty();
    let below = loaded.settings.in_content(node.page.path.as_str()).unwrap_or(node.page.path.as_str());
    Ok(if alone && by_file && !node.title().contains(['/', '#', '[']) { node.title().to_owned() } else { below.to_owned() })
}

/// The text to fill in.
fn frame(kind: NewKind, plan: &Plan<'_>) -> String {
    match kind {
        NewKind::Essay => "Say in a sentence or two what you hold to be true, and for whom it matters. This first paragraph is the claim: \
             it stands for the essay wherever other pages name it.\n\n\
             ## Why it is so\n\n\
             Argue it. Say what speaks against it, and why you hold it all the same.\n\n\
             ## Two ways to see it\n\n\
             | Leader | Manager |\n| --- | --- |\n| What somebody who leads does about it | What somebody who manages does about it |\n\n\
             ## Where to begin\n\n\
             Name one thing that a reader can do tomorrow.\n"
            .into(),
        NewKind::Example => "Say in a sentence or two what you did and what came of it.\n\n\
             ## How things were\n\n\
             Where was it, who was there, and what was wrong?\n\n\
             ## What I did\n\n\
             Tell it so that a reader could do it too.\n\n\
             ## What came of it\n\n\
             What changed, and how do you know? What would you do otherwise?\n"
            .into(),
        NewKind::Contributor => "Say in a sentence or two who this is, and what they have led or managed.\n".into(),
        NewKind::Term => "Say in one sentence what the word means in this handbook.\n\n\
             ### Leadership\n\n\
             What it means to somebody who leads.\n\n\
             ### Management\n\n\
             What it means to somebody who manages.\n"
            .into(),
        NewKind::Path => format!("Say who should take this path, and what they will be able to do at its end.\n\n{}", stops(plan)),
    }
}

/// The first essays of the handbook as stops, so that the frame is a path already.
fn stops(plan: &Plan<'_>) -> String {
    let graph = plan.graph();
    let essays = graph.in_order().filter(|(_, node)| node.page.kind == Kind::Essay && node.is_listed(&graph.settings));
    let stop = |(at, below): (usize, &str)| format!("{}. [[{below}]]: say why to read it here.\n", at + 1);
    let paths: Vec<String> = essays
        .filter(|(_, node)| !node.page.draft && !node.page.path.as_str().contains(['#', '|', '[', ']']))
        .filter_map(|(_, node)| graph.settings.in_content(node.page.path.as_str()).map(|below| below.trim_end_matches(".md").to_owned()))
        .take(3)
        .collect();
    if paths.is_empty() {
        return "Then number the pages to read, a link and a sentence each.\n".into();
    }
    paths.iter().map(String::as_str).enumerate().map(stop).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_a_file_name() {
        for (title, want) in [
            ("Set a direction", "set-a-direction"),
            ("Don’t — ever! — stop?", "dont-ever-stop"),
            ("Über 80 % Zeit", "über-80-zeit"),
            ("README", "readme-page"),
            ("../../etc/passwd", "etc-passwd"),
            ("…", ""),
        ] {
            assert_eq!(file_name(title), want, "{title}");
        }
        assert!(file_name(&"x".repeat(500)).len() <= SEGMENT_LIMIT);
    }

    #[test]
    fn facts_are_written_so_that_they_read_back() {
        let title = "A \"quoted\" \\ title +++ [x]\u{7f}";
        let text = text(&Draft { title, facts: vec![("by", list(&["A".into(), "B, C".into()]))], body: "Text".into() });
        assert_eq!(text, "+++\ntitle = \"A \\\"quoted\\\" \\\\ title +++ [x]\"\nby = [\"A\", \"B, C\"]\n+++\n\nText\n");
    }
}
