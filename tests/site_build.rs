//! The starter of this repository, built: what it holds, that its bytes depend on nothing but its sources, and that
//! every page of it is sound by itself and from any folder.

use crate::html::{self, Page};
use crate::knowledge_base::{KnowledgeBase, Tree, difference, repository, term, tree};
use keben::date::Date;
use keben::document::Status;
use keben::edge::read;
use keben::fields::Kind;
use keben::pipeline::{self, Options};
use keben::portable::{PortableName, PortableSet};
use keben::site::Site;
use keben::source::{Content, SourceFile, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::SystemTime;

/// The starter, built once for the tests that only look at it.
pub static STARTER: LazyLock<KnowledgeBase> = LazyLock::new(|| {
    let base = KnowledgeBase::starter();
    base.build();
    base
});

pub fn options() -> Options {
    Options::new(Date::new(2022, 12, 1).unwrap())
}

pub fn sources(root: &Path) -> Sources {
    pipeline::with_editions(read::read(root, &read::Limits::default()).unwrap())
}

/// The documents as the library knows them.
pub fn site(root: &Path) -> Site {
    pipeline::check(&sources(root), &options(), &|_| {}).site.unwrap()
}

#[test]
fn the_starter_gives_no_error_and_no_warning() {
    let report = STARTER.keben(&["check", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&report["summary"]["errors"], &report["summary"]["warnings"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    STARTER.keben(&["check", "--deny", "warnings"]).expect(0);
}

#[test]
fn the_starter_says_enough_in_full_width() {
    let mut wrong = Vec::new();
    for (_, document) in site(STARTER.root()).documents() {
        let guide = document.meta.text("kind") == Some("guide");
        let least = match document.kind {
            Kind::Course | Kind::Case => 600,
            Kind::Base => 400,
            Kind::Article if guide => 400,
            Kind::Term => 60,
            _ => 0,
        };
        let text: String = document.body.sections.iter().map(|section| section.text.as_str()).collect();
        let length = text.chars().filter(|c| !c.is_whitespace() && *c != '\0').count();
        if length < least {
            wrong.push(format!("{}: {length} characters, at least {least}", document.path));
        }
        let han = |c: Option<&char>| c.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
        let source = STARTER.read(document.path.as_str());
        for line in source.splitn(3, "---\n").nth(2).map(prose).unwrap_or_default().lines() {
            let letters: Vec<char> = line.chars().collect();
            for (at, c) in letters.iter().enumerate().filter(|(_, c)| ",;:!?()".contains(**c)) {
                if at > 0 && han(letters.get(at - 1)) && (*c != '(' || han(letters.get(at + 1))) {
                    wrong.push(format!("{}: half-width {c:?} in {line}", document.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A Markdown body without code.
fn prose(body: &str) -> String {
    let outside = body.split("```").step_by(2).collect::<String>();
    outside.lines().map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect()
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let first = STARTER.site();
    for jobs in ["1", "2", "8"] {
        let base = KnowledgeBase::starter();
        base.keben(&["build", "--jobs", jobs]).expect(0);
        assert_eq!(difference(&first, &base.site()), Vec::<String>::new(), "--jobs {jobs}, another folder");
    }
    let base = KnowledgeBase::starter();
    base.command(&["build", "--out"]).arg(base.path("elsewhere/site")).output().unwrap();
    assert_eq!(difference(&first, &tree(&base.path("elsewhere/site"))), Vec::<String>::new(), "--out");
    let mut command = base.command(&["build"]);
    command.envs([
        ("TZ", "Asia/Tokyo"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("HOME", "/nonexistent"),
    ]);
    command.args(["--lang", "zh"]);
    let mut english = base.command(&["--lang", "en", "build"]);
    for command in [&mut command, &mut english] {
        let _ = fs::remove_dir_all(base.path("public"));
        command.output().unwrap();
    }
    let _ = fs::remove_dir_all(base.path("public"));
    let mut command = crate::knowledge_base::keben(["--lang", "en", "--root"]);
    command.arg(base.root()).arg("build").env("TZ", "Asia/Tokyo").env("LC_ALL", "tr_TR.UTF-8");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!(difference(&first, &base.site()), Vec::<String>::new(), "another language and time zone");
}

/// Every file of a build made in memory.
fn built(files: Vec<SourceFile>) -> Tree {
    let sources = pipeline::with_editions(Sources::new(files));
    let checked = pipeline::check(&sources, &options(), &|_| {});
    assert!(!checked.has_errors());
    let site = checked.site.unwrap();
    let index = pipeline::index(&site, checked.templates.strings(), &Default::default(), &|_| {}).unwrap();
    let mut build = pipeline::build(site.into(), checked.templates, &sources, None, &|_| {});
    build.files.extend(index.files);
    build.files.sort_by(|a, b| a.path.cmp(&b.path));
    let (late, early): (Vec<_>, Vec<_>) =
        build.files.iter().partition(|file| matches!(file.content, Content::Late(_)));
    let bytes = |content: &Content, fingerprint: Option<&str>| match content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Render(page) | Content::Late(page) => build.render(*page, fingerprint).unwrap(),
        Content::CopyOf(path) => path.as_str().as_bytes().to_vec(),
        Content::Image(image) => format!("{image:?}").into_bytes(),
    };
    let mut tree: Tree = early.iter().map(|file| (file.path.clone(), bytes(&file.content, None))).collect();
    let fingerprint = crate::releases::fingerprint(&tree);
    tree.extend(late.iter().map(|file| (file.path.clone(), bytes(&file.content, Some(&fingerprint)))));
    tree
}

#[test]
fn the_order_of_reading_does_not_matter() {
    let files: Vec<_> = sources(STARTER.root()).into_files().collect();
    let first = built(files.clone());
    let mut random = crate::hostile::Random(7);
    for _ in 0..2 {
        let mut shuffled = files.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        assert_eq!(difference(&first, &built(shuffled)), Vec::<String>::new());
    }
    let by_the_writer = |path: &str| {
        ["_keben/SHA256SUMS", "_keben/build.json"].contains(&path) || path.starts_with("_keben/m/")
    };
    let written: Tree = STARTER.site().into_iter().filter(|(path, _)| !by_the_writer(path)).collect();
    assert_eq!(difference(&first, &written), Vec::<String>::new(), "in memory and on disk");
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries
        .map(|entry| (entry.path().display().to_string(), entry.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn a_second_build_writes_nothing() {
    let base = KnowledgeBase::starter();
    base.build();
    let before = times(&base.path("public"));
    let second = base.build();
    assert!(second.stdout.contains("没有变化"), "{second:?}");
    assert!(times(&base.path("public")) == before);
    // Without the memory of the first one, every file is compared and left alone.
    fs::remove_dir_all(base.path(".keben")).unwrap();
    base.build();
    assert!(times(&base.path("public")) == before, "without the cache");
    // Times of sources say nothing.
    base.write("content/site.yaml", base.read("content/site.yaml"));
    base.build();
    assert!(times(&base.path("public")) == before, "a source written again");
}

#[test]
fn an_edit_of_a_paragraph_changes_its_own_page() {
    let base = KnowledgeBase::starter();
    base.build();
    let before = base.site();
    base.replace(
        "content/courses/eco-two-mountains.md",
        "\n---\n",
        "\n---\n\n添上的这一段没有引用任何文档。\n",
    );
    base.build();
    let after = base.site();
    let changed: BTreeSet<&str> = after
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(*bytes))
        .map(|(path, _)| path.as_str())
        // The manifest has a new name with every new content.
        .filter(|path| !path.starts_with("search/") && !path.starts_with("_keben/m/"))
        .collect();
    // Its page, the pages that hold its text (the booklet of its module, the handbook of the class, its own file), the
    // pages that say which site this is and what it changed, and what the site says of itself.
    let expected = [
        "_keben/SHA256SUMS",
        "_keben/build.json",
        "_keben/documents.json",
        "changes.html",
        "courses/eco-two-mountains.html",
        "index.html",
        "print/eco.html",
        "print/main-class-2022-autumn.html",
        "single/course-eco-two-mountains.html",
        "sw.js",
    ];
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), expected);
    assert!(after.keys().all(|path| before.contains_key(path)
        || path.starts_with("search/")
        || path.starts_with("_keben/m/")));
    let shards = |tree: &Tree| tree.keys().filter(|path| path.starts_with("search/s/")).count();
    let kept = after
        .iter()
        .filter(|(path, bytes)| path.starts_with("search/s/") && before.get(*path) == Some(*bytes));
    let kept = kept.count();
    assert!(kept > 0 && kept <= shards(&after), "every shard of the search index changed");
}

#[test]
fn a_failing_build_leaves_the_old_site_whole() {
    let base = KnowledgeBase::starter();
    base.build();
    let before = (base.site(), times(&base.path("public")));
    let whole = base.read("content/courses/bb-overview.md");
    for (path, bytes) in [
        ("content/terms/wrong.md", term("引用错误", "见 [[course/no-such]]。")),
        ("content/terms/wrong.md", "没有元数据".to_owned()),
        ("content/courses/bb-overview.md", whole.replacen("title:", "title：", 1)),
        ("content/site.yaml", "title: [".to_owned()),
        ("theme/templates/home.html", "{{ nothing".to_owned()),
        ("theme/templates/home.html", "{{ chrome.nothing.at.all }}".to_owned()),
    ] {
        let old = fs::read(base.path(path)).ok();
        base.write(path, bytes);
        let failed = base.keben(&["build"]).expect(1);
        assert!(failed.stderr.contains(path), "{path}: {failed:?}");
        assert!(base.site() == before.0 && times(&base.path("public")) == before.1, "{path}");
        match old {
            Some(old) => base.write(path, old),
            None => base.remove(path),
        }
    }
    base.build();
    assert!(base.site() == before.0);
    let left: Vec<String> = fs::read_dir(base.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        left.iter().all(|name| ["content", "theme", "public", ".keben"].contains(&name.as_str())),
        "{left:?}"
    );
}

/// Every page, read strictly.
fn pages(site: &Tree) -> BTreeMap<&str, Page> {
    let mut wrong = Vec::new();
    let mut pages = BTreeMap::new();
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        match html::read(std::str::from_utf8(bytes).unwrap()) {
            Ok(page) => _ = pages.insert(path.as_str(), page),
            Err(error) => wrong.push(format!("{path}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    pages
}

/// What is wrong with the pages of a site as HTML.
pub fn faults_of_pages(site: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, page) in pages(site) {
        let mut ids = BTreeSet::new();
        let (mut level, mut titles) = (0, 0);
        for tag in &page.tags {
            for (name, _) in &tag.attributes {
                if name == "style" || name.starts_with("on") {
                    wrong.push(format!("{path}: <{} {name}=…>", tag.name));
                }
            }
            if let Some(id) = tag.get("id")
                && (id.is_empty() || !ids.insert(id.to_owned()))
            {
                wrong.push(format!("{path}: the id {id:?} twice, or empty"));
            }
            let heading = tag.name.strip_prefix('h').and_then(|digit| digit.parse::<u8>().ok());
            if let Some(heading) = heading.filter(|_| tag.name.len() == 2) {
                titles += usize::from(heading == 1);
                if heading > level + 1 {
                    wrong.push(format!("{path}: h{level} is followed by h{heading}"));
                }
                level = heading;
            }
            if tag.name == "img" && tag.get("alt").is_none() {
                wrong.push(format!("{path}: an image without alt"));
            }
            if ["iframe", "object", "embed", "base"].contains(&tag.name.as_str()) {
                wrong.push(format!("{path}: <{}>", tag.name));
            }
        }
        if titles != 1 {
            wrong.push(format!("{path}: {titles} h1"));
        }
        let html = page.tags.iter().find(|tag| tag.name == "html").and_then(|tag| tag.get("lang"));
        if html.is_none_or(str::is_empty) {
            wrong.push(format!("{path}: no language"));
        }
        if page.text.contains('\0') || page.text.contains('\u{fffd}') {
            wrong.push(format!("{path}: a slot was left open, or a character is broken"));
        }
    }
    wrong
}

/// What is wrong with the links of a site: every one must lead to a file on disk, and to an id of that page.
pub fn faults_of_links(site: &Tree) -> Vec<String> {
    let pages = pages(site);
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, page)| (*path, page.tags.iter().filter_map(|tag| tag.get("id")).collect()))
        .collect();
    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for tag in &page.tags {
            let mut urls: Vec<&str> =
                ["href", "src", "action", "poster", "data"].iter().filter_map(|name| tag.get(name)).collect();
            if tag.get("http-equiv") == Some("refresh") {
                urls.extend(
                    tag.get("content").and_then(|content| content.split_once("url=")).map(|(_, url)| url),
                );
            }
            if tag.get("srcset").is_some() {
                wrong.push(format!("{path}: srcset"));
            }
            for url in urls {
                let mut fault = |what: &str| wrong.push(format!("{path}: <{}> {url:?}: {what}", tag.name));
                let external = tag.name == "a"
                    && tag
                        .get("class")
                        .is_some_and(|class| class.split(' ').any(|class| class == "external"));
                if external {
                    if !url.starts_with("http://")
                        && !url.starts_with("https://")
                        && !url.starts_with("mailto:")
                        && !url.starts_with("tel:")
                    {
                        fault("marked external");
                    }
                    if tag.get("rel").is_none_or(|rel| !rel.split(' ').any(|rel| rel == "noopener")) {
                        fault("no rel=noopener");
                    }
                    continue;
                }
                if url == "data:," && tag.name == "link" {
                    continue;
                }
                let (file, anchor) =
                    url.split_once('#').map_or((url, None), |(file, anchor)| (file, Some(anchor)));
                let file = file.split_once('?').map_or(file, |(file, _)| file);
                if file.starts_with('/') || file.starts_with("http") || file.contains(':') {
                    fault("not relative");
                    continue;
                }
                let Some(target) = resolve(path, file) else {
                    fault("leaves the site");
                    continue;
                };
                if !site.contains_key(&target) {
                    fault("no such file");
                } else if let Some(anchor) = anchor {
                    let anchor = html::decode_url(anchor).unwrap_or_default();
                    if !ids.get(target.as_str()).is_some_and(|ids| ids.contains(anchor.as_str())) {
                        fault("no such anchor");
                    }
                }
            }
        }
    }
    wrong
}

/// The file that a relative URL names, seen from the page `from`.
fn resolve(from: &str, url: &str) -> Option<String> {
    if url.is_empty() {
        return Some(from.to_owned());
    }
    let url = html::decode_url(url)?;
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in url.split('/') {
        match part {
            ".." => _ = parts.pop()?,
            "." | "" => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What is wrong with the names of a site's files.
pub fn faults_of_names(site: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut names = PortableSet::default();
    for path in site.keys() {
        match PortableName::new(path).map(|name| names.insert(name)) {
            Err(fault) => wrong.push(format!("{path}: {fault:?}")),
            Ok(Err(clash)) => wrong.push(format!("{clash:?}")),
            Ok(Ok(())) => {}
        }
        // Stricter than a name must be: what keben itself chooses needs no escapes in a URL and is hidden nowhere.
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) || path.contains(['%', '#', '&']) {
            wrong.push(format!("{path}: not plain ASCII"));
        }
        if path.split('/').any(|part| part.starts_with('.')) {
            wrong.push(format!("{path}: a hidden file or folder"));
        }
    }
    wrong
}

#[test]
fn every_page_is_sound() {
    let faults = faults_of_pages(&STARTER.site());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_link_resolves_on_disk() {
    let site = STARTER.site();
    assert!(site.len() > 150, "{}", site.len());
    let faults = faults_of_links(&site);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_name_works_on_every_system() {
    let faults = faults_of_names(&STARTER.site());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn no_stylesheet_or_script_names_another_place() {
    for (path, bytes) in
        STARTER.site().iter().filter(|(path, _)| path.ends_with(".css") || path.ends_with(".js"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        for word in [
            "http://",
            "https://",
            "url(/",
            "@import",
            "eval(",
            "new Function",
            "innerHTML",
            "document.write",
        ] {
            let known = word.starts_with("http")
                && text.matches(word).count() == text.matches("http://www.w3.org/").count();
            assert!(!text.contains(word) || known, "{path}: {word}");
        }
    }
}

#[test]
fn every_document_has_its_page_and_is_reachable_from_home() {
    let site = STARTER.site();
    let pages = pages(&site);
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut next = vec!["index.html".to_owned()];
    while let Some(path) = next.pop() {
        if !reached.insert(path.clone()) {
            continue;
        }
        let Some(page) = pages.get(path.as_str()) else { continue };
        let hrefs = page.tags.iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.get("href"));
        next.extend(
            hrefs
                .filter_map(|href| resolve(&path, href.split(['#', '?']).next()?))
                .filter(|path| site.contains_key(path)),
        );
    }
    let documents = self::site(STARTER.root());
    for (id, document) in documents.documents() {
        assert_eq!(site.contains_key(&document.url()), documents.has_page(id), "{}", document.url());
        // The page of a retired document answers old links: lists and texts no longer lead to it.
        let apart = !documents.has_page(id) || document.status() == Status::Retired;
        assert!(apart || reached.contains(&document.url()), "{} is not reachable", document.url());
    }
    let retired: BTreeSet<String> = documents
        .documents()
        .filter(|(_, document)| document.status() == Status::Retired)
        .map(|(_, document)| document.url())
        .collect();
    let lost: Vec<&&str> = pages
        .keys()
        .filter(|path| !reached.contains(**path) && **path != "404.html" && !retired.contains(**path))
        .collect();
    assert!(lost.is_empty(), "not reachable from home: {lost:?}");
}

#[test]
fn a_document_page_holds_its_facts_backlinks_and_neighbours() {
    let site = STARTER.site();
    let text = |path: &str| String::from_utf8(site[path].clone()).unwrap();
    let course = text("courses/bb-overview.html");
    for word in
        ["“八八战略”的形成与科学体系", "被谁引用", "下一篇", "返回：", "学时", "干在实处、走在前列", "目录"]
    {
        assert!(course.contains(word), "{word}");
    }
    assert!(text("courses/bb-practice-today.html").contains("上一篇"));
    let reading = text("readings/zhijiang-xinyu.html");
    assert!(reading.contains("被谁引用") && reading.contains("../courses/bb-overview.html"));
    let module = text("modules/bb.html");
    assert!(module.contains("../courses/bb-overview.html"));
    let home = text("index.html");
    for word in ["1+1+6+X", "必读书目", "习近平谈治国理政", "modules/xi.html", "search.html"] {
        assert!(home.contains(word), "{word}");
    }
}

#[test]
fn old_ids_redirect_and_retired_documents_leave_a_tombstone() {
    let base = KnowledgeBase::small();
    base.replace(
        "content/cases/yucun-transition.md",
        "status: published",
        "status: published\nformerly: [yucun-old, yucun-older]",
    );
    base.write(
        "content/terms/gone.md",
        term("退出的术语", "这一段正文不再公开：金丝雀一号。").replace(
            "status: published",
            "status: retired\nexit: {date: 2022-10-01, reason: 内容已经过时, replaced_by: kept}",
        ),
    );
    base.write("content/terms/kept.md", term("留下的术语", "仍在使用。"));
    base.build();
    let site = base.site();
    let text = |path: &str| {
        String::from_utf8(site.get(path).unwrap_or_else(|| panic!("no {path}")).clone()).unwrap()
    };
    for old in ["cases/yucun-old.html", "cases/yucun-older.html"] {
        assert!(
            text(old).contains("url=../cases/yucun-transition.html")
                || text(old).contains("url=yucun-transition.html"),
            "{}",
            text(old)
        );
    }
    let tombstone = text("terms/gone.html");
    assert!(
        tombstone.contains("内容已经过时")
            && tombstone.contains("kept.html")
            && !tombstone.contains("金丝雀一号")
    );
    assert!(!text("terms/index.html").contains("gone.html"), "a retired document is not listed");
    for (path, bytes) in &site {
        let shown = String::from_utf8_lossy(bytes);
        assert!(!shown.contains("金丝雀一号"), "{path} holds the body of a retired document");
    }
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
    assert_eq!(faults_of_pages(&site), Vec::<String>::new());
    let found = base.keben(&["search", "金丝雀一号", "--format", "json"]).expect(0).json();
    assert!(
        found["hits"]
            .as_array()
            .unwrap()
            .iter()
            .all(|hit| hit["id"] != "term/gone" || found["loose"] == true),
        "{found}"
    );
}

#[test]
fn drafts_and_internal_material_stay_out() {
    let base = KnowledgeBase::small();
    let mut hidden = Vec::new();
    for (id, status, release) in [
        ("a-draft", "draft", "public"),
        ("a-review", "review", "public"),
        ("an-internal", "published", "internal"),
        ("a-restricted", "published", "restricted"),
    ] {
        let text = term(&format!("标题金丝雀{id}"), &format!("正文金丝雀{id}。"));
        let text = text.replace("status: published", &format!("status: {status}\nrelease: {release}"));
        base.write(&format!("content/terms/{id}.md"), text);
        hidden.push(id);
    }
    base.write(
        "content/terms/with-file/index.md",
        term("带附件的内部术语", "见[附件](secret.txt)。")
            .replace("status: published", "status: published\nrelease: internal"),
    );
    base.write("content/terms/with-file/secret.txt", "附件金丝雀");
    // Another internal document may name internal material, but not be seen either.
    base.write(
        "content/terms/names-one.md",
        term("引用内部材料的术语", "见 [[term/an-internal]]。")
            .replace("status: published", "status: published\nrelease: internal"),
    );
    let shown = |arguments: &[&str]| {
        base.keben(arguments).expect(0);
        let all: Vec<String> = base
            .site()
            .iter()
            .map(|(path, bytes)| format!("{path} {}", String::from_utf8_lossy(bytes)))
            .collect();
        ["a-draft", "a-review", "an-internal", "a-restricted", "附件金丝雀", "names-one"]
            .into_iter()
            .filter(|id| all.iter().any(|text| text.contains(*id)))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&["build"]), Vec::<&str>::new());
    for id in &hidden {
        let found = base.keben(&["search", &format!("标题金丝雀{id}"), "--format", "json"]).expect(0).json();
        assert!(!found.to_string().contains(&format!("term/{id}")), "{found}");
    }
    assert_eq!(shown(&["build", "--drafts"]), ["a-draft", "a-review"]);
    assert_eq!(shown(&["build", "--release", "internal"]), ["an-internal", "附件金丝雀", "names-one"]);
    assert_eq!(
        shown(&["build", "--release", "restricted"]),
        ["an-internal", "a-restricted", "附件金丝雀", "names-one"]
    );
    assert_eq!(shown(&["build"]), Vec::<&str>::new(), "what was shown before is removed");
}

#[test]
fn attachments_are_copied_under_portable_names() {
    let base = KnowledgeBase::small();
    let title = "带附件的术语";
    base.write(
        "content/terms/with-files/index.md",
        term(title, "见[讲义 一](讲义%20一.pdf)与![示意图](图.png)。"),
    );
    base.write("content/terms/with-files/讲义 一.pdf", b"%PDF-1.4 \x00\xff");
    base.write("content/terms/with-files/图.png", b"\x89PNG\r\n");
    base.write("content/terms/with-files/草稿笔记.txt", "没有人引用这个文件");
    base.build();
    let site = base.site();
    let copies: Vec<&String> = site.keys().filter(|path| path.starts_with("terms/with-files/")).collect();
    assert!(copies.len() >= 2, "{copies:?}");
    assert!(
        site.values().any(|bytes| bytes == b"%PDF-1.4 \x00\xff")
            && site.values().any(|bytes| bytes == b"\x89PNG\r\n")
    );
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
    assert_eq!(faults_of_names(&site), Vec::<String>::new());
}

#[test]
fn long_lists_are_cut_into_pages() {
    let base = KnowledgeBase::small();
    for n in 0..250 {
        base.write(&format!("content/terms/many-{n}.md"), term(&format!("第{n}个术语"), "短文。"));
    }
    base.build();
    let site = base.site();
    for page in ["terms/index.html", "terms/page-2.html", "terms/page-3.html"] {
        assert!(site.contains_key(page), "{page}");
    }
    assert!(!site.contains_key("terms/page-4.html"));
    let documents: BTreeSet<String> = ["terms/index.html", "terms/page-2.html", "terms/page-3.html"]
        .iter()
        .flat_map(|path| {
            let page = html::read(std::str::from_utf8(&site[*path]).unwrap()).unwrap();
            page.tags.into_iter().filter_map(|tag| tag.get("href").map(str::to_owned)).collect::<Vec<_>>()
        })
        .filter(|href| href.contains("many-"))
        .collect();
    assert_eq!(documents.len(), 250);
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
}

#[test]
fn a_full_module_has_a_list_of_its_own() {
    let base = KnowledgeBase::small();
    let course = base.read("content/courses/bb-overview.md");
    for n in 0..12 {
        let titled = course.replacen("概论", &format!("概论第{n}讲"), 1);
        base.write(&format!("content/courses/bb-{n}.md"), titled);
    }
    base.build();
    let site = base.site();
    assert!(site.contains_key("facets/module/bb.html") && !site.contains_key("facets/module/xi.html"));
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
}

#[test]
fn a_site_without_search_still_holds_together() {
    let base = KnowledgeBase::small();
    base.keben(&["build", "--no-search"]).expect(0);
    let site = base.site();
    assert!(!site.keys().any(|path| path.starts_with("search/")));
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
    let refused = base.keben(&["search", "八八"]).expect(2);
    assert!(refused.stderr.contains("keben build"), "{refused:?}");
    base.keben(&["build"]).expect(0);
    base.keben(&["search", "八八"]).expect(0);
}

#[test]
fn the_manifest_lists_every_file() {
    use sha2::{Digest, Sha256};
    let site = STARTER.site();
    let sums = String::from_utf8(site["_keben/SHA256SUMS"].clone()).unwrap();
    let listed: BTreeMap<&str, &str> =
        sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, path)| (path, sum)).collect();
    for (path, bytes) in site.iter().filter(|(path, _)| !path.starts_with("_keben/")) {
        let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(listed.get(path.as_str()), Some(&sum.as_str()), "{path}");
    }
    assert_eq!(listed.len(), site.keys().filter(|path| !path.starts_with("_keben/")).count());
    assert!(repository().join("theme/templates").is_dir());
}

#[test]
fn a_site_that_knows_where_it_lives_names_its_pages_there() {
    let base = KnowledgeBase::small();
    base.build();
    assert!(!base.site().values().any(|bytes| String::from_utf8_lossy(bytes).contains("rel=\"canonical\"")));
    base.write("content/site.yaml", base.read("content/site.yaml") + "\nbase_url: https://example.org/kb\n");
    base.build();
    let page = |base: &KnowledgeBase| base.read("public/404.html") + &base.read("public/courses/index.html");
    assert!(
        page(&base).contains("<link rel=\"canonical\" href=\"https://example.org/kb/courses/index.html\">")
    );
    base.keben(&["build", "--base-url", "http://school.example/"]).expect(0);
    assert!(
        page(&base).contains("<link rel=\"canonical\" href=\"http://school.example/courses/index.html\">")
    );
    base.keben(&["build", "--base-url", "javascript:alert(1)"]).expect(2);
}

#[test]
fn a_site_may_allow_larger_documents() {
    let base = KnowledgeBase::small();
    base.write("content/terms/long.md", term("长文", &"长文。".repeat(600_000)));
    let refused = base.findings();
    assert!(refused[0].starts_with("content/terms/long.md:1:1: E KB-006"), "{refused:?}");
    base.write("content/site.yaml", base.read("content/site.yaml") + "\nlimits: {markdown_kib: 8192}\n");
    base.keben(&["check", "--format", "short"]).expect(0);
}
