//! The site in a real browser: Chromium, driven through WebDriver.
//!
//! With `FOURFOLD_BROWSER=required` the tests run or fail; without it each is listed as ignored, since they take minutes and
//! need more than a compiler. Some of them ask judges that are no part of the repository: `FOURFOLD_JUDGES` names a folder
//! in which npm has installed `axe-core` and `vnu-jar`, as `.ci/run` does.
//! A test that fails is tried once more in a window of its own, which is said: a browser on a busy machine may stand still
//! for seconds. What is wrong fails twice.
//!
//! A part of these tests is a file with `pub const TESTS: &[Test]`, named in `PARTS`.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they mean by their names")]

mod accessibility;
mod driver;
#[path = "../../benches/support/mod.rs"]
mod generated;
mod gestures;
mod host;
mod judges;
mod pictures;
mod policy;
mod reading;
mod search;
mod serve;
#[path = "../support/serving.rs"]
#[allow(dead_code, reason = "the other test binary needs the rest")]
mod serving;
mod sites;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

use driver::{Browser, Driver};
use sites::Sites;

/// A test: what it shows, and how.
pub type Test = (&'static str, fn(&Browser, &Sites));

const PARTS: &[(&str, &[Test])] = &[
    ("accessibility", accessibility::TESTS),
    ("gestures", gestures::TESTS),
    ("judges", judges::TESTS),
    ("pictures", pictures::TESTS),
    ("policy", policy::TESTS),
    ("reading", reading::TESTS),
    ("search", search::TESTS),
    ("serve", serve::TESTS),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A page has one thread, and its browser a little work beside it.
    arguments.test_threads.get_or_insert(2);
    let is_required = std::env::var("FOURFOLD_BROWSER").is_ok_and(|value| value == "required");
    let driver = if is_required && !arguments.list { Driver::start() } else { Err("nobody asked for it".to_owned()) }.map(Arc::new);
    let sites = Arc::new(Sites::default());
    let mut trials = Vec::new();
    for (part, tests) in PARTS {
        let is_wanted = is_required && (*part != "pictures" || pictures::folder().is_some());
        for (name, test) in *tests {
            let (driver, sites) = (driver.clone(), Arc::clone(&sites));
            let run = move || {
                let driver = driver.map_err(|reason| format!("there is no browser: {reason}"))?;
                let first = driver.browser()?;
                if catch_unwind(AssertUnwindSafe(|| test(&first, &sites))).is_err() {
                    drop(first);
                    eprintln!("tried once more: {part}::{name}");
                    // A test that panics again fails; the session ends in any case.
                    test(&driver.browser()?, &sites);
                }
                Ok(())
            };
            trials.push(Trial::test(format!("{part}::{name}"), run).with_ignored_flag(!is_wanted));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
