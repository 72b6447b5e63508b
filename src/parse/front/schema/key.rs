//! The keys that mean something, and what other tools call them.

use crate::base::config::Mode;
use crate::base::key::loose;

/// What a key sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    Title,
    Summary,
    Lang,
    Owner,
    Kind,
    Pillar,
    Stance,
    By,
    Illustrates,
    Contrasts,
    Tags,
    Aliases,
    Weight,
    Label,
    Sidebar,
    Date,
    Updated,
    PublishAfter,
    Draft,
    Publish,
    Toc,
    Hidden,
    Sources,
    Reviewed,
    Role,
    Industry,
    Status,
    Anonymous,
    Addresses,
    /// Addresses that only forward.
    FormerPaths,
}

/// How a key is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Known {
    /// It is one of ours.
    Own(Field),
    /// Another tool calls one of ours so.
    Other(Field),
    /// Another tool's, with a meaning that templates may show.
    Inform,
    /// It is not.
    No,
}

/// Our own keys.
pub(super) const OWN: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("summary", Field::Summary),
    ("lang", Field::Lang),
    ("owner", Field::Owner),
    ("kind", Field::Kind),
    ("pillar", Field::Pillar),
    ("stance", Field::Stance),
    ("by", Field::By),
    ("illustrates", Field::Illustrates),
    ("contrasts", Field::Contrasts),
    ("tags", Field::Tags),
    ("aliases", Field::Aliases),
    ("weight", Field::Weight),
    ("date", Field::Date),
    ("updated", Field::Updated),
    ("publish_after", Field::PublishAfter),
    ("draft", Field::Draft),
    ("toc", Field::Toc),
    ("hidden", Field::Hidden),
    ("sources", Field::Sources),
    ("reviewed", Field::Reviewed),
    ("role", Field::Role),
    ("industry", Field::Industry),
    ("status", Field::Status),
    ("anonymous", Field::Anonymous),
];

/// What other tools call them, letters and digits only.
const OTHERS: &[(&str, Field)] = &[
    ("description", Field::Summary),
    ("subtitle", Field::Summary),
    ("excerpt", Field::Summary),
    ("language", Field::Lang),
    ("locale", Field::Lang),
    ("ownerslack", Field::Owner),
    ("dri", Field::Owner),
    ("author", Field::By),
    ("authors", Field::By),
    ("categories", Field::Tags),
    ("category", Field::Tags),
    ("keywords", Field::Tags),
    ("tag", Field::Tags),
    ("taxonomies", Field::Tags),
    ("alias", Field::Aliases),
    ("order", Field::Weight),
    ("navorder", Field::Weight),
    ("sidebarposition", Field::Weight),
    ("sidebarorder", Field::Weight),
    ("sidebar", Field::Sidebar),
    ("linktitle", Field::Label),
    ("navtitle", Field::Label),
    ("navlabel", Field::Label),
    ("sidebarlabel", Field::Label),
    ("sidebartitle", Field::Label),
    ("shorttitle", Field::Label),
    ("position", Field::Weight),
    ("created", Field::Date),
    ("datecreated", Field::Date),
    ("lastmod", Field::Updated),
    ("datemodified", Field::Updated),
    ("lastupdated", Field::Updated),
    ("lastupdate", Field::Updated),
    ("lastmodified", Field::Updated),
    ("modified", Field::Updated),
    ("publish", Field::Publish),
    ("published", Field::Publish),
    ("unlisted", Field::Hidden),
    ("outline", Field::Toc),
    ("tableofcontents", Field::Toc),
    ("permalink", Field::Addresses),
    ("slug", Field::Addresses),
    ("url", Field::Addresses),
    ("redirectfrom", Field::Addresses),
    ("redirects", Field::Addresses),
    ("oldpaths", Field::FormerPaths),
];

/// Keys of other tools that are shown or used by nobody but templates.
const INFORM: &[&str] = &[
    "lastreviewedon",
    "reviewin",
    "expirydate",
    "outdated",
    "icon",
    "layout",
    "template",
    "extra",
    "parent",
    "grandparent",
    "haschildren",
    "navexclude",
    "type",
    "id",
    "sortby",
    "hero",
    "features",
    "head",
    "prev",
    "next",
    "paginationprev",
    "paginationnext",
    "hidetitle",
    "hidetableofcontents",
    "editurl",
    "cssclasses",
    "cssclass",
];

/// Looks a key up.
pub(super) fn find(key: &str, mode: Mode) -> Known {
    let letters = loose(key);
    let same = |name: &str| name.bytes().filter(|b| *b != b'_').eq(letters.bytes());
    if let Some((_, field)) = OWN.iter().find(|(name, _)| same(name)) {
        return Known::Own(*field);
    }
    if mode == Mode::Own {
        return Known::No;
    }
    if let Some((_, field)) = OTHERS.iter().find(|(name, _)| *name == letters) {
        return Known::Other(*field);
    }
    if letters.starts_with("hidefrom") || letters.starts_with("hidein") {
        return Known::Other(Field::Hidden);
    }
    if INFORM.contains(&letters.as_str()) { Known::Inform } else { Known::No }
}

/// What other tools call our keys, letters and digits only: what the guide is compared with.
pub fn names_elsewhere() -> impl Iterator<Item = &'static str> {
    OTHERS.iter().map(|(name, _)| *name)
}

/// What we call another tool's key.
pub(super) fn our_name(key: &str) -> Option<&'static str> {
    let letters = loose(key);
    let (_, field) = OTHERS.iter().find(|(name, _)| *name == letters)?;
    OWN.iter().find(|(_, own)| own == field).map(|(name, _)| *name)
}

/// Whether a key means something here or elsewhere.
pub(in crate::parse::front) fn is_known(key: &str) -> bool {
    find(key.trim(), Mode::Foreign) != Known::No
}

/// Whether a key holds the other names of a page.
pub(in crate::parse::front) fn sets_aliases(key: &str, mode: Mode) -> bool {
    matches!(find(key, mode), Known::Own(Field::Aliases) | Known::Other(Field::Aliases))
}
