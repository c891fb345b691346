//! The live preview: after any sequence of saves it shows what a clean build would, and it says what is wrong while
//! something is.

use crate::hostile::Random;
use crate::knowledge_base::{KnowledgeBase, Tree, copy, difference, term};
use crate::releases::fingerprint;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// `keben serve` on a free port, ended with the value.
struct Serving {
    child: Child,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn serve(base: &KnowledgeBase) -> Serving {
    let mut command = base.command(&["serve", "--port", "0"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the address is said").unwrap();
        if let Some((_, rest)) = line.split_once("http://") {
            break rest.split('/').next().unwrap().to_owned();
        }
    };
    // Whoever closes the pipe would end the preview.
    std::thread::spawn(move || lines.for_each(drop));
    let serving = Serving { child, address };
    until("the first site", || serving.get("/index.html").filter(|(status, _)| *status == 200).map(drop));
    serving
}

/// Waits for something that must come soon; a slow machine is given ten seconds.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{what} does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Serving {
    fn connect(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// Status and body.
    fn get(&self, path: &str) -> Option<(u16, Vec<u8>)> {
        let mut answer = Vec::new();
        self.connect(path).read_to_end(&mut answer).ok()?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.get(9..12)?.parse().ok()?;
        let body = answer[end + 4..].to_vec();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        Some((status, if chunked { joined(&body) } else { body }))
    }

    /// What a URL shows, without the script of the preview.
    fn shown(&self, path: &str) -> Option<Vec<u8>> {
        let (status, body) = self.get(&format!("/{path}"))?;
        (status == 200).then(|| without_script(body))
    }

    /// The states that the preview tells, as they come, each with its time.
    fn events(&self) -> Receiver<(Instant, serde_json::Value)> {
        let lines = BufReader::new(self.connect("/_keben/events")).lines();
        let (sender, events) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let Some(data) = line.strip_prefix("data: ") else { continue };
                if sender.send((Instant::now(), serde_json::from_str(data).unwrap())).is_err() {
                    return;
                }
            }
        });
        events
    }
}

fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = rest.windows(2).position(|bytes| bytes == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        out.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[(end + 4 + size).min(rest.len())..];
    }
    out
}

fn without_script(mut body: Vec<u8>) -> Vec<u8> {
    let start = b"<script src=\"/_keben/live.js?v=";
    let end = b"\"></script>";
    if let Some(at) = memchr::memmem::rfind(&body, start)
        && let Some(length) = memchr::memmem::find(&body[at..], end)
    {
        body.drain(at..at + length + end.len());
    }
    body
}

/// The site of a clean build of the same content, without the files about the build; its pages say “预览” where a built
/// site says which one it is.
fn clean(base: &KnowledgeBase) -> Tree {
    let other = KnowledgeBase::nothing();
    copy(&base.path("content"), &other.path("content"));
    other.build();
    let mut site = other.site();
    let print = fingerprint(&site);
    let shown = format!("{} {} {}", &print[..4], &print[4..8], &print[8..]);
    for path in ["index.html", "changes.html"] {
        let page = String::from_utf8(site[path].clone()).unwrap();
        assert_eq!(page.matches(&shown).count(), 1, "{path}");
        site.insert(path.to_owned(), page.replace(&shown, "预览").into_bytes());
    }
    site.into_iter().filter(|(path, _)| !path.starts_with("_keben/") && path != "sw.js").collect()
}

#[test]
fn fifty_saves_leave_what_a_clean_build_would() {
    let base = KnowledgeBase::starter();
    let serving = serve(&base);
    let mut random = Random(50);
    let mut written: Vec<String> = Vec::new();
    for round in 0..50 {
        let text =
            term(&format!("第{round}次保存的术语"), &format!("第{round}次保存，见 [[course/bb-overview]]。"));
        let path = format!("content/terms/saved-{round}.md");
        match round % 7 {
            // As editors save: in place, or a new file moved over the old one.
            0 => base.write(&path, &text),
            1 => {
                base.write(&format!("content/terms/.saved-{round}.tmp"), &text);
                fs::rename(base.path(&format!("content/terms/.saved-{round}.tmp")), base.path(&path))
                    .unwrap();
            }
            // A folder and a file in it, at once.
            2 => {
                base.write(&format!("content/terms/folder-{round}/deep/saved-{round}.md"), &text);
            }
            3 => {
                base.write(
                    &format!("content/terms/saved-{round}/index.md"),
                    format!("{text}\n![图](a.svg)\n"),
                );
                base.write(&format!("content/terms/saved-{round}/a.svg"), format!("<svg>{round}</svg>"));
                written.push(format!("content/terms/saved-{round}/index.md"));
            }
            4 if !written.is_empty() => {
                let gone = written.swap_remove(random.below(written.len()));
                base.remove(&gone);
            }
            5 if !written.is_empty() => {
                let at = random.below(written.len());
                if !written[at].ends_with("index.md") {
                    let to = format!("content/terms/renamed-{round}.md");
                    fs::rename(base.path(&written[at]), base.path(&to)).unwrap();
                    written[at] = to;
                }
            }
            _ => base.replace(
                "content/courses/bb-overview.md",
                "## 课程定位",
                &format!("## 课程定位\n\n第{round}次添上的一段。"),
            ),
        }
        if base.path(&path).is_file() {
            written.push(path);
        }
        std::thread::sleep(Duration::from_millis(random.next() % 60));
    }
    // A folder moved away with all that is in it, and another moved in.
    fs::rename(base.path("content/terms/folder-2"), base.path("content/terms/moved-folder")).unwrap();
    let expected = clean(&base);
    let mut last = Vec::new();
    let started = Instant::now();
    loop {
        let served: Tree =
            expected.keys().filter_map(|path| Some((path.clone(), serving.shown(path)?))).collect();
        let now = difference(&expected, &served);
        if now.is_empty() {
            break;
        }
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "left: a clean build, right: the preview\n{}",
            now[..now.len().min(20)].join("\n")
        );
        assert!(last.len() < 100_000);
        last.clone_from(&now);
        std::thread::sleep(Duration::from_millis(200));
    }
    for gone in ["terms/saved-4.html", "terms/no-such.html"] {
        if !expected.contains_key(gone) {
            assert_eq!(serving.get(&format!("/{gone}")).unwrap().0, 404, "{gone}");
        }
    }
    assert!(!base.path("public").exists(), "a preview writes no site");
    // It changes all the time, so browsers are to keep nothing of it.
    let script = String::from_utf8(serving.shown("sw.js").unwrap()).unwrap();
    assert!(script.contains("unregister") && !script.contains("fetch"), "{script}");
}

#[test]
fn a_save_reaches_the_browser_soon() {
    let base = KnowledgeBase::starter();
    let serving = serve(&base);
    let events = serving.events();
    let next = || events.recv_timeout(Duration::from_secs(10)).expect("an event");
    let (_, first) = next();
    let mut version = first["version"].clone();
    let mut slowest = Duration::ZERO;
    for round in 0..5 {
        std::thread::sleep(Duration::from_millis(300));
        while events.try_recv().is_ok() {}
        let saved = Instant::now();
        base.write("content/terms/soon.md", term(&format!("第{round}次的术语"), "正文。"));
        loop {
            let (at, event) = next();
            if event["version"] != version && event["findings"].is_null() {
                version = event["version"].clone();
                slowest = slowest.max(at - saved);
                break;
            }
        }
        let page = String::from_utf8(serving.shown("terms/soon.html").unwrap()).unwrap();
        assert!(page.contains(&format!("第{round}次的术语")), "an event before its page");
    }
    println!("the slowest of 5 saves took {slowest:?}");
    // A program built without optimisation on a busy machine is given three times the promised second.
    assert!(slowest < Duration::from_secs(if cfg!(debug_assertions) { 3 } else { 1 }), "{slowest:?}");
}

#[test]
fn errors_are_shown_and_the_last_good_page_stays() {
    let base = KnowledgeBase::small();
    let serving = serve(&base);
    let events = serving.events();
    let state = |what: &str, wanted: &dyn Fn(&serde_json::Value) -> bool| {
        let started = Instant::now();
        loop {
            let left = Duration::from_secs(10).saturating_sub(started.elapsed());
            let (_, event) = events.recv_timeout(left).unwrap_or_else(|_| panic!("{what} is not told"));
            if wanted(&event) {
                return event;
            }
        }
    };
    let good = serving.shown("courses/bb-overview.html").unwrap();
    let text = base.read("content/courses/bb-overview.md");
    let faults: [(&str, &str); 3] =
        [("area: theory", "area: 无此类别"), ("title: ", "title："), ("hours: ", "hours: 很多 # ")];
    for (from, to) in faults {
        assert!(text.contains(from), "{from}");
        base.write("content/courses/bb-overview.md", text.replacen(from, to, 1));
        let bad = state(to, &|event| event["findings"].is_string());
        let findings = bad["findings"].as_str().unwrap();
        assert!(
            findings.contains("content/courses/bb-overview.md") && findings.contains("KB-"),
            "{findings}"
        );
        assert!(!findings.contains('\u{1b}'), "no colours in a page");
        assert_eq!(
            serving.shown("courses/bb-overview.html").as_ref(),
            Some(&good),
            "the last good page stays"
        );
        base.write("content/courses/bb-overview.md", &text);
        state("the mended state", &|event| event["findings"].is_null());
        assert_eq!(serving.shown("courses/bb-overview.html").as_ref(), Some(&good));
    }
    // Settings and the whole content folder may go for a moment.
    let settings = base.read("content/site.yaml");
    base.remove("content/site.yaml");
    let gone = state("missing settings", &|event| event["findings"].is_string());
    assert!(
        gone["findings"].as_str().unwrap().contains("site.yaml"),
        "the findings say what is missing: {:?}",
        gone["findings"]
    );
    base.write("content/site.yaml", settings);
    state("the settings again", &|event| event["findings"].is_null());
    fs::rename(base.path("content"), base.path("away")).unwrap();
    state("a missing folder", &|event| event["findings"].is_string());
    fs::rename(base.path("away"), base.path("content")).unwrap();
    state("the folder again", &|event| event["findings"].is_null());
    assert_eq!(serving.shown("courses/bb-overview.html").as_ref(), Some(&good));
    base.write("content/terms/after.md", term("之后的术语", "仍在观察。"));
    until("a save after all that", || serving.shown("terms/after.html"));
}

#[test]
fn a_preview_may_begin_with_errors() {
    let base = KnowledgeBase::small();
    base.write("content/terms/wrong.md", "没有元数据");
    let mut command = base.command(&["serve", "--port", "0"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line.split_once("http://").unwrap().1.split('/').next().unwrap().to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    let serving = Serving { child, address };
    let events = serving.events();
    loop {
        let (_, event) = events.recv_timeout(Duration::from_secs(10)).expect("the findings are told");
        if event["findings"].as_str().is_some_and(|findings| findings.contains("wrong.md")) {
            break;
        }
    }
    let (status, page) = serving.get("/").unwrap();
    assert!(status == 404 && String::from_utf8_lossy(&page).contains("live.js"), "a page that waits");
    base.remove("content/terms/wrong.md");
    until("the first good site", || serving.shown("index.html"));
}

#[test]
fn a_port_in_use_ends_with_advice() {
    let base = KnowledgeBase::small();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = base.keben(&["serve", "--port", &port]).expect(2);
    assert!(refused.stderr.contains("--port"), "{refused:?}");
}
