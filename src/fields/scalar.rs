//! Layer 4: one scalar to a value of its shape, or what is wrong with it and what to type instead.

use super::decode::Decoder;
use super::number::{decimal, plain_number};
use super::{Field, Halves, Kind, Shape, Value};
use crate::date::{self, Date, Partial};
use crate::diagnostics::{Code, Diagnostic, fold, text};
use crate::source::Span;

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
        let numeric = |diagnostic: Diagnostic, right: Option<String>| {
            Box::new(match right {
                Some(right) => diagnostic
                    .help(text!("只写半角数字：{}: {}", "write the number only: {}: {}"; name, right))
                    .fix(span, right),
                None => diagnostic
                    .help(text!("只写半角数字，不加单位", "write a number in digits, without a unit")),
            })
        };
        match shape {
            Shape::Text => Ok(Value::Text(written.to_owned())),
            Shape::Boolean => match written {
                "true" | "是" => Ok(Value::Boolean(true)),
                "false" | "否" => Ok(Value::Boolean(false)),
                _ => {
                    let diagnostic = wrong("true（是）或 false（否）", "true or false");
                    let right = match fold(written).as_str() {
                        "true" | "yes" | "y" | "对" | "√" => Some("true"),
                        "false" | "no" | "n" | "×" => Some("false"),
                        _ => None,
                    };
                    Err(Box::new(match right {
                        Some(right) => {
                            diagnostic.help(text!("写成 {right}", "write {right}")).fix(span, right)
                        }
                        None => diagnostic,
                    }))
                }
            },
            Shape::Integer { min, max } => {
                let number = written.parse::<i64>().map_err(|_| {
                    let right = plain_number(written, name).filter(|right| right.parse::<i64>().is_ok());
                    numeric(wrong("整数", "a whole number"), right)
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
                let millionths = decimal(written)
                    .ok_or_else(|| numeric(wrong("数字", "a number"), plain_number(written, name)))?;
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
                let millionths = decimal(written)
                    .ok_or_else(|| numeric(wrong("数字", "a number"), plain_number(written, name)))?;
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
                let spelt = date::respell(written);
                let day = spelt.as_deref().filter(|spelt| spelt.len() == 10);
                if let Some(day) = day.filter(|day| Date::parse(day).is_none()) {
                    return Box::new(no_such_day(span, day));
                }
                let diagnostic = wrong("日期（年-月-日，例如 2022-09-01）", "a date such as 2022-09-01");
                Box::new(match (day, spelt.as_deref()) {
                    (Some(day), _) => diagnostic.help(text!("写成 {}", "write {}"; day)).fix(span, day),
                    (None, Some(_)) => diagnostic.help(text!(
                        "补全到日，写成 2022-09-01 的样子",
                        "write the whole date, as in 2022-09-01"
                    )),
                    _ => diagnostic.help(text!(
                        "写成 2022-09-01 的样子：四位年、两位月、两位日，中间用半角短横线",
                        "write it as 2022-09-01"
                    )),
                })
            }),
            Shape::Period => Partial::parse(written).map(Value::Period).ok_or_else(|| {
                let spelt = date::respell(written);
                if let Some(day) = spelt.as_deref().filter(|spelt| Partial::parse(spelt).is_none()) {
                    return Box::new(no_such_day(span, day));
                }
                let diagnostic =
                    wrong("日期（年、年-月或年-月-日）", "a date: year, year-month or year-month-day");
                Box::new(match spelt {
                    Some(date) => diagnostic.help(text!("写成 {}", "write {}"; date)).fix(span, date),
                    None => diagnostic.help(text!(
                        "写成 2003、2003-06 或 2003-06-05 的样子",
                        "write it as 2003, 2003-06 or 2003-06-05"
                    )),
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
                        return Err(Box::new(match clock_of(written) {
                            Some(right) => {
                                diagnostic.help(text!("写成 {right}", "write {right}")).fix(span, right)
                            }
                            None => diagnostic,
                        }));
                    }
                };
                Ok(Value::Text(slot.to_owned()))
            }
            Shape::Choice(choices) => self.choice(choices, span, written, field),
            Shape::Term(vocabulary) => self.term(*vocabulary, span, written),
            Shape::Reference(kind) => reference(span, written, *kind),
            Shape::OwnKind => match self.context.kind {
                Some(kind) => reference(span, written, kind),
                None => Ok(Value::Text(written.to_owned())),
            },
            Shape::List { .. } | Shape::Record(_) | Shape::Gates(_) => Ok(Value::Text(written.to_owned())),
        }
    }
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

fn no_such_day(span: Span, day: &str) -> Diagnostic {
    Diagnostic::new(Code(103), span, text!("没有 {day} 这一天", "there is no such day as {day}"))
        .help(text!("对照日历改成实际的日期", "look the day up and write the right date"))
}

/// `9:00`, `９：００`, `AM` as the field has them.
fn clock_of(written: &str) -> Option<String> {
    let folded = fold(written);
    match folded.as_str() {
        "am" | "morning" | "早上" | "早晨" => return Some("am".into()),
        "pm" | "afternoon" => return Some("pm".into()),
        "evening" | "夜间" | "夜晚" => return Some("evening".into()),
        _ => {}
    }
    let (hour, minute) = folded.split_once([':', '.'])?;
    let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok().filter(|_| minute.len() == 2)?);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}
