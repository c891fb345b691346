//! Layer 8: punctuation between 汉字 (KB-701): what is half-width there was typed by accident.

use super::text::{each, is_han, written};
use crate::diagnostics::{Code, Diagnostic, text};
use crate::document::Document;
use crate::site::Site;
use crate::source::{FileId, Sources, Span};
use std::ops::Range;

/// Fields whose characters mean something to machines, or that list other spellings on purpose.
const OTHERS: [&str; 9] =
    ["attachments", "teaching_note", "formerly", "key", "isbn", "url", "variants", "avoid", "aliases"];

/// KB-701.
pub(super) fn punctuation(site: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    each(site, sources, found, |_, document, text, found| look(document, text, found));
}

fn look(document: &Document, text: &str, found: &mut Vec<Diagnostic>) {
    for value in written(document, text) {
        if value.exact && !OTHERS.contains(&value.name) && !OTHERS.contains(&value.field) {
            let mut line = Look::new(document.file, text, value.range.clone(), |_| true);
            line.piece(value.range, found);
        }
    }
    let prose = &document.body.prose;
    let whole = 0..text.len();
    let mut look = Look::new(document.file, text, whole, |at| prose.holds(at));
    for piece in prose.iter() {
        look.piece(piece, found);
    }
}

struct Look<'a, F: Fn(usize) -> bool> {
    file: FileId,
    text: &'a str,
    /// What belongs together: a value, or the whole file.
    bounds: Range<usize>,
    /// Is the byte there running text?
    holds: F,
    /// The ends of the last lines whose brackets and quotes have been paired.
    bracketed: usize,
    quoted: usize,
}

/// ASCII signs that have a Chinese counterpart.
const SIGNS: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b",.;:?!()\"-";
    let mut index = 0;
    while index < signs.len() {
        table[signs[index] as usize] = true;
        index += 1;
    }
    table
};

impl<F: Fn(usize) -> bool> Look<'_, F> {
    fn new(file: FileId, text: &str, bounds: Range<usize>, holds: F) -> Look<'_, F> {
        Look { file, text, bounds, holds, bracketed: 0, quoted: 0 }
    }

    fn piece(&mut self, piece: Range<usize>, found: &mut Vec<Diagnostic>) {
        let bytes = self.text.as_bytes();
        let mut at = piece.start;
        while let Some(next) = bytes[at..piece.end].iter().position(|byte| SIGNS[*byte as usize]) {
            at += next;
            let sign = bytes[at];
            let run = bytes[at..piece.end].iter().take_while(|byte| **byte == sign).count();
            match (sign, run) {
                (b'(' | b')', _) => self.brackets(at, found),
                (b'"', _) => self.quotes(at, found),
                (b',' | b';' | b':' | b'?' | b'!', 1) => self.mark(at, sign, found),
                (b'.', 1) => self.stop(at, found),
                (b'.', 3..=6) => self.long(at..at + run, "……", found),
                (b'-', 2) => self.long(at..at + run, "——", found),
                _ => {}
            }
            at += run;
        }
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text[self.bounds.start..at].trim_end_matches('*').chars().next_back()
    }

    fn after(&self, at: usize) -> Option<char> {
        self.text[at..self.bounds.end].trim_start_matches('*').chars().next()
    }

    fn mark(&self, at: usize, sign: u8, found: &mut Vec<Diagnostic>) {
        let closes = |c: char| is_han(c) || matches!(c, '”' | '’' | '》' | '）' | '】');
        let opens = |c: char| is_han(c) || matches!(c, '“' | '‘' | '《' | '（' | '【');
        let space = usize::from(self.text.as_bytes().get(at + 1) == Some(&b' '));
        let end = at + 1 + space;
        if end > self.bounds.end
            || !self.before(at).is_some_and(closes)
            || !self.after(end).is_some_and(opens)
        {
            return;
        }
        let (half, full) = match sign {
            b',' => (',', "，"),
            b';' => (';', "；"),
            b':' => (':', "："),
            b'?' => ('?', "？"),
            _ => ('!', "！"),
        };
        found.push(self.report(at..end, &half.to_string(), full).fix(self.span(at..end), full));
    }

    fn report(&self, range: Range<usize>, half: &str, full: &str) -> Diagnostic {
        Diagnostic::new(
            Code(701),
            self.span(range),
            text!("汉字之间的“{half}”是半角标点", "{half} stands between Chinese characters"),
        )
        .help(text!("改用全角的“{full}”", "write {full}"))
    }

    /// Between 汉字 a point is a full stop, or stands in a foreign name where `·` belongs: only the author knows.
    fn stop(&self, at: usize, found: &mut Vec<Diagnostic>) {
        if self.before(at).is_some_and(is_han) && self.after(at + 1).is_some_and(is_han) {
            found.push(
                Diagnostic::new(
                    Code(701),
                    self.span(at..at + 1),
                    text!("汉字之间的“.”是半角标点", ". stands between Chinese characters"),
                )
                .help(text!(
                    "句号写“。”，外国人名中间的圆点写“·”",
                    "write 。 for a full stop, or · within a foreign name"
                )),
            );
        }
    }

    fn long(&self, range: Range<usize>, full: &str, found: &mut Vec<Diagnostic>) {
        if self.before(range.start).is_some_and(is_han) && self.after(range.end).is_some_and(is_han) {
            let half = &self.text[range.clone()];
            found.push(self.report(range.clone(), half, full).fix(self.span(range), full));
        }
    }

    /// The line around `at` within the bounds.
    fn line(&self, at: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let Range { start, end } = self.bounds;
        let from = memchr::memrchr(b'\n', &bytes[start..at]).map_or(start, |newline| start + newline + 1);
        let to = memchr::memchr(b'\n', &bytes[at..end]).map_or(end, |newline| at + newline);
        from..to
    }

    fn brackets(&mut self, at: usize, found: &mut Vec<Diagnostic>) {
        if at < self.bracketed {
            return;
        }
        let line = self.line(at);
        self.bracketed = line.end;
        let mut open: Vec<(usize, char)> = Vec::new();
        for (offset, c) in self.text[line.clone()].char_indices() {
            let place = line.start + offset;
            if !matches!(c, '(' | ')' | '（' | '）') || !(self.holds)(place) {
                continue;
            }
            if matches!(c, '(' | '（') {
                open.push((place, c));
                continue;
            }
            let Some((start, first)) = open.pop() else { continue };
            let inner = &self.text[start + first.len_utf8()..place];
            match (first, c) {
                ('(', ')') if inner.contains(is_han) && self.is_chinese_before(start) => found.push(
                    Diagnostic::new(
                        Code(701),
                        self.span(start..place + 1),
                        text!("中文里的圆括号是半角的", "these parentheses belong to Chinese text"),
                    )
                    .help(text!("改用全角的“（）”", "write （）"))
                    .fix(self.span(start..start + 1), "（")
                    .fix(self.span(place..place + 1), "）"),
                ),
                ('(', '）') => found.push(self.mixed(start, "（")),
                ('（', ')') => found.push(self.mixed(place, "）")),
                _ => {}
            }
        }
    }

    /// Parentheses behind a Latin word belong to it.
    fn is_chinese_before(&self, at: usize) -> bool {
        let before = self.text[self.bounds.start..at].trim_end_matches([' ', '*']).chars().next_back();
        before.is_none_or(|c| !c.is_ascii_alphanumeric())
    }

    fn mixed(&self, at: usize, full: &str) -> Diagnostic {
        Diagnostic::new(
            Code(701),
            self.span(at..at + 1),
            text!(
                "一对圆括号一半是全角，一半是半角",
                "one parenthesis of the pair is full-width, the other is not"
            ),
        )
        .help(text!("改用全角的“{full}”", "write {full}"))
        .fix(self.span(at..at + 1), full)
    }

    fn quotes(&mut self, at: usize, found: &mut Vec<Diagnostic>) {
        if at < self.quoted {
            return;
        }
        let line = self.line(at);
        self.quoted = line.end;
        let places: Vec<usize> = memchr::memchr_iter(b'"', &self.text.as_bytes()[line.clone()])
            .map(|offset| line.start + offset)
            .filter(|place| (self.holds)(*place))
            .collect();
        // An odd mark leaves open which ones are pairs.
        if places.len() % 2 == 1 {
            return;
        }
        for pair in places.chunks_exact(2) {
            let (start, end) = (pair[0], pair[1]);
            if self.text[start + 1..end].contains(is_han) {
                found.push(
                    Diagnostic::new(
                        Code(701),
                        self.span(start..end + 1),
                        text!("中文里的引号是半角的", "these quotes belong to Chinese text"),
                    )
                    .help(text!("改用“”", "write “ and ”"))
                    .fix(self.span(start..start + 1), "“")
                    .fix(self.span(end..end + 1), "”"),
                );
            }
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }
}
