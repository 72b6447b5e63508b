//! The rules by which an edit reaches other outputs, as a set, so that tests can take one away and see that it is missed.

/// Why an output may show what an edit has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// An output is made from its own file.
    Itself,
    /// A page shows where its links lead.
    Resolved,
    /// A page shows its own address and pillars.
    Shifted,
    /// A page shows the terms in its text.
    Reworded,
    /// A former address forwards to the page.
    Former,
    /// A page shows the sentences that link to it.
    Backlinks,
    /// A page shows the titles and cards of those it links to.
    Linkers,
    /// A page shows the titles and cards of those that link to it.
    Targets,
    /// A page shows the cards of related pages.
    RelatedCards,
    /// Pages are related by the links they share.
    RelatedLinks,
    /// Pages are related by the terms they share.
    RelatedTerms,
    /// A page shows the texts it embeds.
    Embeds,
    /// The sections of a glossary in one file have pages of their own.
    Sections,
    /// A page says how large the pictures are that it shows.
    Pictures,
    /// An address may get another owner.
    Owners,
    /// A page shows the titles of the pages before and after it.
    Neighbours,
    /// A page shows the paths that it is on.
    Paths,
    /// Pages of one title say in their head where they stand.
    Twins,
    /// A page shows the titles of the folders above it, and links to folders.
    Folders,
    /// A page shows its tags as the first page writes them.
    Tags,
    /// Lists of all people, terms, paths, the home page and the like show whatever there is.
    Gatherings,
    /// Parts of lists show cards.
    Lists,
    /// Glossary and pillars show who uses which term.
    TermLists,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 23] = [
        Self::Itself,
        Self::Resolved,
        Self::Shifted,
        Self::Reworded,
        Self::Former,
        Self::Backlinks,
        Self::Linkers,
        Self::Targets,
        Self::RelatedCards,
        Self::RelatedLinks,
        Self::RelatedTerms,
        Self::Embeds,
        Self::Sections,
        Self::Pictures,
        Self::Owners,
        Self::Neighbours,
        Self::Paths,
        Self::Twins,
        Self::Folders,
        Self::Tags,
        Self::Gatherings,
        Self::Lists,
        Self::TermLists,
    ];
}

/// A set of rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules(u32);

impl Rules {
    /// All rules: what a program uses.
    pub const ALL: Self = Self(u32::MAX);

    /// All rules but one.
    pub fn without(rule: Rule) -> Self {
        Self(!(1 << rule as u32))
    }

    /// Whether a rule is among them.
    pub fn has(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u32) != 0
    }
}
