//! Content that means harm, or looks as if it did: what is not a file, what is too large, what would run in a browser.

use super::{Folder, problems};

#[cfg(unix)]
mod files {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::{Folder, problems};

    /// Takes the right to read away; `false` where that does not keep us from reading, as for an administrator.
    fn lock(folder: &Folder, path: &str) -> bool {
        let path = folder.path(path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        if path.is_dir() { fs::read_dir(path).is_err() } else { fs::read(path).is_err() }
    }

    fn unlock(folder: &Folder, path: &str) {
        fs::set_permissions(folder.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_page_that_may_not_be_read_is_an_error() {
        let folder = Folder::sound_but(&[("content/vision/locked.md", "# Locked\n")]);
        if lock(&folder, "content/vision/locked.md") {
            let found = problems(&folder, "unreadable");
            assert!(found.len() == 1 && found[0].starts_with("content/vision/locked.md") && found[0].contains("error["), "{found:?}");
            let _ = folder.run("build").exits(1);
        }
        unlock(&folder, "content/vision/locked.md");
    }

    #[test]
    fn a_folder_that_may_not_be_read_is_an_error() {
        let folder = Folder::sound_but(&[("content/vision/locked/page.md", "# Locked\n")]);
        if lock(&folder, "content/vision/locked") {
            let found = problems(&folder, "unreadable");
            assert!(found.len() == 1 && found[0].starts_with("content/vision/locked"), "{found:?}");
        }
        unlock(&folder, "content/vision/locked");
    }

    #[test]
    fn a_picture_that_may_not_be_read_publishes_nothing() {
        let folder = Folder::sound();
        let _ = folder.run("build").exits(0);
        let site = folder.tree("public");
        folder.write("content/vision/road.png", "another picture");
        if lock(&folder, "content/vision/road.png") {
            let run = folder.run("build").says("road.png");
            assert!(matches!(run.code, Some(1 | 2)), "{:?}", run.code);
            assert_eq!(folder.tree("public"), site);
        }
        unlock(&folder, "content/vision/road.png");
    }

    #[test]
    fn symbolic_links_are_errors_and_never_followed() {
        let folder = Folder::sound();
        folder.write("../secret/plan.md", "# Secret plan\n");
        symlink("../../../secret/plan.md", folder.path("content/vision/file.md")).unwrap();
        symlink("../../../secret", folder.path("content/vision/folder")).unwrap();
        symlink("nowhere", folder.path("content/vision/dangling.md")).unwrap();
        symlink("loop.md", folder.path("content/vision/loop.md")).unwrap();
        symlink("..", folder.path("content/vision/parent")).unwrap();
        let found = problems(&folder, "symlink");
        assert_eq!(found.len(), 5, "{found:?}");
        for (line, name) in found.iter().zip(["dangling.md", "file.md", "folder", "loop.md", "parent"]) {
            assert!(line.starts_with(&format!("content/vision/{name}: error[symlink]")), "{line}");
        }
        let _ = folder.run("build").exits(1).never_says("Secret");
        let _ = folder.run("check").exits(1).never_says("Secret");
        assert!(!folder.run("list pages").exits(0).stdout.contains("Secret"));
    }

    #[test]
    fn in_a_foreign_folder_symbolic_links_are_left_out_with_a_warning() {
        let folder = Folder::new(&[("index.md", "# Notes\n"), ("../secret/plan.md", "# Secret plan\n")]);
        symlink("../secret/plan.md", folder.path("plan.md")).unwrap();
        let _ = folder.run("build").exits(0).says("warning[symlink]").says("plan.md");
        assert!(!folder.site("_site").values().any(|bytes| String::from_utf8_lossy(bytes).contains("Secret")));
    }

    #[test]
    fn a_content_folder_that_is_a_symbolic_link_is_not_followed() {
        let folder = Folder::handbook(&[("../secret/plan.md", "# Secret plan\n")]);
        symlink("../secret", folder.path("content")).unwrap();
        let _ = folder.run("build").exits(1).says("content");
    }

    #[test]
    fn pipes_and_sockets_are_errors_and_never_opened() {
        let folder = Folder::sound();
        for name in ["content/vision/pipe.md", "content/vision/pipe.png"] {
            assert!(Command::new("mkfifo").arg(folder.path(name)).status().unwrap().success());
        }
        let _socket = std::os::unix::net::UnixListener::bind(folder.path("content/socket.md")).unwrap();
        let found = problems(&folder, "special-file");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("content/socket.md: error[special-file]"), "{found:?}");
        let _ = folder.run("build").exits(1);
        let foreign = Folder::new(&[("index.md", "# Notes\n\n![](pipe.png)\n")]);
        assert!(Command::new("mkfifo").arg(foreign.path("pipe.png")).status().unwrap().success());
        let _ = foreign.run("build").exits(0).says("warning[special-file]");
    }

    #[test]
    fn pipes_in_the_theme_and_the_config_do_not_hang() {
        let folder = Folder::sound();
        fs::create_dir_all(folder.path("themes/default/templates")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.path("themes/default/templates/essay.html")).status().unwrap().success());
        let _ = folder.run("build").exits(0);
        folder.remove("handbook.toml");
        assert!(Command::new("mkfifo").arg(folder.path("handbook.toml")).status().unwrap().success());
        let run = folder.run("build");
        assert!(run.code.is_some(), "it hangs");
    }

    #[test]
    fn names_that_are_no_text_are_errors() {
        use std::os::unix::ffi::OsStrExt;
        let folder = Folder::sound();
        let name = std::ffi::OsStr::from_bytes(b"caf\xE9.md");
        if fs::write(folder.path("content/vision").join(name), "# Cafe\n").is_ok() {
            let run = folder.run("check --format short").exits(1);
            assert!(run.stdout.contains("error[encoding]: this name is not UTF-8"), "{}", run.stdout);
        }
    }
}

#[test]
fn a_page_over_4_mb_is_an_error_and_the_rest_is_still_checked() {
    let folder =
        Folder::sound_but(&[("content/vision/huge.md", &"word ".repeat(900_000)), ("content/vision/new.md", "[[Nowhere to be found]]\n")]);
    let found = problems(&folder, "too-large");
    assert!(found.len() == 1 && found[0].starts_with("content/vision/huge.md: error[too-large]: this page has 4.3 MB"), "{found:?}");
    assert_eq!(problems(&folder, "broken-link").len(), 1);
    let _ = folder.run("build").exits(1);
}

#[test]
fn a_name_over_200_bytes_is_an_error_that_names_it() {
    let name = format!("content/vision/{}.md", "\u{e4}".repeat(120));
    let folder = Folder::sound_but(&[(&name, "# Long\n")]);
    let found = problems(&folder, "too-large");
    assert!(found.len() == 1 && found[0].contains("243 bytes") && found[0].contains("200"), "{found:?}");
}

#[test]
fn a_block_at_the_top_over_64_kb_is_an_error() {
    let folder = Folder::sound_but(&[("content/vision/top.md", &format!("---\ntitle: {}\n---\n# Top\n", "x".repeat(70_000)))]);
    let run = folder.run("check --format short").exits(1);
    assert!(run.stdout.lines().any(|line| line.starts_with("content/vision/top.md:") && line.contains("error[")), "{}", run.stdout);
}

#[test]
fn deep_nesting_neither_hangs_nor_crashes() {
    let deep = 20_000;
    for (name, text) in [
        ("square", "[".repeat(deep)),
        ("links", format!("{}x{}", "[".repeat(deep), "](y)".repeat(deep))),
        ("wikilinks", "[[".repeat(deep)),
        ("pictures", "![".repeat(deep)),
        ("quotes", format!("{}x", "> ".repeat(deep))),
        ("lists", format!("{}x", "- ".repeat(deep))),
        ("stars", "*_a".repeat(deep)),
        ("html", format!("{}x", "<div>".repeat(deep))),
        ("notes", "[^".repeat(deep)),
        ("ticks", (1..200).map(|n| "`".repeat(n)).collect::<Vec<_>>().join(" ")),
        ("yaml", format!("---\ntags: {}\n---\n# Y\n", "[".repeat(deep))),
        ("toml", format!("+++\ntags = {}\n+++\n# T\n", "[".repeat(deep))),
        ("bomb", "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\ntags: *g\n---\n# B\n".to_owned()),
    ] {
        let folder = Folder::new(&[("page.md", &text)]);
        let run = folder.run("build").exits(0);
        assert!(folder.has("_site/page/index.html"), "{name}: {}", run.stderr);
        let limit = 20 * text.len() + 64 * 1024;
        let size = folder.read("_site/page/index.html").len();
        assert!(size <= limit, "{name}: {size} bytes from {}", text.len());
    }
}

#[test]
fn a_callout_in_a_quote_does_not_make_the_quote_a_callout() {
    let folder = Folder::new(&[("page.md", "# Page\n\n> > [!NOTE] Inner\n> > text\n")]);
    let _ = folder.run("build").exits(0);
    let page = folder.read("_site/page/index.html");
    assert_eq!((page.matches("<aside").count(), page.matches("<blockquote>").count()), (1, 1), "{page}");
}

#[test]
fn embeds_in_a_circle_are_errors_and_end() {
    let folder = Folder::sound_but(&[
        ("content/vision/a.md", "# A\n\n![[b]]\n"),
        ("content/vision/b.md", "# B\n\n![[a]]\n"),
        ("content/vision/self.md", "# Self\n\n![[self]]\n"),
    ]);
    let found = problems(&folder, "embed-cycle");
    assert!(found.len() >= 2 && found.iter().all(|line| line.contains("error[")), "{found:?}");
    let _ = folder.run("build").exits(1);
}

#[test]
fn what_would_run_in_a_browser_is_neutralised() {
    let folder = Folder::sound_but(&[(
        "content/vision/bad.md",
        "# Bad\n\nKept words. <b onclick=\"steal()\">bold</b> <span style=\"position:fixed\">over</span>\n\n\
         <script>steal()</script>\n\n<iframe src=\"https://evil.example/\"></iframe>\n\n<svg onload=steal()></svg>\n\n\
         <form action=\"https://evil.example/\"><input name=password></form>\n\n<base href=\"https://evil.example/\">\n\n\
         <meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/\">\n\n<style>body{display:none}</style>\n\n\
         [a](javascript:steal()) [b](JaVa&#x73;cript:steal()) [c](java&Tab;script:steal()) [d](data:text/html,steal) [e](vbscript:steal)\n\n\
         <a href=\"javascript:steal()\">f</a> <a href=\" &#1;javascript:steal()\">g</a> <img src=road.png onerror=steal()>\n\n![h](javascript:steal())\n",
    )]);
    let run = folder.run("build").exits(0).says("warning[raw-html]").says("warning[unsafe-url]");
    assert!(run.stderr.contains("content/vision/bad.md:5:"), "{}", run.stderr);
    let page = folder.read("public/vision/bad/index.html");
    // The head has the theme's own scripts.
    let page = page.split_once("<main").unwrap().1;
    assert!(page.contains("Kept words.") && page.contains("bold") && page.contains("over"));
    for word in [
        "<script",
        "<iframe",
        "<form",
        "<input",
        "<base",
        "http-equiv=\"refresh",
        "<style",
        "onclick=",
        "onload=",
        "onerror=",
        " style=",
        "position:fixed",
        "=\"javascript:",
        "=\"data:text",
        "=\"vbscript",
    ] {
        assert!(!page.contains(word), "{word:?} is in the page:\n{page}");
    }
    assert!(!page.to_lowercase().contains("href=\"java"), "{page}");
    let _ = folder.run("build --strict").exits(1);
}

#[test]
fn what_contributors_write_cannot_use_html_at_all() {
    let folder = Folder::sound_but(&[("content/examples/two.md", "---\nillustrates: Set a direction\n---\n# Two\n\n<b>bold</b> words\n")]);
    let _ = folder.run("build").exits(0).says("warning[raw-html]");
    let page = folder.read("public/examples/two/index.html");
    assert!(page.contains("&lt;b&gt;bold") && !page.contains("<b>bold"), "{page}");
}

#[test]
fn texts_that_break_out_of_attributes_and_xml_do_not() {
    let folder = Folder::sound_but(&[(
        "content/vision/odd.md",
        "---\ntitle: '\"><script>steal()</script> & ]]>'\nsummary: '\"><img src=x onerror=steal()>'\ntags: ['\"><i>']\nby: '<u>Eve</u>'\n---\nText.\n",
    )]);
    let _ = folder.run("build").exits(0);
    for (path, bytes) in folder.site("public") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for word in ["<script>steal", "<img src=x", "<i>", "<u>Eve"] {
            assert!(!text.contains(word), "{path} has {word:?}");
        }
    }
    assert!(folder.read("public/vision/odd/index.html").contains("&lt;script&gt;steal()"));
}

#[test]
fn content_is_never_a_template() {
    let folder = Folder::sound_but(&[(
        "content/vision/tera.md",
        "---\ntitle: '{{ 6 * 7 }}'\n---\n{{ 6 * 7 }} {% raw %}{% include \"base.html\" %} {{ get_env(name=\"HOME\") }}\n",
    )]);
    let _ = folder.run("build").exits(0);
    let page = folder.read("public/vision/tera/index.html");
    assert!(page.contains("{{ 6 * 7 }}") && !page.contains(">42<"), "{page}");
    assert!(!page.contains(folder.home().to_str().unwrap()));
}

#[test]
fn a_page_cannot_leave_the_output() {
    let folder = Folder::sound_but(&[(
        "content/vision/up.md",
        "---\naliases: [/../../escaped/, '/..%2f..%2fescaped/', '/a/../../../escaped.html']\n---\n# Up\n\n![x](../../../../../../etc/passwd) [y](../../../../letters.md)\n",
    )]);
    folder.write("../letters.md", "# Letters\n");
    let before = folder.tree("../..");
    let _ = folder.run("build").exits(1);
    assert_eq!(folder.tree("../.."), before);
    let _ = folder.run("build --allow broken-link").exits(2);
    folder.write("handbook.toml", "[checks]\nbroken-link = \"warning\"\n");
    let outside = |folder: &Folder| {
        let mut tree = folder.tree("../..");
        tree.retain(|path, _| !path.starts_with("home/project/public"));
        tree
    };
    let before = outside(&folder);
    let _ = folder.run("build").exits(0);
    assert_eq!(outside(&folder), before);
    assert!(!folder.site("public").keys().any(|path| path.contains("passwd") || path.contains("letters")));
}
