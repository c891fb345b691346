//! Layer 12: `keben check`.

use super::run::{Failure, Run, Stopwatch, options};
use super::{Content, Reporting};
use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::edge;
use crate::pipeline;
use clap::Args;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    reporting: Reporting,
    /// 只看这些代码，用逗号隔开，例如 KB-201,KB-301
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    only: Vec<String>,
    /// 不看这些代码
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    skip: Vec<String>,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let mut options = options(&arguments.content)?;
    let only = codes(&arguments.only)?;
    let skip = codes(&arguments.skip)?;
    let root = run.find_root()?;
    let watch = Stopwatch::start();
    let sources = run.read(&root)?;
    options.previous = edge::read::previous(&root.join("public"));
    watch.lap("read");
    let checked = pipeline::check(&sources, &options, &|stage| watch.lap(stage));
    let kept: Vec<Diagnostic> = checked
        .diagnostics
        .iter()
        .filter(|diagnostic| only.is_empty() || only.contains(&diagnostic.code))
        .filter(|diagnostic| !skip.contains(&diagnostic.code))
        .cloned()
        .collect();
    watch.stop();
    run.report(&kept, &sources, &arguments.reporting)?;
    if arguments.reporting.timings {
        watch.lap("print");
        watch.print();
    }
    Ok(exit_code(&kept, &arguments.reporting))
}

/// 1 for errors, and for warnings where they are denied.
pub(super) fn exit_code(diagnostics: &[Diagnostic], reporting: &Reporting) -> ExitCode {
    let fatal = |severity: Severity| match severity {
        Severity::Error => true,
        Severity::Warning => reporting.deny.is_some(),
        Severity::Info => false,
    };
    ExitCode::from(u8::from(diagnostics.iter().any(|diagnostic| fatal(diagnostic.severity))))
}

fn codes(names: &[String]) -> Result<Vec<Code>, Failure> {
    names
        .iter()
        .map(|name| {
            Code::parse(name)
                .ok_or_else(|| Failure::could_not_run(text!("没有代码“{name}”", "there is no code “{name}”")))
        })
        .collect()
}
