//! Layer 5: `content/site.yaml`: what a knowledge base says about itself.

use crate::date::Date;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::fields::{Context, Record, SITE, decode};
use crate::front_matter::{Limits, Node};
use crate::source::{FileId, Span, Spanned};
use crate::taxonomy::Taxonomy;

#[derive(Clone, Debug)]
pub struct Config {
    pub file: FileId,
    pub title: String,
    /// `zh-Hans` or `en`.
    pub language: String,
    pub edition: Spanned<String>,
    /// Ends in `/`.
    pub base_url: Option<String>,
    pub release: Release,
    /// The institution that answers for the whole site.
    pub owner: Option<Spanned<String>>,
    pub today: Option<Date>,
    pub limits: Limits,
    pub budgets: Budgets,
    pub search: Search,
    /// Whether browsers may keep pages for reading without a connection, where they can.
    pub offline: bool,
}

/// How the search index is made. Set by `search:` in site.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Whether hits show sentences of the text.
    pub excerpts: bool,
    /// Average bytes of a shard: smaller ones are less to load and more files. By the size of the index where it is not
    /// said.
    pub shard: Option<usize>,
}

/// How large, in bytes, what readers load may be before it is said. Set by `budgets:` in site.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// A page, compressed.
    pub page: u64,
    pub image: u64,
    /// A file of the search index.
    pub shard: u64,
}

/// To whom material may go; a site holds what its own level and all lower ones allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Release {
    #[default]
    Public,
    Internal,
    Restricted,
}

impl Release {
    pub fn from_id(id: &str) -> Option<Release> {
        match id {
            "public" => Some(Release::Public),
            "internal" => Some(Release::Internal),
            "restricted" => Some(Release::Restricted),
            _ => None,
        }
    }
}

/// Reads the tree of site.yaml. `None` when title or edition cannot be known.
pub fn read(file: FileId, root: &Node) -> (Option<Config>, Vec<Diagnostic>) {
    let taxonomy = Taxonomy::empty();
    let context = Context { taxonomy: &taxonomy, kind: None, first_line: Span::new(file, 0..0) };
    let (record, mut diagnostics) = decode(root, &[SITE], &context);
    let text = |name: &str| record.text(name).map(str::to_owned);
    let edition = record
        .get("edition")
        .and_then(|value| Some(Spanned::new(value.value.text()?.to_owned(), value.span)));
    if let Some(url) = record.get("base_url").filter(|url| !url.value.text().is_some_and(is_base_url)) {
        diagnostics.push(Diagnostic::new(
            Code(103),
            url.span,
            text!(
                "“网址”（base_url）要以 https:// 或 http:// 开头",
                "“base_url” must begin with https:// or http://"
            ),
        ));
    }
    let (Some(title), Some(edition)) = (text("title"), edition) else { return (None, diagnostics) };
    let config = Config {
        file,
        title,
        language: text("language").unwrap_or_else(|| "zh-Hans".to_owned()),
        edition,
        base_url: text("base_url").filter(|url| is_base_url(url)).map(|url| with_slash(&url)),
        release: text("release").and_then(|id| Release::from_id(&id)).unwrap_or_default(),
        owner: record
            .get("owner")
            .and_then(|value| Some(Spanned::new(value.value.reference()?.1.to_owned(), value.span))),
        today: record.date("today"),
        limits: limits(&record),
        budgets: budgets(&record),
        search: search(&record),
        offline: record.boolean("offline") != Some(false),
    };
    (Some(config), diagnostics)
}

/// Where a site may say it lives.
pub fn is_base_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>\\".contains(c))
    })
}

/// The URL of a folder, whatever its end.
pub fn with_slash(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

fn budgets(record: &Record) -> Budgets {
    let kib = |name: &str, usual: u64| {
        let set = record.record("budgets").and_then(|set| set.integer(name));
        set.map_or(usual, |kib| kib as u64) * 1024
    };
    Budgets { page: kib("page_kib", 200), image: kib("image_kib", 500), shard: kib("shard_kib", 64) }
}

fn search(record: &Record) -> Search {
    let set = record.record("search");
    let kib = set.and_then(|set| set.integer("shard_kib"));
    Search {
        excerpts: set.and_then(|set| set.text("excerpts")) != Some("none"),
        shard: kib.map(|kib| (kib as usize) << 10),
    }
}

fn limits(record: &Record) -> Limits {
    let mut limits = Limits::default();
    let kib =
        |name: &str| record.record("limits").and_then(|set| set.integer(name)).map(|kib| kib as u64 * 1024);
    if let Some(bytes) = kib("front_matter_kib") {
        limits.front_matter = bytes as usize;
    }
    if let Some(bytes) = kib("scalar_kib") {
        limits.scalar = bytes as usize;
    }
    limits.markdown = kib("markdown_kib").unwrap_or(limits.markdown);
    limits.yaml = kib("yaml_kib").unwrap_or(limits.yaml);
    limits
}
