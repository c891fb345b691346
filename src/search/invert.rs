//! Layer 8, search: turns the terms of documents into the postings of terms, for the pack. The tantivy index is made
//! from the same counts on another thread; a test holds both to the same lists. It knows no file format.

use super::analyze::is_han;
use super::count::{BODY, Counted, FIELDS, TITLE, Term};
use super::weigh::{level, step_down};
use rustc_hash::FxHashMap;

/// One posting: document number in the high 28 bits, level (1..=15) in the low 4.
pub type Posting = u32;

/// Packs a posting.
pub fn posting(doc: u32, level: u32) -> Posting {
    doc << 4 | level
}

/// The postings of one term, each list ascending by document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    pub title: Vec<Posting>,
    pub body: Vec<Posting>,
}

/// All terms in code point order with their lists.
pub struct Postings {
    terms: Vec<String>,
    /// Where the list of (term, field) starts in `postings`; one more entry closes the last list.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

impl Postings {
    /// Number of distinct terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// The term at a rank of the code point order.
    pub fn term(&self, rank: usize) -> &str {
        &self.terms[rank]
    }

    /// Title and body postings of the term at a rank.
    pub fn lists(&self, rank: usize) -> (&[Posting], &[Posting]) {
        (self.list(rank, TITLE), self.list(rank, BODY))
    }

    /// The `limit` pairs of Han characters with the greatest sum of levels in bodies, the greatest first.
    pub fn common_pairs(&self, limit: usize) -> String {
        let mut pairs: Vec<(u64, usize)> = (0..self.len())
            .filter(|rank| {
                let mut chars = self.terms[*rank].chars();
                let two = (chars.next(), chars.next(), chars.next());
                matches!(two, (Some(a), Some(b), None) if is_han(a) && is_han(b))
            })
            .map(|rank| (self.list(rank, BODY).iter().map(|p| u64::from(p & 15)).sum(), rank))
            .collect();
        pairs.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        pairs.truncate(limit);
        pairs.iter().map(|(_, rank)| self.terms[*rank].as_str()).collect()
    }

    fn list(&self, rank: usize, field: usize) -> &[Posting] {
        let i = rank * FIELDS + field;
        &self.postings[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

/// The average length of each field, as a step of the ladder.
pub fn averages(documents: &[Counted]) -> [u32; FIELDS] {
    let n = documents.len().max(1) as u64;
    [TITLE, BODY].map(|field| {
        let sum: u64 = documents.iter().map(|d| u64::from(d.lengths[field])).sum();
        step_down((sum / n).clamp(1, u64::from(u32::MAX)) as u32)
    })
}

/// Inverts the documents: a counting sort over (term, field), so lists come out in document order.
pub fn invert(documents: &[Counted]) -> Postings {
    let averages = averages(documents);
    let mut han: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut words: FxHashMap<&str, u32> = FxHashMap::default();
    let mut terms: Vec<Term<'_>> = Vec::new();
    let mut sizes: Vec<u32> = Vec::new();
    let mut slots: Vec<u32> = Vec::new();
    for document in documents {
        for field in [TITLE, BODY] {
            for (term, _) in document.terms(field) {
                let fresh = terms.len() as u32;
                let id = match term {
                    Term::Han(a, b) => *han.entry((a, b)).or_insert(fresh),
                    Term::Word(word) => *words.entry(word).or_insert(fresh),
                };
                if id == fresh {
                    terms.push(term);
                    sizes.extend([0; FIELDS]);
                }
                let slot = id * FIELDS as u32 + field as u32;
                sizes[slot as usize] += 1;
                slots.push(slot);
            }
        }
    }
    let mut order: Vec<(String, u32)> = terms
        .iter()
        .zip(0u32..)
        .map(|(term, id)| {
            let mut text = String::new();
            term.write(&mut text);
            (text, id)
        })
        .collect();
    order.sort_unstable();
    // `next` holds, per slot, the place of the next posting
    let mut next = vec![0u32; sizes.len()];
    let mut starts = Vec::with_capacity(sizes.len() + 1);
    let mut place = 0u32;
    for (_, id) in &order {
        for field in 0..FIELDS {
            let slot = *id as usize * FIELDS + field;
            starts.push(place);
            next[slot] = place;
            place += sizes[slot];
        }
    }
    starts.push(place);
    let mut postings = vec![0; place as usize];
    let mut slots = slots.into_iter();
    for (doc, document) in (0u32..).zip(documents) {
        for field in [TITLE, BODY] {
            let length = step_down(document.lengths[field]);
            for ((_, tf), slot) in document.terms(field).zip(slots.by_ref()) {
                let place = &mut next[slot as usize];
                postings[*place as usize] = posting(doc, level(tf, length, averages[field]));
                *place += 1;
            }
        }
    }
    Postings { terms: order.into_iter().map(|(text, _)| text).collect(), starts, postings }
}
