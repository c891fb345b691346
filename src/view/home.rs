//! Layer 8: the front page, the search page and the page for an address that leads nowhere.
//! Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::changes::{Version, recent, version_line};
use super::facet::{AREA, AUDIENCE};
use super::list::kinds;
use super::module::{ModuleCard, cards};
use super::required::{name, reading_of};
use super::{Choice, Chrome, Entry, Link};
use crate::fields::Kind;
use crate::taxonomy::{Term, Vocabulary};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Clone, Debug, Serialize)]
pub struct HomePage<'a> {
    pub chrome: Chrome<'a>,
    pub scheme: &'a str,
    pub modules: Vec<ModuleCard<'a>>,
    /// The four kinds of content.
    pub areas: Vec<Choice<'a>>,
    pub required: Vec<RequiredCard<'a>>,
    pub audiences: Vec<Choice<'a>>,
    /// What changed last.
    pub recent: Vec<Entry<'a>>,
    /// Fingerprint and date of the site, in words.
    pub version: String,
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

/// A page whose words are all its template's: settings, reading without a connection.
#[derive(Clone, Debug, Serialize)]
pub struct PlainPage<'a> {
    pub chrome: Chrome<'a>,
}

/// Served at any depth, so it holds no relative asset.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundPage<'a> {
    pub chrome: Chrome<'a>,
}

pub(super) fn home_page<'s>(catalogue: &'s Catalogue<'_>, version: &Version<'_>) -> HomePage<'s> {
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
        recent: recent(catalogue, version),
        version: version_line(catalogue, version),
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

pub(super) fn search_page<'s>(catalogue: &'s Catalogue<'_>) -> SearchPage<'s> {
    SearchPage {
        chrome: catalogue.chrome("search.html", "search", catalogue.word("search"), Vec::new()),
        browse: kinds(catalogue),
    }
}

pub(super) fn not_found_page<'s>(catalogue: &'s Catalogue<'_>) -> NotFoundPage<'s> {
    NotFoundPage { chrome: catalogue.chrome("404.html", "", catalogue.word("not_found"), Vec::new()) }
}

pub(super) fn settings_page<'s>(catalogue: &'s Catalogue<'_>) -> PlainPage<'s> {
    let title = catalogue.word("settings");
    PlainPage { chrome: catalogue.chrome("settings.html", "", title, vec![Link::words(title)]) }
}

pub(super) fn offline_page<'s>(catalogue: &'s Catalogue<'_>) -> PlainPage<'s> {
    let title = catalogue.word("offline");
    PlainPage { chrome: catalogue.chrome("offline.html", "", title, vec![Link::words(title)]) }
}
