//! Layer 8, search: the analyzer "kb1". It cuts a text into runs and runs into terms; the browser client repeats it
//! code point by code point (`theme/search/analyze.js`, shared vectors in `tests/search/analyzer.json`). It knows no
//! index, no document and no dictionary.
//!
//! A text is brought to NFKC and lower case (code point by code point, so no context rule such as the final sigma).
//! A run of Han characters gives every character and every adjacent pair; a run of other letters and digits is one
//! word. Combining marks and invisible format characters are dropped and break nothing; all else breaks a run, and so
//! does the border between Han and other letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name of this analyzer in a pack. Readers refuse a pack made by another one.
pub const VERSION: &str = "kb1";

/// A word longer than this many code points is cut here, in documents and in queries alike.
pub const WORD_LIMIT: usize = 64;

/// One run of the analysed text.
#[derive(Debug, PartialEq, Eq)]
pub enum Run<'a> {
    /// Han characters without a break, at least one.
    Han(&'a [char]),
    /// Any other letters and digits, at least one code point.
    Word(&'a str),
}

enum Class {
    Han,
    Word,
    Skip,
    Break,
}

/// Han characters by code point, the astral planes, 々 and 〇 included.
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF | 0x3005 | 0x3007)
}

/// What breaks nothing: invisible format characters that editors paste without knowing (soft hyphen, zero widths,
/// direction marks), and the dot inside a foreign name, which some people leave out.
fn is_ignorable(c: char) -> bool {
    matches!(c as u32, 0xAD | 0xB7 | 0x180E | 0x200B..=0x200F | 0x2027 | 0x202A..=0x202E | 0x2060..=0x2064 | 0x30FB
        | 0xFEFF)
}

/// Whether a character is passed over as if it were not there.
pub fn is_skipped(c: char) -> bool {
    matches!(class(c), Class::Skip)
}

/// Whether a folded character is part of a run of letters and digits.
pub fn is_word(c: char) -> bool {
    matches!(class(c), Class::Word)
}

fn class(c: char) -> Class {
    if is_han(c) {
        Class::Han
    } else if c.is_ascii() {
        if c.is_ascii_alphanumeric() { Class::Word } else { Class::Break }
    } else if is_ignorable(c) || is_combining_mark(c) {
        Class::Skip
    } else if c.is_alphanumeric() {
        Class::Word
    } else {
        Class::Break
    }
}

/// Characters that normalise by themselves, whatever stands next to them: nearly every line of Chinese text consists
/// of them alone and needs no normalisation tables.
fn is_plain(c: char) -> bool {
    matches!(c as u32, 0..=0x7F | 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x3000..=0x3002 | 0x3005 | 0x3007..=0x3011
        | 0x3014..=0x301B | 0xFF01..=0xFF5E | 0x2010..=0x2016 | 0x2018..=0x2027 | 0xB7)
}

fn fold_plain(c: char) -> char {
    let code = c as u32;
    let narrow =
        if (0xFF01..=0xFF5E).contains(&code) { char::from_u32(code - 0xFEE0).unwrap_or(c) } else { c };
    narrow.to_ascii_lowercase()
}

/// Calls `emit` with every run of `text`, in order. A line break always breaks a run.
pub fn runs(text: &str, mut emit: impl FnMut(Run<'_>)) {
    let mut cutter = Cutter { han: Vec::new(), word: String::new(), length: 0 };
    for line in text.split('\n') {
        if line.chars().all(is_plain) {
            for c in line.chars() {
                cutter.push(fold_plain(c), &mut emit);
            }
        } else {
            for c in line.nfkc().flat_map(char::to_lowercase) {
                cutter.push(c, &mut emit);
            }
        }
        cutter.flush(&mut emit);
    }
}

struct Cutter {
    han: Vec<char>,
    word: String,
    length: usize,
}

impl Cutter {
    fn push(&mut self, c: char, emit: &mut impl FnMut(Run<'_>)) {
        match class(c) {
            Class::Han => {
                self.flush_word(emit);
                self.han.push(c);
            }
            Class::Word => {
                self.flush_han(emit);
                if self.length < WORD_LIMIT {
                    self.word.push(c);
                    self.length += 1;
                }
            }
            Class::Skip => {}
            Class::Break => self.flush(emit),
        }
    }

    fn flush(&mut self, emit: &mut impl FnMut(Run<'_>)) {
        self.flush_han(emit);
        self.flush_word(emit);
    }

    fn flush_han(&mut self, emit: &mut impl FnMut(Run<'_>)) {
        if !self.han.is_empty() {
            emit(Run::Han(&self.han));
            self.han.clear();
        }
    }

    fn flush_word(&mut self, emit: &mut impl FnMut(Run<'_>)) {
        if self.length > 0 {
            emit(Run::Word(&self.word));
            self.word.clear();
            self.length = 0;
        }
    }
}

/// Normalised and in lower case, as the runs of a text are.
pub fn normalized(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// A text as its runs, a line feed before, between and after them: to look for a phrase.
pub fn flat(text: &str) -> String {
    let mut out = String::from("\n");
    runs(text, |run| {
        match run {
            Run::Han(han) => out.extend(han),
            Run::Word(word) => out.push_str(word),
        }
        out.push('\n');
    });
    out
}

/// One code point as excerpts compare it: normalised and lower case where that gives exactly one code point.
pub fn fold(c: char) -> char {
    if is_plain(c) {
        return fold_plain(c);
    }
    let single = |mut it: Box<dyn Iterator<Item = char>>| it.next().filter(|_| it.next().is_none());
    single(Box::new(std::iter::once(c).nfkc())).and_then(|n| single(Box::new(n.to_lowercase()))).unwrap_or(c)
}

/// All terms of a text in order, for tests and tools.
#[cfg(test)]
pub fn terms(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    runs(text, |run| match run {
        Run::Word(word) => out.push(word.to_string()),
        Run::Han(han) => {
            out.extend(han.iter().map(char::to_string));
            out.extend(han.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        text: String,
        terms: Vec<String>,
    }

    #[test]
    fn shared_vectors() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../tests/search/analyzer.json")).unwrap();
        assert!(vectors.len() >= 20);
        for v in vectors {
            assert_eq!(terms(&v.text), v.terms, "{:?}", v.text);
        }
    }

    #[test]
    fn the_fast_path_agrees_with_the_tables() {
        for c in (0..0x11_0000).filter_map(char::from_u32).filter(|c| is_plain(*c) && *c != '\n') {
            let slow: String = std::iter::once(c).nfkc().flat_map(char::to_lowercase).collect();
            let kept = |s: &str| {
                s.chars().filter(|c| matches!(class(*c), Class::Han | Class::Word)).collect::<String>()
            };
            assert_eq!(kept(&fold_plain(c).to_string()), kept(&slow), "{c:?}");
        }
    }
}
