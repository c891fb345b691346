//! Layer 8: the required books: volumes, chapters, and the courses that read them.
//! Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::detail::{Volume, contents, courses};
use super::document::Fact;
use super::{Chrome, Link, phrase};
use crate::fields::Kind;
use crate::site::DocId;
use crate::taxonomy::{Term, Vocabulary};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct RequiredPage<'a> {
    pub chrome: Chrome<'a>,
    pub works: Vec<RequiredWork<'a>>,
    /// Volumes in all.
    pub volumes: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct RequiredWork<'a> {
    pub id: &'a str,
    pub title: Link<'a>,
    pub summary: Option<&'a str>,
    pub facts: Vec<Fact<'a>>,
    pub volumes: Vec<Volume<'a>>,
}

/// The reading that stands for a required work.
pub(super) fn reading_of(catalogue: &Catalogue<'_>, work: &Term) -> Option<DocId> {
    let site = catalogue.site;
    catalogue
        .of_kind(Kind::Reading)
        .iter()
        .copied()
        .find(|id| site.get(*id).meta.text("work") == Some(&work.id.value))
}

/// The name of a required work, between book marks.
pub(super) fn name(work: &Term) -> String {
    phrase::book(work.title.as_deref().unwrap_or(&work.label))
}

pub(super) fn required_page<'s>(catalogue: &'s Catalogue<'_>) -> RequiredPage<'s> {
    let works: Vec<RequiredWork<'_>> = catalogue
        .site
        .taxonomy
        .terms(Vocabulary::RequiredReadings)
        .iter()
        .map(|work| required_work(catalogue, work))
        .collect();
    RequiredPage {
        chrome: catalogue.chrome(
            "required.html",
            "required",
            catalogue.word("required"),
            vec![Link::words(catalogue.word("required"))],
        ),
        volumes: works.iter().map(|work| work.volumes.len().max(1)).sum(),
        works,
    }
}

fn required_work<'s>(catalogue: &'s Catalogue<'_>, work: &'s Term) -> RequiredWork<'s> {
    let reading = reading_of(catalogue, work);
    let document = reading.map(|id| catalogue.site.get(id));
    let mut facts = Vec::new();
    let mut volumes = Vec::new();
    if let Some(document) = document {
        let meta = &document.meta;
        let text = |name: &str| meta.text(name).map(Link::words);
        for (label, values) in [
            ("fact_author", text("author").into_iter().collect::<Vec<_>>()),
            ("fact_publisher", text("publisher").into_iter().collect()),
            ("fact_obtain", text("obtain").into_iter().collect()),
            ("fact_guide", guides(catalogue, document.meta.reference("guide"))),
        ] {
            if !values.is_empty() {
                facts.push(Fact { label: catalogue.word(label).into(), values });
            }
        }
        volumes = contents(catalogue, document);
        if volumes.is_empty() {
            let courses = courses(catalogue, catalogue.uses(&document.id).iter());
            volumes.push(Volume { label: String::new(), courses, chapters: Vec::new(), cited: false });
        }
    }
    RequiredWork {
        id: &work.id.value,
        title: reading.and_then(|id| catalogue.link(id)).unwrap_or_else(|| Link::words(name(work))),
        summary: document.and_then(|document| document.meta.text("summary")),
        facts,
        volumes,
    }
}

fn guides<'s>(catalogue: &'s Catalogue<'_>, guide: Option<(Kind, &str)>) -> Vec<Link<'s>> {
    catalogue.link_to(guide).into_iter().collect()
}
