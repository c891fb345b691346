//! Layer 8, search: answers a query from a pack, and from its tantivy index where there is one. Titles, facets and
//! texts always come from the pack; postings come from tantivy or from the shards, and both give the same answer. It
//! knows no command line and no format of output beyond the JSON of `Answer`.

use super::facet::{self, Counts, Facets, Filter};
use super::native::Native;
use super::pack::{self, FOLDER, MANIFEST, Manifest, Table};
use super::query::{Parsed, parse};
use super::rank::{self, Found, Scores};
use super::title::{CANDIDATES, bonus};
use super::{Error, PackFile, excerpt, script, shard};
use serde::Serialize;

/// Where the files of a pack come from: `path` is relative to the site, as in `PackFile`.
pub trait Source: Send + Sync {
    /// The file's bytes; `None` if it is not there or cannot be read.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

/// A pack in memory, sorted by path as `build` returns it.
impl Source for Vec<PackFile> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let at = self.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(self[at].bytes.clone())
    }
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Any text; only the first 1,024 code points and 64 required terms are used.
    pub text: String,
    /// (name, value id): all names must agree, one value of each name is enough.
    pub facets: Vec<(String, String)>,
    /// At most so many hits, after leaving out `offset` of them.
    pub limit: usize,
    pub offset: usize,
}

/// One document found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub id: String,
    pub kind: String,
    /// Relative to the site's root.
    pub url: String,
    pub title: String,
    pub score: u64,
    pub excerpt: String,
}

/// The answer, serialised as `keben search --format json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub query: String,
    /// Documents that hold every required term (or, if `loose`, half of the query's weight) and pass the filter.
    pub total: usize,
    /// Ranked; they may go on past `total`.
    pub hits: Vec<Hit>,
    pub facets: Counts,
    #[serde(skip_serializing_if = "is_false")]
    pub loose: bool,
    /// A file of the pack was missing or damaged; the answer comes from the rest.
    #[serde(skip_serializing_if = "is_false")]
    pub partial: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// An opened pack.
pub struct Reader {
    source: Box<dyn Source>,
    native: Option<Native>,
    manifest: Manifest,
    first_terms: Vec<String>,
    common: Vec<[char; 2]>,
    tables: Vec<Option<Table>>,
    facets: Option<Facets>,
}

impl Reader {
    /// Opens a pack. Postings come from `native` if it belongs to this very pack, else from the pack itself.
    pub fn new(source: Box<dyn Source>, native: Option<Native>) -> Result<Reader, Error> {
        let bytes = source.read(&format!("{FOLDER}/{MANIFEST}")).ok_or(Error::NoPack)?;
        let manifest = pack::read_manifest(&bytes)?;
        let load = |name: &String| source.read(&format!("{FOLDER}/{}", pack::path('d', name)));
        let tables = manifest.table.iter().map(|name| pack::read_json(&load(name)?)).collect();
        let facets = load(&manifest.facets).and_then(|bytes| pack::read_json(&bytes));
        let common: Vec<char> = manifest.common.chars().collect();
        Ok(Reader {
            common: common.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect(),
            native: native.filter(|native| native.print() == manifest.print),
            first_terms: manifest.dir.lines().map(str::to_string).collect(),
            tables,
            facets,
            manifest,
            source,
        })
    }

    /// Whether postings come from the tantivy index.
    pub fn is_native(&self) -> bool {
        self.native.is_some()
    }

    /// Answers any query whatever.
    pub fn search(&self, query: &Query) -> Answer {
        let mut partial = self.facets.is_none();
        let nothing = Facets::default();
        let facets = self.facets.as_ref().unwrap_or(&nothing);
        let parsed = parse(&query.text);
        let found: Vec<Found> = parsed.terms.iter().map(|term| self.find(&term.text)).collect();
        partial |= found.iter().any(|f| matches!(f, Found::Missing));
        let scores = rank::score(&parsed.terms, &found, self.manifest.n, &self.manifest.idf);
        let filter = Filter::new(facets, &query.facets, self.manifest.n as usize);
        let total =
            (0..scores.matches.len()).filter(|doc| scores.matches[*doc] && filter.passes(*doc)).count();
        let ranked = self.rank(&parsed, &scores, &filter, &mut partial);
        let hits = ranked.into_iter().skip(query.offset).take(query.limit);
        let hits =
            hits.filter_map(|(score, doc)| self.hit(score, doc, &parsed, &scores, &mut partial)).collect();
        Answer {
            query: query.text.clone(),
            total,
            hits,
            facets: facet::counts(facets, &filter, &scores.matches),
            loose: scores.loose,
            partial,
        }
    }

    fn find(&self, term: &str) -> Found {
        let looked_up = match &self.native {
            Some(native) => native.lists(term, self.manifest.avg).map_err(|_| ()),
            None => self.find_in_shard(term),
        };
        match looked_up {
            Ok(Some(lists)) => Found::Lists(lists),
            Ok(None) => Found::Nowhere,
            Err(()) => Found::Missing,
        }
    }

    fn find_in_shard(&self, term: &str) -> Result<Option<super::invert::Lists>, ()> {
        let after = self.first_terms.partition_point(|first| first.as_str() <= term);
        let Some(index) = after.checked_sub(1) else {
            return Ok(None);
        };
        let name = self.manifest.names.get(index * 8..index * 8 + 8).ok_or(())?;
        let script = self.source.read(&format!("{FOLDER}/{}", pack::path('s', name))).ok_or(())?;
        shard::find(&script::unwrap(&script).ok_or(())?, term, self.manifest.n)
    }

    /// The documents that pass the filter, best first, titles looked at.
    fn rank(&self, parsed: &Parsed, scores: &Scores, filter: &Filter, partial: &mut bool) -> Vec<(u64, u32)> {
        let mut ranked: Vec<(u64, u32)> =
            scores.ranked.iter().copied().filter(|(_, doc)| filter.passes(*doc as usize)).collect();
        let candidates = ranked.len().min(CANDIDATES);
        for (score, doc) in &mut ranked[..candidates] {
            let Some((table, row)) = self.row(*doc) else {
                *partial = true;
                continue;
            };
            let aliases = table.aliases.binary_search_by_key(&(row as u32), |(row, _)| *row);
            let aliases = aliases.map_or(&[][..], |at| &table.aliases[at].1);
            let mut names = vec![table.title[row].as_str()];
            names.extend(aliases.iter().map(String::as_str));
            *score += bonus(parsed, &scores.weights, scores.weight, &names, &self.common);
        }
        rank::sort(&mut ranked);
        ranked
    }

    fn row(&self, doc: u32) -> Option<(&Table, usize)> {
        let rows = self.manifest.rows.max(1);
        let table = self.tables.get((doc / rows) as usize)?.as_ref()?;
        let row = (doc % rows) as usize;
        let whole =
            [&table.id, &table.kind, &table.url, &table.title].iter().all(|column| row < column.len());
        whole.then_some((table, row))
    }

    fn hit(&self, score: u64, doc: u32, parsed: &Parsed, scores: &Scores, partial: &mut bool) -> Option<Hit> {
        let Some((table, row)) = self.row(doc) else {
            *partial = true;
            return None;
        };
        let id = &table.id[row];
        let mut text = Some(String::new());
        if self.manifest.text {
            let path = format!("{FOLDER}/{}", pack::path('x', &pack::text_name(id)));
            text = self.source.read(&path).and_then(|bytes| script::inflate(&script::unwrap(&bytes)?));
            *partial |= text.is_none();
        }
        Some(Hit {
            id: id.clone(),
            kind: table.kind[row].clone(),
            url: table.url[row].clone(),
            title: table.title[row].clone(),
            score,
            excerpt: excerpt::excerpt(&text.unwrap_or_default(), parsed, &scores.weights),
        })
    }
}
