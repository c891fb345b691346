//! Layer 1: findings as the workflow commands that GitHub shows beside the lines of a change.
//! Must not know more of that service than how one such line is written.

use super::places::Places;
use super::{Diagnostic, Language, Severity};
use crate::source::Sources;
use std::fmt::Write;

/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`, one a line.
pub fn print(diagnostics: &[Diagnostic], sources: &Sources, language: Language) -> String {
    let mut places = Places::new(sources);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let (start, end) = places.of(diagnostic.span);
        let title = diagnostic.code.title();
        let title = format!("{} {}", diagnostic.code, title.in_language(language));
        let mut message = diagnostic.message.in_language(language).to_owned();
        if let Some(help) = &diagnostic.help {
            message.push('\n');
            message.push_str(help.in_language(language));
        }
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "::{command} file={},line={},endLine={}",
            property(sources.get(diagnostic.span.file).path.as_str()),
            start.line,
            end.line
        );
        if start.line == end.line {
            // Columns over several lines are refused there.
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
        }
        let _ = writeln!(out, ",title={}::{}", property(&title), data(&message));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Text};
    use crate::source::{Body, FileId, RelPath, SourceFile, Span};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let path = RelPath::new("content/a,b 50%.md").unwrap();
        let sources = Sources::new(vec![SourceFile { path, body: Body::Bytes("甲\n乙丙".into()) }]);
        let message = Text::new("一\r\n::error::二 100%：a,b", "x");
        let one = Diagnostic::new(Code(105), Span::new(FileId(0), 4..7), message).help(Text::new("改", "x"));
        let two = Diagnostic::new(Code(5), Span::new(FileId(0), 0..7), Text::new("重复", "x"));
        assert_eq!(
            print(&[one, two], &sources, Language::Chinese),
            "::warning file=content/a%2Cb 50%25.md,line=2,endLine=2,col=1,endColumn=2,title=KB-105 \
             标题或摘要长度不合适，或标题重复::一%0D%0A::error::二 100%25：a,b%0A改\n\
             ::error file=content/a%2Cb 50%25.md,line=1,endLine=2,title=KB-005 重复的字段或编号::重复\n"
        );
    }
}
