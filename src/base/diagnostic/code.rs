//! The codes of the diagnostics: stable names that authors search for and configs refer to.

use super::super::config::Mode;
use super::Severity;

/// Which problem it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// No page, image or embed of that name.
    BrokenLink,
    /// The colours of a pillar are hard to read.
    Contrast,
    /// A template or another file of the theme fails.
    Theme,
}

impl Code {
    /// The name in reports and configs, such as `broken-link`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BrokenLink => "broken-link",
            Self::Contrast => "contrast",
            Self::Theme => "theme",
        }
    }

    /// How bad it is unless the config says otherwise; `None` where the mode does not report it.
    pub fn default_severity(self, mode: Mode) -> Option<Severity> {
        match mode {
            Mode::Own => Some(Severity::Error),
            Mode::Foreign => Some(Severity::Warning),
        }
    }
}
