//! Layer 8, search: what a query asks for: its phrases and excluded words, and its words as weighted terms. It knows no
//! index; `theme/search/query.js` repeats it.

use super::analyze::{Run, flat, is_han, runs};

/// Only this many code points of a query are read.
pub const READ_LIMIT: usize = 1024;
/// Only the first terms that a document must hold are used ...
pub const REQUIRED_LIMIT: usize = 64;
/// ... and only so many terms in all.
pub const TERM_LIMIT: usize = 96;

/// The factor of a reading that says exactly what the query says, in sixteenths.
pub const EXACT: u64 = 16;

/// The weight of a term without a character of grammar, at least.
pub const WHOLE_WEIGHT: u64 = 8;

/// Characters that carry grammar rather than a subject; terms of them weigh less.
const FUNCTION: &str = "的了吗呢吧啊我你他她它们是在有和与及或把被给让对从到就都也不没要能会可这那哪几多么还又很再之其所以于而因为并且但";
const QUOTES: [(char, char); 3] = [('"', '"'), ('“', '”'), ('＂', '＂')];
const MINUS: [char; 3] = ['-', '－', '−'];

/// The parts of a query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// All that is looked for, the words of phrases among it.
    pub text: String,
    /// What stood in quotation marks.
    pub phrases: Vec<String>,
    /// What stood behind a minus sign at the beginning of a word.
    pub excluded: Vec<String>,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{A0}' | '\u{3000}')
}

/// Takes a query apart: any text at all.
pub fn split(text: &str) -> Parts {
    let chars: Vec<char> = text.chars().take(READ_LIMIT).collect();
    // the text between the quotation mark at `at` and the one that closes it, and where that ends
    let quoted = |at: usize| {
        let (_, close) = QUOTES.iter().find(|(open, _)| chars.get(at) == Some(open))?;
        let end = chars[at + 1..].iter().position(|c| c == close)? + at + 1;
        Some((chars[at + 1..end].iter().collect::<String>(), end + 1))
    };
    let mut parts = Parts::default();
    let mut at = 0;
    while at < chars.len() {
        let begins = at == 0 || is_space(chars[at - 1]);
        let next = chars.get(at + 1).is_some_and(|c| !is_space(*c) && !MINUS.contains(c));
        if let Some((phrase, end)) = quoted(at) {
            parts.text.push_str(&format!(" {phrase} "));
            parts.phrases.push(phrase);
            at = end;
        } else if MINUS.contains(&chars[at]) && begins && next {
            let (word, end) = quoted(at + 1).unwrap_or_else(|| {
                let length = chars[at + 1..].iter().take_while(|c| !is_space(**c)).count();
                (chars[at + 1..at + 1 + length].iter().collect(), at + 1 + length)
            });
            parts.excluded.push(word);
            at = end;
        } else {
            parts.text.push(chars[at]);
            at += 1;
        }
    }
    parts
}

/// One term of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    pub chars: Vec<char>,
    /// In eighths: single characters count half as much again, words of grammar a half or a quarter.
    pub weight: u64,
    /// Whether a document must hold it to be counted. Single characters of longer runs only add to the score.
    pub required: bool,
}

/// One way to read a query: its text as weighted terms.
#[derive(Debug, Default)]
pub struct Reading {
    pub terms: Vec<Term>,
    /// Letters and characters without what breaks runs, to compare with names.
    pub letters: Vec<char>,
    /// For each letter whether a run begins with it.
    pub begins: Vec<bool>,
    /// How much of a score it is worth, in sixteenths.
    pub factor: u64,
}

impl Reading {
    pub fn new(text: &str, factor: u64) -> Reading {
        let mut reading = Reading { factor, ..Reading::default() };
        let mut required: Vec<String> = Vec::new();
        let mut optional: Vec<String> = Vec::new();
        runs(text, |run| {
            let from = reading.letters.len();
            match run {
                Run::Word(word) => {
                    reading.letters.extend(word.chars());
                    required.push(word.to_string());
                }
                Run::Han(han) => {
                    reading.letters.extend_from_slice(han);
                    if han.len() == 1 {
                        required.push(han.iter().collect());
                    } else {
                        required.extend(han.windows(2).map(|pair| pair.iter().collect::<String>()));
                        optional.extend(han.iter().map(char::to_string));
                    }
                }
            }
            reading.begins.resize(reading.letters.len(), false);
            reading.begins[from] = true;
        });
        for (texts, required, limit) in [(required, true, REQUIRED_LIMIT), (optional, false, TERM_LIMIT)] {
            for text in texts {
                if reading.terms.len() < limit && reading.terms.iter().all(|t| t.text != text) {
                    let chars: Vec<char> = text.chars().collect();
                    reading.terms.push(Term { weight: weight(&chars), chars, text, required });
                }
            }
        }
        reading
    }

    /// The letters of a range as a text whose runs are apart.
    pub fn spaced(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        for at in from..to {
            if self.begins[at] && at > from {
                out.push(' ');
            }
            out.push(self.letters[at]);
        }
        out
    }
}

fn weight(chars: &[char]) -> u64 {
    if chars.iter().any(|c| !is_han(*c)) {
        return 8;
    }
    let function = chars.iter().filter(|c| FUNCTION.contains(**c)).count();
    let base = if chars.len() == 1 { 12 } else { 8 };
    match function {
        0 => base,
        f if f == chars.len() => base / 4,
        _ => base / 2,
    }
}

/// A phrase that a text must hold as it stands: words whole, Chinese at any place of its run.
pub struct Phrase(String);

impl Phrase {
    /// `None` where the terms of the phrase already say all there is to say.
    pub fn new(text: &str) -> Option<Phrase> {
        let (mut count, mut long) = (0, false);
        runs(text, |run| {
            count += 1;
            long |= matches!(run, Run::Han(han) if han.len() > 2);
        });
        if count < 2 && !long {
            return None;
        }
        let flat = flat(text);
        let inner = flat.trim_matches('\n');
        let head = if inner.starts_with(is_han) { "" } else { "\n" };
        let tail = if inner.ends_with(is_han) { "" } else { "\n" };
        Some(Phrase(format!("{head}{inner}{tail}")))
    }

    /// Whether a text made by `flat` holds it.
    pub fn is_in(&self, flat: &str) -> bool {
        flat.contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_and_optional() {
        let reading = Reading::new("彩礼 A4 了", EXACT);
        let terms: Vec<(&str, u64, bool)> =
            reading.terms.iter().map(|t| (t.text.as_str(), t.weight, t.required)).collect();
        let expected =
            [("彩礼", 8, true), ("a4", 8, true), ("了", 3, true), ("彩", 12, false), ("礼", 12, false)];
        assert_eq!(terms, expected);
    }

    #[test]
    fn any_text_is_bounded() {
        for text in
            ["", " \u{0}\u{7}", "../../etc", "(a|b)*[", "<script>", "🎉🎉", "\u{301}", "\"", "-", "--", "“”"]
        {
            assert!(Reading::new(&split(text).text, EXACT).terms.len() <= 3, "{text:?}");
        }
        let long: String = (0..2000).filter_map(|i| char::from_u32(0x4E00 + i)).collect();
        assert_eq!(Reading::new(&split(&long).text, EXACT).terms.len(), TERM_LIMIT);
    }

    #[test]
    fn phrases_and_exclusions() {
        let parts = |text: &str| {
            let parts = split(text);
            (parts.text.split_whitespace().collect::<Vec<_>>().join(" "), parts.phrases, parts.excluded)
        };
        let strings = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        assert_eq!(
            parts("民法 “合同 编” -解释 －\"a b\""),
            ("民法 合同 编".into(), strings(&["合同 编"]), strings(&["解释", "a b"]))
        );
        assert_eq!(parts("GB19299-2015 - x"), ("GB19299-2015 - x".into(), vec![], vec![]));
        assert_eq!(parts("“没有结束"), ("“没有结束".into(), vec![], vec![]));
    }

    #[test]
    fn phrases_hold_on_the_text() {
        let holds = |phrase: &str, text: &str| Phrase::new(phrase).unwrap().is_in(&flat(text));
        assert!(holds("八八战略", "忠实践行“八八战略”"));
        assert!(!holds("八八战略", "八八，战略"));
        assert!(holds("1+1+6", "按1＋1＋6＋X安排") && !holds("1+1+6", "11 1 6"));
        assert!(holds("GDP增长", "人均gdp 增长率") && !holds("DP增长", "GDP增长"));
        assert!(Phrase::new("民法").is_none() && Phrase::new("GDP").is_none() && Phrase::new("").is_none());
    }
}
