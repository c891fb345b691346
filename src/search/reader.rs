//! Layer 8, search: an opened pack, and its tantivy index where there is one. Names, facets and texts always come from
//! the pack; postings come from tantivy or from the shards, and both are the same. It knows no query as a whole and no
//! answer.

use super::analyze::is_han;
use super::facet::{Facets, Filter};
use super::invert::{List, Posting, head, single};
use super::lexicon::Sounds;
use super::names::{Name, Names, Usage};
use super::native::Native;
use super::pack::{self, FOLDER, MANIFEST, Manifest, Table, Traditional};
use super::query::{Reading, Term, WHOLE_WEIGHT};
use super::rank::{self, Found, Terms};
use super::rewrite::{Spelling, Stock};
use super::synonym::Synonyms;
use super::{Error, PackFile, script, shard};
use rustc_hash::{FxHashMap, FxHashSet};

/// Only so many shards are asked for beyond those that the required terms need.
const SHARDS: usize = 14;
/// A character found in less than one document of so many may be a traditional one.
const RARE: u64 = 100;

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

/// An opened pack.
pub struct Reader {
    source: Box<dyn Source>,
    native: Option<Native>,
    pub(super) manifest: Manifest,
    first_terms: Vec<String>,
    tail_terms: Vec<String>,
    /// Characters with full lists of their own, each with its place in the order of frequency.
    frequent: FxHashMap<char, usize>,
    tables: Vec<Option<Table>>,
    pub(super) names: Names,
    pub(super) usage: Usage,
    pub(super) synonyms: Synonyms,
    pub(super) facets: Facets,
    /// No table was missing.
    pub(super) whole: bool,
}

/// What the table says about a document.
pub(super) struct Row<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub title: &'a str,
    pub aliases: &'a [String],
    pub date: &'a str,
    pub prior: i32,
    pub url: String,
}

/// The lists of a query's terms.
pub(super) struct Looked {
    pub terms: Terms,
    pub partial: bool,
    /// A character of the query is in hardly any document.
    pub rare: bool,
}

/// Where the list of a term is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    /// Before the first shard: in none.
    Nowhere,
    Shard(usize),
    Tail(usize),
}

/// Where the terms of a query are looked up.
#[derive(Default)]
struct Plan {
    places: FxHashMap<String, Place>,
    shards: FxHashSet<Place>,
    /// By character, a shard of pairs that it begins: the character is found beside them.
    pairs: FxHashMap<char, Place>,
}

impl Plan {
    fn put(&mut self, term: &Term, place: Place) {
        if place != Place::Nowhere {
            self.shards.insert(place.clone());
        }
        if matches!(place, Place::Shard(_)) && term.chars.len() > 1 && is_han(term.chars[0]) {
            self.pairs.entry(term.chars[0]).or_insert_with(|| place.clone());
        }
        self.places.insert(term.text.clone(), place);
    }

    fn beside(&self, term: &Term) -> Option<Place> {
        self.pairs.get(&term.chars[0]).filter(|_| term.chars.len() == 1).cloned()
    }
}

impl Reader {
    /// Opens a pack. Postings come from `native` if it belongs to this very pack, else from the pack itself.
    pub fn new(source: Box<dyn Source>, native: Option<Native>) -> Result<Reader, Error> {
        let bytes = source.read(&format!("{FOLDER}/{MANIFEST}")).ok_or(Error::NoPack)?;
        let manifest = pack::read_manifest(&bytes)?;
        let load = |name: &String| source.read(&format!("{FOLDER}/{}", pack::path('d', name)));
        let mut tables: Vec<Option<Table>> =
            manifest.table.iter().map(|name| pack::read_json(&load(name)?)).collect();
        let whole = tables.iter().all(Option::is_some);
        let (mut facets, mut synonyms) = (Facets::default(), Synonyms::default());
        if let Some(Some(table)) = tables.first_mut() {
            facets = std::mem::take(&mut table.facets);
            synonyms = Synonyms::new(&table.words);
        }
        let common: Vec<char> = manifest.common.chars().collect();
        let usage = Usage {
            beginnings: manifest.prefixes.iter().map(|p| p.chars().collect()).collect(),
            common: common.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect(),
        };
        let lines = |dir: &str| dir.lines().map(str::to_string).collect::<Vec<_>>();
        let mut reader = Reader {
            native: native.filter(|native| native.print() == manifest.print),
            first_terms: lines(&manifest.shards.dir),
            tail_terms: lines(&manifest.tails.tail_dir),
            frequent: manifest.chars.chars().zip(0..).collect(),
            tables,
            names: Names::default(),
            usage,
            synonyms,
            facets,
            whole,
            manifest,
            source,
        };
        let names = (0..reader.manifest.n).map(|doc| {
            reader.row(doc).map_or_else(Vec::new, |row| {
                std::iter::once(row.title).chain(row.aliases.iter().map(String::as_str)).collect()
            })
        });
        reader.names = Names::new(names);
        Ok(reader)
    }

    /// Whether postings come from the tantivy index.
    pub fn is_native(&self) -> bool {
        self.native.is_some()
    }

    /// The table that holds a document, and its row there.
    fn cell(&self, doc: u32) -> Option<(&Table, u32)> {
        let rows = self.manifest.rows.max(1);
        Some((self.tables.get((doc / rows) as usize)?.as_ref()?, doc % rows))
    }

    pub(super) fn row(&self, doc: u32) -> Option<Row<'_>> {
        let (table, number) = self.cell(doc)?;
        let row = number as usize;
        let id = table.id.get(row)?.as_str();
        let (kind, own) = id.split_once('/')?;
        let url = match table.url.get(&number) {
            Some(url) => url.clone(),
            None => format!("{}{own}.html", self.manifest.folders.get(kind)?),
        };
        Some(Row {
            id,
            kind,
            title: table.title.get(row)?,
            aliases: table.aliases.get(&number).map_or(&[], Vec::as_slice),
            date: table.date.get(row)?,
            prior: table.prior.get(&number).copied().unwrap_or(0),
            url,
        })
    }

    /// The date of a document, empty where it has none.
    pub(super) fn date(&self, doc: u32) -> &str {
        self.cell(doc).and_then(|(table, row)| table.date.get(row as usize)).map_or("", String::as_str)
    }

    /// A part of the stored text of a document.
    fn part(&self, id: &str, part: usize) -> Option<String> {
        let bytes = self.source.read(&format!("{FOLDER}/{}", pack::path('x', &pack::text_name(id, part))))?;
        script::unpack(&script::unwrap(&bytes)?)
    }

    /// The first part of a text, and the others as they are asked for; `None` in place of a part that is missing.
    pub(super) fn parts<'a>(&'a self, id: &'a str) -> impl Iterator<Item = Option<String>> {
        let first = self.part(id, 0).and_then(|text| {
            let (count, text) = text.split_once('\n')?;
            Some((count.parse::<usize>().ok()?, text.to_string()))
        });
        let count = first.as_ref().map_or(1, |(count, _)| *count);
        std::iter::once(first.map(|(_, text)| text)).chain((1..count).map(|part| self.part(id, part)))
    }

    fn data<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        pack::read_json(&self.source.read(&format!("{FOLDER}/{}", pack::path('d', name)))?)
    }

    pub(super) fn traditional(&self) -> Option<FxHashMap<char, char>> {
        let table: Traditional = self.data(&self.manifest.traditional)?;
        let chars: Vec<char> = table.pairs.chars().collect();
        Some(chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
    }

    pub(super) fn spelling(&self) -> Option<Spelling> {
        self.data::<Sounds>(&self.manifest.sounds).map(|sounds| Spelling::new(&sounds))
    }

    /// What the site is known by.
    pub(super) fn stock(&self) -> Stock {
        let labels = self.facets.0.iter().flat_map(|f| f.values.iter().map(|value| value.1.as_str()));
        let words = self.synonyms.held.iter().map(String::as_str);
        let others: Vec<Name> = labels.chain(words).map(Name::new).collect();
        Stock::new(self.names.all().chain(&others))
    }

    /// The documents that pass a choice of facet values.
    pub(super) fn filter(&self, chosen: &[(String, String)]) -> Filter {
        Filter::new(&self.facets, chosen, self.manifest.n as usize, |name, value| {
            self.native.as_ref()?.with_facet(name, value).ok()
        })
    }

    /// The lists of all terms of the readings; the first reading is the query itself. What must be counted comes first;
    /// of that, words of grammar are looked at only where a document holds all the others.
    pub(super) fn look_up(&self, readings: &[Reading], excluded: &[Reading]) -> Looked {
        let required = |readings: &'_ [Reading]| -> Vec<Term> {
            readings.iter().flat_map(|r| &r.terms).filter(|t| t.required).cloned().collect()
        };
        let (mut needed, mut grammar): (Vec<Term>, Vec<Term>) =
            required(&readings[..1]).into_iter().partition(|term| term.weight >= WHOLE_WEIGHT);
        if needed.is_empty() {
            std::mem::swap(&mut needed, &mut grammar);
        }
        let mut plan = Plan::default();
        let mut looked = Looked { terms: Terms::default(), partial: false, rare: false };
        for term in needed.iter().chain(&required(excluded)) {
            plan.put(term, self.place(&term.text, true));
            self.look_at(term, &plan, &mut looked);
        }
        let n = self.manifest.n as usize;
        let any = !grammar.is_empty() && rank::held_by(needed.iter(), &looked.terms, n).contains(&true);
        for term in &grammar {
            if any {
                plan.put(term, self.place(&term.text, true));
            }
        }
        // words of grammar tell nothing by themselves; rare characters come first, for they tell most
        let mut single: Vec<&Term> =
            readings.iter().flat_map(|r| &r.terms).filter(|t| !t.required && t.weight > 3).collect();
        single.sort_by_key(|term| {
            self.frequent.get(&term.chars[0]).map_or((0, 0), |place| (1, usize::MAX - place))
        });
        for term in required(&readings[1..]).iter().chain(single) {
            if !plan.places.contains_key(&term.text) {
                let place = plan.beside(term).unwrap_or_else(|| self.place(&term.text, false));
                if place == Place::Nowhere || plan.shards.contains(&place) || plan.shards.len() < SHARDS {
                    plan.put(term, place);
                }
            }
        }
        for term in grammar.iter().filter(|term| !plan.places.contains_key(&term.text)) {
            looked.terms.insert(term.text.clone(), Found { lost: true, ..Found::default() });
        }
        for term in readings.iter().flat_map(|r| &r.terms) {
            self.look_at(term, &plan, &mut looked);
        }
        looked.rare = readings[0].letters.iter().filter(|c| is_han(**c)).any(|c| {
            let own = c.to_string();
            let found = looked.terms.get(&own).filter(|found| !found.lost && plan.places.contains_key(&own));
            let df = found.map(|found| found.body.as_ref().map_or(0, |list| list.df));
            df.is_some_and(|df| u64::from(df) * RARE < u64::from(self.manifest.n))
        });
        looked
    }

    fn look_at(&self, term: &Term, plan: &Plan, looked: &mut Looked) {
        if looked.terms.contains_key(&term.text) {
            return;
        }
        let body = plan.places.get(&term.text).map_or(Ok(None), |place| self.find(&term.text, place));
        let title = self.in_names(&term.text);
        let lost = body.is_err();
        looked.partial |= lost;
        looked.terms.insert(term.text.clone(), Found { title, body: body.unwrap_or(None), lost });
    }

    /// `whole`: all of its list, also of a frequent character.
    fn place(&self, term: &str, whole: bool) -> Place {
        let tail = whole && single(term).is_some_and(|c| self.frequent.contains_key(&c));
        let firsts = if tail { &self.tail_terms } else { &self.first_terms };
        match firsts.partition_point(|first| first.as_str() <= term).checked_sub(1) {
            None => Place::Nowhere,
            Some(index) if tail => Place::Tail(index),
            Some(index) => Place::Shard(index),
        }
    }

    fn find(&self, term: &str, place: &Place) -> Result<Option<List>, ()> {
        let (kind, names, index) = match place {
            Place::Nowhere => return Ok(None),
            Place::Shard(index) => ('s', &self.manifest.shards.names, *index),
            Place::Tail(index) => ('t', &self.manifest.tails.tail_names, *index),
        };
        if let Some(native) = &self.native {
            let list = native.in_bodies(term, self.manifest.avg).map_err(|_| ())?;
            let shortened = kind == 's' && single(term).is_some_and(|c| self.frequent.contains_key(&c));
            return Ok(list.map(|list| {
                if shortened { List { postings: head(&list.postings), df: list.df } } else { list }
            }));
        }
        let name = names.get(index * 8..index * 8 + 8).ok_or(())?;
        let script = self.source.read(&format!("{FOLDER}/{}", pack::path(kind, name))).ok_or(())?;
        shard::find(&script::unwrap(&script).ok_or(())?, term, self.manifest.n)
    }

    fn in_names(&self, term: &str) -> Vec<Posting> {
        let from_tantivy = self.native.as_ref().and_then(|n| n.in_names(term, self.manifest.avg).ok());
        from_tantivy.unwrap_or_else(|| self.names.postings(term, self.manifest.avg[0]))
    }
}
