use super::*;
use crate::markdown::{Slot, fill};

fn parse(source: &str) -> (Body, Vec<Diagnostic>) {
    super::parse(FileId(0), source, 0)
}

/// The HTML with slots filled by what they ask for.
fn html(source: &str) -> String {
    let (body, _) = parse(source);
    let mut out = String::new();
    fill(&body.html, &mut out, |slot, out| match slot {
        Slot::Url(index) => out.push_str(&format!("URL{index}")),
        Slot::Title(index) => out.push_str(&format!("TITLE{index}")),
        Slot::Image(_) => {}
    });
    out
}

fn codes(source: &str) -> Vec<(u16, Range<usize>)> {
    parse(source).1.iter().map(|d| (d.code.0, d.span.range())).collect()
}

#[test]
fn emphasis_beside_chinese_punctuation_is_rendered() {
    for (source, expected) in [
        ("**注意：**不得", "<p><strong>注意：</strong>不得</p>\n"),
        ("前**（一）**后", "<p>前<strong>（一）</strong>后</p>\n"),
        (
            "要求**“两个维护”**，做到**《概论》**必读",
            "<p>要求<strong>“两个维护”</strong>，做到<strong>《概论》</strong>必读</p>\n",
        ),
        (
            "**一**、**二**；**（三）**四",
            "<p><strong>一</strong>、<strong>二</strong>；<strong>（三）</strong>四</p>\n",
        ),
    ] {
        assert_eq!(html(source), expected, "{source}");
    }
}

#[test]
fn emphasis_agrees_with_the_cjk_friendly_rule_of_another_parser() {
    let mut options = comrak::Options::default();
    options.extension.cjk_friendly_emphasis = true;
    let inner = ["文", "（括号）", "A", "《书》", "注意：", "。", "𠮷（一）", "3.5%"];
    let outer = ["", "前", "A", "，", "》", "1", " ", "𠮷"];
    for before in outer {
        for text in inner {
            for after in outer {
                for marks in ["**", "*", "***"] {
                    let source = format!("{before}{marks}{text}{marks}{after}");
                    let oracle = comrak::markdown_to_html(&source, &options);
                    assert_eq!(html(&source).trim(), oracle.trim(), "{source}");
                }
            }
        }
    }
}

#[test]
fn lines_of_chinese_are_joined_without_a_space() {
    assert_eq!(html("干在实处，\n走在前列"), "<p>干在实处，走在前列</p>\n");
    assert_eq!(html("干在\n**实处**"), "<p>干在<strong>实处</strong></p>\n");
    assert_eq!(html("hello\nworld"), "<p>hello\nworld</p>\n");
    assert_eq!(parse("> 干在\n> 实处").0.sections[0].text, "干在实处\n");
}

#[test]
fn headings_have_stable_anchors_and_skip_no_level() {
    let (body, _) = parse("# 甲\n### 乙\n### 乙 {#why onclick=x}\n## 乙\n");
    let heads: Vec<_> = body.headings.iter().map(|h| (h.level, h.text.as_str())).collect();
    assert_eq!(heads, [(2, "甲"), (3, "乙"), (3, "乙"), (3, "乙")]);
    assert_eq!(body.headings[2].anchor, "h-why");
    assert_eq!(body.headings[3].anchor, format!("{}-2", body.headings[1].anchor));
    assert!(!body.html.contains("onclick"));
}

#[test]
fn links_become_slots() {
    assert_eq!(html("[[course/x]]"), "<p><a href=\"URL0\">TITLE0</a></p>\n");
    assert_eq!(html("[[course/x|文]]"), "<p><a href=\"URL0\">文</a></p>\n");
    assert_eq!(html("[文](../a.md#b)"), "<p><a href=\"URL0\">文</a></p>\n");
    assert_eq!(
        html("![图](a.png)"),
        "<p><img src=\"URL0\" alt=\"图\" loading=\"lazy\" decoding=\"async\"></p>\n"
    );
    assert_eq!(
        html("<https://a.cn/?x=1&y=2>"),
        "<p><a class=\"external\" rel=\"noopener\" href=\"https://a.cn/?x=1&amp;y=2\">https://a.cn/?x=1&amp;y=2</a></p>\n"
    );
    let (body, _) = parse("前 [[course/x#要点|文]] 后");
    assert_eq!(
        body.links[0].target,
        Target::Wiki { reference: "course/x".into(), heading: Some("要点".into()) }
    );
    assert_eq!(body.links[0].span.range(), 4..4 + "[[course/x#要点|文]]".len());
}

#[test]
fn raw_html_is_refused_at_its_place() {
    assert_eq!(codes("甲<script>x</script>"), [(310, 3..11)]);
    assert_eq!(codes("<div onclick=x>甲</div>\n"), [(310, 0..15)]);
    assert_eq!(codes("H<sub>2</sub>O<br>换行 <!-- 注 -->"), []);
    assert_eq!(codes("<u>没有结束\n\n下一段"), [(310, 0..3)]);
    assert_eq!(html("<u>没有结束\n\n下一段"), "<p><u>没有结束</u></p>\n<p>下一段</p>\n");
}

#[test]
fn tables_footnotes_and_alerts_have_their_classes() {
    let table = html("| 甲 | 乙 |\n|:-:|--|\n| 1 | 2 |\n");
    assert!(table.contains("<th scope=\"col\" class=\"ta-c\">甲</th>") && !table.contains("style="));
    let notes = html("甲[^a]乙[^b]丙[^a]\n\n[^b]: 二\n[^a]: 一\n");
    assert!(
        notes.contains("<li id=\"fn-1\">\n<p>一</p>\n") || notes.contains("<li id=\"fn-1\"><p>一</p>"),
        "{notes}"
    );
    assert!(notes.contains("id=\"fnref-1-2\""));
    assert!(html("> [!NOTE]\n> 甲\n").contains("<p class=\"alert-title\">说明</p>"));
}

#[test]
fn text_for_search_follows_headings() {
    let (body, _) = parse("开头**八八**战略\n\n## 一节\n\n- 甲\n- 乙\n\n| 丙 | 丁 |\n|--|--|\n");
    assert_eq!(body.sections[0].text, "开头八八战略\n");
    assert_eq!(body.sections[1].heading, Some(0));
    assert_eq!(body.sections[1].text, "甲\n乙\n丙\n丁\n");
}

#[test]
fn hostile_markdown_takes_linear_time() {
    for unit in [
        ">",
        "[",
        "*a_ ",
        "<",
        "[[",
        "![",
        "`",
        "- ",
        "|",
        "**“",
        "](",
        "a](b c.md)",
        "】（",
        "** ",
        "[^a]",
        "｜-\n",
    ] {
        let time = |n: usize| {
            let source = unit.repeat(n);
            let started = std::time::Instant::now();
            parse(&source);
            started.elapsed().as_secs_f64()
        };
        let (_, small, large) = (time(1000), time(20_000), time(40_000));
        assert!(large < 0.3 || large < small * 6.0, "{unit}: {small} then {large}");
    }
}
