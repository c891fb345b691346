//! Layer 2: footnotes: numbered by first reference, written at the end of the body with ways back.

use super::Walk;
use crate::markdown::mistakes;
use crate::source::Span;
use pulldown_cmark::{CowStr, Event};

/// A footnote in order of first reference.
pub(super) struct Note<'a> {
    pub(super) name: String,
    pub(super) references: usize,
    /// Where its definition begins.
    pub(super) defined: Option<usize>,
    pub(super) events: Option<Vec<Event<'a>>>,
}

impl<'a> Walk<'a> {
    pub(super) fn note(&mut self, name: &str) -> usize {
        self.notes.iter().position(|note| note.name == name).unwrap_or_else(|| {
            self.notes.push(Note { name: name.to_owned(), references: 0, defined: None, events: None });
            self.notes.len() - 1
        })
    }

    pub(super) fn define_note(&mut self, name: &str, start: usize) {
        let index = self.note(name);
        self.notes[index].defined.get_or_insert(start);
    }

    pub(super) fn refer_to_note(&mut self, name: &str) {
        let index = self.note(name);
        self.notes[index].references += 1;
        let (number, times) = (index + 1, self.notes[index].references);
        let id = if times == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{times}") };
        self.html(format!("<sup class=\"fnref\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>"));
    }

    pub(super) fn end_note(&mut self) {
        self.end_line();
        let Some(mut events) = self.sinks.pop() else { return };
        let Some(Event::Text(name)) = events.first().cloned() else { return };
        events.remove(0);
        let index = self.note(&name);
        self.notes[index].events.get_or_insert(events);
    }

    /// The list of footnotes, where there is any.
    pub(super) fn write_notes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        for note in notes.iter().filter(|note| note.references == 0) {
            let Some(start) = note.defined.map(|start| self.start + start) else { continue };
            let place = Span::new(self.file, start..start + "[^]".len() + note.name.len());
            self.diagnostics.push(mistakes::unused_note(&note.name, place));
        }
        if notes.iter().any(|note| note.events.is_some()) {
            self.push(Event::Html(CowStr::Borrowed(
                "<section class=\"fn\">\n<h2 id=\"notes\">注释</h2>\n<ol>\n",
            )));
            for (index, note) in notes.into_iter().enumerate() {
                let number = index + 1;
                self.html(format!("<li id=\"fn-{number}\">"));
                for event in note.events.unwrap_or_default() {
                    self.push(event);
                }
                if note.references > 0 {
                    self.html(format!(
                        "<a class=\"fnback\" href=\"#fnref-{number}\" aria-label=\"返回正文\">↩</a>"
                    ));
                }
                self.html("</li>\n");
            }
            self.push(Event::Html(CowStr::Borrowed("</ol>\n</section>\n")));
        }
    }
}
