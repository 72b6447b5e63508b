//! Targets that read one value: front matter, the config, the manifest, paths.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Component, Path};

use fourfold::base::config::{Config, Mode, Settings};
use fourfold::base::diagnostic::{Code, Diagnostic, Edit, Safety, edited};
use fourfold::base::fingerprint::Fingerprint;
use fourfold::base::path::{OutPath, SEGMENT_LIMIT, SourcePath, Url, decode_percent, encode_path, join};
use fourfold::base::text::{Source, Span};
use fourfold::discover;
use fourfold::parse::front::{Front, front};
use fourfold::parse::place::address;
use fourfold::parse::rules::Rules;
use fourfold::write::{Entry, Manifest, Reading};

use super::corpus;
use super::random::Random;
use super::run::{Target, Verdict, fuzz, like_known};
use crate::support::Handbook;
use crate::support::handbook::Files;

/// A number that stands for what a case did.
pub fn outcome(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Settings of a handbook of our own or of a folder of strangers.
pub fn settings(mode: Mode, config: Config) -> Settings {
    let content = if mode == Mode::Own { "content" } else { "" };
    Settings { config, mode, content: content.into(), ..Handbook::of(Files::new()).settings().0 }
}

/// A place of a problem: inside the file, and never inside a character.
pub fn sound(span: Span, bytes: &[u8], what: &str) -> Result<(), String> {
    let boundary = |at: u32| bytes.get(at as usize).is_none_or(|byte| byte & 0xC0 != 0x80) || std::str::from_utf8(bytes).is_err();
    let fits = span.start <= span.end && span.end as usize <= bytes.len();
    if fits && boundary(span.start) && boundary(span.end) {
        Ok(())
    } else {
        Err(format!("place: {what}: {span:?} of {} bytes", bytes.len()))
    }
}

/// Problems say where, in words.
pub fn sound_problems(problems: &[Diagnostic], bytes: &[u8]) -> Result<(), String> {
    for problem in problems {
        if problem.message.is_empty() || problem.labels.is_empty() {
            return Err(format!("silence: {problem:?}"));
        }
        let edits = problem.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in problem.labels.iter().map(|label| label.span).chain(edits) {
            sound(span, bytes, &problem.message)?;
        }
    }
    Ok(())
}

fn path(text: &str) -> SourcePath {
    SourcePath::new(text).unwrap()
}

/// The blocks at the top of known pages.
fn tops() -> Vec<Vec<u8>> {
    let pages = corpus::pages();
    let with_top = pages.iter().filter(|text| text.starts_with("+++") || text.starts_with("---") || text.starts_with('{'));
    with_top.map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn front_matter() {
    let first = tops();
    fuzz(Target { name: "front_matter", first, pieces: corpus::literals(), make: &like_known, shrinks: true }, |bytes| {
        let own = judge_front(bytes, Mode::Own)?;
        Ok(outcome((own, judge_front(bytes, Mode::Foreign)?)))
    });
}

/// Facts are read where they stand, their body stays, and what a safe fix mends is then read as before, without a problem.
fn judge_front(bytes: &[u8], mode: Mode) -> Verdict {
    let settings = settings(mode, Config::default());
    let read = |bytes: &[u8]| {
        let source = Source::decode(path("content/vision/page.md"), bytes.to_vec());
        let mut problems = Vec::new();
        let (front, body) = front(&source, &settings, &mut problems);
        (front, body, problems, source.text)
    };
    let (facts, body, problems, text) = read(bytes);
    if !text.is_char_boundary(body) {
        return Err(format!("body: it begins at {body} of {}", text.len()));
    }
    sound_problems(&problems, bytes)?;
    for span in spans(&facts) {
        sound(span, bytes, "a fact")?;
    }
    // A key that gets our name for it means something only then, so that fix changes facts on purpose.
    let mended = problems.iter().filter(|problem| problem.code != Code::UnknownKey);
    let fixes = mended.filter_map(|problem| problem.fixes.iter().find(|fix| fix.safety == Safety::Safe));
    let mut edits: Vec<Edit> = Vec::new();
    for fix in fixes {
        let meets = |edit: &Edit| edits.iter().any(|known| known.span.start <= edit.span.end && edit.span.start <= known.span.end);
        if !fix.edits.iter().any(meets) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|edit| edit.span);
    if !edits.is_empty() {
        let mended = edited(bytes, &edits).ok_or("fix: it does not fit the file")?;
        let (after, start, left, after_text) = read(&mended);
        if left
            .iter()
            .any(|problem| problem.fixes.iter().any(|fix| fix.safety == Safety::Safe && edits.iter().any(|edit| fix.edits.contains(edit))))
        {
            return Err(format!("fix: the same is found again: {left:?}"));
        }
        if told(&facts) != told(&after) {
            let mended = String::from_utf8_lossy(&mended).into_owned();
            return Err(format!("fix: other facts: {:?} and then {:?} in {mended:?}, mended by {edits:?}", told(&facts), told(&after)));
        }
        if text[body..] != after_text[start..] {
            return Err("fix: it has changed the text below".to_owned());
        }
    }
    let codes: Vec<(&str, String)> =
        problems.iter().map(|problem| (problem.code.name(), problem.message.split('`').next().unwrap_or("").to_owned())).collect();
    Ok(outcome((codes, facts.title.is_some(), facts.tags.len().min(3), facts.extra.len().min(3), body > 0)))
}

/// All places that facts carry.
fn spans(front: &Front) -> Vec<Span> {
    let lists = [&front.pillar, &front.by, &front.illustrates, &front.contrasts, &front.tags, &front.aliases, &front.addresses];
    let single = [&front.title, &front.summary, &front.lang, &front.owner];
    lists.into_iter().flatten().chain(single.into_iter().flatten()).map(|fact| fact.span).collect()
}

/// What facts say, wherever it stands.
fn told(front: &Front) -> Vec<String> {
    let lists = [&front.pillar, &front.by, &front.illustrates, &front.contrasts, &front.tags, &front.aliases, &front.addresses];
    let single = [&front.title, &front.summary, &front.lang, &front.owner];
    let texts = lists.into_iter().flatten().chain(single.into_iter().flatten()).map(|fact| fact.value.clone());
    let others = format!("{:?}{:?}{:?}{:?}{:?}{:?}", front.weight, front.date, front.draft, front.hidden, front.sources, front.extra);
    texts.chain([others]).collect()
}

#[test]
fn config() {
    let mut first: Vec<Vec<u8>> = corpus::sites()
        .iter()
        .filter_map(|site| super::site::split(site.as_bytes()).remove("handbook.toml"))
        .chain(["handbook.toml", "docs/handbook.toml"].iter().filter_map(|path| std::fs::read(corpus::root().join(path)).ok()))
        .collect();
    // The contract's own example has every key.
    first.push(include_bytes!("every_key.toml").to_vec());
    fuzz(Target { name: "config", first, pieces: corpus::literals(), make: &like_known, shrinks: true }, judge_config);
}

/// Whatever is wrong is said with its place; what is no TOML is wrong; what is taken compiles.
fn judge_config(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (config, problems) = discover::config::config(&text, &path("handbook.toml"));
    sound_problems(&problems, text.as_bytes())?;
    let plain = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if problems.is_empty() && plain.parse::<toml::Table>().is_err() {
        return Err("silence: this is no TOML, and nothing is said".into());
    }
    // An address that stands in every page has a scheme that may stand there.
    for url in config.base_url.iter().chain(&config.repository).chain(&config.own_urls) {
        if problems.is_empty() && !(url.to_ascii_lowercase().starts_with("http")) {
            return Err(format!("address: {url:?}"));
        }
    }
    let fixed = problems.iter().flat_map(|problem| &problem.fixes).find(|fix| !fix.edits.is_empty());
    if let Some(fix) = fixed {
        let mended = edited(text.as_bytes(), &fix.edits).ok_or("fix: it does not fit the file")?;
        let (_, left) = discover::config::config(&String::from_utf8_lossy(&mended), &path("handbook.toml"));
        if left.iter().any(|problem| problem.fixes.contains(fix)) {
            return Err(format!("fix: the same is found again: {fix:?}"));
        }
    }
    let known: Vec<&str> = problems.iter().map(|problem| problem.message.split('`').next().unwrap_or("")).collect();
    let shape = outcome((known, config.pillars.len(), config.title.is_empty(), config.remote, config.base_url.is_some()));
    drop(Rules::new(settings(Mode::Own, config).into()));
    Ok(shape)
}

#[test]
fn manifest() {
    let entry = |name: &str| Entry {
        path: OutPath::new(name).unwrap(),
        bytes: Fingerprint::of_bytes(name.as_bytes()),
        size: name.len() as u64,
        view: Fingerprint::of(name),
    };
    let whole = Manifest::new(["index.html", "a/index.html", "a b/ü.png", "_/style.css", "x/.fourfold/y"].map(entry).to_vec()).to_bytes();
    let cut = whole[..whole.len() / 2].to_vec();
    let pieces = [
        " ",
        "\n",
        "0",
        "00",
        "+1",
        "1_000",
        "../x",
        "/etc/passwd",
        ".fourfold/manifest",
        ".fourfold",
        "a//b",
        "a/./b",
        ".git/config",
        "CNAME",
        "fourfold manifest 1 ",
        "fourfold manifest 2 9.9.9 ",
        "fourfold manifest 18446744073709551616 ",
        "\r\n",
        "C:\\x",
        "0123456789abcdef0123456789abcdef",
    ];
    let target = Target {
        name: "manifest",
        first: vec![whole, cut, Manifest::default().to_bytes()],
        pieces: pieces.map(str::to_owned).to_vec(),
        make: &like_known,
        shrinks: true,
    };
    fuzz(target, judge_manifest);
}

/// A manifest owns what a line of it says, exactly as we write lines, and nothing that could not be ours.
fn judge_manifest(bytes: &[u8]) -> Verdict {
    let reading = Manifest::parse(bytes);
    let (kind, manifest) = match &reading {
        Reading::Missing => return Err("kind: bytes were given".into()),
        Reading::Newer { generator } => return Ok(outcome(generator.len())),
        Reading::Whole(manifest) => (0, manifest),
        Reading::Other(manifest) => (1, manifest),
    };
    let lines: std::collections::HashSet<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let written = manifest.to_bytes();
    for line in written.split(|byte| *byte == b'\n').skip(1).filter(|line| !line.is_empty()) {
        if !lines.contains(line) {
            return Err(format!("line: nobody wrote {:?}", String::from_utf8_lossy(line)));
        }
    }
    for entry in manifest.entries() {
        stays_inside(entry.path.as_str())?;
        if entry.path.as_str() == ".fourfold" || entry.path.as_str().starts_with(".fourfold/") {
            return Err(format!("reserved: {}", entry.path));
        }
        if manifest.get(entry.path.as_str()) != Some(entry) {
            return Err(format!("twice: {}", entry.path));
        }
    }
    if Manifest::parse(&written) != Reading::Whole(manifest.clone()) || kind == 0 && written != bytes {
        return Err("again: what it writes is read otherwise".into());
    }
    Ok(outcome((kind, manifest.entries().len())))
}

/// Whether a path below a folder stays there, as the file system reads it.
fn stays_inside(path: &str) -> Result<(), String> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let plain = path
        .split('/')
        .all(|part| !part.is_empty() && part.len() <= SEGMENT_LIMIT && !part.chars().any(|ch| ch.is_control() || ch == '\\'));
    if inside && plain { Ok(()) } else { Err(format!("path: {path:?}")) }
}

#[test]
fn out_paths() {
    let known = [
        "vision/aim",
        "a/b/../c",
        "/x.html",
        "../../etc/passwd",
        "a%2e%2e/b",
        "deep/er/est/index.md",
        "Ünï/code.html.md",
        "x",
        "a b/c d.md",
    ];
    let target = Target {
        name: "out_paths",
        first: known.map(|path| path.as_bytes().to_vec()).to_vec(),
        pieces: ["/", "..", ".", "\\", "%2f", "%2e", "C:", "index", "README.md", ".html.md", "-", " "].map(str::to_owned).to_vec(),
        make: &|stock, random: &mut Random| {
            let mut case = like_known(stock, random);
            case.truncate(600);
            case
        },
        shrinks: true,
    };
    fuzz(target, judge_path);
}

/// No path of ours leaves its folder, and each comes back as it was written.
fn judge_path(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let out = OutPath::new(&text);
    if let Some(out) = &out {
        stays_inside(out.as_str())?;
        if out.as_str() != text || OutPath::new(out.as_str()).as_ref() != Some(out) {
            return Err(format!("again: {out}"));
        }
    } else if stays_inside(&text).is_ok() && !text.is_empty() && !text.split('/').any(|part| part == "." || part == "..") {
        return Err("refused: a plain path".into());
    }
    let url = Url::new(&text);
    if let Some(file) = url.as_ref().and_then(Url::out_path) {
        stays_inside(file.as_str())?;
    }
    let source = SourcePath::new(&text);
    if let Some(source) = &source {
        // Longer names are refused before they are read.
        let short = source.as_str().split('/').all(|part| part.len() <= SEGMENT_LIMIT);
        let (own, former) = if short { address(source.as_str()) } else { (Url::home(), None) };
        for url in former.iter().chain([&own]) {
            // The place of a file always gives an address that has a file.
            stays_inside(url.out_path().ok_or_else(|| format!("no file: {url}"))?.as_str())?;
        }
    }
    let (folder, reference) = text.split_once('\n').unwrap_or(("a/b/c", &text));
    let joined = join(folder, reference);
    if joined != climb(folder, reference) {
        return Err(format!("join: {joined:?}"));
    }
    let encoded = encode_path(&text);
    if decode_percent(&encoded) != text {
        return Err(format!("encoding: {encoded:?}"));
    }
    if encoded.contains(|ch: char| ch.is_control() || matches!(ch, '"' | '<' | '>' | '\'' | ' ' | '?' | '#' | '\\')) {
        return Err(format!("encoding: {encoded:?} could end an attribute or a path"));
    }
    Ok(outcome((out.is_some(), url.is_some(), source.is_some(), joined.is_some(), encoded == text)))
}

/// What joining means, by a stack; a folder is taken as it is.
fn climb(folder: &str, reference: &str) -> Option<String> {
    let mut stack: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." { _ = stack.pop()? } else { stack.push(part) }
    }
    Some(stack.join("/"))
}
