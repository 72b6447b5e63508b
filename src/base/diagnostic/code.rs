//! The codes of the diagnostics: stable names that authors search for and configs refer to.

use super::super::config::Mode;
use super::Severity;

/// Which problem it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// No page, image or embed of that name.
    BrokenLink,
    /// Facts that do not parse or have the wrong type.
    FrontMatter,
    /// A key that is not known.
    UnknownKey,
    /// A stance that is not known.
    UnknownStance,
    /// Not UTF-8.
    Encoding,
    /// A file that cannot be read.
    Unreadable,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    SpecialFile,
    /// Too large to be read.
    TooLarge,
    /// A page without links to it.
    OrphanPage,
    /// A mistake in `handbook.toml`.
    Config,
}

const ALL: [(Code, &str); 11] = [
    (Code::BrokenLink, "broken-link"),
    (Code::FrontMatter, "front-matter"),
    (Code::UnknownKey, "unknown-key"),
    (Code::UnknownStance, "unknown-stance"),
    (Code::Encoding, "encoding"),
    (Code::Unreadable, "unreadable"),
    (Code::Symlink, "symlink"),
    (Code::SpecialFile, "special-file"),
    (Code::TooLarge, "too-large"),
    (Code::OrphanPage, "orphan-page"),
    (Code::Config, "config"),
];

impl Code {
    /// The name in reports and configs, such as `broken-link`.
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(code, _)| *code == self).map_or("", |(_, name)| name)
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, known)| *known == name).map(|(code, _)| *code)
    }

    /// Every code, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(code, _)| *code)
    }

    /// How bad it is unless the config says otherwise; `None` where the mode does not report it.
    pub fn default_severity(self, mode: Mode) -> Option<Severity> {
        match (self, mode) {
            (Self::UnknownKey | Self::UnknownStance, Mode::Own) => Some(Severity::Warning),
            (Self::UnknownKey | Self::UnknownStance, Mode::Foreign) => Some(Severity::Hint),
            (Self::OrphanPage, Mode::Own) => Some(Severity::Hint),
            (Self::OrphanPage, Mode::Foreign) => None,
            (Self::Config, _) | (_, Mode::Own) => Some(Severity::Error),
            (_, Mode::Foreign) => Some(Severity::Warning),
        }
    }
}
