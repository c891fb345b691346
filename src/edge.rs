//! Layer 11, the only impure one: reads the sources, puts a site in place, watches, serves.
//! Knows the disk, the clock and the network. Must not know what a document means or how a page is made.

pub mod cache;
mod disk;
pub mod images;
pub mod lock;
pub mod new;
mod place;
pub mod read;
pub mod replace;
pub mod serve;
pub mod sign;
pub mod signature;
mod staging;
pub mod stamp;
pub mod verify;
pub mod watch;
pub mod write;

use std::fmt;
use std::io::{self, ErrorKind};

use crate::diagnostics::{Language, Text};

/// Bad arguments, or the machine refused.
pub const COULD_NOT_RUN: u8 = 2;
/// Trust was asked for and cannot be given.
pub const REFUSED: u8 = 3;
/// Files are not what the site says that they are.
pub const DAMAGED: u8 = 5;
/// Another build holds the lock.
pub const BUSY: u8 = 75;

/// What tells this build of keben from another: a different program may make different bytes.
pub fn program_identity() -> String {
    let metadata = std::env::current_exe().and_then(std::fs::metadata);
    let modified = metadata.and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    modified.map_or_else(|_| String::new(), |identity| format!("{identity:?}"))
}

/// Why the outside world did not do what was asked, and the exit code that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeError {
    pub text: Text,
    pub exit_code: u8,
}

impl EdgeError {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> EdgeError {
        EdgeError { text: Text::new(zh, en), exit_code: COULD_NOT_RUN }
    }

    /// What a command line or a terminal did not give.
    pub fn could_not_run(text: Text) -> EdgeError {
        EdgeError { text, exit_code: COULD_NOT_RUN }
    }

    /// `verb` is what was being done, in Chinese and English; `what` the path as the user knows it.
    fn io(verb: (&str, &str), what: impl fmt::Display, error: &io::Error) -> EdgeError {
        let cause = cause(error);
        EdgeError::new(
            format!("无法{}“{what}”：{}", verb.0, cause.zh),
            format!("cannot {} {what}: {}", verb.1, cause.en),
        )
    }
}

/// The causes a user can do something about, in words; any other as the system puts it.
fn cause(error: &io::Error) -> Text {
    const TOO_MANY_OPEN_FILES: i32 = 24;
    match error.kind() {
        ErrorKind::StorageFull => Text::new(
            "磁盘已满（空间或文件数用尽），请腾出空间后重试",
            "the disk is full (of bytes or of files); free some space and try again",
        ),
        ErrorKind::QuotaExceeded => Text::new("磁盘配额已用完", "the disk quota is used up"),
        ErrorKind::FileTooLarge => {
            Text::new("超过了系统允许的文件大小", "the file would be larger than the system allows")
        }
        ErrorKind::ReadOnlyFilesystem => Text::new("所在的磁盘是只读的", "the disk is read-only"),
        ErrorKind::PermissionDenied => Text::new("没有权限", "no permission"),
        ErrorKind::NotFound => Text::new("不存在", "it does not exist"),
        _ if error.raw_os_error() == Some(TOO_MANY_OPEN_FILES) => Text::new(
            "打开的文件过多，请提高系统限制（ulimit -n）",
            "too many open files; raise the limit (ulimit -n)",
        ),
        _ => Text::new(error.to_string(), error.to_string()),
    }
}

impl fmt::Display for EdgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.in_language(Language::English))
    }
}

impl std::error::Error for EdgeError {}
