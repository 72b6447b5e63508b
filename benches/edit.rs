//! How long a site that is kept alive takes to take in an edit, for a made-up handbook of 1,000 and of 10,000 pages.
//!
//! `cargo bench --bench edit`. What a program that watches files adds to this is the wait for quiet and one page made.

mod support;

use divan::Bencher;
use fourfold::base::text::Source;
use fourfold::engine::{Change, Live};
use support::{Handbook, settings};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [usize; 2] = [1_000, 10_000];

fn main() {
    divan::main();
}

fn live(sources: &[Source]) -> Live {
    let mut live = Live::new(settings(), None);
    live.apply(Change { put: sources.to_vec(), ..Change::default() });
    live
}

/// Turns that take one page to another text and back.
fn turns(bencher: Bencher<'_, '_>, pages: usize, edit: impl Fn(&str) -> String) {
    let sources = Handbook::new(pages).sources();
    let mut live = live(&sources);
    let page = &sources[pages / 2];
    let edited = Source::from_text(page.path.clone(), &edit(&page.text));
    let mut versions = [&edited, page].into_iter().cycle();
    bencher
        .with_inputs(|| Change { put: versions.next().into_iter().cloned().collect(), ..Change::default() })
        .bench_local_values(|change| live.apply(change).stale.len());
}

/// The whole content, as at the start.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn begin(bencher: Bencher<'_, '_>, pages: usize) {
    let sources = Handbook::new(pages).sources();
    bencher.bench_local(|| live(&sources));
}

/// A sentence more.
#[divan::bench(args = SIZES, sample_count = 51, sample_size = 1)]
fn body(bencher: Bencher<'_, '_>, pages: usize) {
    turns(bencher, pages, |text| format!("{text}\n\nOne more sentence.\n"));
}

/// So many words more that the minutes on the page's card change.
#[divan::bench(args = SIZES, sample_count = 51, sample_size = 1)]
fn card(bencher: Bencher<'_, '_>, pages: usize) {
    turns(bencher, pages, |text| format!("{text}\n\n{}\n", "more words ".repeat(200)));
}

/// A link more.
#[divan::bench(args = SIZES, sample_count = 51, sample_size = 1)]
fn link(bencher: Bencher<'_, '_>, pages: usize) {
    turns(bencher, pages, |text| format!("{text}\n\nSee [[Path 1]].\n"));
}

/// A heading more.
#[divan::bench(args = SIZES, sample_count = 51, sample_size = 1)]
fn heading(bencher: Bencher<'_, '_>, pages: usize) {
    turns(bencher, pages, |text| format!("{text}\n\n## One more heading\n\nAnd text.\n"));
}

/// Another title.
#[divan::bench(args = SIZES, sample_count = 21, sample_size = 1)]
fn title(bencher: Bencher<'_, '_>, pages: usize) {
    turns(bencher, pages, |text| text.replacen("title = \"", "title = \"Zeal and ", 1));
}
