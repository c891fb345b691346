//! The preview over a real socket.

use super::*;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

struct Running {
    address: SocketAddr,
    live: Live,
    root: tempfile::TempDir,
}

fn preview(root: &Path, text: &'static str) -> Preview {
    let file = |path: &str, content| OutputFile { path: path.into(), content };
    let copy = |path| Content::CopyOf(RelPath::new(path).unwrap());
    let files = vec![
        file("index.html", Content::Render(PageId(0))),
        file("404.html", Content::Bytes(b"<body>nowhere</body>".to_vec())),
        file("assets/a.css", Content::Bytes(b"a{}".to_vec())),
        file("bad.html", Content::Render(PageId(1))),
        file("f/a.svg", copy("content/a.svg")),
        file("f/link.txt", copy("content/link.txt")),
    ];
    let render = move |page: PageId| match page.0 {
        0 => Ok(format!("<body>{text}</body></html>").into_bytes()),
        _ => Err(Text::new("<坏>", "<bad>")),
    };
    Preview::new(root, files, Arc::new(render))
}

fn start() -> Running {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("content")).unwrap();
    fs::write(root.path().join("content/a.svg"), "0123456789").unwrap();
    fs::write(root.path().join("secret"), "canary").unwrap();
    std::os::unix::fs::symlink("../secret", root.path().join("content/link.txt")).unwrap();
    let server = Server::bind("127.0.0.1", 0).unwrap();
    let address = server.address;
    let live = Live::default();
    live.show(preview(root.path(), "one"));
    std::thread::spawn({
        let live = live.clone();
        move || server.run(&live).unwrap()
    });
    Running { address, live, root }
}

impl Running {
    fn send(&self, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(head.replace("HOST", &self.address.to_string()).as_bytes()).unwrap();
        stream
    }

    fn ask(&self, head: &str) -> String {
        let mut answer = Vec::new();
        self.send(head).read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"))
    }
}

#[test]
fn pages_come_with_the_script_and_strict_heads() {
    let server = start();
    let answer = server.get("/");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("one<script src=\"/_keben/live.js?v=") && answer.contains("</script></body>"));
    for head in ["text/html; charset=utf-8", "frame-ancestors 'self'", "nosniff", "no-cache"] {
        assert!(answer.contains(head), "{head}");
    }
    assert!(!answer.to_lowercase().contains("access-control"));
    assert!(server.get("/index.html").contains("one"));
    assert!(server.get("/assets/a.css").contains("text/css"));
    assert!(server.get("/_keben/live.js").contains("EventSource"));
    let failed = server.get("/bad.html");
    assert!(failed.starts_with("HTTP/1.1 500") && failed.contains("&lt;bad&gt;"), "{failed}");
    let head = server.ask("HEAD / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && !head.contains("<script"));
}

#[test]
fn attachments_are_streamed_and_links_are_not_followed() {
    let server = start();
    let answer = server.get("/f/a.svg");
    assert!(answer.ends_with("0123456789") && answer.contains("sandbox"), "{answer}");
    let part = "GET /f/a.svg HTTP/1.1\r\nHost: HOST\r\nRange: bytes=2-4\r\nConnection: close\r\n\r\n";
    let part = server.ask(part);
    assert!(part.starts_with("HTTP/1.1 206") && part.contains("bytes 2-4/10") && part.ends_with("234"));
    let link = server.get("/f/link.txt");
    assert!(link.starts_with("HTTP/1.1 500") && !link.contains("canary"), "{link}");
}

#[test]
fn no_url_leaves_the_map() {
    let server = start();
    let hostile = [
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/..%5csecret",
        "/f/../../secret",
        "//etc/passwd",
        "/secret",
        "/content/a.svg",
        "/f/a.svg%00",
        "/%c0%ae%c0%ae/secret",
        "/f",
        "/.",
    ];
    for path in hostile {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("nowhere<script"), "{path}: {answer}");
    }
}

#[test]
fn strangers_are_turned_away() {
    let server = start();
    let port = server.address.port();
    let cases = [
        (format!("GET / HTTP/1.1\r\nHost: evil.example:{port}\r\n"), "421"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n".into(), "421"),
        (format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n"), "200"),
        (format!("GET http://evil/ HTTP/1.1\r\nHost: localhost:{port}\r\n"), "421"),
        ("GET / HTTP/1.0\r\n".into(), "421"),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n".into(), "405"),
        ("OPTIONS / HTTP/1.1\r\nHost: HOST\r\n".into(), "405"),
        ("GET /_keben/events HTTP/1.1\r\nHost: HOST\r\nOrigin: http://evil\r\n".into(), "403"),
        ("GET /_keben/events HTTP/1.1\r\nHost: HOST\r\nOrigin: null\r\n".into(), "403"),
        ("GET /_keben/events HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: cross-site\r\n".into(), "403"),
    ];
    for (head, status) in cases {
        let answer = server.ask(&format!("{head}Connection: close\r\n\r\n"));
        assert_eq!(answer.get(9..12), Some(status), "{head}: {answer}");
    }
}

/// The next event of a stream, as JSON.
fn event(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> serde_json::Value {
    loop {
        let line = lines.next().unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
}

#[test]
fn browsers_hear_of_new_versions_and_findings() {
    let server = start();
    let head = "GET /_keben/events HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\n\r\n";
    let mut lines = BufReader::new(server.send(head)).lines();
    let first = event(&mut lines);
    let version = first["version"].as_str().unwrap().to_owned();
    assert!(server.get("/").contains(&format!("live.js?v={version}\"")));
    server.live.complain("一<b>".into());
    let bad = event(&mut lines);
    assert_eq!((bad["version"].as_str(), bad["findings"].as_str()), (Some(&*version), Some("一<b>")));
    assert!(server.get("/").contains("one"), "the last good page stays");
    server.live.settle();
    assert!(event(&mut lines)["findings"].is_null());
    server.live.show(preview(server.root.path(), "two"));
    let next = event(&mut lines);
    assert!(next["version"] != first["version"] && next["findings"].is_null());
    assert!(server.get("/").contains("two"));
}

#[test]
fn a_port_in_use_is_explained() {
    let taken = Server::bind("127.0.0.1", 0).unwrap();
    let error = Server::bind("127.0.0.1", taken.address.port()).err().unwrap();
    assert_eq!(error.exit_code, 2);
    assert!(error.text.zh.contains("--port") && taken.warning().is_none());
    assert!(Server::bind("0.0.0.0", 0).unwrap().warning().is_some());
}
