//! Layer 1: findings as one SARIF 2.1.0 log, for code hosts and editors that read it.
//! Must not leave anything out, and must not need the network: what a rule means travels in the log.

use super::places::Places;
use super::{Code, Diagnostic, Language, Severity, fingerprint};
use crate::embedded;
use crate::source::{Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    language: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    results: Vec<Finding<'a>>,
}

/// Where the root lies is not said: it differs from machine to machine.
#[derive(Serialize)]
struct Base {
    description: Message<'static>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    version: &'static str,
    language: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    short_description: Message<'static>,
    full_description: Message<'static>,
    default_configuration: Configuration,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Message<'a>,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Bytes,
    inserted_content: Message<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bytes {
    byte_offset: u32,
    byte_length: u32,
}

const ROOT: &str = "SRCROOT";

/// One log on one line, with a rule for every code that was found.
pub fn print(diagnostics: &[Diagnostic], sources: &Sources, language: Language) -> String {
    let mut codes: Vec<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut places = Places::new(sources);
    let results = diagnostics
        .iter()
        .map(|diagnostic| finding(diagnostic, &codes, sources, &mut places, language))
        .collect();
    let spoken = match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    let root = match language {
        Language::Chinese => "知识库的根文件夹",
        Language::English => "the root folder of the knowledge base",
    };
    let driver = Driver {
        name: "keben",
        semantic_version: env!("CARGO_PKG_VERSION"),
        version: env!("CARGO_PKG_VERSION"),
        language: spoken,
        rules: codes.iter().map(|code| rule(*code, language)).collect(),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            language: spoken,
            original_uri_base_ids: [(ROOT, Base { description: Message { text: root.into() } })].into(),
            results,
        }],
    };
    // Only strings, integers, lists and maps with keys that are strings: nothing that JSON could refuse.
    let mut out = serde_json::to_string(&log).expect("a log is plain data");
    out.push('\n');
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: Code, language: Language) -> Rule {
    let title = code.title();
    let page = embedded::find(embedded::RULES, &format!("{code}.md"));
    let said = page.and_then(|page| prose(page, language));
    let words = title.en.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    Rule {
        id: code.to_string(),
        // A name for programs: `ValueNotInTheVocabulary`.
        name: words.map(|word| word[..1].to_uppercase() + &word[1..]).collect(),
        short_description: Message { text: title.in_language(language).to_owned().into() },
        full_description: Message {
            text: said.map_or_else(|| title.in_language(language).to_owned().into(), Into::into),
        },
        default_configuration: Configuration { level: level(code.severity()) },
        help: page.map(|page| Help { text: page, markdown: page }),
    }
}

/// The first paragraph of a rule's page, or all of its English part.
fn prose(page: &'static str, language: Language) -> Option<&'static str> {
    match language {
        Language::Chinese => page.split("\n\n").nth(1).map(str::trim),
        Language::English => page.split_once("\n## English\n").map(|(_, text)| text.trim()),
    }
}

fn finding<'a>(
    diagnostic: &'a Diagnostic,
    codes: &[Code],
    sources: &Sources,
    places: &mut Places<'_>,
    language: Language,
) -> Finding<'a> {
    let help = diagnostic.help.as_ref().map(|help| help.in_language(language));
    let message = diagnostic.message.in_language(language);
    let text = match (help, language) {
        (None, _) => message.into(),
        (Some(help), Language::Chinese) => format!("{message}。{help}").into(),
        (Some(help), Language::English) => format!("{message}. {help}").into(),
    };
    let related = diagnostic.related.iter().enumerate().map(|(index, label)| Location {
        id: Some(index + 1),
        physical_location: place(label.span, sources, places),
        message: Some(Message { text: label.message.in_language(language).into() }),
    });
    let related_locations = related.collect();
    let fixes = diagnostic.fix.iter().map(|fix| Fix {
        description: Message { text: help.unwrap_or(message).into() },
        artifact_changes: [Change {
            artifact_location: artifact(diagnostic.span, sources),
            replacements: fix
                .replacements
                .iter()
                .map(|one| Replacement {
                    deleted_region: Bytes {
                        byte_offset: one.start,
                        byte_length: one.end.saturating_sub(one.start),
                    },
                    inserted_content: Message { text: one.text.as_str().into() },
                })
                .collect(),
        }],
    });
    Finding {
        rule_id: diagnostic.code.to_string(),
        rule_index: codes.binary_search(&diagnostic.code).unwrap_or_default(),
        level: level(diagnostic.severity),
        message: Message { text },
        locations: [Location {
            id: None,
            physical_location: place(diagnostic.span, sources, places),
            message: None,
        }],
        related_locations,
        fixes: fixes.collect(),
        partial_fingerprints: [("kebenFinding/v1", fingerprint(diagnostic, sources))].into(),
    }
}

fn place(span: Span, sources: &Sources, places: &mut Places<'_>) -> PhysicalLocation {
    let (start, end) = places.of(span);
    PhysicalLocation {
        artifact_location: artifact(span, sources),
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        },
    }
}

fn artifact(span: Span, sources: &Sources) -> Artifact {
    let mut uri = String::new();
    for byte in sources.get(span.file).path.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    Artifact { uri, uri_base_id: ROOT }
}
