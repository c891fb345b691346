//! Layer 11, `lock`: one build at a time for a knowledge base.
//! Knows the cache folder `.keben/`; must not know what is built.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::{BUSY, EdgeError};

/// The folder below the root that holds what may be deleted at any time.
pub const CACHE: &str = ".keben";

/// Held while a build runs; the system lets go of it however the process ends.
#[derive(Debug)]
pub struct Lock {
    root: PathBuf,
    _file: File,
}

impl Lock {
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// Takes the lock of the knowledge base at `root`, or says at once that another build has it (exit code 75).
pub fn lock(root: &Path) -> Result<Lock, EdgeError> {
    let failed = |error| EdgeError::io(("锁定", "lock"), format!("{CACHE}/lock"), &error);
    let cache = cache(root)?;
    let path = cache.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Lock { root: root.to_path_buf(), _file: file }),
            Err(Errno::WOULDBLOCK) => {
                let mut busy = EdgeError::new(
                    "另一个 keben 正在构建这个知识库，请等它结束后再试",
                    "another keben is building this knowledge base; try again when it is done",
                );
                busy.exit_code = BUSY;
                return Err(busy);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(failed(error.into())),
        }
    }
}

/// The cache folder, made if need be, with a note that keeps it out of version control.
pub fn cache(root: &Path) -> Result<PathBuf, EdgeError> {
    let cache = root.join(CACHE);
    if !cache.is_dir() {
        let failed = |error| EdgeError::io(("创建文件夹", "create"), CACHE, &error);
        fs::create_dir_all(&cache).map_err(failed)?;
        fs::write(cache.join(".gitignore"), "*\n").map_err(failed)?;
    }
    Ok(cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_build_is_told_to_wait() {
        let root = tempfile::tempdir().unwrap();
        let first = lock(root.path()).unwrap();
        assert_eq!(lock(root.path()).unwrap_err().exit_code, BUSY);
        drop(first);
        assert!(lock(root.path()).is_ok());
    }
}
