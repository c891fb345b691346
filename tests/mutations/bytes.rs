//! Random damage to the bytes of documents: reading them never panics and never takes long.
//! `KEBEN_MUTATIONS` says how many damages (5,000 by default). Documents of the starter always; where `KEBEN_CORPUS` is
//! set, as many again of real texts.

use crate::corpus::corpus;
use crate::hostile::{Random, mutate, starter};
use keben::document::{self, place_of};
use keben::front_matter::Limits;
use keben::source::{Body, FileId, RelPath, SourceFile};
use keben::taxonomy::Taxonomy;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// For every 64 KiB begun. An unoptimised build may take twenty times as long.
const PATIENCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 50 });

fn wanted() -> usize {
    std::env::var("KEBEN_MUTATIONS")
        .map_or(5_000, |number| number.parse().expect("KEBEN_MUTATIONS is a number"))
}

/// How long it takes to read these bytes, or what goes wrong.
fn read(path: &RelPath, bytes: Vec<u8>, taxonomy: &Taxonomy) -> Result<Duration, String> {
    let length = bytes.len();
    let limit = PATIENCE * (length as u32).div_ceil(64 << 10).max(1);
    let file = SourceFile { path: path.clone(), body: Body::Bytes(bytes) };
    let place = place_of(FileId(0), path).0.expect("a document of the starter");
    let mut best = Duration::MAX;
    // A busy machine may be slow once or twice, not three times.
    for _ in 0..3 {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            document::parse(FileId(0), &file, &place, taxonomy, &Limits::default())
        }));
        best = best.min(started.elapsed());
        let shown = || String::from_utf8_lossy(file.bytes().unwrap_or_default()).into_owned();
        match outcome {
            Err(_) => return Err(format!("a panic on {path}:\n{}", shown())),
            Ok((None, found)) if found.is_empty() => {
                return Err(format!("{path} is lost without a word:\n{}", shown()));
            }
            Ok((_, found)) => {
                let outside = found.iter().find(|found| found.span.end as usize > length);
                if let Some(found) = outside {
                    return Err(format!("a place outside {path}: {found:?}\n{}", shown()));
                }
            }
        }
        if best <= limit {
            return Ok(best);
        }
    }
    let bytes = file.bytes().unwrap_or_default();
    Err(format!("{path} took {best:?} for {length} bytes:\n{:.400}", String::from_utf8_lossy(bytes)))
}

fn run(name: &str, documents: &[SourceFile], taxonomy: &Taxonomy) {
    let count = wanted();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcomes: Vec<Result<Duration, String>> = (0..count)
        .into_par_iter()
        .map(|round| {
            let mut random =
                Random(0x853C_49E6_748F_EA9B ^ (round as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let file = &documents[round % documents.len()];
            read(&file.path, mutate(file.bytes().unwrap(), &mut random), taxonomy)
        })
        .collect();
    std::panic::set_hook(hook);
    let slowest = outcomes.iter().flatten().max().copied().unwrap_or_default();
    let faults: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    println!("{count} damages to {} documents of {name}, the slowest read in {slowest:?}", documents.len());
    assert!(faults.is_empty(), "{} faults, the first:\n{:.3000}", faults.len(), faults[0]);
}

#[test]
fn damaged_documents_of_the_starter_are_read_soon() {
    let (documents, taxonomy) = starter();
    run("the starter", &documents, &taxonomy);
}

/// Real texts below the front matter of documents of the starter.
#[test]
fn damaged_documents_of_the_corpus_are_read_soon() {
    let unpacked = tempfile::tempdir().unwrap();
    let Some(corpus) = corpus(unpacked.path()) else { return };
    let (heads, taxonomy) = starter();
    let mut paths: Vec<_> = walkdir::WalkDir::new(corpus)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let documents: Vec<SourceFile> = (0..paths.len().min(1000))
        .map(|n| {
            let text = std::fs::read_to_string(&paths[n * paths.len() / paths.len().min(1000)]).unwrap();
            let head = &heads[n % heads.len()];
            let whole = head.text().unwrap();
            let end = whole[4..].find("\n---\n").unwrap() + 4 + "\n---\n".len();
            let bytes = format!("{}\n{text}", &whole[..end]).into_bytes();
            SourceFile { path: head.path.clone(), body: Body::Bytes(bytes) }
        })
        .collect();
    run("the corpus", &documents, &taxonomy);
}
