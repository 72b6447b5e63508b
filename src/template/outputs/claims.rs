//! The table of claims: who asks for which address, who gets it, and what is said to the others.
//!
//! In: claims in any order. Out: one output for each address, by path, and a diagnostic for each claim that lost.
//!
//! Invariant: two files of the site never have names that some disk takes for one, and none lies where another's folder is.
//! Invariant: content gets no name on which a web host or a browser acts.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Output, Planned};
use crate::base::config::{Mode, Settings};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::fingerprint::Fingerprint;
use crate::base::key::fold;
use crate::base::path::{SourcePath, Url, is_hidden};
use crate::base::picture::Flaw;
use crate::base::text::Span;

/// So many addresses are asked for on one thread at a time.
const CHUNK: usize = 512;

/// Who wants an address, the strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A page that somebody has written.
    Page,
    /// A file of the content.
    Asset,
    /// What the program makes.
    Made,
    /// A former address.
    Former,
}

struct Claim {
    rank: Rank,
    source: Option<SourcePath>,
    span: Span,
    planned: Planned,
}

/// Who has asked for which address so far.
pub(super) struct Claims<'a> {
    settings: &'a Settings,
    all: Vec<Claim>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Claims<'a> {
    /// No claims yet.
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, all: Vec::new(), diagnostics: Vec::new() }
    }

    /// Asks for an address.
    pub(super) fn add(&mut self, rank: Rank, source: Option<&SourcePath>, span: Span, output: Output, url: Url) {
        if let Some(source) = source.filter(|_| steers(url.as_str().trim_start_matches('/'))) {
            return self.steering(source, span, &url);
        }
        match url.out_path() {
            Some(path) => self.all.push(Claim { rank, source: source.cloned(), span, planned: Planned { output, url, path } }),
            None => self.refuse(source, span, &url),
        }
    }

    /// Asks for the addresses of many files of one rank; those that have none ask for nothing.
    pub(super) fn many<'p>(
        &mut self,
        rank: Rank,
        wanted: impl IndexedParallelIterator<Item = (Option<&'p SourcePath>, Output, Option<Url>)>,
    ) {
        let settings = self.settings;
        let claims: Vec<Claims<'_>> = wanted
            .fold_chunks(
                CHUNK,
                || Claims { all: Vec::with_capacity(CHUNK), ..Claims::new(settings) },
                |mut claims, (source, output, url)| {
                    if let Some(url) = url {
                        claims.add(rank, source, Span::default(), output, url);
                    }
                    claims
                },
            )
            .collect();
        self.all.reserve(claims.iter().map(|claims| claims.all.len()).sum());
        claims.into_iter().for_each(|more| self.append(more));
    }

    /// Asks for the addresses that others have asked for.
    pub(super) fn append(&mut self, mut more: Self) {
        self.all.append(&mut more.all);
        self.diagnostics.append(&mut more.diagnostics);
    }

    /// Asks for the address of a file that the program makes.
    pub(super) fn made(&mut self, output: Output, url: Option<Url>) {
        if let Some(url) = url {
            self.add(Rank::Made, None, Span::default(), output, url);
        }
    }

    /// A file that gets no address: nobody asked for it, or it has a name that steers a host, which is said. In an own handbook it
    /// is said of a file that nobody asked for as well, since it was surely put there for the host.
    pub(super) fn left_out(&mut self, path: &SourcePath, wanted: bool) {
        let Some(place) = self.settings.in_content(path.as_str()) else { return };
        // Dotfiles of a foreign repository are for its code host.
        let told = if self.settings.mode == Mode::Own { true } else { wanted && !is_hidden(place) };
        let url = Url::new(&format!("/{place}")).filter(|_| told && steers(place));
        if let Some(url) = url {
            self.steering(path, Span::default(), &url);
        }
    }

    /// Says that content has asked for a name on which a host acts.
    fn steering(&mut self, source: &SourcePath, span: Span, url: &Url) {
        let Some(severity) = self.settings.severity(Code::ShadowedUrl) else { return };
        let message = format!("{url} is left out: web hosts and browsers act on that name, so no file of the content may have it");
        let help = "ask for the files of a host with `host` under [outputs], or put the file into the output folder yourself";
        self.diagnostics.push(Diagnostic::new(Code::ShadowedUrl, severity, message).at(source, span, "").help(help));
    }

    /// Says that a picture cannot be shown, or not in other sizes.
    pub(super) fn flawed(&mut self, path: &SourcePath, flaw: Flaw) {
        let (code, message, help) = match flaw {
            Flaw::NoPicture => (
                Code::Unreadable,
                "this file is called a picture, but its bytes are not those of one, so readers see its description",
                "save it again from the program that made it",
            ),
            Flaw::CutOff => (
                Code::Unreadable,
                "this picture ends in the middle, so it is published as it is and in no other size",
                "copy it again from where it came from, whole",
            ),
            Flaw::Pixels => (
                Code::TooLarge,
                "this picture has more than 64 million pixels, so it is published as it is and in no other size",
                "save it again with fewer pixels: readers see 1,800 in a row at most",
            ),
            Flaw::Bytes => (
                Code::TooLarge,
                "this picture has more than 64 MB, so it is published as it is and in no other size",
                "save it again as JPEG or with fewer pixels: readers see 1,800 in a row at most",
            ),
        };
        if let Some(severity) = self.settings.severity_where_kept(code) {
            self.diagnostics.push(Diagnostic::new(code, severity, message).at(path, Span::default(), "").help(help));
        }
    }

    fn refuse(&mut self, source: Option<&SourcePath>, span: Span, url: &Url) {
        if let (Some(severity), Some(source)) = (self.settings.severity(Code::TooLarge), source) {
            let message = format!("the address {url} is longer than a file name may be, so the page is left out");
            self.diagnostics.push(
                Diagnostic::new(Code::TooLarge, severity, message).at(source, span, "").help("give the file or its folder a shorter name"),
            );
        }
    }

    /// Gives each address to its strongest claimant.
    pub(super) fn settle(mut self) -> (Vec<Planned>, Vec<Diagnostic>) {
        self.all.par_sort_by(|a, b| (a.rank, &a.source, &a.planned.path).cmp(&(b.rank, &b.source, &b.planned.path)));
        let names: Vec<Name> = self.all.par_iter().map(|claim| Name::of(claim.planned.path.as_str())).collect();
        let mut taken: FxHashMap<Fingerprint, usize> = FxHashMap::default();
        let mut winners: Vec<bool> = Vec::with_capacity(names.len());
        // A file cannot be where a folder is: `a` and `a/index.html`.
        let mut folders: FxHashSet<Fingerprint> = FxHashSet::default();
        taken.reserve(names.len());
        for (at, Name { whole, parents }) in names.into_iter().enumerate() {
            let rival = taken.get(&whole).or_else(|| parents.iter().find_map(|parent| taken.get(parent))).copied();
            let wins = rival.is_none() && !folders.contains(&whole);
            winners.push(wins);
            if !wins {
                self.shadowed(at, rival);
                continue;
            }
            folders.extend(parents);
            taken.insert(whole, at);
        }
        let mut winners = winners.into_iter();
        self.all.retain(|_| winners.next() == Some(true));
        let mut planned: Vec<Planned> = self.all.into_iter().map(|claim| claim.planned).collect();
        planned.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
        (planned, self.diagnostics)
    }

    fn shadowed(&mut self, at: usize, rival: Option<usize>) {
        let claim = &self.all[at];
        let Some(severity) = self.settings.severity(Code::ShadowedUrl) else { return };
        let url = &claim.planned.url;
        let by = match rival.map(|rival| &self.all[rival]) {
            Some(Claim { source: Some(source), .. }) => format!("{source}"),
            Some(_) => "a page that the program makes".to_owned(),
            None => "a folder of that name".to_owned(),
        };
        let loser = match (&claim.source, claim.rank) {
            (Some(source), Rank::Former) => format!("the former address {url} of {source}"),
            (Some(source), _) => format!("{source}"),
            (None, _) => format!("the made page {url}"),
        };
        let message = format!("{loser} is left out, because {by} has that address");
        let diagnostic = Diagnostic::new(Code::ShadowedUrl, severity, message).help("rename one of the two");
        let named = claim.source.as_ref().or_else(|| rival.and_then(|rival| self.all[rival].source.as_ref()));
        let span = if claim.source.is_some() { claim.span } else { Span::default() };
        self.diagnostics.push(match named {
            Some(source) => diagnostic.at(source, span, ""),
            None => diagnostic,
        });
    }
}

/// A path of the output as disks compare it, and the folders above it, by their fingerprints: they are many and only ever compared.
struct Name {
    whole: Fingerprint,
    parents: Vec<Fingerprint>,
}

impl Name {
    fn of(path: &str) -> Self {
        let name = fold(path);
        let print = |name: &str| Fingerprint::of_bytes(name.as_bytes());
        Self { whole: print(&name), parents: name.match_indices('/').map(|(at, _)| print(&name[..at])).collect() }
    }
}

/// Names at the root of a site that a host or a browser acts on; they come from the config only.
const STEERING: [&str; 8] = ["_redirects", "_headers", "_nginx.conf", "cname", "robots.txt", "sw.js", "_routes.json", "_worker.js"];

/// Whether a place in the site, without a leading `/`, means something to a host, to browsers or to the program.
pub(super) fn steers(place: &str) -> bool {
    let first = place.split('/').next().unwrap_or(place);
    is_hidden(place) || first == "_" || STEERING.contains(&fold(place.trim_end_matches('/')).as_ref())
}
