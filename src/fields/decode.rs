//! Layer 4: a YAML tree to a [`Record`] by a table of fields, with every problem of the block at its place.

use super::{Field, Gates, Kind, Need, Record, Shape, Value};
use crate::diagnostics::{Code, Diagnostic, nearest, text};
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
pub fn decode(node: &Node, tables: &[&[Field]], context: &Context<'_>) -> (Record, Vec<Diagnostic>) {
    let mut decoder = Decoder { context, diagnostics: Vec::new() };
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

pub(super) struct Decoder<'a> {
    pub(super) context: &'a Context<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl Decoder<'_> {
    fn record(&mut self, node: &Node, tables: &[&[Field]]) -> Record {
        let mut record = Record::default();
        let mut seen: Vec<(&Field, Span, &str)> = Vec::new();
        for entry in node.entries() {
            let key = entry.key.value.as_str();
            let fields = tables.iter().flat_map(|table| table.iter());
            let Some(field) = fields.clone().find(|field| field.name == key || field.chinese == key) else {
                let meant = self.unknown(key, entry.key.span, tables);
                // The field that was meant is not missing as well.
                meant.into_iter().for_each(|name| record.mark_broken(name));
                continue;
            };
            if let Some((_, first, name)) = seen.iter().find(|(other, ..)| other.name == field.name) {
                // The same name twice is said by the tree; here the two names of one field meet.
                if *name != key {
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
                record.mark_broken(field.name);
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
                    [field.name, field.chinese].iter().find_map(|key| node.get(key)).map_or(0, |list| {
                        list.items().iter().filter(|item| !matches!(item.value, yaml::Value::Null)).count()
                    });
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

    /// KB-102, and the field that was probably meant.
    fn unknown(&mut self, key: &str, span: Span, tables: &[&[Field]]) -> Option<&'static str> {
        let fields = tables.iter().flat_map(|table| table.iter());
        let near = nearest(key, fields.clone().flat_map(|field| [field.name, field.chinese]), 3);
        let meant = near
            .first()
            .and_then(|near| fields.clone().find(|field| field.name == *near || field.chinese == *near));
        let diagnostic =
            Diagnostic::new(Code(102), span, text!("不认识的字段“{}”", "unknown field “{}”"; key));
        self.diagnostics.push(match near.as_slice() {
            [] => diagnostic.help(text!(
                "删去这一行，或用“keben schema”查看可用的字段",
                "delete it, or see `keben schema` for the fields there are"
            )),
            near => diagnostic.help(text!("是不是“{}”？", "did you mean “{}”?"; near.join("”“"))),
        });
        meant.map(|field| field.name)
    }

    fn wrong(&mut self, span: Span, field: &Field, zh: &str, en: &str) -> Diagnostic {
        let Field { name, chinese, .. } = field;
        Diagnostic::new(Code(103), span, text!("“{chinese}”（{name}）应为{zh}", "“{name}” must be {en}"))
    }

    fn value(&mut self, node: &Node, shape: &Shape, field: &Field) -> Option<Value> {
        match shape {
            Shape::List { of, .. } => return self.list(node, of, field),
            Shape::Record(fields) => {
                if !matches!(node.value, yaml::Value::Map(_)) {
                    let wrong =
                        self.wrong(node.span, field, "一组字段，写成 {字段: 值, …}", "a map of fields");
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
            let wrong = self.wrong(
                node.span,
                field,
                "一个值，不能是列表或一组字段",
                "a single value, not a list or a map",
            );
            self.diagnostics.push(wrong);
            return None;
        };
        let written = written.trim();
        match self.scalar(node.span, written, shape, field) {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                None
            }
        }
    }

    fn list(&mut self, node: &Node, of: &Shape, field: &Field) -> Option<Value> {
        let yaml::Value::List(items) = &node.value else {
            let mut wrong = self.wrong(node.span, field, "列表", "a list");
            if let yaml::Value::Scalar { text: written, plain: true } = &node.value {
                // 甲、乙 and 甲，乙 are how a list is written by hand.
                let items: Vec<&str> =
                    written.split(['、', '，', ',']).map(str::trim).filter(|item| !item.is_empty()).collect();
                if !written.contains(['[', ']', '{', '}', '#', ':', '"', '\'']) && !items.is_empty() {
                    let fixed = format!("[{}]", items.join(", "));
                    wrong = wrong
                        .help(text!("写成 {}: {}", "write {}: {}"; field.name, fixed))
                        .fix(node.span, fixed);
                }
            }
            self.diagnostics.push(wrong);
            return None;
        };
        let values = items
            .iter()
            .filter(|item| !matches!(item.value, yaml::Value::Null))
            .filter_map(|item| Some(Spanned::new(self.value(item, of, field)?, item.span)))
            .collect();
        Some(Value::List(values))
    }

    fn gates(&mut self, node: &Node, fields: &[Field], field: &Field) -> Option<Value> {
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
                let all: Vec<String> =
                    terms.iter().map(|term| format!("{}（{}）", term.id.value, term.label)).collect();
                self.diagnostics.push(
                    Diagnostic::new(
                        Code(102),
                        entry.key.span,
                        text!("没有“{}”这一关审核", "there is no review gate “{}”"; entry.key.value),
                    )
                    .help(text!("可用的有：{}", "there are: {}"; all.join("、"))),
                );
                odd = true;
                continue;
            };
            let record = match entry.value.value {
                yaml::Value::Null => Record::default(),
                yaml::Value::Map(_) => self.record(&entry.value, &[fields]),
                _ => {
                    let wrong =
                        self.wrong(entry.value.span, field, "{by: 审核人, date: 日期}", "{by: .., date: ..}");
                    self.diagnostics.push(wrong);
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
    let Value::List(items) = value else { return false };
    items.len() < node.items().iter().filter(|item| !matches!(item.value, yaml::Value::Null)).count()
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
