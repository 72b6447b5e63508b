//! Numbers and texts as the files of the search hold them.
//!
//! A number is written in digits of five bits, the lowest first; a sixth bit says that another digit follows. The digits
//! stand in JSON strings as they are. Numbers that ascend are written as the steps between them.

const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// Writes a number.
pub fn number(out: &mut String, mut number: u32) {
    loop {
        let (digit, rest) = (number & 31, number >> 5);
        out.push(DIGITS[(digit | u32::from(rest > 0) << 5) as usize] as char);
        if rest == 0 {
            return;
        }
        number = rest;
    }
}

/// Writes a number below 64 as one digit.
pub fn digit(out: &mut String, number: u32) {
    out.push(DIGITS[(number & 63) as usize] as char);
}

/// Writes a text as a JSON string.
pub fn text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // So that the file is no HTML, whatever a browser takes it for.
            '<' => out.push_str("\\u003c"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_a_digit_for_five_bits() {
        let code = |n| {
            let mut out = String::new();
            number(&mut out, n);
            out
        };
        assert_eq!([code(0), code(31), code(32), code(1023), code(1024)], ["0", "V", "W1", "_V", "WW1"]);
    }

    #[test]
    fn any_text_is_valid_json() {
        let hostile = "a\"b\\c\n\t\u{1}\u{2028}</script>é";
        let mut out = String::new();
        text(&mut out, hostile);
        assert_eq!(serde_json::from_str::<String>(&out).ok().as_deref(), Some(hostile));
    }
}
