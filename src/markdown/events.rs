//! Layer 2: the walk over pulldown-cmark's events that makes a [`Body`].

mod headings;
mod links;
mod notes;
mod raw;
mod tables;

use self::headings::OpenHeading;
use self::links::OpenLink;
use self::notes::Note;
use self::tables::OpenTable;
use super::emphasis::{self, Shown};
use super::link::{self, Target};
use super::mistakes;
use super::{Body, Section, is_chinese};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};
use pulldown_cmark::{BlockQuoteKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Parses `source`, which begins at byte `start` of `file`.
pub fn parse(file: FileId, source: &str, start: usize) -> (Body, Vec<Diagnostic>) {
    let shown = emphasis::show(source);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS;
    let mut walk =
        Walk { file, source, start, sinks: vec![Vec::with_capacity(source.len() / 32)], ..Walk::new(file) };
    walk.body.start = start;
    walk.body.sections.push(Section::default());
    for (event, range) in Parser::new_ext(&shown.text, options).into_offset_iter() {
        walk.take(event, range, &shown);
    }
    walk.finish()
}

struct Walk<'a> {
    file: FileId,
    source: &'a str,
    start: usize,
    body: Body,
    diagnostics: Vec<Diagnostic>,
    /// Where events go: the body, or on top of it the footnote that is being defined.
    sinks: Vec<Vec<Event<'a>>>,
    /// The last character of running text, to decide about a line break after it.
    last: Option<char>,
    heading: Option<OpenHeading>,
    /// Source levels of the headings that enclose this place.
    levels: Vec<u8>,
    anchors: FxHashMap<String, u32>,
    table: Option<OpenTable>,
    tables: usize,
    links: Vec<OpenLink>,
    /// A link without text of its own takes its target's title; its inner text is dropped.
    untitled: usize,
    image: Option<(usize, String)>,
    tags: Vec<(&'static str, Span)>,
    /// Names of refused tags whose end has not come yet.
    refused: Vec<String>,
    /// How many those were when the open block of HTML began.
    block: Option<usize>,
    notes: Vec<Note<'a>>,
    /// Inside a code block.
    code: bool,
}

impl<'a> Walk<'a> {
    fn new(file: FileId) -> Walk<'a> {
        Walk {
            file,
            source: "",
            start: 0,
            body: Body::default(),
            diagnostics: Vec::new(),
            sinks: Vec::new(),
            last: None,
            heading: None,
            levels: Vec::new(),
            anchors: FxHashMap::default(),
            table: None,
            tables: 0,
            links: Vec::new(),
            untitled: 0,
            image: None,
            tags: Vec::new(),
            refused: Vec::new(),
            block: None,
            notes: Vec::new(),
            code: false,
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        let end = range.start + self.source[range.clone()].trim_end().len();
        Span::new(self.file, self.start + range.start..self.start + end.max(range.start))
    }

    fn push(&mut self, event: Event<'a>) {
        if let Some(sink) = self.sinks.last_mut() {
            sink.push(event);
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.push(Event::InlineHtml(html.into()));
    }

    /// Running text for search, headings and line breaks.
    fn say(&mut self, text: &str) {
        if self.tags.last().is_some_and(|(tag, _)| matches!(*tag, "rt" | "rp")) {
            return;
        }
        self.last = text.chars().next_back().or(self.last);
        match (&mut self.heading, self.body.sections.last_mut()) {
            (Some(heading), _) => heading.text.push_str(text),
            (None, Some(section)) => section.text.push_str(text),
            (None, None) => {}
        }
    }

    fn end_line(&mut self) {
        self.last = None;
        if let (None, Some(section)) = (&self.heading, self.body.sections.last_mut())
            && !section.text.is_empty()
            && !section.text.ends_with('\n')
        {
            section.text.push('\n');
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>, shown: &Shown<'a>) {
        if let Some((_, alt)) = &mut self.image {
            match event {
                Event::Text(text) | Event::Code(text) => alt.push_str(&shown.restore(text, &range)),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                Event::End(TagEnd::Image) => self.end_image(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.open(tag, range, shown),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => {
                // Code is shown as it is: nothing in it is a mistake of Markdown or of punctuation.
                if !self.code {
                    self.body.prose.push(self.start, &range);
                }
                let text = shown.restore(text, &range);
                if self.untitled == 0 {
                    self.say(&text);
                    self.push(Event::Text(text));
                }
            }
            Event::Code(text) => {
                let text = shown.restore(text, &range);
                self.say(&text);
                self.push(Event::Code(text));
            }
            Event::SoftBreak => self.soft_break(range),
            Event::HardBreak => {
                self.end_line();
                self.push(Event::HardBreak);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = shown.restore(html, &range);
                self.raw_html(&html, &range);
            }
            Event::FootnoteReference(name) => self.refer_to_note(&shown.restore(name, &range)),
            Event::Rule => self.push(Event::Rule),
            Event::TaskListMarker(done) => self.html(if done {
                "<input type=\"checkbox\" disabled checked aria-label=\"已完成\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"未完成\"> "
            }),
            // Mathematics is off: prices such as $100 would become formulas.
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = shown.restore(text, &range);
                self.push(Event::Text(text));
            }
        }
    }

    /// A line break between two Chinese characters is the editor's, not the text's: it leaves no space.
    fn soft_break(&mut self, range: Range<usize>) {
        let next = self.source[range.end..]
            .trim_start_matches([' ', '\t', '>', '*', '_', '~', '[', '`', '\n', '\r'])
            .chars()
            .next();
        if self.last.is_some_and(is_chinese) && next.is_some_and(is_chinese) {
            return;
        }
        self.say(" ");
        self.push(Event::SoftBreak);
    }

    fn open(&mut self, tag: Tag<'_>, range: Range<usize>, shown: &Shown<'a>) {
        match tag {
            Tag::Heading { level, id, .. } => {
                let span = self.span(&range);
                let id = id.map(|id| shown.restore(id, &range).into_string());
                self.end_line();
                self.heading = Some(OpenHeading {
                    event: self.sinks.last().map_or(0, Vec::len),
                    level,
                    id,
                    text: String::new(),
                    span,
                });
                self.push(Event::Text(CowStr::Borrowed("")));
            }
            Tag::BlockQuote(kind) => {
                self.end_line();
                self.push(Event::Start(Tag::BlockQuote(kind)));
                if let Some(kind) = kind {
                    self.push(Event::Html(CowStr::Borrowed(alert_title(kind))));
                }
            }
            Tag::Table(alignments) => {
                self.end_line();
                self.tables += 1;
                self.table = Some(OpenTable { alignments, column: 0, head: false, cell: (0, 0), said: None });
                let number = self.tables;
                self.push(Event::Html(CowStr::from(format!(
                    "<div class=\"tw\" tabindex=\"0\" role=\"region\" aria-label=\"表格 {number}\"><table>\n"
                ))));
            }
            Tag::TableHead => {
                self.head(&range);
                self.row("<thead><tr>", true);
            }
            Tag::TableRow => self.row("<tr>", false),
            Tag::TableCell => self.cell(),
            Tag::Link { link_type, dest_url, .. } => {
                let destination = shown.restore(dest_url, &range);
                self.open_link(link_type, &destination, &range);
            }
            Tag::Image { link_type, dest_url, .. } => {
                let destination = shown.restore(dest_url, &range);
                let target = match link_type {
                    LinkType::WikiLink { .. } => {
                        Target::File { path: destination.to_string(), heading: None }
                    }
                    _ => link::target(&destination, true, self.span(&range), &mut self.diagnostics),
                };
                let index = self.link(target, true, &range);
                self.image = Some((index, String::new()));
            }
            Tag::FootnoteDefinition(name) => {
                let name = shown.restore(name, &range).into_string();
                self.end_line();
                self.define_note(&name, range.start);
                self.sinks.push(vec![Event::Text(CowStr::from(name))]);
            }
            Tag::CodeBlock(kind) => {
                self.end_line();
                self.code = true;
                if matches!(kind, pulldown_cmark::CodeBlockKind::Fenced(_)) {
                    let place = Span::new(self.file, self.start + range.start..self.start + range.end);
                    self.diagnostics.extend(mistakes::unclosed_fence(&self.source[range.clone()], place));
                }
                let kind = match kind {
                    pulldown_cmark::CodeBlockKind::Indented => pulldown_cmark::CodeBlockKind::Indented,
                    pulldown_cmark::CodeBlockKind::Fenced(language) => {
                        pulldown_cmark::CodeBlockKind::Fenced(shown.restore(language, &range))
                    }
                };
                self.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Tag::HtmlBlock => {
                self.block = Some(self.refused.len());
                self.end_line();
            }
            Tag::List(start) => {
                self.end_line();
                self.close_tags();
                self.push(Event::Start(Tag::List(start)));
            }
            Tag::Paragraph => self.push(Event::Start(Tag::Paragraph)),
            Tag::Item => self.push(Event::Start(Tag::Item)),
            Tag::DefinitionList => self.push(Event::Start(Tag::DefinitionList)),
            Tag::DefinitionListTitle => self.push(Event::Start(Tag::DefinitionListTitle)),
            Tag::DefinitionListDefinition => self.push(Event::Start(Tag::DefinitionListDefinition)),
            Tag::Emphasis => self.push(Event::Start(Tag::Emphasis)),
            Tag::Strong => self.push(Event::Start(Tag::Strong)),
            Tag::Strikethrough => self.push(Event::Start(Tag::Strikethrough)),
            // Never produced with the options above.
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Table => {
                self.table = None;
                self.push(Event::Html(CowStr::Borrowed("</tbody></table></div>\n")));
            }
            TagEnd::TableHead => {
                self.end_head();
                self.push(Event::Html(CowStr::Borrowed("</tr></thead>\n<tbody>\n")));
            }
            TagEnd::TableRow => self.push(Event::Html(CowStr::Borrowed("</tr>\n"))),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Link => {
                self.end_link();
            }
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::HtmlBlock => {
                self.block = None;
                self.close_tags();
                self.end_line();
            }
            TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => {
                self.close_tags();
                self.end_line();
                self.push(Event::End(tag));
            }
            TagEnd::Image | TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
            TagEnd::CodeBlock => {
                self.code = false;
                self.end_line();
                self.push(Event::End(tag));
            }
            _ => self.push(Event::End(tag)),
        }
    }

    fn finish(mut self) -> (Body, Vec<Diagnostic>) {
        self.write_notes();
        let found = mistakes::find(self.file, self.source, self.start, &mut self.body.prose);
        self.diagnostics.extend(found);
        let events = self.sinks.swap_remove(0);
        let mut html = String::with_capacity(self.source.len() + self.source.len() / 8);
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        self.body.html = html;
        (self.body, self.diagnostics)
    }
}

fn alert_title(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "<p class=\"alert-title\">说明</p>\n",
        BlockQuoteKind::Tip => "<p class=\"alert-title\">提示</p>\n",
        BlockQuoteKind::Important => "<p class=\"alert-title\">重要</p>\n",
        BlockQuoteKind::Warning => "<p class=\"alert-title\">注意</p>\n",
        BlockQuoteKind::Caution => "<p class=\"alert-title\">警告</p>\n",
    }
}

#[cfg(test)]
mod tests;
