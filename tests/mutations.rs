//! Single mistakes in every document of the starter: each gives exactly one finding more, the right one at the right place.
//!
//! A sort is a mechanism: a function from a document to texts with one mistake each and the place where it must be found.
//! Places follow the content model's rules for spans and are counted on the text; keben is not asked. The only other
//! things that a mutation may change are coverage and orphans (KB-308, KB-501 to 508, KB-413), which are information:
//! a mistyped reference really leaves its target without one.
//!
//! A few of each sort run by default, and one sort on every document; `KEBEN_MUTATIONS_EACH=20` runs so many of each,
//! `KEBEN_MUTATIONS_EACH=all` all there are.

mod body;
mod bytes;
mod fields;
mod later;
mod page;
mod relations;
mod syntax;

use crate::knowledge_base::repository;
use crate::site_build::{options, sources};
use keben::diagnostics::{Diagnostic, Severity};
use keben::pipeline;
use keben::source::{Body, FileId, RelPath, SourceFile, Sources};
use page::{Mutation, Page};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// A sort of mistake with the number of its code.
pub struct Sort {
    name: &'static str,
    code: u16,
    make: fn(&World, &Page) -> Vec<Mutation>,
}

/// What a sort may look at beside the document itself.
pub struct World {
    pages: Vec<Page>,
    edition: Page,
    settings: Page,
}

impl World {
    fn page(&self, key: &str) -> &Page {
        self.pages.iter().find(|page| page.key() == key).unwrap_or_else(|| panic!("no {key}"))
    }
}

/// Sorts whose check is still to come: skipped, and counted.
const PENDING: &[&str] = &[];

/// Of each sort so many are run by default, and of [`ON_ALL`] one for every document.
const EACH: usize = 4;
const ON_ALL: &str = "required field deleted";

fn sorts() -> Vec<&'static Sort> {
    [syntax::SORTS, fields::SORTS, relations::SORTS, body::SORTS, later::SORTS]
        .into_iter()
        .flatten()
        .collect()
}

fn world(sources: &Sources) -> World {
    let text = |path: &str| sources.get(sources.find(path).unwrap()).text().unwrap().to_owned();
    // The two YAML files have no fences: the whole text is a head.
    let yaml = |path: &str| {
        let text = text(path);
        let head = 0..text.len();
        Page { path: path.to_owned(), folder: String::new(), id: String::new(), text, head }
    };
    // A retired document has rules of its own; tests/lifecycle.rs holds them.
    let published = |text: &str| text.contains("\nstatus: published\n") || text.contains("\n状态: 已发布\n");
    let documents = sources
        .under("content/")
        .filter(|(_, file)| file.path.extension() == "md" && file.text().is_some_and(published));
    World {
        pages: documents.map(|(_, file)| Page::new(file.path.as_str(), file.text().unwrap())).collect(),
        edition: yaml("content/taxonomy/zj-2018-2022.yaml"),
        settings: yaml("content/site.yaml"),
    }
}

/// A finding without its place, which moves when a line is added above it.
type Finding<'a> = (u16, &'a str, &'a str);

fn findings<'a>(found: &'a [Diagnostic], sources: &'a Sources) -> BTreeMap<Finding<'a>, Vec<&'a Diagnostic>> {
    let mut out: BTreeMap<Finding<'_>, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in found {
        let path = sources.get(diagnostic.span.file).path.as_str();
        out.entry((diagnostic.code.0, path, &diagnostic.message.zh)).or_default().push(diagnostic);
    }
    out
}

/// Line and column of an offset in a file that may not be UTF-8.
fn place(sources: &Sources, file: FileId, at: u32) -> (usize, usize) {
    let bytes = sources.get(file).bytes().unwrap_or_default();
    let before = String::from_utf8_lossy(&bytes[..(at as usize).min(bytes.len())]);
    page::place(&before, before.len())
}

fn shown(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.span;
    let (start, end) = (place(sources, span.file, span.start), place(sources, span.file, span.end));
    let path = &sources.get(span.file).path;
    format!("{path}:{start:?}-{end:?} {} {}", diagnostic.code, diagnostic.message.zh)
}

/// What is wrong with what this mutation gives; `None` when it is as it should be.
fn fault(sort: &Sort, mutation: &Mutation, before: &[Diagnostic], base: &Sources) -> Option<String> {
    let mut files: Vec<SourceFile> = mutation
        .files
        .iter()
        .map(|(path, bytes)| SourceFile {
            path: RelPath::new(path).unwrap(),
            body: match path.ends_with(".svg") {
                true => Body::Asset { size: bytes.len() as u64, traces: Default::default() },
                false => Body::Bytes(bytes.clone()),
            },
        })
        .collect();
    files.extend(base.iter().map(|(_, file)| file.clone()));
    // Of two files with one path the first stays.
    let changed = Sources::new(files);
    let run = catch_unwind(AssertUnwindSafe(|| pipeline::check(&changed, &options(), &|_| {}).diagnostics));
    let Ok(after) = run else { return Some("a panic".into()) };
    let (old, new) = (findings(before, base), findings(&after, &changed));
    let aside = |code: u16| code != sort.code && matches!(code, 308 | 413 | 501..=508);
    let mut wrong = Vec::new();
    for ((code, path, message), list) in &old {
        let now = new.get(&(*code, *path, *message)).map_or(0, Vec::len);
        if now < list.len() && !aside(*code) && *path != mutation.path {
            wrong.push(format!("gone: {path} KB-{code:03} {message}"));
        }
    }
    let mut added: Vec<&Diagnostic> = Vec::new();
    for (key, list) in &new {
        let was = old.get(key).map_or(0, Vec::len);
        added.extend(list.iter().copied().skip(was).filter(|_| !aside(key.0)));
    }
    let hit = added.iter().any(|diagnostic| {
        let span = diagnostic.span;
        let fits = |want: Option<(usize, usize)>, at: u32| {
            want.is_none_or(|want| want == place(&changed, span.file, at))
        };
        diagnostic.code.0 == sort.code
            && changed.get(span.file).path.as_str() == mutation.path
            && fits(mutation.start, span.start)
            && fits(mutation.end, span.end)
    });
    if hit && added.len() == 1 && wrong.is_empty() {
        return None;
    }
    wrong.extend(added.iter().map(|diagnostic| shown(&changed, diagnostic)));
    let (start, end) = (mutation.start, mutation.end);
    Some(format!(
        "expected {}:{start:?}-{end:?} KB-{:03}\n    got {}",
        mutation.path,
        sort.code,
        if wrong.is_empty() { "nothing".into() } else { wrong.join("\n        ") }
    ))
}

/// So many of `all`, evenly spread, beginning elsewhere for each sort.
fn spread<T>(all: Vec<T>, wanted: usize, shift: usize) -> Vec<T> {
    let count = all.len();
    if count <= wanted {
        return all;
    }
    let chosen: Vec<usize> = (0..wanted).map(|n| (n * count / wanted + shift) % count).collect();
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    chosen.into_iter().filter_map(|n| all[n].take()).collect()
}

#[test]
fn every_single_mistake_gives_its_one_finding() {
    // The draft class fails on purpose, and says so of every number that a mutation touches.
    let draft = |file: &SourceFile| file.text().is_some_and(|text| text.contains("\nstatus: draft\n"));
    let base = Sources::new(sources(repository()).into_files().filter(|file| !draft(file)).collect());
    let world = world(&base);
    let before = pipeline::check(&base, &options(), &|_| {}).diagnostics;
    assert!(before.iter().all(|found| found.severity == Severity::Info), "the starter has a finding");
    let each = match std::env::var("KEBEN_MUTATIONS_EACH").as_deref() {
        Ok("all") => usize::MAX,
        Ok(number) => number.parse().expect("KEBEN_MUTATIONS_EACH is a number or all"),
        Err(_) => EACH,
    };
    let only = std::env::var("KEBEN_MUTATION_SORT").ok();
    let all = sorts();
    let names: std::collections::BTreeSet<&str> = all.iter().map(|sort| sort.name).collect();
    assert_eq!(names.len(), all.len(), "two sorts have one name");
    assert!(PENDING.iter().all(|name| names.contains(name)), "a pending sort is no sort");
    let started = Instant::now();
    let (mut run, mut pending, mut empty) = (Vec::new(), 0, Vec::new());
    for (shift, sort) in all.iter().enumerate() {
        if PENDING.contains(&sort.name) {
            pending += 1;
            continue;
        }
        if only.as_ref().is_some_and(|only| !sort.name.contains(only)) {
            continue;
        }
        let least = usize::from(sort.name == ON_ALL);
        let mut surely = Vec::new();
        let mut made = Vec::new();
        for (n, page) in world.pages.iter().enumerate() {
            let mut mutations = (sort.make)(&world, page);
            for _ in 0..least.min(mutations.len()) {
                surely.push(mutations.remove(n % mutations.len()));
            }
            made.extend(mutations);
        }
        if made.is_empty() {
            empty.push(sort.name);
        }
        surely.extend(spread(made, each, shift * 13));
        run.extend(surely.into_iter().map(|mutation| (*sort, mutation)));
    }
    assert!(empty.is_empty(), "no document can have these mistakes: {empty:?}");
    let count = run.len();
    let kinds = all.len() - pending;
    let untouched: Vec<&str> = world
        .pages
        .iter()
        .map(|page| page.path.as_str())
        .filter(|path| !run.iter().any(|(_, mutation)| mutation.path == *path))
        .collect();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let faults: Vec<(&str, String)> = run
        .par_iter()
        .filter_map(|(sort, mutation)| Some((sort.name, fault(sort, mutation, &before, &base)?)))
        .collect();
    std::panic::set_hook(hook);
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (sort, _) in &run {
        counts.entry(sort.name).or_default().0 += 1;
    }
    for (name, _) in &faults {
        counts.entry(name).or_default().1 += 1;
    }
    println!(
        "{kinds} sorts of mistakes, {count} mutations, {pending} sorts pending, {:?}",
        started.elapsed()
    );
    let bad: Vec<String> = counts
        .iter()
        .filter(|(_, (_, bad))| *bad > 0)
        .map(|(name, (all, bad))| format!("{name}: {bad} of {all}"))
        .collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let shown: Vec<String> = faults
        .iter()
        .filter(|(name, _)| {
            // Two of a sort say enough.
            let seen = first.entry(name).or_default();
            *seen += 1;
            *seen <= 2
        })
        .take(20)
        .map(|(name, fault)| format!("{name}\n    {fault}"))
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {count} mutations are not found as they should be:\n{}\n\n{}",
        faults.len(),
        bad.join("\n"),
        shown.join("\n")
    );
    if only.is_none() {
        assert!(untouched.is_empty(), "never mutated: {untouched:?}");
        assert!(kinds >= 60 && count >= 500, "{kinds} sorts, {count} mutations");
    }
}
