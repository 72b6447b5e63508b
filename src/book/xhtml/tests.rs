//! What authors write, and what a book may hold.

use super::*;

/// Leads everything where it says.
struct Anywhere;

impl Leads for Anywhere {
    fn link(&mut self, href: &str) -> Option<String> {
        (!href.starts_with("nowhere")).then(|| href.to_owned())
    }
    fn picture(&mut self, src: &str, _: &str) -> Option<String> {
        src.ends_with(".png").then(|| src.to_owned())
    }
    fn recording(&mut self, src: &str) -> Option<String> {
        Some(format!("https://x.example/{src}"))
    }
}

fn written(html: &str) -> String {
    Fragment::read(html).write(&mut Anywhere)
}

#[test]
fn html_becomes_xhtml() {
    for (html, wanted) in [
        ("<p>a<br>b<p>c", "<p>a<br/>b</p><p>c</p>"),
        ("<p>one<div>two</div>three", "<p>one</p><div>two</div>three"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<b>x<p>y</p></b>", "<b>x</b><p>y</p>"),
        ("<h2>a<div>b</div></h2>", "<h2>ab</h2>"),
        ("<h2>a<h3>b</h3>", "<h2>a</h2><h3>b</h3>"),
        ("<a href=\"x\">1<a href=\"y\">2</a></a>", "<a href=\"x\">1</a><a href=\"y\">2</a>"),
        ("<a href=\"nowhere\">x</a>", "<a>x</a>"),
        ("<ul>x<li>a<li>b<p>c</ul>", "<ul><li>x</li><li>a</li><li>b<p>c</p></li></ul>"),
        ("<li>alone", "<div>alone</div>"),
        ("<dl><dd>a<dt>b</dl>", "<dl><dt></dt><dd>a</dd><dt>b</dt><dd></dd></dl>"),
        ("<dl><div><dt>a</dt><dd>b</dd></div></dl>", "<dl><div><dt>a</dt><dd>b</dd></div></dl>"),
        ("<table><td>a<td>b<tr><th>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>d"),
        ("<td>cell</td>", "cell"),
        ("<center>a</center><tt>b</tt><strike>c</strike>", "<div>a</div><code>b</code><s>c</s>"),
        ("<details><summary>a</summary>b</details>", "<div><p>a</p>b</div>"),
        ("a<script>b</script>c<style>d</style>", "ac"),
        ("<my-box>a</my-box></div></p>", "a"),
        ("<input type=checkbox checked disabled> a", "☑ a"),
        ("<img src=a.png alt='x \"y\"' onerror=z><img src=b.webp alt=B>", "<img src=\"a.png\" alt=\"x &quot;y&quot;\"/>B"),
        ("<video controls src=\"a/b.mp4\"></video>", "<a href=\"https://x.example/a/b.mp4\">b.mp4</a>"),
        ("&nbsp;&lt;&amp;\u{1}\u{fffe}", "\u{a0}&lt;&amp;"),
        ("<p style=\"x\" onclick=y class=k lang=de>z</p>", "<p class=\"k\" lang=\"de\" xml:lang=\"de\">z</p>"),
        ("<h2>x<a class=\"anchor\" href=\"#x\"></a></h2>", "<h2>x</h2>"),
    ] {
        assert_eq!(written(html), wanted, "{html}");
    }
}

#[test]
fn ids_are_names_that_xml_knows_and_stand_once() {
    let fragment = Fragment::read("<p id=\"1 ü\">a</p><p id=\"1 ü\">b</p><p id=\"c.d\">c</p>");
    assert_eq!(fragment.ids, ["_1.20..fc.", "c.2e.d"]);
    assert_eq!(fragment.write(&mut Anywhere), "<p id=\"_1.20..fc.\">a</p><p>b</p><p id=\"c.2e.d\">c</p>");
}

#[test]
fn notes_and_formulas_say_what_they_are() {
    let html = "x<sup class=\"fn-ref\"><a href=\"#n\">1</a></sup><aside class=\"note\" role=\"note\" id=\"n\">y</aside>\
                <math display=\"block\"><mi onclick=\"a\">z</mi></math>";
    let fragment = Fragment::read(html);
    assert!(fragment.has_formula);
    let out = fragment.write(&mut Anywhere);
    assert!(out.contains("<a href=\"#n\" epub:type=\"noteref\" role=\"doc-noteref\">1</a>"), "{out}");
    assert!(out.contains("<aside class=\"note\" id=\"n\" epub:type=\"footnote\" role=\"doc-footnote\">y</aside>"), "{out}");
    assert!(out.contains("<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mi>z</mi></math>"), "{out}");
}

#[test]
fn deep_nesting_is_cut_and_no_word_is_lost() {
    let html = format!("{}x{}", "<div><b><li><table>".repeat(5_000), "</div>".repeat(9_000));
    let out = written(&html);
    assert!(out.contains('x') && out.matches("<div").count() < 200, "{}", out.len());
    assert_eq!(out.matches('<').count(), out.matches('>').count());
}
