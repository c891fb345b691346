//! Layer 4: decoded values, each with its place.

use super::Kind;
use crate::date::{Date, Partial};
use crate::source::{Span, Spanned};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Boolean(bool),
    Integer(i64),
    Halves(Halves),
    /// In millionths.
    Decimal(i64),
    Date(Date),
    Period(Partial),
    /// The id of a choice or of a vocabulary's term, however it was written.
    Id(String),
    Reference(Kind, String),
    List(Vec<Spanned<Value>>),
    Record(Record),
    /// A record for each key that the edition defines, in the order of the file.
    Gates(Gates),
}

/// Records by the id of their gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    pub gates: Vec<(String, Spanned<Record>)>,
    /// Some key was no gate at all: whether one is missing cannot be said.
    pub odd: bool,
}

/// A number of halves: hours of teaching come in steps of 0.5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Halves(pub u32);

impl fmt::Display for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0 / 2, if self.0.is_multiple_of(2) { "" } else { ".5" })
    }
}

/// The fields of a document or of a nested map that were there and sound, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    entries: Vec<(&'static str, Spanned<Value>)>,
    /// Fields that were written but could not be read, or not whole: at most part of them is in `entries`.
    broken: Vec<&'static str>,
}

impl Record {
    pub(super) fn push(&mut self, name: &'static str, value: Spanned<Value>) {
        self.entries.push((name, value));
    }

    pub(super) fn mark_broken(&mut self, name: &'static str) {
        self.broken.push(name);
    }

    /// Was the field written, soundly or not? Rules stay silent about fields that are broken already.
    pub fn written(&self, name: &str) -> bool {
        self.get(name).is_some() || self.broken.contains(&name)
    }

    /// Could everything that was written be read? A sum over a record that was not would be wrong.
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    /// Could this field, if it was written, be read whole?
    pub fn is_whole(&self, name: &str) -> bool {
        !self.broken.contains(&name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Spanned<Value>)> {
        self.entries.iter().map(|(name, value)| (*name, value))
    }

    pub fn get(&self, name: &str) -> Option<&Spanned<Value>> {
        self.entries.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    pub fn span(&self, name: &str) -> Option<Span> {
        self.get(name).map(|value| value.span)
    }

    /// The words or the id of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| value.value.text())
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)?.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub fn halves(&self, name: &str) -> Option<Halves> {
        match self.get(name)?.value {
            Value::Halves(halves) => Some(halves),
            _ => None,
        }
    }

    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)?.value {
            Value::Boolean(truth) => Some(truth),
            _ => None,
        }
    }

    pub fn date(&self, name: &str) -> Option<Date> {
        match self.get(name)?.value {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }

    pub fn period(&self, name: &str) -> Option<Partial> {
        match self.get(name)?.value {
            Value::Period(period) => Some(period),
            _ => None,
        }
    }

    pub fn record(&self, name: &str) -> Option<&Record> {
        self.get(name).and_then(|value| value.value.record())
    }

    pub fn gates(&self, name: &str) -> Option<&Gates> {
        match self.get(name).map(|value| &value.value) {
            Some(Value::Gates(gates)) => Some(gates),
            _ => None,
        }
    }

    pub fn reference(&self, name: &str) -> Option<(Kind, &str)> {
        self.get(name).and_then(|value| value.value.reference())
    }

    /// The items of a list field; nothing when it is not there.
    pub fn list(&self, name: &str) -> &[Spanned<Value>] {
        match self.get(name).map(|value| &value.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The words or ids of a list field.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.list(name).iter().filter_map(|item| item.value.text())
    }

    /// The records of a list field.
    pub fn records<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Record> + use<'a> {
        self.list(name).iter().filter_map(|item| item.value.record())
    }
}

impl Value {
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Id(text) => Some(text),
            _ => None,
        }
    }

    pub fn record(&self) -> Option<&Record> {
        match self {
            Value::Record(record) => Some(record),
            _ => None,
        }
    }

    pub fn reference(&self) -> Option<(Kind, &str)> {
        match self {
            Value::Reference(kind, id) => Some((*kind, id)),
            _ => None,
        }
    }
}
