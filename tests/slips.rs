//! Slips of the hand in whole documents, by a table: one finding each, at its place, and a fix that mends the file.

use crate::knowledge_base::KnowledgeBase;
use serde_json::Value;

const TABLE: &str = include_str!("slips.txt");

/// `\n`, `\t` and `\u{3000}` as the table writes them.
fn unescape(cell: &str) -> String {
    let mut out = cell.replace("\\n", "\n").replace("\\t", "\t");
    while let Some(at) = out.find("\\u{") {
        let end = at + out[at..].find('}').expect("a closed escape");
        let number = u32::from_str_radix(&out[at + 3..end], 16).expect("a number");
        out.replace_range(at..=end, &char::from_u32(number).expect("a character").to_string());
    }
    out
}

/// Findings but information.
fn findings(base: &KnowledgeBase) -> Vec<Value> {
    let said = base.keben(&["check", "--format", "json"]).json();
    let all = said["diagnostics"].as_array().unwrap();
    all.iter().filter(|one| one["severity"] != "info").cloned().collect()
}

/// What stands between the two places of a finding; both on one line.
fn pointed_at(text: &str, finding: &Value) -> String {
    let number = |key: &str| finding[key].as_u64().unwrap() as usize;
    let line = text.split('\n').nth(number("line") - 1).unwrap();
    let end = if number("end_line") == number("line") { number("end_column") } else { usize::MAX };
    line.chars().take(end - 1).skip(number("column") - 1).collect()
}

fn mended(text: &str, finding: &Value) -> Option<String> {
    let mut replacements: Vec<&Value> = finding["fix"]["replacements"].as_array()?.iter().collect();
    replacements.sort_by_key(|one| std::cmp::Reverse(one["start"].as_u64()));
    let mut out = text.to_owned();
    for one in replacements {
        let at = |key: &str| one[key].as_u64().unwrap() as usize;
        out.replace_range(at("start")..at("end"), one["text"].as_str().unwrap());
    }
    Some(out)
}

#[test]
fn each_slip_is_one_finding_and_its_fix_mends_it() {
    let base = KnowledgeBase::small();
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [path, from, to, code, pointed] = cells[..] else { panic!("five cells: {line}") };
        let path = format!("content/{path}");
        let sound = base.read(&path);
        let (from, to) = (unescape(from), unescape(to));
        assert!(sound.contains(&from), "{path} does not hold {from:?}");
        let text = sound.replacen(&from, &to, 1);
        base.write(&path, &text);
        let found = findings(&base);
        let (pointed, fixable) = match pointed.strip_suffix(" !") {
            Some(pointed) => (unescape(pointed), false),
            None => (unescape(pointed), true),
        };
        match found.as_slice() {
            [one] if one["code"] == code && pointed_at(&text, one) == pointed => match mended(&text, one) {
                Some(text) if fixable => {
                    base.write(&path, &text);
                    // A sign that YAML reads well now may still be the wrong one between 汉字; that has a fix of its own.
                    let mut left = findings(&base);
                    left.retain(|one| one["code"] != "KB-701");
                    if !left.is_empty() {
                        wrong.push(format!("{line}\n  after the fix: {left:?}"));
                    }
                }
                None if !fixable => {}
                fix => wrong.push(format!("{line}\n  fix: {fix:?}")),
            },
            found => wrong.push(format!("{line}\n  {found:?}")),
        }
        base.write(&path, sound);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_other_place_is_shown() {
    let base = KnowledgeBase::small();
    base.replace("content/courses/bb-overview.md", "hours: 4", "hours: 4\nhours: 5");
    base.replace("content/courses/bb-overview.md", "topics: [ba-ba-zhan-lue]", "topics: [rural-revival]");
    base.replace("content/taxonomy/mini.yaml", "{id: case, label", "{id: case, deprecated: true, label");
    let found = findings(&base);
    let related = |code: &str| {
        let one =
            found.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("no {code}: {found:?}"));
        let label = &one["related"][0];
        let path = label["path"].as_str().unwrap();
        let line = label["line"].as_u64().unwrap() as usize;
        base.read(path).lines().nth(line - 1).unwrap().trim().to_owned()
    };
    assert_eq!(related("KB-005"), "hours: 4");
    assert!(related("KB-205").starts_with("- id: capability"));
    assert!(related("KB-206").starts_with("- {id: case,"));
}

/// What looks like a slip to a machine and is none.
const SOUND: &[(&str, &str)] = &[
    ("title: “八八战略”概论", "title: 标题：“八八战略”概论"),
    ("summary: 讲清", "summary: |\n  标题：两个字段名\n  状态：写在正文式的摘要里，学时：也不算。讲清"),
    ("summary: 讲清", "summary: \"标题：讲清，状态：也不算\" # 讲清"),
    ("hours: 4", "hours: 4\nkeywords: [“八八战略”, \"战略，规划\"]"),
    ("hours: 4", "hours: \"4\""),
    ("module: bb", "module: “八八战略”"),
    ("module: bb", "模块: 八八战略"),
    ("cases: [yucun-transition]", "cases: [case/yucun-transition]"),
    ("  - 举例说明其中一项在本地的落实", "  - 举例：说明其中一项，在本地，落实"),
];

#[test]
fn sound_documents_are_left_alone() {
    let base = KnowledgeBase::small();
    let path = "content/courses/bb-overview.md";
    let sound = base.read(path);
    for (from, to) in SOUND {
        base.replace(path, from, to);
        let found = findings(&base);
        let slips = found.iter().filter(|one| one["code"] != "KB-105").count();
        assert_eq!(slips, 0, "{to}: {found:?}");
        base.write(path, &sound);
    }
}
