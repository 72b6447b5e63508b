//! What a change did to the site: which outputs, and why each of them.

use std::fmt;

use crate::base::path::{OutPath, SourcePath};

/// What a change did to the site.
#[derive(Debug, Default)]
pub struct Turn {
    /// Outputs that are new or have other bytes, by path.
    pub stale: Vec<Stale>,
    /// Outputs that are no more, by path.
    pub gone: Vec<OutPath>,
    /// Whether the problems differ from those before.
    pub reported: bool,
}

/// An output that has to be made again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stale {
    /// Where it is.
    pub path: OutPath,
    /// Why it has to be made.
    pub because: Reason,
}

/// Why an output is stale.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It was not there before, or another page has its address.
    New,
    /// Its own file has changed.
    Itself,
    /// Its links lead elsewhere, or to something else.
    Links,
    /// Its own address, order or pillar has changed.
    Place,
    /// The glossary has changed what its text shows of terms.
    Terms,
    /// A sentence that links to it has come, gone or changed.
    Backlink {
        /// The file with the sentence.
        from: SourcePath,
        /// Where the link begins in that file, in bytes.
        at: u32,
    },
    /// It shows the title, the claim or the address of another page.
    Card(SourcePath),
    /// It shares links or terms with another page.
    Related(SourcePath),
    /// It embeds a text that has changed.
    Embed(SourcePath),
    /// A picture that it shows has another size, or is scaled otherwise.
    Picture,
    /// A list that it shows has changed.
    Listing,
    /// It is put together from all pages (the search, the map, a print edition), and one has changed.
    Whole,
    /// The pages before or after it, or the titles of pages around it, have changed.
    Neighbours,
    /// So many pages have changed that every output was compared, and this one differs.
    Much,
    /// The templates, the assets, or what is common to all pages has changed.
    Theme,
    /// The settings have changed.
    Settings,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("new"),
            Self::Itself => f.write_str("its own file"),
            Self::Links => f.write_str("where its links lead"),
            Self::Place => f.write_str("its address, order or pillar"),
            Self::Terms => f.write_str("terms of the glossary"),
            Self::Backlink { from, .. } => write!(f, "backlink sentence from {from}"),
            Self::Card(path) => write!(f, "what it shows of {path}"),
            Self::Related(path) => write!(f, "what it shares with {path}"),
            Self::Embed(path) => write!(f, "the text it embeds of {path}"),
            Self::Picture => f.write_str("a picture it shows"),
            Self::Listing => f.write_str("a list"),
            Self::Whole => f.write_str("one of the pages it is put together from"),
            Self::Neighbours => f.write_str("the pages around it"),
            Self::Much => f.write_str("one of many changes"),
            Self::Theme => f.write_str("the theme, or what all pages share"),
            Self::Settings => f.write_str("the settings"),
        }
    }
}
