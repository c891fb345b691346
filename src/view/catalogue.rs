//! Layer 8: the site sorted for readers, once: lists by kind and by facet, neighbours, who uses which book.
//! Every view is a function of it. Complete when it exists.

use super::directory::Directory;
use super::facet::{FACETS, FacetRule, MODULE};
use super::glossary::Glossary;
use super::order::prerequisites_first;
use super::{Choice, Chrome, Entry, Link, Text, facts, phrase, pinyin};
use crate::diagnostics;
use crate::document::{Document, Status};
use crate::fields::{self, Kind, Record, Value};
use crate::plan::{Year, years};
use crate::site::{DocId, Site};
use crate::strings::Strings;
use crate::taxonomy::{Term, Vocabulary};
use std::collections::BTreeMap;
use std::fmt::Display;

pub struct Catalogue<'a> {
    pub site: &'a Site,
    pub strings: &'a Strings,
    /// The path of every document's page.
    urls: Vec<String>,
    /// Documents in use, in reading order.
    kinds: BTreeMap<Kind, Vec<DocId>>,
    /// For each facet and value, the documents by kind in reading order.
    facets: Vec<BTreeMap<&'a str, Vec<DocId>>>,
    /// The document before and after in the same module, area or kind.
    neighbours: Vec<(Option<DocId>, Option<DocId>)>,
    /// For each book, the courses that use it.
    uses: BTreeMap<&'a str, Vec<Use<'a>>>,
    directory: Directory,
    about: Option<DocId>,
    pub(super) glossary: Glossary,
    /// Institutions' years, for the indicators that are measured by them.
    years: Vec<Year<'a>>,
}

/// One entry of a course's `readings`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'a> {
    pub course: DocId,
    pub entry: &'a Record,
}

impl<'a> Catalogue<'a> {
    pub fn new(site: &'a Site, strings: &'a Strings) -> Catalogue<'a> {
        let mut catalogue = Catalogue {
            site,
            strings,
            urls: site.documents().map(|(_, document)| document.url()).collect(),
            kinds: BTreeMap::new(),
            facets: vec![BTreeMap::new(); FACETS.len()],
            neighbours: vec![(None, None); site.documents().len()],
            uses: BTreeMap::new(),
            directory: Directory::new(
                site,
                Kind::ALL.into_iter().flat_map(|kind| site.listed(kind)).map(|(id, _)| id),
            ),
            about: site.find(Kind::Article, "about").filter(|id| site.has_page(*id)),
            glossary: Glossary::new(site),
            years: years(site),
        };
        for kind in Kind::ALL {
            let list = catalogue.in_order(kind);
            for (id, document) in list.iter().map(|id| (*id, site.get(*id))) {
                catalogue.sort_in(id, document);
            }
            for pair in list.windows(2) {
                if catalogue.shelf(pair[0]) == catalogue.shelf(pair[1]) {
                    catalogue.neighbours[pair[0].0 as usize].1 = Some(pair[1]);
                    catalogue.neighbours[pair[1].0 as usize].0 = Some(pair[0]);
                }
            }
            catalogue.kinds.insert(kind, list);
        }
        catalogue
    }

    /// Reading order: the plan's order where the plan gives one, then ids.
    fn in_order(&self, kind: Kind) -> Vec<DocId> {
        let site = self.site;
        let rank = |vocabulary, document: &Document, field: &str| -> usize {
            let terms = site.taxonomy.terms(vocabulary);
            let place =
                document.meta.text(field).and_then(|id| terms.iter().position(|term| term.id.value == id));
            place.unwrap_or(terms.len())
        };
        let key = |document: &'a Document| -> (usize, usize, i64) {
            let meta = &document.meta;
            match kind {
                Kind::Course | Kind::Case => (
                    rank(Vocabulary::Areas, document, "area"),
                    rank(Vocabulary::Modules, document, "module"),
                    0,
                ),
                Kind::Reading => (rank(Vocabulary::RequiredReadings, document, "work"), 0, 0),
                Kind::Base => (
                    rank(Vocabulary::Levels, document, "level"),
                    rank(Vocabulary::Regions, document, "region"),
                    0,
                ),
                Kind::Institution => (
                    rank(Vocabulary::Levels, document, "level"),
                    rank(Vocabulary::InstitutionKinds, document, "kind"),
                    0,
                ),
                // The latest first.
                Kind::Programme => (0, 0, meta.date("start").map_or(0, |date| -date.day_number())),
                Kind::Article => (0, 0, meta.integer("order").unwrap_or(i64::MAX)),
                Kind::Teacher => (facts::rank(document, "role"), 0, 0),
                Kind::ReadingList | Kind::Term => (0, 0, 0),
            }
        };
        let mut list: Vec<_> =
            site.listed(kind).map(|(id, document)| (key(document), shelf_name(document), id)).collect();
        list.sort();
        let mut list: Vec<DocId> = list.into_iter().map(|(.., id)| id).collect();
        if kind == Kind::Term {
            // Figures and what has no sound stand behind Z.
            list.sort_by_cached_key(|id| {
                let reading = pinyin::reading(site.get(*id).title());
                (pinyin::letter(&reading).is_none(), reading)
            });
        }
        if kind == Kind::Course {
            list = prerequisites_first(site, &list, |a, b| self.shelf(a) == self.shelf(b));
        }
        list
    }

    fn sort_in(&mut self, id: DocId, document: &'a Document) {
        // The same name may be a field of another meaning in another kind: `kind`.
        let rules = FACETS.iter().zip(&mut self.facets).filter(|(rule, _)| rule.is_asked_of(document.kind));
        for (rule, values) in rules {
            for value in texts(document, rule.field) {
                for value in lineage(self.site, rule, value) {
                    let list = values.entry(value).or_default();
                    // A value written twice, or a district beside its city.
                    if list.last() != Some(&id) {
                        list.push(id);
                    }
                }
            }
        }
        if document.kind == Kind::Course {
            for entry in document.meta.records("readings") {
                if let Some((_, work)) = entry.reference("work") {
                    self.uses.entry(work).or_default().push(Use { course: id, entry });
                }
            }
        }
    }

    /// Documents on one shelf follow each other.
    fn shelf(&self, id: DocId) -> (Option<&'a str>, Option<&'a str>) {
        let document = self.site.get(id);
        (document.meta.text("area"), shelf_name(document))
    }

    /// The name of the institution that answers for the site.
    fn owner(&self) -> Option<&'a str> {
        let id = &self.site.config.owner.as_ref()?.value;
        Some(self.site.get(self.site.find(Kind::Institution, id)?).title())
    }

    pub fn url(&self, id: DocId) -> &str {
        &self.urls[id.0 as usize]
    }

    pub fn of_kind(&self, kind: Kind) -> &[DocId] {
        self.kinds.get(&kind).map_or(&[], Vec::as_slice)
    }

    pub(super) fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(super) fn years(&self) -> &[Year<'a>] {
        &self.years
    }

    pub(super) fn neighbours(&self, id: DocId) -> (Option<DocId>, Option<DocId>) {
        self.neighbours[id.0 as usize]
    }

    pub(super) fn uses(&self, work: &str) -> &[Use<'a>] {
        self.uses.get(work).map_or(&[], Vec::as_slice)
    }

    /// The documents with a value of the facet numbered `facet`.
    pub(super) fn with(&self, facet: usize, value: &str) -> &[DocId] {
        self.facets.get(facet).and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// The values of a facet that documents carry, in the edition's order.
    pub(super) fn values(&self, facet: usize) -> impl Iterator<Item = (&Term, &[DocId])> {
        let vocabulary = FACETS[facet].vocabulary;
        let terms = self.site.taxonomy.terms(vocabulary).iter();
        terms
            // The same topic may stand under two areas; the first stands for both.
            .filter(move |term| {
                self.site
                    .taxonomy
                    .find(vocabulary, &term.id.value)
                    .is_some_and(|first| std::ptr::eq(first, *term))
            })
            .map(move |term| (term, self.with(facet, &term.id.value)))
            .filter(|(_, list)| !list.is_empty())
    }

    pub(super) fn choices(&self, facet: usize) -> Vec<Choice<'_>> {
        let rule = &FACETS[facet];
        self.values(facet)
            .map(|(term, list)| Choice {
                value: &term.id.value,
                label: &term.label,
                path: rule.target(&term.id.value).into(),
                count: list.len(),
            })
            .collect()
    }

    pub(super) fn chrome<'s>(
        &'s self,
        path: &str,
        section: &'static str,
        title: impl Into<Text<'s>>,
        crumbs: Vec<Link<'s>>,
    ) -> Chrome<'s> {
        Chrome {
            site: &self.site.config.title,
            owner: self.owner(),
            lang: self.strings.language(),
            root: root_of(path),
            section,
            title: title.into(),
            description: None,
            crumbs,
            about: self.about.map(|id| self.url(id)),
            canonical: self.site.config.base_url.as_ref().map(|base| format!("{base}{path}")),
        }
    }

    /// A document's name in running text: books stand between book marks.
    pub(super) fn name(&self, id: DocId) -> Text<'_> {
        let document = self.site.get(id);
        match document.kind {
            Kind::Reading => phrase::book(document.title()).into(),
            _ => document.title().into(),
        }
    }

    /// `None` for what this site must not even name; words alone for a teacher without a page.
    pub(super) fn link(&self, id: DocId) -> Option<Link<'_>> {
        let name = || self.name(id);
        if self.site.has_page(id) {
            Some(Link::to(name(), self.url(id)))
        } else {
            self.site.is_shown(id).then(|| Link::words(name()))
        }
    }

    pub(super) fn link_to(&self, reference: Option<(Kind, &str)>) -> Option<Link<'_>> {
        let (kind, id) = reference?;
        self.link(self.site.find(kind, id)?)
    }

    /// The links of a field that holds references.
    pub(super) fn links(&self, record: &Record, field: &str) -> Vec<Link<'_>> {
        record.list(field).iter().filter_map(|item| self.link_to(item.value.reference())).collect()
    }

    /// A word of the interface.
    pub(super) fn word(&self, key: &'static str) -> &'a str {
        self.strings.word(key)
    }

    /// Words of the interface with their places filled.
    pub(super) fn say(&self, key: &str, places: &[(&str, &dyn Display)]) -> String {
        self.strings.say(key, places)
    }

    /// The name of a kind, as a heading says it.
    pub(super) fn kind(&self, kind: Kind) -> &'a str {
        self.word(phrase::kind(kind))
    }

    pub(super) fn date(&self, date: impl Display) -> String {
        phrase::date(self.strings, date)
    }

    /// The label of a field or of a value of a closed set.
    pub(super) fn named(&self, id: &'static str, chinese: &'static str) -> Text<'static> {
        if self.strings.is_chinese() { chinese.into() } else { fields::in_english(id).into() }
    }

    /// A text that the layers below say in both languages.
    pub(super) fn told(&self, text: &diagnostics::Text) -> String {
        if self.strings.is_chinese() { text.zh.clone() } else { text.en.clone() }
    }

    pub(super) fn label<'s>(&'s self, vocabulary: Vocabulary, id: &'s str) -> &'s str {
        self.site.taxonomy.label(vocabulary, id)
    }

    pub(super) fn entry(&self, id: DocId, with_kind: bool) -> Entry<'_> {
        let document = self.site.get(id);
        Entry {
            title: self.name(id),
            path: self.url(id),
            note: self.note(document, with_kind),
            summary: document.meta.text("summary"),
            flag: match document.status() {
                Status::Suspended => Some(self.word("flag_suspended")),
                Status::Draft => Some(self.word("flag_draft")),
                Status::Review => Some(self.word("flag_review")),
                Status::Published | Status::Retired => None,
            },
        }
    }

    /// The facts by which a reader chooses from a list.
    fn note(&self, document: &Document, with_kind: bool) -> String {
        let meta = &document.meta;
        let term = |vocabulary, field: &str| meta.text(field).map(|id| self.label(vocabulary, id).to_owned());
        let choice = |field: &'static str| facts::choice(self, document, field).map(Text::into_owned);
        let module = || term(Vocabulary::Modules, "module").or_else(|| term(Vocabulary::Areas, "area"));
        let first = |vocabulary, field: &str| {
            meta.texts(field).next().map(|id| self.label(vocabulary, id).to_owned())
        };
        let parts = match document.kind {
            Kind::Course => [
                module(),
                meta.halves("hours").map(|hours| self.say("n_hours", &[("n", &hours)])),
                first(Vocabulary::Methods, "methods"),
            ],
            Kind::Reading => [choice("kind"), meta.text("author").map(str::to_owned), None],
            Kind::Case => [module(), term(Vocabulary::Regions, "region"), None],
            Kind::Base => [
                term(Vocabulary::Levels, "level"),
                term(Vocabulary::Regions, "region"),
                first(Vocabulary::BaseThemes, "themes"),
            ],
            Kind::Programme => [
                choice("class_kind"),
                meta.date("start").map(|date| self.date(date)),
                first(Vocabulary::Audiences, "audience"),
            ],
            Kind::ReadingList => [first(Vocabulary::Audiences, "audience"), None, None],
            Kind::Institution => {
                [term(Vocabulary::InstitutionKinds, "kind"), term(Vocabulary::Regions, "region"), None]
            }
            Kind::Teacher => [choice("role"), None, None],
            Kind::Article => [choice("kind"), None, None],
            Kind::Term => [None, None, None],
        };
        let kind = with_kind.then(|| self.kind(document.kind).to_owned());
        kind.into_iter().chain(parts.into_iter().flatten()).collect::<Vec<_>>().join(" · ")
    }

    /// Where a document stands: its module, or the index of its kind.
    pub(super) fn up(&self, document: &'a Document) -> Link<'_> {
        match document.meta.text("module").filter(|_| matches!(document.kind, Kind::Course | Kind::Case)) {
            Some(module) => Link::to(self.label(Vocabulary::Modules, module), FACETS[MODULE].target(module)),
            None => Link::to(self.kind(document.kind), format!("{}/index.html", document.kind.folder())),
        }
    }
}

/// The way from the folder of `path` to the root. Pages stand at most two folders deep.
pub(super) fn root_of(path: &str) -> &'static str {
    match path.matches('/').count() {
        0 => "",
        1 => "../",
        _ => "../../",
    }
}

/// The navigation's entry for a kind.
pub(super) fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Reading | Kind::ReadingList => "required",
        Kind::Course | Kind::Case | Kind::Base | Kind::Programme => kind.folder(),
        Kind::Institution | Kind::Teacher | Kind::Term | Kind::Article => "facets",
    }
}

/// What documents next to each other have in common beside their kind and area.
fn shelf_name(document: &Document) -> Option<&str> {
    let meta = &document.meta;
    match document.kind {
        Kind::Course | Kind::Case => meta.text("module"),
        Kind::Article => meta.reference("part_of").map(|(_, course)| course).or_else(|| meta.text("kind")),
        _ => None,
    }
}

/// The ids in a field that holds one or a list of them.
pub(super) fn texts<'a>(document: &'a Document, field: &str) -> Vec<&'a str> {
    match document.meta.get(field).map(|value| &value.value) {
        Some(Value::List(items)) => items.iter().filter_map(|item| item.value.text()).collect(),
        Some(value) => value.text().into_iter().collect(),
        None => Vec::new(),
    }
}

/// The value, and where the facet is nested its parents. Parents form no cycle: the edition is consistent; the limit
/// is for an edition whose errors are still to be told.
fn lineage<'a>(site: &'a Site, rule: &FacetRule, value: &'a str) -> Vec<&'a str> {
    let mut values = vec![value];
    while rule.nested && values.len() < 4 {
        let parent = values.last().and_then(|id| site.taxonomy.find(rule.vocabulary, id)?.parent.as_deref());
        match parent {
            Some(parent) => values.push(parent),
            None => break,
        }
    }
    values
}
