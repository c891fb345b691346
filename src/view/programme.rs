//! Layer 8: a programme's timetable and how it stands against the plan's indicators.

use super::catalogue::Catalogue;
use super::{Link, phrase};
use crate::diagnostics::Text;
use crate::plan::{Row, Timetable, plan, row};
use crate::site::DocId;
use crate::taxonomy::Vocabulary;
use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Programme<'a> {
    pub days: Vec<Day<'a>>,
    /// Of all sessions that count: 80 学时.
    pub hours: String,
    /// Hours of online courses, counted apart.
    pub online: Option<String>,
    /// The plan's indicators that concern it.
    pub indicators: Vec<Indicator<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Day<'a> {
    pub label: String,
    pub sessions: Vec<Session<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Session<'a> {
    pub slot: &'a str,
    pub content: Link<'a>,
    pub hours: String,
    pub teacher: Option<Link<'a>>,
    pub method: &'a str,
    pub place: &'a str,
}

/// One indicator with its figures, as a row and a bar.
#[derive(Clone, Debug, Serialize)]
pub struct Indicator<'a> {
    pub label: String,
    /// `met`, `unmet`, `adds` or `unknown`.
    pub state: &'static str,
    /// The state in words.
    pub verdict: String,
    pub value: String,
    pub asked: String,
    pub notes: Vec<String>,
    pub remedies: Vec<String>,
    /// Existing courses that would mend it.
    pub courses: Vec<Link<'a>>,
    pub bar: Option<Bar>,
    /// 规划第 55 行：“……”
    pub source: String,
}

/// Lengths in thousandths of the whole.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Bar {
    pub length: u32,
    pub threshold: u32,
}

pub(super) fn programme<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> Programme<'s> {
    let site = catalogue.site;
    let plan = plan(site, id);
    let rows = plan.verdicts.iter().map(|verdict| row(verdict, None));
    let years = catalogue.years().iter().filter(|year| year.programmes.contains(&id));
    let of_years = years.flat_map(|year| year.verdicts.iter().map(move |verdict| row(verdict, Some(year))));
    let indicators = rows.chain(of_years).map(|row| indicator(catalogue, &row)).collect();
    let Timetable { hours, online, .. } = plan.timetable;
    Programme {
        days: days(catalogue, &plan.timetable),
        hours: hours.to_string(),
        online: (online.0 > 0).then(|| online.to_string()),
        indicators,
    }
}

fn days<'s>(catalogue: &'s Catalogue<'_>, timetable: &Timetable<'s>) -> Vec<Day<'s>> {
    let mut days: Vec<(Option<i64>, Day<'_>)> = Vec::new();
    for session in &timetable.sessions {
        let record = session.record;
        let words = Link::words(session.activity.unwrap_or_default());
        let shown = Session {
            slot: session.slot.map_or("", |slot| phrase::slot(catalogue.strings, slot)),
            content: catalogue.link_to(record.reference("course")).unwrap_or(words),
            hours: if session.hours.0 > 0 { session.hours.to_string() } else { String::new() },
            teacher: catalogue.link_to(record.reference("teacher")),
            method: session.method.map_or("", |id| catalogue.label(Vocabulary::Methods, id)),
            place: record.text("place").unwrap_or_default(),
        };
        match days.last_mut() {
            Some((day, last)) if *day == session.day => last.sessions.push(shown),
            _ => {
                let label = match session.day {
                    Some(day) => catalogue.say("day_n", &[("n", &day)]),
                    None => catalogue.word("any_day").to_owned(),
                };
                days.push((session.day, Day { label, sessions: vec![shown] }));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn indicator<'s>(catalogue: &'s Catalogue<'_>, row: &Row<'_>) -> Indicator<'s> {
    let told = |texts: &[Text]| texts.iter().map(|text| catalogue.told(text)).collect();
    let (line, quote) = row.source;
    let line = line.map(|line| catalogue.say("plan_line", &[("n", &line)])).unwrap_or_default();
    let quote = quote.map(|quote| format!("“{quote}”")).unwrap_or_default();
    Indicator {
        label: row.label.to_owned(),
        state: row.state.id(),
        verdict: catalogue.told(&row.state.words()),
        value: catalogue.told(&row.value),
        asked: catalogue.told(&row.asked),
        notes: told(&row.notes),
        remedies: told(&row.remedies),
        courses: row.mending.iter().filter_map(|course| catalogue.link(*course)).collect(),
        bar: row.bar.map(|(length, threshold)| Bar { length, threshold }),
        source: [line, quote]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(catalogue.word("colon")),
    }
}
