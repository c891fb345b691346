//! Layer 12: `keben plan`.

use super::Content;
use super::run::{Failure, Run};
use super::table::{Output, aligned, csv};
use crate::diagnostics::{Language, Text, text};
use crate::fields::Kind;
use crate::plan::{Outcome, Plan, Row, State, Verdict, Year, plan, row, years};
use crate::site::Site;
use crate::taxonomy::{Basis, Demand};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Options {
    /// 班次的编号，例如 main-class-2022-autumn；不写就列出所有班次
    id: Option<String>,
    #[command(flatten)]
    content: Content,
    #[arg(long, value_enum, default_value = "human")]
    format: Output,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let site = match run.site(&arguments.content)? {
        Ok(site) => site,
        Err(code) => return Ok(code),
    };
    let site = &site;
    let Some(id) = arguments.id.as_deref() else { return list(run, site) };
    let id = id.strip_prefix("programme/").unwrap_or(id);
    let Some(programme) = site.find(Kind::Programme, id) else {
        let ids: Vec<&str> =
            site.of_kind(Kind::Programme).map(|(_, document)| document.id.as_str()).collect();
        let all = ids.join("、");
        return Err(Failure::could_not_run(text!(
            "没有编号为“{id}”的班次；有这些：{all}",
            "there is no programme “{id}”; there are: {all}"
        )));
    };
    let plan = plan(site, programme);
    let years: Vec<Year<'_>> =
        years(site).into_iter().filter(|year| year.programmes.contains(&programme)).collect();
    match arguments.format {
        Output::Human => run.tell(human(site, &plan, &years, run.language).trim_end())?,
        Output::Json => run.tell(&object(site, &plan, &years, run.language).to_string())?,
        Output::Csv => run.tell(table(&plan, &years, run.language).trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(run: &Run, site: &Site) -> Result<ExitCode, Failure> {
    let lines: Vec<String> = site
        .of_kind(Kind::Programme)
        .map(|(_, document)| format!("{}  {}", document.id, document.title()))
        .collect();
    run.tell(&lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Every verdict with the year that it belongs to, if any.
fn verdicts<'a>(
    plan: &'a Plan<'a>,
    years: &'a [Year<'a>],
) -> impl Iterator<Item = (&'a Verdict<'a>, Option<&'a Year<'a>>)> {
    let of_years =
        years.iter().flat_map(|year| year.verdicts.iter().map(move |verdict| (verdict, Some(year))));
    plan.verdicts.iter().map(|verdict| (verdict, None)).chain(of_years)
}

fn human(site: &Site, plan: &Plan<'_>, years: &[Year<'_>], language: Language) -> String {
    let say = |text: Text| text.in_language(language).to_owned();
    let document = site.get(plan.programme);
    let timetable = &plan.timetable;
    let (hours, courses, sessions) = (timetable.hours, timetable.courses.len(), timetable.sessions.len());
    let mut out = format!("{}  {}\n", document.id, document.title());
    let days = timetable.length.map(|days| text!("{days} 天，", "{days} days, "));
    out.push_str(&days.map(say).unwrap_or_default());
    out.push_str(&say(text!(
        "{sessions} 节，{courses} 门课程，{hours} 学时",
        "{sessions} sessions, {courses} courses, {hours} hours"
    )));
    if timetable.online.0 > 0 {
        let online = timetable.online;
        out.push_str(&say(text!("；网络课程 {online} 学时另计", "; {online} hours online, counted apart")));
    }
    out.push_str("\n\n");
    let mut lines: Vec<Vec<String>> = Vec::new();
    for session in &timetable.sessions {
        let name =
            session.course.map_or(session.activity.unwrap_or_default(), |course| site.get(course).title());
        let teachers: Vec<&str> = session.teachers.iter().map(|teacher| site.get(*teacher).title()).collect();
        lines.push(vec![
            session.day.map(|day| day.to_string()).unwrap_or_default(),
            session.slot.unwrap_or_default().to_owned(),
            session.hours.to_string(),
            name.to_owned(),
            teachers.join("、"),
        ]);
    }
    out.push_str(&aligned(&lines));
    let loads: Vec<String> = timetable.days.iter().map(|(day, hours)| format!("{day}: {hours}")).collect();
    if !loads.is_empty() {
        let loads = loads.join("  ");
        out.push_str(&say(text!("\n每天学时  {loads}\n", "\nhours a day  {loads}\n")));
    }
    for (verdict, year) in verdicts(plan, years) {
        let row = row(verdict, year);
        let mark = match row.state {
            State::Met => "✓",
            State::Unmet => "✗",
            State::Adds | State::Unknown => "·",
        };
        let (state, value, asked) = (say(row.state.words()), say(row.value), say(row.asked));
        out.push_str(&format!("\n{mark} {}  {state}\n", row.label));
        out.push_str(&say(text!("  现在 {value}；要求 {asked}\n", "  now {value}; asked {asked}\n")));
        for note in row.notes.into_iter().chain(row.remedies) {
            out.push_str(&format!("  {}\n", say(note)));
        }
        if !row.mending.is_empty() {
            let names: Vec<String> = row
                .mending
                .iter()
                .map(|course| format!("{}（{}）", site.get(*course).title(), site.get(*course).id))
                .collect();
            let names = names.join("、");
            out.push_str(&say(text!("  可加的课程：{names}\n", "  courses to add: {names}\n")));
        }
        if let (Some(line), quote) = row.source {
            let quote = quote.map(|quote| format!("“{quote}”")).unwrap_or_default();
            out.push_str(&say(text!("  规划第 {line} 行{quote}\n", "  line {line} of the plan {quote}\n")));
        }
    }
    out
}

/// `numerator`, `denominator`, `margin` and both remedies are in the unit of `basis`: hours (steps of 0.5) or courses.
fn object(site: &Site, plan: &Plan<'_>, years: &[Year<'_>], language: Language) -> Value {
    let document = site.get(plan.programme);
    let timetable = &plan.timetable;
    let sessions: Vec<Value> = timetable
        .sessions
        .iter()
        .map(|session| {
            json!({
                "day": session.day,
                "slot": session.slot,
                "course": session.course.map(|course| site.get(course).id.as_str()),
                "activity": session.activity,
                "hours": number(session.hours.0, Basis::Hours),
                "teachers": session.teachers.iter().map(|id| site.get(*id).id.as_str()).collect::<Vec<_>>(),
                "method": session.method,
                "counts": session.counts,
            })
        })
        .collect();
    let days: Vec<Value> = timetable
        .days
        .iter()
        .map(|(day, hours)| json!({"day": day, "hours": number(hours.0, Basis::Hours)}))
        .collect();
    let indicators: Vec<Value> =
        verdicts(plan, years).map(|(verdict, year)| indicator(site, verdict, year, language)).collect();
    json!({
        "id": document.id,
        "title": document.title(),
        "status": document.meta.text("status"),
        "days": timetable.length,
        "hours": number(timetable.hours.0, Basis::Hours),
        "online_hours": number(timetable.online.0, Basis::Hours),
        "courses": timetable.courses.len(),
        "complete": !timetable.broken,
        "sessions": sessions,
        "day_loads": days,
        "indicators": indicators,
    })
}

fn indicator(site: &Site, verdict: &Verdict<'_>, year: Option<&Year<'_>>, language: Language) -> Value {
    let row = row(verdict, year);
    let kind = match &verdict.indicator.demand {
        Demand::Share { .. } => "share",
        Demand::Presence(_) => "presence",
        Demand::Length { .. } => "length",
    };
    let mut value = json!({
        "id": row.id,
        "label": row.label,
        "kind": kind,
        "state": row.state.id(),
        "value": row.value.in_language(language),
        "asked": row.asked.in_language(language),
        "source": {"line": row.source.0, "quote": row.source.1},
    });
    if let Some(year) = year {
        value["year"] = json!(year.year);
        let ids: Vec<&str> = year.programmes.iter().map(|id| site.get(*id).id.as_str()).collect();
        value["programmes"] = json!(ids);
    }
    if let Outcome::Share(share) = &verdict.outcome {
        let (basis, other) = match share.basis {
            Basis::Hours => ("hours", Basis::Courses),
            Basis::Courses => ("courses", Basis::Hours),
        };
        let units = |units: u32| number(units, share.basis);
        let replace = share.to_replace();
        value["basis"] = json!(basis);
        value["numerator"] = units(share.part);
        value["denominator"] = units(share.whole);
        value["at_least"] = json!(share.at_least.to_string());
        value["margin"] =
            if share.met { units(share.to_spare()) } else { number_signed(replace, share.basis) };
        value["other"] = json!({
            "basis": if other == Basis::Hours { "hours" } else { "courses" },
            "numerator": number(share.other.0, other),
            "denominator": number(share.other.1, other),
        });
        if !share.met {
            let courses: Option<Vec<&str>> = share
                .mending
                .as_ref()
                .map(|courses| courses.iter().map(|id| site.get(*id).id.as_str()).collect());
            value["remedies"] =
                json!({"replace": units(replace), "add": share.to_add().map(units), "courses": courses});
        }
    }
    value
}

/// Halves of hours as hours, with a fraction only where there is one.
fn number(units: u32, basis: Basis) -> Value {
    match basis {
        Basis::Courses => json!(units),
        Basis::Hours if units.is_multiple_of(2) => json!(units / 2),
        Basis::Hours => json!(f64::from(units) / 2.0),
    }
}

/// What is missing, as a number below zero.
fn number_signed(units: u32, basis: Basis) -> Value {
    match basis {
        Basis::Courses => json!(-i64::from(units)),
        Basis::Hours if units.is_multiple_of(2) => json!(-i64::from(units / 2)),
        Basis::Hours => json!(-f64::from(units) / 2.0),
    }
}

fn table(plan: &Plan<'_>, years: &[Year<'_>], language: Language) -> String {
    let head =
        ["id", "label", "year", "state", "value", "asked", "numerator", "denominator", "at_least", "basis"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for (verdict, year) in verdicts(plan, years) {
        let Row { id, label, state, value, asked, year, .. } = row(verdict, year);
        let share = match &verdict.outcome {
            Outcome::Share(share) => [
                share.amount(share.part),
                share.amount(share.whole),
                share.at_least.to_string(),
                if share.basis == Basis::Hours { "hours" } else { "courses" }.to_owned(),
            ],
            _ => Default::default(),
        };
        let mut line = vec![
            id.to_owned(),
            label.to_owned(),
            year.map(|year| year.to_string()).unwrap_or_default(),
            state.id().to_owned(),
            value.in_language(language).to_owned(),
            asked.in_language(language).to_owned(),
        ];
        line.extend(share);
        lines.push(line);
    }
    csv(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_numbers_with_a_half_only_where_there_is_one() {
        assert_eq!(number(9, Basis::Hours), json!(4.5));
        assert_eq!(number(8, Basis::Hours), json!(4));
        assert_eq!(number_signed(3, Basis::Courses), json!(-3));
        assert_eq!(number_signed(3, Basis::Hours), json!(-1.5));
    }
}
