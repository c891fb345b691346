//! What a built site would load, checked on whole knowledge bases: other hosts in a theme, and sizes.

use crate::knowledge_base::copy;
use std::fs;
use std::path::Path;
use std::process::Command;

const COURSE: &str = "---\n标题: 乡村治理案例研讨\n状态: 草稿\n类别: 专业化能力培训\n学时: 4\n教学方式: [研讨式]\n对象: [基层干部]\n---\n\n";

/// The lines of `keben COMMAND --format short` that name `code`.
fn said(root: &Path, command: &[&str], code: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_keben"))
        .args(["--lang", "zh", "--root"])
        .arg(root)
        .args(command)
        .args(["--format", "short"])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap().lines().filter(|line| line.contains(code)).map(str::to_owned).collect()
}

fn site(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/site"), root.path());
    for (path, bytes) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

/// 汉字 that no compression makes small, in sentences.
fn noise(bytes: usize) -> String {
    let mut state = 88_u64;
    let mut text = String::with_capacity(bytes + 8);
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.extend(char::from_u32(0x4e00 + ((state >> 33) % 20_000) as u32));
        if text.len().is_multiple_of(120) {
            text.push_str("。\n\n");
        }
    }
    text
}

#[test]
fn a_theme_that_loads_from_another_host_is_named_at_the_address() {
    let root = site(&[
        (
            "theme/static/own.css",
            "/* http://a.cn/ */\n@import \"https://fonts.example.org/song.css\";\n".as_bytes(),
        ),
        (
            "theme/templates/own.html",
            "<p>甲</p><script src=\"//cdn.example.org/x.js\"></script>\n".as_bytes(),
        ),
        ("theme/static/sound.js", b"// https://example.org/\nlet x = 1;\n"),
    ]);
    assert_eq!(
        said(root.path(), &["check"], "KB-901"),
        [
            "theme/static/own.css:2:10: E KB-901 主题要从其他网站加载“https://fonts.example.org/song.css”，离线时用不了",
            "theme/templates/own.html:1:22: E KB-901 主题要从其他网站加载“//cdn.example.org/x.js”，离线时用不了",
        ]
    );
}

#[test]
fn large_images_and_pages_are_named() {
    let folder = "content/courses/village-governance";
    let image = vec![0_u8; 501 * 1024];
    let small = vec![0_u8; 500 * 1024];
    let text = format!("{COURSE}![大图](a.png)\n\n![小图](b.png)\n\n[附件](c.zip)\n\n{}", noise(640 << 10));
    let root = site(&[
        (&format!("{folder}/index.md"), text.as_bytes()),
        (&format!("{folder}/a.png"), &image),
        (&format!("{folder}/b.png"), &small),
        (&format!("{folder}/c.zip"), &image),
        // Long, but small when compressed.
        (
            "content/courses/long.md",
            format!("{}{}", COURSE.replace("乡村", "城市"), "甲乙丙丁。\n\n".repeat(40_000)).as_bytes(),
        ),
    ]);
    let found = said(root.path(), &["check", "--drafts"], "KB-902");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with(&format!("{folder}/index.md:1:1: W KB-902 这一页压缩后有 ")), "{found:?}");
    assert_eq!(found[1], format!("{folder}/index.md:10:1: W KB-902 图片“a.png”有 501 KB，超过 500 KB"));
}

#[test]
fn budgets_of_a_site_hold_for_shards_and_are_said_by_build() {
    let root = site(&[]);
    let path = root.path().join("content/site.yaml");
    let config = fs::read_to_string(&path).unwrap() + "budgets: {shard_kib: 1}\n";
    fs::write(&path, config).unwrap();
    let found = said(root.path(), &["build"], "KB-902");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("content/site.yaml:1:1: W KB-902 搜索索引有 "), "{found:?}");
    // The repeated build, which does nothing, says it again.
    assert_eq!(said(root.path(), &["build"], "KB-902"), found);
}
