//! A small client of WebDriver: JSON over plain sockets to `chromedriver`, which drives Chromium.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::serving::read_reply;

/// Far longer than a browser takes for anything here.
const PATIENCE: Duration = Duration::from_secs(30);

const SWITCHES: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// A `chromedriver` on a port of its own; it ends with the value.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts it; the reason where it cannot be started.
    pub fn start() -> Result<Self, String> {
        if !["chromium", "chromium-browser", "google-chrome"].iter().any(|name| answers(name)) {
            return Err("Chromium is not installed".into());
        }
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("chromedriver cannot be started: {error}"))?;
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok());
        // What it has to say later goes nowhere, but it must not wait for a reader.
        thread::spawn(move || lines.for_each(drop));
        match port {
            Some(port) => Ok(Self { child, port }),
            None => {
                let _ = child.kill();
                Err("chromedriver does not say where it listens".into())
            }
        }
    }

    /// A browser with an empty profile.
    pub fn browser(&self) -> Result<Browser, String> {
        let profile = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut switches: Vec<String> = SWITCHES.map(str::to_owned).to_vec();
        switches.push(format!("--user-data-dir={}", profile.path().display()));
        let options = json!({ "args": switches });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let made = call(self.port, "POST", "/session", Some(&json!({ "capabilities": { "alwaysMatch": wanted } })))?;
        let session = made["sessionId"].as_str().ok_or_else(|| format!("no session: {made}"))?.to_owned();
        Ok(Browser { port: self.port, session, _profile: profile })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A window of a browser; it closes with the value.
pub struct Browser {
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    #[track_caller]
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let path = format!("/session/{}{path}", self.session);
        call(self.port, method, &path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Goes to an address and waits until it is loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.call("POST", "/url", Some(&json!({ "url": url })));
    }

    /// Looks into the window that was opened last.
    #[track_caller]
    pub fn to_last_window(&self) {
        let windows = self.call("GET", "/window/handles", None);
        let last = windows.as_array().and_then(|windows| windows.last().cloned()).unwrap_or_default();
        self.call("POST", "/window", Some(&json!({ "handle": last })));
    }

    /// Runs the body of a function in the page and gives what it returns; a promise is waited for.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", Some(&json!({ "script": script, "args": [] })))
    }

    /// What an expression is in the page.
    #[track_caller]
    pub fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression};"))
    }

    /// What an expression is in the page, as text.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().map_or_else(|| panic!("{expression} is {value}"), str::to_owned)
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub fn until(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(&format!("Boolean({expression})")) != Value::Bool(true) {
            let page = || self.value("document.documentElement.innerText.slice(0, 400)");
            assert!(begun.elapsed() < PATIENCE, "never true: {expression}\nin the page:\n{}\nlog: {:?}", page(), self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses keys, where the focus is; `\u{e00c}` is Escape.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let mut actions = Vec::new();
        for key in keys.chars() {
            actions.push(json!({ "type": "keyDown", "value": key.to_string() }));
            actions.push(json!({ "type": "keyUp", "value": key.to_string() }));
        }
        self.call("POST", "/actions", Some(&json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] })));
    }

    /// What the browser has complained of since it was asked last.
    #[track_caller]
    pub fn log(&self) -> Vec<String> {
        let entries = self.call("POST", "/se/log", Some(&json!({ "type": "browser" })));
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = call(self.port, "DELETE", &format!("/session/{}", self.session), None);
    }
}

/// One request and its answer, whose `value` is given.
fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let wrong = |error: std::io::Error| error.to_string();
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(wrong)?;
    stream.set_read_timeout(Some(PATIENCE * 2)).map_err(wrong)?;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n");
    stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()).map_err(wrong)?;
    let answer = read_reply(&mut stream).text();
    let mut answer: Value = serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
        None => Ok(value),
    }
}
