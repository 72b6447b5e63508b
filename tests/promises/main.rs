//! The promises of `SECURITY.md`, tried on the real program: it is killed, starved and lied to, and what it leaves is looked at.
//!
//! `FOURFOLD_PROMISES` says how long this may take: `quick` (a sample, the default), `full` (what a change has to pass) or
//! `long` (a run to publish). Where a tool is missing, its tests are listed as ignored, unless `full` or `long` ask for them.
//! Every test writes what it counted to `target/promises/NAME.json`.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they mean by their names")]

mod blowups;
#[cfg(target_os = "linux")]
mod folders;
mod hostile;
#[cfg(target_os = "linux")]
mod interrupted;
mod machine;
#[cfg(unix)]
mod readers;
mod same;
mod scale;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use scale::Scale;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let scale = Scale::from_environment();
    let mut trials: Vec<Trial> = Vec::new();
    #[cfg(target_os = "linux")]
    trials.extend(interrupted::trials(scale));
    #[cfg(target_os = "linux")]
    trials.extend(folders::trials(scale));
    #[cfg(unix)]
    trials.extend(readers::trials(scale));
    trials.extend(hostile::trials(scale));
    trials.extend(blowups::trials(scale));
    trials.extend(same::trials(scale));
    libtest_mimic::run(&arguments, trials).exit_code()
}
