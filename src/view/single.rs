//! Layer 8: a course or a programme as one file that needs no other: for phones, which open no archive, and for chats.
//! Knows the site. Must not know templates. Holds no relative link: the file will lie anywhere.

use super::catalogue::{Catalogue, section};
use super::detail::{Detail, detail};
use super::document::{Fact, address, notice};
use super::facts::facts;
use super::passage::{Frame, Target, passage};
use super::qr::{Qr, qr};
use super::{Chrome, SafeHtml, Text};
use crate::document::Document;
use crate::fields::Kind;
use crate::site::{DocId, Resolved};
use crate::strings::LANGUAGES;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct SinglePage<'a> {
    /// Its paths and its root lead nowhere from here; `canonical` is the address of the document's page.
    pub chrome: Chrome<'a>,
    /// Where the site lives: what links to other documents begin with. Without it they are words.
    pub base: Option<&'a str>,
    pub kind: &'static str,
    pub content_lang: &'static str,
    pub notice: Option<String>,
    pub summary: Option<&'a str>,
    pub facts: Vec<Fact<'a>>,
    pub body: SafeHtml<'a>,
    pub detail: Detail<'a>,
    pub edition: &'a str,
    pub qr: Option<Qr>,
}

/// The file of a document that has one.
pub(super) fn single_path(document: &Document) -> Option<String> {
    let kind = document.kind;
    matches!(kind, Kind::Course | Kind::Programme)
        .then(|| format!("single/{}-{}.html", kind.id(), document.id))
}

pub(super) fn single_page<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> SinglePage<'s> {
    let document = catalogue.site.get(id);
    let base = catalogue.site.config.base_url.as_deref();
    let target = |resolved: &Resolved| match (resolved, base) {
        (Resolved::Document(to, anchor), Some(base)) => {
            Target::Far(format!("{base}{}", address(catalogue, *to, anchor.as_deref())))
        }
        (Resolved::Asset(path), Some(base)) => Target::Far(format!("{base}{path}")),
        _ => Target::Words,
    };
    let mut chrome =
        catalogue.chrome(catalogue.url(id), section(document.kind), document.title(), Vec::new());
    chrome.description = document.meta.text("summary").map(Text::from);
    let code = chrome.canonical.as_deref().and_then(qr);
    SinglePage {
        chrome,
        base,
        kind: document.kind.id(),
        content_lang: LANGUAGES[0],
        notice: notice(catalogue, id, document),
        summary: document.meta.text("summary"),
        facts: facts(catalogue, document),
        body: SafeHtml::from_renderer(passage(
            catalogue,
            id,
            &Frame { prefix: "", title: "", lowered: 0, target: &target },
        )),
        detail: detail(catalogue, id),
        edition: &catalogue.site.taxonomy.label,
        qr: code,
    }
}
