//! Layer 1: what makes a finding the same finding after lines have moved: its code, its file, the words at its place
//! and its message. Must not know lines or columns.

use super::Diagnostic;
use crate::source::Sources;
use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits. Two equal mistakes in one file have the same; whoever compares counts them.
pub fn fingerprint(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let file = sources.get(diagnostic.span.file);
    let words = file.bytes().and_then(|bytes| bytes.get(diagnostic.span.range())).unwrap_or_default();
    let mut hash = Sha256::new();
    let code = diagnostic.code.to_string();
    let message = &diagnostic.message.zh;
    for part in [code.as_bytes(), file.path.as_str().as_bytes(), words, message.as_bytes()] {
        // The length before each part: no two lists of parts run together to the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
