//! How long the pure stages take for a made-up handbook of 1,000 and of 10,000 pages; nothing touches the disk.
//!
//! `cargo bench --bench stages`. Every benchmark counts the pages and the bytes of Markdown behind its work, so figures a
//! page compare across sizes.

mod support;

use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use fourfold::base::text::Source;
use fourfold::engine::{Change, Content, Engine, Plan};
use fourfold::parse::page::Page;
use fourfold::parse::parse;
use fourfold::parse::rules::Rules;
use fourfold::resolve::Graph;
use fourfold::resolve::graph::Update;
use fourfold::template::templates::Templates;
use fourfold::template::theme::Theme;
use rayon::prelude::*;
use support::{Handbook, settings};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [usize; 2] = [1_000, 10_000];

fn main() {
    divan::main();
}

/// A handbook with what it counts as.
struct Corpus {
    sources: Vec<Source>,
    pages: ItemsCount,
    bytes: BytesCount,
}

impl Corpus {
    fn new(pages: usize) -> Self {
        let handbook = Handbook::new(pages);
        Self { sources: handbook.sources(), pages: ItemsCount::new(handbook.pages()), bytes: BytesCount::new(handbook.bytes()) }
    }

    fn counted<'a, 'b>(&self, bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
        bencher.counter(self.pages).counter(self.bytes)
    }

    fn parse(&self) -> Vec<Arc<Page>> {
        let rules = Rules::new(settings());
        self.sources.par_iter().map(|source| Arc::new(parse(source, &rules))).collect()
    }

    fn change(&self) -> Change {
        Change { put: self.sources.clone(), ..Change::default() }
    }

    fn engine(&self) -> Engine {
        let mut engine = Engine::new(settings());
        engine.apply(self.change());
        engine
    }
}

fn theme(plan: &Plan<'_>) -> Theme {
    Theme::load(Templates::read(None), &plan.site, &settings()).expect("the embedded theme loads")
}

/// Makes every output; says how many bytes they have.
fn make_all(plan: &Plan<'_>, theme: &Theme) -> usize {
    let make = |at| match plan.make(at, theme).expect("the embedded theme renders").1 {
        Content::Bytes(bytes) => bytes.len(),
        Content::Copy(_) | Content::Scaled(_) | Content::Drawn(_) => 0,
    };
    (0..plan.planned.len()).into_par_iter().map(make).sum()
}

/// Markdown to pages.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn parse_pages(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    corpus.counted(bencher).bench(|| corpus.parse());
}

/// Pages to a graph: names, links, terms, mentions.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn resolve_pages(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    let parsed = corpus.parse();
    corpus.counted(bencher).with_inputs(|| Update { pages: parsed.clone(), ..Update::default() }).bench_values(|update| {
        let mut graph = Graph::new(settings());
        graph.update(update);
        graph
    });
}

/// All checks of a graph.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn check_pages(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    let mut graph = Graph::new(settings());
    graph.update(Update { pages: corpus.parse(), ..Update::default() });
    corpus.counted(bencher).bench(|| graph.diagnostics());
}

/// One changed page to a plan of the whole site.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn edit_one_page(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    let mut engine = corpus.engine();
    let page = &corpus.sources[0];
    let edited = Source::from_text(page.path.clone(), &format!("{}\nOne more sentence.\n", page.text));
    let mut turns = [&edited, page].into_iter().cycle();
    bencher
        .with_inputs(|| Change { put: turns.next().into_iter().cloned().collect(), ..Change::default() })
        .bench_local_values(|change| engine.apply(change).planned.len());
}

/// Views of all outputs with their fingerprints: what a build does in which nothing has changed.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn compose_views(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    let mut engine = corpus.engine();
    let plan = engine.apply(Change::default());
    let theme = theme(&plan);
    corpus.counted(bencher).bench(|| {
        (0..plan.planned.len())
            .into_par_iter()
            .map(|at| plan.print(at, &theme).map_or(0, |print| print.0))
            .reduce(|| 0, |one, other| one ^ other)
    });
}

/// Views of all outputs and their bytes.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn compose_and_render(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    let mut engine = corpus.engine();
    let plan = engine.apply(Change::default());
    let theme = theme(&plan);
    corpus.counted(bencher).bench(|| make_all(&plan, &theme));
}

/// Everything between reading and writing.
#[divan::bench(args = SIZES, sample_count = 9, sample_size = 1)]
fn whole_build(bencher: Bencher<'_, '_>, pages: usize) {
    let corpus = Corpus::new(pages);
    corpus.counted(bencher).with_inputs(|| corpus.change()).bench_values(|change| {
        let mut engine = Engine::new(settings());
        let plan = engine.apply(change);
        let theme = theme(&plan);
        let sizes = (plan.diagnostics().len(), make_all(&plan, &theme));
        (sizes, engine)
    });
}
