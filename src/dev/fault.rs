//! The page that stands where a page cannot be made.
//!
//! In: a problem as it is shown. Out: HTML that asks for itself again, until the page is there.
//!
//! Invariant: nothing of a problem reaches the page unescaped; the page has no script.

use pulldown_cmark_escape::escape_html;

use super::status::Shown;

/// Draws the page.
pub(super) fn page(problem: &Shown) -> String {
    let mut body = format!("<h1>{}</h1>\n", escaped(&problem.message));
    if let Some(place) = &problem.place {
        body.push_str(&format!("<p class=\"place\">{}</p>\n", escaped(place)));
    }
    if !problem.lines.is_empty() {
        let line = |line: &super::status::Line| {
            let (before, marked, after) = (escaped(&line.before), escaped(&line.marked), escaped(&line.after));
            let marked = if marked.is_empty() { String::new() } else { format!("<mark>{marked}</mark>") };
            format!("<span class=\"number\">{:>4} </span>{before}{marked}{after}\n", line.number)
        };
        body.push_str(&format!("<pre>{}</pre>\n", problem.lines.iter().map(line).collect::<String>()));
    }
    if let Some(help) = &problem.help {
        body.push_str(&format!("<p>{}</p>\n", escaped(help)));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>This page cannot be shown</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"refresh\" content=\"1\">\n\
         <link rel=\"stylesheet\" href=\"/.fourfold/dev.css\">\n</head>\n<body class=\"fault\">\n<main>\n{body}\
         <p class=\"note\">This page comes back by itself when the problem is mended.</p>\n</main>\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_html(&mut out, text).expect("a string takes everything");
    out
}

#[cfg(test)]
mod tests {
    use super::super::status::Line;
    use super::*;

    #[test]
    fn everything_is_escaped() {
        let evil = "<script>alert('1')</script>\"&".to_owned();
        let line = Line { number: 3, before: evil.clone(), marked: evil.clone(), after: evil.clone() };
        let shown =
            Shown { message: evil.clone(), place: Some(evil.clone()), help: Some(evil.clone()), lines: vec![line], ..Shown::default() };
        let page = page(&shown);
        assert!(!page.contains("<script") && page.matches("&lt;script&gt;").count() == 6, "{page}");
    }
}
