//! `fourfold serve` as a running program, and a client that sends it bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// A server on a free port; it ends with the value.
pub struct Serving {
    child: Child,
    pub port: u16,
    said: Arc<Mutex<String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Serving {
    /// Serves a folder on a free port; a space separates arguments.
    pub fn start(root: &Path, args: &str) -> Self {
        Self::run(root, &format!("{args} --port 0"))
    }

    /// Serves a folder on the port that the program chooses.
    pub fn start_on_its_port(root: &Path) -> Self {
        Self::run(root, "")
    }

    fn run(root: &Path, args: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourfold"));
        for name in ["SOURCE_DATE_EPOCH", "VISUAL", "EDITOR", "FOURFOLD_EDITOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.current_dir(root).arg("serve").args(args.split_whitespace());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        let (stderr, heard) = (child.stderr.take().expect("a pipe"), Arc::clone(&said));
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut heard = heard.lock().expect("nobody panics");
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        let mut serving = Self { child, port: 0, said };
        let ready = serving.hears("Serving http://");
        let port = ready.split("Serving http://").nth(1).and_then(|rest| rest.split('/').next()?.rsplit(':').next()?.parse().ok());
        serving.port = port.unwrap_or_else(|| panic!("no address in:\n{ready}"));
        serving
    }

    /// Where it is served.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    /// Everything that was said so far.
    pub fn said(&self) -> String {
        self.said.lock().expect("nobody panics").clone()
    }

    /// Waits until something was said; gives all that was.
    #[track_caller]
    pub fn hears(&self, words: &str) -> String {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let said = self.said();
            if said.contains(words) {
                return said;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("it does not say {words:?}, but:\n{}", self.said());
    }

    /// A new connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream
    }

    /// Sends bytes and reads the answer.
    pub fn send(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        stream.write_all(bytes).expect("it reads");
        read_reply(&mut stream)
    }

    /// Asks for an address with more headers, each `Name: value`.
    pub fn get_with(&self, address: &str, headers: &[&str]) -> Reply {
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        self.send(format!("GET {address} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}Connection: close\r\n\r\n", self.port).as_bytes())
    }

    /// Asks for an address.
    pub fn get(&self, address: &str) -> Reply {
        self.get_with(address, &[])
    }

    /// Asks until the answer is as wanted.
    #[track_caller]
    pub fn get_until(&self, address: &str, is_wanted: impl Fn(&Reply) -> bool) -> Reply {
        let begun = Instant::now();
        loop {
            let reply = self.get(address);
            if is_wanted(&reply) {
                return reply;
            }
            assert!(begun.elapsed() < PATIENCE, "{address} stays\n{}\n{}\n{}", reply.head, reply.text(), self.said());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The memory that it holds, in KB.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Interrupts it as Ctrl+C does; gives its exit code.
    #[cfg(unix)]
    pub fn interrupt(mut self) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::INT).expect("it runs");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The bytes of the site, without what is added for the browser.
    pub fn artifact(&self) -> Vec<u8> {
        let text = self.text();
        let Some(at) = text.find("<script type=\"module\" src=\"/.fourfold/dev.js\"") else { return self.body.clone() };
        let end = at + text[at..].find("</script>\n").expect("the script has an end") + "</script>\n".len();
        format!("{}{}", &text[..at], &text[end..]).into_bytes()
    }
}

/// Reads one answer, to the end of its body or of the connection; status 0 where there is none.
pub fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut reply = Reply { status: 0, head, body: bytes[end + 4..].to_vec() };
            reply.status = reply.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
            let length: usize = reply.header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if reply.body.len() >= length {
                return reply;
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return Reply { status: 0, head: String::from_utf8_lossy(&bytes).into_owned(), body: Vec::new() },
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
