//! Layer 4: a YAML tree to a [`Record`] by a table of fields, with every problem of the block at its place.

use super::{Field, Gates, Kind, Need, Record, Shape, Value};
use crate::diagnostics::{Code, Diagnostic, Meant, meant, text};
use crate::front_matter::{self as yaml, Node};
use crate::source::{Span, Spanned};
use crate::taxonomy::{Taxonomy, Vocabulary};

/// What the values of a block are read against.
pub struct Context<'a> {
    pub taxonomy: &'a Taxonomy,
    /// The kind of the document; `None` for site.yaml.
    pub kind: Option<Kind>,
    /// Where something missing is reported.
    pub first_line: Span,
}

/// Decodes the map `node` by `tables`. A field that cannot be read is left out and marked broken.
pub fn decode(node: &Node, tables: &[&'static [Field]], context: &Context<'_>) -> (Record, Vec<Diagnostic>) {
    let mut decoder = Decoder { context, root: node.span, offers: OFFERS, diagnostics: Vec::new() };
    if !matches!(node.value, yaml::Value::Map(_)) {
        let message =
            text!("元数据应由“字段: 值”组成，一行一个", "front matter must be lines of “key: value”");
        return (Record::default(), vec![Diagnostic::new(Code(2), node.span, message)]);
    }
    let record = decoder.record(node, tables);
    let published = matches!(record.text("status"), Some("published" | "suspended"));
    decoder.needs(node, &record, tables, context.first_line, published);
    (record, decoder.diagnostics)
}

/// A block with more unknown words than this is no block with slips; looking for each would only take time.
const OFFERS: usize = 100;

pub(super) struct Decoder<'a> {
    pub(super) context: &'a Context<'a>,
    /// The block as a whole, in which prose may name a field after a comma.
    root: Span,
    /// For how many more unknown words what was meant is looked for.
    pub(super) offers: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Decoder<'_> {
    fn record(&mut self, node: &Node, tables: &[&'static [Field]]) -> Record {
        let mut record = Record::default();
        let mut seen: Vec<(&'static Field, Span, &str)> = Vec::new();
        for entry in node.entries() {
            let key = entry.key.value.as_str();
            let fields = tables.iter().flat_map(|table| table.iter());
            let known = fields.clone().find(|field| field.name == key || field.chinese == key);
            let Some(field) = known.or_else(|| self.unknown(key, entry.key.span, tables, &mut record)) else {
                continue;
            };
            if let Some((_, first, name)) = seen.iter().find(|(other, ..)| other.name == field.name) {
                // The same name twice is said by the tree; here the two names of one field meet.
                if known.is_some() && *name != key {
                    self.diagnostics.push(
                        Diagnostic::new(
                            Code(5),
                            entry.key.span,
                            text!("“{}”和“{}”是同一个字段，只能写一次", "“{}” and “{}” are the same field"; key, name),
                        )
                        .related(*first, text!("第一次写在这里", "first written here")),
                    );
                }
                continue;
            }
            seen.push((field, entry.key.span, key));
            if matches!(entry.value.value, yaml::Value::Null) {
                // Whether a document is published is known only when all of it is read: then the field counts as missing.
                if field.need != Need::Published {
                    record.mark_broken(field.name);
                }
                if field.need == Need::Required {
                    let Field { name, chinese, .. } = field;
                    self.diagnostics.push(Diagnostic::new(
                        Code(101),
                        entry.key.span,
                        text!("“{chinese}”（{name}）没有填写", "“{name}” is empty"),
                    ));
                }
                continue;
            }
            let prose = matches!(field.shape, Shape::Text) && node.span == self.root;
            if let Some(written) = entry.value.scalar()
                && let Some(slip) = self.swallows(&entry.value, written, tables, prose)
            {
                self.diagnostics.push(slip);
                record.mark_broken(field.name);
                continue;
            }
            match self.value(&entry.value, &field.shape, field) {
                Some(value) => {
                    if lost_items(&value, &entry.value) {
                        record.mark_broken(field.name);
                    }
                    record.push(field.name, Spanned::new(value, entry.value.span));
                }
                None => record.mark_broken(field.name),
            }
        }
        record
    }

    /// KB-101 for what must be there and is not, and for lists below their minimum.
    fn needs(&mut self, node: &Node, record: &Record, tables: &[&[Field]], place: Span, published: bool) {
        for field in tables.iter().flat_map(|table| table.iter()) {
            let needed = match field.need {
                Need::Required => true,
                Need::Published => published,
                Need::Optional => false,
            };
            if needed && !record.written(field.name) {
                let Field { name, chinese, .. } = field;
                self.diagnostics.push(
                    Diagnostic::new(
                        Code(101),
                        place,
                        text!("缺少必填字段“{chinese}”（{name}）", "the required field “{name}” is missing"),
                    )
                    .help(text!("加一行：{}", "add a line: {}"; example(field))),
                );
            }
            if let (true, Shape::List { min, .. }, Some(value)) =
                (needed, field.shape, record.get(field.name))
            {
                // Items that were written and refused have been reported; they count.
                let written =
                    [field.name, field.chinese].iter().find_map(|key| node.get(key)).map_or(0, items);
                if written < min {
                    let Field { name, chinese, .. } = field;
                    self.diagnostics.push(Diagnostic::new(
                        Code(101),
                        value.span,
                        text!(
                            "“{chinese}”（{name}）至少要有 {min} 项，现在有 {written} 项",
                            "“{name}” needs {min} or more items and has {written}"
                        ),
                    ));
                }
            }
        }
    }

    /// KB-102, and the field that was meant, where there is no doubt: its value is then read as if it had been written.
    fn unknown(
        &mut self,
        key: &str,
        span: Span,
        tables: &[&'static [Field]],
        record: &mut Record,
    ) -> Option<&'static Field> {
        let fields: Vec<&'static Field> = tables.iter().flat_map(|table| table.iter()).collect();
        let names: Vec<Vec<&str>> = fields.iter().map(|field| vec![field.name, field.chinese]).collect();
        let bare =
            key.trim_matches(|c: char| matches!(c, '“' | '”' | '‘' | '’' | '＂' | '"') || c.is_whitespace());
        let meant = if self.offers > 0 { meant(bare, &names) } else { Meant::default() };
        self.offers = self.offers.saturating_sub(1);
        let diagnostic =
            Diagnostic::new(Code(102), span, text!("不认识的字段“{}”", "unknown field “{}”"; key));
        if let Some((index, name)) = meant.exact {
            let diagnostic = diagnostic.help(text!("改成 {name}", "write {name}")).fix(span, name);
            self.diagnostics.push(diagnostic);
            return Some(fields[index]);
        }
        // The field that was probably meant is not missing as well.
        if let Some(index) = meant.near.first() {
            record.mark_broken(fields[*index].name);
        }
        let near: Vec<String> = meant
            .near
            .iter()
            .map(|index| format!("{}（{}）", fields[*index].chinese, fields[*index].name))
            .collect();
        self.diagnostics.push(if near.is_empty() {
            diagnostic.help(text!(
                "删去这一行，或用“keben schema”查看可用的字段",
                "delete it, or see `keben schema` for the fields there are"
            ))
        } else {
            let near = near.join("、");
            diagnostic.help(text!("是不是：{near}？", "did you mean {near}?"))
        });
        None
    }

    fn wrong(&self, span: Span, field: &Field, zh: &str, en: &str) -> Diagnostic {
        let Field { name, chinese, .. } = field;
        Diagnostic::new(Code(103), span, text!("“{chinese}”（{name}）应为{zh}", "“{name}” must be {en}"))
    }

    fn value(&mut self, node: &Node, shape: &Shape, field: &Field) -> Option<Value> {
        match shape {
            Shape::List { of, .. } => return self.list(node, of, field),
            Shape::Record(fields) => {
                if !matches!(node.value, yaml::Value::Map(_)) {
                    let slip = node.scalar().and_then(|written| self.wide_record(node, written, fields));
                    let wrong = slip.unwrap_or_else(|| {
                        let wrong =
                            self.wrong(node.span, field, "一组字段，写成 {字段: 值, …}", "a map of fields");
                        alone(wrong, node, fields)
                    });
                    self.diagnostics.push(wrong);
                    return None;
                }
                let record = self.record(node, &[fields]);
                self.needs(node, &record, &[fields], node.span, false);
                return Some(Value::Record(record));
            }
            Shape::Gates(fields) => return self.gates(node, fields, field),
            _ => {}
        }
        let yaml::Value::Scalar { text: written, .. } = &node.value else {
            let wrong = super::slips::colon_in_text(node, shape)
                .or_else(|| self.only_item(node, field))
                .unwrap_or_else(|| {
                    self.wrong(
                        node.span,
                        field,
                        "一个值，不能是列表或一组字段",
                        "a single value, not a list or a map",
                    )
                });
            self.diagnostics.push(wrong);
            return None;
        };
        let written = written.trim();
        // Any word may be an id; whether there is such a document is said later.
        if matches!(shape, Shape::Reference(_) | Shape::OwnKind)
            && let Some(slip) = self.wrapped(node.span, written, shape, field)
        {
            self.diagnostics.push(slip);
            return None;
        }
        match self.scalar(node.span, written, shape, field) {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.offers = self.offers.saturating_sub(1);
                let slip = self.wrapped(node.span, written, shape, field);
                self.diagnostics.push(slip.unwrap_or(*diagnostic));
                None
            }
        }
    }

    /// `[甲]` where one value is wanted.
    fn only_item(&self, node: &Node, field: &Field) -> Option<Diagnostic> {
        let [item] = node.items() else { return None };
        let written = item.scalar()?.trim();
        let bare = !written.contains([':', '#', '"', '\'', ',']);
        let diagnostic = self
            .wrong(node.span, field, "一个值，不用方括号", "a single value, without brackets")
            .help(text!("写成 {}: {}", "write {}: {}"; field.name, written));
        Some(if bare && node.span.end > item.span.end {
            diagnostic.fix(node.span, written)
        } else {
            diagnostic
        })
    }

    fn list(&mut self, node: &Node, of: &Shape, field: &Field) -> Option<Value> {
        let yaml::Value::List(items) = &node.value else {
            if let Some(slip) = node.scalar().and_then(|written| self.wide_list(node.span, written.trim())) {
                self.diagnostics.push(slip);
                return None;
            }
            let wrong = self.wrong(node.span, field, "列表", "a list");
            let wrong = match self.as_list(node, of, field) {
                Some(right) => {
                    wrong.help(text!("写成 {}: {}", "write {}: {}"; field.name, right)).fix(node.span, right)
                }
                None => wrong.help(text!(
                    "用方括号括起来，各项之间用半角逗号隔开：[甲, 乙]",
                    "put it in brackets: [a, b]"
                )),
            };
            self.diagnostics.push(wrong);
            return None;
        };
        // Only a list in brackets ends behind its last item.
        let flow = items.last().is_some_and(|last| last.span.end < node.span.end);
        let mut values = Vec::with_capacity(items.len());
        for item in items.iter().filter(|item| !matches!(item.value, yaml::Value::Null)) {
            // In quotation marks a comma belongs to the text.
            let text = matches!((of, &item.value), (Shape::Text, yaml::Value::Scalar { plain: true, .. }));
            if let Some(written) = item.scalar().map(str::trim)
                && (text
                    || matches!(of, Shape::Reference(_) | Shape::OwnKind)
                    || self.scalar(item.span, written, of, field).is_err())
                && let Some(slip) = self.joined(item.span, written, of, field, flow)
            {
                self.diagnostics.push(slip);
                continue;
            }
            if let Some(value) = self.value(item, of, field) {
                values.push(Spanned::new(value, item.span));
            }
        }
        Some(Value::List(values))
    }

    fn gates(&mut self, node: &Node, fields: &'static [Field], field: &Field) -> Option<Value> {
        if !matches!(node.value, yaml::Value::Map(_)) {
            let wrong = self.wrong(
                node.span,
                field,
                "一组字段，例如 political: {by: 审核人, date: 2022-01-01}",
                "a map of gates",
            );
            self.diagnostics.push(wrong);
            return None;
        }
        let mut gates = Vec::new();
        let mut odd = false;
        for entry in node.entries() {
            let terms = self.context.taxonomy.terms(Vocabulary::ReviewGates);
            let Some(term) = self.context.taxonomy.find(Vocabulary::ReviewGates, &entry.key.value) else {
                if terms.is_empty() {
                    continue;
                }
                let names: Vec<Vec<&str>> =
                    terms.iter().map(|term| vec![term.id.value.as_str(), term.label.as_str()]).collect();
                let diagnostic = Diagnostic::new(
                    Code(102),
                    entry.key.span,
                    text!("没有“{}”这一关审核", "there is no review gate “{}”"; entry.key.value),
                );
                self.diagnostics.push(match meant(&entry.key.value, &names).exact {
                    Some((_, name)) => {
                        diagnostic.help(text!("改成 {name}", "write {name}")).fix(entry.key.span, name)
                    }
                    None => {
                        let all: Vec<String> =
                            terms.iter().map(|term| format!("{}（{}）", term.id.value, term.label)).collect();
                        diagnostic.help(text!("可用的有：{}", "there are: {}"; all.join("、")))
                    }
                });
                odd = true;
                continue;
            };
            let record = match entry.value.value {
                yaml::Value::Null => Record::default(),
                yaml::Value::Map(_) => self.record(&entry.value, &[fields]),
                _ => {
                    let written = entry.value.scalar();
                    let slip = written.and_then(|written| self.wide_record(&entry.value, written, fields));
                    let wrong = slip.unwrap_or_else(|| {
                        self.wrong(entry.value.span, field, "{by: 审核人, date: 日期}", "{by: .., date: ..}")
                    });
                    self.diagnostics.push(wrong);
                    odd = true;
                    continue;
                }
            };
            gates.push((term.id.value.clone(), Spanned::new(record, entry.value.span)));
        }
        Some(Value::Gates(Gates { gates, odd }))
    }
}

/// Does the list hold fewer items than were written? What counts or adds them up must stay silent then.
fn lost_items(value: &Value, node: &Node) -> bool {
    matches!(value, Value::List(read) if read.len() < items(node))
}

/// How many items were written.
fn items(node: &Node) -> usize {
    node.items().iter().filter(|item| !matches!(item.value, yaml::Value::Null)).count()
}

/// A value where a record is wanted of which one field only must be there: it is that field's.
fn alone(wrong: Diagnostic, node: &Node, fields: &[Field]) -> Diagnostic {
    let mut required = fields.iter().filter(|field| field.need == Need::Required);
    match (node.scalar(), required.next(), required.next()) {
        (Some(written), Some(only), None) if !written.contains([',', '，', '{', '[', ':', '"']) => {
            let right = format!("{{{}: {}}}", only.name, written.trim());
            wrong.help(text!("写成 {right}", "write {right}")).fix(node.span, right)
        }
        _ => {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            let names = names.join("、");
            wrong.help(text!("其中的字段有：{names}", "its fields are: {names}"))
        }
    }
}

/// What to type for a missing field.
fn example(field: &Field) -> String {
    let value = match field.shape {
        Shape::Text => "……",
        Shape::Boolean => "true",
        Shape::Integer { .. } | Shape::Halves { .. } | Shape::Decimal { .. } => "数字",
        Shape::Date | Shape::Period => "2022-09-01",
        Shape::List { .. } => "[……]",
        Shape::Record(_) | Shape::Gates(_) => "{……}",
        Shape::Choice(choices) => choices.first().map_or("……", |choice| choice.id),
        _ => "……",
    };
    format!("{}: {value}", field.name)
}
