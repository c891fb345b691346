//! Layer 5: bytes to text, with the name of the encoding when they are not UTF-8 (KB-001).

use crate::diagnostics::{Code, Diagnostic, text};
use crate::source::{Body, FileId, SourceFile, Span};

/// The text of a file that is read as a whole; `limit` in bytes.
pub fn decode_text(file: FileId, source: &SourceFile, limit: u64) -> Result<&str, Diagnostic> {
    let start = Span::new(file, 0..0);
    let too_large = |size: u64| {
        let (kib, limit) = (size.div_ceil(1024), limit >> 10);
        Diagnostic::new(
            Code(6),
            start,
            text!(
                "文件有 {kib} KiB，超过 {limit} KiB 的限制",
                "the file has {kib} KiB, over the limit of {limit} KiB"
            ),
        )
        .help(text!(
            "把它分成几个文档；图片和附件单独存放",
            "split it into several documents; keep images and attachments in files of their own"
        ))
    };
    let bytes = match &source.body {
        Body::Bytes(bytes) if bytes.len() as u64 > limit => return Err(too_large(bytes.len() as u64)),
        Body::Bytes(bytes) => bytes,
        Body::TooLarge { size, .. } => return Err(too_large(*size)),
        Body::Asset { .. } | Body::Refused(_) => return Ok(""),
    };
    std::str::from_utf8(bytes).map_err(|_| {
        let encoding = guess(bytes);
        let help = match encoding {
            Some(name) => text!(
                "看起来是 {name} 编码。在记事本里选“另存为”，编码选 UTF-8，再保存",
                "it looks like {name}; save it again as UTF-8"
            ),
            None => text!("在记事本里选“另存为”，编码选 UTF-8，再保存", "save it again as UTF-8"),
        };
        Diagnostic::new(Code(1), start, text!("文件不是 UTF-8 编码", "the file is not UTF-8")).help(help)
    })
}

/// The encoding that reads the bytes without an error, where one does.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some(encoding.name());
    }
    let nul_at =
        |parity: usize| bytes.iter().skip(parity).step_by(2).take(512).filter(|byte| **byte == 0).count();
    if bytes.len() > 8 && nul_at(1) > nul_at(0) + 4 {
        return Some("UTF-16LE");
    }
    if bytes.len() > 8 && nul_at(0) > nul_at(1) + 4 {
        return Some("UTF-16BE");
    }
    let (_, malformed) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    (!malformed).then_some("GB18030")
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn the_usual_encodings_are_recognised() {
        let (gbk, ..) = encoding_rs::GB18030.encode("---\ntitle: 干部教育\n---\n正文");
        assert_eq!(guess(&gbk), Some("GB18030"));
        let utf16: Vec<u8> = "---\ntitle: 干部教育".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(guess(&utf16), Some("UTF-16LE"));
        assert_eq!(guess(&[0xff, 0xfe, b'a', 0]), Some("UTF-16LE"));
        assert_eq!(guess(&[b'a', 0xff, 0xff]), None);
    }
}
