//! Layer 8, search: what a title adds to a score when it resembles the query. Integers only; `search.js` repeats it.
//! It knows no posting and no storage.

use super::analyze::{Run, is_han, runs};
use super::query::Parsed;

/// How many of the best documents have their titles looked at.
pub const CANDIDATES: usize = 256;
/// A query longer than this is not looked for as a scattered part of a title.
const SCATTERED_LIMIT: usize = 24;
/// What a likeness is worth at most, in weights of the query. Postings alone give a document at most 45.
const COVER: u64 = 14;
const SCATTERED: u64 = 42;
const WHOLE: u64 = 84;
const BEGINNING: u64 = 28;
const WORD: u64 = 7;
const ENDING: u64 = 14;
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

    /// Whether a place for the query lies across two words: the pair before its first letter is a more common one than
    /// the pair that begins it, as 人民 is before the 法 of 民法 in 人民法院. `common` has the most common pair first.
    fn across_words(&self, at: usize, common: &[[char; 2]]) -> bool {
        if at == 0 || self.word_begins(at) || at + 1 >= self.letters.len() {
            return false;
        }
        let rank = |at: usize| {
            common.iter().position(|pair| *pair == self.letters[at..at + 2]).unwrap_or(usize::MAX)
        };
        rank(at - 1) < rank(at)
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
/// `total` their sum; `common` the site's most common pairs of characters.
pub fn bonus(query: &Parsed, weights: &[u64], total: u64, names: &[&str], common: &[[char; 2]]) -> u64 {
    names.iter().map(|name| name_bonus(query, weights, total, &Title::new(name), common)).max().unwrap_or(0)
}

fn name_bonus(query: &Parsed, weights: &[u64], total: u64, title: &Title, common: &[[char; 2]]) -> u64 {
    let letters = &query.letters;
    let length = title.letters.len();
    if letters.is_empty() || length == 0 || total == 0 {
        return 0;
    }
    let places: Vec<usize> = (0..length).filter(|at| title.letters[*at..].starts_with(letters)).collect();
    if letters.len() > 1 && !places.is_empty() && places.iter().all(|at| title.across_words(*at, common)) {
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
    bonus += COVER * weight * weight / total * covered / length as u64;

    // the query as a subsequence of the title, the tighter the better
    if (2..=SCATTERED_LIMIT).contains(&letters.len())
        && let Some(window) = tightest(letters, &title.letters)
    {
        let (q, w) = (letters.len() as u64, window as u64);
        if q * 20 >= w * 7 {
            bonus += SCATTERED * total * q * q / (w * w);
        }
    }

    // the query itself: the whole title, its beginning, or a word in it, best at its end
    if title.letters == *letters {
        bonus += WHOLE * total;
    } else if places.first() == Some(&0) {
        bonus += BEGINNING * total;
    } else {
        let mut words = places.iter().filter(|at| title.word_begins(**at));
        if let Some(last) = words.next_back() {
            bonus += WORD * total;
            if last + letters.len() == length {
                bonus += ENDING * total;
            }
        }
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

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;

    fn of(query: &str, name: &str) -> u64 {
        let query = parse(query);
        let weights = vec![10; query.terms.len()];
        let common = [['人', '民'], ['法', '院'], ['民', '法']];
        bonus(&query, &weights, 10 * weights.len() as u64, &[name], &common)
    }

    #[test]
    fn nearer_titles_gain_more() {
        let titles = ["民法", "民法典", "中华人民共和国民法典", "关于适用民法典的解释", "物权法"];
        let gains: Vec<u64> = titles.iter().map(|title| of("民法", title)).collect();
        assert!(gains.windows(2).all(|w| w[0] > w[1]), "{gains:?}");
        assert_eq!((of("民法", "人民法院组织法"), of("", "民法"), of("民法", "——")), (0, 0, 0));
        assert!(of("法院", "人民法院组织法") > 0);
        assert!(of("刑修十一", "刑法修正案（十一）") > of("刑修十一", "刑法"));
    }
}
