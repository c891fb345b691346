use crate::markdown::parse;
use crate::source::FileId;

/// Every KB-704 of `source` as the text that it points at, and the source with the fixes made.
fn mistakes(source: &str) -> (Vec<String>, String) {
    let (_, diagnostics) = parse(FileId(0), source, 0);
    let found: Vec<_> = diagnostics.iter().filter(|d| d.code.0 == 704).collect();
    let mut fixes: Vec<_> =
        found.iter().filter_map(|d| d.fix.as_ref()).flat_map(|fix| &fix.replacements).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.start));
    let mut fixed = source.to_owned();
    for fix in fixes {
        fixed.replace_range(fix.start as usize..fix.end as usize, &fix.text);
    }
    (found.iter().map(|d| source[d.span.range()].to_owned()).collect(), fixed)
}

#[test]
fn every_mistake_is_named_and_mended() {
    for (source, places, fixed) in [
        ("#标题\n", vec!["#"], "# 标题\n"),
        ("前文\n##1.1 总则\n", vec!["##"], "前文\n## 1.1 总则\n"),
        ("＃＃ 标题\n", vec!["＃＃ "], "## 标题\n"),
        ("#　标题\n", vec!["#　"], "# 标题\n"),
        ("-　甲\n", vec!["-　"], "- 甲\n"),
        ("1.　甲\n", vec!["1.　"], "1. 甲\n"),
        ("-甲\n-乙\n", vec!["-", "-"], "- 甲\n- 乙\n"),
        ("[文]（a.md）\n", vec!["[文]（a.md）"], "[文](a.md)\n"),
        ("见【文】(../a.md)。\n", vec!["【文】(../a.md)"], "见[文](../a.md)。\n"),
        ("【文】（a.md）\n", vec!["【文】（a.md）"], "[文](a.md)\n"),
        ("[文](a b.md)\n", vec!["[文](a b.md)"], "[文](<a b.md>)\n"),
        ("甲＊＊粗＊＊乙\n", vec!["＊＊粗＊＊"], "甲**粗**乙\n"),
        ("甲**粗 **乙\n", vec!["**粗 **"], "甲**粗**乙\n"),
        ("｜甲｜乙｜\n｜---｜---｜\n｜1｜2｜\n", vec!["｜---｜---｜"], "|甲|乙|\n|---|---|\n|1|2|\n"),
        ("> [!注意]\n> 甲\n", vec!["[!注意]"], "> [!WARNING]\n> 甲\n"),
        ("甲[^1]\n\n[^1]：乙\n", vec!["[^1]："], "甲[^1]\n\n[^1]: 乙\n"),
        ("甲[^2]\n", vec!["[^2]"], "甲[^2]\n"),
        ("甲\n\n[^3]: 乙\n", vec!["[^3]"], "甲\n\n[^3]: 乙\n"),
        ("甲\n\n```text\n乙\n", vec!["```text"], "甲\n\n```text\n乙\n"),
    ] {
        assert_eq!(
            mistakes(source),
            (places.into_iter().map(str::to_owned).collect(), fixed.to_owned()),
            "{source}"
        );
        let (left, _) = mistakes(fixed);
        assert!(left.is_empty() || fixed == source, "{fixed}: {left:?}");
    }
}

#[test]
fn sound_markdown_and_ordinary_text_are_left_alone() {
    for source in [
        "# 标题\n",
        "\\#标题\n",
        "#话题#很热\n",
        "#1 号楼\n",
        "`#标题`\n",
        "    #标题\n",
        "```\n#标题\n-　甲\n```\n",
        "~~~\na\n~~~\n",
        "> ```\n> a\n> ```\n",
        "- ```\n  a\n  ```\n",
        "1、甲\n2、乙\n",
        "-5度\n",
        "-甲\n\n乙\n",
        "[2019]（含附件）\n",
        "〔2019〕3号\n",
        "【案例】（三个小时）\n",
        "[1](第 3 号)\n",
        "2 ** 3 ** 4\n",
        "\\*\\*粗 \\*\\*\n",
        "| 甲 | 乙 |\n|----|----|\n| 1 | 2 |\n",
        "> [!NOTE]\n> 甲\n",
        "甲[^1]\n\n[^1]: 乙\n",
        "甲｜乙\n",
        "---\n",
        "[文](<a b.md>)\n",
        "[文](a.md \"标题 一\")\n",
        "甲\n\n---\n\n乙\n",
        "```text\n甲\n```\n\n乙\n",
        "````\n```\n````\n",
    ] {
        assert_eq!(mistakes(source).0, Vec::<String>::new(), "{source}");
    }
}

#[test]
fn what_was_meant_as_a_link_is_no_running_text() {
    let source = "见【资料】(资料.md),等\n";
    let (body, _) = parse(FileId(0), source, 0);
    let prose: Vec<&str> = body.prose.iter().map(|range| &source[range]).collect();
    assert_eq!(prose, ["见", ",等"]);
}
