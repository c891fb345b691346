//! A knowledge base in a folder of its own, and the `keben` command run on it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository, whose `content/` is the starter.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run of the command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    pub fn of(output: Output) -> Outcome {
        let text = |bytes| String::from_utf8(bytes).expect("keben writes UTF-8");
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The JSON object on standard output.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Outcome {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// `keben` with an environment that says nothing of language or colour.
pub fn keben<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keben"));
    for name in ["KEBEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

pub fn outcome(command: &mut Command) -> Outcome {
    Outcome::of(command.output().expect("keben starts"))
}

/// Tells the person who runs the tests that one of them does nothing, and why. The test runner hides what tests print;
/// this goes past it.
pub fn say_skipped(reason: &str) {
    writeln!(std::io::stderr(), "skipped: {reason}").expect("standard error is open");
}

/// Relative path and bytes of every file below a folder.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Empty where there is no such folder.
pub fn tree(folder: &Path) -> Tree {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let path = path.to_str().expect("a Unicode name").replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Where two trees differ, for a message: paths only, because the bytes may be many.
pub fn difference(left: &Tree, right: &Tree) -> Vec<String> {
    let only = |a: &Tree, b: &Tree, name: &str| {
        let missing = a.keys().filter(|path| !b.contains_key(*path));
        missing.map(|path| format!("only {name}: {path}")).collect::<Vec<_>>()
    };
    let mut out = only(left, right, "left");
    out.extend(only(right, left, "right"));
    let differ = left.iter().filter(|(path, bytes)| right.get(*path).is_some_and(|other| other != *bytes));
    out.extend(differ.map(|(path, _)| format!("other bytes: {path}")));
    out
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Information about the whole site: what it does not cover.
pub const GAPS: &str = "KB-501,KB-502,KB-503,KB-504,KB-505,KB-506,KB-507,KB-508";

/// A knowledge base that goes away with the value.
pub struct KnowledgeBase {
    folder: tempfile::TempDir,
}

impl KnowledgeBase {
    /// A folder without anything in it.
    pub fn nothing() -> KnowledgeBase {
        KnowledgeBase { folder: tempfile::tempdir().unwrap() }
    }

    /// The `content/` of this repository.
    pub fn starter() -> KnowledgeBase {
        let base = KnowledgeBase::nothing();
        copy(&repository().join("content"), &base.path("content"));
        base
    }

    /// The small site under the examples of the rule pages.
    pub fn small() -> KnowledgeBase {
        let base = KnowledgeBase::nothing();
        copy(&repository().join("tests/rules/site"), base.root());
        base
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The first `from` of a file becomes `to`.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, text.replacen(from, to, 1));
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// `keben --root HERE …`, in Chinese.
    pub fn keben(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = keben(["--root"]);
        command.arg(self.root()).args(["--lang", "zh"]).args(arguments);
        command
    }

    #[track_caller]
    pub fn build(&self) -> Outcome {
        self.keben(&["build"]).expect(0)
    }

    pub fn site(&self) -> Tree {
        tree(&self.path("public"))
    }

    /// `check --format short`, a finding a line, but for the gaps in coverage that every small site has.
    pub fn findings(&self) -> Vec<String> {
        self.keben(&["check", "--format", "short", "--skip", GAPS])
            .stderr
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

/// A new document of the small site or the starter that gives no error: `kind` and title are up to the caller.
pub fn term(title: &str, body: &str) -> String {
    format!("---\ntitle: {title}\nstatus: published\ngloss: {title}的释义。\n{PUBLISHED}---\n\n{body}\n")
}

/// What every published document says.
pub const PUBLISHED: &str = "summary: 这一篇只用来检验程序的行为，文字长短合适，不含任何真实的课程内容。
updated: 2022-11-01
review_due: 2024-12-31
reviews:
  political: {by: 示例审核, date: 2022-09-01}
  quality: {by: 示例审核, date: 2022-09-01}
  discipline: {by: 示例审核, date: 2022-09-01}
";
