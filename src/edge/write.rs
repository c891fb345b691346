//! Layer 11, `write`: puts a whole site in place, or leaves the old one as it was.
//! Knows bytes and where they go; pages are made by the function it is given, one at a time on each core.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::EdgeError;
use super::cache;
use super::disk::{self, Disk};
use super::images;
use super::lock::Lock;
use super::place::{self, Before, Place};
use super::staging::{self, Staging};
use crate::manifest::{self, Build, Manifest, Sum};
use crate::source::{Content, OutputFile, PageId, RelPath};

/// What a build did. The files about the site itself (`_keben/`) are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
    /// The size of the whole site.
    pub bytes: u64,
}

#[derive(Debug)]
pub enum WriteError<E> {
    /// The first page, in the order of the files, that could not be made.
    Render(E),
    Edge(EdgeError),
}

impl<E> From<EdgeError> for WriteError<E> {
    fn from(error: EdgeError) -> WriteError<E> {
        WriteError::Edge(error)
    }
}

/// Makes a page. A [`Content::Late`] one is told the fingerprint of all other files.
pub type Render<'a, E> = &'a (dyn Fn(PageId, Option<&str>) -> Result<Vec<u8>, E> + Sync);

/// Makes every file, compares it with the one in place and, when any differs, replaces the folder `out` in one step.
/// With nothing different nothing is written. After an error the old site is as it was. `site` is the knowledge base's
/// [`manifest::site_id`].
pub fn write<E: Send>(
    lock: &Lock,
    out: &Path,
    files: &[OutputFile],
    site: &str,
    render: Render<'_, E>,
) -> Result<Written, WriteError<E>> {
    write_on(&Disk::default(), lock.root(), out, files, site, render)
}

fn write_on<E: Send>(
    disk: &Disk,
    root: &Path,
    out: &Path,
    files: &[OutputFile],
    site: &str,
    render: Render<'_, E>,
) -> Result<Written, WriteError<E>> {
    let place = place::place(root, out)?;
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    // The name of the manifest is known when all files are; every one needs the same room.
    let some_manifest = manifest::manifest_path(&"0".repeat(64));
    let about = [manifest::SUMS, manifest::BUILD, manifest::HEAD, manifest::SIGNATURE, manifest::KEYRING];
    paths.extend(about);
    paths.push(&some_manifest);
    place::check_paths(&paths)?;
    staging::sweep(disk, &place)?;
    let before = place::look(&place)?;
    let old = match before {
        Before::Site => files_in(&place)?,
        Before::Nothing | Before::EmptyFolder => FxHashSet::default(),
    };
    let folders = folders(&paths);
    let pass = Pass { disk, root, place: &place, before, old, folders, staging: OnceLock::new() };

    let (late, early): (Vec<&OutputFile>, Vec<&OutputFile>) =
        files.iter().partition(|file| matches!(file.content, Content::Late(_)));
    let mut made = pass.make_all(&early, None, render)?;
    let fingerprint = manifest::fingerprint(&sums(&early, &made));
    made.extend(pass.make_all(&late, Some(&fingerprint), render)?);
    let files = [early, late].concat();
    let listed = Manifest::of(sums(&files, &made));
    let bytes = listed.bytes();
    let text = listed.text();
    let packed = manifest::compress(&text).map_err(|error| pass.failed(&some_manifest, &error))?;
    let build = Build::new(site, &listed, &text, &packed);
    let manifest_path = manifest::manifest_path(&build.manifest.sha256);
    let about = [
        (manifest::SUMS, pass.put(manifest::SUMS, manifest::sums_text(listed.sums()).as_bytes())?),
        (&manifest_path, pass.put(&manifest_path, &packed)?),
        (manifest::BUILD, pass.put(manifest::BUILD, build.text().as_bytes())?),
    ];

    let new: FxHashSet<&str> =
        files.iter().map(|file| file.path.as_str()).chain(about.iter().map(|(path, _)| *path)).collect();
    let old = pass.old.iter().filter(|path| !new.contains(path.as_str()) && !manifest::is_of_signing(path));
    let (strays, gone): (Vec<&String>, Vec<&String>) =
        old.partition(|path| path.starts_with(manifest::FOLDER));
    let unchanged = made.iter().filter(|made| made.unchanged).count();
    let removed = gone.len();
    let written = Written { written: made.len() - unchanged, unchanged, removed, bytes };
    let all_in_place = about.iter().all(|(_, made)| made.unchanged) && unchanged == made.len();
    if all_in_place && removed == 0 && strays.is_empty() {
        return Ok(written);
    }

    let staging = pass.staging()?.path();
    let kept = files.iter().map(|file| file.path.as_str()).zip(&made);
    let kept = kept.chain(about.iter().map(|(path, made)| (*path, made)));
    let mut kept: Vec<&str> = kept.filter(|(_, made)| made.unchanged).map(|(path, _)| path).collect();
    kept.extend(pass.keep_signing(about[2].1.unchanged)?);
    kept.into_par_iter().try_for_each(|path| {
        disk.link(&place.folder.join(path), &staging.join(path)).map_err(|error| pass.failed(path, &error))
    })?;
    pass.finish()?;
    Ok(written)
}

/// What the site's sums list of these files.
fn sums<'a>(files: &[&'a OutputFile], made: &[Made]) -> Vec<Sum<'a>> {
    let listed = files.iter().zip(made).filter(|(file, _)| !file.path.starts_with(manifest::FOLDER));
    listed.map(|(file, made)| Sum { path: &file.path, size: made.size, sha256: made.sha256 }).collect()
}

/// The files below a site, whatever they are, by path.
fn files_in(place: &Place) -> Result<FxHashSet<String>, EdgeError> {
    let mut files = FxHashSet::default();
    for entry in WalkDir::new(&place.folder).min_depth(1) {
        let entry = entry.map_err(|error| {
            let error = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
            EdgeError::io(("读取输出文件夹", "read the output folder"), &place.shown, &error)
        })?;
        if !entry.file_type().is_dir() {
            let path = entry.path().strip_prefix(&place.folder).unwrap_or(entry.path());
            files.insert(path.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

/// Every folder that a path needs, a folder before those inside it.
fn folders<'a>(paths: &[&'a str]) -> BTreeSet<&'a str> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let mut rest: &'a str = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder) {
                break;
            }
            rest = folder;
        }
    }
    folders
}

/// What is known of a file once its bytes have been made.
struct Made {
    size: u64,
    sha256: [u8; 32],
    /// The file in place has these bytes already.
    unchanged: bool,
}

/// One pass over the files. The staging folder comes into being with the first file that differs.
struct Pass<'a> {
    disk: &'a Disk,
    root: &'a Path,
    place: &'a Place,
    before: Before,
    old: FxHashSet<String>,
    folders: BTreeSet<&'a str>,
    staging: OnceLock<Result<Staging<'a>, EdgeError>>,
}

impl<'a> Pass<'a> {
    fn make_all<E: Send>(
        &self,
        files: &[&OutputFile],
        fingerprint: Option<&str>,
        render: Render<'_, E>,
    ) -> Result<Vec<Made>, WriteError<E>> {
        // After a failure only files before it are still tried, so that the failure reported does not depend on
        // which core was quicker.
        let first_failure = AtomicUsize::new(usize::MAX);
        let made: Vec<Option<Result<Made, WriteError<E>>>> = files
            .par_iter()
            .enumerate()
            .map(|(index, file)| {
                if index > first_failure.load(Ordering::Relaxed) {
                    return None;
                }
                let made = self.make(file, fingerprint, render);
                if made.is_err() {
                    first_failure.fetch_min(index, Ordering::Relaxed);
                }
                Some(made)
            })
            .collect();
        made.into_iter().flatten().collect()
    }

    fn make<E>(
        &self,
        file: &OutputFile,
        fingerprint: Option<&str>,
        render: Render<'_, E>,
    ) -> Result<Made, WriteError<E>> {
        match &file.content {
            Content::Bytes(bytes) => Ok(self.put(&file.path, bytes)?),
            Content::Render(page) | Content::Late(page) => {
                let bytes = render(*page, fingerprint).map_err(WriteError::Render)?;
                Ok(self.put(&file.path, &bytes)?)
            }
            Content::CopyOf(source) => Ok(self.copy(&file.path, source)?),
            Content::Image(image) => Ok(self.put(&file.path, &images::bytes(self.root, image)?)?),
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> Result<Made, EdgeError> {
        let sha256 = Sha256::digest(bytes).into();
        let unchanged = self.has(path, bytes);
        if !unchanged {
            let to = self.staging()?.path().join(path);
            self.disk
                .create_file(&to)
                .and_then(|mut file| self.disk.append(&mut file, bytes))
                .map_err(|error| self.failed(path, &error))?;
        }
        Ok(Made { size: bytes.len() as u64, sha256, unchanged })
    }

    /// Whether the file in place has these bytes. One that cannot be read is replaced.
    fn has(&self, path: &str, bytes: &[u8]) -> bool {
        let Some((mut file, size)) = self.in_place(path) else { return false };
        if size != bytes.len() as u64 {
            return false;
        }
        let mut buffer = [0; BLOCK];
        let same = |part: &[u8]| {
            disk::fill(&mut file, &mut buffer[..part.len()]).is_ok_and(|read| buffer[..read] == *part)
        };
        bytes.chunks(BLOCK).all(same)
    }

    fn in_place(&self, path: &str) -> Option<(File, u64)> {
        if !self.old.contains(path) {
            return None;
        }
        let file = disk::open_below(&self.place.folder, path).ok()?;
        let size = file.metadata().ok()?.len();
        Some((file, size))
    }

    /// Streams an attachment, hashing exactly the bytes that are written.
    fn copy(&self, path: &str, source: &RelPath) -> Result<Made, EdgeError> {
        let unreadable = |error: io::Error| match disk::met_a_link(&error) {
            true => EdgeError::new(
                format!("“{source}”变成了符号链接，不会复制"),
                format!("{source} has become a symbolic link and is not copied"),
            ),
            false => EdgeError::io(("复制", "copy"), source, &error),
        };
        let mut from = disk::open_below(self.root, source.as_str()).map_err(unreadable)?;
        let size = from.metadata().map_err(unreadable)?.len();
        if let Some((old, old_size)) = self.in_place(path)
            && old_size == size
            && let Some(sha256) = same_stream(&mut from, old).map_err(unreadable)?
        {
            return Ok(Made { size, sha256, unchanged: true });
        }
        from.rewind().map_err(unreadable)?;
        let to = self.staging()?.path().join(path);
        let failed = |error| self.failed(path, &error);
        let mut to = self.disk.create_file(&to).map_err(failed)?;
        let mut hash = Sha256::new();
        let mut size = 0;
        let mut buffer = vec![0; LARGE_BLOCK];
        loop {
            let read = disk::fill(&mut from, &mut buffer).map_err(unreadable)?;
            if read == 0 {
                return Ok(Made { size, sha256: hash.finalize().into(), unchanged: false });
            }
            hash.update(&buffer[..read]);
            self.disk.append(&mut to, &buffer[..read]).map_err(failed)?;
            size += read as u64;
        }
    }

    /// What signing added and what stays of it. A head is good for one manifest only: beside another one it goes to the
    /// cache, where the next `keben sign` finds its number. The keys are good for every release.
    fn keep_signing(&self, same_manifest: bool) -> Result<Vec<&'static str>, EdgeError> {
        let there = |path: &&str| self.in_place(path).is_some();
        if same_manifest {
            let all = [manifest::HEAD, manifest::SIGNATURE, manifest::KEYRING];
            return Ok(all.into_iter().filter(there).collect());
        }
        if let Some((mut head, size)) = self.in_place(manifest::HEAD)
            && size <= manifest::HEAD_BYTES as u64
        {
            let failed = |error| EdgeError::io(("保存", "keep"), cache::PREVIOUS_HEAD, &error);
            let mut bytes = Vec::new();
            head.read_to_end(&mut bytes).map_err(failed)?;
            cache::put(self.disk, self.root, cache::PREVIOUS_HEAD, &bytes).map_err(failed)?;
        }
        Ok([manifest::KEYRING].into_iter().filter(there).collect())
    }

    fn staging(&self) -> Result<&Staging<'a>, EdgeError> {
        let create = || Staging::create(self.disk, self.place, self.before, &self.folders);
        self.staging.get_or_init(create).as_ref().map_err(EdgeError::clone)
    }

    fn finish(self) -> Result<(), EdgeError> {
        match self.staging.into_inner() {
            Some(staging) => staging?.take_place(),
            None => Ok(()),
        }
    }

    fn failed(&self, path: &str, error: &io::Error) -> EdgeError {
        EdgeError::io(("写入", "write"), format!("{}/{path}", self.place.shown), error)
    }
}

/// Small files are compared on the stack.
const BLOCK: usize = 16 << 10;
const LARGE_BLOCK: usize = 256 << 10;

/// The hash of two streams of one size, `None` where they differ.
fn same_stream(a: &mut File, b: File) -> io::Result<Option<[u8; 32]>> {
    let mut b = b.take(u64::MAX);
    let mut hash = Sha256::new();
    let mut buffers = (vec![0; LARGE_BLOCK], vec![0; LARGE_BLOCK]);
    loop {
        let read = disk::fill(a, &mut buffers.0)?;
        // The old file being unreadable makes it different, no more.
        let other = disk::fill(&mut b, &mut buffers.1).unwrap_or(usize::MAX);
        if read != other || buffers.0[..read] != buffers.1[..read] {
            return Ok(None);
        }
        if read == 0 {
            return Ok(Some(hash.finalize().into()));
        }
        hash.update(&buffers.0[..read]);
    }
}

#[cfg(test)]
mod tests;
