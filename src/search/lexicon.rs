//! Layer 8, search: what a pack tells its readers about words: groups of synonyms, how names begin, how characters
//! sound. Gathered from the entries, so it holds for any collection. It knows no posting list and no query.

use super::analyze::is_han;
use super::invert::Postings;
use super::query::{EXACT, Reading};
use super::synonym::{Word, holds, letters};
use super::{Entry, FacetLabels};
use pinyin::ToPinyinMulti;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Names of at most so many letters stand for each other with the aliases of their document.
const NAME_LIMIT: usize = 12;

/// How characters sound, for pinyin and for slips of the pen: the characters, and for each its syllables without tones,
/// a space between them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sounds {
    pub chars: String,
    pub sounds: Vec<String>,
}

/// The sounds of every character of a name, a label or a word with synonyms.
pub fn sounds(entries: &[Entry<'_>], labels: &FacetLabels, groups: &[Vec<Word>]) -> Sounds {
    let labels = labels.0.iter().flat_map(|facet| facet.values.iter().map(|(_, label)| label.as_str()));
    let words = groups.iter().flatten().filter(|word| word.held).map(|word| word.text.as_str());
    let all = entries.iter().flat_map(names).chain(labels).chain(words);
    let chars: BTreeSet<char> = all.flat_map(letters).filter(|c| is_han(*c)).collect();
    let mut out = Sounds::default();
    for c in chars {
        let Some(all) = c.to_pinyin_multi() else { continue };
        let mut syllables: Vec<String> = Vec::new();
        // ü is typed as v, and in lüe and nüe as u too
        let typed =
            all.into_iter().flat_map(|p| [p.plain().replace('ü', "v"), p.plain().replace("üe", "ue")]);
        for syllable in typed {
            // a few interjections are written with letters that nobody types
            if syllable.bytes().all(|b| b.is_ascii_lowercase()) && !syllables.contains(&syllable) {
                syllables.push(syllable);
            }
        }
        out.chars.push(c);
        out.sounds.push(syllables.join(" "));
    }
    out
}

fn names<'a>(entry: &'a Entry<'_>) -> impl Iterator<Item = &'a str> {
    std::iter::once(entry.title.as_str()).chain(entry.aliases.iter().map(String::as_str))
}

/// Groups of words that mean the same: those given, the names of documents with their aliases, and what the texts
/// themselves define. Of each group the words that the site holds are what a query is extended by.
pub fn groups(entries: &[Entry<'_>], given: &[Vec<String>], postings: &Postings) -> Vec<Vec<Word>> {
    let mut groups: BTreeSet<Vec<String>> = given.iter().cloned().collect();
    for entry in entries.iter().filter(|entry| !entry.aliases.is_empty()) {
        let short = names(entry).filter(|name| (2..=NAME_LIMIT).contains(&letters(name).len()));
        groups.insert(short.map(str::to_string).collect());
    }
    groups.extend(definitions(entries).into_iter().map(|(short, long)| vec![short, long]));
    let titles: FxHashSet<char> = entries.iter().flat_map(names).flat_map(letters).collect();
    let held = |word: &String| {
        let terms = Reading::new(word, EXACT).terms;
        let is_held = |term: &str| postings.rank(term).is_some() || term.chars().all(|c| titles.contains(&c));
        !terms.is_empty() && terms.iter().filter(|term| term.required).all(|term| is_held(&term.text))
    };
    groups
        .into_iter()
        .map(|words| words.into_iter().map(|text| Word { held: held(&text), text }).collect::<Vec<_>>())
        .filter(|words| useful(words))
        .collect()
}

/// Whether a word of the group leads to another that is not found with it anyhow.
fn useful(words: &[Word]) -> bool {
    let letters: Vec<Vec<char>> = words.iter().map(|word| letters(&word.text)).collect();
    words
        .iter()
        .zip(&letters)
        .any(|(word, own)| word.held && letters.iter().any(|key| !holds(own, key) && !holds(key, own)))
}

/// `爱国卫生运动委员会（以下简称爱卫会）`: what texts say of their own abbreviations, each once.
fn definitions(entries: &[Entry<'_>]) -> BTreeSet<(String, String)> {
    let found: Vec<BTreeSet<(String, String)>> = entries
        .par_iter()
        .map(|entry| {
            let mut found = BTreeSet::new();
            for section in &entry.sections {
                for place in memchr::memmem::find_iter(section.text.as_bytes(), "简称") {
                    found.extend(definition(&section.text, place));
                }
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

const SHORT: std::ops::RangeInclusive<usize> = 2..=8;
const LONG: std::ops::RangeInclusive<usize> = 4..=20;

/// The short and the long form, where the short one is letters of the long one from its first to its last and the long
/// one is a single run of Chinese before the bracket.
fn definition(text: &str, at: usize) -> Option<(String, String)> {
    let before = text[..at].trim_end_matches(['以', '下']).strip_suffix(['（', '('])?;
    let after = text[at + "简称".len()..].trim_start_matches(['为', '：', ':', '“', '"', '「', '《']);
    let short: Vec<char> = after.chars().take(*SHORT.end() + 1).take_while(|c| is_han(*c)).collect();
    let end = after.chars().nth(short.len())?;
    if !SHORT.contains(&short.len()) || !matches!(end, '）' | ')' | '”' | '"' | '」' | '》') {
        return None;
    }
    let before = before.strip_suffix(['”', '"']).unwrap_or(before);
    let mut run: Vec<char> = before.chars().rev().take_while(|c| is_han(*c)).take(*LONG.end()).collect();
    run.reverse();
    if run.last() != short.last() {
        return None;
    }
    // the shortest end of the run that begins with the first letter and holds the others in their order
    let long = (0..run.len()).rev().map(|from| &run[from..]).find(|long| {
        let mut rest = long.iter();
        long[0] == short[0] && short.iter().all(|c| rest.any(|own| own == c))
    })?;
    let contiguous = long.windows(short.len()).any(|part| part == short);
    let text = |chars: &[char]| chars.iter().collect::<String>();
    (LONG.contains(&long.len()) && !contiguous).then(|| (text(&short), text(long)))
}

/// A beginning is common when so many titles have it, or one in so many where there are more ...
const COMMON_AT_LEAST: usize = 8;
const COMMON_SHARE: usize = 400;
/// ... and the name goes on in at least so many ways, none of them more than half of all.
const BRANCHES: usize = 5;
const BEGINNING: std::ops::RangeInclusive<usize> = 2..=12;

/// How titles often begin before they come to their subject: 中华人民共和国, 最高人民法院关于. Sorted.
pub fn beginnings(entries: &[Entry<'_>]) -> Vec<String> {
    let mut next: FxHashMap<Vec<char>, FxHashMap<char, usize>> = FxHashMap::default();
    for entry in entries {
        let title: Vec<char> = letters(&entry.title).into_iter().take_while(|c| is_han(*c)).collect();
        for length in BEGINNING.filter(|length| *length < title.len()) {
            *next.entry(title[..length].to_vec()).or_default().entry(title[length]).or_default() += 1;
        }
    }
    let least = COMMON_AT_LEAST.max(entries.len() / COMMON_SHARE);
    let common = next.into_iter().filter(|(_, ways)| {
        let count: usize = ways.values().sum();
        count >= least && ways.len() >= BRANCHES && ways.values().all(|way| way * 2 <= count)
    });
    let mut common: Vec<Vec<char>> = common.map(|(letters, _)| letters).collect();
    common.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
    // one character more is no beginning of its own: after 中华人民共和国 many names go on with 国, as 国务院 and 国家
    let mut beginnings: Vec<Vec<char>> = Vec::new();
    for letters in common {
        let shorter = beginnings.iter().filter(|own| letters.starts_with(own)).map(Vec::len).max();
        if shorter.is_none_or(|shorter| letters.len() >= shorter + 2) {
            beginnings.push(letters);
        }
    }
    beginnings.sort_unstable();
    beginnings.iter().map(|letters| letters.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_of_texts() {
        let of = |text: &str| {
            let place = text.find("简称").unwrap();
            definition(text, place).map(|(short, long)| format!("{short}={long}"))
        };
        let known = [
            ("市爱国卫生运动委员会（以下简称爱卫会）负责", "爱卫会=爱国卫生运动委员会"),
            ("中国证券监督管理委员会(以下简称“证监会”)", "证监会=证券监督管理委员会"),
            ("由“机动车交通事故责任强制保险”（简称交强险）", "交强险=交通事故责任强制保险"),
        ];
        for (text, expected) in known {
            assert_eq!(of(text).as_deref(), Some(expected));
        }
        for text in [
            "从事经营的单位（以下简称业主）",
            "条例（以下简称本条例）",
            "简称",
            "证券法（以下简称证券法）",
            "（简称甲）",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn titles_begin_alike() {
        let titles = ["民法典", "刑法", "公司法", "电影法", "水法", "旅游法", "反诈法", "行政法"];
        let entries: Vec<Entry<'_>> = titles
            .iter()
            .map(|title| Entry { title: format!("中华人民共和国{title}"), ..Entry::default() })
            .collect();
        assert_eq!(beginnings(&entries), ["中华人民共和国"]);
        assert!(beginnings(&entries[1..]).is_empty());
    }

    #[test]
    fn polyphones_have_all_their_sounds() {
        let entry = Entry { title: "重庆绿水".to_string(), ..Entry::default() };
        let sounds = sounds(&[entry], &FacetLabels::default(), &[]);
        let of = |c: char| sounds.sounds[sounds.chars.chars().position(|own| own == c).unwrap()].as_str();
        assert!(of('重').split(' ').any(|s| s == "chong") && of('重').split(' ').any(|s| s == "zhong"));
        assert!(of('绿').split(' ').any(|s| s == "lv"), "{}", of('绿'));
    }
}
