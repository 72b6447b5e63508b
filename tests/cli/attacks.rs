//! What a stranger may send to `fourfold serve`, and what comes back. Raw bytes on sockets, one line a case.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::Folder;
use crate::support::serving::{Reply, Serving, read_reply};

const GUARDS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
];

fn serve() -> (Folder, Serving) {
    let folder = Folder::sound();
    folder.write(".git/config", "[core]\n");
    folder.write("secret.md", "# Nobody's business\n");
    let _ = folder.run("build").exits(0);
    let serving = Serving::start(&folder.root, "");
    (folder, serving)
}

/// Every answer keeps strangers out of everything else.
#[track_caller]
fn is_guarded(reply: &Reply) {
    for (name, value) in GUARDS {
        assert_eq!(reply.header(name), Some(value), "{}", reply.head);
    }
    let policy = reply.header("Content-Security-Policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{}", reply.head);
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!reply.head.to_ascii_lowercase().contains("access-control"), "{}", reply.head);
}

#[test]
fn targets() {
    let (_folder, serving) = serve();
    let table = [
        ("/", 200),
        ("/vision/direction/", 200),
        ("/vision/direction", 301),
        ("/vision/road.png", 200),
        ("/nothing/", 404),
        // Out of the site, in every disguise.
        ("/../secret.md", 400),
        ("/vision/../../secret.md", 400),
        ("/%2e%2e/secret.md", 400),
        ("/.%2e/secret.md", 400),
        ("/%252e%252e/secret.md", 404),
        ("/..\\secret.md", 400),
        ("/..%5csecret.md", 400),
        ("/vision%2f..%2fsecret.md", 400),
        ("//etc/passwd", 404),
        ("/etc/passwd", 404),
        ("/file:///etc/passwd", 404),
        // What is no address.
        ("/%00", 400),
        ("/vision/direction/%00.html", 400),
        ("/%zz", 400),
        ("/%f", 400),
        ("/%ff", 400),
        ("/%0d%0aSet-Cookie:x", 400),
        ("*", 400),
        ("http://localhost/", 400),
        ("http://evil.example/", 400),
        ("vision/", 400),
        // What lies beside the site.
        ("/.git/config", 404),
        ("/.fourfold/manifest", 404),
        ("/.fourfold/", 404),
        ("/handbook.toml", 404),
        ("/content/vision/direction.md", 404),
        ("/vision/direction.md", 404),
        ("/secret.md", 404),
        ("/public/index.html", 404),
    ];
    for (target, status) in table {
        let reply = serving.get(target);
        assert_eq!(reply.status, status, "{target}\n{}", reply.head);
        assert!(!reply.text().contains("Nobody's business") && !reply.text().contains("[core]"), "{target}");
        is_guarded(&reply);
    }
    let raw = [&b"GET /\xC3\x28 HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], b"GET /\xFF HTTP/1.1\r\nHost: localhost\r\n\r\n"];
    for bytes in raw {
        assert_eq!(serving.send(bytes).status, 400);
    }
}

#[test]
fn hosts() {
    let (_folder, serving) = serve();
    let table = [
        ("Host: localhost\r\n", 200),
        ("Host: localhost:4444\r\n", 200),
        ("Host: 127.0.0.1:1\r\n", 200),
        ("Host: [::1]\r\n", 200),
        ("Host: [::1]:4444\r\n", 200),
        ("Host: app.localhost\r\n", 200),
        ("Host: LOCALHOST\r\n", 200),
        ("Host: evil.example\r\n", 403),
        ("Host: localhost.evil.example\r\n", 403),
        ("Host: 192.168.1.2\r\n", 403),
        ("Host: 127.0.0.1.evil.example\r\n", 403),
        ("", 400),
        ("Host:\r\n", 400),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("Host: localhost\r\nHost: evil.example\r\n", 400),
        ("Host: user@localhost\r\n", 400),
        ("Host: localhost/\r\n", 400),
        ("Host: localhost:port\r\n", 400),
    ];
    for (host, status) in table {
        let reply = serving.send(format!("GET / HTTP/1.1\r\n{host}\r\n").as_bytes());
        assert_eq!(reply.status, status, "{host:?}\n{}", reply.head);
        is_guarded(&reply);
    }
}

#[test]
fn methods() {
    let (_folder, serving) = serve();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"] {
        let reply = serving.send(format!("{method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody").as_bytes());
        assert_eq!((reply.status, reply.header("Allow")), (405, Some("GET, HEAD")), "{method}");
        is_guarded(&reply);
    }
    let preflight = b"OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: GET\r\n\r\n";
    let reply = serving.send(preflight);
    assert_eq!(reply.status, 405);
    is_guarded(&reply);
    let mut stream = serving.connect();
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.1 200") && all.ends_with("\r\n\r\n") && !all.contains("Content-Length: 0"), "{all}");
    for smuggled in ["Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"] {
        assert_eq!(serving.send(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{smuggled}").as_bytes()).status, 400, "{smuggled}");
    }
}

#[test]
fn pages_of_strangers() {
    let (_folder, serving) = serve();
    let from = |site: &str, mode: &str, dest: &str| {
        [format!("Sec-Fetch-Site: {site}"), format!("Sec-Fetch-Mode: {mode}"), format!("Sec-Fetch-Dest: {dest}")]
    };
    let table = [
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
        ("cross-site", "no-cors", "style", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("same-site", "no-cors", "image", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
    ];
    for (site, mode, dest, status) in table {
        let headers = from(site, mode, dest);
        let reply = serving.get_with("/", &headers.each_ref().map(String::as_str));
        assert_eq!(reply.status, status, "{site} {mode} {dest}");
        is_guarded(&reply);
    }
    // Even a person who is sent there sees only the site.
    let headers = from("cross-site", "navigate", "document");
    assert_eq!(serving.get_with("/.fourfold/report.json", &headers.each_ref().map(String::as_str)).status, 403);
}

#[test]
fn listeners_of_strangers() {
    let (_folder, serving) = serve();
    let foreign = ["http://evil.example", "null", "http://localhost:1", "https://localhost", "http://localhost.evil.example"];
    for origin in foreign {
        let reply = serving.get_with("/.fourfold/events", &[&format!("Origin: {origin}")]);
        assert_eq!(reply.status, 403, "{origin}");
        is_guarded(&reply);
    }
    let own = serving.get_with("/.fourfold/events", &[&format!("Origin: http://localhost:{}", serving.port)]);
    assert_eq!((own.status, own.header("Content-Type")), (200, Some("text/event-stream")));
    is_guarded(&own);
}

#[test]
fn floods() {
    let (_folder, serving) = serve();
    let line = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(8 * 1024));
    assert_eq!(serving.send(line.as_bytes()).status, 414);
    let endless = "GET /".to_owned() + &"a".repeat(100_000);
    assert_eq!(serving.send(endless.as_bytes()).status, 414);
    let fits = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(8 * 1024 - 64));
    assert_eq!(serving.send(fits.as_bytes()).status, 404);
    let many = "A: b\r\n".repeat(200);
    let long = format!("A: {}\r\n", "b".repeat(64 * 1024));
    for headers in [many, long, "A: bbbbbbbbbbbb\r\n".repeat(100_000)] {
        let mut stream = serving.connect();
        // What is refused before it is whole may not be taken whole.
        let _ = stream.write_all(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").as_bytes());
        let reply = read_reply(&mut stream);
        assert_eq!(reply.status, 431);
        is_guarded(&reply);
    }
    let garbage: [&[u8]; 4] =
        [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n"];
    for bytes in garbage {
        let reply = serving.send(bytes);
        assert_eq!(reply.status, 400, "{bytes:?}");
        is_guarded(&reply);
    }
}

#[test]
fn half_a_head_is_closed_and_idlers_keep_nobody_out() {
    let (_folder, serving) = serve();
    let begun = Instant::now();
    let mut half = serving.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    let idle: Vec<_> = (0..500).map(|_| serving.connect()).collect();
    // The machine may be busy with other things for once; a server that is kept out of breath is slow every time.
    let quickest = (0..5).map(|_| {
        let asked = Instant::now();
        assert_eq!(serving.get("/").status, 200);
        asked.elapsed()
    });
    let quickest = quickest.min().unwrap();
    assert!(quickest < Duration::from_millis(200), "{quickest:?}");
    // A byte now and then does not buy time.
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(1_000));
        half.write_all(b"a").unwrap();
    }
    let mut rest = Vec::new();
    let _ = half.read_to_end(&mut rest);
    let took = begun.elapsed();
    assert!(rest.is_empty() && took > Duration::from_secs(4) && took < Duration::from_secs(15), "{took:?}");
    drop(idle);
}

#[test]
fn one_connection_serves_many_requests_in_their_order() {
    let (_folder, serving) = serve();
    let mut stream = serving.connect();
    let ask = |address: &str| format!("GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for _ in 0..3 {
        stream.write_all(ask("/vision/direction/").as_bytes()).unwrap();
        assert!(read_reply(&mut stream).text().contains("Set a direction"));
    }
    stream.write_all([ask("/nothing/"), ask("/handbook.toml")].concat().as_bytes()).unwrap();
    let mut both = vec![0; 200];
    stream.read_exact(&mut both).unwrap();
    assert!(String::from_utf8_lossy(&both).starts_with("HTTP/1.1 404"));
}

#[test]
#[cfg(target_os = "linux")]
fn listeners_and_turns_take_no_more_memory() {
    let (folder, serving) = serve();
    let mut listeners: Vec<_> = (0..32).map(|_| serving.connect()).collect();
    for stream in &mut listeners {
        stream.write_all(b"GET /.fourfold/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert_eq!(read_reply(stream).status, 200);
    }
    let turn = |number: usize| {
        folder.write("content/vision/direction.md", format!("# Set a direction\n\nClaim number {number}.\n\n![The road](road.png)\n"));
        serving.get_until("/vision/direction/", |reply| reply.text().contains(&format!("Claim number {number}.")));
    };
    (0..30).for_each(turn);
    let before = serving.memory();
    (30..130).for_each(turn);
    let after = serving.memory();
    assert!(after < before + 16 * 1024, "{before} KB, then {after} KB");
    let mut heard = [0; 4096];
    let count = listeners[31].read(&mut heard).unwrap();
    let heard = String::from_utf8_lossy(&heard[..count]);
    assert!(
        heard.lines().filter(|line| !line.is_empty()).all(|line| {
            line.strip_prefix("data: ").is_some_and(|number| number.parse::<u64>().is_ok()) || line.starts_with("retry: ") || line == ":"
        }),
        "{heard}"
    );
}

#[test]
fn only_this_machine_is_listened_to() {
    let (_folder, serving) = serve();
    let elsewhere = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    // A machine without a network has no other address to try.
    if let Ok(address) = elsewhere
        && !address.ip().is_loopback()
    {
        assert!(std::net::TcpStream::connect((address.ip(), serving.port)).is_err());
    }
    assert!(std::net::TcpStream::connect(("127.0.0.1", serving.port)).is_ok());
}
