//! Layer 2: where a file holds running text: no code, no addresses of links, no raw HTML.
//! Rules about wording and punctuation look there. Must not know any of them.

use std::ops::Range;

/// Ranges of bytes of the file, in order, none touching the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose(Vec<(u32, u32)>);

impl Prose {
    /// Adds a range of the body, which begins at `start`.
    pub(super) fn push(&mut self, start: usize, range: &Range<usize>) {
        let (from, to) = ((start + range.start) as u32, (start + range.end) as u32);
        match self.0.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            // Footnotes and the like come in the order of the file; what does not is no running text of its place.
            Some(last) if last.1 > from => {}
            _ => self.0.push((from, to)),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Range<usize>> {
        self.0.iter().map(|(from, to)| *from as usize..*to as usize)
    }

    /// Where the last of it ends; 0 without any.
    pub fn end(&self) -> usize {
        self.0.last().map_or(0, |piece| piece.1 as usize)
    }

    /// Does the byte at `offset` belong to running text?
    pub fn holds(&self, offset: usize) -> bool {
        let index = self.0.partition_point(|(_, to)| *to as usize <= offset);
        self.0.get(index).is_some_and(|(from, _)| *from as usize <= offset)
    }

    /// Takes `range` out: it has been found to be something else.
    pub(super) fn cut(&mut self, range: &Range<usize>) {
        let (from, to) = (range.start as u32, range.end as u32);
        let first = self.0.partition_point(|piece| piece.1 <= from);
        let last = self.0.partition_point(|piece| piece.0 < to);
        let pieces: Vec<(u32, u32)> = self.0[first..last]
            .iter()
            .flat_map(|piece| [(piece.0, piece.1.min(from)), (piece.0.max(to), piece.1)])
            .filter(|piece| piece.0 < piece.1)
            .collect();
        self.0.splice(first..last, pieces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_and_are_cut() {
        let mut prose = Prose::default();
        for range in [0..3, 3..6, 8..9, 12..20] {
            prose.push(10, &range);
        }
        assert_eq!(prose.iter().collect::<Vec<_>>(), [10..16, 18..19, 22..30]);
        assert!(prose.holds(10) && prose.holds(15) && !prose.holds(16) && !prose.holds(9));
        prose.cut(&(14..24));
        assert_eq!(prose.iter().collect::<Vec<_>>(), [10..14, 24..30]);
        prose.cut(&(26..27));
        assert_eq!(prose.iter().collect::<Vec<_>>(), [10..14, 24..26, 27..30]);
    }
}
