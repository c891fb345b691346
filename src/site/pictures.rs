//! Layer 6: which images are made of those that documents show, and under which names. A function of the heads of files.

use super::{Attachment, Variant};
use crate::source::{Body, Format, Image, Picture, Sources};

/// Widths that pages choose from: a phone, a phone with a fine screen or the column of an article, the same on a fine screen.
const WIDTHS: [u32; 3] = [480, 960, 1600];
/// Nothing is wider than this: the column of an article has 1,026 pixels in the largest type.
const WIDEST: u32 = 1600;
/// An image of 64 million pixels takes up to half a GB while it is made smaller; of larger ones only metadata is left out.
pub const MOST_PIXELS: u64 = 64 << 20;
/// A larger file never enters memory.
pub const MOST_BYTES: u64 = 64 << 20;

/// Plans the images of one document, when all its files have their names.
pub(super) fn plan(attachments: &mut [Attachment], sources: &Sources) {
    let mut taken: Vec<String> = attachments.iter().map(|file| file.url.to_ascii_lowercase()).collect();
    for attachment in attachments.iter_mut().filter(|attachment| attachment.shown) {
        let Some(file) = sources.find(attachment.source.as_str()) else { continue };
        let Body::Asset { traces, .. } = &sources.get(file).body else { continue };
        attachment.picture = traces.picture;
        let Some(picture) = traces.picture.filter(|_| cfg!(feature = "images")) else { continue };
        let still = matches!(picture.format, Format::Jpeg | Format::Png | Format::Webp);
        if !still || attachment.size > MOST_BYTES {
            continue;
        }
        let private = traces.position || traces.author.is_some();
        let (stem, _) = attachment.url.rsplit_once('.').unwrap_or((&attachment.url, ""));
        let stem = stem.to_owned();
        let planned = shapes(&picture, attachment.size);
        let last = planned.len() - 1;
        for (index, (format, size)) in planned.into_iter().enumerate() {
            let (width, height) = size.unwrap_or((picture.width, picture.height));
            let url = if index == last && !attachment.offered {
                attachment.url.clone()
            } else {
                let extension = format.extension();
                let mut url = format!("{stem}-{width}.{extension}");
                let mut count = 1;
                while taken.contains(&url.to_ascii_lowercase()) {
                    count += 1;
                    url = format!("{stem}-{width}-{count}.{extension}");
                }
                taken.push(url.to_ascii_lowercase());
                url
            };
            let image = Image {
                source: attachment.source.clone(),
                from: picture.format,
                format,
                turn: picture.turn,
                size,
                private,
            };
            attachment.images.push(Variant { url, width, height, image });
        }
    }
}

/// Format and size of every image that is made, ascending; at least one. No size: the source without its metadata.
fn shapes(picture: &Picture, bytes: u64) -> Vec<(Format, Option<(u32, u32)>)> {
    let Picture { format, width, height, turn, .. } = *picture;
    let pixels = u64::from(width) * u64::from(height);
    if picture.obstacle.is_some() || pixels > MOST_PIXELS {
        return vec![(format, None)];
    }
    // WebP is only written without loss: photographs in that format have JPEG as their smaller forms.
    let (own, smaller) = match (format, picture.photograph) {
        (Format::Webp, true) => (width, Format::Jpeg),
        (Format::Webp, false) => (width, Format::Webp),
        _ => (width.min(WIDEST), format),
    };
    let mut planned: Vec<(Format, Option<(u32, u32)>)> = WIDTHS
        .iter()
        .filter(|narrow| **narrow + **narrow / 4 <= own)
        .map(|narrow| (smaller, Some(scaled(width, height, *narrow))))
        .collect();
    // A photograph of less than 0.4 bytes a pixel is as small as it gets.
    let heavy = format == Format::Jpeg && bytes * 5 > pixels * 2;
    let kept = own == width && turn == 1 && !heavy;
    planned.push((format, (!kept).then(|| scaled(width, height, own))));
    planned
}

fn scaled(width: u32, height: u32, to: u32) -> (u32, u32) {
    let (width, to_wide) = (u64::from(width), u64::from(to));
    let height = (u64::from(height) * to_wide + width / 2) / width;
    (to, u32::try_from(height).unwrap_or(u32::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(format: Format, width: u32, height: u32) -> Picture {
        Picture { format, width, height, turn: 1, photograph: false, obstacle: None }
    }

    #[test]
    fn what_is_made_follows_from_size_and_format() {
        let large = picture(Format::Jpeg, 4000, 3000);
        let sizes = [Some((480, 360)), Some((960, 720)), Some((1600, 1200))];
        assert_eq!(shapes(&large, 5 << 20), sizes.map(|size| (Format::Jpeg, size)));
        let small = picture(Format::Jpeg, 500, 400);
        assert_eq!(shapes(&small, 30_000), [(Format::Jpeg, None)]);
        // Heavy: written again at its own size. Turned: it has to be.
        assert_eq!(shapes(&small, 300_000), [(Format::Jpeg, Some((500, 400)))]);
        assert_eq!(shapes(&Picture { turn: 6, ..small }, 30_000), [(Format::Jpeg, Some((500, 400)))]);
        assert_eq!(shapes(&picture(Format::Png, 1, 1), 70), [(Format::Png, None)]);
        let webp = Picture { photograph: true, ..picture(Format::Webp, 1000, 1) };
        assert_eq!(shapes(&webp, 70), [(Format::Jpeg, Some((480, 1))), (Format::Webp, None)]);
        assert_eq!(shapes(&picture(Format::Jpeg, 9000, 8000), 70), [(Format::Jpeg, None)]);
    }
}
