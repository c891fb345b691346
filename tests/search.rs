//! Search over a whole site: nothing that a document says is lost, counts are true, and the command, the pack and the
//! browser's client give one answer.

use crate::hostile::Random;
use crate::knowledge_base::{KnowledgeBase, repository, say_skipped};
use crate::site_build::{STARTER, site};
use keben::fields::{Kind, Record, Value};
use keben::markdown::{Slot, fill};
use keben::search::{Answer, Query, Reader, Source};
use keben::site::{DocId, Resolved, Site};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use unicode_normalization::UnicodeNormalization;

/// The pack of a site on disk.
struct Folder(PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(path)).ok()
    }
}

fn reader(root: &Path) -> Reader {
    Reader::new(Box::new(Folder(root.join("public"))), None).unwrap()
}

fn ask(reader: &Reader, text: &str) -> Answer {
    reader.search(&Query { text: text.to_owned(), limit: usize::MAX, ..Query::default() })
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// What one document says: lines of running text, in no order. Made from the model, not from the search layer.
struct Said {
    id: String,
    kind: Kind,
    module: Option<String>,
    lines: Vec<String>,
}

fn said(site: &Site) -> Vec<Said> {
    let shown: Vec<DocId> = site.documents().map(|(id, _)| id).filter(|id| site.has_page(*id)).collect();
    shown.into_par_iter().map(|id| said_by(site, id)).collect()
}

fn said_by(site: &Site, id: DocId) -> Said {
    let document = site.get(id);
    let mut text = String::new();
    for (name, value) in document.meta.iter() {
        // Who reviewed a document, and what it was called, is not what it says.
        if !["reviews", "formerly", "key", "teaching_note"].contains(&name) {
            speak(&value.value, &mut text);
        }
    }
    let links = site.links(id);
    let mut filled = |part: &str| {
        fill(part, &mut text, |slot, out| {
            if let Slot::Title(link) = slot
                && let Some(Resolved::Document(to, _)) = links.get(link)
            {
                out.push_str(site.get(*to).title());
            }
        });
        text.push('\n');
    };
    for section in &document.body.sections {
        filled(&section.text);
    }
    for heading in &document.body.headings {
        filled(&heading.text);
    }
    Said {
        id: document.key(),
        kind: document.kind,
        module: document.meta.text("module").map(str::to_owned),
        lines: text.lines().map(plain).collect(),
    }
}

fn speak(value: &Value, out: &mut String) {
    match value {
        Value::Text(text) => out.push_str(&format!("{text}\n")),
        Value::List(items) => items.iter().for_each(|item| speak(&item.value, out)),
        Value::Record(record) => speak_record(record, out),
        _ => {}
    }
}

fn speak_record(record: &Record, out: &mut String) {
    record.iter().for_each(|(_, value)| speak(&value.value, out));
}

/// As the definition of a run has it: compatible forms are one, invisible marks break nothing.
fn plain(line: &str) -> String {
    let invisible = |c: &char| matches!(*c as u32, 0xAD | 0x200B..=0x200F | 0x2060..=0x2064 | 0xFEFF | 0x300..=0x36F | 0xFE00..=0xFE0F);
    line.nfkc().filter(|c| !invisible(c)).collect()
}

/// Pairs of Chinese characters that stand side by side in the file as its author wrote it, in running text: no
/// markup, no code, no link stands near.
fn pairs_of_source(text: &str) -> Vec<String> {
    let Some(body) = text.splitn(3, "---\n").nth(2) else { return Vec::new() };
    let mut pairs = Vec::new();
    for line in body.lines().filter(|line| !line.contains(['`', '<', '[', '!', '|', '*', '\\', '&'])) {
        let letters: Vec<char> = line.chars().collect();
        pairs
            .extend(letters.windows(2).filter(|pair| pair.iter().all(|c| is_han(*c))).map(String::from_iter));
    }
    pairs
}

/// A hundred pairs from the documents of a knowledge base, each with the document that it was taken from.
pub fn sample(site: &Site, root: &Path) -> Vec<(String, String)> {
    let texts: Vec<(String, Vec<String>)> = site
        .documents()
        .filter(|(id, _)| site.has_page(*id))
        .map(|(_, document)| {
            (document.key(), pairs_of_source(&fs::read_to_string(root.join(document.path.as_str())).unwrap()))
        })
        .filter(|(_, pairs)| !pairs.is_empty())
        .collect();
    let mut random = Random(20_221_201);
    (0..100)
        .map(|_| {
            let (id, pairs) = &texts[random.below(texts.len())];
            (id.clone(), pairs[random.below(pairs.len())].clone())
        })
        .collect()
}

/// Every sampled pair finds its document, and totals and facets count what the texts hold.
pub fn assert_full_recall(root: &Path) {
    let site = site(root);
    let said = said(&site);
    let reader = reader(root);
    let faults: Vec<String> = sample(&site, root)
        .par_iter()
        .flat_map_iter(|(id, pair)| {
            let mut faults = Vec::new();
            let answer = ask(&reader, pair);
            let holding: Vec<&Said> = said
                .iter()
                .filter(|said| said.lines.iter().any(|line| line.contains(pair.as_str())))
                .collect();
            let found: BTreeSet<&str> = answer.hits.iter().map(|hit| hit.id.as_str()).collect();
            if !found.contains(id.as_str()) {
                faults.push(format!("{pair} stands in {id} and does not find it"));
            }
            faults.extend(
                holding
                    .iter()
                    .filter(|said| !found.contains(said.id.as_str()))
                    .map(|said| format!("{pair}: {} is not found", said.id)),
            );
            if answer.total != holding.len() || answer.loose || answer.partial {
                faults.push(format!("{pair}: total {} and not {}", answer.total, holding.len()));
            }
            // Documents that hold the pair come before those that hold its characters only.
            let first: BTreeSet<&str> =
                answer.hits.iter().take(answer.total).map(|hit| hit.id.as_str()).collect();
            let behind: Vec<&str> =
                holding.iter().map(|said| said.id.as_str()).filter(|id| !first.contains(id)).collect();
            if !behind.is_empty() {
                faults.push(format!("{pair}: documents that hold it stand behind others: {behind:?}"));
            }
            let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
            let mut modules: BTreeMap<String, usize> = BTreeMap::new();
            for said in &holding {
                *kinds.entry(said.kind.id().to_owned()).or_default() += 1;
                if let Some(module) = &said.module {
                    *modules.entry(module.clone()).or_default() += 1;
                }
            }
            for (name, expected) in [("kind", kinds), ("module", modules)] {
                let counted = answer
                    .facets
                    .0
                    .iter()
                    .find(|(facet, _)| facet == name)
                    .map(|(_, values)| values.as_slice())
                    .unwrap_or_default();
                let counted: BTreeMap<String, usize> = counted
                    .iter()
                    .filter(|value| value.count > 0)
                    .map(|value| (value.value.clone(), value.count))
                    .collect();
                if counted != expected {
                    faults.push(format!("{pair}: {name} counts {counted:?} and not {expected:?}"));
                }
            }
            faults
        })
        .collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

#[test]
fn every_pair_of_characters_finds_its_document() {
    assert_full_recall(STARTER.root());
}

#[test]
fn a_facet_leaves_what_carries_its_value() {
    let reader = reader(STARTER.root());
    for text in ["八八战略", "学习", "浙江", "基层治理"] {
        let all = ask(&reader, text);
        for (name, values) in &all.facets.0 {
            for value in values {
                let chosen = Query {
                    text: text.to_owned(),
                    facets: vec![(name.clone(), value.value.clone())],
                    limit: usize::MAX,
                    offset: 0,
                };
                let narrowed = reader.search(&chosen);
                assert_eq!(narrowed.total, value.count, "{text} {name}={}", value.value);
                let ids: Vec<&str> = narrowed.hits.iter().map(|hit| hit.id.as_str()).collect();
                let order: Vec<&str> =
                    all.hits.iter().map(|hit| hit.id.as_str()).filter(|id| ids.contains(id)).collect();
                assert_eq!(ids, order, "a facet keeps the order: {text} {name}={}", value.value);
            }
        }
    }
}

#[test]
fn titles_aliases_and_ids_of_the_plan_are_found_first() {
    let reader = reader(STARTER.root());
    for (text, id) in [
        ("之江新语", "reading/zhijiang-xinyu"),
        ("干在实处", "reading/ganzai-shichu"),
        ("枫桥经验", "term/fengqiao-jingyan"),
        ("红船精神", "term/hongchuan-jingshen"),
        ("余村", "case/yucun-transition"),
    ] {
        let answer = ask(&reader, text);
        let at = answer.hits.iter().position(|hit| hit.id == id);
        assert!(at.is_some_and(|at| at < 5), "{text}: {id} at {at:?}");
    }
}

/// Plain and odd queries, the same for node, the command and the browser.
pub const QUERIES: &[&str] = &[
    "民法",
    "八八战略",
    "“八八战略”",
    "八八 战略",
    "干在实处、走在前列",
    "之江新语",
    "学习",
    "的",
    "党",
    "浙江省委",
    "1+1+6+X",
    "2022年",
    "GDP",
    "gdp ＧＤＰ",
    "A",
    "",
    " ",
    "\u{3000}",
    "，。！",
    "民\n法",
    "民\u{200b}法",
    "<script>alert(1)</script>",
    "'; DROP TABLE",
    "../../etc/passwd",
    "%E6%B0%91",
    "民法典与人民法院的关系是什么",
    "绝无仅有龘靐齉",
    "𠀀𠀁",
    "🎉",
    "\\",
    "\"引号\"",
    "最多跑一次改革",
    "红船",
    "hongchuan-spirit",
    "课程 案例 基地",
    "习近平新时代中国特色社会主义思想三十讲",
    "枫桥经验枫桥经验枫桥经验",
    "café",
    "⼈⺠",
    "教教教",
    "constructor",
    "__proto__",
    "toString",
    "0",
    "null",
];

#[test]
fn the_command_and_the_pack_agree() {
    let reader = reader(STARTER.root());
    for text in QUERIES.iter().filter(|text| !text.starts_with('-')) {
        let said =
            STARTER.keben(&["search", "--format", "json", "--limit", "20", "--", text]).expect(0).json();
        let answer = reader.search(&Query { text: (*text).to_owned(), limit: 20, ..Query::default() });
        assert_eq!(said, serde_json::to_value(&answer).unwrap(), "{text:?}");
    }
    let words = STARTER.keben(&["search", "--format", "json", "枫桥", "经验"]).expect(0).json();
    assert_eq!(words["query"], "枫桥 经验");
    let dashed = STARTER.keben(&["search", "--format", "json", "--", "--limit"]).expect(0).json();
    assert_eq!(dashed["query"], "--limit");
}

/// Whether a test that needs other programs may be skipped, with the reason printed.
pub fn may_skip(reason: &str) -> bool {
    assert!(
        std::env::var_os("KEBEN_REQUIRE_BROWSER").is_none_or(|value| value != "1"),
        "required, but {reason}"
    );
    say_skipped(reason);
    true
}

#[test]
fn the_browser_s_client_gives_the_same_answers() {
    assert_parity(STARTER.root());
}

/// The client in node, over every query and some facets, with the browser's inflate and with its own.
pub fn assert_parity(root: &Path) {
    if Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        may_skip("node is not installed");
        return;
    }
    let mut queries: Vec<Query> = QUERIES
        .iter()
        .map(|text| Query { text: (*text).to_owned(), limit: 20, ..Query::default() })
        .collect();
    for facet in
        [("kind", "course"), ("module", "bb"), ("kind", "nothing"), ("nothing", "x"), ("__proto__", "x")]
    {
        let facets = vec![(facet.0.to_owned(), facet.1.to_owned())];
        queries.push(Query { text: "浙江".to_owned(), facets, limit: 5, offset: 3 });
    }
    let site = site(root);
    queries.extend(sample(&site, root).into_iter().map(|(_, text)| Query {
        text,
        limit: 50,
        ..Query::default()
    }));
    let input: String = queries
        .iter()
        .map(|query| {
            let mut facets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (name, value) in &query.facets {
                facets.entry(name).or_default().push(value);
            }
            let line = serde_json::json!({"text": query.text, "facets": facets, "limit": query.limit, "offset": query.offset});
            format!("{line}\n")
        })
        .collect();
    let reader = reader(root);
    for flags in [&[][..], &["--inflate"]] {
        let mut node = Command::new("node");
        node.arg(repository().join("tests/search/parity.mjs"))
            .arg(root.join("public/assets/search.js"))
            .arg(root.join("public/search"))
            .args(flags);
        let mut child =
            node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.clone();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = stdout.lines().collect();
        assert_eq!(lines.len(), queries.len(), "{}", String::from_utf8_lossy(&output.stderr));
        for (query, line) in queries.iter().zip(lines) {
            let client: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(client, serde_json::to_value(reader.search(query)).unwrap(), "{query:?}");
        }
    }
}

#[test]
fn an_empty_site_can_be_searched() {
    let base = KnowledgeBase::small();
    base.build();
    let reader = reader(base.root());
    assert_eq!(ask(&reader, "").total, 0);
    assert!(ask(&reader, "八八").total > 0);
}
