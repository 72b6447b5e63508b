//! Whether there is anything to do at all: what the last build of an own handbook saw, compared with what is there now.
//!
//! In: settings, theme, stamps of the files, the output. Out: the counts of the last build where nothing has changed.
//!
//! The memory is `.fourfold/last-build.json` in the project root, with its own `.gitignore`; it is local, so it may hold
//! times of files. Without it, or where anything differs, everything is read and compared as always.
//!
//! Invariant: it is written only after a build without errors and warnings, and never where a file is so young that a
//! later change of it could carry the same time.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::base::config::Mode;
use crate::base::fingerprint::Fingerprint;
use crate::base::path::SourcePath;
use crate::discover::{Stamp, stamps};
use crate::write::{self, Output, local};

use super::load::Loaded;

/// What a build counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// Pages.
    pub pages: usize,
    /// Links.
    pub links: usize,
    /// Hints; there were no problems.
    pub hints: usize,
    /// Files of the output.
    pub files: usize,
}

/// What the last build saw and did.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// Everything that decides besides the files: version, settings, theme, where the output is.
    decided: String,
    /// The stamps of the files of the content.
    seen: String,
    /// The manifest of the output.
    written: String,
    counted: Counted,
}

/// Files this young may change again within one tick of the file system's clock.
const YOUNG: Duration = Duration::from_secs(2);

const FILE: &str = "last-build.json";

/// The counts of the last build, if a build now would come to the same.
pub fn is_fresh(loaded: &Loaded, output: &Output) -> Option<Counted> {
    if loaded.settings.mode == Mode::Foreign {
        return None;
    }
    let text = local::read(&loaded.project.root, FILE)?;
    let memory: Memory = serde_json::from_slice(&text).ok()?;
    if memory.decided != decided(loaded, output) {
        return None;
    }
    let files = stamps(&loaded.project, &loaded.settings, &[output.path().to_owned(), output.staging()])?;
    if memory.seen != Fingerprint::of(&files).to_string() {
        return None;
    }
    (write::intact(output)?.to_string() == memory.written).then_some(memory.counted)
}

/// Remembers a build without problems; failing to is no error.
pub fn remember(loaded: &Loaded, output: &Output, files: &[(SourcePath, Stamp)], counted: Counted) {
    if loaded.settings.mode == Mode::Foreign || files.iter().any(|(_, stamp)| is_young(stamp)) {
        return;
    }
    let Some(written) = write::intact(output) else { return };
    let memory =
        Memory { decided: decided(loaded, output), seen: Fingerprint::of(files).to_string(), written: written.to_string(), counted };
    let _ = save(&loaded.project.root, &memory);
}

fn save(root: &Path, memory: &Memory) -> std::io::Result<()> {
    local::write(root, FILE, &serde_json::to_vec(memory)?)
}

fn decided(loaded: &Loaded, output: &Output) -> String {
    let theme = loaded.theme.as_ref().map(|theme| (&theme.root, &theme.files));
    Fingerprint::of(&(env!("CARGO_PKG_VERSION"), build_of_the_program(), &*loaded.settings, theme, output.path())).to_string()
}

/// Two builds of the program may share a version while it is worked on, so the program's own file counts too.
fn build_of_the_program() -> Option<Stamp> {
    std::env::current_exe().ok()?.metadata().ok().map(|metadata| Stamp::of(&metadata))
}

fn is_young(stamp: &Stamp) -> bool {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let limit = i64::try_from(now.saturating_sub(YOUNG).as_nanos()).unwrap_or(i64::MAX);
    stamp.mtime_ns.max(stamp.ctime_ns) > limit
}
