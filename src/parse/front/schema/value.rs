//! Single values, read kindly.

use jiff::civil::Date;

use crate::base::tree::{Node, Value};

/// A text on one line: control characters become spaces, blanks at the ends go.
pub(super) fn words(text: &str) -> String {
    if text.chars().any(char::is_control) {
        let spaced: String = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
        let mut parts = spaced.split(' ').filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or_default().to_owned();
        return parts.fold(first, |line, part| line + " " + part);
    }
    text.trim().to_owned()
}

/// The parts of a text between commas; commas within `[[…]]` part nothing.
pub(super) fn split_words(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(words).filter(|part| !part.is_empty()).collect()
}

/// A switch: true and false, and the words people use for them.
pub(super) fn yes_or_no(node: &Node) -> Option<bool> {
    if let Value::Bool(yes, _) = node.value {
        return Some(yes);
    }
    match node.text()?.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A number in thousandths.
pub(super) fn thousandths(node: &Node) -> Option<i64> {
    let (Value::Number(text) | Value::Text(text)) = &node.value else { return None };
    let number: f64 = text.trim().replace('_', "").parse().ok()?;
    (number.abs() <= 1e12).then(|| (number * 1000.0).round() as i64)
}

/// A day, also out of a date with a time; otherwise what is wanted.
pub(super) fn day(node: &Node) -> Result<Date, String> {
    let wanted = || "a date such as 2026-03-14".to_owned();
    let text = node.text().ok_or_else(wanted)?.trim();
    let length = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/')).count();
    let after = text[length..].chars().next();
    if !matches!(after, None | Some('T' | 't' | ' ')) {
        return Err(wanted());
    }
    let separator = if text[..length].contains('/') { '/' } else { '-' };
    let mut parts = text[..length].split(separator);
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return Err(wanted()) };
    let short = |part: &str| matches!(part.len(), 1 | 2);
    if year.len() != 4 || !short(month) || !short(day) {
        return Err(wanted());
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else { return Err(wanted()) };
    Date::new(year, month, day).map_err(|_| "a day that is in the calendar, such as 2026-03-14".to_owned())
}
