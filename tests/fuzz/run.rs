//! Tries a target on case after case until its time is over.
//!
//! In: a name, cases to begin with, a way to make more, a judge. Out: nothing, or a panic that tells every kind of failure with
//! its smallest case.
//!
//! `FOURFOLD_FUZZ` says for how many seconds (1 unless told otherwise), `FOURFOLD_FUZZ_SEED` with which seed. A case that does what
//! none did before (the judge says what it did) joins those that others are made from. The case that is being tried lies in
//! `target/fuzz/NAME.last`, so that one which ends the process can be looked at; those that failed lie beside it.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::corpus::root;
use super::mutate::Stock;
use super::random::Random;

/// What a case did, as a number that is equal for cases that did the same; or what is wrong.
pub type Verdict = Result<u64, String>;

/// Far longer than any case takes; of the processor's time; by the clock a case hangs after twenty minutes.
const PATIENCE: Duration = Duration::from_secs(20);
/// As many cases are remembered as did something new.
const POOL: usize = 3_000;

/// One target.
pub struct Target<'a> {
    /// Its name.
    pub name: &'static str,
    /// Cases to begin with.
    pub first: Vec<Vec<u8>>,
    /// Pieces from which more are made.
    pub pieces: Vec<String>,
    /// Makes a case.
    pub make: &'a dyn Fn(&Stock, &mut Random) -> Vec<u8>,
    /// Whether a smaller case may be looked for.
    pub shrinks: bool,
}

/// A case like one that is known, or a heap of pieces.
pub fn like_known(stock: &Stock, random: &mut Random) -> Vec<u8> {
    if random.once_in(4) { stock.heap(random) } else { stock.mutant(random) }
}

fn number(name: &str, otherwise: f64) -> f64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Tries a target.
pub fn fuzz(target: Target<'_>, judge: impl Fn(&[u8]) -> Verdict) {
    let limit = Duration::from_secs_f64(number("FOURFOLD_FUZZ", 1.0));
    let seed = number("FOURFOLD_FUZZ_SEED", 4.0) as u64;
    let Target { name, first, pieces, make, shrinks } = target;
    let first: Vec<Vec<u8>> = found(name).into_iter().chain(first).collect();
    let mut stock = Stock { known: Vec::new(), pieces };
    let (mut done, mut failures) = (HashSet::new(), BTreeMap::<String, (String, Vec<u8>)>::new());
    let folder = root().join("target/fuzz");
    fs::create_dir_all(&folder).unwrap();
    let mut last = File::create(folder.join(format!("{name}.last"))).unwrap();
    let watch = watchdog(name);
    let (start, spent) = (Instant::now(), processor());
    let mut cases: u64 = 0;
    let mut first = first.into_iter();
    // A busy machine tries a few all the same.
    while start.elapsed() < limit || cases < 3 {
        let case = first.next().unwrap_or_else(|| make(&stock, &mut Random::new(seed, cases)));
        last.seek(SeekFrom::Start(0)).and_then(|_| last.write_all(&case)).and_then(|()| last.set_len(case.len() as u64)).unwrap();
        watch.store(cases + 1, Ordering::Relaxed);
        match tried(&judge, &case) {
            Ok(what) if done.insert(what) && stock.known.len() < POOL => stock.known.push(case),
            Ok(_) if stock.known.is_empty() => stock.known.push(case),
            Ok(_) => {}
            // Of failures that read alike only the first is told; after some kinds the rest is no news.
            Err(why) if failures.len() < 12 => {
                failures.entry(kind(&why)).or_insert_with(|| {
                    let (why, case) = if shrinks { smallest(&judge, case, why) } else { (why, case) };
                    fs::write(folder.join(format!("{name}-{cases}")), &case).unwrap();
                    fs::write(folder.join(format!("{name}-{cases}.why")), &why).unwrap();
                    (format!("case {cases} of seed {seed}: {why}"), case)
                });
            }
            Err(_) => {}
        }
        cases += 1;
    }
    watch.store(0, Ordering::Relaxed);
    note(name, cases, done.len(), [start.elapsed(), processor().saturating_sub(spent)], failures.len());
    let told: String =
        failures.values().map(|(why, case)| format!("\n{why}\n--- the case, {:?}\n", String::from_utf8_lossy(case))).collect();
    assert!(failures.is_empty(), "{name}: {} kinds of failures in {cases} cases{told}", failures.len());
}

/// Cases that failed once, which are always tried: `tests/fuzz/found/NAME/`.
fn found(name: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(root().join("tests/fuzz/found").join(name)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Judges a case; a panic is a failure, and so is taking far too long.
fn tried(judge: &impl Fn(&[u8]) -> Verdict, case: &[u8]) -> Verdict {
    let start = processor();
    let verdict = catch_unwind(AssertUnwindSafe(|| judge(case))).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panic: {}", said.unwrap_or("without a word")))
    });
    let took = processor().saturating_sub(start);
    if verdict.is_ok() && took > PATIENCE { Err(format!("slow: {took:?}")) } else { verdict }
}

/// The time that the processor has spent on this thread, so that a busy machine does not decide; elsewhere than on Linux the clock has to do.
pub fn processor() -> Duration {
    let said = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = said.split(' ').next().and_then(|number| number.parse().ok()).map(Duration::from_nanos);
    spent.unwrap_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default())
}

/// A smaller case that fails too: pieces are taken out, large ones first, for some seconds.
fn smallest(judge: &impl Fn(&[u8]) -> Verdict, mut case: Vec<u8>, mut why: String) -> (String, Vec<u8>) {
    let start = Instant::now();
    let mut size = case.len() / 2;
    while size > 0 && start.elapsed() < PATIENCE {
        let mut at = 0;
        while at < case.len() && start.elapsed() < PATIENCE {
            let mut smaller = case[..at].to_vec();
            smaller.extend_from_slice(&case[(at + size).min(case.len())..]);
            match tried(judge, &smaller) {
                Err(other) if kind(&other) == kind(&why) => (case, why) = (smaller, other),
                _ => at += size,
            }
        }
        size /= 2;
    }
    (why, case)
}

/// What failures of one cause have in common: the beginning of what is said, without numbers and names.
fn kind(why: &str) -> String {
    why.split([':', '`', '"', '\n']).next().unwrap_or(why).chars().filter(|ch| !ch.is_ascii_digit()).take(48).collect()
}

/// Ends the process when one case never ends; the number in the answer is that of the case, 0 for none.
fn watchdog(name: &'static str) -> Arc<AtomicU64> {
    let current = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&current);
    std::thread::spawn(move || {
        let (mut at, mut since) = (0, Instant::now());
        // The target has ended when nobody else holds the number.
        while Arc::strong_count(&seen) > 1 {
            std::thread::sleep(Duration::from_millis(500));
            let now = seen.load(Ordering::Relaxed);
            if now != at || now == 0 {
                (at, since) = (now, Instant::now());
            } else if since.elapsed() > 60 * PATIENCE {
                eprintln!("{name}: a case hangs; it lies in target/fuzz/{name}.last");
                std::process::abort();
            }
        }
    });
    current
}

/// Notes what was counted beside the figures of the other promises.
fn note(name: &str, cases: u64, kinds: usize, [took, spent]: [Duration; 2], failures: usize) {
    let folder = root().join("target/promises");
    fs::create_dir_all(&folder).unwrap();
    let figures = serde_json::json!({ "cases": cases, "kinds of outcome": kinds, "seconds": took.as_secs(),
        "seconds of the processor": spent.as_secs(), "kinds of failures": failures });
    fs::write(folder.join(format!("fuzz_{name}.json")), format!("{figures:#}\n")).unwrap();
}
