//! Drawing by stencil: a template draws each shape of its output once, with marks where texts go; pages that have that
//! shape are filled in.
//!
//! In: a template or a component, the fields that it sees. Out: its output. Whatever a template decides by (a kind, a
//! number that it compares, whether there is a claim) is the shape; whatever it only shows (a title, a text) is filled in.
//! `uses` knows which is which. Where a template computes with a value that has no stencil, such as a list, it draws as
//! usual. So a stencil saves the template's work and changes nothing of its output.
//!
//! Invariant: the output is the same as that of drawing without a stencil.
//! Invariant: the number of stencils is bounded; what finds no room is drawn without.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use pulldown_cmark_escape::FmtWriter;
use rustc_hash::FxBuildHasher;
use tera::value::Key;
use tera::{Context, Map, Tera, TeraResult, Value};

use super::fields::Show;
use super::theme::Tongue;
use super::uses::Uses;
use super::view::DateView;
use crate::base::strings::{Forms, Language};

/// A character that stands in no text: it begins and ends a mark.
const MARK: char = '\u{FDD0}';
/// Stencils of one template, and how many places one may take.
const ROOM: usize = 256;
const PROBES: usize = 8;

/// A value that a template sees, by its dotted name.
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) value: Seen<'a>,
}

/// What a template sees.
pub(super) enum Seen<'a> {
    /// One of few words; a template may decide by it.
    Word(Option<&'a str>),
    /// Several of few words.
    Words(&'a [&'static str]),
    /// Yes or no.
    Flag(bool),
    /// A number that a template may decide by.
    Count(u32),
    /// A number that is mostly shown.
    Number(u32),
    /// Text, which is escaped.
    Text(Option<&'a str>),
    /// HTML.
    Html(Option<&'a str>),
    /// So many of something, in the form that goes with the number.
    Phrase(u32, &'a Language, Option<&'a Forms>),
    /// A day, in words.
    Day(Option<&'a DateView>, &'a Language),
    /// What the site says in the language of the page.
    Say(&'a Tongue),
    /// Whether the fields below this name are there.
    Group(bool),
    /// A value that follows from the words, flags and counts beside it.
    Same(Value),
    /// A list or a table: whether it holds anything, and what it holds.
    Many(bool, &'a dyn Show),
}

/// What is drawn: a whole template or a component of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// A template.
    Template,
    /// A component; `page` and `say` are beside its arguments.
    Component,
}

/// The stencils of one template or component.
#[derive(Debug)]
pub(super) struct Sheet {
    name: &'static str,
    part: Part,
    uses: Uses,
    /// For each field what the template does with it; fields come in one order always.
    doing: OnceLock<Vec<Doing>>,
    stencils: Vec<OnceLock<(Vec<u8>, Option<Stencil>)>>,
}

/// What a template does with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Doing {
    /// Nothing.
    Nothing,
    /// It shows it or asks whether it is there.
    Shows,
    /// More than that.
    Computes,
}

/// One shape: text, and where which field goes.
#[derive(Debug)]
struct Stencil {
    text: String,
    cuts: Vec<(usize, usize)>,
}

impl Sheet {
    pub(super) fn new(name: &'static str, part: Part, uses: Uses) -> Self {
        let mut stencils = Vec::new();
        stencils.resize_with(ROOM, OnceLock::new);
        Self { name, part, uses, doing: OnceLock::new(), stencils }
    }

    /// Draws, by stencil where that is possible.
    ///
    /// `key` is room for the shape, so that many lines are drawn with one.
    pub(super) fn draw(&self, tera: &Tera, fields: &[Field<'_>], key: &mut Vec<u8>, out: &mut String) -> TeraResult<()> {
        match self.stencil(tera, fields, key) {
            Some(stencil) => stencil.fill(fields, out),
            None => out.push_str(&self.draw_values(tera, fields, false)?),
        }
        Ok(())
    }

    fn draw_values(&self, tera: &Tera, fields: &[Field<'_>], marked: bool) -> TeraResult<String> {
        let mut context = context(fields, self.doing(fields), marked)?;
        match self.part {
            Part::Template => tera.render(self.name, &context),
            Part::Component => {
                let mut implicit = Context::new();
                for name in ["page", "say"] {
                    if let Some(value) = context.remove(name) {
                        implicit.insert_value(name, value);
                    }
                }
                tera.render_component_with_implicits(self.name, &context, &implicit, None, true)
            }
        }
    }

    /// The stencil of a shape; it is drawn when the first page of that shape comes.
    fn stencil(&self, tera: &Tera, fields: &[Field<'_>], key: &mut Vec<u8>) -> Option<&Stencil> {
        self.shape(fields, key)?;
        let first = FxBuildHasher.hash_one(key.as_slice()) as usize;
        for probe in 0..PROBES {
            let place = &self.stencils[(first + probe) % ROOM];
            let (known, stencil) = match place.get() {
                Some(known) => known,
                None => {
                    let drawn = self.draw_values(tera, fields, true).ok().and_then(|text| Stencil::cut(&text, fields));
                    place.get_or_init(|| (key.clone(), drawn))
                }
            };
            if known == key {
                return stencil.as_ref();
            }
        }
        None
    }

    /// What decides the shape of the output, written into `key`; `None` where no stencil can be right.
    fn shape(&self, fields: &[Field<'_>], key: &mut Vec<u8>) -> Option<()> {
        key.clear();
        for (field, doing) in fields.iter().zip(self.doing(fields)).filter(|(_, doing)| **doing != Doing::Nothing) {
            match &field.value {
                Seen::Word(word) => word_key(*word, key)?,
                Seen::Words(words) => {
                    key.push(words.len() as u8);
                    words.iter().try_for_each(|word| word_key(Some(word), key))?;
                }
                Seen::Flag(flag) | Seen::Group(flag) => key.push(u8::from(*flag)),
                Seen::Count(count) => key.extend(count.to_le_bytes()),
                Seen::Same(_) => {}
                Seen::Say(tongue) => key.extend(tongue.at.to_le_bytes()),
                shown => {
                    let presence = shown.presence();
                    if *doing == Doing::Computes && presence == Presence::Full {
                        return None;
                    }
                    key.push(presence as u8);
                }
            }
        }
        Some(())
    }

    /// What the template does with each field.
    fn doing(&self, fields: &[Field<'_>]) -> &[Doing] {
        self.doing.get_or_init(|| fields.iter().map(|field| self.does(field)).collect())
    }

    fn does(&self, field: &Field<'_>) -> Doing {
        let other = match field.value {
            Seen::Text(_) | Seen::Phrase(..) | Seen::Day(..) => self.uses.shows_as_html(field.name),
            Seen::Many(..) => self.uses.prints(field.name),
            _ => false,
        };
        if other || self.uses.computes(field.name) {
            Doing::Computes
        } else if self.uses.knows(field.name) {
            Doing::Shows
        } else {
            Doing::Nothing
        }
    }
}

/// Whether a value is there: a template may ask for that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    None,
    Empty,
    Full,
}

fn word_key(word: Option<&str>, key: &mut Vec<u8>) -> Option<()> {
    if let Some(word) = word {
        // A mark begins with this byte, which is rare.
        if word.as_bytes().contains(&0xEF) && word.contains(MARK) {
            return None;
        }
        key.extend(word.as_bytes());
        key.push(0xFE);
    }
    key.push(0xFF);
    Some(())
}

impl Seen<'_> {
    fn presence(&self) -> Presence {
        match self {
            Seen::Text(None) | Seen::Html(None) | Seen::Day(None, _) => Presence::None,
            Seen::Text(Some("")) | Seen::Html(Some("")) | Seen::Number(0) | Seen::Phrase(0, ..) | Seen::Many(false, _) => Presence::Empty,
            _ => Presence::Full,
        }
    }

    fn value(&self) -> TeraResult<Value> {
        Ok(match self {
            Seen::Word(text) | Seen::Text(text) => text.map_or_else(Value::none, Value::from),
            Seen::Words(words) => Value::from(words.iter().map(|word| Value::from(*word)).collect::<Vec<Value>>()),
            Seen::Flag(flag) => Value::from(*flag),
            Seen::Count(number) | Seen::Number(number) => Value::from(*number),
            Seen::Html(html) => html.map_or_else(Value::none, Value::safe_string),
            Seen::Phrase(0, ..) => Value::from(""),
            Seen::Phrase(..) | Seen::Day(Some(_), _) => Value::from(self.said()),
            Seen::Day(None, _) | Seen::Group(_) => Value::none(),
            Seen::Say(tongue) => tongue.say.clone(),
            Seen::Same(value) => value.clone(),
            Seen::Many(_, list) => list.value()?,
        })
    }

    /// What is said of a number or a day.
    fn said(&self) -> String {
        match self {
            Seen::Phrase(number, language, Some(forms)) => language.phrase(forms, *number),
            Seen::Phrase(number, _, None) => number.to_string(),
            Seen::Day(Some(day), language) => day.iso.parse().map_or_else(|_| day.text.clone(), |day| language.day(day)),
            _ => String::new(),
        }
    }

    /// The value, or the mark of a value that is filled in.
    fn marked(&self, at: usize) -> TeraResult<Value> {
        match self {
            Seen::Text(_) | Seen::Html(_) | Seen::Number(_) | Seen::Phrase(..) | Seen::Day(..) if self.presence() == Presence::Full => {
                Ok(Value::safe_string(&format!("{MARK}{at}{MARK}")))
            }
            // A template that has got so far does not look into it.
            Seen::Many(true, _) => Ok(Value::from(true)),
            _ => self.value(),
        }
    }
}

/// The fields as nested tables; without the lists that the template does nothing with, which may be long.
fn context(fields: &[Field<'_>], doing: &[Doing], marked: bool) -> TeraResult<Context> {
    let is_idle = |at: usize| doing.get(at) == Some(&Doing::Nothing) && matches!(fields[at].value, Seen::Many(..));
    let places = fields.iter().enumerate().filter(|(at, _)| !is_idle(*at)).map(|(at, field)| (field.name, at));
    let places: Vec<(&str, usize)> = places.collect();
    let mut context = Context::new();
    level(fields, &places, marked, &mut |name, value| context.insert_value(name.to_owned(), value))?;
    Ok(context)
}

/// The values of one level; names with the same first part are one table, unless its group is not there.
fn level(fields: &[Field<'_>], places: &[(&str, usize)], marked: bool, put: &mut dyn FnMut(&str, Value)) -> TeraResult<()> {
    let mut at = 0;
    while let Some((name, field)) = places.get(at) {
        let first = name.split('.').next().unwrap_or(name);
        let own = places[at..].iter().take_while(|(name, _)| name.split('.').next() == Some(first)).count();
        let group = &places[at..at + own];
        let seen = &fields[*field].value;
        at += own;
        let is_leaf = *name == first && !matches!(seen, Seen::Group(true));
        if is_leaf {
            put(first, if marked { seen.marked(*field)? } else { seen.value()? });
            continue;
        }
        let inner: Vec<(&str, usize)> =
            group.iter().filter_map(|(name, field)| Some((name.strip_prefix(first)?.strip_prefix('.')?, *field))).collect();
        let mut map = Map::new();
        level(fields, &inner, marked, &mut |name, value| _ = map.insert(Key::from(name.to_owned()), value))?;
        put(first, Value::from(map));
    }
    Ok(())
}

impl Stencil {
    /// Takes the marks out of what was drawn with them; `None` where a mark is not whole.
    fn cut(drawn: &str, fields: &[Field<'_>]) -> Option<Self> {
        let mut stencil = Self { text: String::with_capacity(drawn.len()), cuts: Vec::new() };
        let mut parts = drawn.split(MARK);
        stencil.text.push_str(parts.next()?);
        while let Some(number) = parts.next() {
            let at: usize = number.parse().ok()?;
            if at >= fields.len() {
                return None;
            }
            stencil.cuts.push((stencil.text.len(), at));
            stencil.text.push_str(parts.next()?);
        }
        stencil.text.shrink_to_fit();
        Some(stencil)
    }

    fn fill(&self, fields: &[Field<'_>], out: &mut String) {
        let filled = |(_, at): &(usize, usize)| match &fields[*at].value {
            Seen::Text(Some(text)) | Seen::Html(Some(text)) => text.len(),
            _ => 4,
        };
        out.reserve(self.text.len() + self.cuts.iter().map(filled).sum::<usize>() + 64);
        let mut from = 0;
        for (to, at) in &self.cuts {
            out.push_str(&self.text[from..*to]);
            from = *to;
            match &fields[*at].value {
                Seen::Html(Some(html)) => out.push_str(html),
                Seen::Text(Some(text)) => escape(text, out),
                Seen::Number(number) => out.push_str(&number.to_string()),
                said @ (Seen::Phrase(..) | Seen::Day(..)) => escape(&said.said(), out),
                _ => {}
            }
        }
        out.push_str(&self.text[from..]);
    }
}

/// Escapes as the template engine does; most texts need none of it.
fn escape(text: &str, out: &mut String) {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    if eights.iter().chain([&last]).any(|eight| holds_special(u64::from_le_bytes(*eight))) {
        // Writing into a string cannot fail.
        let _ = pulldown_cmark_escape::escape_html(FmtWriter(out), text);
    } else {
        out.push_str(text);
    }
}

/// Whether one of eight bytes may be `"`, `&`, `'`, `<` or `>`: those are `0x22`, `0x26`, `0x27`, `0x3C` and `0x3E`.
fn holds_special(eight: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let is = |bytes: u64, byte: u8| {
        let other = bytes ^ (ONES * u64::from(byte));
        other.wrapping_sub(ONES) & !other
    };
    // Without their lowest bit two of the signs are one, and with another bit two more.
    let found = is(eight | ONES, b'\'') | is(eight, b'"') | is(eight | (ONES * 2), b'>');
    found & (ONES * 0x80) != 0
}
