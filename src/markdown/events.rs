//! Layer 2: the walk over pulldown-cmark's events that makes a [`Body`].

use super::emphasis::{self, Shown};
use super::html::{Piece, pieces};
use super::link::{self, Link, Target};
use super::{Body, Heading, Section, Slot, is_chinese};
use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::{FileId, Span};
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
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
    /// The end tag of every open link; empty for a refused one.
    links: Vec<&'static str>,
    /// A link without text of its own takes its target's title; its inner text is dropped.
    untitled: usize,
    image: Option<(usize, String)>,
    tags: Vec<(&'static str, Span)>,
    /// Names of refused tags whose end has not come yet.
    refused: Vec<String>,
    notes: Vec<Note<'a>>,
}

struct OpenHeading {
    event: usize,
    level: HeadingLevel,
    id: Option<String>,
    text: String,
    span: Span,
}

struct OpenTable {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
}

/// A footnote in order of first reference.
struct Note<'a> {
    name: String,
    references: usize,
    events: Option<Vec<Event<'a>>>,
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
            links: Vec::new(),
            untitled: 0,
            image: None,
            tags: Vec::new(),
            refused: Vec::new(),
            notes: Vec::new(),
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
        if let (None, Some(section)) = (&self.heading, self.body.sections.last_mut()) {
            if !section.text.is_empty() && !section.text.ends_with('\n') {
                section.text.push('\n');
            }
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
            Event::TaskListMarker(done) => self.push(Event::TaskListMarker(done)),
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
                self.table = Some(OpenTable { alignments, column: 0, head: false });
                self.push(Event::Html(CowStr::Borrowed(
                    "<div class=\"tw\" tabindex=\"0\" role=\"region\" aria-label=\"表格\"><table>\n",
                )));
            }
            Tag::TableHead => self.row("<thead><tr>", true),
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
                self.note(&name);
                self.sinks.push(vec![Event::Text(CowStr::from(name))]);
            }
            Tag::CodeBlock(kind) => {
                self.end_line();
                let kind = match kind {
                    pulldown_cmark::CodeBlockKind::Indented => pulldown_cmark::CodeBlockKind::Indented,
                    pulldown_cmark::CodeBlockKind::Fenced(language) => {
                        pulldown_cmark::CodeBlockKind::Fenced(shown.restore(language, &range))
                    }
                };
                self.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Tag::HtmlBlock => self.end_line(),
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
            TagEnd::TableHead => self.push(Event::Html(CowStr::Borrowed("</tr></thead>\n<tbody>\n"))),
            TagEnd::TableRow => self.push(Event::Html(CowStr::Borrowed("</tr>\n"))),
            TagEnd::TableCell => {
                self.close_tags();
                self.end_line();
                let head = self.table.as_ref().is_some_and(|table| table.head);
                self.html(if head { "</th>" } else { "</td>" });
            }
            TagEnd::Link => {
                if let Some(end) = self.links.pop() {
                    self.html(end);
                }
                self.untitled = self.untitled.saturating_sub(1);
            }
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::HtmlBlock => {
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
                self.end_line();
                self.push(Event::End(tag));
            }
            _ => self.push(Event::End(tag)),
        }
    }

    fn end_heading(&mut self) {
        self.close_tags();
        let Some(heading) = self.heading.take() else { return };
        let source_level = heading.level as u8;
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
    fn anchor(&mut self, wanted: &str) -> String {
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

    fn row(&mut self, start: &'static str, head: bool) {
        if let Some(table) = &mut self.table {
            table.column = 0;
            table.head = head;
        }
        self.push(Event::Html(CowStr::Borrowed(start)));
    }

    fn cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        let class = match table.alignments.get(table.column) {
            Some(Alignment::Left) => " class=\"ta-l\"",
            Some(Alignment::Center) => " class=\"ta-c\"",
            Some(Alignment::Right) => " class=\"ta-r\"",
            Some(Alignment::None) | None => "",
        };
        table.column += 1;
        let start = if table.head { format!("<th scope=\"col\"{class}>") } else { format!("<td{class}>") };
        self.html(start);
    }

    fn link(&mut self, target: Target, image: bool, range: &Range<usize>) -> usize {
        let span = self.span(range);
        self.body.links.push(Link { target, image, span });
        self.body.links.len() - 1
    }

    fn open_link(&mut self, link_type: LinkType, destination: &str, range: &Range<usize>) {
        let (target, titled) = match link_type {
            LinkType::WikiLink { has_pothole } => (link::wiki(destination), has_pothole),
            LinkType::Email => (Target::External(format!("mailto:{destination}")), true),
            _ => (link::target(destination, false, self.span(range), &mut self.diagnostics), true),
        };
        if self.untitled > 0 {
            self.untitled += 1;
        }
        let external = match &target {
            Target::External(url) => {
                Some(format!("<a class=\"external\" rel=\"noopener\" href=\"{}\">", escape_url(url)))
            }
            _ => None,
        };
        let refused = target == Target::Refused;
        let index = self.link(target, false, range);
        self.links.push(if refused { "" } else { "</a>" });
        if refused {
            return;
        }
        self.html(external.unwrap_or_else(|| format!("<a href=\"{}\">", Slot::Url(index).mark())));
        if !titled {
            let mark = Slot::Title(index).mark();
            self.say(&mark);
            self.html(mark);
            self.untitled = 1;
        }
    }

    fn end_image(&mut self) {
        let Some((index, alt)) = self.image.take() else { return };
        self.say(&alt);
        if self.body.links[index].target == Target::Refused {
            self.push(Event::Text(CowStr::from(alt)));
            return;
        }
        let mut html = format!("<img src=\"{}\" alt=\"", Slot::Url(index).mark());
        escape_into(&alt, &mut html);
        html.push_str("\" loading=\"lazy\">");
        self.html(html);
    }

    fn raw_html(&mut self, html: &str, range: &Range<usize>) {
        for (from, to, piece) in pieces(html) {
            let span = Span::new(self.file, self.start + range.start + from..self.start + range.start + to);
            match piece {
                Piece::Comment => {}
                Piece::Text(text) => {
                    let text = text.trim_matches(['\n', '\r']).to_owned();
                    if !text.trim().is_empty() {
                        self.say(&text);
                        self.push(Event::Text(CowStr::from(text)));
                    }
                }
                Piece::Empty(tag) => {
                    self.end_line();
                    self.html(format!("<{tag}>"));
                }
                Piece::Open(tag) => {
                    self.tags.push((tag, span));
                    self.html(format!("<{tag}>"));
                }
                Piece::Close(tag) if self.tags.last().is_some_and(|(open, _)| *open == tag) => {
                    self.tags.pop();
                    self.html(format!("</{tag}>"));
                }
                Piece::Close(tag) => self.refuse(span, &format!("</{tag}>")),
                Piece::Refused => {
                    let tag = &html[from..to];
                    let name: String = tag
                        .trim_start_matches(['<', '/'])
                        .chars()
                        .take_while(char::is_ascii_alphanumeric)
                        .collect();
                    if tag.starts_with("</") {
                        // The end of what was refused at its beginning.
                        if let Some(open) =
                            self.refused.iter().rposition(|open| open.eq_ignore_ascii_case(&name))
                        {
                            self.refused.remove(open);
                            continue;
                        }
                    } else {
                        self.refused.push(name);
                    }
                    let shown: String = tag.chars().take(30).collect();
                    self.refuse(span, &shown);
                    // One message for a block: what follows a refused tag belongs to it.
                    return;
                }
            }
        }
    }

    fn refuse(&mut self, span: Span, tag: &str) {
        self.diagnostics.push(
            Diagnostic::new(Code(310), span, text!("不能使用 HTML 标签“{}”", "the HTML tag “{}” is not allowed"; tag.trim())).help(text!(
                "请用 Markdown 写法；只允许成对的 sup、sub、ruby、rt、rp、u、mark、kbd 和 br，都不带属性。要显示尖括号本身，写成 &lt; 和 &gt;，或放在反引号里",
                "use Markdown; only sup, sub, ruby, rt, rp, u, mark, kbd in pairs and br are allowed, without attributes. For a literal < write &lt; or use backquotes"
            )),
        );
    }

    /// Tags do not reach beyond their paragraph, cell or item.
    fn close_tags(&mut self) {
        while let Some((tag, span)) = self.tags.pop() {
            self.diagnostics.push(
                Diagnostic::new(Code(310), span, text!("<{}> 没有结束", "<{}> is not closed"; tag))
                    .help(text!("在同一段里加上 </{}>", "add </{}> in the same paragraph"; tag)),
            );
            self.html(format!("</{tag}>"));
        }
    }

    fn note(&mut self, name: &str) -> usize {
        self.notes.iter().position(|note| note.name == name).unwrap_or_else(|| {
            self.notes.push(Note { name: name.to_owned(), references: 0, events: None });
            self.notes.len() - 1
        })
    }

    fn refer_to_note(&mut self, name: &str) {
        let index = self.note(name);
        self.notes[index].references += 1;
        let (number, times) = (index + 1, self.notes[index].references);
        let id = if times == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{times}") };
        self.html(format!("<sup class=\"fnref\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>"));
    }

    fn end_note(&mut self) {
        self.end_line();
        let Some(mut events) = self.sinks.pop() else { return };
        let Some(Event::Text(name)) = events.first().cloned() else { return };
        events.remove(0);
        let index = self.note(&name);
        self.notes[index].events.get_or_insert(events);
    }

    fn finish(mut self) -> (Body, Vec<Diagnostic>) {
        let notes = std::mem::take(&mut self.notes);
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

fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

fn escape_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    escape_into(&url.replace(' ', "%20"), &mut out);
    out
}

#[cfg(test)]
mod tests;
