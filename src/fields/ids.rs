//! Layer 4: values that are written as a label or an alias, to be written as their ids.

use super::{Field, Record, Shape, Value};
use crate::diagnostics::{Fix, Replacement};
use crate::source::{Span, Spanned};

/// For every value of `record`, whose fields are those of `tables` and whose file says `text`: the fix that writes the id.
pub fn ids(record: &Record, tables: &[&[Field]], text: &str) -> Vec<Fix> {
    let mut out = Vec::new();
    walk(record, tables, text, &mut out);
    out
}

fn walk(record: &Record, tables: &[&[Field]], text: &str, out: &mut Vec<Fix>) {
    for (name, value) in record.iter() {
        let field = tables.iter().flat_map(|table| table.iter()).find(|field| field.name == name);
        if let Some(field) = field {
            look(value, &field.shape, text, out);
        }
    }
}

fn look(value: &Spanned<Value>, shape: &Shape, text: &str, out: &mut Vec<Fix>) {
    match (&value.value, shape) {
        (Value::Id(id), _) | (Value::Text(id), Shape::Slot) => {
            out.extend(rewritten(id, value.span, text));
        }
        (Value::List(items), Shape::List { of, .. }) => {
            items.iter().for_each(|item| look(item, of, text, out));
        }
        (Value::Record(record), Shape::Record(fields)) => walk(record, &[fields], text, out),
        _ => {}
    }
}

fn rewritten(id: &str, span: Span, text: &str) -> Option<Fix> {
    let written = text.get(span.range())?;
    // A block scalar (`|`) is rare enough here to be left to its author.
    if written.contains(['\n', '\r']) || written.trim_matches(['"', '\'']).trim() == id {
        return None;
    }
    // A code of digits only would be a number, and 09:00 a time.
    let plain = id.starts_with(|c: char| c.is_ascii_alphabetic());
    let new = if plain { id.to_owned() } else { format!("'{id}'") };
    Some(Fix { replacements: vec![Replacement { start: span.start, end: span.end, text: new }] })
}
