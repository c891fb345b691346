//! Layer 8: the address of a page as a QR code (ISO/IEC 18004), for its paper: who holds a print finds the page again.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use std::fmt::Write;

/// The code as one path of an SVG, in units of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Qr {
    /// What it says.
    pub url: String,
    /// Modules on a side, the quiet zone of four on every side included.
    pub side: usize,
    /// Strokes of the width of a module, from left to right in every row.
    pub path: String,
}

const QUIET: usize = 4;

/// `None` for an address that is too long for any code (2,953 bytes).
pub fn qr(url: &str) -> Option<Qr> {
    // Level L: on clean paper larger squares help a camera more than redundancy does, and the page grows least.
    let code = QrCode::with_error_correction_level(url, EcLevel::L).ok()?;
    let width = code.width();
    let colours = code.to_colors();
    let mut path = String::with_capacity(width * width * 2);
    for (row, cells) in colours.chunks(width).enumerate() {
        let mut at = 0;
        let mut drawn = None;
        while let Some(start) = (at..width).find(|x| cells[*x] == Color::Dark) {
            let end = (start..width).find(|x| cells[*x] == Color::Light).unwrap_or(width);
            // Writing into a text cannot fail.
            let _ = match drawn {
                None => write!(path, "M{} {}.5h{}", start + QUIET, row + QUIET, end - start),
                Some(last) => write!(path, "m{} 0h{}", start - last, end - start),
            };
            drawn = Some(end);
            at = end;
        }
    }
    Some(Qr { url: url.to_owned(), side: width + 2 * QUIET, path })
}
