//! EPUB 3: a page of the handbook is a page of the book.
//!
//! In: an edition. Out: the bytes of the archive.
//!
//! The theme's template `epub.html` writes the inside of each page, from the same views as the print edition; what it writes is
//! read and written again as XHTML, and its links are led to the pages of the book.
//!
//! Invariant: the same content gives the same bytes; times in the archive are fixed.

mod archive;
mod binding;
mod drafts;
mod package;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::archive::archive;
use self::binding::{Binding, PageLeads};
use self::drafts::{Draft, drafts};
use self::package::{About, Item, document};
use super::cover::cover;
use super::xhtml::{Fragment, escaped};
use super::{BookError, Making};
use crate::base::fingerprint::Fingerprint;
use crate::template::print::Edition;
use crate::template::view::PrintView;

/// A book and what is to say about it.
pub struct Epub {
    /// The bytes of the archive.
    pub bytes: Vec<u8>,
    /// How many pages of the handbook it has.
    pub pages: usize,
    /// Pictures that are only described, since a book cannot hold their kind.
    pub described: Vec<String>,
}

/// Makes a book.
///
/// # Errors
///
/// A template that fails, a picture that cannot be read.
pub fn epub(making: Making<'_>) -> Result<Epub, BookError> {
    let view = making.plan.book(making.edition);
    let about = about(making, &view);
    let say = making.settings().language(&view.page.said_in);
    let (drafts, lines) = drafts(&view, &about, say);
    let (done, of) = (AtomicUsize::new(0), drafts.len() * 2);
    let step = || (making.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, of);
    let read = |draft: &Draft| {
        let html = making.plan.show(&draft.view, making.theme)?;
        step();
        Ok(Fragment::read(&String::from_utf8_lossy(&html)))
    };
    let fragments: Vec<Fragment> = drafts.par_iter().map(read).collect::<Result<_, BookError>>()?;
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, fragment) in fragments.iter().enumerate() {
        for id in &fragment.ids {
            places.entry(id).or_insert(at);
        }
    }
    let mut binding = Binding::new(making);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (at, (draft, fragment)) in drafts.iter().zip(&fragments).enumerate() {
        let mut leads = PageLeads { at, drafts: &drafts, places: &places, base: about.source.as_deref(), binding: &mut binding };
        let body = fragment.write(&mut leads);
        let text = document(&about.language, about.is_rtl, &escaped(&draft.title), draft.kind, &body);
        files.push((draft.file.clone(), text.into_bytes()));
        step();
    }
    let Binding { pictures, described, error, .. } = binding;
    if let Some(error) = error {
        return Err(error);
    }
    let about = About { has_pictures: !pictures.is_empty(), ..about };
    let start = drafts.get(1).map_or("cover.xhtml", |draft| draft.file.as_str());
    files.insert(1, ("contents.xhtml".to_owned(), package::contents(&about, say.text("contents"), &lines, start).into_bytes()));
    files.push(("cover.svg".to_owned(), cover(&about.title, &about.creators.join(", "), &hues(making)).into_bytes()));
    files.push(("style.css".to_owned(), making.theme.book_style().as_bytes().to_vec()));
    let mut items = items(&drafts, &fragments);
    for picture in pictures {
        items.push(picture.item);
        items.extend(picture.fallback.map(|(item, page)| {
            files.push((item.file.clone(), page.into_bytes()));
            item
        }));
        files.push((picture.file, picture.bytes));
    }
    let package = package::package(&about, &items);
    let pages = view.chapters.iter().map(|chapter| chapter.pages.len()).sum();
    Ok(Epub { bytes: archive(&package, files)?, pages, described })
}

/// What the manifest says of the pages and of what every book has.
fn items(drafts: &[Draft], fragments: &[Fragment]) -> Vec<Item> {
    let item = |file: &str, media, properties: &str, is_in_spine| Item {
        id: file.replace('.', "-"),
        file: file.to_owned(),
        media,
        properties: properties.to_owned(),
        fallback: None,
        is_in_spine,
    };
    let page = |(draft, fragment): (&Draft, &Fragment)| {
        item(&draft.file, "application/xhtml+xml", if fragment.has_formula { "mathml" } else { "" }, true)
    };
    let mut items: Vec<Item> = drafts.iter().zip(fragments).map(page).collect();
    items.insert(1, item("contents.xhtml", "application/xhtml+xml", "nav", true));
    items.push(item("cover.svg", "image/svg+xml", "cover-image", false));
    items.push(item("style.css", "text/css", "", false));
    items
}

fn about(making: Making<'_>, view: &PrintView) -> About {
    let settings = making.settings();
    let mut creators: Vec<String> = Vec::new();
    for name in view.chapters.iter().flat_map(|chapter| &chapter.pages).flat_map(|page| &page.by) {
        if !creators.contains(name) {
            creators.push(name.clone());
        }
    }
    let handbook = settings.config.base_url.as_deref().unwrap_or(&making.plan.site.title);
    let edition = match making.edition {
        Edition::Whole => String::new(),
        Edition::Pillar(_) | Edition::Path(_) => view.page.title.clone(),
    };
    let title = match making.edition {
        Edition::Whole => view.page.title.clone(),
        Edition::Pillar(_) | Edition::Path(_) => format!("{}: {}", making.plan.site.title, view.page.title),
    };
    let description = match (view.foreword.first(), view.chapters.as_slice()) {
        (Some(foreword), _) => foreword.claim.clone().unwrap_or_default(),
        (None, [chapter]) => chapter.question.clone(),
        _ => String::new(),
    };
    About {
        title,
        language: view.page.lang.clone(),
        is_rtl: view.page.dir == "rtl",
        creators,
        identifier: identifier(handbook, &edition),
        description: Fragment::read(&description).words(),
        source: settings.config.base_url.clone(),
        day: view.updated.as_ref().map_or_else(|| settings.today.to_string(), |day| day.iso.clone()),
        has_pictures: false,
    }
}

/// A name for the book that stays the same from one edition to the next: a UUID of version 8.
fn identifier(handbook: &str, edition: &str) -> String {
    let bits = Fingerprint::of(&("fourfold", handbook, edition)).0;
    let bits = (bits & !(0xf << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The colours of the pillars on paper.
fn hues(making: Making<'_>) -> Vec<String> {
    let shown = &making.plan.gathered.pillars;
    let pillars = making.settings().config.pillars.iter().filter(|pillar| shown.iter().any(|known| known.id == pillar.id));
    pillars.map(|pillar| pillar.hue[0].clone()).collect()
}
