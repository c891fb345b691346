//! Layer 11, `place`: where a site may be put, and whether its files can lie side by side.
//! Knows folders and names; must not know what the files hold.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::lock::CACHE;
use super::read::FOLDERS;
use super::{COULD_NOT_RUN, EdgeError};
use crate::diagnostics::names;
use crate::portable::{PortableName, PortableSet};

/// The file that marks a folder as a site made by keben; only such a folder is ever replaced.
pub use crate::manifest::SUMS as MARKER;

/// An output folder, resolved.
#[derive(Debug)]
pub struct Place {
    /// Absolute, without links.
    pub folder: PathBuf,
    pub parent: PathBuf,
    /// As messages name it: relative to the root where it lies below it.
    pub shown: String,
}

/// What is at the place now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    EmptyFolder,
    Site,
}

/// Resolves `out` and refuses a folder that would swallow the sources or lie among them.
pub fn place(root: &Path, out: &Path) -> Result<Place, EdgeError> {
    let unreadable = |path: &Path, error| EdgeError::io(("读取", "read"), path.display(), &error);
    let root = root.canonicalize().map_err(|error| unreadable(root, error))?;
    let folder = resolve(out)?;
    let shown = folder.strip_prefix(&root).unwrap_or(&folder).display().to_string();
    let among =
        [FOLDERS[0], FOLDERS[1], CACHE, ".git"].into_iter().find(|name| folder.starts_with(root.join(name)));
    if let Some(name) = among {
        return Err(EdgeError::new(
            format!("输出文件夹“{shown}”在“{name}/”之内；请用 --out 另选一个，例如 public"),
            format!(
                "the output folder {shown} lies inside {name}/; choose another with --out, for example public"
            ),
        ));
    }
    let Some(parent) = folder.parent().filter(|_| !root.starts_with(&folder)) else {
        return Err(EdgeError::new(
            format!("输出文件夹“{}”包含知识库本身；请用 --out 另选一个，例如 public", folder.display()),
            format!(
                "the output folder {} contains the knowledge base itself; choose another with --out, for example public",
                folder.display()
            ),
        ));
    };
    Ok(Place { parent: parent.to_path_buf(), folder, shown })
}

/// The absolute path without links; parts that do not exist yet stay as they are.
fn resolve(out: &Path) -> Result<PathBuf, EdgeError> {
    let failed = |error| EdgeError::io(("使用输出文件夹", "use the output folder"), out.display(), &error);
    let absolute = std::path::absolute(out).map_err(failed)?;
    for existing in absolute.ancestors() {
        let resolved = match existing.canonicalize() {
            Ok(resolved) => resolved,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        let missing = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
        if missing.components().all(|part| matches!(part, Component::Normal(_))) {
            // Joining an empty path would add a `/` to the end.
            let whole = missing.as_os_str().is_empty();
            return Ok(if whole { resolved } else { resolved.join(missing) });
        }
        break;
    }
    Err(EdgeError::new(
        format!("输出文件夹“{}”无法解析：它经过一个不存在的文件夹", out.display()),
        format!("the output folder {} leads through a folder that does not exist", out.display()),
    ))
}

/// Looks at what a build would replace, and refuses what keben did not make.
pub fn look(place: &Place) -> Result<Before, EdgeError> {
    let shown = &place.shown;
    let failed = |error| EdgeError::io(("读取输出文件夹", "read the output folder"), shown, &error);
    let metadata = match fs::symlink_metadata(&place.folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Before::Nothing),
        Err(error) => return Err(failed(error)),
    };
    if !metadata.is_dir() {
        return Err(EdgeError::new(
            format!("“{shown}”不是文件夹，不能作为输出；请移走它，或用 --out 另选一个"),
            format!("{shown} is not a folder; move it away or choose another with --out"),
        ));
    }
    if is_mount_point(&metadata, &place.parent) {
        return Err(EdgeError::new(
            format!(
                "“{shown}”是磁盘的挂载点，无法整体替换；请用 --out 选它里面的一个文件夹，例如 {shown}/site"
            ),
            format!(
                "{shown} is a mount point and cannot be replaced as a whole; use a folder below it: --out {shown}/site"
            ),
        ));
    }
    let marked = fs::symlink_metadata(place.folder.join(MARKER)).is_ok_and(|file| file.is_file());
    if marked {
        return Ok(Before::Site);
    }
    if fs::read_dir(&place.folder).map_err(failed)?.next().is_none() {
        return Ok(Before::EmptyFolder);
    }
    Err(EdgeError::new(
        format!(
            "“{shown}”里有不是 keben 生成的文件（没有 {MARKER}），不会覆盖；请清空它，或用 --out 另选一个"
        ),
        format!(
            "{shown} holds files that keben did not make (there is no {MARKER}) and is left alone; empty it or choose another with --out"
        ),
    ))
}

#[cfg(unix)]
fn is_mount_point(folder: &fs::Metadata, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(parent).is_ok_and(|parent| parent.dev() != folder.dev())
}

#[cfg(not(unix))]
fn is_mount_point(_: &fs::Metadata, _: &Path) -> bool {
    false
}

/// Refuses paths that could not all exist on every system: the one check for the whole output.
pub fn check_paths(paths: &[&str]) -> Result<(), EdgeError> {
    let mut set = PortableSet::default();
    for path in paths {
        let refused = |text| EdgeError { text, exit_code: COULD_NOT_RUN };
        let name = PortableName::new(path).map_err(|fault| refused(names::fault(path, fault)))?;
        set.insert(name).map_err(|clash| refused(names::clash(&clash)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colliding_paths_are_refused() {
        for bad in [
            ["a.html", "a.html"],
            ["a.html", "A.html"],
            ["é.html", "e\u{301}.html"],
            ["a", "a/b"],
            ["x/a-b", "../x"],
            ["a\n", "b"],
            ["A/x", "a/y"],
            ["aux.html", "b"],
        ] {
            assert!(check_paths(&bad).is_err(), "{bad:?}");
            assert!(check_paths(&[bad[1], bad[0]]).is_err(), "{bad:?}");
        }
        assert!(check_paths(&["a", "a-b", "b/a", "b/c/d", "章/一.html"]).is_ok());
    }

    #[test]
    fn an_output_folder_among_the_sources_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let root = base.path().join("kb");
        fs::create_dir_all(root.join("content/deep")).unwrap();
        std::os::unix::fs::symlink(root.join("content"), base.path().join("sly")).unwrap();
        for bad in [
            "kb",
            "kb/content",
            "kb/content/new/x",
            "kb/theme",
            "kb/.git/x",
            "kb/.keben",
            ".",
            "sly/x",
            "kb/public/../content",
            "kb/none/../content",
        ] {
            assert!(place(&root, &base.path().join(bad)).is_err(), "{bad}");
        }
        assert!(place(&root, Path::new("/")).is_err());
        assert_eq!(place(&root, &root.join("public")).unwrap().shown, "public");
        assert_eq!(place(&root, &root.join("content/../out/")).unwrap().shown, "out");
        assert!(place(&root, &base.path().join("content")).is_ok());
    }

    #[test]
    fn only_an_empty_folder_or_a_site_may_be_replaced() {
        let root = tempfile::tempdir().unwrap();
        let here = place(root.path(), &root.path().join("public")).unwrap();
        assert_eq!(look(&here).unwrap(), Before::Nothing);
        fs::create_dir(&here.folder).unwrap();
        assert_eq!(look(&here).unwrap(), Before::EmptyFolder);
        fs::write(here.folder.join("thesis.docx"), "").unwrap();
        assert!(look(&here).unwrap_err().text.en.contains("--out"));
        fs::create_dir(here.folder.join("_keben")).unwrap();
        fs::write(here.folder.join(MARKER), "").unwrap();
        assert_eq!(look(&here).unwrap(), Before::Site);
    }
}
