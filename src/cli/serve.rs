//! Layer 12: `keben serve`: a live preview for editors.

use super::run::{Failure, Run, options};
use super::{Content, Reporting};
use crate::changes;
use crate::diagnostics::{Diagnostic, Style, print, text};
use crate::edge;
use crate::edge::serve::{Live, Preview, Render, Server, open_in_browser};
use crate::edge::stamp::fingerprint;
use crate::edge::watch::watch;
use crate::pipeline::{self, Synonyms};
use crate::site::Site;
use crate::source::{OutputFile, Sources};
use crate::strings::Strings;
use clap::Args;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    content: Content,
    #[arg(long, default_value_t = 1111)]
    port: u16,
    /// 监听的地址；默认只有本机能打开
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDR")]
    host: String,
    /// 在浏览器里打开
    #[arg(long)]
    open: bool,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let options = options(&arguments.content)?;
    let root = run.find_root()?;
    let server = Server::bind(&arguments.host, arguments.port)?;
    if let Some(warning) = server.warning() {
        run.say(&warning);
    }
    let url = server.url();
    run.say(&text!("预览：{url}（按 Ctrl+C 结束）", "preview: {url} (Ctrl+C ends it)"));
    if arguments.open
        && let Err(error) = open_in_browser(&url)
    {
        run.say(&error.text);
    }
    let live = Live::default();
    std::thread::scope(|scope| {
        let (root, options) = (&root, &options);
        let (indexer, jobs) = channel();
        let wire = live.clone();
        scope.spawn(move || index_newest(root, &wire, &jobs));
        let wire = live.clone();
        scope.spawn(move || {
            let mut editor =
                Editor { run, root, options, live: wire, indexer, last: None, version: Arc::default() };
            let on_change = || {
                editor.rebuild();
                ControlFlow::Continue(())
            };
            if let Err(error) = watch(root, |notice| run.say(&notice), on_change) {
                run.say(&error.text);
            }
        });
        let ended = server.run(&live);
        if let Err(error) = &ended {
            run.say(&error.text);
        }
        // The two threads above wait for work for ever; the command ends with its server.
        std::process::exit(ended.map_or_else(|error| i32::from(error.exit_code), |()| 0))
    })
}

/// A site whose pages are shown already and whose search index is to follow.
struct Job {
    site: Arc<Site>,
    strings: Arc<Strings>,
    synonyms: Synonyms,
    files: Vec<OutputFile>,
    render: Render,
    /// The version of these pages, and where the newest is kept.
    version: u64,
    newest: Arc<AtomicU64>,
}

/// An index begins when nothing was saved for this long: who saves again soon is writing, not searching.
const QUIET: Duration = Duration::from_millis(700);

/// Indexes the newest site that waits. Pages never wait for it: it has a thread of its own, not the pool that reads and
/// checks.
fn index_newest(root: &Path, live: &Live, jobs: &Receiver<Job>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    while let Ok(mut job) = jobs.recv() {
        while let Ok(newer) = jobs.recv_timeout(QUIET) {
            job = newer;
        }
        let index = || pipeline::index(&job.site, &job.strings, &job.synonyms, &|_| {});
        match pool.as_ref().map_or_else(|_| index(), |pool| pool.install(index)) {
            Ok(index) => {
                let files = job.files.into_iter().chain(index.files).collect();
                let newest = || job.newest.load(Ordering::SeqCst) == job.version;
                live.refresh(Preview::new(root, files, job.render), newest);
            }
            Err(error) => live.complain(error.to_string()),
        }
    }
}

struct Editor<'a> {
    run: &'a Run,
    root: &'a Path,
    options: &'a pipeline::Options,
    live: Live,
    indexer: Sender<Job>,
    /// Counts the sites shown.
    version: Arc<AtomicU64>,
    /// What the last round was made from: a save that changes nothing costs a look at the files.
    last: Option<String>,
}

impl Editor<'_> {
    fn rebuild(&mut self) {
        let sources = match self.run.read(self.root) {
            Ok(sources) => sources,
            Err(failure) => {
                self.last = None;
                self.live.complain(failure.text.in_language(self.run.language).to_owned());
                return;
            }
        };
        let print = fingerprint(self.root, &sources, b"");
        if self.last.as_ref() == Some(&print) {
            return;
        }
        self.last = Some(print);
        let checked = pipeline::check(&sources, self.options, &|_| {});
        if checked.has_errors() {
            return self.complain(&checked.diagnostics, &sources);
        }
        let Some(site) = checked.site.map(Arc::new) else {
            return self.complain(&checked.diagnostics, &sources);
        };
        let strings = Arc::clone(checked.templates.strings());
        // What the next build would change. That its record is damaged is for that build to say.
        let left = edge::read::left(&self.root.join("public"), changes::PATH);
        let previous = left.and_then(|bytes| changes::read(&bytes).ok());
        let mut build = pipeline::build(Arc::clone(&site), checked.templates, &sources, previous, &|_| {});
        let files = std::mem::take(&mut build.files);
        let render: Render =
            Arc::new(move |page| build.render(page, None).map_err(|mistake| mistake.message));
        let version = self.version.fetch_add(1, Ordering::SeqCst) + 1;
        self.live.show(Preview::new(self.root, files.clone(), Arc::clone(&render)));
        let synonyms = checked.synonyms;
        let newest = Arc::clone(&self.version);
        let job = Job { site, strings, synonyms, files, render, version, newest };
        if self.indexer.send(job).is_err() {
            self.run.say(&text!(
                "搜索索引不再更新，请重新启动预览",
                "the search index is no longer kept up; start the preview again"
            ));
        }
        let count = checked.diagnostics.len();
        self.run.say(&text!("已更新，{count} 处提示或警告", "updated, {count} notes or warnings"));
    }

    fn complain(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        self.live.complain(print(diagnostics, sources, Style::plain(self.run.language)));
        if let Err(failure) = self.run.report(diagnostics, sources, &Reporting::human()) {
            self.run.say(&failure.text);
        }
    }
}
