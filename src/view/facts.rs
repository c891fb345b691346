//! Layer 8: the header of a document's page: which fields it shows, and every kind of value in words.

use super::catalogue::Catalogue;
use super::document::Fact;
use super::{Link, Text, facet};
use crate::document::Document;
use crate::fields::{COMMON, Choice, Field, Kind, Record, Shape, Value, fields_of};
use crate::taxonomy::Vocabulary;

/// The fields of a kind's header, in this order. The rest of its fields have sections of their own or are not for readers.
fn shown(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Course => &[
            "module",
            "x_topic",
            "area",
            "topics",
            "audience",
            "ranks",
            "hours",
            "methods",
            "mode",
            "teachers",
            "series",
            "prerequisites",
            "textbooks",
            "awards",
        ],
        Kind::Reading => &["kind", "author", "publisher", "year", "isbn", "obtain", "guide"],
        Kind::ReadingList => &["audience", "batch"],
        Kind::Case => &["module", "x_topic", "area", "topics", "region", "period", "bank_level"],
        Kind::Base => &[
            "kind",
            "level",
            "themes",
            "advantage",
            "region",
            "address",
            "capacity",
            "visit_hours",
            "open",
            "contact",
        ],
        Kind::Programme => {
            &["class_kind", "institution", "audience", "start", "end", "days", "liaison", "study_report"]
        }
        Kind::Institution => &["kind", "level", "region", "parent"],
        Kind::Teacher => &["engagement", "role", "institution", "fields"],
        Kind::Term => &["variants", "avoid"],
        Kind::Article => &["kind", "part_of"],
    }
}

const SHOWN_LAST: &[&str] = &["supersedes", "owner", "updated", "status", "rights"];

pub(super) fn field(kind: Kind, name: &str) -> Option<&'static Field> {
    fields_of(kind).iter().chain(COMMON).find(|field| field.name == name)
}

pub(super) fn facts<'s>(catalogue: &'s Catalogue<'_>, document: &'s Document) -> Vec<Fact<'s>> {
    let mut facts = Vec::with_capacity(16);
    for name in shown(document.kind).iter().chain(SHOWN_LAST) {
        let Some(value) = document.meta.get(name) else { continue };
        let Some(field) = field(document.kind, name) else { continue };
        let mut values = Vec::new();
        words(catalogue, field, &field.shape, &value.value, &mut values);
        if !values.is_empty() {
            facts.push(Fact { label: catalogue.named(field.name, field.chinese), values });
        }
    }
    facts
}

/// The label of a field that holds one of a closed set.
pub(super) fn choice(catalogue: &Catalogue<'_>, document: &Document, name: &str) -> Option<Text<'static>> {
    let Shape::Choice(choices) = field(document.kind, name)?.shape else { return None };
    choice_label(catalogue, choices, document.meta.text(name)?)
}

/// The place of a closed set's value in its set.
pub(super) fn rank(document: &Document, name: &str) -> usize {
    let Some(Shape::Choice(choices)) = field(document.kind, name).map(|field| &field.shape) else { return 0 };
    let value = document.meta.text(name);
    choices.iter().position(|choice| Some(choice.id) == value).unwrap_or(choices.len())
}

pub(super) fn choice_label(
    catalogue: &Catalogue<'_>,
    choices: &'static [Choice],
    id: &str,
) -> Option<Text<'static>> {
    choices.iter().find(|choice| choice.id == id).map(|choice| catalogue.named(choice.id, choice.chinese))
}

/// The label of a value from a closed set that a record in a list holds: how a course reads a book.
pub(super) fn item_choice(
    catalogue: &Catalogue<'_>,
    kind: Kind,
    list: &str,
    name: &str,
    record: &Record,
) -> Option<Text<'static>> {
    let Shape::List { of: Shape::Record(fields), .. } = field(kind, list)?.shape else { return None };
    let Shape::Choice(choices) = fields.iter().find(|field| field.name == name)?.shape else { return None };
    choice_label(catalogue, choices, record.text(name)?)
}

fn words<'s>(
    catalogue: &'s Catalogue<'_>,
    field: &Field,
    shape: &Shape,
    value: &'s Value,
    out: &mut Vec<Link<'s>>,
) {
    match (shape, value) {
        (Shape::List { of, .. }, Value::List(items)) => {
            for item in items {
                words(catalogue, field, of, &item.value, out);
            }
        }
        (Shape::Term(vocabulary), Value::Id(id)) => {
            let label = catalogue.label(*vocabulary, id);
            match facet::of_field(field.name).filter(|rule| rule.vocabulary == *vocabulary) {
                Some(rule) => out.push(Link::to(label, rule.target(id))),
                None => out.push(Link::words(label)),
            }
        }
        (Shape::Choice(choices), Value::Id(id)) => {
            out.push(Link::words(choice_label(catalogue, choices, id).unwrap_or_default()));
        }
        (_, Value::Reference(to, id)) => out.extend(catalogue.link_to(Some((*to, id)))),
        (_, Value::Text(text) | Value::Id(text)) => out.push(Link::words(text.as_str())),
        (_, Value::Halves(hours)) => out.push(Link::words(catalogue.say("n_hours", &[("n", hours)]))),
        (_, Value::Integer(number)) => out.push(Link::words(match unit(field.name) {
            Some(key) => catalogue.say(key, &[("n", number)]),
            None => number.to_string(),
        })),
        (_, Value::Date(date)) => out.push(Link::words(catalogue.date(date))),
        (_, Value::Record(record)) if field.name == "period" => {
            let part = |name| record.period(name).map(|date| catalogue.date(date));
            let from = part("from").unwrap_or_default();
            out.push(Link::words(part("to").map_or_else(|| from.clone(), |to| format!("{from}—{to}"))));
        }
        (_, Value::Record(record)) if field.name == "awards" => {
            let level = record.text("level").map_or("", |id| catalogue.label(Vocabulary::Levels, id));
            let year = record.integer("year").map_or(String::new(), |year| {
                let year = catalogue.say("n_year", &[("n", &year)]);
                catalogue.say("in_brackets", &[("n", &year)])
            });
            out.push(Link::words(format!("{level}{}{year}", record.text("kind").unwrap_or_default())));
        }
        _ => {}
    }
}

/// What a bare number counts.
fn unit(field: &str) -> Option<&'static str> {
    match field {
        "capacity" => Some("n_people"),
        "days" => Some("n_days"),
        "year" => Some("n_year"),
        _ => None,
    }
}
