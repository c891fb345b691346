//! Layer 10: what search knows of a document: its words, its facets, its page.

use crate::document::{Document, Status};
use crate::fields::{Kind, Record, Value};
use crate::markdown::{Slot, fill};
use crate::search::{Entry, FacetLabel, FacetLabels, Section};
use crate::site::{DocId, Resolved, Site};
use crate::strings::Strings;
use crate::taxonomy::Vocabulary;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Facet, key of its label, field, vocabulary. `kind`, `year` and `status` have rules of their own below.
const TERMS: &[(&str, &str, &str, Vocabulary)] = &[
    ("module", "facet_module", "module", Vocabulary::Modules),
    ("area", "facet_area", "area", Vocabulary::Areas),
    ("audience", "facet_audience", "audience", Vocabulary::Audiences),
    ("method", "facet_method", "methods", Vocabulary::Methods),
    ("level", "facet_level", "level", Vocabulary::Levels),
    ("region", "facet_region", "region", Vocabulary::Regions),
];

const STATUSES: [&str; 5] = ["published", "suspended", "retired", "review", "draft"];

/// Every document with a page, sorted by `kind/id`.
pub(super) fn entries(site: &Site) -> Vec<Entry<'_>> {
    let shown: Vec<DocId> = site.documents().map(|(id, _)| id).filter(|id| site.has_page(*id)).collect();
    let mut entries: Vec<Entry<'_>> = shown.into_par_iter().map(|id| entry(site, id)).collect();
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    entries
}

/// The labels of facets and their values, in the order of display.
pub(super) fn labels(site: &Site, strings: &Strings) -> FacetLabels {
    let word = |key| strings.word(key).to_owned();
    let named = |prefix: &str, id: &str| {
        let key = format!("{prefix}_{}", id.replace('-', "_"));
        (id.to_owned(), strings.say(&key, &[]))
    };
    let kinds = Kind::ALL.iter().map(|kind| named("kind", kind.id())).collect();
    let mut labels = vec![FacetLabel { name: "kind".to_owned(), label: word("facet_kind"), values: kinds }];
    for (name, label, _, vocabulary) in TERMS {
        let values = site
            .taxonomy
            .terms(*vocabulary)
            .iter()
            .map(|term| (term.id.value.clone(), term.label.clone()))
            .collect();
        labels.push(FacetLabel { name: (*name).to_owned(), label: word(label), values });
    }
    let years: BTreeSet<String> = site.documents().filter_map(|(_, document)| year(document)).collect();
    let years =
        years.into_iter().rev().map(|year| (year.clone(), strings.say("date_y", &[("y", &year)]))).collect();
    labels.push(FacetLabel { name: "year".to_owned(), label: word("facet_year"), values: years });
    let statuses = STATUSES.iter().map(|id| named("status", id)).collect();
    labels.push(FacetLabel { name: "status".to_owned(), label: word("facet_status"), values: statuses });
    FacetLabels(labels)
}

fn entry(site: &Site, id: DocId) -> Entry<'_> {
    let document = site.get(id);
    let meta = &document.meta;
    let texts = |name: &str| meta.texts(name).map(str::to_owned).collect::<Vec<_>>();
    let mut aliases = texts("aliases");
    aliases.extend(texts("variants"));
    let mut sections = vec![Section { anchor: None, heading: String::new(), text: Cow::Owned(spoken(meta)) }];
    // A retired document is a tombstone: what it said is not published any more.
    let retired = document.status() == Status::Retired;
    if retired {
        let reason = meta.record("exit").and_then(|exit| exit.text("reason")).unwrap_or("");
        sections = vec![Section { anchor: None, heading: String::new(), text: Cow::Borrowed(reason) }];
    }
    for section in document.body.sections.iter().filter(|_| !retired) {
        let heading = section.heading.map(|heading| &document.body.headings[heading]);
        sections.push(Section {
            anchor: heading.map(|heading| heading.anchor.clone()),
            heading: heading.map_or_else(String::new, |heading| filled(site, id, &heading.text).into_owned()),
            text: filled(site, id, &section.text),
        });
    }
    let date = meta.date("updated").map(|date| date.to_string());
    Entry {
        id: document.key(),
        kind: document.kind.id().to_owned(),
        url: document.url(),
        title: document.title().to_owned(),
        aliases,
        // What a term must not be called is how some people will look for it.
        keywords: texts("keywords").into_iter().chain(texts("avoid")).collect(),
        sections,
        facets: facets(site, document),
        date,
        prior: prior(site, document),
    }
}

/// What everyone must read is preferred, what is out of use or not yet in use comes later.
fn prior(site: &Site, document: &Document) -> i32 {
    let work = document.meta.text("work").filter(|_| document.kind == Kind::Reading);
    let required = work.is_some_and(|id| site.taxonomy.find(Vocabulary::RequiredReadings, id).is_some());
    match document.status() {
        Status::Published if required => 4,
        Status::Published => 0,
        Status::Draft | Status::Review => -2,
        Status::Suspended => -4,
        Status::Retired => -24,
    }
}

/// The text with the titles of linked documents in their places.
fn filled<'a>(site: &'a Site, id: DocId, text: &'a str) -> Cow<'a, str> {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let links = site.links(id);
    let mut out = String::with_capacity(text.len());
    fill(text, &mut out, |slot, out| {
        if let Slot::Title(link) = slot
            && let Some(Resolved::Document(to, _)) = links.get(link)
        {
            out.push_str(site.get(*to).title());
        }
    });
    Cow::Owned(out)
}

/// The words of the front matter, one a line. Who reviewed a document is not what it says.
fn spoken(meta: &Record) -> String {
    let mut out = String::new();
    for (name, value) in meta.iter() {
        if !matches!(
            name,
            "title"
                | "aliases"
                | "variants"
                | "avoid"
                | "keywords"
                | "reviews"
                | "formerly"
                | "key"
                | "teaching_note"
        ) {
            speak(&value.value, &mut out);
        }
    }
    out
}

fn speak(value: &Value, out: &mut String) {
    match value {
        Value::Text(text) => {
            out.push_str(text);
            out.push('\n');
        }
        Value::List(items) => items.iter().for_each(|item| speak(&item.value, out)),
        Value::Record(record) => record.iter().for_each(|(_, value)| speak(&value.value, out)),
        _ => {}
    }
}

fn facets(site: &Site, document: &Document) -> Vec<(&'static str, Vec<String>)> {
    let meta = &document.meta;
    let mut facets = vec![("kind", vec![document.kind.id().to_owned()])];
    for (name, _, field, vocabulary) in TERMS {
        let one = meta.text(field).into_iter();
        let mut values: Vec<String> = one.chain(meta.texts(field)).map(str::to_owned).collect();
        if *vocabulary == Vocabulary::Regions {
            // A county's material is its city's and its province's too.
            let mut at = values.first().cloned();
            while let Some(parent) =
                at.and_then(|id| site.taxonomy.find(Vocabulary::Regions, &id)?.parent.clone())
            {
                if values.contains(&parent) {
                    break;
                }
                values.push(parent.clone());
                at = Some(parent);
            }
        }
        if !values.is_empty() {
            facets.push((*name, values));
        }
    }
    if let Some(year) = year(document) {
        facets.push(("year", vec![year]));
    }
    let status = match document.status() {
        Status::Draft => "draft",
        Status::Review => "review",
        Status::Published => "published",
        Status::Suspended => "suspended",
        Status::Retired => "retired",
    };
    facets.push(("status", vec![status.to_owned()]));
    facets
}

/// The year a document is about: of its source, its class, its case or its edition.
fn year(document: &Document) -> Option<String> {
    let meta = &document.meta;
    let year = meta
        .record("source")
        .and_then(|source| source.date("date"))
        .or_else(|| meta.date("start"))
        .map(|date| i64::from(date.year()))
        .or_else(|| {
            meta.record("period").and_then(|period| period.period("from")).map(|from| i64::from(from.year))
        })
        .or_else(|| meta.integer("year"));
    year.map(|year| format!("{year:04}"))
}
