//! The commands: arguments in, an exit code out.
//!
//! Invariant: 0 is done, 1 is problems in the content, 2 is wrong usage, config, theme or environment.
//! Invariant: the clock and the environment are read here and nowhere below.

mod args;
mod build;
mod check;
mod explain;
mod export;
#[cfg(feature = "external")]
mod external;
mod fix;
mod fresh;
mod health;
mod history;
mod impact;
mod init;
mod intake;
mod list;
mod load;
mod mv;
mod new;
mod print;
mod progress;
mod report;
mod serve;
mod why;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(&cli.command),
        Err(error) => {
            // Help and version are asked for; everything else is wrong usage.
            let asked = !error.use_stderr();
            let _ = error.print();
            ExitCode::from(if asked { report::DONE } else { report::USAGE })
        }
    }
}

/// Every command with its flags, as data: what the guide is compared with.
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(command: &Command) -> ExitCode {
    match command {
        Command::Build(args) => build::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(args),
        Command::List(args) => list::run(args),
        Command::Mv(args) => mv::run(args),
        Command::Why(args) => why::run(args),
        Command::Impact(args) => impact::run(args),
        Command::Export(args) => export::run(args),
        Command::New(args) => new::run(args),
        Command::Init(args) => init::run(args),
        Command::Intake(args) => intake::run(args),
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Schema { of } => print::schema(*of),
        Command::Completions { shell } => print::completions(*shell),
        Command::Man => print::man(),
    }
}
