//! Layer 0: what keben reads and what it leaves behind, as values.
//! Knows paths, bytes and places inside them. Must not know Markdown, YAML, the curriculum or the disk.

mod picture;

pub use picture::{Format, Image, Obstacle, Picture};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A path relative to the root of a knowledge base: `/` between its parts, never absolute, never `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// `None` for an absolute path, an empty part, `.` or `..`, a backslash or a NUL.
    pub fn new(path: &str) -> Option<RelPath> {
        let sound = |part: &str| {
            !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']) && !part.ends_with(':')
        };
        path.split('/').all(sound).then(|| RelPath(path.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path without its last part; empty for a file at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The file name up to its last dot.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The file name after its last dot, as written; empty when there is none.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A file's index in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// What was found at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A file whose bytes keben interprets: Markdown, YAML, a template.
    Bytes(Vec<u8>),
    /// A file that is copied as it is; `size` in bytes. Its content never enters memory as a whole.
    Asset { size: u64, traces: Traces },
    /// A file over its limit, not read; sizes in bytes.
    TooLarge { size: u64, limit: u64 },
    /// Something that is not a plain file below the root.
    Refused(Refusal),
}

/// What an attachment says about its making, as far as its beginning and its end tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// It holds the place where it was taken.
    pub position: bool,
    pub author: Option<String>,
    /// The image that it is, if it is one.
    pub picture: Option<Picture>,
}

/// Why an entry of the content folder was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A symbolic link: what it points at may lie outside the knowledge base.
    SymbolicLink,
    /// A directory whose name ends in `.md`.
    DirectoryNamedLikeDocument,
    /// A device, a socket, a pipe.
    NotAFile,
    /// The name is not Unicode.
    NameNotUnicode,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    pub path: RelPath,
    pub body: Body,
}

impl SourceFile {
    /// The text, when the file holds interpreted bytes that are UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Every file of a knowledge base, sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Sorts `files`; of two with one path the first given stays.
    pub fn new(mut files: Vec<SourceFile>) -> Sources {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|later, first| later.path == first.path);
        Sources { files }
    }

    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn find(&self, path: &str) -> Option<FileId> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .map(|index| FileId(index as u32))
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The files whose path starts with `prefix`, in order.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (FileId, &'a SourceFile)> + 'a {
        let start = self.files.partition_point(|file| file.path.as_str() < prefix);
        self.files[start..]
            .iter()
            .take_while(move |file| file.path.as_str().starts_with(prefix))
            .enumerate()
            .map(move |(index, file)| (FileId((start + index) as u32), file))
    }

    pub fn into_files(self) -> impl Iterator<Item = SourceFile> {
        self.files.into_iter()
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Offsets beyond 4 GiB cannot occur: interpreted files are limited to a few MiB.
    pub fn new(file: FileId, range: Range<usize>) -> Span {
        Span { file, start: range.start as u32, end: range.end.max(range.start) as u32 }
    }

    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it was written. Equality looks at the value only.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Spanned<T>) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

/// A place as people count it: lines and columns from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// The position of a byte offset at a character's border. A leading byte
/// order mark takes no column, because no editor shows it.
#[cfg(test)]
pub fn position(text: &[u8], offset: usize) -> Position {
    let before = &text[..offset.min(text.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
    let mut in_line = &before[line_start..];
    if line == 1 {
        in_line = in_line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(in_line);
    }
    let characters = in_line.iter().filter(|byte| (**byte as i8) >= -0x40).count() as u32;
    Position { line, column: characters + 1 }
}

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Below the output folder, `/` between its parts.
    pub path: String,
    pub content: Content,
}

/// An index into the pages of one build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Bytes(Vec<u8>),
    /// A page whose bytes are made when they are needed, so that a site is never whole in memory.
    Render(PageId),
    /// A page that says which site it belongs to: made after all other files, when their fingerprint is known.
    Late(PageId),
    /// The bytes of this source file, copied by the edge.
    CopyOf(RelPath),
    /// An image made by the edge, which keeps what it has made.
    Image(Image),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_root_are_refused() {
        for bad in ["", "/a", "a//b", "a/../b", ".", "a\\b", "c:/x", "a\0"] {
            assert!(RelPath::new(bad).is_none(), "{bad:?}");
        }
        let path = RelPath::new("content/courses/a.md").unwrap();
        assert_eq!(path.folder(), "content/courses");
        assert_eq!((path.stem(), path.extension()), ("a", "md"));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "标题：一\n类 x".as_bytes();
        assert_eq!(position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(position(text, 9), Position { line: 1, column: 4 });
        assert_eq!(position(text, 13), Position { line: 2, column: 1 });
        assert_eq!(position(text, 17), Position { line: 2, column: 3 });
        assert_eq!(position("\u{feff}a".as_bytes(), 3), Position { line: 1, column: 1 });
    }

    #[test]
    fn files_below_a_folder_are_found_in_order() {
        let file = |path: &str| SourceFile {
            path: RelPath::new(path).unwrap(),
            body: Body::Asset { size: 0, traces: Traces::default() },
        };
        let sources = Sources::new(vec![file("b/y"), file("a"), file("b/x"), file("c")]);
        let under: Vec<_> = sources.under("b/").map(|(id, f)| (id.0, f.path.as_str())).collect();
        assert_eq!(under, [(1, "b/x"), (2, "b/y")]);
        assert_eq!(sources.find("c"), Some(FileId(3)));
    }
}
