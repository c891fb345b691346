//! Mistakes of encoding, YAML and characters: KB-001 to KB-006.

use super::page::{Mutation, Page};
use super::{Sort, World};

pub const SORTS: &[Sort] = &[
    Sort { name: "file in GBK", code: 1, make: gbk },
    Sort { name: "file in UTF-16", code: 1, make: utf16 },
    Sort { name: "file with stray bytes", code: 1, make: stray_bytes },
    Sort { name: "full-width colon", code: 2, make: full_width_colon },
    Sort { name: "no space after the colon", code: 2, make: no_space },
    Sort { name: "full-width space after the colon", code: 2, make: full_width_space },
    Sort { name: "tab for an indent", code: 2, make: tab },
    Sort { name: "full-width space for an indent", code: 2, make: full_width_indent },
    Sort { name: "colon in a value", code: 2, make: colon_in_value },
    Sort { name: "value that begins with @", code: 2, make: at_sign },
    Sort { name: "full-width comma in a list", code: 2, make: full_width_comma },
    Sort { name: "bracket not closed", code: 2, make: open_bracket },
    Sort { name: "no front matter", code: 3, make: no_front_matter },
    Sort { name: "dashes for hyphens", code: 3, make: dashes },
    Sort { name: "text above the front matter", code: 3, make: text_above },
    Sort { name: "front matter not closed", code: 3, make: not_closed },
    Sort { name: "zero-width space in the text", code: 4, make: |_, page| inserted(page, "\u{200b}") },
    Sort { name: "byte order mark in the text", code: 4, make: |_, page| inserted(page, "\u{feff}") },
    Sort { name: "private-use character", code: 4, make: |_, page| inserted(page, "\u{e004}") },
    Sort { name: "NUL", code: 4, make: |_, page| inserted(page, "\0") },
    Sort { name: "zero-width space in a value", code: 4, make: zero_width_in_value },
    Sort { name: "key written twice", code: 5, make: key_twice },
    Sort { name: "key written in both languages", code: 5, make: key_in_both_languages },
    Sort { name: "inner key written twice", code: 5, make: inner_key_twice },
    Sort { name: "one id in two folders", code: 5, make: same_id },
    Sort { name: "former id of a living document", code: 5, make: formerly_taken },
    Sort { name: "anchor", code: 6, make: anchor },
    Sort { name: "alias", code: 6, make: alias },
    Sort { name: "tag", code: 6, make: tag },
    Sort { name: "nested too deep", code: 6, make: nested },
    Sort { name: "a second YAML document", code: 6, make: second_document },
    Sort { name: "value over its limit", code: 6, make: long_value },
];

fn gbk(_: &World, page: &Page) -> Vec<Mutation> {
    vec![Mutation::file(page.path.clone(), encoding_rs::GB18030.encode(&page.text).0.into_owned())]
}

fn utf16(_: &World, page: &Page) -> Vec<Mutation> {
    let little: Vec<u8> = page.text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = page.text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [[&[0xff, 0xfe][..], &little].concat(), [&[0xfe, 0xff][..], &big].concat()]
        .into_iter()
        .map(|bytes| Mutation::file(page.path.clone(), bytes))
        .collect()
}

/// Before the line in the middle: what is damaged is the byte.
fn stray_bytes(_: &World, page: &Page) -> Vec<Mutation> {
    let lines = page.text.matches('\n').count() / 2;
    let at = page.text.match_indices('\n').nth(lines).map_or(0, |(at, _)| at + 1);
    let mut bytes = page.text.clone().into_bytes();
    bytes.insert(at, 0xff);
    let mutation = Mutation::file(page.path.clone(), bytes);
    vec![Mutation { start: Some((lines + 2, 1)), ..mutation }]
}

fn full_width_colon(_: &World, page: &Page) -> Vec<Mutation> {
    let inline = page.fields().into_iter().filter(|field| !field.value.is_empty());
    inline.map(|field| page.edit(field.key.end..field.value.start, "：").found()).collect()
}

fn no_space(_: &World, page: &Page) -> Vec<Mutation> {
    let plain = page.fields().into_iter().filter(|field| !field.value.is_empty());
    plain.map(|field| page.edit(field.key.end..field.value.start, ":").found()).collect()
}

fn full_width_space(_: &World, page: &Page) -> Vec<Mutation> {
    let inline = page.fields().into_iter().filter(|field| !field.value.is_empty());
    inline.map(|field| page.edit(field.key.end + 1..field.value.start, "\u{3000}").found()).collect()
}

/// The first indented line of each block; the others then stand elsewhere than it, which is the same mistake.
fn indents(page: &Page, with: &str) -> Vec<Mutation> {
    page.lines(page.head.clone())
        .into_iter()
        .filter(|line| page.text[line.clone()].starts_with("  "))
        .map(|line| page.edit(line.start..line.start + 2, with).found())
        .collect()
}

fn tab(_: &World, page: &Page) -> Vec<Mutation> {
    indents(page, "\t")
}

fn full_width_indent(_: &World, page: &Page) -> Vec<Mutation> {
    indents(page, "\u{3000}")
}

fn colon_in_value(_: &World, page: &Page) -> Vec<Mutation> {
    let found = |name| {
        let field = page.field(name)?;
        let value = page.text[field.value.clone()].trim_matches(['\'', '"']).replace(['\'', '"'], "");
        Some(page.edit(field.value, &format!("附: {value}")).found())
    };
    // The title of a required work must be that of the list, with or without a colon.
    let names = if page.field("work").is_some() {
        &["summary"][..]
    } else {
        &["title", "summary", "gloss", "address"]
    };
    names.iter().filter_map(|name| found(name)).collect()
}

fn at_sign(_: &World, page: &Page) -> Vec<Mutation> {
    let found = |name: &str| {
        let field = page.field(name)?;
        let value = page.text[field.value.clone()].trim_matches(['\'', '"']).replace(['\'', '"'], "");
        let edit = page.edit(field.value, &format!("@{value}"));
        // Whether the sign or the whole value is wrong is the program's to choose.
        Some(edit.found_in("@").open_end())
    };
    ["title", "summary"].into_iter().filter_map(found).collect()
}

/// Two items become one, which is what is wrong. In a list of free words such a comma may be meant.
fn full_width_comma(_: &World, page: &Page) -> Vec<Mutation> {
    ["topics", "methods", "audience", "teachers", "cases", "bases", "themes"]
        .iter()
        .filter_map(|name| page.field(name))
        .filter_map(|field| {
            let items = page.items(&field);
            let [first, second, ..] = &items[..] else { return None };
            let both = format!("{}，{}", &page.text[first.clone()], &page.text[second.clone()]);
            Some(page.edit(first.start..second.end, &both).found())
        })
        .collect()
}

fn open_bracket(_: &World, page: &Page) -> Vec<Mutation> {
    let lists = page.fields().into_iter().filter(|field| page.text[field.value.clone()].starts_with('['));
    lists
        .map(|field| {
            let start = field.value.start;
            let edit = page.edit(field.value.end - 1..field.value.end, "");
            edit.found_at(start..start + 1).open_end()
        })
        .collect()
}

fn no_front_matter(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.edit(0..page.head.end + 4, "").top()]
}

fn dashes(_: &World, page: &Page) -> Vec<Mutation> {
    ["———", "－－－", "--", "––"].into_iter().map(|line| page.edit(0..3, line).top()).collect()
}

fn text_above(_: &World, page: &Page) -> Vec<Mutation> {
    ["\n", "# 标题\n\n"].into_iter().map(|text| page.edit(0..0, text).top()).collect()
}

fn not_closed(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.edit(page.head.end..page.head.end + 4, "").first_line()]
}

/// Between two 汉字 of a paragraph of the text.
fn inserted(page: &Page, what: &str) -> Vec<Mutation> {
    let body = page.head.end + 4..page.text.len();
    let paragraphs = page.lines(body).into_iter().filter(|line| {
        let text = &page.text[line.clone()];
        text.chars().count() > 30
            && text.chars().next().is_some_and(han)
            && text.chars().nth(1).is_some_and(han)
    });
    paragraphs
        .map(|line| {
            let at = line.start + '汉'.len_utf8();
            page.edit(at..at, what).found()
        })
        .collect()
}

pub fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn zero_width_in_value(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("summary") else { return Vec::new() };
    let text = &page.text[field.value.clone()];
    let inside = text.char_indices().zip(text.chars().skip(1)).find(|((_, a), b)| han(*a) && han(*b));
    let at = field.value.start + inside.map_or(0, |((at, c), _)| at + c.len_utf8());
    vec![page.edit(at..at, "\u{200b}").found()]
}

fn key_twice(_: &World, page: &Page) -> Vec<Mutation> {
    let inline = page.fields().into_iter().filter(|field| !field.value.is_empty());
    inline
        .map(|field| {
            let line = page.text[field.block.clone()].trim_end();
            page.add_line(line).found_in(&page.text[field.key.clone()])
        })
        .collect()
}

fn key_in_both_languages(_: &World, page: &Page) -> Vec<Mutation> {
    let names = [
        ("title", "标题"),
        ("summary", "摘要"),
        ("status", "状态"),
        ("updated", "更新日期"),
        ("owner", "责任单位"),
        ("hours", "学时"),
        ("audience", "对象"),
        ("level", "级别"),
        ("region", "地区"),
        ("gloss", "释义"),
    ];
    names
        .into_iter()
        .filter_map(|(name, chinese)| {
            let field = page.field(name)?;
            let other = if &page.text[field.key] == name { chinese } else { name };
            let value = &page.text[field.value];
            Some(page.add_line(&format!("{other}: {value}")).found_in(other))
        })
        .collect()
}

fn inner_key_twice(_: &World, page: &Page) -> Vec<Mutation> {
    let records = page.fields().into_iter().flat_map(|field| page.records(&field));
    records
        .filter_map(|record| {
            let (key, value) = page.pairs(&record).into_iter().next()?;
            let pair = format!(", {}: {}", &page.text[key.clone()], &page.text[value]);
            let name = page.text[key].to_owned();
            let end = record.end - 1;
            Some(page.edit(end..end, &pair).found_in(&name))
        })
        .collect()
}

/// The same file in a folder below: the later path has the finding.
fn same_id(_: &World, page: &Page) -> Vec<Mutation> {
    // `x/..` sorts before `x.md` only by its first different character; a folder named z sorts after every id.
    let path = format!("content/{}/zz/{}.md", page.folder, page.id);
    vec![Mutation::file(path, page.text.clone().into_bytes())]
}

fn formerly_taken(world: &World, page: &Page) -> Vec<Mutation> {
    let other = world.pages.iter().find(|other| other.folder == page.folder && other.id != page.id);
    let line = other.map(|other| page.add_line(&format!("formerly: [{}]", other.id)).found_in(&other.id));
    line.into_iter().collect()
}

fn anchor(_: &World, page: &Page) -> Vec<Mutation> {
    let plain = page.fields().into_iter().filter(|field| !field.value.is_empty());
    plain
        .map(|field| page.edit(field.value.start..field.value.start, "&jiyi ").found_in("&jiyi").open_end())
        .collect()
}

fn alias(_: &World, page: &Page) -> Vec<Mutation> {
    let inline = page.fields().into_iter().filter(|field| !field.value.is_empty());
    inline.map(|field| page.edit(field.value, "*jiyi").found().open_end()).collect()
}

fn tag(_: &World, page: &Page) -> Vec<Mutation> {
    let plain = page.fields().into_iter().filter(|field| !field.value.is_empty());
    plain
        .map(|field| page.edit(field.value.start..field.value.start, "!!str ").found_in("!!str").open_end())
        .collect()
}

/// The bracket that is one too deep: the front matter itself is the first level.
fn nested(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("keywords") else { return Vec::new() };
    let deep = format!("{}深{}", "[".repeat(16), "]".repeat(16));
    let at = field.value.start + 15;
    vec![page.edit(field.value, &deep).found_at(at..at + 1).open_end()]
}

fn second_document(_: &World, page: &Page) -> Vec<Mutation> {
    // Where the second one begins is not fixed: at the dots, or at what follows them.
    vec![page.add_line("...\nrights: 无").anywhere()]
}

fn long_value(_: &World, page: &Page) -> Vec<Mutation> {
    let value = "长".repeat((64 << 10) / 3 + 1);
    vec![page.add_line(&format!("rights: {value}")).found_in(&value)]
}
