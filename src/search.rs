//! Layer 8, search: one analyzer, one set of term counts, two indexes with the same answers. `build` makes the pack
//! that the browser searches (`search/` in the site, plain scripts, also from `file://`) and the tantivy index that
//! `keben search` answers from (stored by the edge outside the site). It knows no Markdown, no theme and no other
//! module of keben: documents come in as `Entry`, files go out as bytes.
//!
//! How it works, in the order of the work:
//! 1. `count`: the analyzer (`analyze`, "kb1") runs once over every document, in parallel, and leaves counted terms.
//! 2. `native`: tantivy indexes these counts on a thread of its own.
//! 3. `invert`, `shard`, `lexicon`, `pack`: meanwhile the same counts become posting lists and the files of the pack.
//! 4. `reader`: opens a pack. Names, facets and texts come from the pack; postings come from tantivy where the stored
//!    index carries the pack's fingerprint, else from the pack's own shards (a copied or mirrored site has no tantivy
//!    index).
//! 5. `answer`: `query`, `numeral`, `synonym`, `rank`, `names`, `rewrite`, `place`, `facet` are the steps of an answer;
//!    all numbers in them are integers, and the files of `theme/search/` repeat them one for one.
//!
//! The pack is a function of the entries: the same entries give the same bytes with any number of threads. tantivy
//! names its segments at random, so its files are a cache and never part of a site.
//!
#![doc = include_str!("search/kb1.md")]

mod analyze;
mod answer;
mod bits;
mod count;
mod edit;
mod facet;
mod invert;
mod lexicon;
mod names;
mod native;
mod numeral;
mod pack;
mod place;
mod query;
mod rank;
mod reader;
mod rewrite;
mod script;
mod shard;
mod synonym;
#[cfg(test)]
mod tests;
mod weigh;

pub use analyze::VERSION;
pub use answer::{Answer, Hit, Order, Query};
pub use facet::{Count, Counts};
pub use native::Native;
pub use place::Place;
pub use reader::{Reader, Source};

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// One document to be found.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// `course/x`, unique; entries are sorted by it and ties in ranking follow this order.
    pub id: String,
    /// `course`
    pub kind: String,
    /// `courses/x.html`, relative to the site's root.
    pub url: String,
    pub title: String,
    /// Other names of the document; they weigh as much as the title.
    pub aliases: Vec<String>,
    /// Searched as part of the body, never shown.
    pub keywords: Vec<String>,
    pub sections: Vec<Section<'a>>,
    /// (name, value ids): `("kind", ["course"])`. A name appears once.
    pub facets: Vec<(&'static str, Vec<String>)>,
    pub date: Option<String>,
    /// How much it is preferred to others, in 32nds of its score; less than 0 for what is no longer current.
    pub prior: i32,
}

/// What the words of a collection mean to its readers.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Groups of words that stand for each other.
    pub synonyms: Vec<Vec<String>>,
    /// Traditional characters, each followed by its simplified form.
    pub traditional: String,
}

/// A heading with the text below it.
#[derive(Debug, Clone, Default)]
pub struct Section<'a> {
    /// The heading's anchor in the page.
    pub anchor: Option<String>,
    /// Empty for the text before the first heading.
    pub heading: String,
    /// Plain text, a paragraph a line; inline markup leaves no gap in it.
    pub text: Cow<'a, str>,
}

/// How facets are called, in display order.
#[derive(Debug, Clone, Default)]
pub struct FacetLabels(pub Vec<FacetLabel>);

/// The label of one facet and of its values (id, label).
#[derive(Debug, Clone, Default)]
pub struct FacetLabel {
    pub name: String,
    pub label: String,
    pub values: Vec<(String, String)>,
}

impl FacetLabels {
    fn facet(&self, name: &str) -> Option<&FacetLabel> {
        self.0.iter().find(|f| f.name == name)
    }
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// `search/s/0a1b2c3d.js`, relative to the site's root (for tantivy's files: to their own folder).
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Settings of a pack.
#[derive(Debug, Clone)]
pub struct Options {
    /// Average bytes of a shard before base64; by the size of the index where it is not given.
    pub shard_bytes: Option<usize>,
    /// Documents per file of the document table.
    pub table_rows: usize,
    /// Whether the pack holds texts for excerpts.
    pub text: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { shard_bytes: None, table_rows: 4096, text: true }
    }
}

/// What `build` makes.
pub struct Build {
    /// Files of the site, sorted by path.
    pub pack: Vec<PackFile>,
    /// The tantivy index in memory; `Native::files` gives its files.
    pub native: Native,
}

/// Builds both indexes. Entries must be sorted by id.
pub fn build(
    entries: &[Entry<'_>],
    labels: &FacetLabels,
    lexicon: &Lexicon,
    options: &Options,
) -> Result<Build, Error> {
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].id >= pair[1].id) {
        return Err(Error::Index(format!("entries are not sorted by id at {:?}", pair[1].id)));
    }
    let documents = Arc::new(count::count(entries));
    let print = pack::print(&documents);
    std::thread::scope(|scope| {
        let native = scope.spawn(|| native::build(entries, &documents, &print));
        let postings = invert::invert(&documents);
        let facets = facet::gather(entries, labels);
        let parts =
            pack::Parts { entries, documents: &documents, postings: &postings, labels, facets, lexicon };
        let pack = pack::write(parts, options)?;
        let native =
            native.join().map_err(|_| Error::Index("the indexing thread panicked".to_string()))??;
        Ok(Build { pack, native })
    })
}

/// Why there is no index to answer from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The site has no `search/kb.js`.
    NoPack,
    /// The pack was made by another analyzer or in another layout.
    Version(String),
    /// A file that a reader cannot do without is damaged.
    Damaged(String),
    /// tantivy or the encoder failed: a full disk, or a bug.
    Index(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoPack => write!(f, "no search index (search/kb.js)"),
            Error::Version(found) => {
                write!(
                    f,
                    "the search index has version {found}, this program reads {VERSION}.{}: build the site again",
                    pack::FORMAT
                )
            }
            Error::Damaged(path) => write!(f, "{path} is damaged: build the site again"),
            Error::Index(message) => write!(f, "search index: {message}"),
        }
    }
}

impl std::error::Error for Error {}
