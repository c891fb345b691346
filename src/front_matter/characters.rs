//! Layer 2: characters that no editor meant to write: byte order marks inside text, zero-width ones, lost glyphs, NUL.

use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::source::{FileId, Span};

/// KB-004 for every such character of a file, at most one for a run of equal ones.
pub fn check_characters(file: FileId, source: &str, diagnostics: &mut Vec<Diagnostic>) {
    // All of them are NUL or lie in rows that begin with bytes 0xE1 (Mongolian), 0xE2, 0xEE, 0xEF, 0xF3 or 0xF4; plain Chinese skips fast.
    let bytes = source.as_bytes();
    let suspect = |byte: u8| matches!(byte, 0 | 0xC2 | 0xE1 | 0xE2 | 0xEE | 0xEF | 0xF3 | 0xF4);
    let mut at = 0;
    let mut last: Option<(char, usize)> = None;
    while at < bytes.len() {
        if !suspect(bytes[at]) {
            at += 1;
            continue;
        }
        let Some(character) = source.get(at..).and_then(|rest| rest.chars().next()) else {
            at += 1;
            continue;
        };
        let length = character.len_utf8();
        let repeated = last == Some((character, at));
        if let Some(found) = judge(character, source, at).filter(|_| !repeated) {
            diagnostics.push(report(found, file, at, character));
        }
        last = Some((character, at + length));
        at += length;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Nul,
    Mark,
    PrivateUse,
    ZeroWidth,
}

fn judge(character: char, source: &str, at: usize) -> Option<Finding> {
    match character {
        '\0' => Some(Finding::Nul),
        '\u{feff}' | '\u{200b}' => Some(Finding::Mark),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}' => {
            Some(Finding::PrivateUse)
        }
        '\u{200c}' | '\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{180e}' | '\u{ad}' => {
            let joins = |c: char| {
                !c.is_ascii()
                    && !matches!(c, '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{2027}')
            };
            let before = source[..at].chars().next_back().is_some_and(joins);
            let after = source[at + character.len_utf8()..].chars().next().is_some_and(joins);
            (!(matches!(character, '\u{200c}' | '\u{200d}') && before && after)).then_some(Finding::ZeroWidth)
        }
        _ => None,
    }
}

fn report(found: Finding, file: FileId, at: usize, character: char) -> Diagnostic {
    let span = Span::new(file, at..at + character.len_utf8());
    let number = u32::from(character);
    match found {
        Finding::Nul => Diagnostic::new(Code(4), span, text!("文件里有空字符（NUL），可能已损坏", "the file holds a NUL character and may be damaged"))
            .severity(Severity::Error)
            .help(text!("用原件重新保存为 UTF-8 纯文本", "save it again from the original as UTF-8 text")),
        Finding::Mark => Diagnostic::new(Code(4), span, text!("这里有看不见的字符 U+{:04X}", "an invisible character U+{:04X}"; number))
            .help(text!("删去它：把光标移到这里按退格键，或运行 keben fix", "delete it, or run keben fix"))
            .fix(span, ""),
        Finding::PrivateUse => Diagnostic::new(Code(4), span, text!("这里有残缺的字符 U+{:04X}，多半是转换时丢失的数字或符号", "a private-use character U+{:04X}, often a digit or sign lost in conversion"; number))
            .help(text!("对照原件补上正确的字", "put the right character from the original")),
        Finding::ZeroWidth => Diagnostic::new(Code(4), span, text!("这里有看不见的字符 U+{:04X}", "an invisible character U+{:04X}"; number))
            .help(text!("如非有意使用，请删去", "delete it unless it is meant")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Severity, usize, bool)> {
        let mut diagnostics = Vec::new();
        check_characters(FileId(0), text, &mut diagnostics);
        diagnostics.iter().map(|d| (d.severity, d.span.start as usize, d.fix.is_some())).collect()
    }

    #[test]
    fn invisible_characters_are_found_and_emoji_are_left_alone() {
        assert_eq!(found("学\u{200b}习"), [(Severity::Warning, 3, true)]);
        assert_eq!(found("一\u{feff}"), [(Severity::Warning, 3, true)]);
        assert_eq!(found("a\0b"), [(Severity::Error, 1, false)]);
        assert_eq!(found("第\u{e5e5}\u{e5e5}条"), [(Severity::Warning, 3, false)]);
        assert_eq!(found("学\u{200d}习"), [(Severity::Warning, 3, false)]);
        assert_eq!(found("👩\u{200d}🏫 “引号”——……"), []);
    }
}
