//! Tables; one whose columns are a leader's and a manager's becomes a stances block.

use pulldown_cmark::{Alignment, Event, Tag};

use crate::base::config::Stance;

use super::quotes::voice_named;
use super::{Writer, after_end};

/// A table that is being written.
pub struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
    /// Whether the cell that is being written names its column.
    names: bool,
    /// For a stances block: the columns of the leader and of the manager, and whether another column names the topic.
    stances: Option<(usize, usize, Option<usize>)>,
}

impl<'a> Writer<'_, 'a> {
    pub(super) fn start_table(&mut self, at: usize, alignments: &[Alignment]) -> usize {
        self.end_block();
        self.note_first_block();
        self.nesting += 1;
        let stances = self.stance_columns(at);
        self.table = Some(Table { alignments: alignments.to_vec(), column: 0, head: true, names: false, stances });
        match stances {
            None => {
                self.push("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
                self.push_said("table");
                self.push("\"><table>");
            }
            Some(columns) => {
                self.out.stances = vec![Stance::Leadership, Stance::Management];
                if columns.2.is_none() {
                    self.push("<div class=\"stances rows\">\n");
                } else {
                    self.push("<dl class=\"stances\">\n");
                }
                // The head only names the columns, which each row says again.
                return after_end(self.events, at + 1);
            }
        }
        at + 1
    }

    /// The columns of the two voices, if the head of the table names exactly those (and at most one topic).
    fn stance_columns(&self, at: usize) -> Option<(usize, usize, Option<usize>)> {
        let head = &self.events[at + 1..after_end(self.events, at + 1)];
        let mut names: Vec<String> = Vec::new();
        for (event, _) in head {
            match event {
                Event::Start(Tag::TableCell) => names.push(String::new()),
                Event::Text(text) => names.last_mut()?.push_str(text),
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => return None,
                _ => {}
            }
        }
        let find = |wanted| names.iter().position(|name| voice_named(name, self.reading.say) == Some(wanted));
        let (leader, manager) = (find(Stance::Leadership)?, find(Stance::Management)?);
        let topic = (0..names.len()).find(|column| *column != leader && *column != manager);
        // A topic that follows what is said about it cannot be its heading.
        (names.len() <= 3 && topic.is_none_or(|topic| topic == 0)).then_some((leader, manager, topic))
    }

    pub(super) fn start_row(&mut self) {
        let stances = self.in_stances();
        if let Some(table) = &mut self.table {
            table.column = 0;
            table.head = false;
        }
        self.push(if stances { "<div>" } else { "<tr>" });
    }

    pub(super) fn in_stances(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.stances.is_some())
    }

    pub(super) fn start_cell(&mut self, at: usize) {
        let Some(table) = &self.table else { return };
        if let Some((leader, manager, topic)) = table.stances {
            let column = table.column;
            if Some(column) == topic {
                self.begin_block(at, "dt", "");
            } else if column == leader {
                self.start_voice(at, "l", "leader", topic.is_none());
            } else if column == manager {
                self.start_voice(at, "m", "manager", topic.is_none());
            }
            return;
        }
        let class = match table.alignments.get(table.column) {
            Some(Alignment::Center) => "c",
            Some(Alignment::Right) => "e",
            _ => "",
        };
        // A heading without words heads nothing, and a voice that reads the page would announce it.
        let names = table.head && !matches!(self.events.get(at + 1), Some((Event::End(_), _)));
        let element = if names { "th" } else { "td" };
        if let Some(table) = &mut self.table {
            table.names = names;
        }
        self.begin_block(at, element, class);
    }

    /// Opens what a voice says, which begins with the name of the voice; `apart` where no topic heads the row.
    fn start_voice(&mut self, at: usize, class: &str, voice: &str, apart: bool) {
        let element = if apart { "div" } else { "dd" };
        self.begin_block(at, element, class);
        self.push("<b>");
        self.push_said(voice);
        self.push("</b> ");
    }

    pub(super) fn end_cell(&mut self) {
        self.close_raw(self.raw_floor());
        self.end_block();
        let Some(table) = &mut self.table else { return };
        let column = table.column;
        table.column += 1;
        let end = match (table.stances, table.names) {
            (Some((_, _, topic)), _) if Some(column) == topic => "</dt>\n",
            (Some((_, _, None)), _) => "</div>\n",
            (Some(_), _) => "</dd>\n",
            (None, true) => "</th>\n",
            (None, false) => "</td>\n",
        };
        self.push(end);
    }

    pub(super) fn end_row(&mut self) {
        let stances = self.in_stances();
        self.push(if stances { "</div>\n" } else { "</tr>\n" });
    }

    pub(super) fn end_table(&mut self) {
        self.nesting -= 1;
        let stances = self.table.take().and_then(|table| table.stances);
        self.push(match stances {
            None => "</tbody></table></div>\n",
            Some((_, _, None)) => "</div>\n",
            Some(_) => "</dl>\n",
        });
        self.write_pending_notes();
    }
}
