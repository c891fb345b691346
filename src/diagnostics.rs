//! Layer 1: what keben has to say about a knowledge base, and how it is printed.
//! Knows places in files; must not know what any rule means. Printers return text, they never print.

pub mod baseline;
mod code;
mod fingerprint;
pub mod human;
mod junit;
pub mod machine;
mod mend;
pub mod names;
mod nearest;
mod places;
mod sarif;
mod traditional;
mod workflow;

pub use code::{CODES, Code};
pub use fingerprint::fingerprint;
pub use mend::mend;
pub use nearest::{Meant, fold, meant, nearest};
pub use traditional::PAIRS as TRADITIONAL;

use crate::source::{Sources, Span};
use serde::{Deserialize, Serialize};

/// The languages of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// A name to stand between “”: quotation marks of its own become ‘’, as Chinese sets them inside others.
pub fn inside_quotes(name: &str) -> String {
    name.replace('“', "‘").replace('”', "’")
}

/// `text!("缺少“{}”", "{} is missing"; name)`: one sentence in both languages from the same arguments; what only one
/// of them needs is captured by name, as `format!` does.
macro_rules! text {
    ($zh:literal, $en:literal $(; $($arg:expr),+ $(,)?)?) => {
        $crate::diagnostics::Text {
            zh: format!($zh $(, $($arg),+)?),
            en: format!($en $(, $($arg),+)?),
        }
    };
}
pub(crate) use text;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// A replacement of one range of bytes by other text, certain enough for a machine to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub replacements: Vec<Replacement>,
}

/// Byte offsets in the file of the diagnostic that carries the fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

/// Another place that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub span: Span,
    pub message: Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub span: Span,
    pub message: Text,
    pub help: Option<Text>,
    pub related: Vec<Label>,
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of `code` with the severity of the code table.
    pub fn new(code: Code, span: Span, message: Text) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            span,
            message,
            help: None,
            related: Vec::new(),
            fix: None,
        }
    }

    pub fn severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }

    pub fn help(mut self, help: Text) -> Diagnostic {
        self.help = Some(help);
        self
    }

    pub fn related(mut self, span: Span, message: Text) -> Diagnostic {
        self.related.push(Label { span, message });
        self
    }

    /// A machine fix that puts `text` in the place of `span`.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        let replacement = Replacement { start: span.start, end: span.end, text: text.into() };
        self.fix.get_or_insert_with(|| Fix { replacements: Vec::new() }).replacements.push(replacement);
        self
    }
}

/// Sorts by place, then code; the same finding at the same place is said once.
pub fn arrange(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span, a.code, &a.message.zh).cmp(&(b.span, b.code, &b.message.zh)));
    diagnostics.dedup_by(|later, first| {
        later.span == first.span && later.code == first.code && later.message == first.message
    });
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

impl Summary {
    pub fn of(diagnostics: &[Diagnostic]) -> Summary {
        let mut summary = Summary::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
        }
        summary
    }
}

/// The formats of `--format` that this layer can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Human,
    Short,
    Json,
    Sarif,
    Github,
    Junit,
}

impl Format {
    pub const ALL: [Format; 6] =
        [Format::Human, Format::Short, Format::Json, Format::Sarif, Format::Github, Format::Junit];

    /// For programs: a result, which goes to standard output.
    pub fn is_result(self) -> bool {
        !matches!(self, Format::Human | Format::Short)
    }
}

/// How findings are to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub language: Language,
    pub format: Format,
    pub colour: bool,
    /// The terminal draws characters of ambiguous width, such as “”, two cells wide.
    pub wide: bool,
    /// Warnings count as failures.
    pub deny_warnings: bool,
}

impl Style {
    /// What a person reads where there is neither colour nor a terminal.
    pub fn plain(language: Language) -> Style {
        Style { language, format: Format::Human, colour: false, wide: false, deny_warnings: false }
    }
}

/// All of `diagnostics` as text. They must be in the order of [`arrange`].
pub fn print(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let Style { language, format, colour, wide, deny_warnings } = style;
    match format {
        Format::Human if wide => human::print_wide(diagnostics, sources, language, colour),
        Format::Human => human::print(diagnostics, sources, language, colour),
        Format::Short => machine::short(diagnostics, sources, language),
        Format::Json => machine::json(diagnostics, sources, language),
        Format::Sarif => sarif::print(diagnostics, sources, language),
        Format::Github => workflow::print(diagnostics, sources, language),
        Format::Junit => junit::print(diagnostics, sources, language, deny_warnings),
    }
}
