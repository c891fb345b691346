//! A site is put in place whole or not at all.

use super::*;
use crate::edge::disk::tests::Faults;
use crate::edge::lock;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

const SITE: &str = "0123456789ab0000";

type Tree = BTreeMap<String, Vec<u8>>;

struct Base {
    root: tempfile::TempDir,
}

impl Base {
    fn new() -> Base {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("content")).unwrap();
        fs::write(root.path().join("content/a.pdf"), "attachment").unwrap();
        Base { root }
    }

    fn out(&self) -> PathBuf {
        self.root.path().join("public")
    }

    /// Pages show `text`; page 9 cannot be made.
    fn write(&self, disk: &Disk, files: &[OutputFile], text: &str) -> Result<Written, WriteError<String>> {
        let render = |page: PageId, _: Option<&str>| match page.0 {
            9 => Err("page 9".to_owned()),
            number => Ok(format!("{number} {text}").into_bytes()),
        };
        write_on(disk, self.root.path(), &self.out(), files, SITE, &render)
    }

    fn tree(&self) -> Tree {
        let walk = walkdir::WalkDir::new(self.out()).into_iter().flatten();
        let files = walk.filter(|entry| entry.file_type().is_file());
        files
            .map(|entry| {
                let path = entry.path().strip_prefix(self.out()).unwrap();
                (path.to_str().unwrap().to_owned(), fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    fn leftovers(&self) -> Vec<String> {
        let names = fs::read_dir(self.root.path()).unwrap().flatten();
        let names = names.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| !matches!(name.as_str(), "content" | "public" | ".keben")).collect()
    }
}

fn file(path: &str, content: Content) -> OutputFile {
    OutputFile { path: path.into(), content }
}

fn page(path: &str, number: u32) -> OutputFile {
    file(path, Content::Render(PageId(number)))
}

fn copy(path: &str) -> OutputFile {
    file(path, Content::CopyOf(RelPath::new("content/a.pdf").unwrap()))
}

fn site() -> Vec<OutputFile> {
    vec![
        page("index.html", 0),
        page("courses/a.html", 1),
        page("courses/deep/b.html", 2),
        file("assets/a.css", Content::Bytes(b"a{}".to_vec())),
        copy("courses/a/a.pdf"),
    ]
}

fn times(tree: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let walk = walkdir::WalkDir::new(tree).into_iter().flatten();
    walk.map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn a_site_is_written_once() {
    let base = Base::new();
    let disk = Disk::default();
    let first = base.write(&disk, &site(), "one").unwrap();
    assert_eq!((first.written, first.unchanged, first.removed), (5, 0, 0));
    let tree = base.tree();
    assert_eq!(tree["courses/a/a.pdf"], b"attachment");
    let sums = String::from_utf8(tree["_keben/SHA256SUMS"].clone()).unwrap();
    let listed: Vec<_> = sums.lines().map(|line| &line[66..]).collect();
    let paths = ["assets/a.css", "courses/a.html", "courses/a/a.pdf", "courses/deep/b.html", "index.html"];
    assert_eq!(listed, paths);
    let build: serde_json::Value = serde_json::from_slice(&tree["_keben/build.json"]).unwrap();
    assert_eq!((build["files"].as_u64(), build["bytes"].as_u64()), (Some(5), Some(first.bytes)));

    let before = times(base.root.path());
    let second = base.write(&disk, &site(), "one").unwrap();
    assert_eq!((second.written, second.unchanged, second.removed), (0, 5, 0));
    assert_eq!(times(base.root.path()), before, "nothing was touched");
}

#[test]
fn only_what_differs_is_written_anew() {
    let base = Base::new();
    let disk = Disk::default();
    base.write(&disk, &site(), "one").unwrap();
    let before = times(&base.out());
    let mut files = site();
    files.remove(1);
    files.push(file("new.html", Content::Bytes(b"new".to_vec())));
    let second = base.write(&disk, &files, "one").unwrap();
    assert_eq!((second.written, second.unchanged, second.removed), (1, 4, 1));
    assert!(!base.tree().contains_key("courses/a.html") && base.tree()["new.html"] == b"new");
    for kept in ["index.html", "courses/a/a.pdf"] {
        let path = base.out().join(kept);
        assert_eq!(times(&base.out())[&path], before[&path], "{kept}");
    }
    assert!(base.leftovers().is_empty());

    fs::write(base.root.path().join("content/a.pdf"), "Attachment").unwrap();
    let third = base.write(&disk, &files, "one").unwrap();
    assert_eq!((third.written, third.unchanged), (1, 4));
    assert_eq!(base.tree()["courses/a/a.pdf"], b"Attachment");
    // Someone's edit of the output does not survive, and does not reach any other tree.
    fs::write(base.out().join("index.html"), "9 one").unwrap();
    assert_eq!(base.write(&disk, &files, "one").unwrap().written, 1);
    assert_eq!(base.tree()["index.html"], b"0 one");
}

#[test]
fn a_page_that_fails_leaves_the_old_site() {
    let base = Base::new();
    let disk = Disk::default();
    base.write(&disk, &site(), "one").unwrap();
    let before = times(&base.out());
    let mut files = site();
    files.push(page("bad.html", 9));
    let error = base.write(&disk, &files, "two").unwrap_err();
    assert!(matches!(error, WriteError::Render(page) if page == "page 9"));
    assert_eq!(times(&base.out()), before);
    assert!(base.leftovers().is_empty());
}

#[test]
fn an_attachment_that_became_a_link_is_refused() {
    let base = Base::new();
    let source = base.root.path().join("content/a.pdf");
    fs::remove_file(&source).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &source).unwrap();
    let error = base.write(&Disk::default(), &site(), "one").unwrap_err();
    assert!(matches!(error, WriteError::Edge(error) if error.text.en.contains("symbolic link")));
    assert!(!base.out().exists() && base.leftovers().is_empty());
}

/// Every call that changes the disk fails once: with an old site and without, with the exchange and without.
#[test]
fn whichever_call_fails_a_whole_site_stands() {
    for (with_old, no_exchange) in [(true, false), (true, true), (false, false)] {
        for n in 0.. {
            let base = Base::new();
            let head = base.out().join("_keben/head.json");
            if with_old {
                base.write(&Disk::default(), &site(), "one").unwrap();
                fs::write(&head, "signed").unwrap();
            }
            let old = base.tree();
            let faults = Faults { no_exchange, ..Faults::at(n) };
            let disk = Disk { faults };
            let mut files = site();
            files[3].content = Content::Bytes(b"b{}".to_vec());
            let result = base.write(&disk, &files, "one");
            let tree = base.tree();
            // The number of the last release is never lost: its head is in place or kept for the next signature.
            let kept = fs::read(base.root.path().join(".keben/previous-head.json"));
            assert!(!with_old || head.exists() || kept.is_ok_and(|kept| kept == b"signed"), "call {n}");
            let clean = Disk { faults: Faults { no_exchange, ..Faults::default() } };
            let again = base.write(&clean, &files, "one").unwrap();
            if let Err(WriteError::Edge(error)) = &result {
                assert!(error.text.zh.contains("磁盘已满") && error.exit_code == 2, "{error:?}");
                // The one failure after the change of places is that it could not be made to last.
                assert!(tree == old || tree == base.tree(), "call {n}");
            } else {
                assert!(result.is_ok() && tree == base.tree(), "call {n}");
                assert_eq!(again.written, 0);
            }
            assert!(base.leftovers().is_empty(), "call {n}: {:?}", base.leftovers());
            if !disk.faults.met() {
                assert!(n > 14, "too few calls were tried");
                break;
            }
        }
    }
}

#[test]
fn leftovers_of_killed_builds_are_swept_and_an_old_site_put_back() {
    let base = Base::new();
    let disk = Disk::default();
    base.write(&disk, &site(), "one").unwrap();
    let old = base.tree();
    // Killed between the two renames that stand in for an exchange.
    let place = place::place(base.root.path(), &base.out()).unwrap();
    let aside = disk::Disk { faults: Faults { no_exchange: true, ..Faults::default() } };
    let staged = base.root.path().join(".keben-staging-999999999");
    fs::create_dir(&staged).unwrap();
    staging::tests::move_aside(&place);
    assert!(!base.out().exists());
    staging::sweep(&aside, &place).unwrap();
    assert_eq!(base.tree(), old);
    assert!(base.leftovers().is_empty());
    // A build that runs keeps its folder.
    let mine = base.root.path().join(".keben-staging-1");
    fs::create_dir(&mine).unwrap();
    base.write(&disk, &site(), "two").unwrap();
    assert!(mine.exists());
}

#[test]
fn what_keben_did_not_make_is_left_alone() {
    let base = Base::new();
    fs::create_dir(base.out()).unwrap();
    fs::write(base.out().join("thesis.docx"), "mine").unwrap();
    assert!(base.write(&Disk::default(), &site(), "one").is_err());
    assert_eq!(base.tree().len(), 1);
    let clash = [page("a.html", 0), page("A.html", 1)];
    assert!(base.write(&Disk::default(), &clash, "one").is_err());
}

#[test]
fn a_lock_is_needed_and_an_empty_folder_will_do() {
    let base = Base::new();
    fs::create_dir(base.out()).unwrap();
    let lock = lock::lock(base.root.path()).unwrap();
    let written = write(&lock, &base.out(), &site(), SITE, &|_, _| Ok::<_, String>(vec![b'x'])).unwrap();
    assert_eq!(written.written, 5);
    assert!(base.leftovers().is_empty());
}

#[test]
fn a_link_to_an_output_folder_stays_a_link() {
    let base = Base::new();
    let real = tempfile::tempdir().unwrap();
    let real = real.path().join("www");
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, base.out()).unwrap();
    base.write(&Disk::default(), &site(), "one").unwrap();
    assert!(fs::symlink_metadata(base.out()).unwrap().is_symlink());
    assert!(real.join("index.html").is_file());
}

#[test]
fn late_pages_are_told_the_fingerprint_of_all_others() {
    let base = Base::new();
    let write = |text: &str, late: &str| {
        let mut files = site();
        files.push(file("_keben/about.json", Content::Bytes(late.into())));
        files.push(file("changes.html", Content::Late(PageId(3))));
        files.push(file("a.html", Content::Late(PageId(4))));
        let render = |page: PageId, fingerprint: Option<&str>| match fingerprint {
            None => Ok(format!("{} {text}", page.0).into_bytes()),
            Some(fingerprint) => Ok::<_, String>(format!("{} {fingerprint} {late}", page.0).into_bytes()),
        };
        write_on(&Disk::default(), base.root.path(), &base.out(), &files, SITE, &render).unwrap();
        let tree = base.tree();
        let text = |path: &str| String::from_utf8(tree[path].clone()).unwrap();
        let fingerprint = text("a.html").split(' ').nth(1).unwrap().to_owned();
        assert_eq!(text("a.html"), format!("4 {fingerprint} {late}"));
        assert_eq!(text("changes.html"), format!("3 {fingerprint} {late}"));
        // Late pages are listed as any other, the files about the site are not.
        let lines = text("_keben/SHA256SUMS");
        assert!(lines.contains("  changes.html\n") && !lines.contains("about.json"), "{lines}");
        fingerprint
    };
    let first = write("one", "x");
    assert_eq!(first.len(), 12);
    assert_eq!(write("one", "x"), first);
    assert_eq!(write("one", "y"), first, "a late page and _keben/ do not count");
    assert_ne!(write("two", "y"), first);
}
