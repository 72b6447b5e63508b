//! What the template of a print edition sees: its contents, chapters and closing lists, drawn line by line first.
//!
//! In: the view of a part of an edition, the theme's components `part`, `entry`, `contents`, `passage`, `foreword`,
//! `chapter` and `definition`. Out: the lines, and the fields under the names that the template knows them by.
//!
//! Invariant: every field of the view is there; a part of an edition is large, and its text is copied no more than twice.

use tera::TeraResult;

use super::chrome::Drawn;
use super::fields::{field, head, many, paging_fields};
use super::lines::Pen;
use super::schema;
use super::stencil::{Field, Seen};
use super::theme::{Theme, Tongue};
use super::view::{LinkView, PrintChapterView, PrintLineView, PrintPageView, PrintView};

/// The lines of a part of an edition.
pub(super) struct BookLines {
    part_lines: String,
    foreword_entry: String,
    foreword_text: String,
    contents_lines: String,
    chapter_lists: String,
    term_lines: String,
    people_lines: String,
    paging_line: String,
    json_ld: String,
}

impl BookLines {
    pub(super) fn of(view: &PrintView, theme: &Theme, tongue: &Tongue) -> TeraResult<Self> {
        let pen = Pen::new(theme, tongue, &view.page);
        let comma = tongue.language.text("comma");
        let chapters = view.chapters.iter().map(|chapter| Lines::of(&pen, chapter, comma)).collect::<TeraResult<Vec<_>>>()?;
        let parts: Vec<(u32, &LinkView)> = (1..).zip(&view.parts).filter(|_| view.parts.len() > 1).collect();
        Ok(Self {
            part_lines: pen.each("part", &parts, |(number, part)| part_fields(part, *number == view.paging.number))?,
            foreword_entry: pen.each("entry", &view.foreword, entry_fields)?,
            foreword_text: pen.each("foreword", &view.foreword, |page| passage_fields(page, ""))?,
            contents_lines: pen.each("contents", &chapters, |lines| chapter_fields(lines.chapter, &lines.entries))?,
            chapter_lists: pen.each("chapter", &chapters, |lines| chapter_fields(lines.chapter, &lines.passages))?,
            term_lines: pen.each("definition", &view.terms, definition_fields)?,
            people_lines: pen.each("definition", &view.people, definition_fields)?,
            paging_line: pen.paging(&view.paging)?,
            json_ld: schema::of_made(&view.page, &theme.site),
        })
    }
}

/// About how many bytes a passage has around its text.
const PASSAGE: usize = 512;

/// The lines of a chapter.
struct Lines<'a> {
    chapter: &'a PrintChapterView,
    entries: String,
    passages: String,
}

impl<'a> Lines<'a> {
    fn of(pen: &Pen<'_>, chapter: &'a PrintChapterView, comma: &str) -> TeraResult<Self> {
        let credited: Vec<(&PrintPageView, String)> = chapter.pages.iter().map(|page| (page, page.by.join(comma))).collect();
        // These are the texts themselves, megabytes of them, which growing would copy.
        let mut passages = String::with_capacity(chapter.pages.iter().map(|page| page.content.len() + PASSAGE).sum());
        pen.each_into("passage", &credited, |(page, by)| passage_fields(page, by), &mut passages)?;
        Ok(Self { chapter, entries: pen.each("entry", &chapter.pages, entry_fields)?, passages })
    }
}

/// All that the template of a print edition sees.
pub(super) fn book_fields<'a>(view: &'a PrintView, lines: &'a BookLines, tongue: &'a Tongue, drawn: Drawn) -> Vec<Field<'a>> {
    let PrintView { page, foreword, chapters, terms, people, updated, paging, parts } = view;
    let mut fields = Vec::with_capacity(40);
    head(page, &mut fields);
    fields.extend([
        field("say", Seen::Say(tongue)),
        field("feeds", Seen::Same(drawn.feeds)),
        field("social", Seen::Same(drawn.social)),
        field("json_ld", Seen::Html(Some(&lines.json_ld))),
        field("strip", Seen::Same(drawn.strip)),
        field("foot", Seen::Same(drawn.foot)),
        field("chapters", many(chapters)),
        field("foreword", many(foreword)),
        field("foreword_entry", Seen::Html(Some(&lines.foreword_entry))),
        field("foreword_text", Seen::Html(Some(&lines.foreword_text))),
        field("updated", Seen::Group(updated.is_some())),
        field("updated.iso", Seen::Text(updated.as_ref().map(|day| day.iso.as_str()))),
        field("updated.text", Seen::Text(updated.as_ref().map(|day| day.text.as_str()))),
        field("contents_lines", Seen::Html(Some(&lines.contents_lines))),
        field("chapter_lists", Seen::Html(Some(&lines.chapter_lists))),
        field("terms", many(terms)),
        field("term_lines", Seen::Html(Some(&lines.term_lines))),
        field("people", many(people)),
        field("people_lines", Seen::Html(Some(&lines.people_lines))),
        field("parts", many(parts)),
        field("part_lines", Seen::Html(Some(&lines.part_lines))),
    ]);
    fields.extend(paging_fields(paging));
    fields.push(field("paging_line", Seen::Html(Some(&lines.paging_line))));
    fields
}

fn part_fields(part: &LinkView, here: bool) -> [Field<'_>; 3] {
    let LinkView { title, href } = part;
    [field("part.title", Seen::Text(Some(title))), field("part.href", Seen::Text(Some(href))), field("here", Seen::Flag(here))]
}

fn definition_fields(line: &PrintLineView) -> [Field<'_>; 3] {
    let PrintLineView { id, title, text } = line;
    [field("line.id", Seen::Text(Some(id))), field("line.title", Seen::Text(Some(title))), field("line.text", Seen::Text(Some(text)))]
}

fn chapter_fields<'a>(chapter: &'a PrintChapterView, lines: &'a str) -> [Field<'a>; 10] {
    let PrintChapterView { number, title, id, pillar, question, claim, href, intro, pages: _, rest } = chapter;
    [
        field("chapter.number", Seen::Text(Some(number))),
        field("chapter.title", Seen::Text(Some(title))),
        field("chapter.id", Seen::Text(Some(id))),
        field("chapter.pillar", Seen::Word(pillar.as_deref())),
        field("chapter.question", Seen::Text(Some(question))),
        field("chapter.claim", Seen::Html(claim.as_deref())),
        field("chapter.href", Seen::Text(href.as_deref())),
        field("chapter.intro", Seen::Html(Some(intro))),
        field("chapter.rest", Seen::Html(Some(rest))),
        field("lines", Seen::Html(Some(lines))),
    ]
}

/// What the contents say of a section.
fn entry_fields(section: &PrintPageView) -> [Field<'_>; 3] {
    [
        field("section.number", Seen::Text(Some(&section.number))),
        field("section.plain", Seen::Text(Some(&section.plain))),
        field("section.id", Seen::Text(Some(&section.id))),
    ]
}

fn passage_fields<'a>(section: &'a PrintPageView, by_line: &'a str) -> [Field<'a>; 14] {
    let PrintPageView { number, title, plain, id, kind, pillar, lang, dir, by, role, lead, claim, content } = section;
    [
        field("section.number", Seen::Text(Some(number))),
        field("section.title", Seen::Html(Some(title))),
        field("section.plain", Seen::Text(Some(plain))),
        field("section.id", Seen::Text(Some(id))),
        field("section.kind", Seen::Word(Some(kind))),
        field("section.pillar", Seen::Word(pillar.as_deref())),
        field("section.lang", Seen::Word(Some(lang))),
        field("section.dir", Seen::Word(Some(dir))),
        field("section.by", many(by)),
        field("section.role", Seen::Text(role.as_deref())),
        field("section.lead", Seen::Html(Some(lead))),
        field("section.claim", Seen::Html(claim.as_deref())),
        field("section.content", Seen::Html(Some(content))),
        field("by_line", Seen::Text(Some(by_line))),
    ]
}
