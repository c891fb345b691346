//! Layer 7: the four tables of coverage.

use super::in_use;
use crate::diagnostics::{Text, text};
use crate::document::Document;
use crate::fields::Kind;
use crate::site::{DocId, Site};
use crate::taxonomy::{Term, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// A table of counts.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    pub id: &'static str,
    pub label: Text,
    pub rows: Vec<Axis<'a>>,
    pub columns: Vec<Axis<'a>>,
    /// By row, then column.
    pub cells: Vec<Vec<u32>>,
}

/// What a row or a column stands for.
#[derive(Clone, Debug)]
pub struct Axis<'a> {
    pub id: String,
    pub label: Text,
    /// The edition's term, where it is one.
    pub term: Option<&'a Term>,
}

pub const MODULE_AUDIENCE: &str = "module-audience";
pub const MODULE_KIND: &str = "module-kind";
pub const THEME_LEVEL: &str = "theme-level";
pub const WORK_MODULE: &str = "work-module";

/// The kinds that a module has: its courses and cases, and what its courses use or are used by.
const KINDS: [Kind; 5] = [Kind::Course, Kind::Case, Kind::Reading, Kind::Base, Kind::Programme];

pub(super) fn matrices(site: &Site) -> Vec<Matrix<'_>> {
    vec![module_audience(site), module_kind(site), theme_level(site), work_module(site)]
}

fn axis(term: &Term) -> Axis<'_> {
    let label = &term.label;
    Axis { id: term.id.value.clone(), label: text!("{label}", "{label}"), term: Some(term) }
}

fn axes(site: &Site, vocabulary: Vocabulary) -> Vec<Axis<'_>> {
    site.taxonomy.terms(vocabulary).iter().map(axis).collect()
}

impl<'a> Matrix<'a> {
    fn new(id: &'static str, label: Text, rows: Vec<Axis<'a>>, columns: Vec<Axis<'a>>) -> Matrix<'a> {
        let cells = vec![vec![0; columns.len()]; rows.len()];
        Matrix { id, label, rows, columns, cells }
    }

    /// One more where row and column meet; nothing where the edition has no such row or column.
    fn count(&mut self, row: &str, column: &str) {
        let at = |axes: &[Axis<'_>], id: &str| axes.iter().position(|axis| axis.id == id);
        if let (Some(row), Some(column)) = (at(&self.rows, row), at(&self.columns, column)) {
            self.cells[row][column] += 1;
        }
    }

    /// All of a row.
    pub fn sum(&self, row: usize) -> u32 {
        self.cells[row].iter().sum()
    }
}

fn module_audience(site: &Site) -> Matrix<'_> {
    let label = text!("模块 × 对象（课程数）", "modules by audience (courses)");
    let (rows, columns) = (axes(site, Vocabulary::Modules), axes(site, Vocabulary::Audiences));
    let mut matrix = Matrix::new(MODULE_AUDIENCE, label, rows, columns);
    for (_, course) in in_use(site, Kind::Course) {
        let Some(module) = course.meta.text("module") else { continue };
        for audience in course.meta.texts("audience").collect::<BTreeSet<_>>() {
            matrix.count(module, audience);
        }
    }
    matrix
}

fn module_kind(site: &Site) -> Matrix<'_> {
    let label = text!(
        "模块 × 种类（课程、案例，以及课程用到的读物、基地和排了课程的班次）",
        "modules by kind (courses, cases, and the readings, bases and programmes of the courses)"
    );
    let kind_axis = |kind: Kind| {
        let (zh, en) = (kind.chinese(), kind.english());
        Axis { id: kind.id().to_owned(), label: text!("{zh}", "{en}"), term: None }
    };
    let columns = KINDS.into_iter().map(kind_axis).collect();
    let mut matrix = Matrix::new(MODULE_KIND, label, axes(site, Vocabulary::Modules), columns);
    // Each document once for a module, whatever leads to it.
    let mut members: BTreeMap<&str, BTreeSet<DocId>> = BTreeMap::new();
    for kind in [Kind::Course, Kind::Case] {
        for (id, document) in in_use(site, kind) {
            if let Some(module) = document.meta.text("module") {
                members.entry(module).or_default().insert(id);
            }
        }
    }
    let module_of = |id: DocId| site.get(id).meta.text("module");
    for (id, course) in in_use(site, Kind::Course) {
        let Some(module) = course.meta.text("module") else { continue };
        let used = site.references(id).iter().map(|reference| reference.to);
        let using = site.backlinks(id).iter().copied().filter(|from| site.get(*from).kind == Kind::Base);
        let related = used.chain(using).filter(|to| matches!(site.get(*to).kind, Kind::Reading | Kind::Base));
        members.entry(module).or_default().extend(related);
    }
    for (id, _) in in_use(site, Kind::Programme) {
        for course in site.references(id).iter().filter(|one| one.field == Some("sessions")) {
            if let Some(module) = module_of(course.to) {
                members.entry(module).or_default().insert(id);
            }
        }
    }
    let used: BTreeSet<DocId> =
        KINDS.into_iter().flat_map(|kind| in_use(site, kind)).map(|(id, _)| id).collect();
    for (module, members) in members {
        for id in members.intersection(&used) {
            matrix.count(module, site.get(*id).kind.id());
        }
    }
    matrix
}

fn theme_level(site: &Site) -> Matrix<'_> {
    let label = text!("基地主题 × 级别（基地数）", "base themes by level (bases)");
    let (rows, columns) = (axes(site, Vocabulary::BaseThemes), axes(site, Vocabulary::Levels));
    let mut matrix = Matrix::new(THEME_LEVEL, label, rows, columns);
    for (_, base) in in_use(site, Kind::Base) {
        let Some(level) = base.meta.text("level") else { continue };
        for theme in base.meta.texts("themes").collect::<BTreeSet<_>>() {
            matrix.count(theme, level);
        }
    }
    matrix
}

/// Every volume of every required work by the module of the courses that use it; a use that names no volume is one of
/// each.
fn work_module(site: &Site) -> Matrix<'_> {
    let label = text!("必读书目 × 模块（课程数）", "required works by module (courses)");
    let rows: Vec<Axis<'_>> =
        site.taxonomy.terms(Vocabulary::RequiredReadings).iter().flat_map(volumes).collect();
    let mut columns = axes(site, Vocabulary::Modules);
    columns
        .push(Axis { id: NO_MODULE.to_owned(), label: text!("其他课程", "other courses"), term: None });
    let mut matrix = Matrix::new(WORK_MODULE, label, rows, columns);
    for (_, course) in in_use(site, Kind::Course) {
        let module = course.meta.text("module").unwrap_or(NO_MODULE);
        for row in used_volumes(site, course) {
            matrix.count(&row, module);
        }
    }
    matrix
}

const NO_MODULE: &str = "-";

/// `xi-governance 2`, or the work alone where it has one volume.
fn volumes(work: &Term) -> Vec<Axis<'_>> {
    let label = &work.label;
    let of = |volume: &i64| Axis {
        id: format!("{} {volume}", work.id.value),
        label: text!("{label}第 {volume} 卷", "{label}, volume {volume}"),
        term: Some(work),
    };
    if work.volumes.is_empty() { vec![axis(work)] } else { work.volumes.iter().map(of).collect() }
}

fn used_volumes(site: &Site, course: &Document) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for entry in course.meta.records("readings") {
        let reading = entry.reference("work").and_then(|(kind, id)| site.find(kind, id));
        let Some(work) = reading.and_then(|reading| site.get(reading).meta.text("work")) else { continue };
        let Some(term) = site.taxonomy.find(Vocabulary::RequiredReadings, work) else { continue };
        match entry.integer("volume") {
            Some(volume) if !term.volumes.is_empty() => {
                rows.insert(format!("{work} {volume}"));
            }
            _ => rows.extend(volumes(term).into_iter().map(|axis| axis.id)),
        }
    }
    rows
}
