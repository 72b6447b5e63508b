//! What templates do with the values that they are given: show them, ask whether they are there, or compute with them.
//!
//! In: the texts of templates. Out: for a template or a component, the names with which it computes: in a filter, a
//! comparison, a loop, an argument. What is only shown or asked for cannot change the rest of the output, and that is
//! what lets `stencil` draw a shape once for many pages.
//!
//! Invariant: in doubt a name counts as computed with; a template that is not understood counts as computing with all.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::EMBEDDED;

/// What a template, with all it extends and includes, or a component does.
#[derive(Clone, Default, Debug)]
pub(super) struct Uses {
    /// Names, as dotted paths, with which it computes.
    computed: BTreeSet<String>,
    /// Names that are shown with the filter `safe`, which matters for text but not for HTML.
    safe: BTreeSet<String>,
    /// Names that are shown as they are: for a table that is computing with all in it.
    printed: BTreeSet<String>,
    /// Names after which it asks.
    asked: BTreeSet<String>,
    /// Templates that it extends or includes.
    others: BTreeSet<String>,
    /// Whether it does something that is not understood.
    unclear: bool,
}

/// The uses of all templates and components of a theme.
#[derive(Default, Debug)]
pub(super) struct AllUses {
    templates: BTreeMap<String, Uses>,
    components: BTreeMap<String, Uses>,
}

impl Uses {
    /// Whether it computes with a value, with a part of it or with what it is a part of.
    pub(super) fn computes(&self, name: &str) -> bool {
        let whole = |printed: &String| name.strip_prefix(printed.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.unclear || covers(&self.computed, name) || self.printed.iter().any(whole)
    }

    /// Whether it does anything with a value.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.computes(name) || [&self.safe, &self.printed, &self.asked].into_iter().any(|names| covers(names, name))
    }

    /// Whether it shows a value as it is.
    pub(super) fn prints(&self, name: &str) -> bool {
        self.printed.contains(name)
    }

    /// Whether it shows a text as if it were HTML.
    pub(super) fn shows_as_html(&self, name: &str) -> bool {
        covers(&self.safe, name)
    }

    fn merge(&mut self, other: &Self) {
        self.computed.extend(other.computed.iter().cloned());
        self.safe.extend(other.safe.iter().cloned());
        self.printed.extend(other.printed.iter().cloned());
        self.asked.extend(other.asked.iter().cloned());
        self.unclear |= other.unclear;
    }
}

fn covers(names: &BTreeSet<String>, name: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    names.iter().any(|used| within(used, name) || within(name, used))
}

impl AllUses {
    /// Reads templates, by name; one name may stand for several, of which it is not known which one is drawn.
    pub(super) fn of<'a>(templates: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all = Self::default();
        for (name, text) in templates {
            let mut own = Uses::default();
            all.read(text, &mut own);
            let known = all.templates.entry(name.to_owned()).or_default();
            known.merge(&own);
            known.others.extend(own.others);
        }
        all
    }

    /// What a template does, with those it extends and includes, and what components do with the page.
    pub(super) fn template(&self, name: &str) -> Uses {
        let mut uses = Uses::default();
        let (mut open, mut done) = (vec![name], BTreeSet::new());
        while let Some(name) = open.pop() {
            let name = name.strip_prefix(EMBEDDED).unwrap_or(name);
            if !done.insert(name) {
                continue;
            }
            match self.templates.get(name) {
                Some(own) => {
                    uses.merge(own);
                    open.extend(own.others.iter().map(String::as_str));
                }
                None => uses.unclear = true,
            }
        }
        for component in self.components.values() {
            // A component sees its arguments, which count where it is called, and the page.
            let of_page = |name: &&String| covers(&BTreeSet::from([(*name).clone()]), "page");
            uses.computed.extend(component.computed.iter().filter(of_page).cloned());
            uses.safe.extend(component.safe.iter().filter(of_page).cloned());
            uses.printed.extend(component.printed.iter().filter(of_page).cloned());
            uses.asked.extend(component.asked.iter().filter(of_page).cloned());
            uses.unclear |= component.unclear || !component.others.is_empty();
        }
        uses
    }

    /// What a component does.
    pub(super) fn component(&self, name: &str) -> Uses {
        let mut uses = self.components.get(name).cloned().unwrap_or(Uses { unclear: true, ..Uses::default() });
        uses.unclear |= !uses.others.is_empty();
        uses
    }

    fn read(&mut self, text: &str, own: &mut Uses) {
        let mut component: Option<String> = None;
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let opened = &rest[at + 1..];
            let close = match opened.as_bytes().first() {
                Some(b'{') => "}}",
                Some(b'%') => "%}",
                Some(b'#') => {
                    rest = opened.find("#}").map_or("", |end| &opened[end + 2..]);
                    continue;
                }
                _ => {
                    rest = opened;
                    continue;
                }
            };
            let Some(end) = end_of(&opened[1..], close) else {
                own.unclear = true;
                return;
            };
            let inside = opened[1..1 + end].trim_start_matches('-').trim_end_matches('-').trim();
            rest = &opened[1 + end + 2..];
            if close == "%}" {
                if let Some(head) = inside.strip_prefix("component ") {
                    component = Some(head.split('(').next().unwrap_or("").trim().to_owned());
                    continue;
                }
                if inside.starts_with("endcomponent") {
                    component = None;
                    continue;
                }
            }
            let uses = match &component {
                Some(name) => self.components.entry(name.clone()).or_default(),
                None => &mut *own,
            };
            if close == "}}" { uses.shown(inside) } else { uses.tag(inside) }
        }
    }
}

impl Uses {
    /// `{{ … }}`
    fn shown(&mut self, inside: &str) {
        if is_path(inside) {
            self.printed.insert(inside.to_owned());
            return;
        }
        if inside == "super()" {
            return;
        }
        if let Some((path, "safe")) = inside.split_once('|').map(|(path, filter)| (path.trim(), filter.trim()))
            && is_path(path)
        {
            self.safe.insert(path.to_owned());
            return;
        }
        // What a call of a component shows is as good as shown here, unless something is done with it.
        let call = inside.strip_prefix('<').and_then(|call| call.strip_suffix("/>"));
        self.unclear |= call.is_none() && (draws(inside) || paths(inside).contains(&"super"));
        self.unclear |= call.is_some_and(draws);
        self.computes_with(inside);
    }

    /// `{% … %}`
    fn tag(&mut self, inside: &str) {
        let (word, rest) = inside.split_once(|c: char| c.is_whitespace()).unwrap_or((inside, ""));
        match word {
            "if" | "elif" => {
                let plain = |part: &str| part.is_empty() || (is_path(part) && !["in", "is", "if", "else"].contains(&part));
                let mut parts = rest.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
                if parts.clone().all(plain) {
                    self.asked.extend(parts.by_ref().map(str::to_owned));
                } else {
                    self.unclear |= draws(rest);
                    self.computes_with(rest);
                }
            }
            "for" | "set" | "set_global" => {
                self.unclear |= draws(rest) || (word != "for" && !rest.contains('='));
                self.computes_with(rest);
            }
            "extends" | "include" => {
                let name = rest.trim().trim_matches(['"', '\'', '`']);
                self.unclear |= name.is_empty() || name.len() + 2 != rest.trim().len();
                self.others.insert(name.to_owned());
            }
            "else" | "endif" | "endfor" | "block" | "endblock" | "break" | "continue" => {}
            _ => self.unclear = true,
        }
    }

    fn computes_with(&mut self, expression: &str) {
        self.computed.extend(paths(expression).into_iter().map(str::to_owned));
    }
}

/// Whether an expression may hold a call of a component, whose output is a value then.
fn draws(expression: &str) -> bool {
    expression.match_indices('<').any(|(at, _)| expression[at + 1..].starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '/'))
}

/// Where a text closes outside of quotes.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None if text.as_bytes()[at..].starts_with(close.as_bytes()) => return Some(at),
            None => {}
        }
    }
    None
}

/// Whether a text is a name, or names with points between them.
fn is_path(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}

/// All names in an expression, outside of quotes; words of the language are among them and do no harm.
fn paths(expression: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    let (mut quote, mut start) = (None, None);
    for (at, c) in expression.char_indices().chain([(expression.len(), ' ')]) {
        if let Some(open) = quote {
            quote = (open != c).then_some(open);
        } else if c.is_alphanumeric() || matches!(c, '_' | '.') {
            start = start.or(Some(at));
        } else {
            paths.extend(start.take().map(|start| &expression[start..at]));
            quote = matches!(c, '"' | '\'' | '`').then_some(c);
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Uses {
        AllUses::of([("t.html", text)].into_iter()).template("t.html")
    }

    #[test]
    fn what_is_shown_or_asked_for_is_not_computed_with() {
        let uses = uses("{# x #}<p>{{ page.title }}{%- if claim and not (toc or next) -%}{{- claim.html -}}{% elif a.b %}{% endif %}</p>");
        for name in ["page.title", "claim", "claim.html", "toc", "a.b"] {
            assert!(!uses.computes(name), "{name}");
        }
    }

    #[test]
    fn filters_comparisons_loops_and_arguments_compute() {
        for text in [
            "{{ toc | length }}",
            "{% if toc == \"x\" %}{% endif %}",
            "{% if x in toc %}{% endif %}",
            "{% if toc is string %}{% endif %}",
            "{% for line in toc %}{% endfor %}",
            "{% set x = toc %}",
            "{{ toc or page.title }}",
            "{{ toc[0] }}",
            "{{ toc?.a }}",
            "{{ <lines list={toc} /> }}",
            "{{ glyph[toc] or \"\" }}",
            "{{ \"}}\" ~ toc }}",
            "{{ x if toc else y }}",
        ] {
            assert!(uses(text).computes("toc") && uses(text).computes("toc.inner"), "{text}");
            assert!(!uses(text).computes("claim"), "{text}");
        }
        assert!(uses("{{ page.title | upper }}").computes("page"));
    }

    #[test]
    fn a_table_that_is_shown_as_it_is_counts_with_all_in_it() {
        assert!(uses("{{ page }}").computes("page.title") && !uses("{{ page }}").computes("claim"));
        assert!(uses("{{ tags }}").prints("tags") && !uses("{{ tags }}").computes("tags"));
    }

    #[test]
    fn what_stands_nowhere_is_not_known() {
        let uses = uses("{{ a.b }}{% if c and d %}{% endif %}{{ e | upper }}{{ f | safe }}");
        assert!(["a.b", "a", "c", "d", "d.x", "e", "f"].into_iter().all(|name| uses.knows(name)));
        assert!(!uses.knows("a.c") && !uses.knows("g"));
    }

    #[test]
    fn what_is_not_understood_computes_with_everything() {
        for text in [
            "{% filter upper %}{% endfilter %}",
            "{% set x %}{{ claim }}{% endset %}",
            "{{ super() | upper }}",
            "{{ <a /> | upper }}",
            "{% <a> %}{{ claim }}{% </a> %}",
            "{% include name %}",
            "{% include \"missing.html\" %}",
            "{% set x = <a /> %}",
            "{{ claim",
        ] {
            assert!(uses(text).computes("claim"), "{text}");
        }
    }

    #[test]
    fn a_template_does_what_those_do_that_it_extends() {
        let all = AllUses::of(
            [("a.html", "{% extends \"default/b.html\" %}"), ("b.html", "{{ toc | length }}"), ("c.html", "{{ claim | upper }}")]
                .into_iter(),
        );
        assert!(all.template("a.html").computes("toc"));
        assert!(!all.template("a.html").computes("claim"));
    }

    #[test]
    fn components_stand_for_themselves_but_for_the_page() {
        let text = "{% component row(card: map, @page) %}{{ card.claim | upper }}{{ page.url | upper }}{% endcomponent row %}{{ x }}";
        let all = AllUses::of([("parts.html", text), ("t.html", "{{ card.claim }}")].into_iter());
        assert!(all.component("row").computes("card.claim") && !all.component("row").computes("card.title"));
        assert!(!all.template("t.html").computes("card.claim") && all.template("t.html").computes("page.url"));
        assert!(all.component("missing").computes("x"));
    }

    #[test]
    fn the_filter_safe_is_told_apart() {
        assert!(uses("{{ content | safe }}").shows_as_html("content") && !uses("{{ content | safe }}").computes("content"));
    }
}
