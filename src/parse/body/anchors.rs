//! Blocks that backlinks lead to: a block with a link of the handbook in it has an id, made from where its links lead.
//!
//! In: the events ahead of a block. Out: its start with an id, and the blocks without one as they are.
//!
//! Invariant: an id follows from the targets of the block's links and from the blocks before it, so other edits leave it.

use pulldown_cmark::{Event, LinkType, Tag};

use super::ahead::{is_block, is_block_end};
use super::{Block, Writer};
use crate::base::fingerprint::Fingerprint;
use crate::parse::page::Target;
use crate::parse::rules::Rules;
use crate::parse::sentence;

impl Writer<'_, '_> {
    /// Starts reading a block of running text, with a class unless that is empty; it gets an id where it links to another page.
    pub(super) fn begin_block(&mut self, at: usize, tag: &str, class: &str) {
        self.end_block();
        let anchor = self.anchor_ahead(at + 1);
        let class = if class.is_empty() { ["", "", ""] } else { [" class=\"", class, "\""] };
        ["<", tag].into_iter().chain(class).for_each(|part| self.push(part));
        if let Some(anchor) = &anchor {
            self.push_id(anchor);
            self.out.ids.push(anchor.clone());
        }
        self.push(">");
        self.block.on = true;
        self.block.wanted = anchor.is_some() || self.out.claim.is_empty() || self.stop.is_some();
        self.block.start = self.events.get(at).map_or(0, |(_, range)| range.start);
        self.block.anchor = anchor.unwrap_or_default();
    }

    /// Ends a block: its links get their sentences.
    pub(super) fn end_block(&mut self) {
        if !self.block.on {
            return;
        }
        self.close_raw(self.raw_depth());
        let Block { anchor, text, links, on, wanted, .. } = &mut self.block;
        for (link, words) in links.drain(..) {
            let sentence = sentence::around(text, words, anchor);
            self.out.links[link].sentence = Some(sentence.into());
        }
        (*on, *wanted) = (false, false);
        text.clear();
        anchor.clear();
    }

    /// An id for the block whose inside starts at `at`, if it links to a page: made from what it links to, so that it
    /// outlives edits around it.
    fn anchor_ahead(&mut self, at: usize) -> Option<String> {
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
