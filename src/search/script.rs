//! Layer 8, search: the wrapping of pack files. Every file is a classic script that calls one function with base64
//! text, because a page opened from a folder may load scripts but may not fetch. It knows no content.

use encoding_rs::GB18030;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// No file of a pack inflates to more than this; a damaged or hostile one stops here.
const INFLATE_LIMIT: u64 = 256 << 20;

/// The script `KB.<kind>("<name>","<base64 of payload>")`.
pub fn wrap(kind: char, name: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len().div_ceil(3) * 4 + name.len() + 16);
    out.extend_from_slice(format!("KB.{kind}(\"{name}\",\"").as_bytes());
    encode(payload, &mut out);
    out.extend_from_slice(b"\")\n");
    out
}

/// The payload of a script made by `wrap`; `None` for anything else.
pub fn unwrap(script: &[u8]) -> Option<Vec<u8>> {
    let text = script.trim_ascii_end().strip_suffix(b"\")")?;
    let start = memchr::memmem::find(text, b"\",\"")? + 3;
    decode(&text[start..])
}

fn encode(payload: &[u8], out: &mut Vec<u8>) {
    let letter = |n: u32, shift: u32| ALPHABET[(n >> shift & 63) as usize];
    let mut chunks = payload.chunks_exact(3);
    for c in &mut chunks {
        let n = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
        out.extend_from_slice(&[letter(n, 18), letter(n, 12), letter(n, 6), letter(n, 0)]);
    }
    match *chunks.remainder() {
        [a] => {
            let n = u32::from(a) << 16;
            out.extend_from_slice(&[letter(n, 18), letter(n, 12), b'=', b'=']);
        }
        [a, b] => {
            let n = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend_from_slice(&[letter(n, 18), letter(n, 12), letter(n, 6), b'=']);
        }
        _ => {}
    }
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut n, mut bits) = (0u32, 0);
    for c in text.iter().take_while(|c| **c != b'=') {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        n = n << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((n >> bits) as u8);
        }
    }
    Some(out)
}

/// How a packed text is encoded, its first byte.
const UTF8: u8 = 0;
const GB: u8 = 1;

/// A text, packed: a byte for its encoding, then raw deflate. GB 18030 makes Chinese a fifth smaller than UTF-8; it is
/// used where every character is one that all its editions write alike, in one or two bytes.
pub fn pack(text: &[u8]) -> Vec<u8> {
    let same_in_all = |c: char| {
        c != 'ḿ' && matches!(c as u32, 0..=0x7F | 0xA4..=0x33FF | 0x4E00..=0x9FA5 | 0xFF01..=0xFFE5)
    };
    let short =
        std::str::from_utf8(text).ok().filter(|text| text.chars().all(same_in_all)).and_then(|text| {
            let (bytes, _, unmappable) = GB18030.encode(text);
            (!unmappable && in_pairs(&bytes)).then_some(bytes)
        });
    let mut out = vec![if short.is_some() { GB } else { UTF8 }];
    deflate(short.as_deref().unwrap_or(text), &mut out);
    out
}

/// Whether no character of a GB 18030 text takes four bytes; those are where the editions differ.
fn in_pairs(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return true,
            [0..=0x7F, rest @ ..] => rest,
            [_, b'0'..=b'9', ..] | [_] => return false,
            [_, _, rest @ ..] => rest,
        };
    }
}

/// The text that `pack` was given; `None` if the bytes are damaged.
pub fn unpack(bytes: &[u8]) -> Option<String> {
    let (encoding, packed) = bytes.split_first()?;
    let text = inflate(packed)?;
    match *encoding {
        UTF8 => String::from_utf8(text).ok(),
        GB => {
            GB18030.decode_without_bom_handling_and_without_replacement(&text).map(|text| text.into_owned())
        }
        _ => None,
    }
}

/// Raw deflate, the same bytes on every machine.
fn deflate(bytes: &[u8], out: &mut Vec<u8>) {
    let mut encoder = DeflateEncoder::new(out, Compression::new(6));
    // writing into memory cannot fail
    if let Err(error) = encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        unreachable!("deflate into memory: {error}");
    }
}

fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut decoder = DeflateDecoder::new(bytes).take(INFLATE_LIMIT);
    decoder.read_to_end(&mut out).ok().map(|_| out)
}

/// The first `digits` (at most 64) hexadecimal digits of SHA-256.
pub fn hash(bytes: &[u8], digits: usize) -> String {
    let mut out: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    out.truncate(digits);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_and_unwrapped() {
        for length in 0..70u8 {
            let payload: Vec<u8> = (0..length).map(|x| x.wrapping_mul(37)).collect();
            assert_eq!(unwrap(&wrap('s', "0a1b2c3d", &payload)), Some(payload));
        }
        assert_eq!(wrap('x', "n", b"hello"), b"KB.x(\"n\",\"aGVsbG8=\")\n");
        assert_eq!(unwrap(b"<html>"), None);
        assert_eq!(unwrap(b"KB.s(\"a\",\"???\")"), None);
    }

    #[test]
    fn packed_and_unpacked() {
        let text = "乡村振兴，".repeat(1000);
        let packed = pack(text.as_bytes());
        assert!(packed.len() < 200);
        assert_eq!(unpack(&packed).as_deref(), Some(text.as_str()));
        assert_eq!(unpack(&packed[..packed.len() / 2]), None);
        let cases = [
            ("“八八战略”——1＋1＋6＋X", GB),
            ("法1 ascii 12a4", GB),
            ("", GB),
            ("\u{20000}", UTF8),
            ("é\u{301}", UTF8),
            ("\u{9FB4}\u{E5E5}€", UTF8),
            ("ḿ", UTF8),
        ];
        for (text, encoding) in cases {
            let packed = pack(text.as_bytes());
            assert_eq!((packed[0], unpack(&packed).as_deref()), (encoding, Some(text)), "{text}");
        }
        assert_eq!((unpack(&[]), unpack(&[7, 3, 0])), (None, None));
    }
}
