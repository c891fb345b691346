//! The command line as its contract says: exit codes, what goes to which stream, languages, JSON shapes.

use crate::knowledge_base::{KnowledgeBase, PUBLISHED, keben, outcome, repository, term, tree};
use keben::diagnostics::CODES;
use serde_json::Value;
use std::collections::BTreeSet;

/// One error and one warning, each in a document of its own.
fn faulty() -> KnowledgeBase {
    let base = KnowledgeBase::small();
    base.write("content/terms/warned.md", term("短", "标题太短是警告。"));
    base.write("content/terms/wrong.md", term("引用错误", "见 [[course/no-such-course]]。"));
    base
}

fn warned() -> KnowledgeBase {
    let base = faulty();
    base.remove("content/terms/wrong.md");
    base
}

#[test]
fn exit_codes_tell_clean_faulty_and_impossible_apart() {
    let small = KnowledgeBase::small();
    small.keben(&["check"]).expect(0);
    small.keben(&["build"]).expect(0);
    faulty().keben(&["check"]).expect(1);
    faulty().keben(&["build"]).expect(1);
    warned().keben(&["check"]).expect(0);
    warned().keben(&["check", "--deny", "warnings"]).expect(1);
    warned().keben(&["build", "--deny", "warnings"]).expect(1);
    warned().keben(&["build"]).expect(0);
    for arguments in [
        &["nonsense"][..],
        &["check", "--format", "nope"],
        &["check", "--today", "2022-13-01"],
        &["check", "--today", "昨天"],
        &["check", "--only", "KB-777"],
        &["check", "--skip", "x"],
        &["check", "--jobs", "0"],
        &["explain", "KB-999"],
        &["explain", ""],
        &["new", "nothing", "x"],
        &["new", "course", "../x"],
        &["new", "course", "Upper"],
        &["new", "course", "index"],
        &["new", "course", "con"],
        &["new", "course", "page-2"],
        &["search", "民法", "--facet", "kind"],
        &["search", "民法", "--site", "no-such-site"],
        &["search"],
        &["build", "--release", "secret"],
    ] {
        let refused = small.keben(arguments);
        assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:?}");
        assert!(refused.stdout.is_empty() && !refused.stderr.is_empty(), "{arguments:?}: {refused:?}");
    }
    assert!(!small.path("content/x.md").exists() && !small.path("content/courses/index.md").exists());
}

#[test]
fn warnings_are_denied_on_a_second_build_too() {
    let base = warned();
    base.keben(&["build"]).expect(0);
    base.keben(&["build"]).expect(0);
    let before = base.site();
    base.keben(&["build", "--deny", "warnings"]).expect(1);
    assert!(base.site() == before);
}

#[test]
fn findings_go_to_standard_error_and_json_to_standard_output() {
    let base = faulty();
    for command in ["check", "build"] {
        let human = base.keben(&[command]).expect(1);
        assert!(human.stdout.is_empty(), "{human:?}");
        assert!(human.stderr.contains("KB-301") && human.stderr.contains("错误"), "{human:?}");
        let short = base.keben(&[command, "--format", "short"]).expect(1);
        assert!(short.stdout.is_empty(), "{short:?}");
        let line = short.stderr.lines().find(|line| line.contains("KB-301")).unwrap();
        assert!(line.starts_with("content/terms/wrong.md:14:3: E KB-301 "), "{line}");
        let json = base.keben(&[command, "--format", "json"]).expect(1);
        assert_eq!(json.json()["summary"]["errors"], 1, "{json:?}");
    }
    let good = warned();
    let json = good.keben(&["build", "--format", "json"]).expect(0);
    assert_eq!(json.json()["summary"]["warnings"], 1);
    let again = good.keben(&["build", "--format", "json"]).expect(0);
    assert_eq!(again.json()["summary"]["warnings"], 1, "a build that has nothing to do says the same");
    let human = good.keben(&["build"]).expect(0);
    assert!(human.stdout.contains("public/index.html") && human.stderr.contains("KB-105"), "{human:?}");
}

#[test]
fn a_finding_in_json_has_the_shape_of_the_contract() {
    let base = faulty();
    let report = base.keben(&["check", "--format", "json"]).expect(1).json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&report), ["diagnostics", "summary"].map(str::to_owned).into());
    assert_eq!(keys(&report["summary"]), ["errors", "infos", "warnings"].map(str::to_owned).into());
    let must = ["code", "severity", "path", "line", "column", "end_line", "end_column", "message", "related"];
    let may = ["help", "fix"];
    let text = base.read("content/terms/wrong.md");
    let mut seen = 0;
    for finding in report["diagnostics"].as_array().unwrap() {
        let keys = keys(finding);
        assert!(must.iter().all(|key| keys.contains(*key)), "{finding}");
        assert!(keys.iter().all(|key| must.contains(&&**key) || may.contains(&&**key)), "{finding}");
        assert!(["error", "warning", "info"].contains(&finding["severity"].as_str().unwrap()));
        if finding["code"] != "KB-301" {
            continue;
        }
        seen += 1;
        let place = |line: &str, column: &str| {
            let at = |name| finding[name].as_u64().unwrap() as usize;
            text.lines().nth(at(line) - 1).unwrap().chars().take(at(column) - 1).collect::<String>()
        };
        assert_eq!(place("line", "column"), "见 ");
        assert_eq!(place("end_line", "end_column"), "见 [[course/no-such-course]]");
    }
    assert_eq!(seen, 1);
}

#[test]
fn codes_can_be_chosen_and_left_out() {
    let base = faulty();
    let lines = |arguments: &[&str]| {
        let mut all = vec!["check", "--format", "short"];
        all.extend(arguments);
        base.keben(&all).stderr.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines(&[]);
    let only = lines(&["--only", "KB-301,kb-105"]);
    assert_eq!(only.len(), 2, "{only:?}");
    let skipped = lines(&["--skip", "KB-301", "--skip", "105"]);
    assert_eq!(only.len() + skipped.len(), all.len());
    base.keben(&["check", "--skip", "KB-301"]).expect(0);
    base.keben(&["check", "--only", "KB-105"]).expect(0);
    base.keben(&["check", "--only", "KB-105", "--deny", "warnings"]).expect(1);
}

#[test]
fn the_root_is_found_upward() {
    let base = KnowledgeBase::small();
    let run = |folder: &str, arguments: &[&str]| outcome(keben(arguments).current_dir(base.path(folder)));
    run("content/courses", &["check"]).expect(0);
    let built = run("content/courses", &["build"]).expect(0);
    assert!(base.path("public/index.html").is_file());
    assert!(
        built.stdout.contains("public/index.html") && !built.stdout.contains(base.root().to_str().unwrap())
    );
    let nowhere = KnowledgeBase::nothing();
    let refused = outcome(keben(["check"]).current_dir(nowhere.root())).expect(2);
    assert!(refused.stderr.contains("site.yaml") && refused.stderr.contains("--root"), "{refused:?}");
    outcome(keben(["check", "--root"]).arg(base.root()).current_dir(nowhere.root())).expect(0);
    // A knowledge base within another: the nearest counts.
    base.write("inner/content/site.yaml", "title: 内层\nedition: zj-2018-2022\ntoday: 2022-12-01\n");
    let inner = run("inner", &["check", "--format", "json"]);
    assert!(
        inner.json()["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["path"] != "content/courses/bb-overview.md")
    );
    std::fs::create_dir_all(base.path("inner/content/courses")).unwrap();
    run("inner/content/courses", &["build"]);
    assert!(!base.path("inner/content/public").exists());
}

#[test]
fn messages_come_in_two_languages() {
    let base = faulty();
    let run = |set: &[(&str, &str)], arguments: &[&str]| {
        let mut command = keben(["--root"]);
        command.arg(base.root()).args(arguments).args(["check", "--format", "short"]);
        for (name, value) in set {
            command.env(name, value);
        }
        let stderr = outcome(&mut command).expect(1).stderr;
        stderr.lines().find(|line| line.contains("KB-301")).unwrap().contains("there is no")
    };
    assert!(!run(&[], &[]), "Chinese by default");
    assert!(run(&[], &["--lang", "en"]));
    assert!(run(&[("KEBEN_LANG", "en")], &[]));
    assert!(!run(&[("KEBEN_LANG", "en")], &["--lang", "zh"]));
    assert!(!run(&[("KEBEN_LANG", "zh"), ("LANG", "en_GB.UTF-8")], &[]));
    assert!(run(&[("LANG", "en_GB.UTF-8")], &[]));
    assert!(!run(&[("LANG", "C.UTF-8")], &[]));
    assert!(!run(&[("LANG", "zh_CN.UTF-8")], &[]));
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let base = faulty();
    for set in [None, Some(("NO_COLOR", "1")), Some(("TERM", "xterm-256color"))] {
        let mut command = base.command(&["check"]);
        command.envs(set);
        let said = outcome(&mut command).expect(1);
        assert!(!said.stderr.contains('\u{1b}') && !said.stdout.contains('\u{1b}'), "{set:?}");
    }
}

#[test]
fn the_underline_stands_below_the_characters() {
    let base = KnowledgeBase::small();
    base.write("content/terms/wrong.md", term("引用错误", "汉字之后是 [[course/错]]，再后面。"));
    let said = base.keben(&["check"]).expect(1).stderr;
    let lines: Vec<&str> = said.lines().collect();
    let at = lines.iter().position(|line| line.contains("汉字之后是")).unwrap();
    let cells = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let (before, _) = lines[at].split_once("[[").unwrap();
    let (space, _) = lines[at + 1].split_once('^').unwrap();
    assert_eq!(cells(before), cells(space), "\n{}\n{}", lines[at], lines[at + 1]);
    assert_eq!(lines[at + 1].matches('^').count(), cells("[[course/错]]"));
}

#[test]
fn a_new_document_lacks_only_what_is_to_be_filled_in() {
    let base = KnowledgeBase::small();
    let kinds = [
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
    let mut wrong = Vec::new();
    for (kind, folder) in kinds {
        let id = format!("new-{kind}");
        let title = format!("新建的：“{kind}” #1 'x'");
        let made = base.keben(&["new", kind, &id, "--title", &title]).expect(0);
        let path = format!("content/{folder}/{id}.md");
        assert!(made.stdout.contains(&path), "{made:?}");
        let text = base.read(&path);
        for line in base.findings() {
            let own = line.starts_with(&path);
            if own && !line.contains(" KB-101 ") && !line.contains(" KB-308 ") {
                wrong.push(line);
            } else if own && line.starts_with(&format!("{path}:1:")) && !line.contains(" KB-308 ") {
                wrong.push(format!("a required field is not in the template: {line}"));
            }
        }
        assert!(text.contains("必填"), "{text}");
        base.keben(&["new", kind, &id]).expect(2);
        assert_eq!(base.read(&path), text, "an existing document is never touched");
        base.remove(&path);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    base.keben(&["new", "课程", "in-chinese"]).expect(0);
    base.keben(&["new", "courses", "by-folder"]).expect(0);
}

#[test]
fn a_filled_in_document_is_clean() {
    let base = KnowledgeBase::small();
    base.keben(&["new", "term", "filled", "--title", "填好的术语"]).expect(0);
    let text = base.read("content/terms/filled.md");
    let body =
        text.rsplit_once("---\n").unwrap().1.replace("[[种类/编号]]", "").replace("[[course/编号]]", "");
    base.write("content/terms/filled.md", format!("{}---\n{body}", text.rsplit_once("---\n").unwrap().0));
    base.replace("content/terms/filled.md", "gloss: ", "gloss: 一个填好的术语。");
    assert_eq!(base.findings(), Vec::<String>::new());
    assert!(!PUBLISHED.is_empty());
}

#[test]
fn every_code_is_explained() {
    for (code, _, title, _) in CODES {
        let page = outcome(&mut keben(["explain", &code.to_string()])).expect(0);
        assert!(page.stdout.starts_with(&format!("# {code} {title}\n")), "{}", page.stdout);
        assert!(page.stdout.contains("错误示例") && page.stdout.contains("正确示例"), "{code}");
        let lower = outcome(&mut keben(["explain", &code.to_string().to_lowercase()])).expect(0);
        assert_eq!(lower.stdout, page.stdout);
    }
}

#[test]
fn completions_and_help_know_every_command() {
    let commands = ["build", "check", "serve", "search", "new", "explain", "fix", "schema", "completions"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = outcome(&mut keben(["completions", shell])).expect(0).stdout;
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    let help = outcome(&mut keben(["--help"])).expect(0).stdout;
    assert!(commands.iter().all(|command| help.contains(command)), "{help}");
    let version = outcome(&mut keben(["--version"])).expect(0).stdout;
    assert_eq!(version.trim(), format!("keben {}", env!("CARGO_PKG_VERSION")));
    for command in commands {
        outcome(&mut keben([command, "--help"])).expect(0);
    }
}

#[test]
fn answers_in_json_have_the_shape_of_the_contract() {
    let base = KnowledgeBase::small();
    base.build();
    let answer = base.keben(&["search", "八八战略", "--format", "json", "--limit", "2"]).expect(0).json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&answer).into_iter().collect::<BTreeSet<_>>(),
        ["facets", "hits", "query", "total"].map(str::to_owned).into()
    );
    assert_eq!(answer["query"], "八八战略");
    let hits = answer["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 2);
    for hit in hits {
        let keys: BTreeSet<String> = keys(hit).into_iter().collect();
        let expected = ["date", "excerpt", "id", "kind", "places", "score", "title", "title_parts", "url"];
        assert_eq!(keys, expected.map(str::to_owned).into());
        let (kind, id) = hit["id"].as_str().unwrap().split_once('/').unwrap();
        assert_eq!(hit["kind"], kind);
        let url = hit["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("/{id}.html")) && base.path("public").join(url).is_file(), "{url}");
        assert!(hit["score"].is_number() && hit["title"].is_string());
    }
    for value in answer["facets"]["kind"].as_array().unwrap() {
        assert_eq!(
            keys(value).into_iter().collect::<BTreeSet<_>>(),
            ["count", "label", "value"].map(str::to_owned).into()
        );
    }
    let loose = base.keben(&["search", "八八战略甲乙丙丁", "--format", "json"]).expect(0).json();
    assert!(loose.get("loose").is_none() || loose["loose"] == true, "{loose}");
    let course =
        base.keben(&["search", "八八战略", "--facet", "kind=course", "--format", "json"]).expect(0).json();
    assert!(course["total"].as_u64() < answer["total"].as_u64());
    assert!(course["hits"].as_array().unwrap().iter().all(|hit| hit["kind"] == "course"));
    let human = base.keben(&["search", "八八战略"]).expect(0);
    assert!(human.stdout.contains("courses/bb-overview.html") && human.stderr.is_empty());
    base.keben(&["search", "这里绝没有的词句", "--format", "json"]).expect(0);
    let copied = KnowledgeBase::nothing();
    crate::knowledge_base::copy(&base.path("public"), &copied.path("elsewhere"));
    let mirrored = outcome(
        keben(["search", "八八战略", "--format", "json", "--limit", "2", "--site"])
            .arg(copied.path("elsewhere")),
    );
    assert_eq!(mirrored.expect(0).json(), answer, "a copied site answers the same");
}

#[test]
fn timings_name_every_stage_and_change_no_result() {
    let base = KnowledgeBase::small();
    let said = base.keben(&["build", "--timings"]).expect(0);
    for stage in ["read", "taxonomy", "parse", "assemble", "check", "search", "views", "write", "total"] {
        assert!(
            said.stderr.lines().any(|line| line.trim_end().ends_with(&format!(" ms  {stage}"))),
            "{stage}: {said:?}"
        );
    }
    let checked = base.keben(&["check", "--format", "json", "--timings"]).expect(0);
    assert_eq!(checked.json()["summary"]["errors"], 0);
}

#[test]
fn check_writes_nothing() {
    let base = KnowledgeBase::small();
    let before = tree(base.root());
    base.keben(&["check"]).expect(0);
    assert!(tree(base.root()) == before);
    assert!(repository().join("content/site.yaml").is_file());
}
