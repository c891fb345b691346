//! Layer 3: what an edition wants to have by its end: so many courses with an award, so many textbooks.

use super::Source;
use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::front_matter::Node;
use crate::source::{Span, Spanned};

/// A number of documents to reach.
#[derive(Clone, Debug)]
pub struct Goal {
    pub id: Spanned<String>,
    pub label: String,
    /// The kind of documents that count: `course` or `reading`.
    pub counts: String,
    /// Values of their `kind`; any where empty.
    pub kinds: Vec<String>,
    /// Words of which an award's kind must hold one; none needed where empty.
    pub awards: Vec<String>,
    pub at_least: u32,
    pub source: Source,
}

/// Reads `goals` (KB-207).
pub(super) fn read(list: &Node) -> (Vec<Goal>, Vec<Diagnostic>) {
    let mut goals = Vec::new();
    let mut diagnostics = Vec::new();
    for item in list.items() {
        let mut report =
            |span: Span, message: Text| diagnostics.push(Diagnostic::new(Code(207), span, message));
        let scalar = |key: &str| item.get(key).and_then(Node::scalar);
        let Some((id, span)) = item.get("id").and_then(|node| Some((node.scalar()?, node.span))) else {
            report(item.span, text!("这项目标缺少 id", "this goal has no id"));
            continue;
        };
        let place = |key: &str| item.get(key).map_or(span, |node| node.span);
        let at_least = scalar("at_least").and_then(|text| text.parse().ok()).filter(|number| *number > 0);
        let Some(at_least) = at_least else {
            report(
                place("at_least"),
                text!(
                    "目标“{id}”要写 at_least: 大于 0 的整数",
                    "the goal “{id}” needs at_least, a number above 0"
                ),
            );
            continue;
        };
        let Some(counts) = scalar("counts").filter(|kind| matches!(*kind, "course" | "reading")) else {
            report(
                place("counts"),
                text!(
                    "目标“{id}”的 counts 只能是 course 或 reading",
                    "“counts” of the goal “{id}” must be course or reading"
                ),
            );
            continue;
        };
        let words = |key: &str| -> Vec<String> {
            let node = item.get(key);
            let one = node.and_then(Node::scalar).map(str::to_owned);
            let many = node.map_or(&[][..], Node::items).iter().filter_map(Node::scalar).map(str::to_owned);
            one.into_iter().chain(many).collect()
        };
        let source = |key: &str| item.get("source").and_then(|node| node.get(key)).and_then(Node::scalar);
        goals.push(Goal {
            id: Spanned::new(id.to_owned(), span),
            label: scalar("label").unwrap_or(id).to_owned(),
            counts: counts.to_owned(),
            kinds: words("kinds"),
            awards: words("awards"),
            at_least,
            source: Source {
                line: source("line").and_then(|line| line.parse().ok()),
                quote: source("quote").map(str::to_owned),
            },
        });
    }
    (goals, diagnostics)
}
