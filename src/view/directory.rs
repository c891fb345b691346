//! Layer 8: all documents in the order of their sounds: what a reader without a script searches with the browser's own
//! means. Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::list::{Pages, numbered};
use super::pinyin::{letter, reading};
use super::{Chrome, Link, Text};
use crate::site::{DocId, Site};
use serde::Serialize;
use std::ops::Range;

/// The most titles of a page. A page ends where the first syllable changes, so that a new document seldom moves others.
const PAGE_SIZE: usize = 500;

/// Documents in use in the order of their sounds, cut into pages.
pub(super) struct Directory {
    /// With the letter each stands under, `None` for figures and other scripts.
    documents: Vec<(Option<char>, DocId)>,
    pages: Vec<Range<usize>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DirectoryPage<'a> {
    pub chrome: Chrome<'a>,
    /// In all, not on this page.
    pub count: usize,
    /// From 1.
    pub page: usize,
    /// Every letter; those that no title begins with have no path.
    pub letters: Vec<Link<'a>>,
    pub sections: Vec<Letter<'a>>,
    pub pages: Option<Pages<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Letter<'a> {
    pub id: String,
    pub label: String,
    pub entries: Vec<Titled<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Titled<'a> {
    pub title: Text<'a>,
    pub path: &'a str,
    pub kind: &'a str,
}

impl Directory {
    pub(super) fn new(site: &Site, listed: impl Iterator<Item = DocId>) -> Directory {
        let mut sounded: Vec<_> = listed
            .map(|id| {
                let title = site.get(id).title();
                let reading = reading(title);
                let under = letter(&reading);
                // Figures and other scripts come last.
                (under.is_none(), under, reading, title, id)
            })
            .collect();
        sounded.sort();
        let firsts: Vec<&str> =
            sounded.iter().map(|(.., reading, _, _)| reading.first().map_or("", String::as_str)).collect();
        let pages = cut(&firsts, PAGE_SIZE);
        Directory { documents: sounded.into_iter().map(|(_, under, .., id)| (under, id)).collect(), pages }
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }
}

/// Pages of at most `most`, each ending where the syllable changes if it can.
fn cut(firsts: &[&str], most: usize) -> Vec<Range<usize>> {
    let mut pages = Vec::new();
    let mut start = 0;
    while firsts.len() - start > most {
        let full = start + most;
        let end = (start + 1..=full).rev().find(|at| firsts[*at] != firsts[at - 1]).unwrap_or(full);
        pages.push(start..end);
        start = end;
    }
    pages.push(start..firsts.len());
    pages
}

pub(super) fn directory_path(page: usize) -> String {
    format!("all/{page}.html")
}

fn anchor(under: Option<char>) -> String {
    under.map_or_else(|| "l-other".to_owned(), |letter| format!("l-{letter}"))
}

pub(super) fn directory_page<'s>(catalogue: &'s Catalogue<'_>, page: usize) -> DirectoryPage<'s> {
    let Directory { documents, pages } = catalogue.directory();
    let title = catalogue.word("all_documents");
    let label = |under: Option<char>| match under {
        Some(letter) => letter.to_ascii_uppercase().to_string(),
        None => catalogue.word("other_letters").to_owned(),
    };
    let link = |under: Option<char>| match documents.iter().position(|(other, _)| *other == under) {
        Some(at) => {
            let on = pages.iter().position(|page| page.contains(&at)).map_or(1, |index| index + 1);
            Link::to(label(under), format!("{}#{}", directory_path(on), anchor(under)))
        }
        None => Link::words(label(under)),
    };
    let range = pages.get(page - 1).cloned().unwrap_or_default();
    let mut sections: Vec<Letter<'_>> = Vec::new();
    for (under, id) in &documents[range] {
        let id = *id;
        if sections.last().is_none_or(|section| section.id != anchor(*under)) {
            sections.push(Letter { id: anchor(*under), label: label(*under), entries: Vec::new() });
        }
        let kind = catalogue.kind(catalogue.site.get(id).kind);
        let entry = Titled { title: catalogue.name(id), path: catalogue.url(id), kind };
        sections.last_mut().into_iter().for_each(|section| section.entries.push(entry.clone()));
    }
    DirectoryPage {
        chrome: catalogue.chrome(&directory_path(page), "", title, vec![Link::words(title)]),
        count: documents.len(),
        page,
        letters: ('a'..='z').map(Some).chain([None]).map(link).collect(),
        sections,
        pages: numbered(page, pages.len(), directory_path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_where_the_sound_changes() {
        let ends = |firsts: &[&str]| cut(firsts, 3).into_iter().map(|page| page.end).collect::<Vec<_>>();
        assert_eq!(ends(&[]), [0]);
        assert_eq!(ends(&["a", "b", "c"]), [3]);
        assert_eq!(ends(&["a", "b", "b", "c"]), [3, 4]);
        assert_eq!(ends(&["a", "b", "b", "b", "c"]), [1, 4, 5]);
        // A syllable that fills a page is cut where the page is full.
        assert_eq!(ends(&["a"; 7]), [3, 6, 7]);
    }
}
