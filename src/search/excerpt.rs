//! Layer 8, search: the lines shown under a hit. Plain text out; `search.js` repeats it. It knows no storage.

use super::analyze::fold;
use super::query::Parsed;

/// Characters of an excerpt.
pub const LENGTH: usize = 80;
/// Matches are added up over this many characters.
const WINDOW: usize = 64;
/// Characters shown before the first match.
const BEFORE: usize = 12;
/// Only so many matches of a text are looked at.
const MATCHES: usize = 4096;

/// About 80 characters of `text` where the weightiest set of the query's terms stands closest together; the beginning
/// where there is none. Cut ends are marked with an ellipsis; line breaks become spaces.
pub fn excerpt(text: &str, query: &Parsed, weights: &[u64]) -> String {
    let letters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = letters.iter().map(|c| fold(*c)).collect();
    let terms: Vec<(Vec<char>, u64)> = query
        .terms
        .iter()
        .zip(weights)
        .filter(|(term, _)| term.required)
        .map(|(term, weight)| (term.text.chars().collect(), *weight))
        .collect();
    let mut matches: Vec<(usize, usize)> = Vec::new();
    'text: for at in 0..folded.len() {
        for (index, (term, _)) in terms.iter().enumerate() {
            if folded[at] == term[0] && folded[at..].starts_with(term) {
                matches.push((at, index));
                if matches.len() == MATCHES {
                    break 'text;
                }
            }
        }
    }
    let first = densest(&matches, &terms);
    let mut start = first.saturating_sub(BEFORE);
    if let Some(line_break) = letters[start..first].iter().rposition(|c| *c == '\n') {
        start += line_break + 1;
    }
    let end = (start + LENGTH).min(letters.len());
    let body: String = letters[start..end].iter().map(|c| if *c == '\n' { ' ' } else { *c }).collect();
    let body = body.trim_matches(' ');
    let head = if start > 0 && letters[start - 1] != '\n' { "…" } else { "" };
    let tail = if end < letters.len() && !body.is_empty() { "…" } else { "" };
    format!("{head}{body}{tail}")
}

/// Where the best window begins: at a match, the earliest of equals.
fn densest(matches: &[(usize, usize)], terms: &[(Vec<char>, u64)]) -> usize {
    let (mut best, mut best_weight) = (0, 0);
    // in which window a term was seen last
    let mut seen = vec![usize::MAX; terms.len()];
    for (window, (start, _)) in matches.iter().enumerate() {
        let mut weight = 0;
        for (at, term) in &matches[window..] {
            if at - start >= WINDOW {
                break;
            }
            if seen[*term] != window {
                seen[*term] = window;
                weight += terms[*term].1;
            }
        }
        if weight > best_weight {
            (best, best_weight) = (*start, weight);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;

    #[test]
    fn around_the_densest_match() {
        let text = format!("{}\n第一条 彩礼返还的规定，适用本法。\n{}", "彩票".repeat(60), "返".repeat(200));
        let query = parse("彩礼返还");
        let weights = vec![1; query.terms.len()];
        let got = excerpt(&text, &query, &weights);
        assert!(got.starts_with("第一条 彩礼返还的规定，适用本法。 返返"), "{got}");
        assert!(got.ends_with('…') && got.chars().count() == LENGTH + 1);
        assert_eq!(excerpt("", &query, &weights), "");
        assert_eq!(excerpt("没有\n相同", &query, &weights), "没有 相同");
    }
}
