//! Layer 1: findings as a JUnit report: a suite per file, a case per finding.
//! Must not know which program reads it; only what every one of them reads is written.

use super::places::Places;
use super::{Diagnostic, Language, Severity};
use crate::source::{FileId, Sources};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Errors fail, and warnings where they are `denied`; the others pass and say what they have to say.
pub fn print(diagnostics: &[Diagnostic], sources: &Sources, language: Language, denied: bool) -> String {
    let fails = |diagnostic: &Diagnostic| match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => denied,
        Severity::Info => false,
    };
    let mut files: BTreeMap<FileId, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        files.entry(diagnostic.span.file).or_default().push(diagnostic);
    }
    let failures = diagnostics.iter().filter(|one| fails(one)).count();
    let mut places = Places::new(sources);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"keben\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
        diagnostics.len()
    );
    for (file, found) in files {
        let path = escape(sources.get(file).path.as_str());
        let failures = found.iter().filter(|one| fails(one)).count();
        let _ = writeln!(
            out,
            "<testsuite name=\"{path}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">",
            found.len()
        );
        for diagnostic in found {
            let (start, _) = places.of(diagnostic.span);
            let message = escape(diagnostic.message.in_language(language));
            let code = diagnostic.code;
            let title = code.title();
            let title = escape(title.in_language(language));
            let place = format!("{path}:{}:{}", start.line, start.column);
            let help = diagnostic
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!("\n{}", escape(help.in_language(language))));
            let kind = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "info",
            };
            let _ = writeln!(
                out,
                "<testcase name=\"{code} {title} ({}:{})\" classname=\"{path}\" file=\"{path}\" line=\"{}\">",
                start.line, start.column, start.line
            );
            let _ = if fails(diagnostic) {
                writeln!(
                    out,
                    "<failure type=\"{kind}\" message=\"{message}\">{place}: {code} {message}{help}</failure>"
                )
            } else {
                writeln!(out, "<system-out>{place}: {kind} {code} {message}{help}</system-out>")
            };
            out.push_str("</testcase>\n");
        }
        out.push_str("</testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text for an element or a quoted attribute. XML has no way at all to write most control characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
