//! The pages of the guide as tests see them: sections, and the fenced blocks in them.
//!
//! In: `docs/content/*.md`. Out: pages, sections at each heading of the second level, blocks with their words and lines.
//!
//! Invariant: nothing is left out. A block that is not fenced, or whose first word is missing, is refused.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A page of the guide.
pub struct Page {
    pub path: PathBuf,
    /// The file's name, such as `links.md`.
    pub name: String,
    /// Its lines, front matter included.
    pub lines: Vec<String>,
    pub sections: Vec<Section>,
}

/// What stands between two headings of the second level.
pub struct Section {
    /// Empty above the first heading.
    pub title: String,
    pub blocks: Vec<Block>,
    /// The rows of its tables, a cell each.
    pub rows: Vec<Vec<String>>,
}

/// A fenced block.
#[derive(Clone)]
pub struct Block {
    /// The first word behind the fence.
    pub language: String,
    /// The words behind it: `file=content/a.md`, or a word alone with an empty value; `%20` is a blank.
    pub words: BTreeMap<String, String>,
    pub text: String,
    /// The lines of the page that hold `text`, from 0.
    pub lines: Range<usize>,
}

impl Block {
    /// The value of a word.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.words.contains_key(name)
    }
}

/// Where the guide lies.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/content")
}

/// Every page of the guide, by name.
pub fn all() -> Vec<Page> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder()).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files.into_iter().map(read).collect()
}

/// One page of the guide.
pub fn named(name: &str) -> Page {
    read(folder().join(name))
}

/// A file with sections and blocks.
pub fn read(path: PathBuf) -> Page {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let sections = sections(&name, &without_front_matter(&text));
    Page { name, sections, lines: text.lines().map(str::to_owned).collect(), path }
}

/// The text with empty lines in place of the front matter, so that lines keep their numbers.
fn without_front_matter(text: &str) -> String {
    let Some(end) = text.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n")).map(|at| at + "---\n\n---\n".len()) else {
        return text.to_owned();
    };
    let lines = text[..end].matches('\n').count();
    "\n".repeat(lines) + &text[end..]
}

fn sections(page: &str, text: &str) -> Vec<Section> {
    let mut sections = vec![Section { title: String::new(), blocks: Vec::new(), rows: Vec::new() }];
    let (mut words, mut fence, mut row) = (String::new(), None, Vec::new());
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let section = sections.last_mut().unwrap();
        match event {
            Event::Start(Tag::Heading { .. } | Tag::TableCell) => words.clear(),
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => {
                sections.push(Section { title: words.clone(), blocks: Vec::new(), rows: Vec::new() });
            }
            Event::End(TagEnd::TableCell) => row.push(words.clone()),
            Event::End(TagEnd::TableRow) => section.rows.push(std::mem::take(&mut row)),
            Event::End(TagEnd::TableHead) => row.clear(),
            Event::Start(Tag::CodeBlock(kind)) => {
                words.clear();
                let line = text[..range.start].matches('\n').count();
                let CodeBlockKind::Fenced(info) = kind else { panic!("{page}:{}: indented code is not run; use a fence", line + 1) };
                assert!(!info.is_empty(), "{page}:{}: a block without a language is not run", line + 1);
                fence = Some((info.to_string(), line));
            }
            Event::End(TagEnd::CodeBlock) => {
                let (info, line) = fence.take().unwrap();
                section.blocks.push(block(&info, shown(&words), line));
            }
            Event::Text(text) => words.push_str(&text),
            Event::Code(text) => words.push_str(&format!("`{text}`")),
            Event::SoftBreak => words.push(' '),
            _ => {}
        }
    }
    sections
}

/// What readers see of code: a tag that is shown, and not meant, has lost its backslash.
fn shown(code: &str) -> String {
    code.replace("\\{{#", "{{#")
}

fn block(info: &str, text: String, line: usize) -> Block {
    let mut parts = info.split_whitespace();
    let language = parts.next().unwrap().to_owned();
    let words =
        parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(key, value)| (key.to_owned(), value.replace("%20", " ")));
    let count = text.matches('\n').count();
    Block { language, words: words.collect(), text, lines: line + 1..line + 1 + count }
}
