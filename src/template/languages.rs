//! Translations: which language a page has, what the folders of a translation are called, and its own navigation.
//!
//! In: the graph's signposts. Out: tags, titles and groups.

use crate::base::config::Settings;
use crate::base::path::Url;
use crate::resolve::Graph;

use super::gather::{Gathered, folder_url};
use super::sitewide::folder_links;
use super::view::LinkView;

/// What languages call themselves; a tag that is not here stands for itself.
const OWN_NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("gl", "Galego"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// The language of an address: that of the translation it lies in, else the handbook's.
pub fn language_at<'a>(url: &Url, settings: &'a Settings) -> &'a str {
    translation_at(url, settings).map_or(settings.config.language.as_str(), |(_, tag)| tag)
}

/// The folder of a translation, below the content, that an address lies in, and its tag.
fn translation_at<'a>(url: &Url, settings: &'a Settings) -> Option<(&'a str, &'a str)> {
    let place = |folder: &'a str| settings.in_content(folder);
    let mut all = settings.signposts.languages.iter().filter_map(|(folder, tag)| Some((place(folder)?, tag.as_str())));
    all.find(|(folder, _)| url.as_str().starts_with(folder_url(folder).as_str()))
}

/// What the folder of a translation is called: the language's own name, with its region or script where the tag has one.
pub fn title(settings: &Settings, folder: &str) -> Option<String> {
    let (_, tag) = settings.signposts.languages.iter().find(|(known, _)| settings.in_content(known) == Some(folder))?;
    let (primary, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let name = OWN_NAMES.iter().find(|(known, _)| *known == primary).map_or(primary, |(_, name)| name);
    Some(if rest.is_empty() { name.to_owned() } else { format!("{name} ({rest})") })
}

/// The navigation of the translation that an address lies in: the folders of that translation; empty elsewhere.
pub fn groups(graph: &Graph, gathered: &Gathered, url: &Url) -> Vec<LinkView> {
    translation_at(url, &graph.settings).map_or_else(Vec::new, |(folder, _)| folder_links(graph, gathered, folder))
}
