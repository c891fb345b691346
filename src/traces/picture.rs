//! Layer 1: format and size of an image from the first bytes of its file.

use crate::source::{Format, Obstacle, Picture};

/// `turn` is the orientation that EXIF gives. `None` for what is no image, or does not say its size in `head`.
pub(super) fn read(head: &[u8], turn: u8) -> Option<Picture> {
    let picture = jpeg(head).or_else(|| png(head)).or_else(|| webp(head)).or_else(|| gif(head));
    let mut picture =
        picture.or_else(|| svg(head)).filter(|picture| picture.width > 0 && picture.height > 0)?;
    if matches!(picture.format, Format::Jpeg | Format::Png | Format::Webp) && (1..=8).contains(&turn) {
        picture.turn = turn;
    }
    if picture.turn >= 5 {
        (picture.width, picture.height) = (picture.height, picture.width);
    }
    Some(picture)
}

fn still(format: Format, width: u32, height: u32) -> Picture {
    Picture { format, width, height, turn: 1, photograph: false, obstacle: None }
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at + length)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at + length)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

fn jpeg(head: &[u8]) -> Option<Picture> {
    let mut at = head.starts_with(b"\xff\xd8\xff").then_some(2)?;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        match *head.get(at + 1)? {
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            0xd8..=0xda => return None,
            // A frame, of whatever kind of coding.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let mut picture = still(Format::Jpeg, big(head, at + 7, 2)?, big(head, at + 5, 2)?);
                picture.obstacle = (*head.get(at + 9)? == 4).then_some(Obstacle::Cmyk);
                return Some(picture);
            }
            _ => at += 2 + big(head, at + 2, 2)? as usize,
        }
    }
}

fn png(head: &[u8]) -> Option<Picture> {
    if !head.starts_with(b"\x89PNG\r\n\x1a\n") || head.get(12..16)? != b"IHDR" {
        return None;
    }
    let mut picture = still(Format::Png, big(head, 16, 4)?, big(head, 20, 4)?);
    let mut at = 8;
    while let (Some(length), Some(name)) = (big(head, at, 4), head.get(at + 4..at + 8)) {
        if name == b"acTL" {
            picture.obstacle = Some(Obstacle::Animated);
        }
        if name == b"IDAT" || length > 1 << 30 {
            break;
        }
        at += 12 + length as usize;
    }
    Some(picture)
}

fn webp(head: &[u8]) -> Option<Picture> {
    if !head.starts_with(b"RIFF") || head.get(8..12)? != b"WEBP" {
        return None;
    }
    match head.get(12..16)? {
        b"VP8 " => {
            let size = |at| little(head, at, 2).map(|number| number & 0x3fff);
            Some(Picture { photograph: true, ..still(Format::Webp, size(26)?, size(28)?) })
        }
        b"VP8L" => {
            let bits = little(head, 21, 4)?;
            Some(still(Format::Webp, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => {
            let flags = *head.get(20)?;
            let mut picture = still(Format::Webp, little(head, 24, 3)? + 1, little(head, 27, 3)? + 1);
            picture.obstacle = (flags & 2 != 0).then_some(Obstacle::Animated);
            let lossy = memchr::memmem::find(&head[..head.len().min(64 << 10)], b"VP8 ").is_some();
            picture.photograph = flags & 0x10 == 0 && lossy;
            Some(picture)
        }
        _ => None,
    }
}

fn gif(head: &[u8]) -> Option<Picture> {
    (head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")).then_some(())?;
    Some(still(Format::Gif, little(head, 6, 2)?, little(head, 8, 2)?))
}

/// The size of an SVG whose root says it in pixels, or the shape of its `viewBox`.
fn svg(head: &[u8]) -> Option<Picture> {
    let start = memchr::memmem::find(head, b"<svg")?;
    let rest = &head[start..];
    let tag = std::str::from_utf8(&rest[..memchr::memchr(b'>', rest)?]).ok()?;
    let value = |name: &str| {
        let (_, after) =
            tag.split_once(&format!(" {name}=")).or_else(|| tag.split_once(&format!("\n{name}=")))?;
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        after[1..].split(quote).next()
    };
    let pixels = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok();
    let size = value("width").and_then(pixels).zip(value("height").and_then(pixels)).or_else(|| {
        let mut numbers = value("viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    let (width, height) =
        size.filter(|(width, height)| (1.0..1e5).contains(width) && (1.0..1e5).contains(height))?;
    Some(still(Format::Svg, width.round() as u32, height.round() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_heads_and_damage_is_endured() {
        let of = |head: &[u8], turn| read(head, turn).map(|p| (p.format, p.width, p.height, p.obstacle));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08\0\x10\0\x20\x03";
        assert_eq!(of(jpeg, 1), Some((Format::Jpeg, 32, 16, None)));
        assert_eq!(of(jpeg, 6), Some((Format::Jpeg, 16, 32, None)));
        let inks = b"\xff\xd8\xff\xc0\0\x14\x08\0\x10\0\x20\x04";
        assert_eq!(of(inks, 1), Some((Format::Jpeg, 32, 16, Some(Obstacle::Cmyk))));
        let gif = b"GIF89a\x05\0\x07\0";
        assert_eq!(of(gif, 6), Some((Format::Gif, 5, 7, None)));
        let moving = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x1f\0\0\x0f\0\0";
        assert_eq!(of(moving, 1), Some((Format::Webp, 32, 16, Some(Obstacle::Animated))));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x09\0\0\0\x08\x08\x02\0\0\0....\0\0\0\x08acTL";
        assert_eq!(of(png, 1), Some((Format::Png, 9, 8, Some(Obstacle::Animated))));
        let svg = "<?xml version='1.0'?><svg xmlns='x' viewBox=\"0 0 40 30.4\"><path/></svg>";
        assert_eq!(of(svg.as_bytes(), 1), Some((Format::Svg, 40, 30, None)));
        assert_eq!(of(b"<svg width='100%' height='5'></svg>", 1), None);
        for head in [&jpeg[..], inks, gif, moving, png, svg.as_bytes()] {
            for cut in 0..head.len() {
                read(&head[..cut], 1);
                let mut flipped = head.to_vec();
                flipped[cut] ^= 0xff;
                read(&flipped, 8);
            }
        }
    }
}
