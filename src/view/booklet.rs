//! Layer 8: what is printed and bound: the booklet of a module, the handbook of a programme. Each is one page with the
//! texts of many documents. Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::detail::{Work, bases_of, works};
use super::document::{Fact, address, notice};
use super::facet::{FACETS, MODULE};
use super::facts::facts;
use super::module::{Holdings, holdings};
use super::passage::{Frame, Target, passage};
use super::programme::{Programme, programme};
use super::qr::{Qr, qr};
use super::{Chrome, Entry, Link, SafeHtml, Text};
use crate::document::{Document, Status};
use crate::fields::Kind;
use crate::site::{DocId, Resolved};
use crate::strings::LANGUAGES;
use crate::taxonomy::Vocabulary;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of HTML of all texts together: some 300,000 characters, 500 sheets of paper, a page that a phone still opens.
const TEXTS: usize = 1 << 20;
/// One text may take a quarter of that, so that a code of laws does not push out everything behind it.
const ONE_TEXT: usize = TEXTS / 4;
/// Titles of what is left out that are named one by one.
const NAMED: usize = 200;

#[derive(Clone, Debug, Serialize)]
pub struct BookletPage<'a> {
    pub chrome: Chrome<'a>,
    pub content_lang: &'static str,
    /// The page of the module or programme.
    pub of: Link<'a>,
    pub edition: &'a str,
    /// The plan's own words on the module.
    pub quote: Option<&'a str>,
    pub note: Option<&'a str>,
    pub summary: Option<&'a str>,
    pub facts: Vec<Fact<'a>>,
    /// A programme's own text.
    pub body: Option<SafeHtml<'a>>,
    pub programme: Option<Programme<'a>>,
    /// None is empty.
    pub parts: Vec<Part<'a>>,
    pub terms: Vec<Gloss<'a>>,
    pub qr: Option<Qr>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Part<'a> {
    pub id: &'static str,
    pub label: &'a str,
    /// Works are named, not printed.
    pub entries: Vec<Entry<'a>>,
    pub chapters: Vec<Chapter<'a>>,
    /// How many texts are left out because the booklet would grow too large, and the first of them.
    pub left: usize,
    pub rest: Vec<Link<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Chapter<'a> {
    pub id: String,
    /// With its text: it begins a sheet of paper.
    pub whole: bool,
    pub title: Text<'a>,
    pub notice: Option<String>,
    pub summary: Option<&'a str>,
    pub facts: Vec<Fact<'a>>,
    pub objectives: Vec<&'a str>,
    pub body: SafeHtml<'a>,
    pub questions: Vec<&'a str>,
    pub works: Vec<Work<'a>>,
    pub route: Option<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Gloss<'a> {
    pub id: String,
    pub term: &'a str,
    pub gloss: &'a str,
}

/// How a document stands in a booklet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// With its text.
    Whole,
    /// With its facts only.
    Brief,
}

/// What a booklet holds, decided before anything is written: links between its documents lead within it.
struct Contents<'a, 's> {
    catalogue: &'s Catalogue<'a>,
    places: BTreeMap<DocId, Place>,
    spent: usize,
}

pub(super) fn booklet_path(module: &str) -> String {
    format!("print/{module}.html")
}

/// A programme may bear the name of a module.
pub(super) fn handbook_path(catalogue: &Catalogue<'_>, programme: &Document) -> String {
    let modules = catalogue.site.taxonomy.terms(Vocabulary::Modules);
    let taken = modules.iter().any(|module| module.id.value.eq_ignore_ascii_case(&programme.id));
    format!("print/{}{}.html", if taken { "programme-" } else { "" }, programme.id)
}

/// A module without courses and cases has nothing to read.
pub(super) fn has_booklet(catalogue: &Catalogue<'_>, module: &str) -> bool {
    let site = catalogue.site;
    let read = |id: &DocId| matches!(site.get(*id).kind, Kind::Course | Kind::Case);
    catalogue.with(MODULE, module).iter().any(read)
}

pub(super) fn module_booklet_page<'s>(catalogue: &'s Catalogue<'_>, index: usize) -> Option<BookletPage<'s>> {
    let module = catalogue.site.taxonomy.terms(Vocabulary::Modules).get(index)?;
    let id = module.id.value.as_str();
    let Holdings { courses, readings, cases, bases } = holdings(catalogue, id);
    let mut contents = Contents { catalogue, places: BTreeMap::new(), spent: 0 };
    contents.take(&courses, Place::Whole);
    contents.take(&cases, Place::Whole);
    contents.take(&bases, Place::Brief);
    let terms = contents.terms();
    let of = Link::to(module.label.as_str(), FACETS[MODULE].target(id));
    let title = catalogue.say("booklet_of", &[("n", &module.label)]);
    let parts = vec![
        contents.works(&readings),
        contents.part("courses", catalogue.word("kind_course"), &courses),
        contents.part("cases", catalogue.word("kind_case"), &cases),
        contents.part("bases", catalogue.word("kind_base"), &bases),
    ];
    let quote = module.source.as_ref().and_then(|source| source.quote.as_deref());
    Some(BookletPage {
        quote: quote.filter(|quote| *quote != module.label),
        note: module.note.as_deref(),
        ..contents.page(booklet_path(id), "modules", title, of, parts, terms)
    })
}

pub(super) fn handbook_page<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> BookletPage<'s> {
    let site = catalogue.site;
    let document = site.get(id);
    // In the order of the timetable. What only the text mentions is not part of the class.
    let named = |kind: Kind| {
        let mut list = Vec::new();
        for reference in site.references(id).iter().filter(|reference| reference.field.is_some()) {
            let to = site.get(reference.to);
            if to.kind == kind && to.status() != Status::Retired && !list.contains(&reference.to) {
                list.push(reference.to);
            }
        }
        list
    };
    let paged = |list: Vec<DocId>| list.into_iter().filter(|id| site.has_page(*id)).collect::<Vec<_>>();
    let courses = paged(named(Kind::Course));
    let mut teachers = named(Kind::Teacher);
    let mut bases = named(Kind::Base);
    let mut works = BTreeSet::new();
    for course in &courses {
        let meta = &site.get(*course).meta;
        let found = |(kind, id): (Kind, &str)| site.find(kind, id);
        teachers
            .extend(meta.list("teachers").iter().filter_map(|item| item.value.reference()).filter_map(found));
        bases.extend(bases_of(catalogue, *course));
        works.extend(meta.records("readings").filter_map(|entry| entry.reference("work")).filter_map(found));
    }
    let mut seen = BTreeSet::new();
    teachers.retain(|id| site.is_shown(*id) && site.get(*id).status() != Status::Retired && seen.insert(*id));
    let listed = |kind: Kind, wanted: &dyn Fn(&DocId) -> bool| -> Vec<DocId> {
        catalogue.of_kind(kind).iter().copied().filter(wanted).collect()
    };
    let readings = listed(Kind::Reading, &|id| works.contains(id));
    let bases = listed(Kind::Base, &|id| bases.contains(id));
    let mut contents = Contents { catalogue, places: BTreeMap::new(), spent: 0 };
    contents.take(&courses, Place::Whole);
    contents.take(&teachers, Place::Brief);
    contents.take(&bases, Place::Brief);
    let terms = contents.terms();
    let parts = vec![
        contents.part("courses", catalogue.word("kind_course"), &courses),
        contents.part("teachers", catalogue.word("kind_teacher"), &teachers),
        contents.part("bases", catalogue.word("kind_base"), &bases),
        contents.works(&readings),
    ];
    let of = Link::to(document.title(), catalogue.url(id));
    let title = catalogue.say("handbook_of", &[("n", &document.title())]);
    let path = handbook_path(catalogue, document);
    BookletPage {
        summary: document.meta.text("summary"),
        facts: facts(catalogue, document),
        body: (!document.body.html.is_empty()).then(|| SafeHtml::from_renderer(contents.body(id, "own_", 1))),
        programme: Some(programme(catalogue, id)),
        ..contents.page(path, "programmes", title, of, parts, terms)
    }
}

impl<'s> Contents<'_, 's> {
    /// Gives documents their place, texts as long as there is room for them. After the first that finds none the rest is
    /// left out as well: a reader should see where the booklet ends.
    fn take(&mut self, list: &[DocId], place: Place) {
        let mut full = false;
        for id in list {
            let size = self.catalogue.site.get(*id).body.html.len();
            if place == Place::Brief {
                self.places.insert(*id, place);
            } else if !full && size <= ONE_TEXT {
                full = self.spent + size > TEXTS;
                if !full {
                    self.spent += size;
                    self.places.insert(*id, place);
                }
            }
        }
    }

    fn part(&self, id: &'static str, label: &'s str, list: &[DocId]) -> Part<'s> {
        let (held, left): (Vec<DocId>, Vec<DocId>) = list.iter().partition(|id| self.places.contains_key(id));
        Part {
            id,
            label,
            entries: Vec::new(),
            chapters: held.into_iter().map(|id| self.chapter(id)).collect(),
            left: left.len(),
            rest: left.into_iter().take(NAMED).filter_map(|id| self.catalogue.link(id)).collect(),
        }
    }

    fn works(&self, list: &[DocId]) -> Part<'s> {
        Part {
            id: "works",
            label: self.catalogue.word("works"),
            entries: list.iter().map(|id| self.catalogue.entry(*id, false)).collect(),
            chapters: Vec::new(),
            left: 0,
            rest: Vec::new(),
        }
    }

    fn chapter(&self, id: DocId) -> Chapter<'s> {
        let catalogue = self.catalogue;
        let document = catalogue.site.get(id);
        // Of a teacher who has not consented the name is all that may be said.
        let told = catalogue.site.has_page(id);
        let texts = |field: &str| if told { document.meta.texts(field).collect() } else { Vec::new() };
        let whole = self.places.get(&id) == Some(&Place::Whole);
        let body = if whole { self.body(id, &format!("{}_", name(document)), 2) } else { String::new() };
        Chapter {
            id: name(document),
            whole,
            title: catalogue.name(id),
            notice: notice(catalogue, id, document).filter(|_| told),
            summary: document.meta.text("summary").filter(|_| told),
            facts: if told { facts(catalogue, document) } else { Vec::new() },
            objectives: texts("objectives"),
            body: SafeHtml::from_renderer(body),
            questions: texts("questions"),
            works: if document.kind == Kind::Course {
                works(catalogue, document, "readings")
            } else {
                Vec::new()
            },
            route: document.meta.text("route").filter(|_| document.kind == Kind::Base),
        }
    }

    fn body(&self, id: DocId, prefix: &str, lowered: u8) -> String {
        let catalogue = self.catalogue;
        let target = |resolved: &Resolved| match resolved {
            Resolved::Document(to, anchor) => {
                let here = name(catalogue.site.get(*to));
                Target::Near(match (self.places.get(to), anchor) {
                    (Some(Place::Whole), Some(anchor)) => format!("#{here}_{anchor}"),
                    (Some(_), _) => format!("#{here}"),
                    (None, anchor) => format!("../{}", address(catalogue, *to, anchor.as_deref())),
                })
            }
            Resolved::Asset(path) => Target::Near(format!("../{path}")),
            Resolved::Heading(_) | Resolved::External | Resolved::Dead => Target::Words,
        };
        let title = catalogue.site.get(id).title();
        passage(catalogue, id, &Frame { prefix, title, lowered, target: &target })
    }

    /// The terms that the texts refer to. They stand in the booklet themselves from here on.
    fn terms(&mut self) -> Vec<Gloss<'s>> {
        let site = self.catalogue.site;
        let whole = self.places.iter().filter(|(_, place)| **place == Place::Whole);
        let used: BTreeSet<DocId> =
            whole.flat_map(|(id, _)| site.references(*id)).map(|reference| reference.to).collect();
        let terms = self.catalogue.of_kind(Kind::Term).iter().copied().filter(|id| used.contains(id));
        let terms: Vec<DocId> = terms.collect();
        self.places.extend(terms.iter().map(|id| (*id, Place::Brief)));
        let gloss = |id: DocId| {
            let document = site.get(id);
            Gloss {
                id: name(document),
                term: document.title(),
                gloss: document.meta.text("gloss").unwrap_or_default(),
            }
        };
        terms.into_iter().map(gloss).collect()
    }

    fn page(
        &self,
        path: String,
        section: &'static str,
        title: String,
        of: Link<'s>,
        parts: Vec<Part<'s>>,
        terms: Vec<Gloss<'s>>,
    ) -> BookletPage<'s> {
        let crumbs = vec![of.clone(), Link::words(title.clone())];
        let chrome = self.catalogue.chrome(&path, section, title, crumbs);
        let code = chrome.canonical.as_deref().and_then(qr);
        let filled = |part: &Part<'_>| !part.entries.is_empty() || !part.chapters.is_empty() || part.left > 0;
        BookletPage {
            chrome,
            content_lang: LANGUAGES[0],
            of,
            edition: &self.catalogue.site.taxonomy.label,
            quote: None,
            note: None,
            summary: None,
            facts: Vec::new(),
            body: None,
            programme: None,
            parts: parts.into_iter().filter(filled).collect(),
            terms,
            qr: code,
        }
    }
}

/// A document's id in a booklet. Neither kinds nor ids hold `_`, so what follows one cannot be taken for another id.
fn name(document: &Document) -> String {
    format!("{}_{}", document.kind.id(), document.id)
}
