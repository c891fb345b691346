//! Layer 7, changes: the record as a file: one line a document, one line an event. What cannot be read is no record.

use super::{BODY, Day, Fields, Held, Item, MOST_DAYS, STATUS, TITLE, key};
use crate::date::Date;
use crate::diagnostics::{Text, text};
use crate::document::is_id;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where it lies in a built site. It is not among the files that the site's sums list.
pub const PATH: &str = "_keben/documents.json";

const FORMAT: u32 = 1;

/// What a build leaves for the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// By `kind/id`.
    pub documents: BTreeMap<String, Fields>,
    /// The latest first.
    pub days: Vec<Day>,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    sum: String,
    #[serde(default)]
    documents: BTreeMap<String, Fields>,
    #[serde(default)]
    days: Vec<FileDay>,
}

#[derive(Deserialize)]
struct FileDay {
    date: String,
    more: [usize; 3],
    items: Vec<Item>,
}

impl Record {
    /// Equal records are equal bytes.
    pub fn to_text(&self) -> String {
        let mut body = String::from("\"documents\":{");
        for (at, (id, fields)) in self.documents.iter().enumerate() {
            body.push_str(if at == 0 { "\n" } else { ",\n" });
            body.push_str(&format!("{}:{}", json(id), json(fields)));
        }
        body.push_str("\n},\n\"days\":[");
        for (at, day) in self.days.iter().enumerate() {
            body.push_str(if at == 0 { "\n" } else { ",\n" });
            body.push_str(&format!("{{\"date\":\"{}\",\"more\":{},\"items\":[", day.date, json(&day.more)));
            for (at, item) in day.items.iter().enumerate() {
                body.push_str(if at == 0 { "\n" } else { ",\n" });
                body.push_str(&json(item));
            }
            body.push_str("\n]}");
        }
        body.push_str("\n]}\n");
        format!("{{\"format\":{FORMAT},\"sum\":\"{}\",\n{body}", sum(&body))
    }
}

/// None of these values can fail to become JSON.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn sum(body: &str) -> String {
    Sha256::digest(body.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record of the last build. One that is cut, edited or of another version is said to be, and counts as none.
pub fn read(bytes: &[u8]) -> Result<Record, Text> {
    let damaged = || {
        text!(
            "上次生成留下的记录 {PATH} 已损坏，更新记录从这次重新开始",
            "the record of the last build, {PATH}, is damaged; the list of changes starts anew"
        )
    };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
    let (head, body) = text.split_once(",\n").ok_or_else(damaged)?;
    if let Some(format) = head.strip_prefix("{\"format\":").and_then(|rest| rest.split(',').next())
        && format.parse::<u32>().is_ok_and(|format| format != FORMAT)
    {
        return Err(text!(
            "上次生成留下的记录 {PATH} 属于另一版本的 keben，更新记录从这次重新开始",
            "the record of the last build, {PATH}, belongs to another version of keben; the list of changes starts anew"
        ));
    }
    let file: File = serde_json::from_str(text).map_err(|_| damaged())?;
    let known = |id: &str| key(id).is_some_and(|(_, id)| is_id(id));
    let whole = |fields: &Fields| {
        let value = |name| matches!(fields.get(name), Some(Held::Values(values)) if values.len() == 1);
        value(TITLE) && value(STATUS) && matches!(fields.get(BODY), Some(Held::Hash(_)))
    };
    let sound = file.format == FORMAT
        && file.sum == sum(body)
        && file.documents.iter().all(|(id, fields)| known(id) && whole(fields))
        && file.days.len() <= MOST_DAYS
        && file.days.iter().all(|day| day.items.iter().all(|item| known(&item.id)));
    if !sound {
        return Err(damaged());
    }
    let day = |day: FileDay| Some(Day { date: Date::parse(&day.date)?, items: day.items, more: day.more });
    let days = file.days.into_iter().map(day).collect::<Option<Vec<Day>>>().ok_or_else(damaged)?;
    Ok(Record { documents: file.documents, days })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let fields = Fields::from([
            (TITLE.to_owned(), Held::Values(vec!["一“二”\n".into()])),
            (STATUS.to_owned(), Held::Values(vec!["published".into()])),
            (BODY.to_owned(), Held::Hash("00ff".into())),
        ]);
        let item = |id: &str, was| Item {
            id: id.into(),
            title: "甲".into(),
            was,
            is: true,
            now: BTreeMap::from([("hours".to_owned(), None)]),
        };
        let was = Some(BTreeMap::from([("hours".to_owned(), Some(Held::Values(vec!["4".into()])))]));
        Record {
            documents: BTreeMap::from([
                ("course/a".to_owned(), fields.clone()),
                ("term/b".to_owned(), fields),
            ]),
            days: vec![Day {
                date: Date::new(2022, 12, 1).unwrap(),
                items: vec![item("course/a", was), item("course/b", None)],
                more: [0, 2, 0],
            }],
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        for record in [record(), Record::default()] {
            assert_eq!(read(record.to_text().as_bytes()), Ok(record));
        }
        let text = record().to_text();
        assert_eq!(text.lines().filter(|line| line.starts_with("\"course/a\":")).count(), 1, "{text}");
    }

    #[test]
    fn a_record_that_is_cut_edited_or_of_another_version_is_none() {
        let text = record().to_text();
        for end in 0..text.len() - 1 {
            assert!(read(&text.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(read(&bytes).is_err(), "edited at {at}");
        }
        let other = read(text.replacen("\"format\":1", "\"format\":2", 1).as_bytes()).unwrap_err();
        assert!(other.en.contains("another version"), "{other:?}");
    }
}
