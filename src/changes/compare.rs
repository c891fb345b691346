//! Layer 7, changes: two states of the documents to what happened on a day, and the days put together.

use super::snapshot::snapshot;
use super::{BODY, Day, Fields, Held, Item, Record, STATUS, TITLE, is_retired, key};
use crate::site::Site;
use std::collections::{BTreeMap, BTreeSet};

/// Days with changes that are remembered.
pub const MOST_DAYS: usize = 20;

/// Documents that are named of a day that is over; the rest is a number.
const MOST_ITEMS: usize = 200;

/// The record that this build leaves. Builds of one day are one: what a day shows is what differs from its beginning.
pub fn next(site: &Site, previous: Option<Record>) -> Record {
    let now = snapshot(site);
    let Some(mut previous) = previous else { return Record { documents: now, days: Vec::new() } };
    rename(site, &mut previous);
    let today = site.scope.today;
    let mut days = previous.days;
    let mut before = previous.documents;
    if days.first().is_some_and(|day| day.date == today) {
        before = undone(before, &days.remove(0));
    }
    let items = compare(site, before, &now);
    days.insert(0, Day { date: today, items, more: [0; 3] });
    for day in &mut days {
        keep_what_may_be_named(site, day);
    }
    days.retain(|day| !day.items.is_empty());
    days.truncate(MOST_DAYS);
    days.iter_mut().skip(1).for_each(cut);
    Record { documents: now, days }
}

/// Documents and events under the ids that documents have now.
fn rename(site: &Site, record: &mut Record) {
    for redirect in &site.redirects {
        let old = format!("{}/{}", redirect.kind.id(), redirect.old);
        let new = site.get(redirect.to).key();
        if record.documents.contains_key(&new) {
            continue;
        }
        if let Some(fields) = record.documents.remove(&old) {
            record.documents.insert(new.clone(), fields);
        }
        for item in record.days.iter_mut().flat_map(|day| &mut day.items).filter(|item| item.id == old) {
            item.id.clone_from(&new);
        }
    }
}

/// The state from which the day set out.
fn undone(mut documents: BTreeMap<String, Fields>, day: &Day) -> BTreeMap<String, Fields> {
    for item in &day.items {
        let Some(was) = &item.was else {
            documents.remove(&item.id);
            continue;
        };
        if !item.is {
            documents.insert(item.id.clone(), Fields::new());
        }
        let Some(fields) = documents.get_mut(&item.id) else { continue };
        for (name, held) in was {
            match held {
                Some(held) => fields.insert(name.clone(), held.clone()),
                None => fields.remove(name),
            };
        }
    }
    documents
}

fn compare(site: &Site, before: BTreeMap<String, Fields>, now: &BTreeMap<String, Fields>) -> Vec<Item> {
    let ids: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let retired = |fields: &Fields| fields.get(STATUS).is_some_and(is_retired);
    let mut items = Vec::new();
    for id in ids {
        let item =
            |title: &Fields, was, is, now| Item { id: id.clone(), title: title_of(title), was, is, now };
        match (before.get(id), now.get(id)) {
            (None, Some(now)) if !retired(now) => items.push(item(now, None, true, BTreeMap::new())),
            // What is there but has no page any more is not to be named.
            (Some(was), None) if !retired(was) && is_gone(site, id) => {
                let all = was.iter().map(|(name, held)| (name.clone(), Some(held.clone())));
                items.push(item(was, Some(all.collect()), false, BTreeMap::new()));
            }
            (Some(was), Some(now)) if was != now && !(retired(was) && retired(now)) => {
                let names: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
                let differ = names.into_iter().filter(|name| was.get(*name) != now.get(*name));
                let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
                for name in differ {
                    old.insert(name.clone(), was.get(name).cloned());
                    new.insert(name.clone(), now.get(name).cloned());
                }
                // A retired document says nothing any more; that it lost every field is no news.
                if retired(now) {
                    new.retain(|name, _| name == STATUS);
                }
                items.push(item(now, Some(old), true, new));
            }
            _ => {}
        }
    }
    items
}

fn title_of(fields: &Fields) -> String {
    match fields.get(TITLE) {
        Some(Held::Values(values)) => values.first().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

fn is_gone(site: &Site, id: &str) -> bool {
    key(id).is_some_and(|(kind, id)| site.find(kind, id).is_none())
}

/// Whether events of this document may be told: it has a page, or there is no such document any more.
fn may_be_named(site: &Site, id: &str) -> bool {
    match key(id) {
        Some((kind, id)) => site.find(kind, id).is_none_or(|id| site.has_page(id)),
        None => false,
    }
}

/// Old events do not name what has become internal or a draft since, nor a teacher who no longer consents.
fn keep_what_may_be_named(site: &Site, day: &mut Day) {
    day.items.retain(|item| may_be_named(site, &item.id));
    let shown = |value: &String| match key(value) {
        Some((kind, id)) => site.find(kind, id).is_some_and(|id| site.is_shown(id)),
        None => true,
    };
    for item in &mut day.items {
        let both = item.was.iter_mut().flatten().chain(&mut item.now);
        for (_, held) in both.filter(|(name, _)| *name != TITLE) {
            if let Some(Held::Values(values)) = held {
                values.retain(shown);
            }
        }
    }
}

/// A day that is over needs no more than what is told of it.
fn cut(day: &mut Day) {
    let mut kept = [0; 3];
    let more = &mut day.more;
    day.items.retain(|item| {
        let act = item.act() as usize;
        kept[act] += 1;
        if kept[act] > MOST_ITEMS {
            more[act] += 1;
        }
        kept[act] <= MOST_ITEMS
    });
    for item in &mut day.items {
        if !item.is {
            // It cannot come back on that day.
            item.was.iter_mut().for_each(|was| was.retain(|name, _| name == TITLE || name == BODY));
        }
    }
}
