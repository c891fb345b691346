//! Layer 8: what the last builds changed, and which site this is: the changes page and what the front page says of it.
//! Knows the site and the record of its last build. Must not know templates.

use super::catalogue::Catalogue;
use super::facts;
use super::{Chrome, Entry, Link};
use crate::changes::{Act, BODY, Day, Held, Item, Record, STATUS, TITLE, key};
use crate::date::Date;
use crate::fields::{Kind, Shape};
use crate::site::DocId;
use serde::Serialize;
use std::collections::BTreeSet;

/// Documents under “最近更新” of the front page.
const RECENT: usize = 8;
/// Documents that the changes page lists by their dates.
const LATEST: usize = 100;
/// Documents that one list of a day names.
const MOST_OF_A_KIND: usize = 50;
/// Documents that all days name together: older days beyond are numbers.
const MOST_IN_ALL: usize = 600;
/// For so many days a document counts as fresh.
const FRESH_DAYS: i64 = 30;
/// A list of values that is longer is told by what came and what went.
const SHORT_LIST: usize = 2;

/// What only the pages know that are made last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Version<'a> {
    /// Of all other files; `None` in a preview.
    pub fingerprint: Option<&'a str>,
    pub record: Option<&'a Record>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ChangesPage<'a> {
    pub chrome: Chrome<'a>,
    /// Fingerprint and date of the site, in words.
    pub version: String,
    /// The days on which the site changed, the latest first; none after the first build.
    pub days: Vec<ChangedDay>,
    /// The documents that were updated last, by their own dates.
    pub latest: Vec<Entry<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ChangedDay {
    pub date: String,
    pub groups: Vec<ChangedGroup>,
}

/// What was added, changed or withdrawn on a day.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedGroup {
    pub label: String,
    pub count: usize,
    pub items: Vec<ChangedItem>,
    /// Those that are not named.
    pub more: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct ChangedItem {
    pub title: Link<'static>,
    pub kind: String,
    /// “学时：4 → 6”, “正文有修改”.
    pub notes: Vec<String>,
}

/// Which site this is, in words: for whoever compares two copies.
pub(super) fn version_line(catalogue: &Catalogue<'_>, version: &Version<'_>) -> String {
    let fingerprint = match version.fingerprint {
        Some(text) => {
            let parts: Vec<&str> = (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
            parts.join(" ")
        }
        None => catalogue.word("preview").to_owned(),
    };
    match dated(catalogue).first() {
        Some((date, _)) => {
            catalogue.say("version_of", &[("n", &fingerprint), ("date", &catalogue.date(date))])
        }
        None => catalogue.say("version", &[("n", &fingerprint)]),
    }
}

/// Documents with a date of update, the latest first; of one day in the order of kinds.
fn dated(catalogue: &Catalogue<'_>) -> Vec<(Date, DocId)> {
    let all = Kind::ALL.into_iter().flat_map(|kind| catalogue.of_kind(kind)).copied();
    let mut dated: Vec<_> =
        all.filter_map(|id| Some((catalogue.site.get(id).meta.date("updated")?, id))).collect();
    dated.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    dated
}

fn by_date<'s>(catalogue: &'s Catalogue<'_>, most: usize) -> Vec<Entry<'s>> {
    let today = catalogue.site.scope.today.day_number();
    let entry = |(date, id): (Date, DocId)| {
        let fresh = (0..=FRESH_DAYS).contains(&(today - date.day_number()));
        let entry = catalogue.entry(id, false);
        let flag = entry.flag.or(fresh.then(|| catalogue.word("fresh")));
        dated_entry(catalogue, Entry { flag, ..entry }, date, id)
    };
    dated(catalogue).into_iter().take(most).map(entry).collect()
}

fn dated_entry<'s>(catalogue: &'s Catalogue<'_>, entry: Entry<'s>, date: Date, id: DocId) -> Entry<'s> {
    let kind = catalogue.kind(catalogue.site.get(id).kind);
    Entry { note: format!("{} · {kind}", catalogue.date(date)), summary: None, ..entry }
}

/// The front page's list: what the last builds changed, then what was updated last.
pub(super) fn recent<'s>(catalogue: &'s Catalogue<'_>, version: &Version<'_>) -> Vec<Entry<'s>> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut entries = Vec::new();
    let days = version.record.map_or(&[][..], |record| &record.days);
    for (day, item) in days.iter().flat_map(|day| day.items.iter().map(move |item| (day, item))) {
        let Some(id) = document(catalogue, item) else { continue };
        let url = catalogue.url(id);
        if entries.len() < RECENT && seen.insert(url) {
            let flag = Some(catalogue.word(flag(item.act())));
            let entry = Entry { flag, ..catalogue.entry(id, false) };
            entries.push(dated_entry(catalogue, entry, day.date, id));
        }
    }
    for entry in by_date(catalogue, RECENT) {
        if entries.len() < RECENT && seen.insert(entry.path) {
            entries.push(entry);
        }
    }
    entries
}

pub(super) fn changes_page<'s>(catalogue: &'s Catalogue<'_>, version: &Version<'_>) -> ChangesPage<'s> {
    let title = catalogue.word("changes");
    let mut room = MOST_IN_ALL;
    let days = version.record.map_or(&[][..], |record| &record.days);
    ChangesPage {
        chrome: catalogue.chrome("changes.html", "", title, vec![Link::words(title)]),
        version: version_line(catalogue, version),
        days: days.iter().map(|day| changed_day(catalogue, day, &mut room)).collect(),
        latest: by_date(catalogue, LATEST),
    }
}

fn flag(act: Act) -> &'static str {
    match act {
        Act::Added => "act_added",
        Act::Changed => "act_changed",
        Act::Withdrawn => "act_withdrawn",
    }
}

fn changed_day(catalogue: &Catalogue<'_>, day: &Day, room: &mut usize) -> ChangedDay {
    let group = |act: Act| {
        let of_act: Vec<&Item> = day.items.iter().filter(|item| item.act() == act).collect();
        let count = of_act.len() + day.more[act as usize];
        let named = of_act.len().min(MOST_OF_A_KIND).min(*room);
        *room -= named;
        let items = of_act.into_iter().take(named).map(|item| changed_item(catalogue, item)).collect();
        let label = catalogue.word(flag(act)).to_owned();
        ChangedGroup { label, count, items, more: count - named }
    };
    let groups = Act::ALL.map(group).into_iter().filter(|group| group.count > 0).collect();
    ChangedDay { date: catalogue.date(day.date), groups }
}

/// The document of an event, where it has a page.
fn document(catalogue: &Catalogue<'_>, item: &Item) -> Option<DocId> {
    let (kind, id) = item.key()?;
    catalogue.site.find(kind, id).filter(|id| catalogue.site.has_page(*id))
}

fn changed_item(catalogue: &Catalogue<'_>, item: &Item) -> ChangedItem {
    let title = match document(catalogue, item) {
        Some(id) => Link::to(catalogue.name(id).into_owned(), catalogue.url(id).to_owned()),
        None => Link::words(item.title.clone()),
    };
    let kind = item.key().map_or("", |(kind, _)| catalogue.kind(kind)).to_owned();
    let notes = if item.act() == Act::Changed { notes(catalogue, item) } else { Vec::new() };
    ChangedItem { title, kind, notes }
}

/// What changed in a document: its title, its state, other fields by name, its text.
fn notes(catalogue: &Catalogue<'_>, item: &Item) -> Vec<String> {
    let Some(((kind, _), was)) = item.key().zip(item.was.as_ref()) else { return Vec::new() };
    let rank = |name: &str| match name {
        TITLE => 0,
        STATUS => 1,
        BODY => 3,
        _ => 2,
    };
    // That it was updated goes without saying where it is said how.
    let mut names: Vec<&String> = was.keys().filter(|name| *name != "updated" || was.len() == 1).collect();
    names.sort_by_key(|name| rank(name));
    let note = |name: &String| {
        let (was, now) = (was.get(name)?.as_ref(), item.now.get(name).and_then(Option::as_ref));
        field_note(catalogue, kind, name, was, now)
    };
    names.into_iter().filter_map(note).collect()
}

fn field_note(
    catalogue: &Catalogue<'_>,
    kind: Kind,
    name: &str,
    was: Option<&Held>,
    now: Option<&Held>,
) -> Option<String> {
    if name == BODY {
        return Some(catalogue.word("body_changed").to_owned());
    }
    // A field of another version of keben says nothing here.
    let field = facts::field(kind, name)?;
    let label = catalogue.named(field.name, field.chinese);
    let values = |held: Option<&Held>| match held {
        None => Some(Vec::new()),
        Some(Held::Hash(_)) => None,
        Some(Held::Values(ids)) => {
            Some(ids.iter().filter_map(|id| value(catalogue, &field.shape, id)).collect::<Vec<_>>())
        }
    };
    let (Some(was), Some(now)) = (values(was), values(now)) else {
        return Some(catalogue.say("field_changed", &[("field", &label)]));
    };
    let list = |values: &[&String]| -> String {
        let words: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
        words.join(catalogue.word("list_sep"))
    };
    let whole = |values: &[String]| match values {
        [] => catalogue.word("no_value").to_owned(),
        values => list(&values.iter().collect::<Vec<_>>()),
    };
    if was == now {
        return Some(catalogue.say("field_changed", &[("field", &label)]));
    }
    if was.len().max(now.len()) <= SHORT_LIST {
        let (was, now) = (whole(&was), whole(&now));
        return Some(catalogue.say("field_from_to", &[("field", &label), ("was", &was), ("now", &now)]));
    }
    let came: Vec<&String> = now.iter().filter(|value| !was.contains(value)).collect();
    let went: Vec<&String> = was.iter().filter(|value| !now.contains(value)).collect();
    let key = match (came.is_empty(), went.is_empty()) {
        (true, true) => "field_changed",
        (false, true) => "field_came",
        (true, false) => "field_went",
        (false, false) => "field_came_went",
    };
    Some(catalogue.say(key, &[("field", &label), ("came", &list(&came)), ("went", &list(&went))]))
}

/// A value in words; `None` for a document that this site must not name.
fn value(catalogue: &Catalogue<'_>, shape: &Shape, id: &str) -> Option<String> {
    match shape {
        Shape::List { of, .. } => value(catalogue, of, id),
        Shape::Term(vocabulary) => Some(catalogue.label(*vocabulary, id).to_owned()),
        Shape::Choice(choices) => {
            let label = facts::choice_label(catalogue, choices, id);
            Some(label.map_or_else(|| id.to_owned(), |label| label.into_owned()))
        }
        Shape::Reference(_) | Shape::OwnKind => catalogue.link_to(key(id)).map(|link| link.text.into_owned()),
        Shape::Date | Shape::Period => Some(catalogue.date(id)),
        _ => Some(id.to_owned()),
    }
}
