//! Layer 2: what an editor probably did wrong when YAML cannot be read, at the place where it was done.

use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::source::{FileId, Span};
use granit_parser::ErrorKind;

/// Diagnostics for a syntax error that the parser met at byte `at` of `yaml`. Every line that shows a known mistake
/// gets its own; where none does, the parser's place and a translated reason.
pub(super) fn explain(
    file: FileId,
    yaml: &str,
    start: usize,
    at: usize,
    kind: &ErrorKind,
) -> Vec<Diagnostic> {
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        let span = Span::new(file, start + at..start + at);
        return vec![Diagnostic::new(
            Code(6),
            span,
            text!("方括号、花括号或缩进嵌套太深", "brackets or indentation nested too deep"),
        )];
    }
    let mut found = Vec::new();
    let mut offset = 0;
    for line in yaml.split('\n') {
        if let Some(diagnostic) = mistake(file, line.trim_end_matches('\r'), start + offset) {
            found.push(diagnostic);
        }
        offset += line.len() + 1;
    }
    if found.is_empty() {
        let at = at.min(yaml.len());
        let line_end = yaml[at..].find('\n').map_or(yaml.len(), |n| at + n);
        let (reason, help) = translate(kind);
        found
            .push(Diagnostic::new(Code(2), Span::new(file, start + at..start + line_end), reason).help(help));
    }
    found
}

/// The first known mistake of a line that begins at byte `at` of the file.
fn mistake(file: FileId, line: &str, at: usize) -> Option<Diagnostic> {
    let span = |from: usize, to: usize| Span::new(file, at + from..at + to);
    let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{3000}', '\u{a0}']).len();
    if let Some(tab) = line[..indent].find('\t') {
        return Some(
            Diagnostic::new(
                Code(2),
                span(tab, tab + 1),
                text!("行首用了制表符（Tab）", "a tab at the beginning of the line"),
            )
            .help(text!("改成半角空格，每层缩进两个", "use two spaces for each level"))
            .fix(span(tab, tab + 1), "  "),
        );
    }
    if let Some(wide) = line[..indent].find(['\u{3000}', '\u{a0}']) {
        let length = line[wide..].chars().next().map_or(1, char::len_utf8);
        return Some(
            Diagnostic::new(
                Code(2),
                span(wide, wide + length),
                text!("行首用了全角空格", "a full-width space at the beginning of the line"),
            )
            .help(text!("改成半角空格", "use ASCII spaces"))
            .fix(span(wide, wide + length), "  "),
        );
    }
    let key_start =
        indent + line[indent..].strip_prefix("- ").map_or(0, |rest| line.len() - indent - rest.len());
    let rest = &line[key_start..];
    if rest.starts_with('#') {
        return None;
    }
    let key_end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    let (key, after) = rest.split_at(key_end);
    let end = key_start + key_end;
    if key.is_empty() {
        return None;
    }
    if after.starts_with('：') {
        let width = '：'.len_utf8();
        return Some(
            Diagnostic::new(
                Code(2),
                span(end, end + width),
                text!("字段名“{}”后面用了全角冒号“：”", "a full-width colon after the key “{}”"; key),
            )
            .help(text!("改成半角冒号加一个空格：{}: …", "use an ASCII colon and a space: {}: …"; key))
            .fix(span(end, end + width), ": "),
        );
    }
    let value = after.strip_prefix(':')?;
    if !value.is_empty() && !value.starts_with([' ', '\t', '/']) && !value.starts_with('\u{3000}') {
        return Some(
            Diagnostic::new(
                Code(2),
                span(end, end + 1),
                text!("冒号后面缺一个空格", "no space after the colon"),
            )
            .help(text!("写成 {}: {}", "write {}: {}"; key, value.trim()))
            .fix(span(end, end + 1), ": "),
        );
    }
    if let Some(rest) = value.strip_prefix('\u{3000}') {
        let wide = '\u{3000}'.len_utf8();
        return Some(
            Diagnostic::new(
                Code(2),
                span(end + 1, end + 1 + wide),
                text!("冒号后面用了全角空格", "a full-width space after the colon"),
            )
            .help(text!("改成半角空格：{}: {}", "use an ASCII space: {}: {}"; key, rest.trim()))
            .fix(span(end + 1, end + 1 + wide), " "),
        );
    }
    let text_start = end + 1 + (value.len() - value.trim_start().len());
    let value = value.trim();
    let quoted = value.starts_with(['"', '\'', '[', '{', '|', '>', '#']);
    if !quoted && (value.contains(": ") || value.ends_with(':')) {
        let safe = !value.contains(['"', '\\', '#']);
        let diagnostic = Diagnostic::new(
            Code(2),
            span(text_start, text_start + value.len()),
            text!("这个值里有半角冒号，YAML 会把它当成字段", "this value holds an ASCII colon, which YAML takes for a key"),
        )
        .help(text!("给整个值加半角双引号：{}: \"{}\"，或把冒号改成全角“：”", "put the value in double quotes: {}: \"{}\""; key, value));
        let whole = span(text_start, text_start + value.len());
        return Some(if safe { diagnostic.fix(whole, format!("\"{value}\"")) } else { diagnostic });
    }
    if value.starts_with(['@', '`', '%']) {
        return Some(
            Diagnostic::new(
                Code(2),
                span(text_start, text_start + 1),
                text!("值不能以“{}”开头", "a value cannot begin with “{}”"; &value[..1]),
            )
            .help(text!("给整个值加半角双引号", "put the value in double quotes")),
        );
    }
    None
}

/// The parser's reason in words for editors.
fn translate(kind: &ErrorKind) -> (Text, Text) {
    use ErrorKind as K;
    match kind {
        K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::UnclosedFlowCollection { .. }
        | K::ExpectedFlowSequenceSeparator
        | K::ExpectedFlowMappingSeparator
        | K::MisplacedFlowCollectionEnd
        | K::MismatchedFlowCollectionEnd { .. } => (
            text!(
                "方括号 [] 或花括号 {{}} 没有配对，或各项之间缺少半角逗号",
                "brackets do not match, or a comma is missing between items"
            ),
            text!(
                "检查括号是否成对、是否为半角，各项之间用半角逗号加空格隔开",
                "check that brackets are paired and items are separated by commas"
            ),
        ),
        K::TabNotAllowed | K::TabInBlockIndentation => (
            text!("缩进用了制表符（Tab）", "a tab is used for indentation"),
            text!("改成半角空格，每层缩进两个", "use two spaces for each level"),
        ),
        K::InvalidIndentation
        | K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::BlockEntryInFlowCollection => (
            text!(
                "缩进不对，或这一行不属于上面的字段",
                "wrong indentation, or the line belongs to no field above"
            ),
            text!(
                "同一层的字段要左对齐；列表的每一项以“- ”开头",
                "align fields of one level; begin each list item with “- ”"
            ),
        ),
        K::InvalidSimpleKey | K::SimpleKeyExpected => (
            text!("这一行不是“字段: 值”的样子", "this line is not of the form “key: value”"),
            text!(
                "字段名后写半角冒号和一个空格；多行文字用 | 开头并缩进",
                "write a colon and a space after the key; for text of several lines use |"
            ),
        ),
        K::UnexpectedCharacter { character } => (
            text!("这里不能有“{}”", "“{}” is not allowed here"; character),
            text!("给整个值加半角双引号", "put the whole value in double quotes"),
        ),
        _ => (
            text!("YAML 读不懂这里（{:?}）", "YAML cannot be read here ({:?})"; kind),
            text!(
                "检查引号是否成对、冒号后是否有空格、缩进是否对齐",
                "check quotes, the space after colons, and indentation"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::{Code, Diagnostic};
    use crate::front_matter::{Limits, parse_yaml};
    use crate::source::FileId;

    fn first(yaml: &str) -> Diagnostic {
        let (_, diagnostics) = parse_yaml(FileId(0), yaml, 0, &Limits::default());
        diagnostics.into_iter().next().unwrap_or_else(|| panic!("no finding for {yaml:?}"))
    }

    #[test]
    fn the_cause_is_named_at_its_place() {
        for (yaml, at, words) in [
            ("title: a\narea：theory\n", 13..16, "全角冒号"),
            ("title: a\narea:theory\nx: 1\n", 13..14, "缺一个空格"),
            ("title: a\n\thours: 2\n", 9..10, "制表符"),
            ("title: 学习: 提纲\n", 7..21, "半角冒号"),
            ("topics: [a, b\nhours: 2\n", 0..0, ""),
        ] {
            let found = first(yaml);
            assert_eq!(found.code, Code(2), "{yaml}");
            if !words.is_empty() {
                assert!(found.message.zh.contains(words), "{} for {yaml}", found.message.zh);
                assert_eq!(found.span.range(), at, "{yaml}");
            }
        }
    }
}
