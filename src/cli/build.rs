//! Layer 12: `keben build`.

use super::check::exit_code;
use super::run::{Failure, Run, Stopwatch, options};
use super::{Content, Reporting};
use crate::changes;
use crate::check;
use crate::config::is_base_url;
use crate::diagnostics::{Diagnostic, Severity, Summary, Text, arrange, text};
use crate::edge::lock::{Lock, lock};
use crate::edge::stamp::{Stamp, fingerprint};
use crate::edge::write::{WriteError, Written, write};
use crate::edge::{self, cache};
use crate::manifest;
use crate::pipeline;
use crate::search;
use crate::source::Sources;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub(super) struct Options {
    /// 输出文件夹（默认：根文件夹下的 public）
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    content: Content,
    /// 站点的固定网址，用于规范链接；浏览和搜索不需要它
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// 不建搜索索引
    #[arg(long)]
    no_search: bool,
    #[command(flatten)]
    reporting: Reporting,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let mut options = options(&arguments.content)?;
    if let Some(url) = arguments.base_url.as_ref().filter(|url| !is_base_url(url)) {
        return Err(Failure::could_not_run(text!(
            "--base-url 要以 https:// 或 http:// 开头，现在是“{url}”",
            "--base-url must begin with https:// or http://, not “{url}”"
        )));
    }
    options.base_url.clone_from(&arguments.base_url);
    options.search = !arguments.no_search;
    let root = run.find_root()?;
    let out = arguments.out.clone().unwrap_or_else(|| root.join("public"));
    let lock = lock(&root)?;
    let watch = Stopwatch::start();
    let sources = run.read(&root)?;
    watch.lap("read");
    let print = fingerprint(&root, &sources, &identity(&options));
    watch.lap("fingerprint");
    // Not in the fingerprint: where the stamp holds, the site in place is the one that these sources made.
    options.previous = edge::read::previous(&out);
    let work = Work { run, arguments, root: &root, out: &out, lock: &lock, sources: &sources, watch: &watch };
    let outcome = work.repeat(&print).map_or_else(|| work.build(&options, print), Ok);
    if arguments.reporting.timings {
        watch.print();
    }
    outcome
}

fn no_index(error: search::Error) -> Failure {
    Failure::could_not_run(text!("建立搜索索引时出错：{error}", "the search index failed: {error}"))
}

/// Everything but the sources that the bytes of a site depend on.
fn identity(options: &pipeline::Options) -> Vec<u8> {
    format!("{options:?} {} {}", env!("CARGO_PKG_VERSION"), edge::program_identity()).into_bytes()
}

struct Work<'a> {
    run: &'a Run,
    arguments: &'a Options,
    root: &'a Path,
    out: &'a Path,
    lock: &'a Lock,
    sources: &'a Sources,
    watch: &'a Stopwatch,
}

impl Work<'_> {
    /// The end of a build that has nothing to do: the same findings again. `None` when there is something to do.
    fn repeat(&self, print: &str) -> Option<ExitCode> {
        let stamp =
            Stamp::load(self.root).filter(|stamp| stamp.fingerprint == print && stamp.holds(self.out))?;
        let diagnostics: Vec<Diagnostic> = serde_json::from_str(&stamp.payload).ok()?;
        if self.denied(&diagnostics) {
            return None;
        }
        self.watch.lap("compare");
        self.watch.stop();
        self.run.report(&diagnostics, self.sources, &self.arguments.reporting).ok()?;
        self.finish(&text!("没有变化，未写入任何文件", "nothing has changed; no file was written")).ok()?;
        Some(ExitCode::SUCCESS)
    }

    fn build(&self, options: &pipeline::Options, print: String) -> Result<ExitCode, Failure> {
        let reporting = &self.arguments.reporting;
        let done = |stage| self.watch.lap(stage);
        let mut checked = pipeline::check(self.sources, options, &done);
        if checked.has_errors() || self.denied(&checked.diagnostics) {
            return self.refuse(&checked.diagnostics);
        }
        let Some(site) = checked.site else { return self.refuse(&checked.diagnostics) };
        let index = if options.search {
            Some(
                pipeline::index(&site, checked.templates.strings(), &checked.synonyms, &done)
                    .map_err(no_index)?,
            )
        } else {
            None
        };
        if let Some(index) = &index {
            checked.diagnostics.extend(index.diagnostics.iter().cloned());
            arrange(&mut checked.diagnostics);
            if self.denied(&checked.diagnostics) {
                return self.refuse(&checked.diagnostics);
            }
        }
        let previous = self.previous();
        let site = Arc::new(site);
        let mut build = pipeline::build(Arc::clone(&site), checked.templates, self.sources, previous, &done);
        let native = index.map(|index| {
            build.files.extend(index.files);
            index.native
        });
        build.files.sort_by(|a, b| a.path.cmp(&b.path));
        let unmade = edge::images::prepare(self.root, &build.files)?;
        if !unmade.is_empty() {
            checked.diagnostics.extend(check::unmade(&site, &unmade));
            arrange(&mut checked.diagnostics);
            if Summary::of(&checked.diagnostics).errors > 0 || self.denied(&checked.diagnostics) {
                return self.refuse(&checked.diagnostics);
            }
        }
        self.watch.lap("images");
        // Before the site is put in place, so that a full disk leaves the old one; a search that finds this index beside
        // another site reads the site itself.
        if let Some(native) = &native {
            let files = native.files().map_err(no_index)?;
            let files = files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
            cache::store(self.lock, cache::INDEX, files)?;
        }
        let id = manifest::site_id(&site.config.title);
        let render = |page, print: Option<&str>| build.render(page, print);
        let written = match write(self.lock, self.out, &build.files, &id, &render) {
            Ok(written) => written,
            Err(WriteError::Render(mistake)) => return self.refuse(&[*mistake]),
            Err(WriteError::Edge(error)) => return Err(error.into()),
        };
        self.watch.lap("write");
        let payload = serde_json::to_string(&checked.diagnostics).unwrap_or_default();
        if let Err(error) = Stamp::store(self.root, self.out, print, payload) {
            // The site stands, whole and new; only the next build has more to do.
            let why = error.text;
            self.run.say(&Text::new(
                format!("站点已经更新，但没有记下这次生成，下次会全部重新生成：{}", why.zh),
                format!(
                    "the site is in place, but the build was not remembered and will run whole again: {}",
                    why.en
                ),
            ));
        }
        self.watch.lap("store");
        self.watch.stop();
        self.run.report(&checked.diagnostics, self.sources, reporting)?;
        self.watch.lap("print");
        self.announce(&written, build.files.len())?;
        Ok(exit_code(&checked.diagnostics, reporting))
    }

    /// The record of the last build. That one is damaged is said; it is no reason not to build.
    fn previous(&self) -> Option<changes::Record> {
        let bytes = edge::read::left(self.out, changes::PATH)?;
        changes::read(&bytes).map_err(|why| self.run.say(&why)).ok()
    }

    fn denied(&self, diagnostics: &[Diagnostic]) -> bool {
        let warnings = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Warning);
        self.arguments.reporting.deny.is_some() && warnings
    }

    fn refuse(&self, diagnostics: &[Diagnostic]) -> Result<ExitCode, Failure> {
        self.watch.stop();
        self.run.report(diagnostics, self.sources, &self.arguments.reporting)?;
        let errors = Summary::of(diagnostics).errors;
        self.run.say(&if errors > 0 {
            text!(
                "有 {errors} 处错误，没有写入任何文件；原来的站点保持不变",
                "{errors} errors; nothing was written and the old site stands"
            )
        } else {
            text!(
                "有警告（--deny warnings），没有写入任何文件；原来的站点保持不变",
                "there are warnings (--deny warnings); nothing was written and the old site stands"
            )
        });
        Ok(ExitCode::from(1))
    }

    fn announce(&self, written: &Written, files: usize) -> Result<(), Failure> {
        let Written { written, unchanged, removed, bytes } = written;
        let megabytes = *bytes as f64 / 1e6;
        self.finish(&if *written == 0 && *removed == 0 {
            text!("共 {files} 个文件，都没有变化", "{files} files, none changed")
        } else {
            text!(
                "共 {files} 个文件，{megabytes:.1} MB：写入 {written} 个，未变 {unchanged} 个，删去 {removed} 个",
                "{files} files, {megabytes:.1} MB: {written} written, {unchanged} unchanged, {removed} removed"
            )
        })
    }

    /// The result, and where to look. With findings on standard output, people are told on standard error.
    fn finish(&self, outcome: &crate::diagnostics::Text) -> Result<(), Failure> {
        let page = self.shown();
        let where_to_look = text!("完成。用浏览器打开 {page}", "Done. Open {page} in a browser");
        if self.arguments.reporting.format.format().is_result() {
            self.run.say(outcome);
            self.run.say(&where_to_look);
            return Ok(());
        }
        self.run.tell(outcome.in_language(self.run.language))?;
        self.run.tell(where_to_look.in_language(self.run.language))
    }

    /// The home page, relative to the root where it lies below it.
    fn shown(&self) -> String {
        let page = self.out.join("index.html");
        page.strip_prefix(self.root).unwrap_or(&page).display().to_string().replace('\\', "/")
    }
}
