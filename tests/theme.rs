//! The built-in theme as its editors see it: what the heads of templates say, how a file is taken over, and where the
//! mistakes of a site's own files are shown.

use crate::knowledge_base::{KnowledgeBase, term};
use keben::date::Date;
use keben::edge::read;
use keben::pipeline::{self, Options};
use keben::theme::files;
use keben::view::catalogue::Catalogue;
use keben::view::page::pages;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A site that has a page of every template.
fn every_page() -> KnowledgeBase {
    let base = KnowledgeBase::starter();
    let retired = "status: retired\nexit: {date: 2022-10-01, reason: 内容已经过时, replaced_by: kept}";
    let gone = term("退出的术语", "这一段正文不再公开。").replace("status: published", retired);
    base.write("content/terms/gone.md", gone);
    let kept =
        term("留下的术语", "仍在使用。").replace("status: published", "status: published\nformerly: [old]");
    base.write("content/terms/kept.md", kept);
    base
}

#[test]
fn heads_of_templates_name_what_their_views_hold() {
    let base = every_page();
    let sources = pipeline::with_editions(read::read(base.root(), &read::Limits::default()).unwrap());
    let mut options = Options::new(Date::new(2022, 12, 1).unwrap());
    options.drafts = true;
    let checked = pipeline::check(&sources, &options, &|_| {});
    assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
    let site = checked.site.unwrap();
    let catalogue = Catalogue::new(&site, checked.templates.strings());
    let mut real: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let keys = |value: &Value, before: &str| -> BTreeSet<String> {
        let fields = value.as_object().into_iter().flatten().map(|(key, _)| key);
        fields.filter(|key| *key != "chrome").map(|key| format!("{before}{key}")).collect()
    };
    for page in pages(&catalogue) {
        let view = serde_json::to_value(page.view(&catalogue)).unwrap();
        let (template, detail) = match view.get("detail") {
            // A single file shows all of it without another template.
            Some(detail) if page.template() != "single.html" => ("document.html", detail),
            _ => (page.template(), &Value::Null),
        };
        for (name, fields) in [
            (template, keys(&view, "")),
            ("layout.html", keys(&view["chrome"], "chrome.")),
            (page.template(), keys(detail, "detail.")),
        ] {
            if name == "layout.html" || name == template || !detail.is_null() {
                real.entry(name.to_owned()).or_default().extend(fields);
            }
        }
    }
    for file in files() {
        assert!(!file.purpose().is_empty(), "{} has no purpose", file.path());
        assert!(!file.purpose().contains(['\n', '*']), "{}", file.purpose());
        if file.folder != "templates" {
            continue;
        }
        let said: BTreeSet<String> = file.fields().iter().map(|(field, _)| (*field).to_owned()).collect();
        let held = real.remove(file.name).unwrap_or_default();
        assert!(file.name == "parts.html" || !held.is_empty() || said.is_empty(), "no page of {}", file.name);
        assert_eq!(said, held, "the head of {} and its view", file.name);
        assert_eq!(said.len(), file.fields().len(), "{} names a field twice", file.name);
        assert!(file.fields().iter().all(|(_, meaning)| !meaning.trim().is_empty()), "{}", file.name);
    }
    assert!(real.is_empty(), "{real:?}");
}

#[test]
fn a_file_is_listed_taken_over_once_and_used() {
    let base = KnowledgeBase::small();
    let list = base.keben(&["theme", "list"]).expect(0).stdout;
    assert_eq!(list.lines().count(), files().len());
    assert!(list.contains("theme/templates/course.html ") && !list.contains("detail.works"), "{list}");
    let one = base.keben(&["theme", "list", "course.html"]).expect(0).stdout;
    assert!(one.contains("detail.works") && one.lines().count() == 4, "{one}");
    assert!(base.keben(&["-v", "theme", "list"]).expect(0).stdout.contains("chrome.root"));

    let unknown = base.keben(&["theme", "eject", "cuorse.html"]).expect(2).stderr;
    assert!(unknown.contains("是不是 course.html？"), "{unknown}");
    base.build();
    let before = base.site();
    for file in files() {
        // By name and by path.
        let path = file.path();
        base.keben(&["theme", "eject", if file.folder == "static" { &path } else { file.name }]).expect(0);
        assert_eq!(base.read(&path), file.text, "{path}");
        let refused = base.keben(&["theme", "eject", file.name]).expect(2).stderr;
        assert!(refused.contains("已经存在"), "{refused}");
    }
    base.build();
    let unchanged = |path: &&String| !path.starts_with("_keben/");
    let same = base.site();
    let changed: Vec<_> =
        same.keys().filter(unchanged).filter(|path| same.get(*path) != before.get(*path)).collect();
    assert!(changed.is_empty(), "{changed:?}");

    base.replace("theme/templates/tombstone.html", "{{ chrome.title }}", "已退出：{{ chrome.title }}");
    base.replace("theme/templates/home.html", "{{ chrome.title }}", "本站：{{ chrome.title }}");
    base.replace("theme/static/keben.css", "/* keben:", "/* ours:");
    base.build();
    let site = base.site();
    let text = |path: &str| String::from_utf8(site[path].clone()).unwrap();
    assert!(text("index.html").contains("本站：") && text("assets/keben.css").starts_with("/* ours:"));
}

#[test]
fn a_broken_override_is_shown_at_its_place() {
    let base = KnowledgeBase::small();
    base.write("content/terms/kept.md", term("留下的术语", "仍在使用。"));
    for (text, place, part) in [
        (
            "{% extends \"document.html\" %}\n{% block before %}\n<p>说明{{ nothing }}</p>{% endblock %}\n",
            "3:9",
            "nothing",
        ),
        (
            "{% extends \"document.html\" %}\n{% block before %}{{ detail.nothing.x }}{% endblock %}\n",
            "2:29",
            "nothing",
        ),
        (
            "{% extends \"document.html\" %}\n{% block before %}说明{{ summary | shout }}{% endblock %}\n",
            "2:34",
            "shout",
        ),
        ("{% extends \"document.html\" %}\n{% block before %}<p>{{ summary }}</p>", "2:35", "end of input"),
        ("{# 注 #}\n{% extends \"documnet.html\" %}\n", "2:12", "documnet.html"),
        ("{% extends \"term.html\" %}\n", "1:12", "term.html"),
        (
            "{% extends \"document.html\" %}\n{% block before %}{{ <nothing/> }}{% endblock %}\n",
            "2:22",
            "nothing",
        ),
        (
            "{% extends \"document.html\" %}\n{% block before %}{% include \"none.html\" %}{% endblock %}\n",
            "2:30",
            "none.html",
        ),
    ] {
        base.write("theme/templates/term.html", text);
        let outcome = base.keben(&["build", "--no-search", "--format", "short"]).expect(1);
        let place = format!("theme/templates/term.html:{place}: E KB-910");
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        let line =
            said.lines().find(|line| line.contains("KB-910")).unwrap_or_else(|| panic!("{text}\n{said}"));
        assert!(line.starts_with(&place) && line.contains(part), "{place}\n{line}");
        assert!(!line.contains("第 0 行"), "{line}");
        assert!(!base.path("public").exists());
    }
}
