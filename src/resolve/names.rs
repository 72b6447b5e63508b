//! Who answers to a name, and who has asked for it.
//!
//! In: pages and files claim names; links ask for them. Out: the claimants of a name, in an order that does not depend
//! on the order of the claims.
//!
//! Invariant: a link sees the handbook only through `Asker`, which writes down each name it asks for, found or not. So
//! when the claims on a name change, exactly the pages that asked for it are resolved again.

use rustc_hash::FxHashMap;

use crate::base::key::{fold, key, loose};
use crate::base::path::SourcePath;
use crate::parse::front::Kind;
use crate::parse::page::{Page, Target};

use super::PageId;

/// Which kind of name it is; names of different kinds never meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// A path below the project root, exactly.
    Path,
    /// The same without regard to case and composition.
    FoldedPath,
    /// A folder.
    Folder,
    /// The same without regard to case and composition.
    FoldedFolder,
    /// A file name, with its extension and, for Markdown, without.
    FileName,
    /// A former or chosen address.
    Address,
    /// Another name that an author gave the page.
    Alias,
    /// A title.
    Title,
    /// Letters and digits of a file name.
    Loose,
    /// A contributor's file name, title or alias.
    Person,
    /// Somebody whom a page credits.
    Credit,
}

/// Who answers to a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Claimant {
    /// A page, by its file.
    Page(SourcePath),
    /// Another file.
    Asset(SourcePath),
    /// A folder that holds files.
    Folder(String),
}

impl Claimant {
    /// The path of the file or folder.
    pub fn path(&self) -> &str {
        match self {
            Self::Page(path) | Self::Asset(path) => path.as_str(),
            Self::Folder(path) => path,
        }
    }
}

/// All names.
#[derive(Default)]
pub struct Names {
    claims: FxHashMap<Box<str>, Vec<Claimant>>,
    folders: FxHashMap<String, u32>,
    pages: FxHashMap<SourcePath, PageId>,
}

/// The hash under which it is remembered that a name was asked for. Two names with one hash only cost a needless look.
pub type Asked = u64;

fn spell(buffer: &mut String, kind: NameKind, text: &str) {
    buffer.clear();
    buffer.push(char::from(b'a' + kind as u8));
    buffer.push_str(text);
}

fn asked(spelled: &str) -> Asked {
    xxhash_rust::xxh3::xxh3_64(spelled.as_bytes())
}

impl Names {
    /// Adds the names of a page; gives what has changed.
    pub fn add_page(&mut self, page: &Page, id: PageId, changed: &mut Vec<Asked>) {
        self.pages.insert(page.path.clone(), id);
        self.change(page_names(page), &Claimant::Page(page.path.clone()), Change::Add, changed);
        self.change_file(&page.path, &Claimant::Page(page.path.clone()), Change::Add, changed);
    }

    /// Takes the names of a page away.
    pub fn remove_page(&mut self, page: &Page, changed: &mut Vec<Asked>) {
        self.pages.remove(&page.path);
        self.change(page_names(page), &Claimant::Page(page.path.clone()), Change::Remove, changed);
        self.change_file(&page.path, &Claimant::Page(page.path.clone()), Change::Remove, changed);
    }

    /// Adds a file that is no page.
    pub fn add_asset(&mut self, path: &SourcePath, changed: &mut Vec<Asked>) {
        self.change_file(path, &Claimant::Asset(path.clone()), Change::Add, changed);
    }

    /// Takes a file that is no page away.
    pub fn remove_asset(&mut self, path: &SourcePath, changed: &mut Vec<Asked>) {
        self.change_file(path, &Claimant::Asset(path.clone()), Change::Remove, changed);
    }

    /// The page of a file.
    pub fn page(&self, path: &SourcePath) -> Option<PageId> {
        self.pages.get(path).copied()
    }

    /// Files of that name, in any case, with or without the ending of a page.
    pub fn files_called(&self, name: &str) -> &[Claimant] {
        let mut buffer = String::new();
        spell(&mut buffer, NameKind::FileName, &fold(name));
        self.claims.get(buffer.as_str()).map_or(&[], Vec::as_slice)
    }

    fn change_file(&mut self, path: &SourcePath, who: &Claimant, change: Change, changed: &mut Vec<Asked>) {
        let mut names = vec![
            (NameKind::Path, path.as_str().to_owned()),
            (NameKind::FoldedPath, fold(path.as_str()).into_owned()),
            (NameKind::FileName, fold(path.file_name()).into_owned()),
        ];
        if matches!(who, Claimant::Page(_)) {
            names.push((NameKind::FileName, fold(path.stem()).into_owned()));
        }
        self.change(names, who, change, changed);
        let mut folder = path.folder();
        // A folder is there as long as a file is in it or below it.
        while !folder.is_empty() {
            let count = self.folders.entry(folder.to_owned()).or_insert(0);
            let appears = *count == 0;
            *count = match change {
                Change::Add => *count + 1,
                Change::Remove => count.saturating_sub(1),
            };
            if appears || *count == 0 {
                let names = vec![(NameKind::Folder, folder.to_owned()), (NameKind::FoldedFolder, fold(folder).into_owned())];
                self.change(names, &Claimant::Folder(folder.to_owned()), change, changed);
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }

    fn change(&mut self, names: Vec<(NameKind, String)>, who: &Claimant, change: Change, changed: &mut Vec<Asked>) {
        let mut buffer = String::new();
        for (kind, text) in names {
            spell(&mut buffer, kind, &text);
            changed.push(asked(&buffer));
            match (self.claims.get_mut(buffer.as_str()), change) {
                (Some(claimants), Change::Add) => {
                    if let Err(at) = claimants.binary_search(who) {
                        claimants.insert(at, who.clone());
                    }
                }
                (None, Change::Add) => {
                    self.claims.insert(buffer.as_str().into(), vec![who.clone()]);
                }
                (Some(claimants), Change::Remove) => {
                    claimants.retain(|claimant| claimant != who);
                    if claimants.is_empty() {
                        self.claims.remove(buffer.as_str());
                    }
                }
                (None, Change::Remove) => {}
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

/// The names that a page answers to besides its file.
fn page_names(page: &Page) -> Vec<(NameKind, String)> {
    let mut names = vec![(NameKind::Title, key(page.own_title())), (NameKind::Loose, loose(page.path.stem()))];
    names.push((NameKind::Address, fold(page.url.as_str().trim_matches('/')).into_owned()));
    names.extend(page.addresses.iter().map(|address| (NameKind::Address, fold(address.url.as_str().trim_matches('/')).into_owned())));
    names.extend(page.names.iter().map(|name| (NameKind::Alias, key(name))));
    if page.kind == Kind::Contributor {
        let spoken = page.names.iter().map(String::as_str).chain([page.own_title(), page.path.stem()]);
        names.extend(spoken.map(|name| (NameKind::Person, key(name.trim_start_matches('@')))));
    }
    let credits = page.links.iter().filter_map(|link| match &link.target {
        Target::Person(name) => Some((NameKind::Credit, key(name))),
        _ => None,
    });
    names.extend(credits);
    names
}

/// A view of the names that writes down what was asked.
pub struct Asker<'a> {
    names: &'a Names,
    asked: Vec<Asked>,
    buffer: String,
}

impl<'a> Asker<'a> {
    /// Starts to ask on behalf of one page.
    pub fn new(names: &'a Names) -> Self {
        Self { names, asked: Vec::new(), buffer: String::new() }
    }

    /// Who answers to a name; the text is already folded as the kind wants it.
    pub fn ask(&mut self, kind: NameKind, text: &str) -> &'a [Claimant] {
        spell(&mut self.buffer, kind, text);
        self.asked.push(asked(&self.buffer));
        self.names.claims.get(self.buffer.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The page of a file.
    pub fn page(&self, path: &SourcePath) -> Option<PageId> {
        self.names.page(path)
    }

    /// All that was asked, sorted.
    pub fn finish(mut self) -> Box<[Asked]> {
        self.asked.sort_unstable();
        self.asked.dedup();
        self.asked.into()
    }
}
