//! A handbook of any size for the benchmarks.
//!
//! In: how many pages. Out: files by path, the same in every run and on every machine. Of five pages four are essays of
//! about 700 words (five sections, a list, a table of two stances, a quote, a footnote, five relative links) and one is
//! an example that illustrates an essay; 40 terms and 5 reading paths come on top, and every hundredth page has a former
//! address.
//!
//! Invariant: no clock and no other source of chance than the seed.

#![allow(dead_code, reason = "each benchmark uses a part of the support")]

mod words;

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Arc;

use fourfold::base::config::{Config, Mode, Settings};
use fourfold::base::path::SourcePath;
use fourfold::base::text::Source;

use words::{ADVERBS, ENDS, EVENTS, NAMES, PEOPLE, SURNAMES, TERMS, THINGS, VERBS};

/// What `handbook.toml` says.
const CONFIG: &str = "title = \"Handbook\"\nbase_url = \"https://handbook.example/\"\n";
const PILLARS: [&str; 4] = ["vision", "empowerment", "efficiency", "results"];
const SEED: u64 = 0x4655_5246_4f4c_4421;

/// The files of a handbook, by path below its root, in the order in which they were made.
pub struct Handbook {
    files: Vec<(String, String)>,
}

impl Handbook {
    /// Makes up a handbook with that many essays and examples.
    pub fn new(pages: usize) -> Self {
        let mut chance = Chance(SEED);
        let plan: Vec<Plan> = (0..pages).map(|number| Plan::new(number, &mut chance)).collect();
        let credited = (pages / 50).max(8);
        let mut files: Vec<(String, String)> = Vec::with_capacity(pages + TERMS.len() + 5);
        for page in &plan {
            let by = person(chance.below(credited));
            let text = if page.is_example { example(page, &plan, &by, &mut chance) } else { essay(page, &plan, &by, &mut chance) };
            files.push((format!("content/{}", page.path), text));
        }
        for term in TERMS {
            let slug = term.replace(' ', "-");
            let text = format!("+++\ntitle = \"{term}\"\n+++\n\n{} {}\n", sentence(&mut chance), sentence(&mut chance));
            files.push((format!("content/glossary/{slug}.md"), text));
        }
        for number in 0..5 {
            files.push((format!("content/paths/path-{number}.md"), reading_path(number, &plan, &mut chance)));
        }
        Self { files }
    }

    /// Its pages as the parser takes them.
    pub fn sources(&self) -> Vec<Source> {
        let source =
            |(path, text): &(String, String)| Source::from_text(SourcePath::new(path).expect("made paths have no empty segment"), text);
        self.files.iter().map(source).collect()
    }

    /// How many bytes its pages have.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|(_, text)| text.len()).sum()
    }

    /// How many pages it has, terms and paths included.
    pub fn pages(&self) -> usize {
        self.files.len()
    }

    /// Writes it into a folder, with its `handbook.toml`.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let all = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        for (path, text) in all.chain([("handbook.toml", CONFIG)]) {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        Ok(())
    }
}

/// The settings that `handbook.toml` gives.
pub fn settings() -> Arc<Settings> {
    let config = Config { title: "Handbook".into(), base_url: Some("https://handbook.example/".into()), ..Config::default() };
    Arc::new(Settings {
        config,
        mode: Mode::Own,
        content: "content".into(),
        today: jiff::civil::date(2026, 11, 1),
        drafts: false,
        portable: false,
        vault: false,
        static_roots: Vec::new(),
        signposts: Default::default(),
        history: Default::default(),
        below: String::new(),
        strings: Default::default(),
        visuals: Default::default(),
    })
}

/// A stream of numbers (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }
}

/// What is known of a page before its text.
struct Plan {
    number: usize,
    is_example: bool,
    title: String,
    /// Below the content folder.
    path: String,
}

impl Plan {
    fn new(number: usize, chance: &mut Chance) -> Self {
        let is_example = number % 5 == 4;
        let pillar = PILLARS[chance.below(PILLARS.len())];
        let title = format!("{} the {} {number}", capital(chance.pick(VERBS)), chance.pick(THINGS));
        let slug = title.to_lowercase().replace(' ', "-");
        let folder = if is_example { format!("{pillar}/examples") } else { pillar.to_owned() };
        Self { number, is_example, title, path: format!("{folder}/{slug}.md") }
    }

    /// The destination that leads from this page to another.
    fn to(&self, other: &Self) -> String {
        "../".repeat(self.path.matches('/').count()) + &other.path
    }
}

fn person(number: usize) -> String {
    let (first, last) = (NAMES[number % NAMES.len()], SURNAMES[number / NAMES.len() % SURNAMES.len()]);
    let round = number / (NAMES.len() * SURNAMES.len());
    if round == 0 { format!("{first} {last}") } else { format!("{first} {last} {}", round + 1) }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence; every few one has emphasis, and many use a term of the glossary.
fn sentence(chance: &mut Chance) -> String {
    let (person, verb, thing) = (chance.pick(PEOPLE), chance.pick(VERBS), chance.pick(THINGS));
    let (event, end, adverb, term) = (chance.pick(EVENTS), chance.pick(ENDS), chance.pick(ADVERBS), chance.pick(TERMS));
    match chance.below(7) {
        0 => format!("{} {adverb} {verb}s the {thing} before the {event}, {end}.", capital(person)),
        1 => format!("Where the {thing} is *{adverb}* left to {person}, the {event} {verb}s nobody."),
        2 => format!("To {verb} a {term} takes {person} and a {thing}, {end}."),
        3 => format!("Ask {person} what the {event} is for, and the {thing} will show; **{verb} it**, {end}."),
        4 => format!("No {event} {verb}s a {thing} by itself: {person} {verb}s it, {adverb}, {end}."),
        5 => format!("Between one {event} and the next, {person} {adverb} {verb}s what the {term} says about the {thing}."),
        _ => format!("It is {person} who {adverb} {verb}s the {thing} & the {term}, \u{201c}{end}\u{201d}."),
    }
}

fn sentences(count: usize, chance: &mut Chance) -> String {
    (0..count).map(|_| sentence(chance)).collect::<Vec<_>>().join(" ")
}

fn link(page: &Plan, plan: &[Plan], chance: &mut Chance) -> String {
    let other = &plan[chance.below(plan.len())];
    format!("[{}]({})", other.title, page.to(other))
}

fn front(page: &Plan, by: &str, more: &str, chance: &mut Chance) -> String {
    let kind = if page.is_example { "example" } else { "essay" };
    let tags: Vec<String> = (0..3).map(|_| format!("\"{}\"", chance.pick(THINGS))).collect();
    let former = if page.number.is_multiple_of(100) { format!("aliases = [\"/former/{}/\"]\n", page.number) } else { String::new() };
    let (year, month, day) = (2015 + chance.below(11), 1 + chance.below(12), 1 + chance.below(28));
    let mut text = format!("+++\ntitle = \"{}\"\nkind = \"{kind}\"\ndate = {year}-{month:02}-{day:02}\n", page.title);
    text += &format!("weight = {}\nby = [\"{by}\"]\ntags = [{}]\n", page.number + 1, tags.join(", "));
    text += &format!("summary = \"{}\"\n{more}{former}+++\n\n", sentence(chance).replace('"', "'"));
    text
}

fn essay(page: &Plan, plan: &[Plan], by: &str, chance: &mut Chance) -> String {
    let mut text = front(page, by, "", chance);
    text += &sentences(4, chance);
    for section in 0..5 {
        let heading = format!("{} {}", capital(chance.pick(VERBS)), chance.pick(ENDS));
        text += &format!("\n\n## {heading}\n\n{} {} says more.\n\n", sentences(4, chance), link(page, plan, chance));
        match section {
            1 => (0..5).for_each(|_| text += &format!("- {}\n", sentence(chance))),
            2 => {
                text += "| Leader | Manager |\n| --- | --- |\n";
                (0..4).for_each(|_| text += &format!("| {} | {} |\n", sentence(chance), sentence(chance)));
            }
            3 => text += &format!("> {}\n", sentences(2, chance)),
            4 => text += &format!("{}[^source]\n", sentences(2, chance)),
            _ => {}
        }
        text.push('\n');
        text += &sentences(3, chance);
    }
    text += &format!("\n\n[^source]: {}\n", sentence(chance));
    text
}

fn example(page: &Plan, plan: &[Plan], by: &str, chance: &mut Chance) -> String {
    let mut at = chance.below(plan.len());
    if plan[at].is_example {
        at -= 1;
    }
    let essay = &plan[at];
    let more = format!("illustrates = [\"{}\"]\n", page.to(essay));
    let mut text = front(page, by, &more, chance);
    let link = format!("[{}]({})", essay.title, page.to(essay));
    let parts = (sentences(4, chance), sentences(3, chance), sentences(4, chance));
    text += &format!("{}\n\nThis is what {link} means. {}\n\n{}\n", parts.0, parts.1, parts.2);
    text
}

fn reading_path(number: usize, plan: &[Plan], chance: &mut Chance) -> String {
    let essays: Vec<&Plan> = plan.iter().filter(|page| !page.is_example).collect();
    let mut text = format!("+++\ntitle = \"Path {number}\"\n+++\n\n{}\n\n", sentence(chance));
    for stop in 1..=7 {
        let essay = essays[chance.below(essays.len())];
        _ = writeln!(text, "{stop}. [{}](../{}): {}", essay.title, essay.path, sentence(chance));
    }
    text
}
