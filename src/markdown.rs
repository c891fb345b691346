//! Layer 2: a Markdown body to HTML, headings, links and plain text in one pass.
//! Must not know front matter, kinds or the site: what a link means is left open in slots that a later layer fills.

mod emphasis;
mod events;
mod html;
mod link;
mod mistakes;
mod prose;

pub use events::parse;
pub use link::{Link, Target};
pub use prose::Prose;

use crate::source::Span;

/// What one body says. Complete when it exists; resolving links makes another value.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// HTML with a slot (see [`fill`]) wherever text depends on another document.
    pub html: String,
    pub headings: Vec<Heading>,
    pub links: Vec<Link>,
    /// Plain text by heading, for search and excerpts; the first section stands before any heading and may be empty.
    /// May hold slots, as `html` does.
    pub sections: Vec<Section>,
    /// Where the body begins in its file, in bytes.
    pub start: usize,
    /// Where the source holds running text.
    pub prose: Prose,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6, as written into the page: no level is skipped and the page's title is level 1.
    pub level: u8,
    /// `h-` and the author's `{#id}`, or `h-` and six hexadecimal digits of the text's SHA-256; unique in the body.
    pub anchor: String,
    /// The author's `{#id}`, if any.
    pub id: Option<String>,
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Index into `headings`; `None` before the first.
    pub heading: Option<usize>,
    /// Paragraphs, cells and items, each ended by a line feed.
    pub text: String,
}

/// What a slot of a body asks for, with the index of its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The URL, from the page that is being written.
    Url(usize),
    /// The title of the document that the link leads to.
    Title(usize),
    /// What the image that the link names is like: attributes of its tag, each after a blank.
    Image(usize),
}

/// The mark of a slot. Authors cannot write it: NUL is refused in every file.
const SLOT: char = '\0';

impl Slot {
    fn mark(self) -> String {
        match self {
            Slot::Url(link) => format!("{SLOT}u{link}{SLOT}"),
            Slot::Title(link) => format!("{SLOT}t{link}{SLOT}"),
            Slot::Image(link) => format!("{SLOT}i{link}{SLOT}"),
        }
    }

    fn read(mark: &str) -> Option<Slot> {
        let link = mark.get(1..)?.parse().ok()?;
        match mark.as_bytes()[0] {
            b'u' => Some(Slot::Url(link)),
            b't' => Some(Slot::Title(link)),
            b'i' => Some(Slot::Image(link)),
            _ => None,
        }
    }
}

/// Appends `text` to `out` with every slot replaced by what `value` writes for it.
pub fn fill(text: &str, out: &mut String, mut value: impl FnMut(Slot, &mut String)) {
    let mut rest = text;
    while let Some(start) = memchr::memchr(SLOT as u8, rest.as_bytes()) {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let Some(end) = memchr::memchr(SLOT as u8, after.as_bytes()) else { return };
        if let Some(slot) = Slot::read(&after[..end]) {
            value(slot, out);
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
}

/// Appends `text` as HTML that shows it, in an element or in a quoted attribute.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Is this a character of Chinese text: 汉字, kana, hangul, full-width forms and Chinese punctuation?
pub(crate) fn is_chinese(c: char) -> bool {
    emphasis::is_cjk(c) || emphasis::is_chinese_quote(c)
}
