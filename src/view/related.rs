//! Layer 8: documents that a reader of one may want next: of the same topic, series, place or terms, beyond what the page
//! leads to anyway. A function of front matter and links: to rewrite a paragraph changes nobody's list.

use super::Link;
use super::catalogue::{Catalogue, texts};
use super::facet::FACETS;
use crate::document::Status;
use crate::fields::Kind;
use crate::site::DocId;
use std::collections::{BTreeMap, BTreeSet};

/// Documents in the list.
const SHOWN: usize = 6;
/// What many documents share says little, and would cost a page as long as the site.
const COMMON: usize = 200;
/// One shared audience or module is not enough.
const LEAST: u32 = 3;

/// What one value in common is worth.
fn worth(facet: &str) -> u32 {
    match facet {
        "x-topic" | "series" => 3,
        "topic" | "module" | "region" | "theme" | "advantage" => 2,
        _ => 0,
    }
}

pub(super) fn related<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Vec<Link<'s>> {
    let site = catalogue.site;
    let document = site.get(id);
    if !matches!(document.kind, Kind::Course | Kind::Case | Kind::Base | Kind::Article | Kind::Term) {
        return Vec::new();
    }
    let mut scores: BTreeMap<DocId, u32> = BTreeMap::new();
    for (facet, rule) in FACETS.iter().enumerate().filter(|(_, rule)| worth(rule.name) > 0) {
        for value in texts(document, rule.field).into_iter().collect::<BTreeSet<_>>() {
            let sharing = catalogue.with(facet, value);
            if sharing.len() <= COMMON {
                sharing.iter().for_each(|other| *scores.entry(*other).or_default() += worth(rule.name));
            }
        }
    }
    // What links the same documents speaks of the same things.
    let linked = |from: DocId| -> BTreeSet<DocId> {
        let all = site.references(from).iter().filter(|reference| reference.field != Some("owner"));
        all.map(|reference| reference.to).collect()
    };
    let own = linked(id);
    for shared in own.iter().filter(|to| matches!(site.get(**to).kind, Kind::Term | Kind::Reading)) {
        let sharing = site.backlinks(*shared);
        if sharing.len() <= COMMON {
            for other in sharing {
                *scores.entry(*other).or_default() +=
                    if site.get(*shared).kind == Kind::Term { 2 } else { 1 };
            }
        }
    }
    let (previous, next) = catalogue.neighbours(id);
    let near = |other: DocId| {
        other == id
            || own.contains(&other)
            || site.backlinks(id).contains(&other)
            || [previous, next].contains(&Some(other))
    };
    let kind = |other: DocId| site.get(other).kind;
    let mut found: Vec<(u32, DocId)> = scores
        .into_iter()
        .filter(|(other, score)| *score >= LEAST && !near(*other))
        .filter(|(other, _)| !matches!(kind(*other), Kind::Programme | Kind::ReadingList | Kind::Institution))
        .filter(|(other, _)| site.has_page(*other) && site.get(*other).status() != Status::Retired)
        .map(|(other, score)| (score, other))
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(SHOWN).filter_map(|(_, other)| catalogue.link(other)).collect()
}
