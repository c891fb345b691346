//! Layer 12: tables for terminals and for spreadsheets.

use clap::ValueEnum;
use unicode_width::UnicodeWidthStr;

/// The forms of a table.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    Human,
    Json,
    Csv,
}

/// Terminal cells that `text` takes; a 汉字 takes two.
fn width(text: &str) -> usize {
    text.width()
}

/// Cells under each other; the last of a line is left as it is.
pub(super) fn aligned(lines: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        widths.resize(widths.len().max(line.len()), 0);
        for (most, cell) in widths.iter_mut().zip(line) {
            *most = (*most).max(width(cell));
        }
    }
    let mut out = String::new();
    for line in lines {
        let mut shown = String::new();
        for (cell, most) in line.iter().zip(&widths) {
            shown.push_str(cell);
            shown.push_str(&" ".repeat(most - width(cell) + 2));
        }
        out.push_str(shown.trim_end());
        out.push('\n');
    }
    out
}

/// RFC 4180 with a byte order mark, without which spreadsheets in Chinese offices read UTF-8 as GBK. A cell that a
/// spreadsheet would take for a formula gets an apostrophe before it.
pub(super) fn csv(lines: &[Vec<String>]) -> String {
    let mut out = String::from("\u{feff}");
    for line in lines {
        let cells: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let safe = if formula { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_columns_or_formulas() {
        let lines = [vec!["党性教育".to_owned(), "a,\"b\"".to_owned(), "=1+1".to_owned(), "-3".to_owned()]];
        assert_eq!(csv(&lines), "\u{feff}党性教育,\"a,\"\"b\"\"\",'=1+1,-3\r\n");
        assert_eq!(width("班次ab"), 6);
    }
}
