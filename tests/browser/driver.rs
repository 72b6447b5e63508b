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

/// A few frames of a screen.
const FRAMES: Duration = Duration::from_millis(50);

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

/// Written into every page before its own scripts: notes what its policy forbids, what fails, and what moves by itself.
const WATCH: &str = "
    window.watched = { violations: [], errors: [], shift: 0, moved: [] };
    document.addEventListener('securitypolicyviolation', (event) =>
        watched.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
    // A picture that is left out stands there without a source, and shows its description.
    addEventListener('error', (event) => event.target?.src === 'data:,' || watched.errors.push(`${event.message ?? event.target?.outerHTML}`), true);
    addEventListener('unhandledrejection', (event) => watched.errors.push(String(event.reason)));
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries().filter((entry) => !entry.hadRecentInput)) {
            watched.shift += entry.value;
            watched.moved.push(...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.textContent));
        }
    }).observe({ type: 'layout-shift', buffered: true });
";

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

    /// A browser with an empty profile, in which every page is watched.
    pub fn browser(&self) -> Result<Browser, String> {
        let profile = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut switches: Vec<String> = SWITCHES.map(str::to_owned).to_vec();
        switches.push(format!("--user-data-dir={}", profile.path().display()));
        let options = json!({ "args": switches, "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false } });
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": logs, "timeouts": { "script": 300_000 } });
        let made = call(self.port, "POST", "/session", Some(&json!({ "capabilities": { "alwaysMatch": wanted } })))?;
        let session = made["sessionId"].as_str().ok_or_else(|| format!("no session: {made}"))?.to_owned();
        let browser = Browser { port: self.port, session, _profile: profile };
        browser.tell("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }));
        Ok(browser)
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

    /// Asks the browser itself, by the protocol of its developer tools.
    #[track_caller]
    pub fn tell(&self, command: &str, parameters: &Value) -> Value {
        self.call("POST", "/goog/cdp/execute", Some(&json!({ "cmd": command, "params": parameters })))
    }

    /// Gives the page a window of so many pixels; below 600 it is a phone's.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.tell("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Answers queries of media as a reader's device would: `prefers-color-scheme: dark`.
    #[track_caller]
    pub fn prefer(&self, features: &[(&str, &str)]) {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.tell("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Runs the pages that are opened from now on with or without their scripts.
    #[track_caller]
    pub fn run_scripts(&self, runs: bool) {
        self.tell("Emulation.setScriptExecutionDisabled", &json!({ "value": !runs }));
    }

    /// Does what hands do: actions of WebDriver.
    #[track_caller]
    pub fn act(&self, actions: &Value) {
        self.call("POST", "/actions", Some(&json!({ "actions": actions })));
    }

    /// Puts the pointer of a mouse on a point of the window.
    #[track_caller]
    pub fn point(&self, x: f64, y: f64) {
        let moves = json!([{ "type": "pointerMove", "duration": 0, "x": x as i64, "y": y as i64 }]);
        self.act(&json!([{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": moves }]));
    }

    /// Puts the pointer of a mouse on an element.
    #[track_caller]
    pub fn hover(&self, element: &str) {
        let (x, y) = self.middle(element);
        self.point(x, y);
    }

    /// Presses the button of the mouse on an element.
    #[track_caller]
    pub fn click(&self, element: &str) {
        self.press_on(element, "mouse");
    }

    /// Taps on an element with a finger.
    #[track_caller]
    pub fn tap(&self, element: &str) {
        self.press_on(element, "touch");
    }

    #[track_caller]
    fn press_on(&self, element: &str, pointer: &str) {
        let (x, y) = self.middle(element);
        let moves = json!([
            { "type": "pointerMove", "duration": 0, "x": x as i64, "y": y as i64 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        self.act(&json!([{ "type": "pointer", "id": pointer, "parameters": { "pointerType": pointer }, "actions": moves }]));
    }

    /// The middle of an element, which is scrolled into sight; the page has heard of that when this returns.
    #[track_caller]
    fn middle(&self, element: &str) -> (f64, f64) {
        self.run(&format!("{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }});"));
        // A page without scripts has no frames to wait for.
        thread::sleep(FRAMES);
        let place =
            self.run(&format!("const box = ({element}).getClientRects()[0]; return [box.x + box.width / 2, box.y + box.height / 2];"));
        (place[0].as_f64().unwrap_or_default(), place[1].as_f64().unwrap_or_default())
    }

    /// What the page has done that no page may: something its policy forbids, or an error.
    #[track_caller]
    pub fn misdeeds(&self) -> Vec<String> {
        let noted = self.value("[...(window.watched?.violations ?? []), ...(window.watched?.errors ?? [])]");
        let noted = noted.as_array().cloned().unwrap_or_default();
        let bad = |line: &String| ["Content Security", "Trusted", "Uncaught", "blocked"].iter().any(|word| line.contains(word));
        noted.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).chain(self.log().into_iter().filter(bad)).collect()
    }

    /// The addresses that were asked for since somebody wanted to know, whoever answered.
    #[track_caller]
    pub fn requests(&self) -> Vec<String> {
        let events = self.entries("performance");
        let events = events.iter().filter_map(|entry| serde_json::from_str::<Value>(entry).ok());
        let sent = events.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["message"]["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }

    /// A picture of the window, as PNG.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        let answer = self.call("GET", "/screenshot", None);
        base64(answer.as_str().unwrap_or_default())
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
        self.entries("browser")
    }

    #[track_caller]
    fn entries(&self, log: &str) -> Vec<String> {
        let entries = self.call("POST", "/se/log", Some(&json!({ "type": log })));
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
    stream.set_read_timeout(Some(PATIENCE * 10)).map_err(wrong)?;
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

/// The bytes that Base64 stands for.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text.chars().filter_map(|c| DIGITS.find(c)).map(|digit| digit as u32).collect();
    let four = |four: &[u32]| {
        let sum = four.iter().fold(0, |sum, digit| sum << 6 | digit) << (6 * (4 - four.len()));
        sum.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(four).collect()
}
