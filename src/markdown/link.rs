//! Layer 2: where a link of a Markdown body says it leads, decided on the decoded destination.

use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub target: Target,
    pub image: bool,
    /// The whole of it, from `[`, `![` or `[[`.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `[[kind/id#heading]]`, as written.
    Wiki { reference: String, heading: Option<String> },
    /// A path relative to the document, percent-decoded.
    File { path: String, heading: Option<String> },
    /// `#heading` of the same document.
    Heading(String),
    /// `http:`, `https:`, `mailto:` or `tel:`.
    External(String),
    /// Refused, and said so already.
    Refused,
}

/// Reads the destination of an ordinary link or image.
pub(super) fn target(
    destination: &str,
    image: bool,
    span: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Target {
    let trimmed = destination.trim();
    let odd = trimmed.chars().any(|c| c.is_control() || c == '\\') || trimmed.starts_with("//");
    let scheme = trimmed
        .find([':', '/', '?', '#'])
        .filter(|at| trimmed[*at..].starts_with(':'))
        .map(|at| trimmed[..at].to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") if image && !odd => {
            diagnostics.push(
                Diagnostic::new(
                    Code(901),
                    span,
                    text!("图片来自其他网站，离线时看不到", "the image would load from another host"),
                )
                .help(text!(
                    "把图片文件放进文档的文件夹，再写 ![说明](文件名)",
                    "put the file into the document's folder and write ![text](file)"
                )),
            );
            Target::Refused
        }
        Some("http" | "https") if !odd && trimmed.len() > "https://".len() => {
            Target::External(trimmed.to_owned())
        }
        Some("mailto" | "tel") if !odd && !image => Target::External(trimmed.to_owned()),
        None if !odd => relative(trimmed, image),
        scheme => {
            let shown: String = trimmed.chars().take(40).collect();
            let shown = shown.escape_debug();
            let message = match scheme {
                Some(scheme) if !odd => {
                    text!("不能用 {scheme}: 开头的链接", "links that begin with {scheme}: are not allowed")
                }
                _ => text!("链接“{shown}”的写法不允许", "the link “{shown}” is not allowed"),
            };
            diagnostics.push(Diagnostic::new(Code(311), span, message).help(text!(
                "只能用 http、https、mailto、tel，或知识库内文件的相对路径",
                "use http, https, mailto, tel, or a relative path inside the knowledge base"
            )));
            Target::Refused
        }
    }
}

fn relative(destination: &str, image: bool) -> Target {
    let (path, heading) = match destination.split_once('#') {
        Some((path, heading)) => (path, Some(decode(heading))),
        None => (destination, None),
    };
    match heading {
        Some(heading) if path.is_empty() && !image => Target::Heading(heading),
        heading => Target::File { path: decode(path), heading },
    }
}

/// `[[reference#heading]]`.
pub(super) fn wiki(destination: &str) -> Target {
    let (reference, heading) = match destination.split_once('#') {
        Some((reference, heading)) => (reference, Some(heading.trim().to_owned())),
        None => (destination, None),
    };
    Target::Wiki { reference: reference.trim().to_owned(), heading }
}

/// Percent-decoding; a sequence that is not UTF-8 stays as written.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn destinations_are_sorted_by_scheme() {
        let span = Span::new(FileId(0), 0..0);
        let mut diagnostics = Vec::new();
        let mut read = |destination: &str, image| target(destination, image, span, &mut diagnostics);
        assert_eq!(read("https://a.cn/x", false), Target::External("https://a.cn/x".into()));
        assert_eq!(
            read("../cases/x.md#%E4%B8%80", false),
            Target::File { path: "../cases/x.md".into(), heading: Some("一".into()) }
        );
        assert_eq!(read("#要点", false), Target::Heading("要点".into()));
        assert_eq!(read("图 1.png", true), Target::File { path: "图 1.png".into(), heading: None });
        for bad in [
            "javascript:alert(1)",
            "JaVaScript:x",
            "data:text/html,x",
            "//evil.cn/x",
            "java\tscript:x",
            "file:///etc/passwd",
            "a\\b",
            "vbscript:x",
            "https:",
        ] {
            assert_eq!(read(bad, false), Target::Refused, "{bad}");
        }
        assert_eq!(read("http://a.cn/x.png", true), Target::Refused);
        assert_eq!(diagnostics.last().map(|d| d.code), Some(Code(901)));
        assert!(diagnostics[..9].iter().all(|d| d.code == Code(311)));
    }
}
