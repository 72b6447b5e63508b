//! Shows a view to its template.
//!
//! In: a view, a theme. Out: the bytes of one file, or what is wrong with the template.
//!
//! Invariant: the bytes depend on the view and the theme alone; nothing of the graph or the sources is in reach.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::value::Key;
use tera::{Context, Map, TeraResult, Value};

use super::chrome::Drawn;
use super::fault::Origin;
use super::lines;
use super::theme::Theme;
use super::view::{BacklinkView, ClaimView, DateView, LinkView, PageHead, PageView, PersonView, SectionView, SentenceView, TocView, View};
use crate::base::diagnostic::{Code, Diagnostic, Severity};
use crate::base::fingerprint::Sealed;

/// Renders one output.
///
/// # Errors
///
/// A `theme` diagnostic where the template fails, with its place where the template is the handbook's.
pub fn render(view: &View, theme: &Theme) -> Result<Vec<u8>, Diagnostic> {
    let mut out = Vec::with_capacity(room(view));
    let result = context(view, theme).and_then(|context| theme.tera.render_to(view.template(), &context, &mut out));
    match result {
        Ok(()) => Ok(out),
        Err(error) => {
            let origin = Origin { root: &theme.root, texts: &BTreeMap::new() };
            let unknown = || Diagnostic::new(Code::Theme, Severity::Error, format!("the template `{}` fails", view.template()));
            Err(origin.faults(&error).into_iter().next().unwrap_or_else(unknown))
        }
    }
}

/// About how many bytes an output has, so that it is written without moving.
fn room(view: &View) -> usize {
    match view {
        View::Page(page) => {
            let cards = page.examples.len() + page.illustrates.len() + page.contrasts.len() + page.related.len();
            let listed: usize = page.sections.iter().map(|section| section.cards.len()).sum();
            page.content.len() + 8 * 1024 + 512 * (page.terms.len() + 2 * page.backlinks.len() + cards + listed)
        }
        _ => 12 * 1024,
    }
}

fn context(view: &View, theme: &Theme) -> TeraResult<Context> {
    let (mut context, head, is_pillar) = match view {
        View::Page(view) => (page_context(view, theme)?, &view.page, view.kind == "pillar"),
        View::Listing(view) => (Context::from_serialize(view)?, &view.page, false),
        View::Coverage(view) => (Context::from_serialize(view)?, &view.page, false),
        View::NotFound(view) => (Context::from_serialize(view)?, &view.page, false),
        View::Redirect(view) => return Context::from_serialize(view),
        View::Sitemap(view) => return Context::from_serialize(view),
    };
    let Drawn { strip, foot } = theme.chrome.of(&theme.tera, head, is_pillar)?;
    context.insert_value("strip", strip);
    context.insert_value("foot", foot);
    Ok(context)
}

/// The context of a page, field by field: quicker than by way of its serialisation, and its HTML is marked as safe, so a
/// template may leave out the filter `safe`, which copies a text.
///
/// `term_lines` are the lines of `terms`, drawn ahead. The struct is taken apart without `..`, so a field that is added to the view cannot be forgotten here.
fn page_context(view: &PageView, theme: &Theme) -> TeraResult<Context> {
    let PageView {
        page,
        kind,
        heading,
        claim,
        content,
        has_stances,
        toc,
        minutes,
        words,
        pillars,
        stances,
        by,
        role,
        industry,
        status,
        date,
        updated,
        tags,
        reviewed,
        sources,
        illustrates,
        examples,
        contrasts,
        terms,
        backlinks,
        backlinks_more,
        related,
        paths,
        previous,
        next,
        stops,
        stops_minutes,
        rest,
        sections,
        pillar_cards,
        paging,
        edit_href,
        add_example_href,
        extra,
    } = view;
    let mut context = Context::new();
    let mut put = |name: &'static str, value: Value| context.insert_value(name, value);
    put("page", head(page));
    put("kind", Value::from(*kind));
    put("heading", map([("html", Value::safe_string(&heading.html)), ("id", optional(heading.id.as_deref()))]));
    let shown = |claim: &ClaimView| map([("html", Value::safe_string(&claim.html)), ("id", optional(claim.id.as_deref()))]);
    put("claim", optional(claim.as_ref().map(shown)));
    put("content", Value::safe_string(content));
    put("has_stances", Value::from(*has_stances));
    put("toc", each(toc, line));
    put("minutes", Value::from(*minutes));
    put("words", Value::from(*words));
    put("pillars", list(pillars, Show::value)?);
    put("stances", each(stances, |stance| Value::from(*stance)));
    put("by", each(by, person));
    put("role", optional(role.as_deref()));
    put("industry", optional(industry.as_deref()));
    put("status", optional(*status));
    put("date", optional(date.as_ref().map(day)));
    put("updated", optional(updated.as_ref().map(day)));
    put("tags", each(tags, link));
    put("reviewed", optional(reviewed.as_deref()));
    put("sources", each(sources, |source| Value::from(source.as_str())));
    put("illustrates", list(illustrates, shared)?);
    put("examples", list(examples, shared)?);
    put("contrasts", list(contrasts, shared)?);
    let (terms, term_lines) = lines::terms(theme, &page.root, terms)?;
    put("terms", terms);
    put("term_lines", term_lines);
    put("backlinks", list(backlinks, backlink)?);
    put("backlinks_more", Value::from(*backlinks_more));
    put("related", list(related, shared)?);
    put("paths", list(paths, Show::value)?);
    put("previous", optional(previous.as_ref().map(link)));
    put("next", optional(next.as_ref().map(link)));
    put("stops", list(stops, Show::value)?);
    put("stops_minutes", Value::from(*stops_minutes));
    put("rest", Value::safe_string(rest));
    put("sections", list(sections, section)?);
    put("pillar_cards", list(pillar_cards, Show::value)?);
    put("paging", paging.value()?);
    put("edit_href", optional(edit_href.as_deref()));
    put("add_example_href", optional(add_example_href.as_deref()));
    put("extra", extra.value()?);
    Ok(context)
}

fn list<T>(items: &[T], show: impl Fn(&T) -> TeraResult<Value>) -> TeraResult<Value> {
    Ok(Value::from(items.iter().map(show).collect::<TeraResult<Vec<Value>>>()?))
}

/// A value that many pages show; it is made ready for templates once.
fn shared<T: Serialize>(item: &Sealed<T>) -> TeraResult<Value> {
    if let Some(value) = item.kept::<Value>() {
        return Ok(value.clone());
    }
    let value = Value::try_from_serializable(&**item)?;
    item.keep(value.clone());
    Ok(value)
}

fn backlink(view: &BacklinkView) -> TeraResult<Value> {
    let BacklinkView { card, sentences } = view;
    Ok(map([("card", shared(card)?), ("sentences", each(sentences, sentence))]))
}

fn sentence(view: &SentenceView) -> Value {
    let SentenceView { before, marked, after, href } = view;
    map([("before", text(before)), ("marked", text(marked)), ("after", text(after)), ("href", text(href))])
}

fn section(view: &SectionView) -> TeraResult<Value> {
    let SectionView { name, title, id, cards } = view;
    Ok(map([("name", name.value()?), ("title", title.value()?), ("id", id.value()?), ("cards", list(cards, shared)?)]))
}

fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    Value::from(fields.into_iter().map(|(name, value)| (Key::from(name), value)).collect::<Map>())
}

fn head(view: &PageHead) -> Value {
    let PageHead { url, root, head_title, title, description, lang, dir, pillar, canonical, crumbs, noindex, draft, source } = view;
    map([
        ("url", text(url)),
        ("root", text(root)),
        ("head_title", text(head_title)),
        ("title", text(title)),
        ("description", text(description)),
        ("lang", text(lang)),
        ("dir", Value::from(*dir)),
        ("pillar", optional(pillar.as_deref())),
        ("canonical", optional(canonical.as_deref())),
        ("crumbs", each(crumbs, link)),
        ("noindex", Value::from(*noindex)),
        ("draft", Value::from(*draft)),
        ("source", optional(source.as_deref())),
    ])
}

fn line(view: &TocView) -> Value {
    let TocView { html, id, level } = view;
    map([("html", Value::safe_string(html)), ("id", text(id)), ("level", Value::from(*level))])
}

fn link(view: &LinkView) -> Value {
    let LinkView { title, href } = view;
    map([("title", text(title)), ("href", text(href))])
}

fn person(view: &PersonView) -> Value {
    let PersonView { name, href, initials } = view;
    map([("name", text(name)), ("href", text(href)), ("initials", text(initials))])
}

fn day(view: &DateView) -> Value {
    let DateView { iso, text: words } = view;
    map([("iso", text(iso)), ("text", text(words))])
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn optional<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or_else(Value::none, Into::into)
}

fn each<T>(items: &[T], show: impl Fn(&T) -> Value) -> Value {
    Value::from(items.iter().map(show).collect::<Vec<Value>>())
}

/// What can stand in a context.
trait Show {
    fn value(&self) -> TeraResult<Value>;
}

impl<T: Serialize> Show for T {
    fn value(&self) -> TeraResult<Value> {
        Value::try_from_serializable(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{every_view, foreign_site, full, site};
    use super::super::theme::ThemeFiles;
    use super::*;
    use crate::base::config::Config;

    const CONTENT: &str = "<p id=\"p1\">A <em>text</em> &amp; more.</p>\n";

    fn theme_of(files: &[(&str, &str)]) -> Result<Theme, Vec<Diagnostic>> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Theme::load(Some(&ThemeFiles { files, root: "themes/mine".into() }), &site(), &Config::default())
    }

    fn show(view: &View, theme: &Theme) -> String {
        String::from_utf8(render(view, theme).expect("the template renders")).expect("the output is text")
    }

    fn essay() -> View {
        View::Page(full("essay", CONTENT).into())
    }

    /// File, bytes and message of each problem.
    fn places(problems: &[Diagnostic]) -> Vec<(String, u32, u32, String)> {
        let place = |p: &Diagnostic| p.primary().map_or_else(Default::default, |l| (l.file.to_string(), l.span.start, l.span.end));
        problems.iter().map(|p| (place(p).0, place(p).1, place(p).2, p.message.clone())).collect()
    }

    #[test]
    fn every_template_shows_the_least_and_the_most() {
        for site in [site(), foreign_site(&["guides", "teams"]), foreign_site(&[])] {
            let theme = Theme::load(None, &site, &Config::default()).expect("the embedded theme loads");
            for view in every_view(CONTENT) {
                let text = show(&view, &theme);
                assert!(!text.contains("\n\n"), "blank lines in {}: {text}", view.template());
                if !matches!(view, View::Sitemap(_)) {
                    assert!(text.starts_with("<!doctype html>\n<html lang=\"en\""), "{text}");
                    assert!(!text.contains("style=") && !text.contains("<script>"), "{text}");
                }
                if !matches!(view, View::Sitemap(_) | View::Redirect(_)) {
                    assert_eq!(text.matches("<h1").count(), 1, "{}", view.template());
                }
            }
        }
    }

    #[test]
    fn no_heading_level_is_skipped() {
        let theme = theme_of(&[]).expect("the embedded theme loads");
        for view in every_view(CONTENT) {
            let text = show(&view, &theme);
            let mut last = 0;
            for (at, _) in text.match_indices("<h") {
                let Some(level) = text[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
                assert!(level <= last + 1, "h{level} after h{last} in {}", view.template());
                last = level;
            }
        }
    }

    #[test]
    fn every_element_is_closed() {
        use html5gum::{Token, Tokenizer};
        let void = ["meta", "link", "input", "img", "br", "hr"];
        let theme = theme_of(&[]).expect("the embedded theme loads");
        for view in every_view(CONTENT).into_iter().filter(|view| !matches!(view, View::Sitemap(_))) {
            let text = show(&view, &theme);
            let mut open: Vec<String> = Vec::new();
            for token in Tokenizer::new(text.as_str()).flatten() {
                match token {
                    Token::StartTag(tag) if !tag.self_closing => {
                        let name = String::from_utf8_lossy(&tag.name).into_owned();
                        open.extend((!void.contains(&name.as_str())).then_some(name));
                    }
                    Token::EndTag(tag) => {
                        assert_eq!(open.pop().as_deref(), Some(&*String::from_utf8_lossy(&tag.name)), "{}: {text}", view.template());
                    }
                    Token::Error(error) => panic!("{error:?} in {}: {text}", view.template()),
                    _ => {}
                }
            }
            assert_eq!(open, Vec::<String>::new(), "{}", view.template());
        }
    }

    #[test]
    fn text_is_escaped_and_html_is_not() {
        let text = show(&essay(), &theme_of(&[]).expect("the embedded theme loads"));
        assert!(text.contains("Clive &lt;Miller&gt;"));
        assert!(text.contains("<title>Delegate outcomes, not tasks · Leading &amp; managing</title>"));
        assert!(text.contains(CONTENT));
    }

    #[test]
    fn one_file_of_a_theme_stands_over_the_built_in_one() {
        let theme = theme_of(&[
            (
                "templates/base.html",
                "{% extends \"default/base.html\" %}{% block head %}<meta name=\"mine\" content=\"1\">{% endblock head %}",
            ),
            ("assets/icon.svg", "<svg/>"),
        ])
        .expect("the theme loads");
        assert!(show(&essay(), &theme).contains("<meta name=\"mine\" content=\"1\">"));
        assert!(theme.assets().iter().any(|asset| asset.name == "icon.svg" && asset.bytes == b"<svg/>"));
        assert_ne!(theme.print(), theme_of(&[]).expect("the embedded theme loads").print());
    }

    #[test]
    fn a_template_of_ones_own_name_can_be_included() {
        let theme =
            theme_of(&[("templates/term.html", "{% include \"mine/x.html\" %}"), ("templates/mine/x.html", "{{ heading.html | safe }}!")]);
        let view = View::Page(full("term", CONTENT).into());
        assert_eq!(show(&view, &theme.expect("the theme loads")), "Delegate outcomes, not tasks!");
    }

    #[test]
    fn a_template_that_fails_is_named_with_its_place() {
        let theme = theme_of(&[("templates/essay.html", "<p>\n  {{ page.titel }}")]).expect("the theme loads");
        let problem = render(&essay(), &theme).expect_err("there is no such field");
        assert_eq!(places(&[problem]), [("themes/mine/templates/essay.html".into(), 14, 19, "Field `titel` is not defined".into())]);
    }

    #[test]
    fn all_faults_of_a_theme_are_told_at_once() {
        let problems = theme_of(&[
            ("templates/base.html", "{% extends \"base.html\" %}"),
            ("templates/essay.html", "ä\nö {{ page.title | shout }}{{ now() }}"),
            ("templates/page.html", "{% if %}"),
            ("templates/term.html", "{% extends \"nothing.html\" %}"),
            ("theme.toml", "nmae = \"x\""),
        ])
        .expect_err("the theme is broken");
        let expected = [
            ("templates/base.html", 3, 10, "the template extends itself"),
            ("templates/essay.html", 22, 27, "Unknown filter `shout`"),
            ("templates/essay.html", 33, 38, "Unknown function `now`"),
            (
                "templates/page.html",
                6,
                8,
                "Found `%}` but expected one of: integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`",
            ),
            ("templates/term.html", 12, 24, "there is no template `nothing.html` to extend"),
            ("theme.toml", 0, 4, "unknown field `nmae`, expected one of `name`, `description`, `extends`"),
        ];
        let expected = expected.map(|(file, start, end, message)| (format!("themes/mine/{file}"), start, end, message.to_owned()));
        assert_eq!(places(&problems), expected);
    }

    #[test]
    fn groups_keep_the_order_of_their_first_members() {
        let text = "{% for name, list in toc | group_by(attribute=\"level\") %}{{ name }}:{{ list | length }} {% endfor %}";
        let theme = theme_of(&[("templates/essay.html", text)]).expect("the theme loads");
        assert_eq!(show(&essay(), &theme), "2:2 3:1 ");
    }
}
