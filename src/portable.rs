//! Layer 0: names of files that every system, server and archive can hold, and sets of them that can lie side by side.
//! The one rule for output, manifest and archive paths. Must not know the disk or where a path comes from.

mod set;

pub use set::{Clash, Difference, PortableSet};

use std::fmt;
use std::sync::Arc;
use unicode_normalization::is_nfc;

/// Most bytes of one part: file systems take 255, and encrypted ones 143; archives and temporary names need the rest.
pub const SEGMENT_BYTES: usize = 80;
/// Most characters of a path, counted as Windows does (in UTF-16): unpacking there fails at 260, the folder included.
pub const PATH_CHARACTERS: usize = 200;

/// A relative path with `/` between its parts that means the same file on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortableName(Arc<str>);

/// Why a path is no [`PortableName`]: the first reason found, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    /// It begins with `/`.
    Absolute,
    /// `//`, or a `/` at the end.
    EmptySegment,
    /// `.` or `..`.
    DotSegment,
    Control(char),
    /// Windows refuses it in names, or takes it for a separator, a drive or a stream.
    Forbidden(char),
    /// It cannot be seen, so that two names would look alike, or turns the direction of reading.
    Invisible(char),
    /// Windows drops it.
    TrailingDotOrSpace,
    /// Windows opens a device instead of the file.
    Device,
    /// Its length in bytes.
    SegmentTooLong(usize),
    /// Not in Normalization Form C: macOS and the rest of the world would write it differently.
    NotComposed,
    /// Its length in UTF-16 units.
    PathTooLong(usize),
}

impl PortableName {
    pub fn new(path: &str) -> Result<PortableName, Fault> {
        if path.is_empty() {
            return Err(Fault::Empty);
        }
        if path.starts_with('/') {
            return Err(Fault::Absolute);
        }
        for segment in path.split('/') {
            check_segment(segment)?;
        }
        if !is_nfc(path) {
            return Err(Fault::NotComposed);
        }
        match path.encode_utf16().count() {
            length if length > PATH_CHARACTERS => Err(Fault::PathTooLong(length)),
            _ => Ok(PortableName(path.into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_segment(segment: &str) -> Result<(), Fault> {
    match segment {
        "" => return Err(Fault::EmptySegment),
        "." | ".." => return Err(Fault::DotSegment),
        _ => {}
    }
    for c in segment.chars() {
        if c.is_control() {
            return Err(Fault::Control(c));
        }
        if matches!(c, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*') {
            return Err(Fault::Forbidden(c));
        }
        if is_invisible(c) {
            return Err(Fault::Invisible(c));
        }
    }
    if segment.ends_with(['.', ' ']) {
        return Err(Fault::TrailingDotOrSpace);
    }
    if is_device(segment) {
        return Err(Fault::Device);
    }
    match segment.len() {
        length if length > SEGMENT_BYTES => Err(Fault::SegmentTooLong(length)),
        _ => Ok(()),
    }
}

/// Whether Windows takes the name for a device, whatever its ending: `con`, `Aux.txt`, `nul.tar.gz`, `com1 .log`.
pub fn is_device(segment: &str) -> bool {
    // What stands before the first dot decides, blanks at its end left out.
    let stem = segment.split('.').next().unwrap_or_default().trim_end_matches(' ');
    const NAMES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    if NAMES.iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        return true;
    }
    let port = stem.get(..3).filter(|port| ["com", "lpt"].iter().any(|name| port.eq_ignore_ascii_case(name)));
    // Superscript digits count as digits there.
    port.is_some_and(|_| {
        matches!(&stem[3..], "¹" | "²" | "³") || matches!(stem.as_bytes()[3..], [b'0'..=b'9'])
    })
}

/// Characters of no width, marks of direction, and separators of lines.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for PortableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PortableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
