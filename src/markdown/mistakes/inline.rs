//! Layer 2: links, emphasis and references to notes that show as plain signs (KB-704).

use super::Page;
use crate::diagnostics::text;
use crate::markdown::Prose;
use memchr::memmem;
use std::ops::Range;

impl Page<'_> {
    /// Adds what is found; gives the places, in the file, that were meant as links.
    pub(super) fn inline(&mut self, prose: &Prose) -> Vec<Range<usize>> {
        let source = self.source;
        let bytes = source.as_bytes();
        let mut links = Vec::new();
        let in_prose = |at: usize| prose.holds(self.start + at);
        let hits = |needle: &str| -> Vec<usize> {
            memmem::find_iter(bytes, needle).filter(|at| in_prose(*at)).collect()
        };
        let (spaced, wide) = (hits("]("), hits("]（"));
        let boxed = hits("】");
        let (stars, wide_stars) = (hits("**"), hits("＊＊"));
        let notes = hits("[^");
        for at in hits("[[") {
            links.extend(self.cut_link(at));
        }
        for at in spaced {
            links.extend(self.spaced_link(at));
        }
        for at in wide {
            links.extend(self.wide_link(at, '[', ']'));
        }
        for at in boxed {
            links.extend(self.wide_link(at, '【', '】'));
        }
        self.stars(&stars, "**");
        self.stars(&wide_stars, "＊＊");
        let wide: Vec<&str> = notes
            .iter()
            .filter_map(|at| source[at + 2..self.near(*at).end].split_once("]：").map(|(name, _)| name))
            .filter(|name| !name.contains(']'))
            .collect();
        for at in notes {
            self.undefined_note(at, &wide);
        }
        links.into_iter().map(|link| self.start + link.start..self.start + link.end).collect()
    }

    /// `[[种类/编号|文字]]` in a table: the bar ends the cell.
    fn cut_link(&mut self, open: usize) -> Option<Range<usize>> {
        let line = self.near(open);
        let inner = open + "[[".len();
        let length = self.source[inner..line.end.max(inner)].find("]]")?;
        let (address, words) = self.source[inner..inner + length].split_once('|')?;
        if !address.contains('/') || address.contains(char::is_whitespace) || words.contains(['|', '[']) {
            return None;
        }
        let (bar, end) = (inner + address.len(), inner + length + "]]".len());
        self.report(
            open..end,
            text!("表格里的“|”把链接切断了", "the | ends the cell of the table in the middle of the link"),
            text!("在竖线前加反斜杠：[[{address}\\|{words}]]", "write [[{address}\\|{words}]]"),
        );
        self.fix(bar..bar + 1, "\\|");
        Some(open..end)
    }

    /// `[文](a b.md)`: the address ends at the space.
    fn spaced_link(&mut self, close: usize) -> Option<Range<usize>> {
        let line = self.near(close);
        let open = self.source[line.start..close].rfind('[')? + line.start;
        let address = close + "](".len();
        let end = self.source[address..line.end.max(address)].find(')')? + address;
        let written = &self.source[address..end];
        if !written.trim().contains([' ', '\u{3000}'])
            || written.contains(['<', '>', '"', '(', '（'])
            || !has_ending(written)
        {
            return None;
        }
        let trimmed = written.trim();
        self.report(
            open..end + 1,
            text!("链接的地址里有空格，链接没有生效", "the address has a space: this is no link"),
            text!("给地址加上尖括号：(<{trimmed}>)", "put the address into angle brackets: (<{trimmed}>)"),
        );
        self.fix(address..end, format!("<{trimmed}>"));
        Some(open..end + 1)
    }

    /// `[文]（a.md）`, `【文】(a.md)`, `【文】（a.md）`.
    fn wide_link(&mut self, close: usize, opening: char, closing: char) -> Option<Range<usize>> {
        let line = self.near(close);
        let open = self.source[line.start..close].rfind(opening)? + line.start;
        let words = &self.source[open + opening.len_utf8()..close];
        let after = close + closing.len_utf8();
        let bracket = self.source[after..].chars().next().filter(|c| matches!(c, '(' | '（'))?;
        let address = after + bracket.len_utf8();
        let end = self.source[address..line.end.max(address)].find([')', '）'])? + address;
        let written = self.source[address..end].trim();
        if !is_address(written) || words.contains(['[', ']', '【', '】']) {
            return None;
        }
        let last = self.source[end..].chars().next().map_or(1, char::len_utf8);
        let fixed = format!("[{words}]({written})");
        self.report(
            open..end + last,
            text!("链接的括号是全角的，链接没有生效", "the brackets are full-width: this is no link"),
            text!("写成 {fixed}", "write {fixed}"),
        );
        self.fix(open..end + last, fixed);
        Some(open..end + last)
    }

    /// `＊＊粗＊＊`, and `**粗 **` with spaces inside: pairs on one line.
    fn stars(&mut self, hits: &[usize], marks: &str) {
        let mut index = 0;
        while let [first, second, ..] = hits[index..] {
            index += 1;
            let from = first + marks.len();
            if from > second || second - first > super::REACH || self.source[first..second].contains('\n') {
                continue;
            }
            index += 1;
            let inner = &self.source[from..second];
            let words = inner.trim_matches([' ', '\u{3000}', '\t']);
            let range = first..second + marks.len();
            if words.is_empty() || words.contains('*') {
                continue;
            }
            if marks == "＊＊" {
                self.report(
                    range.clone(),
                    text!("“＊＊”是全角的，加粗没有生效", "the ＊＊ are full-width: nothing becomes bold"),
                    text!("写成 **{words}**", "write **{words}**"),
                );
            } else if words.len() < inner.len() && words.chars().any(char::is_alphabetic) {
                self.report(
                    range.clone(),
                    text!(
                        "星号里侧有空格，加粗没有生效",
                        "there are spaces inside the stars: nothing becomes bold"
                    ),
                    text!("写成 **{words}**", "write **{words}**"),
                );
            } else {
                continue;
            }
            self.fix(range, format!("**{words}**"));
        }
    }

    /// `[^1]` that no `[^1]:` explains.
    fn undefined_note(&mut self, at: usize, wide: &[&str]) {
        let line = self.near(at);
        let Some(length) = self.source[at..line.end.max(at)].find(']') else { return };
        let name = &self.source[at + 2..at + length];
        let after = &self.source[at + length + 1..line.end];
        // A definition with a full-width colon has been named already; its references have nothing wrong.
        let odd = |c: char| c.is_whitespace() || matches!(c, '[' | '^');
        if name.is_empty()
            || name.contains(odd)
            || after.starts_with(['：', '(', '（'])
            || wide.contains(&name)
        {
            return;
        }
        self.report(
            at..at + length + 1,
            text!("“[^{name}]”没有对应的注释", "there is no footnote [^{name}]"),
            text!(
                "在文末另起一行写 [^{name}]: 加上注释的文字",
                "write [^{name}]: and its text on a line of its own at the end"
            ),
        );
    }
}

/// Does this end as the name of a file does?
fn has_ending(address: &str) -> bool {
    let address = address.trim().split('#').next().unwrap_or("");
    address.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && (2..=5).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Can this be nothing but an address?
fn is_address(written: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, '，' | '。' | '；' | '、' | '《' | '》');
    let web = ["http://", "https://", "../", "./"].iter().any(|start| written.starts_with(start));
    !written.is_empty() && !written.contains(odd) && (web || has_ending(written))
}
