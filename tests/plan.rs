//! Programmes against the indicators of an edition: boundaries in integers, scopes, remedies, and an edition of other
//! ratios, modules and gates that no line of Rust knows.

use crate::knowledge_base::{KnowledgeBase, PUBLISHED};

/// The findings of codes 401 to 413, as `CODE path:line:column`.
fn measured(base: &KnowledgeBase) -> Vec<String> {
    let mut found: Vec<String> = base.keben(&["check", "--format", "json"]).json()["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["code"].as_str().unwrap().starts_with("KB-4"))
        .map(|one| {
            let path = one["path"].as_str().unwrap().trim_start_matches("content/");
            format!("{} {path}:{}:{}", one["code"].as_str().unwrap(), one["line"], one["column"])
        })
        .collect();
    found.sort();
    found
}

fn programme(head: &str, sessions: &[&str]) -> String {
    let sessions: String = sessions.iter().map(|session| format!("  - {{{session}}}\n")).collect();
    let usual = "title: 试排的班次\ninstitution: zj-party-school\naudience: [leaders]\n";
    format!("---\n{usual}{head}{PUBLISHED}sessions:\n{sessions}---\n\n试排。\n")
}

fn course(title: &str, rest: &str) -> String {
    format!(
        "---\ntitle: {title}\nstatus: published\nhours: 1\naudience: [leaders]\nobjectives: [甲, 乙]\n{rest}{PUBLISHED}---\n\n正文。\n"
    )
}

const MAIN: &str = "status: published\nclass_kind: main\ndays: 400\n";

/// The small site with one indicator, and without its own programme.
fn with_indicator(indicator: &str) -> KnowledgeBase {
    let base = KnowledgeBase::small();
    let path = "content/taxonomy/mini.yaml";
    let text = base.read(path);
    let head = text.split("indicators:").next().unwrap();
    base.write(
        path,
        format!("{head}indicators:\n  - {{id: one, label: 指标, source: {{line: 55}}, {indicator}}}\n"),
    );
    base.remove("content/programmes/main-class.md");
    base.replace("content/institutions/zj-party-school.md", "举办[[programme/main-class]]。", "举办班次。");
    base
}

#[test]
fn seventy_percent_is_met_at_seven_tenths_and_not_a_thousandth_below() {
    for (part, met) in [("349.5", false), ("350", true), ("350.5", true)] {
        let rest = 500.0 - part.parse::<f64>().unwrap();
        let base = with_indicator("numerator: {area: [party-spirit]}, basis: hours, at_least: 7/10");
        let sessions = [
            format!("course: party-constitution, hours: {part}"),
            format!("course: bb-overview, hours: {rest}"),
        ];
        let sessions: Vec<&str> = sessions.iter().map(String::as_str).collect();
        base.write("content/programmes/trial.md", programme(MAIN, &sessions));
        let expected: &[&str] = if met { &[] } else { &["KB-401 programmes/trial.md:1:1"] };
        assert_eq!(measured(&base), expected, "{part} of 500");
    }
}

#[test]
fn thirty_percent_counts_courses_and_not_hours() {
    let build = |interactive: &str| {
        let base = with_indicator("numerator: {interactive: true}, basis: courses, at_least: 3/10");
        for index in 0..8 {
            let method = if index < 2 { "seminar" } else { "lecture" };
            let text = course(&format!("第{index}门课"), &format!("area: knowledge\nmethods: [{method}]\n"));
            base.write(&format!("content/courses/c{index}.md"), text);
        }
        let mut sessions: Vec<String> = (0..8).map(|index| format!("course: c{index}, hours: 1")).collect();
        sessions.push(format!("course: party-constitution, hours: {interactive}, method: seminar"));
        sessions.push("course: bb-overview, hours: 40".to_owned());
        (base, sessions)
    };
    // Three of ten courses are interactive, whatever their hours: 2.5 of 48.5, then a great many.
    for hours in ["0.5", "100"] {
        let (base, sessions) = build(hours);
        let sessions: Vec<&str> = sessions.iter().map(String::as_str).collect();
        base.write("content/programmes/trial.md", programme(MAIN, &sessions));
        assert_eq!(measured(&base), Vec::<String>::new(), "{hours} hours");
    }
    // Two of ten are not enough, though they have most of the hours.
    let (base, mut sessions) = build("400");
    sessions[0] = "course: c0, hours: 300, method: lecture".to_owned();
    let sessions: Vec<&str> = sessions.iter().map(String::as_str).collect();
    base.write("content/programmes/trial.md", programme(MAIN, &sessions));
    assert_eq!(measured(&base), ["KB-401 programmes/trial.md:1:1"]);
}

#[test]
fn a_month_is_thirty_days_with_both_ends() {
    let indicator = "kind: presence, scope: {period: one-month}, requires: {field: liaison}";
    for (end, asked) in [("2022-09-29", false), ("2022-09-30", true), ("2022-10-01", true)] {
        let base = with_indicator(indicator);
        let head = format!("status: published\nclass_kind: main\nstart: 2022-09-01\nend: {end}\n");
        base.write(
            "content/programmes/trial.md",
            programme(&head, &["course: party-constitution, hours: 4"]),
        );
        let expected: &[&str] = if asked { &["KB-402 programmes/trial.md:1:1"] } else { &[] };
        assert_eq!(measured(&base), expected, "to {end}");
        let head = format!("liaison: 教务处\n{head}");
        base.write(
            "content/programmes/trial.md",
            programme(&head, &["course: party-constitution, hours: 4"]),
        );
        assert_eq!(measured(&base), Vec::<String>::new(), "with a liaison, to {end}");
    }
}

#[test]
fn a_school_is_measured_over_its_year() {
    let base = with_indicator(
        "per: institution-year, scope: {institution_kind: [party-school]}, numerator: {area: [party-spirit]}, at_least: 1/2",
    );
    let class = |start: &str, hours: [u32; 2]| {
        let head = format!("status: published\nclass_kind: special\nstart: {start}\ndays: 90\n");
        let sessions = [
            format!("course: party-constitution, hours: {}", hours[0]),
            format!("course: bb-overview, hours: {}", hours[1]),
        ];
        let sessions: Vec<&str> = sessions.iter().map(String::as_str).collect();
        programme(&head, &sessions).replace("试排的班次", &format!("{start}的班次"))
    };
    base.write("content/programmes/spring.md", class("2022-03-01", [2, 8]));
    base.write("content/programmes/autumn.md", class("2022-09-01", [8, 2]));
    // Another year stands for itself.
    base.write("content/programmes/before.md", class("2021-09-01", [4, 5]));
    assert_eq!(measured(&base), ["KB-401 institutions/zj-party-school.md:1:1"]);
    base.write("content/programmes/before.md", class("2021-09-01", [5, 5]));
    assert_eq!(measured(&base), Vec::<String>::new());
    // Hours of an online class are counted apart.
    let online = class("2022-05-01", [0, 30])
        .replace("class_kind: special", "class_kind: online")
        .replace("  - {course: party-constitution, hours: 0}\n", "");
    base.write("content/programmes/online.md", online);
    assert_eq!(measured(&base), Vec::<String>::new());
}

#[test]
fn both_remedies_and_the_fewest_courses_are_named() {
    let base = with_indicator("numerator: {area: [party-spirit]}, basis: hours, at_least: 1/5");
    for (id, hours) in [("long", 9), ("middle", 5), ("short", 2)] {
        let text = course(&format!("{id}课程"), "area: party-spirit\nmethods: [seminar]\n");
        base.write(
            &format!("content/courses/{id}.md"),
            text.replace("hours: 1\n", &format!("hours: {hours}\n")),
        );
    }
    // 1 of 33 hours: 5.6 must be replaced, 7 added: 8 of 40 is a fifth.
    let sessions = ["course: party-constitution, hours: 1", "course: bb-overview, hours: 32"];
    base.write("content/programmes/trial.md", programme(MAIN, &sessions));
    let plan = base.keben(&["plan", "trial", "--format", "json"]).expect(0).json();
    let one = &plan["indicators"][0];
    assert_eq!(
        (&one["numerator"], &one["denominator"], &one["state"]),
        (&1.into(), &33.into(), &"unmet".into())
    );
    assert_eq!(one["remedies"], serde_json::json!({"replace": 6, "add": 7, "courses": ["long"]}));
    assert_eq!(one["margin"], -6);
    let human = base.keben(&["plan", "trial"]).expect(0).stdout;
    assert!(human.contains("把 6 学时换成计入的课程") && human.contains("再加 7 学时计入的课程"), "{human}");
    // The page shows the same figures.
    base.keben(&["build", "--drafts"]);
    base.replace("content/programmes/trial.md", "status: published", "status: draft");
    base.keben(&["build", "--drafts"]).expect(0);
    let page = base.read("public/programmes/trial.html");
    assert!(page.contains("1/33 学时（3%）") && page.contains("再加 7 学时计入的课程"), "{page}");
}

#[test]
fn a_draft_is_only_told() {
    let base = with_indicator("kind: presence, requires: {module: [bb]}");
    for (status, severity) in [("published", "error"), ("review", "info"), ("draft", "info")] {
        let head = format!("status: {status}\nclass_kind: main\ndays: 5\n");
        base.write(
            "content/programmes/trial.md",
            programme(&head, &["course: party-constitution, hours: 4"]),
        );
        let json = base.keben(&["check", "--only", "KB-402", "--format", "json"]).json();
        assert_eq!(json["diagnostics"][0]["severity"], severity, "{status}");
    }
}

/// Two thousand sessions, and a timetable with a hole: measured quickly, or not at all.
#[test]
fn many_sessions_are_measured_and_broken_ones_are_not() {
    let base = with_indicator("numerator: {area: [party-spirit]}, basis: hours, at_least: 1/2");
    let mut sessions: Vec<String> = (0..2000)
        .map(|index| format!("day: {}, slot: am, course: bb-overview, hours: 4", index % 400 + 1))
        .collect();
    base.write(
        "content/programmes/trial.md",
        programme(MAIN, &sessions.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let found = measured(&base);
    assert_eq!(found.iter().filter(|one| one.starts_with("KB-401")).count(), 1);
    sessions[7] = "course: bb-overveiw, hours: 4".to_owned();
    base.write(
        "content/programmes/trial.md",
        programme(MAIN, &sessions.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    assert_eq!(measured(&base).iter().filter(|one| one.starts_with("KB-401")).count(), 0);
}

/// An edition of a made-up scheme: other modules, audiences, gates, methods, ratios. Its demands hold without a change
/// of the program.
#[test]
fn an_invented_edition_works_by_its_own_rules() {
    let base = KnowledgeBase::nothing();
    base.write("content/site.yaml", "title: 试验知识库\nedition: trial\ntoday: 2030-06-01\n");
    base.write(
        "content/taxonomy/trial.yaml",
        "id: trial
label: 试验方案
valid: {from: 2030-01-01, to: 2031-12-31}
scheme: \"2+1\"
groups:
  - {id: core, symbol: \"2\", count: 2}
  - {id: single, symbol: \"1\"}
modules:
  - {id: alpha, label: 甲模块, group: core, source: {line: 1, quote: 甲}}
  - {id: beta, label: 乙模块, group: core, source: {line: 1, quote: 乙}}
  - {id: gamma, label: 丙模块, group: single, source: {line: 1, quote: 丙}}
areas:
  - {id: theory, label: 理论, topics: [], source: {line: 2, quote: 理论}}
  - {id: skills, label: 技能, topics: [], source: {line: 2, quote: 技能}}
required_readings:
  - {id: handbook, label: 《手册》, title: 手册, source: {line: 3, quote: 手册}}
audiences:
  - {id: staff, label: 全体人员, source: {line: 4, quote: 人员}}
methods:
  - {id: talk, label: 讲座, interactive: false, source: {line: 5, quote: 讲座}}
  - {id: lab, label: 实验, interactive: true, source: {line: 5, quote: 实验}}
institution_kinds:
  - {id: school, label: 学校}
levels:
  - {id: province, label: 省}
regions:
  - {id: '330000', label: 浙江省, level: province, source: {standard: GB/T 2260}}
review_gates:
  - {id: peer, label: 同行评议}
periods:
  - {id: week, label: 一周以上, days: 7, source: {line: 6, quote: 一周}}
conversions: {day: 6, half_day: 3}
indicators:
  - id: lab-share
    label: 实验比重
    kind: share
    scope: {institution_kind: [school], class_kind: [special], period: week}
    numerator: {interactive: true, area: [skills]}
    basis: courses
    at_least: 2/3
    severity: warning
    source: {line: 7, quote: 三分之二}
  - id: short-class
    label: 培训时长
    kind: length
    per: programme
    limbs: [{hours: 30}, {days: 10}]
    severity: error
    source: {line: 8, quote: 十天}
",
    );
    let published = "summary: 这一篇只用来检验程序的行为，文字长短合适，不含任何真实的课程内容。
status: published
review_due: 2031-12-31
reviews:
  peer: {by: 示例审核, date: 2030-05-01}
";
    let document =
        |title: &str, fields: &str| format!("---\ntitle: {title}\n{published}{fields}---\n\n正文。\n");
    base.write(
        "content/institutions/school.md",
        document("试验学校", "kind: school\nlevel: province\nregion: '330000'\n"),
    );
    base.write("content/readings/handbook.md", document("手册", "kind: required\nwork: handbook\n"));
    let lesson = |area: &str, method: &str, more: &str| {
        format!(
            "area: {area}\nhours: 3\nmethods: [{method}]\naudience: [staff]\nobjectives: [甲, 乙]\n{more}"
        )
    };
    let theory = lesson("theory", "talk", "module: gamma\nreadings: [{work: handbook, mode: general}]\n");
    base.write("content/courses/talk.md", document("讲座课", &theory));
    base.write("content/courses/lab.md", document("实验课", &lesson("skills", "lab", "")));
    base.write("content/courses/lab-two.md", document("第二门实验课", &lesson("skills", "lab", "")));
    let class = |sessions: &str| {
        let fields = "class_kind: special\ninstitution: school\naudience: [staff]\nstart: 2030-03-01\nend: 2030-03-07\n";
        document("试验班", &format!("{fields}sessions:\n{sessions}"))
    };
    let codes = || -> Vec<String> {
        let json = base.keben(&["check", "--format", "json"]).json();
        let findings = json["diagnostics"].as_array().unwrap().iter();
        findings
            .filter(|one| one["severity"] != "info")
            .map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["severity"].as_str().unwrap()))
            .collect()
    };
    let one = "  - {day: 1, slot: am, course: talk}\n  - {day: 1, slot: pm, course: lab}\n";
    base.write("content/programmes/class.md", class(one));
    assert_eq!(codes(), ["KB-401 warning", "KB-403 error"]);
    // A third course makes two of three, and with 10 days of teaching the other limb holds.
    let two = format!("{one}  - {{day: 2, slot: am, course: lab-two, hours: 24}}\n");
    base.write("content/programmes/class.md", class(&two));
    assert_eq!(codes(), ["KB-410 warning"], "24 hours are too many for a day of 6");
    let days: String =
        (2..6).map(|day| format!("  - {{day: {day}, slot: am, course: lab-two, hours: 6}}\n")).collect();
    base.write("content/programmes/class.md", class(&format!("{one}{days}")));
    assert_eq!(codes(), Vec::<String>::new());
    // Gates and modules are this edition's too.
    base.replace(
        "content/courses/lab.md",
        "  peer: {by: 示例审核, date: 2030-05-01}",
        "  political: {by: 示例审核, date: 2030-05-01}",
    );
    base.replace("content/courses/talk.md", "module: gamma", "module: econ");
    assert_eq!(codes(), ["KB-102 error", "KB-201 error"]);
}

#[test]
fn an_unknown_programme_is_named_with_those_there_are() {
    let base = KnowledgeBase::small();
    let said = base.keben(&["plan", "nothing"]).expect(2).stderr;
    assert!(said.contains("main-class"), "{said}");
    let csv = base.keben(&["plan", "main-class", "--format", "csv"]).expect(0).stdout;
    assert!(csv.starts_with("\u{feff}id,label,year,state") && csv.contains("party-spirit-share"), "{csv}");
}

/// `keben coverage`, its findings and the page are one computation.
#[test]
fn coverage_says_the_same_in_every_form() {
    let base = KnowledgeBase::small();
    let json = base.keben(&["coverage", "--format", "json"]).expect(0).json();
    let matrix = &json["matrices"][0];
    assert_eq!(matrix["id"], "module-audience");
    let at = |axis: &str, id: &str| {
        matrix[axis].as_array().unwrap().iter().position(|one| one["id"] == id).unwrap()
    };
    let cell = |row, column| matrix["cells"][at("rows", row)][at("columns", column)].clone();
    assert_eq!(
        (cell("bb", "leaders"), cell("bb", "young"), cell("xi", "leaders")),
        (1.into(), 0.into(), 0.into())
    );
    let findings = base.keben(&["check", "--format", "json"]).json();
    let of = |list: &serde_json::Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        let mut list: Vec<String> = list.map(|one| format!("{} {}", one["code"], one["message"])).collect();
        list.sort();
        list
    };
    let mut said = of(&findings["diagnostics"]);
    said.retain(|one| one.starts_with("\"KB-50"));
    assert_eq!(said, of(&json["gaps"]));
    assert!(said.len() > 20, "{}", said.len());
    let csv = base.keben(&["coverage", "--format", "csv"]).expect(0).stdout;
    assert!(csv.contains("module-audience,bb,“八八战略”,leaders,党政领导班子成员,1\r\n"), "{csv}");
    base.build();
    let page = base.read("public/coverage.html");
    assert!(page.contains("“‘八八战略’”没有给年轻干部的课程"), "{page}");
    // A document that cannot be read may fill any gap: nothing is said of what it could be.
    base.write("content/courses/broken.md", "---\ntitle: 坏了\n");
    let codes = of(&base.keben(&["check", "--format", "json"]).json()["diagnostics"]);
    assert!(!codes.iter().any(|one| one.starts_with("\"KB-501") || one.starts_with("\"KB-506")), "{codes:?}");
}
