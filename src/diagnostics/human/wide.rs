//! Layer 1: excerpts for terminals that draw “”‘’—…· and the like two cells wide, as Chinese consoles of old do.
//! Must not know which terminal that is.

use super::print;
use crate::diagnostics::{Diagnostic, Language};
use crate::source::{Body, FileId, SourceFile, Sources, Span};
use std::collections::BTreeMap;

/// The characters of ambiguous width that Chinese text uses.
const AMBIGUOUS: &str = "“”‘’—…·×÷±°§→←↑↓■□●○★☆◆◇▲△▼▽※①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ‖′″∶√≤≥≠≈∞∴";
/// Their stand-ins: characters that nobody has, two cells wide for the renderer as for every terminal.
const STAND_INS: u32 = 0x3f000;

/// As [`print()`]: the renderer, which knows one width only, is shown stand-ins, and its text is turned back.
pub fn print_wide(diagnostics: &[Diagnostic], sources: &Sources, language: Language, colour: bool) -> String {
    let mut files: BTreeMap<FileId, Vec<(usize, usize)>> = BTreeMap::new();
    for diagnostic in diagnostics {
        for file in diagnostic.related.iter().map(|label| label.span.file).chain([diagnostic.span.file]) {
            files.entry(file).or_insert_with(|| growth(sources.get(file).text().unwrap_or_default()));
        }
    }
    let shown = Sources::new(
        sources
            .iter()
            .map(|(id, file)| match file.text().filter(|_| files.contains_key(&id)) {
                Some(text) => {
                    SourceFile { path: file.path.clone(), body: Body::Bytes(widened(text).into_bytes()) }
                }
                None if files.contains_key(&id) => file.clone(),
                None => SourceFile {
                    path: file.path.clone(),
                    body: Body::Asset { size: 0, traces: Default::default() },
                },
            })
            .collect(),
    );
    let span = |span: Span| {
        let moved = |at: u32| moved(&files[&span.file], at as usize);
        Span::new(span.file, moved(span.start)..moved(span.end))
    };
    let diagnostics: Vec<Diagnostic> = diagnostics
        .iter()
        .cloned()
        .map(|mut diagnostic| {
            if let Some(fix) = &mut diagnostic.fix {
                for one in &mut fix.replacements {
                    let place = span(Span { file: diagnostic.span.file, start: one.start, end: one.end });
                    (one.start, one.end, one.text) = (place.start, place.end, widened(&one.text));
                }
            }
            diagnostic.related.iter_mut().for_each(|label| label.span = span(label.span));
            diagnostic.span = span(diagnostic.span);
            diagnostic
        })
        .collect();
    let back = |c: char| {
        let index = u32::from(c).checked_sub(STAND_INS);
        index.and_then(|index| AMBIGUOUS.chars().nth(index as usize)).unwrap_or(c)
    };
    print(&diagnostics, &shown, language, colour).chars().map(back).collect()
}

fn stand_in(c: char) -> Option<char> {
    let index = AMBIGUOUS.chars().position(|other| other == c)?;
    char::from_u32(STAND_INS + index as u32)
}

fn widened(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { stand_in(c).unwrap_or(c) }).collect()
}

/// Behind which bytes of the text the copy has grown, and by how much in all.
fn growth(text: &str) -> Vec<(usize, usize)> {
    let mut total = 0;
    let mut out = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
        if let Some(other) = stand_in(c) {
            total += other.len_utf8() - c.len_utf8();
            out.push((at + c.len_utf8(), total));
        }
    }
    out
}

fn moved(growth: &[(usize, usize)], at: usize) -> usize {
    let before = growth.partition_point(|(end, _)| *end <= at);
    at + before.checked_sub(1).map_or(0, |index| growth[index].1)
}
