//! Layer 11, `stamp`: how a build finds out that it has nothing to do.
//! Knows what went in and what lies in the output folder; must not know how one becomes the other.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::EdgeError;
use super::lock;
use crate::manifest::{hex, is_of_signing};
use crate::source::{Body, Refusal, SourceFile, Sources};

const NAME: &str = "build-stamp.json";

/// What the last build was made from and what it left.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// See [`fingerprint`].
    pub fingerprint: String,
    /// Whatever the caller wants to say again when nothing has changed.
    pub payload: String,
    outputs: Vec<Output>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Output {
    path: String,
    size: u64,
    mtime_ns: i64,
}

impl Stamp {
    /// The stamp of the last build; `None` when there is none or it cannot be read: then everything is built.
    pub fn load(root: &Path) -> Option<Stamp> {
        let text = fs::read(root.join(lock::CACHE).join(NAME)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Whether `out` holds exactly the files of that build, none touched since.
    pub fn holds(&self, out: &Path) -> bool {
        outputs(out).is_ok_and(|outputs| outputs == self.outputs)
    }

    /// Remembers a build that has just been put in place at `out`.
    pub fn store(root: &Path, out: &Path, fingerprint: String, payload: String) -> Result<(), EdgeError> {
        let cache = lock::cache(root)?;
        let failed =
            |error: io::Error| EdgeError::io(("写入", "write"), format!("{}/{NAME}", lock::CACHE), &error);
        let outputs = outputs(out).map_err(failed)?;
        let stamp = Stamp { fingerprint, payload, outputs };
        let text = serde_json::to_vec(&stamp).map_err(|error| failed(error.into()))?;
        let unfinished = cache.join("build-stamp.new");
        fs::write(&unfinished, text).map_err(failed)?;
        fs::rename(unfinished, cache.join(NAME)).map_err(failed)
    }
}

fn outputs(out: &Path) -> io::Result<Vec<Output>> {
    let entries: Result<Vec<_>, _> = WalkDir::new(out).min_depth(1).into_iter().collect();
    let mut outputs: Vec<Output> = entries?
        .into_par_iter()
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let metadata = entry.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::other("not a plain file"));
            }
            let path = entry.path().strip_prefix(out).unwrap_or(entry.path());
            let path = path.to_str().ok_or_else(|| io::Error::other("a name that is not Unicode"))?;
            Ok(Output { path: path.to_owned(), size: metadata.len(), mtime_ns: mtime_ns(&metadata) })
        })
        .collect::<io::Result<_>>()?;
    // A signature comes after the build, and a later one in its place changes nothing that was built.
    outputs.retain(|output| !is_of_signing(&output.path));
    outputs.sort_unstable();
    Ok(outputs)
}

fn mtime_ns(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    metadata.mtime().wrapping_mul(1_000_000_000).wrapping_add(metadata.mtime_nsec())
}

/// A hash of everything a build depends on: path, kind and bytes of every source, and `extra` (options, today's
/// date, the version of keben). An attachment counts by its size and its times of change.
pub fn fingerprint(root: &Path, sources: &Sources, extra: &[u8]) -> String {
    let files: Vec<&SourceFile> = sources.iter().map(|(_, file)| file).collect();
    let hashes: Vec<[u8; 32]> = files.par_iter().map(|file| hash(root, file)).collect();
    let mut all = Sha256::new();
    all.update((extra.len() as u64).to_le_bytes());
    all.update(extra);
    for hash in hashes {
        all.update(hash);
    }
    hex(&all.finalize())
}

fn hash(root: &Path, file: &SourceFile) -> [u8; 32] {
    let path = file.path.as_str();
    let mut hash = Sha256::new();
    hash.update((path.len() as u64).to_le_bytes());
    hash.update(path);
    match &file.body {
        Body::Bytes(bytes) => {
            hash.update(b"b");
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        Body::Asset { size, .. } => {
            hash.update(b"a");
            hash.update(size.to_le_bytes());
            if let Ok(metadata) = fs::symlink_metadata(root.join(path)) {
                hash.update(mtime_ns(&metadata).to_le_bytes());
                hash.update(change_time(&metadata));
            }
        }
        Body::TooLarge { size, limit } => {
            hash.update(b"l");
            hash.update(size.to_le_bytes());
            hash.update(limit.to_le_bytes());
        }
        Body::Refused(refusal) => hash.update(match refusal {
            Refusal::SymbolicLink => b"rs",
            Refusal::DirectoryNamedLikeDocument => b"rd",
            Refusal::NotAFile => b"rf",
            Refusal::NameNotUnicode => b"ru",
        }),
    }
    hash.finalize().into()
}

/// The time the system itself keeps: no program can set it back.
fn change_time(metadata: &Metadata) -> [u8; 16] {
    use std::os::unix::fs::MetadataExt;
    let seconds = metadata.ctime().to_le_bytes();
    let nanoseconds = metadata.ctime_nsec().to_le_bytes();
    let mut both = [0; 16];
    both[..8].copy_from_slice(&seconds);
    both[8..].copy_from_slice(&nanoseconds);
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RelPath;

    fn sources(text: &str) -> Sources {
        let path = RelPath::new("content/a.md").unwrap();
        Sources::new(vec![SourceFile { path, body: Body::Bytes(text.into()) }])
    }

    #[test]
    fn a_fingerprint_depends_on_sources_and_options() {
        let root = Path::new("/none");
        let one = fingerprint(root, &sources("a"), b"x");
        assert_eq!(one, fingerprint(root, &sources("a"), b"x"));
        assert_ne!(one, fingerprint(root, &sources("b"), b"x"));
        assert_ne!(one, fingerprint(root, &sources("a"), b"y"));
    }

    #[test]
    fn a_stamp_holds_until_the_output_is_touched() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("public");
        fs::create_dir_all(out.join("a")).unwrap();
        fs::write(out.join("a/b.html"), "b").unwrap();
        assert!(Stamp::load(root.path()).is_none());
        Stamp::store(root.path(), &out, "f".into(), "p".into()).unwrap();
        let stamp = Stamp::load(root.path()).unwrap();
        assert_eq!((stamp.fingerprint.as_str(), stamp.payload.as_str()), ("f", "p"));
        assert!(stamp.holds(&out));
        fs::write(out.join("new.html"), "").unwrap();
        assert!(!stamp.holds(&out));
        fs::remove_file(out.join("new.html")).unwrap();
        assert!(stamp.holds(&out));
        fs::write(out.join("a/b.html"), "c").unwrap();
        assert!(!stamp.holds(&out));
        assert!(!stamp.holds(&root.path().join("none")));
    }
}
