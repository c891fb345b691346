//! Layer 11, `disk`: the few calls that keep a build safe, each with what stands in for it elsewhere.
//! Knows the operating system; must not know sites or sources. With tests, any call can be made to fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};

/// Opens a plain file below `root` for reading. No part of `path` may be a symbolic link, even one that was put
/// there a moment ago, and a pipe does not block.
pub fn open_below(root: &Path, path: &str) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let file = File::from(open_beneath(root, path, flags)?);
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file"))
    }
}

#[cfg(target_os = "linux")]
fn open_beneath(root: &Path, path: &str, flags: OFlags) -> io::Result<rustix::fd::OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};
    use rustix::io::Errno;

    // The root itself may be reached through links; everything below it may not.
    let folder = rustix::fs::open(root, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let below = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    match openat2(&folder, path, flags, Mode::empty(), below) {
        // Old kernels, and containers whose filter does not know the call.
        Err(Errno::NOSYS | Errno::PERM) => open_by_parts(root, path, flags),
        opened => Ok(opened?),
    }
}

#[cfg(not(target_os = "linux"))]
fn open_beneath(root: &Path, path: &str, flags: OFlags) -> io::Result<rustix::fd::OwnedFd> {
    open_by_parts(root, path, flags)
}

/// One part after the other, each opened inside the last one without following a link.
fn open_by_parts(root: &Path, path: &str, flags: OFlags) -> io::Result<rustix::fd::OwnedFd> {
    let folder_flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
    let mut folder = rustix::fs::open(root, folder_flags, Mode::empty())?;
    let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in parents.split('/').filter(|part| !part.is_empty()) {
        let inside = folder_flags | OFlags::NOFOLLOW;
        folder = rustix::fs::openat(&folder, part, inside, Mode::empty())?;
    }
    Ok(rustix::fs::openat(&folder, name, flags, Mode::empty())?)
}

/// Whether the error of [`open_below`] means that a symbolic link was in the way.
pub fn met_a_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Reads until `buffer` is full or the file ends.
pub fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How two folders changed places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    Exchanged,
    /// The file system cannot: nothing was done.
    Unsupported,
}

/// The calls that change the disk. Outside tests a bare name for the functions of the system.
#[derive(Default)]
pub struct Disk {
    #[cfg(test)]
    pub faults: tests::Faults,
}

impl Disk {
    pub fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.may_fail()?;
        fs::create_dir(path)
    }

    pub fn create_folders(&self, path: &Path) -> io::Result<()> {
        self.may_fail()?;
        fs::create_dir_all(path)
    }

    pub fn create_file(&self, path: &Path) -> io::Result<File> {
        self.may_fail()?;
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    pub fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.may_fail()?;
        file.write_all(bytes)
    }

    /// A second name for `from`; where the file system has none, a copy that keeps the time of change.
    pub fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.may_fail()?;
        if fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        fs::copy(from, to)?;
        let changed = fs::metadata(from)?.modified()?;
        File::options().write(true).open(to)?.set_modified(changed)
    }

    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.may_fail()?;
        fs::rename(from, to)
    }

    /// Two folders change places in one step.
    pub fn exchange(&self, a: &Path, b: &Path) -> io::Result<Swap> {
        self.may_fail()?;
        #[cfg(test)]
        if self.faults.no_exchange {
            return Ok(Swap::Unsupported);
        }
        exchange(a, b)
    }

    /// Everything written below `folder` so far reaches the disk.
    pub fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.may_fail()?;
        let folder = File::open(folder)?;
        #[cfg(target_os = "linux")]
        rustix::fs::syncfs(&folder)?;
        #[cfg(not(target_os = "linux"))]
        {
            drop(folder);
            rustix::fs::sync();
        }
        Ok(())
    }

    /// The names in `folder` reach the disk.
    pub fn sync_names(&self, folder: &Path) -> io::Result<()> {
        self.may_fail()?;
        match File::open(folder)?.sync_all() {
            // Some network file systems cannot do this for a folder.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            done => done,
        }
    }

    pub fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.may_fail()?;
        fs::remove_dir_all(path)
    }

    #[cfg(not(test))]
    #[inline]
    fn may_fail(&self) -> io::Result<()> {
        Ok(())
    }

    #[cfg(test)]
    fn may_fail(&self) -> io::Result<()> {
        self.faults.next()
    }
}

#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<Swap> {
    use rustix::fs::{RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(Swap::Exchanged),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(Swap::Unsupported),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<Swap> {
    Ok(Swap::Unsupported)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// Makes one call fail: the `n`th (from 0) that changes the disk.
    pub struct Faults {
        pub left: AtomicI64,
        pub no_exchange: bool,
    }

    impl Default for Faults {
        fn default() -> Faults {
            Faults::at(i64::MAX)
        }
    }

    impl Faults {
        pub fn at(n: i64) -> Faults {
            Faults { left: AtomicI64::new(n), no_exchange: false }
        }

        /// Whether the call that was to fail has been made.
        pub fn met(&self) -> bool {
            self.left.load(Ordering::Relaxed) < 0
        }

        pub fn next(&self) -> io::Result<()> {
            match self.left.fetch_sub(1, Ordering::Relaxed) {
                0 => Err(io::Error::from_raw_os_error(28)),
                _ => Ok(()),
            }
        }
    }

    #[test]
    fn a_link_anywhere_below_the_root_is_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), root.path().join("file")).unwrap();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW;
        for path in ["folder/secret", "file"] {
            assert!(met_a_link(&open_below(root.path(), path).unwrap_err()), "{path}");
            assert!(open_by_parts(root.path(), path, flags).is_err(), "{path}");
        }
    }
}
