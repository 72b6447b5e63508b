//! An installed Chromium, Chrome or Edge: where it is, and how it prints.
//!
//! In: a page of HTML. Out: the bytes of a PDF.
//!
//! The browser gets a profile and a home of its own in a temporary folder, which is gone afterwards. The page lets it run no
//! script, it reaches no network, and is killed when it takes too long or when somebody presses Ctrl+C.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::super::report::Failure;

/// Names a browser that is not found by itself.
const VARIABLE: &str = "FOURFOLD_CHROMIUM";

/// What browsers that print are called.
const NAMES: [&str; 11] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "chrome-headless-shell",
    "microsoft-edge-stable",
    "microsoft-edge",
    "msedge",
    "brave-browser",
    "brave",
];

/// Where they lie when they are on no path.
const PLACES: [&str; 8] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/snap/bin/chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
];

const MISSING: &str = "A PDF is printed by Chromium, Chrome or Edge, and none of them was found.\n  \
    Install one: `apt install chromium` (Debian, Ubuntu), `dnf install chromium` (Fedora), `brew install --cask google-chrome` (macOS);\n  \
    or name its program in FOURFOLD_CHROMIUM. `fourfold export epub` needs no other program.";

/// How long a browser may take that prints next to nothing, and how much longer for each page of the handbook.
const PATIENCE: Duration = Duration::from_secs(120);
const PATIENCE_A_PAGE: Duration = Duration::from_millis(500);

/// Finds a browser.
///
/// # Errors
///
/// There is none, or not where the environment says.
pub(super) fn find() -> Result<PathBuf, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    match std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        Some(named) => find_in(&path, slice::from_ref(&named), slice::from_ref(&named))
            .ok_or_else(|| Failure::new(format!("{VARIABLE} names `{}`, and no program is there", Path::new(&named).display()))),
        None => {
            let names = NAMES.map(|name| OsString::from(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
            find_in(&path, &names, &PLACES.map(OsString::from)).ok_or_else(|| Failure::new(MISSING.to_owned()))
        }
    }
}

fn find_in(path: &OsString, names: &[OsString], places: &[OsString]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
    let on_path = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    on_path.chain(places.iter().map(PathBuf::from)).find(|file| file.is_file())
}

/// Prints a page.
///
/// # Errors
///
/// The browser fails, takes too long, or is interrupted.
pub(super) fn print(browser: &Path, html: &str, pages: usize, going_on: &dyn Fn()) -> Result<Vec<u8>, Failure> {
    let folder = TempDir::with_prefix("fourfold-").map_err(|error| Failure::new(format!("No temporary folder can be made: {error}")))?;
    let result = print_in(folder.path(), browser, html, pages, going_on);
    // The last of the browser's processes may still be at it.
    for _ in 0..20 {
        if fs::remove_dir_all(folder.path()).is_ok() || !folder.path().exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    result
}

fn print_in(folder: &Path, browser: &Path, html: &str, pages: usize, going_on: &dyn Fn()) -> Result<Vec<u8>, Failure> {
    let (page, pdf) = (folder.join("book.html"), folder.join("book.pdf"));
    fs::write(&page, html)?;
    let child = command(browser, folder, &page, &pdf)
        .spawn()
        .map_err(|error| Failure::new(format!("{} cannot be started: {error}", browser.display())))?;
    let limit = PATIENCE + PATIENCE_A_PAGE * u32::try_from(pages).unwrap_or(u32::MAX);
    wait(child, limit, going_on).map_err(|why| Failure::new(format!("{} {why}", browser.display())))?;
    fs::read(&pdf).map_err(|_| Failure::new(format!("{} has printed nothing: {}", browser.display(), last_words(folder))))
}

fn command(browser: &Path, folder: &Path, page: &Path, pdf: &Path) -> Command {
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-sync",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-quic",
        "--disable-breakpad",
        // No address leads anywhere, not even to this machine. Scripts are forbidden by the page: the browser prints with one of its own.
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        "--lang=en",
    ]);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // Its sandbox cannot work for the superuser, as whom containers run.
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        command.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("XDG_CACHE_HOME", folder).env("TZ", "UTC");
        command.process_group(0);
    }
    command.arg(option("--user-data-dir=", &folder.join("profile"))).arg(option("--print-to-pdf=", pdf)).arg(page);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(fs::File::create(folder.join("said")).map_or_else(|_| Stdio::null(), Stdio::from));
    command
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// Waits for the browser, but not for ever.
fn wait(mut child: Child, limit: Duration, going_on: &dyn Fn()) -> Result<(), String> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&interrupted);
    // Where there is a handler already, Ctrl+C ends this process, and the browser ends when it has printed.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return Ok(()),
            Ok(None) if interrupted.load(Ordering::Relaxed) => {
                kill(&mut child);
                return Err("was interrupted".to_owned());
            }
            Ok(None) if begun.elapsed() > limit => {
                kill(&mut child);
                return Err(format!("was stopped, because it took longer than {} s", limit.as_secs()));
            }
            Ok(None) => {}
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
        going_on();
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Ends the browser with all of its processes.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    let _ = rustix::process::kill_process_group(rustix::process::Pid::from_child(child), rustix::process::Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
}

/// The last lines of what the browser said.
fn last_words(folder: &Path) -> String {
    let mut said = String::new();
    let read = fs::File::open(folder.join("said")).and_then(|file| file.take(64 * 1024).read_to_string(&mut said));
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match read {
        Ok(_) if !lines.is_empty() => lines[lines.len().saturating_sub(3)..].join(" / "),
        _ => "it gave no reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_found_on_the_path_before_the_usual_places() {
        let folder = TempDir::new().expect("a temporary folder");
        let browser = folder.path().join("chrome");
        fs::write(&browser, "").expect("it can be written");
        let path = std::env::join_paths([Path::new("relative"), folder.path()]).expect("no colon in it");
        let names = ["chromium".into(), "chrome".into()];
        assert_eq!(find_in(&path, &names, &["/nowhere".into()]), Some(browser.clone()));
        assert_eq!(find_in(&OsString::new(), &names, &["/nowhere".into()]), None);
        assert_eq!(find_in(&OsString::new(), &names, &[browser.clone().into()]), Some(browser));
    }
}
