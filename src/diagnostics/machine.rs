//! Layer 1: findings for programs: one line each (`short`), or one JSON object.
//! Must not shorten, group or leave out anything; the reader that wants less can filter.

use super::places::Places;
use super::{Diagnostic, Language, Severity, Summary};
use crate::source::{Sources, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// `path:line:col: E KB-201 message`, one a line.
pub fn short(diagnostics: &[Diagnostic], sources: &Sources, language: Language) -> String {
    let mut places = Places::new(sources);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let (start, _) = places.of(diagnostic.span);
        let path = sources.get(diagnostic.span.file).path.as_str();
        let letter = match diagnostic.severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
            Severity::Info => 'I',
        };
        let message = diagnostic.message.in_language(language);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}:{}:{}: {letter} {} {}",
            one_line(path),
            start.line,
            start.column,
            diagnostic.code,
            one_line(message),
        );
    }
    out
}

/// A finding is a line: a control or direction character that a message quotes from a file is written
/// as its escape, so that it can neither break the line nor steer a terminal.
fn one_line(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[derive(Serialize)]
struct Report<'a> {
    summary: Counts,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
}

/// Lines and columns count from 1, columns in Unicode characters; the end is exclusive.
#[derive(Serialize)]
struct Finding<'a> {
    code: String,
    severity: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    replacements: Vec<Replacement<'a>>,
}

/// Byte offsets in the finding's own file.
#[derive(Serialize)]
struct Replacement<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

/// One object on one line: `summary` and `diagnostics`, in the order given.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources, language: Language) -> String {
    let mut places = Places::new(sources);
    let findings =
        diagnostics.iter().map(|diagnostic| finding(diagnostic, sources, &mut places, language)).collect();
    let Summary { errors, warnings, infos } = Summary::of(diagnostics);
    let report = Report { summary: Counts { errors, warnings, infos }, diagnostics: findings };
    // Only strings, integers and lists of them: nothing that JSON could refuse.
    let mut out = serde_json::to_string(&report).expect("a report is plain data");
    out.push('\n');
    out
}

fn finding<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    places: &mut Places<'_>,
    language: Language,
) -> Finding<'a> {
    let path = |span: Span| sources.get(span.file).path.as_str();
    let (start, end) = places.of(diagnostic.span);
    let related = diagnostic
        .related
        .iter()
        .map(|label| {
            let (start, _) = places.of(label.span);
            Related {
                path: path(label.span),
                line: start.line,
                column: start.column,
                message: label.message.in_language(language),
            }
        })
        .collect();
    let fix = diagnostic.fix.as_ref().map(|fix| Fix {
        replacements: fix
            .replacements
            .iter()
            .map(|one| Replacement { start: one.start, end: one.end, text: &one.text })
            .collect(),
    });
    Finding {
        code: diagnostic.code.to_string(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        path: path(diagnostic.span),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: diagnostic.message.in_language(language),
        help: diagnostic.help.as_ref().map(|help| help.in_language(language)),
        related,
        fix,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Text};
    use crate::source::{Body, FileId, RelPath, SourceFile};

    fn sources() -> Sources {
        let file = |path: &str, body| SourceFile { path: RelPath::new(path).unwrap(), body };
        Sources::new(vec![
            file("content/a.md", Body::Bytes("---\n标题: 甲\n对象: 领导\n---\n".into())),
            file("content/b.md", Body::TooLarge { size: 9, limit: 5 }),
        ])
    }

    fn wrong_value() -> Diagnostic {
        // “领导” is bytes 24..30: the third line's fifth and sixth characters.
        let span = Span::new(FileId(0), 24..30);
        Diagnostic::new(Code(201), span, Text::new("取值不对", "bad value"))
            .related(Span::new(FileId(1), 7..7), Text::new("另见", "see"))
            .fix(span, "leaders")
    }

    #[test]
    fn short_is_one_line_each_even_when_a_message_quotes_a_line_break() {
        let broken = Diagnostic::new(
            Code(6),
            Span::new(FileId(1), 0..0),
            Text::new("含“\n\u{1b}[2J”", "holds a break"),
        );
        let text = short(&[wrong_value(), broken], &sources(), Language::Chinese);
        assert_eq!(
            text,
            "content/a.md:3:5: E KB-201 取值不对\ncontent/b.md:1:1: E KB-006 含“\\n\\u{1b}[2J”\n"
        );
    }

    #[test]
    fn json_has_the_shape_that_other_programs_rely_on() {
        let text = json(&[wrong_value()], &sources(), Language::English);
        assert_eq!(
            text,
            "{\"summary\":{\"errors\":1,\"warnings\":0,\"infos\":0},\"diagnostics\":[{\"code\":\"KB-201\",\
             \"severity\":\"error\",\"path\":\"content/a.md\",\"line\":3,\"column\":5,\"end_line\":3,\
             \"end_column\":7,\"message\":\"bad value\",\"related\":[{\"path\":\"content/b.md\",\"line\":1,\
             \"column\":1,\"message\":\"see\"}],\"fix\":{\"replacements\":[{\"start\":24,\"end\":30,\
             \"text\":\"leaders\"}]}}]}\n"
        );
        let helped = wrong_value().help(Text::new("改", "change it"));
        assert!(json(&[helped], &sources(), Language::Chinese).contains("\"help\":\"改\""));
    }

    /// Ten thousand findings on one line of a megabyte: counting each from the start of the file, or
    /// even of the line, would look at ten thousand megabytes.
    #[test]
    fn many_findings_in_a_large_file_cost_one_pass() {
        let text = "数字化改革".repeat(70_000);
        let path = RelPath::new("content/long.md").unwrap();
        let sources = Sources::new(vec![SourceFile { path, body: Body::Bytes(text.into()) }]);
        let diagnostics: Vec<Diagnostic> = (0..10_000)
            .map(|n| {
                let span = Span::new(FileId(0), n * 105..n * 105 + 3);
                Diagnostic::new(Code(701), span, Text::new("标点", "punctuation"))
            })
            .collect();
        let short = short(&diagnostics, &sources, Language::Chinese);
        assert_eq!(short.lines().last(), Some("content/long.md:1:349966: W KB-701 标点"));
        let json = json(&diagnostics, &sources, Language::Chinese);
        assert!(json.contains("\"column\":349966,\"end_line\":1,\"end_column\":349967"));
    }
}
