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

/// A list as a reader gets it, ascending by document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    pub postings: Vec<Posting>,
    /// In how many documents the term is; more than there are postings where only the heaviest were asked for.
    pub df: u32,
}

/// All terms of bodies in code point order with their lists. The postings of titles are not kept: readers have all
/// titles at hand.
pub struct Postings {
    terms: Vec<String>,
    /// Where the list of a term starts in `postings`; one more entry closes the last list.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

/// A list of a single character that is longer than this is kept twice: its heaviest postings beside the pairs that the
/// character begins, all of them in a shard of their own. Single characters of longer words only add to a score.
pub const HEAD: usize = 256;

/// The `HEAD` heaviest postings, ascending by document; of equals the first.
pub fn head(list: &[Posting]) -> Vec<Posting> {
    let mut heaviest = list.to_vec();
    heaviest.sort_by_key(|p| std::cmp::Reverse(p & 15));
    heaviest.truncate(HEAD);
    heaviest.sort_unstable();
    heaviest
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

    /// The list of the term at a rank.
    pub fn list(&self, rank: usize) -> &[Posting] {
        &self.postings[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }

    /// Where a term is.
    pub fn rank(&self, term: &str) -> Option<usize> {
        self.terms.binary_search_by(|own| own.as_str().cmp(term)).ok()
    }

    /// The characters whose lists are longer than `HEAD`: rank and character, the longest list first.
    pub fn frequent(&self) -> Vec<(usize, char)> {
        let mut frequent: Vec<(usize, char)> = (0..self.len())
            .filter_map(|rank| single(self.term(rank)).map(|c| (rank, c)))
            .filter(|(rank, _)| self.list(*rank).len() > HEAD)
            .collect();
        frequent.sort_by_key(|(rank, _)| std::cmp::Reverse(self.list(*rank).len()));
        frequent
    }

    /// The `limit` pairs of Han characters with the greatest sum of levels in bodies, the greatest first.
    pub fn common_pairs(&self, limit: usize) -> String {
        let mut pairs: Vec<(u64, usize)> = (0..self.len())
            .filter(|rank| {
                let mut chars = self.terms[*rank].chars();
                let two = (chars.next(), chars.next(), chars.next());
                matches!(two, (Some(a), Some(b), None) if is_han(a) && is_han(b))
            })
            .map(|rank| (self.list(rank).iter().map(|p| u64::from(p & 15)).sum(), rank))
            .collect();
        pairs.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        pairs.truncate(limit);
        pairs.iter().map(|(_, rank)| self.terms[*rank].as_str()).collect()
    }
}

/// The character of a term that is one Han character.
pub fn single(term: &str) -> Option<char> {
    let mut chars = term.chars();
    chars.next().filter(|c| is_han(*c) && chars.next().is_none())
}

/// The average length of each field, as a step of the ladder.
pub fn averages(documents: &[Counted]) -> [u32; FIELDS] {
    let n = documents.len().max(1) as u64;
    [TITLE, BODY].map(|field| {
        let sum: u64 = documents.iter().map(|d| u64::from(d.lengths[field])).sum();
        step_down((sum / n).clamp(1, u64::from(u32::MAX)) as u32)
    })
}

/// Inverts the bodies of documents: a counting sort over terms, so lists come out in document order.
pub fn invert(documents: &[Counted]) -> Postings {
    let average = averages(documents)[BODY];
    let mut han: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut words: FxHashMap<&str, u32> = FxHashMap::default();
    let mut terms: Vec<Term<'_>> = Vec::new();
    let mut sizes: Vec<u32> = Vec::new();
    let mut slots: Vec<u32> = Vec::new();
    for document in documents {
        for (term, _) in document.terms(BODY) {
            let fresh = terms.len() as u32;
            let id = match term {
                Term::Han(a, b) => *han.entry((a, b)).or_insert(fresh),
                Term::Word(word) => *words.entry(word).or_insert(fresh),
            };
            if id == fresh {
                terms.push(term);
                sizes.push(0);
            }
            sizes[id as usize] += 1;
            slots.push(id);
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
    // `next` holds, per term, the place of the next posting
    let mut next = vec![0u32; sizes.len()];
    let mut starts = Vec::with_capacity(sizes.len() + 1);
    let mut place = 0u32;
    for (_, id) in &order {
        starts.push(place);
        next[*id as usize] = place;
        place += sizes[*id as usize];
    }
    starts.push(place);
    let mut postings = vec![0; place as usize];
    let mut slots = slots.into_iter();
    for (doc, document) in (0u32..).zip(documents) {
        let length = step_down(document.lengths[BODY]);
        for ((_, tf), id) in document.terms(BODY).zip(slots.by_ref()) {
            let place = &mut next[id as usize];
            postings[*place as usize] = posting(doc, level(tf, length, average));
            *place += 1;
        }
    }
    Postings { terms: order.into_iter().map(|(text, _)| text).collect(), starts, postings }
}
