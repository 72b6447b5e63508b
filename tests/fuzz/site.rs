//! A whole handbook as one text, so that it is changed and made smaller like any other case: `== path` begins a file.

use std::cell::RefCell;
use std::sync::Arc;

use fourfold::base::config::Config;
use fourfold::base::path::SourcePath;
use fourfold::engine::{Engine, Plan};
use fourfold::template::templates::Templates;
use fourfold::template::theme::Theme;
use fourfold::template::view::SiteView;

use crate::support::handbook::Files;
use crate::support::{Handbook, Site};

/// The files of a text; what stands before the first `== path` is a page.
pub fn split(text: &[u8]) -> Files {
    let mut files = Files::new();
    let mut path = "content/vision/page.md".to_owned();
    let mut bytes = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"== ") {
            put(&mut files, &path, &mut bytes);
            path = String::from_utf8_lossy(name).trim().to_owned();
        } else {
            bytes.extend_from_slice(line);
        }
    }
    put(&mut files, &path, &mut bytes);
    files
}

fn put(files: &mut Files, path: &str, bytes: &mut Vec<u8>) {
    let bytes = std::mem::take(bytes);
    // What no disk could hold is not found on one, and a file is no folder.
    let holds = |folder: &str| files.keys().any(|known| known.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    let is_below = files.keys().any(|known| path.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('/')));
    let long = path.split('/').any(|part| part.len() > 200) || path.len() > 1_000;
    if !bytes.is_empty() && !long && SourcePath::new(path).is_some() && !holds(path) && !is_below {
        files.insert(path.to_owned(), bytes);
    }
}

/// Files as one text.
pub fn joined(files: &Files) -> String {
    let file = |(path, bytes): (&String, &Vec<u8>)| format!("== {path}\n{}\n", String::from_utf8_lossy(bytes).trim_end_matches('\n'));
    files.iter().map(file).collect()
}

/// Builds handbooks one after another; a theme that would be the same is not loaded again.
#[derive(Default)]
pub struct Builder(RefCell<Option<(SiteView, Config, Arc<Theme>)>>);

impl Builder {
    /// The handbook of a text: one of our own where a file lies in `content/`, else a foreign folder.
    pub fn handbook(text: &[u8]) -> Handbook {
        let mut files = split(text);
        // The owner's files are trusted, and broken ones stop a build; both have targets of their own.
        files.retain(|path, _| !path.starts_with("themes/"));
        if let Some(config) = files.get("handbook.toml").map(|bytes| String::from_utf8_lossy(bytes).into_owned()) {
            files.insert("handbook.toml".into(), config.into_bytes());
        }
        let own = files.keys().any(|path| path.starts_with("content/"));
        if own { Handbook::of(files) } else { Handbook::of(files).foreign() }
    }

    /// The whole site; `None` where the config is refused, since nothing is built then.
    pub fn build(&self, handbook: &Handbook) -> Option<Site> {
        let (settings, problems) = handbook.settings();
        if !problems.is_empty() {
            return None;
        }
        let mut engine = Engine::new(Arc::new(settings));
        let plan = engine.apply(handbook.change());
        let theme = self.theme(&plan);
        Some(Site::with(&plan, handbook, &theme))
    }

    fn theme(&self, plan: &Plan<'_>) -> Arc<Theme> {
        let settings = &plan.graph().settings;
        let mut kept = self.0.borrow_mut();
        if let Some((site, known, theme)) = &*kept
            && *site == plan.site
            && *known == settings.config
        {
            return Arc::clone(theme);
        }
        let theme = Theme::load(Templates::read(None), &plan.site, settings).unwrap_or_else(|problems| panic!("the theme: {problems:#?}"));
        let theme = Arc::new(theme);
        *kept = Some((plan.site.clone(), settings.config.clone(), Arc::clone(&theme)));
        theme
    }
}
