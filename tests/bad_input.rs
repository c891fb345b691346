//! Bad input and a hostile machine: one clear message, the right exit code, and the site of before as it was.

use crate::knowledge_base::{
    KnowledgeBase, Outcome, Tree, difference, keben, outcome, say_skipped, term, tree,
};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A small site, built once, and what it looks like.
struct Standing {
    base: KnowledgeBase,
    before: Tree,
}

fn standing() -> Standing {
    let base = KnowledgeBase::small();
    base.build();
    let before = base.site();
    assert!(before.len() > 20);
    Standing { base, before }
}

impl Standing {
    /// The build ends with `code`, says each of `words` on standard error, and the site is as before.
    #[track_caller]
    fn refuses(&self, code: i32, words: &[&str]) -> Outcome {
        let said = self.base.keben(&["build"]).expect(code);
        self.says(said, words)
    }

    #[track_caller]
    fn says(&self, said: Outcome, words: &[&str]) -> Outcome {
        for word in words {
            assert!(said.stderr.contains(word), "{word:?} is not in:\n{}", said.stderr);
        }
        assert!(said.stdout.is_empty(), "{said:?}");
        assert!(
            !said.stderr.contains("panicked") && !said.stderr.contains("RUST_BACKTRACE"),
            "{}",
            said.stderr
        );
        assert!(self.base.site() == self.before, "the site of before has changed");
        self.leaves_nothing();
        said
    }

    #[track_caller]
    fn leaves_nothing(&self) {
        let names = fs::read_dir(self.base.root()).unwrap().flatten().map(|entry| entry.file_name());
        let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with(".keben-")).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }

    /// One error in all, with this code, at this path.
    #[track_caller]
    fn finds(&self, code: &str, path: &str) -> String {
        let said = self.refuses(1, &[code, path]);
        let short = self.base.keben(&["check", "--format", "short"]).expect(1).stderr;
        let errors: Vec<&str> = short.lines().filter(|line| line.contains(": E ")).collect();
        assert_eq!(errors.len(), 1, "one mistake, one message:\n{short}");
        assert!(errors[0].starts_with(path) && errors[0].contains(code), "{short}");
        said.stderr
    }
}

#[test]
fn no_content_folder() {
    let standing = standing();
    fs::rename(standing.base.path("content"), standing.base.path("elsewhere")).unwrap();
    let said = standing.refuses(2, &["content"]);
    assert_eq!(said.stderr.trim().lines().count(), 1, "{}", said.stderr);
    let nothing = KnowledgeBase::nothing();
    for command in ["build", "check", "serve"] {
        nothing.keben(&[command]).expect(2);
    }
    let none = outcome(keben(["build", "--root", "/no/such/folder"]).current_dir(nothing.root())).expect(2);
    assert!(none.stderr.contains("/no/such/folder"));
    assert!(tree(nothing.root()).is_empty(), "a refused command makes no folder");
}

#[test]
fn an_empty_content_folder() {
    let base = KnowledgeBase::nothing();
    fs::create_dir(base.path("content")).unwrap();
    for command in ["build", "check"] {
        let said = base.keben(&[command]).expect(2);
        assert!(said.stderr.contains("site.yaml") && said.stderr.trim().lines().count() == 1, "{said:?}");
    }
    // Settings alone are a knowledge base that lacks its required readings; it says so and does not fall over.
    base.write("content/site.yaml", "title: 空的知识库\nedition: zj-2018-2022\ntoday: 2022-12-01\n");
    let said = base.keben(&["build"]);
    assert!(said.code == Some(1) && said.stderr.contains("KB-304"), "{said:?}");
}

#[test]
fn settings_missing_or_broken() {
    let standing = standing();
    let good = standing.base.read("content/site.yaml");
    fs::remove_file(standing.base.path("content/site.yaml")).unwrap();
    standing.refuses(2, &["site.yaml"]);
    for (bad, code) in [
        ("", "KB-101"),
        ("title: 一\n", "KB-101"),
        ("title: [\n", "KB-002"),
        ("title：一\nedition: mini\n", "KB-002"),
        ("- 一\n- 二\n", "KB-002"),
        ("title: 一\nedition: no-such\n", "KB-301"),
        ("title: 一\nedition: ../../etc/passwd\n", "KB-301"),
        ("title: 一\nedition: mini\ntoday: 昨天\n", "KB-103"),
        ("title: 一\nedition: mini\ncolour: red\n", "KB-102"),
        ("title: 一\nedition: mini\nbase_url: 'javascript:alert(1)'\n", "KB-"),
    ] {
        standing.base.write("content/site.yaml", bad);
        standing.refuses(1, &[code, "content/site.yaml"]);
    }
    standing.base.write("content/site.yaml", good);
    standing.base.build();
    assert!(standing.base.site() == standing.before);
}

#[test]
fn an_edition_missing_or_broken() {
    let standing = standing();
    let good = standing.base.read("content/taxonomy/mini.yaml");
    for bad in ["", "scheme: [", "- 1\n", "scheme: 1+1+6+X\n", "\0", "modules: {}\n"] {
        standing.base.write("content/taxonomy/mini.yaml", bad);
        let said = standing.refuses(1, &["content/taxonomy/mini.yaml"]);
        assert!(
            said.stderr.lines().count() < 120,
            "a broken edition is one mistake, not one for each value:\n{}",
            said.stderr
        );
    }
    fs::remove_file(standing.base.path("content/taxonomy/mini.yaml")).unwrap();
    standing.finds("KB-301", "content/site.yaml");
    standing.base.write("content/taxonomy/mini.yaml", good);
    standing.base.build();
    assert!(standing.base.site() == standing.before);
}

#[test]
fn files_in_another_encoding() {
    let standing = standing();
    let text = term("国标编码的术语", "这一段写在另一种编码里。");
    let path = "content/terms/encoded.md";
    standing.base.write(path, encoding_rs::GB18030.encode(&text).0);
    let said = standing.finds("KB-001", path);
    assert!(said.contains("GB"), "the likely encoding is named:\n{said}");
    let mut utf16: Vec<u8> = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    standing.base.write(path, utf16);
    let said = standing.finds("KB-001", path);
    assert!(said.contains("UTF-16"), "{said}");
    standing.base.write(path, [text.as_bytes(), b"\xff\xfe\x80"].concat());
    standing.finds("KB-001", path);
    standing.base.write(path, text.replace("正文", "正\0文").replace("这一段", "这一\0段"));
    standing.finds("KB-004", path);
    standing.base.write(path, "");
    standing.finds("KB-003", path);
}

#[test]
fn a_file_of_a_hundred_megabytes() {
    let standing = standing();
    let path = "content/terms/huge.md";
    let file = fs::File::create(standing.base.path(path)).ok();
    let file = file.unwrap_or_else(|| {
        fs::create_dir_all(standing.base.path("content/terms")).unwrap();
        fs::File::create(standing.base.path(path)).unwrap()
    });
    file.set_len(100 << 20).unwrap();
    let started = std::time::Instant::now();
    standing.finds("KB-006", path);
    assert!(started.elapsed() < Duration::from_secs(10), "it is not read to its end");
    fs::remove_file(standing.base.path(path)).unwrap();
    let file = fs::File::options().write(true).open(standing.base.path("content/site.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    standing.refuses(1, &["KB-006", "content/site.yaml"]);
}

#[test]
fn links_out_of_the_root() {
    let standing = standing();
    let outside = KnowledgeBase::nothing();
    outside.write("secret/secret.md", term("金丝雀标题", "金丝雀正文"));
    outside.write("secret/secret.txt", "金丝雀附件");
    let link = |to: &Path, from: &str| {
        fs::create_dir_all(standing.base.path(from).parent().unwrap()).unwrap();
        symlink(to, standing.base.path(from)).unwrap();
    };
    let clear = |from: &str| fs::remove_file(standing.base.path(from)).unwrap();
    link(&outside.path("secret/secret.md"), "content/terms/leak.md");
    standing.finds("KB-106", "content/terms/leak.md");
    clear("content/terms/leak.md");
    link(&outside.path("secret"), "content/terms/folder");
    standing.finds("KB-106", "content/terms/folder");
    clear("content/terms/folder");
    link(Path::new("loop"), "content/terms/loop");
    standing.finds("KB-106", "content/terms/loop");
    clear("content/terms/loop");
    standing.base.write("content/terms/with/index.md", term("链接到附件的术语", "见[附件](secret.txt)。"));
    link(&outside.path("secret/secret.txt"), "content/terms/with/secret.txt");
    standing.refuses(1, &["secret.txt"]);
    fs::remove_dir_all(standing.base.path("content/terms/with")).unwrap();
    standing.base.write(
        "content/terms/climb.md",
        term("向上链接的术语", "见[附件](../../../secret/secret.txt)与[口令](/etc/passwd)。"),
    );
    standing.refuses(1, &["content/terms/climb.md"]);
    clear("content/terms/climb.md");
    // The output folder itself, pointing elsewhere: what lies there is not ours.
    let base = KnowledgeBase::small();
    symlink(outside.path("secret"), base.path("public")).unwrap();
    base.keben(&["build"]).expect(2);
    assert_eq!(tree(&outside.path("secret")).len(), 2);
    for (path, bytes) in standing.base.site() {
        assert!(!String::from_utf8_lossy(&bytes).contains("金丝雀"), "{path}");
    }
}

#[test]
fn folders_and_files_in_each_other_s_place() {
    let standing = standing();
    fs::create_dir_all(standing.base.path("content/terms/folder.md")).unwrap();
    standing.finds("KB-106", "content/terms/folder.md");
    fs::remove_dir(standing.base.path("content/terms/folder.md")).unwrap();
    standing.base.write("content/nonsense/x.md", term("无此种类", "正文。"));
    standing.finds("KB-106", "content/nonsense/x.md");
    fs::remove_dir_all(standing.base.path("content/nonsense")).unwrap();
    for name in ["Upper.md", "中文.md", "con.md", "page-2.md", "a b.md", "index.md"] {
        let path = format!("content/terms/{name}");
        standing.base.write(&path, term("编号不合规", "正文。"));
        standing.finds("KB-106", &path);
        standing.base.remove(&path);
    }
    standing.base.write("content/terms/a/same.md", term("同一编号甲", "正文。"));
    standing.base.write("content/terms/b/same.md", term("同一编号乙", "正文。"));
    standing.finds("KB-005", "content/terms/b/same.md");
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let standing = standing();
    // A file in the place of the folder.
    let said = standing
        .base
        .command(&["build", "--out"])
        .arg(standing.base.path("content/site.yaml"))
        .output()
        .unwrap();
    standing.says(Outcome::of(said).expect(2), &["--out"]);
    standing.base.write("taken", "一个文件");
    let said = standing.base.command(&["build", "--out"]).arg(standing.base.path("taken")).output().unwrap();
    standing.says(Outcome::of(said).expect(2), &["taken"]);
    assert_eq!(standing.base.read("taken"), "一个文件");
    let said =
        standing.base.command(&["build", "--out"]).arg(standing.base.path("taken/below")).output().unwrap();
    standing.says(Outcome::of(said).expect(2), &["taken"]);
    // A folder with somebody's files.
    standing.base.write("mine/notes.txt", "笔记");
    let said = standing.base.command(&["build", "--out"]).arg(standing.base.path("mine")).output().unwrap();
    standing.says(Outcome::of(said).expect(2), &["mine"]);
    assert_eq!(tree(&standing.base.path("mine")).len(), 1);
    // A folder that would swallow the sources, or lie among them.
    for out in ["", "content", "content/out", ".keben", ".git/x"] {
        let said = standing.base.command(&["build", "--out"]).arg(standing.base.path(out)).output().unwrap();
        standing.says(Outcome::of(said).expect(2), &["--out"]);
    }
    assert!(standing.base.path("content/site.yaml").is_file());
    // A file where the cache belongs.
    fs::remove_dir_all(standing.base.path(".keben")).unwrap();
    standing.base.write(".keben", "一个文件");
    standing.refuses(2, &[".keben"]);
}

/// A folder without a right to write: nothing to see for root.
#[test]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let standing = standing();
    let probe = standing.base.path("probe");
    fs::create_dir(&probe).unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(probe.join("x"), "").is_ok() {
        say_skipped("a folder without permission, because this user may write everywhere");
        return;
    }
    let said = standing.base.command(&["build", "--out"]).arg(probe.join("site")).output().unwrap();
    standing.says(Outcome::of(said).expect(2), &["没有权限"]);
}

/// A small file system of its own, taken down with the value; `None` where this user may not mount.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<SmallDisk> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| SmallDisk(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let base = KnowledgeBase::nothing();
    let Some(disk) = SmallDisk::mount(&base.path("disk"), "3m") else {
        say_skipped("a full disk, because this user may not mount a small file system");
        return;
    };
    let root = disk.0.join("kb");
    crate::knowledge_base::copy(&crate::knowledge_base::repository().join("tests/rules/site"), &root);
    let build = || outcome(keben(["--lang", "zh", "build", "--root"]).arg(&root));
    build().expect(0);
    let mut before = tree(&root.join("public"));
    // What is left is filled up, and then one more page is asked for.
    let mut filler = fs::File::create(disk.0.join("filler")).unwrap();
    while std::io::Write::write(&mut filler, &[1; 4096]).is_ok_and(|written| written == 4096) {}
    drop(filler);
    let room = fs::File::options().write(true).open(disk.0.join("filler")).unwrap();
    let size = room.metadata().unwrap().len();
    let mut refused = 0;
    for kept in [8 << 10, 64 << 10, 160 << 10] {
        room.set_len(size - 8192 - kept).unwrap();
        fs::create_dir_all(root.join("content/terms")).unwrap();
        fs::write(root.join("content/terms/more.md"), term("再来一篇", "磁盘已满时的一篇。")).unwrap();
        let said = build();
        if said.code == Some(0) {
            before = tree(&root.join("public")); // there was room enough
            continue;
        }
        refused += 1;
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.stderr.contains("磁盘已满"), "{}", said.stderr);
        assert_eq!(said.stderr.trim().lines().count(), 1, "{}", said.stderr);
        assert!(tree(&root.join("public")) == before, "the site of before has changed");
    }
    assert!(refused > 0, "the disk was never full");
    drop(room);
    fs::remove_file(disk.0.join("filler")).unwrap();
    build().expect(0);
    assert!(root.join("public/terms/more.html").is_file());
}

#[test]
fn two_builds_at_once() {
    let base = KnowledgeBase::starter();
    base.build();
    let before = base.site();
    for round in 0..4 {
        // An edit, so that both have something to do.
        base.write("content/terms/round.md", term(&format!("第{round}轮的术语"), "正文。"));
        let start =
            || base.command(&["build"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (one, two) = (start(), start());
        let said = [one, two].map(|child| Outcome::of(child.wait_with_output().unwrap()));
        let mut codes: Vec<Option<i32>> = said.iter().map(|said| said.code).collect();
        codes.sort_unstable();
        assert!(codes == [Some(0), Some(0)] || codes == [Some(0), Some(75)], "{said:?}");
        for busy in said.iter().filter(|said| said.code == Some(75)) {
            assert!(busy.stderr.contains("正在构建") && busy.stderr.trim().lines().count() == 1, "{busy:?}");
        }
    }
    base.remove("content/terms/round.md");
    // A page that was there must not vanish; where nobody knows of it, the old site goes first.
    let said = base.keben(&["build"]).expect(1);
    assert!(said.stderr.contains("KB-604"), "{said:?}");
    fs::remove_dir_all(base.path("public")).unwrap();
    base.build();
    assert!(base.site() == before);
}

#[test]
fn a_build_that_is_killed_leaves_the_site_whole() {
    let base = KnowledgeBase::starter();
    base.build();
    let mut sites = vec![base.site()];
    for round in 0..12 {
        base.write("content/terms/round.md", term(&format!("第{round}轮的术语"), "正文。"));
        let mut child = base.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(40 * round));
        _ = child.kill();
        _ = child.wait();
        let now = base.site();
        let sums = String::from_utf8(now["_keben/SHA256SUMS"].clone()).unwrap();
        let files = now.keys().filter(|path| !path.starts_with("_keben/")).count();
        assert_eq!(sums.lines().count(), files, "round {round}: the manifest and the files disagree");
        if !sites.contains(&now) {
            sites.push(now);
        }
    }
    base.build();
    let clean = KnowledgeBase::nothing();
    crate::knowledge_base::copy(&base.path("content"), &clean.path("content"));
    clean.build();
    // What changed on the way is told where it belongs; every other file is that of a clean build.
    let timeless = |site: Tree| -> Tree {
        let history = ["index.html", "changes.html"];
        let kept = site.into_iter();
        kept.filter(|(path, _)| !path.starts_with("_keben/") && !history.contains(&path.as_str())).collect()
    };
    assert_eq!(difference(&timeless(base.site()), &timeless(clean.site())), Vec::<String>::new());
    let left: Vec<_> = fs::read_dir(base.root()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".keben-")), "{left:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let standing = standing();
    let script = format!(
        "'{}' --root '{}' search 八八 --format json | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_keben"),
        standing.base.root().display()
    );
    let ended = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_damaged_index_is_said_to_be_damaged() {
    let standing = standing();
    let base = &standing.base;
    let kb = base.path("public/search/kb.js");
    let whole = fs::read(&kb).unwrap();
    fs::write(&kb, &whole[..whole.len() / 2]).unwrap();
    let said = base.keben(&["search", "八八"]).expect(2);
    assert!(said.stderr.contains("kb.js"), "{said:?}");
    let other = String::from_utf8(whole.clone()).unwrap().replace("\"format\":2", "\"format\":99");
    fs::write(&kb, other).unwrap();
    let said = base.keben(&["search", "八八"]).expect(2);
    assert!(said.stderr.contains("搜索索引是 kb1.99 版，本程序读不了"), "{said:?}");
    fs::write(&kb, &whole).unwrap();
    // The cache may be lost or broken at any time: the site itself answers.
    let answer = base.keben(&["search", "八八战略", "--format", "json"]).expect(0).stdout;
    for file in walkdir::WalkDir::new(base.path(".keben"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        fs::write(file.path(), "broken").unwrap();
    }
    assert_eq!(base.keben(&["search", "八八战略", "--format", "json"]).expect(0).stdout, answer);
    base.build();
    assert!(base.site() == standing.before);
    assert_eq!(base.keben(&["search", "八八战略", "--format", "json"]).expect(0).stdout, answer);
}
