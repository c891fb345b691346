//! Mistakes in the text below the front matter that lead nowhere or would do harm: KB-309, KB-310, KB-311, KB-901.

use super::page::{Mutation, Page};
use super::{Sort, World};

pub const SORTS: &[Sort] = &[
    Sort {
        name: "link to no file",
        code: 309,
        make: |_, page| {
            pieces(page, &["[讲义](讲义.pdf)", "[附件](files/a.docx)", "[上层](../../../etc/hosts.txt)"])
        },
    },
    Sort {
        name: "link to no document",
        code: 309,
        make: |_, page| {
            pieces(page, &["[另一课](../courses/no-such-course.md)", "[案例](../cases/none.md#背景)"])
        },
    },
    Sort {
        name: "image that is not there",
        code: 309,
        make: |_, page| pieces(page, &["![余村村口](village.jpg)", "![示意图](图/示意.png)"]),
    },
    Sort {
        name: "link to no heading",
        code: 309,
        make: |_, page| pieces(page, &["[课堂讨论](#没有这个标题)"]),
    },
    Sort {
        name: "wiki link to no heading",
        code: 309,
        make: |_, page| {
            pieces(page, &["[[course/bb-overview#没有这个标题]]", "[[base/yucun-base#没有这个标题|余村]]"])
        },
    },
    Sort {
        name: "address without scheme",
        code: 309,
        make: |_, page| pieces(page, &["[示例](www.example.org)"]),
    },
    Sort { name: "link without address", code: 309, make: |_, page| pieces(page, &["[示例]()"]) },
    Sort { name: "heading of a linked document renamed", code: 309, make: own_heading },
    Sort {
        name: "HTML in a line",
        code: 310,
        make: |_, page| {
            tags(page, &["<font color=\"red\">", "<span style=\"color:red\">", "<b>", "<center>"])
        },
    },
    Sort {
        name: "script in a line",
        code: 310,
        make: |_, page| {
            open(pieces(
                page,
                &[
                    "<script>alert(1)</script>",
                    "<img src=\"a.png\">",
                    "<iframe src=\"https://example.org\"></iframe>",
                ],
            ))
        },
    },
    Sort { name: "HTML block", code: 310, make: html_block },
    Sort {
        name: "attribute of an allowed tag",
        code: 310,
        make: |_, page| tags(page, &["<u class=\"a\">", "<mark onclick=\"x()\">"]),
    },
    Sort { name: "allowed tag not closed", code: 310, make: not_closed },
    Sort {
        name: "link that runs a script",
        code: 311,
        make: |_, page| {
            pieces(
                page,
                &["[点这里](javascript:alert)", "[点这里](JavaScript:alert)", "[点这里](vbscript:a)"],
            )
        },
    },
    Sort {
        name: "link with data",
        code: 311,
        make: |_, page| {
            pieces(page, &["[数据](data:text/html;base64,PGI+)", "![图](data:image/png;base64,iVBORw0KGgo=)"])
        },
    },
    Sort {
        name: "link without scheme to a host",
        code: 311,
        make: |_, page| pieces(page, &["[示例](//example.org/a)", "![图](//example.org/a.png)"]),
    },
    Sort {
        name: "link to a file of one's own computer",
        code: 311,
        make: |_, page| pieces(page, &["[课件](file:///D:/课件/第一讲.pptx)"]),
    },
    Sort {
        name: "link of another scheme",
        code: 311,
        make: |_, page| pieces(page, &["[课件](ftp://example.org/a)", "[课件](thunder://abc)"]),
    },
    Sort {
        name: "image of another site",
        code: 901,
        make: |_, page| {
            pieces(
                page,
                &[
                    "![村口](https://example.org/a.png)",
                    "![村口](http://example.org/a.png)",
                    "[![村口](https://example.org/b.png)](https://example.org/)",
                ],
            )
        },
    },
];

/// Each piece in a paragraph of its own, at the end and at the beginning of the text.
pub fn pieces(page: &Page, all: &[&str]) -> Vec<Mutation> {
    all.iter()
        .flat_map(|piece| {
            let text = format!("课前请看{piece}，做好准备。");
            // A picture that is a link: the picture is what is wrong.
            let wrong = if piece.starts_with("[![") { &piece[1..=piece.find(')').unwrap()] } else { piece };
            [page.add_paragraph(&text).found_in(wrong), page.add_before(&text).found_in(wrong)]
        })
        .collect()
}

/// Where the finding begins is fixed, how much of the HTML it holds is not.
fn open(mutations: Vec<Mutation>) -> Vec<Mutation> {
    mutations.into_iter().map(Mutation::open_end).collect()
}

/// Around a word, closed.
fn tags(page: &Page, all: &[&str]) -> Vec<Mutation> {
    all.iter()
        .flat_map(|tag| {
            let name: String = tag[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
            let text = format!("课前{tag}必读</{name}>一份材料。");
            [page.add_paragraph(&text).found_in(tag), page.add_before(&text).found_in(tag)]
        })
        .collect()
}

fn html_block(_: &World, page: &Page) -> Vec<Mutation> {
    [
        "<div>\n一段文字\n</div>",
        "<table>\n<tr><td>一</td></tr>\n</table>",
        "<style>p { color: red }</style>",
        "<script>\nalert(1)\n</script>",
    ]
    .iter()
    .flat_map(|block| {
        let first: String = block.chars().take_while(|c| *c != '>').collect();
        [
            page.add_paragraph(block).found_in(&first).open_end(),
            page.add_before(block).found_in(&first).open_end(),
        ]
    })
    .collect()
}

fn not_closed(_: &World, page: &Page) -> Vec<Mutation> {
    ["<u>", "<sup>", "<mark>"]
        .iter()
        .map(|tag| page.add_paragraph(&format!("这里{tag}没有结束。")).found_in(tag))
        .collect()
}

/// A link to a heading of the document itself stands while the heading does, and is dead when that is renamed.
fn own_heading(_: &World, page: &Page) -> Vec<Mutation> {
    let heading = page.text[page.head.end..].lines().find_map(|line| line.strip_prefix("## "));
    let Some(heading) = heading.filter(|heading| !heading.contains(['[', '{', '(', '*'])) else {
        return Vec::new();
    };
    let link = format!("[{heading}](#{heading})");
    let mut edit = page.add_paragraph(&format!("见{link}。"));
    let from = edit.text.find(&format!("\n## {heading}\n")).unwrap() + 4;
    edit.text.replace_range(from..from + heading.len(), "别的题目");
    let start = edit.text.rfind(&link).unwrap();
    vec![edit.found_at(start..start + link.len())]
}
