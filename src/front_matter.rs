//! Layer 2: the block between two `---` lines at the head of a document, and YAML files as a whole.
//! Gives a tree in which every key, scalar and item has its place. Must not know kinds, fields or vocabularies.

mod block;
mod characters;
mod flow;
mod lines;
mod mistakes;
mod repair;
mod syntax;
mod tree;

pub use characters::check_characters;
pub use tree::{Entry, Limits, Node, Value, parse_yaml};

use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::{FileId, Span};

/// A document split in two; offsets are those of the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    pub yaml: &'a str,
    pub yaml_start: usize,
    pub body: &'a str,
    pub body_start: usize,
    /// The opening `---` line: where something missing is reported.
    pub first_line: Span,
}

/// Splits a document at its front matter. A byte order mark before it is allowed here.
pub fn split(file: FileId, text: &str) -> Result<Parts<'_>, Diagnostic> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let fence = |line: &str| line.trim_end() == "---";
    let mut lines = lines(&text[start..], start);
    let first = lines.next().filter(|(_, line)| fence(line));
    let Some((first_at, first_line)) = first else {
        return Err(missing(file, text, start));
    };
    let first_line = Span::new(file, first_at..first_at + first_line.trim_end().len());
    let yaml_start = first_at + text[first_at..].find('\n').map_or(text.len() - first_at, |n| n + 1);
    for (at, line) in lines {
        if fence(line) {
            let body_start = at + line.len() + usize::from(text[at + line.len()..].starts_with('\n'));
            return Ok(Parts {
                yaml: &text[yaml_start..at],
                yaml_start,
                body: &text[body_start..],
                body_start,
                first_line,
            });
        }
    }
    // A line of other dashes was meant to close it, the first before any heading.
    let dashes = |line: &str| almost_fence(line.trim());
    let close = self::lines(&text[yaml_start..], yaml_start).find(|(_, line)| dashes(line));
    if let Some((at, line)) = close {
        let line = line.trim_end();
        let span = Span::new(file, at..at + line.len());
        let message = text!(
            "元数据块没有结束：“{line}”不是三个半角短横线",
            "the front matter is not closed: “{line}” is not three hyphens"
        );
        return Err(Diagnostic::new(Code(3), span, message)
            .help(text!("改成三个半角短横线：---", "write three ASCII hyphens: ---"))
            .fix(span, "---"));
    }
    Err(Diagnostic::new(Code(3), first_line, text!("元数据块没有结束", "the front matter is not closed"))
        .help(text!(
            "在最后一个字段之后另起一行，输入三个半角短横线：---",
            "put a line of three hyphens, ---, after the last field"
        )))
}

fn missing(file: FileId, text: &str, start: usize) -> Diagnostic {
    let line = text[start..].lines().next().unwrap_or("").trim();
    let almost = almost_fence(line);
    let help = if almost {
        text!(
            "第一行要写成三个半角短横线：---（现在是“{line}”）",
            "the first line must be three ASCII hyphens, ---, not “{line}”"
        )
    } else {
        text!(
            "文件第一行写 ---，接着写 title: 等字段，再用一行 --- 结束；可用“keben new 种类 编号”生成样板",
            "begin the file with a line ---, then fields such as title:, then another line ---; `keben new KIND ID` makes a template"
        )
    };
    let diagnostic = Diagnostic::new(
        Code(3),
        Span::new(file, 0..0),
        text!("文件开头没有元数据块", "the file does not begin with front matter"),
    )
    .help(help);
    let at = start + text[start..].find(line).unwrap_or(0);
    if almost { diagnostic.fix(Span::new(file, at..at + line.len()), "---") } else { diagnostic }
}

/// Dashes, but not three hyphens.
fn almost_fence(line: &str) -> bool {
    line != "---" && line.len() > 1 && line.chars().all(|c| matches!(c, '-' | '—' | '－' | '–' | '―' | '﹣'))
}

/// The lines of `text` with their offsets; a line ends before its `\n` (a `\r` stays).
fn lines(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    text.split('\n').map(move |line| {
        let here = at;
        at += line.len() + 1;
        (here, line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<Parts<'_>, Diagnostic> {
        split(FileId(0), text)
    }

    #[test]
    fn offsets_are_those_of_the_file() {
        for text in ["---\na: 1\n---\n正文\n", "\u{feff}---\r\na: 1\r\n---\r\n正文\r\n"] {
            let parts = parts(text).unwrap();
            assert_eq!(&text[parts.yaml_start..parts.yaml_start + parts.yaml.len()], parts.yaml);
            assert_eq!(&text[parts.body_start..], parts.body);
            assert!(parts.yaml.starts_with("a: 1") && parts.body.starts_with("正文"));
            assert_eq!(&text[parts.first_line.range()], "---");
        }
        assert_eq!(parts("---\n---").unwrap().body, "");
        assert_eq!(parts("---\n---").unwrap().yaml, "");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(parts("").unwrap_err().span.range(), 0..0);
        assert!(parts("# 标题\n").unwrap_err().message.zh.contains("没有元数据块"));
        assert!(parts("———\ntitle: x\n").unwrap_err().help.unwrap().zh.contains("———"));
        assert!(parts("---\ntitle: x\n").unwrap_err().message.zh.contains("没有结束"));
    }
}
