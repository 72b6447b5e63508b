//! The codes of the diagnostics: stable names that authors search for and configs refer to.
//!
//! In: nothing. Out: for each code its name, how bad it is, and a page that explains it (`explain/NAME.md`).
//!
//! Invariant: a name, once released, keeps its meaning; the order of the variants is the order of the documentation.

use super::super::config::Mode;
use super::Severity;

/// One row a code: doc sentence, variant, name, and how bad it is in an own handbook and in a foreign folder.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $own:ident $foreign:ident)*) => {
        /// Which problem it is.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in reports and configs, such as `broken-link`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How bad it is unless the config says otherwise; `None` where the mode does not report it.
            pub fn default_severity(self, mode: Mode) -> Option<Severity> {
                let (own, foreign) = match self {
                    $(Self::$variant => (severity::$own, severity::$foreign),)*
                };
                match mode {
                    Mode::Own => own,
                    Mode::Foreign => foreign,
                }
            }

            /// The page that explains it, in Markdown: what it means, what readers would see, a mistake and its remedy.
            pub fn explain(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("explain/", $name, ".md")),)*
                }
            }
        }
    };
}

/// The words of the table.
#[allow(non_upper_case_globals)]
mod severity {
    use super::Severity;

    pub const error: Option<Severity> = Some(Severity::Error);
    pub const warning: Option<Severity> = Some(Severity::Warning);
    pub const hint: Option<Severity> = Some(Severity::Hint);
    pub const off: Option<Severity> = None;
}

codes! {
    /// No page, image or embed of that name.
    BrokenLink "broken-link" error warning
    /// The page is there, the heading or block is not.
    BrokenAnchor "broken-anchor" error warning
    /// A wikilink to a page that nobody has written yet, where such links are wanted.
    WantedPage "wanted-page" off warning
    /// Resolved only by a unique file name elsewhere.
    MovedLink "moved-link" warning warning
    /// The page is found only after dropping case or punctuation.
    LooseLink "loose-link" warning hint
    /// The heading is found only after dropping case or punctuation.
    LooseAnchor "loose-anchor" warning hint
    /// Several candidates at equal distance.
    AmbiguousLink "ambiguous-link" error warning
    /// An absolute URL of this site or repository that leads nowhere.
    StaleOwnUrl "stale-own-url" warning warning
    /// The link works through an alias.
    RedirectedLink "redirected-link" hint hint
    /// A link to a draft or to a page that is not published yet.
    DraftLink "draft-link" warning hint
    /// Two pages claim one address.
    DuplicateUrl "duplicate-url" error warning
    /// An address lost to a stronger claim.
    ShadowedUrl "shadowed-url" warning warning
    /// The block at the top of a page does not parse, or a value has the wrong type.
    FrontMatter "front-matter" error warning
    /// The block at the top of a page has a key that means nothing.
    UnknownKey "unknown-key" warning hint
    /// A file is not UTF-8.
    Encoding "encoding" error warning
    /// A file or folder cannot be read.
    Unreadable "unreadable" error warning
    /// A symbolic link, which is not followed.
    Symlink "symlink" error warning
    /// Neither a file nor a folder.
    SpecialFile "special-file" error warning
    /// A file that is too large to be read.
    TooLarge "too-large" error warning
    /// HTML in a page is left out or escaped.
    RawHtml "raw-html" warning hint
    /// A link whose address could run a program.
    UnsafeUrl "unsafe-url" warning hint
    /// A word in angle brackets, which browsers would hide.
    Placeholder "placeholder" warning hint
    /// Pages that embed each other in a circle.
    EmbedCycle "embed-cycle" error warning
    /// Embeds that would make a page too large.
    EmbedBudget "embed-budget" error warning
    /// A credit that is nearly the name of a known contributor.
    UnknownContributor "unknown-contributor" warning hint
    /// A pillar that the handbook does not have.
    UnknownPillar "unknown-pillar" warning hint
    /// A stance that is none.
    UnknownStance "unknown-stance" warning hint
    /// A picture without a description.
    MissingAlt "missing-alt" warning hint
    /// A picture or frame from another site.
    RemoteAsset "remote-asset" warning hint
    /// A tag of another generator that means nothing here.
    Shortcode "shortcode" warning hint
    /// No page links here.
    OrphanPage "orphan-page" hint off
    /// An essay that no example illustrates.
    NoExample "no-example" hint off
    /// An essay that shows one stance only.
    OneSided "one-sided" hint off
    /// An essay without a claim.
    NoClaim "no-claim" hint off
    /// A comparison of leader and manager where one of the two has nothing to say.
    EmptyCell "empty-cell" hint off
    /// Colours that are hard to read.
    Contrast "contrast" error error
    /// A theme that fails.
    Theme "theme" error error
    /// A problem in `handbook.toml`.
    Config "config" error error
}

impl Code {
    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The title of its page, without the name.
    pub fn summary(self) -> &'static str {
        let title = self.explain().lines().next().unwrap_or_default();
        title.split_once(": ").map_or(title, |(_, summary)| summary)
    }

    /// The first paragraph of its page.
    pub fn meaning(self) -> &'static str {
        self.explain().split("\n\n").nth(1).unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_leads_back_to_its_code() {
        for &code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(code));
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", code.name());
        }
        assert_eq!(Code::ALL.len(), 38);
        assert_eq!(Code::from_name("Broken-Link"), None);
    }

    #[test]
    fn the_levels_are_those_of_the_documentation() {
        let levels = |mode| {
            let word = |code: &Code| code.default_severity(mode).map_or("-", Severity::word).chars().next().expect("a word");
            Code::ALL.iter().map(word).collect::<String>()
        };
        assert_eq!(levels(Mode::Own), "ee-wwwewhweweweeeeewwweewwwwwwhhhhheee");
        assert_eq!(levels(Mode::Foreign), "wwwwhhwwhhwwwhwwwwwhhhwwhhhhhh-----eee");
    }

    #[test]
    fn each_page_has_what_an_author_needs() {
        for &code in Code::ALL {
            let (name, page) = (code.name(), code.explain());
            assert!(page.starts_with(&format!("# {name}: ")), "{name}: title");
            for part in ["\n## What readers see\n", "\n## An example\n", "\n## Mended\n", "\n## How strict it is\n"] {
                assert_eq!(page.matches(part).count(), 1, "{name}: {part}");
            }
            assert!(!code.summary().is_empty() && code.meaning().len() > 60, "{name}: first paragraph");
            assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{name}: end");
            for word in ["token", "scalar", "mapping", "AST", "parser", "deserial"] {
                assert!(!page.contains(word), "{name}: {word:?}");
            }
        }
    }
}
