//! Layer 8: the body of one document as a part of another page: its headings lowered, its ids made unique, its links led
//! where that page wants them. Reads only the HTML of our own renderer, in which `<` and `>` stand for nothing but tags.

use super::catalogue::Catalogue;
use super::{document, image};
use crate::markdown::{Slot, escape, fill};
use crate::site::{DocId, Resolved};

/// Where a link leads from the page that takes the body in.
pub(super) enum Target {
    /// A place of this page or of this site.
    Near(String),
    /// An address on the web.
    Far(String),
    /// Nowhere: its words stay.
    Words,
}

/// How a page takes a body in.
pub(super) struct Frame<'f> {
    /// Before every id of the body.
    pub prefix: &'f str,
    /// What tells its tables from those of other bodies; empty where there are none.
    pub title: &'f str,
    /// By how much its headings are lowered; level 6 is the lowest.
    pub lowered: u8,
    pub target: &'f dyn Fn(&Resolved) -> Target,
}

pub(super) fn passage(catalogue: &Catalogue<'_>, id: DocId, frame: &Frame<'_>) -> String {
    let html = catalogue.site.get(id).body.html.as_str();
    let links = catalogue.site.links(id);
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    // For every link that is open: does it have an end tag?
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        words(catalogue, id, &rest[..start], &mut out);
        let end = memchr::memchr(b'>', &rest.as_bytes()[start..]).map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start..end];
        rest = &rest[end..];
        if tag == "</a>" {
            if open.pop().unwrap_or(true) {
                out.push_str(tag);
            }
        } else if tag.starts_with("<a ") {
            let written = link(tag, links, frame, &mut out);
            open.push(written);
        } else if tag.starts_with("<img ") {
            picture(catalogue, id, tag, frame, &mut out);
        } else {
            element(tag, frame, &mut out);
        }
    }
    words(catalogue, id, rest, &mut out);
    out
}

fn words(catalogue: &Catalogue<'_>, id: DocId, text: &str, out: &mut String) {
    fill(text, out, |slot, out| {
        if let Slot::Title(link) = slot {
            escape(&document::title(catalogue, id, link), out);
        }
    });
}

/// The link that the slot of a tag stands for; `None` for a tag without a slot.
fn slot_of(tag: &str) -> Option<usize> {
    let mut link = None;
    fill(tag, &mut String::new(), |slot, _| {
        if let Slot::Url(index) = slot {
            link = Some(index);
        }
    });
    link
}

/// Writes the start tag of a link; `false` where only its words stay.
fn link(tag: &str, links: &[Resolved], frame: &Frame<'_>, out: &mut String) -> bool {
    let Some(index) = slot_of(tag) else {
        element(tag, frame, out);
        return true;
    };
    let target = match links.get(index) {
        Some(Resolved::Heading(anchor)) => Target::Near(format!("#{}{anchor}", frame.prefix)),
        Some(resolved) => (frame.target)(resolved),
        None => Target::Words,
    };
    let (class, url) = match &target {
        Target::Near(url) => ("", url),
        Target::Far(url) => (" class=\"external\" rel=\"noopener\"", url),
        Target::Words => return false,
    };
    out.push_str("<a");
    out.push_str(class);
    out.push_str(" href=\"");
    escape(url, out);
    out.push_str("\">");
    true
}

/// An image that the page cannot hold is its description.
fn picture(catalogue: &Catalogue<'_>, id: DocId, tag: &str, frame: &Frame<'_>, out: &mut String) {
    let links = catalogue.site.links(id);
    let shown = slot_of(tag).and_then(|index| match links.get(index) {
        Some(Resolved::Asset(path)) => {
            Some((frame.target)(&Resolved::Asset(image::shown(catalogue, id, index, path).to_owned())))
        }
        _ => None,
    });
    match shown {
        Some(Target::Near(url)) => fill(tag, out, |slot, out| match slot {
            Slot::Image(link) => image::attributes(catalogue, id, link, out),
            _ => escape(&url, out),
        }),
        _ => {
            let alt = tag.split_once(" alt=\"").and_then(|(_, rest)| rest.split_once('"'));
            out.push_str("<span class=\"alt\">");
            out.push_str(alt.map_or("", |(alt, _)| alt));
            out.push_str("</span>");
        }
    }
}

fn element(tag: &str, frame: &Frame<'_>, out: &mut String) {
    let name = tag.trim_start_matches(['<', '/']);
    let level = name.strip_prefix('h').and_then(|rest| rest.bytes().next()).filter(u8::is_ascii_digit);
    let mut rest = tag;
    if let Some(level) = level {
        let slash = if tag.starts_with("</") { "/" } else { "" };
        let lowered = (level - b'0' + frame.lowered).min(6);
        out.push_str(&format!("<{slash}h{lowered}"));
        rest = &name[2..];
    }
    if frame.prefix.is_empty() {
        out.push_str(rest);
        return;
    }
    if let Some((before, after)) = rest.split_once(" role=\"region\" aria-label=\"") {
        // Landmarks of one page bear different names.
        out.push_str(before);
        out.push_str(" role=\"region\" aria-label=\"");
        escape(frame.title, out);
        out.push(' ');
        rest = after;
    }
    for mark in [" id=\"", " href=\"#"] {
        if let Some((before, after)) = rest.split_once(mark) {
            out.push_str(before);
            out.push_str(mark);
            out.push_str(frame.prefix);
            rest = after;
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tag: &str) -> String {
        let frame = Frame { prefix: "x_", title: "甲", lowered: 2, target: &|_| Target::Words };
        let mut out = String::new();
        element(tag, &frame, &mut out);
        out
    }

    #[test]
    fn headings_go_down_and_ids_are_told_apart() {
        assert_eq!(written("<h2 id=\"h-a\">"), "<h4 id=\"x_h-a\">");
        assert_eq!((written("</h2>"), written("<h6>")), ("</h4>".into(), "<h6>".into()));
        assert_eq!(
            written("<a id=\"fnref-1\" href=\"#fn-1\">"),
            "<a id=\"x_fnref-1\" href=\"#x_fn-1\">",
            "a note and the way back"
        );
        assert_eq!(
            written("<div class=\"tw\" role=\"region\" aria-label=\"表格 1\">"),
            "<div class=\"tw\" role=\"region\" aria-label=\"甲 表格 1\">"
        );
        assert_eq!((written("<hr />"), written("<p>")), ("<hr />".into(), "<p>".into()));
    }
}
