//! Who answers to a name, and who has asked for it.
//!
//! In: pages and files claim names; links ask for them. Out: the claimants of a name, in an order that does not depend
//! on the order of the claims.
//!
//! Claims that come and go are written down first and then taken in together, on all threads: names are kept on shelves, and a
//! shelf needs no other.
//!
//! Invariant: a link sees the handbook only through `Asker`, which writes down each name it asks for, found or not. So
//! when the claims on a name change, exactly the pages that asked for it are resolved again.

use std::collections::hash_map::Entry;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::key::{fold, key, loose};
use crate::base::path::{SourcePath, bare_path};
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
    /// A page's path without numbers and endings, where that differs from the path.
    Bare,
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
    shelves: [FxHashMap<Name, Claimants>; SHELVES],
    folders: FxHashMap<String, u32>,
    pages: FxHashMap<SourcePath, PageId>,
}

/// So many shelves of names there are, which so many threads fill at most.
const SHELVES: usize = 16;

/// A name of some kind by the fingerprint of its spelling: names are many, short and only ever compared.
type Name = u128;

/// The half of a name under which it is remembered that it was asked for. Two names with one half only cost a needless look.
pub type Asked = u64;

/// Who answers to one name: mostly one file.
enum Claimants {
    One(Claimant),
    /// Sorted.
    Several(Vec<Claimant>),
}

impl Claimants {
    fn as_slice(&self) -> &[Claimant] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    fn add(&mut self, who: &Claimant) {
        if let Err(at) = self.as_slice().binary_search(who) {
            let mut all = match std::mem::replace(self, Self::Several(Vec::new())) {
                Self::One(one) => vec![one],
                Self::Several(several) => several,
            };
            all.insert(at, who.clone());
            *self = Self::Several(all);
        }
    }

    /// Takes a claimant away; whether none is left.
    fn remove(&mut self, who: &Claimant) -> bool {
        match self {
            Self::One(one) => one == who,
            Self::Several(several) => {
                several.retain(|claimant| claimant != who);
                several.is_empty()
            }
        }
    }
}

fn name(buffer: &mut Vec<u8>, kind: NameKind, text: &str) -> Name {
    buffer.clear();
    buffer.push(b'a' + kind as u8);
    buffer.extend_from_slice(text.as_bytes());
    xxhash_rust::xxh3::xxh3_128(buffer)
}

fn asked(name: Name) -> Asked {
    name as Asked
}

/// The shelf of a name: fingerprints are spread evenly, so shelves are as well.
fn shelf(name: Name) -> usize {
    (name >> 64) as usize % SHELVES
}

/// Claims that have come or gone since the names were settled, in order.
#[derive(Default)]
pub struct Pending(Vec<Claim>);

struct Claim {
    names: Vec<Name>,
    who: Claimant,
    change: Change,
}

/// The names that a page and its file answer to, found before they are added: pages are many and this needs no other.
pub struct PageClaims(Vec<Name>);

impl PageClaims {
    /// The names of a page.
    pub fn of(page: &Page) -> Self {
        let mut claims = Claims::default();
        page_names(page, &mut claims);
        file_names(&page.path, true, &mut claims);
        Self(claims.names)
    }

    /// The halves under which it is remembered who asked for one of them.
    pub fn asked(&self) -> Vec<Asked> {
        self.0.iter().copied().map(asked).collect()
    }
}

/// Collects names.
#[derive(Default)]
struct Claims {
    names: Vec<Name>,
    buffer: Vec<u8>,
}

impl Claims {
    fn add(&mut self, kind: NameKind, text: &str) {
        self.names.push(name(&mut self.buffer, kind, text));
    }
}

impl Names {
    /// Adds a page with its names.
    pub fn add_page(&mut self, page: &Page, claims: PageClaims, id: PageId, pending: &mut Pending) {
        self.pages.insert(page.path.clone(), id);
        pending.0.push(Claim { names: claims.0, who: Claimant::Page(page.path.clone()), change: Change::Add });
        self.change_folders(&page.path, Change::Add, pending);
    }

    /// Takes a page and its names away.
    pub fn remove_page(&mut self, page: &Page, pending: &mut Pending) {
        self.pages.remove(&page.path);
        let (names, who) = (PageClaims::of(page).0, Claimant::Page(page.path.clone()));
        pending.0.push(Claim { names, who, change: Change::Remove });
        self.change_folders(&page.path, Change::Remove, pending);
    }

    /// Takes in what is pending; gives the names of which the claims have changed.
    pub fn settle(&mut self, pending: &Pending) -> Vec<Asked> {
        self.shelves.par_iter_mut().enumerate().for_each(|(at, names)| {
            for Claim { names: claimed, who, change } in &pending.0 {
                for name in claimed.iter().filter(|name| shelf(**name) == at) {
                    take_in(names.entry(*name), who, *change);
                }
            }
        });
        pending.0.iter().flat_map(|claim| &claim.names).copied().map(asked).collect()
    }

    /// Makes room for the names of that many pages.
    pub fn reserve(&mut self, pages: usize) {
        self.pages.reserve(pages);
        self.shelves.iter_mut().for_each(|names| names.reserve(pages * NAMES_OF_A_PAGE / SHELVES));
    }

    /// Adds a file that is no page.
    pub fn add_asset(&mut self, path: &SourcePath, pending: &mut Pending) {
        self.change_asset(path, Change::Add, pending);
    }

    /// Takes a file that is no page away.
    pub fn remove_asset(&mut self, path: &SourcePath, pending: &mut Pending) {
        self.change_asset(path, Change::Remove, pending);
    }

    /// The page of a file.
    pub fn page(&self, path: &SourcePath) -> Option<PageId> {
        self.pages.get(path).copied()
    }

    /// Files of that name, in any case, with or without the ending of a page.
    pub fn files_called(&self, called: &str) -> &[Claimant] {
        self.claimants(name(&mut Vec::new(), NameKind::FileName, &fold(called)))
    }

    fn claimants(&self, name: Name) -> &[Claimant] {
        self.shelves[shelf(name)].get(&name).map_or(&[], Claimants::as_slice)
    }

    fn change_asset(&mut self, path: &SourcePath, change: Change, pending: &mut Pending) {
        let mut claims = Claims::default();
        file_names(path, false, &mut claims);
        pending.0.push(Claim { names: claims.names, who: Claimant::Asset(path.clone()), change });
        self.change_folders(path, change, pending);
    }

    /// A folder is there as long as a file is in it or below it.
    fn change_folders(&mut self, path: &SourcePath, change: Change, pending: &mut Pending) {
        let mut folder = path.folder();
        while !folder.is_empty() {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_owned(), 0);
            }
            let Some(count) = self.folders.get_mut(folder) else { return };
            let appears = *count == 0;
            *count = match change {
                Change::Add => *count + 1,
                Change::Remove => count.saturating_sub(1),
            };
            if appears || *count == 0 {
                let mut claims = Claims::default();
                claims.add(NameKind::Folder, folder);
                claims.add(NameKind::FoldedFolder, &fold(folder));
                pending.0.push(Claim { names: claims.names, who: Claimant::Folder(folder.to_owned()), change });
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
}

/// Lets a file claim a name, or give it up.
fn take_in(claimants: Entry<'_, Name, Claimants>, who: &Claimant, change: Change) {
    match (claimants, change) {
        (Entry::Occupied(mut claimants), Change::Add) => claimants.get_mut().add(who),
        (Entry::Vacant(free), Change::Add) => {
            free.insert(Claimants::One(who.clone()));
        }
        (Entry::Occupied(mut claimants), Change::Remove) => {
            if claimants.get_mut().remove(who) {
                claimants.remove();
            }
        }
        (Entry::Vacant(_), Change::Remove) => {}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

/// How many names a page has that has no alias and no author.
const NAMES_OF_A_PAGE: usize = 7;

/// The names that a file answers to.
fn file_names(path: &SourcePath, is_page: bool, claims: &mut Claims) {
    claims.add(NameKind::Path, path.as_str());
    claims.add(NameKind::FoldedPath, &fold(path.as_str()));
    claims.add(NameKind::FileName, &fold(path.file_name()));
    if is_page {
        claims.add(NameKind::FileName, &fold(path.stem()));
        let bare = bare_path(path.as_str());
        if path.as_str().strip_prefix(bare.as_str()).is_none_or(|rest| !rest.starts_with(['.', '/'])) {
            claims.add(NameKind::Bare, &bare);
        }
    }
}

/// The names that a page answers to besides its file.
fn page_names(page: &Page, claims: &mut Claims) {
    claims.add(NameKind::Title, &key(page.own_title()));
    claims.add(NameKind::Loose, &loose(page.path.stem()));
    claims.add(NameKind::Address, &fold(page.url.as_str().trim_matches('/')));
    for address in page.addresses.iter().filter(|address| address.answers) {
        claims.add(NameKind::Address, &fold(address.url.as_str().trim_matches('/')));
    }
    for alias in &page.names {
        claims.add(NameKind::Alias, &key(alias));
    }
    if page.kind == Kind::Contributor {
        for spoken in page.names.iter().map(String::as_str).chain([page.own_title(), page.path.stem()]) {
            claims.add(NameKind::Person, &key(spoken.trim_start_matches('@')));
        }
    }
    for link in &page.links {
        if let Target::Person(credited) = &link.target {
            claims.add(NameKind::Credit, &key(credited));
        }
    }
}

/// A view of the names that writes down what was asked.
pub struct Asker<'a> {
    names: &'a Names,
    asked: Vec<Asked>,
    buffer: Vec<u8>,
}

impl<'a> Asker<'a> {
    /// Starts to ask on behalf of one page.
    pub fn new(names: &'a Names) -> Self {
        Self { names, asked: Vec::new(), buffer: Vec::new() }
    }

    /// Who answers to a name; the text is already folded as the kind wants it.
    pub fn ask(&mut self, kind: NameKind, text: &str) -> &'a [Claimant] {
        let name = name(&mut self.buffer, kind, text);
        self.asked.push(asked(name));
        self.names.claimants(name)
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
