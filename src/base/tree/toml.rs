//! Reads TOML into the tree.
//!
//! In: a text. Out: a tree with whatever could be read, and every place that could not, in an author's words.
//!
//! Invariant: any text gives an answer; nesting is measured before the parser sees the text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{DEPTH_LIMIT, Entry, Node, Problem, Tree, Value};

/// Reads a text; several errors at once.
///
/// Of an entry that touches a line with an error nothing is kept, so that one slip is not reported twice.
pub fn read(text: &str) -> Tree {
    if let Some(tree) = plain(text) {
        return tree;
    }
    if let Some(at) = too_deep(text) {
        let problem = Problem {
            span: at..at + 1,
            message: "these facts are nested too deeply".into(),
            help: format!("keep it to {DEPTH_LIMIT} levels"),
        };
        return Tree { problems: vec![problem], broken: true, ..Tree::default() };
    }
    parsed(text)
}

fn parsed(text: &str) -> Tree {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<(usize, &toml::de::Error)> = errors.iter().map(|error| (place(text, error).start, error)).collect();
    errors.sort_by_key(|(start, _)| *start);
    keep_first_of_lines(text, &mut errors);
    let problems: Vec<Problem> = errors.into_iter().map(|(_, error)| problem(text, error)).collect();
    let broken = problems.iter().any(|problem| problem.message != TWICE);
    let bad = joined(problems.iter().filter(|p| p.message != TWICE).map(|p| line_around(text, &p.span)));
    let entries = entries(table.get_ref(), &bad);
    Tree { entries, problems, broken }
}

/// Reads a text in which each line is a key with a text in straight quotation marks, a list of such texts, a whole number, a
/// date, `true` or `false`: nearly all front matter, for which the parser takes ten times as long. `None` for any other text.
fn plain(text: &str) -> Option<Tree> {
    let mut entries: Vec<Entry> = Vec::with_capacity(16);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n').trim_end_matches([' ', '\t']);
        if !content.is_empty() {
            let equals = content.find('=')?;
            let key = content[..equals].trim_end_matches([' ', '\t']);
            let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
            if key.is_empty() || !key.bytes().all(bare) || entries.iter().any(|entry| entry.key == key) {
                return None;
            }
            let written = content[equals + 1..].trim_start_matches([' ', '\t']);
            let end = start + content.len();
            let value = plain_value(written, end - written.len())?;
            entries.push(Entry { key: key.to_owned(), at: start..start + key.len(), node: Node { value, span: end - written.len()..end } });
        }
        start += line.len();
    }
    Some(Tree { entries, ..Tree::default() })
}

fn plain_value(written: &str, start: usize) -> Option<Value> {
    match written.as_bytes().first()? {
        b'"' => {
            let length = plain_text(written)?;
            (length == written.len()).then(|| Value::Text(written[1..length - 1].to_owned()))
        }
        b'[' => plain_list(written, start),
        b't' => (written == "true").then(|| Value::Bool(true, written.to_owned())),
        b'f' => (written == "false").then(|| Value::Bool(false, written.to_owned())),
        _ if is_plain_date(written) => Some(Value::Date(written.to_owned())),
        first => {
            let whole = written.len() <= 18 && written.bytes().all(|byte| byte.is_ascii_digit()) && (*first != b'0' || written.len() == 1);
            whole.then(|| Value::Number(written.to_owned()))
        }
    }
}

/// How long the text in quotation marks at the start is, marks included; `None` where it holds a backslash or a control character.
fn plain_text(written: &str) -> Option<usize> {
    let inside = written.strip_prefix('"')?;
    let end = inside.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ' || byte == 0x7F)?;
    // Two marks in a row may be the first of three.
    (inside.as_bytes()[end] == b'"' && !inside[end + 1..].starts_with('"')).then_some(end + 2)
}

fn plain_list(written: &str, start: usize) -> Option<Value> {
    let blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let skip = |at: usize| at + written.as_bytes()[at..].iter().take_while(|byte| blank(byte)).count();
    let mut items = Vec::new();
    let mut at = skip(1);
    if written[at..] == *"]" {
        return Some(Value::List(items));
    }
    loop {
        let length = plain_text(&written[at..])?;
        let value = Value::Text(written[at + 1..at + length - 1].to_owned());
        items.push(Node { value, span: start + at..start + at + length });
        at = skip(at + length);
        match &written[at..] {
            "]" => return Some(Value::List(items)),
            rest if rest.starts_with(',') => at = skip(at + 1),
            _ => return None,
        }
    }
}

/// Whether this is a day, written in full, that every month has.
fn is_plain_date(written: &str) -> bool {
    let bytes = written.as_bytes();
    let digits = |range: Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    bytes.len() == 10
        && (bytes[4], bytes[7]) == (b'-', b'-')
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && ("01"..="12").contains(&&written[5..7])
        && ("01"..="28").contains(&&written[8..10])
}

const TWICE: &str = "this key is there twice";

fn place(text: &str, error: &toml::de::Error) -> Range<usize> {
    let end = text.len();
    error.span().map_or(end..end, |span| span.start.min(end)..span.end.min(end))
}

fn problem(text: &str, error: &toml::de::Error) -> Problem {
    let span = place(text, error);
    let said = error.message();
    let (message, help) = if said.contains("duplicate key") {
        (TWICE, "keep one of the two; the first one counts")
    } else if said.contains("recurse") {
        ("these facts are nested too deeply", "use fewer brackets within brackets")
    } else if said.contains("string") || said.contains("quot") {
        ("a text needs straight quotation marks around it", "write it as `key = \"text\"`")
    } else if said.contains("array") {
        ("this list does not read as one", "write it as `key = [\"one\", \"two\"]`")
    } else if said.contains("datetime") || said.contains("date") || said.contains("month") || said.contains("time") {
        ("this does not read as a date", "write dates as 2026-03-14")
    } else {
        ("this line does not read as `key = value`", "texts stand in quotation marks, lists in square brackets")
    };
    Problem { span, message: message.into(), help: help.into() }
}

/// Of errors in the order of their places, keeps the first in each line.
fn keep_first_of_lines(text: &str, errors: &mut Vec<(usize, &toml::de::Error)>) {
    let mut end = 0;
    errors.retain(|(start, _)| {
        let start = *start;
        let is_first = start >= end;
        if is_first {
            end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(usize::MAX, |at| start + at + 1);
        }
        is_first
    });
}

/// Stretches that begin in order, as stretches that do not touch.
fn joined(all: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for next in all {
        match out.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => out.push(next),
        }
    }
    out
}

/// Whether a stretch has something of the bad ones.
fn is_spoilt(bad: &[Range<usize>], stretch: &Range<usize>) -> bool {
    let next = bad.partition_point(|line| line.end <= stretch.start);
    bad.get(next).is_some_and(|line| line.start < stretch.end)
}

fn line_around(text: &str, span: &Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..span.start]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &bytes[span.end.max(start)..]).map_or(text.len(), |at| span.end.max(start) + at);
    start..end.max(start + 1)
}

fn entries(table: &DeTable<'_>, bad: &[Range<usize>]) -> Vec<Entry> {
    let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
        let spoilt = is_spoilt(bad, &(key.span().start..value.span().end.max(key.span().end)));
        (!spoilt).then(|| Entry { key: key.get_ref().to_string(), at: key.span(), node: node(value, bad) })
    };
    table.iter().filter_map(entry).collect()
}

fn node(value: &Spanned<DeValue<'_>>, bad: &[Range<usize>]) -> Node {
    let kept = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(decimal(number.as_str(), number.radix())),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Value::Bool(*yes, yes.to_string()),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, bad)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, bad)),
    };
    Node { value: kept, span: value.span() }
}

fn decimal(digits: &str, radix: u32) -> String {
    if radix == 10 { digits.to_owned() } else { i64::from_str_radix(digits, radix).map_or_else(|_| digits.to_owned(), |n| n.to_string()) }
}

/// Where brackets and dotted keys together nest deeper than `DEPTH_LIMIT`.
///
/// The parser guards brackets only; a key such as `a.a.a…` would make tables within tables without end.
/// Unmatched brackets stay open here, so the measure can be too large for a broken text, never too small.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let (mut dots, mut below, mut at) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at) - 1,
            b'"' | b'\'' => at = after_string(bytes, at) - 1,
            b'.' => dots += 1,
            b',' => dots = 0,
            b'\n' if open.is_empty() => dots = 0,
            bracket @ (b'[' | b'{') => {
                open.push((bracket, dots));
                below += dots;
                dots = 0;
            }
            bracket @ (b']' | b'}') if open.last().is_some_and(|(opened, _)| opened + 2 == bracket) => {
                dots = open.pop().map_or(0, |(_, kept)| kept);
                below -= dots;
            }
            _ => {}
        }
        if open.len() + below + dots > DEPTH_LIMIT {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The offset after the string that begins at `at`; an unclosed one ends with its line, or the text if it has three marks.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let mark = bytes[at];
    let long = bytes[at..].starts_with(&[mark; 3]);
    let mut here = at + if long { 3 } else { 1 };
    while here < bytes.len() {
        match bytes[here] {
            b'\\' if mark == b'"' && matches!(bytes.get(here + 1), Some(b'\\' | b'"')) => here += 1,
            b'\n' if !long => return here,
            found if found == mark && !long => return here + 1,
            found if found == mark && bytes[here..].starts_with(&[mark; 3]) => {
                let extra = bytes[here + 3..].iter().take(2).take_while(|byte| **byte == mark).count();
                return here + 3 + extra;
            }
            _ => {}
        }
        here += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_read_as_the_parser_reads_them() {
        let lines = [
            "title = \"Set a direction\"",
            "tags=[]",
            "tags = [\"one\", \"zwei – drei\"]",
            "weight = 30",
            "draft = true",
            "toc = false ",
            "date = 2026-03-14",
            "",
            "a-b_9 = [ \"x\" ]",
            "empty = \"\"",
        ];
        for line in lines {
            assert!(plain(line).is_some(), "{line}");
            assert_eq!(plain(line), Some(parsed(line)), "{line}");
        }
        let all = lines.map(|line| line.replace("tags=", "more=")).join("\n");
        assert_eq!(plain(&all), Some(parsed(&all)));
    }

    #[test]
    fn whatever_is_not_plain_is_left_to_the_parser() {
        for line in [
            "a = 'x'",
            "a = \"x\\n\"",
            "a = \"\"\"x\"\"\"",
            "a.b = 1",
            "\"a\" = 1",
            "[a]",
            "a = 1 # why",
            "# why",
            "a = 01",
            "a = 1_000",
            "a = -1",
            "a = 1.5",
            "a = 0x1",
            "a = 2026-02-30",
            "a = 2026-03-14T10:00:00",
            "a = [1]",
            "a = [\"x\",]",
            "a = [\"x\"",
            "a = [\"x\" \"y\"]",
            "a = {}",
            "a = yes",
            "a =",
            "a",
            "= 1",
            "a = 1\na = 2",
            "a = \"x\ty\"",
            "a = \"x\u{7f}\"",
            "a = 1\r",
            "a = 123456789012345678901",
        ] {
            assert_eq!(plain(line), None, "{line}");
        }
    }

    fn messages(text: &str) -> Vec<(usize, String)> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        read(text).problems.into_iter().map(|problem| (line(problem.span.start), problem.message)).collect()
    }

    #[test]
    fn all_errors_come_at_once_and_the_rest_is_kept() {
        let tree = read("title = Set a direction\nweight = 3\ntags = [\"a\"\ndate = 2026-13-44\n");
        assert!(tree.broken);
        assert!(tree.entries.iter().any(|entry| entry.key == "weight"));
        assert!(!tree.entries.iter().any(|entry| entry.key == "title"));
        assert!(messages("title = Set a direction\nweight = 3\ndate = 2026-13-44\n").len() >= 2);
    }

    #[test]
    fn a_key_given_twice_counts_the_first_time() {
        let tree = read("a = 1\na = 2\n");
        assert_eq!((tree.broken, tree.entries.len(), tree.problems.len()), (false, 1, 1));
        assert_eq!(tree.entries[0].node.value, Value::Number("1".into()));
    }

    #[test]
    fn no_nesting_exhausts_the_stack() {
        let dots = vec!["a"; 30_000].join(".");
        for text in [
            format!("x = {}", "[".repeat(20_000)),
            format!("x = {}{}", "[".repeat(20_000), "]".repeat(20_000)),
            format!("{dots} = 1"),
            format!("[{dots}]\n"),
            format!("x = {}", "{a.a.a.a=".repeat(8_000)),
            format!("x = [{}", "] {a.a.a.a.a.a.a.a.a.a = [ }".repeat(2_000)),
        ] {
            let tree = read(&text);
            assert!(tree.broken, "{}", &text[..20]);
        }
    }

    #[test]
    fn dots_in_texts_are_no_depth() {
        let tree = read(&format!("a = \"{0}\"\nb = \"\"\"\n{0}\n\"\"\"\n# {0}\nc = '{0}'", ".".repeat(200)));
        assert_eq!((tree.broken, tree.entries.len()), (false, 3));
    }
}
