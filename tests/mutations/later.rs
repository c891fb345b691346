//! Mistakes of programmes, lifecycle, text and publishing: KB-401 to KB-412, KB-601 to KB-605, KB-701 to KB-704,
//! KB-802 to KB-903. Where the content model does not say which of several places is meant, any place in the file will do.

use super::body::pieces;
use super::page::{Mutation, Page};
use super::{Sort, World};

pub const SORTS: &[Sort] = &[
    Sort { name: "share of leading officials too small", code: 401, make: few_officials },
    Sort { name: "share of interactive methods too small", code: 401, make: few_interactive },
    Sort { name: "no bb course in a main class", code: 402, make: no_bb },
    Sort { name: "session after the last day", code: 410, make: after_the_last_day },
    Sort { name: "day of more than eight hours", code: 410, make: long_day },
    Sort { name: "teacher booked twice", code: 410, make: booked_twice },
    Sort { name: "course for another audience", code: 411, make: other_audience },
    Sort { name: "target looser than the plan", code: 412, make: loose_target },
    Sort { name: "review overdue", code: 601, make: overdue },
    Sort { name: "current programme with a retired course", code: 603, make: retired_course },
    Sort { name: "course with a teacher who has exited", code: 605, make: exited_teacher },
    Sort { name: "ASCII punctuation between 汉字", code: 701, make: ascii_punctuation },
    Sort { name: "form that a term avoids", code: 702, make: avoided },
    Sort { name: "members do not match the number", code: 703, make: member_missing },
    Sort {
        name: "heading without a space",
        code: 704,
        make: |_, page| alone(page, &["#课前准备", "##课前准备"]),
    },
    Sort {
        name: "full-width number sign for a heading",
        code: 704,
        make: |_, page| alone(page, &["＃课前准备", "＃＃ 课前准备"]),
    },
    Sort {
        name: "link in full-width brackets",
        code: 704,
        make: |_, page| {
            anywhere(page, &["[示例]（https://example.org/a）", "【示例】(https://example.org/a)"])
        },
    },
    Sort { name: "stars in full width", code: 704, make: |_, page| anywhere(page, &["＊＊重点＊＊"]) },
    Sort { name: "alert of an unknown kind", code: 704, make: unknown_alert },
    Sort {
        name: "list mark with a full-width space",
        code: 704,
        make: |_, page| alone(page, &["-\u{3000}第一项"]),
    },
    Sort {
        name: "secrecy mark",
        code: 802,
        make: |_, page| alone(page, &["机密★1年", "秘密★", "内部资料", "不得外传"]),
    },
    Sort { name: "mobile number", code: 803, make: |_, page| lines(page, &["13800138000"]) },
    Sort { name: "identity-card number", code: 803, make: identity },
    Sort { name: "bank-card number", code: 803, make: bank_card },
    Sort { name: "image without words", code: 903, make: no_words },
    Sort {
        name: "link without words",
        code: 903,
        make: |_, page| pieces(page, &["[](https://example.org/a)"]),
    },
    Sort { name: "heading level jumped", code: 903, make: level_jump },
];

/// In the file, begun where `piece` is.
fn lines(page: &Page, all: &[&str]) -> Vec<Mutation> {
    all.iter().map(|piece| page.add_paragraph(&format!("联系 {piece} 办理。")).found_in(piece)).collect()
}

/// On a line of its own; where the finding ends is the program's to choose.
fn alone(page: &Page, all: &[&str]) -> Vec<Mutation> {
    all.iter()
        .flat_map(|piece| {
            [page.add_paragraph(piece).found().open_end(), page.add_before(piece).found().open_end()]
        })
        .collect()
}

/// In a line; which of its characters is wrong is the program's to choose.
fn anywhere(page: &Page, all: &[&str]) -> Vec<Mutation> {
    all.iter().map(|piece| page.add_paragraph(&format!("课前请看{piece}，做好准备。")).anywhere()).collect()
}

/// The class that the changes to timetables are made for: its shares are known, and one change breaks one of them.
fn is_the_class(page: &Page) -> bool {
    page.id == "main-class-2022-autumn"
}

fn programme<'a>(page: &'a Page, change: impl Fn(&str) -> String) -> Vec<super::page::Edit<'a>> {
    let field = page.field("sessions").filter(|_| is_the_class(page));
    field
        .map(|field| {
            let block = change(&page.text[field.block.clone()]);
            assert!(block != page.text[field.block.clone()], "the mutation changes nothing");
            page.edit(field.block, &block)
        })
        .into_iter()
        .collect()
}

/// Each with another teacher, so that nobody is booked twice.
fn few_officials(_: &World, page: &Page) -> Vec<Mutation> {
    let edits = programme(page, |block| block.replace("lecturer-leading-official", "lecturer-academic"));
    edits.into_iter().map(|edit| edit.anywhere()).collect()
}

fn few_interactive(_: &World, page: &Page) -> Vec<Mutation> {
    let edits = programme(page, |block| {
        ["experience", "case", "seminar", "simulation", "site"]
            .iter()
            .fold(block.to_owned(), |block, method| {
                block.replace(&format!("method: {method}}}"), "method: lecture}")
            })
    });
    edits.into_iter().map(|edit| edit.anywhere()).collect()
}

fn no_bb(_: &World, page: &Page) -> Vec<Mutation> {
    let edits = programme(page, |block| {
        block
            .replace("course: bb-overview", "course: xi-thought-intro")
            .replace("course: bb-practice-today", "course: xi-worldview-methods")
    });
    edits.into_iter().map(|edit| edit.anywhere()).collect()
}

fn after_the_last_day(_: &World, page: &Page) -> Vec<Mutation> {
    page.inner("sessions", "day")
        .into_iter()
        .skip(1)
        .step_by(2)
        .map(|(_, _, day)| page.edit(day, "99").anywhere())
        .collect()
}

fn long_day(_: &World, page: &Page) -> Vec<Mutation> {
    let hours = if is_the_class(page) { page.inner("sessions", "hours") } else { Vec::new() };
    // Leading officials and party spirit keep their share.
    hours.into_iter().take(2).map(|(_, _, hours)| page.edit(hours, "4.5").anywhere()).collect()
}

fn booked_twice(_: &World, page: &Page) -> Vec<Mutation> {
    let edits = programme(page, |block| {
        block.replacen("slot: pm, course: xi-worldview-methods", "slot: am, course: xi-worldview-methods", 1)
    });
    edits.into_iter().map(|edit| edit.anywhere()).collect()
}

fn other_audience(world: &World, page: &Page) -> Vec<Mutation> {
    if page.value("audience").is_none_or(|audience| audience.contains("professionals")) {
        return Vec::new();
    }
    // A course that is on the timetable of this class once, and on no other.
    let uses = |course: &str| -> usize {
        let pages = world.pages.iter().filter(|page| page.is("programmes"));
        pages.map(|page| page.text.matches(&format!("course: {course},")).count()).sum()
    };
    page.inner("sessions", "course")
        .into_iter()
        .filter(|(_, _, value)| uses(&page.text[value.clone()]) == 1)
        .map(|(_, _, value)| {
            let course = world.page(&format!("course/{}", &page.text[value.clone()]));
            let text = course.edit(course.field("audience").unwrap().value, "[professionals]").text;
            page.edit(value.end..value.end, "").with(course.path.clone(), text).found_at(value)
        })
        .collect()
}

fn loose_target(_: &World, page: &Page) -> Vec<Mutation> {
    if !is_the_class(page) {
        return Vec::new();
    }
    vec![page.add_line("targets: [{indicator: party-spirit-share, at_least: 1/10}]").found_in("1/10")]
}

fn overdue(_: &World, page: &Page) -> Vec<Mutation> {
    let field = page.field("review_due");
    field.map(|field| page.edit(field.value, "2022-11-30").found()).into_iter().collect()
}

/// The programme runs at the build date, and one of its courses is a retired twin.
fn retired_course(world: &World, page: &Page) -> Vec<Mutation> {
    let (Some(start), Some(end)) = (page.field("start"), page.field("end")) else { return Vec::new() };
    if !is_the_class(page) {
        return Vec::new();
    }
    let course = world.page("course/econ-private");
    let exit = "exit: {date: 2022-06-30, reason: 内容已经过时}\n";
    let text = course.twin("twin-document", "retired").replacen("---\n", &format!("---\n{exit}"), 1);
    let mut edit = page.edit(start.block.start..end.block.end, "start: 2022-11-21\nend: 2022-12-02\n");
    let at = edit.text.find("course: econ-private").unwrap() + "course: ".len();
    edit.text.replace_range(at..at + "econ-private".len(), "twin-document");
    vec![edit.with(course.beside("twin-document"), text).found_at(at..at + "twin-document".len())]
}

fn exited_teacher(world: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("teachers") else { return Vec::new() };
    let teacher = world.page("teacher/lecturer-academic");
    let text = teacher.twin("twin-document", "published").replacen("---\n", "---\nexited: 2022-01-31\n", 1);
    let end = page.items(&field).last().unwrap().end;
    vec![
        page.edit(end..end, ", twin-document")
            .with(teacher.beside("twin-document"), text)
            .found_in("twin-document"),
    ]
}

fn ascii_punctuation(_: &World, page: &Page) -> Vec<Mutation> {
    [',', ';', ':', '?', '!']
        .iter()
        .map(|mark| page.add_paragraph(&format!("先读原著{mark}再作讨论。")).found_in(&mark.to_string()))
        .collect()
}

fn avoided(_: &World, page: &Page) -> Vec<Mutation> {
    // The term itself may say what to avoid.
    if page.key() == "term/ba-ba-zhan-lue" {
        return Vec::new();
    }
    vec![page.add_paragraph("学习八八策略的有关论述。").found_in("八八策略")]
}

fn member_missing(_: &World, page: &Page) -> Vec<Mutation> {
    let numbered = |title: &str| title.contains(|c| "二三四五六七八九十".contains(c));
    let Some(field) = page.field("members").filter(|_| page.value("title").is_some_and(numbered)) else {
        return Vec::new();
    };
    let mut lines = page.lines(field.block);
    // Without its only line a term has no members at all.
    let Some(last) = lines.pop().filter(|_| lines.len() > 1) else { return Vec::new() };
    vec![page.edit(last, "").anywhere()]
}

/// Made up, with a right checksum: weights and remainders are those of GB 11643.
fn identity(_: &World, page: &Page) -> Vec<Mutation> {
    let number = "33010219800101001";
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = number.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap();
    lines(page, &[&format!("{number}{check}")])
}

/// Made up, with a right last digit by Luhn's rule.
fn bank_card(_: &World, page: &Page) -> Vec<Mutation> {
    let number = "622202000000000000";
    let sum: u32 = number
        .chars()
        .rev()
        .enumerate()
        .map(|(n, c)| {
            let digit = c.to_digit(10).unwrap() * if n % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    lines(page, &[&format!("{number}{}", (10 - sum % 10) % 10)])
}

fn unknown_alert(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.add_paragraph("> [!注意]\n> 请提前到场。").found_in("[!注意]").open_end()]
}

/// A twin with a picture beside it.
fn no_words(_: &World, page: &Page) -> Vec<Mutation> {
    let folder = format!("content/{}/twin-document", page.folder);
    let text = format!("{}\n\n线路见![](map.svg)。\n", page.twin("twin-document", "published").trim_end());
    let start = text.find("![](").unwrap();
    let (from, to) =
        (super::page::place(&text, start), super::page::place(&text, start + "![](map.svg)".len()));
    let mut mutation = Mutation::file(format!("{folder}/index.md"), text.into_bytes());
    mutation.files.push((format!("{folder}/map.svg"), vec![b' '; 100]));
    vec![Mutation { start: Some(from), end: Some(to), ..mutation }]
}

fn level_jump(_: &World, page: &Page) -> Vec<Mutation> {
    let heading = "##### 跳级的标题";
    vec![page.add_paragraph(heading).found().open_end()]
}
