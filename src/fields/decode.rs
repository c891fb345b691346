//! Layer 4: a YAML tree to a [`Record`] by a table of fields, with every problem of the block at its place.

use super::{Choice, Field, Gates, Halves, Kind, Need, Record, Shape, Value};
use crate::date::{self, Date, Partial};
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

struct Decoder<'a> {
    context: &'a Context<'a>,
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
                    self.diagnostics.push(Diagnostic::new(
                        Code(101),
                        entry.key.span,
                        text!("“{}”（{}）没有填写", "“{}” ({}) is empty"; field.chinese, field.name),
                    ));
                }
                continue;
            }
            match self.value(&entry.value, &field.shape, field) {
                Some(value) => record.push(field.name, Spanned::new(value, entry.value.span)),
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
                self.diagnostics.push(
                    Diagnostic::new(
                        Code(101),
                        place,
                        text!("缺少必填字段“{}”（{}）", "the required field “{}” ({}) is missing"; field.chinese, field.name),
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
            let Some(term) = self.context.taxonomy.find(Vocabulary::ReviewGates, &entry.key.value) else {
                let terms = self.context.taxonomy.terms(Vocabulary::ReviewGates);
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

    fn scalar(
        &self,
        span: Span,
        written: &str,
        shape: &Shape,
        field: &Field,
    ) -> Result<Value, Box<Diagnostic>> {
        let Field { name, chinese, .. } = field;
        let wrong = |zh: &str, en: &str| {
            let message = text!(
                "“{chinese}”（{name}）应为{zh}，现在是“{written}”",
                "“{name}” must be {en}, not “{written}”"
            );
            Diagnostic::new(Code(103), span, message)
        };
        let range = |zh: String, en: String| {
            let message =
                text!("“{chinese}”（{name}）{zh}，现在是 {written}", "“{name}” must be {en}, not {written}");
            Diagnostic::new(Code(104), span, message)
        };
        match shape {
            Shape::Text => Ok(Value::Text(written.to_owned())),
            Shape::Boolean => match written {
                "true" | "是" => Ok(Value::Boolean(true)),
                "false" | "否" => Ok(Value::Boolean(false)),
                _ => Err(Box::new(wrong("true（是）或 false（否）", "true or false"))),
            },
            Shape::Integer { min, max } => {
                let number = written.parse::<i64>().map_err(|_| {
                    let diagnostic = wrong("整数", "a whole number");
                    Box::new(match leading_number(written).filter(|number| !number.contains('.')) {
                        Some(number) => diagnostic
                            .help(text!("写成 {}: {}", "write {}: {}"; field.name, number))
                            .fix(span, number),
                        None => diagnostic,
                    })
                })?;
                if !(*min..=*max).contains(&number) {
                    return Err(Box::new(range(
                        format!("应在 {min} 到 {max} 之间"),
                        format!("from {min} to {max}"),
                    )));
                }
                Ok(Value::Integer(number))
            }
            Shape::Halves { max } => {
                let millionths = decimal(written).ok_or_else(|| {
                    let diagnostic = wrong("数字", "a number");
                    Box::new(match leading_number(written) {
                        Some(number) => diagnostic.help(text!("只写数字：{}: {}", "write the number only: {}: {}"; field.name, number)).fix(span, number),
                        None => diagnostic,
                    })
                })?;
                let most = i64::from(*max) * 500_000;
                if millionths % 500_000 != 0 || millionths <= 0 || millionths > most {
                    let most = max / 2;
                    return Err(Box::new(range(
                        format!("应大于 0、不超过 {most}，且是 0.5 的倍数"),
                        format!("more than 0, at most {most}, in steps of 0.5"),
                    )));
                }
                Ok(Value::Halves(Halves((millionths / 500_000) as u32)))
            }
            Shape::Decimal { min, max } => {
                let millionths = decimal(written).ok_or_else(|| Box::new(wrong("数字", "a number")))?;
                if !(*min..=*max).contains(&millionths) {
                    let (min, max) = (min / 1_000_000, max / 1_000_000);
                    return Err(Box::new(range(
                        format!("应在 {min} 到 {max} 之间"),
                        format!("from {min} to {max}"),
                    )));
                }
                Ok(Value::Decimal(millionths))
            }
            Shape::Date => Date::parse(written).map(Value::Date).ok_or_else(|| {
                let digits = written.bytes().filter(u8::is_ascii_digit).count();
                if digits == 8 && written.len() == 10 && written.matches('-').count() == 2 {
                    let message = text!("没有 {written} 这一天", "there is no such day as {written}");
                    return Box::new(Diagnostic::new(Code(103), span, message));
                }
                let day = date::respell(written).filter(|date| Date::parse(date).is_some());
                let diagnostic = wrong("日期（年-月-日，例如 2022-09-01）", "a date such as 2022-09-01");
                Box::new(match day {
                    Some(day) => diagnostic.help(text!("写成 {}", "write {}"; day)).fix(span, day),
                    None => diagnostic,
                })
            }),
            Shape::Period => Partial::parse(written).map(Value::Period).ok_or_else(|| {
                let diagnostic =
                    wrong("日期（年、年-月或年-月-日）", "a date: year, year-month or year-month-day");
                Box::new(match date::respell(written) {
                    Some(date) => diagnostic.help(text!("写成 {}", "write {}"; date)).fix(span, date),
                    None => diagnostic,
                })
            }),
            Shape::NumberOrText => {
                Ok(written.parse().map_or_else(|_| Value::Text(written.to_owned()), Value::Integer))
            }
            Shape::Slot => {
                let (hour, minute) = written.split_once(':').unwrap_or(("", ""));
                let clock = hour.len() == 2
                    && minute.len() == 2
                    && hour.parse::<u8>().is_ok_and(|hour| hour < 24)
                    && minute.parse::<u8>().is_ok_and(|minute| minute < 60);
                let slot = match written {
                    "am" | "上午" => "am",
                    "pm" | "下午" => "pm",
                    "evening" | "晚上" | "晚间" => "evening",
                    _ if clock => written,
                    _ => {
                        let diagnostic = wrong(
                            "am（上午）、pm（下午）、evening（晚上）或 HH:MM",
                            "am, pm, evening or HH:MM",
                        );
                        let short = hour.len() == 1
                            && hour.bytes().all(|byte| byte.is_ascii_digit())
                            && minute.len() == 2;
                        return Err(Box::new(if short {
                            diagnostic
                                .help(text!("写成 0{written}", "write 0{written}"))
                                .fix(span, format!("\"0{written}\""))
                        } else {
                            diagnostic
                        }));
                    }
                };
                Ok(Value::Text(slot.to_owned()))
            }
            Shape::Choice(choices) => {
                choose(choices, written).map(|id| Value::Id(id.to_owned())).ok_or_else(|| {
                    let names: Vec<(&str, &str)> =
                        choices.iter().map(|choice| (choice.id, choice.chinese)).collect();
                    Box::new(not_in_vocabulary(span, written, field.chinese, field.name, &names))
                })
            }
            Shape::Term(vocabulary) => self.term(*vocabulary, span, written),
            Shape::Reference(kind) => reference(span, written, *kind),
            Shape::OwnKind => match self.context.kind {
                Some(kind) => reference(span, written, kind),
                None => Ok(Value::Text(written.to_owned())),
            },
            Shape::List { .. } | Shape::Record(_) | Shape::Gates(_) => Ok(Value::Text(written.to_owned())),
        }
    }

    /// An unregistered topic of an open module has a code of its own (KB-203).
    fn term(&self, vocabulary: Vocabulary, span: Span, written: &str) -> Result<Value, Box<Diagnostic>> {
        match self.context.taxonomy.find(vocabulary, written) {
            Some(term) => Ok(Value::Id(term.id.value.clone())),
            None => {
                let terms = self.context.taxonomy.terms(vocabulary);
                let names: Vec<(&str, &str)> =
                    terms.iter().map(|term| (term.id.value.as_str(), term.label.as_str())).collect();
                let code = if vocabulary == Vocabulary::XTopics { Code(203) } else { Code(201) };
                let diagnostic =
                    not_in_vocabulary(span, written, vocabulary.chinese(), vocabulary.english(), &names);
                Err(Box::new(Diagnostic { code, severity: code.severity(), ..diagnostic }))
            }
        }
    }
}

/// KB-201 with what may have been meant, or with all there is when that is short.
fn not_in_vocabulary(span: Span, written: &str, zh: &str, en: &str, names: &[(&str, &str)]) -> Diagnostic {
    let near = nearest(written, names.iter().flat_map(|(id, label)| [*id, *label]), 3);
    let shown = |(id, label): &(&str, &str)| format!("{label}（{id}）");
    let meant: Vec<String> = near
        .iter()
        .filter_map(|near| names.iter().find(|(id, label)| id == near || label == near))
        .map(shown)
        .collect();
    let diagnostic = Diagnostic::new(
        Code(201),
        span,
        text!("“{written}”不在“{zh}”词表中", "“{written}” is not in the vocabulary “{en}”"),
    );
    if !meant.is_empty() {
        let mut meant = meant;
        meant.dedup();
        diagnostic.help(text!("最接近的有：{}", "nearest: {}"; meant.join("、")))
    } else if names.len() <= 16 && !names.is_empty() {
        let all: Vec<String> = names.iter().map(shown).collect();
        diagnostic.help(text!("可用的有：{}", "there are: {}"; all.join("、")))
    } else {
        diagnostic.help(text!("可用的值见课程方案文件的“{zh}”一节", "see the section “{en}” of the edition"))
    }
}

fn choose(choices: &[Choice], written: &str) -> Option<&'static str> {
    choices
        .iter()
        .find(|choice| choice.id == written || choice.chinese == written || choice.aliases.contains(&written))
        .map(|choice| choice.id)
}

/// `id`, or `kind/id` where the kind is the right one.
fn reference(span: Span, written: &str, kind: Kind) -> Result<Value, Box<Diagnostic>> {
    match written.split_once('/') {
        None => Ok(Value::Reference(kind, written.to_owned())),
        Some((prefix, id)) if prefix == kind.id() || prefix == kind.folder() => {
            Ok(Value::Reference(kind, id.to_owned()))
        }
        Some(_) => {
            let (zh, en) = (kind.chinese(), kind.english());
            Err(Box::new(
                Diagnostic::new(
                    Code(302),
                    span,
                    text!("这里要引用{zh}，“{written}”不是", "this must name a {en}, not “{written}”"),
                )
                .help(text!("只写{zh}的编号", "write the id of a {en}")),
            ))
        }
    }
}

/// `2`, `2.5`, `120.75` in millionths.
fn decimal(written: &str) -> Option<i64> {
    let (negative, digits) = match written.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, written),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || whole.len() > 9 {
        return None;
    }
    let part = format!("{part:0<6}");
    // Digits beyond millionths must not be lost in silence: a step rule would then pass what it must not.
    if part[6..].bytes().any(|byte| byte != b'0') {
        return None;
    }
    let millionths = whole.parse::<i64>().ok()? * 1_000_000 + part[..6].parse::<i64>().ok()?;
    Some(if negative { -millionths } else { millionths })
}

/// The number at the head of `8学时` or `８`.
fn leading_number(written: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '．' => '.',
        c => c,
    };
    let number: String =
        written.chars().map(narrow).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest = written.chars().count() - number.chars().count();
    (decimal(&number).is_some() && rest <= 4).then_some(number)
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
