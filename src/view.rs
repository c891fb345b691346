//! Layer 8: all that a template may see, as plain values, and the functions that make them from the site.
//! Knows the site and the taxonomy. Must not know the template engine, the disk or the other users of the site.
//!
//! Paths in a view are those of the output tree (`courses/x.html`); a template writes `chrome.root` before them.
//! Texts are plain: a template escapes them. Only [`SafeHtml`] holds markup.

pub mod bases;
pub mod booklet;
pub mod catalogue;
pub mod changes;
pub mod coverage;
pub mod detail;
pub mod directory;
pub mod document;
mod facet;
mod facts;
mod glossary;
pub mod help;
pub mod home;
mod image;
pub mod list;
pub mod module;
mod order;
pub mod page;
mod passage;
mod phrase;
mod pinyin;
pub mod programme;
pub mod qr;
mod related;
pub mod required;
pub mod shelves;
pub mod single;

use std::borrow::Cow;

use serde::Serialize;

/// Borrowed where the site already holds the words, owned where they are put together.
pub type Text<'a> = Cow<'a, str>;

/// Markup made by keben's own renderer: the one value that a template may write with `| safe`.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct SafeHtml<'a>(Text<'a>);

impl<'a> SafeHtml<'a> {
    /// `html` must come from the Markdown renderer, which lets no author's markup through.
    pub fn from_renderer(html: impl Into<Text<'a>>) -> SafeHtml<'a> {
        SafeHtml(html.into())
    }
}

/// What every page shows around its content.
#[derive(Clone, Debug, Serialize)]
pub struct Chrome<'a> {
    pub site: &'a str,
    /// Who answers for the site.
    pub owner: Option<&'a str>,
    pub lang: &'a str,
    /// The way from this page to the site's root: empty, `../` or `../../`.
    pub root: &'static str,
    /// The entry of the main navigation that this page belongs to: `courses`, `modules`, `required` ..
    pub section: &'static str,
    pub title: Text<'a>,
    pub description: Option<Text<'a>>,
    /// From the site's front page (left out) to this page (included). Empty: no breadcrumb.
    pub crumbs: Vec<Link<'a>>,
    /// The page that says what this site is.
    pub about: Option<&'a str>,
    /// The page's URL where the site is hosted, when it says where. Never used to get from page to page.
    pub canonical: Option<String>,
}

/// Words that lead to a page, or, without a path, only the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link<'a> {
    pub text: Text<'a>,
    pub path: Option<Text<'a>>,
}

impl<'a> Link<'a> {
    pub fn to(text: impl Into<Text<'a>>, path: impl Into<Text<'a>>) -> Link<'a> {
        Link { text: text.into(), path: Some(path.into()) }
    }

    pub fn words(text: impl Into<Text<'a>>) -> Link<'a> {
        Link { text: text.into(), path: None }
    }
}

/// One document in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Entry<'a> {
    pub title: Text<'a>,
    pub path: &'a str,
    /// A line of facts: kind, module, hours. May be empty.
    pub note: String,
    pub summary: Option<&'a str>,
    /// A state that the reader must know before opening: 暂停使用, 草稿 ..
    pub flag: Option<&'a str>,
}

/// A value and the number of documents that carry it.
#[derive(Clone, Debug, Serialize)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
    pub path: Text<'a>,
    /// 0: not told.
    pub count: usize,
}

/// A question that documents can be sorted by, with its answers.
#[derive(Clone, Debug, Serialize)]
pub struct Facet<'a> {
    pub name: &'static str,
    pub label: &'a str,
    pub choices: Vec<Choice<'a>>,
}
