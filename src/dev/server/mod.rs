//! The server: connections in, answers out.
//!
//! In: listeners, the hosts that we go by, and somebody who knows the answers. Out: HTTP/1.1 over plain sockets, a thread a
//! connection. A development server answers one person's browser, so there is no need for more; and because every byte of
//! every answer is ours, refusals are as guarded as pages are.
//!
//! Invariant: nothing of a request becomes a path on the disk: the site is asked by address and answers from memory.
//! Invariant: a connection that sends half a request, reads nothing, or does nothing is closed; their number is limited.

mod answer;
mod events;
mod policy;
mod request;

pub use answer::{Answer, HTML, JSON, Leave, Status, media_type};
pub use events::Events;
pub use policy::Hosts;
pub use request::{Method, Request};

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use request::Progress;

/// How long a request's head may take from its first byte on.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long a connection may be silent between requests.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// How long a browser may take to read an answer.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// How many connections there are at a time.
const CONNECTIONS: usize = 1_000;
/// How much stack a connection has: it holds one head and calls a renderer.
const STACK: usize = 2 * 1024 * 1024;
/// Below this address lies what is not part of the site; no page and no file can have it.
pub const INTERNAL: &str = "/.fourfold/";
/// Where pages listen.
const EVENTS: &str = "/.fourfold/events";

/// Somebody who knows the answers.
pub trait Answers: Send + Sync + 'static {
    /// Answers a request that may be answered.
    fn answer(&self, request: &Request) -> Answer;
}

struct Server<A> {
    hosts: Hosts,
    events: Arc<Events>,
    answers: Arc<A>,
    open: AtomicUsize,
}

/// Serves on these listeners, on threads of its own, until the process ends.
pub fn serve<A: Answers>(listeners: Vec<TcpListener>, hosts: Hosts, events: Arc<Events>, answers: Arc<A>) -> io::Result<()> {
    let server = Arc::new(Server { hosts, events, answers, open: AtomicUsize::new(0) });
    for listener in listeners {
        let server = Arc::clone(&server);
        thread::Builder::new().name("listen".into()).spawn(move || server.listen(&listener))?;
    }
    Ok(())
}

impl<A: Answers> Server<A> {
    fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                // Out of file handles, most likely: some will be free soon.
                thread::sleep(Duration::from_millis(20));
                continue;
            };
            let server = Arc::clone(self);
            let open = self.open.fetch_add(1, Ordering::Relaxed);
            let serve = move || {
                if open < CONNECTIONS {
                    // A connection that breaks concerns nobody else.
                    let _ = server.converse(&stream);
                } else {
                    let _ = refuse(&stream, Status::Busy);
                }
                server.open.fetch_sub(1, Ordering::Relaxed);
            };
            if open >= CONNECTIONS + 100 || thread::Builder::new().stack_size(STACK).spawn(serve).is_err() {
                self.open.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    /// Answers requests until one side has had enough.
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_TIME))?;
        let mut pending = Vec::new();
        loop {
            let head = match read_head(stream, &mut pending)? {
                Head::Whole(head) => head,
                Head::Refused(status) => return refuse(stream, status),
                Head::Gone => return Ok(()),
            };
            let request = match request::parse(&head) {
                Ok(request) => request,
                Err(status) => return refuse(stream, status),
            };
            let is_internal = request.path.starts_with(INTERNAL);
            if let Err(status) = policy::check(&request, &self.hosts, is_internal) {
                return refuse(stream, status);
            }
            if request.path == EVENTS {
                return self.stream(stream, request.method);
            }
            let answer = self.answers.answer(&request);
            send(stream, &answer, request.method, request.keep_alive)?;
            if !request.keep_alive {
                return close(stream);
            }
        }
    }

    fn stream(&self, mut stream: &TcpStream, method: Method) -> io::Result<()> {
        stream.write_all(answer::stream_head().as_bytes())?;
        match method {
            Method::Get => self.events.stream(&mut stream),
            Method::Head => close(stream),
        }
    }
}

/// What came of reading a head.
enum Head {
    Whole(Vec<u8>),
    Refused(Status),
    Gone,
}

/// Reads one head; what comes behind it stays in `pending`.
fn read_head(mut stream: &TcpStream, pending: &mut Vec<u8>) -> io::Result<Head> {
    let (mut seen, mut begun) = (0, (!pending.is_empty()).then(Instant::now));
    loop {
        match request::progress(pending, seen) {
            Progress::Whole(length) => {
                let rest = pending.split_off(length);
                return Ok(Head::Whole(std::mem::replace(pending, rest)));
            }
            Progress::Refused(status) => return Ok(Head::Refused(status)),
            Progress::Partial => seen = pending.len(),
        }
        let left = match begun {
            Some(begun) => HEAD_TIME.saturating_sub(begun.elapsed()),
            None => IDLE_TIME,
        };
        if left.is_zero() {
            return Ok(Head::Gone);
        }
        stream.set_read_timeout(Some(left))?;
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(Head::Gone),
            Ok(count) => pending.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => return Ok(Head::Gone),
            Err(error) => return Err(error),
        }
        begun.get_or_insert_with(Instant::now);
    }
}

fn send(mut stream: &TcpStream, answer: &Answer, method: Method, keep_alive: bool) -> io::Result<()> {
    let mut out = answer.head(keep_alive).into_bytes();
    if method == Method::Get {
        out.extend_from_slice(&answer.body);
    }
    let begun = Instant::now();
    for chunk in out.chunks(64 * 1024) {
        // A reader who takes a byte now and then does not hold a thread for ever.
        if begun.elapsed() > WRITE_TIME {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.write_all(chunk)?;
    }
    stream.flush()
}

fn refuse(stream: &TcpStream, status: Status) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE_TIME))?;
    send(stream, &Answer::refusal(status), Method::Get, false)?;
    close(stream)
}

/// Ends a connection so that the answer arrives: bytes that were never read would take it back.
fn close(mut stream: &TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let (begun, mut chunk) = (Instant::now(), [0; 4096]);
    while begun.elapsed() < Duration::from_secs(2) && stream.read(&mut chunk)? > 0 {}
    Ok(())
}
