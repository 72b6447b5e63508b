//! Pictures that were made or read lately, within bounds.
//!
//! In: names with bytes. Out: the same bytes, unless others have come since.

use std::collections::VecDeque;
use std::sync::Arc;

/// How many bytes a shelf holds at most.
const ROOM: usize = 64 * 1024 * 1024;

/// A shelf; when it is full, what has stood there longest goes.
#[derive(Default, Debug)]
pub(super) struct Shelf {
    files: VecDeque<(String, Arc<Vec<u8>>)>,
    bytes: usize,
}

impl Shelf {
    pub(super) fn get(&self, name: &str) -> Option<Arc<Vec<u8>>> {
        self.files.iter().find(|(known, _)| known == name).map(|(_, bytes)| Arc::clone(bytes))
    }

    pub(super) fn put(&mut self, name: String, bytes: Arc<Vec<u8>>) {
        self.bytes += bytes.len();
        self.files.push_back((name, bytes));
        while self.bytes > ROOM {
            let Some((_, gone)) = self.files.pop_front() else { break };
            self.bytes -= gone.len();
        }
    }
}
