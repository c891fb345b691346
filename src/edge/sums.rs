//! Layer 11, `sums`: the two files that say what a site consists of.
//! Knows paths, sizes and hashes; must not know the disk.

use sha2::{Digest, Sha256};

pub use super::place::MARKER as SUMS;

/// The folder of the files about the site itself, which the sums leave out.
pub const FOLDER: &str = "_keben/";
pub const BUILD: &str = "_keben/build.json";

/// One file of the site.
pub struct Sum<'a> {
    pub path: &'a str,
    pub size: u64,
    pub sha256: [u8; 32],
}

/// The text of [`SUMS`] (`sha256sum -c` reads it) and of [`BUILD`]. No time, no counter: equal sites, equal bytes.
pub fn texts(mut sums: Vec<Sum<'_>>) -> (String, String) {
    sums.sort_by(|a, b| a.path.cmp(b.path));
    let mut lines = String::with_capacity(sums.iter().map(|sum| 67 + sum.path.len()).sum());
    for sum in &sums {
        push_hex(&mut lines, &sum.sha256);
        lines.push_str("  ");
        lines.push_str(sum.path);
        lines.push('\n');
    }
    let mut manifest = String::new();
    push_hex(&mut manifest, &Sha256::digest(&lines));
    let size = lines.len();
    let files = sums.len();
    let bytes: u64 = sums.iter().map(|sum| sum.size).sum();
    let max_file = sums.iter().map(|sum| sum.size).max().unwrap_or(0);
    let build = format!(
        "{{\"format\":1,\"manifest\":{{\"sha256\":\"{manifest}\",\"size\":{size}}},\
         \"files\":{files},\"bytes\":{bytes},\"max_file\":{max_file}}}\n"
    );
    (lines, build)
}

/// Which site this is, for people: 12 hexadecimal digits of the SHA-256 of the lines `sha256 size path`, sorted by path.
/// The files that show it are not among `sums`.
pub fn fingerprint(sums: &[Sum<'_>]) -> String {
    let mut sorted: Vec<&Sum<'_>> = sums.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(b.path));
    let mut hash = Sha256::new();
    for sum in sorted {
        let mut line = String::with_capacity(90 + sum.path.len());
        push_hex(&mut line, &sum.sha256);
        line.push_str(&format!(" {} {}\n", sum.size, sum.path));
        hash.update(line);
    }
    let mut fingerprint = String::with_capacity(12);
    push_hex(&mut fingerprint, &hash.finalize()[..6]);
    fingerprint
}

/// The paths that a text of [`SUMS`] lists; lines of another form list none.
pub fn paths(lines: &str) -> impl Iterator<Item = &str> {
    lines.lines().filter_map(|line| {
        let (hash, path) = line.split_once("  ")?;
        (hash.len() == 64).then_some(path)
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

    #[test]
    fn a_fingerprint_is_that_of_the_lines_sorted_by_path() {
        let sum = |path, size| Sum { path, size, sha256: [0xab; 32] };
        let hash = "ab".repeat(32);
        let mut text = String::new();
        push_hex(&mut text, &Sha256::digest(format!("{hash} 3 a\n{hash} 5 b\n")));
        assert_eq!(fingerprint(&[sum("b", 5), sum("a", 3)]), text[..12]);
        assert_ne!(fingerprint(&[sum("b", 5), sum("a", 4)]), text[..12]);
    }

    #[test]
    fn sums_are_sorted_and_counted() {
        let sum = |path, size| Sum { path, size, sha256: [0xab; 32] };
        let (lines, build) = texts(vec![sum("b", 5), sum("a", 3)]);
        let hash = "ab".repeat(32);
        assert_eq!(lines, format!("{hash}  a\n{hash}  b\n"));
        assert_eq!(paths(&lines).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(paths("nothing of the sort\n").count(), 0);
        assert!(build.ends_with("\"size\":136},\"files\":2,\"bytes\":8,\"max_file\":5}\n"), "{build}");
    }
}
