//! How much of the programme a run does, and where it notes what it counted.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Trial;

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scale {
    /// A sample that takes seconds.
    Quick,
    /// All that a change has to pass.
    Full,
    /// Many more random tries.
    Long,
}

impl Scale {
    /// What `FOURFOLD_PROMISES` asks for.
    pub fn from_environment() -> Self {
        match std::env::var("FOURFOLD_PROMISES").as_deref() {
            Err(_) | Ok("quick" | "") => Self::Quick,
            Ok("full") => Self::Full,
            Ok("long") => Self::Long,
            Ok(other) => panic!("FOURFOLD_PROMISES is `{other}`; quick, full or long is wanted"),
        }
    }

    /// One of three numbers.
    pub fn pick<T>(self, quick: T, full: T, long: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
            Self::Long => long,
        }
    }
}

/// What a test counted: a note on what was tried, and how often.
pub type Counted = Vec<(&'static str, usize)>;

/// A test that notes what it counted.
pub fn trial(name: &'static str, run: impl FnOnce() -> Counted + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let counted = run();
        let figures: serde_json::Map<String, serde_json::Value> =
            counted.into_iter().map(|(what, times)| (what.to_owned(), times.into())).collect();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/promises");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let text = serde_json::to_string_pretty(&figures).map_err(|error| error.to_string())?;
        fs::write(folder.join(format!("{name}.json")), text + "\n").map_err(|error| error.to_string())?;
        Ok(())
    })
}

/// A test that needs a program of the system; without it the test is ignored, and a scale above `quick` fails.
pub fn trial_with(tool: &'static str, scale: Scale, name: &'static str, run: impl FnOnce() -> Counted + Send + 'static) -> Trial {
    let there = Command::new(tool).arg("-V").output().is_ok_and(|output| output.status.success());
    if there {
        return trial(name, run);
    }
    if scale == Scale::Quick {
        eprintln!("{name}: ignored, since `{tool}` is not installed");
        return trial(name, run).with_ignored_flag(true);
    }
    Trial::test(name, move || Err(format!("`{tool}` is not installed").into()))
}
