//! Layer 8, search: the stretch of a text that is nearest to a pattern, by edits. It knows no dictionary and no query.

/// A stretch of a text and how many edits it is away from the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    pub from: usize,
    pub end: usize,
    pub distance: usize,
}

/// The stretch of `text` that becomes `pattern` by the fewest edits (replace, insert, remove, swap neighbours), at most
/// `most`; of equals the one nearest in length, then the first.
pub fn nearest(text: &[char], pattern: &[char], most: usize) -> Option<Near> {
    let width = text.len() + 1;
    // per place of the text: edits so far and where the stretch began; three rows, for swaps
    let mut rows: Vec<Vec<(usize, usize)>> = vec![(0..width).map(|at| (0, at)).collect()];
    for (i, wanted) in pattern.iter().enumerate() {
        let above = &rows[i];
        let mut row: Vec<(usize, usize)> = Vec::with_capacity(width);
        for j in 0..width {
            let mut best = (above[j].0 + 1, above[j].1);
            if j > 0 {
                let replace = above[j - 1].0 + usize::from(text[j - 1] != *wanted);
                if replace <= best.0 {
                    best = (replace, above[j - 1].1);
                }
                let insert = row[j - 1].0 + 1;
                if insert < best.0 {
                    best = (insert, row[j - 1].1);
                }
                if i > 0 && j > 1 && *wanted == text[j - 2] && pattern[i - 1] == text[j - 1] {
                    let swap = rows[i - 1][j - 2];
                    if swap.0 + 1 < best.0 {
                        best = (swap.0 + 1, swap.1);
                    }
                }
            }
            row.push(best);
        }
        rows.push(row);
    }
    let last = rows.last()?;
    let off = |near: &Near| (near.end - near.from).abs_diff(pattern.len());
    let mut best: Option<Near> = None;
    for (end, (distance, from)) in last.iter().copied().enumerate().skip(1) {
        let near = Near { from, end, distance };
        let better = best.is_none_or(|b| (distance, off(&near)) < (b.distance, off(&b)));
        if distance <= most && better {
            best = Some(near);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, pattern: &str, most: usize) -> Option<(String, usize)> {
        let text: Vec<char> = text.chars().collect();
        let pattern: Vec<char> = pattern.chars().collect();
        nearest(&text, &pattern, most).map(|n| (text[n.from..n.end].iter().collect(), n.distance))
    }

    #[test]
    fn each_edit_counts_one() {
        for pattern in ["劳动和同法", "劳动同法", "劳动合同同法", "劳动同合法"] {
            assert_eq!(of("中国劳动合同法条例", pattern, 1), Some(("劳动合同法".into(), 1)), "{pattern}");
        }
        assert_eq!(of("劳动合同法", "劳动合同法", 0), Some(("劳动合同法".into(), 0)));
        assert_eq!(of("劳动合同法", "社会保险法", 2), None);
        assert_eq!(of("", "法", 0), None);
    }
}
