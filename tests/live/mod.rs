//! A site that is kept alive equals the site of a clean build, whatever is done to its files; and an edit makes stale what
//! it changes, not more.

mod missed;
mod named;
pub(crate) mod script;
mod session;

use fourfold::engine::Reach;
use proptest::prelude::*;

use crate::laws::{some_files, trials};
use crate::support::Handbook;
use crate::support::handbook::Files;
use script::{Edit, act, edit};
use session::Session;

/// How many edits a script has at most; `FOURFOLD_STEPS` says otherwise.
fn steps() -> usize {
    std::env::var("FOURFOLD_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(20)
}

/// What kind of handbook is edited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sort {
    Own,
    Drafts,
    Foreign,
}

pub(crate) fn scripts() -> impl Strategy<Value = (Sort, Files, Vec<Edit>)> {
    let sort = prop_oneof![3 => Just(Sort::Own), 2 => Just(Sort::Drafts), 1 => Just(Sort::Foreign)];
    let edits = steps();
    (sort, some_files(14), prop::collection::vec(edit(), edits..=edits))
}

/// Runs a script; the first difference from a clean build.
pub(crate) fn run(sort: Sort, files: Files, edits: &[Edit], reach: Reach) -> Option<String> {
    let handbook = match sort {
        Sort::Own => Handbook::of(files),
        Sort::Drafts => Handbook::of(files).drafts(),
        Sort::Foreign => {
            let mut handbook = Handbook::of(files).foreign();
            handbook.content = "content".into();
            handbook
        }
    };
    let mut session = Session::new(handbook, reach);
    for (number, edit) in edits.iter().enumerate() {
        let mut files = session.handbook.files.clone();
        act(edit, &mut files, &session.history);
        let stale = if let Edit::Touch(index) = edit { session.touch(index) } else { session.turn(files) };
        if let Some(difference) = session.difference() {
            let files = session.handbook.files.iter();
            let files: String = files.map(|(path, bytes)| format!("== {path}\n{}", String::from_utf8_lossy(bytes))).collect();
            return Some(format!("after edit {number}, {edit:?}: {difference}\nstale: {stale:?}\n{files}"));
        }
    }
    None
}

proptest! {
    #![proptest_config(trials(100))]

    /// Whoever keeps outputs and drops only those that a turn names has the site of a clean build, and its problems.
    #[test]
    fn what_a_turn_does_not_name_is_as_it_was((sort, files, edits) in scripts()) {
        let difference = run(sort, files, &edits, Reach::ALL);
        prop_assert!(difference.is_none(), "{}", difference.unwrap());
    }
}
