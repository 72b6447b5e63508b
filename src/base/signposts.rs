//! What the files of other tools say about a folder as a whole: its order, its titles, its languages, its addresses.
//!
//! In: `discover::signposts` reads the files. Out: plain data, a part of `Settings`.
//!
//! Invariant: paths are relative to the project root and `/`-separated; what names no page of the folder is left out.

/// What the files of other tools say; empty for an own handbook.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Signposts {
    /// The file that lists the contents, in words such as `mkdocs.yml nav`; empty where there is none.
    pub from: String,
    /// The pages of that list, in its order.
    pub entries: Vec<Entry>,
    /// The sections of the list, in its order; a section within another is named after both.
    pub sections: Vec<String>,
    /// What is said about single folders.
    pub folders: Vec<Folder>,
    /// Folders whose pages have a language of their own, with its BCP 47 tag; the deeper ones first.
    pub languages: Vec<(String, String)>,
    /// Absolute addresses of the site.
    pub own_urls: Vec<String>,
    /// The language of the pages that name none.
    pub language: Option<String>,
    /// The paths under which the site is served, without `/` at the ends.
    pub base_paths: Vec<String>,
    /// Former addresses and what they lead to, both as written.
    pub redirects: Vec<(String, String)>,
}

/// A page in a list of contents.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// The page.
    pub path: String,
    /// What it is called there; may be empty.
    pub label: String,
    /// Its section, an index of `sections`, if it stands in one.
    pub section: Option<u32>,
}

/// A folder of which a file says something.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Folder {
    /// The folder.
    pub path: String,
    /// What it is called.
    pub title: Option<String>,
    /// Its place among its neighbours, in thousandths.
    pub weight: Option<i64>,
}

impl Signposts {
    /// The language folder that a path lies in, and its tag.
    pub fn language_of(&self, path: &str) -> Option<(&str, &str)> {
        let holds = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.languages.iter().find(|(folder, _)| holds(folder)).map(|(folder, tag)| (folder.as_str(), tag.as_str()))
    }

    /// What a file says about a folder.
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.path == path)
    }
}
