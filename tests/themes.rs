//! The contract with themes: a second theme needs nothing else, what machines are told is true, and the guide says what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fourfold::base::strings::Entry;
use fourfold::template::theme::ThemeFiles;
use serde_json::Value;

use crate::support::html::{select, text, tree};
use crate::support::{Handbook, Site, closed_world, ill_formed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped() -> Handbook {
    Handbook::on_disk(root())
}

fn sampler() -> Handbook {
    Handbook::on_disk(&root().join("tests/fixtures/sampler"))
}

/// A handbook that wears the theme `plain`, as the program brings it along.
fn plain(handbook: Handbook) -> Handbook {
    let config = String::from_utf8(handbook.files["handbook.toml"].clone()).unwrap();
    let theme = ThemeFiles::built_in("plain").unwrap();
    let dressed = theme.files.iter().fold(handbook, |handbook, (path, bytes)| handbook.file(&format!("{}/{path}", theme.root), bytes));
    dressed.file("handbook.toml", format!("theme = \"plain\"\n{config}"))
}

fn pages(site: &Site) -> impl Iterator<Item = (&str, &str)> {
    site.files.iter().filter(|(path, _)| path.ends_with(".html")).map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
}

#[test]
fn a_theme_of_four_templates_shows_every_page_of_the_shipped_handbook() {
    for handbook in [shipped(), sampler()] {
        let (default, plain) = (handbook.build(), plain(handbook).build());
        assert_eq!(plain.problems(), 0, "{}", plain.short(|_| true));
        let (dead, torn) = (closed_world(&plain), ill_formed(&plain));
        assert!(dead.is_empty() && torn.is_empty(), "{dead:#?}{torn:#?}");
        let names = |site: &Site| pages(site).map(|(path, _)| path.to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(names(&default), names(&plain), "the same pages");
        for (path, html) in pages(&plain).filter(|(_, html)| !html.contains("http-equiv=\"refresh\"")) {
            let nodes = tree(html);
            assert_eq!((select(&nodes, "h1").len(), select(&nodes, "main").len()), (1, 1), "{path}");
            assert!(!html.contains(".js\""), "{path} asks for a script");
            // The words of a page are the same whatever it wears, but for the choice of a voice, which needs a style of its own.
            let words = |site: &Site| {
                let nodes = tree(site.at(&format!("/{}", path.trim_end_matches("index.html"))));
                text(&select(&nodes, ".text").into_iter().cloned().collect::<Vec<_>>()).replace("\nRead asBothLeaderManager", "")
            };
            assert!(path == "404.html" || words(&default) == words(&plain), "{path} says something else");
        }
    }
}

/// The data that a page holds for machines, read by a parser that has nothing to do with the one that wrote it.
fn told(html: &str) -> Option<Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">")?;
    let data = rest.split("</script>").next().unwrap();
    assert!(!data.contains('<'), "{data}");
    Some(serde_saphyr::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}")))
}

/// What schema.org says of the things that pages are: for each type its properties, those that have to be there first.
const SHAPES: &[(&str, &[&str], &[&str])] = &[
    ("WebSite", &["name", "url"], &["description", "inLanguage"]),
    ("WebPage", &["name", "url", "isPartOf", "inLanguage"], &["description"]),
    ("CollectionPage", &["name", "url", "isPartOf", "inLanguage"], &["description", "mainEntity"]),
    ("ProfilePage", &["name", "url", "mainEntity"], &["description", "isPartOf", "inLanguage"]),
    (
        "Article",
        &["headline", "url"],
        &[
            "description",
            "inLanguage",
            "isPartOf",
            "author",
            "datePublished",
            "dateModified",
            "articleSection",
            "keywords",
            "wordCount",
            "timeRequired",
            "citation",
            "about",
        ],
    ),
    ("Person", &["name", "url"], &["jobTitle"]),
    ("DefinedTerm", &["name", "url", "inDefinedTermSet"], &["description"]),
    ("DefinedTermSet", &["name", "url"], &["description", "inLanguage"]),
    ("ItemList", &["itemListElement", "numberOfItems"], &["name", "url", "description"]),
    ("BreadcrumbList", &["itemListElement"], &[]),
    ("ListItem", &["position", "name"], &["url", "item"]),
];

/// What is wrong with a thing, and with all things in it.
fn faults(value: &Value, out: &mut Vec<String>) {
    let Value::Object(thing) = value else { return };
    let of = thing.get("@type").and_then(Value::as_str).unwrap_or_default();
    let Some((_, needed, allowed)) = SHAPES.iter().find(|(known, ..)| *known == of) else { return out.push(format!("no type `{of}`")) };
    out.extend(needed.iter().filter(|name| !thing.contains_key(**name)).map(|name| format!("{of} has no {name}")));
    for (name, value) in thing.iter().filter(|(name, _)| *name != "@type") {
        let is_text = value.as_str().is_some_and(|text| !text.is_empty());
        let fits = match name.as_str() {
            "url" | "item" => value.as_str().is_some_and(|url| url.starts_with("https://") && !url.contains([' ', '"'])),
            "datePublished" | "dateModified" => value.as_str().is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok()),
            "wordCount" | "position" | "numberOfItems" => value.is_u64(),
            "timeRequired" => value.as_str().is_some_and(|text| text.starts_with("PT") && text.ends_with('M')),
            "keywords" | "citation" => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            "author" | "about" | "itemListElement" => value.as_array().is_some_and(|all| all.iter().all(Value::is_object)),
            "isPartOf" | "mainEntity" | "inDefinedTermSet" => value.is_object(),
            _ => is_text,
        };
        if !fits || !(needed.contains(&name.as_str()) || allowed.contains(&name.as_str())) {
            out.push(format!("{of} may not have {name}: {value}"));
        }
        match value {
            Value::Array(all) => all.iter().for_each(|inner| faults(inner, out)),
            inner => faults(inner, out),
        }
    }
    if let Some(Value::Array(items)) = thing.get("itemListElement") {
        let places: Vec<u64> = items.iter().filter_map(|item| item["position"].as_u64()).collect();
        if places != (1..=items.len() as u64).collect::<Vec<_>>() {
            out.push(format!("{of} counts {places:?}"));
        }
    }
}

#[test]
fn every_page_tells_machines_what_it_is_in_the_words_of_schema_org() {
    let mut kinds = BTreeSet::new();
    for site in [shipped().build(), sampler().build()] {
        for (path, html) in pages(&site) {
            let Some(data) = told(html) else {
                let may_be_silent = path == "404.html" || html.contains("http-equiv=\"refresh\"");
                assert!(may_be_silent, "{path} says nothing");
                continue;
            };
            assert_eq!(data["@context"], "https://schema.org", "{path}");
            let mut found = Vec::new();
            let things = data["@graph"].as_array().unwrap();
            things.iter().for_each(|thing| faults(thing, &mut found));
            assert!(found.is_empty(), "{path}: {found:#?}");
            kinds.extend(things.iter().map(|thing| thing["@type"].as_str().unwrap().to_owned()));
            // What it says is what the page says.
            let nodes = tree(html);
            let shown = text(&select(&nodes, "h1").into_iter().cloned().collect::<Vec<_>>());
            let main = &things[0];
            if main["@type"] == "Article" {
                assert_eq!(main["headline"].as_str().unwrap(), shown.trim(), "{path}");
            }
            let canonical = select(&nodes, "link").into_iter().find(|link| link.attribute("rel") == Some("canonical"));
            if let Some(canonical) = canonical.and_then(|link| link.attribute("href")) {
                assert_eq!(main["url"], *canonical, "{path}");
            }
        }
    }
    let expected =
        ["Article", "BreadcrumbList", "CollectionPage", "DefinedTerm", "DefinedTermSet", "ItemList", "ProfilePage", "WebPage", "WebSite"];
    assert_eq!(kinds, expected.map(str::to_owned).into(), "every kind of page is told apart");
}

#[test]
fn nobody_who_is_anonymous_is_named_to_machines() {
    let site = Handbook::new(
        "
        == handbook.toml
        base_url = \"https://x.example/\"
        repository = \"https://github.com/a/b\"
        == content/vision/a.md
        # A
        == content/examples/x.md
        +++
        title = \"X </script><b>\"
        by = \"Grace Secret\"
        anonymous = true
        illustrates = \"A\"
        date = 2026-01-02
        +++
        A claim.
        ",
    );
    let site = site.build();
    let html = site.at("/examples/x/");
    let data = told(html).unwrap();
    assert!(!html.contains("Secret") && !html.contains("examples/x.md"), "{html}");
    assert_eq!(data["@graph"][0]["headline"], "X </script><b>", "a text cannot end the element");
    assert_eq!(data["@graph"][0]["author"], Value::Null);
}

#[test]
fn link_previews_have_what_they_show() {
    for (path, html) in pages(&shipped().build()).filter(|(_, html)| !html.contains("http-equiv=\"refresh\"")) {
        let nodes = tree(html);
        let said: BTreeMap<String, String> = select(&nodes, "meta")
            .into_iter()
            .filter_map(|meta| {
                Some((meta.attribute("property").or(meta.attribute("name"))?.to_owned(), meta.attribute("content")?.to_owned()))
            })
            .collect();
        for name in ["og:title", "og:site_name", "og:type", "twitter:card"] {
            assert!(said.get(name).is_some_and(|text| !text.is_empty()), "{path}: {name}");
        }
        assert_eq!(said.get("og:description"), said.get("description"), "{path}");
        assert!(path == "404.html" || said["og:url"].starts_with("https://"), "{path}");
    }
}

/// A struct of the contract: its name, what it is, and its fields with their types and what they hold.
struct Fields {
    name: String,
    about: String,
    fields: Vec<(String, String, String)>,
}

/// Reads the structs of the views out of their source: the comments there are what this guide says.
fn contract() -> Vec<Fields> {
    let mut all: Vec<Fields> = Vec::new();
    for file in ["src/template/view/site.rs", "src/template/view.rs", "src/template/view/listings.rs"] {
        let source = fs::read_to_string(root().join(file)).unwrap();
        let (mut comment, mut open) = (String::new(), false);
        for line in source.lines() {
            if let Some(text) = line.trim_start().strip_prefix("///") {
                let _ = write!(comment, "{}{}", if comment.is_empty() { "" } else { " " }, text.trim());
            } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
                all.push(Fields { name: name.to_owned(), about: std::mem::take(&mut comment), fields: Vec::new() });
                open = true;
            } else if let Some((name, of)) =
                line.trim().strip_prefix("pub ").and_then(|rest| rest.strip_suffix(',')?.split_once(": ")).filter(|_| open)
            {
                all.last_mut().unwrap().fields.push((name.to_owned(), of.to_owned(), std::mem::take(&mut comment)));
            } else if line == "}" {
                open = false;
            } else if !line.trim_start().starts_with("#[") {
                comment.clear();
            }
        }
    }
    all
}

/// A type in a theme maker's words.
fn plain_type(of: &str, known: &BTreeSet<String>) -> String {
    let inner = |of: &str, outer: &str| of.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>')).map(str::to_owned);
    if let Some(of) = inner(of, "Vec<") {
        return format!("list of {}", plain_type(&of, known));
    }
    if let Some(of) = inner(of, "Option<") {
        return format!("{}, or nothing", plain_type(&of, known));
    }
    if let Some(of) = inner(of, "Sealed<").or_else(|| inner(of, "Box<")).or_else(|| inner(of, "Arc<")) {
        return plain_type(&of, known);
    }
    match of {
        "String" | "&'static str" => "text".to_owned(),
        "bool" => "yes or no".to_owned(),
        "u32" | "i32" | "u8" => "number".to_owned(),
        "Html" => "Html".to_owned(),
        "serde_json::Map<String, serde_json::Value>" => "table".to_owned(),
        of if known.contains(of) => format!("[{of}](#{})", of.to_lowercase()),
        of => panic!("the guide has no word for the type {of}"),
    }
}

fn reference() -> String {
    let contract = contract();
    let known: BTreeSet<String> = contract.iter().map(|fields| fields.name.clone()).collect();
    let mut out = String::from(
        "---\ntitle: Themes, field by field\nsummary: Every template, every field that it sees, every component and every word.\nweight: 6\n---\n\n\
         This page is made from the program. [Themes](themes.md) says how to use it.\n\n## Templates\n\n| Template | Extends | Blocks | Shows |\n| --- | --- | --- | --- |\n",
    );
    let mut templates: Vec<_> = fs::read_dir(root().join("themes/default/templates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    templates.sort();
    let mut components = Vec::new();
    for path in &templates {
        let (name, text) = (path.file_name().unwrap().to_str().unwrap(), fs::read_to_string(path).unwrap());
        let extends =
            text.split("{% extends \"").nth(1).and_then(|rest| rest.split('"').next()).map_or("–".to_owned(), |name| format!("`{name}`"));
        let says = text.split("{#-").nth(1).filter(|_| !text.starts_with("{%- component")).and_then(|rest| rest.split("-#}").next());
        let view = view_of(name);
        let shows = says.map_or_else(String::new, |says| format!("{} ", says.split_whitespace().collect::<Vec<_>>().join(" ")));
        let mut blocks: Vec<&str> =
            text.split("{% block ").chain(text.split("{%- block ")).skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        blocks.retain(|block| text.contains(&format!("endblock {block} ")));
        blocks.sort_unstable();
        blocks.dedup();
        let _ = writeln!(out, "| `{name}` | {extends} | {} | {} |", blocks.join(", "), format!("{shows}{view}").trim());
        let found = text.split("{%- component ").skip(1).filter_map(|rest| rest.split(" -%}").next());
        components.extend(found.map(str::to_owned));
    }
    out.push_str("\n## Components\n\nThey stand in `parts.html`. Arguments that begin with `@` are taken from the page.\n\n| Component | Arguments |\n| --- | --- |\n");
    for component in &components {
        let (name, arguments) = component.split_once('(').unwrap();
        let _ = writeln!(out, "| `{name}` | `{}` |", arguments.trim_end_matches(')'));
    }
    out.push_str("\n## Fields\n");
    for Fields { name, about, fields } in &contract {
        let _ = write!(out, "\n### {name}\n\n{about}\n\n| Field | Type | What it holds |\n| --- | --- | --- |\n");
        for (field, of, about) in fields {
            let _ = writeln!(out, "| `{field}` | {} | {} |", plain_type(of, &known), about.replace('|', "\\|"));
        }
    }
    out.push_str("\n## Words\n\nThe keys of `strings/LANG.toml` with what they say in English.\n\n| Key | English |\n| --- | --- |\n");
    let strings = fourfold::base::strings::Strings::default();
    words(&strings.of("en", "en").entries, "", &mut out);
    out
}

fn words(entries: &BTreeMap<String, Entry>, above: &str, out: &mut String) {
    for (key, entry) in entries {
        let said = match entry {
            Entry::Text(text) => format!("“{text}”"),
            Entry::List(texts) => texts.join(", "),
            Entry::Forms(forms) => forms.0.iter().flatten().map(|form| format!("“{form}”")).collect::<Vec<_>>().join(", "),
            Entry::Group(group) => {
                words(group, &format!("{above}{key}."), out);
                continue;
            }
        };
        let _ = writeln!(out, "| `{above}{key}` | {} |", said.replace('|', "\\|"));
    }
}

/// The view that a template is given, as the documentation of the views has it.
fn view_of(template: &str) -> String {
    let link = |name: &str| format!("[{name}](#{})", name.to_lowercase());
    match template.split('.').next().unwrap() {
        "home" | "pillar" | "essay" | "example" | "contributor" | "term" | "path" | "page" | "article" => link("PageView"),
        "contributors" | "glossary" | "paths" | "tags" | "tag" | "search" | "new" | "folder" | "listing" | "jump" => link("ListingView"),
        "mentions" => format!("{} or {}", link("PageView"), link("ListingView")),
        "coverage" => link("CoverageView"),
        "map" => link("MapView"),
        "print" => link("PrintView"),
        "epub" => link("BookView"),
        "not-found" => link("NotFoundView"),
        "redirect" => link("RedirectView"),
        "atom" => link("FeedView"),
        "sitemap" => link("SitemapView"),
        "base" => format!("{} as `page`, and whatever extends it", link("PageHead")),
        "feeds" | "social" | "strip" | "foot" => format!("{} as `site`, of `page` only `root` and `pillar`", link("SiteView")),
        "parts" => "components".to_owned(),
        other => panic!("which view does the template {other} show?"),
    }
}

#[test]
fn the_guide_lists_every_template_every_field_and_every_word() {
    let file = root().join("docs/content/themes-reference.md");
    let made = reference();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == made, "docs/content/themes-reference.md is not what the program says; `UPDATE=1 cargo test themes` writes it anew");
    assert!(contract().iter().all(|of| of.fields.iter().all(|(_, _, about)| !about.is_empty())) && contract().len() > 30);
}
