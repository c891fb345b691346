//! Layer 8: what a page says about an image that its text shows: size, and the forms that a browser chooses from.

use super::catalogue::{Catalogue, root_of};
use crate::markdown::escape;
use crate::site::{Attachment, DocId, Resolved};
use std::fmt::Write;

/// How wide an image stands: the column of an article has 38 characters of 18 px (43 × 16 px), a phone its screen.
const SIZES: &str = "(min-width:45em) 43em, 94vw";

/// The output path of the image that the link shows; `path` is that of its file.
pub(super) fn shown<'s>(catalogue: &Catalogue<'s>, id: DocId, link: usize, path: &'s str) -> &'s str {
    let is_image = catalogue.site.get(id).body.links.get(link).is_some_and(|link| link.image);
    let largest = attachment(catalogue, id, path).filter(|_| is_image).and_then(|file| file.images.last());
    largest.map_or(path, |variant| &variant.url)
}

fn attachment<'s>(catalogue: &Catalogue<'s>, id: DocId, path: &str) -> Option<&'s Attachment> {
    catalogue.site.attachments(id).iter().find(|file| file.url == path)
}

/// ` width=".." height=".." srcset=".." sizes=".."`, as far as they are known.
pub(super) fn attributes(catalogue: &Catalogue<'_>, id: DocId, link: usize, out: &mut String) {
    let Some(Resolved::Asset(path)) = catalogue.site.links(id).get(link) else { return };
    let Some(attachment) = attachment(catalogue, id, path) else { return };
    let largest = attachment.images.last();
    let size = largest.map(|variant| (variant.width, variant.height));
    let size = size.or_else(|| attachment.picture.map(|picture| (picture.width, picture.height)));
    if let Some((width, height)) = size {
        // Writing to a String cannot fail.
        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    }
    if attachment.images.len() < 2 {
        return;
    }
    let root = root_of(catalogue.url(id));
    out.push_str(" srcset=\"");
    for (index, variant) in attachment.images.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        out.push_str(root);
        escape(&variant.url, out);
        let _ = write!(out, " {}w", variant.width);
    }
    let _ = write!(out, "\" sizes=\"{SIZES}\"");
}
