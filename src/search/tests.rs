//! Layer 8, search: tests of the whole layer on a handful of documents.

use super::analyze::terms;
use super::*;
use rustc_hash::FxHashSet;

fn lexicon() -> Lexicon {
    let group = |words: &[&str]| words.iter().map(|w| w.to_string()).collect();
    Lexicon {
        synonyms: vec![group(&["总纲", "八八战略"]), group(&["民典", "民法典"])],
        traditional: "戰战矛矛審审".into(),
    }
}

fn built(entries: &[Entry<'_>]) -> Build {
    build(entries, &labels(), &lexicon(), &Options::default()).unwrap()
}

fn entry(id: &str, title: &str, module: &str, text: &'static str) -> Entry<'static> {
    Entry {
        id: id.to_string(),
        kind: id.split('/').next().unwrap().to_string(),
        url: format!("{id}.html"),
        title: title.to_string(),
        sections: vec![Section {
            anchor: Some("h-1".to_string()),
            heading: "概述".to_string(),
            text: text.into(),
        }],
        facets: vec![
            ("kind", vec![id.split('/').next().unwrap().to_string()]),
            ("module", vec![module.to_string()]),
        ],
        ..Entry::default()
    }
}

fn entries() -> Vec<Entry<'static>> {
    let mut named = entry("term/bb", "“八八战略”", "bb", "进一步发挥八个方面的优势、推进八个方面的举措。");
    named.aliases = vec!["88战略".to_string()];
    named.keywords = vec!["省域治理".to_string()];
    vec![
        entry("case/fengqiao", "“枫桥经验”", "soc", "小事不出村，大事不出镇，矛盾不上交。"),
        entry("course/minfa", "民法典讲解", "pol", "民法典是社会生活的百科全书。"),
        entry(
            "course/sifa",
            "人民法院与司法",
            "pol",
            "人民法院依法独立行使审判权，适用民法典。\u{20000}\u{20001}",
        ),
        entry("course/zhanlue", "忠实践行“八八战略”", "bb", "全面深化改革开放，ＧＤＰ增长。"),
        named,
    ]
}

fn labels() -> FacetLabels {
    let label = |name: &str, label: &str, values: &[(&str, &str)]| FacetLabel {
        name: name.to_string(),
        label: label.to_string(),
        values: values.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
    };
    FacetLabels(vec![
        label("kind", "类型", &[("course", "课程"), ("case", "案例"), ("base", "基地")]),
        label("module", "模块", &[("bb", "“八八战略”"), ("pol", "政治")]),
    ])
}

fn readers() -> [Reader; 2] {
    let build = built(&entries());
    let pack = Reader::new(Box::new(build.pack.clone()), None).unwrap();
    let native = Reader::new(Box::new(build.pack), Some(build.native)).unwrap();
    assert!(native.is_native() && !pack.is_native());
    [native, pack]
}

fn query(text: &str, facets: &[(&str, &str)]) -> Query {
    Query {
        text: text.to_string(),
        facets: facets.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
        limit: 10,
        ..Query::default()
    }
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn tantivy_and_pack_hold_the_same_lists() {
    let [native, pack] = readers();
    let entries = entries();
    let texts = entries.iter().flat_map(|e| [e.title.as_str(), e.sections[0].text.as_ref()]);
    for text in texts {
        for term in terms(text) {
            let found = pack.search(&query(&term, &[]));
            assert_eq!(native.search(&query(&term, &[])), found, "{term}");
            assert!(found.total > 0 && !found.loose, "{term}");
        }
        assert_eq!(native.search(&query(text, &[])), pack.search(&query(text, &[])));
    }
}

#[test]
fn every_part_of_a_document_is_found() {
    let [reader, _] = readers();
    let cases = [
        ("八八战略", vec!["term/bb", "course/zhanlue"]),
        ("88战略", vec!["term/bb"]),
        ("省域治理", vec!["term/bb"]),
        ("大事不出镇", vec!["case/fengqiao"]),
        ("gdp", vec!["course/zhanlue"]),
        ("\u{20000}\u{20001}", vec!["course/sifa"]),
    ];
    for (text, expected) in cases {
        let answer = reader.search(&query(text, &[]));
        assert_eq!(answer.total, expected.len(), "{text}");
        assert_eq!(ids(&answer)[..expected.len()], expected, "{text}");
    }
    assert_eq!(ids(&reader.search(&query("民法", &[])))[0], "course/minfa");
}

#[test]
fn facets_filter_and_count() {
    let [reader, _] = readers();
    let answer = reader.search(&query("八八战略", &[("kind", "course")]));
    assert_eq!((answer.total, ids(&answer)[0]), (1, "course/zhanlue"));
    let json = serde_json::to_value(&answer).unwrap();
    let expected = serde_json::json!([
        {"value": "course", "label": "课程", "count": 1},
        {"value": "case", "label": "案例", "count": 0},
        {"value": "term", "label": "term", "count": 1},
    ]);
    assert_eq!(json["facets"]["kind"], expected);
    assert_eq!(
        json["facets"]["module"][0],
        serde_json::json!({"value": "bb", "label": "“八八战略”", "count": 1})
    );
    assert!(json.get("loose").is_none() && json.get("partial").is_none());
    let both = reader.search(&query("八八战略", &[("kind", "course"), ("kind", "term"), ("module", "bb")]));
    assert_eq!(both.total, 2);
    assert_eq!(reader.search(&query("八八战略", &[("kind", "course"), ("module", "pol")])).total, 0);
    let unknown = reader.search(&query("八八战略", &[("nothing", "x")]));
    assert_eq!((unknown.total, unknown.hits.len()), (0, 0));
}

#[test]
fn loose_answers_say_so() {
    let [reader, _] = readers();
    let answer = reader.search(&query("枫桥经验怎么学", &[]));
    assert!(answer.loose && answer.total == 1 && ids(&answer)[0] == "case/fengqiao");
    let nothing = reader.search(&query("龘靐齉", &[]));
    assert_eq!((nothing.total, nothing.hits.len(), nothing.loose), (0, 0, false));
}

#[test]
fn the_pack_depends_on_the_entries_alone() {
    let pack = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| built(&entries()).pack)
    };
    let first = pack(1);
    assert!(first.windows(2).all(|w| w[0].path < w[1].path));
    assert!((2..=8).all(|threads| pack(threads) == first));
    let mut unsorted = entries();
    unsorted.swap(0, 1);
    assert!(matches!(build(&unsorted, &labels(), &lexicon(), &Options::default()), Err(Error::Index(_))));
    assert!(Reader::new(Box::new(built(&[]).pack), None).is_ok());
}

#[test]
fn a_missing_or_damaged_file_makes_a_partial_answer() {
    let pack = built(&entries()).pack;
    for (at, file) in pack.iter().enumerate().filter(|(_, file)| file.path != "search/kb.js") {
        let mut without = pack.clone();
        without.remove(at);
        let mut damaged = pack.clone();
        damaged[at].bytes = b"<html>404</html>".to_vec();
        for rest in [without, damaged] {
            let reader = Reader::new(Box::new(rest), None).unwrap();
            let all: Vec<Answer> = ["八八战略", "矛盾不上交", "民法典", "審判權", "法", "bbzl"]
                .map(|t| reader.search(&query(t, &[])))
                .into();
            assert!(all.iter().any(|a| a.partial), "{}", file.path);
        }
    }
    let other: Vec<PackFile> = pack
        .into_iter()
        .map(|mut file| {
            if file.path == "search/kb.js" {
                file.bytes =
                    String::from_utf8(file.bytes).unwrap().replace("\"kb1\"", "\"kb9\"").into_bytes();
            }
            file
        })
        .collect();
    assert_eq!(Reader::new(Box::new(other), None).err(), Some(Error::Version("kb9.2".to_string())));
    assert_eq!(Reader::new(Box::new(Vec::new()), None).err(), Some(Error::NoPack));
}

#[test]
fn other_ways_to_write_a_query() {
    let [reader, pack] = readers();
    let cases = [
        ("八八戰略", Some("八八战略"), "term/bb"),
        ("审判权", None, "course/sifa"),
        ("審判权", Some("审判权"), "course/sifa"),
        ("bbzl", Some("八八战略"), "term/bb"),
        ("minfadian", Some("民法典"), "course/minfa"),
        ("枫桥经历", Some("枫桥经验"), "case/fengqiao"),
        ("枫侨经验", Some("枫桥经验"), "case/fengqiao"),
    ];
    for (text, instead, first) in cases {
        let answer = reader.search(&query(text, &[]));
        assert_eq!((answer.instead.as_deref(), ids(&answer)[0]), (instead, first), "{text}");
        assert_eq!(pack.search(&query(text, &[])), answer, "{text}");
    }
    let answer = reader.search(&query("总纲", &[]));
    assert_eq!((answer.total, answer.also.as_slice()), (2, &["八八战略".to_string()][..]));
    assert!(answer.loose && ids(&answer)[0] == "term/bb");
    assert!(reader.search(&query("八八战略", &[])).also.iter().all(|word| word == "88战略"));
}

#[test]
fn phrases_are_verified_and_words_excluded() {
    let [reader, _] = readers();
    let found = |text: &str| {
        let answer = reader.search(&query(text, &[]));
        (answer.total, ids(&answer).first().map(|id| id.to_string()))
    };
    assert_eq!(found("\"小事不出村，大事\"").0, 1);
    assert_eq!(found("\"小事不出村大事\"").0, 0);
    assert_eq!(found("“民法典是社会”"), (1, Some("course/minfa".into())));
    assert_eq!(found("\"社会是民法典\"").0, 0);
    assert_eq!(found("八八战略").0, 2);
    assert_eq!(found("八八战略 -全面深化"), (1, Some("term/bb".into())));
    assert_eq!(found("-八八战略"), (0, None));
    let answer = reader.search(&query("民法典 -讲解", &[]));
    assert!(ids(&answer).iter().all(|id| *id != "course/minfa"));
}

#[test]
fn the_newest_first() {
    let mut dated = entries();
    for (entry, date) in
        dated.iter_mut().zip(["2022-01-01", "2020-01-01", "2021-05-01", "2019-01-01", "2022-06-01"])
    {
        entry.date = Some(date.to_string());
    }
    let reader = Reader::new(Box::new(built(&dated).pack), None).unwrap();
    let answer = reader.search(&Query { order: Order::Date, ..query("民法典", &[]) });
    assert_eq!((answer.total, ids(&answer)), (2, vec!["course/sifa", "course/minfa"]));
    assert_eq!(answer.hits[0].date.as_deref(), Some("2021-05-01"));
}

#[test]
fn hits_say_where() {
    let [reader, _] = readers();
    let answer = reader.search(&query("民法典", &[]));
    let hit = &answer.hits[0];
    assert_eq!(hit.title_parts, ["", "民法典", "讲解"]);
    assert_eq!(
        (hit.places[0].heading.as_str(), hit.places[0].url.as_str()),
        ("概述", "course/minfa.html#h-1")
    );
    assert_eq!(hit.places[0].parts, ["", "民法典", "是社会生活的百科全书。"]);
    assert_eq!(hit.excerpt, "民法典是社会生活的百科全书。");
}

/// Characters that many documents hold, so that their lists are kept twice.
fn many() -> Vec<Entry<'static>> {
    let text = |n: usize| -> &'static str {
        let words = ["民法典", "八八战略", "枫桥经验", "共同富裕", "数字政府"];
        let text: String = (0..n % 7 + 1).map(|i| format!("民{}的{}，", words[(n + i) % 5], n)).collect();
        Box::leak(text.into_boxed_str())
    };
    (0..900).map(|n| entry(&format!("case/c{n:04}"), &format!("第{n}号"), "bb", text(n))).collect()
}

#[test]
fn frequent_characters_have_exact_counts_and_short_lists() {
    let build = built(&many());
    let tails = build.pack.iter().filter(|file| file.path.starts_with("search/t/")).count();
    assert!(tails > 0);
    let pack = Reader::new(Box::new(build.pack.clone()), None).unwrap();
    let native = Reader::new(Box::new(build.pack), Some(build.native)).unwrap();
    for text in ["民", "的", "民法典", "枫桥 的", "民 17", "经验之谈", "第11号", "-民 17"] {
        let answer = pack.search(&query(text, &[]));
        assert_eq!(native.search(&query(text, &[])), answer, "{text}");
    }
    assert_eq!(pack.search(&query("民", &[])).total, 900);
    assert_eq!(pack.search(&query("17", &[])).total, 1);
}

#[test]
fn tantivy_knows_the_facets() {
    let build = built(&entries());
    let facets = facet::gather(&entries(), &labels());
    for facet in &facets.0 {
        for value in &facet.values {
            let mut doc = 0;
            let expected: Vec<u32> = value
                .2
                .iter()
                .map(|gap| {
                    doc += gap;
                    doc
                })
                .collect();
            assert_eq!(build.native.with_facet(&facet.name, &value.0).unwrap(), expected);
        }
    }
    assert!(build.native.with_facet("kind", "nothing").unwrap().is_empty());
}

/// An edit of one text changes only the shards that hold a posting which changed, worked out from the terms alone.
#[test]
fn an_edit_changes_no_other_shard() {
    let before = many();
    let mut after = many();
    after[417].sections[0].text = "民法典的417，新增一句关于乡村振兴的话。".into();
    let shards = |build: &Build| -> FxHashSet<String> {
        let names = build.pack.iter().filter(|file| file.path.starts_with("search/s/"));
        names.map(|file| file.path.clone()).collect()
    };
    let small = Options { shard_bytes: Some(256), ..Options::default() };
    let [old, new] = [&before, &after].map(|entries| build(entries, &labels(), &lexicon(), &small).unwrap());
    // every term whose list differs between the two collections
    let lists = |entries: &[Entry<'_>]| {
        let documents = count::count(entries);
        let postings = invert::invert(&documents);
        (0..postings.len())
            .map(|rank| (postings.term(rank).to_string(), postings.list(rank).to_vec()))
            .collect::<Vec<_>>()
    };
    let (old_lists, new_lists) = (lists(&before), lists(&after));
    let unchanged: FxHashSet<&(String, Vec<u32>)> = old_lists.iter().collect();
    let kept: FxHashSet<&str> =
        new_lists.iter().filter(|l| unchanged.contains(l)).map(|l| l.0.as_str()).collect();
    assert!(kept.len() < new_lists.len());
    let removed: Vec<&str> = old_lists.iter().map(|l| l.0.as_str()).filter(|t| !kept.contains(t)).collect();
    let (old_names, new_names) = (shards(&old), shards(&new));
    let read = |build: &Build, path: &str| script::unwrap(&build.pack.read(path).unwrap()).unwrap();
    for path in new_names.difference(&old_names) {
        let terms = shard::terms(&read(&new, path));
        assert!(
            terms.iter().any(|t| !kept.contains(t.as_str()))
                || removed.iter().any(|r| (terms[0].as_str()..=terms[terms.len() - 1].as_str()).contains(r)),
            "{path} holds no changed term: {terms:?}"
        );
    }
    let same = old_names.intersection(&new_names).count();
    assert!(same * 4 > old_names.len(), "{same} of {}", old_names.len());
}
