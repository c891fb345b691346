//! The starter's site in Chromium, over `file://` and http. The checks are in `tests/browser/run.mjs`; without node,
//! its packages or Chromium they are skipped, unless `KEBEN_REQUIRE_BROWSER=1`.

use crate::knowledge_base::{KnowledgeBase, repository};
use crate::search::{QUERIES, may_skip, questions_and_answers};
use crate::site_build::STARTER;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names and values of facets.
type Facets<'a> = &'a [(&'a str, &'a str)];

/// Queries narrowed and ordered: the text, the chosen facets, the order.
const NARROWED: &[(&str, Facets<'_>, &str)] = &[
    ("学习", &[("kind", "course"), ("kind", "reading"), ("audience", "leaders")], "relevance"),
    ("八八战略", &[("kind", "course"), ("module", "bb"), ("module", "eco"), ("status", "published")], "date"),
    ("浙江", &[("region", "330000"), ("level", "province")], "relevance"),
    ("学习", &[("year", "2018")], "relevance"),
    ("学习", &[("kind", "base"), ("method", "lecture")], "relevance"),
    ("学习", &[], "date"),
];

/// The folder of the checks and the browser, or `None` where something is not there.
fn browser() -> Option<(PathBuf, String)> {
    let folder = repository().join("tests/browser");
    let chromium = std::env::var("KEBEN_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if node.is_err() {
        may_skip("node is not installed");
    } else if !["playwright-core", "axe-core", "html-validate"]
        .iter()
        .all(|name| folder.join("node_modules").join(name).is_dir())
    {
        may_skip("its packages are not installed: run `npm ci` in tests/browser");
    } else if !Path::new(&chromium).is_file() {
        may_skip(&format!("there is no {chromium}; KEBEN_CHROMIUM may name another Chromium"));
    } else {
        return Some((folder, chromium));
    }
    None
}

#[test]
fn pages_are_read_without_a_connection() {
    let Some((folder, chromium)) = browser() else { return };
    let bases = [KnowledgeBase::starter(), KnowledgeBase::starter(), KnowledgeBase::starter()];
    bases[1].replace("content/courses/eco-two-mountains.md", "\n---\n", "\n---\n\n添上一段。\n");
    bases[2].write("content/site.yaml", bases[2].read("content/site.yaml") + "\noffline: false\n");
    let mut run = Command::new("node");
    run.arg(folder.join("offline.mjs")).env("KEBEN_CHROMIUM", chromium);
    for base in &bases {
        base.build();
        run.arg(base.path("public"));
    }
    let output = run.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "\n{stdout}\n{stderr}");
}

#[test]
fn the_site_works_in_a_browser() {
    let Some((folder, chromium)) = browser() else { return };
    // What the command answers, for the page to be compared with.
    let answers: Vec<serde_json::Value> = QUERIES
        .iter()
        .map(|text| {
            STARTER.keben(&["search", "--format", "json", "--limit", "20", "--", text]).expect(0).json()
        })
        .collect();
    let expected = STARTER.path("answers.json");
    std::fs::write(&expected, serde_json::to_vec(&answers).unwrap()).unwrap();
    let narrowed: Vec<serde_json::Value> = NARROWED
        .iter()
        .map(|(text, facets, sort)| {
            let chosen: Vec<String> =
                facets.iter().map(|(name, value)| format!("--facet={name}={value}")).collect();
            let mut command = vec!["search", "--format", "json", "--limit", "20", "--sort", sort];
            command.extend(chosen.iter().map(String::as_str));
            command.extend(["--", text]);
            let answer = STARTER.keben(&command).expect(0).json();
            serde_json::json!({"query": text, "facets": facets, "sort": sort, "answer": answer})
        })
        .collect();
    let narrowed_to = STARTER.path("narrowed.json");
    std::fs::write(&narrowed_to, serde_json::to_vec(&narrowed).unwrap()).unwrap();
    let asked = STARTER.path("asked.json");
    std::fs::write(&asked, serde_json::to_vec(&questions_and_answers(STARTER.root())).unwrap()).unwrap();
    let mut run = Command::new("node");
    run.arg(folder.join("run.mjs"))
        .arg(STARTER.path("public"))
        .arg(&expected)
        .arg(&narrowed_to)
        .arg(&asked)
        .env("KEBEN_BIN", env!("CARGO_BIN_EXE_keben"))
        .env("KEBEN_CHROMIUM", chromium);
    let output = run.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{stdout}");
    assert!(output.status.success(), "\n{stdout}\n{stderr}");
}
