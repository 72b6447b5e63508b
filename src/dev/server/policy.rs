//! Who may ask: which hosts are ours, and what other sites' pages get, which is nothing.
//!
//! In: a sound request. Out: nothing where it may be answered, the refusal where it may not.
//!
//! A page of a stranger can make a browser on this machine send requests here. Three things betray it: a name for this
//! machine that we do not go by (`Host`), another page's address (`Origin`), and what the browser itself says of where a
//! request comes from (`Sec-Fetch-Site`). A person who follows a link from elsewhere to a page of ours is welcome.
//!
//! Invariant: a browser that tells where a request comes from gets an answer only for our own pages and for people.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::answer::Status;
use super::request::Request;

/// Which names of this machine are answered to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hosts {
    /// What was asked for with `--host`, lower case.
    pub named: Option<String>,
    /// Whether every address of this machine is listened on, so that any of them may be typed.
    pub any_address: bool,
}

/// Refuses what strangers ask.
pub(super) fn check(request: &Request, hosts: &Hosts, is_internal: bool) -> Result<(), Status> {
    let host = host_name(&request.host).ok_or(Status::BadRequest)?;
    if !hosts.knows(&host) {
        return Err(Status::Forbidden);
    }
    let own = |origin: &str| origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(&request.host));
    if request.origin.as_deref().is_some_and(|origin| !own(origin)) {
        return Err(Status::Forbidden);
    }
    let is_ours = matches!(request.fetch_site.as_deref(), None | Some("same-origin" | "none"));
    let is_visit = request.fetch_mode.as_deref() == Some("navigate") && request.fetch_dest.as_deref() == Some("document");
    if is_ours || (is_visit && !is_internal) { Ok(()) } else { Err(Status::Forbidden) }
}

impl Hosts {
    /// Whether a name, in lower case and without a port, is ours.
    fn knows(&self, name: &Name) -> bool {
        match name {
            Name::Word(word) => word == "localhost" || word.ends_with(".localhost") || self.named.as_ref() == Some(word),
            Name::Address(address) => {
                // An address cannot be made to lead elsewhere, as a name can.
                let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].contains(address);
                let named = || self.named.as_ref().is_some_and(|named| named.parse() == Ok(*address));
                loopback || self.any_address || named()
            }
        }
    }
}

/// A host without its port.
#[derive(PartialEq, Eq, Debug)]
enum Name {
    Word(String),
    Address(IpAddr),
}

/// Reads the value of `Host`; `None` where it is no host.
fn host_name(host: &str) -> Option<Name> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let port_is_sound = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    if !port_is_sound {
        return None;
    }
    if host.starts_with('[') {
        return name.parse().ok().map(|address: Ipv6Addr| Name::Address(address.into()));
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Some(Name::Address(address.into()));
    }
    let sound = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    sound.then(|| Name::Word(name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::super::request::Method;
    use super::*;

    fn asked(host: &str) -> Request {
        Request {
            method: Method::Get,
            path: "/".into(),
            query: None,
            host: host.into(),
            origin: None,
            if_none_match: None,
            fetch_site: None,
            fetch_mode: None,
            fetch_dest: None,
            keep_alive: true,
        }
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let hosts = Hosts::default();
        for good in ["localhost", "LOCALHOST:4444", "app.localhost:1", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:4444"] {
            assert_eq!(check(&asked(good), &hosts, false), Ok(()), "{good}");
        }
        for evil in ["evil.example", "localhost.evil.example", "xlocalhost", "192.168.0.1", "[::2]", "127.0.0.2", "localhost."] {
            assert_eq!(check(&asked(evil), &hosts, false), Err(Status::Forbidden), "{evil}");
        }
        for broken in ["", ":80", "a b", "user@localhost", "[::1", "localhost:", "localhost:99999", "localhost:80:80", "[]"] {
            assert_eq!(check(&asked(broken), &hosts, false), Err(Status::BadRequest), "{broken}");
        }
    }

    #[test]
    fn a_host_that_was_asked_for_is_ours_too() {
        let named = Hosts { named: Some("mybox.lan".into()), any_address: false };
        assert_eq!(check(&asked("MyBox.lan:4444"), &named, false), Ok(()));
        assert_eq!(check(&asked("192.168.0.7"), &named, false), Err(Status::Forbidden));
        let any = Hosts { named: Some("0.0.0.0".into()), any_address: true };
        assert_eq!(check(&asked("192.168.0.7:4444"), &any, false), Ok(()));
        assert_eq!(check(&asked("evil.example"), &any, false), Err(Status::Forbidden));
    }

    #[test]
    fn a_page_of_a_stranger_gets_nothing_and_a_visitor_gets_the_page() {
        let with = |site: &str, mode: &str, dest: &str| Request {
            fetch_site: Some(site.into()),
            fetch_mode: Some(mode.into()),
            fetch_dest: Some(dest.into()),
            ..asked("localhost:4444")
        };
        let hosts = Hosts::default();
        let allowed = |request: &Request, internal| check(request, &hosts, internal).is_ok();
        assert!(allowed(&with("same-origin", "cors", "empty"), true));
        assert!(allowed(&with("none", "navigate", "document"), false));
        assert!(allowed(&with("cross-site", "navigate", "document"), false));
        assert!(!allowed(&with("cross-site", "navigate", "document"), true));
        for dest in ["script", "image", "empty", "style", "iframe", "object"] {
            for site in ["cross-site", "same-site", "sideways"] {
                assert!(!allowed(&with(site, "no-cors", dest), false), "{site} {dest}");
                assert!(!allowed(&with(site, "navigate", "iframe"), false), "{site} {dest}");
            }
        }
    }

    #[test]
    fn an_origin_has_to_be_this_very_one() {
        let from = |origin: &str| Request { origin: Some(origin.into()), ..asked("localhost:4444") };
        assert_eq!(check(&from("http://localhost:4444"), &Hosts::default(), true), Ok(()));
        for foreign in ["http://evil.example", "null", "", "http://localhost:4445", "https://localhost:4444", "http://localhost"] {
            assert_eq!(check(&from(foreign), &Hosts::default(), true), Err(Status::Forbidden), "{foreign}");
        }
    }
}
