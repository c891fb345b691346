//! Layer 7: which values of the edition's vocabularies documents use.

use super::in_use;
use crate::fields::{COMMON, Field, Kind, Record, Shape, Value, fields_of};
use crate::site::Site;
use crate::taxonomy::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// For every vocabulary that some field takes its values from, the values that documents in use have.
pub(super) fn used(site: &Site) -> BTreeMap<Vocabulary, BTreeSet<&str>> {
    let mut used = BTreeMap::new();
    for kind in Kind::ALL {
        for table in [COMMON, fields_of(kind)] {
            declare(table, &mut used);
            for (_, document) in in_use(site, kind) {
                record(table, &document.meta, &mut used);
            }
        }
    }
    used
}

/// A vocabulary that no document uses is still one that documents could use.
fn declare(table: &[Field], used: &mut BTreeMap<Vocabulary, BTreeSet<&str>>) {
    for field in table {
        let mut shape = &field.shape;
        while let Shape::List { of, .. } = shape {
            shape = of;
        }
        match shape {
            Shape::Term(vocabulary) => {
                used.entry(*vocabulary).or_default();
            }
            Shape::Record(fields) => declare(fields, used),
            _ => {}
        }
    }
}

fn record<'a>(table: &[Field], record: &'a Record, used: &mut BTreeMap<Vocabulary, BTreeSet<&'a str>>) {
    for (name, value) in record.iter() {
        if let Some(field) = table.iter().find(|field| field.name == name) {
            take(&field.shape, &value.value, used);
        }
    }
}

fn take<'a>(shape: &Shape, value: &'a Value, used: &mut BTreeMap<Vocabulary, BTreeSet<&'a str>>) {
    match (shape, value) {
        (Shape::Term(vocabulary), Value::Id(id)) => {
            used.entry(*vocabulary).or_default().insert(id);
        }
        (Shape::List { of, .. }, Value::List(items)) => {
            items.iter().for_each(|item| take(of, &item.value, used));
        }
        (Shape::Record(fields), Value::Record(inner)) => record(fields, inner, used),
        _ => {}
    }
}
