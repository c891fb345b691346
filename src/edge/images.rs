//! Layer 11, `images`: makes the images of a site, and keeps what took time under `.keben/images/`.
//! What is made depends on the bytes of the source and the [`Image`] alone; the cache only saves time.

#[cfg(feature = "images")]
mod encode;
mod strip;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::{EdgeError, disk, lock};
use crate::manifest;
use crate::source::{Content, Image, OutputFile, RelPath};

const FOLDER: &str = "images";
/// A change of how images are made changes this, and what was kept before is not used any more.
const RECIPE: u32 = 1;
/// The source without its metadata is no larger than the image would be.
const SMALL: &str = "small";
/// The source could not be decoded.
const DAMAGED: &str = "damaged";

/// One image at a time is decoded, whoever asks: the largest takes half a GB.
static ONE: Mutex<()> = Mutex::new(());

/// Makes every image among `files` that is not kept yet, one source after the other, and forgets those that no file
/// needs. Gives the sources that could not be decoded, each with whether publishing it would tell a place or a person.
pub fn prepare(root: &Path, files: &[OutputFile]) -> Result<Vec<(RelPath, bool)>, EdgeError> {
    let mut by_source: BTreeMap<&RelPath, Vec<&Image>> = BTreeMap::new();
    for file in files {
        if let Content::Image(image) = &file.content {
            by_source.entry(&image.source).or_default().push(image);
        }
    }
    let mut needed = BTreeSet::new();
    let mut unmade = Vec::new();
    for (path, images) in by_source {
        let source = Source::read(root, path)?;
        source.make(root, &images)?;
        let damaged = images.iter().any(|image| source.kept(root, image) == Kept::Damaged);
        let stripped = strip::strip(&source.bytes, images[0].from).is_some();
        if damaged || !stripped {
            unmade.push((path.clone(), images[0].private && !stripped));
        }
        needed.extend(images.iter().filter_map(|image| source.name(image)));
    }
    sweep(&root.join(lock::CACHE).join(FOLDER), &needed)?;
    Ok(unmade)
}

/// The bytes of one image: kept ones, else made now.
pub fn bytes(root: &Path, image: &Image) -> Result<Vec<u8>, EdgeError> {
    let source = Source::read(root, &image.source)?;
    if let Kept::Nothing = source.kept(root, image) {
        source.make(root, &[image])?;
    }
    match source.kept(root, image) {
        Kept::Image(bytes) => Ok(bytes),
        Kept::Nothing | Kept::Small | Kept::Damaged => match strip::strip(&source.bytes, image.from) {
            Some(bytes) => Ok(bytes),
            None if image.private => Err(EdgeError::new(
                format!("“{}”已损坏，去不掉里面的位置或作者信息，不能发布", image.source),
                format!("{} is damaged: the position or author in it cannot be taken out", image.source),
            )),
            None => Ok(source.bytes),
        },
    }
}

#[derive(PartialEq, Eq)]
enum Kept {
    Nothing,
    Small,
    Damaged,
    Image(Vec<u8>),
}

struct Source {
    bytes: Vec<u8>,
    hash: String,
}

impl Source {
    fn read(root: &Path, path: &RelPath) -> Result<Source, EdgeError> {
        let read = || -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            disk::open_below(root, path.as_str())?.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| EdgeError::io(("读取", "read"), path, &error))?;
        let hash = manifest::hex(&Sha256::digest(&bytes)[..16]);
        Ok(Source { bytes, hash })
    }

    /// The name under which an image of this source is kept; `None` for one that is made without decoding.
    fn name(&self, image: &Image) -> Option<String> {
        let (width, height) = image.size?;
        let Image { format, turn, .. } = image;
        Some(format!("{}-{RECIPE}-{width}x{height}-{turn}.{}", self.hash, format.extension()))
    }

    fn kept(&self, root: &Path, image: &Image) -> Kept {
        let Some(name) = self.name(image) else { return Kept::Nothing };
        let place = root.join(lock::CACHE).join(FOLDER).join(name);
        let marked = |mark: &str| place.with_added(mark).is_file();
        match fs::read(&place) {
            Ok(bytes) => Kept::Image(bytes),
            Err(_) if marked(SMALL) => Kept::Small,
            Err(_) if marked(DAMAGED) => Kept::Damaged,
            Err(_) => Kept::Nothing,
        }
    }

    /// Makes and keeps those of `images` that are missing; the source is decoded once.
    fn make(&self, root: &Path, images: &[&Image]) -> Result<(), EdgeError> {
        let missing: Vec<&Image> = images
            .iter()
            .copied()
            .filter(|image| image.size.is_some() && self.kept(root, image) == Kept::Nothing)
            .collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let folder = lock::cache(root)?.join(FOLDER);
        // Whoever was making an image when it panicked left no half of it: files come into being by their last name.
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let decoded = decode(&self.bytes, first);
        let stripped = strip::strip(&self.bytes, first.from).map(|bytes| bytes.len());
        for image in missing {
            let Some(name) = self.name(image) else { continue };
            let place = folder.join(name);
            let made = decoded.as_ref().and_then(|decoded| encode(decoded, image));
            let (place, bytes) = match made {
                // What was written in another format, or turned, cannot be had otherwise.
                Some(bytes)
                    if image.format == image.from
                        && image.turn == 1
                        && stripped.is_some_and(|stripped| stripped <= bytes.len()) =>
                {
                    (place.with_added(SMALL), Vec::new())
                }
                Some(bytes) => (place, bytes),
                None => (place.with_added(DAMAGED), Vec::new()),
            };
            keep(&place, &bytes).map_err(|error| {
                EdgeError::io(("写入", "write"), format!("{}/{FOLDER}", lock::CACHE), &error)
            })?;
        }
        Ok(())
    }
}

#[cfg(feature = "images")]
use encode::{decode, encode};

#[cfg(not(feature = "images"))]
fn decode(_: &[u8], _: &Image) -> Option<()> {
    None
}

#[cfg(not(feature = "images"))]
fn encode(_: &(), _: &Image) -> Option<Vec<u8>> {
    None
}

trait Added {
    /// The path with `.` and `end` behind its name.
    fn with_added(&self, end: &str) -> PathBuf;
}

impl Added for PathBuf {
    fn with_added(&self, end: &str) -> PathBuf {
        let mut path = self.clone().into_os_string();
        path.push(".");
        path.push(end);
        path.into()
    }
}

fn keep(place: &PathBuf, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = place.with_added(&format!("{}.new", std::process::id()));
    fs::write(&unfinished, bytes)?;
    fs::rename(unfinished, place)
}

/// Removes what is kept for no image of this site.
fn sweep(folder: &Path, needed: &BTreeSet<String>) -> Result<(), EdgeError> {
    let failed =
        |error: io::Error| EdgeError::io(("清理", "sweep"), format!("{}/{FOLDER}", lock::CACHE), &error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let bare = name.strip_suffix(SMALL).or_else(|| name.strip_suffix(DAMAGED));
        let bare = bare.and_then(|bare| bare.strip_suffix('.')).unwrap_or(&name);
        if !needed.contains(bare) {
            // A preview may have swept it already.
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
    }
    Ok(())
}
