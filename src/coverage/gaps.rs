//! Layer 7: what is missing, each gap at the entry of the edition that asks for it.

use super::matrix::{MODULE_AUDIENCE, MODULE_KIND, Matrix, THEME_LEVEL, WORK_MODULE};
use super::{Progress, in_use, uses};
use crate::diagnostics::{Code, Text, inside_quotes, text};
use crate::fields::Kind;
use crate::site::Site;
use crate::source::Span;
use crate::taxonomy::Vocabulary;

#[derive(Clone, Debug)]
pub struct Gap {
    pub code: Code,
    /// The entry in the edition's file.
    pub span: Span,
    pub message: Text,
    /// What to do about it.
    pub help: Text,
    /// Where it lies in a matrix: its id, row, column.
    pub cell: Option<(&'static str, usize, usize)>,
}

/// Vocabularies whose values need not all be in use: every county of a province, and what has gaps of its own.
const NOT_COUNTED: [Vocabulary; 2] = [Vocabulary::Regions, Vocabulary::RequiredReadings];

pub(super) fn gaps(site: &Site, matrices: &[Matrix<'_>], progress: &[Progress<'_>]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let readable = |kinds: &[Kind]| !kinds.iter().any(|kind| site.any_unreadable(*kind));
    for matrix in matrices {
        match matrix.id {
            MODULE_AUDIENCE if readable(&[Kind::Course]) => cells(matrix, 501, &mut gaps, |row, column| {
                Text::new(
                    format!("“{}”没有给{}的课程", row.zh, column.zh),
                    format!("“{}” has no course for {}", row.en, column.en),
                )
            }),
            MODULE_KIND
                if readable(&[Kind::Course, Kind::Case, Kind::Reading, Kind::Base, Kind::Programme]) =>
            {
                cells(matrix, 502, &mut gaps, |row, column| {
                    Text::new(
                        format!("“{}”没有{}", row.zh, column.zh),
                        format!("“{}” has no {}", row.en, column.en),
                    )
                });
            }
            THEME_LEVEL if readable(&[Kind::Base]) => cells(matrix, 503, &mut gaps, |row, column| {
                Text::new(
                    format!("基地主题“{}”没有“{}”一级的基地", row.zh, column.zh),
                    format!("the theme “{}” has no base of the level {}", row.en, column.en),
                )
            }),
            WORK_MODULE if readable(&[Kind::Course]) => works(matrix, &mut gaps),
            _ => {}
        }
    }
    if readable(&[Kind::Reading, Kind::Article]) {
        guides(site, &mut gaps);
    }
    if readable(&Kind::ALL) {
        values(site, &mut gaps);
    }
    goals(site, progress, &mut gaps);
    gaps
}

/// A label of the edition, within quotation marks.
fn quoted(text: &Text) -> Text {
    Text::new(inside_quotes(&text.zh), inside_quotes(&text.en))
}

fn cells(matrix: &Matrix<'_>, code: u16, gaps: &mut Vec<Gap>, message: impl Fn(&Text, &Text) -> Text) {
    for (row, axis) in matrix.rows.iter().enumerate() {
        let Some(term) = axis.term else { continue };
        for (column, other) in matrix.columns.iter().enumerate() {
            if matrix.cells[row][column] > 0 {
                continue;
            }
            let message = message(&quoted(&axis.label), &other.label);
            gaps.push(Gap {
                code: Code(code),
                span: term.id.span,
                message,
                help: text!(
                    "可以补一份，或在已有的文件里补上相应的字段；“keben coverage”列出全部",
                    "add one, or fill in the field of one there is; `keben coverage` lists all"
                ),
                cell: Some((matrix.id, row, column)),
            });
        }
    }
}

/// KB-504: a volume of a required work that no course uses.
fn works(matrix: &Matrix<'_>, gaps: &mut Vec<Gap>) {
    for (row, axis) in matrix.rows.iter().enumerate() {
        let Some(term) = axis.term.filter(|_| matrix.sum(row) == 0) else { continue };
        let Text { zh, en } = &axis.label;
        gaps.push(Gap {
            code: Code(504),
            span: term.id.span,
            message: text!("没有课程使用必读书目{zh}", "no course uses the required work {en}"),
            help: text!("在课程的“读物”（readings）里加上它", "add it to the readings of a course"),
            cell: None,
        });
    }
}

/// KB-505: a required work whose reading has no guide.
fn guides(site: &Site, gaps: &mut Vec<Gap>) {
    for term in site.taxonomy.terms(Vocabulary::RequiredReadings) {
        let mut readings = in_use(site, Kind::Reading)
            .filter(|(_, reading)| reading.meta.text("work") == Some(term.id.value.as_str()))
            .peekable();
        // Without any reading there is an error of its own (KB-304).
        if readings.peek().is_none() || readings.any(|(_, reading)| reading.meta.written("guide")) {
            continue;
        }
        let label = &term.label;
        gaps.push(Gap {
            code: Code(505),
            span: term.id.span,
            message: text!("必读书目{label}没有导读", "the required work {label} has no guide"),
            help: text!(
                "写一篇种类为 guide 的文章，在读物的“导读”（guide）里写上它的编号",
                "write an article of the kind guide and name it in the reading's guide"
            ),
            cell: None,
        });
    }
}

/// KB-506: a value that no document uses.
fn values(site: &Site, gaps: &mut Vec<Gap>) {
    for (vocabulary, used) in uses::used(site) {
        if NOT_COUNTED.contains(&vocabulary) {
            continue;
        }
        for term in site.taxonomy.terms(vocabulary) {
            if used.contains(term.id.value.as_str()) || term.deprecated.is_some() {
                continue;
            }
            let label = inside_quotes(&term.label);
            let (zh, en) = (vocabulary.chinese(), vocabulary.english());
            gaps.push(Gap {
                code: Code(506),
                span: term.id.span,
                message: text!("{zh}“{label}”没有文档使用", "no document uses “{label}” of {en}"),
                help: text!(
                    "在合适的文件里用上它；不再需要的，在方案里标明 deprecated",
                    "use it where it fits, or mark it deprecated in the edition"
                ),
                cell: None,
            });
        }
    }
}

/// KB-507, 508: goals of the edition that are not reached yet.
fn goals(site: &Site, progress: &[Progress<'_>], gaps: &mut Vec<Gap>) {
    for Progress { goal, count } in progress {
        let kind = Kind::from_id(&goal.counts).unwrap_or(Kind::Course);
        if *count >= goal.at_least || site.any_unreadable(kind) {
            continue;
        }
        let (label, least) = (&goal.label, goal.at_least);
        gaps.push(Gap {
            code: if kind == Kind::Course { Code(507) } else { Code(508) },
            span: goal.id.span,
            message: text!("{label}现有 {count}，目标 {least}", "{label}: {count} of {least}"),
            help: text!("这是方案的目标，只作提示", "a goal of the edition, for information"),
            cell: None,
        });
    }
}
