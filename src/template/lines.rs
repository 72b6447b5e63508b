//! Lines of the lists that pages show: cards, mentions, terms, people, tags.
//!
//! In: what a page lists, the theme's components `row`, `card`, `example`, `mention`, `sentence`, `term`, `person`, `tag`,
//! `crumb`, `line`, `section`, `paging`, `item`, `group` and `jump`. Out: for each list its lines as one text, so that the template of a page only shows it.
//!
//! Invariant: a component sees its arguments, `page.root` and `page.pillar`, `say`, `site`, `asset` and `glyph`, nothing else.

use tera::TeraResult;

use super::fields::{Show, field, paging_fields};
use super::schema;
use super::stencil::{Field, Seen, Sheet};
use super::theme::{Theme, Tongue};
use super::view::{
    BacklinkView, CardView, GroupView, ItemView, LinkView, ListingView, PageHead, PageView, PagingView, PersonView, SectionView,
    SentenceView, TermView, TocView,
};
use crate::base::fingerprint::Sealed;
use crate::base::strings::{Forms, Language};

/// The components that draw lines.
#[rustfmt::skip]
pub(super) const COMPONENTS: [&str; 22] = [
    "row", "card", "example", "mention", "sentence", "term", "person", "tag", "crumb", "line", "section", "paging", "item", "group", "jump",
    "part", "entry", "contents", "passage", "chapter", "definition", "foreword",
];

/// The lines of a page, under the names that templates know them by.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) crumb_lines: String,
    pub(super) toc_lines: String,
    pub(super) by_line: String,
    pub(super) tag_lines: String,
    pub(super) illustrates_cards: String,
    pub(super) example_lines: String,
    pub(super) contrast_cards: String,
    pub(super) term_lines: String,
    pub(super) mention_lines: String,
    pub(super) related_rows: String,
    pub(super) section_lists: String,
    pub(super) paging_line: String,
    pub(super) json_ld: String,
}

impl Lines {
    pub(super) fn of(view: &PageView, theme: &Theme, tongue: &Tongue) -> TeraResult<Self> {
        let pen = Pen::new(theme, tongue, &view.page);
        Ok(Self {
            crumb_lines: pen.crumbs(&view.page.crumbs)?,
            toc_lines: pen.each("line", &view.toc, toc_fields)?,
            by_line: pen.people(&view.by)?,
            tag_lines: pen.each("tag", &view.tags, tag_fields)?,
            illustrates_cards: pen.cards("card", &view.illustrates)?,
            example_lines: pen.examples(&view.examples)?,
            contrast_cards: pen.cards("card", &view.contrasts)?,
            term_lines: pen.each("term", &view.terms, term_fields)?,
            mention_lines: pen.mentions(&view.backlinks)?,
            related_rows: pen.cards("row", &view.related)?,
            section_lists: pen.sections(&view.sections)?,
            paging_line: pen.paging(&view.paging)?,
            json_ld: schema::of_page(view, &theme.site),
        })
    }
}

/// The lines of a made list.
pub(super) struct ListingLines {
    pub(super) crumb_lines: String,
    pub(super) jump_lines: String,
    pub(super) group_lists: String,
    pub(super) mention_lines: String,
    pub(super) paging_line: String,
    pub(super) json_ld: String,
}

impl ListingLines {
    pub(super) fn of(view: &ListingView, theme: &Theme, tongue: &Tongue) -> TeraResult<Self> {
        let pen = Pen::new(theme, tongue, &view.page);
        Ok(Self {
            crumb_lines: pen.crumbs(&view.page.crumbs)?,
            jump_lines: pen.each("jump", &view.groups, |group| group_fields(group, view.kind))?,
            group_lists: pen.groups(&view.groups, view.kind)?,
            mention_lines: pen.mentions(&view.backlinks)?,
            paging_line: pen.paging(&view.paging)?,
            json_ld: schema::of_listing(view, &theme.site),
        })
    }
}

/// Draws the lines of one page.
pub(super) struct Pen<'a> {
    theme: &'a Theme,
    tongue: &'a Tongue,
    page: &'a PageHead,
    said: Said<'a>,
}

/// What is said with numbers on cards, looked up once a page.
#[derive(Clone, Copy)]
struct Said<'a> {
    language: &'a Language,
    minutes: Option<&'a Forms>,
    examples: Option<&'a Forms>,
    pages: Option<&'a Forms>,
}

/// Draws one component again and again.
struct Stroke<'a> {
    theme: &'a Theme,
    sheet: Option<&'a Sheet>,
    /// What every component sees, then its own.
    fields: Vec<Field<'a>>,
    /// Room for the shape of a line.
    key: Vec<u8>,
}

impl<'a> Stroke<'a> {
    fn draw(&mut self, own: impl IntoIterator<Item = Field<'a>>, out: &mut String) -> TeraResult<()> {
        self.fields.truncate(COMMON);
        self.fields.extend(own);
        self.sheet.map_or(Ok(()), |sheet| sheet.draw(&self.theme.tera, &self.fields, &mut self.key, out))
    }
}

/// About how many bytes a line has.
const LINE: usize = 320;

/// How many fields every component sees.
const COMMON: usize = 3;

impl<'a> Pen<'a> {
    pub(super) fn new(theme: &'a Theme, tongue: &'a Tongue, page: &'a PageHead) -> Self {
        let language = &tongue.language;
        let (minutes, examples, pages) = (language.forms("minutes"), language.forms("examples"), language.forms("pages_written"));
        let said = Said { language, minutes, examples, pages };
        Self { theme, tongue, page, said }
    }

    fn stroke(&self, component: &'static str) -> Stroke<'a> {
        let mut fields = Vec::with_capacity(20);
        fields.push(field("say", Seen::Say(self.tongue)));
        fields.push(field("page.root", Seen::Word(Some(&self.page.root))));
        fields.push(field("page.pillar", Seen::Word(self.page.pillar.as_deref())));
        Stroke { theme: self.theme, sheet: self.theme.sheet(component), fields, key: Vec::with_capacity(96) }
    }

    /// The lines of a list, each drawn by one component.
    pub(super) fn each<'i, T, const N: usize>(
        &self,
        component: &'static str,
        items: &'i [T],
        fields: impl Fn(&'i T) -> [Field<'i>; N],
    ) -> TeraResult<String>
    where
        'a: 'i,
    {
        let mut out = String::with_capacity(items.len() * LINE);
        self.each_into(component, items, fields, &mut out)?;
        Ok(out)
    }

    /// The lines of a list, written behind what is there.
    pub(super) fn each_into<'i, T, const N: usize>(
        &self,
        component: &'static str,
        items: &'i [T],
        fields: impl Fn(&'i T) -> [Field<'i>; N],
        out: &mut String,
    ) -> TeraResult<()>
    where
        'a: 'i,
    {
        if items.is_empty() {
            return Ok(());
        }
        let mut stroke: Stroke<'i> = self.stroke(component);
        items.iter().try_for_each(|item| stroke.draw(fields(item), out))
    }

    fn cards(&self, component: &'static str, cards: &[Sealed<CardView>]) -> TeraResult<String> {
        self.each(component, cards, |card| card_fields(card, self.said))
    }

    fn crumbs(&self, crumbs: &[LinkView]) -> TeraResult<String> {
        let last = crumbs.len();
        let numbered: Vec<(usize, &LinkView)> = crumbs.iter().enumerate().collect();
        self.each("crumb", &numbered, |(at, crumb)| {
            [
                field("crumb.title", Seen::Text(Some(&crumb.title))),
                field("crumb.href", Seen::Text(Some(&crumb.href))),
                field("last", Seen::Flag(at + 1 == last)),
            ]
        })
    }

    fn people(&self, people: &[PersonView]) -> TeraResult<String> {
        let numbered: Vec<(usize, &PersonView)> = people.iter().enumerate().collect();
        self.each("person", &numbered, |(at, person)| {
            [
                field("person.name", Seen::Text(Some(&person.name))),
                field("person.href", Seen::Text(Some(&person.href))),
                field("person.initials", Seen::Text(Some(&person.initials))),
                field("first", Seen::Flag(*at == 0)),
            ]
        })
    }

    fn mentions(&self, mentions: &[BacklinkView]) -> TeraResult<String> {
        let drawn = mentions.iter().map(|mention| Ok((&mention.card, self.each("sentence", &mention.sentences, sentence_fields)?)));
        let drawn: Vec<(&Sealed<CardView>, String)> = drawn.collect::<TeraResult<_>>()?;
        let Some(_) = drawn.first() else { return Ok(String::new()) };
        let (mut stroke, mut out) = (self.stroke("mention"), String::new());
        for (card, sentences) in &drawn {
            let own = card_fields(card, self.said).into_iter().chain([field("sentences", Seen::Html(Some(sentences)))]);
            stroke.draw(own, &mut out)?;
        }
        Ok(out)
    }

    fn examples(&self, cards: &[Sealed<CardView>]) -> TeraResult<String> {
        let drawn = cards.iter().map(|card| Ok((card, self.people(&card.by)?)));
        let drawn: Vec<(&Sealed<CardView>, String)> = drawn.collect::<TeraResult<_>>()?;
        let (mut stroke, mut out) = (self.stroke("example"), String::new());
        for (card, by_line) in &drawn {
            let initials = card.by.first().map_or("", |person| person.initials.as_str());
            let by = [field("by_line", Seen::Html(Some(by_line))), field("initials", Seen::Text(Some(initials)))];
            stroke.draw(card_fields(card, self.said).into_iter().chain(by), &mut out)?;
        }
        Ok(out)
    }

    /// Where a list goes on.
    pub(super) fn paging(&self, paging: &PagingView) -> TeraResult<String> {
        self.each("paging", std::slice::from_ref(paging), paging_fields)
    }

    fn groups(&self, groups: &[GroupView], kind: &'static str) -> TeraResult<String> {
        let drawn = groups.iter().map(|group| Ok((group, self.each("item", &group.items, |item| item_fields(item, kind, self.said))?)));
        let drawn: Vec<(&GroupView, String)> = drawn.collect::<TeraResult<_>>()?;
        self.each("group", &drawn, |(group, lines)| {
            let [id, title, list] = group_fields(group, kind);
            [id, title, list, field("lines", Seen::Html(Some(lines)))]
        })
    }

    /// Examples are shown with their people, what one would read next as cards, the rest as rows.
    fn sections(&self, sections: &[SectionView]) -> TeraResult<String> {
        let lines = |section: &SectionView| match section.name {
            "examples" | "newest" => self.examples(&section.cards),
            "essays" | "paths" => self.cards("card", &section.cards),
            _ => self.cards("row", &section.cards),
        };
        let drawn = sections.iter().map(|section| Ok((section, lines(section)?)));
        let drawn: Vec<(&SectionView, String)> = drawn.collect::<TeraResult<_>>()?;
        self.each("section", &drawn, |(SectionView { name, title, id, cards: _ }, lines)| {
            [
                field("section.name", Seen::Word(Some(name))),
                field("section.title", Seen::Text(Some(title))),
                field("section.id", Seen::Text(Some(id))),
                field("lines", Seen::Html(Some(lines))),
            ]
        })
    }
}

fn toc_fields(line: &TocView) -> [Field<'_>; 3] {
    let TocView { html, id, level } = line;
    [
        field("line.html", Seen::Html(Some(html))),
        field("line.id", Seen::Text(Some(id))),
        field("line.level", Seen::Count(u32::from(*level))),
    ]
}

fn tag_fields(tag: &LinkView) -> [Field<'_>; 2] {
    let LinkView { title, href } = tag;
    [field("tag.title", Seen::Text(Some(title))), field("tag.href", Seen::Text(Some(href)))]
}

fn term_fields(term: &Sealed<TermView>) -> [Field<'_>; 3] {
    let TermView { title, href, definition } = &**term;
    [
        field("term.title", Seen::Text(Some(title))),
        field("term.href", Seen::Text(Some(href))),
        field("term.definition", Seen::Text(Some(definition))),
    ]
}

fn sentence_fields(sentence: &SentenceView) -> [Field<'_>; 4] {
    let SentenceView { before, marked, after, href } = sentence;
    [
        field("sentence.before", Seen::Text(Some(before))),
        field("sentence.marked", Seen::Text(Some(marked))),
        field("sentence.after", Seen::Text(Some(after))),
        field("sentence.href", Seen::Text(Some(href))),
    ]
}

fn card_fields<'a>(card: &'a Sealed<CardView>, said: Said<'a>) -> [Field<'a>; 16] {
    let Said { language, minutes: minutes_forms, examples: examples_forms, pages: _ } = said;
    let CardView { title, href, kind, pillar, pillar_title, claim, minutes, examples, by, role, date, draft } = &**card;
    [
        field("card.title", Seen::Text(Some(title))),
        field("card.href", Seen::Text(Some(href))),
        field("card.kind", Seen::Word(Some(kind))),
        field("card.pillar", Seen::Word(pillar.as_deref())),
        field("card.pillar_title", Seen::Text(pillar_title.as_deref())),
        field("card.claim", Seen::Text(Some(claim))),
        field("card.minutes", Seen::Number(*minutes)),
        field("card.minutes_text", Seen::Phrase(*minutes, language, minutes_forms)),
        field("card.examples", Seen::Number(*examples)),
        field("card.examples_text", Seen::Phrase(*examples, language, examples_forms)),
        field("card.by", Seen::Many(!by.is_empty(), by as &dyn Show)),
        field("card.role", Seen::Text(role.as_deref())),
        field("card.date", Seen::Group(date.is_some())),
        field("card.date.iso", Seen::Text(date.as_ref().map(|date| date.iso.as_str()))),
        field("card.date.text", Seen::Day(date.as_ref(), language)),
        field("card.draft", Seen::Flag(*draft)),
    ]
}

fn group_fields<'a>(group: &'a GroupView, kind: &'static str) -> [Field<'a>; 3] {
    let GroupView { title, id, items: _ } = group;
    [field("group.id", Seen::Text(Some(id))), field("group.title", Seen::Text(Some(title))), field("list", Seen::Word(Some(kind)))]
}

fn item_fields<'a>(item: &'a ItemView, list: &'static str, said: Said<'a>) -> [Field<'a>; 13] {
    let ItemView { title, href, kind, pillar, text, count, pages, also, used_in, id } = item;
    [
        field("item.title", Seen::Text(Some(title))),
        field("item.href", Seen::Text(Some(href))),
        field("item.kind", Seen::Word(Some(kind))),
        field("item.pillar", Seen::Word(pillar.as_deref())),
        field("item.text", Seen::Text(Some(text))),
        field("item.count", Seen::Number(*count)),
        field("item.examples_text", Seen::Phrase(*count, said.language, said.examples)),
        field("item.pages", Seen::Number(*pages)),
        field("item.pages_text", Seen::Phrase(*pages, said.language, said.pages)),
        field("item.also", Seen::Many(!also.is_empty(), also as &dyn Show)),
        field("item.used_in", Seen::Many(!used_in.is_empty(), used_in as &dyn Show)),
        field("item.id", Seen::Text(Some(id))),
        field("list", Seen::Word(Some(list))),
    ]
}
