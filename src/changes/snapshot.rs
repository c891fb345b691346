//! Layer 7, changes: a document as the few values by which a later build tells what changed.

use super::{BODY, Fields, Held, STATUS, TITLE};
use crate::document::{Document, Status};
use crate::fields::Value;
use crate::markdown::Target;
use crate::site::{DocId, Site};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Fields that no page shows, or that say something about the file and not about its subject.
const UNSEEN: &[&str] = &[
    "release",
    "review_due",
    "reviews",
    "keywords",
    "aliases",
    "formerly",
    "exit",
    "teaching_note",
    "key",
    "geo",
    "admitted",
    "exited",
    "consent",
];

/// Every document with a page, by `kind/id`. Of a retired one only that it is: what it said is not published any more.
pub(super) fn snapshot(site: &Site) -> BTreeMap<String, Fields> {
    let shown: Vec<DocId> = site.documents().map(|(id, _)| id).filter(|id| site.has_page(*id)).collect();
    let fields: Vec<(String, Fields)> =
        shown.into_par_iter().map(|id| (site.get(id).key(), fields(site, id))).collect();
    fields.into_iter().collect()
}

fn fields(site: &Site, id: DocId) -> Fields {
    let document = site.get(id);
    let status = document.meta.text("status").unwrap_or("draft").to_owned();
    let mut fields = Fields::from([
        (TITLE.to_owned(), Held::Values(vec![document.title().to_owned()])),
        (STATUS.to_owned(), Held::Values(vec![status])),
    ]);
    let retired = document.status() == Status::Retired;
    fields.insert(BODY.to_owned(), Held::Hash(if retired { String::new() } else { body(document) }));
    if !retired {
        let seen = document.meta.iter().filter(|(name, _)| !fields_apart(name));
        fields.extend(seen.map(|(name, value)| (name.to_owned(), held(site, &value.value))));
    }
    fields
}

fn fields_apart(name: &str) -> bool {
    name == TITLE || name == STATUS || UNSEEN.contains(&name)
}

/// Values from closed sets and numbers are kept as they are; words only as a hash.
fn held(site: &Site, value: &Value) -> Held {
    let mut values = Vec::new();
    if plain(site, value, &mut values) {
        return Held::Values(values);
    }
    let mut text = String::new();
    spell(value, &mut text);
    Held::Hash(hash(&text))
}

fn plain(site: &Site, value: &Value, out: &mut Vec<String>) -> bool {
    out.push(match value {
        Value::Id(id) => id.clone(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Halves(halves) => halves.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Reference(kind, id) => {
            // What this site must not even name is not in its record either.
            if site.find(*kind, id).is_some_and(|to| site.is_shown(to)) {
                out.push(format!("{}/{id}", kind.id()));
            }
            return true;
        }
        Value::List(items) => return items.iter().all(|item| plain(site, &item.value, out)),
        Value::Text(_) | Value::Decimal(_) | Value::Record(_) | Value::Gates(_) => return false,
    });
    true
}

/// A value without its places in the file, unambiguous.
fn spell(value: &Value, out: &mut String) {
    let simple = match value {
        Value::Text(text) | Value::Id(text) => text.clone(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) | Value::Decimal(number) => number.to_string(),
        Value::Halves(halves) => halves.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Reference(kind, id) => format!("{}/{id}", kind.id()),
        Value::List(items) => {
            out.push('[');
            items.iter().for_each(|item| spell(&item.value, out));
            return out.push(']');
        }
        Value::Record(record) => {
            out.push('{');
            for (name, value) in record.iter() {
                out.push_str(name);
                spell(&value.value, out);
            }
            return out.push('}');
        }
        // Who reviewed a document is not shown.
        Value::Gates(_) => return,
    };
    out.push_str(&format!("{}:{simple}", simple.len()));
}

/// The words of a body, its headings and where its links lead: a newer keben that writes other HTML changes none of it.
fn body(document: &Document) -> String {
    let body = &document.body;
    let mut text = String::new();
    let mut add = |mark: char, words: &str| {
        text.push(mark);
        text.push_str(words);
        text.push('\0');
    };
    for section in &body.sections {
        if let Some(heading) = section.heading.and_then(|index| body.headings.get(index)) {
            add(char::from(b'0' + heading.level), &heading.text);
        }
        add('p', &section.text);
    }
    for link in &body.links {
        let to = match &link.target {
            Target::Wiki { reference, heading } => {
                format!("{reference}#{}", heading.as_deref().unwrap_or(""))
            }
            Target::File { path, heading } => format!("{path}#{}", heading.as_deref().unwrap_or("")),
            Target::Heading(heading) => format!("#{heading}"),
            Target::External(url) => url.clone(),
            Target::Refused => continue,
        };
        add(if link.image { 'i' } else { 'a' }, &to);
    }
    hash(&text)
}

/// 48 bits: enough to tell one version from the next, not to find out what was said.
fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}
