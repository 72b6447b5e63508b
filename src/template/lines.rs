//! Lines of lists that many pages show alike: a term with its definition.
//!
//! In: sealed terms, the theme's component `term`. Out: for a page their values and their lines, each line drawn once for
//! each depth: the terms that a page uses cost more to draw than the rest of a short page.
//!
//! Invariant: the component sees the term, `page.root`, `site`, `asset` and `glyph`, nothing else.
//! Invariant: a line that is kept with its term is shown by the theme that has drawn it and by no other.

use std::borrow::Cow;
use std::sync::OnceLock;

use tera::{Context, Map, TeraResult, Value};

use super::chrome::{DEPTHS, depth};
use super::theme::Theme;
use super::view::TermView;
use crate::base::fingerprint::{Fingerprint, Sealed};

/// What is kept with a term.
struct Kept {
    value: Value,
    theme: Fingerprint,
    lines: [OnceLock<String>; DEPTHS],
}

/// The values of terms, and their lines as one text.
pub(super) fn terms(theme: &Theme, root: &str, terms: &[Sealed<TermView>]) -> TeraResult<(Value, Value)> {
    let mut values = Vec::with_capacity(terms.len());
    let mut lines = String::new();
    for term in terms {
        if term.kept::<Kept>().is_none() {
            term.keep(Kept { value: Value::try_from_serializable(&**term)?, theme: theme.print(), lines: Default::default() });
        }
        let Some(kept) = term.kept::<Kept>() else { continue };
        values.push(kept.value.clone());
        lines.push_str(&line(theme, root, kept)?);
    }
    Ok((Value::from(values), Value::safe_string(&lines)))
}

fn line<'a>(theme: &Theme, root: &str, kept: &'a Kept) -> TeraResult<Cow<'a, str>> {
    let place = depth(root).filter(|_| kept.theme == theme.print()).map(|depth| &kept.lines[depth]);
    if let Some(drawn) = place.and_then(OnceLock::get) {
        return Ok(drawn.into());
    }
    let (mut args, mut implicit, mut page) = (Context::new(), Context::new(), Map::new());
    page.insert("root".into(), Value::from(root));
    args.insert_value("term", kept.value.clone());
    implicit.insert_value("page", Value::from(page));
    let drawn = theme.tera.render_component_with_implicits("term", &args, &implicit, None, true)?;
    Ok(match place {
        Some(place) => place.get_or_init(|| drawn).into(),
        None => drawn.into(),
    })
}
