//! Layer 1: findings that are known already, so that a check speaks of new ones only.
//! Knows the text of a baseline file; must not know where it lies.
//!
//! One entry a line, sorted, without line numbers: two branches that each add one merge without a conflict more often
//! than not, and moving a paragraph changes nothing.

use super::{Diagnostic, fingerprint};
use crate::source::Sources;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const VERSION: u32 = 1;

/// One known finding. `message` is for the person who reads the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub path: String,
    pub code: String,
    pub fingerprint: String,
    pub count: usize,
    #[serde(default)]
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Known>,
}

/// The baseline that holds all of `diagnostics`.
pub fn write(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut known: BTreeMap<(String, String, String), Known> = BTreeMap::new();
    for diagnostic in diagnostics {
        let one = Known {
            path: sources.get(diagnostic.span.file).path.as_str().to_owned(),
            code: diagnostic.code.to_string(),
            fingerprint: fingerprint(diagnostic, sources),
            count: 0,
            message: diagnostic.message.zh.clone(),
        };
        let key = (one.path.clone(), one.code.clone(), one.fingerprint.clone());
        known.entry(key).or_insert(one).count += 1;
    }
    let lines: Vec<String> = known.values().filter_map(|one| serde_json::to_string(one).ok()).collect();
    let newline = if lines.is_empty() { "" } else { "\n" };
    format!("{{\"version\":{VERSION},\"findings\":[\n{}{newline}]}}\n", lines.join(",\n"))
}

/// The entries of a baseline, or what is wrong with the text.
pub fn read(text: &str) -> Result<Vec<Known>, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match file.version {
        VERSION => Ok(file.findings),
        other => Err(format!("version {other}")),
    }
}

/// For each of `diagnostics`, whether it is known; and the entries, with the rest of their counts, that nothing uses.
pub fn compare(known: Vec<Known>, diagnostics: &[Diagnostic], sources: &Sources) -> (Vec<bool>, Vec<Known>) {
    let mut left: BTreeMap<(String, String, String), Known> = BTreeMap::new();
    for one in known {
        let key = (one.path.clone(), one.code.clone(), one.fingerprint.clone());
        // A merge may leave one entry twice: the counts belong together.
        let count = one.count;
        left.entry(key).or_insert(Known { count: 0, ..one }).count += count;
    }
    let found = diagnostics
        .iter()
        .map(|diagnostic| {
            let path = sources.get(diagnostic.span.file).path.as_str().to_owned();
            let key = (path, diagnostic.code.to_string(), fingerprint(diagnostic, sources));
            match left.get_mut(&key) {
                Some(one) if one.count > 0 => {
                    one.count -= 1;
                    true
                }
                _ => false,
            }
        })
        .collect();
    (found, left.into_values().filter(|one| one.count > 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Text};
    use crate::source::{Body, FileId, RelPath, SourceFile, Span};

    fn found(text: &str) -> (Sources, Vec<Diagnostic>) {
        let path = RelPath::new("content/a.md").unwrap();
        let sources = Sources::new(vec![SourceFile { path, body: Body::Bytes(text.into()) }]);
        let all = text.match_indices('错').map(|(at, word)| {
            let span = Span::new(FileId(0), at..at + word.len());
            Diagnostic::new(Code(201), span, Text::new("取值不对", "bad value"))
        });
        let all = all.collect();
        (sources, all)
    }

    #[test]
    fn what_moves_is_known_and_what_is_added_is_not() {
        let (sources, all) = found("错\n错\n");
        let text = write(&all, &sources);
        assert_eq!(text.lines().count(), 3, "{text}");
        let (sources, all) = found("新的一行\n\n错，错，错\n");
        let (known, stale) = compare(read(&text).unwrap(), &all, &sources);
        assert_eq!(known, [true, true, false]);
        assert_eq!(stale, []);
        let (sources, all) = found("错");
        let (known, stale) = compare(read(&text).unwrap(), &all, &sources);
        assert_eq!((known.as_slice(), stale.len(), stale[0].count), (&[true][..], 1, 1));
    }

    #[test]
    fn a_broken_file_is_refused() {
        assert_eq!(read(&write(&[], &Sources::default())), Ok(Vec::new()));
        for bad in ["", "[]", "{}", "{\"version\":2,\"findings\":[]}", "{\"version\":1,\"findings\":[{}]}"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
