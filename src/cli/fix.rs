//! Applies the safe fixes of a list of problems to the sources.
//!
//! In: problems, the project root. Out: files changed byte by byte where the fixes say, and nowhere else; how many.
//!
//! Invariant: a file is replaced as a whole or not at all, and a fix whose edits meet another's waits for the next turn.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Edit, Safety, edited};
use crate::base::path::SourcePath;

/// What was mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mended {
    /// Problems.
    pub problems: usize,
    /// Files.
    pub files: usize,
}

/// Applies the first safe fix of each problem that has one.
///
/// # Errors
///
/// The first file that cannot be read or replaced, by path; files before it are mended.
pub fn apply(problems: &[Diagnostic], root: &Path) -> Result<Mended, (SourcePath, io::Error)> {
    let (chosen, count) = choose(problems);
    for (file, edits) in &chosen {
        mend(&root.join(file.as_str()), edits).map_err(|error| (file.clone(), error))?;
    }
    Ok(Mended { problems: count, files: chosen.len() })
}

/// How many of the problems `apply` would mend, as the end of a sentence; empty for none.
pub fn offer(problems: &[Diagnostic]) -> String {
    match choose(problems).1 {
        0 => String::new(),
        count => format!("; `fourfold check --fix` mends {count} of them"),
    }
}

/// The edits by file, without those that would meet another's, and how many problems they mend.
fn choose(problems: &[Diagnostic]) -> (BTreeMap<SourcePath, Vec<Edit>>, usize) {
    let mut chosen: BTreeMap<SourcePath, Vec<Edit>> = BTreeMap::new();
    let mut count = 0;
    for problem in problems {
        let Some(fix) = problem.fixes.iter().find(|fix| fix.safety == Safety::Safe && !fix.edits.is_empty()) else { continue };
        let meets = |edit: &Edit| {
            let others = chosen.get(&edit.file).map_or(&[][..], Vec::as_slice);
            others.iter().any(|other| other != edit && edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        if fix.edits.iter().any(meets) {
            continue;
        }
        for edit in &fix.edits {
            let edits = chosen.entry(edit.file.clone()).or_default();
            if !edits.contains(edit) {
                edits.push(edit.clone());
            }
        }
        count += 1;
    }
    for edits in chosen.values_mut() {
        edits.sort_by_key(|edit| edit.span);
    }
    (chosen, count)
}

/// Puts the edits into a file: a new file takes the place of the old one in one step.
fn mend(path: &Path, edits: &[Edit]) -> io::Result<()> {
    let bytes = std::fs::read(path)?;
    let mended = edited(&bytes, edits).ok_or_else(|| io::Error::other("it has changed in the meantime"))?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("page");
    let part = path.with_file_name(format!(".{name}.fourfold-part"));
    std::fs::write(&part, mended)?;
    std::fs::set_permissions(&part, std::fs::metadata(path)?.permissions())?;
    std::fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::{Code, Fix, Severity};
    use crate::base::text::Span;

    fn problem(edits: &[(u32, u32, &str)]) -> Diagnostic {
        let file = SourcePath::new("a.md").expect("a path");
        let edits =
            edits.iter().map(|(start, end, text)| Edit { file: file.clone(), span: Span::from(*start..*end), text: (*text).to_owned() });
        let fix = Fix { title: String::new(), safety: Safety::Safe, edits: edits.collect() };
        Diagnostic::new(Code::MovedLink, Severity::Warning, "").fix(fix)
    }

    #[test]
    fn edits_change_their_bytes_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.md"), b"one \xFFtwo\r\nthree").expect("written");
        let mended = apply(&[problem(&[(0, 3, "1")]), problem(&[(5, 8, "2"), (10, 15, "3")])], folder.path()).expect("mended");
        assert_eq!(mended, Mended { problems: 2, files: 1 });
        assert_eq!(std::fs::read(folder.path().join("a.md")).expect("read"), b"1 \xFF2\r\n3");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[test]
    fn a_fix_that_meets_another_waits() {
        let (chosen, count) = choose(&[problem(&[(0, 4, "x")]), problem(&[(2, 6, "y")]), problem(&[(8, 9, "z")])]);
        assert_eq!(count, 2);
        assert_eq!(chosen.values().next().map(Vec::len), Some(2));
    }
}
