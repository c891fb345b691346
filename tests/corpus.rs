//! Real documents in number. Runs where `KEBEN_CORPUS` names a folder of Markdown files or an archive of one
//! (`laws.tar.xz`): 300 of them, or all with `KEBEN_CORPUS_FULL=1`.

use crate::knowledge_base::{KnowledgeBase, PUBLISHED, difference, say_skipped};
use crate::search::{assert_every_string_is_found, assert_full_recall, assert_parity};
use crate::site_build::{faults_of_links, faults_of_names, faults_of_pages};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The folder of the corpus, unpacked if need be; `None` where there is none.
pub fn corpus(unpacked: &Path) -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("KEBEN_CORPUS").filter(|path| !path.is_empty()) else {
        say_skipped("the corpus tests, because KEBEN_CORPUS is not set");
        return None;
    };
    let corpus = PathBuf::from(corpus);
    assert!(corpus.exists(), "KEBEN_CORPUS names nothing: {}", corpus.display());
    if corpus.is_dir() {
        return Some(corpus);
    }
    let mut tar = Command::new("tar");
    tar.arg("-xf").arg(&corpus).arg("-C").arg(unpacked);
    assert!(tar.status().is_ok_and(|status| status.success()), "tar cannot unpack {}", corpus.display());
    Some(unpacked.to_owned())
}

/// A knowledge base of readings, cases and courses on top of the starter; the number of documents that were added.
fn knowledge_base(corpus: &Path) -> (KnowledgeBase, usize) {
    let base = KnowledgeBase::starter();
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(corpus)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !["_index.md", "README.md", "法律法规模版.md"].iter().any(|name| path.ends_with(name)))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no Markdown files below {}", corpus.display());
    let wanted =
        if std::env::var_os("KEBEN_CORPUS_FULL").is_some() { paths.len() } else { paths.len().min(300) };
    let (mut readings, mut cases) = (Vec::new(), Vec::new());
    for n in 0..wanted {
        let path = &paths[n * paths.len() / wanted];
        let text = fs::read_to_string(path).unwrap();
        let (title, body) = split(&text);
        let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
        let title = quoted(&title);
        let source = format!("source: {{title: {title}, agency: 公开法规库, date: 2020-01-15}}\n");
        let head = format!("title: {title}\nstatus: published\n{PUBLISHED}{source}");
        if path.strip_prefix(corpus).unwrap().starts_with("案例") {
            let own = "area: knowledge\nregion: '330000'\nperiod: {from: 2010-01-01}\nbank_level: province\nquestions:\n- 争议焦点是什么？\n- 有何启示？\n";
            base.write(&format!("content/cases/case-{n:06}.md"), format!("---\n{head}{own}---\n\n{body}"));
            cases.push(format!("case-{n:06}"));
        } else {
            base.write(
                &format!("content/readings/law-{n:06}.md"),
                format!("---\n{head}kind: law\n---\n\n{body}"),
            );
            readings.push(format!("law-{n:06}"));
        }
    }
    let areas = ["theory", "party-spirit", "capability", "knowledge"];
    let modules = ["econ", "pol", "cul", "soc", "eco", "party"];
    for n in 0..wanted / 10 {
        let area = areas[n % 4];
        let module = if area == "theory" { format!("module: {}\n", modules[n % 6]) } else { String::new() };
        let reading = &readings[n * 7 % readings.len()];
        let mut text = format!(
            "---\ntitle: 法规专题解读第{n}讲\nstatus: published\n{PUBLISHED}area: {area}\n{module}hours: {}\nmethods: [lecture]\naudience: [leaders]\nobjectives:\n- 读懂法规原文\n- 能结合岗位运用\nreadings:\n- {{work: {reading}, mode: guided}}\n",
            2 + n % 3
        );
        if let Some(case) = cases.get(n % cases.len().max(1)) {
            text += &format!("cases: [{case}]\n");
        }
        base.write(
            &format!("content/courses/talk-{n:05}.md"),
            format!("{text}---\n\n## 课程安排\n\n先研读 [[reading/{reading}]]，再分组讨论。\n"),
        );
    }
    (base, wanted + wanted / 10)
}

/// The first heading, and the body without it, without an old front matter and without comments.
fn split(text: &str) -> (String, String) {
    let text = text.trim_start_matches('\u{feff}');
    let text =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---")).map_or(text, |(_, body)| body);
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    let title = heading.map_or_else(
        || text.trim().lines().next().unwrap_or("无题").to_owned(),
        |title| title.trim().to_owned(),
    );
    let mut body = String::new();
    let mut taken = heading.is_none();
    for line in text.lines() {
        if !taken && line.starts_with("# ") {
            taken = true;
        } else {
            body.push_str(line);
            body.push('\n');
        }
    }
    while let (Some(start), Some(end)) = (body.find("<!--"), body.find("-->")) {
        if end < start {
            break;
        }
        body.replace_range(start..end + 3, "");
    }
    (title, body.trim().to_owned() + "\n")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[test]
fn real_documents_are_checked_built_and_searched() {
    let unpacked = tempfile::tempdir().unwrap();
    let Some(corpus) = corpus(unpacked.path()) else { return };
    let (base, added) = knowledge_base(&corpus);
    let report = base.keben(&["check", "--format", "json"]).expect(0).json();
    assert_eq!(report["summary"]["errors"], 0, "{report}");
    let started = Instant::now();
    base.build();
    println!("{added} documents were built in {:?}", started.elapsed());
    let first = base.site();
    assert!(first.keys().filter(|path| path.ends_with(".html")).count() > added);
    let again = Instant::now();
    let said = base.build();
    println!("a second build took {:?}", again.elapsed());
    assert!(said.stdout.contains("没有变化"), "{said:?}");
    let other = KnowledgeBase::nothing();
    crate::knowledge_base::copy(&base.path("content"), &other.path("content"));
    other.keben(&["build", "--jobs", "1"]).expect(0);
    assert_eq!(difference(&first, &other.site()), Vec::<String>::new());
    for faults in [faults_of_names(&first), faults_of_pages(&first), faults_of_links(&first)] {
        assert!(
            faults.is_empty(),
            "{} faults, the first:\n{}",
            faults.len(),
            faults[..faults.len().min(20)].join("\n")
        );
    }
    assert_full_recall(base.root());
    assert_every_string_is_found(base.root(), 1000);
    assert_parity(base.root());
}
