//! The pages of a book, and its contents.
//!
//! In: the view of an edition. Out: a view a page, in reading order, and the lines of the contents.
//!
//! Invariant: the cover comes first; the file of a page is called by the id of its heading.

use super::package::{About, Line};
use crate::base::strings::Language;
use crate::template::view::{BookView, PrintChapterView, PrintLineView, PrintPageView, PrintView, View};

/// A page of the book before its links are known.
pub(super) struct Draft {
    pub(super) file: String,
    pub(super) title: String,
    /// What the page is to a reading system.
    pub(super) kind: &'static str,
    pub(super) view: View,
}

/// The pages of a book but for its contents, and the lines of those.
pub(super) fn drafts(view: &PrintView, about: &About, say: &Language) -> (Vec<Draft>, Vec<Line>) {
    let mut desk = Desk { view, about, drafts: Vec::new(), lines: Vec::new() };
    desk.page("cover", &about.title, "cover", "cover", |_| {});
    for foreword in &view.foreword {
        desk.line("", &foreword.plain, &foreword.id, false);
        desk.page(&foreword.id, &foreword.plain, "foreword", "foreword", |page| page.section = Some(foreword.clone()));
    }
    for chapter in &view.chapters {
        desk.chapter(chapter);
    }
    desk.list("glossary", say.text("glossary"), &view.terms);
    desk.list("people", say.text("people"), &view.people);
    desk.page("colophon", &about.title, "colophon", "colophon", |_| {});
    (desk.drafts, desk.lines)
}

struct Desk<'a> {
    view: &'a PrintView,
    about: &'a About,
    drafts: Vec<Draft>,
    lines: Vec<Line>,
}

impl Desk<'_> {
    fn chapter(&mut self, chapter: &PrintChapterView) {
        self.line(&chapter.number, &chapter.title, &chapter.id, false);
        let opening = PrintChapterView { pages: Vec::new(), ..chapter.clone() };
        self.page(&chapter.id, &chapter.title, "part", "part", |page| page.chapter = Some(opening));
        for section in &chapter.pages {
            self.line(&section.number, &section.plain, &section.id, true);
            self.section(section);
        }
        if !chapter.rest.is_empty() {
            let rest = PrintChapterView { pages: Vec::new(), ..chapter.clone() };
            self.page(&format!("{}-end", chapter.id), &chapter.title, "end", "bodymatter", |page| page.chapter = Some(rest));
        }
    }

    fn section(&mut self, section: &PrintPageView) {
        self.page(&section.id, &section.plain, "section", "chapter", |page| page.section = Some(section.clone()));
    }

    fn list(&mut self, id: &'static str, title: &str, lines: &[PrintLineView]) {
        if !lines.is_empty() {
            self.line("", title, id, false);
            self.page(id, title, id, if id == "glossary" { "glossary" } else { "contributors" }, |page| page.lines = lines.to_vec());
        }
    }

    fn line(&mut self, number: &str, title: &str, id: &str, is_deep: bool) {
        let (number, title) = (number.to_owned(), title.to_owned());
        self.lines.push(Line { number, title, file: format!("{id}.xhtml"), is_deep });
    }

    fn page(&mut self, id: &str, title: &str, shown: &'static str, kind: &'static str, fill: impl FnOnce(&mut BookView)) {
        let mut view = BookView {
            page: self.view.page.clone(),
            title: title.to_owned(),
            kind: shown,
            chapter: None,
            section: None,
            lines: Vec::new(),
            by: self.about.creators.clone(),
            updated: self.view.updated.clone(),
            address: self.about.source.clone(),
        };
        fill(&mut view);
        self.drafts.push(Draft { file: format!("{id}.xhtml"), title: title.to_owned(), kind, view: View::Book(Box::new(view)) });
    }
}
