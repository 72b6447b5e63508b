//! All that the template of a page or a list sees, field by field.
//!
//! In: a view, its lines. Out: the fields under the names that templates know them by.
//!
//! Invariant: every field of the view is there.

use serde::Serialize;
use tera::{TeraResult, Value};

use super::chrome::Drawn;
use super::lines::{Lines, ListingLines};
use super::stencil::{Field, Seen};
use super::theme::Tongue;
use super::view::{ListingView, PageHead, PageView, PagingView};

/// All that the template of a page sees. The structs are taken apart without `..`, so a field that is added to a view cannot be forgotten here.
pub(super) fn page_fields<'a>(view: &'a PageView, lines: &'a Lines, tongue: &'a Tongue, drawn: Drawn) -> Vec<Field<'a>> {
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
    let mut fields = Vec::with_capacity(96);
    let language = &tongue.language;
    fields.push(field("say", Seen::Say(tongue)));
    head(page, &mut fields);
    let mut put = |name, value| fields.push(field(name, value));
    put("crumb_lines", Seen::Html(Some(&lines.crumb_lines)));
    put("feeds", Seen::Same(drawn.feeds));
    put("social", Seen::Same(drawn.social));
    put("strip", Seen::Same(drawn.strip));
    put("foot", Seen::Same(drawn.foot));
    put("kind", Seen::Word(Some(kind)));
    put("heading.html", Seen::Html(Some(&heading.html)));
    put("heading.id", text(heading.id.as_ref()));
    put("claim", Seen::Group(claim.is_some()));
    put("claim.html", Seen::Html(claim.as_ref().map(|claim| claim.html.as_str())));
    put("claim.id", text(claim.as_ref().and_then(|claim| claim.id.as_ref())));
    put("content", Seen::Html(Some(content)));
    let (opening, rest_of_content) = content.split_at(first_stances(content, *has_stances));
    put("content_opening", Seen::Html(Some(opening)));
    put("content_rest", Seen::Html(Some(rest_of_content)));
    put("has_stances", Seen::Flag(*has_stances));
    put("toc", many(toc));
    put("toc_lines", Seen::Html(Some(&lines.toc_lines)));
    put("minutes", Seen::Number(*minutes));
    put("minutes_text", Seen::Phrase(*minutes, language, language.forms("minutes")));
    put("words", Seen::Number(*words));
    put("pillars", many(pillars));
    put("stances", Seen::Words(stances));
    put("by", many(by));
    put("by_line", Seen::Html(Some(&lines.by_line)));
    put("initials", text(by.first().map(|person| &person.initials)));
    put("role", text(role.as_ref()));
    put("industry", text(industry.as_ref()));
    put("status", Seen::Word(*status));
    put("date", Seen::Group(date.is_some()));
    put("date.iso", text(date.as_ref().map(|day| &day.iso)));
    put("date.text", text(date.as_ref().map(|day| &day.text)));
    put("updated", Seen::Group(updated.is_some()));
    put("updated.iso", text(updated.as_ref().map(|day| &day.iso)));
    put("updated.text", text(updated.as_ref().map(|day| &day.text)));
    put("tags", many(tags));
    put("tag_lines", Seen::Html(Some(&lines.tag_lines)));
    put("reviewed", text(reviewed.as_ref()));
    put("sources", many(sources));
    put("illustrates", many(illustrates));
    put("illustrates_cards", Seen::Html(Some(&lines.illustrates_cards)));
    put("examples", many(examples));
    put("example_count", Seen::Count(examples.len() as u32));
    put("example_text", Seen::Phrase(examples.len() as u32, language, language.forms("examples")));
    put("example_lines", Seen::Html(Some(&lines.example_lines)));
    put("contrasts", many(contrasts));
    put("contrast_cards", Seen::Html(Some(&lines.contrast_cards)));
    put("terms", many(terms));
    put("term_lines", Seen::Html(Some(&lines.term_lines)));
    put("backlinks", many(backlinks));
    put("backlinks_more", Seen::Count(*backlinks_more));
    put("mention_lines", Seen::Html(Some(&lines.mention_lines)));
    put("related", many(related));
    put("related_rows", Seen::Html(Some(&lines.related_rows)));
    put("paths", many(paths));
    put("previous", Seen::Group(previous.is_some()));
    put("previous.title", text(previous.as_ref().map(|link| &link.title)));
    put("previous.href", text(previous.as_ref().map(|link| &link.href)));
    put("next", Seen::Group(next.is_some()));
    put("next.title", text(next.as_ref().map(|link| &link.title)));
    put("next.href", text(next.as_ref().map(|link| &link.href)));
    put("stops", many(stops));
    put("stops_minutes", Seen::Number(*stops_minutes));
    put("stops_minutes_text", Seen::Phrase(*stops_minutes, language, language.forms("minutes")));
    put("rest", Seen::Html(Some(rest)));
    put("sections", many(sections));
    put("section_lists", Seen::Html(Some(&lines.section_lists)));
    put("pillar_cards", many(pillar_cards));
    fields.extend(paging_fields(paging));
    let mut put = |name, value| fields.push(field(name, value));
    put("paging_line", Seen::Html(Some(&lines.paging_line)));
    put("json_ld", Seen::Html(Some(&lines.json_ld)));
    put("edit_href", text(edit_href.as_ref()));
    put("add_example_href", text(add_example_href.as_ref()));
    put("extra", Seen::Many(!extra.is_empty(), extra));
    fields
}

/// All that the template of a made list sees.
pub(super) fn listing_fields<'a>(view: &'a ListingView, lines: &'a ListingLines, tongue: &'a Tongue, drawn: Drawn) -> Vec<Field<'a>> {
    let ListingView { page, kind, lead, intro, groups, paging, backlinks } = view;
    let mut fields = Vec::with_capacity(40);
    fields.push(field("say", Seen::Say(tongue)));
    head(page, &mut fields);
    let mut put = |name, value| fields.push(field(name, value));
    put("crumb_lines", Seen::Html(Some(&lines.crumb_lines)));
    put("feeds", Seen::Same(drawn.feeds));
    put("social", Seen::Same(drawn.social));
    put("strip", Seen::Same(drawn.strip));
    put("foot", Seen::Same(drawn.foot));
    put("kind", Seen::Word(Some(kind)));
    put("lead", Seen::Text(Some(lead)));
    put("intro", Seen::Html(Some(intro)));
    put("groups", many(groups));
    put("jump_lines", Seen::Html(Some(if groups.len() > 2 { &lines.jump_lines } else { "" })));
    put("group_lists", Seen::Html(Some(&lines.group_lists)));
    fields.extend(paging_fields(paging));
    let mut put = |name, value| fields.push(field(name, value));
    put("paging_line", Seen::Html(Some(&lines.paging_line)));
    put("json_ld", Seen::Html(Some(&lines.json_ld)));
    put("backlinks", many(backlinks));
    put("mention_lines", Seen::Html(Some(&lines.mention_lines)));
    fields
}

/// Where the first block of two stances begins.
fn first_stances(content: &str, has_stances: bool) -> usize {
    if !has_stances {
        return 0;
    }
    let found = memchr::memmem::find_iter(content.as_bytes(), b" class=\"stances");
    let element = |at: usize| ["<dl", "<div"].iter().find(|element| content[..at].ends_with(**element)).map(|element| at - element.len());
    found.filter_map(element).next().unwrap_or(0)
}

pub(super) fn head<'a>(view: &'a PageHead, fields: &mut Vec<Field<'a>>) {
    let PageHead {
        url,
        root,
        head_title,
        title,
        description,
        lang,
        dir,
        pillar,
        canonical,
        card,
        crumbs,
        group,
        noindex,
        draft,
        source,
        twin,
        groups,
        said_in,
    } = view;
    fields.extend([
        field("page.url", Seen::Text(Some(url))),
        field("page.root", Seen::Word(Some(root))),
        field("page.head_title", Seen::Text(Some(head_title))),
        field("page.title", Seen::Text(Some(title))),
        field("page.description", Seen::Text(Some(description))),
        field("page.lang", Seen::Word(Some(lang))),
        field("page.dir", Seen::Word(Some(dir))),
        field("page.pillar", Seen::Word(pillar.as_deref())),
        field("page.canonical", text(canonical.as_ref())),
        field("page.card", Seen::Group(card.is_some())),
        field("page.card.href", text(card.as_ref().map(|card| &card.href))),
        field("page.card.alt", text(card.as_ref().map(|card| &card.alt))),
        field("page.crumbs", many(crumbs)),
        field("page.group", Seen::Word(group.as_deref())),
        field("page.noindex", Seen::Flag(*noindex)),
        field("page.draft", Seen::Flag(*draft)),
        field("page.source", text(source.as_ref())),
        field("page.twin", Seen::Word(*twin)),
        field("page.groups", many(groups)),
        field("page.said_in", Seen::Word(Some(said_in))),
    ]);
}

/// Which part of a list a page is.
pub(super) fn paging_fields(paging: &PagingView) -> [Field<'_>; 4] {
    let PagingView { number, of, previous, next } = paging;
    [
        field("paging.number", Seen::Count(*number)),
        field("paging.of", Seen::Count(*of)),
        field("paging.previous", text(previous.as_ref())),
        field("paging.next", text(next.as_ref())),
    ]
}

pub(super) fn field<'a>(name: &'static str, value: Seen<'a>) -> Field<'a> {
    Field { name, value }
}

fn text(text: Option<&String>) -> Seen<'_> {
    Seen::Text(text.map(String::as_str))
}

pub(super) fn many<T: Serialize>(list: &Vec<T>) -> Seen<'_> {
    Seen::Many(!list.is_empty(), list)
}

/// What can stand in a context.
pub(super) trait Show {
    fn value(&self) -> TeraResult<Value>;
}

impl<T: Serialize> Show for T {
    fn value(&self) -> TeraResult<Value> {
        Value::try_from_serializable(self)
    }
}
