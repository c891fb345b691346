//! Layer 8: by which questions documents are sorted into lists. A table; the answers are the edition's.

use crate::fields::Kind;
use crate::taxonomy::Vocabulary;

/// One question: its name in URLs, its label, the field that answers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FacetRule {
    pub name: &'static str,
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
    rule("module", "模块", "module", Vocabulary::Modules),
    rule("x-topic", "X专题", "x_topic", Vocabulary::XTopics),
    rule("area", "类别", "area", Vocabulary::Areas),
    rule("topic", "主题", "topics", Vocabulary::Topics),
    rule("audience", "对象", "audience", Vocabulary::Audiences),
    rule("method", "教学方式", "methods", Vocabulary::Methods),
    rule("level", "级别", "level", Vocabulary::Levels),
    FacetRule {
        name: "region",
        label: "地区",
        field: "region",
        vocabulary: Vocabulary::Regions,
        nested: true,
    },
    rule("theme", "基地主题", "themes", Vocabulary::BaseThemes),
    rule("advantage", "优势资源", "advantage", Vocabulary::Advantages),
    rule("series", "系列", "series", Vocabulary::Series),
];

/// The questions that a kind's index offers.
pub(super) fn offered(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Course => &["module", "area", "audience", "method"],
        Kind::Case => &["module", "area", "region"],
        Kind::Base => &["level", "theme", "advantage", "region"],
        Kind::Programme | Kind::ReadingList => &["audience"],
        Kind::Institution => &["level", "region"],
        Kind::Reading | Kind::Teacher | Kind::Term | Kind::Article => &[],
    }
}

/// The facet that a field's values lead to.
pub(super) fn of_field(field: &str) -> Option<&'static FacetRule> {
    FACETS.iter().find(|rule| rule.field == field)
}

impl FacetRule {
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
