//! Layer 8: by which questions documents are sorted into lists. A table; the answers are the edition's.

use crate::fields::{Kind, Shape, fields_of};
use crate::taxonomy::Vocabulary;

/// One question: its name in URLs, its label, the field that answers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FacetRule {
    pub name: &'static str,
    /// The key of its label.
    pub label: &'static str,
    pub field: &'static str,
    pub vocabulary: Vocabulary,
    /// A document with a value also stands under the value's parents: a district belongs to its city.
    pub nested: bool,
}

const fn rule(
    name: &'static str,
    label: &'static str,
    field: &'static str,
    vocabulary: Vocabulary,
) -> FacetRule {
    FacetRule { name, label, field, vocabulary, nested: false }
}

pub(super) const MODULE: usize = 0;
pub(super) const AREA: usize = 2;
pub(super) const AUDIENCE: usize = 4;
pub(super) const X_TOPIC: usize = 1;

pub(super) const FACETS: &[FacetRule] = &[
    rule("module", "facet_module", "module", Vocabulary::Modules),
    rule("x-topic", "facet_x_topic", "x_topic", Vocabulary::XTopics),
    rule("area", "facet_area", "area", Vocabulary::Areas),
    rule("topic", "facet_topic", "topics", Vocabulary::Topics),
    rule("audience", "facet_audience", "audience", Vocabulary::Audiences),
    rule("method", "facet_method", "methods", Vocabulary::Methods),
    rule("level", "facet_level", "level", Vocabulary::Levels),
    FacetRule {
        name: "region",
        label: "facet_region",
        field: "region",
        vocabulary: Vocabulary::Regions,
        nested: true,
    },
    rule("theme", "facet_theme", "themes", Vocabulary::BaseThemes),
    rule("advantage", "facet_advantage", "advantage", Vocabulary::Advantages),
    rule("series", "facet_series", "series", Vocabulary::Series),
    rule("rank", "facet_rank", "ranks", Vocabulary::Ranks),
    rule("institution-kind", "facet_institution_kind", "kind", Vocabulary::InstitutionKinds),
];

/// The questions that a kind's index offers.
pub(super) fn offered(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Course => &["module", "area", "audience", "rank", "method", "series"],
        Kind::Case => &["module", "area", "region"],
        Kind::Base => &["level", "theme", "advantage", "region"],
        Kind::Programme | Kind::ReadingList => &["audience"],
        Kind::Institution => &["level", "institution-kind", "region"],
        Kind::Reading | Kind::Teacher | Kind::Term | Kind::Article => &[],
    }
}

/// The facet that a field's values lead to.
pub(super) fn of_field(field: &str) -> Option<&'static FacetRule> {
    FACETS.iter().find(|rule| rule.field == field)
}

pub(super) const REGION: usize = 7;

impl FacetRule {
    /// Has the kind the field, with values of the vocabulary?
    pub fn is_asked_of(&self, kind: Kind) -> bool {
        let asked =
            |shape: &Shape| matches!(shape, Shape::Term(vocabulary) if *vocabulary == self.vocabulary);
        fields_of(kind).iter().any(|field| {
            let listed = matches!(field.shape, Shape::List { of, .. } if asked(of));
            field.name == self.field && (listed || asked(&field.shape))
        })
    }

    /// The page that lists the documents with this value.
    pub fn path(&self, value: &str) -> String {
        format!("facets/{}/{value}.html", self.name)
    }

    /// Where a value named on another page leads: a module has a page of its own.
    pub fn target(&self, value: &str) -> String {
        if self.vocabulary == Vocabulary::Modules {
            format!("modules/{value}.html")
        } else {
            self.path(value)
        }
    }
}
