//! Layer 4: slips of YAML that only a field's shape can tell: a full-width comma that made one item of two, quotation
//! marks that became a part of a value, a field that was swallowed by the text before it (KB-002).

use super::decode::Decoder;
use super::{Field, Shape};
use crate::diagnostics::{Code, Diagnostic, text};
use crate::front_matter::{Node, Value};
use crate::source::Span;

const QUOTES: [(char, char); 6] =
    [('“', '”'), ('‘', '’'), ('＂', '＂'), ('「', '」'), ('"', '"'), ('\'', '\'')];
const BRACKETS: [(char, char); 4] = [('［', '］'), ('【', '】'), ('[', '］'), ('［', ']')];
/// What is typed for the comma between items.
const SEPARATORS: [char; 5] = ['，', '、', '；', ';', '﹐'];

/// A value that is no prose: quotation marks and commas cannot belong to it, unless a vocabulary has it so.
fn is_word(shape: &Shape) -> bool {
    !matches!(
        shape,
        Shape::Text | Shape::NumberOrText | Shape::List { .. } | Shape::Record(_) | Shape::Gates(_)
    )
}

impl Decoder<'_> {
    /// Quotation marks of print round a value that YAML takes as it stands.
    pub(super) fn wrapped(
        &self,
        span: Span,
        written: &str,
        shape: &Shape,
        field: &Field,
    ) -> Option<Diagnostic> {
        if !is_word(shape) {
            return None;
        }
        let first = written.chars().next()?;
        let last = written.chars().next_back()?;
        let opens = |c: char| QUOTES.iter().any(|(open, close)| *open == c || *close == c);
        let inner = written.trim_matches(|c: char| opens(c)).trim();
        // One mark at one end is a word of two ideas; the usual message will do.
        if !opens(first) || !opens(last) || written.chars().count() < 3 || inner.is_empty() {
            return None;
        }
        let diagnostic = Diagnostic::new(
            Code(2),
            span,
            text!(
                "值外面的引号 {first} {last} 成了值的一部分",
                "the quotation marks {first}{last} round the value are taken for a part of it"
            ),
        )
        .help(text!("去掉引号：{inner}", "take the quotation marks away: {inner}"));
        let sound = self.scalar(span, inner, shape, field).is_ok();
        Some(if sound { diagnostic.fix(span, inner) } else { diagnostic })
    }

    /// `甲，乙` as one item of a list of words; `flow` when the list stands in brackets.
    pub(super) fn joined(
        &self,
        span: Span,
        written: &str,
        shape: &Shape,
        field: &Field,
        flow: bool,
    ) -> Option<Diagnostic> {
        let words = is_word(shape) || matches!(field.name, "keywords" | "formerly");
        let marks = |c: &char| SEPARATORS.contains(c) || (!flow && *c == ',');
        let spaces = is_word(shape)
            && written.contains(' ')
            && written.split_whitespace().all(|word| self.is_one(span, word, shape, field));
        let mark = written.chars().find(marks).or(spaces.then_some(' '))?;
        if !words {
            return None;
        }
        let pieces: Vec<&str> = written
            .split(|c| marks(&c) || (spaces && c == ' '))
            .map(|piece| piece.trim_matches(|c: char| c.is_whitespace()))
            .filter(|piece| !piece.is_empty())
            .collect();
        if pieces.is_empty() {
            return None;
        }
        let diagnostic = Diagnostic::new(
            Code(2),
            span,
            if mark == ' ' {
                text!(
                    "各项之间缺少逗号，几项连成了一项：{written}",
                    "items without a comma between them are read as one: {written}"
                )
            } else {
                text!(
                    "各项之间用了“{mark}”，几项连成了一项：{written}",
                    "items joined by “{mark}” are read as one: {written}"
                )
            },
        );
        let split = pieces.join(", ");
        Some(if flow {
            diagnostic
                .help(text!(
                    "各项之间用半角逗号加一个空格：{split}",
                    "separate items by an ASCII comma and a space: {split}"
                ))
                .fix(span, split)
        } else {
            let lines: Vec<String> = pieces.iter().map(|piece| format!("- {piece}")).collect();
            let lines = lines.join(" ↵ ");
            diagnostic.help(text!("每项单独一行：{lines}", "give each item a line of its own: {lines}"))
        })
    }

    /// Is this word a value of the shape? Any word may be an id, but not any is.
    fn is_one(&self, span: Span, word: &str, shape: &Shape, field: &Field) -> bool {
        let id = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        self.scalar(span, word, shape, field).is_ok()
            && (!matches!(shape, Shape::Reference(_) | Shape::OwnKind) || id(word))
    }

    /// How a value would be written as the list that is wanted: 甲、乙 and 甲，乙 are how a list is written by hand.
    pub(super) fn as_list(&self, node: &Node, of: &Shape, field: &Field) -> Option<String> {
        let keys: Vec<&str> = node.entries().iter().map(|entry| entry.key.value.as_str()).collect();
        let pieces = if !keys.is_empty() {
            let bare = node.entries().iter().all(|entry| matches!(entry.value.value, Value::Null));
            if !bare {
                return None;
            }
            keys
        } else {
            let written = node.scalar()?.trim();
            let inner = written
                .strip_prefix(['(', '（'])
                .and_then(|rest| rest.strip_suffix([')', '）']))
                .unwrap_or(written);
            let spaces =
                is_word(of) && inner.split_whitespace().all(|word| self.is_one(node.span, word, of, field));
            if self.scalar(node.span, written, of, field).is_ok()
                && !matches!(of, Shape::Text | Shape::Reference(_))
            {
                vec![written]
            } else {
                inner
                    .split(|c| matches!(c, '、' | '，' | ',' | '；') || (spaces && c == ' '))
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .collect()
            }
        };
        // Words that are no values would only be another mistake.
        if is_word(of) && !pieces.iter().all(|piece| self.is_one(node.span, piece, of, field)) {
            return None;
        }
        let odd = |piece: &&str| piece.contains(['[', ']', '{', '}', '#', ':', '"', '\'', '\n']);
        // Records are no words, and prose is not cut at its commas.
        let prose = matches!(of, Shape::Text) && !matches!(field.name, "keywords" | "formerly" | "aliases");
        if matches!(of, Shape::Record(_))
            || pieces.is_empty()
            || pieces.iter().any(odd)
            || (prose && pieces.len() > 1)
        {
            return None;
        }
        Some(format!("[{}]", pieces.join(", ")))
    }

    /// `［甲，乙］` where a list is wanted.
    pub(super) fn wide_list(&self, span: Span, written: &str) -> Option<Diagnostic> {
        let (open, close) = (written.chars().next()?, written.chars().next_back()?);
        if !BRACKETS.contains(&(open, close)) && open != '［' && open != '【' {
            return None;
        }
        let inner = written.trim_matches(|c| matches!(c, '［' | '］' | '【' | '】' | '[' | ']'));
        let pieces: Vec<&str> = inner
            .split(|c| SEPARATORS.contains(&c) || c == ',')
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .collect();
        let fixed = format!("[{}]", pieces.join(", "));
        let mark = if open == '[' { close } else { open };
        let diagnostic = Diagnostic::new(
            Code(2),
            span,
            text!("列表的方括号用了全角的“{mark}”", "the brackets of a list are the full-width “{mark}”"),
        )
        .help(text!("改成半角：{fixed}", "use ASCII ones: {fixed}"));
        let certain = !inner.contains([':', '：', '{', '｛', '"', '#', '[', '［']) && !pieces.is_empty();
        Some(if certain { diagnostic.fix(span, fixed) } else { diagnostic })
    }

    /// Words where fields are wanted, that begin with the name of one: its colon is not a colon and a space.
    pub(super) fn wide_record(&self, node: &Node, written: &str, fields: &[Field]) -> Option<Diagnostic> {
        let inner = written.trim_start_matches(['{', '｛', ' ']);
        let (name, mark) = named(inner, fields)?;
        let at = written.len() - inner.len() + name.len();
        let one_line = node.span.range().len() == written.len();
        let start = node.span.start as usize + at;
        let span =
            if one_line { Span::new(node.span.file, start..start + mark.len_utf8()) } else { node.span };
        let message = if mark == ':' {
            text!("冒号后面缺一个空格", "no space after the colon")
        } else {
            text!("字段名“{name}”后面用了全角冒号“{mark}”", "a full-width colon after the key “{name}”")
        };
        let diagnostic = Diagnostic::new(Code(2), span, message).help(text!(
            "写成 {name}: …，冒号用半角，后面空一格",
            "write {name}: .. with an ASCII colon and a space"
        ));
        let certain =
            one_line && inner.len() == written.len() && swallowed(&inner[name.len()..], fields).is_none();
        // Braces, because the record may stand behind its key on one line.
        let value = inner[name.len() + mark.len_utf8()..].trim();
        let certain = certain && !value.contains([',', '，', '{', '}', '[', ']', ':', '"']);
        Some(if certain { diagnostic.fix(node.span, format!("{{{name}: {value}}}")) } else { diagnostic })
    }

    /// Another field of the same record inside the words of one: `甲，日期：2022-01-01`, or a line that stands too deep.
    pub(super) fn swallows(
        &self,
        node: &Node,
        written: &str,
        fields: &[&[Field]],
        top: bool,
    ) -> Option<Diagnostic> {
        // In quotation marks or as block text the author has said where the value ends.
        if !matches!(node.value, Value::Scalar { plain: true, .. }) {
            return None;
        }
        let lines = node.span.range().len() != written.len();
        // At the top, prose may name a field after a comma; only a line of its own is meant as one.
        if top && !lines {
            return None;
        }
        let separators = if top { &[' '][..] } else { &[' ', '，', '、', '；', ';'][..] };
        let (at, name, mark) =
            fields.iter().find_map(|fields| swallowed_after(written, fields, separators))?;
        let start = node.span.start as usize + at;
        let span = if lines {
            node.span
        } else {
            Span::new(node.span.file, start..start + name.len() + mark.len_utf8())
        };
        Some(
            Diagnostic::new(
                Code(2),
                span,
                text!(
                    "字段“{name}”被当成了前面那个值的一部分",
                    "the field “{name}” is taken for a part of the value before it"
                ),
            )
            .help(text!(
                "另起一行与上面的字段左对齐，或用半角逗号隔开；写成 {name}: …，冒号用半角，后面空一格",
                "align it with the fields above, or put an ASCII comma before it; write {name}: .."
            )),
        )
    }
}

/// The field that `text` begins with, and the mark that stands for its colon.
fn named<'a>(text: &'a str, fields: &[Field]) -> Option<(&'a str, char)> {
    fields.iter().flat_map(|field| [field.name, field.chinese]).find_map(|name| {
        let rest = text.strip_prefix(name)?;
        let mark = rest.chars().next().filter(|c| matches!(c, ':' | '：'))?;
        Some((&text[..name.len()], mark))
    })
}

fn swallowed(text: &str, fields: &[Field]) -> Option<(usize, String, char)> {
    swallowed_after(text, fields, &[' ', '，', '、', '；', ';', ','])
}

fn swallowed_after(text: &str, fields: &[Field], separators: &[char]) -> Option<(usize, String, char)> {
    text.char_indices().filter(|(_, c)| separators.contains(c)).find_map(|(at, c)| {
        let after = text[at + c.len_utf8()..].trim_start();
        let (name, mark) = named(after, fields)?;
        Some((text.len() - after.len(), name.to_owned(), mark))
    })
}

/// `学习: 提纲` where words are wanted: YAML made a field of it.
pub(super) fn colon_in_text(node: &Node, shape: &Shape) -> Option<Diagnostic> {
    let [entry] = node.entries() else { return None };
    // Braces are no slip: a map was meant, where none belongs.
    let value = entry.value.scalar().filter(|_| node.span.start == entry.key.span.start)?;
    if !matches!(shape, Shape::Text | Shape::NumberOrText) {
        return None;
    }
    let (start, end) = (entry.key.span.start as usize, entry.value.span.end as usize);
    let span = Span::new(entry.key.span.file, start..end);
    let whole = format!("\"{}: {value}\"", entry.key.value);
    let diagnostic = Diagnostic::new(
        Code(2),
        span,
        text!(
            "这个值里有半角冒号，YAML 会把它当成字段",
            "this value holds an ASCII colon, which YAML takes for a key"
        ),
    )
    .help(text!(
        "给整个值加半角双引号：{whole}，或把冒号改成全角“：”",
        "put the value in double quotes: {whole}"
    ));
    let plain = !entry.key.value.contains(['"', '\\', '{', '[']) && !value.contains(['"', '\\']);
    let one_line = end - start <= whole.len();
    Some(if plain && one_line { diagnostic.fix(span, whole) } else { diagnostic })
}
