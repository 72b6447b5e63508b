//! The default theme, as it lies in `themes/default` of the source tree, and the theme `plain` beside it.
//!
//! In: nothing. Out: its templates and assets by name.
//!
//! Invariant: the tables hold every file of those folders, but for the default theme's `theme.toml`, which only people read, and
//! its words, which `base::strings` has.

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Templates by name, in the order of their names.
        pub(super) const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../themes/default/templates/", $name)))),*];
    };
}

macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        /// Assets by path below `assets/`, in the order of their paths.
        pub(super) const ASSETS: &[(&str, &[u8])] = &[$(($name, include_bytes!(concat!("../../themes/default/assets/", $name)))),*];
    };
}

macro_rules! plain {
    ($($name:literal),* $(,)?) => { [$(($name, include_bytes!(concat!("../../themes/plain/", $name)) as &[u8])),*] };
}

/// The stylesheet of books.
pub(super) const BOOK_STYLE: &str = include_str!("../../themes/default/epub.css");

templates!(
    "article.html",
    "atom.xml",
    "base.html",
    "contributor.html",
    "contributors.html",
    "coverage.html",
    "epub.html",
    "essay.html",
    "example.html",
    "folder.html",
    "feeds.html",
    "foot.html",
    "glossary.html",
    "home.html",
    "jump.html",
    "listing.html",
    "map.html",
    "mentions.html",
    "new.html",
    "not-found.html",
    "page.html",
    "parts.html",
    "path.html",
    "paths.html",
    "pillar.html",
    "print.html",
    "redirect.html",
    "search.html",
    "sitemap.xml",
    "social.html",
    "strip.html",
    "tag.html",
    "tags.html",
    "term.html",
);

/// A second theme, `plain`, by path below its folder.
pub(super) const PLAIN: &[(&str, &[u8])] =
    &plain!("assets/style.css", "templates/article.html", "templates/base.html", "templates/foot.html", "theme.toml",);

assets!(
    "app.js",
    "book.css",
    "copy.js",
    "find.js",
    "icon.svg",
    "live.css",
    "lost.js",
    "path.js",
    "preview.js",
    "say.js",
    "search.js",
    "sheet.js",
    "style.css",
    "theme.js",
    "words.js",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &str) -> Vec<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes").join(folder);
        walkdir::WalkDir::new(&root)
            .sort_by_file_name()
            .into_iter()
            .map(|entry| entry.expect("the source tree is readable"))
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/"))
            .collect()
    }

    #[test]
    fn every_file_of_the_themes_is_embedded() {
        assert_eq!(TEMPLATES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names("default/templates"));
        assert_eq!(ASSETS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names("default/assets"));
        assert_eq!(PLAIN.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names("plain"));
    }

    #[test]
    fn the_stylesheets_know_no_left_and_no_right() {
        let sheets = ASSETS.iter().filter(|(name, _)| name.ends_with(".css"));
        let style: String = sheets.map(|(_, style)| std::str::from_utf8(style).expect("a stylesheet is text")).collect();
        for declaration in style.split(['{', '}', ';']).filter(|part| !part.trim_start().starts_with('@')) {
            let Some((property, value)) = declaration.rsplit_once(": ").or(declaration.rsplit_once(':')) else { continue };
            let property = property.rsplit([' ', '\n', '{']).next().unwrap_or_default();
            let words: Vec<&str> = property.split('-').chain(value.split([' ', ','])).collect();
            assert!(words.iter().all(|word| !["left", "right"].contains(word)), "{declaration}");
            assert!(property.split('-').all(|word| !["top", "bottom"].contains(&word)), "{declaration}");
            let sides = value.split_whitespace().collect::<Vec<_>>();
            assert!(
                !matches!(sides[..], [_, right, _, left] if matches!(property, "margin" | "padding" | "inset") && right != left),
                "{declaration}"
            );
            assert!(!["width", "height", "min-width", "max-width", "min-height", "max-height"].contains(&property), "{declaration}");
        }
    }
}
