//! Reads YAML into the tree.
//!
//! In: a text. Out: a tree, or the one place where reading had to stop, in an author's words.
//!
//! Invariant: any text gives an answer. Depth, repeated references and their sizes are counted while the tree grows.
//! `[[words]]` without quotation marks is the text `[[words]]`, which is what its author means.

use rustc_hash::FxHashMap;
use serde_saphyr::granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle};
use std::ops::Range;

use super::{DEPTH_LIMIT, Entry, Node, Problem, Tree, Value};

/// How many bytes repeated references (`*name`) may add.
const REFERENCE_BUDGET: usize = 1 << 20;

/// Reads a text whose outermost value is a table.
pub fn read(text: &str) -> Tree {
    match build(text) {
        Ok(builder) => builder.finish(),
        Err(problem) => Tree { problems: vec![problem], broken: true, ..Tree::default() },
    }
}

/// Reads a text for its outermost value, whatever it is; `None` where there is none or it does not parse. JSON is read too.
pub fn value(text: &str) -> Option<Node> {
    build(text).ok()?.root
}

fn build(text: &str) -> Result<Builder<'_>, Problem> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut builder = Builder { text, ..Builder::default() };
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((event, span)) => builder.take(event, range(text, &span)),
            Err(error) => Err(stopped(text, &error)),
        };
        if !step? {
            break;
        }
    }
    Ok(builder)
}

fn range(text: &str, span: &Span) -> Range<usize> {
    let range = span.byte_range().unwrap_or(0..0);
    let end = range.end.min(text.len());
    range.start.min(end)..end
}

enum Open {
    List { items: Vec<Node>, start: usize, anchor: usize, inline: bool },
    Table { entries: Vec<Entry>, start: usize, anchor: usize, key: Option<(String, Range<usize>)> },
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: FxHashMap<usize, (Node, usize, usize)>,
    added: usize,
    documents: usize,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    /// Takes one event; `false` where the facts end.
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<bool, Problem> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                return Ok(self.documents == 1);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.room(&span, 1)?;
                let inline = style == StructureStyle::Flow;
                self.open.push(Open::List { items: Vec::new(), start: span.start, anchor, inline });
            }
            Event::MappingStart(_, anchor, _) => {
                self.room(&span, 1)?;
                self.open.push(Open::Table { entries: Vec::new(), start: span.start, anchor, key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span.end)?,
            Event::Scalar(text, style, anchor, tag) => {
                let value = if style == ScalarStyle::Plain && tag.is_none() { plain(&text) } else { Value::Text(text.into_owned()) };
                self.put(Node { value, span }, anchor)?;
            }
            Event::Alias(anchor) => {
                let Some((node, size, depth)) = self.anchors.get(&anchor).cloned() else {
                    return Err(unknown_reference(span));
                };
                self.room(&span, depth)?;
                self.added += size;
                if self.added > REFERENCE_BUDGET {
                    return Err(Problem {
                        span,
                        message: "these references repeat too much".into(),
                        help: "write the facts out, without `&name` and `*name`".into(),
                    });
                }
                self.put(Node { span, ..node }, 0)?;
            }
            _ => {}
        }
        Ok(true)
    }

    fn room(&self, span: &Range<usize>, levels: usize) -> Result<(), Problem> {
        if self.open.len() + levels <= DEPTH_LIMIT {
            return Ok(());
        }
        Err(too_deep(span.clone()))
    }

    fn close(&mut self, end: usize) -> Result<(), Problem> {
        let (node, anchor) = match self.open.pop() {
            Some(Open::List { items, start, anchor, inline }) => {
                let span = start..end.max(start);
                (Node { value: self.wikilink(&items, &span, inline).unwrap_or(Value::List(items)), span }, anchor)
            }
            Some(Open::Table { mut entries, start, anchor, .. }) => {
                self.problems.extend(drop_repeats(&mut entries));
                (Node { value: Value::Table(entries), span: start..end.max(start) }, anchor)
            }
            None => return Ok(()),
        };
        self.put(node, anchor)
    }

    fn wikilink(&self, items: &[Node], span: &Range<usize>, inline: bool) -> Option<Value> {
        let written = self.text.get(span.clone())?;
        let whole = written.strip_prefix("[[")?.strip_suffix("]]")?;
        let one = inline && matches!(items, [Node { value: Value::List(_), .. }]) && !whole.contains(['[', ']', '"', '\'', '\n']);
        one.then(|| Value::Text(written.to_owned()))
    }

    fn put(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size(&node), depth(&node)));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Table { entries, key, .. }) => match key.take() {
                None => {
                    let name = match (&node.value, node.text()) {
                        (_, Some(name)) => name.to_owned(),
                        (Value::Nothing, _) => String::new(),
                        _ => return Err(no_key(node.span)),
                    };
                    *key = Some((name, node.span));
                }
                Some((name, at)) => entries.push(Entry { key: name, at, node }),
            },
        }
        Ok(())
    }

    fn finish(mut self) -> Tree {
        match self.root {
            Some(Node { value: Value::Table(entries), .. }) => {
                self.problems.sort_by_key(|problem| problem.span.start);
                Tree { entries, problems: self.problems, broken: false }
            }
            None | Some(Node { value: Value::Nothing, .. }) => Tree::default(),
            Some(node) => Tree { problems: vec![no_key(node.span)], broken: true, ..Tree::default() },
        }
    }
}

/// Drops all but the first of the entries of one key, and says so.
fn drop_repeats(entries: &mut Vec<Entry>) -> Vec<Problem> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|a, b| entries[*a].key.cmp(&entries[*b].key).then(a.cmp(b)));
    let mut repeats: Vec<usize> =
        order.windows(2).filter(|pair| entries[pair[0]].key == entries[pair[1]].key).map(|pair| pair[1]).collect();
    repeats.sort_unstable();
    let say = |at: &usize| Problem {
        span: entries[*at].at.clone(),
        message: "this key is there twice".into(),
        help: "keep one of the two; the first one counts".into(),
    };
    let problems = repeats.iter().map(say).collect();
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        repeats.binary_search(&(at - 1)).is_err()
    });
    problems
}

fn size(node: &Node) -> usize {
    size_of::<Entry>()
        + match &node.value {
            Value::Nothing => 0,
            Value::Text(text) | Value::Bool(_, text) | Value::Number(text) | Value::Date(text) => text.len(),
            Value::List(items) => items.iter().map(size).sum(),
            Value::Table(entries) => entries.iter().map(|entry| entry.key.len() + size(&entry.node)).sum(),
        }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Table(entries) => 1 + entries.iter().map(|entry| depth(&entry.node)).max().unwrap_or(0),
        _ => 0,
    }
}

/// What words without quotation marks stand for; a pair of curly marks around them is dropped.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nothing,
        "true" | "True" | "TRUE" => return Value::Bool(true, text.to_owned()),
        "false" | "False" | "FALSE" => return Value::Bool(false, text.to_owned()),
        _ => {}
    }
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if numeric && text.parse::<f64>().is_ok() {
        return Value::Number(text.to_owned());
    }
    let bare = ['“', '”', '„'].iter().find_map(|mark| text.strip_prefix(*mark)).and_then(|rest| rest.strip_suffix(['”', '“']));
    let bare = bare.or_else(|| text.strip_prefix('‘').and_then(|rest| rest.strip_suffix('’')));
    Value::Text(bare.filter(|inner| !inner.contains(['“', '”'])).unwrap_or(text).to_owned())
}

fn too_deep(span: Range<usize>) -> Problem {
    Problem { span, message: "these facts are nested too deeply".into(), help: "use fewer brackets within brackets".into() }
}

fn no_key(span: Range<usize>) -> Problem {
    Problem { span, message: "this does not read as `key: value`".into(), help: "write one `key: value` a line".into() }
}

fn unknown_reference(span: Range<usize>) -> Problem {
    let help = "put quotation marks around a text that starts with `*`".to_owned();
    Problem { span, message: "this reference names nothing above it".into(), help }
}

fn stopped(text: &str, error: &ScanError) -> Problem {
    let marker = error.marker();
    let at = marker.byte_offset().unwrap_or_else(|| offset(text, marker.line(), marker.col()));
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // The parser often notices at the start of the next line or at the end; the line before it holds the fault.
    if at > 0 && text[at..].trim().is_empty() {
        at = text[..at].trim_end().len();
        at = text[..at].rfind('\n').map_or(0, |end| end + 1);
    }
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
    let (message, help) = in_plain_words(error.kind());
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(at..end),
        ErrorKind::UnknownAnchor => unknown_reference(at..end),
        _ => Problem { span: at..end, message: message.into(), help: help.into() },
    }
}

fn in_plain_words(kind: &ErrorKind) -> (&'static str, &'static str) {
    use ErrorKind as K;
    match kind {
        K::TabNotAllowed | K::TabInBlockIndentation | K::TabInIndentation | K::TabAtBlockScalarStart | K::TabInPlainScalar => {
            ("there is a tab where only spaces may stand", "use spaces to indent")
        }
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar | K::InvalidQuotedScalarIndent => {
            ("a quotation mark is opened and never closed", "close it at the end of the text")
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            ("words follow a closed quotation mark", "put quotation marks around the whole text")
        }
        K::UnknownQuotedScalarEscape | K::InvalidQuotedScalarHexEscape | K::InvalidUnicodeEscape => {
            ("a backslash stands in a text with double quotation marks", "use single quotation marks around this text")
        }
        K::UnexpectedEofFlowSequence
        | K::ExpectedFlowSequenceSeparator
        | K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowMapping => ("a bracket is opened and never closed", "close it, or put quotation marks around the text"),
        K::MismatchedFlowCollectionEnd { .. } | K::MisplacedFlowCollectionEnd => {
            ("a bracket is closed that was not opened", "put quotation marks around the text")
        }
        K::MappingValueNotAllowed | K::InvalidColonPlacement | K::InvalidMappingValueWhitespace => {
            ("there is a second colon on this line", "put quotation marks around the text after the first colon")
        }
        K::InvalidIndentation | K::ExpectedBlockMappingKey | K::ExpectedBlockSequenceEntry | K::BlockSequenceEntryNotAllowed => {
            ("this line is indented differently from its neighbours", "let every `key: value` start at the left edge")
        }
        K::UnexpectedCharacter { .. } | K::PlainScalarStartsWithDashFlowIndicator => {
            ("a text cannot start with this sign", "put quotation marks around the text")
        }
        _ => ("this does not read as `key: value`", "write one `key: value` a line, and put quotation marks around unusual texts"),
    }
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}
