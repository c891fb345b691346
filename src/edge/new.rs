//! Layer 11, `new`: one new file in the content, never over an old one.

use super::EdgeError;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes `text` to `path` below `root`; refuses when something is there.
pub fn write(root: &Path, path: &str, text: &str) -> Result<(), EdgeError> {
    let target = root.join(path);
    let failed = |error: &std::io::Error| EdgeError::io(("写入", "write"), path, error);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    let mut file = File::create_new(&target).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => EdgeError::new(
            format!("“{path}”已经存在，没有改动"),
            format!("{path} exists already and was left alone"),
        ),
        _ => failed(&error),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))
}
