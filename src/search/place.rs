//! Layer 8, search: where a document says what was asked: up to three places, each with its heading and some sentences
//! in which every match is marked. Plain text out; `theme/search/place.js` repeats it. It knows no storage.

use super::analyze::{fold, is_han, is_skipped, is_word};
use super::query::Reading;
use super::rank::Terms;
use serde::Serialize;

/// Places of a document.
const PLACES: usize = 3;
/// Matches are added up over this many characters.
const WINDOW: usize = 64;
/// Only so many matches of a text are looked at.
const MATCHES: usize = 4096;
/// A sentence is shown from its beginning when that is so near to the first match; a clause from half as far.
const BEFORE: usize = 24;
/// A place ends with a sentence that ends between these, else it is cut.
const LEAST: usize = 40;
const LONGEST: usize = 100;
const CUT: usize = 90;
const SENTENCE: &str = "。！？；\n";
const CLAUSE: &str = "，、：";

/// What separates the sections of a stored text, and an anchor from its heading.
pub const SECTION: char = '\u{1}';
pub const HEADING: char = '\u{2}';

/// A part of a document where a query was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Empty before the first heading.
    pub heading: String,
    /// Relative to the site's root, with the heading's anchor.
    pub url: String,
    /// By turns plain and marked; the first is plain.
    pub parts: Vec<String>,
}

/// One section of a stored text.
pub struct Section<'a> {
    anchor: &'a str,
    pub heading: &'a str,
    pub text: &'a str,
}

/// Takes a stored text apart.
pub fn sections(text: &str) -> impl Iterator<Item = Section<'_>> {
    text.split(SECTION).enumerate().map(|(index, part)| {
        if index == 0 {
            return Section { anchor: "", heading: "", text: part };
        }
        let (head, text) = part.split_once('\n').unwrap_or((part, ""));
        let (anchor, heading) = head.split_once(HEADING).unwrap_or(("", head));
        Section { anchor, heading, text }
    })
}

struct Wanted {
    text: String,
    chars: Vec<char>,
    weight: u64,
    /// Letters and digits, which match whole words only.
    word: bool,
}

struct Match {
    from: usize,
    end: usize,
    term: usize,
}

/// Finds the terms of a query in texts.
pub struct Finder {
    terms: Vec<Wanted>,
}

impl Finder {
    /// Of all readings, each with the weights of its terms.
    pub fn new<'a>(readings: impl Iterator<Item = (&'a Reading, &'a [u64])>) -> Finder {
        let mut terms: Vec<Wanted> = Vec::new();
        for (reading, weights) in readings {
            for (term, weight) in reading.terms.iter().zip(weights) {
                // words of grammar alone stand everywhere
                if term.required && term.weight > 2 && terms.iter().all(|t| t.chars != term.chars) {
                    let word = !is_han(term.chars[0]);
                    let (text, chars) = (term.text.clone(), term.chars.clone());
                    terms.push(Wanted { text, chars, weight: *weight, word });
                }
            }
        }
        Finder { terms }
    }

    /// The first `limit` matches. Marks that break nothing are passed over, as the analyzer does.
    fn matches(&self, letters: &[char], limit: usize) -> Vec<Match> {
        let (mut kept, mut places) = (Vec::new(), Vec::new());
        for (at, c) in letters.iter().enumerate().filter(|(_, c)| !is_skipped(**c)) {
            kept.push(fold(*c));
            places.push(at);
        }
        let mut out = Vec::new();
        for at in 0..kept.len() {
            for (term, wanted) in self.terms.iter().enumerate() {
                if out.len() == limit {
                    return out;
                }
                let end = at + wanted.chars.len();
                if kept[at] != wanted.chars[0] || !kept[at..].starts_with(&wanted.chars) {
                    continue;
                }
                let inside = at > 0 && is_word(kept[at - 1]) || kept.get(end).is_some_and(|c| is_word(*c));
                if !(wanted.word && inside) {
                    out.push(Match { from: places[at], end: places[end - 1] + 1, term });
                }
            }
        }
        out
    }

    /// A title in pieces.
    pub fn title(&self, title: &str) -> Vec<String> {
        let letters: Vec<char> = title.chars().collect();
        pieces(&letters, &self.matches(&letters, MATCHES), 0, letters.len())
    }

    /// The weight of the terms that a document's text holds.
    pub fn held(&self, doc: u32, found: &Terms) -> u64 {
        let holds = |text: &str| {
            let list = found.get(text).and_then(|found| found.body.as_ref());
            list.is_some_and(|list| list.postings.binary_search_by_key(&doc, |posting| posting >> 4).is_ok())
        };
        self.terms.iter().filter(|term| holds(&term.text)).map(|term| term.weight).sum()
    }

    /// The window where the weightiest set of terms stands, the earliest of equals.
    fn densest(&self, matches: &[Match]) -> Window {
        let mut best = Window::default();
        // in which window a term was seen last
        let mut seen = vec![usize::MAX; self.terms.len()];
        for (window, start) in matches.iter().enumerate() {
            let (mut weight, mut last) = (0, 0);
            for found in matches[window..].iter().take_while(|m| m.from - start.from < WINDOW) {
                if seen[found.term] != window {
                    seen[found.term] = window;
                    weight += self.terms[found.term].weight;
                    last = found.end;
                }
            }
            if weight > best.weight {
                best = Window { weight, first: start.from, last };
            }
        }
        best
    }
}

/// Looks through the text of one document, part by part.
pub struct Search<'a> {
    finder: &'a Finder,
    left: usize,
    found: Vec<Candidate>,
    /// The weight of the best place so far.
    pub best: u64,
    sections: usize,
}

struct Candidate {
    anchor: String,
    heading: String,
    letters: Vec<char>,
    matches: Vec<Match>,
    window: Window,
}

impl<'a> Search<'a> {
    pub fn new(finder: &'a Finder) -> Search<'a> {
        Search { finder, left: MATCHES, found: Vec::new(), best: 0, sections: 0 }
    }

    pub fn add(&mut self, text: &str) {
        for section in sections(text).filter(|s| !s.text.is_empty() || !s.heading.is_empty()) {
            let letters: Vec<char> = section.text.chars().collect();
            let matches = self.finder.matches(&letters, self.left);
            self.left -= matches.len();
            let mut window = self.finder.densest(&matches);
            if window.weight == 0 && !section.heading.is_empty() {
                let heading: Vec<char> = section.heading.chars().collect();
                window.weight = self.finder.densest(&self.finder.matches(&heading, MATCHES)).weight;
            }
            self.best = self.best.max(window.weight);
            if window.weight > 0 || self.sections == 0 {
                let (anchor, heading) = (section.anchor.to_string(), section.heading.to_string());
                self.found.push(Candidate { anchor, heading, letters, matches, window });
            }
            self.sections += 1;
        }
    }

    /// Up to three places, the best first. `url` is the document's.
    pub fn places(mut self, url: &str) -> Vec<Place> {
        self.found.retain(|f| f.window.weight * 2 >= self.best);
        self.found.sort_by_key(|f| std::cmp::Reverse(f.window.weight));
        self.found.truncate(PLACES);
        self.found.into_iter().map(|f| f.place(url)).collect()
    }
}

impl Candidate {
    fn place(self, url: &str) -> Place {
        let shown = stretch(&self.letters, &self.window);
        let mut parts = pieces(&self.letters, &self.matches, shown.from, shown.end);
        parts[0].insert_str(0, shown.head);
        if !shown.tail.is_empty() {
            if parts.len().is_multiple_of(2) {
                parts.push(String::new());
            }
            let last = parts.len() - 1;
            parts[last].push_str(shown.tail);
        }
        let anchor = if self.anchor.is_empty() { String::new() } else { format!("#{}", self.anchor) };
        Place { heading: self.heading, url: format!("{url}{anchor}"), parts }
    }
}

#[derive(Default)]
struct Window {
    weight: u64,
    first: usize,
    last: usize,
}

struct Stretch {
    from: usize,
    end: usize,
    head: &'static str,
    tail: &'static str,
}

/// The stretch of letters shown around a window: whole sentences where there is room. Cut ends have an ellipsis.
fn stretch(letters: &[char], window: &Window) -> Stretch {
    // behind the last of `set` that is at most `limit` before the window
    let back = |set: &str, limit: usize| {
        let nearest = (window.first.saturating_sub(limit)..=window.first).rev();
        let border = nearest.into_iter().find(|at| *at > 0 && set.contains(letters[*at - 1]));
        border.or((window.first <= limit).then_some(0))
    };
    let (mut from, head) = match back(SENTENCE, BEFORE) {
        Some(from) => (from, ""),
        None => (back(CLAUSE, BEFORE / 2).unwrap_or(window.first.saturating_sub(BEFORE / 2)), "…"),
    };
    let mut end = (from + CUT).min(letters.len());
    let mut tail = if end < letters.len() { "…" } else { "" };
    let room = window.last.max(from + LEAST)..(from + LONGEST).min(letters.len());
    if let Some(at) = room.into_iter().find(|at| SENTENCE.contains(letters[*at])) {
        end = if letters[at] == '\n' { at } else { at + 1 };
        tail = "";
    }
    let blank = |at: usize| matches!(letters[at], '\n' | ' ');
    while from < end && blank(from) {
        from += 1;
    }
    while end > from && blank(end - 1) {
        end -= 1;
    }
    Stretch { from, end, head, tail: if from < end { tail } else { "" } }
}

/// A text by turns plain and marked; line breaks become spaces.
fn pieces(letters: &[char], matches: &[Match], from: usize, to: usize) -> Vec<String> {
    let mut on = vec![false; to - from];
    for found in matches {
        let (first, end) = (found.from.max(from), found.end.min(to));
        if first < end {
            on[first - from..end - from].fill(true);
        }
    }
    let mut out = vec![String::new()];
    let mut marked = false;
    for (c, on) in letters[from..to].iter().zip(on) {
        if on != marked {
            out.push(String::new());
            marked = on;
        }
        let last = out.len() - 1;
        out[last].push(if *c == '\n' { ' ' } else { *c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::query::EXACT;
    use super::*;

    fn finder(query: &str) -> Finder {
        let reading = Reading::new(query, EXACT);
        let weights = vec![8; reading.terms.len()];
        Finder::new(std::iter::once((&reading, &weights[..])))
    }

    fn places_of(query: &str, texts: &[&str]) -> Vec<Place> {
        let finder = finder(query);
        let mut search = Search::new(&finder);
        texts.iter().for_each(|text| search.add(text));
        search.places("x.html")
    }

    #[test]
    fn sentences_around_the_densest_match() {
        let text = format!(
            "{}。\n第一条　彩礼返还的规定，适用本法，双方另有约定的从其约定，没有约定的依照本条处理即可。后面还有。{}",
            "彩票".repeat(60),
            "返".repeat(200)
        );
        let places = places_of("彩礼返还", &[&text]);
        assert_eq!(places.len(), 1);
        let expected = [
            "第一条　",
            "彩礼返还",
            "的规定，适用本法，双方另有约定的从其约定，没有约定的依照本条处理即可。",
        ];
        assert_eq!(places[0].parts, expected);
        assert!(places_of("没有", &[""]).is_empty());
    }

    #[test]
    fn places_stand_under_their_headings() {
        let text = "导语。\n\u{1}h-a\u{2}第一章\n八八战略是总纲。\n\u{1}h-b\u{2}第二章\n无关。\n|\u{1}h-c\u{2}八八战略\n全文。\n";
        let places = places_of("八八战略", &text.split('|').collect::<Vec<_>>());
        let shown: Vec<(&str, &str, String)> =
            places.iter().map(|p| (p.heading.as_str(), p.url.as_str(), p.parts.concat())).collect();
        assert_eq!(
            shown,
            [
                ("第一章", "x.html#h-a", "八八战略是总纲。".into()),
                ("八八战略", "x.html#h-c", "全文。".into())
            ]
        );
        assert_eq!(places_of("没有的词", &[text])[0].parts, ["导语。"]);
    }

    #[test]
    fn every_match_is_marked() {
        assert_eq!(finder("八八战略").title("“八八·战略”与ＧＤＰ"), ["“", "八八·战略", "”与ＧＤＰ"]);
        assert_eq!(finder("gdp").title("“八八战略”与ＧＤＰ"), ["“八八战略”与", "ＧＤＰ"]);
        assert_eq!(finder("a").title("a b aa A"), ["", "a", " b aa ", "A"]);
    }
}
