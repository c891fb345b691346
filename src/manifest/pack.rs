//! Layer 1: the manifest's file: its text, compressed. The same text always gives the same bytes.

use super::Listed;
use crate::manifest::sha256;
use std::io;

/// Hashes do not compress; beyond this level only time is spent.
const LEVEL: i32 = 9;
/// No site has a larger list: a million files of the longest names have 280 MB.
const MOST_BYTES: u64 = 512 << 20;

pub fn compress(text: &str) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(text.as_bytes(), LEVEL)
}

/// The text in these bytes, when it is exactly what is listed. Never makes more than the listed size in memory.
pub fn decompress(bytes: &[u8], listed: &Listed) -> Option<String> {
    if bytes.len() as u64 != listed.zsize || sha256(bytes) != listed.zsha256 || listed.size > MOST_BYTES {
        return None;
    }
    let text = zstd::bulk::decompress(bytes, usize::try_from(listed.size).ok()?).ok()?;
    let whole = text.len() as u64 == listed.size && sha256(&text) == listed.sha256;
    String::from_utf8(text).ok().filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Build, Manifest};

    #[test]
    fn only_what_is_listed_is_unpacked() {
        let text = format!("{} 3 a\n", "ab".repeat(32));
        let manifest = Manifest::read(&text).unwrap();
        let packed = compress(&text).unwrap();
        assert_eq!(packed, compress(&text).unwrap());
        let listed = Build::new("", &manifest, &text, &packed).manifest;
        assert_eq!(decompress(&packed, &listed).as_deref(), Some(text.as_str()));
        for bit in 0..packed.len() * 8 {
            let mut bytes = packed.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decompress(&bytes, &listed), None, "bit {bit}");
        }
        assert_eq!(decompress(&packed[..packed.len() - 1], &listed), None);
        // A bomb: small, rightly hashed, and larger than it says.
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
        let small = Build::new("", &manifest, &text, &bomb).manifest;
        assert_eq!(decompress(&bomb, &small), None);
    }
}
