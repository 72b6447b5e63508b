//! The program's own folder in a handbook: `.fourfold/` in the project root, which Git ignores.
//!
//! In: a name, bytes. Out: a file that a reader sees whole or not at all. What lies here may be deleted at any time.

use std::io;
use std::path::Path;

/// The folder, below the project root.
pub const FOLDER: &str = ".fourfold";

/// Writes a file into the folder, which is made where it is missing.
pub fn write(root: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = root.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        std::fs::write(ignore, "*\n")?;
    }
    let part = folder.join(format!("{name}.part"));
    std::fs::write(&part, bytes)?;
    std::fs::rename(part, folder.join(name))
}
