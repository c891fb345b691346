//! What is offered for a value that is not known, by a table: the right thing, and nothing where nothing is close.

use crate::knowledge_base::KnowledgeBase;
use std::fmt::Write as _;

const TABLE: &str = include_str!("suggestions.txt");

struct Row<'a> {
    field: &'a str,
    written: &'a str,
    offered: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [field, written, offered] = cells[..] else { panic!("three cells: {line}") };
            Row { field, written, offered }
        })
        .collect()
}

/// A course in which one thing is wrong.
fn course(row: &Row<'_>) -> String {
    let fields = [
        ("title", "建议的检验"),
        ("status", "draft"),
        ("area", "knowledge"),
        ("hours", "4"),
        ("mode", "class"),
        ("methods", "[lecture]"),
        ("audience", "[young]"),
        ("cases", ""),
        ("teachers", ""),
        ("module", ""),
    ];
    let mut out = String::from("---\n");
    for (name, usual) in fields {
        let list = matches!(name, "methods" | "audience" | "cases" | "teachers");
        match row.field {
            field if field == name && list => writeln!(out, "{name}: [{}]", row.written).unwrap(),
            field if field == name => writeln!(out, "{name}: {}", row.written).unwrap(),
            _ if usual.is_empty() => {}
            _ => writeln!(out, "{name}: {usual}").unwrap(),
        }
    }
    if row.field == "key" {
        writeln!(out, "{}: 内容", row.written).unwrap();
    }
    out + "---\n\n正文。\n"
}

#[test]
fn what_is_offered_is_what_was_meant_or_nothing() {
    let base = KnowledgeBase::starter();
    let rows = rows();
    assert!(rows.iter().filter(|row| row.offered == "-").count() >= 50);
    for (number, row) in rows.iter().enumerate() {
        base.write(&format!("content/courses/suggestion-{number}.md"), course(row));
    }
    let found = base.keben(&["check", "--format", "json"]).expect(1).json();
    let found = found.get("diagnostics").unwrap_or(&found).as_array().unwrap().clone();
    let mut wrong = String::new();
    for (number, row) in rows.iter().enumerate() {
        let path = format!("content/courses/suggestion-{number}.md");
        let code = match row.field {
            "key" => "KB-102",
            "cases" | "teachers" => "KB-301",
            _ => "KB-201",
        };
        let Some(one) = found.iter().find(|one| one["path"] == path.as_str() && one["code"] == code) else {
            writeln!(wrong, "{} {}: no {code}", row.field, row.written).unwrap();
            continue;
        };
        let help = one["help"].as_str().unwrap_or("");
        let fix = one["fix"]["replacements"][0]["text"].as_str();
        let offers = ["最接近", "是不是", "改成", "写成", "不写标题"].iter().any(|word| help.contains(word));
        let right = match row.offered.strip_prefix("= ") {
            Some(id) => fix == Some(id),
            None if row.offered == "-" => fix.is_none() && !offers,
            None => fix.is_none() && offers && help.contains(row.offered),
        };
        if !right {
            writeln!(wrong, "{} {} ({}): {help} [{fix:?}]", row.field, row.written, row.offered).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
