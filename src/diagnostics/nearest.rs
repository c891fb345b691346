//! Layer 1: what an editor may have meant: the nearest of a set of words by edit distance.

/// At most `count` of `candidates`, nearest first; nothing that is not close: within two edits or a third of the
/// length, and within one for words of up to two characters.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    let limit = if word.len() <= 2 { 1 } else { (word.len() / 3).max(2) };
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().take(64).collect();
            let distance = distance(&word, &other, limit)?;
            // All of a short word changed is no likeness.
            (distance < other.len().min(word.len()).max(1)).then_some((distance, candidate))
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(count).map(|(_, candidate)| candidate).collect()
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
    use super::nearest;

    #[test]
    fn only_what_is_close_is_offered() {
        let words = ["lecture", "seminar", "case", "leaders", "经济", "生态文明"];
        assert_eq!(nearest("lectrue", words, 3), ["lecture"]);
        assert_eq!(nearest("生态文名", words, 3), ["生态文明"]);
        assert_eq!(nearest("经", words, 3), Vec::<&str>::new());
        assert_eq!(nearest("mathematics", words, 3), Vec::<&str>::new());
        assert_eq!(nearest("Leader", words, 3), ["leaders"]);
    }
}
