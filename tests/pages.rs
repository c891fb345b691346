//! What the pages of a site show beyond their documents: indexes, terms in texts, ledgers, related documents, and that every
//! value of a vocabulary is near the front page.

use crate::html;
use crate::knowledge_base::{KnowledgeBase, PUBLISHED, Tree, difference, term};
use crate::site_build::{STARTER, faults_of_links, site};
use keben::fields::{Kind, Shape, fields_of};
use keben::taxonomy::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

fn page(site: &Tree, path: &str) -> String {
    String::from_utf8(site.get(path).unwrap_or_else(|| panic!("no {path}")).clone()).unwrap()
}

/// Between a heading with this id and the next.
fn section<'p>(page: &'p str, id: &str) -> &'p str {
    let start = page.find(&format!("<h2 id=\"{id}\">")).unwrap_or_else(|| panic!("no section {id}"));
    let rest = &page[start + 4..];
    &rest[..rest.find("<h2").or_else(|| rest.find("<nav")).unwrap_or(rest.len())]
}

/// The links that the glossary wrote: file name of the term, words.
fn marks(page: &str) -> Vec<(String, String)> {
    let starts = page.split("<a class=\"term\" href=\"../terms/").skip(1);
    starts
        .map(|rest| {
            let (file, rest) = rest.split_once(".html\"").unwrap();
            let words = rest.split_once('>').unwrap().1.split_once("</a>").unwrap().0;
            (file.to_owned(), words.to_owned())
        })
        .collect()
}

fn article(title: &str, body: &str) -> String {
    format!("---\ntitle: {title}\nstatus: published\nkind: page\n{PUBLISHED}---\n\n{body}\n")
}

/// A term with other names.
fn named(title: &str, aliases: &str) -> String {
    term(title, "用于检验。").replacen("gloss:", &format!("aliases: [{aliases}]\ngloss:"), 1)
}

#[test]
fn the_first_use_of_a_term_leads_to_it() {
    let base = KnowledgeBase::starter();
    base.write("content/terms/t-a.md", term("甲乙丙制度", "它和甲乙丙制度改革不是一回事。"));
    base.write("content/terms/t-b.md", term("甲乙丙制度改革", "用于检验。"));
    base.write("content/terms/t-c.md", named("丁戊己", "DWJ, 丁戊己工作法"));
    let body = "## 甲乙丙制度在标题里\n\n\
        先说甲乙丙制度改革，再说`丁戊己`，又说[丁戊己](../terms/liang-shan.md)，读《丁戊己研究》，然后是 XDWJ 和 DWJ。\n\n\
        | 甲乙丙制度 | 乙 |\n| --- | --- |\n| 说甲乙丙制度，再说甲乙丙制度 | 丁戊己工作法 |\n";
    base.write("content/articles/uses.md", article("用词检验", body));
    base.build();
    let uses = page(&base.site(), "articles/uses.html");
    let expected = [("t-b", "甲乙丙制度改革"), ("t-c", "DWJ"), ("t-a", "甲乙丙制度")];
    assert_eq!(marks(&uses), expected.map(|(file, words)| (file.to_owned(), words.to_owned())));
    assert!(uses.contains("title=\"甲乙丙制度改革的释义。\">甲乙丙制度改革</a>"), "{uses}");
    html::read(&uses).unwrap();
    // Its own page marks the other term and not itself.
    let own = page(&base.site(), "terms/t-a.html");
    assert_eq!(marks(&own), [("t-b".to_owned(), "甲乙丙制度改革".to_owned())]);
}

#[test]
fn a_link_of_the_author_is_enough() {
    let base = KnowledgeBase::starter();
    base.write("content/terms/t-a.md", term("甲乙丙制度", "用于检验。"));
    base.write("content/articles/uses.md", article("用词检验", "说甲乙丙制度，见[[term/t-a]]。"));
    base.build();
    assert_eq!(marks(&page(&base.site(), "articles/uses.html")), []);
}

#[test]
fn hostile_names_break_no_page() {
    let base = KnowledgeBase::starter();
    for (id, title) in [
        ("n-amp", "amp"),
        ("n-lt", "lt"),
        ("n-href", "href"),
        ("n-class", "class"),
        ("n-u0", "u0"),
        ("n-html", "'R&D <b> \"x\"'"),
        ("n-one", "中"),
        ("n-quot", "quot"),
    ] {
        let text = term("题", "用于检验。").replacen("title: 题", &format!("title: {title}"), 1);
        base.write(&format!("content/terms/{id}.md"), text);
    }
    let body = "甲 & 乙 < 丙 > 丁 \"戊\"，[链接](https://example.com/?href=1&class=2 \"class\")，\
        见[[course/bb-overview]]，中国，R&D &lt;b> \"x\"，**class** 一词。";
    base.write("content/articles/uses.md", article("用词检验", body));
    base.build();
    for (path, bytes) in base.site().iter().filter(|(path, _)| path.ends_with(".html")) {
        html::read(std::str::from_utf8(bytes).unwrap()).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
    }
    let uses = page(&base.site(), "articles/uses.html");
    let names: BTreeSet<String> = marks(&uses).into_iter().map(|(file, _)| file).collect();
    assert!(names.contains("n-class") && !names.contains("n-amp") && !names.contains("n-lt"), "{names:?}");
    assert!(names.contains("n-html"), "{names:?} {uses}");
    assert!(!names.contains("n-one") && !names.contains("n-u0") && !names.contains("n-href"), "{names:?}");
}

#[test]
fn a_page_marks_a_dozen_terms_and_no_more() {
    let base = KnowledgeBase::starter();
    let names: Vec<String> = (0..40).map(|n| format!("检验术语第{n:02}号")).collect();
    for (n, name) in names.iter().enumerate() {
        base.write(&format!("content/terms/many-{n}.md"), term(name, "用于检验。"));
    }
    base.write("content/articles/uses.md", article("用词检验", &names.join("，")));
    base.build();
    let marked = marks(&page(&base.site(), "articles/uses.html"));
    assert_eq!(marked.len(), 12);
    assert_eq!(marked[11].1, names[11]);
}

#[test]
fn a_new_paragraph_changes_no_other_page() {
    let base = KnowledgeBase::starter();
    base.keben(&["build", "--no-search"]).expect(0);
    let before = base.site();
    let path = "content/courses/eco-two-mountains.md";
    base.write(path, base.read(path) + "\n结束时再说一次枫桥经验和红船精神。\n");
    base.keben(&["build", "--no-search"]).expect(0);
    let changed = difference(&before, &base.site());
    let pages: Vec<&String> = changed.iter().filter(|line| line.ends_with(".html")).collect();
    // Front page and changes say what a build changed; booklet, handbook and single file hold the text as well.
    let expected = [
        "changes.html",
        "courses/eco-two-mountains.html",
        "index.html",
        "print/eco.html",
        "print/main-class-2022-autumn.html",
        "single/course-eco-two-mountains.html",
    ];
    assert_eq!(pages, expected.map(|path| format!("other bytes: {path}")).iter().collect::<Vec<_>>());
}

/// How many bases of the starter lie in a city, by the first four digits of its code.
fn bases_in(city: &str) -> usize {
    let site = site(STARTER.root());
    let regions = site.listed(Kind::Base).filter_map(|(_, base)| base.meta.text("region"));
    regions.filter(|region| region.starts_with(city)).count()
}

#[test]
fn bases_stand_in_the_edition_s_squares() {
    let index = page(&STARTER.site(), "bases/index.html");
    let (grid, table) = index.split_once("</table>").unwrap();
    let cities = [
        "杭州市",
        "宁波市",
        "温州市",
        "嘉兴市",
        "湖州市",
        "绍兴市",
        "金华市",
        "衢州市",
        "舟山市",
        "台州市",
        "丽水市",
    ];
    assert!(cities.iter().all(|city| grid.contains(city)), "{grid}");
    assert!(grid.contains("位置示意，不代表行政区划界线"));
    let of_city = format!("<a href=\"../facets/region/330500.html\">湖州市<b>{}</b></a>", bases_in("3305"));
    assert!(grid.contains(&of_city), "{grid}");
    assert!(table.contains("yucun-base.html") && table.contains("<td>湖州市</td><td>省</td>"), "{table}");

    let base = KnowledgeBase::starter();
    for (_, document) in site(base.root()).of_kind(Kind::Base) {
        let text = base.read(document.path.as_str());
        base.write(document.path.as_str(), text.replace("region: '3309", "region: '330200' # "));
    }
    base.build();
    let index = page(&base.site(), "bases/index.html");
    assert!(index.contains("<span>舟山市<b>无</b></span>"), "{index}");

    let edition = "content/taxonomy/zj-2018-2022.yaml";
    let without: String = base
        .read(edition)
        .lines()
        .map(|line| match line.split_once(", tile: [") {
            Some((before, after)) => format!("{before}{}\n", after.split_once(']').unwrap().1),
            None => format!("{line}\n"),
        })
        .collect();
    base.write(edition, without);
    base.build();
    let index = page(&base.site(), "bases/index.html");
    assert!(!index.contains("class=\"tiles\"") && index.contains("yucun-base.html"), "{index}");
}

#[test]
fn squares_are_checked() {
    let edition = "content/taxonomy/zj-2018-2022.yaml";
    for (from, to, message) in [
        ("tile: [2, 2]", "tile: [4, 2]", "的 tile 是同一格"),
        ("tile: [2, 2]", "tile: [0, 2]", "的 tile 要写成 [列, 行]"),
        ("tile: [2, 2]", "tile: 2", "的 tile 要写成 [列, 行]"),
        ("{id: province, label: 省,", "{id: province, label: 省, tile: [1, 1],", "只用于地区"),
    ] {
        let base = KnowledgeBase::starter();
        base.replace(edition, from, to);
        let found = base.findings();
        let told = found.iter().filter(|line| line.contains("KB-207")).collect::<Vec<_>>();
        assert!(told.len() == 1 && told[0].contains(message), "{to}: {found:?}");
    }
}

#[test]
fn two_thousand_bases_stand_on_pages() {
    let base = KnowledgeBase::starter();
    let one = base.read("content/bases/yucun-base.md");
    for n in 0..250 {
        base.write(&format!("content/bases/many-{n}.md"), one.replacen("安吉余村", &format!("第{n}处"), 1));
    }
    base.keben(&["build", "--no-search"]).expect(0);
    let site = base.site();
    let first = page(&site, "bases/index.html");
    assert_eq!(first.matches("<tr><th scope=\"row\"").count(), 100);
    let of_city = format!("湖州市<b>{}</b>", 250 + bases_in("3305"));
    assert!(first.contains(&of_city) && first.contains("page-2.html"));
    assert!(page(&site, "bases/page-3.html").contains("<ul class=\"list\">"));
}

#[test]
fn terms_stand_by_their_first_letter() {
    let index = page(&STARTER.site(), "terms/index.html");
    let letters: Vec<&str> = index
        .split("<section><h2 id=\"g-")
        .skip(1)
        .map(|rest| rest.split_once('>').unwrap().1.split_once('<').unwrap().0)
        .collect();
    let mut sorted = letters.clone();
    sorted.sort_by_key(|letter| (*letter == "#", *letter));
    assert!(letters.len() > 5, "{letters:?}");
    assert_eq!(letters, sorted);
    let ids: BTreeSet<&str> =
        index.split(" id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    for jump in index.split("href=\"../terms/index.html#").skip(1) {
        assert!(ids.contains(jump.split_once('"').unwrap().0), "{jump:.20}");
    }
    assert!(index.contains("进一步发挥八个方面的优势"), "a gloss beside each");
}

#[test]
fn institutions_and_teachers_stand_in_groups() {
    let index = page(&STARTER.site(), "institutions/index.html");
    assert!(index.contains(">省 · 党校（行政学院）</h2>"), "{index}");
    let school = page(&STARTER.site(), "institutions/zj-party-school.html");
    let holds = section(&school, "holds");
    assert!(holds.contains("main-class-2022-autumn.html") && holds.contains("<details><summary>"), "{holds}");

    let base = KnowledgeBase::starter();
    base.replace("content/teachers/lecturer-academic.md", "consent: true", "consent: false");
    base.build();
    let site = base.site();
    let index = page(&site, "teachers/index.html");
    assert!(index.contains(">亲历者</h2>") && index.contains("bb-overview.html"), "{index}");
    // Who has not consented is in no list.
    assert!(!index.contains("理论教学专职教师") && !site.contains_key("teachers/lecturer-academic.html"));
}

#[test]
fn cases_fold_their_questions_and_name_their_courses() {
    let case = page(&STARTER.site(), "cases/yucun-transition.html");
    let questions = section(&case, "questions");
    assert!(
        questions.contains("<details class=\"ff\"><summary>展开 4 道思考题</summary><ol>"),
        "{questions}"
    );
    assert!(section(&case, "courses").contains("eco-two-mountains.html"));
}

#[test]
fn chapters_and_courses_make_a_ledger() {
    let base = KnowledgeBase::starter();
    let toc = "toc:\n  - {n: 1, title: 第一讲}\n  - {n: 2, title: 第二讲}\n";
    base.replace(
        "content/readings/thirty-lectures.md",
        "work: thirty-lectures\n",
        &format!("work: thirty-lectures\n{toc}"),
    );
    base.keben(&["build", "--no-search"]).expect(0);
    let plain = page(&base.site(), "readings/thirty-lectures.html");
    assert!(section(&plain, "toc").contains("尚无课程引用具体篇目"), "{plain}");
    let course = "content/courses/xi-thought-intro.md";
    let text = base.read(course);
    let from = text.lines().find(|line| line.contains("work: thirty-lectures")).unwrap().to_owned();
    base.replace(
        course,
        &from,
        &from.replace("work: thirty-lectures", "work: thirty-lectures, chapters: [2]"),
    );
    base.keben(&["build", "--no-search"]).expect(0);
    for path in ["readings/thirty-lectures.html", "required.html"] {
        let page = page(&base.site(), path);
        assert!(page.contains("<th scope=\"row\" class=\"wide\">1. 第一讲</th><td class=\"wide\"><span class=\"none\">尚无引用"), "{path}: {page}");
        let row = page.split_once("2. 第二讲</th>").unwrap().1.split_once("</tr>").unwrap().0;
        assert!(row.contains("courses/xi-thought-intro.html"), "{path}: {row}");
    }
}

#[test]
fn a_module_says_what_it_lacks_and_in_which_order_to_read() {
    let base = KnowledgeBase::starter();
    // What a course builds on comes first, whatever the ids say.
    let path = "content/courses/eco-green-villages.md";
    if !base.read(path).contains("prerequisites:") {
        base.replace(path, "\nhours:", "\nprerequisites: [eco-two-mountains]\nhours:");
    }
    // Nobody teaches professionals there.
    for (_, course) in site(base.root()).of_kind(Kind::Course) {
        let text = base.read(course.path.as_str());
        if course.meta.text("module") == Some("eco") {
            let audience = text.lines().find(|line| line.starts_with("audience: ")).unwrap();
            let without = audience.replace(", professionals", "").replace("professionals, ", "");
            base.write(course.path.as_str(), text.replacen(audience, &without, 1));
        }
    }
    base.build();
    let module = page(&base.site(), "modules/eco.html");
    let order =
        module.split_once("<ol class=\"list num\" id=\"order\">").unwrap().1.split_once("</ol>").unwrap().0;
    let at = |id: &str| order.find(id).unwrap();
    assert!(at("eco-two-mountains") < at("eco-green-villages"), "{order}");
    assert!(module.contains("还没有面向这些对象的课程：") && module.contains("专业技术人员"), "{module}");
}

#[test]
fn related_documents_are_new_to_the_page() {
    let site = STARTER.site();
    let mut seen = 0;
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        if !page.contains("<h2 id=\"related\">") {
            continue;
        }
        seen += 1;
        let related = section(page, "related");
        let links: Vec<&str> =
            related.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
        assert!((1..=6).contains(&links.len()), "{path}: {links:?}");
        let rest = page.replace(related, "");
        // Terms in running text are marked by themselves.
        for link in links.iter().filter(|link| !link.contains("/terms/")) {
            assert!(!rest.contains(&format!("href=\"{link}\"")), "{path}: {link} stands elsewhere");
            assert!(!path.ends_with(link.trim_start_matches("../")), "{path} leads to itself");
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn two_hundred_backlinks_are_folded() {
    let base = KnowledgeBase::starter();
    for n in 0..230 {
        base.write(
            &format!("content/articles/back-{n:03}.md"),
            article(&format!("回链第{n}篇"), "见[[course/bb-overview]]。"),
        );
    }
    base.keben(&["build", "--no-search"]).expect(0);
    let course = page(&base.site(), "courses/bb-overview.html");
    let links = section(&course, "backlinks");
    let (open, folded) = links.split_once("<dt>文章</dt>").unwrap().1.split_once("<details>").unwrap();
    let article = |text: &str| text.matches("/articles/").count();
    assert_eq!(article(open), 12);
    assert_eq!(article(folded.split_once("</details>").unwrap().0), 188);
    assert!(folded.contains("等 ") && folded.contains(" 项"), "{folded}");
}

#[test]
fn a_course_without_a_body_and_with_a_long_title_has_a_page() {
    let base = KnowledgeBase::starter();
    let path = "content/courses/bb-overview.md";
    let text = base.read(path);
    let head = text.split("---\n").nth(1).unwrap();
    let title = head.lines().find(|line| line.starts_with("title:")).unwrap();
    let long = "很长的题目".repeat(12);
    base.write(path, format!("---\n{}---\n", head.replacen(title, &format!("title: {long}"), 1)));
    base.keben(&["build", "--no-search"]).expect(0);
    let course = page(&base.site(), "courses/bb-overview.html");
    html::read(&course).unwrap();
    assert!(course.contains(&format!("<h1>{long}</h1>")) && course.contains("id=\"strip\""));
}

/// Every value that a document carries, by the page that lists it.
#[test]
fn every_value_in_use_is_three_clicks_from_the_front_page() {
    let tree = STARTER.site();
    let mut near: BTreeMap<String, usize> = BTreeMap::from([("index.html".to_owned(), 0)]);
    let mut edge = vec!["index.html".to_owned()];
    for clicks in 1..=3 {
        let mut next = Vec::new();
        for from in edge {
            let page = html::read(&page(&tree, &from)).unwrap();
            for tag in page.tags.iter().filter(|tag| tag.name == "a") {
                let Some(href) = tag.get("href").and_then(|href| href.split(['#', '?']).next()) else {
                    continue;
                };
                if href.is_empty() || href.contains(':') {
                    continue;
                }
                let mut parts: Vec<&str> = from.split('/').collect();
                parts.pop();
                for part in href.split('/') {
                    if part == ".." {
                        parts.pop();
                    } else {
                        parts.push(part);
                    }
                }
                let path = parts.join("/");
                if path.ends_with(".html") && !near.contains_key(&path) {
                    near.insert(path.clone(), clicks);
                    next.push(path);
                }
            }
        }
        edge = next;
    }
    let site = site(STARTER.root());
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for (id, document) in site.documents().filter(|(id, _)| site.has_page(*id)) {
        assert!(site.is_shown(id));
        for field in fields_of(document.kind) {
            let vocabulary = match field.shape {
                Shape::Term(vocabulary) => vocabulary,
                Shape::List { of: Shape::Term(vocabulary), .. } => *vocabulary,
                _ => continue,
            };
            let one = document.meta.text(field.name).into_iter();
            for value in one.chain(document.meta.texts(field.name)) {
                let folder = match vocabulary {
                    Vocabulary::Modules => format!("modules/{value}.html"),
                    Vocabulary::RequiredReadings => "required.html".to_owned(),
                    _ => {
                        let name = match vocabulary {
                            Vocabulary::XTopics => "x-topic",
                            Vocabulary::Areas => "area",
                            Vocabulary::Topics => "topic",
                            Vocabulary::Audiences => "audience",
                            Vocabulary::Methods => "method",
                            Vocabulary::Ranks => "rank",
                            Vocabulary::InstitutionKinds => "institution-kind",
                            Vocabulary::Levels => "level",
                            Vocabulary::BaseThemes => "theme",
                            Vocabulary::Advantages => "advantage",
                            Vocabulary::Series => "series",
                            Vocabulary::Regions => "region",
                            other => panic!("{other:?} has no list"),
                        };
                        format!("facets/{name}/{value}.html")
                    }
                };
                seen += 1;
                if !near.contains_key(&folder) {
                    wrong.insert(folder);
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(site.of_kind(Kind::Course).count() > 20);
}

#[test]
fn the_only_document_of_a_kind_may_leave() {
    let base = KnowledgeBase::small();
    let retired = "status: retired\nexit: {date: 2022-10-01, reason: 内容已经过时}";
    let gone = term("退出的术语", "这一段正文不再公开。").replace("status: published", retired);
    base.write("content/terms/gone.md", gone);
    base.build();
    let site = base.site();
    assert!(site.contains_key("terms/gone.html") && !site.contains_key("terms/index.html"));
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
}
