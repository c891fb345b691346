//! Layer 11, `read`: the one door through which files come in.
//! Knows which files are interpreted and how large they may be; must not know what they say.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{EdgeError, disk};
use crate::manifest;
use crate::source::{Body, Refusal, RelPath, SourceFile, Sources, Traces};
use crate::traces;

/// The two folders of a knowledge base that hold sources.
pub const FOLDERS: [&str; 2] = ["content", "theme"];

/// The paths of the site in `out` as its own sums list them; none where there is no such site.
pub fn previous(out: &Path) -> Vec<String> {
    let lines = fs::read_to_string(out.join(manifest::SUMS)).unwrap_or_default();
    manifest::paths(&lines).map(|(path, _)| path.to_owned()).collect()
}

/// What the last build left at `path` of the site in `out`; nothing where it cannot be read.
pub fn left(out: &Path, path: &str) -> Option<Vec<u8>> {
    const MOST: u64 = 256 << 20;
    let file = disk::open_below(out, path).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The largest file of each kind that is read, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub markdown: u64,
    pub yaml: u64,
    pub theme: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { markdown: 4 << 20, yaml: 4 << 20, theme: 16 << 20 }
    }
}

/// Reads a knowledge base. Interpreted files are whole in memory, attachments only by their size; links are never
/// followed. Fails when there is no content folder or a file cannot be read.
pub fn read(root: &Path, limits: &Limits) -> Result<Sources, EdgeError> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let top = root.join(folder);
        match fs::symlink_metadata(&top) {
            Ok(metadata) if metadata.is_dir() => list(root, folder, &mut found)?,
            Ok(metadata) if metadata.is_symlink() => {
                return Err(EdgeError::new(
                    format!("“{folder}/”是符号链接；请换成真正的文件夹，keben 不跟随链接"),
                    format!("{folder}/ is a symbolic link; keben follows none, use a real folder"),
                ));
            }
            Ok(_) => {
                return Err(EdgeError::new(
                    format!("“{folder}”不是文件夹"),
                    format!("{folder} is not a folder"),
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound && folder != FOLDERS[0] => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(EdgeError::new(
                    format!(
                        "“{}”里没有 content 文件夹；请在知识库的根目录运行，或用 --root 指定",
                        root.display()
                    ),
                    format!(
                        "there is no content folder in {}; run at the root of a knowledge base or give --root",
                        root.display()
                    ),
                ));
            }
            Err(error) => return Err(EdgeError::io(("读取", "read"), folder, &error)),
        }
    }
    let files: Result<Vec<Option<SourceFile>>, EdgeError> =
        found.into_par_iter().map(|entry| load(root, entry, limits)).collect();
    Ok(Sources::new(files?.into_iter().flatten().collect()))
}

/// What the walk saw: a refusal, or a plain file still to be read.
struct Found {
    path: RelPath,
    refused: Option<Refusal>,
}

fn list(root: &Path, folder: &str, found: &mut Vec<Found>) -> Result<(), EdgeError> {
    let walk = WalkDir::new(root.join(folder))
        .min_depth(1)
        .follow_links(false)
        .follow_root_links(false)
        .sort_by_file_name();
    let mut walk = walk.into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let path = path.strip_prefix(root).unwrap_or(path).display().to_string();
                let error =
                    error.into_io_error().unwrap_or_else(|| io::Error::other("a folder that holds itself"));
                // Removed between the listing and the look: as if it had never been there.
                if error.kind() == ErrorKind::NotFound {
                    continue;
                }
                return Err(EdgeError::io(("读取", "read"), path, &error));
            }
        };
        let folder = entry.file_type().is_dir();
        if is_ignored(entry.file_name()) {
            if folder {
                walk.skip_current_dir();
            }
            continue;
        }
        let (path, portable) = portable(root, &entry);
        let refused = if !portable { Some(Refusal::NameNotUnicode) } else { refusal(&entry) };
        if folder {
            if refused.is_none() {
                continue;
            }
            walk.skip_current_dir();
        }
        found.push(Found { path, refused });
    }
    Ok(())
}

fn refusal(entry: &DirEntry) -> Option<Refusal> {
    let kind = entry.file_type();
    if kind.is_symlink() {
        Some(Refusal::SymbolicLink)
    } else if kind.is_dir() {
        let named_like_document = Path::new(entry.file_name()).extension() == Some(OsStr::new("md"));
        named_like_document.then_some(Refusal::DirectoryNamedLikeDocument)
    } else if kind.is_file() {
        None
    } else {
        Some(Refusal::NotAFile)
    }
}

/// Hidden files and what editors leave behind: backups, swap files, lock files.
pub fn is_ignored(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".")
        || name.starts_with(b"~$")
        || name.ends_with(b"~")
        || (name.starts_with(b"#") && name.ends_with(b"#"))
        || [&b".swp"[..], b".swo", b".swx"].iter().any(|end| name.ends_with(end))
        || matches!(name, b"Thumbs.db" | b"desktop.ini")
}

/// The path from the root, and whether it is the true one: a name that is not Unicode, or that no [`RelPath`] can
/// hold, is shown with stand-ins.
fn portable(root: &Path, entry: &DirEntry) -> (RelPath, bool) {
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    if let Some(path) = below.to_str().and_then(RelPath::new) {
        return (path, true);
    }
    let mut shown = below.to_string_lossy().replace('\\', "\u{fffd}");
    if shown.ends_with(':') {
        shown.push('\u{fffd}');
    }
    // A folder with such a name is not entered, so only the last part can be at fault.
    let path = RelPath::new(&shown).or_else(|| RelPath::new("\u{fffd}"));
    (path.expect("one replacement character is a sound path"), false)
}

fn load(root: &Path, found: Found, limits: &Limits) -> Result<Option<SourceFile>, EdgeError> {
    let Found { path, refused } = found;
    if let Some(refusal) = refused {
        return Ok(Some(SourceFile { path, body: Body::Refused(refusal) }));
    }
    let body = match limit(&path, limits) {
        Some(limit) => bytes(root, &path, limit),
        None => fs::symlink_metadata(root.join(path.as_str())).map(|metadata| {
            if metadata.is_file() {
                Body::Asset { size: metadata.len(), traces: traces(root, &path) }
            } else {
                Body::Refused(Refusal::NotAFile)
            }
        }),
    };
    match body {
        Ok(body) => Ok(Some(SourceFile { path, body })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if disk::met_a_link(&error) => {
            Ok(Some(SourceFile { path, body: Body::Refused(Refusal::SymbolicLink) }))
        }
        Err(error) => Err(EdgeError::io(("读取", "read"), &path, &error)),
    }
}

/// The limit of an interpreted file; `None` for an attachment.
fn limit(path: &RelPath, limits: &Limits) -> Option<u64> {
    let taxonomy = path.folder() == "content/taxonomy" && path.extension() == "yaml";
    if path.as_str().starts_with("theme/") {
        Some(limits.theme)
    } else if path.extension() == "md" {
        Some(limits.markdown)
    } else if path.as_str() == "content/site.yaml" || taxonomy {
        Some(limits.yaml)
    } else {
        None
    }
}

/// The beginning of a file that may say who made it where, and its end: a PDF keeps its facts there.
fn traces(root: &Path, path: &RelPath) -> Traces {
    const HEAD: u64 = 256 << 10;
    const TAIL: u64 = 64 << 10;
    if !traces::is_told(path.extension()) {
        return Traces::default();
    }
    let read = || -> io::Result<Traces> {
        let mut file = disk::open_below(root, path.as_str())?;
        let size = file.metadata()?.len();
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        (&file).take(HEAD).read_to_end(&mut head)?;
        if size > HEAD {
            file.seek(SeekFrom::Start(HEAD.max(size.saturating_sub(TAIL))))?;
            (&file).take(TAIL).read_to_end(&mut tail)?;
        }
        Ok(traces::read(path.extension(), &head, &tail))
    };
    // A file that cannot be opened will be reported when it is copied.
    read().unwrap_or_default()
}

/// Reads a file whole, once more if it changed meanwhile: an editor may be saving it.
fn bytes(root: &Path, path: &RelPath, limit: u64) -> io::Result<Body> {
    const ATTEMPTS: usize = 3;
    let mut attempt = 1;
    loop {
        let file = disk::open_below(root, path.as_str())?;
        let before = file.metadata()?;
        if before.len() > limit {
            return Ok(Body::TooLarge { size: before.len(), limit });
        }
        let mut bytes = Vec::with_capacity(before.len() as usize + 1);
        (&file).take(limit + 1).read_to_end(&mut bytes)?;
        let after = file.metadata()?;
        let steady = same(&before, &after) && bytes.len() as u64 == after.len();
        if steady || attempt == ATTEMPTS {
            return Ok(match bytes.len() as u64 > limit {
                true => Body::TooLarge { size: after.len(), limit },
                false => Body::Bytes(bytes),
            });
        }
        attempt += 1;
    }
}

fn same(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    fn body<'a>(sources: &'a Sources, path: &str) -> Option<&'a Body> {
        sources.find(path).map(|id| &sources.get(id).body)
    }

    #[test]
    fn a_root_without_content_is_explained() {
        let root = tempfile::tempdir().unwrap();
        let error = read(root.path(), &Limits::default()).unwrap_err();
        assert_eq!(error.exit_code, 2);
        assert!(error.text.zh.contains("content") && error.text.en.contains("--root"));
    }

    #[test]
    fn every_kind_of_entry_is_told_apart() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.md"), "canary").unwrap();
        let root = tempfile::tempdir().unwrap();
        let content = root.path().join("content");
        for folder in ["taxonomy", "courses", "dir.md", ".git", "x"] {
            fs::create_dir_all(content.join(folder)).unwrap();
        }
        fs::create_dir_all(root.path().join("theme/assets")).unwrap();
        fs::write(root.path().join("theme/assets/a.css"), "c").unwrap();
        fs::write(content.join("site.yaml"), "s").unwrap();
        fs::write(content.join("taxonomy/a.yaml"), "t").unwrap();
        fs::write(content.join("courses/a.md"), "m").unwrap();
        fs::write(content.join("courses/a.pdf"), "pdf").unwrap();
        fs::write(content.join("dir.md/inside.md"), "i").unwrap();
        for ignored in [".git/HEAD", ".DS_Store", "a.md~", "#a.md#", ".a.md.swp", "~$表.docx"] {
            fs::write(content.join(ignored), "x").unwrap();
        }
        fs::File::create(content.join("large.md")).unwrap().set_len(100 << 20).unwrap();
        symlink(outside.path().join("secret.md"), content.join("link.md")).unwrap();
        symlink(outside.path(), content.join("linked")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            content.join("pipe.md"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        fs::write(content.join(OsStr::from_bytes(b"x/\xff.md")), "n").unwrap();

        let sources = read(root.path(), &Limits::default()).unwrap();
        let paths: Vec<_> = sources.iter().map(|(_, file)| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "content/courses/a.md",
                "content/courses/a.pdf",
                "content/dir.md",
                "content/large.md",
                "content/link.md",
                "content/linked",
                "content/pipe.md",
                "content/site.yaml",
                "content/taxonomy/a.yaml",
                "content/x/\u{fffd}.md",
                "theme/assets/a.css",
            ]
        );
        let expected = [
            ("content/courses/a.md", Body::Bytes(b"m".to_vec())),
            ("content/courses/a.pdf", Body::Asset { size: 3, traces: Traces::default() }),
            ("content/dir.md", Body::Refused(Refusal::DirectoryNamedLikeDocument)),
            ("content/large.md", Body::TooLarge { size: 100 << 20, limit: 4 << 20 }),
            ("content/link.md", Body::Refused(Refusal::SymbolicLink)),
            ("content/linked", Body::Refused(Refusal::SymbolicLink)),
            ("content/pipe.md", Body::Refused(Refusal::NotAFile)),
            ("content/x/\u{fffd}.md", Body::Refused(Refusal::NameNotUnicode)),
        ];
        for (path, expected) in expected {
            assert_eq!(body(&sources, path), Some(&expected), "{path}");
        }
    }
}
