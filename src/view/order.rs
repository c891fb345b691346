//! Layer 8: courses in the order in which they are to be read: what a course builds on stands before it.

use super::catalogue::Catalogue;
use crate::fields::Kind;
use crate::site::{DocId, Site};
use std::collections::BTreeSet;

/// `list` with the prerequisites of a course before it, as far as `same` says that both stand on one shelf; else as it was.
/// Courses that ask for each other keep the order they had.
pub(super) fn prerequisites_first(
    site: &Site,
    list: &[DocId],
    same: impl Fn(DocId, DocId) -> bool,
) -> Vec<DocId> {
    let listed: BTreeSet<DocId> = list.iter().copied().collect();
    let before = |course: DocId| -> Vec<DocId> {
        let named =
            site.get(course).meta.list("prerequisites").iter().filter_map(|item| item.value.reference());
        let found = named.filter_map(|(kind, id)| site.find(kind, id));
        found.filter(|other| listed.contains(other) && same(course, *other)).collect()
    };
    let mut out = Vec::with_capacity(list.len());
    let mut met = BTreeSet::new();
    for course in list {
        // The courses that wait for others, each with those still to come before it. No recursion: a chain may be long.
        let mut waiting: Vec<(DocId, Vec<DocId>)> = Vec::new();
        if met.insert(*course) {
            waiting.push((*course, before(*course)));
        }
        while let Some((course, others)) = waiting.last_mut() {
            let course = *course;
            if others.is_empty() {
                out.push(course);
                waiting.pop();
                continue;
            }
            let next = others.remove(0);
            if met.insert(next) {
                waiting.push((next, before(next)));
            }
        }
    }
    out
}

/// The courses that refer to a document by one of their fields, in reading order.
pub(super) fn courses_naming(catalogue: &Catalogue<'_>, id: DocId, field: &str) -> Vec<DocId> {
    let site = catalogue.site;
    let naming: BTreeSet<DocId> = site
        .backlinks(id)
        .iter()
        .copied()
        .filter(|from| site.get(*from).kind == Kind::Course)
        .filter(|from| {
            site.references(*from)
                .iter()
                .any(|reference| reference.to == id && reference.field == Some(field))
        })
        .collect();
    catalogue.of_kind(Kind::Course).iter().copied().filter(|course| naming.contains(course)).collect()
}
