//! What earlier checks found out, so that a handbook's hosts are not asked again on every run.
//!
//! In: the project root, the day. Out: verdicts that are young enough. The file lies in the project root's `.fourfold/`.
//!
//! Invariant: only what is certain is remembered, what is fine for longer than what is gone. A file that cannot be read or
//! written is as good as none.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Verdict;
use crate::write::local;

const FILE: &str = "external.json";
/// How many days an address that answers is left in peace.
const FINE_DAYS: i32 = 7;
/// How many days an address that is gone counts as gone.
const BROKEN_DAYS: i32 = 1;

#[derive(Serialize, Deserialize)]
struct Entry {
    /// When it was asked for.
    day: String,
    /// What the host said of an address that is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<String>,
}

/// Verdicts by address.
pub struct Cache {
    today: Date,
    entries: BTreeMap<String, Entry>,
}

impl Cache {
    /// No verdicts.
    pub fn empty(today: Date) -> Self {
        Self { today, entries: BTreeMap::new() }
    }

    /// The verdicts of earlier checks.
    pub fn read(root: &Path, today: Date) -> Self {
        let text = local::read(root, FILE).unwrap_or_default();
        let mut cache = Self { today, entries: serde_json::from_slice(&text).unwrap_or_default() };
        let today = cache.today;
        cache.entries.retain(|_, entry| is_young(entry, today));
        cache
    }

    /// A verdict that is young enough.
    pub fn get(&self, address: &str) -> Option<Verdict> {
        let entry = self.entries.get(address)?;
        Some(entry.gone.as_ref().map_or(Verdict::Fine, |why| Verdict::Broken(why.clone())))
    }

    /// Remembers a verdict that is certain.
    pub fn put(&mut self, address: &str, verdict: &Verdict) {
        let gone = match verdict {
            Verdict::Fine => None,
            Verdict::Broken(why) => Some(why.clone()),
            Verdict::Unknown(_) | Verdict::Skipped(_) => return,
        };
        self.entries.insert(address.to_owned(), Entry { day: self.today.to_string(), gone });
    }

    /// Writes them; failing to is no error.
    pub fn write(&self, root: &Path) {
        if let Ok(text) = serde_json::to_vec(&self.entries) {
            let _ = local::write(root, FILE, &text);
        }
    }
}

fn is_young(entry: &Entry, today: Date) -> bool {
    let days = if entry.gone.is_some() { BROKEN_DAYS } else { FINE_DAYS };
    let day: Option<Date> = entry.day.parse().ok();
    day.is_some_and(|day| (0..days).contains(&(today - day).get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_gone_is_asked_for_again_before_what_is_fine() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut cache = Cache::empty(date(2026, 11, 1));
        cache.put("https://fine.example/", &Verdict::Fine);
        cache.put("https://gone.example/", &Verdict::Broken("404".into()));
        cache.put("https://busy.example/", &Verdict::Unknown("429".into()));
        cache.write(folder.path());
        let on = |day| {
            let cache = Cache::read(folder.path(), day);
            ["fine", "gone", "busy"].map(|name| cache.get(&format!("https://{name}.example/")))
        };
        assert_eq!(on(date(2026, 11, 1)), [Some(Verdict::Fine), Some(Verdict::Broken("404".into())), None]);
        assert_eq!(on(date(2026, 11, 7)), [Some(Verdict::Fine), None, None]);
        assert_eq!(on(date(2026, 11, 8)), [None, None, None]);
        assert_eq!(on(date(2026, 10, 31)), [None, None, None], "a day that has not come is no day to trust");
    }
}
