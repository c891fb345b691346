//! Mistakes against the vocabularies, the edition and other documents: KB-201 to KB-312, KB-602 and KB-801.

use super::fields::misspell;
use super::page::{Mutation, Page, kind};
use super::{Sort, World};
use std::ops::Range;

pub const SORTS: &[Sort] = &[
    Sort { name: "unknown value", code: 201, make: unknown_value },
    Sort { name: "misspelt value", code: 201, make: misspelt_value },
    Sort { name: "unknown value in a list", code: 201, make: unknown_item },
    Sort { name: "misspelt value in a list", code: 201, make: misspelt_item },
    Sort { name: "unknown value in a record", code: 201, make: unknown_inner },
    Sort { name: "unknown level of an award", code: 201, make: unknown_award },
    Sort { name: "theory without module", code: 202, make: without_module },
    Sort { name: "module x without topic", code: 203, make: without_topic },
    Sort { name: "unregistered topic of module x", code: 203, make: unregistered_topic },
    Sort { name: "topic of x in another module", code: 203, make: needless_topic },
    Sort { name: "module outside theory", code: 204, make: needless_module },
    Sort { name: "topic of another area", code: 205, make: foreign_topic },
    Sort { name: "edition expired", code: 206, make: expired },
    Sort { name: "deprecated value", code: 206, make: deprecated },
    Sort { name: "scheme and groups disagree", code: 207, make: scheme },
    Sort { name: "id twice in the edition", code: 207, make: edition_id_twice },
    Sort { name: "share over zero", code: 207, make: over_zero },
    Sort { name: "indicator names what is not there", code: 207, make: indicator_of_nothing },
    Sort { name: "reference to nothing", code: 301, make: dead_scalar },
    Sort { name: "reference to nothing in a list", code: 301, make: dead_item },
    Sort { name: "reference to nothing in a record", code: 301, make: dead_inner },
    Sort { name: "reference to nothing in the text", code: 301, make: dead_wiki },
    Sort { name: "wiki link of no kind", code: 301, make: wiki_of_no_kind },
    Sort { name: "no such edition", code: 301, make: no_such_edition },
    Sort { name: "reference with another kind", code: 302, make: wrong_kind },
    Sort { name: "id of another kind in a list", code: 302, make: id_of_another_kind },
    Sort { name: "public text names internal material", code: 302, make: internal_in_text },
    Sort { name: "public field names internal material", code: 302, make: internal_in_field },
    Sort { name: "text names a retired document", code: 303, make: retired_in_text },
    Sort { name: "field names a suspended document", code: 303, make: suspended_in_field },
    Sort { name: "title of a required work changed", code: 304, make: required_title },
    Sort { name: "required work without a reading", code: 304, make: required_without_reading },
    Sort { name: "volume that does not exist", code: 305, make: no_such_volume },
    Sort { name: "chapter that does not exist", code: 305, make: no_such_chapter },
    Sort { name: "theory without required work", code: 306, make: no_required_work },
    Sort { name: "course that requires itself", code: 307, make: requires_itself },
    Sort { name: "document that supersedes itself", code: 307, make: supersedes_itself },
    Sort { name: "two courses that require each other", code: 307, make: require_each_other },
    Sort { name: "three courses in a circle", code: 307, make: circle_of_three },
    Sort { name: "list for leaders without required work", code: 312, make: leaders_without },
    Sort { name: "retired without exit", code: 602, make: retired_without_exit },
    Sort { name: "exit without date", code: 602, make: exit_without_date },
    Sort { name: "exit of a living document", code: 602, make: exit_of_the_living },
    Sort { name: "successor retired too", code: 602, make: retired_successor },
    Sort { name: "review gate deleted", code: 801, make: gate_deleted },
    Sort { name: "all reviews deleted", code: 801, make: reviews_deleted },
    Sort { name: "review without its date", code: 801, make: gate_incomplete },
    Sort { name: "released without review", code: 801, make: released },
];

const CHOICES: [&str; 15] = [
    "status",
    "release",
    "area",
    "module",
    "kind",
    "level",
    "region",
    "bank_level",
    "class_kind",
    "engagement",
    "role",
    "mode",
    "advantage",
    "series",
    "work",
];

fn choices(page: &Page, change: fn(&str) -> String) -> Vec<Mutation> {
    CHOICES
        .iter()
        .filter_map(|name| page.field(name))
        .map(|field| {
            let value = change(page.text[field.value.clone()].trim_matches('\''));
            page.edit(field.value, &value).found()
        })
        .collect()
}

fn unknown_value(_: &World, page: &Page) -> Vec<Mutation> {
    choices(page, |_| "莫名其妙".into())
}

/// A region of six digits misspelt may be another region.
fn misspelt_value(_: &World, page: &Page) -> Vec<Mutation> {
    choices(page, |value| if value.starts_with('3') { "339999".into() } else { misspell(value) })
}

fn item_values(page: &Page, names: &[&str]) -> Vec<Range<usize>> {
    names.iter().filter_map(|name| page.field(name)).flat_map(|field| page.items(&field)).collect()
}

const LISTS: [&str; 5] = ["topics", "methods", "audience", "themes", "ranks"];

fn unknown_item(_: &World, page: &Page) -> Vec<Mutation> {
    item_values(page, &LISTS).into_iter().map(|item| page.edit(item, "莫名其妙").found()).collect()
}

fn misspelt_item(_: &World, page: &Page) -> Vec<Mutation> {
    item_values(page, &LISTS)
        .into_iter()
        .map(|item| {
            let wrong = misspell(&page.text[item.clone()]);
            page.edit(item, &wrong).found()
        })
        .collect()
}

fn unknown_inner(_: &World, page: &Page) -> Vec<Mutation> {
    [("readings", "mode"), ("items", "mode"), ("sessions", "method")]
        .into_iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(_, _, value)| page.edit(value, "莫名其妙").found())
        .collect()
}

fn unknown_award(_: &World, page: &Page) -> Vec<Mutation> {
    if !page.is("courses") {
        return Vec::new();
    }
    vec![page.add_line("awards: [{kind: 精品课程, level: 宇宙级, year: 2020}]").found_in("宇宙级")]
}

fn without_module(_: &World, page: &Page) -> Vec<Mutation> {
    let theory = page.value("area") == Some("theory") && page.value("module") != Some("x");
    let field = page.field("module").filter(|_| theory);
    field.map(|field| page.edit(field.block, "").first_line()).into_iter().collect()
}

/// The module is what demands the topic.
fn without_topic(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(topic) = page.field("x_topic") else { return Vec::new() };
    let module = page.field("module").unwrap();
    assert!(module.block.end <= topic.block.start, "the module stands first");
    vec![page.edit(topic.block, "").found_at(module.value)]
}

fn unregistered_topic(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(topic) = page.field("x_topic") else { return Vec::new() };
    ["artificial-life", "人工智能伦理"].map(|value| page.edit(topic.value.clone(), value).found()).into()
}

fn needless_topic(_: &World, page: &Page) -> Vec<Mutation> {
    if page.value("area") != Some("theory") || page.value("module") == Some("x") {
        return Vec::new();
    }
    vec![page.add_line("x_topic: national-security").found_in("national-security")]
}

fn needless_module(_: &World, page: &Page) -> Vec<Mutation> {
    if page.value("area").is_none_or(|area| area == "theory") {
        return Vec::new();
    }
    ["econ", "党建"].map(|module| page.add_line(&format!("module: {module}")).found_in(module)).into()
}

fn foreign_topic(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(area) = page.value("area") else { return Vec::new() };
    let topic = if area == "theory" { "ideals" } else { "three-laws" };
    item_values(page, &["topics"]).into_iter().map(|item| page.edit(item, topic).found()).collect()
}

/// Once, not for every document.
fn first(world: &World, page: &Page) -> bool {
    world.pages[0].path == page.path
}

fn expired(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    let settings = &world.settings;
    let (today, edition) = (settings.field("today").unwrap(), settings.field("edition").unwrap());
    assert!(edition.block.end <= today.block.start, "the edition stands first");
    ["2023-01-01", "2018-12-27"]
        .map(|day| settings.edit(today.value.clone(), day).found_at(edition.value.clone()))
        .into()
}

/// A method that the edition gives up, and the course that still has it.
fn deprecated(world: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("methods") else { return Vec::new() };
    page.items(&field)
        .into_iter()
        .map(|item| {
            let edition = world.edition.text.replace(
                "\nmethods:\n",
                "\nmethods:\n  - {id: radio, label: 广播, deprecated: true, interactive: false, source: {line: 57, quote: 讲授式}}\n",
            );
            assert!(edition.len() > world.edition.text.len());
            page.edit(item, "radio").with(world.edition.path.clone(), edition).found()
        })
        .collect()
}

fn in_edition(world: &World, from: &str, to: &str, piece: &str) -> Mutation {
    let at = world.edition.text.find(from).unwrap_or_else(|| panic!("{from} is not in the edition"));
    world.edition.edit(at..at + from.len(), to).found_in(piece)
}

fn scheme(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    ["\"1+1+7+X\"", "\"1+6+X\"", "\"1+1+6\""]
        .map(|wrong| in_edition(world, "scheme: \"1+1+6+X\"", &format!("scheme: {wrong}"), wrong))
        .into()
}

fn edition_id_twice(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    let add = |section: &str, after: &str, item: &str, id: &str| {
        let from = format!("\n{section}:\n");
        let start = world.edition.text.find(&from).unwrap() + from.len();
        let end = start + world.edition.text[start..].find(after).unwrap();
        world.edition.edit(end..end, item).found_in(id)
    };
    vec![
        add(
            "audiences",
            "\nmethods:",
            "\n  - {id: leaders, label: 另一类对象, source: {line: 99, quote: 党政领导班子成员}}\n",
            "leaders",
        ),
        add(
            "base_themes",
            "\nadvantages:",
            "\n  - {id: liang-shan, label: 另一类主题, source: {line: 80, quote: 八八战略}}\n",
            "liang-shan",
        ),
    ]
}

fn over_zero(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    ["1/0", "6/5", "20%", "0.2"]
        .map(|share| in_edition(world, "at_least: 1/5", &format!("at_least: {share}"), share))
        .into()
}

fn indicator_of_nothing(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    vec![
        in_edition(world, "requires: {module: [bb]}", "requires: {module: [zz]}", "zz"),
        in_edition(world, "numerator: {area: [party-spirit]}", "numerator: {area: [party]}", "party"),
    ]
}

const SCALAR_REFERENCES: [&str; 6] = ["owner", "guide", "part_of", "parent", "institution", "supersedes"];
const LIST_REFERENCES: [&str; 6] = ["teachers", "cases", "bases", "textbooks", "prerequisites", "courses"];
const INNER_REFERENCES: [(&str, &str); 4] =
    [("readings", "work"), ("items", "work"), ("sessions", "course"), ("sessions", "teacher")];

fn dead_scalar(_: &World, page: &Page) -> Vec<Mutation> {
    SCALAR_REFERENCES
        .iter()
        .filter_map(|name| page.field(name))
        .flat_map(|field| {
            let wrong = misspell(&page.text[field.value.clone()]);
            [wrong.as_str(), "no-such-thing"].map(|id| page.edit(field.value.clone(), id).found())
        })
        .collect()
}

fn dead_item(_: &World, page: &Page) -> Vec<Mutation> {
    item_values(page, &LIST_REFERENCES)
        .into_iter()
        .map(|item| {
            let wrong = misspell(&page.text[item.clone()]);
            page.edit(item, &wrong).found()
        })
        .collect()
}

fn dead_inner(_: &World, page: &Page) -> Vec<Mutation> {
    INNER_REFERENCES
        .into_iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(_, _, value)| {
            let wrong = misspell(&page.text[value.clone()]);
            page.edit(value, &wrong).found()
        })
        .collect()
}

/// Every `[[..]]` of the text: the whole, and what it says.
pub fn wiki_links(page: &Page) -> Vec<(Range<usize>, &str)> {
    let mut out = Vec::new();
    let mut at = page.head.end;
    while let Some(start) = page.text[at..].find("[[").map(|n| at + n) {
        let Some(end) = page.text[start..].find("]]").map(|n| start + n + 2) else { break };
        out.push((start..end, &page.text[start + 2..end - 2]));
        at = end;
    }
    out
}

fn dead_wiki(_: &World, page: &Page) -> Vec<Mutation> {
    wiki_links(page)
        .into_iter()
        .filter(|(_, inside)| !inside.contains('|'))
        .map(|(whole, inside)| {
            let (kind, id) = inside.split_once('/').unwrap();
            page.edit(whole, &format!("[[{kind}/{}]]", misspell(id))).found()
        })
        .collect()
}

fn wiki_of_no_kind(_: &World, page: &Page) -> Vec<Mutation> {
    ["[[lesson/bb-overview]]", "[[bb-overview]]", "[[八八战略]]"]
        .map(|link| page.add_paragraph(&format!("参见{link}。")).found_in(link))
        .into()
}

fn no_such_edition(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    let edition = world.settings.field("edition").unwrap();
    vec![world.settings.edit(edition.value, "zj-2018-2023").found()]
}

fn wrong_kind(_: &World, page: &Page) -> Vec<Mutation> {
    SCALAR_REFERENCES
        .iter()
        .filter_map(|name| page.field(name))
        .map(|field| {
            let id = if field.name == "part_of" { "base/yucun-base" } else { "course/bb-overview" };
            page.edit(field.value, id).found()
        })
        .collect()
}

fn id_of_another_kind(_: &World, page: &Page) -> Vec<Mutation> {
    LIST_REFERENCES
        .iter()
        .filter_map(|name| page.field(name))
        .flat_map(|field| {
            let id = if matches!(field.name.as_str(), "prerequisites" | "courses") {
                "yucun-base"
            } else {
                "bb-overview"
            };
            page.items(&field).into_iter().map(|item| page.edit(item, id).found()).collect::<Vec<_>>()
        })
        .collect()
}

/// A twin of another document beside it, with these lines more.
fn twin(other: &Page, status: &str, more: &str) -> (String, String) {
    let text = other.twin("twin-document", status).replacen("---\n", &format!("---\n{more}"), 1);
    (other.beside("twin-document"), text)
}

const EXIT: &str = "exit: {date: 2022-06-30, reason: 内容已经过时}\n";

fn named_in_text(world: &World, page: &Page, status: &str, more: &str) -> Vec<Mutation> {
    ["course/law-basics", "case/yucun-transition", "base/yucun-base"]
        .map(|key| {
            let other = world.page(key);
            let (path, text) = twin(other, status, more);
            let link = format!("[[{}/twin-document]]", kind(&other.folder));
            page.add_paragraph(&format!("参见{link}。")).with(path, text).found_in(&link)
        })
        .into()
}

fn internal_in_text(world: &World, page: &Page) -> Vec<Mutation> {
    named_in_text(world, page, "published", "release: internal\n")
}

fn retired_in_text(world: &World, page: &Page) -> Vec<Mutation> {
    named_in_text(world, page, "retired", EXIT)
}

fn named_in_field(world: &World, page: &Page, status: &str, more: &str) -> Vec<Mutation> {
    [("cases", "case/yucun-transition"), ("bases", "base/yucun-base"), ("textbooks", "reading/dangzhang")]
        .into_iter()
        .filter(|_| page.is("courses"))
        .map(|(name, key)| {
            let (path, text) = twin(world.page(key), status, more);
            match page.field(name) {
                Some(field) => {
                    let end = page.items(&field).last().unwrap().end;
                    page.edit(end..end, ", twin-document").with(path, text).found_in("twin-document")
                }
                None => {
                    let line = format!("{name}: [twin-document]");
                    page.add_line(&line).with(path, text).found_in("twin-document")
                }
            }
        })
        .collect()
}

fn internal_in_field(world: &World, page: &Page) -> Vec<Mutation> {
    named_in_field(world, page, "published", "release: internal\n")
}

fn suspended_in_field(world: &World, page: &Page) -> Vec<Mutation> {
    named_in_field(world, page, "suspended", "")
}

fn required_title(_: &World, page: &Page) -> Vec<Mutation> {
    if page.value("kind") != Some("required") {
        return Vec::new();
    }
    let field = page.field("title").unwrap();
    let title = format!("{}选编", page.value("title").unwrap());
    vec![page.edit(field.value, &title).found()]
}

fn required_without_reading(world: &World, page: &Page) -> Vec<Mutation> {
    if !first(world, page) {
        return Vec::new();
    }
    let item = "  - id: sample-work\n    label: 《示例读物》\n    title: 示例读物\n    source: {line: 68, quote: 《之江新语》}\n";
    let from = "\nrequired_readings:\n";
    vec![in_edition(world, from, &format!("{from}{item}"), "sample-work")]
}

fn no_such_volume(_: &World, page: &Page) -> Vec<Mutation> {
    [("readings", "volume"), ("items", "volume")]
        .into_iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(_, _, value)| page.edit(value, "9").found())
        .collect()
}

/// The reading has a table of contents now, and the course names a chapter that is not in it.
fn no_such_chapter(world: &World, page: &Page) -> Vec<Mutation> {
    page.inner("readings", "work")
        .into_iter()
        .map(|(_, _, work)| {
            let reading = world.page(&format!("reading/{}", &page.text[work.clone()]));
            (work, reading)
        })
        .filter(|(work, reading)| {
            let item = &page.text[work.end..];
            reading.field("toc").is_none() && !item[..item.find('}').unwrap_or(0)].contains("chapters")
        })
        .map(|(work, reading)| {
            let text = reading.add_line("toc: [{n: 1, title: 第一篇}, {n: 2, title: 第二篇}]").text;
            let more = ", chapters: [1, 第二篇, 31]";
            page.edit(work.end..work.end, more).with(reading.path.clone(), text).found_in("31")
        })
        .collect()
}

fn no_required_work(_: &World, page: &Page) -> Vec<Mutation> {
    if page.value("area") != Some("theory") || !page.is("courses") {
        return Vec::new();
    }
    let field = page.field("readings").unwrap();
    vec![
        page.edit(field.block.clone(), "").first_line(),
        page.edit(field.block, "readings: [{work: national-plan, mode: general}]\n").first_line(),
    ]
}

fn requires_itself(_: &World, page: &Page) -> Vec<Mutation> {
    if !page.is("courses") || page.field("prerequisites").is_some() {
        return Vec::new();
    }
    vec![page.add_line(&format!("prerequisites: [{}]", page.id)).found_in(&page.id)]
}

fn supersedes_itself(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.add_line(&format!("supersedes: {}", page.id)).found_in(&page.id)]
}

/// Courses without prerequisites, this one and those that sort after it.
fn later_courses<'a>(world: &'a World, page: &Page) -> Vec<&'a Page> {
    let free = |page: &Page| page.is("courses") && page.field("prerequisites").is_none();
    if !free(page) {
        return Vec::new();
    }
    world.pages.iter().filter(|other| free(other) && other.id > page.id).collect()
}

/// The one that sorts first has the finding.
fn circle(page: &Page, others: &[&Page]) -> Mutation {
    let mut edit = page.add_line(&format!("prerequisites: [{}]", others[0].id));
    for (n, other) in others.iter().enumerate() {
        let next = others.get(n + 1).map_or(&page.id, |next| &next.id);
        edit = edit.with(other.path.clone(), other.add_line(&format!("prerequisites: [{next}]")).text);
    }
    edit.found_in(&others[0].id)
}

fn require_each_other(world: &World, page: &Page) -> Vec<Mutation> {
    later_courses(world, page).chunks_exact(1).take(3).map(|others| circle(page, others)).collect()
}

fn circle_of_three(world: &World, page: &Page) -> Vec<Mutation> {
    later_courses(world, page).chunks_exact(2).take(2).map(|others| circle(page, others)).collect()
}

fn leaders_without(_: &World, page: &Page) -> Vec<Mutation> {
    let leaders = page.value("audience").is_some_and(|audience| audience.contains("leaders"));
    let Some(field) = page.field("items").filter(|_| leaders) else { return Vec::new() };
    vec![page.edit(field.block, "items: [{work: national-plan, mode: general}]\n").first_line()]
}

/// A retired twin: nothing refers to it, so that its exit is all that may be missing.
fn retired_twin(page: &Page, lines: &str, place: &str) -> Option<Mutation> {
    if page.is("programmes") {
        return None;
    }
    let text = page.twin("twin-document", "retired").replacen(
        "\nstatus: retired\n",
        &format!("\nstatus: retired\n{lines}"),
        1,
    );
    let start = text.find(place)?;
    let (from, to) = (super::page::place(&text, start), super::page::place(&text, start + place.len()));
    let mutation = Mutation::file(page.beside("twin-document"), text.into_bytes());
    Some(Mutation { start: Some(from), end: Some(to), ..mutation })
}

fn retired_without_exit(_: &World, page: &Page) -> Vec<Mutation> {
    retired_twin(page, "", "retired").into_iter().collect()
}

fn exit_without_date(_: &World, page: &Page) -> Vec<Mutation> {
    ["{reason: 内容已经过时}", "{date: 2022-06-30}"]
        .into_iter()
        .filter_map(|exit| retired_twin(page, &format!("exit: {exit}\n"), exit))
        .collect()
}

fn exit_of_the_living(_: &World, page: &Page) -> Vec<Mutation> {
    let exit = EXIT.trim_end();
    vec![page.add_line(exit).found_in(&exit["exit: ".len()..])]
}

/// Two retired twins, one of which names the other as its successor.
fn retired_successor(_: &World, page: &Page) -> Vec<Mutation> {
    let exit = "exit: {date: 2022-06-30, reason: 内容已经过时, replaced_by: other-twin}\n";
    let Some(mut mutation) = retired_twin(page, exit, "other-twin") else { return Vec::new() };
    let (path, text) = (page.beside("other-twin"), page.twin("other-twin", "retired"));
    let text = text.replacen("---\n", &format!("---\n{EXIT}"), 1);
    mutation.files.push((path, text.into_bytes()));
    vec![mutation]
}

fn gate_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    let field = page.field("reviews").unwrap();
    let lines = page.lines(field.block);
    lines.into_iter().skip(1).map(|line| page.edit(line, "").first_line()).collect()
}

fn reviews_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.edit(page.field("reviews").unwrap().block, "").first_line()]
}

fn gate_incomplete(_: &World, page: &Page) -> Vec<Mutation> {
    let field = page.field("reviews").unwrap();
    page.children(&field)
        .into_iter()
        .flat_map(|(_, value)| {
            ["{by: 示例审核}", "{date: 2022-09-01}"].map(|gate| page.edit(value.clone(), gate).found())
        })
        .collect()
}

/// A draft twin without reviews becomes a published document.
fn released(_: &World, page: &Page) -> Vec<Mutation> {
    let (with, without) = (page.twin("twin-document", "published"), page.field("reviews").unwrap());
    let text = with.replacen(&page.text[without.block], "", 1);
    let mutation = Mutation::file(page.beside("twin-document"), text.into_bytes());
    vec![Mutation { end: Some((1, 4)), ..mutation }]
}
