//! Layer 12: `keben check`.

use super::run::{Failure, Run, Stopwatch, options};
use super::{Content, FormatName, Reporting};
use crate::diagnostics::baseline::{self, Known};
use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::edge;
use crate::pipeline;
use clap::Args;
use std::path::{Path, PathBuf};
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
    /// 已知问题的清单：其中的问题不列出，也不计数
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// 把现有的问题全部写进 --baseline 的清单
    #[arg(long, requires = "baseline", conflicts_with_all = ["only", "skip"])]
    write_baseline: bool,
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
    watch.stop();
    if let (true, Some(path)) = (arguments.write_baseline, &arguments.baseline) {
        edge::replace::write_text(path, &baseline::write(&checked.diagnostics, &sources))?;
        let (count, shown) = (checked.diagnostics.len(), path.display());
        run.say(&text!(
            "已把 {count} 处问题记入“{shown}”，以后用 --baseline 检查时不再列出",
            "{count} findings are now known in {shown}; a check with --baseline will not show them"
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let (known, stale) = match &arguments.baseline {
        None => (vec![false; checked.diagnostics.len()], Vec::new()),
        Some(path) => baseline::compare(read_baseline(path)?, &checked.diagnostics, &sources),
    };
    let asked = |code: Code| (only.is_empty() || only.contains(&code)) && !skip.contains(&code);
    let (hidden, kept): (Vec<_>, Vec<_>) = checked
        .diagnostics
        .iter()
        .zip(known)
        .filter(|(diagnostic, _)| asked(diagnostic.code))
        .partition(|(_, known)| *known);
    let kept: Vec<Diagnostic> = kept.into_iter().map(|(diagnostic, _)| diagnostic.clone()).collect();
    run.report(&kept, &sources, &arguments.reporting)?;
    // `short` is a finding a line and nothing else.
    if arguments.baseline.is_some() && arguments.reporting.format != FormatName::Short {
        tell_known(run, hidden.len(), &stale);
    }
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

fn read_baseline(path: &Path) -> Result<Vec<Known>, Failure> {
    let text = edge::replace::read_text(path)?;
    baseline::read(&text).map_err(|error| {
        let shown = path.display();
        Failure::could_not_run(text!(
            "“{shown}”不是已知问题的清单：{error}。用 --write-baseline 重新生成",
            "{shown} is no list of known findings: {error}; write it again with --write-baseline"
        ))
    })
}

/// How many findings are known and not shown, and, with `-v`, which entries nothing uses any more.
fn tell_known(run: &Run, hidden: usize, stale: &[Known]) {
    run.say(&text!(
        "另有 {hidden} 处已知问题没有列出（--baseline）",
        "{hidden} known findings are not shown (--baseline)"
    ));
    if !run.verbose {
        return;
    }
    for Known { path, code, count, message, .. } in stale {
        run.say(&text!(
            "清单里有、现在已经没有的：{path} {code} {message}（{count} 处）",
            "known but no longer there: {path} {code} {message} ({count})"
        ));
    }
}

pub(super) fn codes(names: &[String]) -> Result<Vec<Code>, Failure> {
    names
        .iter()
        .map(|name| {
            Code::parse(name)
                .ok_or_else(|| Failure::could_not_run(text!("没有代码“{name}”", "there is no code “{name}”")))
        })
        .collect()
}
