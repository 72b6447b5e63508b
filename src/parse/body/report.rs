//! Problems that can be seen while a page is written.
//!
//! In: a code, a place, words. Out: a diagnostic of the page, unless the settings have its code off.

use std::ops::Range;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::parse::dialects::Plain;

use super::Writer;

impl<'e> Writer<'e, '_> {
    /// Adds a problem at a place of the text, unless its code is off.
    pub(super) fn report(&mut self, code: Code, range: &Range<usize>, message: String, help: &str) {
        let Some(severity) = self.rules.settings.severity(code) else { return };
        let span = self.span(range);
        let diagnostic = Diagnostic::new(code, severity, message).at(&self.source.path, span, "").help(help);
        self.out.diagnostics.push(diagnostic);
    }

    /// Says which tags of other programs mean nothing here, once a kind.
    pub(super) fn report_tags(&mut self) {
        let plain: &'e Plain<'e> = self.plain;
        for notice in &plain.notices {
            self.report_tag(&notice.kind, notice.range.clone());
        }
    }

    /// Reports a tag of another program at a place of the text as written, once a kind.
    pub(super) fn report_tag(&mut self, kind: &str, written: Range<usize>) {
        let Some(severity) = self.rules.settings.severity(Code::Shortcode) else { return };
        if !self.told.insert(kind.to_owned()) {
            return;
        }
        let message = format!("the tag `{kind}` belongs to another program and is left out; what stands inside it stays");
        let span = self.source.on_disk(self.start + written.start..self.start + written.end);
        let diagnostic = Diagnostic::new(Code::Shortcode, severity, message).at(&self.source.path, span, "").target(kind);
        self.out.diagnostics.push(diagnostic.help("say it in Markdown"));
    }
}
