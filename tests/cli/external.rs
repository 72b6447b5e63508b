//! `fourfold check --external`, against a server of the test's own.

use super::Folder;

#[cfg(not(feature = "external"))]
#[test]
fn without_the_network_the_program_says_so_once() {
    let run = Folder::sound().run("check --external").exits(2).says("--features full");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[cfg(feature = "external")]
mod asking {
    use std::collections::BTreeMap;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    use super::Folder;

    /// Answers by method and path: status line, further headers.
    type Answers = &'static [(&'static str, &'static [&'static str])];

    /// A server that gives to each question the next of its answers, the last one again and again, and remembers them.
    struct Server {
        port: u16,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl Server {
        fn new(answers: Answers) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let asked = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&asked);
            std::thread::spawn(move || {
                let mut counts: BTreeMap<String, usize> = BTreeMap::new();
                for stream in listener.incoming().flatten() {
                    answer(stream, answers, &mut counts, &seen);
                }
            });
            Self { port, asked }
        }

        fn url(&self, path: &str) -> String {
            format!("http://127.0.0.1:{}{path}", self.port)
        }

        fn asked(&self) -> Vec<String> {
            self.asked.lock().unwrap().clone()
        }
    }

    fn answer(stream: TcpStream, answers: Answers, counts: &mut BTreeMap<String, usize>, seen: &Mutex<Vec<String>>) {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        if reader.read_line(&mut first).is_err() || first.is_empty() {
            return;
        }
        let mut header = String::new();
        while reader.read_line(&mut header).is_ok_and(|length| length > 2) {
            header.clear();
        }
        let question = first.rsplit_once(' ').unwrap().0.to_owned();
        seen.lock().unwrap().push(question.clone());
        let list = answers.iter().find(|(asked, _)| *asked == question).map_or(&["404 Not Found"][..], |(_, list)| list);
        let count = counts.entry(question).or_default();
        let said = list[(*count).min(list.len() - 1)];
        *count += 1;
        let said = said.replace('|', "\r\n");
        let _ = write!(reader.get_mut(), "HTTP/1.1 {said}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    /// A handbook whose pages link to these addresses of a server that is its own.
    fn linking(server: &Server, paths: &[&str]) -> Folder {
        let links: Vec<String> = paths.iter().map(|path| format!("- [x]({})\n", server.url(path))).collect();
        Folder::handbook(&[
            ("handbook.toml", &format!("today = 2026-11-01\n[links]\nown_urls = [\"{}\"]\n", server.url("/own/"))),
            ("content/index.md", &format!("# Home\n\nWords.\n\n{}", links.concat())),
        ])
    }

    #[test]
    fn what_is_gone_is_a_broken_link_at_its_place() {
        let server = Server::new(&[("HEAD /fine", &["200 OK"]), ("HEAD /gone", &["410 Gone"]), ("GET /gone", &["410 Gone"])]);
        let folder = linking(&server, &["/fine#part", "/gone", "/nothing"]);
        let run = folder.run("check --external --format short").exits(1).says("External links: 1 fine, 2 gone, 0 unknown");
        let lines: Vec<&str> = run.stdout.lines().filter(|line| line.contains("broken-link")).collect();
        assert_eq!(lines.len(), 2, "{}", run.stdout);
        assert!(lines[0].starts_with("content/index.md:6:7: error[broken-link]") && lines[0].contains("410 Gone"), "{lines:?}");
        assert!(lines[1].contains("404 Not Found"));
    }

    #[test]
    fn a_host_that_answers_no_questions_about_pages_is_asked_for_the_page() {
        let server = Server::new(&[
            ("HEAD /a", &["405 Method Not Allowed"]),
            ("GET /a", &["200 OK"]),
            ("HEAD /b", &["403 Forbidden"]),
            ("GET /b", &["403 Forbidden"]),
        ]);
        let run = linking(&server, &["/a", "/b"]).run("check --external").exits(0).says("1 fine, 0 gone, 1 unknown");
        assert!(run.stderr.contains("403 Forbidden"), "{}", run.stderr);
        assert_eq!(server.asked(), ["HEAD /a", "GET /a", "HEAD /b", "GET /b"]);
    }

    #[test]
    fn a_passing_trouble_is_asked_for_again_and_never_a_problem() {
        let server = Server::new(&[
            ("HEAD /soon", &["503 Service Unavailable|Retry-After: 1", "200 OK"]),
            ("HEAD /down", &["500 Internal Server Error|Retry-After: 0"]),
            ("HEAD /w", &["429 Too Many Requests|Retry-After: 3600"]),
            ("HEAD /z", &["200 OK"]),
        ]);
        let run = linking(&server, &["/soon", "/down", "/w", "/z"]).run("check --external").exits(0);
        // After a 429 its host is left alone.
        assert!(run.stderr.contains("1 fine, 0 gone, 3 unknown"), "{}", run.stderr);
        let count = |question: &str| server.asked().iter().filter(|asked| *asked == question).count();
        assert_eq!([count("HEAD /soon"), count("HEAD /down"), count("HEAD /w"), count("HEAD /z")], [2, 3, 1, 0]);
    }

    #[test]
    fn redirects_are_followed_but_never_out_of_the_web() {
        let server = Server::new(&[
            ("HEAD /moved", &["301 Moved Permanently|Location: /here"]),
            ("HEAD /here", &["200 OK"]),
            ("HEAD /file", &["302 Found|Location: file:///etc/passwd"]),
            ("HEAD /loop", &["302 Found|Location: /loop"]),
            ("HEAD /inside", &["302 Found|Location: http://127.0.0.1:1/"]),
        ]);
        let folder = linking(&server, &["/moved", "/file", "/loop", "/inside"]);
        let run = folder.run("check --external --format short").exits(1).says("1 fine, 1 gone, 2 unknown");
        assert!(run.stdout.contains("redirects more than 10 times"), "{}", run.stdout);
        assert!(run.stderr.contains("no web address") && run.stderr.contains("private network"), "{}", run.stderr);
    }

    #[test]
    fn private_hosts_are_left_alone_unless_they_are_the_handbooks_own() {
        let server = Server::new(&[("HEAD /x", &["200 OK"])]);
        let folder = linking(&server, &["/x"]);
        folder.write("handbook.toml", "");
        let _ = folder.run("check --external").exits(0).says("0 fine, 0 gone, 1 unknown").says("private network");
        assert!(server.asked().is_empty());
    }

    #[test]
    fn what_is_certain_is_remembered_for_some_days() {
        let server = Server::new(&[("HEAD /x", &["200 OK"])]);
        let folder = linking(&server, &["/x", "/gone"]);
        for (day, questions) in [("2026-11-01", 3), ("2026-11-01", 3), ("2026-11-05", 5), ("2026-11-09", 8)] {
            let _ = folder.run(&format!("check --external --today {day}")).exits(1);
            assert_eq!(server.asked().len(), questions, "on {day}");
        }
        assert!(folder.read(".fourfold/external.json").contains("/x"));
    }

    #[test]
    fn nothing_is_asked_without_the_flag() {
        let server = Server::new(&[]);
        let folder = linking(&server, &["/x"]);
        let _ = folder.run("check").exits(0);
        let _ = folder.run("build").exits(0);
        assert!(server.asked().is_empty());
    }
}
