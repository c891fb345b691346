//! Layer 8: pages that list documents: a kind, a value of a facet; and the pages that lead to those lists.
//! Knows the site. Must not know templates.

use super::catalogue::{Catalogue, section};
use super::facet::{FACETS, MODULE, offered};
use super::{Choice, Chrome, Entry, Facet, Link, Text};
use crate::fields::Kind;
use crate::site::DocId;
use serde::Serialize;

/// Documents that a list shows on one page.
pub const PAGE_SIZE: usize = 100;

/// A kind's index, or all documents with one value of a facet.
#[derive(Clone, Debug, Serialize)]
pub struct ListPage<'a> {
    pub chrome: Chrome<'a>,
    /// Said above the list.
    pub note: Option<&'a str>,
    /// In the whole list, not on this page.
    pub count: usize,
    /// From 1.
    pub page: usize,
    /// Ways to narrow the list, on its first page.
    pub facets: Vec<Facet<'a>>,
    /// Their names in a running line.
    pub browse: String,
    pub entries: Vec<Entry<'a>>,
    pub pages: Option<Pages<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Pages<'a> {
    pub previous: Option<Text<'a>>,
    pub next: Option<Text<'a>>,
    /// First, last and the neighbours; the current one has no path.
    pub pages: Vec<Link<'a>>,
}

/// Every facet with its values, or the values of one.
#[derive(Clone, Debug, Serialize)]
pub struct FacetsPage<'a> {
    pub chrome: Chrome<'a>,
    pub facets: Vec<Facet<'a>>,
}

/// The pages that a list of `count` documents takes: one even when it is empty.
pub(super) fn page_count(count: usize) -> usize {
    count.div_ceil(PAGE_SIZE).max(1)
}

/// The path of a list's page from its first one: `courses/index.html`, `courses/page-2.html`;
/// `facets/area/theory.html`, `facets/area/theory-page-2.html`.
pub(super) fn page_path(first: &str, page: usize) -> String {
    if page <= 1 {
        return first.to_owned();
    }
    match first.strip_suffix("index.html") {
        Some(folder) => format!("{folder}page-{page}.html"),
        None => format!("{}-page-{page}.html", first.strip_suffix(".html").unwrap_or(first)),
    }
}

pub(super) fn kind_first(kind: Kind) -> String {
    format!("{}/index.html", kind.folder())
}

pub(super) fn kind_page<'s>(catalogue: &'s Catalogue<'_>, kind: Kind, page: usize) -> ListPage<'s> {
    let first = kind_first(kind);
    let crumbs = vec![Link::words(catalogue.kind(kind))];
    let chrome = catalogue.chrome(&first, section(kind), catalogue.kind(kind), crumbs);
    let list = catalogue.of_kind(kind);
    let facets = if page == 1 { narrowing(catalogue, kind, list) } else { Vec::new() };
    let names: Vec<&str> = facets.iter().map(|facet| facet.label).collect();
    let browse = names.join(catalogue.word("list_sep"));
    ListPage { facets, browse, ..list_page(catalogue, chrome, list, page, &first, false) }
}

pub(super) fn value_page<'s>(
    catalogue: &'s Catalogue<'_>,
    facet: usize,
    term: usize,
    page: usize,
) -> Option<ListPage<'s>> {
    let rule = FACETS.get(facet)?;
    let term = catalogue.site.taxonomy.terms(rule.vocabulary).get(term)?;
    let first = rule.path(&term.id.value);
    let crumbs = if facet == MODULE {
        let own = Link::to(term.label.as_str(), rule.target(&term.id.value));
        vec![
            Link::to(catalogue.word("nav_modules"), "modules/index.html"),
            own,
            Link::words(catalogue.word("all")),
        ]
    } else {
        let list = Link::to(catalogue.word(rule.label), format!("facets/{}/index.html", rule.name));
        vec![Link::to(catalogue.word("facets"), "facets/index.html"), list, Link::words(term.label.as_str())]
    };
    let chrome = catalogue.chrome(&first, "facets", term.label.as_str(), crumbs);
    Some(ListPage {
        note: term.note.as_deref(),
        ..list_page(catalogue, chrome, catalogue.with(facet, &term.id.value), page, &first, true)
    })
}

fn list_page<'s>(
    catalogue: &'s Catalogue<'_>,
    chrome: Chrome<'s>,
    list: &[DocId],
    page: usize,
    first: &str,
    mixed: bool,
) -> ListPage<'s> {
    let entries = list.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    ListPage {
        chrome,
        note: None,
        count: list.len(),
        page,
        facets: Vec::new(),
        browse: String::new(),
        entries: entries.map(|id| catalogue.entry(*id, mixed)).collect(),
        pages: pager(first, page, page_count(list.len())),
    }
}

fn pager(first: &str, page: usize, last: usize) -> Option<Pages<'static>> {
    numbered(page, last, |page| page_path(first, page))
}

/// The ways from page `page` of `last` to the others; none where there is only one.
pub(super) fn numbered(page: usize, last: usize, path: impl Fn(usize) -> String) -> Option<Pages<'static>> {
    if last == 1 {
        return None;
    }
    let path = |page: usize| Text::from(path(page));
    let near = |number: &usize| *number == 1 || *number == last || number.abs_diff(page) <= 2;
    let link = |number: usize| {
        let text = number.to_string();
        if number == page { Link::words(text) } else { Link::to(text, path(number)) }
    };
    Some(Pages {
        previous: (page > 1).then(|| path(page - 1)),
        next: (page < last).then(|| path(page + 1)),
        pages: (1..=last).filter(near).map(link).collect(),
    })
}

/// The questions by which the index of a kind can be narrowed. The lists they lead to hold other kinds too, so no
/// numbers are told here.
fn narrowing<'s>(catalogue: &'s Catalogue<'_>, kind: Kind, list: &[DocId]) -> Vec<Facet<'s>> {
    let site = catalogue.site;
    let rules = FACETS.iter().enumerate().filter(|(_, rule)| offered(kind).contains(&rule.name));
    rules
        .map(|(facet, rule)| Facet {
            name: rule.name,
            label: catalogue.word(rule.label),
            choices: catalogue
                .values(facet)
                // A long list has every value somewhere; a short one is looked through.
                .filter(|(_, with)| {
                    list.len() > PAGE_SIZE || with.iter().any(|id| site.get(*id).kind == kind)
                })
                .map(|(term, _)| Choice {
                    value: &term.id.value,
                    label: &term.label,
                    path: rule.target(&term.id.value).into(),
                    count: 0,
                })
                .collect(),
        })
        .filter(|facet| facet.choices.len() > 1)
        .collect()
}

/// Has the kind an index? The kinds of the main navigation always do.
pub(super) fn has_index(catalogue: &Catalogue<'_>, kind: Kind) -> bool {
    let navigation = matches!(kind, Kind::Course | Kind::Case | Kind::Base | Kind::Programme);
    navigation || !catalogue.of_kind(kind).is_empty()
}

/// The kinds that have documents, with the way to their indexes.
pub(super) fn kinds<'s>(catalogue: &'s Catalogue<'_>) -> Vec<Choice<'s>> {
    let kinds = Kind::ALL.into_iter().map(|kind| Choice {
        value: kind.id(),
        label: catalogue.kind(kind),
        path: kind_first(kind).into(),
        count: catalogue.of_kind(kind).len(),
    });
    kinds.filter(|kind| kind.count > 0).collect()
}

fn facet<'s>(catalogue: &'s Catalogue<'_>, index: usize) -> Facet<'s> {
    let rule = &FACETS[index];
    Facet { name: rule.name, label: catalogue.word(rule.label), choices: catalogue.choices(index) }
}

/// Everything that can be browsed without a script.
pub(super) fn facets_page<'s>(catalogue: &'s Catalogue<'_>) -> FacetsPage<'s> {
    let kinds = Facet { name: "kind", label: catalogue.word("facet_kind"), choices: kinds(catalogue) };
    let facets = (0..FACETS.len()).map(|index| facet(catalogue, index));
    FacetsPage {
        chrome: catalogue.chrome(
            "facets/index.html",
            "facets",
            catalogue.word("all_facets"),
            vec![Link::words(catalogue.word("facets"))],
        ),
        facets: std::iter::once(kinds).chain(facets).filter(|facet| !facet.choices.is_empty()).collect(),
    }
}

pub(super) fn facet_page<'s>(catalogue: &'s Catalogue<'_>, index: usize) -> FacetsPage<'s> {
    let rule = &FACETS[index];
    let path = format!("facets/{}/index.html", rule.name);
    let crumbs = vec![
        Link::to(catalogue.word("facets"), "facets/index.html"),
        Link::words(catalogue.word(rule.label)),
    ];
    let facet = facet(catalogue, index);
    FacetsPage {
        chrome: catalogue.chrome(&path, "facets", catalogue.word(rule.label), crumbs),
        facets: vec![facet],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_has_numbered_pages() {
        assert_eq!((page_count(0), page_count(100), page_count(101)), (1, 1, 2));
        assert_eq!(page_path("courses/index.html", 2), "courses/page-2.html");
        assert_eq!(page_path("facets/area/theory.html", 3), "facets/area/theory-page-3.html");
        assert!(pager("courses/index.html", 1, 1).is_none());
        let pages = pager("courses/index.html", 5, 30).unwrap();
        let shown: Vec<&str> = pages.pages.iter().map(|page| page.text.as_ref()).collect();
        assert_eq!(shown, ["1", "3", "4", "5", "6", "7", "30"]);
        assert_eq!(pages.previous.as_deref(), Some("courses/page-4.html"));
        assert_eq!(pages.pages[3].path, None);
    }
}
