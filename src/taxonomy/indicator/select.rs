//! Layer 3: whom an indicator concerns and which sessions count for it.

use super::read::Reader;
use super::{Per, Scope, Selector};
use crate::diagnostics::text;
use crate::front_matter::{Entry, Node};
use crate::source::Spanned;
use crate::taxonomy::Vocabulary;

impl Reader<'_> {
    pub(super) fn scope(&mut self, node: &Node, per: Per) -> Scope {
        let mut scope = Scope::default();
        for entry in node.entries() {
            match entry.key.value.as_str() {
                "institution_kind" => {
                    scope.institution_kinds = self.terms(entry, Vocabulary::InstitutionKinds)
                }
                "class_kind" => scope.class_kinds = words(&entry.value),
                "audience" => scope.audiences = self.terms(entry, Vocabulary::Audiences),
                "level" => scope.levels = self.terms(entry, Vocabulary::Levels),
                "ranks" => {
                    // Said of persons, whom no document knows: only that the values exist can be checked.
                    self.terms(entry, Vocabulary::Ranks);
                    if per != Per::Person {
                        self.report(
                            entry.key.span,
                            text!(
                                "班次没有职级，ranks 只用于按人计算的指标（per: person）",
                                "programmes have no ranks; “ranks” is for indicators per person"
                            ),
                        );
                    }
                }
                "period" => {
                    let period = self.terms(entry, Vocabulary::Periods);
                    let term = period.first().and_then(|id| self.taxonomy.find(Vocabulary::Periods, id));
                    scope.days = term.and_then(|term| term.days);
                    if let (Some(term), None) = (term, scope.days) {
                        let label = &term.label;
                        self.report(
                            entry.value.span,
                            text!("期限“{label}”没有写 days（天数）", "the period “{label}” has no days"),
                        );
                    }
                }
                _ => self.unknown(
                    entry,
                    &["institution_kind", "class_kind", "audience", "level", "ranks", "period"],
                ),
            }
        }
        scope
    }

    pub(super) fn selector(&mut self, node: &Node) -> Selector {
        let mut selector = Selector::default();
        let known = ["area", "module", "series", "topic", "method", "interactive", "teacher_role"];
        for entry in node.entries() {
            match entry.key.value.as_str() {
                "area" => selector.areas = self.terms(entry, Vocabulary::Areas),
                "module" => selector.modules = self.terms(entry, Vocabulary::Modules),
                "series" => selector.series = self.terms(entry, Vocabulary::Series),
                "topic" => selector.topics = self.terms(entry, Vocabulary::Topics),
                "method" => selector.methods = self.terms(entry, Vocabulary::Methods),
                "teacher_role" => selector.teacher_roles = words(&entry.value),
                "interactive" => match entry.value.scalar() {
                    Some("true") => selector.interactive = Some(true),
                    Some("false") => selector.interactive = Some(false),
                    _ => self.report(
                        entry.value.span,
                        text!("interactive 只能是 true 或 false", "interactive must be true or false"),
                    ),
                },
                _ => self.unknown(entry, &known),
            }
        }
        if node.entries().is_empty() {
            self.report(
                node.span,
                text!(
                    "这里要写明哪些课程计入，例如 {{area: [party-spirit]}}",
                    "this must say which courses count, such as {{area: [party-spirit]}}"
                ),
            );
        }
        selector
    }

    /// The ids of an entry's values, each of which must be in its vocabulary.
    fn terms(&mut self, entry: &Entry, vocabulary: Vocabulary) -> Vec<String> {
        let mut ids = Vec::new();
        for Spanned { value: name, span } in words(&entry.value) {
            match self.taxonomy.find(vocabulary, &name) {
                Some(term) => ids.push(term.id.value.clone()),
                None => {
                    let (zh, en) = (vocabulary.chinese(), vocabulary.english());
                    self.report(span, text!("“{name}”不在“{zh}”中", "“{name}” is not among {en}"));
                    // A scope that lost its only value must not become everyone's.
                    ids.push(name);
                }
            }
        }
        ids
    }
}

/// One word, or a list of them.
fn words(node: &Node) -> Vec<Spanned<String>> {
    let values = match node.scalar() {
        Some(_) => std::slice::from_ref(node),
        None => node.items(),
    };
    values.iter().filter_map(|value| Some(Spanned::new(value.scalar()?.to_owned(), value.span))).collect()
}
