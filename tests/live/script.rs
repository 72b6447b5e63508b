//! What people do to a handbook, as edits of files in memory.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::laws::{TITLES, fact, page, piece, place};
use crate::support::handbook::Files;

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub enum Edit {
    Write(String, String),
    Append(Index, String),
    SameLength(Index),
    Touch(Index),
    Delete(Index),
    Rename(Index, String),
    RenameFolder(&'static str, &'static str),
    Swap(Index, Index),
    Copy(Index, String),
    OtherCase(Index),
    Fact(Index, String),
    NoFacts(Index),
    TakeOver(Index, Index),
    LinkToComing(Index, String),
    FolderForFile(Index),
    FileForFolder,
    Picture(Option<&'static str>),
    Static(Index),
    Template(Option<&'static str>),
    Style(Option<&'static str>),
    Config(Vec<&'static str>),
    Contents(Vec<Index>),
    Checkout(Index),
    Together(Vec<Edit>),
}

const FOLDERS: [&str; 6] =
    ["content/vision", "content/results", "content/examples", "content/contributors", "content/notes", "content/glossary"];

const TEMPLATES: [&str; 3] = [
    "<footer>{{ site.title }}</footer>",
    "{% for link in site.foot %}{{ page.root }}{{ link.href }}{% endfor %}",
    "{% if site.foot %}never closed",
];

const CONFIG: [&str; 7] = [
    "title = \"Another name\"\n",
    "base_url = \"https://handbook.example/docs/\"\n",
    "today = 2027-02-01\n",
    "[links]\nwanted = true\n",
    "[checks]\norphan-page = \"off\"\nno-claim = \"warning\"\n",
    "[trust]\ncontributor = []\n",
    "[[pillars]]\nid = \"vision\"\n[[pillars]]\nid = \"results\"\ntitle = \"Outcomes\"\n",
];

fn simple() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let folder = || prop::sample::select(&FOLDERS[..]);
    prop_oneof![
        4 => (place(), page()).prop_map(|(place, page)| Edit::Write(place, page)),
        9 => (index(), piece()).prop_map(|(index, piece)| Edit::Append(index, piece)),
        2 => index().prop_map(Edit::SameLength),
        1 => index().prop_map(Edit::Touch),
        3 => index().prop_map(Edit::Delete),
        3 => (index(), place()).prop_map(|(index, place)| Edit::Rename(index, place)),
        1 => (folder(), folder()).prop_map(|(from, to)| Edit::RenameFolder(from, to)),
        1 => (index(), index()).prop_map(|(one, other)| Edit::Swap(one, other)),
        2 => (index(), place()).prop_map(|(index, place)| Edit::Copy(index, place)),
        1 => index().prop_map(Edit::OtherCase),
        9 => (index(), fact()).prop_map(|(index, fact)| Edit::Fact(index, fact)),
        2 => index().prop_map(Edit::NoFacts),
        2 => (index(), index()).prop_map(|(one, other)| Edit::TakeOver(one, other)),
        2 => (index(), prop::sample::select(&TITLES[..])).prop_map(|(index, title)| Edit::LinkToComing(index, format!("Coming {title}"))),
        1 => index().prop_map(Edit::FolderForFile),
        1 => Just(Edit::FileForFolder),
        1 => prop::option::of(prop::sample::select(vec!["no picture", WIDE, HIGH])).prop_map(Edit::Picture),
        1 => index().prop_map(Edit::Static),
        1 => prop::option::of(prop::sample::select(&TEMPLATES[..])).prop_map(Edit::Template),
        1 => prop::option::of(prop::sample::select(vec!["body { color: red }", "a { color: blue }"])).prop_map(Edit::Style),
        1 => prop::sample::subsequence(&CONFIG[..], 0..3).prop_map(Edit::Config),
        1 => prop::collection::vec(index(), 0..4).prop_map(Edit::Contents),
    ]
}

pub fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        18 => simple(),
        1 => any::<Index>().prop_map(Edit::Checkout),
        2 => prop::collection::vec(simple(), 2..5).prop_map(Edit::Together),
    ]
}

/// Pictures, as far as their heads say.
const WIDE: &str = "GIF89a\x20\x01\x10\x00\0\0\0";
const HIGH: &str = "GIF89a\x10\x00\x20\x01\0\0\0";

const PICTURE: &str = "content/vision/pic.png";
const FOOT: &str = "themes/default/templates/foot.html";
const STYLE: &str = "themes/default/assets/style.css";
const CONFIG_FILE: &str = "handbook.toml";
const CONTENTS: &str = "content/SUMMARY.md";

/// Does an edit; `history` are the files as they were before each edit.
pub fn act(edit: &Edit, files: &mut Files, history: &[Files]) {
    let pages: Vec<String> = files.keys().filter(|path| path.ends_with(".md")).cloned().collect();
    let set = |files: &mut Files, path: &str, text: Option<&str>| match text {
        Some(text) => _ = files.insert(path.to_owned(), text.as_bytes().to_vec()),
        None => _ = files.remove(path),
    };
    match edit {
        Edit::Write(path, text) => return set(files, path, Some(text)),
        Edit::Picture(bytes) => return set(files, PICTURE, *bytes),
        Edit::Template(text) => return set(files, FOOT, *text),
        Edit::Style(text) => return set(files, STYLE, *text),
        Edit::Config(parts) => return set(files, CONFIG_FILE, (!parts.is_empty()).then(|| parts.concat()).as_deref()),
        Edit::Together(edits) => return edits.iter().for_each(|edit| act(edit, files, history)),
        Edit::Checkout(index) if !history.is_empty() => return files.clone_from(index.get(history)),
        Edit::FileForFolder => return file_for_folder(files),
        Edit::RenameFolder(from, to) => return rename_folder(files, from, to),
        _ if pages.is_empty() => return,
        _ => {}
    }
    match edit {
        Edit::Append(index, piece) => files.get_mut(index.get(&pages)).unwrap().extend_from_slice(format!("\n{piece}\n").as_bytes()),
        Edit::SameLength(index) => same_length(files.get_mut(index.get(&pages)).unwrap()),
        Edit::Delete(index) => _ = files.remove(index.get(&pages)),
        Edit::Rename(index, to) => {
            let bytes = files.remove(index.get(&pages)).unwrap();
            files.insert(to.clone(), bytes);
        }
        Edit::Copy(index, to) => {
            let bytes = files[index.get(&pages)].clone();
            files.insert(to.clone(), bytes);
        }
        Edit::Swap(one, other) => {
            let (one, other) = (one.get(&pages), other.get(&pages));
            let (first, second) = (files[one].clone(), files[other].clone());
            files.insert(one.clone(), second);
            files.insert(other.clone(), first);
        }
        Edit::OtherCase(index) => {
            let path = index.get(&pages);
            let (folder, name) = path.rsplit_once('/').unwrap();
            let mut letters = name.chars();
            let first = letters.next().unwrap();
            let first = if first.is_uppercase() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
            let bytes = files.remove(path).unwrap();
            files.insert(format!("{folder}/{first}{}", letters.as_str()), bytes);
        }
        Edit::Fact(index, fact) => set_fact(files.get_mut(index.get(&pages)).unwrap(), fact),
        Edit::NoFacts(index) => {
            let bytes = files.get_mut(index.get(&pages)).unwrap();
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = split(&text).1.as_bytes().to_vec();
        }
        Edit::TakeOver(index, other) => {
            let address = other.get(&pages).trim_start_matches("content").trim_end_matches(".md").to_owned();
            set_fact(files.get_mut(index.get(&pages)).unwrap(), &format!("aliases = [\"{address}/\"]"));
            if index.get(&pages) != other.get(&pages) {
                files.remove(other.get(&pages));
            }
        }
        Edit::LinkToComing(index, title) => {
            let path = format!("content/results/{}.md", title.to_lowercase().replace(' ', "-"));
            if files.contains_key(&path) {
                files.remove(&path);
            } else if String::from_utf8_lossy(&files[index.get(&pages)]).contains(title.as_str()) {
                files.insert(path, format!("# {title}\n\nHere.\n").into_bytes());
            } else {
                let file = files.get_mut(index.get(&pages)).unwrap();
                file.extend_from_slice(format!("\nWait for [[{title}]] and ![[{title}]].\n").as_bytes());
            }
        }
        Edit::FolderForFile(index) => {
            let bytes = files.remove(index.get(&pages)).unwrap();
            files.insert(format!("{}/inside.md", index.get(&pages)), bytes);
        }
        Edit::Static(index) => {
            let name = ["content/notes/plan.pdf", "content/results/_redirects", "content/vision/aim/index.html", "content/papers/a.txt"];
            let name = index.get(&name);
            if files.remove(*name).is_none() {
                files.insert((*name).to_owned(), b"x".to_vec());
            }
        }
        Edit::Contents(indexes) => {
            let line = |index: &Index| {
                let path = index.get(&pages).trim_start_matches("content/");
                format!("- [Named {path}]({})\n", path.replace(' ', "%20"))
            };
            files.insert(CONTENTS.to_owned(), indexes.iter().map(line).collect::<String>().into_bytes());
        }
        _ => {}
    }
}

fn split(text: &str) -> (&str, &str) {
    text.strip_prefix("+++\n").and_then(|rest| rest.split_once("+++\n")).unwrap_or(("", text))
}

/// Puts a line into the front matter, in the place of one with its key.
fn set_fact(bytes: &mut Vec<u8>, fact: &str) {
    let text = String::from_utf8(bytes.clone()).unwrap();
    let (front, body) = split(&text);
    let key = fact.split(' ').next().unwrap();
    let others: String = front.lines().filter(|line| line.split(' ').next() != Some(key)).map(|line| format!("{line}\n")).collect();
    *bytes = format!("+++\n{others}{fact}\n+++\n{body}").into_bytes();
}

fn same_length(bytes: &mut [u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let start = text.len() - split(&text).1.len();
    if let Some(letter) = bytes[start..].iter_mut().rfind(|byte| byte.is_ascii_lowercase()) {
        *letter = if *letter == b'z' { b'a' } else { *letter + 1 };
    }
}

fn file_for_folder(files: &mut Files) {
    let inside: Vec<String> = files.keys().filter(|path| path.ends_with(".md/inside.md")).cloned().collect();
    for path in inside {
        let bytes = files.remove(&path).unwrap();
        files.insert(path.trim_end_matches("/inside.md").to_owned(), bytes);
    }
}

fn rename_folder(files: &mut Files, from: &str, to: &str) {
    let moved: Vec<String> =
        files.keys().filter(|path| path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'))).cloned().collect();
    for path in moved {
        let bytes = files.remove(&path).unwrap();
        files.insert(format!("{to}{}", &path[from.len()..]), bytes);
    }
}
