//! Pictures, and what else an exclamation mark shows: texts of other pages, sound, film.
//!
//! In: the events of a picture. Out: a hole for it, or, where it cannot be shown, its description or a link.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use crate::base::diagnostic::Code;
use crate::base::text::Span;
use crate::parse::page::{Part, Relation, Syntax, Target};
use crate::parse::rules::is_picture;

use super::inlines::{Closing, OpenLink};
use super::text::escape_href;
use super::{Writer, escape_into};

impl<'a> Writer<'_, 'a> {
    pub(super) fn start_picture(&mut self, at: usize, link_type: LinkType, texts: [&CowStr<'a>; 3], range: Range<usize>) -> usize {
        let words = self.block.text.len();
        let index = self.add_link(link_type, texts, &range, true);
        let target = &self.out.links[index].target;
        if !matches!(target, Target::External(_)) {
            let dead = self.alt.is_some() || matches!(target, Target::Refused(_));
            self.cut_link(at, index, link_type, &range, true, dead);
        }
        self.links.push(OpenLink { close: Closing::Picture, words, link: index });
        self.inline_depth += 1;
        if self.alt.is_none() {
            self.alt = Some(String::new());
        }
        at + 1
    }

    pub(super) fn picture(&mut self, index: usize, alt: &str) {
        let link = &mut self.out.links[index];
        let span = link.span;
        if link.syntax == Syntax::Embed {
            // The label of an embed is what stands behind the pothole; without one the parser repeats the target.
            link.label = (alt != &*link.raw).then(|| alt.into());
            let part = if link.relation == Relation::Shows { Part::Image } else { Part::Embed };
            if (self.is_inside_link() || self.in_title) && !is_picture(&self.out.links[index].raw) {
                // What would be shown has links or blocks of its own.
                return self.text_out(alt);
            }
            self.hole(index, part);
            return;
        }
        let missing = alt.trim().is_empty();
        let target = link.target.clone();
        link.label = Some(alt.into());
        let title = link.title.clone();
        match target {
            Target::External(url) => self.remote_picture(&url, alt, title.as_deref(), span),
            Target::Refused(_) => {
                self.text_out(alt);
                self.report_span(Code::UnsafeUrl, span, "this picture's address is not allowed, so readers see its description".into());
            }
            _ => {
                self.hole(index, Part::Image);
                if missing {
                    self.report_span(Code::MissingAlt, span, "this picture has no description for people who cannot see it".into());
                }
            }
        }
    }

    fn remote_picture(&mut self, url: &str, alt: &str, title: Option<&str>, span: Span) {
        let inline_data = url.starts_with("data:");
        if self.rules.settings.config.remote || inline_data {
            let html = &mut self.out.body.html;
            html.push_str("<img src=\"");
            escape_href(html, url);
            html.push_str("\" alt=\"");
            escape_into(html, alt);
            if let Some(title) = title {
                html.push_str("\" title=\"");
                escape_into(html, title);
            }
            html.push_str("\" loading=\"lazy\" decoding=\"async\">");
            return;
        }
        let words = if alt.trim().is_empty() { url } else { alt };
        if !self.is_inside_link() {
            let html = &mut self.out.body.html;
            html.push_str("<a href=\"");
            escape_href(html, url);
            html.push_str("\">");
            escape_into(html, words);
            html.push_str("</a>");
        } else {
            self.text_out(alt);
        }
        self.report_span(Code::RemoteAsset, span, "this picture lies on another site, so readers see a link to it".into());
    }

    fn report_span(&mut self, code: Code, span: Span, message: String) {
        let Some(severity) = self.rules.settings.severity(code) else { return };
        let help = match code {
            Code::MissingAlt => "say between the square brackets what the picture shows: ![what it shows](picture.png)",
            Code::RemoteAsset => "put the picture beside the page, or allow remote pictures with `remote = true` under [content]",
            _ => "use a picture that lies beside the page",
        };
        let diagnostic = crate::base::diagnostic::Diagnostic::new(code, severity, message).at(&self.source.path, span, "").help(help);
        self.out.diagnostics.push(diagnostic);
    }
}
