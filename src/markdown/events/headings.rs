//! Layer 2: headings of a body: their level in the page and their anchor.

use super::Walk;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::markdown::{Heading, Section};
use crate::source::Span;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Tag, TagEnd};
use sha2::{Digest, Sha256};

pub(super) struct OpenHeading {
    pub(super) event: usize,
    pub(super) level: HeadingLevel,
    pub(super) id: Option<String>,
    pub(super) text: String,
    pub(super) span: Span,
}

impl Walk<'_> {
    pub(super) fn end_heading(&mut self) {
        self.close_tags();
        let Some(heading) = self.heading.take() else { return };
        let source_level = heading.level as u8;
        if let Some(last) = self.levels.last().copied().filter(|last| source_level > last + 1) {
            let marks = "#".repeat(last as usize + 1);
            self.diagnostics.push(
                Diagnostic::new(
                    Code(903),
                    heading.span,
                    text!(
                        "标题从 {last} 级直接跳到 {source_level} 级，中间缺了一级",
                        "the heading jumps from level {last} to level {source_level}"
                    ),
                )
                .help(text!(
                    "用 {marks} 开头，或在前面补上一个 {marks} 标题",
                    "begin it with {marks}, or put a heading with {marks} before it"
                )),
            );
        }
        while self.levels.last().is_some_and(|level| *level >= source_level) {
            self.levels.pop();
        }
        self.levels.push(source_level);
        let level = (self.levels.len() as u8 + 1).min(6);
        let text = heading.text.trim().to_owned();
        let name = heading.id.clone().unwrap_or_else(|| {
            let digest = Sha256::digest(text.as_bytes());
            format!("{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2])
        });
        let anchor = self.anchor(&format!("h-{name}"));
        let tag = Tag::Heading {
            level: HeadingLevel::try_from(level as usize).unwrap_or(HeadingLevel::H6),
            id: Some(CowStr::from(anchor.clone())),
            classes: Vec::new(),
            attrs: Vec::new(),
        };
        let end = TagEnd::Heading(HeadingLevel::try_from(level as usize).unwrap_or(HeadingLevel::H6));
        if let Some(event) = self.sinks.last_mut().and_then(|sink| sink.get_mut(heading.event)) {
            *event = Event::Start(tag);
        }
        self.push(Event::End(end));
        self.body.sections.push(Section { heading: Some(self.body.headings.len()), text: String::new() });
        self.body.headings.push(Heading { level, anchor, id: heading.id, text, span: heading.span });
        self.last = None;
    }

    /// `wanted`, or with `-2`, `-3` .. when the body has it already.
    pub(super) fn anchor(&mut self, wanted: &str) -> String {
        let wanted: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
        loop {
            let count = self.anchors.entry(wanted.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return wanted;
            }
            let numbered = format!("{wanted}-{count}");
            if !self.anchors.contains_key(&numbered) {
                self.anchors.insert(numbered.clone(), 1);
                return numbered;
            }
        }
    }
}
