//! Layer 8, search: adds up postings into scores. Integers only; `theme/search/rank.js` repeats every step, so both
//! give the same numbers. It knows no storage and no text.

use super::invert::{List, Posting};
use super::query::{EXACT, Reading, Term};
use super::weigh::idf;
use rustc_hash::FxHashMap;

/// What a document gains that holds every term or whose name is what was asked for, in weights of the query.
pub const FIRST: u64 = 32;
/// What postings give at most to others beside such documents: only a name can bring them to the front.
const OTHERS: u64 = 16;

/// What is known about a term.
#[derive(Debug, Default)]
pub struct Found {
    /// In names.
    pub title: Vec<Posting>,
    /// In bodies; `None` where no document holds it, or where it was not looked for.
    pub body: Option<List>,
    /// Its shard could not be read: it is left out of account altogether.
    pub lost: bool,
}

/// The terms of all readings.
pub type Terms = FxHashMap<String, Found>;

/// One reading over all documents.
#[derive(Debug, Default)]
pub struct Scored {
    /// By document, what its postings are worth.
    points: Vec<u64>,
    /// By document, the weight of the terms that it holds.
    covered: Vec<u64>,
    /// Which documents hold every required term.
    strict: Vec<bool>,
    /// The weight of all terms of the reading, the unit of the bonus for names.
    pub weight: u64,
    /// The weight of each term, in the order of the terms.
    pub weights: Vec<u64>,
}

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    pub doc: u32,
    pub score: u64,
    /// It holds every term, or its name is what was asked for; the score has `FIRST` in it.
    pub first: bool,
}

/// All readings of a query over all documents.
#[derive(Debug, Default)]
pub struct Scores {
    pub scored: Vec<Scored>,
    /// Which documents count for `total` and for facets.
    pub matches: Vec<bool>,
    /// No document holds every required term: `matches` are those with half of a reading's weight.
    pub loose: bool,
    /// Every document that holds any term, in no order; names not looked at yet.
    pub ranked: Vec<Ranked>,
}

fn score_reading(reading: &Reading, found: &Terms, documents: usize, limits: &[u32]) -> Scored {
    let mut score = vec![0u64; documents];
    let mut held = vec![0u32; documents];
    let mut last = vec![usize::MAX; documents];
    let mut scored = Scored { covered: vec![0; documents], ..Scored::default() };
    let mut required = 0;
    let nothing = Found::default();
    for (index, term) in reading.terms.iter().enumerate() {
        let lists = found.get(&term.text).unwrap_or(&nothing);
        if lists.lost {
            scored.weights.push(0);
            continue;
        }
        required += u32::from(term.required);
        let title_df = lists.title.len() as u32;
        let (body, body_df) = lists.body.as_ref().map_or((&[][..], 0), |list| (&list.postings[..], list.df));
        let df = title_df.max(body_df);
        let weight = term.weight * idf(limits, df) / if df == 0 { 2 } else { 1 };
        scored.weights.push(weight);
        scored.weight += weight;
        for (list, boost, df) in [(&lists.title[..], 2, title_df), (body, 1, body_df)] {
            let factor = boost * term.weight * idf(limits, df);
            for posting in list {
                let doc = (posting >> 4) as usize;
                if doc >= documents {
                    continue;
                }
                score[doc] += factor * u64::from(posting & 15);
                if last[doc] != index {
                    last[doc] = index;
                    scored.covered[doc] += weight;
                    held[doc] += u32::from(term.required);
                }
            }
        }
    }
    scored.strict = held.iter().map(|held| required > 0 && *held == required).collect();
    scored.points = score
        .iter()
        .zip(&scored.covered)
        .map(
            |(score, covered)| {
                if *score == 0 { 0 } else { score * covered / scored.weight * reading.factor / EXACT }
            },
        )
        .collect();
    scored
}

/// Scores all documents but the excluded ones; a document counts as its best reading does.
pub fn score(readings: &[Reading], found: &Terms, limits: &[u32], excluded: &[bool]) -> Scores {
    let n = excluded.len();
    let scored: Vec<Scored> = readings.iter().map(|r| score_reading(r, found, n, limits)).collect();
    let matches = (0..n).map(|doc| scored[0].strict[doc] && !excluded[doc]).collect();
    let mut scores = Scores { matches, ..Scores::default() };
    let strict = scores.matches.contains(&true);
    for doc in (0..n).filter(|doc| !excluded[*doc]) {
        let points = scored.iter().map(|s| s.points[doc]).max().unwrap_or(0);
        if points == 0 {
            continue;
        }
        if !strict && scored.iter().any(|s| s.covered[doc] * 2 >= s.weight) {
            scores.matches[doc] = true;
            scores.loose = true;
        }
        let first = strict && scores.matches[doc];
        let score = match (first, strict) {
            (true, _) => points + FIRST * scored[0].weight,
            (false, true) => points.min(OTHERS * scored[0].weight),
            (false, false) => points,
        };
        scores.ranked.push(Ranked { doc: doc as u32, score, first });
    }
    scores.scored = scored;
    scores
}

/// Which documents hold every one of some terms.
pub fn held_by<'a>(terms: impl Iterator<Item = &'a Term>, found: &Terms, documents: usize) -> Vec<bool> {
    let mut held = vec![0usize; documents];
    let mut count = 0;
    for term in terms {
        let lists = found.get(&term.text);
        let body = lists.and_then(|l| l.body.as_ref()).map_or(&[][..], |list| &list.postings[..]);
        for posting in lists.map_or(&[][..], |l| &l.title[..]).iter().chain(body) {
            if let Some(held) = held.get_mut((posting >> 4) as usize).filter(|held| **held == count) {
                *held += 1;
            }
        }
        count += 1;
    }
    held.into_iter().map(|held| count > 0 && held == count).collect()
}

/// The documents that hold every required term of one of the excluded texts.
pub fn excluded(readings: &[Reading], found: &Terms, documents: usize) -> Vec<bool> {
    let mut out = vec![false; documents];
    for reading in readings {
        let held = held_by(reading.terms.iter().filter(|term| term.required), found, documents);
        out.iter_mut().zip(held).for_each(|(out, held)| *out |= held);
    }
    out
}
