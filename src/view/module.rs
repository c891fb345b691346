//! Layer 8: the modules of the scheme, each with its courses, books, cases and bases.
//! Knows the site. Must not know templates.

use super::booklet::{booklet_path, has_booklet};
use super::catalogue::Catalogue;
use super::detail::bases_of;
use super::facet::{AREA, AUDIENCE, FACETS, MODULE, X_TOPIC};
use super::{Choice, Chrome, Entry, Link, Text};
use crate::fields::Kind;
use crate::site::DocId;
use crate::taxonomy::{Group, Term, Vocabulary};
use serde::Serialize;
use std::collections::BTreeSet;

/// Entries that a part of a module's page shows before it refers to the full list.
const SHOWN: usize = 12;

#[derive(Clone, Debug, Serialize)]
pub struct ModulePage<'a> {
    pub chrome: Chrome<'a>,
    /// Its place in the scheme.
    pub group: String,
    pub note: Option<&'a str>,
    /// The plan's own words.
    pub source: Option<&'a str>,
    /// Courses, readings, cases, bases: an empty part is shown as missing.
    pub parts: Vec<Part<'a>>,
    /// Audiences that no course of the module is for.
    pub unserved: Vec<&'a str>,
    /// Its booklet, where there is something to read in it.
    pub booklet: Option<String>,
    /// The registered topics of the open group.
    pub topics: Vec<Choice<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Part<'a> {
    pub label: &'a str,
    /// Courses stand in the order in which they are to be read.
    pub ordered: bool,
    pub count: usize,
    pub entries: Vec<Entry<'a>>,
    /// The full list, when `entries` is not all of it.
    pub all: Option<Text<'a>>,
}

/// The scheme's modules, on a page of their own.
#[derive(Clone, Debug, Serialize)]
pub struct ModulesPage<'a> {
    pub chrome: Chrome<'a>,
    pub scheme: &'a str,
    pub modules: Vec<ModuleCard<'a>>,
    /// The four kinds of content.
    pub areas: Vec<Choice<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ModuleCard<'a> {
    pub label: &'a str,
    pub path: String,
    /// Its weight in the scheme, as a style class: `g1` stands alone in its group, `open` is the open group, `g6`
    /// shares its group with others.
    pub place: &'static str,
    pub courses: usize,
    pub cases: usize,
    pub bases: usize,
}

/// What belongs to a module.
pub(super) struct Holdings {
    pub courses: Vec<DocId>,
    pub readings: Vec<DocId>,
    pub cases: Vec<DocId>,
    pub bases: Vec<DocId>,
}

pub(super) fn holdings(catalogue: &Catalogue<'_>, module: &str) -> Holdings {
    let site = catalogue.site;
    let all = catalogue.with(MODULE, module);
    let of = |kind: Kind| all.iter().copied().filter(|id| site.get(*id).kind == kind).collect::<Vec<_>>();
    let courses = of(Kind::Course);
    let mut readings = BTreeSet::new();
    let mut bases = BTreeSet::new();
    for course in &courses {
        let used = site.get(*course).meta.records("readings").filter_map(|entry| entry.reference("work"));
        readings.extend(used.filter_map(|(kind, id)| site.find(kind, id)));
        bases.extend(bases_of(catalogue, *course));
    }
    // In the order of their kinds' lists, which leave out what has no page or is retired.
    let listed = |kind: Kind, set: &BTreeSet<DocId>| {
        catalogue.of_kind(kind).iter().copied().filter(|id| set.contains(id)).collect()
    };
    let (readings, bases) = (listed(Kind::Reading, &readings), listed(Kind::Base, &bases));
    Holdings { courses, readings, cases: of(Kind::Case), bases }
}

fn group<'s>(catalogue: &'s Catalogue<'_>, module: &Term) -> Option<&'s Group> {
    catalogue.site.taxonomy.groups.iter().find(|group| Some(&group.id) == module.parent.as_ref())
}

pub(super) fn cards<'s>(catalogue: &'s Catalogue<'_>) -> Vec<ModuleCard<'s>> {
    let modules = catalogue.site.taxonomy.terms(Vocabulary::Modules);
    let card = |module: &'s Term| {
        let shared = modules.iter().filter(|other| other.parent == module.parent).count() > 1;
        let open = group(catalogue, module).is_some_and(|group| group.open);
        let holdings = holdings(catalogue, &module.id.value);
        ModuleCard {
            label: &module.label,
            path: FACETS[MODULE].target(&module.id.value),
            place: if open {
                "open"
            } else if shared {
                "g6"
            } else {
                "g1"
            },
            courses: holdings.courses.len(),
            cases: holdings.cases.len(),
            bases: holdings.bases.len(),
        }
    };
    modules.iter().map(card).collect()
}

pub(super) fn modules_page<'s>(catalogue: &'s Catalogue<'_>) -> ModulesPage<'s> {
    ModulesPage {
        chrome: catalogue.chrome(
            "modules/index.html",
            "modules",
            catalogue.word("modules"),
            vec![Link::words(catalogue.word("nav_modules"))],
        ),
        scheme: &catalogue.site.taxonomy.scheme,
        modules: cards(catalogue),
        areas: catalogue.choices(AREA),
    }
}

/// Does the module hold more than its page shows? Then a list of its own follows.
pub(super) fn overflows(catalogue: &Catalogue<'_>, id: &str) -> bool {
    let holdings = holdings(catalogue, id);
    holdings.courses.len() > SHOWN || holdings.cases.len() > SHOWN
}

pub(super) fn module_page<'s>(catalogue: &'s Catalogue<'_>, index: usize) -> Option<ModulePage<'s>> {
    let taxonomy = &catalogue.site.taxonomy;
    let module = taxonomy.terms(Vocabulary::Modules).get(index)?;
    let id = module.id.value.as_str();
    let group = group(catalogue, module);
    let crumbs = vec![
        Link::to(catalogue.word("nav_modules"), "modules/index.html"),
        Link::words(module.label.as_str()),
    ];
    let path = FACETS[MODULE].target(id);
    let Holdings { courses, readings, cases, bases } = holdings(catalogue, id);
    let booklet = has_booklet(catalogue, id).then(|| booklet_path(id));
    let all = || Text::from(FACETS[MODULE].path(id));
    let unserved = unserved(catalogue, &courses);
    let part = |label, list: Vec<DocId>, shown: usize| Part {
        label,
        ordered: list.first().is_some_and(|id| catalogue.site.get(*id).kind == Kind::Course),
        count: list.len(),
        entries: list.iter().take(shown).map(|id| catalogue.entry(*id, false)).collect(),
        all: (list.len() > shown).then(all),
    };
    Some(ModulePage {
        chrome: catalogue.chrome(&path, "modules", module.label.as_str(), crumbs),
        group: group
            .map(|group| catalogue.say("module_group", &[("scheme", &taxonomy.scheme), ("n", &group.symbol)]))
            .unwrap_or_default(),
        note: module.note.as_deref(),
        source: module
            .source
            .as_ref()
            .and_then(|source| source.quote.as_deref())
            .filter(|quote| *quote != module.label),
        parts: vec![
            part(catalogue.word("kind_course"), courses, SHOWN),
            // Books and bases have no list by module: all of them stand here.
            part(catalogue.word("kind_reading"), readings, usize::MAX),
            part(catalogue.word("kind_case"), cases, SHOWN),
            part(catalogue.word("kind_base"), bases, usize::MAX),
        ],
        unserved,
        booklet,
        topics: if group.is_some_and(|group| group.open) { catalogue.choices(X_TOPIC) } else { Vec::new() },
    })
}

/// Nobody is unserved by a module that has no course at all: that is one gap, not seven.
fn unserved<'s>(catalogue: &'s Catalogue<'_>, courses: &[DocId]) -> Vec<&'s str> {
    if courses.is_empty() {
        return Vec::new();
    }
    let served: BTreeSet<&str> =
        courses.iter().flat_map(|course| catalogue.site.get(*course).meta.texts("audience")).collect();
    let audiences = catalogue.site.taxonomy.terms(FACETS[AUDIENCE].vocabulary).iter();
    audiences
        .filter(|audience| audience.deprecated.is_none() && !served.contains(audience.id.value.as_str()))
        .map(|audience| audience.label.as_str())
        .collect()
}
