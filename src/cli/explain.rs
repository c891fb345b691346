//! Layer 12: `keben explain`.

use super::run::{Failure, Run};
use crate::diagnostics::{Code, text};
use crate::embedded;
use std::process::ExitCode;

/// Prints the page of a rule: the same text that is the editors' manual and the rule's test.
pub(super) fn run(run: &Run, name: &str) -> Result<ExitCode, Failure> {
    let unknown = || {
        Failure::could_not_run(text!(
            "没有代码“{name}”；代码的样子是 KB-201",
            "there is no code “{name}”; codes look like KB-201"
        ))
    };
    let code = Code::parse(name).ok_or_else(unknown)?;
    let page = embedded::find(embedded::RULES, &format!("{code}.md")).ok_or_else(unknown)?;
    run.tell(page.trim_end())?;
    Ok(ExitCode::SUCCESS)
}
