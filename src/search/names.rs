//! Layer 8, search: the names of documents (titles and aliases), which a reader holds in memory: their postings, found
//! by looking at them, and what a likeness to the query adds to a score. Integers only; `theme/search/names.js` repeats
//! it. It knows no storage and no text of a document.

use super::analyze::{Run, is_han, runs};
use super::invert::{Posting, posting};
use super::query::Reading;
use super::weigh::{level, step_down};

/// How many of the best documents have their names looked at.
pub const CANDIDATES: usize = 256;
/// A query longer than this is not looked for as a scattered part of a name.
const SCATTERED_LIMIT: usize = 24;
/// A query longer than this abbreviates nothing.
const SHORT_LIMIT: usize = 12;
/// What a likeness is worth at most, in weights of the query. Postings alone give a document at most 45.
const COVER: u64 = 24;
const SCATTERED: u64 = 42;
const SHORT: u64 = 36;
const WHOLE: u64 = 84;
const SUBJECT: u64 = 56;
const BEGINNING: u64 = 28;
const WORD: u64 = 7;
const ENDING: u64 = 14;

/// A name's letters, and for each whether a run begins with it.
#[derive(Debug, Default)]
pub struct Name {
    pub letters: Vec<char>,
    pub begins: Vec<bool>,
}

impl Name {
    pub fn new(text: &str) -> Name {
        let mut name = Name::default();
        runs(text, |run| {
            let from = name.letters.len();
            match run {
                Run::Han(han) => name.letters.extend_from_slice(han),
                Run::Word(word) => name.letters.extend(word.chars()),
            }
            name.begins.resize(name.letters.len(), false);
            name.begins[from] = true;
        });
        name
    }

    /// Its runs, each a stretch of letters.
    pub fn runs(&self) -> impl Iterator<Item = &[char]> {
        let mut rest = 0..self.letters.len();
        std::iter::from_fn(move || {
            let from = rest.next()?;
            let end =
                (from + 1..self.letters.len()).find(|at| self.begins[*at]).unwrap_or(self.letters.len());
            rest.start = end;
            Some(&self.letters[from..end])
        })
    }

    /// Whether `term`, one term of the analyzer, is at `at`.
    fn has(&self, term: &[char], at: usize) -> bool {
        let end = at + term.len();
        end <= self.letters.len()
            && self.letters[at..end] == *term
            && !self.begins[at + 1..end].contains(&true)
            && (is_han(term[0]) || self.begins[at] && self.begins.get(end).is_none_or(|b| *b))
    }

    fn count(&self, term: &[char]) -> u32 {
        (0..self.letters.len()).filter(|at| self.letters[*at] == term[0] && self.has(term, *at)).count()
            as u32
    }

    /// Number of terms.
    fn terms(&self) -> u32 {
        self.runs().map(|run| if is_han(run[0]) { 2 * run.len() as u32 - 1 } else { 1 }).sum()
    }
}

/// What the names of a site tell about words: where they begin, and what stands across two of them.
#[derive(Debug, Default)]
pub struct Usage {
    /// How names often begin; a word begins after it.
    pub beginnings: Vec<Vec<char>>,
    /// The most common pairs of characters, most common first.
    pub common: Vec<[char; 2]>,
}

impl Usage {
    /// Whether a word may begin at `at`, as far as can be seen without a dictionary.
    fn word_begins(&self, name: &Name, at: usize) -> bool {
        name.begins[at]
            || self.beginnings.iter().any(|b| at >= b.len() && name.letters[at - b.len()..at] == **b)
    }

    /// Where a name comes to its subject: behind the longest beginning that it has.
    fn subject(&self, name: &Name) -> usize {
        let own =
            self.beginnings.iter().filter(|b| name.letters.starts_with(b) && b.len() < name.letters.len());
        own.map(Vec::len).max().unwrap_or(0)
    }

    /// Whether a place for the query lies across two words: the pair before its first letter is a more common one than
    /// the pair that begins it, as 人民 is before the 法 of 民法 in 人民法院.
    fn across_words(&self, name: &Name, at: usize) -> bool {
        if at == 0 || self.word_begins(name, at) || at + 1 >= name.letters.len() {
            return false;
        }
        let rank = |at: usize| {
            self.common.iter().position(|pair| *pair == name.letters[at..at + 2]).unwrap_or(usize::MAX)
        };
        rank(at - 1) < rank(at)
    }
}

/// The names of all documents, by document number.
#[derive(Debug, Default)]
pub struct Names {
    documents: Vec<Vec<Name>>,
    lengths: Vec<u32>,
}

impl Names {
    /// `names` gives those of each document, in order; none for a document whose names are not known.
    pub fn new<'a>(names: impl Iterator<Item = Vec<&'a str>>) -> Names {
        let documents: Vec<Vec<Name>> =
            names.map(|names| names.into_iter().map(Name::new).collect()).collect();
        let lengths = documents.iter().map(|d| step_down(d.iter().map(Name::terms).sum())).collect();
        Names { documents, lengths }
    }

    /// Of one document.
    pub fn of(&self, doc: u32) -> &[Name] {
        self.documents.get(doc as usize).map_or(&[], Vec::as_slice)
    }

    /// Of all documents.
    pub fn all(&self) -> impl Iterator<Item = &Name> {
        self.documents.iter().flatten()
    }

    /// The postings of a term in names.
    pub fn postings(&self, term: &str, average: u32) -> Vec<Posting> {
        let term: Vec<char> = term.chars().collect();
        let mut out = Vec::new();
        for (doc, names) in (0u32..).zip(&self.documents) {
            let tf: u32 = names.iter().map(|name| name.count(&term)).sum();
            if tf > 0 {
                out.push(posting(doc, level(tf, self.lengths[doc as usize], average)));
            }
        }
        out
    }
}

/// What a name adds to a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    pub bonus: u64,
    /// The name is what the query calls it, or the query is short for it.
    pub sure: bool,
}

/// The likeness of a name. `weights` are those of the query's terms and `total` their sum.
pub fn likeness(query: &Reading, weights: &[u64], total: u64, name: &Name, usage: &Usage) -> Likeness {
    let letters = &query.letters;
    let length = name.letters.len();
    if letters.is_empty() || length == 0 || total == 0 {
        return Likeness::default();
    }
    let places: Vec<usize> = (0..length).filter(|at| name.letters[*at..].starts_with(letters)).collect();
    if letters.len() > 1 && !places.is_empty() && places.iter().all(|at| usage.across_words(name, *at)) {
        return Likeness::default();
    }
    let subject = usage.subject(name);
    let mut bonus = cover(query, weights, total, name, subject);
    let mut sure = false;

    // the query as a subsequence of the name, the tighter the better; from the beginning of a word to the end of the
    // name: an abbreviation
    if (2..=SCATTERED_LIMIT).contains(&letters.len()) {
        let q = letters.len() as u64;
        let (window, short) = subsequence(letters, name, usage);
        if let Some(window) = window.filter(|window| q * 20 >= window * 7) {
            bonus += SCATTERED * total * q * q / (window * window);
        }
        if let Some(short) = short.filter(|short| letters.len() >= 3 && q * 4 >= *short)
            && letters.len() <= SHORT_LIMIT
        {
            sure = true;
            bonus += SHORT * total * q / short;
        }
    }

    // the query itself: the whole name, its beginning, or a word in it, best at its end
    if name.letters == *letters {
        bonus += WHOLE * total;
        sure = true;
    } else if places.first() == Some(&0) {
        bonus += BEGINNING * total;
    } else if subject > 0 && subject + letters.len() == length && places.contains(&subject) {
        bonus += SUBJECT * total;
        sure = true;
    } else {
        let mut words = places.iter().filter(|at| usage.word_begins(name, **at));
        if let Some(last) = words.next_back() {
            bonus += WORD * total;
            if last + letters.len() == length {
                bonus += ENDING * total;
            }
        }
    }
    Likeness { bonus, sure }
}

/// How much of the query is in the name, and how much of the name, from its subject on, is in the query.
fn cover(query: &Reading, weights: &[u64], total: u64, name: &Name, subject: usize) -> u64 {
    let length = name.letters.len();
    let mut covered = vec![false; length];
    let mut weight = 0;
    for (term, term_weight) in query.terms.iter().zip(weights) {
        let mut found = false;
        for at in 0..length {
            if name.has(&term.chars, at) {
                found = true;
                covered[at..at + term.chars.len()].fill(true);
            }
        }
        if found {
            weight += term_weight;
        }
    }
    let covered = covered[subject..].iter().filter(|c| **c).count() as u64;
    COVER * weight * weight / total * covered / (length - subject) as u64
}

/// Two lengths of a stretch of the name that holds the query as a subsequence, looking for each letter as early as
/// possible: of the shortest one, and of the shortest from the beginning of a word to the end of the name.
fn subsequence(query: &[char], name: &Name, usage: &Usage) -> (Option<u64>, Option<u64>) {
    let length = name.letters.len();
    let last = query[query.len() - 1];
    let (mut window, mut short) = (None::<u64>, None::<u64>);
    let least = |old: Option<u64>, new: usize| Some(old.map_or(new as u64, |old| old.min(new as u64)));
    for start in (0..length).filter(|at| name.letters[*at] == query[0]) {
        let mut matched = 1;
        let mut at = start + 1;
        while matched < query.len() && at < length {
            if matched == query.len() - 1
                && name.letters[length - 1] == last
                && usage.word_begins(name, start)
            {
                short = least(short, length - start);
            }
            matched += usize::from(name.letters[at] == query[matched]);
            at += 1;
        }
        if matched == query.len() {
            window = least(window, at - start);
        }
    }
    (window, short)
}

#[cfg(test)]
mod tests {
    use super::super::query::EXACT;
    use super::*;

    fn of(query: &str, name: &str) -> Likeness {
        let query = Reading::new(query, EXACT);
        let weights = vec![10; query.terms.len()];
        let usage = Usage {
            beginnings: vec!["中华人民共和国".chars().collect()],
            common: vec![['人', '民'], ['法', '院'], ['民', '法']],
        };
        likeness(&query, &weights, 10 * weights.len() as u64, &Name::new(name), &usage)
    }

    #[test]
    fn nearer_names_gain_more() {
        let names = ["民法", "民法典", "中华人民共和国民法典", "关于适用民法典的解释", "物权法"];
        let gains: Vec<u64> = names.iter().map(|name| of("民法", name).bonus).collect();
        assert!(gains.windows(2).all(|w| w[0] > w[1]), "{gains:?}");
        assert_eq!(
            (of("民法", "人民法院组织法").bonus, of("", "民法").bonus, of("民法", "——").bonus),
            (0, 0, 0)
        );
        assert!(of("法院", "人民法院组织法").bonus > 0);
        assert!(of("刑修十一", "刑法修正案（十一）").bonus > of("刑修十一", "刑法").bonus);
    }

    #[test]
    fn abbreviations_are_sure() {
        for (query, name) in [
            ("道交法", "中华人民共和国道路交通安全法"),
            ("个保法", "个人信息保护法"),
            ("刑修十一", "刑法修正案（十一）"),
            ("民法典", "民法典"),
            ("民法典", "中华人民共和国民法典"),
        ] {
            assert!(of(query, name).sure, "{query}");
        }
        for (query, name) in
            [("道交法", "轨道交通法"), ("道交", "道路交通"), ("个保法", "个人信息保护法实施条例")]
        {
            assert!(!of(query, name).sure, "{query} {name}");
        }
    }

    #[test]
    fn runs_and_postings() {
        let name = Name::new("GDP增长“八八战略”");
        let runs: Vec<String> = name.runs().map(|run| run.iter().collect()).collect();
        assert_eq!(runs, ["gdp", "增长", "八八战略"]);
        assert_eq!(name.terms(), 1 + 3 + 7);
        let names = Names::new([vec!["八八八八八", "a b a"], vec![], vec!["ab八"]].into_iter());
        let docs = |term: &str| names.postings(term, 5).iter().map(|p| p >> 4).collect::<Vec<_>>();
        assert_eq!(
            (docs("八"), docs("八八"), docs("a"), docs("ab")),
            (vec![0, 2], vec![0], vec![0], vec![2])
        );
        assert!(names.postings("八", 5)[0] & 15 > names.postings("八", 5)[1] & 15);
    }
}
