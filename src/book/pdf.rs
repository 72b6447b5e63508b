//! A printed book without the traces of its printing: the time of day, and the machine.
//!
//! In: a PDF as a browser writes it, a day. Out: the same with fixed times and its maker's name, each as long as what it replaces,
//! so that every address in the file stays right.
//!
//! Invariant: nothing but the dictionary that describes the document is touched.

use memchr::memmem;

/// Fixes what would differ from one printing to the next; `day` is written as `2026-08-03`.
pub fn fixed(mut pdf: Vec<u8>, day: &str) -> Vec<u8> {
    if let Some((start, end)) = described(&pdf) {
        let digits: String = day.chars().filter(char::is_ascii_digit).collect();
        for name in ["/CreationDate (", "/ModDate ("] {
            put(&mut pdf[start..end], name, &format!("D:{digits}000000+00'00'"));
        }
        put(&mut pdf[start..end], "/Creator (", concat!("fourfold ", env!("CARGO_PKG_VERSION")));
    }
    pdf
}

/// Where the dictionary stands that describes the document.
fn described(pdf: &[u8]) -> Option<(usize, usize)> {
    let trailer = &pdf[memmem::rfind(pdf, b"trailer")?..];
    let named = &trailer[memmem::find(trailer, b"/Info ")? + 6..];
    let number: String = named.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| *byte as char).collect();
    let head = format!("\n{number} 0 obj");
    let start = memmem::find(pdf, head.as_bytes())?;
    let end = start + memmem::find(&pdf[start..], b"endobj")?;
    Some((start, end))
}

/// Writes a text over the one that stands in brackets after a name; a longer one is cut, a shorter one is followed by blanks.
fn put(dictionary: &mut [u8], name: &str, text: &str) {
    let Some(from) = memmem::find(dictionary, name.as_bytes()).map(|at| at + name.len()) else { return };
    let mut depth = 1;
    let mut escaped = false;
    let length = dictionary[from..].iter().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let Some(length) = length else { return };
    let text = text.bytes().chain(std::iter::repeat(b' '));
    for (byte, new) in dictionary[from..from + length].iter_mut().zip(text) {
        *byte = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_machines_are_fixed_in_place_and_nothing_else_is() {
        let pdf = "%PDF-1.4\n1 0 obj\n<</Title (On /ModDate \\(x\\))\n/Creator (Mozilla \\(X11; Linux\\) (y) Chrome)\n\
                   /CreationDate (D:20261126052030+00'00')\n/ModDate (D:20261126052030+00'00')>>\nendobj\n\
                   2 0 obj\n(/CreationDate (D:1))\nendobj\ntrailer\n<</Size 3 /Info 1 0 R>>\n";
        let out = String::from_utf8(fixed(pdf.as_bytes().to_vec(), "2026-08-03")).expect("it is text");
        assert_eq!(out.len(), pdf.len());
        assert!(out.contains("/CreationDate (D:20260803000000+00'00')\n/ModDate (D:20260803000000+00'00')"), "{out}");
        assert!(!out.contains("Mozilla") && !out.contains("Linux") && out.contains("/Creator (fourfold "), "{out}");
        assert!(out.contains("(/CreationDate (D:1))"), "{out}");
    }

    #[test]
    fn what_is_no_pdf_stays_as_it_is() {
        for text in ["", "trailer", "trailer /Info 7 0 R", "\n7 0 obj trailer /Info 7"] {
            assert_eq!(fixed(text.as_bytes().to_vec(), "2026-08-03"), text.as_bytes());
        }
    }
}
