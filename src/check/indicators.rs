//! Layer 8: programmes, and years of institutions, against the edition's indicators (KB-401, 402, 403, 413).

use crate::diagnostics::{Code, Diagnostic, Severity, Text, inside_quotes, text};
use crate::document::Status;
use crate::fields::{Halves, Kind, fields_of};
use crate::plan::{Outcome, Share, Verdict, limbs_words, percent, plans, years};
use crate::site::{DocId, Site};
use crate::source::Span;
use crate::taxonomy::{Basis, Demand, Fraction, Indicator, Requirement, Vocabulary};

/// KB-401, 402, 403, 413: each indicator that a programme, or a year of an institution, does not meet.
pub(super) fn measured(site: &Site, found: &mut Vec<Diagnostic>) {
    for plan in plans(site) {
        let document = site.get(plan.programme);
        if document.status() == Status::Retired {
            continue;
        }
        let unfinished = matches!(document.status(), Status::Draft | Status::Review);
        for verdict in &plan.verdicts {
            report(site, verdict, document.first_line, unfinished, None, &[], found);
        }
    }
    for year in years(site) {
        let institution = site.get(year.institution);
        for verdict in &year.verdicts {
            report(
                site,
                verdict,
                institution.first_line,
                year.unfinished,
                Some(year.year),
                &year.programmes,
                found,
            );
        }
    }
}

fn report(
    site: &Site,
    verdict: &Verdict<'_>,
    place: Span,
    unfinished: bool,
    year: Option<i32>,
    programmes: &[DocId],
    found: &mut Vec<Diagnostic>,
) {
    let indicator = verdict.indicator;
    let label = &inside_quotes(&indicator.label);
    let (code, message, help) = match &verdict.outcome {
        Outcome::Share(share) if !share.met => {
            let (message, help) = share_words(label, share, year);
            (Code(401), message, help)
        }
        Outcome::Presence { met: false } => {
            let Demand::Presence(requirement) = &indicator.demand else { return };
            let message = text!("没有做到“{label}”", "“{label}” is not met");
            (Code(402), message, presence_help(site, requirement))
        }
        Outcome::Length { limbs, days, hours, met: false } => {
            let Text { zh, en } = limbs_words(limbs);
            let days_zh = days.map(|days| format!("{days} 天、")).unwrap_or_default();
            let days_en = days.map(|days| format!("{days} days and ")).unwrap_or_default();
            let message = text!(
                "“{label}”要求{zh}，现在是 {days_zh}{hours} 学时",
                "“{label}” asks for {en}; there are {days_en}{hours} hours"
            );
            let help = text!(
                "延长班次或增加学时；几个条件满足一个即可",
                "make the programme longer or add hours; one of the conditions is enough"
            );
            (Code(403), message, help)
        }
        _ => return,
    };
    let severity = if unfinished { Severity::Info } else { indicator.severity };
    let mut diagnostic = Diagnostic::new(code, place, message)
        .severity(severity)
        .help(help)
        .related(indicator.span(), source(indicator));
    for programme in programmes {
        let document = site.get(*programme);
        let title = inside_quotes(document.title());
        diagnostic = diagnostic.related(document.first_line, text!("计入“{title}”", "“{title}” is counted"));
    }
    found.push(diagnostic);
    if let Outcome::Share(Share { mending: Some(courses), .. }) = &verdict.outcome {
        found.push(mending(site, label, courses, place));
    }
}

pub(super) fn source(indicator: &Indicator) -> Text {
    match (indicator.source.line, &indicator.source.quote) {
        (Some(line), Some(quote)) => {
            text!("出自规划第 {line} 行：“{quote}”", "from line {line} of the plan: “{quote}”")
        }
        (Some(line), None) => text!("出自规划第 {line} 行", "from line {line} of the plan"),
        _ => text!("指标写在这里", "the indicator is stated here"),
    }
}

/// What is there, what must be there, and both ways to mend it.
fn share_words(label: &str, share: &Share, year: Option<i32>) -> (Text, Text) {
    let Share { at_least, part, whole, .. } = share;
    let (zh_unit, en_unit, zh_other, en_other) = match share.basis {
        Basis::Hours => (" 学时", "hours", " 门课程", "courses"),
        Basis::Courses => (" 门课程", "courses", " 学时", "hours"),
    };
    let (n, d) = (share.amount(*part), share.amount(*whole));
    let percent = percent(*part, *whole);
    let least = percent_of(*at_least);
    let other = |units: u32| match share.basis {
        Basis::Hours => units.to_string(),
        Basis::Courses => Halves(units).to_string(),
    };
    let (other_n, other_d) = (other(share.other.0), other(share.other.1));
    let (zh_year, en_year) = match year {
        Some(year) => (format!("{year} 年全年"), format!(" in {year}")),
        None => (String::new(), String::new()),
    };
    let message = text!(
        "{zh_year}“{label}”是 {n}/{d}{zh_unit}（{percent}），应不低于 {least}（{at_least}）；按另一口径是 {other_n}/{other_d}{zh_other}",
        "“{label}”{en_year} is {n}/{d} {en_unit} ({percent}) and must be at least {least} ({at_least}); by the other basis it is {other_n}/{other_d} {en_other}"
    );
    let replace = share.amount(share.to_replace());
    let help = match share.to_add() {
        Some(add) => {
            let add = share.amount(add);
            text!(
                "把 {replace}{zh_unit}换成计入的课程，或再加 {add}{zh_unit}计入的课程；“keben plan”列出可用的课程",
                "replace {replace} {en_unit} by ones that count, or add {add} {en_unit} that count; `keben plan` lists courses"
            )
        }
        None => {
            text!("把 {replace}{zh_unit}换成计入的课程", "replace {replace} {en_unit} by ones that count")
        }
    };
    (message, help)
}

fn percent_of(share: Fraction) -> String {
    percent(share.numerator, share.denominator)
}

fn presence_help(site: &Site, requirement: &Requirement) -> Text {
    match requirement {
        Requirement::Field(field) => {
            let field = &field.value;
            let named = fields_of(Kind::Programme).iter().find(|one| one.name == field.as_str());
            let chinese = named.map_or("", |one| one.chinese);
            text!("加一行 {field}: …（{chinese}）", "add a line {field}: …")
        }
        Requirement::Activity(words) => text!(
            "在“教学安排”（sessions）里加一节，例如 - {{day: 1, slot: am, activity: {words}, hours: 4}}",
            "add a session such as - {{day: 1, slot: am, activity: {words}, hours: 4}}"
        ),
        Requirement::Course(selector) => {
            let labels: Vec<&str> = [
                (Vocabulary::Areas, &selector.areas),
                (Vocabulary::Modules, &selector.modules),
                (Vocabulary::Series, &selector.series),
                (Vocabulary::Topics, &selector.topics),
                (Vocabulary::Methods, &selector.methods),
            ]
            .into_iter()
            .flat_map(|(vocabulary, ids)| ids.iter().map(move |id| site.taxonomy.label(vocabulary, id)))
            .collect();
            let labels = labels.join("、");
            text!(
                "在“教学安排”（sessions）里排一门这样的课程：{labels}",
                "schedule a course of this sort: {labels}"
            )
        }
    }
}

/// KB-413: which courses would do.
fn mending(site: &Site, label: &str, courses: &[DocId], place: Span) -> Diagnostic {
    let names = |title: bool| {
        let name = |id: &DocId| {
            let document = site.get(*id);
            if title {
                format!("“{}”（{}）", inside_quotes(document.title()), document.id)
            } else {
                document.id.clone()
            }
        };
        courses.iter().map(name).collect::<Vec<_>>()
    };
    let (zh, en, count) = (names(true).join("、"), names(false).join(", "), courses.len());
    let mut diagnostic = Diagnostic::new(
        Code(413),
        place,
        text!(
            "要达到“{label}”，加上现有的 {count} 门课程就够：{zh}",
            "“{label}” would be met with {count} existing courses more: {en}"
        ),
    );
    for course in courses {
        let document = site.get(*course);
        let title = inside_quotes(document.title());
        diagnostic = diagnostic.related(document.first_line, text!("“{title}”", "“{title}”"));
    }
    diagnostic
}
