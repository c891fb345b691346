//! Layer 1: byte offsets to lines and columns, for many findings in one file.
//! Agrees with `source::position`, which counts from the start of the file every time; must not know any format.

use crate::source::{FileId, Position, Sources, Span};
use std::collections::BTreeMap;

/// Characters are counted up to every so many bytes, so that a column in a line of a megabyte costs
/// one short scan and no memory to speak of.
const STEP: usize = 1024;

/// Where the spans of some diagnostics lie. Only files that are asked for are counted.
pub struct Places<'a> {
    sources: &'a Sources,
    files: BTreeMap<FileId, Index<'a>>,
}

impl<'a> Places<'a> {
    pub fn new(sources: &'a Sources) -> Places<'a> {
        Places { sources, files: BTreeMap::new() }
    }

    /// Start and end (exclusive). A file whose bytes were not read has one place, 1:1.
    pub fn of(&mut self, span: Span) -> (Position, Position) {
        let sources = self.sources;
        let index = self
            .files
            .entry(span.file)
            .or_insert_with(|| Index::new(sources.get(span.file).bytes().unwrap_or_default()));
        let range = span.range();
        (index.position(range.start), index.position(range.end.max(range.start)))
    }
}

struct Index<'a> {
    text: &'a [u8],
    /// The offset at which each line starts; never empty.
    lines: Vec<usize>,
    /// How many characters start before each multiple of [`STEP`].
    characters: Vec<usize>,
}

impl<'a> Index<'a> {
    fn new(text: &'a [u8]) -> Index<'a> {
        let lines =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|newline| newline + 1)).collect();
        let mut count = 0;
        let mut characters = vec![0];
        for step in text.chunks_exact(STEP) {
            count += starts(step);
            characters.push(count);
        }
        Index { text, lines, characters }
    }

    fn before(&self, offset: usize) -> usize {
        let step = offset / STEP;
        self.characters[step] + starts(&self.text[step * STEP..offset])
    }

    fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        // The first line starts at 0, so at least one start is not beyond the offset.
        let line = self.lines.partition_point(|start| *start <= offset) - 1;
        let start = self.lines[line];
        let mark = line == 0 && self.text[..offset].starts_with("\u{feff}".as_bytes());
        let characters = self.before(offset) - self.before(start) - usize::from(mark);
        Position { line: line as u32 + 1, column: characters as u32 + 1 }
    }
}

/// How many characters start in `bytes`: every byte of UTF-8 that does not continue one.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::position;

    #[test]
    fn every_offset_has_the_place_that_counting_from_the_start_gives() {
        let long = "数字化改革，".repeat(300);
        for text in ["", "\n", "\u{feff}标题: 一\r\n\t二\n", &long, &format!("一\n{long}\n末")] {
            let index = Index::new(text.as_bytes());
            for offset in 0..text.len() + 3 {
                assert_eq!(index.position(offset), position(text.as_bytes(), offset), "{offset}");
            }
        }
        let gbk = [0xb1, 0xea, b'\n', 0xcc, 0xe2];
        let index = Index::new(&gbk);
        for offset in 0..=gbk.len() {
            assert_eq!(index.position(offset), position(&gbk, offset));
        }
    }
}
