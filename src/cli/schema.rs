//! Layer 12: `keben schema`.

use super::run::{Failure, Run, clock};
use super::{Reporting, new};
use crate::diagnostics::text;
use crate::fields::{document_schema, every_schema, site_schema};
use crate::pipeline::{self, Options};
use std::process::ExitCode;

/// The schema of one kind, of site.yaml (`site`), or of every kind, by the edition of the knowledge base at hand.
pub(super) fn run(run: &Run, kind: Option<&str>) -> Result<ExitCode, Failure> {
    let named = match kind {
        None | Some("site") => None,
        Some(name) => Some(new::kind_named(name)?),
    };
    let root = run.find_root()?;
    let sources = run.read(&root)?;
    let checked = pipeline::check(&sources, &Options::new(clock()), &|_| {});
    let Some(site) = checked.site else {
        run.report(&checked.diagnostics, &sources, &Reporting::human())?;
        return Ok(ExitCode::from(1));
    };
    let schema = match (named, kind) {
        (Some(named), _) => document_schema(named, &site.taxonomy),
        (None, Some(_)) => site_schema(&site.taxonomy),
        (None, None) => every_schema(&site.taxonomy),
    };
    let schema = serde_json::to_string_pretty(&schema).map_err(|error| {
        Failure::could_not_run(text!("写不出 JSON：{error}", "cannot write JSON: {error}"))
    })?;
    run.tell(&schema)?;
    Ok(ExitCode::SUCCESS)
}
