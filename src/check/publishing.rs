//! Layer 8: what may not leave with public material: secrecy marks (KB-802), traces of people in files (KB-804).

use super::text::each;
use crate::config::Release;
use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::document::Document;
use crate::site::{Attachment, DocId, Resolved, Site};
use crate::source::{Body, FileId, Sources, Span};
use memchr::memmem;

/// Marks that stand alone. The three grades of secrecy carry a star and often a term.
const MARKS: [&str; 10] = [
    "内部资料",
    "内部文件",
    "内部材料",
    "不得外传",
    "严禁外传",
    "注意保存",
    "妥善保管",
    "内部资料不得外传",
    "内部资料注意保存",
    "内部资料严禁外传",
];
const GRADES: [&str; 3] = ["绝密", "机密", "秘密"];
/// Every mark holds one of these; a text without them is not looked at by lines.
const SIGNS: [&str; 5] = ["密★", "密级", "内部", "外传", "密 ★"];

/// KB-802.
pub(super) fn marks(site: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let finders: Vec<memmem::Finder<'_>> = SIGNS.iter().map(memmem::Finder::new).collect();
    each(site, sources, found, |id, document, text, found| {
        if site.release(id) != Release::Public {
            return;
        }
        if let Some(title) =
            document.meta.get("title").filter(|title| title.value.text().is_some_and(is_mark))
        {
            found.push(report(title.span, title.value.text().unwrap_or("")));
        }
        let start = document.body.start;
        let mut lines: Vec<(usize, usize)> = Vec::new();
        for finder in &finders {
            for at in finder.find_iter(&text.as_bytes()[start..]).map(|at| start + at) {
                let bytes = text.as_bytes();
                let from = memchr::memrchr(b'\n', &bytes[start..at]).map_or(start, |end| start + end + 1);
                let to = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                if lines.last() != Some(&(from, to)) {
                    lines.push((from, to));
                }
            }
        }
        lines.sort_unstable();
        lines.dedup();
        for (from, to) in lines {
            let line = &text[from..to];
            if is_mark(line) {
                let words = line.trim_start_matches(|c: char| "#>-*+ \t".contains(c));
                let shown = words.trim_end_matches(|c: char| "#* \t\r".contains(c));
                let begin = from + line.len() - words.len();
                found.push(report(Span::new(document.file, begin..begin + shown.len()), shown));
            }
        }
        for attachment in site.attachments(id) {
            let name = attachment.source.stem();
            if let Some(mark) = name.split(is_separator).find(|piece| is_mark(piece)) {
                found.push(report(place(site, id, document, attachment), mark));
            }
        }
    });
}

fn report(span: Span, mark: &str) -> Diagnostic {
    let shown: String = mark.chars().take(16).collect();
    Diagnostic::new(
        Code(802),
        span,
        text!("公开的材料带有“{shown}”的标记", "public material carries the mark “{shown}”"),
    )
    .help(text!(
        "先弄清这份材料能不能公开：不能公开的，写 release: internal（内部）或撤下；可以公开的，删去标记",
        "find out whether it may be public: if not, make it release: internal or take it away; if so, delete the mark"
    ))
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-_—－ 　（）()【】[]〔〕《》“”\"'、，,。.；;！!：:#>*+|·".contains(c)
}

/// Is all of `text` a mark, whatever brackets and signs stand around it? 内部资料性出版物 is none.
fn is_mark(text: &str) -> bool {
    let mut rest = text.trim();
    let label = rest.trim_start_matches(is_separator);
    if let Some(grade) = label.strip_prefix("密级") {
        rest = grade.trim_start_matches(is_separator);
        return GRADES.iter().any(|grade| rest.starts_with(grade)) && rest.chars().count() <= 12;
    }
    let mut any = false;
    for piece in rest.split(is_separator).filter(|piece| !piece.is_empty()) {
        let graded = GRADES.iter().any(|grade| {
            piece.strip_prefix(grade).is_some_and(|rest| rest.starts_with('★') && rest.chars().count() <= 8)
        });
        let alone = GRADES.contains(&piece) || piece.starts_with('★') || is_term(piece);
        // 机密 ★ 10年, with spaces: the star makes the grade a mark.
        let known = MARKS.contains(&piece) || graded || (alone && rest.contains('★'));
        if !known {
            return false;
        }
        any |= MARKS.contains(&piece) || graded || GRADES.contains(&piece);
    }
    any
}

/// `10年`, `长期`, `6个月`.
fn is_term(piece: &str) -> bool {
    let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    piece == "长期" || (rest.len() < piece.len() && matches!(rest, "年" | "个月" | "月"))
}

/// Where a document names a file: the item of its list, else the link or image.
pub(super) fn place(site: &Site, id: DocId, document: &Document, attachment: &Attachment) -> Span {
    let item = document.meta.list("attachments").iter().find(|item| {
        attachment.listed
            && item.value.text().is_some_and(|name| name.rsplit('/').next() == Some(attachment.name.as_str()))
    });
    let link = || {
        let mut pairs = document.body.links.iter().zip(site.links(id));
        pairs
            .find(|(_, to)| matches!(to, Resolved::Asset(url) if *url == attachment.url))
            .map(|(link, _)| link.span)
    };
    item.map(|item| item.span).or_else(link).unwrap_or(Span::new(document.file, 0..0))
}

/// KB-804.
pub(super) fn traces(site: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    for (id, document) in site.documents().filter(|(id, _)| site.release(*id) == Release::Public) {
        // What is only shown goes out without such facts.
        for attachment in site.attachments(id).iter().filter(|file| file.offered || file.images.is_empty()) {
            let Some(file) = sources.find(attachment.source.as_str()) else { continue };
            let Body::Asset { traces, .. } = &sources.get(file).body else { continue };
            let name = &attachment.name;
            let mut say = |message: Text, help: Text| {
                let diagnostic = Diagnostic::new(Code(804), place(site, id, document, attachment), message);
                found.push(diagnostic.related(start(file), text!("文件在这里", "the file")).help(help));
            };
            if traces.position {
                say(
                    text!("“{name}”里存着拍摄地点的坐标", "{name} holds the position where it was taken"),
                    text!(
                        "用图片软件去掉位置信息（EXIF）后重新保存，再替换这个文件",
                        "save it again without its position (EXIF) and replace the file"
                    ),
                );
            }
            if let Some(author) = &traces.author {
                let author: String = author.chars().take(24).collect();
                say(
                    text!("“{name}”的文件属性里写着作者“{author}”", "{name} names its author, “{author}”"),
                    text!(
                        "不宜公开的，在文件属性里删去作者后重新保存；可以公开的，不必理会",
                        "if that should not be public, save it again without the author"
                    ),
                );
            }
        }
    }
}

fn start(file: FileId) -> Span {
    Span::new(file, 0..0)
}

#[cfg(test)]
mod tests {
    use super::is_mark;

    #[test]
    fn only_marks_are_marks() {
        for mark in [
            "机密★1年",
            "绝密★",
            "秘密 ★ 10年",
            "**机密★长期**",
            "# 内部资料",
            "（内部资料）",
            "【内部资料 不得外传】",
            "内部资料，注意保存",
            "> 内部文件",
            "密级：机密",
            "不得外传！",
            "内部资料不得外传",
        ] {
            assert!(is_mark(mark), "{mark}");
        }
        for other in [
            "内部资料性出版物",
            "内部资料性出版物管理办法",
            "文件标有“机密★1年”字样",
            "机密",
            "秘密",
            "",
            "★",
            "国家秘密",
            "密级的确定",
            "内部资料由学校保管",
            "长期",
            "密级：由定密责任人确定",
        ] {
            assert!(!is_mark(other), "{other}");
        }
    }
}
