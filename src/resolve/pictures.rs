//! What is known of the pictures among the files.
//!
//! In: files that have come, changed or gone, with what is known of them. Out: the pictures of which something else is known
//! than before, since pages say how large they are.

use rustc_hash::FxHashMap;

use super::Graph;
use super::graph::Update;
use crate::base::path::SourcePath;
use crate::base::picture::Picture;

impl Graph {
    /// Takes in what is known of pictures; gives those of which it is another than before.
    pub(super) fn take_pictures(&mut self, update: &Update) -> Vec<SourcePath> {
        let mut before: FxHashMap<&SourcePath, Option<Picture>> = FxHashMap::default();
        for path in update.gone.iter().chain(&update.assets) {
            before.insert(path, self.pictures.remove(path));
        }
        self.pictures.extend(update.pictures.iter().cloned());
        let is_other = |path: &&SourcePath| before.get(path).and_then(Option::as_ref) != self.pictures.get(*path);
        let mut changed: Vec<SourcePath> = update.gone.iter().chain(&update.assets).filter(is_other).cloned().collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// What is known of a picture.
    pub fn picture(&self, path: &SourcePath) -> Option<&Picture> {
        self.pictures.get(path)
    }
}
