//! Layer 3: the ratios and presences that the plan demands of a programme, as an edition states them.

use super::{Taxonomy, Vocabulary};
use crate::diagnostics::{Code, Diagnostic, Severity, Text, text};
use crate::front_matter::Node;
use crate::source::{Span, Spanned};

#[derive(Clone, Debug)]
pub struct Indicator {
    pub id: Spanned<String>,
    pub label: String,
    pub kind: IndicatorKind,
    pub severity: Severity,
    pub line: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorKind {
    /// At least this share of hours or courses.
    Share(Fraction),
    Presence,
    Length,
}

/// An exact share, compared in integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    pub numerator: u32,
    pub denominator: u32,
}

impl Fraction {
    /// `1/5`: neither negative nor more than a whole, never over zero.
    pub fn parse(text: &str) -> Option<Fraction> {
        let (numerator, denominator) = text.split_once('/')?;
        let fraction = Fraction {
            numerator: numerator.trim().parse().ok()?,
            denominator: denominator.trim().parse().ok()?,
        };
        (fraction.denominator > 0 && fraction.numerator <= fraction.denominator).then_some(fraction)
    }
}

/// Reads the list of indicators; what they name must be in the edition.
pub(super) fn read(list: &Node, taxonomy: &Taxonomy) -> (Vec<Indicator>, Vec<Diagnostic>) {
    let mut indicators: Vec<Indicator> = Vec::new();
    let mut diagnostics = Vec::new();
    for item in list.items() {
        let mut report =
            |span: Span, message: Text| diagnostics.push(Diagnostic::new(Code(207), span, message));
        let scalar = |key: &str| item.get(key).and_then(Node::scalar);
        let Some((id, id_span)) = item.get("id").and_then(|node| Some((node.scalar()?, node.span))) else {
            report(item.span, text!("这项指标缺少 id", "this indicator has no id"));
            continue;
        };
        if indicators.iter().any(|other| other.id.value == id) {
            report(id_span, text!("指标“{}”重复", "the indicator “{}” is repeated"; id));
            continue;
        }
        if scalar("label").is_none() {
            report(id_span, text!("指标“{}”缺少 label", "the indicator “{}” has no label"; id));
        }
        let source = item.get("source");
        if source.and_then(|node| node.get("line")).is_none() {
            report(
                id_span,
                text!("指标“{}”缺少出处：source: {{line: 行号, quote: 原文}}", "the indicator “{}” lacks source: {{line, quote}}"; id),
            );
        }
        names(item, taxonomy, &mut report);
        let Some(kind) = kind(item, id_span, &mut report) else { continue };
        let severity = match scalar("severity") {
            None | Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("info") => Severity::Info,
            Some(_) => {
                let span = item.get("severity").map_or(id_span, |node| node.span);
                report(
                    span,
                    text!(
                        "severity 只能是 error、warning 或 info",
                        "severity must be error, warning or info"
                    ),
                );
                continue;
            }
        };
        indicators.push(Indicator {
            id: Spanned::new(id.to_owned(), id_span),
            label: scalar("label").unwrap_or(id).to_owned(),
            kind,
            severity,
            line: source
                .and_then(|node| node.get("line"))
                .and_then(Node::scalar)
                .and_then(|line| line.parse().ok()),
        });
    }
    (indicators, diagnostics)
}

fn kind(item: &Node, id_span: Span, report: &mut impl FnMut(Span, Text)) -> Option<IndicatorKind> {
    let node = item.get("kind");
    // The example of the content model leaves `kind` out: an indicator with a share is one of shares.
    let name = node.and_then(Node::scalar).unwrap_or(if item.get("at_least").is_some() {
        "share"
    } else {
        "presence"
    });
    match name {
        "share" => {
            let Some(at_least) = item.get("at_least") else {
                report(
                    id_span,
                    text!(
                        "比重指标缺少 at_least，例如 at_least: 1/5",
                        "a share indicator needs at_least, such as 1/5"
                    ),
                );
                return None;
            };
            let fraction = at_least.scalar().and_then(Fraction::parse);
            if fraction.is_none() {
                report(
                    at_least.span,
                    text!(
                        "at_least 要写成 0 到 1 之间的分数，例如 1/5",
                        "at_least must be a fraction from 0 to 1, such as 1/5"
                    ),
                );
            }
            if let Some(basis) =
                item.get("basis").filter(|node| !matches!(node.scalar(), Some("hours" | "courses")))
            {
                report(
                    basis.span,
                    text!(
                        "basis 只能是 hours（学时）或 courses（课程门数）",
                        "basis must be hours or courses"
                    ),
                );
            }
            fraction.map(IndicatorKind::Share)
        }
        "presence" => Some(IndicatorKind::Presence),
        "length" => Some(IndicatorKind::Length),
        _ => {
            let span = node.map_or(id_span, |node| node.span);
            report(
                span,
                text!("指标种类“{}”不认识，应为 share、presence 或 length", "unknown kind of indicator “{}”"; name),
            );
            None
        }
    }
}

/// Every value that scope, numerator and requires name must be in its vocabulary.
fn names(item: &Node, taxonomy: &Taxonomy, report: &mut impl FnMut(Span, Text)) {
    for part in ["scope", "numerator", "requires"] {
        for entry in item.get(part).map_or(&[][..], Node::entries) {
            let vocabulary = match entry.key.value.as_str() {
                "institution_kind" => Vocabulary::InstitutionKinds,
                "area" => Vocabulary::Areas,
                "module" => Vocabulary::Modules,
                "series" => Vocabulary::Series,
                "period" => Vocabulary::Periods,
                "audience" => Vocabulary::Audiences,
                "ranks" => Vocabulary::Ranks,
                "level" => Vocabulary::Levels,
                _ => continue,
            };
            let values = match entry.value.scalar() {
                Some(_) => std::slice::from_ref(&entry.value),
                None => entry.value.items(),
            };
            for value in values {
                let name = value.scalar().unwrap_or("");
                if taxonomy.find(vocabulary, name).is_none() {
                    let (zh, en) = (vocabulary.chinese(), vocabulary.english());
                    report(value.span, text!("“{name}”不在“{zh}”中", "“{name}” is not among {en}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn shares_are_exact_and_never_over_zero() {
        assert_eq!(Fraction::parse("3/10"), Some(Fraction { numerator: 3, denominator: 10 }));
        for bad in ["1/0", "3/2", "-1/5", "0.2", "20%", ""] {
            assert_eq!(Fraction::parse(bad), None, "{bad}");
        }
    }
}
