//! Layer 1: findings for people: the place in the text, what is wrong with it and what to write instead.
//! Must not know what any rule means, nor whether it prints to a terminal.

mod wide;

pub use wide::print_wide;

use super::places::Places;
use super::{Code, Diagnostic, Language, Replacement, Severity, Summary};
use crate::source::{FileId, Sources, Span};
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
    normalize_untrusted_str,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Shown of one code in one file, and in all; the rest is counted.
const PER_CODE_AND_FILE: usize = 5;
/// Of gaps in coverage, which every knowledge base has many of and `keben coverage` shows as a table.
const PER_GAP: usize = 1;
const IN_ALL: usize = 200;
/// Terminal cells of an excerpt; a longer line is elided around the place.
const WIDTH: usize = 100;
/// Characters kept of a line around a fix, which the renderer does not elide.
const FIX_REACH: usize = 24;
/// Characters underlined at most: a paragraph under carets helps nobody.
const UNDERLINED: usize = 40;
/// Two places at most this many bytes apart are shown in one excerpt.
const TOGETHER: usize = 2048;

/// All of `diagnostics` as text for a person, with a summary as the last line. They must be in the
/// order of [`super::arrange`].
pub fn print(diagnostics: &[Diagnostic], sources: &Sources, language: Language, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let mut places = Places::new(sources);
    let shown = choose(diagnostics);
    let mut out = String::new();
    let mut rest: BTreeMap<Code, usize> = BTreeMap::new();
    for (diagnostic, shown) in diagnostics.iter().zip(shown) {
        if shown {
            out.push_str(&renderer.render(&report(diagnostic, sources, &mut places, language)));
            out.push_str("\n\n");
        } else {
            *rest.entry(diagnostic.code).or_default() += 1;
        }
    }
    for (code, count) in rest {
        let title = code.title();
        let title = title.in_language(language);
        out.push_str(&match language {
            Language::Chinese => format!("{code} {title}：另有 {count} 处没有列出\n"),
            Language::English => format!("{code} {title}: {count} more not shown\n"),
        });
    }
    out.push_str(&summary(Summary::of(diagnostics), language));
    out.push('\n');
    out
}

/// Which of the diagnostics to show. Errors take their share first: two hundred notes of an early
/// file must not hide the one error of a late one.
fn choose(diagnostics: &[Diagnostic]) -> Vec<bool> {
    let mut shown = vec![false; diagnostics.len()];
    let mut places: BTreeMap<(Code, FileId), usize> = BTreeMap::new();
    let mut left = IN_ALL;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        for (diagnostic, shown) in diagnostics.iter().zip(&mut shown) {
            let count = places.entry((diagnostic.code, diagnostic.span.file)).or_default();
            let most = if is_gap(diagnostic.code) { PER_GAP } else { PER_CODE_AND_FILE };
            if diagnostic.severity == severity && left > 0 && *count < most {
                *count += 1;
                left -= 1;
                *shown = true;
            }
        }
    }
    shown
}

fn is_gap(code: Code) -> bool {
    (501..=508).contains(&code.0)
}

fn summary(summary: Summary, language: Language) -> String {
    let Summary { errors, warnings, infos } = summary;
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match language {
        Language::Chinese if errors + warnings + infos == 0 => "检查完成：没有发现问题".into(),
        Language::Chinese => {
            format!("检查完成：错误 {errors} 处，警告 {warnings} 处，提示 {infos} 处")
        }
        Language::English if errors + warnings + infos == 0 => "Check finished: nothing found".into(),
        Language::English => format!(
            "Check finished: {}, {}, {}",
            plural(errors, "error"),
            plural(warnings, "warning"),
            plural(infos, "note"),
        ),
    }
}

fn level(severity: Severity, language: Language) -> Level<'static> {
    match (severity, language) {
        (Severity::Error, Language::Chinese) => Level::ERROR.with_name("错误"),
        (Severity::Warning, Language::Chinese) => Level::WARNING.with_name("警告"),
        (Severity::Info, Language::Chinese) => Level::INFO.with_name("提示"),
        (Severity::Error, Language::English) => Level::ERROR,
        (Severity::Warning, Language::English) => Level::WARNING,
        (Severity::Info, Language::English) => Level::INFO.with_name("note"),
    }
}

fn report<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    places: &mut Places<'_>,
    language: Language,
) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity, language)
        .primary_title(diagnostic.message.in_language(language))
        .id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    let file = sources.get(diagnostic.span.file);
    let text = file.text();
    let mut together = Vec::new();
    let mut apart = Vec::new();
    for label in &diagnostic.related {
        match text {
            Some(text)
                if label.span.file == diagnostic.span.file && near(text, diagnostic.span, label.span) =>
            {
                together.push(label);
            }
            _ => apart.push(label),
        }
    }
    if let Some(text) = text {
        let mut marks = vec![(AnnotationKind::Primary, clip(text, diagnostic.span.range()), None)];
        for label in together {
            let message = label.message.in_language(language);
            marks.push((AnnotationKind::Context, clip(text, label.span.range()), Some(message)));
        }
        group = group.element(excerpt(text, marks).path(file.path.as_str()));
    } else {
        group = group.element(origin(diagnostic.span, sources, places));
    }
    for label in apart {
        let message = label.message.in_language(language);
        let file = sources.get(label.span.file);
        group = match file.text() {
            Some(text) => {
                let marks = vec![(AnnotationKind::Context, clip(text, label.span.range()), Some(message))];
                group.element(excerpt(text, marks).path(file.path.as_str()))
            }
            None => group.element(origin(label.span, sources, places)).element(note(message.to_owned())),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(note(match language {
            Language::Chinese => format!("帮助：{}", help.zh),
            Language::English => format!("help: {}", help.en),
        }));
    }
    let mut groups = vec![group];
    if let (Some(fix), Some(text)) = (&diagnostic.fix, text) {
        groups.push(suggestion(text, &fix.replacements, language));
    }
    groups
}

/// `--> path:line:col` for a file that cannot be quoted: damaged, too large, or not a text at all.
fn origin<'a>(span: Span, sources: &'a Sources, places: &mut Places<'_>) -> Origin<'a> {
    let file = sources.get(span.file);
    let origin = Origin::path(file.path.as_str());
    if file.bytes().is_none() {
        return origin;
    }
    let (start, _) = places.of(span);
    origin.line(start.line as usize).char_column(start.column as usize)
}

fn note(text: String) -> Element<'static> {
    Level::HELP.no_name().message(normalize_untrusted_str(&text)).into()
}

/// A byte order mark, which no editor shows and which takes no column.
const MARK: char = '\u{feff}';

/// The part of `range` that can be underlined: inside the text, at characters, on its first line,
/// behind a byte order mark.
fn clip(text: &str, range: Range<usize>) -> Range<usize> {
    let mark = if text.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let start = boundary(text, range.start).max(mark);
    let end = boundary(text, range.end).max(start);
    let line = text[start..end].split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    start..start + first_characters(line, UNDERLINED).len()
}

/// The start of the character that `offset` lies in, or the end of the text.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

fn last_characters(text: &str, count: usize) -> &str {
    text.char_indices()
        .nth_back(count)
        .map_or(text, |(start, character)| &text[start + character.len_utf8()..])
}

fn near(text: &str, one: Span, other: Span) -> bool {
    let (one, other) = (clip(text, one.range()), clip(text, other.range()));
    one.end.max(other.end) - one.start.min(other.start) <= TOGETHER
}

/// The whole lines around the marks; the renderer folds lines between them and elides long ones. It
/// counts the columns too, so the text must begin where a line does.
fn excerpt<'a>(
    text: &'a str,
    marks: Vec<(AnnotationKind, Range<usize>, Option<&'a str>)>,
) -> Snippet<'a, Annotation<'a>> {
    let first = marks.iter().map(|(_, range, _)| range.start).min().unwrap_or_default();
    let last = marks.iter().map(|(_, range, _)| range.end).max().unwrap_or_default();
    let (start, line) = line_start(text, first);
    let end = last + text[last..].split(['\n', '\r']).next().unwrap_or_default().len();
    let marks = marks
        .into_iter()
        .map(|(kind, range, label)| kind.span(range.start - start..range.end - start).label(label));
    let mut source = Cow::Borrowed(&text[start..end]);
    if source.ends_with('\n') {
        // The renderer sees no line behind the last line break, but a finding may lie there.
        source.to_mut().push('\n');
    }
    Snippet::source(source).line_start(line).annotations(marks)
}

/// Where the line of `offset` starts, and its number; the first line starts behind a byte order mark.
fn line_start(text: &str, offset: usize) -> (usize, usize) {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1;
    let marked = start == 0 && text.starts_with(MARK);
    (if marked { MARK.len_utf8() } else { start }, line)
}

/// What the text becomes when the fix is made.
fn suggestion<'a>(text: &'a str, replacements: &'a [Replacement], language: Language) -> Group<'a> {
    let (name, elsewhere) = match language {
        Language::Chinese => ("改成：", "可以自动修改：keben fix"),
        Language::English => ("write instead:", "can be changed by: keben fix"),
    };
    let title = |text: &'a str| Group::with_title(Level::HELP.no_name().secondary_title(text));
    let Some(range) = showable(text, replacements) else {
        return title(elsewhere);
    };
    let (start, line) = line_start(text, range.start);
    let (head, tail) = (&text[start..range.start], &text[range.end..]);
    let tail = tail.split(['\n', '\r']).next().unwrap_or_default();
    let (near_head, near_tail) = (last_characters(head, FIX_REACH), first_characters(tail, FIX_REACH));
    let cut = |cut: bool| if cut { "…" } else { "" };
    let before = cut(near_head.len() < head.len());
    let after = cut(near_tail.len() < tail.len());
    let source = format!("{before}{near_head}{}{near_tail}{after}", &text[range.clone()]);
    let moved = before.len() + near_head.len();
    let patches = replacements.iter().map(|one| {
        let place = |offset: u32| offset as usize - range.start + moved;
        Patch::new(place(one.start)..place(one.end), one.text.as_str())
    });
    title(name).element(Snippet::source(source).line_start(line).patches(patches))
}

/// The range that the replacements cover, when they can be shown as one small change: at characters,
/// one after the other, on one line before and after.
fn showable(text: &str, replacements: &[Replacement]) -> Option<Range<usize>> {
    let start = replacements.first()?.start as usize;
    let mut end = start;
    for one in replacements {
        let range = one.start as usize..one.end as usize;
        let old = text.get(range.clone())?;
        if range.start < end || old.contains(['\n', '\r']) || one.text.contains(['\n', '\r']) {
            return None;
        }
        end = range.end;
    }
    let covered = &text[start..end];
    let on_mark = text.starts_with(MARK) && start < MARK.len_utf8();
    (!on_mark && covered.len() <= TOGETHER && !covered.contains('\n')).then_some(start..end)
}

#[cfg(test)]
mod tests;
