//! The handbook that is shipped, read from disk as the program reads it: no problem in it, and no address that leads nowhere.

use std::collections::BTreeSet;
use std::path::Path;

use fourfold::parse::front::Kind;
use fourfold::parse::page::Relation;

use crate::support::{Handbook, Site, closed_world, ill_formed};

fn handbook() -> Handbook {
    Handbook::on_disk(Path::new(env!("CARGO_MANIFEST_DIR")))
}

fn site() -> Site {
    handbook().build()
}

#[test]
fn the_shipped_handbook_has_no_problem() {
    let site = site();
    assert_eq!(site.problems(), 0, "{}", site.short(|_| true));
}

#[test]
fn every_address_of_the_shipped_handbook_leads_somewhere() {
    let site = site();
    assert!(site.paths().len() > 60, "{:#?}", site.paths());
    let (dead, torn) = (closed_world(&site), ill_formed(&site));
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(torn.is_empty(), "{torn:#?}");
}

#[test]
fn made_for_a_disk_it_leads_somewhere_too() {
    let site = handbook().portable().build();
    let dead = closed_world(&site);
    assert!(dead.is_empty(), "{dead:#?}");
    let folders: Vec<_> = site
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
        .filter(|(_, bytes)| {
            let html = String::from_utf8_lossy(bytes);
            html.split("href=\"").skip(1).any(|rest| {
                let address = rest.split('"').next().unwrap();
                !address.contains(':') && address.split('#').next().unwrap().ends_with('/')
            })
        })
        .map(|(path, _)| path)
        .collect();
    assert!(folders.is_empty(), "links to folders: {folders:#?}");
}

#[test]
fn every_kind_and_every_relation_is_real() {
    let handbook = handbook();
    let mut engine = fourfold::engine::Engine::new(handbook.settings().0.into());
    let plan = engine.apply(handbook.change());
    let (mut kinds, mut relations, mut stances, mut pillars) = (BTreeSet::new(), BTreeSet::new(), 0, BTreeSet::new());
    for (_, node) in plan.graph().in_order() {
        kinds.insert(format!("{:?}", node.page.kind));
        relations.extend(node.page.links.iter().map(|link| format!("{:?}", link.relation)));
        stances += usize::from(node.page.has_stances);
        if node.page.kind == Kind::Essay {
            pillars.extend(node.pillars.iter().cloned());
        }
    }
    let all = |kinds: &[Kind]| kinds.iter().map(|kind| format!("{kind:?}")).collect::<BTreeSet<_>>();
    assert_eq!(kinds, all(&[Kind::Essay, Kind::Example, Kind::Contributor, Kind::Term, Kind::Path, Kind::Page]));
    for relation in [Relation::Mentions, Relation::Illustrates, Relation::Contrasts, Relation::By, Relation::Tagged] {
        assert!(relations.contains(&format!("{relation:?}")), "nothing has the relation {relation:?}: {relations:?}");
    }
    assert!(stances >= 4, "{stances} stances blocks");
    assert_eq!(pillars.len(), 4, "essays stand in {pillars:?}");
    assert!(plan.graph().terms().len() >= 10, "{} terms", plan.graph().terms().len());
}
