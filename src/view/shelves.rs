//! Layer 8: indexes that stand in groups: terms by their first letter, institutions by level and kind, teachers by role.
//! Knows the site. Must not know templates.

use super::catalogue::Catalogue;
use super::list::{ListPage, PAGE_SIZE, kind_first, kind_page, page_path};
use super::order::courses_naming;
use super::{Entry, Link, Text, facts, pinyin};
use crate::fields::Kind;
use crate::site::DocId;
use crate::taxonomy::Vocabulary;
use serde::Serialize;

/// Courses that a teacher's entry names.
const COURSES: usize = 12;

#[derive(Clone, Debug, Serialize)]
pub struct ShelvesPage<'a> {
    #[serde(flatten)]
    pub list: ListPage<'a>,
    /// To every group, on whichever page it begins.
    pub jumps: Vec<Link<'a>>,
    pub shelves: Vec<Shelf<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Shelf<'a> {
    /// `g-1`: its number among all groups of the list.
    pub id: String,
    pub label: Text<'a>,
    pub items: Vec<Item<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Item<'a> {
    #[serde(flatten)]
    pub entry: Entry<'a>,
    /// What a teacher teaches.
    pub courses: Vec<Link<'a>>,
}

/// Does the index of a kind stand in groups?
pub(super) fn in_groups(kind: Kind) -> bool {
    matches!(kind, Kind::Term | Kind::Institution | Kind::Teacher)
}

pub(super) fn shelves_page<'s>(catalogue: &'s Catalogue<'_>, kind: Kind, page: usize) -> ShelvesPage<'s> {
    let list = ListPage { entries: Vec::new(), ..kind_page(catalogue, kind, page) };
    let first = kind_first(kind);
    let mut jumps: Vec<Link<'_>> = Vec::new();
    let mut shelves: Vec<Shelf<'_>> = Vec::new();
    let mut last: Option<Text<'_>> = None;
    for (at, id) in catalogue.of_kind(kind).iter().enumerate() {
        let label = label(catalogue, kind, *id);
        let its_page = at / PAGE_SIZE + 1;
        if last.as_ref() != Some(&label) {
            let path = format!("{}#g-{}", page_path(&first, its_page), jumps.len() + 1);
            jumps.push(Link::to(label.clone(), path));
            last = Some(label.clone());
        }
        if its_page != page {
            continue;
        }
        if shelves.last().is_none_or(|shelf| shelf.label != label) {
            shelves.push(Shelf { id: format!("g-{}", jumps.len()), label, items: Vec::new() });
        }
        if let Some(shelf) = shelves.last_mut() {
            shelf.items.push(item(catalogue, kind, *id));
        }
    }
    ShelvesPage { list, jumps, shelves }
}

fn label<'s>(catalogue: &'s Catalogue<'_>, kind: Kind, id: DocId) -> Text<'s> {
    let document = catalogue.site.get(id);
    let meta = &document.meta;
    match kind {
        Kind::Term => pinyin::letter(&pinyin::reading(document.title())).map_or_else(
            || catalogue.word("other_letters").into(),
            |letter| letter.to_uppercase().to_string().into(),
        ),
        Kind::Teacher => facts::choice(catalogue, document, "role").unwrap_or_default(),
        _ => {
            let level = meta.text("level").map(|id| catalogue.label(Vocabulary::Levels, id));
            let kind = meta.text("kind").map(|id| catalogue.label(Vocabulary::InstitutionKinds, id));
            level.into_iter().chain(kind).collect::<Vec<_>>().join(" · ").into()
        }
    }
}

fn item<'s>(catalogue: &'s Catalogue<'_>, kind: Kind, id: DocId) -> Item<'s> {
    let mut entry = catalogue.entry(id, false);
    let mut courses = Vec::new();
    match kind {
        Kind::Term => entry.summary = catalogue.site.get(id).meta.text("gloss"),
        Kind::Teacher => {
            let named = courses_naming(catalogue, id, "teachers");
            courses = named.iter().take(COURSES).filter_map(|course| catalogue.link(*course)).collect();
            entry.note.clear();
        }
        // The heading says the rest.
        Kind::Institution => {
            let region = catalogue.site.get(id).meta.text("region");
            entry.note =
                region.map_or(String::new(), |id| catalogue.label(Vocabulary::Regions, id).to_owned());
        }
        _ => {}
    }
    Item { entry, courses }
}
