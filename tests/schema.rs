//! `keben schema`: what an independent validator makes of it, of the starter's documents and of broken ones.

use crate::knowledge_base::{KnowledgeBase, repository};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const KINDS: [(&str, &str); 10] = [
    ("course", "courses"),
    ("reading", "readings"),
    ("reading-list", "reading-lists"),
    ("case", "cases"),
    ("base", "bases"),
    ("programme", "programmes"),
    ("institution", "institutions"),
    ("teacher", "teachers"),
    ("term", "terms"),
    ("article", "articles"),
];

fn schema(base: &KnowledgeBase, arguments: &[&str]) -> Value {
    let schema = base.keben(&[&["schema"], arguments].concat()).expect(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    schema
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The front matter of a Markdown file as an editor's plugin sees it.
fn front_matter(text: &str) -> Value {
    let (_, rest) = text.split_once("---\n").unwrap();
    let (yaml, _) = rest.split_once("\n---").unwrap();
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}:\n{yaml}"))
}

#[test]
fn every_document_of_the_starter_is_valid() {
    let base = KnowledgeBase::starter();
    let every = validator(&schema(&base, &[]));
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, folder) in KINDS {
        let validator = validator(&schema(&base, &[kind]));
        for entry in walkdir::WalkDir::new(repository().join("content").join(folder)).into_iter().flatten() {
            if entry.path().extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let document = front_matter(&std::fs::read_to_string(entry.path()).unwrap());
            *seen.entry(kind).or_default() += 1;
            for error in validator.iter_errors(&document) {
                wrong.push(format!("{}: {}: {error}", entry.path().display(), error.instance_path()));
            }
            if !every.is_valid(&document) {
                wrong.push(format!("{}: not valid by the whole", entry.path().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} in all\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    assert_eq!(seen.len(), KINDS.len(), "{seen:?}");
    let site = std::fs::read_to_string(repository().join("content/site.yaml")).unwrap();
    let site: Value = serde_yaml::from_str(&site).unwrap();
    let validator = validator(&schema(&base, &["site"]));
    assert!(
        validator.is_valid(&site),
        "{:?}",
        validator.iter_errors(&site).map(|e| e.to_string()).collect::<Vec<_>>()
    );
    assert!(!validator.is_valid(&json!({"title": "没有课程方案"})));
}

fn gates() -> Value {
    let one = json!({"by": "示例审核", "date": "2022-09-01"});
    json!({"political": one, "质量关": {"审核人": "示例审核", "日期": "2022-09-01"}, "discipline": one})
}

/// Sound documents, by kind, that the broken ones are made from.
fn sound() -> BTreeMap<&'static str, Value> {
    let summary = "这一篇只用来检验程序的行为，文字长短合适，不含任何真实的课程内容。";
    [
        (
            "course",
            json!({"标题": "示例课程", "状态": "published", "area": "theory", "module": "xi", "学时": 2.5,
                "methods": ["lecture", "研讨式"], "audience": ["leaders"], "objectives": ["一", "二"],
                "summary": summary, "review_due": "2024-12-31", "reviews": gates(),
                "readings": [{"work": "reading/x", "volume": 1, "chapters": [1, "题目"], "mode": "精读"}]}),
        ),
        ("reading", json!({"title": "示例读物", "status": "draft", "kind": "textbook", "year": 2020})),
        (
            "case",
            json!({"title": "示例案例", "status": "draft", "area": "capability", "region": "330000",
                "period": {"from": 2003, "to": "2003-07"}, "bank_level": "省级"}),
        ),
        (
            "base",
            json!({"title": "示例基地", "status": "draft", "kind": "university", "level": "province",
                "themes": [], "region": "330000", "address": "某路1号",
                "geo": {"lat": 30.2, "lon": 120.1, "datum": "wgs84"}}),
        ),
        (
            "programme",
            json!({"title": "示例班次", "status": "draft", "class_kind": "main", "institution": "x", "audience": ["leaders"],
                "days": 5, "sessions": [{"day": 1, "slot": "09:00", "course": "a"}, {"slot": "上午", "activity": "开班式"}]}),
        ),
        ("article", json!({"title": "示例文章", "status": "draft", "kind": "page"})),
        ("term", json!({"title": "示例术语", "状态": "已退出", "gloss": "释义", "退出": {"日期": "2022-01-01", "reason": "合并"}})),
    ]
    .into()
}

#[test]
fn broken_documents_are_refused() {
    let base = KnowledgeBase::starter();
    let mut sound = sound();
    let theme: Value = schema(&base, &["base"])["properties"]["themes"]["items"]["enum"][0].clone();
    sound.get_mut("base").unwrap()["themes"] = json!([theme]);
    let validators: BTreeMap<&str, _> =
        sound.keys().map(|kind| (*kind, validator(&schema(&base, &[kind])))).collect();
    for (kind, document) in &sound {
        let wrong: Vec<String> = validators[kind]
            .iter_errors(document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{kind}: {wrong:?}");
    }
    let gone = Value::Null;
    let cases = [
        ("course", "标题", gone.clone(), "required under neither name"),
        ("course", "title", json!("又一个标题"), "one field under both names"),
        ("course", "标題", json!("x"), "unknown field"),
        ("course", "标题", json!("短"), "too short"),
        ("course", "summary", json!("太短"), "too short"),
        ("course", "summary", gone.clone(), "published without a summary"),
        ("course", "objectives", json!(["只有一条"]), "published with one objective"),
        (
            "course",
            "reviews",
            json!({"political": {"by": "甲", "date": "2022-09-01"}}),
            "published without every gate",
        ),
        ("course", "reviews", json!({"政治": {}}), "no such gate"),
        ("course", "module", gone.clone(), "theory without module"),
        ("course", "module", json!("x"), "open module without topic"),
        ("course", "x_topic", json!("anything"), "topic without open module"),
        ("course", "area", json!("knowledge"), "module outside theory"),
        ("course", "学时", json!(2.3), "off the step"),
        ("course", "学时", json!(0), "no hours"),
        ("course", "学时", json!(401), "too many hours"),
        ("course", "学时", json!("8学时"), "no number"),
        ("course", "methods", json!([]), "empty list"),
        ("course", "methods", json!("lecture"), "no list"),
        ("course", "audience", json!(["党员"]), "not in the vocabulary"),
        ("course", "状态", json!("完成"), "not a status"),
        ("course", "review_due", json!("2024年12月31日"), "no date"),
        ("course", "exit", json!({"date": "2022-01-01", "reason": "x"}), "exit without retirement"),
        ("course", "teachers", json!(["张 三"]), "no id"),
        ("course", "teachers", json!(["course/a"]), "wrong kind"),
        ("course", "readings", json!([{"volume": 1}]), "nested field missing"),
        ("course", "readings", json!([{"work": "x", "页": 1}]), "nested field unknown"),
        ("reading", "kind", json!("law"), "law without source"),
        ("reading", "kind", json!("必读书目"), "required without work"),
        ("reading", "work", json!("x"), "work without required"),
        ("reading", "year", json!(1492), "year out of range"),
        ("case", "region", json!(330_000), "a code must be text"),
        ("case", "period", json!({"to": 2003}), "no beginning"),
        ("case", "period", json!({"from": "2003.7"}), "no date"),
        ("base", "geo", json!({"lat": 190, "lon": 120.1, "datum": "wgs84"}), "no latitude"),
        ("programme", "days", gone.clone(), "neither days nor dates"),
        ("programme", "sessions", json!([{"course": "a", "activity": "b"}]), "both"),
        ("programme", "sessions", json!([{"day": 1}]), "neither"),
        ("programme", "sessions", json!([{"course": "a", "slot": "9:00"}]), "no slot"),
        ("article", "kind", json!("unit"), "unit without course"),
        ("article", "kind", json!("policy"), "policy without source"),
        ("article", "order", json!("三"), "no number"),
        ("term", "退出", gone.clone(), "retired without exit"),
        ("term", "退出", json!({"日期": "2022-01-01"}), "retired without a reason"),
    ];
    let every = validator(&schema(&base, &[]));
    let mut passed = Vec::new();
    for (kind, field, value, why) in cases {
        let mut document = sound[kind].clone();
        if value.is_null() {
            document.as_object_mut().unwrap().remove(field).unwrap();
        } else {
            document[field] = value;
        }
        if validators[kind].is_valid(&document) || (kind == "course" && every.is_valid(&document)) {
            passed.push(format!("{kind}.{field}: {why}"));
        }
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn a_schema_explains_its_fields_in_chinese() {
    let base = KnowledgeBase::small();
    let course = schema(&base, &["课程"]);
    assert_eq!(course, schema(&base, &["courses"]));
    for key in ["hours", "学时"] {
        let field = &course["properties"][key];
        assert_eq!(field["title"], "学时（hours）");
        assert!(field["description"].as_str().unwrap().contains("0.5"));
    }
    base.keben(&["schema", "nothing"]).expect(2);
}
