//! Layer 8: rules over the assembled site, one file per family. Must not know how anything is shown or written.

mod conditions;
mod coverage;
mod edition;
mod indicators;
mod lifecycle;
mod numbers;
mod output;
mod pictures;
mod places;
mod publishing;
mod punctuation;
mod readings;
mod relations;
mod review;
mod targets;
mod terms;
mod text;
mod timetables;
mod vanished;

pub use pictures::unmade;
pub use vanished::vanished;

use crate::diagnostics::{Code, Diagnostic};
use crate::site::Site;
use crate::source::Sources;
use rayon::prelude::*;

/// A rule reads the site and adds what it finds.
pub type Rule = fn(&Site, &mut Vec<Diagnostic>);

/// Every rule with the codes that it may give.
pub const RULES: &[(&[Code], Rule)] = &[
    (&[Code(101), Code(102)], conditions::required),
    (&[Code(104)], conditions::date_order),
    (&[Code(104)], places::coordinates),
    (&[Code(104)], places::parents),
    (&[Code(105)], conditions::titles_and_summaries),
    (&[Code(202), Code(203), Code(204)], edition::modules),
    (&[Code(205)], edition::topics),
    (&[Code(206)], edition::expired),
    (&[Code(302), Code(303)], relations::targets),
    (&[Code(304)], readings::required_works),
    (&[Code(305)], readings::volumes_and_chapters),
    (&[Code(306)], readings::theory_courses),
    (&[Code(307)], relations::cycles),
    (&[Code(308)], relations::orphans),
    (&[Code(312)], readings::lists_and_main_classes),
    (&[Code(207)], targets::editions),
    (&[Code(401), Code(402), Code(403), Code(413)], indicators::measured),
    (&[Code(410)], timetables::days),
    (&[Code(411)], timetables::audiences),
    (&[Code(103), Code(201), Code(412)], targets::targets),
    (
        &[Code(501), Code(502), Code(503), Code(504), Code(505), Code(506), Code(507), Code(508)],
        coverage::gaps,
    ),
    (&[Code(601)], review::overdue),
    (&[Code(602)], lifecycle::exits),
    (&[Code(603)], review::retired_courses),
    (&[Code(605)], review::departed_teachers),
    (&[Code(703)], terms::numbered),
    (&[Code(801)], lifecycle::reviews),
];

/// A rule that reads the files as well.
pub type TextRule = fn(&Site, &Sources, &mut Vec<Diagnostic>);

/// Every rule about what the files hold, with the codes that it may give.
pub const TEXT_RULES: &[(&[Code], TextRule)] = &[
    (&[Code(701)], punctuation::punctuation),
    (&[Code(702)], terms::avoided),
    (&[Code(802)], publishing::marks),
    (&[Code(803)], numbers::personal),
    (&[Code(804)], publishing::traces),
    (&[Code(901)], output::theme),
    (&[Code(902)], output::images),
    (&[Code(904)], pictures::images),
];

/// All rules over `site` and the files that it was made of.
pub fn run(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let about_site = RULES.par_iter().flat_map_iter(|(_, rule)| {
        let mut found = Vec::new();
        rule(site, &mut found);
        found
    });
    let about_text = TEXT_RULES.par_iter().flat_map_iter(|(_, rule)| {
        let mut found = Vec::new();
        rule(site, sources, &mut found);
        found
    });
    about_site.chain(about_text).collect()
}
