//! Layer 2: one slip of the hand in YAML text: where it is, what to say, and what to type instead.
//! Knows how people type; must not know fields. The scanners find them, the tree reads on as if they were mended.

use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::source::{FileId, Span};
use std::ops::Range;

/// Places are bytes of the YAML text.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub at: Range<usize>,
    pub message: Text,
    pub help: Text,
    /// In order and apart from each other; empty where nobody can tell what was meant.
    pub fixes: Vec<(Range<usize>, String)>,
    /// YAML reads on and takes it for something else. The others stop it.
    pub silent: bool,
}

impl Mistake {
    pub fn new(at: Range<usize>, message: Text, help: Text) -> Mistake {
        Mistake { at, message, help, fixes: Vec::new(), silent: false }
    }

    pub fn fix(mut self, at: Range<usize>, text: impl Into<String>) -> Mistake {
        self.fixes.push((at, text.into()));
        self
    }

    pub fn silent(mut self) -> Mistake {
        self.silent = true;
        self
    }

    pub fn diagnostic(self, file: FileId, start: usize) -> Diagnostic {
        let span = |at: Range<usize>| Span::new(file, start + at.start..start + at.end);
        let diagnostic = Diagnostic::new(Code(2), span(self.at), self.message).help(self.help);
        self.fixes.into_iter().fold(diagnostic, |diagnostic, (at, text)| diagnostic.fix(span(at), text))
    }
}

pub(super) const WIDE: [char; 2] = ['\u{3000}', '\u{a0}'];

/// The word at the head of `text` that could be a key.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    &text[..end]
}

/// A name as fields have them in English: nobody begins prose with one and a colon.
pub(super) fn is_identifier(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// What stands between a key and its value, when it is not a colon and a space.
pub(super) enum Colon {
    /// `: `, or `:` at the end.
    Sound,
    Wrong(Mistake),
}

/// The colon after `key`, which ends at byte `at`, and where the value begins; `rest` is the line from there on.
pub(super) fn colon(key: &str, at: usize, rest: &str, flow: bool) -> Option<(Colon, usize)> {
    let blank = |c: char| matches!(c, ' ' | '\t') || WIDE.contains(&c);
    let before = rest.len() - rest.trim_start_matches(blank).len();
    let mark = rest[before..].chars().next()?;
    let after = before + mark.len_utf8();
    let value = rest[after..].trim_start_matches(blank);
    let value_at = rest.len() - value.len();
    let shown = if flow { value.split([',', '，', '}', ']']).next().unwrap_or("") } else { value };
    let shown: String = shown.trim_end().chars().take(20).collect();
    let shown = if shown.is_empty() { "…".to_owned() } else { shown };
    match mark {
        '：' | '﹕' | '︰' => {
            let fixed = if value.is_empty() { ":" } else { ": " };
            let mistake = Mistake::new(
                at + before..at + after,
                text!("字段名“{key}”后面用了全角冒号“{mark}”", "a full-width colon after the key “{key}”"),
                text!(
                    "改成半角冒号加一个空格：{key}: {shown}",
                    "use an ASCII colon and a space: {key}: {shown}"
                ),
            )
            .fix(at..at + value_at, fixed);
            Some((Colon::Wrong(mistake), at + value_at))
        }
        ':' => {
            let next = rest[after..].chars().next();
            match next {
                None | Some(' ' | '\t' | '\r') => Some((Colon::Sound, at + after)),
                Some(',' | ']' | '}') if flow => Some((Colon::Sound, at + after)),
                // An address such as https://, or `::`.
                Some('/' | ':') => None,
                Some(c) if WIDE.contains(&c) => {
                    let end = after + c.len_utf8();
                    let mistake = wide_after_colon(at + after..at + end, key, &shown)
                        .fix(at + after..at + value_at, if value.is_empty() { "" } else { " " });
                    Some((Colon::Wrong(mistake), at + value_at))
                }
                Some(_) => {
                    let mistake = Mistake::new(
                        at + before..at + after,
                        text!("冒号后面缺一个空格", "no space after the colon"),
                        text!("写成 {key}: {shown}", "write {key}: {shown}"),
                    )
                    .fix(at + before..at + after, ": ");
                    Some((Colon::Wrong(mistake), at + after))
                }
            }
        }
        _ => None,
    }
}

pub(super) fn wide_after_colon(at: Range<usize>, key: &str, shown: &str) -> Mistake {
    Mistake::new(
        at,
        text!("冒号后面用了全角空格", "a full-width space after the colon"),
        text!("改成半角空格：{key}: {shown}", "use an ASCII space: {key}: {shown}"),
    )
}

pub(super) fn unclosed_quote(at: usize, quote: char) -> Mistake {
    Mistake::new(
        at..at + 1,
        text!("引号 {quote} 只有前一半，没有后一半", "the quotation mark {quote} is not closed"),
        text!("在这个值的末尾补上半角的 {quote}", "put {quote} at the end of the value"),
    )
}

/// The other half of a pair of quotation marks is of another kind; `wrong` is its place.
pub(super) fn mixed_quotes(wrong: Range<usize>, mark: &str, quote: char) -> Mistake {
    Mistake::new(
        wrong.clone(),
        text!(
            "引号一半是半角，一半是“{mark}”，没有配成一对",
            "the quotation marks are not a pair: one of them is {mark}"
        ),
        text!("改成半角的 {quote}，前后一致", "use {quote} on both sides"),
    )
    .fix(wrong, quote.to_string())
}

/// The whole value must stand in quotation marks, because of how it begins or what it holds.
pub(super) fn needs_quotes(at: Range<usize>, value: &str, message: Text) -> Mistake {
    let quoted = if !value.contains(['"', '\\']) {
        Some(format!("\"{value}\""))
    } else if !value.contains('\'') {
        Some(format!("'{value}'"))
    } else {
        None
    };
    match quoted {
        Some(quoted) => Mistake::new(
            at.clone(),
            message,
            text!("给整个值加半角引号：{quoted}", "put the whole value in quotation marks: {quoted}"),
        )
        .fix(at, quoted),
        None => Mistake::new(
            at,
            message,
            text!(
                "值里的引号改用“”，再给整个值加半角双引号",
                "use “” inside the value and put the whole of it in double quotes"
            ),
        ),
    }
}

pub(super) fn wide_mark(at: Range<usize>, mark: char, zh: &str, en: &str, right: &str) -> Mistake {
    let narrow = right.trim();
    Mistake::new(
        at.clone(),
        text!("{zh}用了全角的“{mark}”", "{en} is the full-width “{mark}”"),
        text!("切换到英文输入法，改成半角的 {narrow}", "use the ASCII {narrow}"),
    )
    .fix(at, right)
}

/// A tab or a wide space before a line.
pub(super) fn odd_indentation(at: Range<usize>, mark: char) -> Mistake {
    let (message, help) = if mark == '\t' {
        (
            text!("行首用了制表符（Tab）", "a tab at the beginning of the line"),
            text!("改成半角空格，每层缩进两个", "use two spaces for each level"),
        )
    } else {
        (
            text!("行首用了全角空格", "a full-width space at the beginning of the line"),
            text!("改成半角空格，与同一层的字段左对齐", "use ASCII spaces and align the fields of a level"),
        )
    };
    Mistake::new(at, message, help)
}
