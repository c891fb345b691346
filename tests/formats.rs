//! What other programs read: SARIF, workflow commands, JUnit; and the list of known findings. Each is read by a program
//! that knows nothing of keben.

use crate::knowledge_base::{KnowledgeBase, keben, outcome, repository, term};
use serde_json::Value;
use std::collections::BTreeSet;

/// Errors, warnings, a related place, a machine fix, a name that must be escaped, a file that is no UTF-8.
fn faulty() -> KnowledgeBase {
    let base = KnowledgeBase::small();
    base.write("content/terms/warned.md", term("短", "标题太短是警告。"));
    base.write("content/terms/wrong.md", term("引用错误", "见 [[course/no-such-course]]。"));
    base.write(
        "content/terms/twice.md",
        term("写了两次", "正文。").replace("gloss:", "释义: 又一次\ngloss:"),
    );
    let odd_date = term("日期写法", "正文。").replace("updated: 2022-11-01", "updated: 2022年11月1日");
    base.write("content/terms/date.md", odd_date);
    base.write("content/terms/gbk.md", encoding_rs::GB18030.encode(&term("另一种编码", "正文。")).0);
    base.write("content/terms/A 100%,b：甲.md", term("文件名不合规", "正文。"));
    base
}

#[test]
fn sarif_is_valid_by_the_schema_of_the_standard() {
    let schema = std::fs::read_to_string(repository().join("tests/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // The pattern of a language has a stray bracket, which the validator's regular expressions refuse.
    for part in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][part]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let base = faulty();
    for language in ["zh", "en"] {
        let mut command = keben(["--lang", language, "check", "--format", "sarif", "--root"]);
        let log = outcome(command.arg(base.root())).expect(1).json();
        let wrong: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert!(results.len() >= 6, "{results:?}");
        let json = base.keben(&["check", "--format", "json"]).json();
        assert_eq!(results.len(), json["diagnostics"].as_array().unwrap().len());
        let mut prints = BTreeSet::new();
        for (result, finding) in results.iter().zip(json["diagnostics"].as_array().unwrap()) {
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
            assert_eq!(result["ruleId"], finding["code"]);
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["region"]["startLine"], finding["line"]);
            assert_eq!(place["region"]["endColumn"], finding["end_column"]);
            assert_eq!(place["artifactLocation"]["uriBaseId"], "SRCROOT");
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert_eq!(crate::html::decode_url(uri).as_deref(), finding["path"].as_str());
            assert!(!uri.contains([' ', ',', '：']), "{uri}");
            assert_eq!(result.get("fixes").is_some(), finding.get("fix").is_some());
            prints.insert(result["partialFingerprints"]["kebenFinding/v1"].as_str().unwrap().to_owned());
        }
        assert_eq!(prints.len(), results.len());
        assert!(results.iter().any(|result| result.get("relatedLocations").is_some()));
        let fix = results.iter().find(|result| result["ruleId"] == "KB-103").unwrap();
        let change = &fix["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "2022-11-01");
        let start = change["deletedRegion"]["byteOffset"].as_u64().unwrap() as usize;
        let end = start + change["deletedRegion"]["byteLength"].as_u64().unwrap() as usize;
        assert_eq!(&base.read("content/terms/date.md")[start..end], "2022年11月1日");
    }
    // The validator is no rubber stamp.
    let mut broken = base.keben(&["check", "--format", "sarif"]).json();
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn junit_is_well_formed_and_counts_what_failed() {
    let base = faulty();
    let summary = base.keben(&["check", "--format", "json"]).json()["summary"].clone();
    let count = |name: &str| summary[name].as_u64().unwrap() as usize;
    for (arguments, failing) in [
        (&["check", "--format", "junit"][..], count("errors")),
        (&["check", "--format", "junit", "--deny", "warnings"], count("errors") + count("warnings")),
    ] {
        let text = base.keben(arguments).expect(1).stdout;
        let mut reader = quick_xml::Reader::from_str(&text);
        let (mut cases, mut failures, mut suites, mut said) = (0, 0, BTreeSet::new(), 0);
        loop {
            use quick_xml::events::Event;
            match reader.read_event().unwrap() {
                Event::Eof => break,
                Event::Start(tag) => {
                    let attributes: Vec<(String, String)> = tag
                        .attributes()
                        .map(|attribute| {
                            let attribute = attribute.unwrap();
                            let name = attribute.key.as_ref().to_owned();
                            (name, crate::html::resolve(&attribute.value).unwrap())
                        })
                        .collect();
                    let get = |name: &str| {
                        attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
                    };
                    match tag.name().as_ref() {
                        "testsuites" => {
                            assert_eq!(get("failures"), Some(failing.to_string()));
                        }
                        "testsuite" => assert!(suites.insert(get("name").unwrap())),
                        "testcase" => cases += 1,
                        "failure" => failures += 1,
                        "system-out" => said += 1,
                        other => panic!("{other:?}"),
                    }
                }
                _ => {}
            }
        }
        assert_eq!(failures, failing, "{text}");
        assert_eq!(cases, count("errors") + count("warnings") + count("infos"));
        assert_eq!(said, cases - failures);
        assert!(suites.contains("content/terms/A 100%,b：甲.md"), "{suites:?}");
    }
}

#[test]
fn workflow_commands_are_a_line_each() {
    let base = faulty();
    let total = base.keben(&["check", "--format", "json"]).json()["diagnostics"].as_array().unwrap().len();
    let text = base.keben(&["check", "--format", "github"]).expect(1).stdout;
    assert_eq!(text.lines().count(), total, "{text}");
    assert!(text.lines().all(|line| line.starts_with("::error file=content/")
        || line.starts_with("::warning file=content/")
        || line.starts_with("::notice file=content/")));
    assert!(text.contains("file=content/terms/A 100%25%2Cb：甲.md,line="), "{text}");
    assert!(
        text.contains(
            "::error file=content/terms/wrong.md,line=14,endLine=14,col=3,endColumn=28,title=KB-301 "
        ),
        "{text}"
    );
}

#[test]
fn every_format_works_for_builds_and_leaves_standard_output_to_programs() {
    let base = KnowledgeBase::small();
    for format in ["sarif", "github", "junit", "json"] {
        let built = base.keben(&["build", "--format", format]).expect(0);
        assert!(!built.stdout.contains("public/index.html"), "{built:?}");
        assert!(built.stderr.contains("public/index.html"), "{built:?}");
    }
}

#[test]
fn a_console_with_wide_quotes_has_its_underline_in_place() {
    let base = KnowledgeBase::small();
    base.write("content/terms/wrong.md", term("引用错误", "先说“甲”——再说‘乙’…… [[course/错]]“丙”。"));
    let column = |wide: bool| {
        let mut command = base.command(&["check"]);
        if wide {
            command.env("KEBEN_AMBIGUOUS_WIDTH", "2");
        }
        let said = outcome(&mut command).expect(1).stderr;
        let lines: Vec<&str> = said.lines().collect();
        let at = lines.iter().position(|line| line.contains("先说“甲”——再说‘乙’……")).expect(&said);
        let cells = |text: &str| {
            let narrow = |c: char| c.is_ascii() || (!wide && "“”‘’—…│".contains(c));
            text.chars().map(|c| if narrow(c) { 1 } else { 2 }).sum::<usize>()
        };
        assert!(said.contains("content/terms/wrong.md:14:"), "{said}");
        let (before, _) = lines[at].split_once("[[").unwrap();
        let (space, _) = lines[at + 1].split_once('^').unwrap();
        assert_eq!(cells(before), cells(space), "\n{}\n{}", lines[at], lines[at + 1]);
        assert!(said.chars().all(|c| u32::from(c) < 0x3f000));
        cells(before)
    };
    assert!(column(false) < column(true));
}

#[test]
fn known_findings_are_not_shown_again() {
    let base = faulty();
    let list = base.path("known.json");
    let list = list.to_str().unwrap();
    let all = base.keben(&["check", "--format", "short"]).stderr.lines().count();
    base.keben(&["check", "--baseline", list, "--write-baseline"]).expect(0);
    let text = base.read("known.json");
    let lines: Vec<&str> = text.lines().collect();
    let entries = &lines[1..lines.len() - 1];
    assert_eq!(entries.len(), all, "{text}");
    assert!(entries.is_sorted(), "{text}");
    let known = base.keben(&["check", "--baseline", list]).expect(0);
    assert!(known.stderr.contains(&format!("另有 {all} 处已知问题")), "{known:?}");
    assert!(!known.stderr.contains("KB-"), "{known:?}");
    // Lines that move make nothing new; one more mistake of the same kind is new.
    base.replace("content/terms/wrong.md", "见 [[", "前面加一段。\n\n见 [[");
    base.keben(&["check", "--baseline", list, "--deny", "warnings"]).expect(0);
    base.replace("content/terms/wrong.md", "见 [[", "又见 [[course/no-such-course]]，见 [[");
    let json = base.keben(&["check", "--baseline", list, "--format", "json"]).expect(1).json();
    assert_eq!(json["summary"]["errors"], 1, "{json}");
    // What is no longer there is said to those who ask.
    base.remove("content/terms/warned.md");
    let quiet = base.keben(&["check", "--baseline", list]);
    assert!(!quiet.stderr.contains("warned.md"), "{quiet:?}");
    let told = base.keben(&["-v", "check", "--baseline", list]);
    assert!(told.stderr.contains("warned.md") && told.stderr.contains("现在已经没有"), "{told:?}");
    for (name, text) in [("broken.json", "{\"version\":1,"), ("other.json", "[]")] {
        base.write(name, text);
        let refused = base.keben(&["check", "--baseline", base.path(name).to_str().unwrap()]).expect(2);
        assert!(refused.stderr.contains(name) && refused.stdout.is_empty(), "{refused:?}");
    }
    let refused = base.keben(&["check", "--baseline", base.path("none.json").to_str().unwrap()]).expect(2);
    assert!(refused.stderr.contains("none.json"), "{refused:?}");
    base.keben(&["check", "--write-baseline"]).expect(2);
}
