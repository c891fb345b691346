//! Layer 8: the page of what is covered and what is missing.

use super::catalogue::Catalogue;
use super::facet::{FACETS, MODULE};
use super::{Chrome, Link};
use crate::coverage::{Axis, Matrix, coverage};
use crate::taxonomy::Vocabulary;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct CoveragePage<'a> {
    pub chrome: Chrome<'a>,
    pub tables: Vec<Table<'a>>,
    pub goals: Vec<Goal>,
    /// By sort, as many as there are.
    pub gaps: Vec<Gaps>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Table<'a> {
    pub id: &'static str,
    pub label: String,
    pub columns: Vec<Link<'a>>,
    pub rows: Vec<Row<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row<'a> {
    pub label: Link<'a>,
    pub cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Cell {
    pub count: u32,
    /// 0 for nothing to 4 for the most in the table: the depth of the shade beside the number.
    pub shade: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct Goal {
    pub label: String,
    pub count: u32,
    pub at_least: u32,
    /// Thousandths of the goal, at most all.
    pub length: u32,
    pub source: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Gaps {
    pub code: String,
    pub title: String,
    pub items: Vec<String>,
}

pub(super) fn coverage_page<'s>(catalogue: &'s Catalogue<'_>) -> CoveragePage<'s> {
    let coverage = coverage(catalogue.site);
    let goals = coverage
        .progress
        .iter()
        .map(|progress| {
            let (goal, count) = (progress.goal, progress.count);
            let line =
                goal.source.line.map(|line| catalogue.say("plan_line", &[("n", &line)])).unwrap_or_default();
            let quote = goal
                .source
                .quote
                .as_ref()
                .map(|quote| format!("{}“{quote}”", catalogue.word("colon")))
                .unwrap_or_default();
            Goal {
                label: goal.label.clone(),
                count,
                at_least: goal.at_least,
                length: (u64::from(count) * 1000 / u64::from(goal.at_least)).min(1000) as u32,
                source: line + &quote,
            }
        })
        .collect();
    let mut gaps: Vec<Gaps> = Vec::new();
    for gap in coverage.gaps {
        let code = gap.code.to_string();
        match gaps.last_mut() {
            Some(last) if last.code == code => last.items.push(catalogue.told(&gap.message)),
            _ => gaps.push(Gaps {
                code,
                title: catalogue.told(&gap.code.title()),
                items: vec![catalogue.told(&gap.message)],
            }),
        }
    }
    CoveragePage {
        chrome: catalogue.chrome(
            "coverage.html",
            "coverage",
            catalogue.word("coverage"),
            vec![Link::words(catalogue.word("coverage"))],
        ),
        tables: coverage.matrices.iter().map(|matrix| table(catalogue, matrix)).collect(),
        goals,
        gaps,
    }
}

fn table<'s>(catalogue: &'s Catalogue<'_>, matrix: &Matrix<'_>) -> Table<'s> {
    let most = matrix.cells.iter().flatten().copied().max().unwrap_or(0).max(1);
    let shade = |count: u32| (count * 4).div_ceil(most);
    let row = |(axis, cells): (&Axis<'_>, &Vec<u32>)| Row {
        label: link(catalogue, axis),
        cells: cells.iter().map(|count| Cell { count: *count, shade: shade(*count) }).collect(),
    };
    Table {
        id: matrix.id,
        label: catalogue.told(&matrix.label),
        columns: matrix.columns.iter().map(|axis| link(catalogue, axis)).collect(),
        rows: matrix.rows.iter().zip(&matrix.cells).map(row).collect(),
    }
}

/// The page of a value where there is one.
fn link<'s>(catalogue: &'s Catalogue<'_>, axis: &Axis<'_>) -> Link<'s> {
    let label = catalogue.told(&axis.label);
    let Some(term) = axis.term else { return Link::words(label) };
    let id = &term.id.value;
    let is = |vocabulary| {
        catalogue.site.taxonomy.find(vocabulary, id).is_some_and(|other| std::ptr::eq(other, term))
    };
    if is(Vocabulary::Modules) {
        return Link::to(label, format!("modules/{id}.html"));
    }
    let facet = FACETS
        .iter()
        .enumerate()
        .filter(|(facet, rule)| *facet != MODULE && is(rule.vocabulary))
        .find(|(facet, _)| !catalogue.with(*facet, id).is_empty());
    match facet {
        Some((_, rule)) => Link::to(label, rule.path(id)),
        None => Link::words(label),
    }
}
