//! Ids of paragraphs that link to other pages, so that a backlink leads to the very paragraph.
//!
//! In: the events of a paragraph. Out: an id that is made from what it links to, and from nothing else.

use pulldown_cmark::{Event, LinkType, Tag};

use crate::base::fingerprint::Fingerprint;
use crate::parse::page::Target;
use crate::parse::rules::Rules;

use super::Writer;
use super::ahead::{is_block, is_block_end};

impl Writer<'_, '_> {
    /// An id for the block whose inside starts at `at`, if it links to a page: made from what it links to, so that it
    /// outlives edits around it.
    pub(super) fn anchor_ahead(&mut self, at: usize) -> Option<String> {
        let mut targets: Vec<&str> = Vec::new();
        for (event, _) in &self.events[at.min(self.events.len())..] {
            match event {
                Event::Start(Tag::Link { link_type, dest_url, .. }) if leads_inside(*link_type, dest_url, self.rules) => {
                    targets.push(dest_url);
                }
                Event::Start(tag) if is_block(tag) => break,
                Event::End(end) if is_block_end(*end) => break,
                _ => {}
            }
        }
        if targets.is_empty() {
            return None;
        }
        let short = Fingerprint::of(&targets).0 as u32 & 0x00FF_FFFF;
        let base = format!("_ff-{short:06x}");
        let count = self.anchors.entry(base.clone()).or_insert(0);
        *count += 1;
        Some(if *count == 1 { base } else { format!("{base}-{count}") })
    }
}

fn leads_inside(link_type: LinkType, target: &str, rules: &Rules) -> bool {
    if matches!(link_type, LinkType::Email | LinkType::Autolink) && !rules.is_own(target) {
        return false;
    }
    let wiki = matches!(link_type, LinkType::WikiLink { .. });
    wiki || matches!(rules.classify(target).0, Target::Path(ref path) if !path.is_empty()) || rules.is_own(target)
}
