//! Pictures of the content: how large pages say they are, and the smaller ones that are made.

use super::Folder;
use crate::support::serving::Serving;

const TURNED: &[u8] = include_bytes!("../fixtures/pictures/turned.jpg");
const CMYK: &[u8] = include_bytes!("../fixtures/pictures/cmyk.jpg");
const PALETTE: &[u8] = include_bytes!("../fixtures/pictures/palette.png");
#[cfg(feature = "images")]
const SIXTEEN: &[u8] = include_bytes!("../fixtures/pictures/sixteen.png");
#[cfg(feature = "images")]
const STILL: &[u8] = include_bytes!("../fixtures/pictures/still.webp");
#[cfg(feature = "images")]
const MOVING: &[u8] = include_bytes!("../fixtures/pictures/animated.webp");

const PAGE: &str = "content/vision/shown.md";

/// A handbook with a page that shows pictures, each with a description.
fn showing(pictures: &[(&str, &[u8])]) -> Folder {
    let shown: String = pictures.iter().map(|(name, _)| format!("![What {name} shows]({name})\n\n")).collect();
    let folder = Folder::handbook(&[(PAGE, &format!("# Shown\n\nA claim.\n\n{shown}"))]);
    for (name, bytes) in pictures {
        folder.write(&format!("content/vision/{name}"), bytes);
    }
    folder
}

/// The elements of the page that begin with a name.
fn elements(folder: &Folder, name: &str) -> Vec<String> {
    let html = folder.read("public/vision/shown/index.html");
    html.split(&format!("<{name} ")).skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
}

/// The head of a PNG that promises many pixels and has none.
fn promising(width: u32, height: u32) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &sides[..], b"\x08\x02\0\0\0\0\0\0\0"].concat()
}

#[test]
fn a_page_says_how_large_its_pictures_are_and_loads_all_but_the_first_late() {
    let folder = showing(&[("turned.jpg", TURNED), ("a.svg", b"<svg viewBox='0 0 30 20'/>"), ("b.gif", b"GIF89a\x20\x01\x10\x00\0\0\0")]);
    let _ = folder.run("build --strict").exits(0);
    let shown = elements(&folder, "img");
    assert!(shown[0].ends_with("width=\"400\" height=\"600\" decoding=\"async\""), "{shown:#?}");
    assert!(shown[1].ends_with("width=\"30\" height=\"20\" loading=\"lazy\" decoding=\"async\""), "{shown:#?}");
    assert!(shown[2].ends_with("width=\"288\" height=\"16\" loading=\"lazy\" decoding=\"async\""), "{shown:#?}");
}

#[test]
fn the_side_that_an_author_does_not_give_follows_from_the_picture() {
    let folder = showing(&[("wide.png", PALETTE)]);
    let text =
        "# Shown\n\nA claim.\n\n![[wide.png|60]]\n\n<img src=\"wide.png\" alt=\"x\" height=\"80\">\n\n<img alt=\"x\" src=\"wide.png\">\n";
    folder.write(PAGE, text);
    let _ = folder.run("build --strict").exits(0);
    let shown = elements(&folder, "img");
    assert!(shown[0].contains("width=\"60\" height=\"40\""), "{shown:#?}");
    assert!(
        shown[1].contains("height=\"80\"") && shown[1].contains("width=\"120\"") && shown[1].matches("height=").count() == 1,
        "{shown:#?}"
    );
    assert!(shown[2].contains("width=\"240\" height=\"160\""), "{shown:#?}");
}

#[test]
fn a_file_that_is_no_picture_is_named_and_still_published() {
    let folder = showing(&[("broken.png", b"not a picture")]);
    let _ = folder.run("build").exits(0).says("called a picture").says("content/vision/broken.png");
    assert!(folder.has("public/vision/broken.png"));
    let _ = folder.run("build --strict").exits(1);
    folder.write("content/vision/broken.png", promising(30_000, 30_000));
    let _ = folder.run("build").exits(0).never_says("called a picture");
    assert!(elements(&folder, "img")[0].contains("width=\"30000\" height=\"30000\""));
}

#[test]
fn a_picture_without_a_description_is_still_asked_for_one() {
    let folder = showing(&[("turned.jpg", TURNED)]);
    folder.write(PAGE, "# Shown\n\nA claim.\n\n![](turned.jpg)\n");
    let _ = folder.run("check").exits(0);
    assert_eq!(super::problems(&folder, "missing-alt").len(), 1);
}

#[test]
fn a_picture_that_changes_is_served_with_its_new_size() {
    let folder = showing(&[("a.jpg", TURNED)]);
    let serving = Serving::start(&folder.root, "--explain");
    assert!(serving.get("/vision/shown/").text().contains("width=\"400\" height=\"600\""));
    folder.write("content/vision/a.jpg", CMYK);
    serving.get_until("/vision/shown/", |reply| reply.text().contains("width=\"600\" height=\"400\""));
    let _ = serving.hears("vision/shown/index.html: a picture it shows");
}

#[cfg(feature = "images")]
mod scaled {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, RgbImage};

    use super::*;

    /// A photograph of nothing, in which no two pixels are quite alike.
    fn photograph(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(97) as u8 / 16;
        let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 200 / width) as u8, (y * 200 / height) as u8, noise(x, y)]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// The names of the scaled pictures that were published.
    fn published(folder: &Folder) -> Vec<String> {
        folder.tree("public/_/pictures").into_keys().collect()
    }

    fn decoded(folder: &Folder, name: &str) -> RgbImage {
        let bytes = std::fs::read(folder.path(&format!("public/_/pictures/{name}"))).unwrap();
        image::load_from_memory_with_format(&bytes, ImageFormat::WebP).unwrap().into_rgb8()
    }

    #[test]
    fn a_large_picture_is_offered_in_several_sizes_and_never_larger_than_it_is() {
        let folder = showing(&[("a.jpg", &photograph(1_400, 700, ImageFormat::Jpeg))]);
        let _ = folder.run("build --strict").exits(0);
        let html = folder.read("public/vision/shown/index.html");
        let names = published(&folder);
        let widths: Vec<(u32, u32)> = names.iter().map(|name| decoded(&folder, name).dimensions()).collect();
        assert_eq!(widths, [(1_200, 600), (1_400, 700), (480, 240), (800, 400)], "{names:?}");
        for (name, (width, _)) in names.iter().zip(widths) {
            assert!(html.contains(&format!("../../_/pictures/{name} {width}w")), "{html}");
        }
        assert!(html.contains("<picture><source type=\"image/webp\"") && html.contains("<img src=\"../../vision/a.jpg\""), "{html}");
    }

    #[test]
    fn a_picture_is_turned_as_its_camera_asks_and_loses_what_the_camera_wrote() {
        let folder = showing(&[("turned.jpg", TURNED)]);
        let _ = folder.run("build --strict").exits(0);
        let names = published(&folder);
        assert_eq!(names.len(), 1, "{names:?}");
        let picture = decoded(&folder, &names[0]);
        assert_eq!(picture.dimensions(), (400, 600));
        let is_red = |x, y| matches!(picture.get_pixel(x, y).0, [r, g, b] if r > 180 && g < 80 && b < 80);
        assert!(is_red(370, 30) && !is_red(30, 30), "the corner at the upper left is now at the upper right");
        let bytes = std::fs::read(folder.path(&format!("public/_/pictures/{}", names[0]))).unwrap();
        for metadata in [&b"Exif"[..], b"EXIF", b"Acme", b"XMP ", b"ICCP"] {
            assert!(!bytes.windows(metadata.len()).any(|window| window == metadata), "{metadata:?} is in the file");
        }
        assert!(TURNED.windows(4).any(|window| window == b"Acme"), "the picture itself names its camera");
    }

    #[test]
    fn pictures_of_every_kind_are_scaled() {
        for (name, bytes, widths) in [
            ("cmyk.jpg", CMYK, &[480, 600][..]),
            ("palette.png", PALETTE, &[240]),
            ("sixteen.png", SIXTEEN, &[120]),
            ("still.webp", STILL, &[480]),
            // What its bytes say counts, not its name.
            ("called.png", TURNED, &[400]),
        ] {
            let folder = showing(&[(name, bytes)]);
            let _ = folder.run("build --strict").exits(0).never_says("published as it is");
            let made: Vec<u32> = published(&folder).iter().map(|file| decoded(&folder, file).width()).collect();
            assert_eq!(made, widths, "{name}");
        }
    }

    #[test]
    fn what_is_see_through_stays_so() {
        let folder = showing(&[("palette.png", PALETTE)]);
        let _ = folder.run("build --strict").exits(0);
        let bytes = std::fs::read(folder.path(&format!("public/_/pictures/{}", published(&folder)[0]))).unwrap();
        let alpha = image::load_from_memory(&bytes).unwrap().into_rgba8();
        let clear = alpha.pixels().filter(|pixel| pixel.0[3] == 0).count();
        assert!((1..alpha.pixels().len()).contains(&clear), "{clear} of {}", alpha.pixels().len());
    }

    #[test]
    fn a_webp_is_its_own_largest_size() {
        let folder = showing(&[("still.webp", STILL)]);
        let _ = folder.run("build --strict").exits(0);
        assert!(elements(&folder, "source")[0].contains(" 480w, ../../vision/still.webp 600w\""), "{:?}", elements(&folder, "source"));
    }

    #[test]
    fn drawings_moving_pictures_and_small_ones_are_left_alone() {
        let one = promising(1, 1);
        let folder = showing(&[
            ("a.svg", b"<svg viewBox='0 0 3 2'/>"),
            ("m.webp", MOVING),
            ("one.png", &one),
            ("g.gif", b"GIF89a\x20\x01\x10\x00\0\0\0"),
        ]);
        let _ = folder.run("build").exits(0);
        assert!(!folder.has("public/_/pictures") && elements(&folder, "source").is_empty());
    }

    #[test]
    fn hostile_pictures_are_published_as_they_are_and_named() {
        let cut = &photograph(900, 900, ImageFormat::Png)[..60_000];
        let mut wrong = photograph(900, 900, ImageFormat::Png);
        let middle = wrong.len() / 2;
        wrong[middle..middle + 200].fill(0x55);
        let bomb = [promising(30_000, 30_000), vec![0; 20_000], b"IEND".to_vec()].concat();
        let folder = showing(&[("cut.png", cut), ("wrong.png", &wrong), ("bomb.png", &bomb)]);
        let run = folder.run("build").exits(0).says("64 million pixels").says("ends in the middle");
        let _ = run.says("content/vision/wrong.png is published as it is, and in no other size:");
        for name in ["cut.png", "wrong.png", "bomb.png"] {
            assert_eq!(
                std::fs::read(folder.path(&format!("public/vision/{name}"))).unwrap(),
                std::fs::read(folder.path(&format!("content/vision/{name}"))).unwrap()
            );
        }
        assert_eq!(elements(&folder, "source").len(), 1, "only what nobody could know is offered in other sizes");
    }

    #[test]
    fn a_second_build_writes_nothing_and_a_first_one_elsewhere_makes_nothing_again() {
        let folder = showing(&[("a.jpg", &photograph(1_000, 500, ImageFormat::Jpeg))]);
        let _ = folder.run("build --strict").exits(0);
        let before = folder.stamps("public");
        let _ = folder.run("build --strict").exits(0).says("0 files written");
        assert_eq!(folder.stamps("public"), before);
        let kept = folder.tree(".fourfold/pictures");
        assert_eq!(kept, folder.tree("public/_/pictures"));
        // What the cache holds is taken for the picture: so nothing is made a second time.
        let (name, own) = kept.iter().next().unwrap();
        let mut marked = own.clone();
        *marked.last_mut().unwrap() ^= 1;
        folder.write(&format!(".fourfold/pictures/{name}"), &marked);
        let _ = folder.run("build --strict -o other").exits(0);
        assert!(folder.tree("other/_/pictures")[name] == marked, "the cache is not used");
        folder.write(&format!(".fourfold/pictures/{name}"), &own[..own.len() / 2]);
        let _ = folder.run("build --strict -o third").exits(0);
        assert!(folder.tree("third/_/pictures")[name] == *own, "half a file is no picture");
    }

    #[test]
    fn the_cache_forgets_what_no_page_shows_and_needs_no_place_to_be_kept() {
        let folder = showing(&[("a.jpg", TURNED)]);
        let _ = folder.run("build --strict").exits(0);
        folder.write("content/vision/a.jpg", CMYK);
        let _ = folder.run("build --strict").exits(0);
        assert_eq!(folder.tree(".fourfold/pictures").len(), 2);
        let other = showing(&[("a.jpg", TURNED)]);
        other.write(".fourfold", "in the way");
        let _ = other.run("build --strict").exits(0);
        assert_eq!(published(&other).len(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_cache_that_leads_elsewhere_is_not_used() {
        let folder = showing(&[("a.jpg", TURNED)]);
        folder.write("../elsewhere/note", "x");
        std::os::unix::fs::symlink(folder.path("../elsewhere"), folder.path(".fourfold")).unwrap();
        let _ = folder.run("build --strict").exits(0);
        assert_eq!(folder.tree("../elsewhere").len(), 1, "something was written behind the link");
    }

    #[test]
    fn a_foreign_folder_gets_sizes_and_nothing_but_the_output() {
        let folder = Folder::new(&[("index.md", "# A\n\n![x](a.jpg)\n")]);
        folder.write("a.jpg", TURNED);
        let _ = folder.run("build").exits(0);
        let there: Vec<String> = folder.tree("").into_keys().filter(|path| !path.contains('/')).collect();
        assert_eq!(there, ["_site", "a.jpg", "index.md"]);
        assert_eq!(folder.tree("_site/_/pictures").len(), 1);
    }

    #[test]
    fn the_number_of_threads_changes_no_byte() {
        let folder = showing(&[
            ("a.jpg", &photograph(1_000, 500, ImageFormat::Jpeg)),
            ("b.png", &photograph(700, 500, ImageFormat::Png)),
            ("c.jpg", CMYK),
        ]);
        std::fs::create_dir(folder.path(".fourfold")).unwrap();
        for (jobs, output) in [(1, "one"), (8, "eight")] {
            std::fs::remove_dir_all(folder.path(".fourfold")).unwrap();
            let _ = folder.run(&format!("build --strict --jobs {jobs} -o {output}")).exits(0);
        }
        assert_eq!(folder.site("one"), folder.site("eight"));
    }

    #[test]
    fn the_same_picture_under_two_names_is_made_once() {
        let folder = showing(&[("a.jpg", TURNED), ("b.jpg", TURNED)]);
        let _ = folder.run("build --strict").exits(0);
        assert_eq!((published(&folder).len(), elements(&folder, "source").len()), (1, 2));
    }

    #[test]
    fn a_picture_that_is_only_linked_is_not_scaled() {
        let folder = showing(&[("a.jpg", TURNED)]);
        folder.write(PAGE, "# Shown\n\nA claim. See [it](a.jpg).\n");
        let _ = folder.run("build --strict").exits(0);
        assert!(folder.has("public/vision/a.jpg") && !folder.has("public/_/pictures"));
    }

    #[test]
    fn what_is_served_is_what_a_build_writes_also_after_a_picture_has_changed() {
        let folder = showing(&[("a.jpg", TURNED)]);
        let serving = Serving::start(&folder.root, "");
        for next in [TURNED, CMYK] {
            folder.write("content/vision/a.jpg", next);
            let width = if next == TURNED { "width=\"400\"" } else { "width=\"600\"" };
            let page = serving.get_until("/vision/shown/", |reply| reply.text().contains(width)).text();
            let _ = folder.run(&format!("build --drafts --base-url {} -o ../clean", serving.url())).exits(0);
            for (name, bytes) in folder.tree("../clean/_/pictures") {
                assert!(page.contains(&name), "{name}");
                let reply = serving.get(&format!("/_/pictures/{name}"));
                assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("image/webp")));
                assert!(reply.body == bytes, "{name} differs");
            }
        }
    }
}
