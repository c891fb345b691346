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
    std::str::from_utf8(bytes).map_err(|error| not_utf8(file, bytes, error.valid_up_to()))
}

/// KB-001, with the whole file in UTF-8 as the fix where another encoding reads it cleanly; `sound` bytes are UTF-8.
fn not_utf8(file: FileId, bytes: &[u8], sound: usize) -> Diagnostic {
    let before = std::str::from_utf8(&bytes[..sound]).unwrap_or("");
    // 汉字 in UTF-8 do not come about by chance: the file is UTF-8, and one of its bytes is damaged.
    if before.chars().any(|c| c >= '\u{2e80}') {
        let end = (sound + 1).min(bytes.len());
        return Diagnostic::new(
            Code(1),
            Span::new(file, sound..end),
            text!("这里有损坏的字节，不是 UTF-8 编码", "a damaged byte that is not UTF-8"),
        )
        .help(text!(
            "文件的其余部分是 UTF-8。对照原件补上这里的字；不要换编码另存",
            "the rest of the file is UTF-8; put the right character from the original, and do not change the encoding"
        ));
    }
    let start = Span::new(file, 0..0);
    let diagnostic = Diagnostic::new(Code(1), start, text!("文件不是 UTF-8 编码", "the file is not UTF-8"));
    match decoded(bytes) {
        Some((name, text)) => diagnostic
            .help(text!(
                "看起来是 {name} 编码。在记事本里选“另存为”，编码选 UTF-8，再保存；或运行 keben fix",
                "it looks like {name}; save it again as UTF-8, or run keben fix"
            ))
            .fix(Span::new(file, 0..bytes.len()), text),
        None => {
            diagnostic.help(text!("在记事本里选“另存为”，编码选 UTF-8，再保存", "save it again as UTF-8"))
        }
    }
}

/// The encoding that reads the bytes without an error, where one does, and the text.
fn decoded(bytes: &[u8]) -> Option<(&'static str, String)> {
    let nul_at =
        |parity: usize| bytes.iter().skip(parity).step_by(2).take(512).filter(|byte| **byte == 0).count();
    let encoding = if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        encoding
    } else if bytes.len() > 8 && nul_at(1) > nul_at(0) + 4 {
        encoding_rs::UTF_16LE
    } else if bytes.len() > 8 && nul_at(0) > nul_at(1) + 4 {
        encoding_rs::UTF_16BE
    } else {
        encoding_rs::GB18030
    };
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    // What a text file does not hold shows that the guess is wrong.
    let odd = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}')
    };
    let name = if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() };
    (!malformed && !text.contains(odd)).then(|| (name, text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RelPath;

    const TEXT: &str = "---\ntitle: 干部教育\n---\n正文";

    fn finding(bytes: &[u8]) -> Diagnostic {
        let path = RelPath::new("content/courses/a.md").unwrap();
        let source = SourceFile { path, body: Body::Bytes(bytes.to_vec()) };
        decode_text(FileId(0), &source, 1 << 20).unwrap_err()
    }

    #[test]
    fn the_usual_encodings_are_recognised_and_put_right() {
        let (gbk, ..) = encoding_rs::GB18030.encode(TEXT);
        let little: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(little.iter().copied()).collect();
        for (bytes, name) in
            [(&*gbk, "GB18030"), (&little, "UTF-16LE"), (&big, "UTF-16BE"), (&marked, "UTF-16LE")]
        {
            // UTF-16 without a mark is valid UTF-8 only where it holds no 汉字.
            let found = finding(bytes);
            assert_eq!((found.code, found.span.range()), (Code(1), 0..0));
            assert!(found.help.unwrap().zh.contains(name), "{name}");
            let replacement = &found.fix.unwrap().replacements[0];
            assert_eq!((replacement.start, replacement.end as usize), (0, bytes.len()));
            assert_eq!(replacement.text, TEXT);
        }
    }

    #[test]
    fn damage_is_not_taken_for_another_encoding() {
        let mut broken = TEXT.as_bytes().to_vec();
        let at = broken.len() - 4;
        broken[at] = 0xff;
        let found = finding(&broken);
        assert!(found.fix.is_none() && found.message.zh.contains("损坏"), "{found:?}");
        assert_eq!(found.span.start as usize, TEXT.find('正').unwrap());
        assert!(finding(&[b'a', 0xff, 0xff]).fix.is_none());
    }
}
