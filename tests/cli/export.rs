//! `fourfold export`: books, judged by what is in them and, where it is installed, by EPUBCheck.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use zip::{CompressionMethod, ZipArchive};

use super::Folder;
use fourfold::base::path::decode_percent;

/// A handbook with all that a book has trouble with: notes, formulas, pictures, a path, HTML of authors, links out of an edition.
fn folder() -> Folder {
    let folder = Folder::sound_but(&[
        (
            "content/vision/direction.md",
            "+++\nupdated = 2025-06-07\n+++\n# Set a direction\n\nA claim about a *goal*.\n\n![The road](road.png)\n\nSee [[Keep a ledger#Numbers]], \
             [a picture](road.png), [somebody](../contributors/ben.md) and [out](https://example.org/?a=1&b=2).[^1]\n\n[^1]: A note about a goal, with `code`.\n\n\
             | | Leader | Manager |\n| --- | --- | --- |\n| Reason | One | Two |\n\n$x^2 < y$\n\n- [ ] open\n- [x] done\n",
        ),
        (
            "content/results/ledger.md",
            "# Keep a ledger\n\nA claim.\n\n## Numbers\n\nSee [[Set a direction]].\n\n<center><p>One<div>two<br>three</p><li>four</div></center>\n\n\
             <table><td>bare</table>\n\n<details><summary>More</summary>\n\nText & <b>bold\n\n</details>\n\n<video src=\"film.mp4\"></video>\n\n\
             ## Ünïcode & 'quotes'\n\n[there](#ünïcode--quotes)\n",
        ),
        ("content/contributors/ben.md", "# Ben Ö. & Sons\n\nWrites.\n"),
        (
            "content/paths/first.md",
            "# First week\n\nFor beginners.\n\n1. [[Keep a ledger]]: because of *numbers*.\n2. [[Set a direction]].\n\nThen rest.\n",
        ),
        ("content/vision/index.md", "# Vision\n\nWhere to?\n\nAn opening of the chapter.\n"),
    ]);
    folder.write("content/vision/road.png", PICTURE);
    folder.write("content/results/film.mp4", "a film");
    folder
}

/// One grey dot.
const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a,
    0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The files of a book by name.
fn unpack(folder: &Folder, file: &str) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(fs::read(folder.path(file)).unwrap())).unwrap();
    let mut out = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        let _ = file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(at > 0 || (name == "mimetype" && file.compression() == CompressionMethod::Stored));
        out.push((name, bytes));
    }
    out
}

fn text<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a str {
    let found = files.iter().find(|(known, _)| known == &format!("book/{name}"));
    std::str::from_utf8(&found.unwrap_or_else(|| panic!("no {name} among {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>())).1)
        .unwrap()
}

/// The values of an attribute, in order.
fn values<'a>(text: &'a str, attribute: &str) -> Vec<&'a str> {
    text.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn a_page_of_the_handbook_is_a_page_of_the_book() {
    let folder = folder();
    assert_eq!(folder.run("export epub").exits(0).stdout, "test.epub\n");
    let files = unpack(&folder, "test.epub");
    assert_eq!(files[0].1, b"application/epub+zip");
    let essay = text(&files, "p1.xhtml");
    assert!(essay.contains("<h1 id=\"p1\"><b>1.1</b> Set a direction</h1>"), "{essay}");
    assert!(essay.contains("href=\"p3.xhtml#p3-numbers\">Keep a ledger › Numbers</a><span class=\"ref\"> §4.1</span>"), "{essay}");
    assert!(
        essay.contains("epub:type=\"noteref\"") && essay.contains("<aside class=\"note\" id=\"p1-_ff-fn-1\" epub:type=\"footnote\""),
        "{essay}"
    );
    assert!(essay.contains("<img src=\"picture-1.png\" alt=\"The road\""), "{essay}");
    assert!(essay.contains("href=\"people.xhtml#w2\">somebody</a>"), "a person is in the book: {essay}");
    assert!(essay.contains("href=\"https://test.example/vision/road.png\">a picture</a>"), "a file is on the site: {essay}");
    assert!(essay.contains("href=\"glossary.xhtml#g1\""), "a term is in the book: {essay}");
    assert!(essay.contains("<math") && essay.contains("☐ open") && essay.contains("☑ done"), "{essay}");
    assert!(text(&files, "c1.xhtml").contains("An opening of the chapter."));
    let package = text(&files, "package.opf");
    assert!(package.contains("<dc:creator>Anna Berg</dc:creator>"), "{package}");
    assert!(package.contains("<dc:title>Test</dc:title>") && package.contains("dcterms:modified\">2025-06-07T00:00:00Z<"), "{package}");
    assert!(package.contains("properties=\"mathml\""), "{package}");
}

#[test]
fn every_link_of_a_book_leads_somewhere_in_it_or_to_the_web() {
    let folder = folder();
    for (arguments, file) in [("", "test.epub"), ("--pillar vision", "test-vision.epub"), ("--path first", "test-first-week.epub")] {
        let _ = folder.run(&format!("export epub {arguments}")).exits(0);
        let files = unpack(&folder, file);
        let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.trim_start_matches("book/")).collect();
        for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
            let page = std::str::from_utf8(bytes).unwrap();
            for href in values(page, "href").into_iter().chain(values(page, "src")) {
                let (to, id) = href.split_once('#').map_or((href, None), |(to, id)| (to, Some(id)));
                let to = if to.is_empty() { name.trim_start_matches("book/") } else { to };
                let is_there = names.contains(to) && id.is_none_or(|id| values(text(&files, to), "id").contains(&id));
                assert!(is_there || href.starts_with("https://"), "{arguments} {name}: {href}");
            }
        }
        let package = text(&files, "package.opf");
        let listed: BTreeSet<&str> = values(package, "href").into_iter().chain(["package.opf"]).collect();
        assert_eq!(listed, names.iter().copied().filter(|name| !name.contains("mimetype") && !name.contains("META-INF")).collect());
    }
}

#[test]
fn a_path_is_a_book_of_its_stops_in_their_order() {
    let folder = folder();
    assert_eq!(folder.run("export epub --path first -o out.epub").exits(0).stdout, "out.epub\n");
    let files = unpack(&folder, "out.epub");
    let first = text(&files, "p1.xhtml");
    assert!(first.contains("Keep a ledger</h1>") && first.contains("<p class=\"why\">because of <em>numbers</em>."), "{first}");
    assert!(text(&files, "c1.xhtml").contains("For beginners.") && text(&files, "c1-end.xhtml").contains("Then rest."));
    assert!(text(&files, "package.opf").contains("<dc:title>Test: First week</dc:title>"));
    let _ = folder.run("export epub --path frist").exits(2).says("did you mean `first`");
    let _ = folder.run("export epub --pillar visoin").exits(2).says("did you mean `vision`");
    let _ = folder.run("export epub --pillar vision --path first").exits(2);
}

#[test]
fn two_books_of_one_handbook_are_the_same_bytes() {
    let (here, there) = (folder(), folder());
    let _ = here.run("export epub -o a.epub").exits(0);
    let _ = there.run_with("export epub --jobs 1 -o b.epub", &[("TZ", "Pacific/Chatham"), ("LC_ALL", "tr_TR.UTF-8")]).exits(0);
    assert!(fs::read(here.path("a.epub")).unwrap() == fs::read(there.path("b.epub")).unwrap());
}

#[test]
fn only_a_book_gives_way_to_a_book() {
    let folder = folder();
    folder.write("mine.epub", "my own words");
    let _ = folder.run("export epub -o mine.epub").exits(2).says("is no EPUB");
    let _ = folder.run("export epub -o content").exits(2).says("is a folder");
    assert_eq!(folder.read("mine.epub"), "my own words");
    let _ = folder.run("export epub -o book.epub").exits(0);
    let _ = folder.run("export epub -o book.epub").exits(0);
    folder.write("content/vision/broken.md", "# Broken\n\n[[Nothing of that name]]\n");
    let _ = folder.run("export epub -o other.epub").exits(1).says("No book was made");
    assert!(!folder.has("other.epub") && folder.tree("").keys().all(|name| !name.starts_with(".fourfold-")));
}

#[test]
fn epubcheck_finds_nothing() {
    let Some(jar) = epubcheck() else { return };
    let handbook = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder();
    for (arguments, root) in [
        ("", folder.path("")),
        ("--path first", folder.path("")),
        ("", handbook.to_owned()),
        ("--pillar vision", handbook.to_owned()),
        ("--path first-ninety-days", handbook.to_owned()),
    ] {
        let _ = folder.run(&format!("export epub {arguments} {} -o judged.epub", root.display())).exits(0);
        let run = Command::new("java").args(["-jar", &jar]).arg(folder.path("judged.epub")).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success() && said.contains("0 errors / 0 warnings"), "{arguments} {}: {said}", root.display());
    }
}

/// The judge of EPUBs. It takes its time, so it is asked only where `FOURFOLD_EPUBCHECK` says that it has to be there.
fn epubcheck() -> Option<String> {
    if std::env::var("FOURFOLD_EPUBCHECK").is_ok_and(|value| value == "required") {
        let jar = "/usr/share/java/epubcheck.jar";
        assert!(Path::new(jar).exists(), "{jar} is required and missing (Debian: apt install epubcheck)");
        return Some(jar.to_owned());
    }
    eprintln!("skipped: EPUBCheck judges books where FOURFOLD_EPUBCHECK=required (Debian: apt install epubcheck)");
    None
}

#[test]
fn a_missing_browser_is_named_with_what_to_install() {
    let folder = folder();
    let _ = folder.run_with("export pdf", &[("PATH", ""), ("FOURFOLD_CHROMIUM", "/nowhere/chrome")]).exits(2).says("no program is there");
    assert!(!folder.has("test.pdf"));
}

#[cfg(unix)]
mod printing {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A browser that keeps what it was given and prints a page of its own.
    fn browser(folder: &Folder, script: &str) -> String {
        folder.write(
            "browser",
            format!("#!/bin/sh\nfor a in \"$@\"; do case $a in --print-to-pdf=*) pdf=${{a#*=}};; esac; last=$a; done\n{script}\n"),
        );
        fs::set_permissions(folder.path("browser"), fs::Permissions::from_mode(0o755)).unwrap();
        folder.path("browser").display().to_string()
    }

    #[test]
    fn what_is_printed_holds_all_it_shows_and_may_ask_for_nothing() {
        let folder = folder();
        let kept = folder.path("kept.html");
        let script = format!("cp \"$last\" {0}; echo \"$@\" > {0}.flags; printf '%%PDF-1.4\\nx' > \"$pdf\"", kept.display());
        let browser = browser(&folder, &script);
        assert_eq!(folder.run_with("export pdf", &[("FOURFOLD_CHROMIUM", &browser)]).exits(0).stdout, "test.pdf\n");
        let page = folder.read("kept.html");
        assert!(
            page.contains("<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ")
        );
        assert!(!page.contains("<script") && !page.contains("<link") && page.matches("http-equiv").count() == 1, "{page}");
        assert!(page.contains("src=\"data:image/png;base64,iVBOR") && page.contains("<style>"), "{page}");
        assert!(values(&page, "src").iter().all(|src| src.starts_with("data:")), "{:?}", values(&page, "src"));
        let main = &page[page.find("<article").unwrap()..page.find("</main>").unwrap()];
        for href in values(main, "href") {
            let id = href.strip_prefix('#').map(|id| values(&page, "id").contains(&decode_percent(id).as_ref()));
            assert!(id == Some(true) || href.starts_with("https://"), "{href}");
        }
        let flags = folder.read("kept.html.flags");
        assert!(flags.contains("~NOTFOUND") && flags.contains("--proxy-server=127.0.0.1:9"), "{flags}");
        let used = flags.split("--user-data-dir=").nth(1).unwrap().split(' ').next().unwrap();
        assert!(!Path::new(used).parent().unwrap().exists(), "the temporary folder is gone");
    }

    #[test]
    fn a_browser_that_fails_is_quoted() {
        let folder = folder();
        let browser = browser(&folder, "echo 'No usable sandbox!' >&2; exit 1");
        let _ = folder.run_with("export pdf", &[("FOURFOLD_CHROMIUM", &browser)]).exits(2).says("No usable sandbox!");
        assert!(!folder.has("test.pdf"));
    }

    /// Where a browser is installed for certain, two real printings are compared.
    #[test]
    fn two_printings_are_the_same_bytes() {
        if std::env::var("FOURFOLD_BROWSER").is_ok_and(|value| value == "required") {
            let folder = folder();
            for file in ["a.pdf", "b.pdf"] {
                let _ = folder.run_with(&format!("export pdf -o {file}"), &[("PATH", &std::env::var("PATH").unwrap())]).exits(0);
            }
            let (a, b) = (fs::read(folder.path("a.pdf")).unwrap(), fs::read(folder.path("b.pdf")).unwrap());
            assert!(a == b, "two printings differ");
            for part in ["/CreationDate (D:20250607000000", "/Outlines", "/MarkInfo", "/Title (Test)", "/Lang (en)"] {
                assert!(memchr::memmem::find(&a, part.as_bytes()).is_some(), "{part}");
            }
            if let Ok(judge) = Command::new("qpdf").arg("--check").arg(folder.path("a.pdf")).output() {
                assert!(judge.status.success(), "{}", String::from_utf8_lossy(&judge.stdout));
            }
        }
    }
}
