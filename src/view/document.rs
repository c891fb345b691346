//! Layer 8: the page of one document, a tombstone for a retired one, a signpost at an old address.
//! Knows the site. Must not know templates.

use super::booklet::handbook_path;
use super::catalogue::{Catalogue, root_of, section};
use super::detail::{Detail, detail};
use super::facts::facts;
use super::list::has_index;
use super::qr::{Qr, qr};
use super::related::related;
use super::single::single_path;
use super::{Chrome, Link, SafeHtml, Text, image};
use crate::config::Release;
use crate::document::{Document, Status};
use crate::fields::Kind;
use crate::markdown::{Slot, escape, fill};
use crate::site::{DocId, Redirect, Resolved};
use crate::strings::LANGUAGES;
use serde::Serialize;

/// Links that a group shows at once, and those that can be unfolded; the rest is a number.
const AT_ONCE: usize = 12;
const UNFOLDED: usize = 200;
/// A table of contents is worth its room from this many headings on.
const CONTENTS_FROM: usize = 3;

#[derive(Clone, Debug, Serialize)]
pub struct DocumentPage<'a> {
    pub chrome: Chrome<'a>,
    /// `course`: also the stem of the template that shows it.
    pub kind: &'static str,
    /// The language of the text itself, whatever that of the interface.
    pub content_lang: &'static str,
    /// What the reader must know first: suspended, a draft, for internal use.
    pub notice: Option<String>,
    pub summary: Option<&'a str>,
    pub facts: Vec<Fact<'a>>,
    pub source: Option<Source<'a>>,
    pub toc: Vec<TocItem<'a>>,
    pub body: SafeHtml<'a>,
    pub detail: Detail<'a>,
    pub attachments: Vec<Link<'a>>,
    /// The documents that refer to this one, a group for each kind.
    pub backlinks: Vec<Group<'a>>,
    /// Of the same topics, beyond what the page leads to anyway.
    pub related: Vec<Link<'a>>,
    pub previous: Option<Link<'a>>,
    pub next: Option<Link<'a>>,
    /// The list this document stands in: its module, or its kind.
    pub up: Link<'a>,
    /// The address of the page, for its paper.
    pub qr: Option<Qr>,
    /// The page as one file, and a programme's handbook.
    pub single: Option<String>,
    pub handbook: Option<String>,
}

/// One line of the header: 模块, 对象, 学时 ..
#[derive(Clone, Debug, Serialize)]
pub struct Fact<'a> {
    pub label: Text<'a>,
    pub values: Vec<Link<'a>>,
}

/// Where the text comes from; `url` leads off the site.
#[derive(Clone, Debug, Serialize)]
pub struct Source<'a> {
    pub title: &'a str,
    pub agency: Option<&'a str>,
    pub date: Option<String>,
    pub url: Option<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct TocItem<'a> {
    pub id: &'a str,
    pub text: Text<'a>,
    /// 2 or 3.
    pub level: u8,
}

#[derive(Clone, Debug, Serialize)]
pub struct Group<'a> {
    pub label: &'a str,
    pub links: Vec<Link<'a>>,
    /// Those that are shown folded.
    pub more: Vec<Link<'a>>,
    /// All of them, also those beyond `more`.
    pub count: usize,
}

impl<'a> Group<'a> {
    pub(super) fn whole(label: &'a str, links: Vec<Link<'a>>) -> Group<'a> {
        Group { label, count: links.len(), links, more: Vec::new() }
    }

    /// Documents of a kind. One more than fits at once is not folded: the fold would be as long.
    pub(super) fn folded(catalogue: &'a Catalogue<'_>, kind: Kind, all: &[DocId]) -> Group<'a> {
        let at_once = if all.len() == AT_ONCE + 1 { AT_ONCE + 1 } else { AT_ONCE };
        let mut links = all.iter().take(UNFOLDED).filter_map(|id| catalogue.link(*id));
        let shown: Vec<Link<'_>> = links.by_ref().take(at_once).collect();
        let mut more: Vec<Link<'_>> = links.collect();
        if all.len() > UNFOLDED {
            more.push(Link::words(catalogue.say("n_more", &[("n", &all.len())])));
        }
        Group { label: catalogue.kind(kind), links: shown, more, count: all.len() }
    }
}

/// A document that left the curriculum: its page stays, so that no reference dies, its text does not.
#[derive(Clone, Debug, Serialize)]
pub struct TombstonePage<'a> {
    pub chrome: Chrome<'a>,
    pub kind_label: &'a str,
    /// The folder of its list: `courses`.
    pub folder: &'static str,
    pub date: Option<String>,
    pub reason: Option<&'a str>,
    pub replaced_by: Option<Link<'a>>,
}

/// The page at an id that a document had before.
#[derive(Clone, Debug, Serialize)]
pub struct RedirectPage<'a> {
    pub chrome: Chrome<'a>,
    pub target: Link<'a>,
}

pub(super) fn document_page<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> DocumentPage<'s> {
    let document = catalogue.site.get(id);
    let up = catalogue.up(document);
    let crumbs = vec![up.clone(), Link::words(document.title())];
    let mut chrome = catalogue.chrome(catalogue.url(id), section(document.kind), document.title(), crumbs);
    chrome.description = document.meta.text("summary").map(Text::from);
    let (previous, next) = catalogue.neighbours(id);
    let mut page = DocumentPage {
        chrome,
        kind: document.kind.id(),
        content_lang: LANGUAGES[0],
        notice: notice(catalogue, id, document),
        summary: document.meta.text("summary"),
        facts: facts(catalogue, document),
        source: source(catalogue, document),
        toc: toc(catalogue, id, document),
        body: SafeHtml::from_renderer(marked(catalogue, id, body(catalogue, id, document))),
        detail: detail(catalogue, id),
        attachments: attachments(catalogue, id),
        backlinks: backlinks(catalogue, id),
        related: related(catalogue, id),
        previous: previous.and_then(|id| catalogue.link(id)),
        next: next.and_then(|id| catalogue.link(id)),
        up,
        qr: None,
        single: single_path(document),
        handbook: (document.kind == Kind::Programme).then(|| handbook_path(catalogue, document)),
    };
    page.qr = page.chrome.canonical.as_deref().and_then(qr);
    if let Detail::Programme(programme) = &page.detail {
        let hours = Link::words(catalogue.say("n_hours", &[("n", &programme.hours)]));
        page.facts.insert(0, Fact { label: catalogue.word("total_hours_label").into(), values: vec![hours] });
    }
    page
}

pub(super) fn notice(catalogue: &Catalogue<'_>, id: DocId, document: &Document) -> Option<String> {
    let kind = catalogue.kind(document.kind);
    let say = |key| Some(catalogue.say(key, &[("kind", &kind)]));
    let state = match document.status() {
        Status::Suspended => say("notice_suspended"),
        Status::Draft => say("notice_draft"),
        Status::Review => say("notice_review"),
        Status::Published | Status::Retired => None,
    };
    let release = match catalogue.site.release(id) {
        Release::Public => None,
        Release::Internal => Some(catalogue.word("notice_internal")),
        Release::Restricted => Some(catalogue.word("notice_restricted")),
    };
    let parts: Vec<&str> = state.as_deref().into_iter().chain(release).collect();
    (!parts.is_empty()).then(|| parts.concat())
}

fn source<'s>(catalogue: &Catalogue<'_>, document: &'s Document) -> Option<Source<'s>> {
    let record = document.meta.record("source")?;
    Some(Source {
        title: record.text("title")?,
        agency: record.text("agency"),
        date: record.date("date").map(|date| catalogue.date(date)),
        // A link off the site is one that a browser may follow: no other scheme gets out.
        url: record.text("url").filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    })
}

fn toc<'s>(catalogue: &'s Catalogue<'_>, id: DocId, document: &'s Document) -> Vec<TocItem<'s>> {
    let headings = document.body.headings.iter().filter(|heading| heading.level <= 3);
    let items: Vec<TocItem<'_>> = headings
        .map(|heading| TocItem {
            id: &heading.anchor,
            text: plain(catalogue, id, &heading.text),
            level: heading.level,
        })
        .collect();
    if items.len() < CONTENTS_FROM { Vec::new() } else { items }
}

/// The body as HTML, its links pointing from this page.
fn body<'s>(catalogue: &'s Catalogue<'_>, id: DocId, document: &'s Document) -> Text<'s> {
    if document.body.links.is_empty() {
        return document.body.html.as_str().into();
    }
    let root = root_of(catalogue.url(id));
    let mut html = String::with_capacity(document.body.html.len() + 64 * document.body.links.len());
    fill(&document.body.html, &mut html, |slot, out| match slot {
        Slot::Title(link) => escape(&title(catalogue, id, link), out),
        Slot::Image(link) => image::attributes(catalogue, id, link, out),
        Slot::Url(link) => match catalogue.site.links(id).get(link) {
            Some(Resolved::Document(to, anchor)) => {
                out.push_str(root);
                escape(&address(catalogue, *to, anchor.as_deref()), out);
            }
            Some(Resolved::Heading(anchor)) => {
                out.push('#');
                escape(anchor, out);
            }
            Some(Resolved::Asset(path)) => {
                out.push_str(root);
                escape(image::shown(catalogue, id, link, path), out);
            }
            Some(Resolved::External | Resolved::Dead) | None => out.push('#'),
        },
    });
    html.into()
}

/// The body with the first use of every term as a link to it. What the text links itself needs no second link.
fn marked<'s>(catalogue: &'s Catalogue<'_>, id: DocId, html: Text<'s>) -> Text<'s> {
    let site = catalogue.site;
    let linked = site.references(id).iter().filter(|reference| reference.field.is_none());
    let mut passed: Vec<DocId> = linked.map(|reference| reference.to).collect();
    passed.push(id);
    let root = root_of(catalogue.url(id));
    catalogue.glossary.mark(site, &html, root, &passed).map_or(html, Text::from)
}

/// Where a link of a body to a document leads, from the site's root.
pub(super) fn address(catalogue: &Catalogue<'_>, to: DocId, anchor: Option<&str>) -> String {
    if catalogue.site.has_page(to) {
        let url = catalogue.url(to);
        return anchor.map_or_else(|| url.to_owned(), |anchor| format!("{url}#{anchor}"));
    }
    // The words stay; a page that is not there cannot be named, so they lead to the list.
    format!("{}/index.html", list_folder(catalogue, catalogue.site.get(to).kind))
}

/// The folder of the list of a kind; of all lists where nothing of the kind is in use.
fn list_folder(catalogue: &Catalogue<'_>, kind: Kind) -> &'static str {
    if has_index(catalogue, kind) { kind.folder() } else { "facets" }
}

/// Text of the body without markup, its slots filled.
fn plain<'s>(catalogue: &'s Catalogue<'_>, id: DocId, text: &'s str) -> Text<'s> {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    fill(text, &mut out, |slot, out| {
        if let Slot::Title(link) = slot {
            out.push_str(&title(catalogue, id, link));
        }
    });
    out.into()
}

/// The title of the document that a link of the body leads to.
pub(super) fn title<'s>(catalogue: &'s Catalogue<'_>, id: DocId, link: usize) -> Text<'s> {
    match catalogue.site.links(id).get(link) {
        Some(Resolved::Document(to, _)) if catalogue.site.is_shown(*to) => {
            catalogue.site.get(*to).title().into()
        }
        Some(Resolved::Document(to, _)) => catalogue.kind(catalogue.site.get(*to).kind).into(),
        _ => "".into(),
    }
}

fn attachments<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Vec<Link<'s>> {
    let listed = catalogue.site.attachments(id).iter().filter(|file| file.listed);
    listed
        .map(|file| {
            let size = catalogue.say("in_brackets", &[("n", &size(file.size))]);
            Link::to(format!("{}{size}", file.name), file.url.as_str())
        })
        .collect()
}

/// A file's size as people say it.
fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 {
        format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20)
    } else {
        format!("{} KB", bytes.div_ceil(1024))
    }
}

/// Who refers to the document. What a section of the page lists already is left out.
fn backlinks<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Vec<Group<'s>> {
    let site = catalogue.site;
    let own = site.get(id).kind;
    let told = |from: DocId| {
        let course = site.get(from).kind == Kind::Course;
        let mut fields =
            site.references(from).iter().filter(|reference| reference.to == id).map(|one| one.field);
        fields.all(|field| match (own, field) {
            (_, Some("owner")) | (Kind::Institution, Some("institution")) => true,
            (Kind::Reading, Some("readings")) | (Kind::Case, Some("cases")) => course,
            (Kind::Teacher, Some("teachers")) => course,
            _ => false,
        })
    };
    let telling: Vec<DocId> = site
        .backlinks(id)
        .iter()
        .copied()
        .filter(|from| site.has_page(*from) && site.get(*from).status() != Status::Retired && !told(*from))
        .collect();
    // By kind, then id.
    telling
        .chunk_by(|a, b| site.get(*a).kind == site.get(*b).kind)
        .filter_map(|of_kind| Some(Group::folded(catalogue, site.get(*of_kind.first()?).kind, of_kind)))
        .collect()
}

pub(super) fn tombstone_page<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> TombstonePage<'s> {
    let document = catalogue.site.get(id);
    let folder = list_folder(catalogue, document.kind);
    let crumbs = vec![
        Link::to(catalogue.kind(document.kind), format!("{folder}/index.html")),
        Link::words(document.title()),
    ];
    let exit = document.meta.record("exit");
    TombstonePage {
        chrome: catalogue.chrome(catalogue.url(id), section(document.kind), document.title(), crumbs),
        kind_label: catalogue.kind(document.kind),
        folder,
        date: exit.and_then(|exit| exit.date("date")).map(|date| catalogue.date(date)),
        reason: exit.and_then(|exit| exit.text("reason")),
        replaced_by: exit.and_then(|exit| catalogue.link_to(exit.reference("replaced_by"))),
    }
}

pub(super) fn redirect_page<'s>(
    catalogue: &'s Catalogue<'_>,
    redirect: &Redirect,
    path: &str,
) -> RedirectPage<'s> {
    let target = Link::to(catalogue.name(redirect.to), catalogue.url(redirect.to));
    RedirectPage {
        chrome: catalogue.chrome(path, section(redirect.kind), target.text.clone(), Vec::new()),
        target,
    }
}
