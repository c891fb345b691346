//! Layer 12: `keben fix`: the fixes that findings carry, made in the files.

use super::Content;
use super::check::codes;
use super::run::{Failure, Run, options};
use crate::diagnostics::{Code, Fix, Severity, Summary, mend, text};
use crate::edge::replace::{Replaced, holds, replace};
use crate::fields::{COMMON, fields_of, ids};
use crate::pipeline::{self, Checked};
use crate::source::{Body, FileId, SourceFile, Sources};
use clap::Args;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// One fix may make place for another, but two that undo each other must not go on for ever.
const PASSES: usize = 10;

#[derive(Args)]
pub(super) struct Options {
    /// 只显示会怎样改（统一差异格式），不改文件
    #[arg(long)]
    dry_run: bool,
    /// 只改这些代码的问题，用逗号隔开，例如 KB-004,KB-103
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    only: Vec<String>,
    /// 同时把词表的中文名称和别称改写成编号
    #[arg(long)]
    ids: bool,
    #[command(flatten)]
    content: Content,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let options = options(&arguments.content)?;
    let only = codes(&arguments.only)?;
    let root = run.find_root()?;
    let before = run.read(&root)?;
    let mut sources = before.clone();
    let mut made: BTreeMap<FileId, usize> = BTreeMap::new();
    let mut checked = pipeline::check(&sources, &options, &|_| {});
    for _ in 0..PASSES {
        let mut bodies: BTreeMap<FileId, Vec<u8>> = BTreeMap::new();
        for (file, fixes) in wanted(&checked, &sources, &only, arguments.ids) {
            let Some(bytes) = sources.get(file).bytes() else { continue };
            if let Some((bytes, count)) = mend(bytes, &fixes.iter().collect::<Vec<_>>()) {
                bodies.insert(file, bytes);
                *made.entry(file).or_default() += count;
            }
        }
        // An edition that the binary carries lies in no file.
        bodies.retain(|file, _| {
            let source = before.get(*file);
            source.bytes().is_some_and(|bytes| holds(&root, source.path.as_str(), bytes))
        });
        made.retain(|file, _| bodies.contains_key(file) || sources.get(*file) != before.get(*file));
        if bodies.is_empty() {
            break;
        }
        sources = with(&sources, bodies);
        checked = pipeline::check(&sources, &options, &|_| {});
    }
    let changed: Vec<Change<'_>> = made
        .iter()
        .filter_map(|(file, count)| {
            let (old, new) = (before.get(*file), sources.get(*file));
            let (old_bytes, new_bytes) = (old.bytes()?, new.bytes()?);
            let change = Change { path: old.path.as_str(), old: old_bytes, new: new_bytes, count: *count };
            (old_bytes != new_bytes).then_some(change)
        })
        .collect();
    if arguments.dry_run {
        return preview(run, &changed);
    }
    write(run, &root, &changed)?;
    let Summary { errors, warnings, infos } = Summary::of(&checked.diagnostics);
    run.say(&text!(
        "还有错误 {errors} 处，警告 {warnings} 处，提示 {infos} 处；用 keben check 查看",
        "what remains: {errors} errors, {warnings} warnings, {infos} notes; see keben check"
    ));
    let failed = checked.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

struct Change<'a> {
    path: &'a str,
    old: &'a [u8],
    new: &'a [u8],
    count: usize,
}

/// The fixes of every file in the order of their findings; those that only respell a value come last.
fn wanted(checked: &Checked, sources: &Sources, only: &[Code], respell: bool) -> BTreeMap<FileId, Vec<Fix>> {
    let mut out: BTreeMap<FileId, Vec<Fix>> = BTreeMap::new();
    for diagnostic in &checked.diagnostics {
        if only.is_empty() || only.contains(&diagnostic.code) {
            out.entry(diagnostic.span.file).or_default().extend(diagnostic.fix.clone());
        }
    }
    if let Some(site) = checked.site.as_ref().filter(|_| respell) {
        for (_, document) in site.documents() {
            let text = sources.get(document.file).text().unwrap_or_default();
            let tables = [COMMON, fields_of(document.kind)];
            out.entry(document.file).or_default().extend(ids(&document.meta, &tables, text));
        }
    }
    out
}

fn with(sources: &Sources, mut bodies: BTreeMap<FileId, Vec<u8>>) -> Sources {
    let file = |(id, file): (FileId, &SourceFile)| match bodies.remove(&id) {
        Some(bytes) => SourceFile { path: file.path.clone(), body: Body::Bytes(bytes) },
        None => file.clone(),
    };
    Sources::new(sources.iter().map(file).collect())
}

fn write(run: &Run, root: &Path, changes: &[Change<'_>]) -> Result<(), Failure> {
    let (mut fixes, mut files) = (0, 0);
    for Change { path, old, new, count } in changes {
        match replace(root, path, old, new)? {
            Replaced::Done => {
                fixes += count;
                files += 1;
                if run.verbose {
                    run.say(&text!("{path}：改了 {count} 处", "{path}: {count} fixed"));
                }
            }
            Replaced::Changed => run.say(&text!(
                "“{path}”刚才被别的程序改动了，没有动它；请再运行一次 keben fix",
                "{path} has just been changed by another program and was left alone; run keben fix again"
            )),
        }
    }
    let outcome = text!("改了 {fixes} 处，涉及 {files} 个文件", "{fixes} fixed in {files} files");
    run.tell(outcome.in_language(run.language))
}

/// A unified diff on standard output, and on standard error how much it is.
fn preview(run: &Run, changes: &[Change<'_>]) -> Result<ExitCode, Failure> {
    let mut out = Vec::new();
    for Change { path, old, new, .. } in changes {
        if memchr::memchr(0, old).is_some() {
            run.say(&text!(
                "“{path}”会整个改写成 UTF-8，这里不列出",
                "{path} would be written anew as UTF-8 and is not shown here"
            ));
            continue;
        }
        // Lines end at LF and nowhere else, as the programs that read a patch see it.
        let (old, new): (Vec<&[u8]>, Vec<&[u8]>) = (
            old.split_inclusive(|byte| *byte == b'\n').collect(),
            new.split_inclusive(|byte| *byte == b'\n').collect(),
        );
        let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
        // Behind a tab a time may follow; without it a name with a space would end at the space.
        let tab = if path.contains(' ') { "\t" } else { "" };
        let (from, to) = (format!("a/{path}{tab}"), format!("b/{path}{tab}"));
        diff.unified_diff().header(&from, &to).to_writer(&mut out).map_err(|error| {
            Failure::could_not_run(text!("写不出差异：{error}", "cannot write the difference: {error}"))
        })?;
    }
    run.put(&out)?;
    let (files, fixes) = (changes.len(), changes.iter().map(|change| change.count).sum::<usize>());
    run.say(&text!(
        "会改 {fixes} 处，涉及 {files} 个文件；没有改动任何文件",
        "{fixes} would be fixed in {files} files; no file was changed"
    ));
    Ok(ExitCode::SUCCESS)
}
