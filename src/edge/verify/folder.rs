//! Layer 11, `verify::folder`: what lies in a folder, whatever put it there.
//! Knows the disk and what systems do to names; must not know what should lie there.

use super::super::{EdgeError, disk};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use walkdir::WalkDir;

const BLOCK: usize = 256 << 10;

/// Size and hash of a file; `None` where it cannot be read or has not the size that is expected.
pub(super) fn hash(folder: &Path, name: &str, size: Option<u64>) -> Option<(u64, [u8; 32])> {
    let mut file = disk::open_below(folder, name).ok()?;
    let length = file.metadata().ok()?.len();
    if size.is_some_and(|size| size != length) {
        return None;
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BLOCK.min(length as usize + 1)];
    let mut total = 0;
    loop {
        let read = disk::fill(&mut file, &mut buffer).ok()?;
        hash.update(&buffer[..read]);
        total += read as u64;
        if read < buffer.len() {
            return Some((total, hash.finalize().into()));
        }
    }
}

/// By the name as a site writes it: the name that the system gave, `None` for what is no plain file.
pub(super) type Files = BTreeMap<String, Option<String>>;

/// Everything below a folder but folders.
pub(super) fn files_in(folder: &Path) -> Result<Files, EdgeError> {
    let failed = |error: std::io::Error| EdgeError::io(("读取", "read"), folder.display(), &error);
    if !std::fs::metadata(folder).map_err(failed)?.is_dir() {
        return Err(failed(ErrorKind::NotADirectory.into()));
    }
    let mut files = Files::new();
    let mut others = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry =
            entry.map_err(|error| failed(error.into_io_error().unwrap_or(ErrorKind::Other.into())))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let name = path.to_string_lossy().into_owned();
        let plain = entry.file_type().is_file() && path.to_str().is_some();
        if is_nfc(&name) {
            files.insert(name.clone(), plain.then_some(name));
        } else {
            others.push((name, plain));
        }
    }
    for (name, plain) in others {
        // Some systems give names back in another composition than they were given. Where both are there, the other
        // one is a file of its own and must not hide behind the listed one.
        let composed: String = name.nfc().collect();
        let key = if files.contains_key(&composed) { name.clone() } else { composed };
        files.insert(key, plain.then_some(name));
    }
    Ok(files)
}

/// What systems leave on every disk they see. It is no page that anyone would be led to.
pub(super) fn is_dropping(path: &str) -> bool {
    const FOLDERS: [&str; 5] =
        ["System Volume Information", "$RECYCLE.BIN", ".Trashes", ".Spotlight-V100", ".fseventsd"];
    let (top, name) = (path.split('/').next(), path.rsplit('/').next().unwrap_or(path));
    (path.contains('/') && top.is_some_and(|top| FOLDERS.contains(&top)))
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
        || name.starts_with("._")
}
