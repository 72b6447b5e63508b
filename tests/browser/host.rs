//! A host of static files as people hire them: folders have an `index.html`, what is not there is answered by `404.html`.
//!
//! In: a folder and the path at which its files begin. Out: an address, and which files were asked for.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

/// Files on a port of their own, for as long as the program runs.
pub struct Host {
    files: Arc<Files>,
    port: u16,
}

struct Files {
    root: PathBuf,
    /// Begins and ends with a slash.
    base: String,
    asked: Mutex<Vec<String>>,
}

impl Host {
    pub fn of(root: &Path, base: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let files = Arc::new(Files { root: root.to_owned(), base: base.to_owned(), asked: Mutex::new(Vec::new()) });
        let shared = Arc::clone(&files);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let files = Arc::clone(&shared);
                // A browser that closes a connection early has not asked for anything.
                thread::spawn(move || files.converse(&stream).unwrap_or(()));
            }
        });
        Self { files, port }
    }

    /// The whole address of a page, given below the root of the site.
    pub fn url(&self, address: &str) -> String {
        format!("{}{}{address}", self.origin(), self.files.base)
    }

    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The paths below the site that were asked for since somebody wanted to know.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.files.asked.lock().unwrap())
    }
}

impl Files {
    fn converse(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        loop {
            let Some(first) = lines.next().transpose()? else { return Ok(()) };
            while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
            let target = first.split(' ').nth(1).unwrap_or("/");
            let path = decode(target.split(['?', '#']).next().unwrap_or_default());
            self.asked.lock().unwrap().push(path.clone());
            let (status, path) = self.find(&path);
            let body = fs::read(&path).unwrap_or_default();
            let (kind, length) = (kind(&path), body.len());
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\n\r\n");
            let mut stream = stream;
            stream.write_all(&[head.as_bytes(), &body].concat())?;
        }
    }

    fn find(&self, path: &str) -> (&'static str, PathBuf) {
        let missing = ("404 Not Found", self.root.join("404.html"));
        let Some(below) = path.strip_prefix(&self.base) else { return missing };
        if below.split('/').any(|part| part == "..") {
            return missing;
        }
        let place = self.root.join(below);
        let file = if below.is_empty() || below.ends_with('/') { place.join("index.html") } else { place };
        if file.is_file() { ("200 OK", file) } else { missing }
    }
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        Some("xml") => "application/xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
