//! Layer 11, `serve::attachment`: streams a source file to the browser, whole or one range of it.
//! Knows files and ranges; which file it is was decided by the map of the site.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::page;
use crate::edge::disk;
use crate::source::RelPath;

const BLOCK: usize = 64 << 10;

pub fn send(root: &Path, source: &RelPath, path: &str, headers: &HeaderMap) -> Response {
    match open(root, source, path, headers) {
        Ok(response) => response,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            page::plain(StatusCode::NOT_FOUND, "this file is gone")
        }
        Err(_) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, "this file cannot be read"),
    }
}

fn open(root: &Path, source: &RelPath, path: &str, headers: &HeaderMap) -> io::Result<Response> {
    let mut file = disk::open_below(root, source.as_str())?;
    let size = file.metadata()?.len();
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = match asked.and_then(|asked| range(asked, size)) {
        Some(Some(range)) => Some(range),
        Some(None) => {
            let mut refused = page::plain(StatusCode::RANGE_NOT_SATISFIABLE, "no such range");
            refused.headers_mut().insert(header::CONTENT_RANGE, value(format!("bytes */{size}")));
            return Ok(refused);
        }
        None => None,
    };
    let whole = 0..size;
    let sent = range.clone().unwrap_or(whole);
    file.seek(SeekFrom::Start(sent.start))?;
    let mut response = Response::new(stream(file, sent.end - sent.start));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(page::content_type(path)));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(sent.end - sent.start));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // An attachment must not act as a page of this site. Browsers show no PDF inside a sandbox, and it needs none.
    if !path.ends_with(".pdf") {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; frame-ancestors 'self'"),
        );
    }
    if let Some(Range { start, end }) = range {
        headers.insert(header::CONTENT_RANGE, value(format!("bytes {start}-{}/{size}", end - 1)));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and ASCII letters make a header")
}

/// `Some(None)` when the range lies outside the file; `None` for what is not one range: then all is sent.
fn range(asked: &str, size: u64) -> Option<Option<Range<u64>>> {
    let (start, end) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (start.trim(), end.trim()) {
        ("", "") => return None,
        ("", last) => size.saturating_sub(last.parse().ok()?)..size,
        (start, "") => start.parse().ok()?..size,
        (start, end) => start.parse().ok()?..end.parse::<u64>().ok()?.saturating_add(1).min(size),
    };
    Some((range.start < range.end).then_some(range))
}

fn stream(mut file: File, mut left: u64) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Vec<u8>>>(4);
    tokio::task::spawn_blocking(move || {
        while left > 0 {
            let mut block = vec![0; BLOCK.min(usize::try_from(left).unwrap_or(BLOCK))];
            let read = match file.read(&mut block) {
                // The head has promised more: the connection is cut rather than left to look complete.
                Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                read => read,
            };
            let block = read.map(|read| {
                block.truncate(read);
                left -= read as u64;
                block
            });
            let failed = block.is_err();
            if sender.blocking_send(block).is_err() || failed {
                return; // the browser has gone
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        assert_eq!(range("bytes=0-3", 10), Some(Some(0..4)));
        assert_eq!(range("bytes=4-", 10), Some(Some(4..10)));
        assert_eq!(range("bytes=-3", 10), Some(Some(7..10)));
        assert_eq!(range("bytes=-30", 10), Some(Some(0..10)));
        assert_eq!(range("bytes=5-99", 10), Some(Some(5..10)));
        assert_eq!(range("bytes=10-", 10), Some(None));
        assert_eq!(range("bytes=-0", 10), Some(None));
        for whole in ["bytes=0-1,3-4", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=99999999999999999999-"] {
            assert_eq!(range(whole, 10), None, "{whole}");
        }
    }
}
