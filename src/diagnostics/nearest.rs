//! Layer 1: what an editor may have meant: the nearest of a set of words, however they were typed.
//! Knows edit distance, width, case, traditional characters and pinyin; must not know what the words stand for.

use super::traditional::simplified;
use pinyin::ToPinyin;

/// At most `count` of `candidates`, nearest first; nothing that is not close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let word = Word::new(word);
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((word.distance(&Word::new(candidate))?, candidate)))
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

/// What was meant among things that have several names each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant<'a> {
    /// The one thing, and the name of it, that differs only in case, width, script or is written in pinyin.
    pub exact: Option<(usize, &'a str)>,
    /// Up to three things, nearest first.
    pub near: Vec<usize>,
}

/// Compares `word` with the names of each of `things`.
pub fn meant<'a>(word: &str, things: &[Vec<&'a str>]) -> Meant<'a> {
    let word = Word::new(word);
    let mut same: Vec<(usize, &str)> = Vec::new();
    let mut near: Vec<(usize, usize)> = Vec::new();
    for (index, names) in things.iter().enumerate() {
        let names: Vec<(Word, &str)> = names.iter().map(|name| (Word::new(name), *name)).collect();
        if let Some((_, name)) = names.iter().find(|(name, _)| word.same(name)) {
            same.push((index, name));
        }
        if let Some(distance) = names.iter().filter_map(|(name, _)| word.distance(name)).min() {
            near.push((distance, index));
        }
    }
    near.sort_unstable();
    Meant {
        exact: if let [one] = same.as_slice() { Some(*one) } else { None },
        near: near.into_iter().take(3).map(|(_, index)| index).collect(),
    }
}

/// One width, one case, one script, hyphens for what is typed in their place.
pub fn fold(word: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '_' | '—' | '–' | '‐' => '-',
        c => simplified(c),
    };
    let folded: String = word.trim().chars().map(narrow).collect();
    let folded = folded.trim_matches([',', ';', '。', '、', ' ']);
    folded.to_lowercase().replace(['_', ' '], "-")
}

/// A word in the forms in which it is compared.
struct Word {
    folded: Vec<char>,
    /// Full pinyin without tones, and its initials; empty for a word without 汉字.
    pinyin: String,
    initials: String,
}

impl Word {
    fn new(word: &str) -> Word {
        let folded = fold(word);
        let mut pinyin = String::new();
        let mut initials = String::new();
        if !folded.is_ascii() {
            for (c, sound) in folded.chars().zip(folded.as_str().to_pinyin()) {
                let sound = sound.map_or("", |sound| sound.plain());
                match sound.chars().next() {
                    Some(first) => {
                        // lü is typed as lv and as lu.
                        pinyin.extend(sound.chars().map(|c| if matches!(c, 'ü' | 'v') { 'u' } else { c }));
                        initials.push(first);
                    }
                    None if c.is_ascii_alphanumeric() => {
                        pinyin.push(if c == 'v' { 'u' } else { c });
                        initials.push(c);
                    }
                    None => {}
                }
            }
        }
        Word { folded: folded.chars().take(64).collect(), pinyin, initials }
    }

    /// The letters of a word that may be pinyin.
    fn letters(&self) -> Option<String> {
        let typed = self.folded.iter().filter(|c| !matches!(c, '-' | '\''));
        let letters: String = typed.map(|c| if matches!(c, 'ü' | 'v') { 'u' } else { *c }).collect();
        (letters.len() >= 4 && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(letters)
    }

    fn same(&self, name: &Word) -> bool {
        self.folded == name.folded
            || (!name.pinyin.is_empty() && self.letters().is_some_and(|letters| letters == name.pinyin))
    }

    /// The edits to `name`; `None` where the two are not close: beyond two edits or a third of the length, or where
    /// half of a word would change.
    fn distance(&self, name: &Word) -> Option<usize> {
        if self.same(name) {
            return Some(0);
        }
        if let Some(letters) = self.letters().filter(|_| !name.pinyin.is_empty()) {
            if letters == name.initials {
                return Some(1);
            }
            let a: Vec<char> = letters.chars().collect();
            let b: Vec<char> = name.pinyin.chars().collect();
            return distance(&a, &b, limit(&a)).filter(|distance| *distance * 4 <= b.len());
        }
        // Sounds alike, as an input method makes it.
        if !self.pinyin.is_empty() && self.pinyin == name.pinyin && self.folded.len() > 1 {
            return Some(1);
        }
        let found = distance(&self.folded, &name.folded, limit(&self.folded))?;
        let short = self.folded.len().min(name.folded.len());
        let ascii = self.folded.iter().all(char::is_ascii);
        let close = if ascii { found * 2 < short } else { found < short };
        close.then_some(found)
    }
}

fn limit(word: &[char]) -> usize {
    match word.len() {
        0..=3 => 1,
        length => (length / 3).max(2),
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours; `None` beyond `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.pop().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_close_is_offered() {
        let words = ["lecture", "seminar", "case", "leaders", "经济", "生态文明"];
        assert_eq!(nearest("lectrue", words, 3), ["lecture"]);
        assert_eq!(nearest("生态文名", words, 3), ["生态文明"]);
        assert_eq!(nearest("经", words, 3), Vec::<&str>::new());
        assert_eq!(nearest("mathematics", words, 3), Vec::<&str>::new());
        assert_eq!(nearest("Leader", words, 3), ["leaders"]);
    }

    #[test]
    fn another_way_to_type_a_name_is_the_name() {
        let things =
            [vec!["eco", "生态文明"], vec!["party-spirit", "党性教育"], vec!["theory", "党的基本理论教育"]];
        for (word, exact) in [
            ("shengtaiwenming", Some((0, "生态文明"))),
            ("shengtai-wenming", Some((0, "生态文明"))),
            ("生態文明", Some((0, "生态文明"))),
            ("黨性教育", Some((1, "党性教育"))),
            ("Theory", Some((2, "theory"))),
            ("dangxingjiaoyu", Some((1, "党性教育"))),
            ("ｔｈｅｏｒｙ", Some((2, "theory"))),
            ("party_spirit", Some((1, "party-spirit"))),
            ("stwm", None),
            ("生太文明", None),
        ] {
            let meant = meant(word, &things);
            assert_eq!(meant.exact, exact, "{word}");
            assert_eq!(meant.near.len(), 1, "{word}: {meant:?}");
        }
        // Two things of one name: nobody knows which.
        assert_eq!(meant("A", &[vec!["a"], vec!["a"]]).exact, None);
    }
}
