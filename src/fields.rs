//! Layer 4: the fields of a document as one table, and the decoder that reads front matter by it.
//! Knows shapes of values and the edition's vocabularies; must not know other documents.
//!
//! One table drives decoding, scaffolding, references and the headers of pages, so that they cannot disagree.

mod choices;
mod decode;
mod describe;
mod ids;
mod kind;
mod number;
mod scalar;
mod schema;
mod slips;
mod tables;
mod value;
mod vocabulary;

pub use choices::{Choice, in_english};
pub use decode::{Context, decode};
pub use ids::ids;
pub use kind::Kind;
pub use schema::{document_schema, every_schema, site_schema};
pub use tables::{COMMON, SITE, fields_of};
pub use value::{Gates, Halves, Record, Value};

use crate::taxonomy::Vocabulary;

/// One field: its name in both languages, what it holds and when it must be there.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub chinese: &'static str,
    pub shape: Shape,
    pub need: Need,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    /// Required once the document is published or suspended.
    Published,
    Optional,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Words.
    Text,
    Boolean,
    /// A whole number within limits.
    Integer {
        min: i64,
        max: i64,
    },
    /// A number in steps of one half, more than zero; `max` in halves.
    Halves {
        max: u32,
    },
    /// A decimal number within limits, in millionths.
    Decimal {
        min: i64,
        max: i64,
    },
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A year, a month or a day.
    Period,
    /// A whole number or words: a chapter by its number or its title.
    NumberOrText,
    /// `am`, `pm`, `evening` or `HH:MM`.
    Slot,
    /// One of a closed set that the program acts on.
    Choice(&'static [Choice]),
    /// A value of one of the edition's vocabularies.
    Term(Vocabulary),
    /// The id of a document of one kind.
    Reference(Kind),
    /// The id of a document of the same kind.
    OwnKind,
    /// A list with at least `min` items once the field must be there.
    List {
        of: &'static Shape,
        min: usize,
    },
    Record(&'static [Field]),
    /// A record for each review gate of the edition.
    Gates(&'static [Field]),
}
