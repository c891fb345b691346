//! Layer 8, search: a query's text as weighted terms. It knows no index; `search.js` repeats it.

use super::analyze::{Run, is_han, runs};

/// Only this many code points of a query are read.
pub const READ_LIMIT: usize = 1024;
/// Only the first terms that a document must hold are used ...
pub const REQUIRED_LIMIT: usize = 64;
/// ... and only so many terms in all.
pub const TERM_LIMIT: usize = 96;

/// Characters that carry grammar rather than a subject; terms of them weigh less.
const FUNCTION: &str = "的了吗呢吧啊我你他她它们是在有和与及或把被给让对从到就都也不没要能会可这那哪几多么还又很再之其所以于而因为并且但";

/// One term of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    /// In eighths.
    pub weight: u64,
    /// Whether a document must hold it to be counted. Single characters of longer runs only add to the score.
    pub required: bool,
}

/// A query ready to be looked up.
#[derive(Debug, Default)]
pub struct Parsed {
    pub terms: Vec<Term>,
    /// Letters and characters without what breaks runs, to compare with titles.
    pub letters: Vec<char>,
}

/// Reads a query: any text at all.
pub fn parse(text: &str) -> Parsed {
    let text: String = text.chars().take(READ_LIMIT).map(|c| if c == '\n' { ' ' } else { c }).collect();
    let mut required: Vec<String> = Vec::new();
    let mut optional: Vec<String> = Vec::new();
    let mut letters = Vec::new();
    runs(&text, |run| match run {
        Run::Word(word) => {
            letters.extend(word.chars());
            required.push(word.to_string());
        }
        Run::Han(han) => {
            letters.extend_from_slice(han);
            if han.len() == 1 {
                required.push(han.iter().collect());
            } else {
                required.extend(han.windows(2).map(|pair| pair.iter().collect::<String>()));
                optional.extend(han.iter().map(char::to_string));
            }
        }
    });
    let mut terms: Vec<Term> = Vec::new();
    for (texts, is_required, limit) in [(required, true, REQUIRED_LIMIT), (optional, false, TERM_LIMIT)] {
        for text in texts {
            if terms.len() < limit && terms.iter().all(|t| t.text != text) {
                let weight = weight(&text);
                terms.push(Term { text, weight, required: is_required });
            }
        }
    }
    Parsed { terms, letters }
}

fn weight(text: &str) -> u64 {
    let (mut length, mut function) = (0, 0);
    for c in text.chars() {
        if !is_han(c) {
            return 8;
        }
        length += 1;
        function += usize::from(FUNCTION.contains(c));
    }
    let base = if length == 1 { 12 } else { 8 };
    match function {
        0 => base,
        f if f == length => base / 4,
        _ => base / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_and_optional() {
        let parsed = parse("彩礼 A4 了");
        let terms: Vec<(&str, u64, bool)> =
            parsed.terms.iter().map(|t| (t.text.as_str(), t.weight, t.required)).collect();
        let expected =
            [("彩礼", 8, true), ("a4", 8, true), ("了", 3, true), ("彩", 12, false), ("礼", 12, false)];
        assert_eq!(terms, expected);
    }

    #[test]
    fn any_text_is_bounded() {
        for text in ["", " \u{0}\u{7}", "../../etc", "(a|b)*[", "<script>", "🎉🎉", "\u{301}"] {
            assert!(parse(text).terms.len() <= 3, "{text:?}");
        }
        let long: String = (0..2000).filter_map(|i| char::from_u32(0x4E00 + i)).collect();
        assert_eq!(parse(&long).terms.len(), TERM_LIMIT);
    }
}
