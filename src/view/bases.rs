//! Layer 8: the index of places to teach at: squares for the regions of the edition, and a table.
//! A square's place is the edition's word. No boundary is drawn: a map with boundaries needs an approval number.

use super::catalogue::Catalogue;
use super::facet::{FACETS, REGION};
use super::list::{ListPage, PAGE_SIZE, kind_page};
use super::{Link, Text};
use crate::fields::Kind;
use crate::site::DocId;
use crate::taxonomy::{Term, Vocabulary};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct BasesPage<'a> {
    #[serde(flatten)]
    pub list: ListPage<'a>,
    /// Rows of the grid from the top; empty when the edition places no region.
    pub grid: Vec<Vec<Option<Tile<'a>>>>,
    pub rows: Vec<BaseRow<'a>>,
    /// Some base says how many it takes: a column of blanks helps nobody.
    pub sized: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Tile<'a> {
    pub label: &'a str,
    pub count: usize,
    /// The list of the region, when it has bases.
    pub path: Option<Text<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct BaseRow<'a> {
    pub title: Link<'a>,
    pub flag: Option<&'a str>,
    pub region: &'a str,
    pub level: &'a str,
    pub themes: Vec<&'a str>,
    /// 100 人; empty when it is not said.
    pub capacity: String,
    /// Courses taught there.
    pub courses: usize,
}

pub(super) fn bases_page<'s>(catalogue: &'s Catalogue<'_>) -> BasesPage<'s> {
    let list = ListPage { entries: Vec::new(), ..kind_page(catalogue, Kind::Base, 1) };
    let shown = catalogue.of_kind(Kind::Base).iter().take(PAGE_SIZE);
    let rows: Vec<BaseRow<'_>> = shown.map(|id| row(catalogue, *id)).collect();
    let sized = rows.iter().any(|row| !row.capacity.is_empty());
    BasesPage { list, grid: grid(catalogue), rows, sized }
}

fn grid<'s>(catalogue: &'s Catalogue<'_>) -> Vec<Vec<Option<Tile<'s>>>> {
    let regions = catalogue.site.taxonomy.terms(Vocabulary::Regions);
    let placed: Vec<(&Term, (usize, usize))> =
        regions.iter().filter_map(|region| Some((region, region.tile.as_ref()?.value))).collect();
    let width = placed.iter().map(|(_, (column, _))| *column).max().unwrap_or(0);
    let height = placed.iter().map(|(_, (_, row))| *row).max().unwrap_or(0);
    let mut grid: Vec<Vec<Option<Tile<'_>>>> =
        (0..height).map(|_| (0..width).map(|_| None).collect()).collect();
    for (region, (column, row)) in placed {
        let id = &region.id.value;
        let of_kind = |id: &&DocId| catalogue.site.get(**id).kind == Kind::Base;
        let count = catalogue.with(REGION, id).iter().filter(of_kind).count();
        let path = (count > 0).then(|| Text::from(FACETS[REGION].path(id)));
        if let Some(square) = grid.get_mut(row - 1).and_then(|row| row.get_mut(column - 1)) {
            *square = Some(Tile { label: &region.label, count, path });
        }
    }
    grid
}

fn row<'s>(catalogue: &'s Catalogue<'_>, id: DocId) -> BaseRow<'s> {
    let site = catalogue.site;
    let meta = &site.get(id).meta;
    let label =
        |vocabulary, field: &str| meta.text(field).map_or("", |value| catalogue.label(vocabulary, value));
    let taught = |course: &&DocId| {
        let refers = |from: DocId, to: DocId, field| {
            site.references(from).iter().any(|reference| reference.to == to && reference.field == Some(field))
        };
        refers(**course, id, "bases") || refers(id, **course, "courses")
    };
    let near = site.backlinks(id).iter().chain(site.references(id).iter().map(|reference| &reference.to));
    let mut courses: Vec<&DocId> = near.filter(|other| site.get(**other).kind == Kind::Course).collect();
    courses.sort_unstable();
    courses.dedup();
    BaseRow {
        title: Link::to(catalogue.name(id), catalogue.url(id)),
        flag: catalogue.entry(id, false).flag,
        region: city(catalogue, meta.text("region").unwrap_or_default()),
        level: label(Vocabulary::Levels, "level"),
        themes: meta.texts("themes").map(|theme| catalogue.label(Vocabulary::BaseThemes, theme)).collect(),
        capacity: meta
            .integer("capacity")
            .map(|n| catalogue.say("n_people", &[("n", &n)]))
            .unwrap_or_default(),
        courses: courses
            .iter()
            .filter(|course| site.has_page(***course))
            .filter(|course| taught(course))
            .count(),
    }
}

/// The region that has a square, of this one and those above it; else the region itself.
fn city<'s>(catalogue: &'s Catalogue<'_>, region: &'s str) -> &'s str {
    let taxonomy = &catalogue.site.taxonomy;
    let mut at = taxonomy.find(Vocabulary::Regions, region);
    // No chain is longer than the list, unless it goes in a circle.
    for _ in taxonomy.terms(Vocabulary::Regions) {
        match at {
            Some(term) if term.tile.is_some() => return &term.label,
            Some(term) => at = term.parent.as_deref().and_then(|id| taxonomy.find(Vocabulary::Regions, id)),
            None => break,
        }
    }
    catalogue.label(Vocabulary::Regions, region)
}
