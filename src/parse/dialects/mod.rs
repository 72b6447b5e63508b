//! The dialects of other generators, made plain Markdown before it is read.
//!
//! In: the text of a page, the settings. Out: a `Plain`: the text without the tags of other programs, notes of all
//! dialects as `> [!kind] title`, comments left out; what was taken for what; and the way back to the places in the text.
//!
//! `scan` finds what is code and what is a tag, `tags` says what a tag means, `boxes` writes the text again line by line.
//! A text without any mark of a dialect, which is nearly every text, is passed on as it is.
//!
//! Invariant: nothing inside of code, HTML comments or `{% raw %}` changes, and the words of the text all stay.

mod boxes;
mod notes;
mod scan;
mod tags;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem::find;

use crate::base::text::{Included, Source};
use scan::Token;
use tags::Meaning;

/// A text in plain Markdown, which remembers where it comes from.
pub struct Plain<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Where its stretches come from, ascending; empty where nothing was changed.
    places: Vec<Place>,
    /// What could not be kept.
    pub notices: Vec<Notice>,
}

/// A stretch of the plain text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Place {
    /// Where it begins in the plain text.
    at: usize,
    /// What it stands for in the text as written.
    from: Range<usize>,
    /// Whether it is the text as written, byte for byte.
    copied: bool,
}

/// A tag that means nothing here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Where it stands in the text as written.
    pub range: Range<usize>,
    /// What kind of tag it is, such as `youtube`.
    pub kind: String,
}

/// What decides how a text is read besides the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Manner {
    /// Whether it belongs to a vault, whose comments may stand anywhere.
    pub vault: bool,
    /// Whether it is MDX, with imports and components.
    pub mdx: bool,
}

/// Marks without which a text is plain, each with the rarest of its bytes.
const MARKS: [(u8, &str); 8] =
    [(b'{', "{%"), (b'{', "{{"), (b':', ":::"), (b'%', "%%"), (b'!', "!!!"), (b'?', "???"), (b'[', "[TOC]"), (b'_', "_TOC_")];

/// Reads the text of a source from `start` on and makes it plain.
pub fn plain_source(source: &Source, start: usize, manner: Manner) -> Plain<'_> {
    let text = &source.text[start..];
    if source.included.is_empty() {
        return plain(text, manner);
    }
    let mut scanned = scan::scan(text, manner);
    let below = source.included.iter().filter(|included| included.range.start >= start);
    let mut included: Vec<Token> = below
        .map(|Included { range, text }| Token { range: range.start - start..range.end - start, meaning: Meaning::Lines(text.clone()) })
        .collect();
    included.sort_by_key(|token| token.range.start);
    // Included texts do not overlap, so only the first that ends behind the start of a token can meet it.
    let meets = |token: &Token| {
        let next = included.partition_point(|lines| lines.range.end <= token.range.start);
        included.get(next).is_some_and(|lines| lines.range.start < token.range.end)
    };
    scanned.tokens.retain(|token| !meets(token));
    scanned.tokens.extend(included);
    scanned.tokens.sort_by_key(|token| token.range.start);
    boxes::write(text, scanned)
}

/// Whether a text has a mark of a dialect. Most texts have none of the bytes that are looked for first, one by one.
fn is_marked(text: &[u8]) -> bool {
    let any = |byte: u8| memchr::memchr(byte, text).is_some();
    MARKS.iter().any(|(rare, mark)| any(*rare) && find(text, mark.as_bytes()).is_some())
}

/// Makes a text plain that takes in no other.
fn plain(text: &str, manner: Manner) -> Plain<'_> {
    let bytes = text.as_bytes();
    if !manner.mdx && !is_marked(bytes) {
        return Plain::same(text);
    }
    boxes::write(text, scan::scan(text, manner))
}

impl<'a> Plain<'a> {
    /// A text that is plain as it is written.
    pub fn same(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), places: Vec::new(), notices: Vec::new() }
    }

    /// What a range of the plain text stands for in the text as written.
    pub fn written(&self, range: &Range<usize>) -> Range<usize> {
        if self.places.is_empty() {
            return range.clone();
        }
        let start = self.place(range.start).map_or(0, |place| match place.copied {
            true => place.from.start + (range.start - place.at),
            false => place.from.start,
        });
        if range.is_empty() {
            return start..start;
        }
        let end = self.place(range.end - 1).map_or(start, |place| match place.copied {
            true => place.from.start + (range.end - place.at),
            false => place.from.end,
        });
        start..end.max(start)
    }

    /// Whether a range of the plain text stands in the text as written, so that an edit of it is one there.
    pub fn is_written(&self, range: &Range<usize>) -> bool {
        self.places.is_empty() || {
            let first = self.place(range.start);
            first.is_some_and(|first| first.copied && range.end - first.at <= first.from.len())
        }
    }

    fn place(&self, at: usize) -> Option<&Place> {
        self.places[..self.places.partition_point(|place| place.at <= at)].last()
    }

    /// The text with a mark put in at some places, ascending.
    pub fn with(&self, mark: &str, places: &[usize]) -> Plain<'static> {
        let mut out = Draft::default();
        let mut from = 0;
        for &at in places {
            self.copy_to(&mut out, from..at);
            let written = self.written(&(at..at)).start;
            out.insert(mark, written..written);
            from = at;
        }
        self.copy_to(&mut out, from..self.text.len());
        Plain { text: Cow::Owned(out.text), places: out.places, notices: self.notices.clone() }
    }

    fn copy_to(&self, out: &mut Draft, range: Range<usize>) {
        let mut from = range.start;
        while from < range.end {
            let next =
                self.places.get(self.places.partition_point(|place| place.at <= from)).map_or(range.end, |next| next.at.min(range.end));
            let written = self.written(&(from..next));
            out.put(&self.text[from..next], written, self.place(from).is_none_or(|place| place.copied));
            from = next;
        }
    }
}

/// A plain text that is being written.
#[derive(Default)]
struct Draft {
    text: String,
    places: Vec<Place>,
}

impl Draft {
    fn copy(&mut self, source: &str, range: Range<usize>) {
        self.put(&source[range.clone()], range, true);
    }

    fn insert(&mut self, text: &str, from: Range<usize>) {
        self.put(text, from, false);
    }

    fn put(&mut self, text: &str, from: Range<usize>, copied: bool) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        self.text.push_str(text);
        match self.places.last_mut() {
            Some(last) if copied && last.copied && last.from.end == from.start => last.from.end = from.end,
            _ => self.places.push(Place { at, from, copied }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Manner = Manner { vault: false, mdx: false };

    fn read(text: &str) -> String {
        plain(text, HERE).text.into_owned()
    }

    #[test]
    fn a_text_without_marks_is_passed_on() {
        assert!(matches!(plain("# A\n\n::\n", HERE).text, Cow::Borrowed(_)));
    }

    #[test]
    fn notes_of_all_dialects_become_one() {
        let want = "> [!tip] Try *this*\n>\n> Body.\n\nAfter.\n";
        for text in [
            "!!! tip \"Try *this*\"\n    Body.\nAfter.\n",
            ":::tip[Try *this*]\nBody.\n:::\nAfter.\n",
            "::: tip Try *this*\nBody.\n:::\nAfter.\n",
            "{% hint style=\"tip\" title=\"Try *this*\" %}\nBody.\n{% endhint %}\nAfter.\n",
            "{{% alert title=\"Try *this*\" color=\"tip\" %}}\nBody.\n{{% /alert %}}\nAfter.\n",
            "{{< tip title=\"Try *this*\" >}}\nBody.\n{{< /tip >}}\nAfter.\n",
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn notes_nest_and_fold() {
        assert_eq!(read("??? note\n    A\n\n    ???+ tip\n        B\n\nC\n"), "> [!note]-\n>\n> A\n>\n> > [!tip]+\n> >\n> > B\n> >\n\nC\n");
        assert_eq!(read("::::note\n:::tip\nB\n:::\n::::\n"), "> [!note]\n>\n> > [!tip]\n> >\n> > B\n>\n\n");
    }

    #[test]
    fn what_is_not_closed_stays_as_it_is() {
        for text in [":::note\nText\n", "{% hint %}\n", "a %% b\n", "100%% of 50%%\n", ":::\n", "{{ date }} and {{#if x}}\n"] {
            let read = read(text);
            assert_eq!(read.trim_end(), text.trim_end().trim_start_matches("{% hint %}"), "{text}");
        }
    }

    #[test]
    fn code_is_left_alone() {
        for text in [
            "```\n!!! note\n    x\n{% if %}\n```\n",
            "a `{{< x >}}` b `` {% `y` %} `` c\n",
            "<!-- {% x %} :::note -->\n:::\n",
            "Text\n\n    {{< x >}}\n",
            "<pre>\n{% x %}\n</pre>\n",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn places_lead_back() {
        let text = "A\n\n!!! note\n    See [x](y.md).\n\n{{< x >}}B\n";
        let plain = plain(text, HERE);
        for words in ["[x](y.md)", "B", "A"] {
            let at = plain.text.rfind(words).expect("it is there");
            let range = at..at + words.len();
            assert_eq!(&text[plain.written(&range)], words);
            assert!(plain.is_written(&range));
        }
        let marked = plain.with("\\", &[plain.text.find('B').expect("it is there")]);
        assert!(marked.text.ends_with("\\B\n"));
        let at = marked.text.len() - 2;
        assert_eq!(&text[marked.written(&(at..at + 1))], "B");
    }
}
