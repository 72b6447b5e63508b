//! `fourfold explain`.

use std::process::ExitCode;

use crate::base::diagnostic::Code;
use crate::base::nearest::nearest;

use super::report::{DONE, USAGE, data, line};

/// Shows the page of a code, or the list of all codes.
pub fn run(code: Option<&str>) -> ExitCode {
    let text = match code {
        None => Code::ALL.iter().map(|code| format!("{:20} {}\n", code.name(), code.summary())).collect(),
        Some(name) => match Code::from_name(name.trim_matches(['[', ']', ' '])) {
            Some(code) => code.explain().to_owned(),
            None => {
                let near = nearest(name, Code::ALL.iter().map(|code| code.name()));
                let help = near.map_or_else(|| "`fourfold explain` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
                line(&format!("error: there is no diagnostic called `{name}`; {help}"));
                return ExitCode::from(USAGE);
            }
        },
    };
    match data(&text) {
        Ok(()) => ExitCode::from(DONE),
        Err(error) => {
            line(&format!("error: {error}"));
            ExitCode::from(USAGE)
        }
    }
}
