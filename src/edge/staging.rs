//! Layer 11, `staging`: a site is made beside the old one and takes its place in one step.
//! Knows folders only; must not know what is in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::EdgeError;
use super::disk::{Disk, Swap};
use super::place::{Before, Place};

const STAGING: &str = ".keben-staging-";
const ASIDE: &str = ".keben-old-";

/// A site in the making. Whatever its folder holds when this value is dropped is removed: the unfinished site after
/// a failure, the old site after [`Staging::take_place`].
pub struct Staging<'a> {
    disk: &'a Disk,
    place: &'a Place,
    before: Before,
    path: PathBuf,
}

impl<'a> Staging<'a> {
    /// Makes the folder and, inside it, every folder named in `folders`.
    pub fn create(
        disk: &'a Disk,
        place: &'a Place,
        before: Before,
        folders: &BTreeSet<&str>,
    ) -> Result<Staging<'a>, EdgeError> {
        let failed = |error| {
            let what = ("创建临时文件夹以替换", "create a temporary folder beside");
            EdgeError::io(what, &place.shown, &error)
        };
        disk.create_folders(&place.parent).map_err(failed)?;
        // A short name of its own: the limit of 255 bytes leaves no room for a suffix to a long one.
        let path = place.parent.join(format!("{STAGING}{}", std::process::id()));
        disk.create_folder(&path).map_err(failed)?;
        let staging = Staging { disk, place, before, path };
        if before != Before::Nothing {
            // The folder may belong to a web server's group.
            let permissions = fs::metadata(&place.folder).map_err(failed)?.permissions();
            fs::set_permissions(&staging.path, permissions).map_err(failed)?;
        }
        for folder in folders {
            disk.create_folder(&staging.path.join(folder)).map_err(failed)?;
        }
        Ok(staging)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the finished site where the old one was. Nothing of it can be lost afterwards, not even with the power.
    pub fn take_place(&mut self) -> Result<(), EdgeError> {
        let Place { folder, parent, shown } = self.place;
        let failed = |error| EdgeError::io(("更新输出文件夹", "update the output folder"), shown, &error);
        self.disk.sync_all(&self.path).map_err(failed)?;
        if self.before == Before::Nothing {
            self.disk.rename(&self.path, folder).map_err(failed)?;
        } else if self.disk.exchange(&self.path, folder).map_err(failed)? == Swap::Unsupported {
            let aside = aside(self.place);
            self.disk.rename(folder, &aside).map_err(failed)?;
            if let Err(error) = self.disk.rename(&self.path, folder) {
                // If this fails too, the next build finds the old site aside and puts it back.
                self.disk.rename(&aside, folder).map_err(failed)?;
                return Err(failed(error));
            }
            self.path = aside;
        }
        self.disk.sync_names(parent).map_err(failed)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next build; the site in place is whole either way.
        let _ = self.disk.remove_tree(&self.path);
    }
}

/// Where the old site waits while two renames stand in for one exchange.
fn aside(place: &Place) -> PathBuf {
    let name = place.folder.file_name().unwrap_or_default().as_encoded_bytes();
    let digest = Sha256::digest(name);
    let short: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    place.parent.join(format!("{ASIDE}{short}"))
}

/// Removes what builds that were killed left behind, and puts an old site back that one of them had moved aside.
/// To be called with the lock held: a staging folder under this process's own number is then a leftover too.
pub fn sweep(disk: &Disk, place: &Place) -> Result<(), EdgeError> {
    let aside = aside(place);
    if fs::symlink_metadata(&aside).is_ok() {
        if fs::symlink_metadata(&place.folder).is_err() {
            disk.rename(&aside, &place.folder).map_err(|error| {
                EdgeError::io(("恢复输出文件夹", "restore the output folder"), &place.shown, &error)
            })?;
        } else {
            let _ = disk.remove_tree(&aside);
        }
    }
    let Ok(entries) = fs::read_dir(&place.parent) else {
        return Ok(()); // no such folder yet
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(|name| name.strip_prefix(STAGING)) else {
            continue;
        };
        let Ok(owner) = owner.parse::<u32>() else { continue };
        if owner == std::process::id() || !is_running(owner) {
            // Another user's leftover may resist; it is in nobody's way.
            let _ = disk.remove_tree(&entry.path());
        }
    }
    Ok(())
}

fn is_running(process: u32) -> bool {
    let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else {
        return false;
    };
    rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn move_aside(place: &Place) {
        fs::rename(&place.folder, aside(place)).unwrap();
    }
}
