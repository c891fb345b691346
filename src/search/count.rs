//! Layer 8, search: the terms of each document with their counts, field by field. Both the tantivy index and the pack
//! are made from this one result of the analyzer. It knows no posting list and no file format.

use super::Entry;
use super::analyze::{Run, runs};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// The two fields of the index. The title field also holds the aliases; all other text is body.
pub const FIELDS: usize = 2;
/// Index of the title in arrays by field.
pub const TITLE: usize = 0;
/// Index of the body in arrays by field.
pub const BODY: usize = 1;

const COUNT_BITS: u32 = 22;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;
/// Stands in place of a first character: the second half is then an index into `Counted::words`.
const WORD: u64 = 0x1F_FFFF;

/// The terms of one document.
pub struct Counted {
    words: Vec<String>,
    fields: [Vec<u64>; FIELDS],
    /// Number of terms, repeats included.
    pub lengths: [u32; FIELDS],
    /// Changes with any term, count, id, title or facet of the document.
    pub print: u64,
}

/// One distinct term of a document. Han terms are one or two characters; a missing second one is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Term<'a> {
    Han(u32, u32),
    Word(&'a str),
}

impl Term<'_> {
    /// Appends the term as text.
    pub fn write(&self, out: &mut String) {
        match *self {
            Term::Word(word) => out.push_str(word),
            Term::Han(a, b) => {
                out.extend(char::from_u32(a));
                if b != 0 {
                    out.extend(char::from_u32(b));
                }
            }
        }
    }
}

impl Counted {
    /// Distinct terms of a field with their counts, in an order that depends on the document alone.
    pub fn terms(&self, field: usize) -> impl Iterator<Item = (Term<'_>, u32)> {
        self.fields[field].iter().map(|packed| (self.term(packed >> COUNT_BITS), (packed & COUNT_MAX) as u32))
    }

    fn term(&self, key: u64) -> Term<'_> {
        let (a, b) = (key >> 21, key & WORD);
        if a == WORD { Term::Word(&self.words[b as usize]) } else { Term::Han(a as u32, b as u32) }
    }
}

/// Tables that one thread uses for document after document.
#[derive(Default)]
struct Tables {
    counts: FxHashMap<u64, u32>,
    words: FxHashMap<String, u64>,
}

/// Analyses every entry, in parallel; the result is in the order of the entries.
pub fn count(entries: &[Entry<'_>]) -> Vec<Counted> {
    entries.par_iter().map_init(Tables::default, count_one).collect()
}

fn count_one(tables: &mut Tables, entry: &Entry<'_>) -> Counted {
    tables.words.clear();
    let mut words = Vec::new();
    let (title, title_length) = count_field(
        tables,
        &mut words,
        std::iter::once(entry.title.as_str()).chain(entry.aliases.iter().map(String::as_str)),
    );
    let (body, body_length) = count_field(
        tables,
        &mut words,
        entry
            .keywords
            .iter()
            .map(String::as_str)
            .chain(entry.sections.iter().flat_map(|s| [s.heading.as_str(), s.text.as_ref()])),
    );
    let mut hasher = FxHasher::default();
    let facets = entry
        .facets
        .iter()
        .flat_map(|(name, values)| [*name].into_iter().chain(values.iter().map(String::as_str)));
    let texts = [entry.id.as_str(), entry.title.as_str()].into_iter();
    for text in texts.chain(facets).chain(words.iter().map(String::as_str)) {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xFF);
    }
    for packed in title.iter().chain(&body) {
        hasher.write_u64(*packed);
    }
    Counted { words, fields: [title, body], lengths: [title_length, body_length], print: hasher.finish() }
}

fn count_field<'a>(
    tables: &mut Tables,
    words: &mut Vec<String>,
    texts: impl Iterator<Item = &'a str>,
) -> (Vec<u64>, u32) {
    tables.counts.clear();
    let mut length = 0u32;
    for text in texts {
        runs(text, |run| match run {
            Run::Han(han) => {
                length += 2 * han.len() as u32 - 1;
                let mut previous = 0u64;
                for c in han {
                    let code = u64::from(*c);
                    *tables.counts.entry(code << 21).or_default() += 1;
                    if previous != 0 {
                        *tables.counts.entry(previous << 21 | code).or_default() += 1;
                    }
                    previous = code;
                }
            }
            Run::Word(word) => {
                length += 1;
                let next = words.len() as u64;
                let index = match tables.words.get(word) {
                    Some(index) => *index,
                    // a document with two million different words loses the rest of them
                    None if next >= WORD => return,
                    None => {
                        words.push(word.to_string());
                        tables.words.insert(word.to_string(), next);
                        next
                    }
                };
                *tables.counts.entry(WORD << 21 | index).or_default() += 1;
            }
        });
    }
    let mut packed: Vec<u64> = tables
        .counts
        .drain()
        .map(|(key, count)| key << COUNT_BITS | u64::from(count).min(COUNT_MAX))
        .collect();
    packed.sort_unstable();
    (packed, length)
}
