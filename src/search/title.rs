//! Layer 5, search: what a title adds to a score when it resembles the query. Integers only; `search.js` repeats it.
//! It knows no posting and no storage.

use super::analyze::{Run, is_han, runs};
use super::query::Parsed;

/// How many of the best documents have their titles looked at.
pub const CANDIDATES: usize = 64;
/// A query longer than this is not looked for as a scattered part of a title.
const SCATTERED_LIMIT: usize = 24;
/// Names that stand before the subject of a title; a word begins after them.
const PREFIXES: [&str; 4] = ["中华人民共和国", "中国共产党", "浙江省", "全国"];

/// A title's letters, and for each whether a run begins with it.
struct Title {
    letters: Vec<char>,
    begins: Vec<bool>,
}

impl Title {
    fn new(text: &str) -> Title {
        let mut title = Title { letters: Vec::new(), begins: Vec::new() };
        runs(text, |run| {
            let from = title.letters.len();
            match run {
                Run::Han(han) => title.letters.extend_from_slice(han),
                Run::Word(word) => title.letters.extend(word.chars()),
            }
            title.begins.resize(title.letters.len(), false);
            title.begins[from] = true;
        });
        title
    }

    /// Whether `term`, one term of the analyzer, is at `at`.
    fn has(&self, term: &[char], at: usize) -> bool {
        let end = at + term.len();
        end <= self.letters.len()
            && self.letters[at..end] == *term
            && !self.begins[at + 1..end].contains(&true)
            && (is_han(term[0]) || self.begins[at] && self.begins.get(end).is_none_or(|b| *b))
    }

    /// Whether a word may begin at `at`, as far as can be seen without a dictionary.
    fn word_begins(&self, at: usize) -> bool {
        self.begins[at]
            || PREFIXES.iter().any(|prefix| {
                let length = prefix.chars().count();
                at >= length && self.letters[at - length..at].iter().copied().eq(prefix.chars())
            })
    }
}

/// The bonus of the best of a document's names (title and aliases). `weights` are those of the query's terms and
/// `total` their sum.
pub fn bonus(query: &Parsed, weights: &[u64], total: u64, names: &[&str]) -> u64 {
    names.iter().map(|name| name_bonus(query, weights, total, &Title::new(name))).max().unwrap_or(0)
}

fn name_bonus(query: &Parsed, weights: &[u64], total: u64, title: &Title) -> u64 {
    let letters = &query.letters;
    let length = title.letters.len();
    if letters.is_empty() || length == 0 || total == 0 {
        return 0;
    }
    let mut bonus = 0;

    // cover: how much of the query is in the title, and how much of the title is in the query
    let mut covered = vec![false; length];
    let mut weight = 0;
    for (term, term_weight) in query.terms.iter().zip(weights) {
        let term: Vec<char> = term.text.chars().collect();
        let mut found = false;
        for at in 0..length {
            if title.has(&term, at) {
                found = true;
                covered[at..at + term.len()].fill(true);
            }
        }
        if found {
            weight += term_weight;
        }
    }
    let covered = covered.iter().filter(|c| **c).count() as u64;
    bonus += 2 * weight * weight / total * covered / length as u64;

    // the query as a subsequence of the title, the tighter the better
    if (2..=SCATTERED_LIMIT).contains(&letters.len()) {
        if let Some(window) = tightest(letters, &title.letters) {
            let (q, w) = (letters.len() as u64, window as u64);
            if q * 20 >= w * 7 {
                bonus += 3 * total * q * q / (w * w);
            }
        }
    }

    // the query itself: the whole title, its beginning, or the beginning of a word in it
    let places = (0..length).filter(|at| title.letters[*at..].starts_with(letters));
    if title.letters == *letters {
        bonus += 6 * total;
    } else if title.letters.starts_with(letters) {
        bonus += 2 * total;
    } else if places.into_iter().any(|at| title.word_begins(at)) {
        bonus += total;
    }
    bonus
}

/// The length of the shortest stretch of `title` that holds `query` as a subsequence, looking for each letter as early
/// as possible.
fn tightest(query: &[char], title: &[char]) -> Option<usize> {
    let starts = (0..title.len()).filter(|at| title[*at] == query[0]);
    starts
        .filter_map(|start| {
            let mut matched = 1;
            let mut at = start + 1;
            while matched < query.len() && at < title.len() {
                matched += usize::from(title[at] == query[matched]);
                at += 1;
            }
            (matched == query.len()).then_some(at - start)
        })
        .min()
}
