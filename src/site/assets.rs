//! Layer 6: files that go out with a document, under names that every system can hold.

use super::Attachment;
use super::Relations;
use super::assemble::Resolver;
use super::links::join;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::document::Document;
use crate::portable::PortableName;
use crate::source::{Body, SourceFile};
use sha2::{Digest, Sha256};

/// How a document uses a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Listed,
    Linked,
    Shown,
}

impl Use {
    fn note(self, attachment: &mut Attachment) {
        attachment.listed |= self == Use::Listed;
        attachment.shown |= self == Use::Shown;
        attachment.offered |= self != Use::Shown;
    }
}

/// The files that a document names in `attachments`.
pub(super) fn listed(
    resolver: &Resolver<'_>,
    document: &Document,
    related: &mut Relations,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for item in document.meta.list("attachments") {
        let Some(name) = item.value.text() else { continue };
        let source = join(document.path.folder(), name).and_then(|path| resolver.sources.find(path.as_str()));
        let published =
            source.and_then(|file| publish(document, resolver.sources.get(file), related, Use::Listed));
        if published.is_none() {
            let folder = document.path.folder();
            diagnostics.push(
                Diagnostic::new(
                    Code(309),
                    item.span,
                    text!("找不到附件“{name}”", "the attachment “{name}” does not exist"),
                )
                .help(text!(
                    "把文件放到 {folder}/，名字要完全一样",
                    "put the file into {folder}/ under exactly this name"
                )),
            );
        }
    }
}

/// Adds `source` to the document's files once and gives its output path. `None` for what must not go out.
pub(super) fn publish(
    document: &Document,
    source: &SourceFile,
    related: &mut Relations,
    used: Use,
) -> Option<String> {
    let Body::Asset { size, .. } = source.body else { return None };
    let note = document.meta.text("teaching_note").and_then(|note| join(document.path.folder(), note));
    if note.as_ref() == Some(&source.path) {
        return None;
    }
    if let Some(known) = related.attachments.iter_mut().find(|known| known.source == source.path) {
        used.note(known);
        return Some(known.url.clone());
    }
    let name = source.path.file_name();
    let folder = format!("{}/{}", document.kind.folder(), document.id);
    let mut portable = portable_name(source);
    let mut url = format!("{folder}/{portable}");
    let mut count = 1;
    while related.attachments.iter().any(|other| other.url.eq_ignore_ascii_case(&url)) {
        count += 1;
        portable = format!("{count}-{}", portable_name(source));
        url = format!("{folder}/{portable}");
    }
    let mut attachment = Attachment {
        source: source.path.clone(),
        url: url.clone(),
        name: name.to_owned(),
        size,
        listed: false,
        shown: false,
        offered: false,
        picture: None,
        images: Vec::new(),
    };
    used.note(&mut attachment);
    related.attachments.push(attachment);
    Some(url)
}

/// The file name itself when it is short ASCII and no device of Windows; else `file-` and eight hexadecimal digits that
/// stand for its path.
fn portable_name(source: &SourceFile) -> String {
    let name = source.path.file_name();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let sound = name.len() <= 60 && name.chars().all(plain) && !name.starts_with(['.', '-']);
    if sound && PortableName::new(name).is_ok() {
        return name.to_owned();
    }
    let digest = Sha256::digest(source.path.as_str().as_bytes());
    let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let extension: String =
        source.path.extension().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let dot = if extension.is_empty() { "" } else { "." };
    format!("file-{hex}{dot}{}", extension.to_ascii_lowercase())
}
