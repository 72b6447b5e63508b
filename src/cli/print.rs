//! `fourfold schema`, `completions` and `man`: what editors, shells and `man` want to know of the program.
//!
//! In: the tables that reading and the command line themselves use. Out: text on standard output.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::discover::config;
use crate::parse::front;

use super::args::Schema;
use super::command;
use super::report::{DONE, USAGE, data, line};

/// Prints a JSON Schema, or one document with both.
pub fn schema(of: Option<Schema>) -> ExitCode {
    let document = match of {
        Some(Schema::Config) => config::json_schema(),
        Some(Schema::FrontMatter) => front::json_schema(),
        None => both(),
    };
    say(&format!("{document:#}\n"))
}

/// Both schemas as definitions of one document, which takes either.
fn both() -> Value {
    let [mut config, mut front] = [config::json_schema(), front::json_schema()];
    for schema in [&mut config, &mut front] {
        if let Some(keys) = schema.as_object_mut() {
            keys.remove("$schema");
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Files of a fourfold handbook",
        "anyOf": [{ "$ref": "#/$defs/config" }, { "$ref": "#/$defs/front-matter" }],
        "$defs": { "config": config, "front-matter": front },
    })
}

/// Prints the completions of a shell.
pub fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "fourfold", &mut text);
    say(&String::from_utf8_lossy(&text))
}

/// Prints the man page: the program, then each of its commands.
pub fn man() -> ExitCode {
    let mut text = Vec::new();
    let mut cli = command();
    cli.build();
    let mut pages = vec![clap_mangen::Man::new(cli.clone())];
    let commands = cli.get_subcommands().cloned().map(clap_mangen::Man::new);
    pages.extend(commands);
    match pages.iter().try_for_each(|page| page.render(&mut text)) {
        Ok(()) => say(&String::from_utf8_lossy(&text)),
        Err(error) => {
            line(&format!("error: {error}"));
            ExitCode::from(USAGE)
        }
    }
}

fn say(text: &str) -> ExitCode {
    match data(text) {
        Ok(()) => ExitCode::from(DONE),
        Err(error) => {
            line(&format!("error: {error}"));
            ExitCode::from(USAGE)
        }
    }
}
