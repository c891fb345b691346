//! Layer 7: what changed since the site was built last: each document as a few values, and the days on which they
//! differed. Knows the site and the record that the last build left; must not know the disk, HTML or any wording.

mod compare;
mod record;
mod snapshot;

pub use compare::{MOST_DAYS, next};
pub use record::{PATH, Record, read};

use crate::date::Date;
use crate::fields::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is remembered of one field of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Held {
    /// Ids, numbers and days as they are written; references as `kind/id`. These can be told later.
    Values(Vec<String>),
    /// A hash: that it changed can be told, what it said cannot. What its author took back is not kept alive by a list
    /// of changes.
    Hash(String),
}

/// A document by field name; [`TITLE`], [`STATUS`] and [`BODY`] are always there.
pub type Fields = BTreeMap<String, Held>;

pub const TITLE: &str = "title";
pub const STATUS: &str = "status";
pub const BODY: &str = "body";

/// A day on which the site was built and differed from the day before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// By `kind/id`, each once.
    pub items: Vec<Item>,
    /// How many more there were of each [`Act`], once the day is over and its list has been cut.
    pub more: [usize; 3],
}

/// One document on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// `kind/id`
    pub id: String,
    /// As it was last called.
    pub title: String,
    /// The fields that changed, as they were when the day began (`null`: not there). `None`: the document was not there.
    pub was: Option<BTreeMap<String, Option<Held>>>,
    /// Whether it was there when the day ended.
    pub is: bool,
    /// The fields that changed, as they are now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub now: BTreeMap<String, Option<Held>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Added,
    Changed,
    Withdrawn,
}

impl Act {
    pub const ALL: [Act; 3] = [Act::Added, Act::Changed, Act::Withdrawn];
}

impl Item {
    pub fn act(&self) -> Act {
        let retired = |fields: &BTreeMap<String, Option<Held>>| matches!(fields.get(STATUS), Some(Some(held)) if is_retired(held));
        match &self.was {
            None => Act::Added,
            Some(_) if !self.is || retired(&self.now) => Act::Withdrawn,
            Some(was) if retired(was) => Act::Added,
            Some(_) => Act::Changed,
        }
    }

    pub fn key(&self) -> Option<(Kind, &str)> {
        key(&self.id)
    }
}

/// `course/x` as a kind and an id.
pub fn key(id: &str) -> Option<(Kind, &str)> {
    let (kind, id) = id.split_once('/')?;
    Some((Kind::from_id(kind)?, id))
}

fn is_retired(status: &Held) -> bool {
    matches!(status, Held::Values(values) if values == &["retired"])
}
