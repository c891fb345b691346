//! Layer 8: how documents use the terms of the knowledge base (KB-702, KB-703).

use super::text::{each, written};
use crate::diagnostics::{Code, Diagnostic, text};
use crate::document::{Document, Status};
use crate::fields::Kind;
use crate::site::{DocId, Site};
use crate::source::{Sources, Span};
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;

/// One spelling that is searched for.
struct Form<'a> {
    words: &'a str,
    /// The term that wants to avoid it, and where it says so; `None` for a sound spelling, which hides what it holds.
    avoided: Option<(DocId, Span)>,
}

/// The title without the marks around it, as it stands in a sentence.
fn bare(title: &str) -> &str {
    title.trim_matches(['“', '”', '‘', '’', '《', '》', '「', '」', ' '])
}

/// KB-702: one pass over every text for all the forms that some term wants to avoid.
pub(super) fn avoided(site: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let mut forms: Vec<Form<'_>> = Vec::new();
    for (id, term) in site.of_kind(Kind::Term).filter(|(_, term)| term.status() != Status::Retired) {
        for item in term.meta.list("avoid") {
            if let Some(words) = item.value.text().map(str::trim).filter(|words| !words.is_empty()) {
                forms.push(Form { words, avoided: Some((id, item.span)) });
            }
        }
    }
    if forms.is_empty() {
        return;
    }
    for (_, term) in site.of_kind(Kind::Term) {
        let sound = term.meta.texts("variants").chain([term.title()]).map(bare);
        forms.extend(sound.filter(|words| !words.is_empty()).map(|words| Form { words, avoided: None }));
    }
    // Where a spelling is both, the first pattern wins: it is one to avoid.
    let searcher = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(forms.iter().map(|form| form.words));
    // Only an automaton beyond the limits of memory cannot be built.
    let Ok(searcher) = searcher else { return };
    each(site, sources, found, |id, document, text, found| {
        let mut look = |range: Range<usize>, holds: &dyn Fn(usize) -> bool| {
            for hit in searcher.find_iter(&text[range.clone()]) {
                let place = range.start + hit.start()..range.start + hit.end();
                let words = forms[hit.pattern().as_usize()].words;
                if holds(place.start) && holds(place.end - 1) {
                    found.extend(report(site, id, words, &forms, Span::new(document.file, place)));
                }
            }
        };
        for value in written(document, text) {
            if !matches!(value.name, "avoid" | "variants" | "url") {
                look(value.range, &|_| true);
            }
        }
        let prose = &document.body.prose;
        let (first, last) = (prose.iter().next(), prose.end());
        if let Some(first) = first {
            look(first.start..last, &|at| prose.holds(at));
        }
    });
}

fn report(site: &Site, here: DocId, words: &str, forms: &[Form<'_>], span: Span) -> Option<Diagnostic> {
    let owners: Vec<(DocId, Span)> =
        forms.iter().filter(|form| form.words == words).filter_map(|form| form.avoided).collect();
    if owners.is_empty() || owners.iter().any(|(id, _)| *id == here) {
        return None;
    }
    let right: Vec<&str> = owners.iter().map(|(id, _)| bare(site.get(*id).title())).collect();
    let all = right.join("”“");
    let mut diagnostic =
        Diagnostic::new(Code(702), span, text!("术语表里写明不用“{words}”", "“{words}” is a form to avoid"))
            .help(text!("规范的说法是“{all}”", "write “{all}”"));
    for (_, place) in &owners {
        diagnostic = diagnostic.related(*place, text!("术语里这样规定", "the term says so"));
    }
    Some(if let [only] = right.as_slice() { diagnostic.fix(span, *only) } else { diagnostic })
}

/// KB-703: “四个意识” has four members.
pub(super) fn numbered(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, term) in site.of_kind(Kind::Term) {
        found.extend(number_of_members(term));
    }
}

fn number_of_members(term: &Document) -> Option<Diagnostic> {
    let members = term.meta.get("members")?;
    let written = term.meta.list("members").len();
    let title = bare(term.title());
    let number = counted(title)?;
    if number == written {
        return None;
    }
    let diagnostic = Diagnostic::new(
        Code(703),
        members.span,
        text!(
            "“{title}”应有 {number} 项，这里列了 {written} 项",
            "“{title}” has {number} members; {written} are listed"
        ),
    );
    Some(diagnostic.help(text!("补上缺的，或删去多的；一项一行", "list each member once, one a line")))
}

/// The number of members that a name gives: 四个意识, 三大攻坚战, 四风, 八八战略 (eight and eight of the same). A name with two
/// other numbers (四要四不, 一带一路), or with a year, gives none.
fn counted(name: &str) -> Option<usize> {
    let (number, rest) = number(name)?;
    if measures(rest) {
        let second = rest.char_indices().any(|(at, _)| number_of(&rest[at..]));
        return (!second).then_some(number);
    }
    let first = name.chars().next().filter(|c| !c.is_ascii_digit())?;
    let rest = rest.strip_prefix(first).unwrap_or(rest);
    let other = rest.starts_with(['字', '号', '年', '月', '日', '届', '次', '期', '级']);
    (number > 1 && !other && !rest.contains(NUMERALS)).then_some(number)
}

const NUMERALS: [char; 12] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '两'];

fn number_of(text: &str) -> bool {
    number(text).is_some_and(|(_, rest)| measures(rest))
}

fn measures(rest: &str) -> bool {
    rest.starts_with(['个', '大', '项', '种', '条', '类', '位', '点', '要', '不'])
}

/// A number up to 99 at the beginning, in 汉字 or digits.
fn number(text: &str) -> Option<(usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return Some((text[..digits].parse().ok()?, &text[digits..]));
    }
    let digit = |c: char| match c {
        '两' => Some(2),
        c => "〇一二三四五六七八九".chars().position(|other| other == c),
    };
    let mut rest = text.chars();
    let first = rest.next()?;
    if first == '十' {
        let mut more = rest.clone();
        return match more.next().and_then(digit) {
            Some(ones) => Some((10 + ones, more.as_str())),
            None => Some((10, rest.as_str())),
        };
    }
    let tens = digit(first)?;
    let mut more = rest.clone();
    if more.next() != Some('十') {
        return Some((tens, rest.as_str()));
    }
    let mut last = more.clone();
    match last.next().and_then(digit) {
        Some(ones) => Some((tens * 10 + ones, last.as_str())),
        None => Some((tens * 10, more.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn only_numbers_that_count_members_are_read() {
        for (name, number) in [
            ("四个意识", Some(4)),
            ("两个维护", Some(2)),
            ("六个一", Some(6)),
            ("十四个坚持", Some(14)),
            ("二十四字", None),
            ("二十条", Some(20)),
            ("三大攻坚战", Some(3)),
            ("五位一体", Some(5)),
            ("6个一", Some(6)),
            ("八八战略", Some(8)),
            ("四风", Some(4)),
            ("一带一路", None),
            ("1+1+6+X", None),
            ("四要四不", None),
            ("一个中心、两个基本点", None),
            ("最多跑一次", None),
            ("十不准", Some(10)),
        ] {
            assert_eq!(counted(name), number, "{name}");
        }
    }
}
