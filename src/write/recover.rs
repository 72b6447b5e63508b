//! What a build that was killed has left behind, dealt with before anything else.
//!
//! In: an output whose lock is held. Out: an output that is one whole build, and staging folders without trees.
//!
//! | found | it was killed | so |
//! | --- | --- | --- |
//! | `half` beside or inside the output | while it made files | it is thrown away |
//! | `whole` inside, with its manifest | while files were moved one by one | the rest is moved |
//! | `whole` inside, without | after the manifest had arrived | it is thrown away |
//! | `whole` beside, no output | before it was named | it becomes the output |
//! | `whole` beside, and an output | right before the exchange, or after | it is drained |
//!
//! Invariant: running it again, after a kill in the middle too, ends in the same state.

use std::path::Path;

use super::disk::{Tick, discard, look, rename};
use super::exchange::Drain;
use super::files::Advance;
use super::guard::{Output, Refusal, manifest_of};
use super::lock::{Hold, half, whole};
use super::manifest::{MANIFEST, Manifest, Reading};

/// Brings an output into a state that a build can start from; gives what had to be set aside.
pub(super) fn recover(output: &Output, hold: &Hold, tick: Tick) -> Result<Vec<String>, Refusal> {
    let out = output.path();
    let inner = output.inner_staging();
    let mut aside = Vec::new();
    if look(&whole(&inner).join(MANIFEST))?.is_some() {
        let (old, new) = (listed(out)?, listed(&whole(&inner))?);
        aside = Advance { whole: &whole(&inner), out, old: &old, new: &new, tick }.run()?;
    }
    discard(&half(&inner))?;
    discard(&whole(&inner))?;
    if !hold.holds(&output.staging()) {
        return Ok(aside);
    }
    discard(&half(&output.staging()))?;
    let tree = whole(&output.staging());
    match (look(&tree)?, look(out)?) {
        (Some(_), Some(_)) => {
            let (old, new) = (listed(&tree)?, listed(out)?);
            aside.extend(Drain { tree: &tree, out, old: &old, new: &new, tick }.run(&[])?);
        }
        (Some(_), None) => rename(&tree, out)?,
        (None, _) => {}
    }
    tick("cleaned up");
    Ok(aside)
}

fn listed(tree: &Path) -> Result<Manifest, Refusal> {
    match manifest_of(tree)? {
        Reading::Whole(manifest) | Reading::Other(manifest) => Ok(manifest),
        Reading::Missing | Reading::Newer { .. } => Ok(Manifest::default()),
    }
}
