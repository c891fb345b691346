//! Layer 8: what pages would load: from other hosts (KB-901), and how much (KB-902).

use super::publishing::place;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::embedded;
use crate::site::{Resolved, Site};
use crate::source::{Sources, Span};
use memchr::memmem;
use std::ops::Range;

/// KB-901 in the site's own theme.
pub(super) fn theme(_: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    for (id, file) in sources.under("theme/") {
        let Some(text) = file.text() else { continue };
        let name = file.path.file_name();
        let built_in = [embedded::TEMPLATES, embedded::STATIC, embedded::INLINE];
        if built_in.iter().any(|table| embedded::find(table, name) == Some(text)) {
            continue;
        }
        let loads = match file.path.extension() {
            "css" => style_loads(text, 0),
            "html" | "svg" => page_loads(text),
            "js" | "mjs" => [script_loads(text), page_loads(text)].concat(),
            _ => continue,
        };
        for range in loads {
            let host: String = text[range.clone()].chars().take(60).collect();
            found.push(
                Diagnostic::new(
                    Code(901),
                    Span::new(id, range),
                    text!(
                        "主题要从其他网站加载“{host}”，离线时用不了",
                        "the theme would load {host} from another host"
                    ),
                )
                .help(text!(
                    "把这个文件下载到 theme/static/，再写它的相对路径",
                    "save the file below theme/static/ and name it by its relative path"
                )),
            );
        }
    }
}

/// The address at the beginning of `text`, behind blanks and a quote, when it lies on another host.
fn elsewhere(text: &str) -> Option<Range<usize>> {
    let inner = text.trim_start();
    let inner = inner.strip_prefix(['"', '\'', '`']).unwrap_or(inner).trim_start();
    let start = text.len() - inner.len();
    let lower = inner.get(..8.min(inner.len())).unwrap_or(inner).to_ascii_lowercase();
    let far = ["http://", "https://", "//"].iter().any(|scheme| lower.starts_with(scheme));
    let end = inner.find(|c: char| c.is_whitespace() || "\"'`)>;".contains(c)).unwrap_or(inner.len());
    (far && end > 2).then_some(start..start + end)
}

/// `url(..)` and `@import` outside comments.
fn style_loads(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            continue;
        }
        let word = ["url(", "@import"]
            .iter()
            .find(|word| rest.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)));
        if let Some(word) = word {
            at += word.len();
            found
                .extend(elsewhere(&text[at..]).map(|range| start + at + range.start..start + at + range.end));
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The attributes of tags that make a browser load something, and styles within the page.
fn page_loads(text: &str) -> Vec<Range<usize>> {
    const TAGS: [&str; 12] = [
        "script", "link", "img", "iframe", "source", "video", "audio", "embed", "object", "image", "use",
        "track",
    ];
    const ATTRIBUTES: [&str; 6] = ["src", "href", "xlink:href", "poster", "data", "srcset"];
    let mut found = Vec::new();
    for open in memchr::memchr_iter(b'<', text.as_bytes()) {
        let tag = &text[open + 1..];
        let name: String =
            tag.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        let end = tag.find('>').unwrap_or(tag.len());
        if name == "style" {
            let close = tag.find("</").unwrap_or(tag.len()).max(end);
            found.extend(style_loads(&tag[end..close], open + 1 + end));
        }
        let tag = &tag[..end];
        if !TAGS.contains(&name.as_str()) || (name == "link" && !link_loads(tag)) {
            continue;
        }
        for (equals, _) in tag.match_indices('=') {
            let before = tag[..equals].trim_end();
            let attribute = before.rsplit(|c: char| c.is_whitespace() || c == '"' || c == '\'').next();
            if attribute.is_some_and(|name| ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name))) {
                let at = open + 1 + equals + 1;
                found.extend(elsewhere(&text[at..]).map(|range| at + range.start..at + range.end));
            }
        }
    }
    found
}

/// A `<link>` that only says how pages relate loads nothing.
fn link_loads(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    !["canonical", "alternate", "author", "license", "me", "next", "prev"]
        .iter()
        .any(|kind| tag.contains(&format!("rel=\"{kind}\"")) || tag.contains(&format!("rel={kind}")))
}

/// `import`, `fetch` and their like, with an address in the code itself.
fn script_loads(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for call in ["import(", "fetch(", "importScripts(", "Worker(", "import ", "from "] {
        for at in memmem::find_iter(text.as_bytes(), call) {
            let at = at + call.len();
            let quoted = text[at..].trim_start().starts_with(['"', '\'', '`']);
            found.extend(
                elsewhere(&text[at..]).filter(|_| quoted).map(|range| at + range.start..at + range.end),
            );
        }
    }
    found
}

/// KB-902 for images.
pub(super) fn images(site: &Site, _: &Sources, found: &mut Vec<Diagnostic>) {
    let limit = site.config.budgets.image;
    for (id, document) in site.documents() {
        for attachment in site.attachments(id).iter().filter(|attachment| attachment.size > limit) {
            // The one that pages show is smaller.
            if attachment.images.last().is_some_and(|variant| variant.image.size.is_some()) {
                continue;
            }
            let mut links = document.body.links.iter().zip(site.links(id));
            let shown = links
                .any(|(link, to)| link.image && matches!(to, Resolved::Asset(url) if *url == attachment.url));
            if shown {
                let (name, kib, most) = (&attachment.name, attachment.size.div_ceil(1024), limit / 1024);
                found.push(
                    Diagnostic::new(
                        Code(902),
                        place(site, id, document, attachment),
                        text!(
                            "图片“{name}”有 {kib} KB，超过 {most} KB",
                            "the image {name} has {kib} KB, more than {most} KB"
                        ),
                    )
                    .help(text!(
                        "用图片软件缩小尺寸（宽 1600 像素以内）或压缩后再放进来",
                        "make it smaller, 1600 pixels wide or less, or compress it"
                    )),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, ranges: Vec<Range<usize>>) -> Vec<&str> {
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn only_what_loads_from_another_host_is_named() {
        let css = "@import \"https://a.cn/x.css\"; /* url(http://b.cn/) */ a { background: url(//c.cn/y.png) } b { background: url(d.png) }";
        assert_eq!(texts(css, style_loads(css, 0)), ["https://a.cn/x.css", "//c.cn/y.png"]);
        let html = "<a href=\"https://a.cn/\">甲</a><script src='https://b.cn/x.js'></script><link rel=\"canonical\" href=\"https://c.cn/\"><link rel=stylesheet href=https://d.cn/x.css><img alt=\"\" src=\"e.png\"><style>p { background: url('http://f.cn/') }</style>";
        assert_eq!(
            texts(html, page_loads(html)),
            ["https://b.cn/x.js", "https://d.cn/x.css", "http://f.cn/"]
        );
        let script =
            "import x from \"https://a.cn/x.js\"; fetch('/y'); fetch(`https://b.cn`); // https://c.cn";
        assert_eq!(texts(script, script_loads(script)), ["https://b.cn", "https://a.cn/x.js"]);
    }
}
