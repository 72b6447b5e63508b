//! A site below a path of its host: served from there, nothing on it leads anywhere else, whoever follows the addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use super::Folder;
use crate::support::html::{Piece, pieces};

const BASE: &str = "/sub/path/";
const HOST: &str = "https://x.example";

/// Serves a folder below the path, as static hosts do: folders by their `index.html`, anything else by `404.html`.
fn serve(root: PathBuf) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
            let below = path.strip_prefix(BASE).map(|below| fourfold::base::path::decode_percent(below).into_owned());
            let file = below.map(|below| if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below });
            let bytes = file.map(|file| root.join(file)).filter(|file| file.is_file()).map(|file| std::fs::read(file).unwrap());
            let (status, bytes) =
                bytes.map_or_else(|| ("404 Not Found", std::fs::read(root.join("404.html")).unwrap()), |bytes| ("200 OK", bytes));
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            let _ = stream.write_all(&bytes);
        }
    });
    port
}

fn get(port: u16, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x.example\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The path on the host that an address means from another; nothing for one that leads elsewhere.
fn resolve(from: &str, address: &str) -> Option<String> {
    let address = address.split(['#', '?']).next().unwrap();
    if let Some(path) = address.strip_prefix(HOST) {
        return Some(path.to_owned());
    }
    if address.is_empty() || address.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    if !address.starts_with('/') {
        parts.extend(from.split('/').skip(1));
        parts.pop();
    }
    for part in address.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop().unwrap_or_else(|| panic!("{from}: {address} climbs out of the host")),
            part => parts.push(part),
        }
    }
    let path = format!("/{}", parts.join("/"));
    Some(if (address.ends_with("..") || address.ends_with('.')) && !path.ends_with('/') { format!("{path}/") } else { path })
}

/// Everything that a file leads to: attributes of HTML, addresses of this host in any other text.
fn addresses(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if text.starts_with("<!doctype html>") {
        for piece in pieces(text) {
            let Piece::Start(_, attributes) = piece else { continue };
            let leads = |name: &str| ["href", "src", "action", "poster", "data-href"].contains(&name);
            found.extend(attributes.into_iter().filter(|(name, _)| leads(name)).map(|(_, value)| value));
        }
        return found;
    }
    if path.ends_with(".css") {
        return text.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().trim_matches(['"', '\'']).to_owned()).collect();
    }
    let ends = ['"', '<', '>', ')', ' ', '\n', '\'', ']', '{'];
    found.extend(text.match_indices(HOST).map(|(at, _)| text[at..].split(ends).next().unwrap().to_owned()));
    if path.ends_with(".md") {
        found.extend(text.split("](").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap().trim_matches(['<', '>']).to_owned()));
    }
    found
}

#[test]
fn a_site_below_a_path_has_no_dead_link() {
    let folder = Folder::sound_but(&[(
        "content/results/dated.md",
        "---\ndate: 2025-05-01\naliases: [/old/dated/]\n---\n# Dated\n\nSee [[Goal]].\n",
    )]);
    let _ = folder.run(&format!("build --base-url {HOST}{BASE}")).exits(0);
    let port = serve(folder.path("public"));
    let mut queue: Vec<(String, String)> = vec![(BASE.to_owned(), "the start".to_owned())];
    // What nothing links to: hosts, feed readers and scripts ask for these.
    let unasked =
        ["404.html", "robots.txt", "llms.txt", "graph.json", "sitemap.xml", "_/search.json", "_/words.json", "_/w/0.json", "_/c/0.json"];
    queue.extend(unasked.map(|path| (format!("{BASE}{path}"), "a program".to_owned())));
    let mut seen = BTreeSet::new();
    let mut dead = BTreeMap::new();
    while let Some((path, from)) = queue.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let (status, text) = get(port, &path);
        if status != 200 {
            dead.insert(path, from);
            continue;
        }
        queue.extend(addresses(&path, &text).iter().filter_map(|address| resolve(&path, address)).map(|next| (next, path.clone())));
    }
    assert!(dead.is_empty(), "{dead:#?}");
    for must in ["atom.xml", "vision/", "results/feed.json", "opensearch.xml", "results/dated/index.md", "_/c/0.json"] {
        assert!(seen.contains(&format!("{BASE}{must}")), "{must} was not reached: {seen:#?}");
    }
    assert!(seen.len() > 40, "{seen:#?}");
}

#[test]
fn the_page_for_dead_links_works_at_any_depth() {
    let folder = Folder::sound();
    let _ = folder.run(&format!("build --base-url {HOST}{BASE}")).exits(0);
    let port = serve(folder.path("public"));
    let lost = format!("{BASE}no/such/page/");
    let (status, text) = get(port, &lost);
    assert_eq!(status, 404);
    for address in addresses(&lost, &text).iter().filter_map(|address| resolve(&lost, address)) {
        assert_eq!(get(port, &address).0, 200, "{address}");
    }
}

#[test]
fn scripts_ask_for_nothing_from_the_root_of_the_host() {
    let folder = Folder::sound();
    let _ = folder.run("build").exits(0);
    for (path, bytes) in folder.site("public").iter().filter(|(path, _)| path.ends_with(".js")) {
        let text = String::from_utf8_lossy(bytes);
        for ask in ["fetch(\"/", "fetch('/", "fetch(`/", "open(\"GET\", \"/", "import(\"/", "from \"/", "from\"/"] {
            assert!(!text.contains(ask), "{path}: {ask}");
        }
    }
}
