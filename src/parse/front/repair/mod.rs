//! Mends the slips that people make in facts, so that what they meant counts.
//!
//! In: a block that does not parse. Out: the mended text, a slip for each line that was touched, and the way back from
//! an offset in the mended text to one in the text as written.
//!
//! Invariant: a slip's edits are the fewest bytes that mend it and touch one line only.

mod toml;
mod yaml;

use std::ops::Range;

use super::split::{Syntax, lines};

/// Something to replace in the text as written.
pub(super) type Change = (Range<usize>, String);

/// One line that had to be mended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Slip {
    /// The place, in bytes of the text as written.
    pub(super) span: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What the changes do.
    pub(super) title: &'static str,
    /// All that is needed, ascending.
    pub(super) changes: Vec<Change>,
}

/// A mended text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Repair {
    /// The text after all changes.
    pub(super) text: String,
    /// What was mended, from top to bottom.
    pub(super) slips: Vec<Slip>,
    /// For each change: where what it inserts lies in the mended text, and what it replaces in the text as written.
    seams: Vec<(Range<usize>, Range<usize>)>,
}

impl Repair {
    /// The offset in the text as written of an offset in the mended text.
    pub(super) fn origin(&self, at: usize) -> usize {
        let Some(last) = self.seams.partition_point(|(inserted, _)| inserted.start <= at).checked_sub(1) else { return at };
        let (inserted, replaced) = &self.seams[last];
        if at < inserted.end { replaced.start } else { replaced.end + (at - inserted.end) }
    }
}

/// Mends what can be mended; `None` where nothing is recognised. Whether the result parses is for the caller to see.
pub(super) fn repair(text: &str, syntax: Syntax) -> Option<Repair> {
    let slips = match syntax {
        Syntax::Yaml => yaml::slips(text),
        Syntax::Toml => toml::slips(text),
        Syntax::Json => return None,
    };
    if slips.is_empty() {
        return None;
    }
    let mut mended = String::with_capacity(text.len() + 64);
    let mut seams = Vec::new();
    let mut written = 0;
    for (range, insert) in slips.iter().flat_map(|slip| &slip.changes) {
        mended.push_str(&text[written..range.start]);
        seams.push((mended.len()..mended.len() + insert.len(), range.clone()));
        mended.push_str(insert);
        written = range.end;
    }
    mended.push_str(&text[written..]);
    Some(Repair { text: mended, slips, seams })
}

/// A line in parts, each with its place in the text.
struct Line<'a> {
    /// The line without its end.
    text: &'a str,
    /// Where it starts.
    start: usize,
}

fn content(text: &str) -> Vec<Line<'_>> {
    lines(text).map(|line| Line { text: text[line.clone()].trim_end_matches(['\n', '\r']), start: line.start }).collect()
}

fn is_double_curly(ch: char) -> bool {
    matches!(ch, '“' | '”' | '„' | '‟')
}

fn is_single_curly(ch: char) -> bool {
    matches!(ch, '‘' | '’' | '‚')
}

/// Straight quotation marks for the curly ones around a text, if that is all it needs.
fn straightened(value: &str, start: usize) -> Option<Vec<Change>> {
    let first = value.chars().next().filter(|ch| is_double_curly(*ch) || is_single_curly(*ch))?;
    let last = value.chars().next_back().filter(|ch| is_double_curly(*ch) || is_single_curly(*ch))?;
    let inner = value.get(first.len_utf8()..value.len() - last.len_utf8())?;
    let end = start + value.len();
    let marks = || vec![(start..start + first.len_utf8(), "\"".into()), (end - last.len_utf8()..end, "\"".into())];
    (!inner.contains(['"', '\\'])).then(marks)
}

/// Straight quotation marks around a text, in the way that YAML reads them.
fn quoted(value: &str, start: usize) -> Vec<Change> {
    let end = start + value.len();
    if !value.contains(['"', '\\']) {
        return vec![(start..start, "\"".into()), (end..end, "\"".into())];
    }
    let inner = value.match_indices('\'').map(|(at, _)| (start + at..start + at, "'".to_owned()));
    let mut changes = vec![(start..start, "'".to_owned())];
    changes.extend(inner);
    changes.push((end..end, "'".into()));
    changes
}

/// The text without a comment at its end.
fn before_comment(value: &str) -> &str {
    value.find(" #").map_or(value, |at| &value[..at]).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, syntax: Syntax) -> String {
        repair(text, syntax).map_or_else(|| "-".into(), |repair| repair.text)
    }

    #[test]
    fn slips_in_yaml_are_mended_with_the_fewest_bytes() {
        let table = [
            ("title: Cluster Admin Guide: Components", "title: \"Cluster Admin Guide: Components\""),
            ("title: The \"why\": an essay", "title: 'The \"why\": an essay'"),
            ("title: It's \"so\": yes", "title: 'It''s \"so\": yes'"),
            ("title: a: b # why", "title: \"a: b\" # why"),
            ("title: “Vision: where to”", "title: \"Vision: where to\""),
            ("created: {{date}}", "created: \"{{date}}\""),
            ("by:\n  - @someone\n  - @other", "by:\n  - \"@someone\"\n  - \"@other\""),
            ("by: @someone", "by: \"@someone\""),
            ("by: [@a, b]", "by: [\"@a\", b]"),
            ("title: [Draft] Plans", "title: \"[Draft] Plans\""),
            ("illustrates: [[A]], [[B]]", "illustrates: \"[[A]], [[B]]\""),
            ("title: \"Foo\" and bar", "title: '\"Foo\" and bar'"),
            ("title: \"Foo\nweight: 3", "title: \"Foo\"\nweight: 3"),
            ("title: 'twas\nweight: 3", "title: \"'twas\"\nweight: 3"),
            ("tags:\n\t- a", "tags:\n  - a"),
            ("title:No space", "title: No space"),
            ("title: *important*", "title: \"*important*\""),
            ("summary: |\n  a: b: c\ntitle: a: b", "summary: |\n  a: b: c\ntitle: \"a: b\""),
            ("title: Plain\ntags: [a, b]\nby: {a: b}", "-"),
        ];
        for (text, want) in table {
            assert_eq!(mended(text, Syntax::Yaml), want, "{text:?}");
        }
    }

    #[test]
    fn slips_in_toml_are_mended_with_the_fewest_bytes() {
        let table = [
            ("title = Set a direction", "title = \"Set a direction\""),
            ("title = “Set a direction”", "title = \"Set a direction\""),
            ("title = 10 things # so", "title = \"10 things\" # so"),
            ("title: Set: a direction", "title = \"Set: a direction\""),
            ("tags = [“a”, “b”]", "tags = [\"a\", \"b\"]"),
            ("title = \"a\"\nweight = 3\ndate = 2026-03-14\nx = [1]\n[reviewed]", "-"),
        ];
        for (text, want) in table {
            assert_eq!(mended(text, Syntax::Toml), want, "{text:?}");
        }
    }

    #[test]
    fn offsets_lead_back_to_the_text_as_written() {
        let repair = repair("by: @a: b\nweight: x", Syntax::Yaml).expect("a repair");
        assert_eq!(repair.text, "by: \"@a: b\"\nweight: x");
        let at = |part: &str| repair.origin(repair.text.find(part).expect("it is there"));
        assert_eq!([at("@a"), at("weight"), at("x"), repair.origin(repair.text.len())], [4, 10, 18, 19]);
    }
}
