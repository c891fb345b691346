//! Layer 1: what a photograph or a PDF says about who made it and where, from a piece of its bytes.
//! Knows formats of files; must not know where the bytes come from or whether the file is public.

mod picture;

use crate::source::Traces;
use exif::{In, Reader, Tag, Value};
use std::io::Cursor;

/// Can a file with this ending say anything?
pub fn is_told(extension: &str) -> bool {
    is_photograph(extension)
        || ["pdf", "gif", "svg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn is_photograph(extension: &str) -> bool {
    ["jpg", "jpeg", "png", "webp", "tif", "tiff", "heic"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads the beginning of a file, and its end where the beginning is not all of it.
pub fn read(extension: &str, head: &[u8], tail: &[u8]) -> Traces {
    if is_photograph(extension) {
        photograph(head, tail)
    } else if extension.eq_ignore_ascii_case("pdf") {
        Traces { author: pdf_author(head).or_else(|| pdf_author(tail)), ..Traces::default() }
    } else {
        Traces { picture: picture::read(head, 1), ..Traces::default() }
    }
}

fn photograph(head: &[u8], tail: &[u8]) -> Traces {
    let mut reader = Reader::new();
    let reader = reader.continue_on_error(true);
    let exif = reader.read_from_container(&mut Cursor::new(head));
    let exif = exif.or_else(|error| error.distill_partial_result(|_| {}));
    // WebP keeps these facts behind the image.
    let exif = exif.or_else(|error| match memchr::memmem::rfind(tail, b"EXIF") {
        Some(at) if head.get(8..12) == Some(b"WEBP") => {
            let raw = tail.get(at + 8..).unwrap_or_default();
            let raw = raw.strip_prefix(b"Exif\0\0").unwrap_or(raw).to_vec();
            reader.read_raw(raw).or_else(|error| error.distill_partial_result(|_| {}))
        }
        _ => Err(error),
    });
    // A photograph without such facts, or a damaged one, is no mistake here.
    let Ok(exif) = exif else {
        return Traces { picture: picture::read(head, 1), ..Traces::default() };
    };
    let turn = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    let words = |tag: Tag| -> Option<String> {
        let text = match &exif.get_field(tag, In::PRIMARY)?.value {
            Value::Ascii(lines) => lines
                .iter()
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect::<Vec<_>>()
                .join(" "),
            // XPAuthor is UTF-16 in bytes.
            Value::Byte(bytes) => utf16(bytes, u16::from_le_bytes),
            _ => return None,
        };
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
        (!text.is_empty()).then_some(text)
    };
    let windows_author = Tag(exif::Context::Tiff, 0x9c9d);
    let camera_owner = Tag(exif::Context::Exif, 0xa430);
    Traces {
        position: exif.get_field(Tag::GPSLatitude, In::PRIMARY).is_some(),
        author: [Tag::Artist, windows_author, camera_owner].into_iter().find_map(words),
        picture: picture::read(head, turn.and_then(|turn| u8::try_from(turn).ok()).unwrap_or(1)),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// `/Author (..)` or `/Author <..>` of the document's information, where that is not compressed.
fn pdf_author(bytes: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"/Author";
    memchr::memmem::find_iter(bytes, KEY).find_map(|at| {
        let rest = bytes[at + KEY.len()..].trim_ascii_start();
        let string = match rest.first()? {
            b'(' => literal(&rest[1..]),
            b'<' => hexadecimal(&rest[1..])?,
            _ => return None,
        };
        let text = match string.as_slice() {
            [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes),
            [0xef, 0xbb, 0xbf, utf8 @ ..] => String::from_utf8_lossy(utf8).into_owned(),
            bytes => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
        (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
    })
}

fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = bytes.iter().copied().take(1024);
    let mut depth = 0;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(digit @ b'0'..=b'7') => {
                    let more: Vec<u8> = bytes.by_ref().take(2).collect();
                    let octal = more.iter().fold(u32::from(digit - b'0'), |sum, digit| {
                        sum * 8 + u32::from(digit.wrapping_sub(b'0') & 7)
                    });
                    out.push(octal as u8);
                }
                Some(other) => out.push(other),
                None => break,
            },
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' if depth == 0 => break,
            b')' => {
                depth -= 1;
                out.push(byte);
            }
            _ => out.push(byte),
        }
    }
    out
}

fn hexadecimal(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.iter().take(4096).position(|byte| *byte == b'>')?;
    let digits: Vec<u8> = bytes[..end].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_of_a_pdf_is_read_in_every_spelling() {
        for (bytes, author) in [
            (&b"<< /Title (x) /Author (Example) >>"[..], Some("Example")),
            (b"/Author(a \\(b\\) c)", Some("a (b) c")),
            (b"/Author <FEFF793A4F8B>", Some("\u{793a}\u{4f8b}")),
            (b"/Author (\\376\\377y:O\\213)", Some("\u{793a}\u{4f8b}")),
            (b"/Author ()", None),
            (b"/Author 12 0 R", None),
            (b"/Authors (x)", None),
            (b"/Author <zz>", None),
            (b"/Author (", None),
        ] {
            assert_eq!(pdf_author(bytes).as_deref(), author, "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(read("PDF", b"%PDF", b"/Author (End)").author.as_deref(), Some("End"));
    }

    /// A JPEG of nothing but EXIF: `Artist`, and `GPSLatitude` in a table of its own.
    fn photograph_bytes() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        let entry = |tag: u16, kind: u16, count: u32, value: u32| {
            let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
            bytes
        };
        // At 8: two entries, to 38. At 38: the name. At 46: one entry, to 64. At 64: three fractions.
        tiff.extend(2u16.to_le_bytes());
        tiff.extend(entry(0x013b, 2, 8, 38));
        tiff.extend(entry(0x8825, 4, 1, 46));
        tiff.extend(0u32.to_le_bytes());
        tiff.extend(b"Example\0");
        tiff.extend(1u16.to_le_bytes());
        tiff.extend(entry(2, 5, 3, 64));
        tiff.extend(0u32.to_le_bytes());
        for number in [30u32, 1, 15, 1, 0, 1] {
            tiff.extend(number.to_le_bytes());
        }
        let mut jpeg = b"\xff\xd8\xff\xe1".to_vec();
        jpeg.extend((tiff.len() as u16 + 8).to_be_bytes());
        jpeg.extend(b"Exif\0\0");
        jpeg.extend(tiff);
        jpeg.extend(b"\xff\xd9");
        jpeg
    }

    #[test]
    fn position_and_artist_of_a_photograph_are_read_and_damage_is_endured() {
        let jpeg = photograph_bytes();
        assert_eq!(
            read("JPG", &jpeg, b""),
            Traces { position: true, author: Some("Example".into()), picture: None }
        );
        for cut in 0..jpeg.len() {
            read("jpg", &jpeg[..cut], b"");
            let mut flipped = jpeg.clone();
            flipped[cut] ^= 0xff;
            read("jpg", &flipped, b"");
        }
    }
}
