//! Shows a view to its template.
//!
//! In: a view, a theme. Out: the bytes of one file, or what is wrong with the template.
//!
//! Invariant: the bytes depend on the view and the theme alone; nothing of the graph or the sources is in reach.

use std::collections::BTreeMap;

use tera::{Context, TeraResult, Value};

use super::book::{BookLines, book_fields};
use super::chrome::Drawn;
use super::fault::Origin;
use super::fields::{listing_fields, page_fields};
use super::lines::{Lines, ListingLines};
use super::schema;
use super::stencil::Field;
use super::theme::Theme;
use super::view::{ListingView, PageView, PrintView, View};
use crate::base::diagnostic::{Code, Diagnostic, Severity};

/// Renders one output.
///
/// # Errors
///
/// A `theme` diagnostic where the template fails, with its place where the template is the handbook's.
pub fn render(view: &View, theme: &Theme) -> Result<Vec<u8>, Diagnostic> {
    let result = match view {
        View::Page(page) => page_text(page, view.template(), theme),
        View::Listing(listing) => listing_text(listing, view.template(), theme),
        View::Print(part) => book_text(part, view.template(), theme),
        _ => context(view, theme).and_then(|context| theme.tera.render(view.template(), &context)),
    };
    result.map(String::into_bytes).map_err(|error| {
        let origin = Origin { root: &theme.root, texts: &BTreeMap::new() };
        let unknown = || Diagnostic::new(Code::Theme, Severity::Error, format!("the template `{}` fails", view.template()));
        origin.faults(&error).into_iter().next().unwrap_or_else(unknown)
    })
}

/// The context of a page without text.
fn context(view: &View, theme: &Theme) -> TeraResult<Context> {
    let (mut context, head) = match view {
        View::Page(view) => (Context::from_serialize(view)?, &view.page),
        View::Listing(view) => (Context::from_serialize(view)?, &view.page),
        View::Coverage(view) => (Context::from_serialize(view)?, &view.page),
        View::NotFound(view) => (Context::from_serialize(view)?, &view.page),
        View::Map(view) => (Context::from_serialize(view)?, &view.page),
        View::Print(view) => (Context::from_serialize(view)?, &view.page),
        View::Redirect(view) => {
            let mut context = Context::from_serialize(view)?;
            context.insert_value("say", theme.tongue(&view.said_in).say.clone());
            return Ok(context);
        }
        View::Book(view) => {
            let mut context = Context::from_serialize(view)?;
            context.insert_value("say", theme.tongue(&view.page.said_in).say.clone());
            return Ok(context);
        }
        View::Sitemap(view) => return Context::from_serialize(view),
        View::Feed(view) => return Context::from_serialize(view),
    };
    let tongue = theme.tongue(&head.said_in);
    let Drawn { feeds, social, strip, foot } = theme.chrome.of(&theme.tera, tongue, head, false)?;
    context.insert_value("say", tongue.say.clone());
    context.insert_value("feeds", feeds);
    context.insert_value("social", social);
    context.insert_value("json_ld", Value::safe_string(&schema::of_made(head, &theme.site)));
    context.insert_value("strip", strip);
    context.insert_value("foot", foot);
    Ok(context)
}

/// A page of text: its lists are drawn first, then the page around them.
fn page_text(view: &PageView, template: &'static str, theme: &Theme) -> TeraResult<String> {
    let tongue = theme.tongue(&view.page.said_in);
    let lines = Lines::of(view, theme, tongue)?;
    let drawn = theme.chrome.of(&theme.tera, tongue, &view.page, view.kind == "pillar")?;
    let fields = page_fields(view, &lines, tongue, drawn);
    draw(template, &fields, theme)
}

/// A made list: its groups are drawn first.
fn listing_text(view: &ListingView, template: &'static str, theme: &Theme) -> TeraResult<String> {
    let tongue = theme.tongue(&view.page.said_in);
    let lines = ListingLines::of(view, theme, tongue)?;
    let drawn = theme.chrome.of(&theme.tera, tongue, &view.page, false)?;
    draw(template, &listing_fields(view, &lines, tongue, drawn), theme)
}

/// A part of a print edition: its contents and chapters are drawn first.
fn book_text(view: &PrintView, template: &'static str, theme: &Theme) -> TeraResult<String> {
    let tongue = theme.tongue(&view.page.said_in);
    let lines = BookLines::of(view, theme, tongue)?;
    let drawn = theme.chrome.of(&theme.tera, tongue, &view.page, false)?;
    draw(template, &book_fields(view, &lines, tongue, drawn), theme)
}

fn draw(template: &'static str, fields: &[Field<'_>], theme: &Theme) -> TeraResult<String> {
    let Some(sheet) = theme.sheet(template) else { return Err(tera::Error::message(format!("there is no template `{template}`"))) };
    let mut out = String::new();
    sheet.draw(&theme.tera, fields, &mut Vec::with_capacity(256), &mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{book, every_view, foreign_site, full, site};
    use super::super::templates::Templates;
    use super::super::theme::ThemeFiles;
    use super::*;
    use crate::base::config::{Config, Mode, Settings};

    const CONTENT: &str = "<p id=\"p1\">A <em>text</em> &amp; more.</p>\n";

    fn theme_of(files: &[(&str, &str)]) -> Result<Theme, Vec<Diagnostic>> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let files = ThemeFiles { files, root: "themes/mine".into() };
        Theme::load(Templates::read(Some(&files)), &site(), &settings())
    }

    fn settings() -> Settings {
        Settings {
            config: Config::default(),
            mode: Mode::Own,
            content: "content".into(),
            today: jiff::civil::date(2026, 8, 3),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Default::default(),
            history: Default::default(),
            below: String::new(),
            strings: Default::default(),
            visuals: Default::default(),
        }
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
            let theme = Theme::load(Templates::read(None), &site, &settings()).expect("the embedded theme loads");
            for view in every_view(CONTENT) {
                let text = show(&view, &theme);
                assert!(!text.contains("\n\n"), "blank lines in {}: {text}", view.template());
                if view.template().ends_with(".html") {
                    assert!(text.starts_with("<!doctype html>\n<html lang=\"en\""), "{text}");
                    assert!(!text.contains("style=") && !text.contains("<script>"), "{text}");
                }
                if view.template().ends_with(".html") && !matches!(view, View::Redirect(_)) {
                    assert_eq!(text.matches("<h1").count(), 1, "{}", view.template());
                }
            }
        }
    }

    #[test]
    fn a_page_of_a_book_is_the_inside_of_a_page_with_one_heading() {
        let theme = theme_of(&[]).expect("the embedded theme loads");
        for view in book(CONTENT) {
            let text = show(&view, &theme);
            assert!(text.starts_with("<section class=") && text.trim_end().ends_with("</section>"), "{text}");
            assert_eq!(text.matches("<h1").count(), 1, "{text}");
            assert!(!text.contains("<Miller>") && !text.contains("A <title>"), "{text}");
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
        for view in every_view(CONTENT).into_iter().filter(|view| view.template().ends_with(".html")) {
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
    fn a_page_is_the_same_whether_the_theme_only_shows_it_or_computes_with_it() {
        let plain = theme_of(&[]).expect("the embedded theme loads");
        // A theme that computes with the title of every page and the claim of every card has no use for stencils.
        let base = embedded("base.html").replace("{{ page.title }}", "{{ page.title ~ \"\" }}");
        let parts = embedded("parts.html").replace("{{ card.claim }}", "{{ card.claim ~ \"\" }}");
        let computing = theme_of(&[("templates/base.html", &base), ("templates/parts.html", &parts)]).expect("the theme loads");
        for view in every_view(CONTENT) {
            // Twice, because the first page of a shape makes the stencil.
            for _ in 0..2 {
                assert_eq!(show(&view, &plain), show(&view, &computing), "{}", view.template());
            }
        }
        for text in ["", "<i>", "a & b", "\u{FDD0}3\u{FDD0}"] {
            let mut view = full("essay", text);
            view.page.title = text.into();
            view.by[0].name = text.into();
            view.page.lang = format!("en{text}").replace('<', "");
            let view = View::Page(view.into());
            assert_eq!(show(&view, &plain), show(&view, &computing), "{text}");
        }
    }

    fn embedded(name: &str) -> String {
        super::super::embedded::TEMPLATES.iter().find(|(known, _)| *known == name).expect("the template is there").1.to_owned()
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
