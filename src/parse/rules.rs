//! The settings, made ready for reading many pages: globs compiled, own addresses normalised.
//!
//! In: `Settings`. Out: `Rules`, shared by all threads, which tell how far a page is trusted, which pillar its place
//! gives it and what a destination asks for.

use std::borrow::Cow;
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::base::config::{Mode, Settings};
use crate::base::path::decode_percent;

use super::page::Target;

/// How far a page's raw HTML is trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// It is escaped.
    Contributor,
    /// What can act is taken out.
    Author,
    /// It passes untouched.
    Full,
}

/// Why a destination with a scheme of its own is refused.
pub const UNSAFE: &str = "its address starts with something that a browser would run or that is not allowed";
/// Why a slip of the pen is refused.
const NO_SCHEME: &str = "the address of another site begins with https://";
/// Why an empty destination is refused.
const EMPTY: &str = "it has no address";

/// The settings, ready for use.
pub struct Rules {
    /// What they were made from.
    pub settings: Arc<Settings>,
    contributor: GlobSet,
    full: GlobSet,
    pillars: Vec<(Arc<str>, GlobSet)>,
    own: Vec<Own>,
}

/// An absolute address that means this handbook.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Own {
    /// Without its scheme, lower case host, no trailing `/`.
    prefix: String,
    /// Whether it is a repository on a code host.
    repository: bool,
}

impl Rules {
    /// Compiles the settings. A glob that does not parse matches nothing; `discover::config` has reported it.
    pub fn new(settings: Arc<Settings>) -> Self {
        let config = &settings.config;
        let pillars = config.pillars.iter().map(|pillar| (Arc::from(pillar.id.as_str()), globs(&pillar.matches))).collect();
        let repository = config.repository.iter().map(String::as_str);
        let mut own: Vec<Own> = config
            .own_urls
            .iter()
            .chain(&settings.signposts.own_urls)
            .map(String::as_str)
            .chain(config.base_url.as_deref())
            .chain(repository)
            .filter_map(own_url)
            .collect();
        // The longest prefix decides, so that a repository is not taken for a page of its host.
        own.sort_by(|a, b| b.prefix.len().cmp(&a.prefix.len()).then_with(|| a.prefix.cmp(&b.prefix)));
        own.dedup();
        Self { contributor: globs(&config.contributor), full: globs(&config.full), pillars, own, settings }
    }

    /// How far a page at this place below the content folder is trusted.
    pub fn trust(&self, place: &str) -> Trust {
        if self.full.is_match(place) {
            Trust::Full
        } else if self.settings.mode == Mode::Own && self.contributor.is_match(place) {
            Trust::Contributor
        } else {
            Trust::Author
        }
    }

    /// The pillar that a place below the content folder gives a page.
    pub fn pillar_of(&self, place: &str) -> Option<Arc<str>> {
        if self.settings.mode == Mode::Foreign {
            return None;
        }
        let matched = self.pillars.iter().find(|(_, globs)| globs.is_match(place));
        if let Some((id, _)) = matched {
            return Some(Arc::clone(id));
        }
        let (folder, _) = place.split_once('/')?;
        let by_folder = |id: &str| self.settings.pillar(id).is_some_and(|pillar| pillar.matches.is_empty() && pillar.key.is_none());
        self.pillars.iter().find(|(id, _)| **id == *folder && by_folder(id)).map(|(id, _)| Arc::clone(id))
    }

    /// The id of a pillar, shared, if there is such a pillar.
    pub fn pillar_id(&self, id: &str) -> Option<Arc<str>> {
        self.pillars.iter().find(|(known, _)| **known == *id).map(|(known, _)| Arc::clone(known))
    }

    /// Whether a destination is an absolute address of this handbook or its repository.
    pub fn is_own(&self, destination: &str) -> bool {
        matches!(self.own_target(destination), Some(Target::OwnSite(_) | Target::OwnRepository(_)))
    }

    /// What the destination of a picture or a recording asks for: what any asks for, and the bytes of a picture themselves.
    pub fn classify_source(&self, destination: &str) -> (Target, Option<Box<str>>) {
        let bare: String = destination.trim().chars().filter(|c| !c.is_control()).collect();
        if is_picture_data(&bare) { (Target::External(bare.into()), None) } else { self.classify(destination) }
    }

    /// What a destination asks for, and which part of it.
    pub fn classify(&self, destination: &str) -> (Target, Option<Box<str>>) {
        let destination = destination.trim();
        if destination.is_empty() {
            return (Target::Refused(EMPTY), None);
        }
        // Browsers ignore control characters in addresses, so a scheme may hide behind them.
        let bare: Cow<'_, str> = if destination.contains(|c: char| c.is_control()) {
            destination.chars().filter(|c| !c.is_control()).collect::<String>().into()
        } else {
            destination.into()
        };
        if let Some(target) = self.own_target(&bare) {
            return (target, bare.split_once('#').and_then(|(_, part)| decoded(part)));
        }
        if bare.starts_with("//") || bare.starts_with("\\\\") || bare.starts_with("/\\") {
            return (if bare.starts_with("//") { Target::External(format!("https:{bare}").into()) } else { Target::Refused(UNSAFE) }, None);
        }
        let bare = bare.strip_prefix("pathname://").map(|path| Cow::Owned(path.to_owned())).unwrap_or(bare);
        match scheme(&bare) {
            Some("http" | "https" | "mailto" | "tel") => (Target::External(bare.into()), None),
            Some("other") if is_nearly_http(&bare) => (Target::Refused(NO_SCHEME), None),
            Some(_) => (Target::Refused(UNSAFE), None),
            None => {
                let (path, anchor) = bare.split_once('#').map_or((&*bare, None), |(path, anchor)| (path, Some(anchor)));
                let path = path.split('?').next().unwrap_or(path);
                (Target::Path(decode_percent(path).into()), anchor.and_then(decoded))
            }
        }
    }

    fn own_target(&self, destination: &str) -> Option<Target> {
        if self.own.is_empty() {
            return None;
        }
        let rest = strip_scheme(destination)?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let address = format!("{}{path}", host.to_lowercase());
        for own in &self.own {
            let Some(rest) = strip_prefix_ignoring_case(&address, &own.prefix) else { continue };
            if !rest.is_empty() && !rest.starts_with(['/', '#', '?']) {
                continue;
            }
            let path = rest.split(['#', '?']).next().unwrap_or("");
            if !own.repository {
                return Some(Target::OwnSite(decode_percent(path).into()));
            }
            // `/blob/REF/…` and `/tree/REF/…`, on GitLab behind `/-`; everything else on the host is somebody else's.
            let path = path.strip_prefix("/-").unwrap_or(path);
            let file = path.strip_prefix("/blob/").or_else(|| path.strip_prefix("/tree/"))?;
            let below = file.split_once('/').map_or("", |(_, below)| below);
            return self.in_project(&decode_percent(below)).map(|path| Target::OwnRepository(path.into()));
        }
        None
    }

    /// A path of the repository as one of the project; `None` for what lies elsewhere in it.
    fn in_project<'p>(&self, path: &'p str) -> Option<&'p str> {
        let below = self.settings.below.as_str();
        if below.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(below)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }
}

fn globs(patterns: &[String]) -> GlobSet {
    let compiled = patterns.iter().filter_map(|pattern| glob(pattern));
    let set = compiled.fold(GlobSetBuilder::new(), |mut set, glob| {
        set.add(glob);
        set
    });
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

fn glob(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok()
}

fn own_url(url: &str) -> Option<Own> {
    let rest = strip_scheme(url).unwrap_or(url).trim_end_matches('/');
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if host.is_empty() {
        return None;
    }
    let host = host.to_lowercase();
    let code_host = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"].contains(&host.as_str())
        || host.starts_with("gitlab.")
        || host.starts_with("git.");
    let path = path.strip_suffix(".git").unwrap_or(path);
    let repository = code_host && path.matches('/').count() >= 2;
    Some(Own { prefix: format!("{host}{path}"), repository })
}

fn strip_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(rest)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// The scheme of an absolute address in lower case, as far as it is a known or dangerous one.
fn scheme(url: &str) -> Option<&'static str> {
    let (head, _) = url.split_once(':')?;
    let plausible = head.starts_with(|c: char| c.is_ascii_alphabetic())
        && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !plausible {
        return None;
    }
    let known = ["http", "https", "mailto", "tel"].into_iter().find(|known| head.eq_ignore_ascii_case(known));
    Some(known.unwrap_or("other"))
}

/// Whether an address begins with a slip of `https://`.
fn is_nearly_http(url: &str) -> bool {
    url.split_once("://").is_some_and(|(head, _)| head.len() <= 8 && head.to_ascii_lowercase().contains("tp"))
}

/// Whether an address holds the bytes of a picture that can only be shown.
fn is_picture_data(url: &str) -> bool {
    let Some((head, kind)) = url.split_at_checked("data:image/".len()) else { return false };
    let kind = kind.split([';', ',']).next().unwrap_or_default();
    head.eq_ignore_ascii_case("data:image/")
        && url.contains(',')
        && ["png", "jpeg", "jpg", "gif", "webp", "avif"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Whether a name ends like a picture.
pub fn is_picture(name: &str) -> bool {
    has_extension(name, &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"])
}

/// Whether a name ends like something that is shown, played or downloaded rather than read.
pub fn is_media(name: &str) -> bool {
    is_picture(name) || has_extension(name, &["mp3", "wav", "ogg", "m4a", "flac", "3gp", "mp4", "webm", "ogv", "mov", "mkv", "pdf"])
}

/// Whether a name has one of the extensions, in any case.
pub fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ext)| extensions.iter().any(|known| ext.eq_ignore_ascii_case(known)))
}

/// The part that an address names, behind its `#`.
fn decoded(part: &str) -> Option<Box<str>> {
    (!part.is_empty()).then(|| decode_percent(part).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::Config;
    use jiff::civil::date;

    fn rules(own: &[&str]) -> Rules {
        let config = Config { own_urls: own.iter().map(|url| (*url).to_owned()).collect(), ..Config::default() };
        let settings = Settings {
            config,
            mode: Mode::Own,
            content: "content".into(),
            today: date(2026, 1, 1),
            drafts: false,
            portable: false,
            vault: false,
            static_roots: Vec::new(),
            signposts: Default::default(),
            history: Default::default(),
            below: String::new(),
            strings: Default::default(),
            visuals: Default::default(),
        };
        Rules::new(settings.into())
    }

    #[test]
    fn own_addresses_are_internal_whatever_their_scheme() {
        let rules = rules(&["https://github.com/acme/book", "https://docs.acme.example/book/"]);
        let target = |url| rules.classify(url);
        assert_eq!(target("http://GitHub.com/acme/book/blob/main/a/b.md#x"), (Target::OwnRepository("a/b.md".into()), Some("x".into())));
        assert_eq!(target("https://docs.acme.example/book/a%20b/?q"), (Target::OwnSite("/a b/".into()), None));
        for foreign in ["https://github.com/acme/book/issues/1", "https://docs.acme.example/other", "https://docs.acme.example/bookish"] {
            assert!(matches!(target(foreign).0, Target::External(_)), "{foreign}");
        }
    }

    #[test]
    fn only_allowed_schemes_leave_the_page() {
        let rules = rules(&[]);
        for bad in
            ["javascript:alert(1)", "JaVaScRiPt:x", "java\nscript:x", "vbscript:x", "data:text/html,x", "file:///etc/passwd", "\\\\host\\x"]
        {
            assert_eq!(rules.classify(bad).0, Target::Refused(UNSAFE), "{bad:?}");
        }
        let picture = "data:image/png;base64,AA==";
        assert_eq!(rules.classify(picture).0, Target::Refused(UNSAFE), "a link to bytes");
        assert_eq!(rules.classify_source(picture).0, Target::External(picture.into()));
        for bad in ["data:image/svg+xml,<svg>", "data:image/png", "data:image/pngx,x", "data:text/html;image/png,x"] {
            assert_eq!(rules.classify_source(bad).0, Target::Refused(UNSAFE), "{bad:?}");
        }
        assert_eq!(rules.classify("../a%20b.md?x#Top"), (Target::Path("../a b.md".into()), Some("Top".into())));
        assert_eq!(rules.classify("#part"), (Target::Path("".into()), Some("part".into())));
        assert_eq!(rules.classify("hhttps://a.example").0, Target::Refused(NO_SCHEME));
        assert_eq!(rules.classify("notes: a.md").0, Target::Refused(UNSAFE));
    }
}
