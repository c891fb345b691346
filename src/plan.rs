//! Layer 7: a programme measured by the edition's indicators: one computation for findings, pages and `keben plan`.
//! Knows the site; must not know findings, pages or files.

mod mending;
mod row;
mod timetable;
mod verdict;
mod year;

pub use row::{Row, State, limbs_words, row};
pub use timetable::{Session, Timetable, length, timetable};
pub use verdict::{Outcome, Share, Target, Verdict, percent};
pub use year::{Year, years};

use crate::fields::Kind;
use crate::site::{DocId, Site};

/// A programme, measured.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub programme: DocId,
    pub timetable: Timetable<'a>,
    /// One for each indicator that concerns the programme, in the order of the edition. Those per institution and year
    /// are in [`Year`].
    pub verdicts: Vec<Verdict<'a>>,
}

/// Measures a programme.
pub fn plan(site: &Site, programme: DocId) -> Plan<'_> {
    let timetable = timetable(site, programme);
    let verdicts = verdict::of_programme(site, programme, &timetable);
    Plan { programme, timetable, verdicts }
}

/// All programmes, by id.
pub fn plans(site: &Site) -> impl Iterator<Item = Plan<'_>> {
    site.of_kind(Kind::Programme).map(|(id, _)| plan(site, id))
}
