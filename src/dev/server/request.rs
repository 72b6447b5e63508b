//! What was asked for, taken from the bytes of a request's head.
//!
//! In: bytes as they came. Out: a `Request` that is sound in itself, or the status that refuses it.
//!
//! Invariant: no text of a request that is refused is kept or shown.
//! Invariant: the path of a request is UTF-8, starts with `/`, and has no `.` or `..` segment, no backslash, no control
//! character and no encoded separator.

use super::answer::Status;

/// How long the first line of a request may be, in bytes.
pub(super) const LINE_LIMIT: usize = 8 * 1024;
/// How long the whole head of a request may be, in bytes.
pub(super) const HEAD_LIMIT: usize = 32 * 1024;
/// How many headers a request may have.
pub(super) const HEADERS_LIMIT: usize = 100;

/// The two methods that are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Head and body.
    Get,
    /// The head alone.
    Head,
}

/// A request that is sound in itself; whether it may be answered is for the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, decoded: `/vision/a plan/`.
    pub path: String,
    /// What stands behind `?`, as it came.
    pub query: Option<String>,
    /// The one `Host`, as it came.
    pub host: String,
    /// `Origin`.
    pub origin: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<String>,
    /// `Sec-Fetch-Mode`.
    pub fetch_mode: Option<String>,
    /// `Sec-Fetch-Dest`.
    pub fetch_dest: Option<String>,
    /// Whether the connection stays open afterwards.
    pub keep_alive: bool,
}

/// How far the head of a request has come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// It is whole and this long.
    Whole(usize),
    /// More has to come.
    Partial,
    /// It is refused as it stands.
    Refused(Status),
}

/// Looks at what has come in so far; `seen` bytes of it were looked at before.
pub(super) fn progress(bytes: &[u8], seen: usize) -> Progress {
    // Empty lines before a request are forgiven, as the standard asks.
    let start = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let line = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len() - start, |end| end + 1);
    if line > LINE_LIMIT {
        return Progress::Refused(Status::UriTooLong);
    }
    let from = seen.saturating_sub(3).max(start);
    let end = memchr::memchr_iter(b'\n', &bytes[from..])
        .map(|at| from + at + 1)
        .find(|&after| bytes[after..].starts_with(b"\n") || bytes[after..].starts_with(b"\r\n"));
    match end {
        Some(after) if after <= HEAD_LIMIT => Progress::Whole(after + if bytes[after] == b'\n' { 1 } else { 2 }),
        None if bytes.len() <= HEAD_LIMIT => Progress::Partial,
        _ => Progress::Refused(Status::HeadersTooLarge),
    }
}

/// Reads a whole head.
pub(super) fn parse(head: &[u8]) -> Result<Request, Status> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_LIMIT];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Err(httparse::Error::TooManyHeaders) => return Err(Status::HeadersTooLarge),
        _ => return Err(Status::BadRequest),
    }
    let (Some(method), Some(target), Some(version)) = (parsed.method, parsed.path, parsed.version) else {
        return Err(Status::BadRequest);
    };
    let headers = Headers(parsed.headers);
    let host = headers.one("host")?.ok_or(Status::BadRequest)?;
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        _ => return Err(Status::MethodNotAllowed),
    };
    // Nothing that is asked for here has a body, and one that is not read would pass for the next request.
    let length = headers.one("content-length")?;
    if length.is_some_and(|length| length != "0") || headers.one("transfer-encoding")?.is_some() {
        return Err(Status::BadRequest);
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query.to_owned())));
    let keep_alive = match headers.one("connection")?.map(|words| words.to_ascii_lowercase()) {
        Some(words) => version == 1 && !words.split(',').any(|word| word.trim() == "close"),
        None => version == 1,
    };
    Ok(Request {
        method,
        path: decoded(path).ok_or(Status::BadRequest)?,
        query,
        host: host.to_owned(),
        origin: headers.owned("origin")?,
        if_none_match: headers.owned("if-none-match")?,
        fetch_site: headers.owned("sec-fetch-site")?,
        fetch_mode: headers.owned("sec-fetch-mode")?,
        fetch_dest: headers.owned("sec-fetch-dest")?,
        keep_alive,
    })
}

struct Headers<'a>(&'a [httparse::Header<'a>]);

impl<'a> Headers<'a> {
    /// The value of a header that may stand there once.
    fn one(&self, name: &str) -> Result<Option<&'a str>, Status> {
        let mut values = self.0.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => std::str::from_utf8(value).map(|value| Some(value.trim())).map_err(|_| Status::BadRequest),
            (Some(_), Some(_)) => Err(Status::BadRequest),
        }
    }

    fn owned(&self, name: &str) -> Result<Option<String>, Status> {
        Ok(self.one(name)?.map(str::to_owned))
    }
}

/// The path of a target, decoded once; `None` where it is no plain path.
fn decoded(target: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let byte = (digit()? * 16 + digit()?) as u8;
        if byte == b'/' {
            return None;
        }
        bytes.push(byte);
    }
    let path = String::from_utf8(bytes).ok()?;
    let segments = path.strip_prefix('/')?;
    let plain = !path.contains(['\\', '#']) && !path.chars().any(char::is_control);
    (plain && segments.split('/').all(|part| !matches!(part, "." | ".."))).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(target: &str) -> Result<String, Status> {
        parse(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).map(|request| request.path)
    }

    #[test]
    fn a_path_is_decoded_once() {
        assert_eq!(target("/vision/a%20plan/?x=/../"), Ok("/vision/a plan/".into()));
        assert_eq!(target("/%C3%BC"), Ok("/ü".into()));
        assert_eq!(target("/%252e%252e/etc"), Ok("/%2e%2e/etc".into()));
    }

    #[test]
    fn a_path_with_tricks_is_refused() {
        let all =
            ["/..", "/a/../b", "/%2e%2e/x", "/.%2E/x", "/a\\b", "/a%5cb", "/%00", "/%zz", "/%f", "/%ff", "/a%2fb", "*", "http://x/", "/./"];
        for bad in all {
            assert_eq!(target(bad), Err(Status::BadRequest), "{bad}");
        }
    }

    #[test]
    fn a_head_is_whole_at_its_empty_line() {
        let head = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /";
        for seen in 0..head.len() - 5 {
            assert_eq!(progress(head, seen), Progress::Whole(head.len() - 5), "{seen}");
        }
        assert_eq!(progress(&head[..head.len() - 6], 0), Progress::Partial);
        assert_eq!(progress(b"\r\n\r\n", 0), Progress::Partial);
        assert_eq!(progress(&[b'a'; LINE_LIMIT + 1], 0), Progress::Refused(Status::UriTooLong));
        let flood = [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(HEAD_LIMIT / 6)].concat();
        assert_eq!(progress(&flood, 0), Progress::Refused(Status::HeadersTooLarge));
    }

    #[test]
    fn what_is_doubtful_is_refused() {
        let table: [(&[u8], Status); 8] = [
            (b"GET / HTTP/1.1\r\n\r\n", Status::BadRequest),
            (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Status::BadRequest),
            (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", Status::BadRequest),
            (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Status::BadRequest),
            (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", Status::BadRequest),
            (b"GET\0/ HTTP/1.1\r\nHost: a\r\n\r\n", Status::BadRequest),
            (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", Status::MethodNotAllowed),
            (b"OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n", Status::MethodNotAllowed),
        ];
        for (head, status) in table {
            assert_eq!(parse(head), Err(status), "{}", String::from_utf8_lossy(head));
        }
    }
}
