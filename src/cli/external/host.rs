//! Which addresses may be asked for.
//!
//! In: an address, the handbook's own hosts. Out: whether the network may be used for it.
//!
//! Invariant: an address on this machine or in a private network is asked for only where the config names its host:
//! content that others wrote must not make a build machine knock at its neighbours' doors.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An http address without what follows `#`; `None` for anything else.
pub fn plain(url: &str) -> Option<String> {
    let plain = url.split('#').next().unwrap_or(url).trim();
    authority(plain).map(|_| plain.replace(' ', "%20"))
}

/// The host and the port of an http address, in lower case and without a name or password before them.
pub fn authority(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let whole = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let host = whole.rsplit_once('@').map_or(whole, |(_, host)| host).to_lowercase();
    (!host.is_empty()).then_some(host)
}

/// Whether an address lies where everybody can reach it.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Whether a host's name says by itself that it lies on this machine or in a private network.
pub fn is_private_name(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip| !is_public(ip))
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let reserved = a == 0 || a >= 240 || (a == 192 && b == 0 && ip.octets()[2] == 0);
    !(ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || shared
        || benchmarks
        || reserved)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4() {
        return is_public_v4(v4);
    }
    let first = ip.segments()[0];
    // Addresses that carry an IPv4 address of somebody's network inside.
    let translated = first == 0x0064 || first == 0x2002;
    let documentation = first == 0x2001 && ip.segments()[1] == 0x0db8;
    let local = (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80;
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || local || translated || documentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "224.0.0.1",
        ] {
            assert!(!is_public(private.parse().expect("an address")), "{private}");
        }
        for public in ["93.184.216.34", "8.8.8.8", "2606:4700::1111"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }

    #[test]
    fn a_name_may_say_that_it_is_private() {
        for private in ["localhost", "localhost:80", "x.localhost.", "127.0.0.1:8080", "[::1]:80"] {
            assert!(is_private_name(private), "{private}");
        }
        assert!(!is_private_name("a.example:80"));
    }

    #[test]
    fn the_host_is_what_is_connected_to() {
        assert_eq!(authority("https://User:secret@Host.Example:8080/x").as_deref(), Some("host.example:8080"));
        assert_eq!(authority("http://a.example?x").as_deref(), Some("a.example"));
        assert_eq!(authority("ftp://a.example/"), None);
        assert_eq!(plain("https://a.example/x#part").as_deref(), Some("https://a.example/x"));
        assert_eq!(plain("mailto:a@b.example"), None);
    }
}
