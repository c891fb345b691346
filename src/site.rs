//! Layer 6: all documents together: ids, resolved references, backlinks, attachments. Immutable once assembled.
//! Must not know rules about content, HTML or the disk.

mod assemble;
mod assets;
mod links;
mod pictures;

pub use assemble::{Inputs, assemble};
pub use pictures::{MOST_BYTES, MOST_PIXELS};

use crate::config::{Config, Release};
use crate::date::Date;
use crate::document::{Document, Status};
use crate::fields::Kind;
use crate::source::{Image, Picture, RelPath, Span};
use crate::taxonomy::Taxonomy;
use std::collections::{BTreeMap, BTreeSet};

/// A document's index in its [`Site`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub u32);

/// What the world says about a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub today: Date,
    pub release: Release,
    /// Build drafts and documents under review too.
    pub drafts: bool,
}

#[derive(Clone, Debug)]
pub struct Site {
    pub config: Config,
    pub taxonomy: Taxonomy,
    pub scope: Scope,
    /// Sorted by kind, then id.
    documents: Vec<Document>,
    index: BTreeMap<(Kind, String), DocId>,
    relations: Vec<Relations>,
    /// Old ids and who holds them now.
    pub redirects: Vec<Redirect>,
    unreadable: BTreeSet<(Kind, String)>,
}

/// What one document has to do with others.
#[derive(Clone, Debug, Default)]
struct Relations {
    references: Vec<Reference>,
    /// Parallel to the links of the body.
    links: Vec<Resolved>,
    backlinks: Vec<DocId>,
    attachments: Vec<Attachment>,
}

/// One mention of another document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub to: DocId,
    pub span: Span,
    /// The top-level field; `None` for a link in the body.
    pub field: Option<&'static str>,
}

/// Where a link of a body leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Document(DocId, Option<String>),
    Heading(String),
    /// The output path of an attachment or image.
    Asset(String),
    External,
    /// Reported, or refused before.
    Dead,
}

/// A file that is published with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub source: RelPath,
    /// The output path: `courses/x/file.pdf`.
    pub url: String,
    /// The name that its author gave it.
    pub name: String,
    pub size: u64,
    /// Named in `attachments`, not only linked or shown in the body.
    pub listed: bool,
    /// Shown as an image in the body.
    pub shown: bool,
    /// Listed or linked: readers may save it, so it goes out as it is.
    pub offered: bool,
    /// What is shown, if it can be read.
    pub picture: Option<Picture>,
    /// The images that are made of it, ascending; none: it goes out as it is.
    pub images: Vec<Variant>,
}

/// One image that is made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The output path.
    pub url: String,
    pub width: u32,
    pub height: u32,
    pub image: Image,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    pub kind: Kind,
    pub old: String,
    pub to: DocId,
}

impl Site {
    pub fn get(&self, id: DocId) -> &Document {
        &self.documents[id.0 as usize]
    }

    pub fn find(&self, kind: Kind, id: &str) -> Option<DocId> {
        self.index.get(&(kind, id.to_owned())).copied()
    }

    /// Is there a document of this kind that could not be read? Rules about what is missing stay silent then.
    pub fn any_unreadable(&self, kind: Kind) -> bool {
        self.unreadable.iter().any(|(other, _)| *other == kind)
    }

    /// Is there such a document that could not be read?
    pub fn is_unreadable(&self, kind: Kind, id: &str) -> bool {
        self.unreadable.contains(&(kind, id.to_owned()))
    }

    /// Every document, by kind and id.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = (DocId, &Document)> {
        self.documents.iter().enumerate().map(|(index, document)| (DocId(index as u32), document))
    }

    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (DocId, &Document)> {
        self.documents().filter(move |(_, document)| document.kind == kind)
    }

    pub fn references(&self, id: DocId) -> &[Reference] {
        &self.relations[id.0 as usize].references
    }

    /// Parallel to the links of the document's body.
    pub fn links(&self, id: DocId) -> &[Resolved] {
        &self.relations[id.0 as usize].links
    }

    /// Who refers to the document, each once, by kind and id.
    pub fn backlinks(&self, id: DocId) -> &[DocId] {
        &self.relations[id.0 as usize].backlinks
    }

    pub fn attachments(&self, id: DocId) -> &[Attachment] {
        &self.relations[id.0 as usize].attachments
    }

    pub fn release(&self, id: DocId) -> Release {
        self.get(id).meta.text("release").and_then(Release::from_id).unwrap_or_default()
    }

    /// Does the site show this document at all?
    pub fn is_shown(&self, id: DocId) -> bool {
        let in_use = match self.get(id).status() {
            Status::Draft | Status::Review => self.scope.drafts,
            Status::Published | Status::Suspended | Status::Retired => true,
        };
        in_use && self.release(id) <= self.scope.release
    }

    /// Does it have a page? A teacher who has not consented is a name only.
    pub fn has_page(&self, id: DocId) -> bool {
        let document = self.get(id);
        let consents = document.kind != Kind::Teacher || document.meta.boolean("consent") == Some(true);
        consents && self.is_shown(id)
    }

    /// The documents with a page that are in use: not tombstones.
    pub fn listed(&self, kind: Kind) -> impl Iterator<Item = (DocId, &Document)> {
        self.of_kind(kind).filter(|(id, document)| self.has_page(*id) && document.status() != Status::Retired)
    }
}
