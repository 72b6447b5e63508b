//! Notices that something on the disk may have changed.
//!
//! In: folders. Out: batches of hints: paths, or the advice to look at everything.
//!
//! A burst of events is one batch: it ends when nothing has happened for a moment, or when it has lasted long enough. Where
//! the system cannot tell of changes, or is asked not to, a batch comes by the clock and advises to look at everything.
//!
//! A file that is empty is most likely being written, so a batch that names one lasts as long as it may.
//!
//! Invariant: an event is a hint. Its kind is not believed, and one that was lost is made good by a look at everything.
//! Invariant: our own reading and writing starts no batch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::discover::Stamp;

/// A batch ends when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(15);
/// A batch ends after this long, whatever happens.
const STARVE: Duration = Duration::from_millis(200);
/// So many files of a new folder are looked at, to see whether one is being written.
const NEW: usize = 256;
/// How often to look without a watcher, at most.
const POLL: Duration = Duration::from_millis(400);
/// A folder that has just come may have been filled before it was watched, so there is a second look this much later.
const SECOND_LOOK: Duration = Duration::from_millis(300);

/// What may have changed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Batch {
    /// Files and folders.
    pub paths: BTreeSet<PathBuf>,
    /// Whether to look at everything.
    pub everything: bool,
}

/// What came of waiting.
pub enum Waited {
    /// Something may have changed.
    Batch(Batch),
    /// The program is asked to end.
    Stop,
}

enum Message {
    Event(notify::Result<Event>),
    Stop,
}

/// Asks a watch to end.
#[derive(Clone)]
pub struct Stop(Sender<Message>);

impl Stop {
    /// Asks it.
    pub fn stop(&self) {
        // Nobody waits any more where nobody listens.
        let _ = self.0.send(Message::Stop);
    }
}

/// A folder that is to be watched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Target {
    /// The folder.
    pub folder: PathBuf,
    /// Whether the folders in it are watched too.
    pub deep: bool,
}

/// A watch over some folders.
pub struct Watch {
    native: Option<RecommendedWatcher>,
    /// What is watched, with the number that the folder had on its disk.
    watched: BTreeMap<Target, u64>,
    messages: Receiver<Message>,
    sender: Sender<Message>,
    /// When to look at everything without being told to.
    due: Option<Instant>,
    trouble: Option<String>,
}

impl Watch {
    /// A watch over nothing yet; with `poll` it goes by the clock.
    pub fn new(poll: bool) -> Self {
        let (sender, messages) = channel();
        let mut watch = Self { native: None, watched: BTreeMap::new(), messages, sender, due: None, trouble: None };
        if !poll {
            let events = watch.sender.clone();
            // The receiver outlives the watcher, and where it does not, nobody waits for events.
            let made = notify::recommended_watcher(move |event| _ = events.send(Message::Event(event)));
            match made {
                Ok(native) => watch.native = Some(native),
                Err(error) => watch.give_up(&error),
            }
        }
        watch
    }

    /// What asks this watch to end.
    pub fn stop(&self) -> Stop {
        Stop(self.sender.clone())
    }

    /// Why there is no native watcher though one was wanted; said once.
    pub fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// Watches these folders from now on. Those that are watched already are left alone, unless something has happened to them
    /// since. What is in the others may have come before the watch, so they get a second look.
    pub fn aim(&mut self, targets: Vec<Target>) {
        let Some(native) = &mut self.native else { return };
        let wanted: BTreeMap<Target, u64> =
            targets.into_iter().filter_map(|target| number(&target.folder).map(|number| (target, number))).collect();
        for (target, number) in &self.watched {
            if wanted.get(target) != Some(number) {
                // A folder that is gone has taken its watch with it.
                let _ = native.unwatch(&target.folder);
            }
        }
        let mut failed = None;
        for (target, number) in &wanted {
            if self.watched.get(target) != Some(number) {
                let mode = if target.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                failed = native.watch(&target.folder, mode).err().filter(|_| target.folder.is_dir()).or(failed);
                self.due = Some(Instant::now() + SECOND_LOOK);
            }
        }
        self.watched = wanted;
        if let Some(error) = failed {
            self.give_up(&error);
        }
    }

    /// A watch goes with the folder it was put on, and a new folder of that name may even get its number.
    fn forget(&mut self, paths: &BTreeSet<PathBuf>) {
        let Some(native) = &mut self.native else { return };
        self.watched.retain(|target, _| {
            let is_same = !paths.contains(&target.folder);
            if !is_same {
                let _ = native.unwatch(&target.folder);
            }
            is_same
        });
    }

    /// Goes by the clock from now on.
    fn give_up(&mut self, error: &notify::Error) {
        self.native = None;
        let advice = match error.kind {
            notify::ErrorKind::MaxFilesWatch => "; `sysctl fs.inotify.max_user_watches` sets how many folders may be watched",
            _ => "",
        };
        self.trouble = Some(format!("Changes cannot be watched ({error}{advice}), so the files are looked at by the clock."));
    }

    /// Looks at everything once more, a little later.
    pub fn look_again(&mut self) {
        self.due = Some(Instant::now() + SECOND_LOOK);
    }

    /// Waits for something to happen; `cost` is how long the last look at everything took. `matters` tells which paths count.
    pub fn wait(&mut self, cost: Duration, matters: &dyn Fn(&Path) -> bool) -> Waited {
        let mut batch = Batch::default();
        let mut begun: Option<Instant> = None;
        if self.native.is_none() {
            self.due.get_or_insert(Instant::now() + POLL.max(cost * 5));
        }
        loop {
            let now = Instant::now();
            let limit = match begun {
                Some(begun) => Some(QUIET.min(STARVE.saturating_sub(now.duration_since(begun)))),
                None => self.due.map(|due| due.saturating_duration_since(now)),
            };
            let message = match limit {
                Some(limit) => self.messages.recv_timeout(limit),
                None => self.messages.recv().map_err(RecvTimeoutError::from),
            };
            match message {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Waited::Stop,
                Ok(Message::Event(event)) => {
                    if batch.take(event, matters) {
                        begun.get_or_insert_with(Instant::now);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let may_last = begun.is_some_and(|begun| begun.elapsed() < STARVE);
                    if may_last && batch.paths.iter().any(|path| is_being_written(path)) {
                        continue;
                    }
                    if self.due.is_some_and(|due| due <= Instant::now()) {
                        self.due = None;
                        batch.everything = true;
                        // A look that falls into somebody's writing waits for its end, too.
                        if begun.is_none() {
                            begun = Some(Instant::now());
                            continue;
                        }
                    }
                    self.forget(&batch.paths);
                    return Waited::Batch(batch);
                }
            }
        }
    }
}

impl Batch {
    /// Takes an event in; `false` where it does not matter.
    fn take(&mut self, event: notify::Result<Event>, matters: &dyn Fn(&Path) -> bool) -> bool {
        let Ok(event) = event else {
            self.everything = true;
            return true;
        };
        // Reading a file is an event too, and we read whatever has changed.
        if event.kind.is_access() {
            return false;
        }
        let before = self.paths.len();
        let rescan = event.need_rescan() || event.paths.is_empty();
        self.everything |= rescan;
        let mut mattered = rescan;
        for path in event.paths.into_iter().filter(|path| matters(path)) {
            mattered = true;
            self.paths.insert(path);
        }
        mattered || self.paths.len() > before
    }
}

/// Whether a file looks as if it were emptied before it is written anew, or a folder has such a file.
fn is_being_written(path: &Path) -> bool {
    let mut open = vec![path.to_owned()];
    for _ in 0..NEW {
        let Some(path) = open.pop() else { break };
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_file() && metadata.len() == 0 {
            return true;
        }
        if let Some(entries) = metadata.is_dir().then(|| path.read_dir().ok()).flatten() {
            open.extend(entries.take(NEW).filter_map(|entry| Some(entry.ok()?.path())));
        }
    }
    false
}

/// The number of a folder on its disk; `None` where there is none.
fn number(folder: &Path) -> Option<u64> {
    folder.symlink_metadata().ok().filter(std::fs::Metadata::is_dir).map(|metadata| Stamp::of(&metadata).inode)
}
