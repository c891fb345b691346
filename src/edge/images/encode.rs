//! Layer 11, `images::encode`: decodes an image and writes it in another size. Knows pixels; must not know files.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as Rows, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};

use crate::source::{Format, Image};

/// Below it blocks of 8 pixels show on plain areas; above it files grow faster than images gain.
const QUALITY: u8 = 80;

pub(super) struct Decoded {
    pixels: DynamicImage,
    profile: Option<Vec<u8>>,
}

/// `None` for a damaged image. A panic of a decoder is damage too: it must not take the site with it.
pub(super) fn decode(bytes: &[u8], image: &Image) -> Option<Decoded> {
    let format = match image.from {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
        Format::Gif | Format::Svg => return None,
    };
    let decode = || -> Option<Decoded> {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::default();
        // 64 million pixels of four channels of 16 bits.
        limits.max_alloc = Some(512 << 20);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().ok()?;
        let profile = decoder.icc_profile().ok().flatten();
        Some(Decoded { pixels: DynamicImage::from_decoder(decoder).ok()?, profile })
    };
    catch_unwind(AssertUnwindSafe(decode)).ok().flatten()
}

pub(super) fn encode(decoded: &Decoded, image: &Image) -> Option<Vec<u8>> {
    let encode = || -> Option<Vec<u8>> {
        let (width, height) = image.size?;
        let (width, height) = if image.turn >= 5 { (height, width) } else { (width, height) };
        let mut pixels = eight_bits(scale(&decoded.pixels, width, height));
        pixels.apply_orientation(Orientation::from_exif(image.turn)?);
        write(&pixels, decoded.profile.as_ref(), image.format).ok()
    };
    catch_unwind(AssertUnwindSafe(encode)).ok().flatten()
}

/// First to twice the size by averages, which needs no copy of the whole image in wide numbers, then by a sharp filter.
fn scale(pixels: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    if (pixels.width(), pixels.height()) == (width, height) {
        return pixels.clone();
    }
    let near = (pixels.width() / 3 >= width && pixels.height() / 3 >= height)
        .then(|| pixels.thumbnail_exact(width * 2, height * 2));
    near.as_ref().unwrap_or(pixels).resize_exact(width, height, FilterType::CatmullRom)
}

fn eight_bits(pixels: DynamicImage) -> DynamicImage {
    let color = pixels.color();
    match (color.has_color(), color.has_alpha()) {
        (false, false) => DynamicImage::ImageLuma8(pixels.into_luma8()),
        (false, true) => DynamicImage::ImageLumaA8(pixels.into_luma_alpha8()),
        (true, false) => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        (true, true) => DynamicImage::ImageRgba8(pixels.into_rgba8()),
    }
}

fn write(pixels: &DynamicImage, profile: Option<&Vec<u8>>, format: Format) -> image::ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    let with_profile = |encoder: &mut dyn FnMut(Vec<u8>)| {
        if let Some(profile) = profile {
            encoder(profile.clone());
        }
    };
    match format {
        Format::Jpeg => {
            let opaque = match pixels {
                DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => None,
                DynamicImage::ImageLumaA8(_) => Some(DynamicImage::ImageLuma8(pixels.to_luma8())),
                _ => Some(DynamicImage::ImageRgb8(pixels.to_rgb8())),
            };
            let mut encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
            with_profile(&mut |profile| drop(encoder.set_icc_profile(profile)));
            opaque.as_ref().unwrap_or(pixels).write_with_encoder(encoder)?;
        }
        Format::Webp => {
            let mut encoder = WebPEncoder::new_lossless(&mut out);
            with_profile(&mut |profile| drop(encoder.set_icc_profile(profile)));
            // The encoder takes no image of one channel.
            match pixels.color().has_alpha() {
                true => DynamicImage::ImageRgba8(pixels.to_rgba8()).write_with_encoder(encoder)?,
                false => DynamicImage::ImageRgb8(pixels.to_rgb8()).write_with_encoder(encoder)?,
            }
        }
        Format::Png | Format::Gif | Format::Svg => {
            let mut encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Best, Rows::Adaptive);
            with_profile(&mut |profile| drop(encoder.set_icc_profile(profile)));
            pixels.write_with_encoder(encoder)?;
        }
    }
    Ok(out)
}
