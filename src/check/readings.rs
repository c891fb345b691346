//! Layer 8: required works and who uses them (KB-304, 305, 306, 312).

use super::edition::THEORY;
use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::document::{Document, Status};
use crate::fields::{Kind, Record, Value};
use crate::site::{DocId, Site};
use crate::taxonomy::Vocabulary;

fn is_required(document: &Document) -> bool {
    document.kind == Kind::Reading && document.meta.text("kind") == Some("required")
}

/// KB-304: every required work, and every volume of it, has a reading under the plan's title.
pub(super) fn required_works(site: &Site, found: &mut Vec<Diagnostic>) {
    // A reading that could not be read, or does not say which work it is, may be the one that seems to be missing.
    let unsaid = |document: &Document| {
        document.meta.get("kind").is_none() || is_required(document) && document.meta.get("work").is_none()
    };
    let certain = !site.any_unreadable(Kind::Reading)
        && !site.of_kind(Kind::Reading).any(|(_, document)| unsaid(document));
    for term in site.taxonomy.terms(Vocabulary::RequiredReadings) {
        let work = &term.id.value;
        let title = term.title.clone().unwrap_or_else(|| term.label.trim_matches(['《', '》']).to_owned());
        let readings: Vec<&Document> = site
            .of_kind(Kind::Reading)
            .map(|(_, document)| document)
            .filter(|document| {
                is_required(document)
                    && document.meta.text("work") == Some(work)
                    && document.status() != Status::Retired
            })
            .collect();
        if readings.is_empty() {
            if certain {
                found.push(
                    Diagnostic::new(
                        Code(304),
                        term.id.span,
                        text!(
                            "必读书目“{title}”没有对应的读物",
                            "the required work “{title}” has no reading"
                        ),
                    )
                    .help(text!(
                        "新建 content/readings/{work}.md，写 kind: required 和 work: {work}",
                        "create content/readings/{work}.md with kind: required and work: {work}"
                    )),
                );
            }
            continue;
        }
        for volume in &term.volumes {
            let there = readings
                .iter()
                .any(|document| integers(&document.meta, "volumes").any(|number| number == *volume));
            let broken = readings
                .iter()
                .any(|document| document.meta.get("volumes").is_none() && document.meta.written("volumes"));
            if !there && !broken {
                let place = readings[0].meta.span("volumes").unwrap_or(readings[0].first_line);
                found.push(
                    Diagnostic::new(
                        Code(304),
                        place,
                        text!(
                            "必读书目“{title}”缺少第 {volume} 卷",
                            "volume {volume} of the required work “{title}” is missing"
                        ),
                    )
                    .related(term.id.span, text!("课程方案里的书目", "the work in the edition")),
                );
            }
        }
        for document in readings {
            let Some(value) = document.meta.get("title") else { continue };
            if value.value.text() != Some(&title) {
                found.push(
                    Diagnostic::new(
                        Code(304),
                        value.span,
                        text!("必读书目的标题应与课程方案一致", "the title must be the edition's"),
                    )
                    .related(term.id.span, text!("课程方案里的书目", "the work in the edition"))
                    .help(text!("写成 {title}", "write {title}"))
                    .fix(value.span, title.clone()),
                );
            }
        }
    }
}

fn integers<'a>(record: &'a Record, name: &str) -> impl Iterator<Item = i64> + use<'a> {
    record.list(name).iter().filter_map(|item| match item.value {
        Value::Integer(number) => Some(number),
        _ => None,
    })
}

/// The lists of a document that name readings with volumes and chapters.
fn uses(document: &Document) -> impl Iterator<Item = &Record> {
    document.meta.records("readings").chain(document.meta.records("items"))
}

/// KB-305: volumes and chapters exist in the work, where its table of contents is known.
pub(super) fn volumes_and_chapters(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        for usage in uses(document) {
            let Some(work) = usage.reference("work").and_then(|(kind, id)| site.find(kind, id)) else {
                continue;
            };
            let reading = site.get(work);
            let title = reading.title();
            let toc: Vec<&Record> = reading.meta.records("toc").collect();
            let mut volumes: Vec<i64> = integers(&reading.meta, "volumes")
                .chain(toc.iter().filter_map(|entry| entry.integer("volume")))
                .collect();
            volumes.sort_unstable();
            volumes.dedup();
            let volume = usage.integer("volume");
            if let (Some(number), Some(span)) = (volume, usage.span("volume"))
                && !volumes.is_empty()
                && !volumes.contains(&number)
            {
                let all: Vec<String> = volumes.iter().map(i64::to_string).collect();
                let all = all.join("、");
                found.push(
                    Diagnostic::new(
                        Code(305),
                        span,
                        text!("“{title}”没有第 {number} 卷", "“{title}” has no volume {number}"),
                    )
                    .help(text!("有第 {all} 卷", "there are volumes {all}")),
                );
                continue;
            }
            if toc.is_empty() {
                continue;
            }
            for chapter in usage.list("chapters") {
                let known = toc.iter().any(|entry| {
                    let number = entry.get("n").is_some_and(|n| n.value == chapter.value);
                    let titled = entry.text("title").is_some() && entry.text("title") == chapter.value.text();
                    let volume_fits = volume.is_none()
                        || entry.integer("volume").is_none()
                        || entry.integer("volume") == volume;
                    (number || titled) && volume_fits
                });
                if !known {
                    let shown = match &chapter.value {
                        Value::Integer(number) => number.to_string(),
                        other => other.text().unwrap_or("").to_owned(),
                    };
                    found.push(Diagnostic::new(
                        Code(305),
                        chapter.span,
                        text!(
                            "“{title}”的目录里没有“{shown}”",
                            "the contents of “{title}” have no “{shown}”"
                        ),
                    ));
                }
            }
        }
    }
}

/// Does the document name a required work? `None` when one of its references leads nowhere, so that nobody can tell.
fn uses_required(site: &Site, document: &Document) -> Option<bool> {
    let mut unknown = false;
    for usage in uses(document) {
        match usage.reference("work").and_then(|(kind, id)| site.find(kind, id)) {
            Some(work) if is_required(site.get(work)) => return Some(true),
            Some(_) => {}
            None => unknown = true,
        }
    }
    let broken = ["readings", "items"]
        .iter()
        .any(|name| document.meta.written(name) && document.meta.get(name).is_none());
    (!unknown && !broken).then_some(false)
}

/// KB-306: theory is taught from the required works.
pub(super) fn theory_courses(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.of_kind(Kind::Course) {
        let meta = &document.meta;
        if meta.text("area") != Some(THEORY) || document.status() == Status::Retired {
            continue;
        }
        let Some(module) = meta.text("module") else { continue };
        if uses_required(site, document) != Some(false) {
            continue;
        }
        let label = site.taxonomy.label(Vocabulary::Modules, module).trim_matches(['“', '”']);
        let severity = if site.taxonomy.is_single(module) { Severity::Error } else { Severity::Warning };
        let works: Vec<&str> = site
            .taxonomy
            .terms(Vocabulary::RequiredReadings)
            .iter()
            .map(|term| term.id.value.as_str())
            .collect();
        let works = works.join("、");
        found.push(
            Diagnostic::new(
                Code(306),
                document.first_line,
                text!("“{label}”课程没有使用必读书目", "a course of “{label}” uses no required work"),
            )
            .severity(severity)
            .help(text!(
                "在“读物”（readings）里加一项，例如 - {{work: 编号, mode: intensive}}；必读书目有：{works}",
                "add - {{work: ID, mode: intensive}} to readings; the required works are {works}"
            )),
        );
    }
}

/// KB-312: reading lists for leaders and main classes of a month or more name a required work.
pub(super) fn lists_and_main_classes(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.of_kind(Kind::ReadingList) {
        let for_leaders = document.meta.texts("audience").any(|audience| audience == "leaders");
        // A list without items has that mistake only.
        let written = document.meta.written("items");
        if for_leaders && written && uses_required(site, document) == Some(false) {
            found.push(
                Diagnostic::new(
                    Code(312),
                    document.first_line,
                    text!(
                        "给领导班子成员的书目没有列入必读书目",
                        "a reading list for leaders names no required work"
                    ),
                )
                .help(text!("在“条目”（items）里加上一部必读书目", "add a required work to items")),
            );
        }
    }
    let Some(month) = site.taxonomy.find(Vocabulary::Periods, "one-month").and_then(|period| period.days)
    else {
        return;
    };
    for (_, document) in site.of_kind(Kind::Programme) {
        if document.meta.text("class_kind") != Some("main")
            || crate::plan::length(document).is_none_or(|days| days < month)
        {
            continue;
        }
        let courses: Vec<Option<DocId>> = document
            .meta
            .records("sessions")
            .filter_map(|session| session.reference("course"))
            .map(|(kind, id)| site.find(kind, id))
            .collect();
        let verdicts: Vec<Option<bool>> = courses
            .iter()
            .map(|course| course.and_then(|course| uses_required(site, site.get(course))))
            .collect();
        // A class without a session has had its message.
        let empty = document.meta.list("sessions").is_empty();
        if !empty && verdicts.iter().all(|verdict| *verdict == Some(false)) {
            found.push(
                Diagnostic::new(
                    Code(312),
                    document.first_line,
                    text!(
                        "一个月以上的主体班次没有一门课使用必读书目",
                        "a main class of a month or more uses no required work"
                    ),
                )
                .help(text!(
                    "排入一门使用必读书目的课程，或在课程的“读物”里写上必读书目",
                    "schedule a course that uses one, or add one to a course's readings"
                )),
            );
        }
    }
}
