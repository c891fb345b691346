//! Layer 1: what a person is shown, and that no finding, however odd its place, stops the report.

use super::*;
use crate::diagnostics::{Text, arrange};
use crate::source::{Body, RelPath, SourceFile, position};

fn sources(files: &[(&str, &str)]) -> Sources {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: RelPath::new(path).unwrap(),
        body: Body::Bytes(text.as_bytes().to_vec()),
    };
    Sources::new(files.iter().map(file).collect())
}

fn at(sources: &Sources, file: u32, needle: &str) -> Span {
    let start = sources.get(FileId(file)).text().unwrap().find(needle).unwrap();
    Span::new(FileId(file), start..start + needle.len())
}

#[test]
fn a_finding_shows_the_place_the_help_and_the_change() {
    let sources = sources(&[("content/courses/a.md", "---\r\n对象: [党政领导, 年轻干部]\r\n---\r\n")]);
    let span = at(&sources, 0, "党政领导");
    let finding = Diagnostic::new(Code(201), span, Text::new("取值“党政领导”不在“对象”词表中", ""))
        .help(Text::new("最接近的是 leaders\u{1b}[2J", ""))
        .fix(span, "leaders");
    let text = print(&[finding], &sources, Language::Chinese, false);
    let expected = "\
错误[KB-201]: 取值“党政领导”不在“对象”词表中
 --> content/courses/a.md:2:6
  |
2 | 对象: [党政领导, 年轻干部]
  |        ^^^^^^^^
  |
  = 帮助：最接近的是 leaders␛[2J
改成：
  |
2 - 对象: [党政领导, 年轻干部]
2 + 对象: [leaders, 年轻干部]
  |

检查完成：错误 1 处，警告 0 处，提示 0 处
";
    assert_eq!(text, expected);
}

#[test]
fn other_places_stand_beside_the_first_or_under_their_own_path() {
    let sources = sources(&[
        ("content/a.md", "---\ntitle: 甲\nsummary: 乙\ntitle: 丙\n---\n"),
        ("content/b.md", "---\ntitle: 甲\n---\n"),
    ]);
    let again = at(&sources, 0, "title: 丙");
    let finding = Diagnostic::new(Code(5), again, Text::new("", "key written twice"))
        .related(at(&sources, 0, "title: 甲"), Text::new("", "first here"))
        .related(at(&sources, 1, "title: 甲"), Text::new("", "and here"));
    let text = print(&[finding], &sources, Language::English, false);
    let expected = "\
error[KB-005]: key written twice
 --> content/a.md:4:1
  |
2 | title: 甲
  | --------- first here
3 | summary: 乙
4 | title: 丙
  | ^^^^^^^^^
  |
 ::: content/b.md:2:1
  |
2 | title: 甲
  | --------- and here

Check finished: 1 error, 0 warnings, 0 notes
";
    assert_eq!(text, expected);
}

#[test]
fn a_file_without_text_is_named_without_an_excerpt() {
    let file = |path: &str, body| SourceFile { path: RelPath::new(path).unwrap(), body };
    let sources = Sources::new(vec![
        file("content/a.md", Body::Bytes(vec![b'a', b'\n', 0xb1, 0xea])),
        file("content/b.png", Body::Asset { size: 3, traces: crate::source::Traces::default() }),
    ]);
    let finding =
        |id, start| Diagnostic::new(Code(1), Span::new(FileId(id), start..start), Text::new("坏", ""));
    let text = print(&[finding(0, 2), finding(1, 0)], &sources, Language::Chinese, false);
    let expected = "错误[KB-001]: 坏\n--> content/a.md:2:1\n\n错误[KB-001]: 坏\n--> content/b.png\n\n\
                    检查完成：错误 2 处，警告 0 处，提示 0 处\n";
    assert_eq!(text, expected);
}

#[test]
fn many_findings_are_counted_instead_of_shown_and_errors_come_first() {
    let files: Vec<(String, String)> =
        (0..60).map(|n| (format!("content/{n:02}.md"), "好,".repeat(20))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let sources = sources(&files);
    let mut findings: Vec<Diagnostic> = (0..60 * 20)
        .map(|n| {
            let start = n % 20 * 4 + 3;
            let span = Span::new(FileId((n / 20) as u32), start..start + 1);
            Diagnostic::new(Code(308), span, Text::new("提示", ""))
        })
        .collect();
    findings.push(Diagnostic::new(Code(1), Span::new(FileId(59), 0..3), Text::new("错", "")));
    arrange(&mut findings);
    let text = print(&findings, &sources, Language::Chinese, false);
    assert_eq!(text.matches("--> ").count(), IN_ALL);
    assert_eq!(text.matches("--> content/00.md").count(), PER_CODE_AND_FILE);
    assert!(text.contains("错误[KB-001]: 错\n --> content/59.md:1:1\n"), "{text}");
    let end = "KB-308 没有被引用：另有 1001 处没有列出\n检查完成：错误 1 处，警告 0 处，提示 1200 处\n";
    assert!(text.ends_with(end), "{}", &text[text.len() - 300..]);
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let line = "把学习贯彻落到实处，".repeat(2000);
    let text = format!("{line}浙江,省{line}\n");
    let sources = sources(&[("content/a.md", &text)]);
    let comma = at(&sources, 0, ",");
    let finding = Diagnostic::new(Code(201), comma, Text::new("标点", "")).fix(comma, "，");
    let text = print(&[finding], &sources, Language::Chinese, false);
    assert!(text.contains("content/a.md:1:20003\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 80), "{text}");
    assert!(text.contains("浙江，省"), "{text}");
}

/// No span, however wrong, may stop the report: a finding at a strange place is worth more than none.
#[test]
fn no_span_and_no_fix_panics() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let pieces = [
        "标题",
        "“八八战略”",
        ": ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "👨‍👩‍👧",
        "e\u{301}",
        "\u{feff}",
        "\u{200b}",
        "　",
        "\u{202e}",
        "\0",
        "\u{1b}[31m",
        "ａ",
        " ",
        "    ",
        "\u{2028}",
        "𠮷",
    ];
    for round in 0..3000 {
        let mut text = String::from(if round % 7 == 0 { "\u{feff}" } else { "" });
        for _ in 0..random(30) {
            let times = if random(20) == 0 { 200 } else { 1 };
            text.push_str(&pieces[random(pieces.len())].repeat(times));
        }
        let sources = sources(&[("content/a.md", &text), ("content/b.md", "乙")]);
        let mut span = || {
            let file = FileId(u32::from(random(4) == 0));
            let start = random(text.len() + 9);
            let longest = [9, 9, 600][random(3)];
            Span::new(file, start..start + random(longest))
        };
        let mut finding = Diagnostic::new(Code(201), span(), Text::new("取值\n不对\t", "bad"))
            .help(Text::new("改", "change"))
            .related(span(), Text::new("这里", "here"))
            .related(span(), Text::new("那里", "there"));
        for text in ["", "改", "两\n行", "\t"].into_iter().take(round % 5) {
            finding = finding.fix(span(), text);
        }
        let (file, range) = (sources.get(finding.span.file), finding.span.range());
        let start = boundary(file.text().unwrap(), range.start);
        let place = position(file.bytes().unwrap(), start);
        let header = format!("--> {}:{}:{}\n", file.path, place.line, place.column);
        let text = print(&[finding], &sources, Language::Chinese, round % 2 == 0);
        if round % 2 == 1 {
            assert!(text.contains(&header), "{header}{text}");
        }
    }
}
