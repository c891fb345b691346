//! Layer 2: tables: scrollable regions, header cells with their scope, alignment by class because pages carry no `style`.

use super::Walk;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::Span;
use pulldown_cmark::{Alignment, CowStr, Event};
use std::ops::Range;

pub(super) struct OpenTable {
    pub(super) alignments: Vec<Alignment>,
    pub(super) column: usize,
    pub(super) head: bool,
    /// Where the open cell begins among the events and in the section's text.
    pub(super) cell: (usize, usize),
    /// The row of headers and how much text stood before it, until a cell of it has said something.
    pub(super) said: Option<(Span, usize)>,
}

/// A cell of this many bytes, about sixteen 汉字, asks for room of its own.
const LONG_CELL: usize = 48;

impl Walk<'_> {
    pub(super) fn row(&mut self, start: &'static str, head: bool) {
        if let Some(table) = &mut self.table {
            table.column = 0;
            table.head = head;
        }
        self.push(Event::Html(CowStr::Borrowed(start)));
    }

    pub(super) fn head(&mut self, range: &Range<usize>) {
        let span = self.span(range);
        let text = self.body.sections.last().map_or(0, |section| section.text.len());
        if let Some(table) = &mut self.table {
            table.said = Some((span, text));
        }
    }

    /// KB-903: a table whose columns have no names.
    pub(super) fn end_head(&mut self) {
        let Some((span, before)) = self.table.as_ref().and_then(|table| table.said) else { return };
        let text = self.body.sections.last().map_or("", |section| &section.text[before..]);
        if text.trim().is_empty() {
            self.diagnostics.push(
                Diagnostic::new(
                    Code(903),
                    span,
                    text!(
                        "表格的第一行是空的，各列没有名称",
                        "the header row is empty: the columns have no names"
                    ),
                )
                .help(text!(
                    "在第一行的每一格里写上这一列的名称，例如 | 时间 | 内容 |",
                    "name the columns in the first row, as in | Time | Topic |"
                )),
            );
        }
    }

    /// Holds the place of the start tag: what it says depends on how long the cell becomes.
    pub(super) fn cell(&mut self) {
        let text = self.body.sections.last().map_or(0, |section| section.text.len());
        let event = self.sinks.last().map_or(0, Vec::len);
        if let Some(table) = &mut self.table {
            table.cell = (event, text);
        }
        self.push(Event::Text(CowStr::Borrowed("")));
    }

    pub(super) fn end_cell(&mut self) {
        self.close_tags();
        let length = self.body.sections.last().map_or(0, |section| section.text.len());
        self.end_line();
        let Some(table) = &mut self.table else { return };
        let align = match table.alignments.get(table.column) {
            Some(Alignment::Left) => "ta-l",
            Some(Alignment::Center) => "ta-c",
            Some(Alignment::Right) => "ta-r",
            Some(Alignment::None) | None => "",
        };
        table.column += 1;
        let wide = if length >= table.cell.1 + LONG_CELL { "wide" } else { "" };
        let class = match (align, wide) {
            ("", "") => String::new(),
            (one, "") | ("", one) => format!(" class=\"{one}\""),
            (one, two) => format!(" class=\"{one} {two}\""),
        };
        let (start, end) = if table.head {
            (format!("<th scope=\"col\"{class}>"), "</th>")
        } else {
            (format!("<td{class}>"), "</td>")
        };
        let event = table.cell.0;
        if let Some(place) = self.sinks.last_mut().and_then(|sink| sink.get_mut(event)) {
            *place = Event::InlineHtml(CowStr::from(start));
        }
        self.html(end);
    }
}
