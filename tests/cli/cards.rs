//! Social cards: the pictures that other sites set beside a link.

use super::Folder;

const PAGES: &[(&str, &str)] = &[
    ("content/index.md", "# Home\n\nStart anywhere.\n"),
    ("content/vision/aim.md", "# Set an aim\n\nSay where you are going, and why.\n"),
    ("content/vision/jp.md", "# リーダーシップ\n\nA claim.\n"),
    ("content/results/ledger.md", "# Keep a ledger\n\nA page of numbers.\n"),
];

fn handbook(config: &str) -> Folder {
    let folder = Folder::handbook(PAGES);
    folder.write("handbook.toml", format!("title = \"Test\"\n{config}"));
    folder
}

#[test]
#[cfg(not(feature = "cards"))]
fn a_program_without_cards_says_so_where_they_are_asked_for_and_nowhere_else() {
    let asked = handbook("base_url = \"https://test.example/\"\n[outputs]\ncards = \"page\"\n");
    let _ = asked.run("build --strict").exits(0).says("hint: handbook.toml asks for social cards");
    let silent = handbook("base_url = \"https://test.example/\"\n");
    let _ = silent.run("build --strict").exits(0).never_says("social cards");
    assert!(!silent.read("public/vision/aim/index.html").contains("og:image"));
}

#[cfg(feature = "cards")]
mod drawn {
    use std::collections::BTreeSet;

    use super::*;
    use crate::support::serving::Serving;

    const BASE: &str = "base_url = \"https://test.example/sub/\"\n";

    /// What the head of a page says in an element `meta`.
    fn meta(html: &str, property: &str) -> Option<String> {
        let (_, rest) = html.split_once(&format!("=\"{property}\" content=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    /// The card of a page below the output, where it has one.
    fn card(folder: &Folder, page: &str) -> Option<String> {
        let address = meta(&folder.read(&format!("public/{page}index.html")), "og:image")?;
        Some(address.strip_prefix("https://test.example/sub/").expect("an absolute address").to_owned())
    }

    fn size(png: &[u8]) -> (u32, u32) {
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        (side(16), side(20))
    }

    #[test]
    fn pages_of_a_pillar_share_its_card_and_others_that_of_the_handbook() {
        let folder = handbook(BASE);
        let _ = folder.run("build --strict").exits(0);
        let vision = card(&folder, "vision/aim/").unwrap();
        assert_eq!(card(&folder, "vision/"), Some(vision.clone()));
        let cards = BTreeSet::from([vision, card(&folder, "results/ledger/").unwrap(), card(&folder, "").unwrap()]);
        assert_eq!(cards.len(), 3);
        for card in &cards {
            assert_eq!(size(&std::fs::read(folder.path(&format!("public/{card}"))).unwrap()), (1_200, 630));
        }
        assert_eq!(folder.tree("public/_/cards").len(), 5, "four pillars and the handbook");
        let html = folder.read("public/vision/aim/index.html");
        let said = ["og:image:width", "og:image:height", "og:image:alt", "twitter:card"].map(|name| meta(&html, name).unwrap_or_default());
        assert_eq!(said, ["1200", "630", "Vision · Test", "summary_large_image"]);
    }

    #[test]
    fn without_an_address_or_by_choice_there_are_none() {
        for config in ["", "base_url = \"https://test.example/sub/\"\n[outputs]\ncards = \"none\"\n"] {
            let folder = handbook(config);
            let _ = folder.run("build --strict").exits(0);
            assert!(!folder.has("public/_/cards") && card(&folder, "vision/aim/").is_none() && card(&folder, "").is_none());
        }
    }

    #[test]
    fn a_page_has_a_card_of_its_own_where_the_config_asks_for_it_and_its_title_can_be_drawn() {
        let folder = handbook(&format!("{BASE}[outputs]\ncards = \"page\"\n"));
        let _ = folder.run("build --strict").exits(0);
        let (own, shared) = (card(&folder, "vision/aim/").unwrap(), card(&folder, "vision/").unwrap());
        assert_ne!(own, shared);
        assert_eq!(card(&folder, "vision/jp/"), Some(shared));
        assert_eq!(meta(&folder.read("public/vision/aim/index.html"), "og:image:alt").as_deref(), Some("Set an aim · Test"));
        assert!(folder.has(&format!("public/{own}")));
        folder.edit("content/vision/aim.md", "# Set an aim", "# Set another aim");
        let _ = folder.run("build --strict").exits(0);
        assert!(card(&folder, "vision/aim/").unwrap() != own && !folder.has(&format!("public/{own}")));
    }

    #[test]
    fn a_card_is_the_same_on_any_number_of_threads_and_drawn_once() {
        let folder = handbook(&format!("{BASE}[outputs]\ncards = \"page\"\n"));
        let _ = folder.run("build --strict --jobs 1 -o one").exits(0);
        std::fs::remove_dir_all(folder.path(".fourfold")).unwrap();
        let _ = folder.run("build --strict --jobs 8").exits(0);
        assert_eq!(folder.site("one"), folder.site("public"));
        assert_eq!(folder.tree(".fourfold/pictures"), folder.tree("public/_/cards"));
        let before = folder.stamps("public");
        let _ = folder.run("build --strict").exits(0).says("0 files written");
        assert_eq!(folder.stamps("public"), before);
        let (name, own) = folder.tree(".fourfold/pictures").into_iter().next().unwrap();
        let mut marked = own;
        let middle = marked.len() / 2;
        marked[middle] ^= 1;
        folder.write(&format!(".fourfold/pictures/{name}"), &marked);
        let _ = folder.run("build --strict -o third").exits(0);
        assert!(folder.tree("third/_/cards")[&name] == marked, "the cache is not used");
    }

    #[test]
    fn what_is_served_is_what_a_build_writes() {
        let folder = handbook("[outputs]\ncards = \"page\"\n");
        let serving = Serving::start(&folder.root, "");
        folder.edit("content/vision/aim.md", "Say where you are going, and why.", "Another claim, which is drawn as well.");
        serving.get_until("/vision/aim/", |reply| reply.text().contains("Another claim"));
        let _ = folder.run(&format!("build --drafts --base-url {} -o ../clean", serving.url())).exits(0);
        let cards = folder.tree("../clean/_/cards");
        assert_eq!(cards.len(), 7, "{:?}", cards.keys());
        for (name, bytes) in cards {
            let reply = serving.get(&format!("/_/cards/{name}"));
            assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("image/png")));
            assert!(reply.body == bytes, "{name} differs");
        }
    }
}
