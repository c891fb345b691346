//! Layer 11, `images::strip`: an image without its metadata, its pixels untouched bit for bit.
//! Colour profiles stay: without them the colours would change, and they name no person.

use crate::source::Format;

/// `None` where the file is not built as its format says.
pub(super) fn strip(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
        Format::Gif | Format::Svg => None,
    }
}

/// Drops EXIF and XMP (APP1), Photoshop's block (APP13), other makers' segments and comments. JFIF, the colour profile
/// and Adobe's note on colours are needed to decode. Ends with the image: phones put further images behind it.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2).filter(|start| *start == b"\xff\xd8")?.to_vec();
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xd9 => {
                out.extend(b"\xff\xd9");
                return Some(out);
            }
            0x01 | 0xd0..=0xd7 => at += 2,
            _ => {
                let length = bytes.get(at + 2..at + 4)?;
                let end = at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                let segment = bytes.get(at..end).filter(|segment| segment.len() >= 4)?;
                let profile = marker == 0xe2 && segment[4..].starts_with(b"ICC_PROFILE\0");
                let needed = profile || matches!(marker, 0xe0 | 0xee);
                if needed || !matches!(marker, 0xe0..=0xef | 0xfe) {
                    out.extend(segment);
                }
                at = end;
                if marker == 0xda {
                    let rest = bytes.get(at..)?;
                    // In the coded image 0xff is followed by 0 or a restart mark; anything else is the next segment.
                    let next = memchr::memchr_iter(0xff, rest).find(|at| {
                        rest.get(at + 1).is_some_and(|next| !matches!(next, 0 | 0xd0..=0xd7 | 0xff))
                    });
                    out.extend(&rest[..next.unwrap_or(rest.len())]);
                    // Cut off: browsers show what there is.
                    at += next.unwrap_or(rest.len());
                    if next.is_none() {
                        return Some(out);
                    }
                }
            }
        }
    }
}

/// Keeps the chunks that say how the image looks.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const LOOKS: [&[u8; 4]; 17] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
        b"bKGD", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut out = bytes.get(..8).filter(|start| *start == b"\x89PNG\r\n\x1a\n")?.to_vec();
    let mut at = 8;
    loop {
        let length = bytes.get(at..at + 4)?;
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let chunk = bytes.get(at..at.checked_add(12)?.checked_add(length)?)?;
        if LOOKS.iter().any(|known| *known == name) {
            out.extend(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
        at += chunk.len();
    }
}

/// Drops EXIF and XMP, and their flags.
fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    let mut out = bytes[..12].to_vec();
    let mut at = 12;
    while at < bytes.len() {
        let head = bytes.get(at..at + 8)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let end = (at + 8).checked_add(length)?;
        // Some programs leave out the padding of the last chunk.
        let chunk = bytes.get(at..(end + length % 2).min(bytes.len())).filter(|_| end <= bytes.len())?;
        if matches!(&head[..4], b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP") {
            let start = out.len();
            out.extend(chunk);
            if &head[..4] == b"VP8X" {
                *out.get_mut(start + 8)? &= !0x0c;
            }
        }
        at += chunk.len();
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Some(out)
}
