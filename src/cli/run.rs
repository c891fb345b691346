//! Layer 12: what every command needs: the root, the language, the way to speak, the sources.

use super::check::exit_code;
use super::{Content, ReleaseLevel, Reporting};
use crate::config::Release;
use crate::date::Date;
use crate::diagnostics::{Diagnostic, Language, Style, Text, print, text};
use crate::edge::{self, EdgeError};
use crate::pipeline::{self, CONFIG_PATH, Options, limits, with_editions};
use crate::site::Site;
use crate::source::Sources;
use indicatif::ProgressBar;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

pub(super) struct Run {
    pub root: Option<PathBuf>,
    pub language: Language,
    pub verbose: bool,
}

/// Why a command stopped, in words, with its exit code.
pub(super) struct Failure {
    pub text: Text,
    pub exit_code: u8,
}

impl From<EdgeError> for Failure {
    fn from(error: EdgeError) -> Failure {
        Failure { text: error.text, exit_code: error.exit_code }
    }
}

impl Failure {
    pub fn could_not_run(text: Text) -> Failure {
        Failure { text, exit_code: edge::COULD_NOT_RUN }
    }
}

impl Run {
    /// A line to a person, on standard error.
    pub fn say(&self, text: &Text) {
        anstream::eprintln!("{}", text.in_language(self.language));
    }

    /// A line of a result, on standard output.
    pub fn tell(&self, line: &str) -> Result<(), Failure> {
        send(anstream::stdout().lock(), format!("{line}\n").as_bytes())
    }

    /// A result whose bytes must stay what they are, on standard output.
    pub fn put(&self, bytes: &[u8]) -> Result<(), Failure> {
        send(std::io::stdout().lock(), bytes)
    }

    /// The folder that holds `content/site.yaml`: the one given, else the nearest upward.
    pub fn find_root(&self) -> Result<PathBuf, Failure> {
        let holds = |folder: &Path| folder.join(CONFIG_PATH).is_file();
        if let Some(root) = &self.root {
            if holds(root) {
                return Ok(root.clone());
            }
            return Err(no_settings(root));
        }
        let here = std::env::current_dir().map_err(|error| {
            Failure::could_not_run(text!(
                "读不到当前文件夹：{error}",
                "cannot read the current folder: {error}"
            ))
        })?;
        let found = here.ancestors().find(|folder| holds(folder)).map(Path::to_owned);
        found.ok_or_else(|| {
            Failure::could_not_run(text!(
                "这里和上级文件夹都没有 content/site.yaml。进入知识库的文件夹再运行，或用 --root 指定；新建知识库时在 content/site.yaml 里写 title: 和 edition: zj-2018-2022",
                "neither this folder nor one above it holds content/site.yaml; go to the knowledge base, or name it with --root; for a new one write title: and edition: zj-2018-2022 into content/site.yaml"
            ))
        })
    }

    pub fn read(&self, root: &Path) -> Result<Sources, Failure> {
        let usual = edge::read::Limits::default();
        let mut sources = edge::read::read(root, &usual)?;
        let wanted = limits(&sources);
        if wanted.markdown > usual.markdown || wanted.yaml > usual.yaml {
            // The site allows larger files than were read.
            let limits = edge::read::Limits { markdown: wanted.markdown, yaml: wanted.yaml, ..usual };
            sources = edge::read::read(root, &limits)?;
        }
        if sources.find(CONFIG_PATH).is_none() {
            return Err(no_settings(root));
        }
        if self.verbose {
            let (files, shown) = (sources.len(), root.display());
            self.say(&text!("知识库：{shown}，{files} 个文件", "knowledge base: {shown}, {files} files"));
        }
        Ok(with_editions(sources))
    }

    /// The site of a command that only looks at it; the exit code where it cannot be read, after the findings.
    pub fn site(&self, content: &Content) -> Result<Result<Site, ExitCode>, Failure> {
        let options = options(content)?;
        let root = self.find_root()?;
        let sources = self.read(&root)?;
        let checked = pipeline::check(&sources, &options, &|_| {});
        let Some(site) = checked.site else {
            let reporting = Reporting::human();
            self.report(&checked.diagnostics, &sources, &reporting)?;
            return Ok(Err(exit_code(&checked.diagnostics, &reporting)));
        };
        Ok(Ok(site))
    }

    /// Prints findings in the format asked for: what programs read to standard output, the rest to standard error.
    pub fn report(
        &self,
        diagnostics: &[Diagnostic],
        sources: &Sources,
        reporting: &Reporting,
    ) -> Result<(), Failure> {
        let format = reporting.format.format();
        let style = Style {
            language: self.language,
            format,
            colour: !format.is_result() && std::io::stderr().is_terminal(),
            wide: std::env::var("KEBEN_AMBIGUOUS_WIDTH").is_ok_and(|width| width == "2"),
            deny_warnings: reporting.deny.is_some(),
        };
        let printed = print(diagnostics, sources, style);
        if format.is_result() {
            return if printed.is_empty() { Ok(()) } else { self.tell(printed.trim_end()) };
        }
        if !printed.is_empty() {
            let mut out = anstream::stderr().lock();
            // Nobody is left to be told when standard error is closed.
            let _ = out.write_all(printed.as_bytes());
        }
        Ok(())
    }
}

/// A reader who has closed the pipe has seen enough.
fn send(mut out: impl Write, bytes: &[u8]) -> Result<(), Failure> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            Err(Failure::could_not_run(text!("写不出结果：{error}", "cannot write the result: {error}")))
        }
        Ok(()) => Ok(()),
    }
}

/// A folder that is no knowledge base, and what would make it one.
fn no_settings(root: &Path) -> Failure {
    let shown = root.display();
    Failure::could_not_run(if root.join("content").is_dir() {
        text!(
            "“{shown}”里没有 content/site.yaml。新建这个文件，写上 title: 和 edition:，例如 edition: zj-2018-2022",
            "{shown} has no content/site.yaml; create it with title: and edition:, such as edition: zj-2018-2022"
        )
    } else {
        text!(
            "“{shown}”里没有 content 文件夹，不是知识库",
            "{shown} has no content folder and is no knowledge base"
        )
    })
}

/// The options of the pure part, from the command line and the clock.
pub(super) fn options(content: &Content) -> Result<Options, Failure> {
    if let Some(jobs) = content.jobs
        && (jobs == 0 || jobs > 1024)
    {
        return Err(Failure::could_not_run(text!(
            "--jobs 要在 1 到 1024 之间",
            "--jobs must be from 1 to 1024"
        )));
    }
    // Rendering a deep template needs more than the default stack; the pool can be set once and is set here.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(content.jobs.unwrap_or(0)).stack_size(8 << 20);
    pool.build_global().map_err(|error| {
        Failure::could_not_run(text!("无法启动线程：{error}", "cannot start threads: {error}"))
    })?;
    let today = match &content.today {
        None => None,
        Some(day) => Some(Date::parse(day).ok_or_else(|| {
            Failure::could_not_run(text!(
                "--today 要写成 年-月-日，例如 2022-12-01，现在是“{day}”",
                "--today must be a date such as 2022-12-01, not “{day}”"
            ))
        })?),
    };
    Ok(Options {
        today,
        release: content.release.map(|level| match level {
            ReleaseLevel::Public => Release::Public,
            ReleaseLevel::Internal => Release::Internal,
            ReleaseLevel::Restricted => Release::Restricted,
        }),
        drafts: content.drafts,
        ..Options::new(clock())
    })
}

/// Today by the machine's clock, UTC.
pub(super) fn clock() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Date::from_unix_days((since.as_secs() / 86_400) as i64)
        .or_else(|| Date::new(2022, 12, 1))
        .unwrap_or_else(|| unreachable!("the first of December exists"))
}

/// Measures stages by when they say they are done, and shows a person on a terminal that something is going on.
pub(super) struct Stopwatch {
    start: Instant,
    laps: Mutex<Vec<(&'static str, Instant)>>,
    spinner: ProgressBar,
}

impl Stopwatch {
    pub fn start() -> Stopwatch {
        // Drawn on standard error, and only where that is a terminal.
        let spinner = ProgressBar::new_spinner().with_message("read");
        spinner.enable_steady_tick(Duration::from_millis(200));
        Stopwatch { start: Instant::now(), laps: Mutex::new(Vec::new()), spinner }
    }

    pub fn lap(&self, stage: &'static str) {
        if let Ok(mut laps) = self.laps.lock() {
            laps.push((stage, Instant::now()));
        }
        self.spinner.set_message(format!("{stage} ✓"));
    }

    /// Takes the sign of life away before anything is printed.
    pub fn stop(&self) {
        self.spinner.finish_and_clear();
    }

    /// A line per stage, then the whole.
    pub fn print(&self) {
        let Ok(laps) = self.laps.lock() else { return };
        let mut before = self.start;
        for (stage, at) in laps.iter() {
            anstream::eprintln!("{:>8.1} ms  {stage}", at.duration_since(before).as_secs_f64() * 1000.0);
            before = *at;
        }
        anstream::eprintln!("{:>8.1} ms  total", self.start.elapsed().as_secs_f64() * 1000.0);
    }
}
