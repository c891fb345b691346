//! Layer 7: the sessions of a programme with their hours. Must not know indicators.

use crate::document::Document;
use crate::fields::{Halves, Record};
use crate::site::{DocId, Site};
use crate::source::Span;
use crate::taxonomy::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub struct Timetable<'a> {
    pub sessions: Vec<Session<'a>>,
    /// All hours that count: those of sessions that are not online in a class that is not.
    pub hours: Halves,
    /// Hours of online courses in a class that is not online: counted apart (the plan, line 243).
    pub online: Halves,
    /// The courses that count, each once.
    pub courses: BTreeSet<DocId>,
    /// Hours of each day that is named.
    pub days: BTreeMap<i64, Halves>,
    /// Calendar days from start to end, both counted; `days` where only that is given.
    pub length: Option<i64>,
    /// Something in it could not be read or leads nowhere: sums would be wrong and are not judged.
    pub broken: bool,
}

#[derive(Clone, Debug)]
pub struct Session<'a> {
    pub record: &'a Record,
    pub span: Span,
    pub day: Option<i64>,
    pub slot: Option<&'a str>,
    pub course: Option<DocId>,
    pub activity: Option<&'a str>,
    pub hours: Halves,
    /// The teacher of the session, else those of its course.
    pub teachers: Vec<DocId>,
    /// The method of the session, else the main one of its course.
    pub method: Option<&'a str>,
    /// Does it count towards the programme's hours and courses?
    pub counts: bool,
}

/// Reads the sessions of a programme.
pub fn timetable(site: &Site, programme: DocId) -> Timetable<'_> {
    let document = site.get(programme);
    let online_class = document.meta.text("class_kind") == Some("online");
    let items = document.meta.list("sessions");
    let mut times: BTreeMap<DocId, u32> = BTreeMap::new();
    for record in items.iter().filter_map(|item| item.value.record()) {
        if let Some(course) = find(site, record, "course") {
            *times.entry(course).or_default() += 1;
        }
    }
    // A programme without a session has had its message.
    let mut broken = document.meta.list("sessions").is_empty() || !document.meta.is_whole("sessions");
    let mut sessions = Vec::with_capacity(items.len());
    for item in items {
        let Some(record) = item.value.record() else { continue };
        let course = find(site, record, "course");
        let lost = |name: &str| record.get(name).is_some() && find(site, record, name).is_none();
        broken |= !record.is_sound() || lost("course") || lost("teacher");
        let of_course = course.map(|course| &site.get(course).meta);
        let method =
            record.text("method").or_else(|| of_course.and_then(|meta| meta.texts("methods").next()));
        let teachers = match (find(site, record, "teacher"), of_course) {
            (Some(teacher), _) => vec![teacher],
            (None, Some(meta)) => meta
                .list("teachers")
                .iter()
                .filter_map(|item| item.value.reference())
                .filter_map(|(kind, id)| site.find(kind, id))
                .collect(),
            (None, None) => Vec::new(),
        };
        let alone = course.is_some_and(|course| times.get(&course) == Some(&1));
        sessions.push(Session {
            record,
            span: item.span,
            day: record.integer("day"),
            slot: record.text("slot"),
            course,
            activity: record.text("activity"),
            hours: hours(site, record, course.filter(|_| alone)),
            teachers,
            method,
            counts: online_class || of_course.is_none_or(|meta| meta.text("mode") != Some("online")),
        });
    }
    let sum = |counts: bool| {
        Halves(
            sessions.iter().filter(|session| session.counts == counts).map(|session| session.hours.0).sum(),
        )
    };
    let mut days: BTreeMap<i64, Halves> = BTreeMap::new();
    for session in &sessions {
        if let Some(day) = session.day {
            days.entry(day).or_default().0 += session.hours.0;
        }
    }
    Timetable {
        hours: sum(true),
        online: sum(false),
        courses: sessions
            .iter()
            .filter(|session| session.counts)
            .filter_map(|session| session.course)
            .collect(),
        days,
        length: length(document),
        broken,
        sessions,
    }
}

fn find(site: &Site, record: &Record, field: &str) -> Option<DocId> {
    record.reference(field).and_then(|(kind, id)| site.find(kind, id))
}

/// The hours of a session: those that it says; else those of a course that has no other session here; else half a day
/// for a course in a morning or an afternoon. An activity without hours is no teaching.
fn hours(site: &Site, record: &Record, alone: Option<DocId>) -> Halves {
    if let Some(hours) = record.halves("hours") {
        return hours;
    }
    if let Some(hours) = alone.and_then(|course| site.get(course).meta.halves("hours")) {
        return hours;
    }
    let half_day = matches!(record.text("slot"), Some("am" | "pm")) && record.get("course").is_some();
    Halves(site.taxonomy.conversions.half_day.filter(|_| half_day).unwrap_or(0))
}

/// How long a programme lasts, in days.
pub fn length(programme: &Document) -> Option<i64> {
    match (programme.meta.date("start"), programme.meta.date("end")) {
        (Some(start), Some(end)) if start <= end => Some(end.day_number() - start.day_number() + 1),
        _ => programme.meta.integer("days"),
    }
}

impl Timetable<'_> {
    /// The interactive flag of the method in this edition.
    pub(super) fn is_interactive(site: &Site, method: &str) -> bool {
        site.taxonomy.find(Vocabulary::Methods, method).is_some_and(|term| term.interactive)
    }
}
