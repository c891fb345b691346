//! Layer 8: what only documents of one kind have: objectives, books, a timetable.

use super::catalogue::{Catalogue, Use};
use super::document::Group;
use super::facts::item_choice;
use super::order::courses_naming;
use super::programme::{Programme, programme};
use super::{Link, Text, phrase};
use crate::document::Document;
use crate::fields::{Kind, Record, Value};
use crate::site::DocId;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Detail<'a> {
    Course(Course<'a>),
    Reading(Reading<'a>),
    ReadingList(ReadingList<'a>),
    Case(Case<'a>),
    Base(Base<'a>),
    Programme(Programme<'a>),
    Term(Term<'a>),
    Institution(Institution<'a>),
    Teacher(Teacher<'a>),
    /// Articles: the header says it all.
    None {},
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Course<'a> {
    pub objectives: Vec<&'a str>,
    /// 书, 案, 基地 beside the course itself; an empty slot is shown as missing.
    pub strip: Vec<Group<'a>>,
    pub works: Vec<Work<'a>>,
}

/// A use of a book: from the course to the book, or back.
#[derive(Clone, Debug, Serialize)]
pub struct Work<'a> {
    pub title: Link<'a>,
    /// Volume and chapters.
    pub part: String,
    /// 精读, 泛读, 导读; may be empty.
    pub mode: Text<'a>,
    pub why: Option<&'a str>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Reading<'a> {
    pub volumes: Vec<Volume<'a>>,
    pub cited: Vec<Work<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Volume<'a> {
    /// 第一卷; empty when the work has one volume.
    pub label: String,
    pub courses: Vec<Link<'a>>,
    pub chapters: Vec<Chapter<'a>>,
    /// Does any course name a chapter of it?
    pub cited: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Chapter<'a> {
    pub title: Text<'a>,
    /// The courses that use this chapter.
    pub courses: Vec<Link<'a>>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ReadingList<'a> {
    pub works: Vec<Work<'a>>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Case<'a> {
    pub objectives: Vec<&'a str>,
    pub questions: Vec<&'a str>,
    pub timeline: Vec<Event<'a>>,
    /// The courses that use it.
    pub courses: Vec<Link<'a>>,
}

/// What an institution runs and answers for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Institution<'a> {
    pub holds: Vec<Group<'a>>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Teacher<'a> {
    pub courses: Vec<Link<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Event<'a> {
    pub date: String,
    pub event: &'a str,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Base<'a> {
    pub route: Option<&'a str>,
    pub activities: Vec<Activity<'a>>,
    pub courses: Vec<Link<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Activity<'a> {
    pub name: &'a str,
    pub minutes: Option<i64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Term<'a> {
    pub gloss: &'a str,
    pub members: Vec<&'a str>,
}

pub(super) fn detail<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Detail<'s> {
    let document = catalogue.site.get(id);
    let meta = &document.meta;
    match document.kind {
        Kind::Course => Detail::Course(course(catalogue, id, document)),
        Kind::Reading => Detail::Reading(Reading {
            volumes: contents(catalogue, document),
            cited: cited(catalogue, document),
        }),
        Kind::ReadingList => Detail::ReadingList(ReadingList { works: works(catalogue, document, "items") }),
        Kind::Case => Detail::Case(Case {
            objectives: meta.texts("objectives").collect(),
            questions: meta.texts("questions").collect(),
            timeline: meta
                .records("timeline")
                .map(|event| Event {
                    date: event.period("date").map(|date| catalogue.date(date)).unwrap_or_default(),
                    event: event.text("event").unwrap_or_default(),
                })
                .collect(),
            courses: named(catalogue, id, "cases"),
        }),
        Kind::Base => Detail::Base(Base {
            route: meta.text("route"),
            activities: meta
                .records("activities")
                .map(|activity| Activity {
                    name: activity.text("name").unwrap_or_default(),
                    minutes: activity.integer("minutes"),
                })
                .collect(),
            courses: catalogue.links(meta, "courses"),
        }),
        Kind::Programme => Detail::Programme(programme(catalogue, id)),
        Kind::Term => Detail::Term(Term {
            gloss: meta.text("gloss").unwrap_or_default(),
            members: meta.texts("members").collect(),
        }),
        Kind::Institution => Detail::Institution(Institution { holds: holds(catalogue, id) }),
        Kind::Teacher => Detail::Teacher(Teacher { courses: named(catalogue, id, "teachers") }),
        Kind::Article => Detail::None {},
    }
}

fn course<'s>(catalogue: &'s Catalogue<'_>, id: DocId, document: &'s Document) -> Course<'s> {
    let meta = &document.meta;
    let mut books: Vec<Link<'_>> = Vec::new();
    for entry in meta.records("readings") {
        if let Some(link) = catalogue.link_to(entry.reference("work")).filter(|link| !books.contains(link)) {
            books.push(link);
        }
    }
    Course {
        objectives: meta.texts("objectives").collect(),
        strip: vec![
            Group::whole(catalogue.word("strip_book"), books),
            Group::whole(catalogue.word("strip_case"), catalogue.links(meta, "cases")),
            Group::whole(
                catalogue.word("strip_base"),
                bases_of(catalogue, id).into_iter().filter_map(|base| catalogue.link(base)).collect(),
            ),
        ],
        works: works(catalogue, document, "readings"),
    }
}

/// The bases that a course names and those that name the course.
pub(super) fn bases_of(catalogue: &Catalogue<'_>, course: DocId) -> BTreeSet<DocId> {
    let site = catalogue.site;
    let named = site.get(course).meta.list("bases").iter().filter_map(|item| item.value.reference());
    let named = named.filter_map(|(kind, id)| site.find(kind, id));
    let naming = site.backlinks(course).iter().copied().filter(|from| {
        site.get(*from).kind == Kind::Base
            && site
                .references(*from)
                .iter()
                .any(|reference| reference.to == course && reference.field == Some("courses"))
    });
    named.chain(naming).filter(|base| site.is_shown(*base)).collect()
}

/// The books that a field of a document lists.
pub(super) fn works<'s>(
    catalogue: &'s Catalogue<'_>,
    document: &'s Document,
    field: &'static str,
) -> Vec<Work<'s>> {
    let work = |entry: &'s Record| {
        Some(Work {
            title: catalogue.link_to(entry.reference("work"))?,
            part: part(catalogue, entry),
            mode: item_choice(catalogue, document.kind, field, "mode", entry).unwrap_or_default(),
            why: entry.text("why"),
        })
    };
    document.meta.records(field).filter_map(work).collect()
}

/// Which part of a book is read: 第一卷，第 3、5 篇.
fn part(catalogue: &Catalogue<'_>, entry: &Record) -> String {
    let volume = |number| phrase::volume(catalogue.strings, number);
    let mut parts: Vec<String> = entry.integer("volume").map(volume).into_iter().collect();
    let chapters = entry.list("chapters").iter().map(|item| &item.value);
    let numbers: Vec<String> = chapters
        .clone()
        .filter_map(|chapter| match chapter {
            Value::Integer(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    if !numbers.is_empty() {
        let numbers = numbers.join(catalogue.word("list_sep"));
        parts.push(catalogue.say("chapter_numbers", &[("n", &numbers)]));
    }
    let titles: Vec<&str> = chapters.filter_map(Value::text).collect();
    if !titles.is_empty() {
        parts.push(format!("“{}”", titles.join("”“")));
    }
    parts.join(catalogue.word("comma"))
}

fn cited<'s>(catalogue: &'s Catalogue<'_>, document: &Document) -> Vec<Work<'s>> {
    let work = |used: &Use<'s>| {
        Some(Work {
            title: catalogue.link(used.course)?,
            part: part(catalogue, used.entry),
            mode: item_choice(catalogue, Kind::Course, "readings", "mode", used.entry).unwrap_or_default(),
            why: None,
        })
    };
    catalogue.uses(&document.id).iter().filter_map(work).collect()
}

/// The volumes of a book with their chapters, as far as its file knows them.
pub(super) fn contents<'s>(catalogue: &'s Catalogue<'_>, document: &'s Document) -> Vec<Volume<'s>> {
    let uses = catalogue.uses(&document.id);
    let mut numbers: BTreeSet<Option<i64>> =
        document.meta.records("toc").map(|chapter| chapter.integer("volume")).collect();
    let volumes = document.meta.list("volumes").iter().filter_map(|item| match item.value {
        Value::Integer(number) => Some(Some(number)),
        _ => None,
    });
    numbers.extend(volumes);
    let volume = |volume: Option<i64>| {
        let chapters: Vec<Chapter<'_>> = document
            .meta
            .records("toc")
            .filter(|chapter| chapter.integer("volume") == volume)
            .map(|chapter| Chapter {
                title: chapter_title(chapter),
                courses: courses(catalogue, uses.iter().filter(|used| names(used.entry, volume, chapter))),
            })
            .collect();
        Volume {
            label: volume.map(|number| phrase::volume(catalogue.strings, number)).unwrap_or_default(),
            courses: courses(
                catalogue,
                uses.iter().filter(|used| volume.is_none() || used.entry.integer("volume") == volume),
            ),
            cited: chapters.iter().any(|chapter| !chapter.courses.is_empty()),
            chapters,
        }
    };
    numbers.into_iter().map(volume).collect()
}

/// The courses whose field names the document.
fn named<'s>(catalogue: &'s Catalogue<'_>, id: DocId, field: &str) -> Vec<Link<'s>> {
    courses_naming(catalogue, id, field).into_iter().filter_map(|course| catalogue.link(course)).collect()
}

/// What names an institution as its owner or its place, by kind.
fn holds<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Vec<Group<'s>> {
    let site = catalogue.site;
    let held = |from: &DocId| {
        site.references(*from)
            .iter()
            .any(|reference| reference.to == id && matches!(reference.field, Some("owner" | "institution")))
    };
    let held: BTreeSet<DocId> = site.backlinks(id).iter().copied().filter(held).collect();
    let kinds = [Kind::Programme, Kind::Course, Kind::Case, Kind::Base, Kind::Teacher, Kind::ReadingList];
    let group = |kind: Kind| {
        let all: Vec<DocId> =
            catalogue.of_kind(kind).iter().copied().filter(|document| held.contains(document)).collect();
        Group::folded(catalogue, kind, &all)
    };
    kinds.into_iter().map(group).filter(|group| !group.links.is_empty()).collect()
}

/// Each course once.
pub(super) fn courses<'s, 'u>(
    catalogue: &'s Catalogue<'_>,
    uses: impl Iterator<Item = &'u Use<'u>>,
) -> Vec<Link<'s>> {
    let courses: BTreeSet<DocId> = uses.map(|used| used.course).collect();
    courses.into_iter().filter_map(|course| catalogue.link(course)).collect()
}

fn chapter_title(chapter: &Record) -> Text<'_> {
    let title = chapter.text("title").unwrap_or_default();
    match chapter.get("n").map(|number| &number.value) {
        Some(Value::Integer(number)) => format!("{number}. {title}").into(),
        Some(Value::Text(number)) => format!("{number} {title}").into(),
        _ => title.into(),
    }
}

/// Does this use of the book name the chapter, by its number or by its title?
fn names(entry: &Record, volume: Option<i64>, chapter: &Record) -> bool {
    let same_volume = volume.is_none() || entry.integer("volume").is_none_or(|named| Some(named) == volume);
    let number = chapter.get("n").map(|number| &number.value);
    same_volume
        && entry.list("chapters").iter().any(|named| {
            Some(&named.value) == number
                || named.value.text().is_some_and(|title| chapter.text("title") == Some(title))
        })
}
