//! `keben fix`: only what a finding's fix covers changes, and a second run has nothing to do.

use crate::knowledge_base::{KnowledgeBase, PUBLISHED, difference, say_skipped, term, tree};
use std::process::{Command, Stdio};

/// Two kinds of mistakes with exact fixes, in a file with CR LF and no last line end, and one in a file with LF.
fn mistaken() -> KnowledgeBase {
    let base = KnowledgeBase::small();
    let one = term("日期写法", "第一段有\u{200b}看不见的字符。\n\n第二段。")
        .replace("updated: 2022-11-01", "updated: 2022年11月1日")
        .replace("review_due: 2024-12-31", "review_due: '2024.12.31'");
    base.write("content/terms/crlf.md", one.trim_end().replace('\n', "\r\n"));
    let other = term("另一份", "正文。").replace("updated: 2022-11-01", "updated: 2022/11/1");
    base.write("content/terms/with space.md", &other);
    base.write("content/terms/lf.md", other.replace("另一份", "又一份"));
    base.write("content/terms/wrong.md", term("引用错误", "见 [[course/no-such-course]]。"));
    base
}

#[test]
fn only_the_bytes_of_the_fixes_change_and_a_second_run_does_nothing() {
    let base = mistaken();
    let before = tree(&base.path("content"));
    let fixed = base.keben(&["fix"]).expect(1);
    assert!(fixed.stdout.contains("改了 5 处，涉及 3 个文件"), "{fixed:?}");
    assert!(fixed.stderr.contains("还有错误"), "{fixed:?}");
    let after = tree(&base.path("content"));
    let text = |path: &str| String::from_utf8(before[path].clone()).unwrap();
    let crlf = text("terms/crlf.md")
        .replace('\u{200b}', "")
        .replace("2022年11月1日", "2022-11-01")
        .replace("'2024.12.31'", "2024-12-31");
    assert_eq!(String::from_utf8_lossy(&after["terms/crlf.md"]), crlf);
    assert!(!crlf.ends_with('\n') && crlf.matches('\n').count() == crlf.matches("\r\n").count());
    for path in ["terms/lf.md", "terms/with space.md"] {
        let expected = text(path).replace("2022/11/1", "2022-11-01");
        assert_eq!(String::from_utf8_lossy(&after[path]), expected);
    }
    assert_eq!(difference(&before, &after).len(), 3, "{:?}", difference(&before, &after));
    let again = base.keben(&["fix"]).expect(1);
    assert!(again.stdout.contains("改了 0 处，涉及 0 个文件"), "{again:?}");
    assert!(difference(&after, &tree(&base.path("content"))).is_empty());
    base.remove("content/terms/wrong.md");
    base.remove("content/terms/with space.md");
    base.keben(&["fix"]).expect(0);
}

#[test]
fn only_the_codes_that_are_asked_for_are_fixed() {
    let base = mistaken();
    let fixed = base.keben(&["fix", "--only", "KB-004"]).expect(1);
    assert!(fixed.stdout.contains("改了 1 处，涉及 1 个文件"), "{fixed:?}");
    assert!(base.read("content/terms/crlf.md").contains("2022年11月1日"));
    assert!(!base.read("content/terms/crlf.md").contains('\u{200b}'));
    base.keben(&["fix", "--only", "KB-777"]).expect(2);
}

#[test]
fn the_preview_is_a_patch_that_other_programs_apply() {
    let base = mistaken();
    let before = tree(&base.path("content"));
    let patch = base.keben(&["fix", "--dry-run"]).expect(0);
    assert!(difference(&before, &tree(&base.path("content"))).is_empty());
    assert!(
        patch.stdout.starts_with("--- a/content/terms/crlf.md\n+++ b/content/terms/crlf.md\n@@ "),
        "{patch:?}"
    );
    assert!(patch.stderr.contains("会改 5 处，涉及 3 个文件"), "{patch:?}");
    if Command::new("git").arg("--version").stdout(Stdio::null()).status().is_err() {
        return say_skipped("there is no git to apply the patch");
    }
    base.write("fix.patch", &patch.stdout);
    let applied = Command::new("git")
        .args(["apply", "--whitespace=nowarn", "fix.patch"])
        .current_dir(base.root())
        .env("GIT_CEILING_DIRECTORIES", base.root().parent().unwrap())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}\n{}", String::from_utf8_lossy(&applied.stderr), patch.stdout);
    let applied = tree(&base.path("content"));
    let base = mistaken();
    base.keben(&["fix"]).expect(1);
    assert!(difference(&applied, &tree(&base.path("content"))).is_empty());
}

#[test]
fn labels_become_ids_when_asked_for() {
    let base = KnowledgeBase::small();
    let text = format!(
        "---\n标题: 用中文写的课程\n状态: 已发布\n类别: \"专业化能力培训\"\n学时: 4\n教学方式: [研讨式, case]\n对象:\n  - 基层干部\n形式: 课堂 # 说明\n教学目标: [甲, 乙]\n{PUBLISHED}---\n\n正文里的研讨式不变。\n"
    );
    base.write("content/courses/labels.md", &text);
    base.keben(&["fix"]).expect(0);
    assert_eq!(base.read("content/courses/labels.md"), text);
    base.keben(&["fix", "--ids"]).expect(0);
    let expected = text
        .replace("状态: 已发布", "状态: published")
        .replace("\"专业化能力培训\"", "capability")
        .replace("[研讨式, case]", "[seminar, case]")
        .replace("- 基层干部", "- grassroots")
        .replace("课堂 #", "class #");
    assert_eq!(base.read("content/courses/labels.md"), expected);
    let again = base.keben(&["fix", "--ids"]).expect(0);
    assert!(again.stdout.contains("改了 0 处"), "{again:?}");
}
