//! `fourfold serve`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::base::diagnostic::render::Sources;
use crate::base::diagnostic::{Code, Counts, Diagnostic, Severity};
use crate::base::text::LineIndex;
use crate::dev::{Dev, Editor, Hosts, Inputs, Options, Said};
use crate::engine::{Reason, Stale};

use super::args::{Common, Flags, Serve};
use super::load::{Changes, Loaded, OnDisk};
use super::report::{DONE, Failure, counted, line, plural, show, show_without_hints};

/// The port that is tried first.
const PORT: u16 = 4444;
/// How many ports are tried.
const TRIES: u16 = 100;

/// Serves the handbook until it is interrupted.
pub fn run(args: &Serve) -> ExitCode {
    let root = args.common.root.clone().unwrap_or_else(|| PathBuf::from("."));
    match serve(args) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => failure.say(&root),
    }
}

fn serve(args: &Serve) -> Result<(), Failure> {
    let bound = bind(args.host.as_deref(), args.port)?;
    let flags = Flags { drafts: !args.no_drafts, ..args.common.flags.clone() };
    let common = Common { flags, ..args.common.clone() };
    let load = || {
        let changes = Changes { base_url: Some(&bound.url), ..Changes::default() };
        Loaded::new(&common, &changes).and_then(inputs)
    };
    let inputs = load()?;
    let root = inputs.project.root.clone();
    let output = inputs.project.default_output.clone();
    let options = Options {
        listeners: bound.listeners,
        hosts: bound.hosts,
        poll: args.poll,
        editor: editor(),
        outputs: vec![staging(&output), output],
    };
    let dev = Dev::start(inputs, options).map_err(|error| Failure::new(format!("The server cannot be started: {error}")))?;
    let stop = dev.stop();
    ctrlc::set_handler(move || stop.stop()).map_err(|error| Failure::new(format!("Ctrl+C cannot be listened for: {error}")))?;
    let mut reload = || load().map_err(|failure| problems_of(&failure));
    let mut say = |said: Said<'_>| match said {
        Said::Ready { problems, .. } => {
            tell(problems, &root, args);
            ready(&bound.url, bound.instead_of, problems);
            if args.open {
                open(&bound.url);
            }
        }
        Said::Turn { stale, gone, problems, fresh, took } => {
            tell(fresh, &root, args);
            turned(stale, gone, problems, took, args);
            if args.explain {
                explain(stale, &root);
            }
        }
        Said::Watch(trouble) => line(&format!("warning: {trouble}")),
    };
    dev.run(&mut reload, &mut say);
    Ok(())
}

fn inputs(loaded: Loaded) -> Result<Inputs, Failure> {
    let warnings = loaded.contrast()?;
    Ok(Inputs { project: loaded.project, settings: loaded.settings, theme: loaded.theme, repository: loaded.repository, warnings })
}

/// The staging folder of a build that may run beside the server.
fn staging(output: &Path) -> PathBuf {
    let name = output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    output.with_file_name(format!(".{name}.fourfold-staging"))
}

/// What keeps the handbook from being used, as problems that the browser can show.
fn problems_of(failure: &Failure) -> Vec<Diagnostic> {
    if failure.problems().is_empty() {
        return vec![Diagnostic::new(Code::Config, Severity::Error, failure.message())];
    }
    failure.problems().to_vec()
}

/// Sockets, and what they are called.
struct Bound {
    listeners: Vec<TcpListener>,
    hosts: Hosts,
    /// `http://localhost:4444/`.
    url: String,
    /// The port that was taken.
    instead_of: Option<u16>,
}

fn bind(host: Option<&str>, port: Option<u16>) -> Result<Bound, Failure> {
    let first = port.unwrap_or(PORT);
    let tries = if port.is_some() { 1 } else { TRIES };
    let mut taken = None;
    for number in (0..tries).filter_map(|step| first.checked_add(step)) {
        match listen(host, number) {
            Ok(listeners) => {
                let number = listeners.first().and_then(|listener| listener.local_addr().ok()).map_or(number, |address| address.port());
                let (hosts, name) = names(host, &listeners);
                let url = format!("http://{name}:{number}/");
                return Ok(Bound { listeners, hosts, url, instead_of: taken });
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => {
                taken.get_or_insert(number);
            }
            Err(error) => {
                let host = host.unwrap_or("this machine");
                return Err(Failure::new(format!(
                    "The server cannot listen on {host}: {error}; leave --host out to serve this machine alone"
                )));
            }
        }
    }
    Err(Failure::new(match port {
        Some(port) => format!("Port {port} is taken; stop what uses it, or leave --port out and the next free one is found"),
        None => format!("Ports {PORT} to {} are all taken; name a free one with --port", PORT + TRIES - 1),
    }))
}

/// Sockets of a port: without a host, those of this machine alone, so that `localhost` leads here whatever it means.
fn listen(host: Option<&str>, port: u16) -> io::Result<Vec<TcpListener>> {
    if let Some(host) = host {
        let addresses: Vec<SocketAddr> = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => (host, port).to_socket_addrs()?.collect(),
        };
        return Ok(vec![TcpListener::bind(&*addresses)?]);
    }
    let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = four.local_addr()?.port();
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(six) => Ok(vec![four, six]),
        // Somebody else would answer there in our place.
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        Err(_) => Ok(vec![four]),
    }
}

/// The names that are answered to, and the one that is shown.
fn names(host: Option<&str>, listeners: &[TcpListener]) -> (Hosts, String) {
    let Some(host) = host else { return (Hosts::default(), "localhost".to_owned()) };
    let bare = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let any_address = listeners.iter().filter_map(|listener| listener.local_addr().ok()).any(|address| address.ip().is_unspecified());
    let shown = match bare.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() => "localhost".to_owned(),
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => bare.clone(),
    };
    (Hosts { named: Some(bare), any_address }, shown)
}

fn ready(url: &str, instead_of: Option<u16>, problems: &[Diagnostic]) {
    let instead = instead_of.map(|port| format!(" (port {port} is taken)")).unwrap_or_default();
    line(&format!("Serving {url}{instead}, {}; stop with Ctrl+C", counted(problems)));
}

fn turned(stale: &[Stale], gone: usize, problems: &[Diagnostic], took: Duration, args: &Serve) {
    if args.common.flags.quiet {
        return;
    }
    let gone = if gone > 0 { format!(", {gone} removed") } else { String::new() };
    let problems = plural(Counts::of(problems).problems(), "problem");
    line(&format!("{} made again{gone}; {problems}; {} ms", plural(stale.len(), "file"), took.as_millis()));
}

/// Says why each file was made again; a sentence is named with its line.
fn explain(stale: &[Stale], root: &Path) {
    for Stale { path, because } in stale {
        let place = match because {
            Reason::Backlink { from, at } => OnDisk(root).bytes(from).map(|bytes| format!(":{}", LineIndex::new(bytes).line_at(*at))),
            _ => None,
        };
        line(&format!("  {path}: {because}{}", place.unwrap_or_default()));
    }
}

fn tell(problems: &[Diagnostic], root: &Path, args: &Serve) {
    if args.common.flags.verbose {
        show(problems, root);
    } else {
        show_without_hints(problems, root);
    }
}

/// What opens a file in the author's editor: an address with `{file}` and `{line}`, or one that the editor is known to have.
fn editor() -> Option<Editor> {
    if let Some(address) = std::env::var("FOURFOLD_EDITOR").ok().filter(|address| address.contains("{file}") && address.contains("://")) {
        return Some(Editor { address });
    }
    let named = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))?;
    let program = named.split_whitespace().next()?;
    let name = Path::new(program).file_stem()?.to_string_lossy().to_ascii_lowercase();
    let address = match name.as_str() {
        "code" => "vscode://file{file}:{line}",
        "code-insiders" => "vscode-insiders://file{file}:{line}",
        "codium" | "vscodium" => "vscodium://file{file}:{line}",
        "cursor" => "cursor://file{file}:{line}",
        "windsurf" => "windsurf://file{file}:{line}",
        "zed" | "zeditor" => "zed://file{file}:{line}",
        "idea" => "idea://open?file={file}&line={line}",
        "subl" => "subl://open?url=file://{file}&line={line}",
        "mate" => "txmt://open?url=file://{file}&line={line}",
        _ => return None,
    };
    Some(Editor { address: address.to_owned() })
}

/// Opens a browser; where none can be opened the address is on the screen.
fn open(url: &str) {
    let opener: (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(opener.0);
    command.args(opener.1).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        // Nobody waits for the browser, but its opener has to be reaped.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(_) => line(&format!("No browser could be opened: go to {url}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over_unless_it_was_asked_for() {
        let held = listen(None, 0).expect("a free port");
        let port = held[0].local_addr().expect("an address").port();
        let Err(failure) = bind(None, Some(port)) else { panic!("the port is taken") };
        assert!(failure.message().contains(&port.to_string()), "{failure:?}");
        let other = bind(None, None).expect("one of a hundred ports is free");
        assert!(other.url.starts_with("http://localhost:44") || other.url.starts_with("http://localhost:45"), "{}", other.url);
    }
}
