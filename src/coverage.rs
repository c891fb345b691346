//! Layer 7: what the curriculum covers and where its gaps are: one computation for findings, the page and
//! `keben coverage`. Knows the site; must not know pages or files.
//!
//! Counted are documents in use: with a page, not suspended, not retired.

mod gaps;
mod matrix;
mod uses;

pub use gaps::Gap;
pub use matrix::{Axis, Matrix};

use crate::document::{Document, Status};
use crate::fields::Kind;
use crate::site::{DocId, Site};
use crate::taxonomy::Goal;

#[derive(Clone, Debug)]
pub struct Coverage<'a> {
    pub matrices: Vec<Matrix<'a>>,
    pub progress: Vec<Progress<'a>>,
    /// In the order of codes, then of the edition.
    pub gaps: Vec<Gap>,
}

/// How far a goal of the edition is reached.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    pub goal: &'a Goal,
    pub count: u32,
}

/// What the site covers.
pub fn coverage(site: &Site) -> Coverage<'_> {
    let matrices = matrix::matrices(site);
    let progress: Vec<Progress<'_>> = site.taxonomy.goals.iter().map(|goal| progress(site, goal)).collect();
    let gaps = gaps::gaps(site, &matrices, &progress);
    Coverage { matrices, progress, gaps }
}

/// The documents of a kind that are in use.
fn in_use(site: &Site, kind: Kind) -> impl Iterator<Item = (DocId, &Document)> {
    site.listed(kind).filter(|(_, document)| document.status() != Status::Suspended)
}

fn progress<'a>(site: &Site, goal: &'a Goal) -> Progress<'a> {
    let kind = Kind::from_id(&goal.counts).unwrap_or(Kind::Course);
    let counts = |document: &Document| {
        let of_kind = goal.kinds.is_empty()
            || document.meta.text("kind").is_some_and(|kind| goal.kinds.iter().any(|one| one == kind));
        let awarded = goal.awards.is_empty()
            || document.meta.records("awards").any(|award| {
                award
                    .text("kind")
                    .is_some_and(|kind| goal.awards.iter().any(|one| kind.contains(one.as_str())))
            });
        of_kind && awarded
    };
    let count = in_use(site, kind).filter(|(_, document)| counts(document)).count() as u32;
    Progress { goal, count }
}
