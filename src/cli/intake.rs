//! `fourfold intake`: a filled form becomes an example.
//!
//! In: the text of a form as GitHub keeps it: for each question a heading `### Label` and the answer below it. Out: a new
//! file in `content/examples/`.
//!
//! Invariant: whatever the form holds, the file has its facts and its text apart: an answer cannot become a fact, leave its
//! file name's folder or overwrite a file. Raw HTML in it is shown as text, as in every example.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use crate::base::key::loose;

use super::args::Intake;
use super::new::{Draft, essay, list, own_handbook, plain_title, quoted, write};
use super::report::{DONE, Failure, PROBLEMS, data, line};

/// The most bytes of a form that are read.
const LIMIT: u64 = 256 * 1024;

/// Takes a form in, or says why not.
pub fn run(args: &Intake) -> ExitCode {
    match intake(args) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.say(Path::new(".")),
    }
}

fn intake(args: &Intake) -> Result<u8, Failure> {
    let answers = answers(&read(&args.file)?);
    let mut loaded = own_handbook(&args.flags)?;
    let output = loaded.project.default_output.clone();
    let (_, mut engine, change) = loaded.read(&[output]);
    let plan = engine.apply(change);
    let answer = |labels: &[&str]| answers.iter().find(|(label, _)| labels.contains(&loose(label).as_str())).map(|(_, text)| text.as_str());
    let Some(title) = answer(&["title", "titleofyourexample"]) else {
        line("error: The form has no answer below a heading `### Title`");
        return Ok(PROBLEMS);
    };
    let title = plain_title(title)?;
    let body = body(&answers);
    if body.is_empty() {
        line("error: The form tells nothing: below `### In short`, `### What I did` and `### What came of it` there is no answer");
        return Ok(PROBLEMS);
    }
    let mut facts = Vec::new();
    if let Some(wanted) = answer(&["essay", "illustrates"]) {
        match essay(&plan, &loaded, one_line(wanted).as_str()) {
            Ok(essay) => facts.push(("illustrates", quoted(&essay))),
            Err(failure) => line(&format!("warning: {}; the example names no essay yet", failure.message())),
        }
    }
    for (key, labels) in [("by", &["yourname", "name", "by"][..]), ("role", &["yourrole", "role"]), ("industry", &["industry"])] {
        facts.extend(answer(labels).map(|text| (key, quoted(&one_line(text)))));
    }
    let tags: Vec<String> = answer(&["tags"]).unwrap_or_default().split([',', '\n']).map(one_line).filter(|tag| !tag.is_empty()).collect();
    if !tags.is_empty() {
        facts.push(("tags", list(&tags)));
    }
    facts.push(("status", quoted("initial")));
    let path = write(&loaded, &plan, "examples", &Draft { title: &title, facts, body })?;
    data(&format!("{}\n", path.display()))?;
    if !args.flags.quiet {
        line(&format!("Made {}: read it before you publish it", path.display()));
    }
    Ok(DONE)
}

/// The text of the form; `-` reads standard input.
fn read(file: &Path) -> Result<String, Failure> {
    let fail = |why: String| Failure::new(format!("The form {} {why}", file.display()));
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|form| form.take(LIMIT + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| fail(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > LIMIT {
        return Err(fail(format!("is longer than {} KB", LIMIT / 1024)));
    }
    let text = String::from_utf8(bytes).map_err(|_| fail("is not UTF-8".into()))?;
    Ok(text.trim_start_matches('\u{feff}').chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect())
}

/// The answers by label, in order, without those that were left empty.
fn answers(form: &str) -> Vec<(String, String)> {
    let mut answers: Vec<(String, String)> = Vec::new();
    let mut fence: Option<&str> = None;
    for text in form.lines() {
        let start = text.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        match text.strip_prefix("### ").filter(|_| fence.is_none()) {
            Some(label) => answers.push((label.trim().to_owned(), String::new())),
            None => {
                if let Some((_, answer)) = answers.last_mut() {
                    answer.push_str(text);
                    answer.push('\n');
                }
            }
        }
    }
    for (_, answer) in &mut answers {
        *answer = answer.trim().to_owned();
    }
    answers.retain(|(_, answer)| !answer.is_empty() && answer != "_No response_");
    answers
}

/// The text of the example: what it is in short, then each of the other answers below its label.
fn body(answers: &[(String, String)]) -> String {
    const FACTS: [&str; 12] =
        ["title", "titleofyourexample", "essay", "illustrates", "yourname", "name", "by", "yourrole", "role", "industry", "tags", "pillar"];
    let mut body = String::new();
    for (_, answer) in answers.iter().filter(|(label, _)| loose(label) == "inshort") {
        body.push_str(&format!("{answer}\n\n"));
    }
    for (label, answer) in answers {
        let known = loose(label);
        if known != "inshort" && !FACTS.contains(&known.as_str()) {
            body.push_str(&format!("## {}\n\n{answer}\n\n", one_line(label)));
        }
    }
    body.trim().to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_by_its_labels() {
        let form = "### Title\n\nA day\n\n### Your role\n\n_No response_\n\n### What I did\n\nThis:\n\n```\n### not a label\n```\n";
        let read = answers(form);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0], ("Title".into(), "A day".into()));
        assert_eq!(body(&read), "## What I did\n\nThis:\n\n```\n### not a label\n```");
    }
}
