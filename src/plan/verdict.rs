//! Layer 7: what each indicator says of a timetable. Shares are compared in integers, hours in halves.

use super::mending;
use super::timetable::{Session, Timetable};
use crate::document::{Document, Status};
use crate::fields::{Halves, Record, Value};
use crate::site::{DocId, Site};
use crate::source::Span;
use crate::taxonomy::{Basis, Demand, Fraction, Indicator, Limb, Per, Requirement, Scope, Selector};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    pub indicator: &'a Indicator,
    pub outcome: Outcome<'a>,
}

#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    Share(Share),
    Presence {
        met: bool,
    },
    Length {
        limbs: &'a [Limb],
        days: Option<i64>,
        hours: Halves,
        met: bool,
    },
    /// An indicator of persons: what the programme adds to their account.
    Adds {
        limbs: &'a [Limb],
        days: Option<i64>,
        hours: Halves,
    },
    /// The timetable could not be read whole.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub basis: Basis,
    /// What must be reached: the plan's share, or a stricter one of the programme's own.
    pub at_least: Fraction,
    /// In units of the basis: halves of hours, or courses.
    pub part: u32,
    pub whole: u32,
    /// The same by the other basis, for information.
    pub other: (u32, u32),
    pub met: bool,
    /// The fewest existing courses that mend it when they are added; `None` where none can.
    pub mending: Option<Vec<DocId>>,
}

impl Share {
    pub fn to_replace(&self) -> u32 {
        self.at_least.to_replace(self.part, self.whole)
    }

    pub fn to_add(&self) -> Option<u32> {
        self.at_least.to_add(self.part, self.whole)
    }

    /// How many units that count could go without missing the share; none when it is missed already.
    pub fn to_spare(&self) -> u32 {
        self.part.saturating_sub(self.at_least.to_replace(0, self.whole))
    }

    /// A number of the basis in words that need no unit: halves of hours as hours.
    pub fn amount(&self, units: u32) -> String {
        match self.basis {
            Basis::Hours => Halves(units).to_string(),
            Basis::Courses => units.to_string(),
        }
    }
}

/// 18.2%, cut and not rounded: what is below a threshold never looks like it.
pub fn percent(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "0%".to_owned();
    }
    let tenths = u64::from(part) * 1000 / u64::from(whole);
    match tenths % 10 {
        0 => format!("{}%", tenths / 10),
        tenth => format!("{}.{tenth}%", tenths / 10),
    }
}

/// A share that a programme sets itself.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    pub indicator: &'a str,
    pub indicator_span: Span,
    pub at_least: Option<Fraction>,
    pub at_least_span: Span,
}

impl<'a> Target<'a> {
    pub fn all(programme: &'a Document) -> impl Iterator<Item = Target<'a>> {
        programme.meta.records("targets").filter_map(|record| {
            let (indicator, at_least) = (record.get("indicator")?, record.get("at_least")?);
            Some(Target {
                indicator: indicator.value.text()?,
                indicator_span: indicator.span,
                at_least: at_least.value.text().and_then(Fraction::parse),
                at_least_span: at_least.span,
            })
        })
    }
}

/// Does the indicator concern a programme of this institution, class and length?
pub(super) fn concerns(site: &Site, scope: &Scope, programme: &Document) -> Option<bool> {
    let meta = &programme.meta;
    let institution = meta.reference("institution").and_then(|(kind, id)| site.find(kind, id));
    let institution = institution.map(|id| &site.get(id).meta);
    let among = |allowed: &[String], value: Option<&str>| match (allowed.is_empty(), value) {
        (true, _) => Some(true),
        (false, None) => None,
        (false, Some(value)) => Some(allowed.iter().any(|one| one == value)),
    };
    let audiences: Vec<&str> = meta.texts("audience").collect();
    let class = meta.text("class_kind");
    let parts = [
        among(&scope.institution_kinds, institution.and_then(|meta| meta.text("kind"))),
        among(&scope.levels, institution.and_then(|meta| meta.text("level"))),
        match (scope.class_kinds.is_empty(), class) {
            (true, _) => Some(true),
            (false, None) => None,
            (false, Some(class)) => Some(scope.class_kinds.iter().any(|kind| kind.value == class)),
        },
        match (scope.audiences.is_empty(), audiences.is_empty()) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => {
                Some(audiences.iter().any(|one| scope.audiences.iter().any(|other| other == one)))
            }
        },
        match (scope.days, super::length(programme)) {
            (None, _) => Some(true),
            (Some(_), None) => None,
            (Some(least), Some(days)) => Some(days >= least),
        },
    ];
    // One part that does not hold settles it, whatever is unknown about the others.
    if parts.contains(&Some(false)) { Some(false) } else { parts.iter().all(Option::is_some).then_some(true) }
}

pub(super) fn of_programme<'a>(site: &'a Site, id: DocId, timetable: &Timetable<'a>) -> Vec<Verdict<'a>> {
    let programme = site.get(id);
    let mut verdicts = Vec::new();
    for indicator in site.taxonomy.indicators.iter().filter(|one| one.per != Per::InstitutionYear) {
        let outcome = match concerns(site, &indicator.scope, programme) {
            Some(false) => continue,
            None => Outcome::Unknown,
            Some(true) => outcome(site, programme, indicator, timetable),
        };
        verdicts.push(Verdict { indicator, outcome });
    }
    verdicts
}

fn outcome<'a>(
    site: &'a Site,
    programme: &'a Document,
    indicator: &'a Indicator,
    timetable: &Timetable<'a>,
) -> Outcome<'a> {
    // Days of teaching where the programme says them: a fortnight with a free weekend has ten.
    let days = programme.meta.integer("days").or(timetable.length);
    let hours = timetable.hours;
    match &indicator.demand {
        Demand::Share { numerator, basis, at_least } => {
            if timetable.broken || is_unclear(site, numerator, timetable) {
                return Outcome::Unknown;
            }
            let own = Target::all(programme).filter(|target| target.indicator == indicator.id.value);
            let stricter = own.filter_map(|target| target.at_least).filter(|own| !own.is_below(*at_least));
            let at_least = stricter.last().unwrap_or(*at_least);
            let sum = Sum::of(site, numerator, &[timetable]);
            let share = sum.share(*basis, at_least);
            let met = share.met;
            let mending = || {
                let audience: Vec<&str> = programme.meta.texts("audience").collect();
                mending::fewest(site, numerator, &share, &timetable.courses, &audience)
            };
            let mending = if met { None } else { mending() };
            Outcome::Share(Share { mending, ..share })
        }
        Demand::Presence(requirement) => {
            let met = is_present(site, programme, requirement, timetable);
            let unclear = match requirement {
                Requirement::Course(selector) => timetable.broken || is_unclear(site, selector, timetable),
                Requirement::Activity(_) => timetable.broken,
                Requirement::Field(_) => false,
            };
            if !met && unclear {
                return Outcome::Unknown;
            }
            Outcome::Presence { met }
        }
        Demand::Length { limbs, .. } if indicator.per == Per::Person => Outcome::Adds { limbs, days, hours },
        Demand::Length { limbs, .. } => {
            let met = limbs.iter().any(|limb| match limb {
                Limb::Hours(least) => hours.0 >= *least,
                Limb::Days(least) => days.is_some_and(|days| days >= *least),
                Limb::Months(least) => months(programme, days).is_some_and(|months| months >= *least),
                Limb::Times(least) => *least <= 1,
            });
            if !met && timetable.broken {
                return Outcome::Unknown;
            }
            Outcome::Length { limbs, days, hours, met }
        }
    }
}

/// Whole months from start to the day after the end; of thirty days each where only days are given.
fn months(programme: &Document, days: Option<i64>) -> Option<i64> {
    match (programme.meta.date("start"), programme.meta.date("end")) {
        (Some(start), Some(end)) => Some(start.whole_months_to(end)),
        _ => days.map(|days| days / 30),
    }
}

fn is_present(
    site: &Site,
    programme: &Document,
    requirement: &Requirement,
    timetable: &Timetable<'_>,
) -> bool {
    match requirement {
        Requirement::Course(selector) => timetable
            .sessions
            .iter()
            .any(|session| session.course.is_some() && takes(site, selector, session)),
        Requirement::Activity(words) => timetable.sessions.iter().any(|session| {
            let course = session.course.map(|course| site.get(course).title());
            session.activity.is_some_and(|activity| activity.contains(words.as_str()))
                || course.is_some_and(|title| title.contains(words.as_str()))
        }),
        Requirement::Field(field) => programme.meta.get(&field.value).map_or_else(
            // Written but unreadable has had its message.
            || programme.meta.written(&field.value),
            |value| match &value.value {
                Value::Text(text) => !text.trim().is_empty(),
                Value::Boolean(truth) => *truth,
                _ => true,
            },
        ),
    }
}

/// Does a session with a course count for the selector?
pub(super) fn takes(site: &Site, selector: &Selector, session: &Session<'_>) -> bool {
    let Some(course) = session.course else { return false };
    suits(site, selector, &site.get(course).meta, session.method, &session.teachers)
}

/// Does a course, taught by this method and these teachers, count for the selector? An empty part asks nothing.
pub(super) fn suits(
    site: &Site,
    selector: &Selector,
    course: &Record,
    method: Option<&str>,
    teachers: &[DocId],
) -> bool {
    let among = |wanted: &[String], value: Option<&str>| {
        wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|one| one == value))
    };
    let topics = || course.texts("topics").any(|topic| selector.topics.iter().any(|one| one == topic));
    let has_role = |teacher: &DocId| {
        let role = site.get(*teacher).meta.text("role");
        selector.teacher_roles.iter().any(|one| Some(one.value.as_str()) == role)
    };
    among(&selector.areas, course.text("area"))
        && among(&selector.modules, course.text("module"))
        && among(&selector.series, course.text("series"))
        && among(&selector.methods, method)
        && (selector.topics.is_empty() || topics())
        && selector.interactive.is_none_or(|wanted| {
            method.is_some_and(|method| Timetable::is_interactive(site, method) == wanted)
        })
        && (selector.teacher_roles.is_empty() || (!teachers.is_empty() && teachers.iter().all(has_role)))
}

/// Does the selector ask for something that a course or a teacher of the timetable should say, and does not, or says in
/// a way that cannot be read? That has had its message; what it would count for nobody knows.
pub(super) fn is_unclear(site: &Site, selector: &Selector, timetable: &Timetable<'_>) -> bool {
    let unread = |meta: &Record, field: &str| meta.written(field) && meta.get(field).is_none();
    let lacks_module = |meta: &Record| meta.text("area") == Some("theory") && !meta.written("module");
    let courses = timetable.sessions.iter().filter_map(|session| session.course);
    let mut courses = courses.map(|course| &site.get(course).meta);
    let teachers = timetable.sessions.iter().flat_map(|session| &session.teachers);
    let mut teachers = teachers.map(|teacher| &site.get(*teacher).meta);
    courses.any(|meta| {
        (!selector.areas.is_empty() && meta.get("area").is_none())
            || (!selector.modules.is_empty() && (unread(meta, "module") || lacks_module(meta)))
            || (!selector.series.is_empty() && unread(meta, "series"))
            || (!selector.topics.is_empty() && !meta.is_whole("topics"))
            || (!selector.teacher_roles.is_empty() && !meta.is_whole("teachers"))
    }) || (!selector.teacher_roles.is_empty() && teachers.any(|meta| meta.get("role").is_none()))
        || ((selector.interactive.is_some() || !selector.methods.is_empty())
            && timetable.sessions.iter().any(|session| session.course.is_some() && session.method.is_none()))
}

/// Hours in halves and courses that count, of all there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    pub hours: (u32, u32),
    pub courses: (u32, u32),
}

impl Sum {
    /// A course that several sessions teach is one course; it counts when one of them does.
    pub fn of(site: &Site, selector: &Selector, timetables: &[&Timetable<'_>]) -> Sum {
        let mut sum = Sum::default();
        for timetable in timetables {
            let mut taken: BTreeSet<DocId> = BTreeSet::new();
            for session in timetable.sessions.iter().filter(|session| session.counts) {
                if takes(site, selector, session) {
                    sum.hours.0 += session.hours.0;
                    taken.extend(session.course);
                }
            }
            sum.hours.1 += timetable.hours.0;
            sum.courses.0 += taken.len() as u32;
            sum.courses.1 += timetable.courses.len() as u32;
        }
        sum
    }

    pub fn share(&self, basis: Basis, at_least: Fraction) -> Share {
        let ((part, whole), other) = match basis {
            Basis::Hours => (self.hours, self.courses),
            Basis::Courses => (self.courses, self.hours),
        };
        Share { basis, at_least, part, whole, other, met: at_least.is_met(part, whole), mending: None }
    }
}

/// Is the programme still being written?
pub(super) fn is_unfinished(programme: &Document) -> bool {
    matches!(programme.status(), Status::Draft | Status::Review)
}
