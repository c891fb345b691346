//! Layer 8, search: tests of the whole layer on a handful of documents.

use super::analyze::terms;
use super::*;

fn entry(id: &str, title: &str, module: &str, text: &'static str) -> Entry<'static> {
    Entry {
        id: id.to_string(),
        kind: id.split('/').next().unwrap().to_string(),
        url: format!("{id}.html"),
        title: title.to_string(),
        sections: vec![Section { anchor: None, heading: "概述".to_string(), text: text.into() }],
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
    let build = build(&entries(), &labels(), &Options::default()).unwrap();
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
        offset: 0,
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
        pool.install(|| build(&entries(), &labels(), &Options::default()).unwrap().pack)
    };
    let first = pack(1);
    assert!(first.windows(2).all(|w| w[0].path < w[1].path));
    assert!((2..=8).all(|threads| pack(threads) == first));
    let mut unsorted = entries();
    unsorted.swap(0, 1);
    assert!(matches!(build(&unsorted, &labels(), &Options::default()), Err(Error::Index(_))));
    assert!(build(&[], &labels(), &Options::default()).is_ok());
}

#[test]
fn a_missing_or_damaged_file_makes_a_partial_answer() {
    let pack = build(&entries(), &labels(), &Options::default()).unwrap().pack;
    for (at, file) in pack.iter().enumerate().filter(|(_, file)| file.path != "search/kb.js") {
        let mut without = pack.clone();
        without.remove(at);
        let mut damaged = pack.clone();
        damaged[at].bytes = b"<html>404</html>".to_vec();
        for rest in [without, damaged] {
            let reader = Reader::new(Box::new(rest), None).unwrap();
            let all: Vec<Answer> =
                ["八八战略", "矛盾不上交", "民法典"].map(|t| reader.search(&query(t, &[]))).into();
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
    assert_eq!(Reader::new(Box::new(other), None).err(), Some(Error::Version("kb9".to_string())));
    assert_eq!(Reader::new(Box::new(Vec::new()), None).err(), Some(Error::NoPack));
}
