//! Layer 0: an image as the head of its file tells it, and an image that is to be made of it.

use super::RelPath;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Svg,
}

impl Format {
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::Gif => "gif",
            Format::Svg => "svg",
        }
    }

    /// Is this a usual ending of such a file?
    pub fn is_named(self, extension: &str) -> bool {
        let own = extension.eq_ignore_ascii_case(self.extension());
        own || (self == Format::Jpeg
            && ["jpeg", "jpe", "jfif"].iter().any(|e| extension.eq_ignore_ascii_case(e)))
    }
}

/// Why an image goes out as it is, without what it says about its maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Moving pictures would become one still.
    Animated,
    /// Inks for print: turning them into colours of a screen needs the profile of a press.
    Cmyk,
}

/// What the head of an image says. Sizes in pixels, as a browser shows it, turned by its orientation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// The orientation of EXIF, 1 to 8; 1 is upright.
    pub turn: u8,
    /// WebP made like a photograph: lossy and without transparency.
    pub photograph: bool,
    pub obstacle: Option<Obstacle>,
}

/// An image of the output, made of a source file by the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub source: RelPath,
    /// Of the source.
    pub from: Format,
    /// Of the result.
    pub format: Format,
    pub turn: u8,
    /// Pixels as shown; `None` for those of the source, of which only the metadata is left out.
    pub size: Option<(u32, u32)>,
    /// The source names a place or a person: it must not go out as it is.
    pub private: bool,
}
