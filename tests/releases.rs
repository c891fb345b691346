//! What a build says of itself: its fingerprint, what it changed, and what browsers keep of it.

use crate::knowledge_base::{KnowledgeBase, Tree, difference, term};
use crate::site_build::{STARTER, faults_of_links, faults_of_pages, site};
use keben::date::Date;
use sha2::{Digest, Sha256};
use std::fs;

const RECORD: &str = "public/_keben/documents.json";
const CHANGES: &str = "public/changes.html";
const COURSE: &str = "content/courses/party-constitution.md";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fingerprint, worked out by its definition.
pub fn fingerprint(site: &Tree) -> String {
    let late = ["index.html", "changes.html", "sw.js"];
    let counted =
        site.iter().filter(|(path, _)| !path.starts_with("_keben/") && !late.contains(&path.as_str()));
    let lines: String = counted
        .map(|(path, bytes)| format!("{} {} {path}\n", hex(&Sha256::digest(bytes)), bytes.len()))
        .collect();
    hex(&Sha256::digest(lines))[..12].to_owned()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
fn three_files_know_which_site_this_is_and_no_other() {
    for base in [KnowledgeBase::starter(), KnowledgeBase::small()] {
        for search in [&["build"][..], &["build", "--no-search"]] {
            base.keben(search).expect(0);
            let site = base.site();
            let print = fingerprint(&site);
            let shown = format!("{} {} {}", &print[..4], &print[4..8], &print[8..]);
            for (path, bytes) in &site {
                let knows = holds(bytes, &print) || holds(bytes, &shown);
                assert_eq!(knows, ["index.html", "changes.html", "sw.js"].contains(&path.as_str()), "{path}");
            }
            assert_eq!(holds(&site["sw.js"], "\"search/kb.js\""), !search.contains(&"--no-search"));
        }
    }
}

#[test]
fn the_first_build_lists_documents_by_their_dates() {
    let built = STARTER.site();
    let page = String::from_utf8(built["changes.html"].clone()).unwrap();
    assert!(!page.contains("<h3>"), "nothing has changed yet");
    let documents = site(STARTER.root());
    let mut order: Vec<(Date, String)> = documents
        .documents()
        .filter(|(id, _)| documents.has_page(*id))
        .filter_map(|(_, document)| Some((document.meta.date("updated")?, document.url())))
        .collect();
    order.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let at = |path: &str| page.find(&format!("href=\"{path}\""));
    let listed: Vec<(Date, usize)> =
        order.iter().filter_map(|(date, path)| Some((*date, at(path)?))).collect();
    assert!(listed.len() > 20, "{listed:?}");
    assert!(listed.windows(2).all(|two| two[0].0 == two[1].0 || two[0].1 < two[1].1), "{listed:?}");
    // Of the last thirty days, and only on these two pages.
    let fresh = "<span class=\"tag\">更新</span>";
    for (path, bytes) in &built {
        assert_eq!(holds(bytes, fresh), ["index.html", "changes.html"].contains(&path.as_str()), "{path}");
    }
    let month_ago = Date::new(2022, 11, 1).unwrap();
    for (date, at) in listed {
        let item = &page[at..];
        let marked = item[..item.find("</li>").unwrap()].contains(fresh);
        assert_eq!(marked, date >= month_ago, "{date}");
    }
}

/// The small site, built on a day.
fn built(base: &KnowledgeBase, day: &str) -> String {
    base.keben(&["build", "--today", day]).expect(0);
    let page = base.read(CHANGES);
    let site = base.site();
    assert_eq!((faults_of_links(&site), faults_of_pages(&site)), (vec![], vec![]), "{day}");
    let main = page.split("<main").nth(1).unwrap();
    main.split("</main>").next().unwrap().to_owned()
}

/// The part of the page between two days.
fn day<'p>(page: &'p str, day: &str) -> &'p str {
    let Some(start) = page.find(&format!("<h2>{day}</h2>")) else { return "" };
    let rest = &page[start + 4..];
    &rest[..rest.find("<h2>").unwrap_or(rest.len())]
}

#[test]
fn days_tell_what_was_added_changed_and_withdrawn() {
    let base = KnowledgeBase::small();
    base.write("content/terms/other.md", term("另一术语", "正文。"));
    built(&base, "2022-12-02");
    let (first, whole) = (base.site(), base.read(COURSE));
    let hours = whole.lines().find(|line| line.starts_with("hours:")).unwrap().to_owned();
    base.replace(COURSE, &hours, "hours: 6.5");
    base.replace(COURSE, "\n---\n", "\n---\n\n添上一段，没有引用任何文档。\n");
    base.write("content/terms/new.md", term("新术语", "正文。"));
    let page = built(&base, "2022-12-02");
    let today = day(&page, "2022年12月2日");
    assert!(
        today.contains(&format!(
            "<p class=\"s\">学时：{} → 6.5</p><p class=\"s\">正文有修改</p>",
            &hours[7..]
        )),
        "{today}"
    );
    assert!(today.contains("<h3>新增<span class=\"n\">1</span></h3>"), "{today}");
    assert!(today.contains("<a href=\"terms/new.html\">新术语</a>"), "{today}");
    assert!(base.read("public/index.html").contains("<span class=\"tag\">新增</span>"));

    // A second build of the day finds what differs from its beginning, not from the first build.
    base.replace(COURSE, "hours: 6.5", "hours: 7");
    base.replace("content/terms/new.md", "正文。", "另一段正文。");
    let page = built(&base, "2022-12-02");
    let today = day(&page, "2022年12月2日");
    assert!(today.contains(&format!("学时：{} → 7", &hours[7..])) && !today.contains("6.5"), "{today}");
    assert!(today.contains("<h3>新增<span class=\"n\">1</span></h3>"), "{today}");

    // What is undone on the same day did not happen.
    base.write(COURSE, &whole);
    base.write("content/terms/new.md", term("新术语", "正文。").replace("published", "draft"));
    built(&base, "2022-12-02");
    assert_eq!(difference(&first, &base.site()), Vec::<String>::new());

    // Another day stands above the first.
    base.write("content/terms/new.md", term("新术语", "正文。"));
    built(&base, "2022-12-03");
    base.replace(
        "content/terms/new.md",
        "status: published",
        "status: retired\nexit: {date: 2022-12-04, reason: 说法已经不用}",
    );
    let page = built(&base, "2022-12-04");
    assert!(page.find("12月4日").unwrap() < page.find("12月3日").unwrap());
    let today = day(&page, "2022年12月4日");
    assert!(
        today.contains("<h3>撤下<span class=\"n\">1</span></h3>") && !today.contains("正文有修改"),
        "{today}"
    );
    assert!(day(&page, "2022年12月3日").contains("terms/new.html"));
    // A day without changes is none.
    let record = base.read(RECORD);
    let page = built(&base, "2022-12-05");
    assert!(!page.contains("12月5日</h2>"));
    assert_eq!(base.read(RECORD), record);
}

#[test]
fn what_the_site_may_not_name_is_not_in_its_changes() {
    let base = KnowledgeBase::small();
    base.write("content/terms/a.md", term("甲术语", "正文。"));
    base.write("content/terms/b.md", term("乙术语", "正文。"));
    base.write("content/terms/draft.md", term("丙术语", "正文。").replace("published", "draft"));
    built(&base, "2022-12-01");
    base.replace("content/terms/a.md", "正文。", "新的正文。");
    base.replace("content/terms/b.md", "正文。", "新的正文。");
    base.replace("content/teachers/lecturer-academic.md", "\n---\n", "\n---\n\n补充一段介绍。\n");
    let page = built(&base, "2022-12-02");
    assert!(page.contains("甲术语") && page.contains("乙术语") && !page.contains("丙术语"), "{page}");
    let record = base.read(RECORD);
    assert!(!record.contains("teacher/lecturer-academic\":{") && !record.contains("丙术语"), "{record}");
    let teacher = day(&page, "2022年12月2日").contains("lecturer-academic");
    assert!(!teacher, "a teacher without a page: {page}");
    // What is internal from now on, or a draft again, leaves older days too.
    base.replace("content/terms/a.md", "status: published", "status: published\nrelease: internal");
    base.replace("content/terms/b.md", "status: published", "status: draft");
    let page = built(&base, "2022-12-03");
    for name in ["甲术语", "乙术语"] {
        assert!(!page.contains(name) && !base.read(RECORD).contains(name), "{name}");
    }
}

#[test]
fn words_of_fields_are_not_kept() {
    let base = KnowledgeBase::small();
    let path = "content/bases/yucun-base.md";
    base.replace(path, "\nregion:", "\ncontact: 张老师 0572-0000000\nregion:");
    built(&base, "2022-12-01");
    base.replace(path, "张老师 0572-0000000", "办公室");
    let page = built(&base, "2022-12-02");
    assert!(day(&page, "2022年12月2日").contains("联系方式有修改"), "{page}");
    assert!(!page.contains("张老师") && !base.read(RECORD).contains("张老师"));
}

#[test]
fn a_renamed_document_keeps_its_history() {
    let base = KnowledgeBase::small();
    base.write("content/terms/old.md", term("某术语", "正文。"));
    built(&base, "2022-12-01");
    base.replace("content/terms/old.md", "正文。", "改过的正文。");
    built(&base, "2022-12-02");
    let text = base.read("content/terms/old.md").replacen("title:", "formerly: [old]\ntitle:", 1);
    base.remove("content/terms/old.md");
    base.write("content/terms/new.md", text);
    let page = built(&base, "2022-12-03");
    assert!(!page.contains("12月3日"), "an address is no content: {page}");
    assert!(day(&page, "2022年12月2日").contains("terms/new.html"), "{page}");
}

#[test]
fn a_bad_record_is_said_and_the_list_starts_anew() {
    let base = KnowledgeBase::small();
    built(&base, "2022-12-01");
    let fresh = base.site();
    base.write("content/terms/new.md", term("新术语", "正文。"));
    built(&base, "2022-12-02");
    let good = base.read(RECORD);
    let half = good.len() / 2;
    let cut: String = good.chars().take(half).collect();
    for (bad, why) in [
        (cut.as_str(), "已损坏"),
        ("", "已损坏"),
        ("[[[[[[[[[[[[[[[[", "已损坏"),
        (&good.replace("新术语", "别的"), "已损坏"),
        (&good.replace("\"format\":1", "\"format\":9"), "另一版本"),
    ] {
        fs::write(base.path(RECORD), bad).unwrap();
        let outcome = base.keben(&["build", "--today", "2022-12-02"]).expect(0);
        assert!(
            outcome.stderr.contains(RECORD.trim_start_matches("public/")) && outcome.stderr.contains(why),
            "{outcome:?}"
        );
        assert!(!base.read(CHANGES).contains("<h3>"), "{why}");
    }
    base.remove("content/terms/new.md");
    fs::remove_dir_all(base.path("public")).unwrap();
    built(&base, "2022-12-01");
    assert_eq!(difference(&fresh, &base.site()), Vec::<String>::new());
}

#[test]
fn twenty_days_are_remembered() {
    let base = KnowledgeBase::small();
    built(&base, "2022-11-01");
    for day in 2..=24 {
        base.write("content/terms/new.md", term("新术语", &format!("第{day}稿。")));
        base.keben(&["build", "--no-search", "--today", &format!("2022-11-{day:02}")]).expect(0);
    }
    let page = base.read(CHANGES);
    assert_eq!(page.matches("<h3>").count(), 20);
    assert!(
        page.contains("11月24日</h2>") && page.contains("11月5日</h2>") && !page.contains("11月4日</h2>")
    );
}

#[test]
fn a_site_may_forbid_keeping_it() {
    let base = KnowledgeBase::small();
    base.build();
    assert!(base.read("public/sw.js").contains("addEventListener('fetch'"));
    base.write("content/site.yaml", base.read("content/site.yaml") + "\noffline: false\n");
    base.build();
    let script = base.read("public/sw.js");
    assert!(script.contains("unregister") && !script.contains("fetch"), "{script}");
    base.write("content/site.yaml", base.read("content/site.yaml").replace("false", "maybe"));
    assert!(base.findings()[0].contains("KB-103"), "{:?}", base.findings());
}

#[test]
fn every_document_in_use_stands_once_under_its_letter() {
    let site = STARTER.site();
    let page = String::from_utf8(site["all/1.html"].clone()).unwrap();
    let count = page.matches("</a> <span class=\"note\">").count();
    assert!(page.contains(&format!("共 {count} 份")), "{count}");
    let documents = crate::site_build::site(STARTER.root());
    let listed = keben::fields::Kind::ALL.into_iter().flat_map(|kind| documents.listed(kind));
    assert_eq!(listed.count(), count);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("id=\"l-b\"") < at("bb-overview.html") && at("bb-overview.html") < at("id=\"l-z\""));
    assert!(at("id=\"l-z\"") < at("readings/zhijiang-xinyu.html"));
}
