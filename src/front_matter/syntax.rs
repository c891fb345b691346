//! Layer 2: why YAML cannot be read, in words for editors, where no usual slip explains it.

use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::source::{FileId, Span};
use granit_parser::ErrorKind;

/// What to say of a syntax error that the parser met at byte `at` of `yaml`, when none of the usual slips explains it.
pub(super) fn explain(file: FileId, yaml: &str, start: usize, at: usize, kind: &ErrorKind) -> Diagnostic {
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        let span = Span::new(file, start + at..start + at);
        return Diagnostic::new(
            Code(6),
            span,
            text!("方括号、花括号或缩进嵌套太深", "brackets or indentation nested too deep"),
        );
    }
    if matches!(kind, ErrorKind::UnknownAnchor) {
        return super::tree::unsupported(Span::new(file, start + at..start + at + 1));
    }
    let mut at = at.min(yaml.len());
    // The parser may notice only on a later line; an empty one is no place to look for it.
    if yaml[at..].trim().is_empty() {
        at = yaml.trim_end().rfind('\n').map_or(0, |n| n + 1);
    }
    let line_end = yaml[at..].find('\n').map_or(yaml.len(), |n| at + n);
    let line_end = at + yaml[at..line_end].trim_end().len();
    let (reason, help) = translate(kind);
    Diagnostic::new(Code(2), Span::new(file, start + at..start + line_end), reason).help(help)
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
            text!("这里的写法 YAML 读不懂", "YAML cannot be read here ({kind:?})"),
            text!(
                "检查引号是否成对、冒号后是否有空格、缩进是否对齐",
                "check quotes, the space after colons, and indentation"
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
