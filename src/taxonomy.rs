//! Layer 3: one edition of the curriculum scheme: what the plan says, as data.
//! Knows vocabularies and indicators; must not know documents. No ratio, module or reading of any plan stands in Rust.

mod consistent;
mod goal;
mod indicator;
mod read;

pub use goal::Goal;
pub use indicator::{
    Basis, Conversions, Demand, Fraction, Indicator, Limb, Per, Requirement, Scope, Selector,
};
pub use read::read;

use crate::date::Date;
use crate::source::{FileId, Span, Spanned};
use std::collections::BTreeMap;

/// The vocabularies of an edition, by their section in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vocabulary {
    Modules,
    XTopics,
    Areas,
    /// The topics of all areas; each term's `parent` is its area.
    Topics,
    RequiredReadings,
    Audiences,
    Methods,
    Ranks,
    InstitutionKinds,
    Levels,
    BaseThemes,
    Advantages,
    KeyProjects,
    Series,
    Regions,
    ReviewGates,
    Statuses,
    Releases,
    Periods,
}

/// Section, its name in Chinese, whether a term must cite the plan.
pub(crate) type Section = (Vocabulary, &'static str, &'static str, bool);

pub(crate) const SECTIONS: &[Section] = {
    use Vocabulary as V;
    &[
        (V::Modules, "modules", "模块", true),
        (V::XTopics, "x_topics", "X专题", true),
        (V::Areas, "areas", "类别", true),
        (V::RequiredReadings, "required_readings", "必读书目", true),
        (V::Audiences, "audiences", "对象", true),
        (V::Methods, "methods", "教学方式", true),
        (V::Ranks, "ranks", "职级", false),
        (V::InstitutionKinds, "institution_kinds", "机构种类", false),
        (V::Levels, "levels", "级别", false),
        (V::BaseThemes, "base_themes", "主题类别", true),
        (V::Advantages, "advantages", "优势资源", false),
        (V::KeyProjects, "key_projects", "重点项目", false),
        (V::Series, "series", "系列", false),
        (V::Regions, "regions", "地区", false),
        (V::ReviewGates, "review_gates", "审核关口", false),
        (V::Statuses, "statuses", "状态", false),
        (V::Releases, "releases", "发布范围", false),
        (V::Periods, "periods", "期限", false),
    ]
};

impl Vocabulary {
    /// The section's name in Chinese, as editors read it in messages.
    pub fn chinese(self) -> &'static str {
        match self {
            Vocabulary::Topics => "主题",
            _ => SECTIONS.iter().find(|section| section.0 == self).map_or("", |section| section.2),
        }
    }

    pub fn english(self) -> &'static str {
        match self {
            Vocabulary::Topics => "topics",
            _ => SECTIONS.iter().find(|section| section.0 == self).map_or("", |section| section.1),
        }
    }
}

/// One value of a vocabulary.
#[derive(Clone, Debug)]
pub struct Term {
    pub id: Spanned<String>,
    pub label: String,
    pub aliases: Vec<String>,
    pub note: Option<String>,
    /// The area of a topic, the region of a region, the group of a module.
    pub parent: Option<String>,
    /// A teaching method that counts as interactive.
    pub interactive: bool,
    /// The volumes of a required reading; empty for a single one.
    pub volumes: Vec<i64>,
    /// The title of a required reading, without book marks.
    pub title: Option<String>,
    pub level: Option<String>,
    /// The days of a period.
    pub days: Option<i64>,
    /// How far a region reaches.
    pub bounds: Option<Bounds>,
    /// Its place in a grid of squares that stands for a map: column and row, from 1.
    pub tile: Option<Spanned<(usize, usize)>>,
    /// No longer in use; the term to use instead, where there is one.
    pub deprecated: Option<Option<String>>,
    pub source: Option<Source>,
}

/// The extent of a region in millionths of a degree, from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub lat: (i64, i64),
    pub lon: (i64, i64),
}

/// Where the plan says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub line: Option<i64>,
    pub quote: Option<String>,
}

/// An edition. Complete and consistent, or accompanied by errors that stop the build.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    pub file: FileId,
    pub id: String,
    pub label: String,
    pub valid: Option<(Date, Date)>,
    pub scheme: String,
    pub groups: Vec<Group>,
    pub indicators: Vec<Indicator>,
    pub conversions: Conversions,
    pub goals: Vec<Goal>,
    terms: BTreeMap<Vocabulary, Vec<Term>>,
    /// Every way to write a value: id, label, alias.
    names: BTreeMap<Vocabulary, BTreeMap<String, usize>>,
}

/// One symbol of the scheme string: `1`, `1`, `6`, `X`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: String,
    pub symbol: String,
    /// The modules that it says it has, where it does.
    pub count: Option<i64>,
    pub open: bool,
    pub span: Span,
}

impl Taxonomy {
    /// No edition: what site.yaml is read with, before an edition is known.
    pub fn empty() -> Taxonomy {
        Taxonomy {
            file: FileId(0),
            id: String::new(),
            label: String::new(),
            valid: None,
            scheme: String::new(),
            groups: Vec::new(),
            indicators: Vec::new(),
            conversions: Conversions::default(),
            goals: Vec::new(),
            terms: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// The terms of a vocabulary in the order of the file.
    pub fn terms(&self, vocabulary: Vocabulary) -> &[Term] {
        self.terms.get(&vocabulary).map_or(&[], Vec::as_slice)
    }

    /// The term whose id, label or alias is `name`.
    pub fn find(&self, vocabulary: Vocabulary, name: &str) -> Option<&Term> {
        let index = *self.names.get(&vocabulary)?.get(name)?;
        self.terms(vocabulary).get(index)
    }

    /// The extent of a region, or of the nearest region above it that has one.
    pub fn bounds(&self, region: &str) -> Option<(Bounds, &Term)> {
        let mut term = self.find(Vocabulary::Regions, region)?;
        // No chain is longer than the list, unless it goes in a circle.
        for _ in self.terms(Vocabulary::Regions) {
            if let Some(bounds) = term.bounds {
                return Some((bounds, term));
            }
            term = self.find(Vocabulary::Regions, term.parent.as_deref()?)?;
        }
        None
    }

    pub fn label<'a>(&'a self, vocabulary: Vocabulary, id: &'a str) -> &'a str {
        self.find(vocabulary, id).map_or(id, |term| &term.label)
    }

    /// Does the module stand alone in a group of one, as the first two of “1+1+6+X” do?
    pub fn is_single(&self, module: &str) -> bool {
        self.group_of(module).is_some_and(|group| !group.open && group.symbol == "1")
    }

    /// Does the module belong to an open group (“X”), whose courses name a registered topic?
    pub fn is_open(&self, module: &str) -> bool {
        self.group_of(module).is_some_and(|group| group.open)
    }

    fn group_of(&self, module: &str) -> Option<&Group> {
        let parent = self.find(Vocabulary::Modules, module)?.parent.as_ref()?;
        self.groups.iter().find(|group| group.id == *parent)
    }

    /// Adds `term`; the earlier owner of a name that is taken already comes back.
    fn add(&mut self, vocabulary: Vocabulary, term: Term) -> Vec<(String, Spanned<String>)> {
        let terms = self.terms.entry(vocabulary).or_default();
        let names = self.names.entry(vocabulary).or_default();
        let index = terms.len();
        let mut taken = Vec::new();
        for name in [&term.id.value, &term.label].into_iter().chain(&term.aliases) {
            match names.get(name) {
                Some(owner) if *owner != index => taken.push((name.clone(), terms[*owner].id.clone())),
                Some(_) => {}
                None => {
                    names.insert(name.clone(), index);
                }
            }
        }
        terms.push(term);
        taken
    }
}
