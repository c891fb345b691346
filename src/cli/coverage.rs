//! Layer 12: `keben coverage`.

use super::Content;
use super::run::{Failure, Run};
use super::table::{Output, aligned, csv};
use crate::coverage::{Coverage, Matrix, coverage};
use crate::diagnostics::{Language, Text, text};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    content: Content,
    /// human 表格；json 给程序；csv 给电子表格（带 BOM，一行一格）
    #[arg(long, value_enum, default_value = "human")]
    format: Output,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let site = match run.site(&arguments.content)? {
        Ok(site) => site,
        Err(code) => return Ok(code),
    };
    let site = &site;
    let coverage = coverage(site);
    match arguments.format {
        Output::Human => run.tell(human(&coverage, run.language).trim_end())?,
        Output::Json => run.tell(&object(&coverage, run.language).to_string())?,
        Output::Csv => run.tell(cells(&coverage, run.language).trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn human(coverage: &Coverage<'_>, language: Language) -> String {
    let say = |text: &Text| text.in_language(language).to_owned();
    let mut out = String::new();
    for matrix in &coverage.matrices {
        out.push_str(&format!("{}\n\n{}\n", say(&matrix.label), table(matrix, language)));
    }
    for progress in &coverage.progress {
        let (label, count, least) = (&progress.goal.label, progress.count, progress.goal.at_least);
        out.push_str(&say(&text!("{label}：{count} / {least}\n", "{label}: {count} / {least}\n")));
    }
    let count = coverage.gaps.len();
    out.push_str(&say(&text!("\n空缺 {count} 处\n", "\n{count} gaps\n")));
    for gap in &coverage.gaps {
        out.push_str(&format!("{}  {}\n", gap.code, say(&gap.message)));
    }
    out
}

/// Rows under their columns; nothing is a dot, which the eye finds.
fn table(matrix: &Matrix<'_>, language: Language) -> String {
    let label = |text: &Text| text.in_language(language).to_owned();
    let head = std::iter::once(String::new()).chain(matrix.columns.iter().map(|axis| label(&axis.label)));
    let mut lines = vec![head.collect::<Vec<_>>()];
    for (axis, cells) in matrix.rows.iter().zip(&matrix.cells) {
        let cells = cells.iter().map(|count| if *count == 0 { "·".to_owned() } else { count.to_string() });
        lines.push(std::iter::once(label(&axis.label)).chain(cells).collect());
    }
    aligned(&lines)
}

/// Cells are counts by row, then column. `gaps` carry the codes of KB-501 to KB-508.
fn object(coverage: &Coverage<'_>, language: Language) -> Value {
    let axis =
        |axis: &crate::coverage::Axis<'_>| json!({"id": axis.id, "label": axis.label.in_language(language)});
    let matrices: Vec<Value> = coverage
        .matrices
        .iter()
        .map(|matrix| {
            json!({
                "id": matrix.id,
                "label": matrix.label.in_language(language),
                "rows": matrix.rows.iter().map(axis).collect::<Vec<_>>(),
                "columns": matrix.columns.iter().map(axis).collect::<Vec<_>>(),
                "cells": matrix.cells,
            })
        })
        .collect();
    let goals: Vec<Value> = coverage
        .progress
        .iter()
        .map(|progress| {
            let goal = progress.goal;
            json!({"id": goal.id.value, "label": goal.label, "count": progress.count, "at_least": goal.at_least})
        })
        .collect();
    let gaps: Vec<Value> = coverage
        .gaps
        .iter()
        .map(|gap| json!({"code": gap.code.to_string(), "message": gap.message.in_language(language)}))
        .collect();
    json!({"matrices": matrices, "goals": goals, "gaps": gaps})
}

fn cells(coverage: &Coverage<'_>, language: Language) -> String {
    let head = ["matrix", "row", "row_label", "column", "column_label", "count"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for matrix in &coverage.matrices {
        for (row, cells) in matrix.rows.iter().zip(&matrix.cells) {
            for (column, count) in matrix.columns.iter().zip(cells) {
                lines.push(vec![
                    matrix.id.to_owned(),
                    row.id.clone(),
                    row.label.in_language(language).to_owned(),
                    column.id.clone(),
                    column.label.in_language(language).to_owned(),
                    count.to_string(),
                ]);
            }
        }
    }
    csv(&lines)
}
