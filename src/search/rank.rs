//! Layer 8, search: adds up postings into scores. Integers only; `search.js` repeats every step, so both give the same
//! numbers. It knows no storage and no text.

use super::invert::Lists;
use super::query::Term;
use super::weigh::idf;

/// A document that holds every required term gains the best score of any document and this many weights of the query,
/// which no bonus for a title reaches: the documents that `total` counts come first. In a loose answer nothing is gained.
pub const TIER: u64 = 256;

/// The scored documents of a query.
#[derive(Debug, Default)]
pub struct Scores {
    /// Which documents count for `total` and for facets.
    pub matches: Vec<bool>,
    /// No document holds every required term: `matches` are those with half of the query's weight.
    pub loose: bool,
    /// (score before titles are looked at, document number), best first, ties in document order; every document that
    /// holds any term.
    pub ranked: Vec<(u64, u32)>,
    /// The weight of all terms of the query, the unit of the bonus for titles.
    pub weight: u64,
    /// The weight (query weight times idf) of each term, in the order of the terms.
    pub weights: Vec<u64>,
}

/// What is known about a term: its lists, that no document holds it, or that its shard could not be read.
pub enum Found {
    Lists(Lists),
    Nowhere,
    Missing,
}

/// Scores `documents` documents. A term whose shard is missing is left out of account altogether.
pub fn score(terms: &[Term], found: &[Found], documents: u32, limits: &[u32]) -> Scores {
    let n = documents as usize;
    let mut score = vec![0u64; n];
    let mut covered = vec![0u64; n];
    let mut held = vec![0u32; n];
    let mut last = vec![usize::MAX; n];
    let mut scores = Scores { matches: vec![false; n], ..Scores::default() };
    let mut required = 0;
    for (index, (term, found)) in terms.iter().zip(found).enumerate() {
        let lists = match found {
            Found::Missing => {
                scores.weights.push(0);
                continue;
            }
            Found::Nowhere => {
                let weight = term.weight * idf(limits, 0) / 2;
                scores.weights.push(weight);
                scores.weight += weight;
                required += u32::from(term.required);
                continue;
            }
            Found::Lists(lists) => lists,
        };
        required += u32::from(term.required);
        let weight = term.weight * idf(limits, lists.title.len().max(lists.body.len()) as u32);
        scores.weights.push(weight);
        scores.weight += weight;
        for (list, boost) in [(&lists.title, 2), (&lists.body, 1)] {
            let factor = boost * term.weight * idf(limits, list.len() as u32);
            for posting in list {
                let doc = (posting >> 4) as usize;
                if doc >= n {
                    continue;
                }
                score[doc] += factor * u64::from(posting & 15);
                if last[doc] != index {
                    last[doc] = index;
                    covered[doc] += weight;
                    held[doc] += u32::from(term.required);
                }
            }
        }
    }
    if required > 0 {
        scores.matches = held.iter().map(|held| *held == required).collect();
        if !scores.matches.contains(&true) {
            scores.matches = covered.iter().map(|c| *c > 0 && c * 2 >= scores.weight).collect();
            scores.loose = scores.matches.contains(&true);
        }
    }
    scores.ranked = (0..documents)
        .filter(|doc| score[*doc as usize] > 0)
        .map(|doc| (score[doc as usize] * covered[doc as usize] / scores.weight, doc))
        .collect();
    if !scores.loose {
        let best = scores.ranked.iter().map(|(score, _)| *score).max().unwrap_or(0);
        for (score, doc) in &mut scores.ranked {
            if scores.matches[*doc as usize] {
                *score += best + TIER * scores.weight;
            }
        }
    }
    sort(&mut scores.ranked);
    scores
}

/// Best first, ties in document order.
pub fn sort(ranked: &mut [(u64, u32)]) {
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
}
