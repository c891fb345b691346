//! What time does to documents: boundaries of reviews, programmes that are over, teachers who leave.

use crate::knowledge_base::KnowledgeBase;

/// Code, severity and place of the findings of one code on a day.
fn on(base: &KnowledgeBase, day: &str, code: &str) -> Vec<String> {
    let json = base.keben(&["check", "--today", day, "--only", code, "--format", "json"]).json();
    let findings = json["diagnostics"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let path = one["path"].as_str().unwrap();
            format!("{} {path}:{}:{}", one["severity"].as_str().unwrap(), one["line"], one["column"])
        })
        .collect()
}

#[test]
fn a_review_is_an_error_only_beyond_180_days_and_only_for_courses_of_main_classes() {
    let base = KnowledgeBase::small();
    let course = "content/courses/party-constitution.md";
    base.replace(course, "review_due: 2030-12-31", "review_due: 2022-03-01");
    base.replace("content/cases/yucun-transition.md", "review_due: 2030-12-31", "review_due: 2022-03-01");
    let case = "content/cases/yucun-transition.md:6:13";
    let course = format!("{course}:6:13");
    assert_eq!(on(&base, "2022-03-01", "KB-601"), Vec::<String>::new());
    for (day, severity) in [("2022-03-02", "warning"), ("2022-08-28", "warning"), ("2022-08-29", "error")] {
        let expected = [format!("warning {case}"), format!("{severity} {course}")];
        assert_eq!(on(&base, day, "KB-601"), expected, "{day}");
    }
    // Not on the timetable of a main class: never more than a warning.
    base.replace("content/programmes/main-class.md", "class_kind: main", "class_kind: special");
    assert_eq!(on(&base, "2024-01-01", "KB-601"), [format!("warning {case}"), format!("warning {course}")]);
    // The edition may give more time or less.
    base.replace("content/programmes/main-class.md", "class_kind: special", "class_kind: main");
    base.replace("content/taxonomy/mini.yaml", "复审宽限期, days: 180", "复审宽限期, days: 10");
    assert_eq!(on(&base, "2022-03-11", "KB-601")[1], format!("warning {course}"));
    assert_eq!(on(&base, "2022-03-12", "KB-601")[1], format!("error {course}"));
}

#[test]
fn a_programme_that_is_over_may_keep_what_it_taught() {
    let base = KnowledgeBase::small();
    let course = "content/courses/party-constitution.md";
    base.replace(
        course,
        "status: published",
        "status: retired\nexit: {date: 2022-09-18, reason: 合并, replaced_by: bb-overview}",
    );
    // The class is on 19 September: on that day it still runs, the day after it is history.
    assert_eq!(on(&base, "2022-09-19", "KB-603"), ["error content/programmes/main-class.md:18:32"]);
    assert_eq!(on(&base, "2022-09-19", "KB-303"), Vec::<String>::new());
    assert_eq!(on(&base, "2022-09-20", "KB-603"), Vec::<String>::new());
    assert_eq!(on(&base, "2022-09-20", "KB-303"), ["warning content/programmes/main-class.md:18:32"]);
}

/// A field that publishing asks for is not there when nothing is written into it.
#[test]
fn an_empty_summary_is_missing_once_published() {
    let base = KnowledgeBase::small();
    let course = "content/courses/party-constitution.md";
    let text = base.read(course);
    let line = text.lines().find(|line| line.starts_with("summary:")).unwrap();
    base.write(course, text.replace(line, "summary:"));
    assert_eq!(on(&base, "2022-12-01", "KB-101"), [format!("error {course}:1:1")]);
    base.replace(course, "status: published", "status: draft");
    assert_eq!(on(&base, "2022-12-01", "KB-101"), Vec::<String>::new());
}
