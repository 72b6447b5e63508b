//! The slips of people who write TOML.

use super::super::schema;
use super::{Change, Line, Slip, before_comment, content, is_double_curly, straightened};
use crate::base::tree::toml::read;

/// The lines that TOML does not read as their author means them.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    let mut long = None;
    for line in content(text) {
        // A text with three quotation marks may hold anything up to its end.
        let marks = |mark: &str| line.text.matches(mark).count() % 2 == 1;
        match long {
            Some(mark) => {
                if marks(mark) {
                    long = None;
                }
                continue;
            }
            None => long = ["\"\"\"", "'''"].into_iter().find(|mark| marks(mark)),
        }
        if long.is_none() {
            slips.extend(slip(&line));
        }
    }
    slips
}

fn slip(line: &Line<'_>) -> Option<Slip> {
    let bare = line.text.trim_start();
    if bare.starts_with(['#', '[', ']', '{', '}', ',']) || bare.is_empty() {
        return None;
    }
    let (mut changes, after) = match (line.text.split_once('='), line.text.split_once(':')) {
        (by_equals, Some((key, value))) if by_equals.is_none_or(|(left, _)| left.len() > key.len()) && schema::is_known(key.trim()) => {
            let colon = line.start + key.len();
            (vec![(colon..colon + 1, " =".to_owned())], value)
        }
        (Some((_, value)), _) => (Vec::new(), value),
        (None, _) => return None,
    };
    let value = after.trim_start();
    let start = line.start + line.text.len() - value.len();
    let value = before_comment(value);
    let mut message = "a key and its value are joined by `=` in this block";
    let mut title = "use `=`";
    if !value.is_empty() && read(&format!("x = {value}")).broken {
        (message, title) = value_slip(value, start, &mut changes)?;
    }
    (!changes.is_empty()).then(|| Slip { span: start..start + value.len(), message: message.into(), title, changes })
}

fn value_slip(value: &str, start: usize, changes: &mut Vec<Change>) -> Option<(&'static str, &'static str)> {
    const CURLY: (&str, &str) = ("curly quotation marks do not count as quotation marks here", "use straight quotation marks");
    if let Some(marks) = straightened(value, start) {
        changes.extend(marks);
        return Some(CURLY);
    }
    if value.starts_with(['[', '{']) {
        let curly = value.char_indices().filter(|(_, ch)| is_double_curly(*ch));
        changes.extend(curly.map(|(at, ch)| (start + at..start + at + ch.len_utf8(), "\"".to_owned())));
        return (!changes.is_empty()).then_some(CURLY);
    }
    let mark = if !value.contains(['"', '\\']) {
        "\""
    } else if !value.contains('\'') {
        "'"
    } else {
        return None;
    };
    let end = start + value.len();
    changes.extend([(start..start, mark.to_owned()), (end..end, mark.to_owned())]);
    Some(("a text needs quotation marks around it", "put quotation marks around it"))
}
