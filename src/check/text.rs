//! Layer 8: where the words of a document stand in its file, for rules about wording, punctuation and numbers.

use crate::diagnostics::Diagnostic;
use crate::document::Document;
use crate::fields::{Record, Value};
use crate::site::{DocId, Site};
use crate::source::{Sources, Spanned};
use rayon::prelude::*;
use std::ops::Range;

/// A text of the front matter, in place.
pub(super) struct Written {
    /// The top-level field.
    pub(super) field: &'static str,
    /// The name of the innermost field.
    pub(super) name: &'static str,
    /// Without its quotes, where it is written as it reads; else with everything.
    pub(super) range: Range<usize>,
    /// Written as it reads: a change in place changes just that.
    pub(super) exact: bool,
}

/// Runs `look` over every document with the text of its file, in parallel.
pub(super) fn each(
    site: &Site,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
    look: impl Fn(DocId, &Document, &str, &mut Vec<Diagnostic>) + Sync,
) {
    let documents: Vec<(DocId, &Document)> = site.documents().collect();
    let all: Vec<Diagnostic> = documents
        .into_par_iter()
        .with_min_len(8)
        .flat_map_iter(|(id, document)| {
            let mut found = Vec::new();
            if let Some(text) = sources.get(document.file).text() {
                look(id, document, text, &mut found);
            }
            found
        })
        .collect();
    found.extend(all);
}

/// The texts of the front matter in the order of the file.
pub(super) fn written(document: &Document, text: &str) -> Vec<Written> {
    let mut out = Vec::new();
    record(None, &document.meta, text, &mut out);
    out
}

fn record(field: Option<&'static str>, values: &Record, text: &str, out: &mut Vec<Written>) {
    for (name, value) in values.iter() {
        one(field.unwrap_or(name), name, value, text, out);
    }
}

fn one(field: &'static str, name: &'static str, value: &Spanned<Value>, text: &str, out: &mut Vec<Written>) {
    match &value.value {
        Value::Text(words) => {
            let range = value.span.range();
            let Some(written) = text.get(range.clone()) else { return };
            let inner =
                ['\'', '"'].iter().find_map(|quote| written.strip_prefix(*quote)?.strip_suffix(*quote));
            let (start, inner) = inner.map_or((range.start, written), |inner| (range.start + 1, inner));
            let exact = inner == words;
            let range = if exact { start..start + inner.len() } else { range };
            out.push(Written { field, name, range, exact });
        }
        Value::List(items) => items.iter().for_each(|item| one(field, name, item, text, out)),
        Value::Record(inner) => record(Some(field), inner, text, out),
        _ => {}
    }
}

/// 汉字 without punctuation.
pub(super) fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3005..=0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}
