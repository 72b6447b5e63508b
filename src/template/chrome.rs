//! The parts of a page that are the same for every page of one depth and pillar: the strip, the foot, the feeds
//! and how other sites show a link to it.
//!
//! In: the templates `feeds.html`, `social.html`, `strip.html` and `foot.html`. Out: their HTML, drawn once for each language, depth and pillar and then
//! shared: a template that loops over all pillars on every page costs more than the rest of a short page.
//!
//! Invariant: these templates see `site`, `say`, `asset`, `glyph`, `page.root`, `page.pillar` and `is_pillar`, nothing else.

use tera::{Context, Map, Tera, TeraResult, Value};

use super::theme::Tongue;
use super::view::PageHead;

/// Depths that are drawn ahead; deeper pages draw their own.
pub(super) const DEPTHS: usize = 6;

/// What is drawn ahead.
#[derive(Debug)]
pub(super) struct Chrome {
    /// By language, depth, pillar (none first), and whether the page is the pillar's own.
    drawn: Vec<Drawn>,
    pillars: Vec<String>,
}

/// The parts for one depth and pillar.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) feeds: Value,
    pub(super) social: Value,
    pub(super) strip: Value,
    pub(super) foot: Value,
}

impl Chrome {
    /// Draws the parts for the languages, depths and pillars of a site.
    pub(super) fn new(tera: &Tera, pillars: Vec<String>, tongues: &[Tongue]) -> TeraResult<Self> {
        let mut drawn = Vec::with_capacity(tongues.len() * DEPTHS * (pillars.len() + 1) * 2);
        for (tongue, depth) in tongues.iter().flat_map(|tongue| (0..DEPTHS).map(move |depth| (tongue, depth))) {
            let root = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
            for pillar in std::iter::once(None).chain(pillars.iter().map(|pillar| Some(pillar.as_str()))) {
                for is_pillar in [false, true] {
                    drawn.push(draw(tera, tongue, &root, pillar, is_pillar)?);
                }
            }
        }
        Ok(Self { drawn, pillars })
    }

    /// The parts of a page.
    pub(super) fn of(&self, tera: &Tera, tongue: &Tongue, head: &PageHead, is_pillar: bool) -> TeraResult<Drawn> {
        let pillar = match &head.pillar {
            None => Some(0),
            Some(pillar) => self.pillars.iter().position(|known| known == pillar).map(|at| at + 1),
        };
        match (depth(&head.root), pillar) {
            (Some(depth), Some(pillar)) => {
                let row = usize::from(tongue.at) * DEPTHS + depth;
                Ok(self.drawn[(row * (self.pillars.len() + 1) + pillar) * 2 + usize::from(is_pillar)].clone())
            }
            _ => draw(tera, tongue, &head.root, head.pillar.as_deref(), is_pillar),
        }
    }
}

/// The depth of a page from which `root` leads to the root of the site, where it is drawn ahead.
pub(super) fn depth(root: &str) -> Option<usize> {
    let depth = match root {
        "./" => Some(0),
        root if root.starts_with("../") => Some(root.len() / 3),
        _ => None,
    };
    depth.filter(|depth| *depth < DEPTHS)
}

fn draw(tera: &Tera, tongue: &Tongue, root: &str, pillar: Option<&str>, is_pillar: bool) -> TeraResult<Drawn> {
    let mut page = Map::new();
    page.insert("root".into(), Value::from(root));
    page.insert("pillar".into(), pillar.map_or_else(Value::none, Value::from));
    let mut context = Context::new();
    context.insert_value("page", Value::from(page));
    context.insert_value("say", tongue.say.clone());
    context.insert_value("is_pillar", Value::from(is_pillar));
    let part = |name| tera.render(name, &context).map(|html| Value::safe_string(html.trim()));
    Ok(Drawn { feeds: part("feeds.html")?, social: part("social.html")?, strip: part("strip.html")?, foot: part("foot.html")? })
}
