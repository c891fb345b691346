//! Layer 4: one scalar to a value of its shape, or what is wrong with it and what to type instead.

use super::decode::Decoder;
use super::{Choice, Field, Halves, Kind, Shape, Value};
use crate::date::{self, Date, Partial};
use crate::diagnostics::{Code, Diagnostic, nearest, text};
use crate::source::Span;
use crate::taxonomy::Vocabulary;

impl Decoder<'_> {
    pub(super) fn scalar(
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
        if self.context.taxonomy.terms(vocabulary).is_empty() {
            // An edition without this section has had its message; its values are no mistakes of the document.
            return Ok(Value::Id(written.to_owned()));
        }
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
