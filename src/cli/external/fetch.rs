//! Asks hosts for addresses.
//!
//! In: addresses, the handbook's own hosts. Out: a verdict for each.
//!
//! Invariant: a host is asked by one thread at a time, with a pause between two questions; few threads run.
//! Invariant: redirects are followed here, a step at a time, so that each step is judged like the first address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use ureq::http::{Response, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error};

use super::Verdict;
use super::host::{authority, is_private_name, is_public};

const THREADS: usize = 6;
/// Between two questions to one host.
const PAUSE: Duration = Duration::from_millis(100);
/// For one answer, its redirects aside.
const LIMIT: Duration = Duration::from_secs(15);
/// How often a host that is busy is asked again.
const RETRIES: u32 = 2;
/// The longest that a host may ask us to wait.
const PATIENCE: u64 = 10;
const REDIRECTS: usize = 10;
const PRIVATE: &str = "its host lies in a private network";

/// Asks for all addresses; the answer has the order of the hosts.
pub fn all<'a>(addresses: &[&'a str], own_hosts: &[String]) -> Vec<(&'a str, Verdict)> {
    let mut hosts: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for address in addresses {
        hosts.entry(authority(address).unwrap_or_default()).or_default().push(address);
    }
    let queue = Mutex::new(hosts.into_values().collect::<Vec<_>>());
    let agent = agent(own_hosts);
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().ok().and_then(|mut queue| queue.pop());
            let Some(host) = next else { return done };
            done.extend(of_host(&agent, own_hosts, &host));
        }
    };
    let mut asked: Vec<(&str, Asked)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS.min(addresses.len())).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    asked.sort_by_key(|(address, _)| *address);
    // Names that nobody knows are gone only where other names are known: else this machine has no network.
    let online = asked.iter().any(|(_, asked)| matches!(asked, Asked::Verdict(Verdict::Fine | Verdict::Broken(_))));
    asked.into_iter().map(|(address, asked)| (address, asked.settle(online))).collect()
}

/// An answer that may have to wait for the others.
enum Asked {
    Verdict(Verdict),
    NoSuchHost,
}

impl Asked {
    fn settle(self, online: bool) -> Verdict {
        match self {
            Self::Verdict(verdict) => verdict,
            Self::NoSuchHost if online => Verdict::Broken("there is no such host".into()),
            Self::NoSuchHost => Verdict::Unknown("no host could be found, so there may be no network".into()),
        }
    }
}

/// Asks one host for all of its addresses; one that has had enough is left alone.
fn of_host<'a>(agent: &Agent, own_hosts: &[String], addresses: &[&'a str]) -> Vec<(&'a str, Asked)> {
    let mut done = Vec::new();
    let mut enough: Option<Verdict> = None;
    for (at, address) in addresses.iter().enumerate() {
        if let Some(verdict) = &enough {
            done.push((*address, Asked::Verdict(verdict.clone())));
            continue;
        }
        if at > 0 {
            std::thread::sleep(PAUSE);
        }
        let asked = one(agent, own_hosts, address);
        if let Asked::Verdict(Verdict::Unknown(why)) = &asked
            && why.starts_with("429")
        {
            enough = Some(Verdict::Unknown(why.clone()));
        }
        done.push((*address, asked));
    }
    done
}

/// How an address is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Head,
    Get,
}

fn one(agent: &Agent, own_hosts: &[String], address: &str) -> Asked {
    let mut at = address.to_owned();
    for _ in 0..=REDIRECTS {
        // A proxy finds hosts for us, so names are looked at here as well as addresses where they are found.
        if authority(&at).is_none_or(|host| !own_hosts.contains(&host) && is_private_name(&host)) {
            return Asked::Verdict(Verdict::Skipped(PRIVATE.into()));
        }
        match step(agent, &at) {
            Step::Done(asked) => return asked,
            Step::Elsewhere(next) => at = next,
        }
    }
    Asked::Verdict(Verdict::Broken(format!("it redirects more than {REDIRECTS} times")))
}

enum Step {
    Done(Asked),
    Elsewhere(String),
}

/// Asks for one address without following it.
fn step(agent: &Agent, address: &str) -> Step {
    let mut method = Method::Head;
    let mut retries = 0;
    let verdict = |verdict| Step::Done(Asked::Verdict(verdict));
    loop {
        let answer = match method {
            Method::Head => agent.head(address).call(),
            Method::Get => agent.get(address).call(),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(error, Error::Timeout(_)) && retries < 1 {
                    retries += 1;
                    continue;
                }
                return Step::Done(of_error(&error));
            }
        };
        let status = answer.status();
        match status.as_u16() {
            200..=299 => return verdict(Verdict::Fine),
            300..=399 => {
                let Some(next) = answer.headers().get("location").and_then(|value| value.to_str().ok()) else {
                    return verdict(Verdict::Fine);
                };
                return match follow(address, next) {
                    Some(next) => Step::Elsewhere(next),
                    None => verdict(Verdict::Unknown(format!("it redirects to `{next}`, which is no web address"))),
                };
            }
            // A host that does not answer a question about the page may still give the page.
            400..=499 if method == Method::Head && status.as_u16() != 429 => method = Method::Get,
            404 | 410 => return verdict(Verdict::Broken(said(&answer))),
            429 | 500..=599 if retries < RETRIES => {
                let Some(wait) = wait(&answer, retries) else { return verdict(Verdict::Unknown(said(&answer))) };
                std::thread::sleep(wait);
                retries += 1;
            }
            // Pages behind a door are there, and what else a host may say is not about the page.
            _ => return verdict(Verdict::Unknown(said(&answer))),
        }
    }
}

fn of_error(error: &Error) -> Asked {
    let private = |error: &std::io::Error| error.get_ref().is_some_and(|inner| inner.is::<Private>());
    match error {
        Error::HostNotFound => Asked::NoSuchHost,
        Error::Io(error) if private(error) => Asked::Verdict(Verdict::Skipped(PRIVATE.into())),
        Error::BadUri(_) | Error::Http(_) => Asked::Verdict(Verdict::Broken("it is no address that can be asked for".into())),
        error => Asked::Verdict(Verdict::Unknown(error.to_string())),
    }
}

/// `404 Not Found`.
fn said(answer: &Response<Body>) -> String {
    let status = answer.status();
    status.canonical_reason().map_or_else(|| status.as_u16().to_string(), |reason| format!("{} {reason}", status.as_u16()))
}

/// How long to wait before asking again; `None` where the host wants more patience than we have.
fn wait(answer: &Response<Body>, retries: u32) -> Option<Duration> {
    let asked = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    match asked {
        // A day instead of a number of seconds is not worth waiting for.
        Some(asked) => asked.trim().parse::<u64>().ok().filter(|seconds| *seconds <= PATIENCE).map(Duration::from_secs),
        None => Some(Duration::from_millis(500) * 2u32.pow(retries)),
    }
}

/// Where a redirect leads; `None` where that is no web address.
fn follow(from: &str, to: &str) -> Option<String> {
    let to = to.split('#').next().unwrap_or(to).trim();
    let (scheme, rest) = from.split_once("://")?;
    let host = rest.split(['/', '?']).next().unwrap_or(rest);
    let next = if to.contains("://") || to.split(['/', '?']).next().is_some_and(|head| head.contains(':')) {
        to.to_owned()
    } else if let Some(rest) = to.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if to.starts_with('/') {
        format!("{scheme}://{host}{to}")
    } else {
        let path = rest.split('?').next().unwrap_or(rest);
        let folder = path.rsplit_once('/').map_or(host, |(folder, _)| folder);
        format!("{scheme}://{folder}/{to}")
    };
    authority(&next).map(|_| next)
}

fn agent(own_hosts: &[String]) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(LIMIT))
        .user_agent(concat!("fourfold/", env!("CARGO_PKG_VERSION"), " (link check)"))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Careful { own_hosts: own_hosts.to_vec(), inner: DefaultResolver::default() })
}

/// Finds hosts as ever, but no private ones that are not the handbook's own.
#[derive(Debug)]
struct Careful {
    own_hosts: Vec<String>,
    inner: DefaultResolver,
}

/// The mark of a host in a private network.
#[derive(Debug)]
struct Private;

impl std::fmt::Display for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a private network")
    }
}

impl std::error::Error for Private {}

impl Resolver for Careful {
    fn resolve(&self, uri: &Uri, config: &ureq::config::Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Io(_) => Error::HostNotFound,
            error => error,
        })?;
        let own = authority(&uri.to_string()).is_some_and(|host| self.own_hosts.contains(&host));
        // The proxy that the machine's owner has set may lie in the owner's own network.
        let own = own
            || config
                .proxy()
                .is_some_and(|proxy| uri.host() == Some(proxy.host()) && uri.port_u16().is_none_or(|port| port == proxy.port()));
        let mut kept = self.empty();
        for address in found.iter().filter(|address: &&SocketAddr| own || is_public(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() { Err(Error::Io(std::io::Error::other(Private))) } else { Ok(kept) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_to_a_web_address_or_nowhere() {
        let from = "https://a.example/x/y?q=1";
        for (to, want) in [
            ("/z", Some("https://a.example/z")),
            ("z", Some("https://a.example/x/z")),
            ("//b.example/z", Some("https://b.example/z")),
            ("http://b.example/#part", Some("http://b.example/")),
            ("file:///etc/passwd", None),
            ("ftp://b.example/", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(follow(from, to).as_deref(), want, "{to}");
        }
    }
}
