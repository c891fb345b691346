//! Layer 1: fixes put into the bytes of one file. Must not know what any fix is for.

use super::Fix;
use std::ops::Range;

/// The bytes with the fixes in them, and how many there were. A fix is made whole or not at all; of two that touch one
/// place the first is made, and the other may be asked for again. `None` when there is nothing to do.
pub fn mend(bytes: &[u8], fixes: &[&Fix]) -> Option<(Vec<u8>, usize)> {
    let mut taken: Vec<(Range<usize>, &str)> = Vec::new();
    let mut made = 0;
    for fix in fixes {
        let wanted: Vec<(Range<usize>, &str)> = fix
            .replacements
            .iter()
            .map(|one| (one.start as usize..one.end as usize, one.text.as_str()))
            .collect();
        let clashes = |(range, _): &(Range<usize>, &str)| taken.iter().any(|(other, _)| touch(range, other));
        let own = wanted
            .iter()
            .enumerate()
            .any(|(index, (range, _))| wanted[..index].iter().any(|(other, _)| touch(range, other)));
        let changes = wanted.iter().any(|(range, text)| bytes.get(range.clone()) != Some(text.as_bytes()));
        if changes && !own && wanted.iter().all(|one| fits(bytes, &one.0) && !clashes(one)) {
            taken.extend(wanted);
            made += 1;
        }
    }
    if made == 0 {
        return None;
    }
    taken.sort_by_key(|(range, _)| (range.start, range.end));
    let crlf = all_crlf(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut at = 0;
    for (range, text) in taken {
        out.extend_from_slice(&bytes[at..range.start]);
        if crlf {
            out.extend_from_slice(text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes());
        } else {
            out.extend_from_slice(text.as_bytes());
        }
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    (out != bytes).then_some((out, made))
}

/// Neighbours may touch; two insertions at one place may not, because their order would be chance.
fn touch(a: &Range<usize>, b: &Range<usize>) -> bool {
    a == b || (a.start < b.end && b.start < a.end)
}

/// Inside the file, and in a text at the borders of characters.
fn fits(bytes: &[u8], range: &Range<usize>) -> bool {
    let inside = range.start <= range.end && range.end <= bytes.len();
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let whole = *range == (0..bytes.len());
    inside && (whole || (!continues(range.start) && !continues(range.end)))
}

/// Does every line end in CR LF?
fn all_crlf(bytes: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b'\n', bytes).peekable();
    ends.peek().is_some() && ends.all(|at| at > 0 && bytes[at - 1] == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Replacement;

    fn fix(places: &[(u32, u32, &str)]) -> Fix {
        let one = |(start, end, text): &(u32, u32, &str)| Replacement {
            start: *start,
            end: *end,
            text: (*text).to_owned(),
        };
        Fix { replacements: places.iter().map(one).collect() }
    }

    fn run(text: &str, fixes: &[Fix]) -> Option<(String, usize)> {
        let (bytes, made) = mend(text.as_bytes(), &fixes.iter().collect::<Vec<_>>())?;
        Some((String::from_utf8(bytes).unwrap(), made))
    }

    #[test]
    fn the_first_of_two_that_overlap_is_made_and_a_fix_is_made_whole() {
        let both = [fix(&[(0, 2, "x")]), fix(&[(1, 3, "y"), (4, 5, "z")]), fix(&[(3, 4, "w")])];
        assert_eq!(run("abcdef", &both), Some(("xcwef".into(), 2)));
        assert_eq!(run("ab", &[fix(&[(1, 1, "x")]), fix(&[(1, 1, "y")])]), Some(("axb".into(), 1)));
        assert_eq!(run("ab", &[fix(&[(0, 1, "a")])]), None);
        for wrong in [fix(&[(1, 9, "x")]), fix(&[(2, 1, "x")]), fix(&[(0, 1, "x"), (0, 1, "y")])] {
            assert_eq!(run("ab", &[wrong]), None);
        }
        assert_eq!(run("汉", &[fix(&[(1, 3, "x")])]), None);
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        assert_eq!(run("a\r\nb\r\n", &[fix(&[(3, 4, "x\ny")])]), Some(("a\r\nx\r\ny\r\n".into(), 1)));
        assert_eq!(run("a\r\nb\n", &[fix(&[(3, 4, "x\ny")])]), Some(("a\r\nx\ny\n".into(), 1)));
    }

    #[test]
    fn a_file_that_is_no_utf_8_is_replaced_whole() {
        let gbk = [0xb1, 0xea, 0xcc, 0xe2];
        assert_eq!(mend(&gbk, &[&fix(&[(0, 4, "标题")])]), Some(("标题".as_bytes().to_vec(), 1)));
        assert_eq!(mend(&[0x80], &[&fix(&[(0, 1, "€")])]), Some(("€".as_bytes().to_vec(), 1)));
    }
}
