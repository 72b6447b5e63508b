//! The site in a real browser: Chromium, driven through WebDriver.
//!
//! Where there is no Chromium each test is listed as ignored; with `FOURFOLD_BROWSER=required` the tests run or fail.
//! A part of these tests is a file with `pub const TESTS: &[Test]`, named in `PARTS`.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they mean by their names")]

mod driver;
mod serve;
#[path = "../support/serving.rs"]
#[allow(dead_code, reason = "the other test binary needs the rest")]
mod serving;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

use driver::{Browser, Driver};

/// A test: what it shows, and how.
pub type Test = (&'static str, fn(&Browser));

const PARTS: &[(&str, &[Test])] = &[("serve", serve::TESTS)];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A browser keeps two cores busy by itself.
    arguments.test_threads.get_or_insert(1);
    let is_required = std::env::var("FOURFOLD_BROWSER").is_ok_and(|value| value == "required");
    let driver = if arguments.list { Err("only listed".to_owned()) } else { Driver::start() }.map(Arc::new);
    if let Err(reason) = &driver
        && !arguments.list
    {
        eprintln!("The tests in a browser do not run: {reason}.");
    }
    let mut trials = Vec::new();
    for (part, tests) in PARTS {
        for (name, test) in *tests {
            let driver = driver.clone();
            let is_ignored = driver.is_err() && !is_required;
            let run = move || {
                let driver = driver.map_err(|reason| format!("there is no browser: {reason}"))?;
                let browser = driver.browser()?;
                // A test that panics fails; the session ends in any case.
                test(&browser);
                Ok(())
            };
            trials.push(Trial::test(format!("{part}::{name}"), run).with_ignored_flag(is_ignored));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
