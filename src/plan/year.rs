//! Layer 7: the programmes of one institution that begin in one year, measured together.

use super::mending;
use super::timetable::{Timetable, timetable};
use super::verdict::{self, Outcome, Share, Sum, Verdict};
use crate::document::Status;
use crate::fields::Kind;
use crate::site::{DocId, Site};
use crate::taxonomy::{Demand, Per};
use std::collections::{BTreeMap, BTreeSet};

/// A year of an institution.
#[derive(Clone, Debug)]
pub struct Year<'a> {
    pub institution: DocId,
    pub year: i32,
    /// The programmes that were counted, by id. Those that are still being written count only where no other does.
    pub programmes: Vec<DocId>,
    /// All of the counted programmes are still being written.
    pub unfinished: bool,
    pub verdicts: Vec<Verdict<'a>>,
}

/// Every year of every institution for which an indicator asks.
pub fn years(site: &Site) -> Vec<Year<'_>> {
    let indicators: Vec<_> =
        site.taxonomy.indicators.iter().filter(|one| one.per == Per::InstitutionYear).collect();
    if indicators.is_empty() {
        return Vec::new();
    }
    let mut groups: BTreeMap<(DocId, i32), Vec<DocId>> = BTreeMap::new();
    for (id, document) in site.of_kind(Kind::Programme) {
        let institution = document.meta.reference("institution").and_then(|(kind, id)| site.find(kind, id));
        if let (Some(institution), Some(start)) = (institution, document.meta.date("start"))
            && document.status() != Status::Retired
            // Online hours are counted apart (the plan, line 243).
            && document.meta.text("class_kind") != Some("online")
        {
            groups.entry((institution, i32::from(start.year()))).or_default().push(id);
        }
    }
    groups
        .into_iter()
        .filter_map(|((institution, year), all)| {
            // Nobody knows whether a programme counts whose status cannot be read, nor whose one is that cannot be read at all.
            let uncertain = site.any_unreadable(Kind::Programme)
                || all.iter().any(|id| site.get(*id).meta.get("status").is_none());
            let finished: Vec<DocId> =
                all.iter().copied().filter(|id| !verdict::is_unfinished(site.get(*id))).collect();
            let unfinished = finished.is_empty();
            let programmes = if unfinished { all } else { finished };
            let timetables: Vec<(DocId, Timetable<'_>)> =
                programmes.iter().map(|id| (*id, timetable(site, *id))).collect();
            let verdicts: Vec<Verdict<'_>> = indicators
                .iter()
                .filter_map(|indicator| {
                    let mut concerned = Vec::new();
                    let mut unknown = uncertain;
                    for (id, timetable) in &timetables {
                        match verdict::concerns(site, &indicator.scope, site.get(*id)) {
                            Some(true) => concerned.push(timetable),
                            Some(false) => {}
                            None => unknown = true,
                        }
                    }
                    unknown |= concerned.iter().any(|timetable| timetable.broken);
                    if concerned.is_empty() && !unknown {
                        return None;
                    }
                    let Demand::Share { numerator, basis, at_least } = &indicator.demand else { return None };
                    unknown |=
                        concerned.iter().any(|timetable| verdict::is_unclear(site, numerator, timetable));
                    if unknown {
                        return Some(Verdict { indicator, outcome: Outcome::Unknown });
                    }
                    let sum = Sum::of(site, numerator, &concerned);
                    let share = sum.share(*basis, *at_least);
                    let scheduled: BTreeSet<DocId> =
                        concerned.iter().flat_map(|timetable| timetable.courses.iter().copied()).collect();
                    let mending = if share.met {
                        None
                    } else {
                        mending::fewest(site, numerator, &share, &scheduled, &[])
                    };
                    Some(Verdict { indicator, outcome: Outcome::Share(Share { mending, ..share }) })
                })
                .collect();
            (!verdicts.is_empty()).then_some(Year { institution, year, programmes, unfinished, verdicts })
        })
        .collect()
}
