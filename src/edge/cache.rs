//! Layer 11, `cache`: what a build leaves for later commands under `.keben/`. Never part of a site.

use super::EdgeError;
use super::disk::Disk;
use super::lock::{self, Lock};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the search index that `keben search` answers from.
pub const INDEX: &str = "index";

/// The head of the last release that was signed, once a build has made another site in its place.
pub const PREVIOUS_HEAD: &str = "previous-head.json";

/// One file of the cache holds `bytes`, whole or not at all. The cache is there: whoever builds holds its lock.
pub fn put(disk: &Disk, root: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let cache = root.join(lock::CACHE);
    disk.create_folders(&cache)?;
    let new = cache.join(format!("{name}.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = disk.create_file(&new)?;
    disk.append(&mut file, bytes)?;
    file.sync_all()?;
    disk.rename(&new, &cache.join(name))
}

/// Replaces the folder `name` of the cache by `files`. A reader sees the old folder, the new one, or none: then it
/// answers from the site itself.
pub fn store<'a>(
    lock: &Lock,
    name: &str,
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), EdgeError> {
    let cache = lock::cache(lock.root())?;
    let (new, place) = (cache.join(format!("{name}-new")), cache.join(name));
    replace(&new, &place, files)
        .map_err(|error| EdgeError::io(("写入", "write"), format!("{}/{name}", lock::CACHE), &error))
}

fn replace<'a>(new: &Path, place: &Path, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> io::Result<()> {
    remove(new)?;
    fs::create_dir_all(new)?;
    for (path, bytes) in files {
        fs::write(new.join(path), bytes)?;
    }
    remove(place)?;
    fs::rename(new, place)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Where [`store`] put `name`.
pub fn folder(root: &Path, name: &str) -> PathBuf {
    root.join(lock::CACHE).join(name)
}
