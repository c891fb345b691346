//! Layer 11: `keben serve`: a live preview for editors.

use super::run::{Failure, Run, options};
use super::{Content, Reporting};
use crate::diagnostics::{Diagnostic, Format, print, text};
use crate::edge::serve::{Live, Preview, Server, open_in_browser};
use crate::edge::stamp::fingerprint;
use crate::edge::watch::watch;
use crate::pipeline::{self, Build};
use crate::source::Sources;
use clap::Args;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

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
    if arguments.open {
        if let Err(error) = open_in_browser(&url) {
            run.say(&error.text);
        }
    }
    let live = Live::default();
    let ended = std::thread::scope(|scope| {
        let shown = live.clone();
        let (root, options) = (&root, &options);
        // The watching thread never ends by itself; the process ends with the server.
        scope.spawn(move || {
            let mut editor = Editor { run, root, options, live: shown, last: None };
            editor.rebuild();
            let watched = watch(
                root,
                |notice| run.say(&notice),
                || {
                    editor.rebuild();
                    ControlFlow::Continue(())
                },
            );
            if let Err(error) = watched {
                run.say(&error.text);
            }
        });
        let ended = server.run(&live);
        if let Err(error) = &ended {
            run.say(&error.text);
        }
        std::process::exit(ended.map_or_else(|error| i32::from(error.exit_code), |()| 0))
    });
    ended
}

struct Editor<'a> {
    run: &'a Run,
    root: &'a Path,
    options: &'a pipeline::Options,
    live: Live,
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
        let Some(site) = checked.site else { return self.complain(&checked.diagnostics, &sources) };
        match pipeline::build(site, checked.templates, &sources, self.options.search, &|_| {}) {
            Ok(build) => self.live.show(self.preview(build)),
            Err(error) => return self.live.complain(error.to_string()),
        }
        let count = checked.diagnostics.len();
        self.run.say(&text!("已更新，{count} 处提示或警告", "updated, {count} notes or warnings"));
    }

    fn preview(&self, mut build: Build) -> Preview {
        let files = std::mem::take(&mut build.files);
        Preview::new(
            self.root,
            files,
            Box::new(move |page| build.render(page).map_err(|mistake| mistake.message)),
        )
    }

    fn complain(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        self.live.complain(print(diagnostics, sources, self.run.language, Format::Human, false));
        if let Err(failure) = self.run.report(diagnostics, sources, &Reporting::human()) {
            self.run.say(&failure.text);
        }
    }
}
