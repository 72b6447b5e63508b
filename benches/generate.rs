//! Writes the handbook of the benchmarks into a folder, for other programs to build.
//!
//! `cargo bench --bench generate -- FOLDER PAGES`

#![expect(clippy::print_stdout, reason = "it speaks to whoever runs it")]

mod support;

use std::io;
use std::path::Path;

use support::Handbook;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [folder, pages] = words.as_slice() else {
        println!("To write a handbook: cargo bench --bench generate -- FOLDER PAGES");
        return Ok(());
    };
    let pages = pages.parse().map_err(|_| io::Error::other(format!("`{pages}` is no number of pages")))?;
    let handbook = Handbook::new(pages);
    handbook.write(Path::new(folder))?;
    println!("{folder}: {} pages, {:.1} MB of Markdown", handbook.pages(), handbook.bytes() as f64 / 1e6);
    Ok(())
}
