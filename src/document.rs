//! Layer 5: what ONE file says. Knows its place, its fields and its body; must not know any other document.

mod encoding;
mod place;

pub use encoding::decode_text;
pub(crate) use place::is_id;
pub use place::{Place, place_of};

use crate::diagnostics::{Code, Diagnostic, text};
use crate::fields::{COMMON, Context, Kind, Record, decode, fields_of};
use crate::front_matter::{self, Limits, check_characters, parse_yaml};
use crate::markdown::{self, Body};
use crate::source::{FileId, RelPath, SourceFile, Span};
use crate::taxonomy::Taxonomy;

/// One document, complete. What it refers to is resolved by the site, in another value.
#[derive(Clone, Debug)]
pub struct Document {
    pub file: FileId,
    pub path: RelPath,
    pub kind: Kind,
    pub id: String,
    /// The folder that is the document's own (`<id>/index.md`), where its attachments lie.
    pub folder: Option<String>,
    /// The opening `---` line: where something missing is reported.
    pub first_line: Span,
    pub meta: Record,
    pub body: Body,
}

/// Whether a document is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    Review,
    Published,
    Suspended,
    Retired,
}

impl Document {
    /// `kind/id`, as references write it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.kind.id(), self.id)
    }

    pub fn title(&self) -> &str {
        self.meta.text("title").unwrap_or(&self.id)
    }

    /// A status that could not be read counts as a draft: nothing half understood is published.
    pub fn status(&self) -> Status {
        match self.meta.text("status") {
            Some("review") => Status::Review,
            Some("published") => Status::Published,
            Some("suspended") => Status::Suspended,
            Some("retired") => Status::Retired,
            _ => Status::Draft,
        }
    }

    /// The page's path in the output: `courses/x.html`.
    pub fn url(&self) -> String {
        format!("{}/{}.html", self.kind.folder(), self.id)
    }
}

/// Reads one Markdown file. `None` when it cannot be known what the document says.
pub fn parse(
    file: FileId,
    source: &SourceFile,
    place: &Place,
    taxonomy: &Taxonomy,
    limits: &Limits,
) -> (Option<Document>, Vec<Diagnostic>) {
    let text = match decode_text(file, source, limits.markdown) {
        Ok(text) => text,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let mut diagnostics = Vec::new();
    check_characters(file, text, &mut diagnostics);
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return (None, diagnostics);
    }
    let parts = match front_matter::split(file, text) {
        Ok(parts) => parts,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return (None, diagnostics);
        }
    };
    if parts.yaml.len() > limits.front_matter {
        let kib = limits.front_matter >> 10;
        let message = text!("元数据超过 {kib} KiB 的限制", "the front matter is over the limit of {kib} KiB");
        diagnostics.push(
            Diagnostic::new(Code(6), parts.first_line, message)
                .help(text!("长文字写在正文里，元数据只放字段", "put long text into the body")),
        );
        return (None, diagnostics);
    }
    let (root, found) = parse_yaml(file, parts.yaml, parts.yaml_start, limits);
    diagnostics.extend(found);
    let (body, found) = markdown::parse(file, parts.body, parts.body_start);
    diagnostics.extend(found);
    let Some(root) = root else { return (None, diagnostics) };
    let context = Context { taxonomy, kind: Some(place.kind), first_line: parts.first_line };
    let (meta, found) = decode(&root, &[COMMON, fields_of(place.kind)], &context);
    diagnostics.extend(found);
    let document = Document {
        file,
        path: source.path.clone(),
        kind: place.kind,
        id: place.id.clone(),
        folder: place.folder.clone(),
        first_line: parts.first_line,
        meta,
        body,
    };
    (Some(document), diagnostics)
}
