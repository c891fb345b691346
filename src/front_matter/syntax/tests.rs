//! Slips in YAML: what is said, where, and that the fix gives text without any.

use crate::diagnostics::{Code, Diagnostic};
use crate::front_matter::{Limits, parse_yaml};
use crate::source::FileId;

fn findings(yaml: &str) -> Vec<Diagnostic> {
    parse_yaml(FileId(0), yaml, 0, &Limits::default()).1
}

fn fixed(yaml: &str, diagnostics: &[Diagnostic]) -> String {
    let mut replacements: Vec<_> =
        diagnostics.iter().flat_map(|found| found.fix.iter().flat_map(|fix| &fix.replacements)).collect();
    replacements.sort_by_key(|replacement| std::cmp::Reverse(replacement.start));
    let mut out = yaml.to_owned();
    for replacement in replacements {
        out.replace_range(replacement.start as usize..replacement.end as usize, &replacement.text);
    }
    out
}

/// YAML, what is pointed at, words of the message, the text after the fix (empty: no exact fix).
const SLIPS: &[(&str, &str, &str, &str)] = &[
    ("title: a\narea：theory\n", "：", "全角冒号", "title: a\narea: theory\n"),
    ("title: a\narea ：theory\n", "：", "全角冒号", "title: a\narea: theory\n"),
    ("title: a\narea： theory\n", "：", "全角冒号", "title: a\narea: theory\n"),
    ("标题：学习\n", "：", "全角冒号", "标题: 学习\n"),
    ("title: a\naudience：\n  - young\n", "：", "全角冒号", "title: a\naudience:\n  - young\n"),
    ("reviews:\n  political：{by: 甲}\n", "：", "全角冒号", "reviews:\n  political: {by: 甲}\n"),
    ("a: {by：甲, date: 1}\n", "：", "全角冒号", "a: {by: 甲, date: 1}\n"),
    ("a: {by: 甲，date: 1}\n", "，", "全角的“，”", "a: {by: 甲, date: 1}\n"),
    ("a: {by: 甲， date: 1}\n", "，", "全角的“，”", "a: {by: 甲, date: 1}\n"),
    ("a:\n  - {by: 甲}\n  - {by：乙}\n", "：", "全角冒号", "a:\n  - {by: 甲}\n  - {by: 乙}\n"),
    ("a: [{n: 1}，{n: 2}]\n", "，", "全角的“，”", "a: [{n: 1}, {n: 2}]\n"),
    ("a: [\"x\"、\"y\"]\n", "、", "全角的“、”", "a: [\"x\", \"y\"]\n"),
    ("title: a\narea:\u{3000}theory\nb: 1\n", "\u{3000}", "全角空格", "title: a\narea: theory\nb: 1\n"),
    ("title: a\narea: \u{3000}theory\n", "\u{3000}", "全角空格", "title: a\narea: theory\n"),
    ("title: a\narea:\u{a0}theory\n", "\u{a0}", "全角空格", "title: a\narea: theory\n"),
    ("a: {by: 甲,\u{3000}date: 1}\n", "\u{3000}", "全角空格", "a: {by: 甲, date: 1}\n"),
    ("title: a\n\u{3000}hours: 2\n", "\u{3000}", "行首用了全角空格", "title: a\nhours: 2\n"),
    ("title: a\n\u{a0}hours: 2\n", "\u{a0}", "行首用了全角空格", "title: a\nhours: 2\n"),
    ("a:\n\u{3000}- x\n\u{3000}- y\n", "\u{3000}", "行首用了全角空格", "a:\n  - x\n  - y\n"),
    ("a:\n\u{3000}b: x\n  c: y\n", "\u{3000}", "行首用了全角空格", "a:\n  b: x\n  c: y\n"),
    ("title: a\n\thours: 2\n", "\t", "制表符", "title: a\nhours: 2\n"),
    ("a:\n\tb: x\n", "\t", "制表符", "a:\n  b: x\n"),
    ("a:\n  - x\n\t- y\n", "\t", "制表符", "a:\n  - x\n  - y\n"),
    ("title: a\narea:theory\nx: 1\n", ":", "缺一个空格", "title: a\narea: theory\nx: 1\n"),
    ("title: a\narea:theory\n", ":", "缺一个空格", "title: a\narea: theory\n"),
    ("学时:4\n", ":", "缺一个空格", "学时: 4\n"),
    ("url:https://a.cn/b\n", ":", "缺一个空格", "url: https://a.cn/b\n"),
    ("p:\n  from:2020\n  to: 2021\n", ":", "缺一个空格", "p:\n  from: 2020\n  to: 2021\n"),
    ("s:\n  - {day:1, slot: am}\n", ":", "缺一个空格", "s:\n  - {day: 1, slot: am}\n"),
    ("s:\n  - day:1\n    slot: am\n", ":", "缺一个空格", "s:\n  - day: 1\n    slot: am\n"),
    (
        "s:\n  - day: 1\n    slot:am\n    course: x\n",
        ":",
        "缺一个空格",
        "s:\n  - day: 1\n    slot: am\n    course: x\n",
    ),
    ("a: {by: 甲, date:2022-01-01}\n", ":", "缺一个空格", "a: {by: 甲, date: 2022-01-01}\n"),
    ("a:\n  -leaders\n  -young\n", "-", "缺一个空格", "a:\n  - leaders\n  - young\n"),
    ("a:\n  - leaders\n  -young\n", "-", "缺一个空格", "a:\n  - leaders\n  - young\n"),
    ("a:\n-leaders\n- young\n", "-", "缺一个空格", "a:\n- leaders\n- young\n"),
    ("a:\n  － leaders\n", "－", "列表项开头", "a:\n  - leaders\n"),
    ("a:\n  - x\n  •y\n", "•", "列表项开头", "a:\n  - x\n  - y\n"),
    ("title: 学习: 提纲\n", "学习: 提纲", "半角冒号", "title: \"学习: 提纲\"\n"),
    ("title: 学习:\n", "学习:", "半角冒号", "title: \"学习:\"\n"),
    ("s: {title: 学习: 提纲, by: a}\n", "学习: 提纲", "半角冒号", "s: {title: \"学习: 提纲\", by: a}\n"),
    ("title: “学习\"\nb: 1\n", "“", "没有配成一对", "title: \"学习\"\nb: 1\n"),
    ("title: \"学习”\nb: 1\n", "”", "没有配成一对", "title: \"学习\"\nb: 1\n"),
    ("title: 'a’\nb: 1\n", "’", "没有配成一对", "title: 'a'\nb: 1\n"),
    ("k: [\"a”, \"b\"]\n", "”", "没有配成一对", "k: [\"a\", \"b\"]\n"),
    ("k: [“a\", b]\n", "“", "没有配成一对", "k: [\"a\", b]\n"),
    ("title: ＂学习＂\n", "＂", "引号用了全角", "title: \"学习\"\n"),
    ("title: \"学习\nb: 1\n", "\"", "只有前一半", "title: \"学习\"\nb: 1\n"),
    ("title: \"八八战略\"学习\n", "\"八八战略\"学习", "后面还有文字", "title: '\"八八战略\"学习'\n"),
    ("title: [重要] 通知\nb: 1\n", "[重要] 通知", "括号", "title: \"[重要] 通知\"\nb: 1\n"),
    ("a: [x, y\nhours: 2\n", "[", "没有配对", "a: [x, y]\nhours: 2\n"),
    ("a: [x, y］\nhours: 2\n", "］", "后括号用了全角", "a: [x, y]\nhours: 2\n"),
    ("a: [x, y）\nhours: 2\n", "）", "后括号用了全角", "a: [x, y]\nhours: 2\n"),
    ("a: [x, y)\n", ")", "没有配对", "a: [x, y]\n"),
    ("a: [x, y}\n", "}", "没有配对", "a: [x, y]\n"),
    ("p: ｛from: 2020, to: 2021}\n", "｛", "前括号用了全角", "p: {from: 2020, to: 2021}\n"),
    ("s: [{n: 1｝, {n: 2}]\n", "｝", "后括号用了全角", "s: [{n: 1}, {n: 2}]\n"),
    ("a: ［x, y]\n", "［", "前括号用了全角", "a: [x, y]\n"),
    ("title: @a\n", "@a", "不能以“@”开头", "title: \"@a\"\n"),
    ("title: - a\n", "- a", "不能以“-”开头", "title: \"- a\"\n"),
    ("title: > a\n", "> a", "不能以“>”开头", "title: \"> a\"\n"),
    ("title: a\n  hours: 2\nb: 1\n", "  ", "缩进多了", "title: a\nhours: 2\nb: 1\n"),
    ("s:\n  - {n: 1},\n  - {n: 2}\n", ",", "多了“,”", "s:\n  - {n: 1}\n  - {n: 2}\n"),
    ("s: {by: 甲; date: 1}\n", " ", "缺少逗号", "s: {by: 甲, date: 1}\n"),
    ("a:\n\u{3000}\u{3000}b: 1\n  c: 2\n", "\u{3000}", "行首用了全角空格", "a:\n  b: 1\n  c: 2\n"),
    ("＃ 说明\ntitle: a\n", "＃", "说明前面", "# 说明\ntitle: a\n"),
    (
        "s: |\n\u{3000}\u{3000}一段\n\u{3000}\u{3000}二段\nb: 1\n",
        "\u{3000}",
        "大段文字",
        "s: |\n  一段\n  二段\nb: 1\n",
    ),
];

#[test]
fn every_slip_is_named_at_its_place_and_mended() {
    for (yaml, at, words, right) in SLIPS {
        let found = findings(yaml);
        let first = found.first().unwrap_or_else(|| panic!("nothing is said of {yaml:?}"));
        assert!(found.iter().all(|one| one.code == Code(2)), "{yaml:?}: {found:?}");
        assert_eq!(&yaml[first.span.range()], *at, "{yaml:?}: {}", first.message.zh);
        assert!(first.message.zh.contains(words), "{yaml:?}: {}", first.message.zh);
        assert_eq!(fixed(yaml, &found), *right, "{yaml:?}");
        assert!(findings(right).is_empty(), "{right:?}: {:?}", findings(right));
        // A slip in two lines of one list is two.
        let lines = yaml.lines().zip(right.lines()).filter(|(a, b)| a != b).count();
        assert!(found.len() <= lines.max(1), "{yaml:?}: {found:?}");
    }
}

#[test]
fn several_slips_are_all_said_and_the_rest_is_read() {
    let yaml = "title：学习\narea:theory\nhours: 4\nhours: 5\naudience: [a, b\nz: {by：甲，date：乙}\n";
    let (root, found) = parse_yaml(FileId(0), yaml, 0, &Limits::default());
    let places: Vec<&str> = found.iter().map(|one| &yaml[one.span.range()]).collect();
    assert_eq!(places, ["：", ":", "[", "：", "，", "：", "hours"]);
    let root = root.unwrap();
    assert_eq!(root.get("title").unwrap().scalar(), Some("学习"));
    assert_eq!(&yaml[root.get("title").unwrap().span.range()], "学习");
    assert_eq!(root.get("z").unwrap().get("date").unwrap().scalar(), Some("乙"));
    assert_eq!(&yaml[root.get("z").unwrap().get("date").unwrap().span.range()], "乙");
    assert_eq!(root.get("audience").unwrap().items().len(), 2);
}

/// YAML that looks like a slip and is none.
const SOUND: &[&str] = &[
    "title: 标题：副标题\n",
    "title: “八八战略”学习\n",
    "title: “八八战略”\n",
    "title: 《之江新语》，第一篇\n",
    "title: 【重要】通知\n",
    "title: ［一］\n",
    "title: 甲，乙：丙\n",
    "url: https://a.cn/b?c=d:e\n",
    "slot: 09:30\n",
    "slots: [09:30, 14:00]\n",
    "objectives:\n  - 掌握：要点\n  - 了解：方法，例如：案例\n",
    "summary: 第一行\n  第二行：续\n",
    "summary: |\n  标题：甲\n  key:value\n  -item\n\n    more\nb: 1\n",
    "summary: >-\n  甲\n  乙: 丙\nb: 1\n",
    "summary: \"甲\n  乙: 丙\"\nb: 1\n",
    "a:\n- x\n- y\n",
    "a: [x,\n  y,\n  z]\n",
    "a: [\n  x, # 说明\n  y\n]\nb: 1\n",
    "a: {reason: 调整，原因：改革, date: 1}\n",
    "quote: '\"八八战略\"'\n",
    "quote: 'it''s'\n",
    "quote: \"a \\\" b\" # 说明\n",
    "\"a b\": 1\n",
    "X 专题: a\n",
    "a: # 说明\n  b: 1\n",
    "a:\n  - - x\n    - y\n",
    "s:\n  - day: 1\n    slot: am\n  - day: 2\n    slot: pm\n",
    "lat: -5.5\n",
    "a: x # 见：y: z\n",
    "a: [世界观、方法论, b]\n",
    "a: [甲（一）, 乙]\n",
    "a: 'x: y'\n",
    "a: {\"b\": 1, 'c': 2}\n",
    "a:\tb\n",
    "a: [“一带一路”建设, b]\n",
];

#[test]
fn sound_text_is_left_alone() {
    for yaml in SOUND {
        let found = findings(yaml);
        assert!(found.is_empty(), "{yaml:?}: {found:?}");
    }
}

#[test]
fn what_no_slip_explains_is_translated() {
    let found = findings("a: 1\n b: 2\nc\n");
    assert_eq!((found.len(), found[0].code), (1, Code(2)), "{found:?}");
}
