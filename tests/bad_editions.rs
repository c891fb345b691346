//! Editions, courses and programmes that are wrong in the large: one clear finding each, in bounded time.

use crate::knowledge_base::repository;
use crate::site_build::{options, sources};
use keben::diagnostics::Severity;
use keben::pipeline;
use keben::source::{Body, RelPath, SourceFile, Sources};
use std::fmt::Write;
use std::time::{Duration, Instant};

const EDITION: &str = "content/taxonomy/zj-2018-2022.yaml";

/// Code, path and message of every finding that is not information, with these files over the starter.
fn findings(files: Vec<(String, String)>) -> Vec<(u16, String, String)> {
    let base = sources(repository());
    let mut all: Vec<SourceFile> = files
        .into_iter()
        .map(|(path, text)| SourceFile {
            path: RelPath::new(&path).unwrap(),
            body: Body::Bytes(text.into_bytes()),
        })
        .collect();
    all.extend(base.into_files());
    let sources = Sources::new(all);
    let started = Instant::now();
    let found = pipeline::check(&sources, &options(), &|_| {}).diagnostics;
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    found
        .iter()
        .filter(|found| found.severity != Severity::Info)
        .map(|found| {
            let path = sources.get(found.span.file).path.as_str().to_owned();
            (found.code.0, path, found.message.zh.clone())
        })
        .collect()
}

fn edition(from: &str, to: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(repository().join(EDITION)).unwrap();
    assert!(text.contains(from), "{from}");
    vec![(EDITION.to_owned(), text.replacen(from, to, 1))]
}

fn course(n: usize, more: &str) -> (String, String) {
    let text = format!(
        "---\ntitle: 循环课程第{n}讲\nstatus: draft\narea: knowledge\nhours: 4\nmethods: [lecture]\naudience: [young]\n{more}---\n\n正文。\n"
    );
    (format!("content/courses/loop-{n:04}.md"), text)
}

#[test]
fn scheme_and_groups_that_disagree() {
    for scheme in ["1+1+7+X", "1+6+X", "1+1+6", "X"] {
        let found = findings(edition("scheme: \"1+1+6+X\"", &format!("scheme: \"{scheme}\"")));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (207, EDITION));
    }
}

#[test]
fn an_indicator_that_divides_by_zero() {
    for share in ["1/0", "0/0"] {
        let found = findings(edition("at_least: 1/5", &format!("at_least: {share}")));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (207, EDITION));
        assert!(found[0].2.contains("at_least"), "{found:?}");
    }
}

#[test]
fn a_thousand_courses_that_require_one_another() {
    let courses = (0..1000).map(|n| course(n, &format!("prerequisites: [loop-{:04}]\n", (n + 1) % 1000)));
    let found = findings(courses.collect());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1.as_str()), (307, "content/courses/loop-0000.md"));
    assert!(found[0].2.contains("1000") && found[0].2.chars().count() < 200, "{}", found[0].2);
}

#[test]
fn a_course_that_requires_itself() {
    let found = findings(vec![course(1, "prerequisites: [loop-0001]\n")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1.as_str()), (307, "content/courses/loop-0001.md"));
}

fn programme(wrong: Option<usize>) -> Vec<(String, String)> {
    let mut text = String::from(
        "---\ntitle: 两千节课的班次\nstatus: draft\nclass_kind: special\ninstitution: zj-party-school\naudience: [leaders]\ndays: 400\nsessions:\n",
    );
    for n in 0..2000 {
        let (day, hour) = (n / 5 + 1, 8 + n % 5 * 2);
        let what = if wrong == Some(n) {
            "course: no-such-course".to_owned()
        } else {
            format!("activity: 第{n}次研讨")
        };
        writeln!(text, "  - {{day: {day}, slot: '{hour:02}:00', {what}, hours: 1.5}}").unwrap();
    }
    text += "---\n\n正文。\n";
    vec![("content/programmes/two-thousand.md".to_owned(), text)]
}

#[test]
fn a_programme_of_two_thousand_sessions() {
    assert_eq!(findings(programme(None)), []);
    let found = findings(programme(Some(1234)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1.as_str()), (301, "content/programmes/two-thousand.md"));
}

#[test]
fn one_id_in_capitals_and_not() {
    let text = |title: &str| format!("---\ntitle: {title}\nstatus: draft\ngloss: 一个词。\n---\n\n正文。\n");
    let found = findings(vec![
        ("content/terms/Sample.md".into(), text("甲种写法")),
        ("content/terms/sample.md".into(), text("乙种写法")),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == 5 && found[0].1.eq_ignore_ascii_case("content/terms/sample.md"), "{found:?}");
}
