//! Layer 2: YAML text to a tree with byte places, within fixed limits. No anchors, aliases, tags or second document:
//! what an editor sees in the file is what keben reads.

use super::repair::repair;
use super::{lines, syntax};
use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::{FileId, Span, Spanned};
use granit_parser::{Event, Options, Parser, ScalarStyle};
use rustc_hash::FxHashMap;

/// One value of a YAML file.
#[derive(Clone, Debug)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Any scalar as text; `plain` when it stood without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Spanned<String>,
    pub value: Node,
}

impl Node {
    /// The entries of a map; nothing for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing for any other value.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// How much one file may hold, in bytes (`nesting` in levels). Set by `limits:` in site.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub front_matter: usize,
    pub scalar: usize,
    pub markdown: u64,
    pub yaml: u64,
    pub nesting: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { front_matter: 256 << 10, scalar: 64 << 10, markdown: 4 << 20, yaml: 4 << 20, nesting: 16 }
    }
}

enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<Entry>, FxHashMap<String, Span>, Option<Spanned<String>>),
}

/// Parses `yaml`, which begins at byte `start` of `file`. The usual slips are reported and read on as they were meant, so
/// that one line does not hide the rest; a tree comes back only when every part of it was understood.
pub fn parse_yaml(
    file: FileId,
    yaml: &str,
    start: usize,
    limits: &Limits,
) -> (Option<Node>, Vec<Diagnostic>) {
    let plain = build(file, yaml, start, limits);
    let mut mistakes = match &plain {
        Err(Failure::Refused(_)) => Vec::new(),
        Err(Failure::Syntax(diagnostic)) if diagnostic.code != Code(2) => Vec::new(),
        _ => lines::scan(yaml),
    };
    if plain.is_ok() {
        mistakes.retain(|mistake| mistake.silent);
    }
    if mistakes.is_empty() {
        return match plain {
            Ok((root, diagnostics)) => (Some(root), diagnostics),
            Err(Failure::Refused(diagnostics)) => (None, diagnostics),
            Err(Failure::Syntax(diagnostic)) => (None, vec![*diagnostic]),
        };
    }
    let repaired = repair(yaml, &mistakes);
    let mended = build(file, &repaired.text, start, limits);
    let mut diagnostics: Vec<Diagnostic> =
        mistakes.into_iter().map(|mistake| mistake.diagnostic(file, start)).collect();
    let root = match mended {
        Ok((mut root, mut found)) => {
            repaired.node(&mut root, start);
            repaired.diagnostics(&mut found, start);
            diagnostics.append(&mut found);
            Some(root)
        }
        Err(Failure::Refused(mut found)) => {
            repaired.diagnostics(&mut found, start);
            diagnostics.append(&mut found);
            None
        }
        // What still stops the parser is most likely what a slip left behind.
        Err(Failure::Syntax(_)) => None,
    };
    (root, diagnostics)
}

enum Failure {
    /// Not YAML, or nested beyond the parser's limit.
    Syntax(Box<Diagnostic>),
    /// YAML that keben does not take.
    Refused(Vec<Diagnostic>),
}

fn build(
    file: FileId,
    yaml: &str,
    start: usize,
    limits: &Limits,
) -> Result<(Node, Vec<Diagnostic>), Failure> {
    let mut builder =
        Builder { file, yaml, start, limits, stack: Vec::new(), root: None, diagnostics: Vec::new() };
    if yaml.trim().is_empty() {
        let span = Span::new(file, start..start);
        return Ok((Node { span, value: Value::Map(Vec::new()) }, Vec::new()));
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = limits.nesting + 1;
    options.block_nesting_limit = limits.nesting + 1;
    for event in Parser::new_from_str_with_options(yaml, options) {
        match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                if let Err(diagnostic) = builder.take(event, start + range.start..start + range.end) {
                    builder.diagnostics.push(diagnostic);
                    return Err(Failure::Refused(builder.diagnostics));
                }
            }
            Err(error) => {
                let marker = error.marker();
                let at = marker.byte_offset().unwrap_or_else(|| {
                    yaml.char_indices().nth(marker.index()).map_or(yaml.len(), |(offset, _)| offset)
                });
                let diagnostic = syntax::explain(file, yaml, start, at, error.kind());
                return Err(Failure::Syntax(Box::new(diagnostic)));
            }
        }
    }
    // Nothing but comments is an empty map, as nothing at all is.
    let empty = || Node { span: Span::new(file, start..start), value: Value::Map(Vec::new()) };
    Ok((builder.root.unwrap_or_else(empty), builder.diagnostics))
}

struct Builder<'a> {
    file: FileId,
    yaml: &'a str,
    /// Where it begins in the file.
    start: usize,
    limits: &'a Limits,
    stack: Vec<Open>,
    root: Option<Node>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder<'_> {
    /// An anchor or a tag stands before its value, and is what is wrong.
    fn with_properties(&self, span: Span) -> Span {
        let mut start = span.start as usize - self.start;
        loop {
            let before = self.yaml[..start].trim_end_matches([' ', '\t']);
            let word = before.rfind([' ', '\t', '\n', '[', '{', ',']).map_or(0, |at| at + 1);
            if !before[word..].starts_with(['&', '!']) {
                break;
            }
            start = word;
        }
        Span::new(self.file, self.start + start..span.end as usize)
    }

    fn take(&mut self, event: Event<'_>, range: std::ops::Range<usize>) -> Result<(), Diagnostic> {
        let span = Span::new(self.file, range.clone());
        if event.tag().is_some() || event.anchor_id().is_some_and(|id| id != 0) || event.is_alias() {
            return Err(unsupported(self.with_properties(span)));
        }
        match event {
            Event::Scalar(text, style, ..) => {
                if text.len() > self.limits.scalar {
                    let kib = self.limits.scalar >> 10;
                    return Err(Diagnostic::new(
                        Code(6),
                        span,
                        text!("这个值超过 {kib} KiB 的限制", "this value is over the limit of {kib} KiB"),
                    ));
                }
                let plain = style == ScalarStyle::Plain;
                let null = plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if null { Value::Null } else { Value::Scalar { text: text.into_owned(), plain } };
                self.put(Node { span, value })
            }
            Event::SequenceStart(..) => self.open(Open::List(range.start, Vec::new()), span),
            Event::MappingStart(..) => {
                self.open(Open::Map(range.start, Vec::new(), FxHashMap::default(), None), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::DocumentStart(..) if self.root.is_some() => Err(Diagnostic::new(
                Code(6),
                span,
                text!(
                    "这里只能有一份 YAML，不能再用 --- 或 ... 分开",
                    "only one YAML document is allowed here"
                ),
            )),
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open, span: Span) -> Result<(), Diagnostic> {
        self.stack.push(open);
        if self.stack.len() > self.limits.nesting {
            return Err(Diagnostic::new(
                Code(6),
                span,
                text!("嵌套超过 {} 层", "nested deeper than {} levels"; self.limits.nesting),
            ));
        }
        Ok(())
    }

    fn close(&mut self, range: std::ops::Range<usize>) -> Result<(), Diagnostic> {
        // A block collection ends where its last child ends; only a flow one has a closing bracket of its own.
        let end = |start: usize, last: Option<u32>| match last {
            _ if range.end > range.start => range.end,
            Some(last) => last as usize,
            None => start,
        };
        let node = match self.stack.pop() {
            Some(Open::List(start, items)) => {
                let end = end(start, items.last().map(|item| item.span.end));
                Node { span: Span::new(self.file, start..end), value: Value::List(items) }
            }
            Some(Open::Map(start, entries, ..)) => {
                let end =
                    end(start, entries.last().map(|entry| entry.value.span.end.max(entry.key.span.end)));
                Node { span: Span::new(self.file, start..end), value: Value::Map(entries) }
            }
            None => return Ok(()),
        };
        self.put(node)
    }

    fn put(&mut self, node: Node) -> Result<(), Diagnostic> {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, seen, waiting)) => match waiting.take() {
                Some(key) => entries.push(Entry { key, value: node }),
                None => {
                    let key = match node.value {
                        Value::Scalar { text, .. } => text,
                        Value::Null => String::new(),
                        Value::List(_) | Value::Map(_) => {
                            return Err(Diagnostic::new(
                                Code(2),
                                node.span,
                                text!(
                                    "字段名必须是一个词，不能是列表或嵌套的字段",
                                    "a key must be a word, not a list or a map"
                                ),
                            ));
                        }
                    };
                    if let Some(first) = seen.get(&key) {
                        self.diagnostics.push(duplicate(&key, node.span, *first));
                    } else {
                        seen.insert(key.clone(), node.span);
                    }
                    *waiting = Some(Spanned::new(key, node.span));
                }
            },
        }
        Ok(())
    }
}

pub(super) fn unsupported(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code(6),
        span,
        text!(
            "不支持 YAML 的锚点（&）、别名（*）和标签（!）",
            "anchors (&), aliases (*) and tags (!) are not supported"
        ),
    )
    .help(text!(
        "把内容直接写在这里；以 & * ! 开头的文字要加半角双引号",
        "write the value itself; put text that begins with & * ! in double quotes"
    ))
}

fn duplicate(key: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code(5), span, text!("字段“{}”写了两次", "the key “{}” is written twice"; key))
        .related(first, text!("第一次写在这里", "first written here"))
        .help(text!("删去其中一个；要写多个值时用列表", "delete one of them; use a list for several values"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(yaml: &str) -> (Option<Node>, Vec<Diagnostic>) {
        parse_yaml(FileId(0), yaml, 0, &Limits::default())
    }

    #[test]
    fn every_part_has_its_place() {
        let yaml =
            "标题: \"八八战略\"\n对象: [leaders, 年轻干部]\n审核:\n  political: {by: 甲, date: 2022-01-01}\n";
        let (root, diagnostics) = parse(yaml);
        assert!(diagnostics.is_empty());
        let root = root.unwrap();
        let slice = |node: &Node| &yaml[node.span.range()];
        assert_eq!(slice(root.get("标题").unwrap()), "\"八八战略\"");
        assert_eq!(slice(&root.get("对象").unwrap().items()[1]), "年轻干部");
        assert_eq!(slice(root.get("对象").unwrap()), "[leaders, 年轻干部]");
        let gate = root.get("审核").unwrap().get("political").unwrap();
        assert_eq!(slice(gate), "{by: 甲, date: 2022-01-01}");
        assert_eq!(&yaml[root.entries()[2].key.span.range()], "审核");
    }

    #[test]
    fn comments_alone_are_an_empty_map() {
        for yaml in ["", "\n\n", "# 说明\n", "~\n"] {
            let (root, diagnostics) = parse(yaml);
            assert!(root.is_some_and(|root| root.entries().is_empty()) && diagnostics.is_empty(), "{yaml:?}");
        }
    }

    #[test]
    fn a_key_written_twice_is_found_at_its_second_place() {
        let (_, diagnostics) = parse("a: 1\nb: 2\na: 3\n");
        assert_eq!(diagnostics.len(), 1);
        assert_eq!((diagnostics[0].code, diagnostics[0].span.range()), (Code(5), 10..11));
    }

    #[test]
    fn hostile_input_is_refused_quickly() {
        let deep = "{a: ".repeat(100_000);
        let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        let many = "[".repeat(60_000);
        let question = "? ".repeat(10_000);
        for yaml in
            [deep.as_str(), laughs, many.as_str(), question.as_str(), "a: !!str x\n", "a: 1\n---\nb: 2\n"]
        {
            let started = std::time::Instant::now();
            let (_, diagnostics) = parse(yaml);
            assert!(!diagnostics.is_empty());
            assert!(started.elapsed().as_millis() < 1000);
        }
    }
}
