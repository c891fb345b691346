//! Layer 2: slips in the lines of YAML: colons, indentation, dashes, quotation marks, values that need some.
//! Follows the structure as far as it must, to leave block text, quoted text and comments alone. Must not know fields.

use super::flow::closing;
use super::mistakes::{
    Colon, Mistake, WIDE, colon, is_identifier, mixed_quotes, needs_quotes, odd_indentation, unclosed_quote,
    wide_after_colon, wide_mark, word,
};
use crate::diagnostics::text;

/// Every slip of the text, in order.
pub(super) fn scan(text: &str) -> Vec<Mistake> {
    let mut scan =
        Scan { text, found: Vec::new(), maps: Vec::new(), lists: Vec::new(), above: Above::Nothing };
    let mut at = 0;
    while at < text.len() {
        // A value ends at the end of its line, or on a later one.
        let end = scan.line(at);
        at = scan.line_end(end.max(at)) + 1;
    }
    scan.found.sort_by_key(|mistake| mistake.at.start);
    scan.found
}

pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) found: Vec<Mistake>,
    /// Columns at which keys stand, and dashes, from the outermost.
    maps: Vec<usize>,
    lists: Vec<usize>,
    above: Above,
}

/// What the line above left open; the column is that of its key or dash.
#[derive(Clone, Copy)]
enum Above {
    Nothing,
    /// A key or a dash without a value yet.
    Empty(usize),
    /// A plain scalar: deeper lines continue it.
    Plain(usize),
    /// A value that is complete.
    Done(usize),
}

pub(super) const BLANK: [char; 4] = [' ', '\t', WIDE[0], WIDE[1]];

impl Scan<'_> {
    /// The byte of the line's `\n`, or the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |n| at + n)
    }

    /// Scans the line at `at`; gives a byte of the last line that was part of it.
    fn line(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        let line = self.text[at..end].trim_end_matches(['\r', ' ', '\t']);
        let rest = line.trim_start_matches(BLANK);
        let lead = line.len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            return end;
        }
        let key = word(rest);
        let is_key =
            !key.is_empty() && matches!(colon(key, 0, &rest[key.len()..], false), Some((Colon::Sound, _)));
        let mut column = lead;
        if !line[..lead].bytes().all(|byte| byte == b' ') {
            match self.indentation(at, &line[..lead], is_key || rest.starts_with("- ")) {
                Some(right) => column = right,
                None => return end,
            }
        } else if let Above::Plain(above) | Above::Done(above) = self.above
            && lead > above
        {
            if let Some(list) =
                self.lists.iter().rev().find(|list| **list < lead).copied().filter(|_| rest.starts_with("- "))
            {
                self.found.push(
                    Mistake::new(
                        at..at + lead,
                        text!(
                            "这一行缩进多了，列表项被当成了上一行的内容",
                            "indented too far: the item is taken for a part of the line above"
                        ),
                        text!("与上面的短横线左对齐", "align it with the dashes above"),
                    )
                    .fix(at..at + lead, " ".repeat(list))
                    .silent(),
                );
                column = list;
            } else if is_key {
                self.found.push(
                    Mistake::new(
                        at..at + lead,
                        text!(
                            "这一行缩进多了，字段“{key}”被当成了上一行的内容",
                            "indented too far: the key “{key}” is taken for a part of the line above"
                        ),
                        text!("与上面同一层的字段左对齐", "align it with the fields of its level"),
                    )
                    .fix(at..at + lead, " ".repeat(above)),
                );
                column = above;
            } else {
                return end;
            }
        }
        self.maps.retain(|map| *map <= column);
        self.lists.retain(|list| *list <= column);
        if rest.starts_with('＃') {
            self.found.push(wide_mark(
                at + lead..at + lead + '＃'.len_utf8(),
                '＃',
                "说明前面",
                "the mark before a remark",
                "#",
            ));
            return end;
        }
        self.node(at + lead, end, column)
    }

    /// Indentation by other characters than spaces: the column that was meant; `None` where it is text.
    fn indentation(&mut self, at: usize, lead: &str, structural: bool) -> Option<usize> {
        if matches!(self.above, Above::Plain(above) if !structural && lead.starts_with(' ') && above < lead.len())
        {
            return None;
        }
        let odd = lead.find(['\t', WIDE[0], WIDE[1]])?;
        let mark = lead[odd..].chars().next()?;
        let width: usize = lead.chars().map(|c| if c == ' ' { 1 } else { 2 }).sum();
        let column = match self.above {
            // The lines that follow show how far; where they do not, two for each.
            Above::Empty(above) if width > above => {
                let next = self.text[self.line_end(at)..].trim_start_matches(['\n', '\r']);
                let spaces = next.len() - next.trim_start_matches(' ').len();
                let level = spaces > above && !next[spaces..].starts_with(['\t', WIDE[0], WIDE[1]]);
                if level { spaces } else { width }
            }
            _ => {
                let known = self.maps.iter().chain(&self.lists).copied();
                known.min_by_key(|known| known.abs_diff(width)).unwrap_or(0)
            }
        };
        let span = at + odd..at + odd + mark.len_utf8();
        let mistake = odd_indentation(span, mark).fix(at..at + lead.len(), " ".repeat(column));
        self.found.push(mistake.silent());
        Some(column)
    }

    /// What stands at `at`, in `column`: dashes, then a key or a scalar.
    fn node(&mut self, mut at: usize, end: usize, mut column: usize) -> usize {
        let mut parent = column;
        let mut item = false;
        loop {
            let rest = self.text[at..end].trim_end();
            let fits = |scan: &Self| {
                scan.lists.contains(&column) || matches!(scan.above, Above::Empty(above) if column >= above)
            };
            let first = rest.chars().next();
            let second = rest.chars().nth(1);
            let wide = matches!(first, Some('－' | '–' | '•' | '·' | '●' | '﹣')) && !item && fits(self);
            let tight = first == Some('-')
                && second
                    .is_some_and(|c| c.is_alphabetic() || matches!(c, '“' | '"' | '\'' | '{' | '[' | '《'))
                && !item
                && fits(self);
            let dash = first.map_or(0, char::len_utf8);
            if tight {
                self.found.push(
                    Mistake::new(
                        at..at + 1,
                        text!("列表的短横线后面缺一个空格", "no space after the dash of a list item"),
                        text!("写成 - {}", "write - {}"; rest[1..].trim()),
                    )
                    .fix(at..at + 1, "- ")
                    .silent(),
                );
            } else if wide {
                let mark = first.unwrap_or('－');
                let after = rest[dash..].len() - rest[dash..].trim_start_matches(BLANK).len();
                self.found.push(
                    Mistake::new(
                        at..at + dash,
                        text!("列表项开头用了“{mark}”", "a list item begins with “{mark}”"),
                        text!("改成半角短横线加一个空格：- {}", "use an ASCII hyphen and a space: - {}"; rest[dash..].trim()),
                    )
                    .fix(at..at + dash + after, "- ")
                    .silent(),
                );
            } else if !(rest == "-" || rest.starts_with("- ")) {
                break;
            }
            if !self.lists.contains(&column) {
                self.lists.push(column);
            }
            let inner = rest[dash..].trim_start_matches(BLANK);
            if inner.is_empty() || inner.starts_with('#') {
                self.above = Above::Empty(column);
                return end;
            }
            let gap = rest.len() - dash - inner.len();
            parent = column;
            column += 1 + if tight || wide { 1 } else { gap };
            at += dash + gap;
            item = true;
        }
        self.content(at, end, column, parent, item)
    }

    /// A key with its value, or a scalar, at `at`.
    fn content(&mut self, at: usize, end: usize, column: usize, parent: usize, item: bool) -> usize {
        let rest = self.text[at..end].trim_end();
        let quoted = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let key = match quoted.and_then(|quote| closing(&rest[1..], quote)) {
            Some(close) if rest[close + 2..].trim_start().starts_with(':') => &rest[..close + 2],
            Some(_) => "",
            None => word(rest),
        };
        if !key.is_empty()
            && let Some((found, value)) = colon(key, at + key.len(), &rest[key.len()..], false)
        {
            match found {
                Colon::Sound => {
                    self.key_at(column);
                    return self.value(key, value, end, column);
                }
                Colon::Wrong(mistake) if self.is_key(key, end, column, item) => {
                    self.found.push(mistake.silent());
                    self.key_at(column);
                    return self.value(key, value, end, column);
                }
                Colon::Wrong(_) => {}
            }
        } else if !rest.starts_with(['"', '\'', '[', '{', '｛', '|', '>'])
            && let Some(colon) = rest.find(": ").or_else(|| rest.strip_suffix(':').map(str::len))
        {
            // A key of several words.
            self.key_at(column);
            return self.value(&rest[..colon], at + colon + 1, end, column);
        }
        self.value("", at, end, parent)
    }

    fn key_at(&mut self, column: usize) {
        if !self.maps.contains(&column) {
            self.maps.push(column);
        }
    }

    /// Is a word with a wrong colon a key, and not the beginning of a sentence?
    fn is_key(&self, key: &str, end: usize, column: usize, item: bool) -> bool {
        let number = key.bytes().all(|byte| byte.is_ascii_digit());
        if !item && !number && (column == 0 || self.maps.contains(&column)) {
            return true;
        }
        let next = self.text[end..].trim_start_matches(['\n', '\r']);
        let next = next.split('\n').next().unwrap_or("");
        let lead = next.len() - next.trim_start_matches(' ').len();
        let next = &next[lead..];
        let beside = lead == column && {
            let key = word(next);
            !key.is_empty() && next[key.len()..].trim_start_matches(' ').starts_with([':', '：'])
        };
        !number && (beside || (!item && is_identifier(key) && matches!(self.above, Above::Empty(_))))
    }

    /// The value of `key` from `at` on; deeper lines than `column` belong to it.
    fn value(&mut self, key: &str, at: usize, end: usize, column: usize) -> usize {
        let rest = self.text[at..end].trim_end();
        let value = rest.trim_start_matches(BLANK);
        let at = at + rest.len() - value.len();
        let lead = &rest[..rest.len() - value.len()];
        if let Some(odd) = lead.find(WIDE).filter(|_| !key.is_empty() && !value.is_empty()) {
            let shown: String = value.chars().take(20).collect();
            let from = at - lead.len();
            let length = lead[odd..].chars().next().map_or(1, char::len_utf8);
            let mistake = wide_after_colon(from + odd..from + odd + length, key, &shown).fix(from..at, " ");
            self.found.push(mistake.silent());
        }
        self.above = Above::Done(column);
        match value.chars().next() {
            None | Some('#') => {
                self.above = Above::Empty(column);
                end
            }
            Some('|' | '>') => {
                let header = value[1..].split(" #").next().unwrap_or("").trim_end();
                if header.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9')) {
                    return self.block(end, column);
                }
                let message = text!("值不能以“{}”开头", "a value cannot begin with “{}”"; &value[..1]);
                self.found.push(needs_quotes(at..at + value.len(), value, message));
                end
            }
            Some(quote @ ('"' | '\'')) => self.quoted(at, end, column, quote),
            Some('[' | '{' | '｛') => self.flow(at, column),
            Some('［' | '【') if value.ends_with(']') && !value.contains('[') => self.flow(at, column),
            Some(_) => {
                if let Some(comment) = value.find(" #") {
                    self.plain(at, value[..comment].trim_end());
                } else {
                    self.plain(at, value);
                }
                self.above = Above::Plain(column);
                end
            }
        }
    }

    fn plain(&mut self, at: usize, value: &str) {
        let whole = at..at + value.len();
        let first = value.chars().next().unwrap_or(' ');
        let last = value.chars().next_back().unwrap_or(' ');
        let begins = || text!("值不能以“{first}”开头", "a value cannot begin with “{first}”");
        let odd_quotes = value.matches('"').count() % 2 == 1;
        let (open, close) = (value.matches('“').count(), value.matches('”').count());
        let second = value
            .split([',', '，'])
            .skip(1)
            .any(|part| part.split_once(": ").is_some_and(|(key, _)| is_identifier(key.trim())));
        if second {
            self.found.push(Mistake::new(
                whole,
                text!("几个字段写在了一行", "several fields stand on one line"),
                text!(
                    "每个字段单独一行，或用花括号括起来：{{字段: 值, 字段: 值}}",
                    "give each field a line, or put them in braces: {{key: value, key: value}}"
                ),
            ));
        } else if value.contains(": ") || value.ends_with(':') {
            let message = text!(
                "这个值里有半角冒号，YAML 会把它当成字段",
                "this value holds an ASCII colon, which YAML takes for a key"
            );
            self.found.push(needs_quotes(whole, value, message));
        } else if matches!(first, '@' | '`' | '%' | ',' | ']' | '}')
            || value.starts_with("- ")
            || value.starts_with("? ")
        {
            self.found.push(needs_quotes(whole, value, begins()));
        } else if matches!(first, '“' | '”' | '＂') && last == '"' && odd_quotes && open != close {
            let length = first.len_utf8();
            let mark = first.to_string();
            self.found.push(mixed_quotes(at..at + length, &mark, '"').silent());
        } else if first == '＂' && last == '＂' && value.chars().count() > 2 {
            let length = first.len_utf8();
            self.found.push(
                wide_mark(at..at + length, first, "引号", "the quotation mark", "\"")
                    .fix(whole.end - length..whole.end, "\"")
                    .silent(),
            );
        }
    }

    /// A quoted value; it may go on, as long as the lines are deeper than its key.
    fn quoted(&mut self, at: usize, end: usize, column: usize, quote: char) -> usize {
        let text = self.text;
        let mut from = at + 1;
        let mut line_end = end;
        loop {
            if let Some(close) = closing(&text[from..line_end], quote) {
                let close = from + close + 1;
                let more = text[close..line_end].trim();
                if line_end == end && !more.is_empty() && !more.starts_with(['#', ':']) {
                    let value = text[at..end].trim_end();
                    let message = text!("半角引号后面还有文字", "words follow the closing quotation mark");
                    self.found.push(needs_quotes(at..at + value.len(), value, message));
                }
                return line_end;
            }
            let next = text[line_end..].trim_start_matches(['\n', '\r', ' ', '\t']);
            let next_at = text.len() - next.len();
            let indent = next_at - text[..next_at].rfind('\n').map_or(0, |n| n + 1);
            if next.is_empty() || indent <= column {
                break;
            }
            from = next_at;
            line_end = self.line_end(next_at);
        }
        let value = text[at..end].trim_end();
        let mark = value.chars().next_back().filter(|c| matches!(c, '”' | '“' | '＂' | '’' | '‘'));
        self.found.push(match mark {
            Some(mark) => {
                let from = at + value.len() - mark.len_utf8();
                mixed_quotes(from..from + mark.len_utf8(), &mark.to_string(), quote)
            }
            None => {
                let close = at + value.len();
                unclosed_quote(at, quote).fix(close..close, quote.to_string())
            }
        });
        end
    }
}
