//! Paper: booklets, handbooks, single files and the codes that lead from paper to the page.

use crate::html::{self, Page};
use crate::knowledge_base::{KnowledgeBase, Tree, term};
use crate::site_build::{self, STARTER, faults_of_links, faults_of_pages};
use keben::fields::Kind;
use sha2::{Digest, Sha256};

const BASE: &str = "https://example.org/kb/";

fn text<'t>(site: &'t Tree, path: &str) -> &'t str {
    std::str::from_utf8(site.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

fn page(site: &Tree, path: &str) -> Page {
    html::read(text(site, path)).unwrap_or_else(|wrong| panic!("{path}: {wrong}"))
}

fn links(page: &Page) -> Vec<&str> {
    page.tags.iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.get("href")).collect()
}

/// The first of two courses that speak of each other, with notes of the same name.
fn two_courses() -> KnowledgeBase {
    let base = KnowledgeBase::small();
    let first = base.read("content/courses/bb-overview.md");
    let body = "\n## 要点 {#points}\n\n见[[course/bb-second#points]]和[[course/party-constitution]]，注[^1]。\n\n[^1]: 一条注释。\n\n### 小节\n\n回到[要点](#points)。\n";
    base.write("content/courses/bb-overview.md", first.clone() + body);
    let second = first.replacen("概论", "概论再讲", 1);
    base.write("content/courses/bb-second.md", second + &body.replace("bb-second", "bb-overview"));
    base
}

#[test]
fn every_module_class_and_course_of_the_starter_has_its_paper() {
    let site = STARTER.site();
    for module in ["xi", "bb", "econ", "pol", "cul", "soc", "eco", "party", "x"] {
        let path = format!("print/{module}.html");
        assert!(
            links(&page(&site, &format!("modules/{module}.html"))).contains(&format!("../{path}").as_str())
        );
        let booklet = page(&site, &path);
        for course in site.keys().filter(|path| path.starts_with("courses/") && path.ends_with(".html")) {
            let own = text(&site, course).contains(&format!("href=\"../modules/{module}.html\">"));
            let id = course.trim_start_matches("courses/").trim_end_matches(".html");
            let held = booklet.tags.iter().any(|tag| tag.get("id") == Some(&format!("course_{id}")));
            assert!(!held || own, "{course} in {path}");
        }
    }
    let class = page(&site, "programmes/main-class-2022-autumn.html");
    assert!(links(&class).contains(&"../print/main-class-2022-autumn.html"));
    let handbook = page(&site, "print/main-class-2022-autumn.html");
    for id in ["sessions", "indicators", "courses", "teachers", "bases", "works", "terms"] {
        assert!(handbook.tags.iter().any(|tag| tag.get("id") == Some(id)), "{id}");
    }
    // A retired course is not taught any more, so nobody takes it along.
    for (_, course) in site_build::site(STARTER.root()).listed(Kind::Course) {
        let single = format!("single/course-{}.html", course.id);
        assert!(site.contains_key(&single), "{single}");
    }
}

#[test]
fn a_booklet_keeps_the_links_between_its_texts_and_their_notes_apart() {
    let base = two_courses();
    base.build();
    let site = base.site();
    assert_eq!(faults_of_pages(&site), Vec::<String>::new());
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
    let booklet = page(&site, "print/bb.html");
    let links = links(&booklet);
    for link in [
        "#course_bb-second",
        "#course_bb-second_h-points",
        "#course_bb-overview_h-points",
        "#course_bb-overview_fn-1",
        "#course_bb-second_fnref-1",
        "../courses/party-constitution.html",
    ] {
        assert!(links.contains(&link), "{link}: {links:?}");
    }
    let level =
        |id: &str| booklet.tags.iter().find(|tag| tag.get("id") == Some(id)).map(|tag| tag.name.as_str());
    assert_eq!(
        (level("courses"), level("course_bb-second"), level("course_bb-second_h-points")),
        (Some("h2"), Some("h3"), Some("h4"))
    );
}

#[test]
fn a_booklet_is_bounded_and_says_what_it_leaves_out() {
    let base = KnowledgeBase::small();
    let course = base.read("content/courses/bb-overview.md");
    for n in 0..12 {
        let titled = course.replacen("概论", &format!("概论第{n}讲"), 1);
        // 12 times 150 KB, where there is room for one MiB.
        base.write(&format!("content/courses/bb-{n:02}.md"), titled + &"\n一段课文。\n".repeat(6_000));
    }
    base.write("content/courses/bb-99.md", course + &"\n很长的课文。\n".repeat(20_000));
    base.build();
    let site = base.site();
    let booklet = text(&site, "print/bb.html");
    assert!(booklet.len() < 1_400_000, "{}", booklet.len());
    assert!(booklet.len() > 600_000, "{}", booklet.len());
    let held = booklet.matches("class=\"chapter body\"").count();
    assert!(booklet.contains(&format!("还有 {} 篇没有排入读本", 14 - held)), "{held}");
    assert!(links(&page(&site, "print/bb.html")).contains(&"../courses/bb-99.html"));
    let said = base.keben(&["check", "--format", "short", "--only", "KB-902"]).expect(0);
    assert!(!said.stdout.contains("print/"), "{said:?}");
}

#[test]
fn a_class_may_bear_the_name_of_a_module() {
    let base = KnowledgeBase::small();
    let class = base.read("content/programmes/main-class.md");
    base.write("content/programmes/bb.md", class);
    base.build();
    let site = base.site();
    assert!(site.contains_key("print/bb.html") && site.contains_key("print/programme-bb.html"));
    assert!(text(&site, "programmes/bb.html").contains("../print/programme-bb.html"));
    assert_eq!(faults_of_links(&site), Vec::<String>::new());
    assert_eq!(faults_of_pages(&site), Vec::<String>::new());
}

#[test]
fn what_is_retired_or_hidden_is_in_no_booklet() {
    let base = two_courses();
    let second = base.read("content/courses/bb-second.md");
    base.write("content/courses/bb-gone.md", {
        let gone = second.replacen("再讲", "旧稿", 1) + "\n金丝雀一号。\n";
        gone.replacen(
            "status: published",
            "status: retired\nexit: {date: 2022-10-01, reason: 内容已经过时, replaced_by: bb-second}",
            1,
        )
    });
    base.write("content/courses/bb-inside.md", {
        let inside = second.replacen("再讲", "内部稿", 1) + "\n金丝雀二号。\n";
        inside.replacen("status: published", "status: published\nrelease: internal", 1)
    });
    base.build();
    let site = base.site();
    for (path, bytes) in &site {
        assert!(!String::from_utf8_lossy(bytes).contains("金丝雀"), "{path}");
    }
    for path in ["single/course-bb-gone.html", "single/course-bb-inside.html"] {
        assert!(!site.contains_key(path), "{path}");
    }
    base.keben(&["build", "--release", "internal"]).expect(0);
    assert!(text(&base.site(), "print/bb.html").contains("金丝雀二号"));
}

#[test]
fn a_single_file_needs_no_other() {
    let base = two_courses();
    base.build();
    let check = |site: &Tree, allowed: &dyn Fn(&str) -> bool| {
        let files: Vec<&String> = site.keys().filter(|path| path.starts_with("single/")).collect();
        assert!(files.len() >= 3, "{files:?}");
        for path in files {
            let html = text(site, path);
            for tag in &page(site, path).tags {
                for name in ["href", "src", "action", "data", "poster"] {
                    let Some(url) = tag.get(name) else { continue };
                    assert!(
                        url.starts_with('#') || url.starts_with("data:") || allowed(url),
                        "{path}: <{} {name}={url:?}>",
                        tag.name
                    );
                }
                assert!(!["script", "iframe", "form"].contains(&tag.name.as_str()), "{path}: {}", tag.name);
            }
            let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
            let hash = base64(&Sha256::digest(style.as_bytes()));
            assert!(html.contains(&format!("style-src 'sha256-{hash}'")), "{path}");
            assert!(html.len() < 60 << 10, "{path}: {}", html.len());
        }
    };
    let site = base.site();
    check(&site, &|_| false);
    assert!(text(&site, "single/course-bb-overview.html").contains("#h-points"));
    assert!(!text(&site, "single/course-bb-overview.html").contains("<svg"));
    base.keben(&["build", "--base-url", BASE]).expect(0);
    let site = base.site();
    check(&site, &|url| {
        let path = url.strip_prefix(BASE).and_then(|path| path.split('#').next());
        path.is_some_and(|path| site.contains_key(path))
    });
    let linked = format!("href=\"{BASE}courses/bb-second.html#h-points\"");
    assert!(text(&site, "single/course-bb-overview.html").contains(&linked));
}

#[test]
fn an_image_of_a_single_file_is_its_description() {
    let base = KnowledgeBase::small();
    let course = base.read("content/courses/bb-overview.md");
    base.remove("content/courses/bb-overview.md");
    base.write("content/courses/bb-overview/index.md", course + "\n![村口的石碑](stone.png)\n");
    base.write("content/courses/bb-overview/stone.png", b"\x89PNG\r\n\x1a\n");
    base.build();
    let site = base.site();
    let single = text(&site, "single/course-bb-overview.html");
    assert!(single.contains("村口的石碑") && !single.contains("<img"), "{single}");
    assert!(text(&site, "print/bb.html").contains("src=\"../courses/bb-overview/stone.png\""));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let digit = |bits: &[u8]| (0..6).fold(0, |sum, at| sum * 2 + bits.get(at).copied().unwrap_or(0)) as usize;
    let mut out: String = bits.chunks(6).map(|bits| char::from(DIGITS[digit(bits)])).collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// What the code of a page says to a reader that knows nothing of how it was made: the strokes are drawn and decoded.
fn decoded(html: &str) -> String {
    let svg = html.split_once("<div class=\"paper\"><svg viewBox=\"0 0 ").expect("a code").1;
    let side: usize = svg.split_once(' ').unwrap().0.parse().unwrap();
    let path = svg.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let mut dark = vec![false; side * side];
    let (mut x, mut row) = (0, 0);
    let commands: Vec<usize> =
        path.match_indices(|c: char| c.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    for (index, at) in commands.iter().enumerate() {
        let end = commands.get(index + 1).copied().unwrap_or(path.len());
        let numbers: Vec<f64> = path[at + 1..end].split(' ').map(|number| number.parse().unwrap()).collect();
        match &path[*at..=*at] {
            "M" => (x, row) = (numbers[0] as usize, numbers[1] as usize),
            "m" => x += numbers[0] as usize,
            "h" => {
                (x..x + numbers[0] as usize).for_each(|x| dark[row * side + x] = true);
                x += numbers[0] as usize;
            }
            other => panic!("{other}"),
        }
    }
    const SCALE: usize = 6;
    let shade = |x: usize, y: usize| if dark[y / SCALE * side + x / SCALE] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, shade);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn the_code_on_paper_leads_to_the_page() {
    let base = two_courses();
    base.write("content/terms/plain.md", term("一个术语", "解释。"));
    base.build();
    for (path, bytes) in base.site() {
        assert!(!String::from_utf8_lossy(&bytes).contains("class=\"paper\"><svg"), "{path}");
    }
    let long = format!("https://{}.example.org/a-long-folder-name/", "host".repeat(12));
    for address in [BASE, "http://10.1.2.3:8080/", &long] {
        base.keben(&["build", "--base-url", address]).expect(0);
        let site = base.site();
        for (page, to) in [
            ("courses/bb-overview.html", "courses/bb-overview.html"),
            ("terms/plain.html", "terms/plain.html"),
            ("print/bb.html", "print/bb.html"),
            ("single/course-bb-overview.html", "courses/bb-overview.html"),
        ] {
            assert_eq!(decoded(text(&site, page)), format!("{address}{to}"), "{page}");
        }
        assert!(!text(&site, "index.html").contains("class=\"paper\"><svg"));
    }
}
