//! Layer 2: slips inside `[..]` and `{..}`: full-width commas, colons and brackets, brackets without a pair.
//! Must not know fields: what only a field's shape can tell is the decoder's.

use super::lines::Scan;
use super::mistakes::{
    Colon, Mistake, WIDE, colon, is_identifier, mixed_quotes, needs_quotes, unclosed_quote, wide_mark, word,
};
use crate::diagnostics::text;

/// One open bracket.
struct Open {
    at: usize,
    close: char,
    /// A key of this map has a full-width colon: then others may have one too.
    wide: bool,
}

impl Scan<'_> {
    /// Scans the collection that opens at `start`, the value of a key at column `column`; gives where it ends.
    pub(super) fn flow(&mut self, start: usize, column: usize) -> usize {
        let known = self.found.len();
        let mut open: Vec<Open> = Vec::new();
        // At the head of an item, or of a key.
        let mut fresh = true;
        let mut at = start;
        loop {
            let rest = &self.text[at..];
            let Some(c) = rest.chars().next() else {
                self.unclosed(&open, self.text.trim_end().len());
                return self.text.len();
            };
            let end = at + c.len_utf8();
            match c {
                '\n' => {
                    let line_end = self.text[..at].trim_end().len();
                    let next = rest.trim_start_matches(['\n', '\r', ' ', '\t']);
                    let next_at = self.text.len() - next.len();
                    let indent = next_at - self.text[..next_at].rfind('\n').map_or(0, |n| n + 1);
                    // Lines of a collection stand deeper than its key; only a closing bracket may stand below it.
                    if next.is_empty() || (indent <= column && !next.starts_with([']', '}'])) {
                        self.unclosed(&open, line_end);
                        return at;
                    }
                    at = next_at;
                }
                ' ' | '\t' | '\r' => at = end,
                '\u{3000}' | '\u{a0}' => {
                    if fresh && open.last().is_some_and(|open| open.close == '}') {
                        self.found.push(
                            Mistake::new(
                                at..end,
                                text!("逗号后面用了全角空格", "a full-width space after the comma"),
                                text!("改成半角空格", "use an ASCII space"),
                            )
                            .fix(at..end, " ")
                            .silent(),
                        );
                    }
                    at = end;
                }
                '[' | '{' | '［' | '｛' | '【' if fresh || matches!(c, '[' | '{') => {
                    let (narrow, close) = if matches!(c, '{' | '｛') { ("{", '}') } else { ("[", ']') };
                    if !c.is_ascii() {
                        self.found
                            .push(wide_mark(at..end, c, "前括号", "the opening bracket", narrow).silent());
                    }
                    open.push(Open { at, close, wide: false });
                    fresh = true;
                    at = end;
                }
                ']' | '}' | '］' | '｝' | '】' | ')' | '）' => {
                    let Some(Open { close, .. }) = open.pop() else { return at };
                    if c != close {
                        let right = close.to_string();
                        self.found.push(if c.is_ascii() {
                            Mistake::new(
                                at..end,
                                text!(
                                    "括号没有配对：这里应该是“{close}”",
                                    "the brackets do not match: this should be “{close}”"
                                ),
                                text!("把“{c}”改成“{close}”", "write “{close}” for “{c}”"),
                            )
                            .fix(at..end, right)
                        } else {
                            wide_mark(at..end, c, "后括号", "the closing bracket", &right)
                        });
                    }
                    fresh = false;
                    at = end;
                    if open.is_empty() {
                        return self.after_flow(start, at, known);
                    }
                }
                ',' => {
                    fresh = true;
                    at = end;
                }
                '，' | '、' | '；' => {
                    let space = self.text[end..].starts_with([' ', '\n', '\r']);
                    self.found.push(wide_comma(at..end, c, space));
                    fresh = true;
                    at = end;
                }
                '#' if self.text[..at].ends_with([' ', '\n']) => at += rest.find('\n').unwrap_or(rest.len()),
                '"' | '\'' => {
                    at = self.flow_quote(at, c);
                    fresh = false;
                }
                ':' => {
                    fresh = false;
                    at = end;
                }
                _ => {
                    at = self.token(at, &mut open, fresh);
                    fresh = false;
                }
            }
        }
    }

    /// A plain scalar or a key with its colon; gives where it ends, always beyond `at`.
    fn token(&mut self, at: usize, open: &mut [Open], fresh: bool) -> usize {
        let line_end = self.line_end(at);
        let rest = &self.text[at..line_end];
        let in_map = open.last().is_some_and(|open| open.close == '}');
        if in_map && fresh {
            let key = word(rest);
            if !key.is_empty()
                && let Some((found, value)) = colon(key, at + key.len(), &rest[key.len()..], true)
            {
                if let Colon::Wrong(mistake) = found {
                    if let Some(open) = open.last_mut() {
                        open.wide |= rest[key.len()..].trim_start().starts_with('：');
                    }
                    self.found.push(mistake.silent());
                }
                return value.max(at + 1);
            }
        }
        let wide = open.last().is_some_and(|open| open.wide);
        let mut length = rest.len();
        for (offset, c) in rest.char_indices() {
            let after = &rest[offset + c.len_utf8()..];
            let stop = match c {
                ',' | ']' | '}' => true,
                '[' | '{' => false,
                '，' | '、' | '；' if in_map => begins_key(after, wide),
                '］' | '｝' | '】' => {
                    let opposite = match c {
                        '］' => '［',
                        '｝' => '｛',
                        _ => '【',
                    };
                    let next = after.trim_start();
                    !rest[..offset].contains(opposite)
                        && (next.is_empty() || next.starts_with([',', '，', '、', ']', '}', '］', '｝']))
                }
                ')' | '）' => after.trim().is_empty() && !rest[..offset].contains(['(', '（']),
                _ => false,
            };
            if stop {
                length = offset;
                break;
            }
        }
        let value = rest[..length].trim_end_matches([' ', '\t', '\r']);
        let span = at..at + value.len();
        if let Some(gap) = missing_comma(value).filter(|_| in_map && !fresh) {
            self.found.push(
                Mistake::new(
                    at + gap..at + gap + 1,
                    text!("两项之间缺少逗号", "a comma is missing between two items"),
                    text!("在这里加半角逗号：, ", "put an ASCII comma here"),
                )
                .fix(at + value[..gap].trim_end_matches([';', '；', ' ']).len()..at + gap + 1, ", "),
            );
        } else if in_map && !fresh && value.contains(": ") {
            let message = text!(
                "这个值里有半角冒号，YAML 会把它当成字段",
                "this value holds an ASCII colon, which YAML takes for a key"
            );
            self.found.push(needs_quotes(span, value, message));
        } else if value.starts_with(['“', '”', '＂'])
            && value.len() > 3
            && value.matches('"').count() == 1
            && value.ends_with('"')
        {
            let mark = &value[..3];
            self.found.push(mixed_quotes(at..at + 3, mark, '"').silent());
        }
        at + length.max(rest.chars().next().map_or(1, char::len_utf8))
    }

    /// A quoted item; it ends on its own line, or the quotation mark has no pair.
    fn flow_quote(&mut self, at: usize, quote: char) -> usize {
        let line_end = self.line_end(at);
        let rest = &self.text[at + 1..line_end];
        if let Some(end) = closing(rest, quote) {
            // `"a”, "b"` closes at the mark that was to open the next.
            let next = rest[end + 1..].trim_start();
            let ends = [',', ']', '}', ':', '，', '、', '；', '］', '｝', '】', ')', '）', '#'];
            let mixed = rest[..end].contains(['”', '＂', '’']) && rest[..end].contains([',', '，', '、']);
            if next.is_empty() || next.starts_with(ends) || !mixed {
                return at + 1 + end + 1;
            }
        }
        let end = rest.find([',', ']', '}', '，']).unwrap_or(rest.len());
        let value = rest[..end].trim_end();
        let last = value.chars().next_back();
        if let Some(mark) = last.filter(|c| matches!(c, '”' | '“' | '＂' | '’' | '‘')) {
            let from = at + 1 + value.len() - mark.len_utf8();
            let mark_text = mark.to_string();
            self.found.push(mixed_quotes(from..from + mark.len_utf8(), &mark_text, quote));
        } else {
            let end = at + 1 + value.len();
            self.found.push(unclosed_quote(at, quote).fix(end..end, quote.to_string()));
        }
        at + 1 + value.len()
    }

    fn unclosed(&mut self, open: &[Open], line_end: usize) {
        let Some(innermost) = open.last() else { return };
        let (bracket, close) = (&self.text[innermost.at..], innermost.close);
        let bracket: String = bracket.chars().take(1).collect();
        let mistake = Mistake::new(
            innermost.at..innermost.at + bracket.len(),
            text!(
                "方括号或花括号没有配对：“{bracket}”后面缺少“{close}”",
                "the bracket “{bracket}” is not closed by “{close}”"
            ),
            text!("在这一组的末尾补上半角的“{close}”", "put “{close}” at the end of the group"),
        );
        // With more than one open nobody can tell where each ends.
        self.found.push(if open.len() == 1 {
            mistake.fix(line_end..line_end, close.to_string())
        } else {
            mistake
        });
    }

    /// Words after the last bracket: then the brackets were words too.
    fn after_flow(&mut self, start: usize, at: usize, known: usize) -> usize {
        let line_end = self.line_end(at);
        let rest = self.text[at..line_end].trim_end();
        let more = rest.trim_start_matches([' ', '\t']);
        if more.is_empty() || more.starts_with('#') || self.text[start..at].contains('\n') {
            return line_end;
        }
        if more.chars().all(|c| matches!(c, ',' | '，' | '、' | ';' | '；' | '。')) {
            let from = at + rest.len() - more.len();
            self.found.push(
                Mistake::new(
                    from..from + more.len(),
                    text!("括号后面多了“{more}”", "“{more}” after the closing bracket is too much"),
                    text!("删去它", "delete it"),
                )
                .fix(from..from + more.len(), ""),
            );
            return line_end;
        }
        self.found.truncate(known);
        let value = &self.text[start..at + rest.len()];
        let message = text!(
            "值以括号开头，后面还有文字，YAML 会把括号当成列表",
            "a value that begins with a bracket is taken for a list, but words follow"
        );
        self.found.push(needs_quotes(start..at + rest.len(), value, message));
        line_end
    }
}

fn wide_comma(at: std::ops::Range<usize>, mark: char, space: bool) -> Mistake {
    let right = if space { "," } else { ", " };
    Mistake::new(
        at.clone(),
        text!("各项之间用了全角的“{mark}”", "items are separated by the full-width “{mark}”"),
        text!("切换到英文输入法，改成半角逗号加一个空格：, ", "use an ASCII comma and a space"),
    )
    .fix(at, right)
    .silent()
}

/// The space before `date: ` in `甲 date: 2022-09-01`.
fn missing_comma(value: &str) -> Option<usize> {
    let colon = value.find(": ")?;
    let gap = value[..colon].rfind(' ')?;
    is_identifier(&value[gap + 1..colon]).then_some(gap)
}

/// Does another key begin here? `wide`: keys with a full-width colon count whatever they are.
fn begins_key(text: &str, wide: bool) -> bool {
    let text = text.trim_start_matches([' ', WIDE[0], WIDE[1]]);
    let key = word(text);
    let rest = text[key.len()..].trim_start_matches(' ');
    !key.is_empty()
        && (rest.starts_with(": ")
            || ((wide || is_identifier(key)) && rest.starts_with([':', '：']) && !rest.starts_with("://")))
}

/// Where a quoted scalar ends, from after its opening mark.
pub(super) fn closing(text: &str, quote: char) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quote == '"' => _ = bytes.next(),
            b'\'' if quote == '\'' && bytes.peek().is_some_and(|next| next.1 == b'\'') => _ = bytes.next(),
            byte if char::from(byte) == quote => return Some(at),
            _ => {}
        }
    }
    None
}
