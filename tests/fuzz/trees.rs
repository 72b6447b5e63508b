//! Targets that read a whole handbook: wikilinks, embeds, what machines read, fixes, and edits while it is kept alive.

use std::collections::BTreeSet;

use fourfold::base::diagnostic::{Edit, Safety, edited};
use fourfold::engine::Reach;
use fourfold::parse::page::Syntax;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as Trials, RngAlgorithm, TestRng, TestRunner};

use super::corpus;
use super::mutate::Stock;
use super::random::Random;
use super::run::{Target, Verdict, fuzz, like_known};
use super::site::Builder;
use super::strict::acting;
use super::values::outcome;
use crate::laws::{page, place};
use crate::support::handbook::Files;
use crate::support::{Handbook, Site, closed_world, ill_formed};

fn sites() -> Vec<Vec<u8>> {
    corpus::sites().into_iter().map(String::into_bytes).collect()
}

/// What is wrong with a site, whatever it was made from; what it did otherwise.
fn judge_site(site: &Site) -> Verdict {
    if let Some(dead) = closed_world(site).first() {
        return Err(format!("dead: {dead}"));
    }
    if let Some(torn) = ill_formed(site).first() {
        return Err(format!("torn: {torn}"));
    }
    for (path, bytes) in site.files.iter().filter(|(path, _)| path.ends_with(".html") && !site.owner_lets_pages_act) {
        if let Some(what) = acting(&String::from_utf8_lossy(bytes)) {
            return Err(format!("acting: {what} in {path}"));
        }
    }
    let codes: BTreeSet<&str> = site.diagnostics.iter().map(|problem| problem.code.name()).collect();
    let standings: BTreeSet<&str> = site.links.lines().filter_map(|line| line.rsplit_once(" (").map(|(_, word)| word)).collect();
    Ok(outcome((codes, standings, site.files.len())))
}

/// Pages that link to each other by every kind of name.
const WEB: &str = "== content/index.md\n# Home\n\nSee [[Aim]], [[vision/aim|the aim]] and [[#Part]].\n\n## Part\n\n[[Goal]] ^b1\n\n\
    == content/vision/aim.md\n+++\naliases = [\"Target\", \"/old/aim/\"]\n+++\n# Aim\n\nA claim. [[Target]], [[old/aim]], [[Deep#Why|why]].\n\n## Why\n\nBecause.\n\n\
    == content/vision/deep/Deep page.md\n# Deep\n\n[[../aim]] [[aim.md#why]] [[Home#^b1]] [[Nowhere]]\n\n## Why\n\n## Why\n\n\
    == content/glossary/goal.md\n# Goal\n\nWhat we want: [[Aim]].\n\n== content/results/aim.md\n# Another aim\n\n![[Deep#Why]] [[aim]]\n\n\
    == content/examples/ada.md\n+++\nby = \"Ada\"\nillustrates = \"[[Aim]]\"\n+++\n# Ada aims\n\n[[Aim|]] [[|x]] [[Aim#]] [[Aim#^]]\n";

#[test]
fn wikilinks() {
    let builder = Builder::default();
    let mut pieces: Vec<String> = [
        "[[",
        "]]",
        "|",
        "#",
        "#^",
        "![[",
        "Aim",
        "aim",
        "Deep",
        "goal",
        "goals",
        "Home",
        "Why",
        "../",
        "/",
        "\\|",
        "[[Aim]]",
        "[[aim#why|w]]",
    ]
    .map(str::to_owned)
    .to_vec();
    pieces.extend(corpus::literals().into_iter().filter(|text| text.contains(['[', ']', '|', '#', '^'])));
    let mut first = sites();
    first.retain(|site| site.windows(2).any(|two| two == b"[["));
    first.push(WEB.as_bytes().to_vec());
    fuzz(Target { name: "wikilinks", first, pieces, make: &like_known, shrinks: true }, |bytes| {
        let handbook = Builder::handbook(bytes);
        let Some(site) = builder.build(&handbook) else { return Ok(0) };
        unsaid(&handbook, &site)?;
        judge_site(&site)
    });
}

/// A link that leads nowhere is said to, with its place.
fn unsaid(handbook: &Handbook, site: &Site) -> Result<(), String> {
    use std::sync::Arc;
    let (settings, _) = handbook.settings();
    let mut engine = fourfold::engine::Engine::new(Arc::new(settings));
    let plan = engine.apply(handbook.change());
    for (_, node) in plan.graph().in_order() {
        for (link, resolution) in node.page.links.iter().zip(&node.links) {
            let silent = resolution.lead == fourfold::resolve::Lead::Nowhere
                && !matches!(resolution.standing, fourfold::resolve::Standing::External)
                && matches!(link.syntax, Syntax::Wiki | Syntax::Embed)
                && !site.diagnostics.iter().any(|problem| {
                    problem
                        .labels
                        .iter()
                        .any(|label| label.file == node.page.path && label.span.start <= link.span.end && link.span.start <= label.span.end)
                });
            if silent {
                return Err(format!("silence: {} has `{}`, which leads nowhere, and nothing is said", node.page.path, link.raw));
            }
        }
    }
    Ok(())
}

/// The most that a page may take in, in bytes of HTML before addresses are filled.
const BUDGET: usize = 1 << 20;

#[test]
fn embeds() {
    let builder = Builder::default();
    let make = |stock: &Stock, random: &mut Random| if random.once_in(4) { stock.mutant(random) } else { web_of_embeds(random) };
    let mut first = sites();
    first.retain(|site| site.windows(3).any(|three| three == b"![["));
    let pieces = ["![[", "]]", "![[p0]]", "![[p1#h]]", "![[p2#^b]]", "\n\n", "## h\n\n", " ^b\n\n", "- ![[p3]]\n", "> ![[p1]]\n"]
        .map(str::to_owned)
        .to_vec();
    fuzz(Target { name: "embeds", first, pieces, make: &make, shrinks: true }, |bytes| {
        let handbook = Builder::handbook(bytes);
        let Some(site) = builder.build(&handbook) else { return Ok(0) };
        // What a page takes in has addresses of its own, and a line says where each text is from.
        let most = 3 * BUDGET + 40 * bytes.len() + 128 * 1024;
        let pages = site.files.keys().filter(|path| path.ends_with("index.md")).count().max(1);
        // An edition for paper holds pages, each with what it takes in.
        let may = |path: &str| if path.starts_with("print/") { pages * most } else { most };
        let long = site.files.iter().filter(|(path, _)| path.ends_with(".html")).find(|(path, html)| html.len() > may(path));
        match long {
            Some((path, html)) => Err(format!("budget: {path} has {} bytes, made from {}", html.len(), bytes.len())),
            None => judge_site(&site),
        }
    });
}

/// Pages that embed each other, at random, often in circles.
fn web_of_embeds(random: &mut Random) -> Vec<u8> {
    let pages = 1 + random.below(9);
    let mut text = String::new();
    for at in 0..pages {
        let place = if random.once_in(6) { "examples" } else { "vision" };
        text.push_str(&format!("== content/{place}/p{at}.md\n# P{at}\n\nA claim.\n\n"));
        for _ in 0..random.below(6) {
            let target = random.below(pages + 1);
            let part = random.word(&["", "", "#h", "#^b", "#none", "#h|label"]);
            let before = random.word(&["", "", "- ", "> ", "1. ", "| a |\n|---|\n| ", "words ", "## h\n\n", "*"]);
            let times = if random.once_in(10) { 1 + random.below(40) } else { 1 };
            (0..times).for_each(|_| text.push_str(&format!("{before}![[p{target}{part}]]\n\n")));
        }
        if random.once_in(2) {
            text.push_str(&format!("## h\n\n{} ^b\n\n[^n] and\n\n[^n]: a note\n", "words ".repeat(random.below(60))));
        }
    }
    text.into_bytes()
}

#[test]
fn feeds() {
    let builder = Builder::default();
    let make = |stock: &Stock, random: &mut Random| {
        let mut case = b"== handbook.toml\ntitle = \"T\"\nbase_url = \"https://handbook.example/docs/\"\n".to_vec();
        case.extend(like_known(stock, random));
        case
    };
    let mut first = sites();
    first.push(WEB.as_bytes().to_vec());
    fuzz(Target { name: "feeds", first, pieces: corpus::literals(), make: &make, shrinks: true }, |bytes| {
        let Some(site) = builder.build(&Builder::handbook(bytes)) else { return Ok(0) };
        judge_machines(&site)
    });
}

/// What machines read is read by strict readers: XML, JSON, the JSON in pages.
fn judge_machines(site: &Site) -> Verdict {
    let mut kinds = BTreeSet::new();
    let assets: BTreeSet<&String> = site.files.keys().filter(|path| path.starts_with("content/")).collect();
    for (path, bytes) in site.files.iter().filter(|(path, _)| !assets.contains(path)) {
        let text = std::str::from_utf8(bytes);
        if path.ends_with(".xml") {
            let text = text.map_err(|_| format!("xml: {path} is no text"))?;
            let document = roxmltree::Document::parse(text).map_err(|why| format!("xml: {path}, {why}"))?;
            let addresses = document.descendants().filter(|node| ["loc", "link", "id"].contains(&node.tag_name().name()));
            for node in addresses {
                let address = node.attribute("href").or(node.text()).unwrap_or("");
                let known = ["http://", "https://", "tag:", "urn:"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
                if !address.is_empty() && !known {
                    return Err(format!("address: {address:?} in {path}"));
                }
            }
            kinds.insert("xml");
        } else if path.ends_with(".json") {
            serde_json::from_slice::<serde_json::Value>(bytes).map_err(|why| format!("json: {path}, {why}"))?;
            kinds.insert("json");
        } else if path.ends_with(".html") {
            let text = text.map_err(|_| format!("html: {path} is no text"))?;
            for script in text.split("<script type=\"application/ld+json\">").skip(1) {
                let inside = script.split("</script>").next().unwrap_or("");
                serde_json::from_str::<serde_json::Value>(inside).map_err(|why| format!("ld+json: {path}, {why}"))?;
                kinds.insert("ld+json");
            }
        }
    }
    Ok(outcome((kinds, judge_site(site)?)))
}

#[test]
fn fixes() {
    let builder = Builder::default();
    let mut first = sites();
    first.push(WEB.as_bytes().to_vec());
    let pieces = [
        "[a](Aim.md)",
        "[a](../aim.md#WHY)",
        "[[AIM]]",
        "[[old/aim]]",
        "/old/aim/",
        "title: a: b\n",
        "tags: [“a”]\n",
        "\ttags: a\n",
        "[x](vision/Aim)",
    ];
    fuzz(Target { name: "fixes", first, pieces: pieces.map(str::to_owned).to_vec(), make: &like_known, shrinks: true }, |bytes| {
        judge_fixes(&builder, bytes)
    });
}

/// Safe fixes, applied in turns as `check --fix` does, end; afterwards none is left, and readers see the site that they saw.
fn judge_fixes(builder: &Builder, bytes: &[u8]) -> Verdict {
    let mut handbook = Builder::handbook(bytes);
    let Some(before) = builder.build(&handbook) else { return Ok(0) };
    let mut site = before.clone();
    let mut turns = 0;
    loop {
        let (files, count) = mended(&handbook.files, &site)?;
        if count == 0 {
            break;
        }
        turns += 1;
        if turns > 8 {
            return Err("endless: fixes beget fixes".into());
        }
        handbook.files = files;
        site = builder.build(&handbook).ok_or("config: a fix has broken it")?;
    }
    if site.problems() > before.problems() {
        return Err(format!("worse: {} problems, then {}: {:?}", before.problems(), site.problems(), site.short(|_| true)));
    }
    for (path, html) in before.files.iter().filter(|(path, _)| turns > 0 && path.ends_with(".html")) {
        let after = site.files.get(path).ok_or_else(|| format!("gone: {path}"))?;
        if shown(html) != shown(after) {
            return Err(format!("seen: {path} shows {:?}, then {:?}", shown(html), shown(after)));
        }
    }
    Ok(outcome((turns, judge_site(&site)?)))
}

/// What readers see of a page, and where its links lead; paragraphs have ids made from what was written.
fn shown(html: &[u8]) -> String {
    let html = String::from_utf8_lossy(html);
    let main = html.split_once("<main").map_or("", |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut parts = main.split("_ff-");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |text, part| text + "_ff-" + part.trim_start_matches(|ch: char| ch.is_ascii_hexdigit()))
}

/// The files with the first safe fix of each problem, without those that would meet another's.
fn mended(files: &Files, site: &Site) -> Result<(Files, usize), String> {
    let mut chosen: std::collections::BTreeMap<String, Vec<Edit>> = std::collections::BTreeMap::new();
    let mut count = 0;
    for problem in &site.diagnostics {
        let Some(fix) = problem.fixes.iter().find(|fix| fix.safety == Safety::Safe && !fix.edits.is_empty()) else { continue };
        let meets = |edit: &Edit| {
            let others = chosen.get(edit.file.as_str()).map_or(&[][..], Vec::as_slice);
            others.iter().any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        if fix.edits.iter().any(meets) {
            continue;
        }
        count += 1;
        fix.edits.iter().for_each(|edit| chosen.entry(edit.file.to_string()).or_default().push(edit.clone()));
    }
    let mut out = files.clone();
    for (path, mut edits) in chosen {
        edits.sort_by_key(|edit| edit.span);
        let bytes = out.get(&path).ok_or_else(|| format!("fix: there is no {path}"))?;
        let mended = edited(bytes, &edits).ok_or_else(|| format!("fix: {edits:?} do not fit {path}"))?;
        out.insert(path, mended);
    }
    Ok((out, count))
}

#[test]
fn edit_scripts() {
    let make = |_: &Stock, random: &mut Random| random.next().to_le_bytes().to_vec();
    fuzz(Target { name: "edit_scripts", first: Vec::new(), pieces: Vec::new(), make: &make, shrinks: false }, |bytes| {
        let mut seed = [0; 32];
        seed[..bytes.len().min(32)].copy_from_slice(&bytes[..bytes.len().min(32)]);
        let mut runner = TestRunner::new_with_rng(Trials::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let (sort, files, edits) = crate::live::scripts().new_tree(&mut runner).map_err(|why| why.to_string())?.current();
        match crate::live::run(sort, files, &edits, Reach::ALL) {
            Some(difference) => Err(format!("stale: {difference}")),
            None => Ok(outcome(bytes)),
        }
    });
}

#[test]
fn handbooks_of_many_pages() {
    let builder = Builder::default();
    let make = |_: &Stock, random: &mut Random| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&random.next().to_le_bytes());
        let mut runner = TestRunner::new_with_rng(Trials::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let mut files = Files::new();
        for _ in 0..random.below(14) {
            let (place, page) = (place().new_tree(&mut runner).unwrap().current(), page().new_tree(&mut runner).unwrap().current());
            files.insert(place, page.into_bytes());
        }
        super::site::joined(&files).into_bytes()
    };
    fuzz(Target { name: "handbooks", first: Vec::new(), pieces: Vec::new(), make: &make, shrinks: true }, |bytes| {
        let Some(site) = builder.build(&Builder::handbook(bytes)) else { return Ok(0) };
        judge_machines(&site)
    });
}
