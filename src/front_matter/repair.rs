//! Layer 2: YAML text with its slips mended, and the way back from its places to those of the file.

use super::mistakes::Mistake;
use super::{Entry, Node, Value};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use std::ops::Range;

pub(super) struct Repaired {
    pub text: String,
    /// What was replaced, and by what range of `text`.
    patches: Vec<(Range<usize>, Range<usize>)>,
}

/// Makes every fix of `mistakes`; of two that overlap the first.
pub(super) fn repair(yaml: &str, mistakes: &[Mistake]) -> Repaired {
    let mut fixes: Vec<&(Range<usize>, String)> =
        mistakes.iter().flat_map(|mistake| &mistake.fixes).collect();
    fixes.sort_by_key(|fix| (fix.0.start, fix.0.end));
    let mut repaired = Repaired { text: String::with_capacity(yaml.len() + 64), patches: Vec::new() };
    let mut done = 0;
    for (at, text) in fixes {
        if at.start < done {
            continue;
        }
        repaired.text.push_str(&yaml[done..at.start]);
        let from = repaired.text.len();
        repaired.text.push_str(text);
        repaired.patches.push((at.clone(), from..repaired.text.len()));
        done = at.end;
    }
    repaired.text.push_str(&yaml[done..]);
    repaired
}

impl Repaired {
    /// The place in the original of a byte of the mended text; within a patch its nearer end.
    fn original(&self, at: usize) -> usize {
        let index = self.patches.partition_point(|(_, new)| new.start <= at);
        let Some((old, new)) = index.checked_sub(1).map(|index| &self.patches[index]) else { return at };
        match at {
            at if at >= new.end => old.end + (at - new.end),
            at if at == new.start => old.start,
            _ => old.end,
        }
    }

    fn span(&self, span: &mut Span, start: usize) {
        let range = span.range();
        let from = self.original(range.start - start);
        let to = self.original(range.end - start);
        *span = Span::new(span.file, start + from..start + to.max(from));
    }

    /// Puts the places of a tree right; `start` is where the YAML begins in its file.
    pub(super) fn node(&self, node: &mut Node, start: usize) {
        self.span(&mut node.span, start);
        match &mut node.value {
            Value::Null | Value::Scalar { .. } => {}
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item, start)),
            Value::Map(entries) => {
                for Entry { key, value } in entries {
                    self.span(&mut key.span, start);
                    self.node(value, start);
                }
            }
        }
    }

    /// Puts the places of findings about the mended text right.
    pub(super) fn diagnostics(&self, diagnostics: &mut [Diagnostic], start: usize) {
        for diagnostic in diagnostics {
            self.span(&mut diagnostic.span, start);
            for label in &mut diagnostic.related {
                self.span(&mut label.span, start);
            }
        }
    }
}
