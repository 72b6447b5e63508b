//! What is told from the bytes of a picture, and from what only looks like one.

use super::*;

fn known(name: &str, bytes: &[u8]) -> Option<Picture> {
    facts(&SourcePath::new(name).expect("a path"), bytes, bytes.len() as u64, true)
}

fn size(name: &str, bytes: &[u8]) -> Option<(u32, u32)> {
    known(name, bytes).and_then(|picture| picture.size)
}

fn flaw(name: &str, bytes: &[u8]) -> Option<Flaw> {
    known(name, bytes).and_then(|picture| picture.flaw)
}

const TURNED: &[u8] = include_bytes!("../../../tests/fixtures/pictures/turned.jpg");
const PALETTE: &[u8] = include_bytes!("../../../tests/fixtures/pictures/palette.png");
const STILL: &[u8] = include_bytes!("../../../tests/fixtures/pictures/still.webp");
const MOVING: [(&str, &[u8]); 2] = [
    ("a.png", include_bytes!("../../../tests/fixtures/pictures/animated.png")),
    ("a.webp", include_bytes!("../../../tests/fixtures/pictures/animated.webp")),
];

/// The head of a PNG and nothing behind it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(b"\x08\x02\0\0\0\0\0\0\0");
    bytes
}

#[test]
fn a_camera_held_upright_makes_an_upright_picture() {
    assert_eq!(orientation(TURNED), 6);
    assert_eq!(size("a.jpg", TURNED), Some((400, 600)));
}

#[test]
fn the_first_bytes_tell_the_size_whatever_the_name_says() {
    assert_eq!(size("a.png", PALETTE), Some((240, 160)));
    assert_eq!(size("a.JPEG", PALETTE), Some((240, 160)));
    assert_eq!(size("a.webp", STILL), Some((600, 400)));
    assert_eq!(size("a.gif", b"GIF89a\x20\x01\x10\x00\0\0\0"), Some((288, 16)));
    assert_eq!(known("a.pdf", PALETTE), None);
}

#[test]
fn a_drawing_has_its_own_size_or_that_of_its_view() {
    let drawing = |attributes: &str| size("a.svg", format!("<?xml version=\"1.0\"?><!-- <svg width='1'> --><svg {attributes}>").as_bytes());
    assert_eq!(drawing("width='120' height='80px'"), Some((120, 80)));
    assert_eq!(drawing("viewBox='0 0 300.4,150'"), Some((300, 150)));
    assert_eq!(drawing("width=\"100%\" viewBox=\"-5 -5 30 10\""), Some((30, 10)));
    assert_eq!(drawing("width='60' viewBox='0 0 30 10'"), Some((60, 20)));
    assert_eq!(drawing("width='25.4mm' height='1in'"), Some((96, 96)));
    for broken in ["", "width='5'", "viewBox='0 0 0 0'", "viewBox='0 0 NaN 1'", "width='1e400' height='inf'", "width='-3' height='2'"] {
        assert_eq!(drawing(broken), None, "{broken}");
    }
}

#[test]
fn a_picture_that_moves_is_not_scaled() {
    for (name, bytes) in MOVING {
        let picture = known(name, bytes).expect("a picture");
        assert!(picture.size.is_some() && picture.still.is_none() && picture.flaw.is_none(), "{name}: {picture:?}");
    }
    assert!(known("a.webp", STILL).and_then(|picture| picture.still).is_some_and(|still| still.webp));
}

#[test]
fn a_picture_that_ends_in_the_middle_is_found_out() {
    for (name, bytes) in [("a.jpg", TURNED), ("a.png", PALETTE), ("a.webp", STILL)] {
        assert_eq!(flaw(name, bytes), None, "{name}");
        assert_eq!(flaw(name, &bytes[..bytes.len() / 2]), Some(Flaw::CutOff), "{name}");
        assert_eq!(flaw(name, &[bytes, b"what some telephones add"].concat()), None, "{name}");
    }
}

#[test]
fn a_head_that_promises_too_much_is_not_believed() {
    assert_eq!(flaw("a.png", &png(30_000, 30_000)), Some(Flaw::Pixels));
    assert_eq!(size("a.png", &png(30_000, 30_000)), Some((30_000, 30_000)), "browsers may try");
    assert_eq!(flaw("a.png", &png(u32::MAX, u32::MAX)), Some(Flaw::NoPicture));
    assert_eq!(flaw("a.png", &png(0, 5)), Some(Flaw::NoPicture));
}

#[test]
fn what_only_has_the_name_of_a_picture_is_none() {
    for bytes in [&b""[..], b"<script>", b"\x89PNG", b"\xFF\xD8\xFF", b"RIFF\0\0\0\0WEBP"] {
        assert_eq!(flaw("a.png", bytes), Some(Flaw::NoPicture), "{bytes:?}");
    }
}

#[test]
fn no_bytes_make_reading_fail() {
    for seed in [TURNED, PALETTE, STILL, MOVING[0].1, MOVING[1].1] {
        for at in (0..seed.len().min(700)).step_by(3) {
            let mut bytes = seed[..seed.len().min(900)].to_vec();
            bytes[at] ^= 0xFF;
            let _ = (known("a.jpg", &bytes), orientation(&bytes), known("a.png", &bytes[at..]));
        }
    }
}
