//! Layer 8: the gaps of the curriculum as information (KB-501 to KB-508).

use crate::coverage::coverage;
use crate::diagnostics::Diagnostic;
use crate::site::Site;

pub(super) fn gaps(site: &Site, found: &mut Vec<Diagnostic>) {
    for gap in coverage(site).gaps {
        found.push(Diagnostic::new(gap.code, gap.span, gap.message).help(gap.help));
    }
}
