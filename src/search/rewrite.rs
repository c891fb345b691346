//! Layer 8, search: other ways to write a query, when nothing says what was typed: simplified characters, the Chinese
//! that pinyin spells, the name that it is a slip of the pen for. It knows no posting list; `theme/search/rewrite.js`
//! repeats it.

use super::analyze::{is_han, normalized};
use super::edit::nearest;
use super::lexicon::Sounds;
use super::names::Name;
use rustc_hash::FxHashMap;

/// Longer texts spell nothing.
const PINYIN_LIMIT: usize = 40;
/// Longer texts are no slip of the pen.
const TYPO_LIMIT: usize = 24;

/// A text with every traditional character replaced; `None` if there is none. `pairs`: traditional, simplified.
pub fn simplified(text: &str, pairs: &FxHashMap<char, char>) -> Option<String> {
    let out: String = text.chars().map(|c| *pairs.get(&c).unwrap_or(&c)).collect();
    (out != text).then_some(out)
}

/// A run of Chinese that the site is known by.
struct Known {
    count: i64,
    /// It is a whole name.
    whole: bool,
}

/// Runs of Chinese in titles, aliases, labels of facets and words with synonyms.
pub struct Stock(FxHashMap<Vec<char>, Known>);

impl Stock {
    pub fn new<'a>(names: impl Iterator<Item = &'a Name>) -> Stock {
        let mut stock: FxHashMap<Vec<char>, Known> = FxHashMap::default();
        for name in names {
            let whole = name.runs().count() == 1;
            for run in name.runs().filter(|run| is_han(run[0])) {
                let known = stock.entry(run.to_vec()).or_insert(Known { count: 0, whole: false });
                known.count += 1;
                known.whole |= whole;
            }
        }
        Stock(stock)
    }
}

/// The syllables of characters.
pub struct Spelling(FxHashMap<char, Vec<String>>);

impl Spelling {
    pub fn new(sounds: &Sounds) -> Spelling {
        let syllables = sounds.sounds.iter().map(|s| s.split(' ').map(str::to_string).collect());
        Spelling(sounds.chars.chars().zip(syllables).collect())
    }

    fn of(&self, c: char) -> &[String] {
        self.0.get(&c).map_or(&[], Vec::as_slice)
    }

    fn alike(&self, a: char, b: char) -> bool {
        a == b || self.of(a).iter().any(|s| self.of(b).contains(s))
    }
}

/// The letters of a text that may be pinyin.
pub fn pinyin_of(text: &str) -> Option<String> {
    let letters: String = normalized(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r' | '\'' | '’'))
        .map(|c| if c == 'ü' { 'v' } else { c })
        .collect();
    (!letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase())).then_some(letters)
}

/// How pinyin is read: where the characters end, and how many give their whole syllable and how many only its beginning.
#[derive(Clone, Copy)]
struct Read {
    end: usize,
    full: u32,
    initials: u32,
}

/// The best way in which `chars[at..]` read `letters`. Each character gives its whole syllable or its initial, the last
/// one any beginning of a syllable.
fn spelled(chars: &[char], spelling: &Spelling, at: usize, letters: &str) -> Option<Read> {
    if letters.is_empty() {
        return Some(Read { end: at, full: 0, initials: 0 });
    }
    let mut best: Option<Read> = None;
    for syllable in spelling.of(*chars.get(at)?) {
        let initial = if ["zh", "ch", "sh"].iter().any(|i| syllable.starts_with(i)) { 2 } else { 1 };
        let mut lengths = vec![syllable.len(), initial];
        if initial == 2 {
            lengths.push(1);
        }
        if letters.len() != initial && letters.len() != 1 {
            lengths.push(letters.len());
        }
        for length in lengths {
            if length > syllable.len() || letters.get(..length) != syllable.get(..length) {
                continue;
            }
            let Some(rest) = spelled(chars, spelling, at + 1, &letters[length..]) else { continue };
            let whole = length == syllable.len();
            let read = Read {
                end: rest.end,
                full: rest.full + u32::from(whole),
                initials: rest.initials + u32::from(!whole),
            };
            if best.is_none_or(|b| (read.end, read.initials) < (b.end, b.initials)) {
                best = Some(read);
            }
        }
    }
    best
}

/// The best of the candidates: the greatest rank, the first text of equals.
fn best(candidates: FxHashMap<Vec<char>, [i64; 6]>) -> Option<String> {
    let best = candidates.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
    Some(best.0.into_iter().collect())
}

/// The Chinese that pinyin spells in a name.
pub fn from_pinyin(letters: &str, stock: &Stock, spelling: &Spelling) -> Option<String> {
    if !(2..=PINYIN_LIMIT).contains(&letters.len()) {
        return None;
    }
    let mut found: FxHashMap<Vec<char>, [i64; 6]> = FxHashMap::default();
    for (run, known) in &stock.0 {
        for at in 0..run.len() {
            let Some(read) = spelled(run, spelling, at, letters).filter(|read| read.end - at >= 2) else {
                continue;
            };
            let kind = match (read.full, read.initials) {
                (_, 0) => 2,
                (0, _) => 1,
                _ => 0,
            };
            if kind == 0 && letters.len() < 4 {
                continue;
            }
            let rank = found.entry(run[at..read.end].to_vec()).or_insert([
                0,
                0,
                0,
                0,
                at as i64 - read.end as i64,
                0,
            ]);
            rank[0] = rank[0].max(kind);
            rank[1] = rank[1].max(i64::from(known.whole && at == 0 && read.end == run.len()));
            rank[2] = rank[2].max(i64::from(at == 0));
            rank[3] += known.count;
        }
    }
    best(found)
}

/// Parts of names that a Chinese text may be a slip of the pen for, with what speaks for each.
pub struct Slips(FxHashMap<Vec<char>, [i64; 6]>);

impl Slips {
    pub fn new(letters: &[char], stock: &Stock) -> Slips {
        let mut found: FxHashMap<Vec<char>, [i64; 6]> = FxHashMap::default();
        if !(4..=TYPO_LIMIT).contains(&letters.len()) || !letters.iter().all(|c| is_han(*c)) {
            return Slips(found);
        }
        let most = if letters.len() < 8 { 1 } else { 2 };
        for (run, known) in &stock.0 {
            // each letter that is not there at all is an edit
            if letters.iter().filter(|c| !run.contains(c)).count() > most {
                continue;
            }
            let Some(near) = nearest(run, letters, most) else { continue };
            let name = &run[near.from..near.end];
            // of a short text nothing is left out
            if letters.len() < 6 && name.len() < letters.len() {
                continue;
            }
            let difference = name.len().abs_diff(letters.len()) as i64;
            let rank =
                found.entry(name.to_vec()).or_insert([-(near.distance as i64), 0, 0, 0, 0, -difference]);
            rank[2] = rank[2].max(i64::from(known.whole && near.from == 0 && near.end == run.len()));
            rank[3] = rank[3].max(i64::from(near.from == 0));
            rank[4] += known.count;
        }
        Slips(found)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The likeliest: of equally near ones that which sounds alike.
    pub fn likeliest(mut self, letters: &[char], spelling: &Spelling) -> Option<String> {
        for (name, rank) in &mut self.0 {
            let alike =
                name.len() == letters.len() && name.iter().zip(letters).all(|(a, b)| spelling.alike(*a, *b));
            rank[1] = i64::from(alike);
        }
        best(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::sounds;
    use super::super::{Entry, FacetLabels};
    use super::*;

    fn known(titles: &[&str]) -> (Stock, Spelling) {
        let names: Vec<Name> = titles.iter().map(|title| Name::new(title)).collect();
        let entry = Entry { title: titles.join("，") + "坏和", ..Entry::default() };
        (Stock::new(names.iter()), Spelling::new(&sounds(&[entry], &FacetLabels::default(), &[])))
    }

    #[test]
    fn pinyin_finds_names() {
        let (stock, spelling) =
            known(&["忠实践行“八八战略”", "八八战略", "红船精神", "红船", "重庆干部", "弘传"]);
        let of = |text: &str| from_pinyin(&pinyin_of(text).unwrap(), &stock, &spelling);
        for (text, name) in [
            ("bbzl", "八八战略"),
            ("babazhanlue", "八八战略"),
            ("ba ba zhan lve", "八八战略"),
            ("hongchuanjingshen", "红船精神"),
            ("HCJS", "红船精神"),
            ("hongchuanjs", "红船精神"),
            ("hongchuan", "红船"),
            ("chongqing", "重庆"),
            ("zhongqing", "重庆"),
            ("zhongsj", "忠实践"),
        ] {
            assert_eq!(of(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(of("qqqq"), None);
        assert_eq!(pinyin_of("A4"), None);
        assert_eq!(pinyin_of("  "), None);
    }

    #[test]
    fn slips_find_names() {
        let (stock, spelling) = known(&["优化营商环境条例", "劳动合同法", "劳动争议法", "“八八战略”"]);
        let of = |text: &str| {
            let letters: Vec<char> = text.chars().collect();
            Slips::new(&letters, &stock).likeliest(&letters, &spelling)
        };
        assert_eq!(of("劳动和同法").as_deref(), Some("劳动合同法"));
        assert_eq!(of("优化营商坏境条例").as_deref(), Some("优化营商环境条例"));
        assert_eq!(of("劳动同合法").as_deref(), Some("劳动合同法"));
        assert_eq!(of("八八战咯").as_deref(), Some("八八战略"));
        assert_eq!((of("水法"), of("毫不相干的话"), of("")), (None, None, None));
    }
}
