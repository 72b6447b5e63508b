//! Publishing: the whole new site, or nothing.
//!
//! In: a checked [`Output`], the files that shall be there (a path and the fingerprint of what each is made from) and a way
//! to make each. Out: a [`Receipt`], or an error and the output as it was.
//!
//! 1. *Plan*: the manifest and the folder are compared with what shall be there. Where nothing differs, nothing is written.
//! 2. *Lock*, and deal with what a killed build left (`recover`).
//! 3. *Stage*: `.NAME.fourfold-staging/half` beside the output gets the whole site. What is unchanged gets a second name of the old
//!    file (same inode, same time), the rest is made and written, the manifest comes last; then it is renamed `whole`.
//! 4. *Publish*: `whole` and the output change places in one step. An output that was not there is a plain rename.
//! 5. *Drain*: what others put into the old tree goes to the new one; the old files are removed by the old manifest.
//!
//! **Foreign things.** Files and symlinks of others get a second name in the new tree before the exchange, so `CNAME` is there at
//! every moment. Folders (`.git`) cannot have two names; they are moved right after the exchange, first of all. Moving them before it would leave
//! the same gap, and a failed exchange would have to move them back. A kill in the gap loses nothing: the next build finds them in the
//! old tree. No list of moves is kept, because the two manifests already tell ours from theirs; a list could only disagree with
//! the disk.
//!
//! **Where nothing can be exchanged** (another platform or file system, an output that is a mount point or whose parent cannot be
//! written) files are moved one by one from inside the output, and a kill is made good by the next build; see `files`.
//!
//! **Durability.** A killed process is provided for, a power cut is not: nothing is synced, which would cost more than the build.
//!
//! Invariant: no file that we did not write is removed or changed; `recover`, `exchange` and `files` say how we know.
//! Invariant: every error before step 4 leaves the output untouched.

use std::fmt;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::base::fingerprint::Fingerprint;
use crate::base::path::OutPath;

mod disk;
mod exchange;
mod files;
mod guard;
mod layout;
pub mod local;
mod lock;
mod manifest;
mod plan;
mod recover;
mod stage;
mod survey;
#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
mod tests;

pub use disk::DiskError;
pub use guard::{Output, Refusal, Way, check};
pub use manifest::{Entry, MANIFEST, Manifest, Reading, STATE};

use disk::{Tick, create_folder, look, rename, same_mount};
use exchange::{Drain, Exchange, exchange};
use files::Advance;
use lock::Hold;
use plan::{Coming, Plan};
use survey::Kind;

/// A file that shall be in the output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// Where.
    pub path: OutPath,
    /// The fingerprint of everything that its bytes depend on; equal views give equal bytes. `None` where it is known
    /// only when the file is made.
    pub view: Option<Fingerprint>,
}

/// What a file consists of.
pub enum Content<'a> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// More than memory should hold at once.
    Pieces(Pieces<'a>),
    /// The bytes of a regular file, copied in pieces; a symlink there is an error.
    File(PathBuf),
}

/// Makes a long text piece by piece, the same one each time.
pub type Pieces<'a> = Box<dyn Fn() -> Box<dyn Iterator<Item = String> + 'a> + 'a>;

/// A file as it is made: the fingerprint of what its bytes depend on, which is that of the bytes where there is none, and
/// what it consists of.
pub type Made<'a> = (Option<Fingerprint>, Content<'a>);

/// What a build did to its output.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Receipt {
    /// Files whose bytes were written.
    pub written: usize,
    /// Files that stayed as they were, with their inode and time.
    pub unchanged: usize,
    /// Files of the site before that are gone.
    pub removed: usize,
    /// Things that others changed and that therefore stay though the site does not need them: paths below the output, sorted.
    ///
    /// Those that end in `.kept` were set aside because a file of the site has come to be in their place.
    pub kept: Vec<String>,
}

/// Why a site could not be published.
#[derive(Debug)]
pub enum PublishError<E> {
    /// A file could not be made; of several the first by path.
    Make {
        /// Which.
        path: OutPath,
        /// Why.
        error: E,
    },
    /// The output cannot be used as it is; nothing was changed.
    Refused(Refusal),
    /// The disk said no.
    Disk(DiskError),
}

impl<E> From<Refusal> for PublishError<E> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Disk(error) => Self::Disk(error),
            refusal => Self::Refused(refusal),
        }
    }
}

impl<E> From<DiskError> for PublishError<E> {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

impl<E: fmt::Display> fmt::Display for PublishError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make { path, error } => write!(f, "`{path}` could not be made: {error}"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Disk(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for PublishError<E> {}

/// Publishes the planned files: afterwards they, and nothing else of ours, are in the output.
///
/// `make` gets the place of a file in `planned` and gives its view and its content; it is called, in parallel, for those whose view
/// differs or is not known yet and for those that are not in the output as we wrote them, and not at all where there are none.
pub fn publish<'m, E: Send>(
    output: &Output,
    planned: &[Planned],
    make: impl Fn(usize) -> Result<Made<'m>, E> + Sync,
) -> Result<Receipt, PublishError<E>> {
    publish_watched(output, planned, &make, &|_| {})
}

/// What the output remembers of the last build, for planning; an unknown format refuses.
pub fn remembered(output: &Output) -> Result<Manifest, Refusal> {
    match guard::manifest_of(output.path())? {
        Reading::Whole(manifest) | Reading::Other(manifest) => Ok(manifest),
        Reading::Missing | Reading::Newer { .. } => Ok(Manifest::default()),
    }
}

/// The fingerprint of what the output remembers, if every file of it is there as it was written; a file that was touched
/// since counts as changed.
pub fn intact(output: &Output) -> Option<Fingerprint> {
    if lock::is_disturbed(output).ok()? {
        return None;
    }
    let path = output.path().join(MANIFEST);
    let written = look(&path).ok()??.modified().ok()?;
    let bytes = std::fs::read(&path).ok()?;
    let Reading::Whole(manifest) = Manifest::parse(&bytes) else { return None };
    let is_there = |entry: &Entry| {
        let found = output.path().join(entry.path.as_str()).symlink_metadata();
        found.is_ok_and(|meta| meta.is_file() && meta.len() == entry.size && meta.modified().is_ok_and(|time| time <= written))
    };
    manifest.entries().par_iter().all(is_there).then(|| Fingerprint::of_bytes(&bytes))
}

/// The fingerprint of what the output remembers, whatever has become of its files.
pub fn manifest_print(output: &Output) -> Option<Fingerprint> {
    std::fs::read(output.path().join(MANIFEST)).ok().map(|bytes| Fingerprint::of_bytes(&bytes))
}

fn publish_watched<'m, E: Send>(
    output: &Output,
    planned: &[Planned],
    make: &(impl Fn(usize) -> Result<Made<'m>, E> + Sync),
    tick: Tick,
) -> Result<Receipt, PublishError<E>> {
    let coming = Coming::new(planned)?;
    let plan = if lock::is_disturbed(output)? { None } else { Some(Plan::new(output.path(), &coming)?) };
    if plan.as_ref().is_some_and(Plan::nothing_differs) {
        return Ok(Receipt { unchanged: planned.len(), ..Receipt::default() });
    }
    let hold = Hold::take(output)?;
    tick("took the lock");
    let result = publish_held(output, &hold, &coming, plan, make, tick);
    hold.release();
    let mut receipt = result?;
    receipt.kept.sort();
    Ok(receipt)
}

fn publish_held<'m, E: Send>(
    output: &Output,
    hold: &Hold,
    coming: &Coming,
    plan: Option<Plan>,
    make: &(impl Fn(usize) -> Result<Made<'m>, E> + Sync),
    tick: Tick,
) -> Result<Receipt, PublishError<E>> {
    let out = output.path();
    let mut kept = recover::recover(output, hold, tick)?;
    let mut plan = match plan {
        Some(plan) if plan.still_holds(out)? => plan,
        _ => Plan::new(out, coming)?,
    };
    if plan.nothing_differs() {
        return Ok(Receipt { unchanged: coming.planned.len(), kept, ..Receipt::default() });
    }
    let staged = match stage::stage(out, hold, (coming, &plan), make, tick) {
        Ok(staged) => staged,
        Err(error) => {
            // The first error is the one to report; what cannot be removed either is removed by the next build.
            let _ = stage::unstage(hold);
            return Err(error);
        }
    };
    kept.append(&mut plan.kept);
    kept.extend(settle(output, hold, &plan, &staged.manifest, tick)?);
    let unchanged = coming.planned.len() - staged.written;
    Ok(Receipt { written: staged.written, unchanged, removed: plan.removed, kept })
}

/// Puts the whole tree in the output's place; gives what had to be set aside.
fn settle(output: &Output, hold: &Hold, plan: &Plan, new: &Manifest, tick: Tick) -> Result<Vec<String>, DiskError> {
    let (out, whole) = (output.path(), hold.whole());
    let placed = place(output, hold, plan, tick);
    if placed.is_err() {
        let _ = stage::unstage(hold);
        let _ = disk::remove_if_empty(&output.inner_staging());
        let _ = disk::remove_if_empty(&out.join(STATE));
    }
    match placed? {
        Placed::Named => Ok(Vec::new()),
        Placed::Exchanged => Drain { tree: &whole, out, old: &plan.old, new, tick }.run(&plan.foreign),
        Placed::Inside => {
            let whole = lock::whole(&output.inner_staging());
            let advance = Advance { whole: &whole, out, old: &plan.old, new, tick };
            if let Err(error) = advance.check() {
                let _ = disk::discard(&whole);
                let _ = disk::remove_if_empty(&output.inner_staging());
                return Err(error);
            }
            let aside = advance.run()?;
            disk::discard(&whole)?;
            if hold.way != Way::FilesInside {
                disk::remove_if_empty(&output.inner_staging())?;
            }
            tick("removed the staging tree");
            Ok(aside)
        }
    }
}

/// Where the whole tree has got to.
enum Placed {
    /// It is the output, and there was none before.
    Named,
    /// It is the output, and the old one is where it was.
    Exchanged,
    /// It is inside the output, from where its files are moved.
    Inside,
}

fn place(output: &Output, hold: &Hold, plan: &Plan, tick: Tick) -> Result<Placed, DiskError> {
    let (out, whole) = (output.path(), hold.whole());
    if look(out)?.is_none() {
        rename(&whole, out)?;
        tick("named the tree");
        return Ok(Placed::Named);
    }
    if hold.way == Way::FilesInside {
        return Ok(Placed::Inside);
    }
    if hold.way == Way::Exchange && can_move_folders(output, plan)? && exchange(&whole, out)? == Exchange::Done {
        tick("exchanged the trees");
        return Ok(Placed::Exchanged);
    }
    let inner = output.inner_staging();
    create_folder(&out.join(STATE), disk::Modes::Repair)?;
    create_folder(&inner, disk::Modes::Repair)?;
    tick("made room inside the output");
    rename(&whole, &lock::whole(&inner))?;
    tick("moved the tree into the output");
    Ok(Placed::Inside)
}

/// Whether the foreign folders could follow: something mounted in the output cannot be moved to another tree.
fn can_move_folders(output: &Output, plan: &Plan) -> Result<bool, DiskError> {
    for folder in plan.foreign.iter().filter(|foreign| foreign.kind == Kind::Folder) {
        if !same_mount(output.path(), &output.path().join(&folder.path))? {
            return Ok(false);
        }
    }
    Ok(true)
}
