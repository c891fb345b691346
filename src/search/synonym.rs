//! Layer 8, search: the same query in other words. It knows no index; `theme/search/rewrite.js` repeats it.

use super::analyze::{Run, is_han, runs};
use super::numeral::other_numerals;
use super::query::{EXACT, Reading};
use rustc_hash::FxHashMap;

/// So many ways to read a query are tried.
const READINGS: usize = 8;
/// So many other words are tried for a word.
const ALTERNATIVES: usize = 2;
/// What a score is worth that another word earned, in sixteenths.
const OTHER_WORD: u64 = 12;

/// A word of a group, and whether the site holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub held: bool,
}

/// Groups as the pack stores them: one a line, words with a tab between them, `~` before those that the site does not
/// hold.
pub fn write(groups: &[Vec<Word>]) -> String {
    let word = |word: &Word| format!("{}{}", if word.held { "" } else { "~" }, word.text);
    let line = |group: &Vec<Word>| group.iter().map(word).collect::<Vec<_>>().join("\t");
    groups.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Words by their letters, each with the other words of its groups.
#[derive(Debug, Default)]
pub struct Synonyms {
    words: FxHashMap<Vec<char>, Vec<String>>,
    longest: usize,
    /// All words that the site holds.
    pub held: Vec<String>,
}

/// The letters of a text, without what breaks runs.
pub fn letters(text: &str) -> Vec<char> {
    let mut out = Vec::new();
    runs(text, |run| match run {
        Run::Han(han) => out.extend_from_slice(han),
        Run::Word(word) => out.extend(word.chars()),
    });
    out
}

impl Synonyms {
    /// Reads what `write` wrote. A word that is part of another is found with it anyhow.
    pub fn new(lines: &str) -> Synonyms {
        let mut synonyms = Synonyms::default();
        for line in lines.split('\n') {
            let words: Vec<(bool, &str, Vec<char>)> = line
                .split('\t')
                .map(|word| {
                    let text = word.strip_prefix('~').unwrap_or(word);
                    (text.len() == word.len(), text, letters(text))
                })
                .collect();
            for (held, text, key) in &words {
                if *held {
                    synonyms.held.push(text.to_string());
                }
                let mut others = synonyms.words.remove(key).unwrap_or_default();
                for (held, text, own) in &words {
                    let new = !others.iter().any(|other| letters(other) == *own);
                    if *held && new && !holds(own, key) && !holds(key, own) {
                        others.push(text.to_string());
                    }
                }
                if !others.is_empty() {
                    synonyms.longest = synonyms.longest.max(key.len());
                    synonyms.words.insert(key.clone(), others);
                }
            }
        }
        synonyms
    }

    /// Where the query has a word with synonyms, the longest first where they overlap.
    fn places<'a>(&'a self, query: &Reading) -> Vec<Place<'a>> {
        let letters = &query.letters;
        // not in the middle of a word of letters and digits
        let edge = |at: usize| letters.get(at).is_none_or(|c| query.begins[at] || is_han(*c));
        let mut places = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            let longest = self.longest.min(letters.len() - at);
            let found = (2..=longest).rev().find_map(|length| {
                let words = self.words.get(&letters[at..at + length])?;
                (edge(at) && edge(at + length)).then_some(Place { from: at, to: at + length, words })
            });
            at = found.as_ref().map_or(at + 1, |place| place.to);
            places.extend(found);
        }
        places
    }

    /// The query, its numerals written the other way, and what it says in other words; and those words.
    pub fn readings(&self, text: &str) -> (Vec<Reading>, Vec<String>) {
        let first = Reading::new(text, EXACT);
        let places = self.places(&first);
        let mut others: Vec<Reading> =
            other_numerals(text).map(|text| Reading::new(&text, EXACT)).into_iter().collect();
        let mut also: Vec<String> = Vec::new();
        for place in &places {
            for word in place.words.iter().take(ALTERNATIVES) {
                others.push(replaced(&first, &[(place, word)]));
                if !also.contains(word) {
                    also.push(word.clone());
                }
            }
        }
        if places.len() > 1 {
            let all: Vec<(&Place<'_>, &str)> = places.iter().map(|p| (p, p.words[0].as_str())).collect();
            others.push(replaced(&first, &all));
        }
        others.truncate(READINGS - 1);
        let mut readings = vec![first];
        readings.append(&mut others);
        (readings, also)
    }
}

/// Whether letters stand in others as they are.
pub fn holds(letters: &[char], part: &[char]) -> bool {
    part.is_empty() || letters.windows(part.len()).any(|window| window == part)
}

struct Place<'a> {
    from: usize,
    to: usize,
    words: &'a [String],
}

/// The query with other words in some places.
fn replaced(query: &Reading, choices: &[(&Place<'_>, &str)]) -> Reading {
    let mut text = String::new();
    let mut at = 0;
    for (place, word) in choices {
        text.push_str(&format!(" {} {word}", query.spaced(at, place.from)));
        at = place.to;
    }
    text.push_str(&format!(" {}", query.spaced(at, query.letters.len())));
    Reading::new(&text, OTHER_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_replace_the_longest_word() {
        let synonyms = Synonyms::new("两山\t绿水青山就是金山银山\n两山理念\t“双山”理论\nAI\t人工智能");
        let (readings, also) = synonyms.readings("两山理念与AI");
        let letters: Vec<String> = readings.iter().map(|r| r.letters.iter().collect()).collect();
        assert_eq!(letters, ["两山理念与ai", "双山理论与ai", "两山理念与人工智能", "双山理论与人工智能"]);
        assert_eq!(also, ["“双山”理论", "人工智能"]);
        assert_eq!(readings[1].factor, OTHER_WORD);
        assert_eq!(synonyms.readings("maintain AIs").0.len(), 1);
        assert_eq!(synonyms.readings("第11条").0.len(), 2);
        assert!(synonyms.readings("两山 AI 两山理念 两山 AI 两山 AI").0.len() <= READINGS);
    }

    #[test]
    fn only_words_that_the_site_holds_are_tried() {
        let word = |text: &str, held| Word { text: text.into(), held };
        let lines = write(&[vec![word("老公", false), word("丈夫", true), word("大丈夫", true)]]);
        let synonyms = Synonyms::new(&lines);
        assert_eq!(synonyms.readings("老公").1, ["丈夫", "大丈夫"]);
        assert!(synonyms.readings("丈夫").1.is_empty());
        assert!(Synonyms::new("").readings("丈夫").1.is_empty());
    }
}
