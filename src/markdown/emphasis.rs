//! Layer 2: emphasis beside Chinese punctuation.
//!
//! CommonMark lets `**` open or close only at the edge of a word, and knows words by spaces and punctuation. In
//! `**注意：**不得` the closing mark stands between punctuation and a letter and stays literal. Until pulldown-cmark has the
//! CJK-friendly rule (its pull request 1059), the parser is shown a copy of the text, equal in length, in which the
//! neighbours of such marks are characters that make the rule come out as Chinese readers expect; the events get
//! their true text back by position.

use pulldown_cmark::CowStr;
use std::borrow::Cow;
use std::ops::Range;

/// Stand-ins by length in UTF-8 and by what CommonMark takes them for.
const LETTER_3: char = '\u{f8f0}';
const PUNCTUATION_3: char = '\u{a874}';
const PUNCTUATION_4: char = '\u{10100}';

/// 汉字, kana, hangul, full-width forms and their punctuation.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x11ff | 0x2e80..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af
        | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

/// Quotes, dashes and dots that Unicode shares between scripts; in a Chinese document they are Chinese.
pub(super) fn is_chinese_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '—' | '…')
}

fn is_punctuation(c: char) -> bool {
    is_chinese_quote(c)
        || matches!(u32::from(c),
            0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301f | 0x3030 | 0x30fb | 0xfe30..=0xfe4f
            | 0xff01..=0xff0f | 0xff1a..=0xff20 | 0xff3b..=0xff40 | 0xff5b..=0xff65)
}

fn is_neighbour(c: char) -> bool {
    is_cjk(c) || is_chinese_quote(c)
}

/// A text as the parser shall see it, and how to undo that.
pub(super) struct Shown<'a> {
    original: &'a str,
    pub text: Cow<'a, str>,
    /// Byte offset and true character of every replacement, in order.
    replaced: Vec<(usize, char)>,
}

pub(super) fn show(original: &str) -> Shown<'_> {
    let mut replaced: Vec<(usize, char, char)> = Vec::new();
    let sentinel = [LETTER_3, PUNCTUATION_3, PUNCTUATION_4];
    // A text that holds a stand-in already could not be given back; it keeps CommonMark's rule.
    if memchr::memchr(b'*', original.as_bytes()).is_some() && !original.contains(sentinel) {
        find(original, &mut replaced);
    }
    if replaced.is_empty() {
        return Shown { original, text: Cow::Borrowed(original), replaced: Vec::new() };
    }
    let mut text = String::with_capacity(original.len());
    let mut done = 0;
    for (at, true_character, stand_in) in &replaced {
        text.push_str(&original[done..*at]);
        text.push(*stand_in);
        done = at + true_character.len_utf8();
    }
    text.push_str(&original[done..]);
    Shown {
        original,
        text: Cow::Owned(text),
        replaced: replaced.into_iter().map(|(at, c, _)| (at, c)).collect(),
    }
}

fn find(original: &str, replaced: &mut Vec<(usize, char, char)>) {
    let bytes = original.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'*', &bytes[from..]) {
        let start = from + found;
        let end = start + bytes[start..].iter().take_while(|byte| **byte == b'*').count();
        from = end;
        let before = original[..start].char_indices().next_back();
        let (Some((before_at, before)), Some(after)) = (before, original[end..].chars().next()) else {
            continue;
        };
        if before == '\\' || before.is_whitespace() || after.is_whitespace() {
            continue;
        }
        let (chinese_before, chinese_after) = (is_neighbour(before), is_neighbour(after));
        if !chinese_before && !chinese_after {
            continue;
        }
        let mut put = |at: usize, c: char, punctuation: bool| {
            let stand_in = match (c.len_utf8(), punctuation) {
                (3, false) => LETTER_3,
                (3, true) => PUNCTUATION_3,
                (4, true) => PUNCTUATION_4,
                _ => return,
            };
            if replaced.last().is_none_or(|last| last.0 != at) {
                replaced.push((at, c, stand_in));
            }
        };
        let transparent = match (chinese_before, chinese_after) {
            (true, true) => true,
            (true, false) => !after.is_ascii_punctuation(),
            (false, _) => !before.is_ascii_punctuation(),
        };
        if transparent {
            // Chinese punctuation counts as a letter, so that the mark may stand on either side of it.
            if is_punctuation(before) {
                put(before_at, before, false);
            }
            if is_punctuation(after) {
                put(end, after, false);
            }
        } else if chinese_after {
            if !is_punctuation(after) {
                put(end, after, true);
            }
        } else if !is_punctuation(before) {
            put(before_at, before, true);
        }
    }
}

impl<'a> Shown<'a> {
    /// The true text of `shown`, which came from an event over `range`.
    pub fn restore(&self, shown: CowStr<'_>, range: &Range<usize>) -> CowStr<'a> {
        let base = self.text.as_ptr() as usize;
        let at = shown.as_ptr() as usize;
        let borrowed =
            matches!(shown, CowStr::Borrowed(_)) && at >= base && at + shown.len() <= base + self.text.len();
        if borrowed {
            return CowStr::Borrowed(&self.original[at - base..at - base + shown.len()]);
        }
        if self.replaced.is_empty() {
            return CowStr::from(shown.into_string());
        }
        let first = self.replaced.partition_point(|(at, _)| *at < range.start);
        let mut inside = self.replaced[first..].iter().take_while(|(at, _)| *at < range.end);
        let stand_in = |c: char| matches!(c, LETTER_3 | PUNCTUATION_3 | PUNCTUATION_4);
        let text: String = shown
            .chars()
            .map(|c| if stand_in(c) { inside.next().map_or(c, |(_, c)| *c) } else { c })
            .collect();
        CowStr::from(text)
    }
}
