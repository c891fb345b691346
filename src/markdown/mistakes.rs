//! Layer 2: what authors write for Markdown and readers see as plain signs (KB-704).
//! Looks only where the parser found plain text, so that code and sound Markdown are never touched.

mod inline;

use super::{Prose, is_chinese};
use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::source::{FileId, Span};
use std::ops::Range;

/// The mistakes of a body. What was meant as a link leaves the running text.
pub(super) fn find(file: FileId, source: &str, start: usize, prose: &mut Prose) -> Vec<Diagnostic> {
    let mut page = Page { file, source, start, found: Vec::new() };
    let mut dashes: Vec<Range<usize>> = Vec::new();
    for piece in prose.iter() {
        let piece = piece.start - start..piece.end - start;
        // Every mark that means something at the beginning of a line.
        let text = &source[piece.clone()];
        let Some(first) = text.chars().next() else { continue };
        if !matches!(first, '#' | '＃' | '-' | '*' | '+' | '[' | '|' | '｜' | ':') && !first.is_ascii_digit()
        {
            continue;
        }
        let Some(before) = page.before(piece.start) else { continue };
        if !before.chars().all(|c| matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+')) {
            continue;
        }
        match first {
            '#' | '＃' => page.heading(piece, text),
            '-' | '*' | '+' | '0'..='9' => page.item(piece, text, &mut dashes),
            '[' => page.bracket(piece, text, before),
            _ => page.table(piece, text),
        }
    }
    page.dash_lists(&dashes);
    let links = page.inline(prose);
    for link in links {
        prose.cut(&link);
    }
    page.found
}

/// How far, in bytes, the ends of a link lie apart at most.
const REACH: usize = 1024;

struct Page<'a> {
    file: FileId,
    source: &'a str,
    /// Where `source` begins in the file.
    start: usize,
    found: Vec<Diagnostic>,
}

impl<'a> Page<'a> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.start + range.start..self.start + range.end)
    }

    fn report(&mut self, range: Range<usize>, message: Text, help: Text) -> &mut Diagnostic {
        let diagnostic = Diagnostic::new(Code(704), self.span(range), message).help(help);
        self.found.push(diagnostic);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn fix(&mut self, range: Range<usize>, with: impl Into<String>) {
        let span = self.span(range);
        if let Some(diagnostic) = self.found.pop() {
            self.found.push(diagnostic.fix(span, with));
        }
    }

    /// The line that holds `at`, without its end.
    fn line(&self, at: usize) -> Range<usize> {
        let bytes = self.source.as_bytes();
        let from = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let to = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        from..from + self.source[from..to].trim_end().len()
    }

    /// The line that holds `at`, as far as a link or a name may reach: lines may be millions of bytes long.
    fn near(&self, at: usize) -> Range<usize> {
        let bytes = self.source.as_bytes();
        let (mut from, mut to) = (at.saturating_sub(REACH), (at + REACH).min(bytes.len()));
        while !self.source.is_char_boundary(from) {
            from += 1;
        }
        while !self.source.is_char_boundary(to) {
            to -= 1;
        }
        let from = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |end| from + end + 1);
        let to = memchr::memchr(b'\n', &bytes[at..to]).map_or(to, |end| at + end);
        from..from + self.source[from..to].trim_end().len()
    }

    /// What stands on the line before `at`, when it is short enough to be marks of blocks only.
    fn before(&self, at: usize) -> Option<&'a str> {
        let least = at.saturating_sub(64);
        let end = memchr::memrchr(b'\n', &self.source.as_bytes()[least..at]);
        let from = end.map(|end| least + end + 1).or((least == 0).then_some(0))?;
        self.source.get(from..at)
    }

    /// `#标题`, `＃标题`, `#　标题`.
    fn heading(&mut self, piece: Range<usize>, text: &str) {
        let marks = text.chars().take_while(|c| matches!(c, '#' | '＃')).count();
        let rest = text.trim_start_matches(['#', '＃']);
        let wide = text.starts_with('＃') || text[..text.len() - rest.len()].contains('＃');
        let title = rest.trim_start_matches([' ', '\u{3000}', '\t']);
        // `#话题#` is a topic of a social network, `#1` a number.
        let topic = marks == 1 && title.contains('#');
        let counted = marks == 1 && !title.starts_with(is_chinese);
        if marks > 6 || title.is_empty() || topic || (counted && !wide) {
            return;
        }
        let end = piece.start + text.len() - title.len();
        let signs = "#".repeat(marks);
        let message = if wide {
            text!("“＃”是全角的，标题没有生效", "the ＃ is full-width: this is no heading")
        } else {
            text!(
                "“{signs}”后面没有半角空格，标题没有生效",
                "there is no space after {signs}: this is no heading"
            )
        };
        let shown: String = title.chars().take(12).collect();
        self.report(
            piece.start..end.max(piece.start + 1),
            message,
            text!("写成 {signs} {shown}", "write {signs} {shown}"),
        );
        self.fix(piece.start..end, format!("{signs} "));
    }

    /// `-　项`, `1.　项`; `-项` is left for [`Page::dash_lists`].
    fn item(&mut self, piece: Range<usize>, text: &str, dashes: &mut Vec<Range<usize>>) {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match text.as_bytes().get(digits) {
            Some(b'-' | b'*' | b'+') if digits == 0 => 1,
            Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
            _ => return,
        };
        let (mark, rest) = text.split_at(mark);
        let words = rest.trim_start_matches(['\u{3000}', ' ']);
        if rest.starts_with('\u{3000}') && !words.is_empty() {
            let end = piece.start + text.len() - words.len();
            self.report(
                piece.start..end,
                text!(
                    "“{mark}”后面是全角空格，列表没有生效",
                    "a full-width space follows {mark}: this is no list"
                ),
                text!("把全角空格换成一个半角空格", "put one ordinary space in its place"),
            );
            self.fix(piece.start + mark.len()..end, " ");
        } else if mark == "-" && rest.starts_with(is_chinese) {
            dashes.push(piece.start..piece.start + 1);
        }
    }

    /// `-项` on two lines that follow each other, or below an item of a sound list.
    fn dash_lists(&mut self, dashes: &[Range<usize>]) {
        let lines: Vec<Range<usize>> = dashes.iter().map(|dash| self.line(dash.start)).collect();
        for (index, dash) in dashes.iter().enumerate() {
            let next_to = |other: Option<&Range<usize>>| {
                other.is_some_and(|other| {
                    let (first, second) = if other.start < dash.start {
                        (other, &lines[index])
                    } else {
                        (&lines[index], other)
                    };
                    self.source[first.end..second.start].trim_matches(['\r', ' ', '\t']) == "\n"
                })
            };
            let listed = next_to(index.checked_sub(1).and_then(|index| lines.get(index)))
                || next_to(lines.get(index + 1));
            if listed {
                self.report(
                    dash.clone(),
                    text!("“-”后面没有空格，列表没有生效", "there is no space after -: this is no list"),
                    text!("在“-”后面加一个半角空格", "put a space after the -"),
                );
                self.fix(dash.clone(), "- ");
            }
        }
    }

    /// `[^1]：说明` and `> [!注意]`.
    fn bracket(&mut self, piece: Range<usize>, text: &str, before: &str) {
        let Some(end) = text.find(']') else { return };
        let after = &text[end + 1..];
        if text.starts_with("[^") && after.starts_with('：') && end > 2 {
            let name = &text[..=end];
            self.report(
                piece.start..piece.start + end + 1 + '：'.len_utf8(),
                text!(
                    "注释“{name}”后面的冒号是全角的，注释没有生效",
                    "the colon after {name} is full-width: this is no footnote"
                ),
                text!(
                    "把“：”换成半角冒号加空格，写成 {name}: ",
                    "write {name}: with an ordinary colon and a space"
                ),
            );
            self.fix(piece.start + end + 1..piece.start + end + 1 + '：'.len_utf8(), ": ");
            return;
        }
        let Some(name) = text[..end].strip_prefix("[!").or_else(|| text[..end].strip_prefix("[！")) else {
            return;
        };
        if !before.contains('>') {
            return;
        }
        let known = match name.trim().to_uppercase().as_str() {
            "说明" | "备注" | "注" | "NOTE" => Some("NOTE"),
            "提示" | "TIP" => Some("TIP"),
            "重要" | "IMPORTANT" => Some("IMPORTANT"),
            "注意" | "WARNING" => Some("WARNING"),
            "警告" | "CAUTION" => Some("CAUTION"),
            _ => None,
        };
        let range = piece.start..piece.start + end + 1;
        let sound = known.is_some_and(|known| text[..end].eq_ignore_ascii_case(&format!("[!{known}")));
        if sound {
            self.report(
                range,
                text!("提示块的名称后面还有文字，提示块没有生效", "text follows the name: this is no alert"),
                text!("让“{}”单独占一行，文字从下一行写起", "leave {} alone on its line"; &text[..=end]),
            );
            return;
        }
        self.report(
            range.clone(),
            text!("提示块没有“{name}”这个名称，没有生效", "there is no alert {name}: this is plain text"),
            text!(
                "可以写 [!NOTE]（说明）、[!TIP]（提示）、[!IMPORTANT]（重要）、[!WARNING]（注意）、[!CAUTION]（警告），后面不写别的字",
                "write [!NOTE], [!TIP], [!IMPORTANT], [!WARNING] or [!CAUTION] and nothing after it"
            ),
        );
        if let (Some(known), true) = (known, after.trim().is_empty()) {
            self.fix(range, format!("[!{known}]"));
        }
    }

    /// `｜---｜`, the line under the head of a table.
    fn table(&mut self, piece: Range<usize>, text: &str) {
        let line = self.line(piece.start);
        let text_of = |line: &Range<usize>| self.source[line.clone()].trim_start_matches([' ', '\t', '>']);
        let row = |c: char| matches!(c, '|' | '｜' | '-' | '－' | '—' | ':' | '：' | ' ' | '\u{3000}');
        let whole = text_of(&line);
        if !text.starts_with(['|', '｜', ':', '-'])
            || !whole.chars().all(row)
            || !whole.contains(['-', '－', '—'])
        {
            return;
        }
        let mut rows = vec![line.clone()];
        let bars = |line: &Range<usize>| text_of(line).contains(['｜', '|']);
        while let Some(end) = rows[0].start.checked_sub(1) {
            let above = self.line(end);
            if rows.len() > 2 || !bars(&above) {
                break;
            }
            rows.insert(0, above);
        }
        if rows.len() != 2 {
            return;
        }
        while let Some(next) = self.source[rows[rows.len() - 1].end..].find('\n') {
            let at = rows[rows.len() - 1].end + next + 1;
            let below = self.line(at);
            if at >= self.source.len() || !bars(&below) {
                break;
            }
            rows.push(below);
        }
        let wide = rows.iter().any(|line| self.source[line.clone()].contains('｜'));
        let at = line.end - whole.trim_end().len()..line.end;
        if !wide {
            return;
        }
        self.report(
            at.clone(),
            text!("表格的竖线“｜”是全角的，表格没有生效", "the bars ｜ are full-width: this is no table"),
            text!("把各行的“｜”都换成半角的 |", "write | for every ｜ of these lines"),
        );
        for row in rows {
            let narrow = |c: char| match c {
                '｜' => '|',
                '－' | '—' if row == line => '-',
                '：' if row == line => ':',
                '\u{3000}' if row == line => ' ',
                c => c,
            };
            let fixed: String = self.source[row.clone()].chars().map(narrow).collect();
            self.fix(row, fixed);
        }
    }
}

/// A code block that nothing ends: all the rest of the page has become code.
pub(super) fn unclosed_fence(block: &str, place: Span) -> Option<Diagnostic> {
    let marks = |line: &str| {
        let line = line.trim_matches([' ', '\t', '>', '\r', '\n']);
        let first = line.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
        let count = line.bytes().take_while(|byte| *byte == first).count();
        Some((first, count, line.len() == count))
    };
    let (sign, count, _) = marks(block.lines().next()?)?;
    let closed = block.trim_end().lines().skip(1).last().and_then(marks);
    if closed.is_some_and(|(other, number, alone)| other == sign && number >= count && alone) {
        return None;
    }
    let fence = char::from(sign).to_string().repeat(count);
    let length = block.lines().next().map_or(0, |line| line.trim_end().len());
    let span = Span { end: place.start + length as u32, ..place };
    let message = text!(
        "代码块没有结束，后面的内容都成了代码",
        "the code block is not closed: all that follows has become code"
    );
    let help = text!(
        "在代码的下一行单独写 {fence}；如果不是要写代码，删去这一行",
        "write {fence} alone on the line after the code, or delete this line"
    );
    Some(Diagnostic::new(Code(704), span, message).help(help))
}

/// A note that is defined and referred to nowhere: no reader finds it.
pub(super) fn unused_note(name: &str, place: Span) -> Diagnostic {
    let message = text!("注释“[^{name}]”没有被引用", "nothing refers to the footnote [^{name}]");
    let help = text!(
        "在正文要加注的地方写 [^{name}]，或删去这条注释",
        "write [^{name}] where the note belongs, or delete it"
    );
    Diagnostic::new(Code(704), place, message).help(help)
}

#[cfg(test)]
mod tests;
