//! Layer 7: a verdict in words and figures, the same on a programme's page and in `keben plan`.

use super::verdict::{Outcome, Share, Verdict, percent};
use super::year::Year;
use crate::diagnostics::{Text, text};
use crate::fields::Halves;
use crate::site::DocId;
use crate::taxonomy::{Basis, Demand, Limb, Requirement};

/// One indicator.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub state: State,
    /// What is there: `20/80 学时（25%）`.
    pub value: Text,
    /// What is asked: `不低于 20%（1/5）`.
    pub asked: Text,
    /// The same share by the other basis; how much is to spare.
    pub notes: Vec<Text>,
    /// Both ways to mend a share that is not met.
    pub remedies: Vec<Text>,
    /// The fewest existing courses that would mend it.
    pub mending: &'a [DocId],
    /// Part and threshold in thousandths of the whole, for a bar.
    pub bar: Option<(u32, u32)>,
    /// Line and words of the plan.
    pub source: (Option<i64>, Option<&'a str>),
    /// The year whose programmes of one institution are measured together.
    pub year: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Met,
    Unmet,
    /// An indicator of persons, to which the programme adds.
    Adds,
    /// Something in the timetable cannot be read.
    Unknown,
}

impl State {
    pub fn words(self) -> Text {
        match self {
            State::Met => text!("达到", "met"),
            State::Unmet => text!("未达到", "not met"),
            State::Adds => text!("计入个人", "counts for persons"),
            State::Unknown => text!("无法计算", "unknown"),
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Unmet => "unmet",
            State::Adds => "adds",
            State::Unknown => "unknown",
        }
    }
}

/// The row of a verdict; `year` where it is one of a [`Year`].
pub fn row<'a>(verdict: &'a Verdict<'a>, year: Option<&Year<'_>>) -> Row<'a> {
    let indicator = verdict.indicator;
    let mut row = Row {
        id: &indicator.id.value,
        label: &indicator.label,
        state: State::Unknown,
        value: text!("教学安排有读不懂的地方", "the timetable cannot be read whole"),
        asked: asked(&indicator.demand),
        notes: Vec::new(),
        remedies: Vec::new(),
        mending: &[],
        bar: None,
        source: (indicator.source.line, indicator.source.quote.as_deref()),
        year: year.map(|year| year.year),
    };
    if let Some(year) = year {
        let (number, count) = (year.year, year.programmes.len());
        row.notes.push(text!(
            "按机构和年度合计：{number} 年 {count} 个班次",
            "per institution and year: {count} programmes in {number}"
        ));
    }
    match &verdict.outcome {
        Outcome::Share(share) => of_share(share, &mut row),
        Outcome::Presence { met } => {
            row.state = if *met { State::Met } else { State::Unmet };
            row.value = if *met { text!("有", "there") } else { text!("没有", "missing") };
        }
        Outcome::Length { days, hours, met, .. } => {
            row.state = if *met { State::Met } else { State::Unmet };
            row.value = amount(*days, *hours);
        }
        Outcome::Adds { days, hours, .. } => {
            row.state = State::Adds;
            row.value = amount(*days, *hours);
        }
        Outcome::Unknown => {}
    }
    row
}

fn amount(days: Option<i64>, hours: Halves) -> Text {
    match days {
        Some(days) => text!("{days} 天，{hours} 学时", "{days} days, {hours} hours"),
        None => text!("{hours} 学时", "{hours} hours"),
    }
}

fn of_share<'a>(share: &'a Share, row: &mut Row<'a>) {
    let Share { basis, at_least, part, whole, other, met, mending } = share;
    let (unit_zh, unit_en) = unit(*basis);
    let (n, d, of) = (share.amount(*part), share.amount(*whole), percent(*part, *whole));
    row.state = if *met { State::Met } else { State::Unmet };
    row.value = text!("{n}/{d} {unit_zh}（{of}）", "{n}/{d} {unit_en} ({of})");
    let least = percent(at_least.numerator, at_least.denominator);
    row.asked = text!("不低于 {least}（{at_least}）", "at least {least} ({at_least})");
    let thousandths = |part: u32, whole: u32| (u64::from(part) * 1000 / u64::from(whole.max(1))) as u32;
    row.bar = Some((thousandths(*part, *whole), thousandths(at_least.numerator, at_least.denominator)));
    let other_basis = match basis {
        Basis::Hours => Basis::Courses,
        Basis::Courses => Basis::Hours,
    };
    let (other_zh, other_en) = unit(other_basis);
    let shown = |units: u32| match other_basis {
        Basis::Hours => Halves(units).to_string(),
        Basis::Courses => units.to_string(),
    };
    let (n, d, of) = (shown(other.0), shown(other.1), percent(other.0, other.1));
    row.notes.push(text!(
        "另一口径 {n}/{d} {other_zh}（{of}），只作参考",
        "by the other basis {n}/{d} {other_en} ({of}), for information"
    ));
    if *met {
        let spare = share.amount(share.to_spare());
        row.notes.push(text!("比要求多 {spare} {unit_zh}", "{spare} {unit_en} to spare"));
        return;
    }
    let replace = share.amount(share.to_replace());
    row.remedies.push(text!(
        "把 {replace} {unit_zh}换成计入的课程",
        "replace {replace} {unit_en} by ones that count"
    ));
    if let Some(add) = share.to_add() {
        let add = share.amount(add);
        row.remedies.push(text!("再加 {add} {unit_zh}计入的课程", "add {add} {unit_en} that count"));
    }
    row.mending = mending.as_deref().unwrap_or_default();
}

fn unit(basis: Basis) -> (&'static str, &'static str) {
    match basis {
        Basis::Hours => ("学时", "hours"),
        Basis::Courses => ("门课程", "courses"),
    }
}

fn asked(demand: &Demand) -> Text {
    match demand {
        Demand::Share { at_least, .. } => text!("不低于 {at_least}", "at least {at_least}"),
        Demand::Presence(Requirement::Activity(words)) => text!("安排“{words}”", "“{words}”"),
        Demand::Presence(_) => text!("要有", "required"),
        Demand::Length { limbs, within_years } => {
            let limbs = limbs_words(limbs);
            match within_years {
                Some(1) => Text::new(format!("每年{}", limbs.zh), format!("{} a year", limbs.en)),
                Some(years) => {
                    Text::new(format!("{years} 年内{}", limbs.zh), format!("{} in {years} years", limbs.en))
                }
                None => limbs,
            }
        }
    }
}

/// The sides of an “or”.
pub fn limbs_words(limbs: &[Limb]) -> Text {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for limb in limbs {
        let (amount, unit_zh, unit_en) = match limb {
            Limb::Hours(halves) => (Halves(*halves).to_string(), "学时", "hours"),
            Limb::Days(days) => (days.to_string(), "天", "days"),
            Limb::Months(months) => (months.to_string(), "个月", "months"),
            Limb::Times(times) => (times.to_string(), "次", "times"),
        };
        zh.push(format!("不少于 {amount} {unit_zh}"));
        en.push(format!("{amount} {unit_en}"));
    }
    Text::new(zh.join("，或"), en.join(" or "))
}
