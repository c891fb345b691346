//! Layer 11, `replace`: one file read or replaced whole, at once or not at all.
//! Knows the disk; must not know what the bytes mean.

use super::{EdgeError, disk};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// What became of a file that was to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    Done,
    /// Somebody has changed it since it was read, or it is gone or a link: it was left alone.
    Changed,
}

/// Whether a file below `root` lies there with exactly these bytes.
pub fn holds(root: &Path, path: &str, bytes: &[u8]) -> bool {
    matches!(read_below(root, path), Ok((found, _)) if found == bytes)
}

/// The file at `path` below `root`, which held `old` when it was read, holds `new`. Its permissions stay, and no
/// symbolic link is followed.
pub fn replace(root: &Path, path: &str, old: &[u8], new: &[u8]) -> Result<Replaced, EdgeError> {
    let failed = |error: io::Error| EdgeError::io(("写入", "write"), path, &error);
    let (found, metadata) = match read_below(root, path) {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::NotFound || disk::met_a_link(&error) => {
            return Ok(Replaced::Changed);
        }
        Err(error) => return Err(failed(error)),
    };
    if found != old {
        return Ok(Replaced::Changed);
    }
    put(&root.join(path), new, Some(&metadata)).map_err(failed)?;
    Ok(Replaced::Done)
}

fn read_below(root: &Path, path: &str) -> io::Result<(Vec<u8>, Metadata)> {
    let mut file = disk::open_below(root, path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, file.metadata()?))
}

/// The text of a file that the user has named.
pub fn read_text(path: &Path) -> Result<String, EdgeError> {
    fs::read_to_string(path).map_err(|error| EdgeError::io(("读取", "read"), path.display(), &error))
}

/// A file that the user has named holds `text`.
pub fn write_text(path: &Path, text: &str) -> Result<(), EdgeError> {
    let metadata = fs::metadata(path).ok();
    put(path, text.as_bytes(), metadata.as_ref())
        .map_err(|error| EdgeError::io(("写入", "write"), path.display(), &error))
}

/// Beside its place first, then into it in one step.
fn put(path: &Path, bytes: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let (unfinished, mut file) = create_beside(path)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| like.map_or(Ok(()), |like| file.set_permissions(like.permissions())))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// A new hidden file, which neither a build nor a preview reads.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let process = std::process::id();
    let mut number = 0;
    loop {
        let beside = path.with_file_name(format!(".keben-{process}-{number}.tmp"));
        match File::create_new(&beside) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 100 => number += 1,
            made => return Ok((beside, made?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_permissions() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        let file = root.path().join("a/b.md");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(replace(root.path(), "a/b.md", b"old", b"new"), Ok(Replaced::Done));
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(root.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn what_has_changed_is_left_alone() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("x.md"), "old").unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.md"), "newer").unwrap();
        symlink(outside.path().join("x.md"), root.path().join("link.md")).unwrap();
        symlink(outside.path(), root.path().join("folder")).unwrap();
        for path in ["a.md", "gone.md", "link.md", "folder/x.md"] {
            assert_eq!(replace(root.path(), path, b"old", b"new"), Ok(Replaced::Changed), "{path}");
        }
        assert_eq!(fs::read(root.path().join("a.md")).unwrap(), b"newer");
        assert_eq!(fs::read(outside.path().join("x.md")).unwrap(), b"old");
    }
}
