//! Layer 8: the days of programmes and whom their courses are for (KB-410, KB-411).

use crate::diagnostics::{Code, Diagnostic, inside_quotes, text};
use crate::document::{Document, Status};
use crate::fields::Halves;
use crate::plan::{Plan, plans};
use crate::site::Site;
use crate::taxonomy::Vocabulary;
use std::collections::BTreeSet;

/// KB-410: more days than the programme has, more hours than a day has, a teacher or a place in two rooms at once.
pub(super) fn days(site: &Site, found: &mut Vec<Diagnostic>) {
    for plan in plans(site) {
        let document = site.get(plan.programme);
        if document.status() == Status::Retired {
            continue;
        }
        beyond_the_end(&plan, document, found);
        let doubled = double_booked(site, &plan, found);
        long_days(site, &plan, &doubled, found);
    }
}

fn beyond_the_end(plan: &Plan<'_>, document: &Document, found: &mut Vec<Diagnostic>) {
    let Some(days) = document.meta.integer("days").or(plan.timetable.length) else { return };
    for session in &plan.timetable.sessions {
        if let (Some(day), Some(span)) = (session.day.filter(|day| *day > days), session.record.span("day")) {
            let place = ["days", "end"].iter().find_map(|name| document.meta.span(name));
            let diagnostic = Diagnostic::new(
                Code(410),
                span,
                text!(
                    "班次只有 {days} 天，这一节排在第 {day} 天",
                    "the programme has {days} days; this session is on day {day}"
                ),
            )
            .help(text!(
                "改成 1 到 {days} 之间的数，或改班次的天数",
                "write a day from 1 to {days}, or change the length of the programme"
            ));
            found.push(match place {
                Some(place) => diagnostic.related(place, text!("天数写在这里", "the length is given here")),
                None => diagnostic,
            });
        }
    }
}

/// A teacher or a place twice in one slot, unless the sessions fit into it one after the other. Gives the days on which.
fn double_booked(site: &Site, plan: &Plan<'_>, found: &mut Vec<Diagnostic>) -> BTreeSet<i64> {
    let sessions = &plan.timetable.sessions;
    let mut doubled = BTreeSet::new();
    let half_day = site.taxonomy.conversions.half_day;
    for (index, later) in sessions.iter().enumerate() {
        let (Some(day), Some(slot)) = (later.day, later.slot) else { continue };
        let same_slot =
            |other: &&crate::plan::Session<'_>| other.day == Some(day) && other.slot == Some(slot);
        for (field, zh, en) in [("teacher", "教师", "teacher"), ("place", "地点", "place")] {
            let Some(booked) = later.record.get(field) else { continue };
            let earlier: Vec<_> = sessions[..index]
                .iter()
                .filter(same_slot)
                .filter(|other| other.record.get(field).is_some_and(|value| value.value == booked.value))
                .collect();
            let Some(first) = earlier.first() else { continue };
            let hours: u32 = earlier.iter().map(|session| session.hours.0).sum::<u32>() + later.hours.0;
            let known = earlier.iter().all(|session| session.hours.0 > 0) && later.hours.0 > 0;
            let one_after_the_other =
                known && !slot.contains(':') && half_day.is_some_and(|most| hours <= most);
            if one_after_the_other {
                continue;
            }
            doubled.insert(day);
            let name = inside_quotes(&match booked.value.reference() {
                Some((kind, id)) => {
                    site.find(kind, id).map_or(id, |teacher| site.get(teacher).title()).to_owned()
                }
                None => booked.value.text().unwrap_or_default().to_owned(),
            });
            let slot = match slot {
                "am" => "上午",
                "pm" => "下午",
                "evening" => "晚上",
                time => time,
            };
            found.push(
                Diagnostic::new(
                    Code(410),
                    booked.span,
                    text!(
                        "{zh}“{name}”在第 {day} 天{slot}排了两节",
                        "the {en} “{name}” is booked twice on day {day}, in one slot"
                    ),
                )
                .related(first.record.span(field).unwrap_or(first.span), text!("另一节在这里", "the other one is here"))
                .help(text!(
                    "换一个时段，或换{zh}；同一时段先后上两节的，学时合计不能超过半天",
                    "take another slot or another {en}; two sessions one after the other must fit into half a day"
                )),
            );
            // The place of a teacher who cannot be there is the same mistake.
            break;
        }
    }
    doubled
}

fn long_days(site: &Site, plan: &Plan<'_>, doubled: &BTreeSet<i64>, found: &mut Vec<Diagnostic>) {
    let Some(most) = site.taxonomy.conversions.day else { return };
    for (day, hours) in
        plan.timetable.days.iter().filter(|(day, hours)| hours.0 > most && !doubled.contains(day))
    {
        let mut sum = 0;
        let over =
            plan.timetable.sessions.iter().filter(|session| session.day == Some(*day)).find(|session| {
                sum += session.hours.0;
                sum > most
            });
        let Some(over) = over else { continue };
        let most = Halves(most);
        found.push(
            Diagnostic::new(
                Code(410),
                over.record.span("hours").unwrap_or(over.span),
                text!(
                    "第 {day} 天排了 {hours} 学时，一天最多 {most} 学时",
                    "day {day} has {hours} hours; a day has {most}"
                ),
            )
            .help(text!("把多出的课移到别的日子", "move what is too much to another day")),
        );
    }
}

/// KB-411: a course for other people than those of the programme.
pub(super) fn audiences(site: &Site, found: &mut Vec<Diagnostic>) {
    for plan in plans(site) {
        let programme = &site.get(plan.programme).meta;
        let ours: Vec<&str> = programme.texts("audience").collect();
        if ours.is_empty() || !programme.is_whole("audience") {
            continue;
        }
        let mut said = BTreeSet::new();
        for session in &plan.timetable.sessions {
            let (Some(course), Some(span)) = (session.course, session.record.span("course")) else {
                continue;
            };
            let meta = &site.get(course).meta;
            let theirs: Vec<&str> = meta.texts("audience").collect();
            let disjoint = !theirs.is_empty() && !theirs.iter().any(|one| ours.contains(one));
            if !disjoint || !meta.is_whole("audience") || !said.insert(course) {
                continue;
            }
            let labels = |ids: &[&str]| {
                ids.iter()
                    .map(|id| site.taxonomy.label(Vocabulary::Audiences, id))
                    .collect::<Vec<_>>()
                    .join("、")
            };
            let (title, theirs, ours) =
                (inside_quotes(site.get(course).title()), labels(&theirs), labels(&ours));
            let diagnostic = Diagnostic::new(
                Code(411),
                span,
                text!(
                    "课程“{title}”的对象是{theirs}，班次的对象是{ours}",
                    "the course “{title}” is for {theirs}, the programme for {ours}"
                ),
            )
            .help(text!(
                "换一门课程，或在课程的“对象”（audience）里加上班次的对象",
                "take another course, or add the programme's audience to the course"
            ));
            found.push(match meta.span("audience") {
                Some(place) => diagnostic.related(place, text!("课程的对象", "the audience of the course")),
                None => diagnostic,
            });
        }
    }
}
