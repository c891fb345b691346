//! Layer 1: the list of a site's files, as `sha256 size path` for programs and as `sha256  path` for people.

use super::FOLDER;
use crate::portable::{Clash, Fault as NameFault, PortableName, PortableSet};
use sha2::{Digest, Sha256};

/// One file of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum<'a> {
    pub path: &'a str,
    pub size: u64,
    pub sha256: [u8; 32],
}

/// Why a text is no manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The line, from 1, that is not `sha256 size path` written as keben writes it.
    Line(usize),
    /// The line whose path does not come after that of the line before.
    Order(usize),
    /// The line whose path no file of a site can have.
    Name(usize, NameFault),
    /// The line whose path is among the files about the site.
    About(usize),
    /// The line whose path cannot exist beside another one.
    Clash(usize),
    /// The last line does not end.
    Cut,
}

/// The files of a site, sorted by path. Every name is portable, and all can lie side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest<'a> {
    sums: Vec<Sum<'a>>,
}

impl<'a> Manifest<'a> {
    /// The manifest of these files, whose names have been checked.
    pub fn of(mut sums: Vec<Sum<'a>>) -> Manifest<'a> {
        sums.sort_by(|a, b| a.path.cmp(b.path));
        Manifest { sums }
    }

    /// Takes only what [`Manifest::text`] writes: one text for one list. Nothing of it may be used before all of it
    /// has been read, because the paths come from whoever sent the text.
    pub fn read(text: &'a str) -> Result<Manifest<'a>, Fault> {
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(Fault::Cut);
        }
        let mut sums: Vec<Sum<'a>> = Vec::new();
        let mut names = PortableSet::default();
        for (index, line) in text.split_terminator('\n').enumerate() {
            let number = index + 1;
            let sum = read_line(line).ok_or(Fault::Line(number))?;
            if sums.last().is_some_and(|last| last.path >= sum.path) {
                return Err(Fault::Order(number));
            }
            let name = PortableName::new(sum.path).map_err(|fault| Fault::Name(number, fault))?;
            // Also `_Keben/x`, which some systems take for the same folder.
            let folder = sum.path.get(..FOLDER.len()).unwrap_or_default();
            if folder.eq_ignore_ascii_case(FOLDER)
                || sum.path.eq_ignore_ascii_case(&FOLDER[..FOLDER.len() - 1])
            {
                return Err(Fault::About(number));
            }
            names.insert(name).map_err(|_: Clash| Fault::Clash(number))?;
            sums.push(sum);
        }
        Ok(Manifest { sums })
    }

    pub fn sums(&self) -> &[Sum<'a>] {
        &self.sums
    }

    pub fn text(&self) -> String {
        text(&self.sums)
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.sums.iter().map(|sum| sum.size).fold(0, u64::saturating_add)
    }

    pub fn max_file(&self) -> u64 {
        self.sums.iter().map(|sum| sum.size).max().unwrap_or(0)
    }
}

fn text(sums: &[Sum<'_>]) -> String {
    let mut lines = String::with_capacity(sums.iter().map(|sum| 76 + sum.path.len()).sum());
    for sum in sums {
        push_hex(&mut lines, &sum.sha256);
        lines.push(' ');
        lines.push_str(&sum.size.to_string());
        lines.push(' ');
        lines.push_str(sum.path);
        lines.push('\n');
    }
    lines
}

fn read_line(line: &str) -> Option<Sum<'_>> {
    let (hash, rest) = line.split_once(' ')?;
    let (size, path) = rest.split_once(' ')?;
    let sha256 = read_hash(hash)?;
    // One way to write a number: no sign, no zeros before it.
    let canonical = size.bytes().all(|byte| byte.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
    let size = size.parse().ok().filter(|_| canonical)?;
    Some(Sum { path, size, sha256 })
}

fn read_hash(hex: &str) -> Option<[u8; 32]> {
    if !super::is_sha256(hex) {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// The text of [`super::SUMS`].
pub fn sums_text(sums: &[Sum<'_>]) -> String {
    let mut lines = String::with_capacity(sums.iter().map(|sum| 67 + sum.path.len()).sum());
    for sum in sums {
        push_hex(&mut lines, &sum.sha256);
        lines.push_str("  ");
        lines.push_str(sum.path);
        lines.push('\n');
    }
    lines
}

/// Which site this is, for people: 12 hexadecimal digits of the SHA-256 of the lines `sha256 size path`, sorted by path.
/// The files that show it are not among `sums`.
pub fn fingerprint(sums: &[Sum<'_>]) -> String {
    let mut sorted = sums.to_vec();
    sorted.sort_by(|a, b| a.path.cmp(b.path));
    let mut fingerprint = String::with_capacity(12);
    push_hex(&mut fingerprint, &Sha256::digest(text(&sorted))[..6]);
    fingerprint
}

/// Path and hash of each file that a text of [`super::SUMS`] lists; lines of another form list none.
pub fn paths(lines: &str) -> impl Iterator<Item = (&str, [u8; 32])> {
    lines.lines().filter_map(|line| {
        let (hash, path) = line.split_once("  ")?;
        Some((path, read_hash(hash)?))
    })
}

pub fn push_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(path: &str, size: u64) -> Sum<'_> {
        Sum { path, size, sha256: [0xab; 32] }
    }

    #[test]
    fn a_fingerprint_is_that_of_the_lines_sorted_by_path() {
        let hash = "ab".repeat(32);
        let text = crate::manifest::sha256(format!("{hash} 3 a\n{hash} 5 b\n").as_bytes());
        assert_eq!(fingerprint(&[sum("b", 5), sum("a", 3)]), text[..12]);
        assert_ne!(fingerprint(&[sum("b", 5), sum("a", 4)]), text[..12]);
    }

    #[test]
    fn files_are_sorted_and_counted() {
        let manifest = Manifest::of(vec![sum("b", 5), sum("a c", 3)]);
        let hash = "ab".repeat(32);
        assert_eq!(manifest.text(), format!("{hash} 3 a c\n{hash} 5 b\n"));
        assert_eq!(Manifest::read(&manifest.text()), Ok(manifest.clone()));
        assert_eq!((manifest.bytes(), manifest.max_file()), (8, 5));
        let sums = sums_text(manifest.sums());
        assert_eq!(sums, format!("{hash}  a c\n{hash}  b\n"));
        assert_eq!(paths(&sums).map(|(path, _)| path).collect::<Vec<_>>(), ["a c", "b"]);
        assert_eq!(paths("nothing of the sort\n").count(), 0);
        assert_eq!(Manifest::read("").map(|empty| empty.sums().len()), Ok(0));
    }

    #[test]
    fn only_one_text_stands_for_a_list() {
        let h = "ab".repeat(32);
        let upper = h.to_uppercase();
        for (text, fault) in [
            (format!("{h} 3 a"), Fault::Cut),
            (format!("{h} 3 a\n\n"), Fault::Line(2)),
            (format!("{h} 3\n"), Fault::Line(1)),
            (format!("{h}  a\n"), Fault::Line(1)),
            (format!("{upper} 3 a\n"), Fault::Line(1)),
            (format!("{} 3 a\n", &h[1..]), Fault::Line(1)),
            (format!("{h} 03 a\n"), Fault::Line(1)),
            (format!("{h} +3 a\n"), Fault::Line(1)),
            (format!("{h} -3 a\n"), Fault::Line(1)),
            (format!("{h} 99999999999999999999 a\n"), Fault::Line(1)),
            (format!("\u{feff}{h} 3 a\n"), Fault::Line(1)),
            (format!("{h} 3 b\n{h} 3 a\n"), Fault::Order(2)),
            (format!("{h} 3 a\n{h} 3 a\n"), Fault::Order(2)),
            (format!("{h} 3 ../a\n"), Fault::Name(1, NameFault::DotSegment)),
            (format!("{h} 3 /a\n"), Fault::Name(1, NameFault::Absolute)),
            (format!("{h} 3 a\r\n"), Fault::Name(1, NameFault::Control('\r'))),
            (format!("{h} 3 \n"), Fault::Name(1, NameFault::Empty)),
            (format!("{h} 3 _keben/x\n"), Fault::About(1)),
            (format!("{h} 3 _KEBEN/x\n"), Fault::About(1)),
            (format!("{h} 3 _keben\n"), Fault::About(1)),
            (format!("{h} 3 A\n{h} 3 a\n"), Fault::Clash(2)),
            (format!("{h} 3 a\n{h} 3 a/b\n"), Fault::Clash(2)),
        ] {
            assert_eq!(Manifest::read(&text), Err(fault), "{text:?}");
        }
    }
}
