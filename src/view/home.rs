//! Layer 8: the front page, the search page and the page for an address that leads nowhere.
//! Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::facet::{AREA, AUDIENCE};
use super::list::kinds;
use super::module::{ModuleCard, cards};
use super::required::{name, reading_of};
use super::{Choice, Chrome, Entry, Link};
use crate::fields::Kind;
use crate::taxonomy::{Term, Vocabulary};
use serde::Serialize;
use std::collections::BTreeSet;

/// Documents under “最近更新”.
const RECENT: usize = 8;

#[derive(Clone, Debug, Serialize)]
pub struct HomePage<'a> {
    pub chrome: Chrome<'a>,
    pub scheme: &'a str,
    pub modules: Vec<ModuleCard<'a>>,
    /// The four kinds of content.
    pub areas: Vec<Choice<'a>>,
    pub required: Vec<RequiredCard<'a>>,
    pub audiences: Vec<Choice<'a>>,
    pub recent: Vec<Entry<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RequiredCard<'a> {
    pub title: Link<'a>,
    /// Courses that use it.
    pub courses: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct SearchPage<'a> {
    pub chrome: Chrome<'a>,
    /// The indexes of the kinds, for a reader without the script.
    pub browse: Vec<Choice<'a>>,
}

/// Served at any depth, so it holds no relative asset.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundPage<'a> {
    pub chrome: Chrome<'a>,
}

pub(super) fn home_page<'s>(catalogue: &'s Catalogue<'_>) -> HomePage<'s> {
    let taxonomy = &catalogue.site.taxonomy;
    let mut chrome = catalogue.chrome("index.html", "home", catalogue.site.config.title.as_str(), Vec::new());
    let count = |kind| catalogue.of_kind(kind).len();
    chrome.description = Some(
        catalogue
            .say(
                "home_lead",
                &[
                    ("scheme", &taxonomy.scheme),
                    ("courses", &count(Kind::Course)),
                    ("cases", &count(Kind::Case)),
                    ("bases", &count(Kind::Base)),
                ],
            )
            .into(),
    );
    HomePage {
        chrome,
        scheme: &taxonomy.scheme,
        modules: cards(catalogue),
        areas: catalogue.choices(AREA),
        required: taxonomy
            .terms(Vocabulary::RequiredReadings)
            .iter()
            .map(|work| required_card(catalogue, work))
            .collect(),
        audiences: catalogue.choices(AUDIENCE),
        recent: recent(catalogue),
    }
}

fn required_card<'s>(catalogue: &'s Catalogue<'_>, work: &'s Term) -> RequiredCard<'s> {
    let reading = reading_of(catalogue, work);
    let uses = reading.map_or(&[][..], |id| catalogue.uses(&catalogue.site.get(id).id));
    RequiredCard {
        title: reading.and_then(|id| catalogue.link(id)).unwrap_or_else(|| Link::words(name(work))),
        courses: uses.iter().map(|used| used.course).collect::<BTreeSet<_>>().len(),
    }
}

/// The latest first; of one day in the order of kinds.
fn recent<'s>(catalogue: &'s Catalogue<'_>) -> Vec<Entry<'s>> {
    let site = catalogue.site;
    let all = Kind::ALL.into_iter().flat_map(|kind| catalogue.of_kind(kind)).copied();
    let mut dated: Vec<_> = all.filter_map(|id| Some((site.get(id).meta.date("updated")?, id))).collect();
    dated.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let entry = |(date, id)| {
        let entry = catalogue.entry(id, false);
        let kind = catalogue.kind(site.get(id).kind);
        Entry { note: format!("{} · {kind}", catalogue.date(date)), summary: None, ..entry }
    };
    dated.into_iter().take(RECENT).map(entry).collect()
}

pub(super) fn search_page<'s>(catalogue: &'s Catalogue<'_>) -> SearchPage<'s> {
    SearchPage {
        chrome: catalogue.chrome("search.html", "search", catalogue.word("search"), Vec::new()),
        browse: kinds(catalogue),
    }
}

pub(super) fn not_found_page<'s>(catalogue: &'s Catalogue<'_>) -> NotFoundPage<'s> {
    NotFoundPage { chrome: catalogue.chrome("404.html", "", catalogue.word("not_found"), Vec::new()) }
}
