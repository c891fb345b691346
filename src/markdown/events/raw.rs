//! Layer 2: raw HTML of authors: nine inline tags in pairs, comments dropped, everything else refused (KB-310).

use super::Walk;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::markdown::html::{Piece, pieces};
use crate::source::Span;
use pulldown_cmark::{CowStr, Event};
use std::ops::Range;

impl Walk<'_> {
    pub(super) fn raw_html(&mut self, html: &str, range: &Range<usize>) {
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
                Piece::Close(tag) if self.end_refused(tag) => {}
                Piece::Close(tag) => self.refuse(span, &format!("</{tag}>")),
                Piece::Refused => {
                    let tag = &html[from..to];
                    let name: String = tag
                        .trim_start_matches(['<', '/'])
                        .chars()
                        .take_while(char::is_ascii_alphanumeric)
                        .collect();
                    // The end of what was refused at its beginning.
                    if tag.starts_with("</") && self.end_refused(&name) {
                        continue;
                    }
                    // One message for a block: what follows a refused tag belongs to it.
                    let follows = self.block.is_some_and(|before| self.refused.len() > before);
                    if !tag.starts_with("</") {
                        self.refused.push(name);
                    }
                    if follows {
                        return;
                    }
                    let shown: String = tag.chars().take(30).collect();
                    self.refuse(span, &shown);
                    return;
                }
            }
        }
    }

    /// Whether a tag of this name was refused and has not ended yet; now it has.
    fn end_refused(&mut self, name: &str) -> bool {
        let open = self.refused.iter().rposition(|open| open.eq_ignore_ascii_case(name));
        open.map(|open| self.refused.remove(open)).is_some()
    }

    pub(super) fn refuse(&mut self, span: Span, tag: &str) {
        self.diagnostics.push(
            Diagnostic::new(Code(310), span, text!("不能使用 HTML 标签“{}”", "the HTML tag “{}” is not allowed"; tag.trim())).help(text!(
                "请用 Markdown 写法；只允许成对的 sup、sub、ruby、rt、rp、u、mark、kbd 和 br，都不带属性。要显示尖括号本身，写成 &lt; 和 &gt;，或放在反引号里",
                "use Markdown; only sup, sub, ruby, rt, rp, u, mark, kbd in pairs and br are allowed, without attributes. For a literal < write &lt; or use backquotes"
            )),
        );
    }

    /// Tags do not reach beyond their paragraph, cell or item.
    pub(super) fn close_tags(&mut self) {
        while let Some((tag, span)) = self.tags.pop() {
            self.diagnostics.push(
                Diagnostic::new(Code(310), span, text!("<{}> 没有结束", "<{}> is not closed"; tag))
                    .help(text!("在同一段里加上 </{}>", "add </{}> in the same paragraph"; tag)),
            );
            self.html(format!("</{tag}>"));
        }
    }
}
