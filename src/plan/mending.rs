//! Layer 7: the fewest existing courses that lift a share over its threshold.

use super::verdict::{Share, suits};
use crate::document::Status;
use crate::fields::Kind;
use crate::site::{DocId, Site};
use crate::taxonomy::{Basis, Selector};
use std::collections::BTreeSet;

/// Courses to add, fewest first, then least hours: in use, not in the timetable yet, counting for the selector, for one
/// of `audience` where that is not empty. `None` when all of them together do not suffice.
pub(super) fn fewest(
    site: &Site,
    selector: &Selector,
    share: &Share,
    scheduled: &BTreeSet<DocId>,
    audience: &[&str],
) -> Option<Vec<DocId>> {
    let need = share.to_add()?;
    let mut candidates: Vec<(u32, DocId)> = site
        .of_kind(Kind::Course)
        .filter(|(id, document)| document.status() == Status::Published && !scheduled.contains(id))
        .filter(|(_, document)| document.meta.text("mode") != Some("online"))
        .filter(|(_, document)| {
            audience.is_empty() || document.meta.texts("audience").any(|one| audience.contains(&one))
        })
        .filter(|(_, document)| {
            let meta = &document.meta;
            let teachers: Vec<DocId> = meta
                .list("teachers")
                .iter()
                .filter_map(|item| item.value.reference())
                .filter_map(|(kind, id)| site.find(kind, id))
                .collect();
            suits(site, selector, meta, meta.texts("methods").next(), &teachers)
        })
        .filter_map(|(id, document)| {
            let weight = match share.basis {
                Basis::Hours => document.meta.halves("hours")?.0,
                Basis::Courses => 1,
            };
            Some((weight, id))
        })
        .collect();
    // Longest first gives the fewest; of equal length the first by id.
    candidates.sort_by_key(|(weight, id)| (std::cmp::Reverse(*weight), *id));
    let mut sum = 0;
    let mut count = 0;
    while sum < need {
        sum += candidates.get(count)?.0;
        count += 1;
    }
    let mut chosen: Vec<(u32, DocId)> = candidates.drain(..count).collect();
    // As many, but no longer than they need to be: the shortest course that still suffices takes the last place.
    if let Some((last, _)) = chosen.last().copied() {
        let rest = sum - last;
        if let Some(shorter) = candidates
            .iter()
            .filter(|(weight, _)| rest + weight >= need)
            .min_by_key(|(weight, id)| (*weight, *id))
            && shorter.0 < last
        {
            chosen.pop();
            chosen.push(*shorter);
        }
    }
    Some(chosen.into_iter().map(|(_, id)| id).collect())
}
