//! Layer 11, `serve::page`: answers and their heads.
//! Knows content types, and the script that keeps a page alive; must not know sites.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::diagnostics::Text;

const SCRIPT: &str = include_str!("live.js");

/// Every page has a stricter policy of its own (with the hashes of its inline parts) in its head; a browser holds to
/// both. This one covers what has none, and says who may frame a page, which a page itself cannot.
const POLICY: &str = "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline'; \
    style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'self'";

/// The file a URL path names: percent-decoded, `index.html` for a folder. `None` when it is not Unicode.
pub fn file_of(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.strip_prefix('/')?.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
        rest = tail;
    }
    let mut file = String::from_utf8(bytes).ok()?;
    if file.is_empty() || file.ends_with('/') {
        file.push_str("index.html");
    }
    Some(file)
}

pub fn is_html(path: &str) -> bool {
    path.ends_with(".html")
}

/// A page, with the script that reloads it before its end.
pub fn html(status: StatusCode, mut page: Vec<u8>, version: &str) -> Response {
    let script = format!("<script src=\"/_keben/live.js?v={version}\"></script>");
    let end = memchr::memmem::rfind(&page, b"</body>").unwrap_or(page.len());
    page.splice(end..end, script.into_bytes());
    respond(status, "text/html; charset=utf-8", page)
}

pub fn bytes(path: &str, bytes: Vec<u8>) -> Response {
    respond(StatusCode::OK, content_type(path), bytes)
}

pub fn script() -> Response {
    respond(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT.into())
}

pub fn plain(status: StatusCode, text: &str) -> Response {
    respond(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

/// A page for when the site has none to show.
pub fn stand_in(text: &Text) -> Vec<u8> {
    let (zh, en) = (escaped(&text.zh), escaped(&text.en));
    format!(
        "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>keben</title></head>\
         <body><h1>keben</h1><p>{zh}</p><p lang=\"en\">{en}</p></body></html>\n"
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn respond(status: StatusCode, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// What every answer says. A policy that is there already is stricter and stays.
pub fn add_headers(headers: &mut HeaderMap) {
    let fixed = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.extend([
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::REFERRER_POLICY, "same-origin"),
        fixed(header::CACHE_CONTROL, "no-cache"),
        fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ]);
}

pub fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" | "yaml" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_of_the_map_or_nothing() {
        let cases = [
            ("/", Some("index.html")),
            ("/courses/", Some("courses/index.html")),
            ("/%E7%AB%A0/%e4%b8%80.pdf", Some("章/一.pdf")),
            ("/a%2Fb", Some("a/b")),
            ("/%ff", None),
            ("/%4", None),
            ("/%zz", None),
            ("*", None),
        ];
        for (path, file) in cases {
            assert_eq!(file_of(path).as_deref(), file, "{path}");
        }
    }
}
