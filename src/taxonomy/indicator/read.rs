//! Layer 3: the indicators of an edition's file, with every inconsistency at its place (KB-207).

use super::{Basis, Conversions, Demand, Fraction, Indicator, Limb, Per, Requirement};
use crate::diagnostics::{Code, Diagnostic, Severity, Text, nearest, text};
use crate::front_matter::{Entry, Node};
use crate::source::{Span, Spanned};
use crate::taxonomy::{Source, Taxonomy};

/// Reads the list of indicators; what they name must be in the edition.
pub(in crate::taxonomy) fn read(list: &Node, taxonomy: &Taxonomy) -> (Vec<Indicator>, Vec<Diagnostic>) {
    let mut reader = Reader { taxonomy, diagnostics: Vec::new() };
    let mut indicators: Vec<Indicator> = Vec::new();
    for item in list.items() {
        let said = reader.diagnostics.len();
        let indicator = reader.indicator(item);
        // What an indicator with a mistake would say of programmes is not worth hearing.
        let Some(indicator) = indicator.filter(|_| reader.diagnostics.len() == said) else { continue };
        if indicators.iter().any(|other| other.id.value == indicator.id.value) {
            let Spanned { value: id, span } = &indicator.id;
            reader.report(*span, text!("指标“{id}”重复", "the indicator “{id}” is repeated"));
        } else {
            indicators.push(indicator);
        }
    }
    (indicators, reader.diagnostics)
}

/// Reads `conversions`: how many hours of teaching a day and half a day are.
pub(in crate::taxonomy) fn conversions(node: &Node) -> (Conversions, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut hours = |key: &str| {
        let node = node.get(key)?;
        let hours = node.scalar().and_then(halves).filter(|hours| *hours > 0);
        if hours.is_none() {
            let message = text!("{key} 要写学时数，例如 8", "“{key}” must be a number of hours, such as 8");
            diagnostics.push(Diagnostic::new(Code(207), node.span, message));
        }
        hours
    };
    (Conversions { day: hours("day"), half_day: hours("half_day") }, diagnostics)
}

const KEYS: [&str; 14] = [
    "id",
    "label",
    "kind",
    "per",
    "scope",
    "numerator",
    "requires",
    "basis",
    "at_least",
    "limbs",
    "within_years",
    "severity",
    "note",
    "source",
];

pub(super) struct Reader<'a> {
    pub(super) taxonomy: &'a Taxonomy,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    pub(super) fn report(&mut self, span: Span, message: Text) {
        self.diagnostics.push(Diagnostic::new(Code(207), span, message));
    }

    /// A key that means nothing, and the one that was probably meant.
    pub(super) fn unknown(&mut self, entry: &Entry, known: &[&str]) {
        let key = &entry.key.value;
        let diagnostic = Diagnostic::new(
            Code(207),
            entry.key.span,
            text!("指标里没有“{key}”这一项", "an indicator has no “{key}” here"),
        );
        let near = nearest(key, known.iter().copied(), 1);
        let all = known.join("、");
        self.diagnostics.push(match near.first() {
            Some(near) => diagnostic.help(text!("是不是“{near}”？", "did you mean “{near}”?")),
            None => diagnostic.help(text!("可用的有：{all}", "there are: {all}")),
        });
    }

    fn indicator(&mut self, item: &Node) -> Option<Indicator> {
        let scalar = |key: &str| item.get(key).and_then(Node::scalar);
        let Some((id, span)) = item.get("id").and_then(|node| Some((node.scalar()?, node.span))) else {
            self.report(item.span, text!("这项指标缺少 id", "this indicator has no id"));
            return None;
        };
        for entry in item.entries().iter().filter(|entry| !KEYS.contains(&entry.key.value.as_str())) {
            self.unknown(entry, &KEYS);
        }
        if scalar("label").is_none() {
            self.report(span, text!("指标“{id}”缺少 label", "the indicator “{id}” has no label"));
        }
        let source = item.get("source");
        let part = |key: &str| source.and_then(|node| node.get(key)).and_then(Node::scalar);
        if part("line").is_none() {
            self.report(
                span,
                text!(
                    "指标“{id}”缺少出处：source: {{line: 行号, quote: 原文}}",
                    "the indicator “{id}” lacks source: {{line, quote}}"
                ),
            );
        }
        let source = Source {
            line: part("line").and_then(|line| line.parse().ok()),
            quote: part("quote").map(str::to_owned),
        };
        let per = self.per(item)?;
        let severity = self.severity(item, span)?;
        let scope = item.get("scope").map(|node| self.scope(node, per)).unwrap_or_default();
        let demand = self.demand(item, span, per)?;
        Some(Indicator {
            id: Spanned::new(id.to_owned(), span),
            label: scalar("label").unwrap_or(id).to_owned(),
            per,
            scope,
            demand,
            severity,
            source,
        })
    }

    fn per(&mut self, item: &Node) -> Option<Per> {
        let Some(node) = item.get("per") else { return Some(Per::Programme) };
        match node.scalar() {
            Some("programme") => Some(Per::Programme),
            Some("institution-year") => Some(Per::InstitutionYear),
            Some("person") => Some(Per::Person),
            _ => {
                self.report(
                    node.span,
                    text!(
                        "per 只能是 programme（逐班）、institution-year（按机构和年度）或 person（按人）",
                        "per must be programme, institution-year or person"
                    ),
                );
                None
            }
        }
    }

    fn severity(&mut self, item: &Node, span: Span) -> Option<Severity> {
        let node = item.get("severity");
        match node.map(Node::scalar) {
            None | Some(Some("error")) => Some(Severity::Error),
            Some(Some("warning")) => Some(Severity::Warning),
            Some(Some("info")) => Some(Severity::Info),
            Some(_) => {
                self.report(
                    node.map_or(span, |node| node.span),
                    text!(
                        "severity 只能是 error、warning 或 info",
                        "severity must be error, warning or info"
                    ),
                );
                None
            }
        }
    }

    fn demand(&mut self, item: &Node, span: Span, per: Per) -> Option<Demand> {
        let node = item.get("kind");
        // The example of the content model leaves `kind` out: an indicator with a share is one of shares.
        let usual = if item.get("at_least").is_some() { "share" } else { "presence" };
        let demand = match node.and_then(Node::scalar).unwrap_or(usual) {
            "share" => self.share(item, span),
            "presence" => self.presence(item, span),
            "length" => self.length(item, span),
            other => {
                self.report(
                    node.map_or(span, |node| node.span),
                    text!(
                        "指标种类“{other}”不认识，应为 share、presence 或 length",
                        "unknown kind of indicator “{other}”; it must be share, presence or length"
                    ),
                );
                None
            }
        }?;
        if per == Per::Person && !matches!(demand, Demand::Length { .. }) {
            self.report(
                span,
                text!(
                    "按人计算（per: person）的指标只能是时长（kind: length）",
                    "an indicator per person must be one of length"
                ),
            );
            return None;
        }
        if per == Per::InstitutionYear && !matches!(demand, Demand::Share { .. }) {
            self.report(
                span,
                text!(
                    "按机构和年度合计（per: institution-year）的指标只能是比重（kind: share）",
                    "an indicator per institution and year must be a share"
                ),
            );
            return None;
        }
        Some(demand)
    }

    fn share(&mut self, item: &Node, span: Span) -> Option<Demand> {
        let Some(node) = item.get("at_least") else {
            self.report(
                span,
                text!(
                    "比重指标缺少 at_least，例如 at_least: 1/5",
                    "a share indicator needs at_least, such as 1/5"
                ),
            );
            return None;
        };
        let at_least = node.scalar().and_then(Fraction::parse);
        if at_least.is_none() {
            self.report(
                node.span,
                text!(
                    "at_least 要写成 0 到 1 之间的分数，例如 1/5",
                    "at_least must be a fraction from 0 to 1, such as 1/5"
                ),
            );
        }
        let basis = match item.get("basis").map(|node| (node.scalar(), node.span)) {
            None | Some((Some("hours"), _)) => Some(Basis::Hours),
            Some((Some("courses"), _)) => Some(Basis::Courses),
            Some((_, span)) => {
                self.report(
                    span,
                    text!(
                        "basis 只能是 hours（学时）或 courses（课程门数）",
                        "basis must be hours or courses"
                    ),
                );
                None
            }
        };
        let Some(numerator) = item.get("numerator") else {
            self.report(
                span,
                text!(
                    "比重指标缺少 numerator，例如 numerator: {{area: [party-spirit]}}",
                    "a share indicator needs a numerator, such as {{area: [party-spirit]}}"
                ),
            );
            return None;
        };
        let numerator = self.selector(numerator);
        Some(Demand::Share { numerator, basis: basis?, at_least: at_least? })
    }

    fn presence(&mut self, item: &Node, span: Span) -> Option<Demand> {
        let Some(node) = item.get("requires") else {
            self.report(
                span,
                text!(
                    "有无指标缺少 requires，例如 requires: {{module: [bb]}}",
                    "a presence indicator needs requires, such as {{module: [bb]}}"
                ),
            );
            return None;
        };
        let words = |key: &str| {
            let node = node.get(key)?;
            Some(Spanned::new(node.scalar()?.to_owned(), node.span))
        };
        Some(Demand::Presence(match (words("activity"), words("field")) {
            (Some(activity), _) => Requirement::Activity(activity.value),
            (None, Some(field)) => Requirement::Field(field),
            (None, None) => Requirement::Course(self.selector(node)),
        }))
    }

    fn length(&mut self, item: &Node, span: Span) -> Option<Demand> {
        let mut limbs = Vec::new();
        for entry in item.get("limbs").map_or(&[][..], Node::items).iter().flat_map(Node::entries) {
            let number = entry.value.scalar().and_then(|text| text.parse::<i64>().ok()).filter(|n| *n > 0);
            let limb = match (entry.key.value.as_str(), number) {
                ("hours", _) => entry.value.scalar().and_then(halves).filter(|n| *n > 0).map(Limb::Hours),
                ("days", Some(number)) => Some(Limb::Days(number)),
                ("months", Some(number)) => Some(Limb::Months(number)),
                ("times", Some(number)) => Some(Limb::Times(number)),
                ("days" | "months" | "times", None) => None,
                _ => {
                    self.unknown(entry, &["hours", "days", "months", "times"]);
                    continue;
                }
            };
            match limb {
                Some(limb) => limbs.push(limb),
                None => self
                    .report(entry.value.span, text!("这里要写大于 0 的数", "this must be a number above 0")),
            }
        }
        if limbs.is_empty() {
            self.report(
                span,
                text!(
                    "时长指标缺少 limbs，例如 limbs: [{{days: 12}}, {{hours: 90}}]，满足一个即可",
                    "a length indicator needs limbs, such as [{{days: 12}}, {{hours: 90}}]; one is enough"
                ),
            );
            return None;
        }
        let within_years = item.get("within_years").and_then(Node::scalar).and_then(|text| text.parse().ok());
        Some(Demand::Length { limbs, within_years })
    }
}

/// Hours in halves: `8`, `4.5`.
fn halves(text: &str) -> Option<u32> {
    let (whole, half) = match text.split_once('.') {
        None => (text, 0),
        Some((whole, "0")) => (whole, 0),
        Some((whole, "5")) => (whole, 1),
        Some(_) => return None,
    };
    whole.parse::<u32>().ok()?.checked_mul(2)?.checked_add(half)
}
