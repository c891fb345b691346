//! Layer 8: what time does to documents: reviews that are due, programmes with retired courses, teachers who have gone
//! (KB-601, 603, 605).

use crate::diagnostics::{Code, Diagnostic, Severity, inside_quotes, text};
use crate::document::{Document, Status};
use crate::fields::{Kind, Value};
use crate::plan::timetable;
use crate::site::{DocId, Site};
use crate::source::Span;
use crate::taxonomy::Vocabulary;
use std::collections::BTreeMap;

/// The edition's period after which an overdue review of a main class's course is an error, and its days where the
/// edition says nothing: those of the content model.
const GRACE: (&str, i64) = ("review-grace", 180);

/// KB-601: a review whose day has passed; an error once it is beyond the edition's grace on a course of a main class.
pub(super) fn overdue(site: &Site, found: &mut Vec<Diagnostic>) {
    let period = site.taxonomy.find(Vocabulary::Periods, GRACE.0);
    let grace = period.and_then(|period| period.days).unwrap_or(GRACE.1);
    let scheduled = scheduled_by_main_classes(site);
    for (id, document) in site.documents() {
        if !matches!(document.status(), Status::Published | Status::Suspended) {
            continue;
        }
        let Some(due) = document.meta.get("review_due") else { continue };
        let Value::Date(day) = due.value else { continue };
        let late = site.scope.today.day_number() - day.day_number();
        if late <= 0 {
            continue;
        }
        let session = scheduled.get(&id).copied();
        let severe = session.filter(|_| late > grace);
        let message =
            text!("应在 {day} 复审，已过 {late} 天", "the review was due on {day}, {late} days ago");
        let help = text!(
            "复审后更新“审核”（reviews）里的日期，并把“复审日期”（review_due）改成下一次的日期",
            "review it, write the new dates into reviews, and set review_due to the next date"
        );
        let diagnostic = Diagnostic::new(Code(601), due.span, message).help(help);
        found.push(match (severe, session) {
            (Some(session), _) => diagnostic
                .severity(Severity::Error)
                .related(session, text!("主体班次排了这门课", "a main class schedules this course")),
            (None, Some(session)) => {
                diagnostic.related(session, text!("主体班次排了这门课", "a main class schedules this course"))
            }
            (None, None) => diagnostic,
        });
    }
}

/// The courses of main classes in use, with the first session that uses each.
fn scheduled_by_main_classes(site: &Site) -> BTreeMap<DocId, Span> {
    let mut scheduled = BTreeMap::new();
    for (id, document) in site.of_kind(Kind::Programme) {
        let in_use = matches!(document.status(), Status::Published | Status::Suspended);
        if !in_use || document.meta.text("class_kind") != Some("main") {
            continue;
        }
        for session in timetable(site, id).sessions {
            if let (Some(course), Some(span)) = (session.course, session.record.span("course")) {
                scheduled.entry(course).or_insert(span);
            }
        }
    }
    scheduled
}

/// Is the programme running or still to come, so that its timetable can and must be mended?
pub(super) fn is_current(site: &Site, programme: &Document) -> bool {
    let over = programme.meta.date("end").is_some_and(|end| end < site.scope.today);
    programme.kind == Kind::Programme && programme.status() == Status::Published && !over
}

/// KB-603: a programme that is not over schedules a course that is no longer taught.
pub(super) fn retired_courses(site: &Site, found: &mut Vec<Diagnostic>) {
    for (id, document) in site.of_kind(Kind::Programme).filter(|(_, document)| is_current(site, document)) {
        for reference in site.references(id).iter().filter(|one| one.field == Some("sessions")) {
            let course = site.get(reference.to);
            if course.kind != Kind::Course || course.status() != Status::Retired {
                continue;
            }
            let title = inside_quotes(course.title());
            let diagnostic = Diagnostic::new(
                Code(603),
                reference.span,
                text!(
                    "班次还没有结束，排的课程“{title}”已退出",
                    "the programme is not over and schedules “{title}”, which is retired"
                ),
            )
            .related(
                course.meta.span("status").unwrap_or(course.first_line),
                text!("这门课程已退出", "the course is retired"),
            );
            let successor = course.meta.record("exit").and_then(|exit| exit.reference("replaced_by"));
            let day = document.meta.date("end").map(|end| end.to_string()).unwrap_or_default();
            found.push(match successor {
                Some((_, id)) => {
                    diagnostic.help(text!("换成替代它的课程：{id}", "schedule its successor: {id}"))
                }
                None if day.is_empty() => diagnostic.help(text!(
                    "换一门课程；班次已经办完的，写上结业日期（end）",
                    "schedule another course; if the programme is over, write its end"
                )),
                None => diagnostic.help(text!("换一门课程", "schedule another course")),
            });
        }
    }
}

/// KB-605: a course lists a teacher who has left by the build date.
pub(super) fn departed_teachers(site: &Site, found: &mut Vec<Diagnostic>) {
    for (id, document) in site.of_kind(Kind::Course) {
        if document.status() == Status::Retired {
            continue;
        }
        for reference in site.references(id).iter().filter(|one| one.field == Some("teachers")) {
            let teacher = site.get(reference.to);
            let Some(day) = teacher.meta.date("exited").filter(|day| *day <= site.scope.today) else {
                continue;
            };
            let title = inside_quotes(teacher.title());
            let place = teacher.meta.span("exited").unwrap_or(teacher.first_line);
            found.push(
                Diagnostic::new(
                    Code(605),
                    reference.span,
                    text!("“{title}”已于 {day} 退出师资库", "“{title}” left on {day}"),
                )
                .related(place, text!("退出日期写在这里", "the day of leaving is here"))
                .help(text!("换一位教师，或删去这一项", "name another teacher, or delete this one")),
            );
        }
    }
}
