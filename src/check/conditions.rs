//! Layer 8: fields that must be there under a condition, dates in order, titles and summaries (KB-101, 104, 105).

use crate::diagnostics::{Code, Diagnostic, text};
use crate::document::{Document, Status};
use crate::fields::{COMMON, Kind, Value, fields_of};
use crate::site::Site;
use crate::source::Span;
use std::collections::BTreeMap;

/// KB-101 where one field demands another.
pub(super) fn required(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        let kind = document.meta.text("kind").unwrap_or("");
        let mut missing = |name: &str, zh: &str, en: &str| {
            if !document.meta.written(name) {
                let chinese = fields_of(document.kind)
                    .iter()
                    .chain(COMMON)
                    .find(|field| field.name == name)
                    .map_or("", |field| field.chinese);
                found.push(Diagnostic::new(
                    Code(101),
                    document.first_line,
                    text!("{zh}，缺少“{chinese}”（{name}）", "“{name}” is missing: {en}"),
                ));
            }
        };
        match document.kind {
            Kind::Reading => {
                if kind == "required" {
                    missing("work", "必读书目要写明是哪一部", "a required reading names its work");
                }
                if matches!(kind, "law" | "party-regulation" | "document") {
                    missing(
                        "source",
                        "法规和文件要写出处",
                        "laws, party regulations and documents need a source",
                    );
                }
            }
            Kind::Article => match kind {
                "policy" => missing("source", "政策文章要写出处", "a policy needs a source"),
                "unit" => missing("part_of", "单元要写所属课程", "a unit names its course"),
                _ => {}
            },
            Kind::Programme => {
                if !document.meta.written("days") {
                    if !document.meta.written("start") {
                        missing(
                            "start",
                            "班次要写开班、结业日期，或写天数 days",
                            "a programme needs start and end, or days",
                        );
                    } else {
                        missing(
                            "end",
                            "写了开班日期，就要写结业日期或天数 days",
                            "a start needs an end, or days",
                        );
                    }
                }
                sessions(document, found);
            }
            _ => {}
        }
    }
}

fn sessions(document: &Document, found: &mut Vec<Diagnostic>) {
    for item in document.meta.list("sessions") {
        let Some(session) = item.value.record() else { continue };
        if let (Some(_), Some(activity)) = (session.get("course"), session.get("activity")) {
            found.push(
                Diagnostic::new(
                    Code(103),
                    activity.span,
                    text!(
                        "这一节既写了课程，又写了活动，只能写一个",
                        "this session has both a course and an activity"
                    ),
                )
                .help(text!(
                    "删去“活动”，或另起一节",
                    "delete the activity, or give it a session of its own"
                )),
            );
        }
        if !session.written("course") && !session.written("activity") {
            found.push(
                Diagnostic::new(
                    Code(101),
                    item.span,
                    text!(
                        "这一节没有写课程，也没有写活动",
                        "this session has neither a course nor an activity"
                    ),
                )
                .help(text!(
                    "加上 course: 课程编号，或 activity: 活动名称",
                    "add course: ID or activity: NAME"
                )),
            );
        }
    }
}

/// KB-104 for the three pairs of dates that have an order.
pub(super) fn date_order(site: &Site, found: &mut Vec<Diagnostic>) {
    let mut report = |later: Span, earlier: Span, first: String, second: String| {
        found.push(
            Diagnostic::new(
                Code(104),
                later,
                text!("{second} 早于 {first}，先后颠倒", "{second} is before {first}"),
            )
            .related(earlier, text!("开始的日期在这里", "the earlier date is here")),
        );
    };
    for (_, document) in site.documents() {
        for (first, second) in [("start", "end"), ("admitted", "exited")] {
            let (Some(a), Some(b)) = (document.meta.get(first), document.meta.get(second)) else { continue };
            if let (Value::Date(from), Value::Date(to)) = (&a.value, &b.value)
                && to < from
            {
                report(b.span, a.span, from.to_string(), to.to_string());
            }
        }
        let Some(period) = document.meta.record("period") else { continue };
        let (Some(a), Some(b)) = (period.get("from"), period.get("to")) else { continue };
        if let (Value::Period(from), Value::Period(to)) = (&a.value, &b.value)
            && to.is_before(*from)
        {
            report(b.span, a.span, from.to_string(), to.to_string());
        }
    }
}

/// KB-105: lengths, and one title twice within a kind.
pub(super) fn titles_and_summaries(site: &Site, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(Kind, &str), Span> = BTreeMap::new();
    for (_, document) in site.documents() {
        for (name, zh, least, most) in [("title", "标题", 2, 80), ("summary", "摘要", 20, 200)] {
            let Some(value) = document.meta.get(name) else { continue };
            let length = value.value.text().unwrap_or("").trim().chars().count();
            if !(least..=most).contains(&length) {
                found.push(Diagnostic::new(
                    Code(105),
                    value.span,
                    text!(
                        "{zh}有 {length} 个字，应为 {least} 到 {most} 个字",
                        "the {name} has {length} characters and should have {least} to {most}"
                    ),
                ));
            }
        }
        if document.status() == Status::Retired {
            continue;
        }
        let Some(value) = document.meta.get("title") else { continue };
        let title = value.value.text().unwrap_or("").trim();
        match first.get(&(document.kind, title)) {
            None => {
                first.insert((document.kind, title), value.span);
            }
            Some(owner) => {
                let (zh, en) = (document.kind.counted(), document.kind.english());
                found.push(
                    Diagnostic::new(
                        Code(105),
                        value.span,
                        text!("另一{zh}也叫“{title}”", "another {en} is called “{title}” too"),
                    )
                    .related(*owner, text!("另一个在这里", "the other one is here"))
                    .help(text!(
                        "给标题加上能区分的字，例如年份或届次",
                        "add what tells them apart, such as the year"
                    )),
                );
            }
        }
    }
}
