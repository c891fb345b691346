//! Mistakes of single fields: KB-101 to KB-106.

use super::page::{Field, Mutation, Page};
use super::{Sort, World};
use std::ops::Range;

pub const SORTS: &[Sort] = &[
    Sort { name: "required field deleted", code: 101, make: required_deleted },
    Sort { name: "required field empty", code: 101, make: required_empty },
    Sort { name: "required list empty", code: 101, make: required_list_empty },
    Sort { name: "field of published documents deleted", code: 101, make: published_deleted },
    Sort { name: "list shorter than its minimum", code: 101, make: list_too_short },
    Sort { name: "required field of a record deleted", code: 101, make: inner_deleted },
    Sort { name: "source deleted", code: 101, make: source_deleted },
    Sort { name: "session without course", code: 101, make: session_without_course },
    Sort { name: "key misspelt", code: 102, make: key_misspelt },
    Sort { name: "key nobody knows", code: 102, make: key_unknown },
    Sort { name: "Chinese key nobody knows", code: 102, make: chinese_key_unknown },
    Sort { name: "key of another kind", code: 102, make: key_of_another_kind },
    Sort { name: "inner key misspelt", code: 102, make: inner_key_misspelt },
    Sort { name: "review gate misspelt", code: 102, make: gate_misspelt },
    Sort { name: "word for a number", code: 103, make: word_for_number },
    Sort { name: "number with its unit", code: 103, make: number_with_unit },
    Sort { name: "word for a number in a record", code: 103, make: word_for_inner_number },
    Sort { name: "list for a single value", code: 103, make: list_for_scalar },
    Sort { name: "map for a single value", code: 103, make: map_for_scalar },
    Sort { name: "single value for a list", code: 103, make: scalar_for_list },
    Sort { name: "single value for a record", code: 103, make: scalar_for_record },
    Sort { name: "date with dots", code: 103, make: |_, page| dates(page, |y, m, d| format!("{y}.{m}.{d}")) },
    Sort {
        name: "date in Chinese",
        code: 103,
        make: |_, page| dates(page, |y, m, d| format!("{y}年{m}月{d}日")),
    },
    Sort {
        name: "date with slashes",
        code: 103,
        make: |_, page| dates(page, |y, m, d| format!("{y}/{m}/{d}")),
    },
    Sort {
        name: "day that does not exist",
        code: 103,
        make: |_, page| dates(page, |y, _, _| format!("{y}-02-30")),
    },
    Sort { name: "date in a record", code: 103, make: inner_dates },
    Sort { name: "neither yes nor no", code: 103, make: not_boolean },
    Sort { name: "slot that is none", code: 103, make: bad_slot },
    Sort { name: "number out of range", code: 104, make: out_of_range },
    Sort { name: "hours off their step", code: 104, make: off_step },
    Sort { name: "number of a record out of range", code: 104, make: inner_out_of_range },
    Sort { name: "position off the globe", code: 104, make: off_the_globe },
    Sort { name: "from and to swapped", code: 104, make: period_swapped },
    Sort { name: "start and end swapped", code: 104, make: start_end_swapped },
    Sort { name: "exited before admitted", code: 104, make: exited_before_admitted },
    Sort { name: "title of one character", code: 105, make: |_, page| titles(page, "一") },
    Sort { name: "title too long", code: 105, make: |_, page| titles(page, &"长".repeat(81)) },
    Sort { name: "summary too short", code: 105, make: |_, page| summaries(page, "太短的摘要。") },
    Sort { name: "summary too long", code: 105, make: |_, page| summaries(page, &"太长".repeat(101)) },
    Sort { name: "title of another document", code: 105, make: title_taken },
    Sort { name: "file name that is no id", code: 106, make: bad_id },
    Sort { name: "reserved file name", code: 106, make: reserved_id },
    Sort { name: "ending in capitals", code: 106, make: bad_ending },
    Sort { name: "folder of no kind", code: 106, make: bad_folder },
];

/// What the content model marks R, without `area`'s companions and `reviews`, which have codes of their own.
pub fn required(folder: &str) -> &'static [&'static str] {
    match folder {
        "courses" => &["title", "status", "area", "hours", "methods", "audience"],
        "readings" => &["title", "status", "kind"],
        "reading-lists" => &["title", "status", "audience", "items"],
        "cases" => &["title", "status", "area", "region", "period", "bank_level"],
        "bases" => &["title", "status", "kind", "level", "themes", "region", "address"],
        "programmes" => &["title", "status", "class_kind", "institution", "audience", "sessions"],
        "institutions" => &["title", "status", "kind", "level", "region"],
        "teachers" => &["title", "status", "engagement", "role", "consent"],
        "terms" => &["title", "status", "gloss"],
        "articles" => &["title", "status", "kind"],
        _ => unreachable!("{folder}"),
    }
}

fn named(page: &Page, names: &[&str]) -> Vec<Field> {
    names.iter().filter_map(|name| page.field(name)).collect()
}

fn required_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, required(&page.folder))
        .into_iter()
        .map(|field| page.edit(field.block, "").first_line())
        .collect()
}

/// The key is there, so it is the key that has nothing.
fn required_empty(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, required(&page.folder))
        .into_iter()
        .map(|field| {
            let line = format!("{}:\n", field.name);
            page.edit(field.block, &line).found_in(&field.name)
        })
        .collect()
}

fn is_list(page: &Page, field: &Field) -> bool {
    let whole = &page.text[page.whole(field)];
    whole.starts_with('[') || whole.starts_with("- ")
}

fn required_list_empty(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, required(&page.folder))
        .into_iter()
        .filter(|field| is_list(page, field))
        .map(|field| {
            let line = format!("{}: []\n", field.name);
            page.edit(field.block, &line).found_in("[]")
        })
        .collect()
}

fn published_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    let names: &[&str] = match page.folder.as_str() {
        "courses" => &["summary", "review_due", "objectives"],
        "cases" => &["summary", "review_due", "questions"],
        _ => &["summary", "review_due"],
    };
    named(page, names).into_iter().map(|field| page.edit(field.block, "").first_line()).collect()
}

fn list_too_short(_: &World, page: &Page) -> Vec<Mutation> {
    let names: &[&str] = match page.folder.as_str() {
        "courses" => &["objectives"],
        "cases" => &["questions"],
        _ => &[],
    };
    named(page, names)
        .into_iter()
        .flat_map(|field| {
            let first = page.items(&field)[0].clone();
            let item = page.text[first].to_owned();
            let flow = format!("[{item}]");
            let block = format!("- {item}");
            [(format!("{}: {flow}\n", field.name), flow), (format!("{}:\n  {block}\n", field.name), block)]
                .map(|(text, list)| page.edit(field.block.clone(), &text).found_in(&list))
        })
        .collect()
}

/// A pair and the comma beside it.
fn pair_with_comma(
    page: &Page,
    record: &Range<usize>,
    key: &Range<usize>,
    value: &Range<usize>,
) -> Range<usize> {
    let pairs = page.pairs(record);
    let at = pairs.iter().position(|pair| pair.0 == *key).expect("a pair of the record");
    match pairs.get(at + 1) {
        Some((next, _)) => key.start..next.start,
        None if at > 0 => pairs[at - 1].1.end..value.end,
        None => key.start..value.end,
    }
}

/// In a record, what lacks something is the record.
fn inner_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    let inner: &[(&str, &str)] = match page.folder.as_str() {
        "reading-lists" => &[("items", "mode")],
        "bases" => &[("activities", "name"), ("activities", "minutes")],
        "cases" => &[("timeline", "date"), ("timeline", "event"), ("period", "from")],
        _ => &[],
    };
    inner
        .iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(record, key, value)| {
            let cut = pair_with_comma(page, &record, &key, &value);
            let length = record.len() - cut.len();
            page.edit(cut, "").found_at(record.start..record.start + length)
        })
        .collect()
}

fn source_deleted(_: &World, page: &Page) -> Vec<Mutation> {
    let needed = matches!(page.value("kind"), Some("law" | "party-regulation" | "document" | "policy"));
    let field = page.field("source").filter(|_| needed);
    field.map(|field| page.edit(field.block, "").first_line()).into_iter().collect()
}

/// The hours are counted by the programme's rules, so a session of its own is added, without hours.
fn session_without_course(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("sessions") else { return Vec::new() };
    let record = "{day: 1, slot: evening, place: 第一教室}";
    let end = field.block.end;
    vec![page.edit(end..end, &format!("  - {record}\n")).found_in(record)]
}

/// Two letters in the wrong order, or one too few.
pub fn misspell(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let swap = (1..letters.len().saturating_sub(1)).rev().find(|n| letters[*n] != letters[n + 1]);
    let mut out = letters.clone();
    match swap {
        Some(n) if letters.len() > 3 => out.swap(n, n + 1),
        _ => out.push('x'),
    }
    out.into_iter().collect()
}

fn key_misspelt(_: &World, page: &Page) -> Vec<Mutation> {
    page.fields()
        .into_iter()
        .map(|field| {
            let wrong = misspell(&field.name);
            page.edit(field.key, &wrong).found()
        })
        .collect()
}

fn key_unknown(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.add_line("zq_wvvk: 一些说明").found_in("zq_wvvk")]
}

fn chinese_key_unknown(_: &World, page: &Page) -> Vec<Mutation> {
    vec![page.add_line("备忘: 一些说明").found_in("备忘")]
}

fn key_of_another_kind(_: &World, page: &Page) -> Vec<Mutation> {
    let line = if page.is("terms") { "bank_level: province" } else { "gloss: 一些说明" };
    let key = line.split(':').next().unwrap();
    vec![page.add_line(line).found_in(key)]
}

fn inner_key_misspelt(_: &World, page: &Page) -> Vec<Mutation> {
    let records = page.fields().into_iter().flat_map(|field| page.records(&field));
    records
        .flat_map(|record| page.pairs(&record))
        // What a word of two letters was meant to be cannot be told.
        .filter(|(key, _)| key.len() > 2)
        .map(|(key, _)| {
            let wrong = misspell(&page.text[key.clone()]);
            page.edit(key, &wrong).found()
        })
        .collect()
}

fn gate_misspelt(_: &World, page: &Page) -> Vec<Mutation> {
    let Some(field) = page.field("reviews") else { return Vec::new() };
    page.children(&field)
        .into_iter()
        .map(|(key, _)| {
            let wrong = misspell(&page.text[key.clone()]);
            page.edit(key, &wrong).found()
        })
        .collect()
}

const NUMBERS: [&str; 6] = ["hours", "days", "order", "year", "visit_hours", "capacity"];

fn word_for_number(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &NUMBERS).into_iter().map(|field| page.edit(field.value, "若干").found()).collect()
}

fn number_with_unit(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &NUMBERS)
        .into_iter()
        .map(|field| {
            let value = format!("约{}学时", &page.text[field.value.clone()]);
            page.edit(field.value, &value).found()
        })
        .collect()
}

fn word_for_inner_number(_: &World, page: &Page) -> Vec<Mutation> {
    [("activities", "minutes"), ("readings", "volume"), ("items", "volume"), ("sessions", "day")]
        .into_iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(_, _, value)| page.edit(value, "若干").found())
        .collect()
}

/// Fields of one plain value, whose loss has no other consequence.
const SINGLE: [&str; 11] = [
    "title",
    "summary",
    "status",
    "updated",
    "review_due",
    "gloss",
    "address",
    "hours",
    "owner",
    "region",
    "open",
];

fn list_for_scalar(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &SINGLE).into_iter().map(|field| page.edit(field.value, "[甲, 乙]").found()).collect()
}

fn map_for_scalar(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &SINGLE).into_iter().map(|field| page.edit(field.value, "{甲: 乙}").found()).collect()
}

fn scalar_for_list(_: &World, page: &Page) -> Vec<Mutation> {
    page.fields()
        .into_iter()
        .filter(|field| is_list(page, field))
        .map(|field| {
            let line = format!("{}: 一二三\n", field.name);
            page.edit(field.block, &line).found_in("一二三")
        })
        .collect()
}

fn scalar_for_record(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &["source", "period", "reviews"])
        .into_iter()
        .map(|field| {
            let line = format!("{}: 一二三\n", field.name);
            page.edit(field.block, &line).found_in("一二三")
        })
        .collect()
}

fn dates(page: &Page, write: fn(&str, &str, &str) -> String) -> Vec<Mutation> {
    named(page, &["updated", "review_due", "start", "end"])
        .into_iter()
        .map(|field| {
            let parts: Vec<&str> = page.text[field.value.clone()].split('-').collect();
            let value = write(parts[0], parts[1], parts[2]);
            page.edit(field.value, &value).found()
        })
        .collect()
}

fn inner_dates(_: &World, page: &Page) -> Vec<Mutation> {
    [("reviews", "date"), ("source", "date"), ("timeline", "date")]
        .into_iter()
        .flat_map(|(of, name)| page.inner(of, name))
        .map(|(_, _, value)| page.edit(value, "前年冬天").found())
        .collect()
}

fn not_boolean(_: &World, page: &Page) -> Vec<Mutation> {
    named(page, &["consent"]).into_iter().map(|field| page.edit(field.value, "也许").found()).collect()
}

fn bad_slot(_: &World, page: &Page) -> Vec<Mutation> {
    let slots = page.inner("sessions", "slot");
    slots.into_iter().map(|(_, _, value)| page.edit(value, "饭后").found()).collect()
}

fn out_of_range(_: &World, page: &Page) -> Vec<Mutation> {
    [
        ("hours", "0"),
        ("hours", "401"),
        ("visit_hours", "0"),
        ("visit_hours", "401"),
        ("order", "-1"),
        ("year", "1066"),
        ("days", "0"),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(page.edit(page.field(name)?.value, value).found()))
    .collect()
}

fn off_step(_: &World, page: &Page) -> Vec<Mutation> {
    let fields = named(page, &["hours", "visit_hours"]);
    fields
        .into_iter()
        .flat_map(|field| ["0.3", "2.25"].map(|value| page.edit(field.value.clone(), value).found()))
        .collect()
}

fn inner_out_of_range(_: &World, page: &Page) -> Vec<Mutation> {
    [
        ("activities", "minutes", "0"),
        ("activities", "minutes", "1441"),
        ("readings", "volume", "0"),
        ("items", "volume", "0"),
        ("sessions", "day", "0"),
    ]
    .into_iter()
    .flat_map(|(of, name, bad)| page.inner(of, name).into_iter().map(move |found| (found.2, bad)))
    .map(|(value, bad)| page.edit(value, bad).found())
    .collect()
}

fn off_the_globe(_: &World, page: &Page) -> Vec<Mutation> {
    if !page.is("bases") || page.field("geo").is_some() {
        return Vec::new();
    }
    vec![
        page.add_line("geo: {lat: 91.5, lon: 120, datum: wgs84}").found_in("91.5"),
        page.add_line("geo: {lat: 30, lon: 181.5, datum: wgs84}").found_in("181.5"),
    ]
}

fn period_swapped(_: &World, page: &Page) -> Vec<Mutation> {
    let Some((_, _, from)) = page.inner("period", "from").pop() else { return Vec::new() };
    let field = page.field("period").unwrap();
    let from = page.text[from].trim_matches('\'').to_owned();
    let year: u32 = from[..4].parse().unwrap();
    let earlier = format!("'{}'", year - 1);
    vec![page.edit(field.value, &format!("{{from: '{from}', to: {earlier}}}")).found_in(&earlier)]
}

fn start_end_swapped(_: &World, page: &Page) -> Vec<Mutation> {
    let (Some(start), Some(end)) = (page.field("start"), page.field("end")) else { return Vec::new() };
    let (a, b) = (page.text[start.value.clone()].to_owned(), page.text[end.value.clone()].to_owned());
    let block = start.block.start..end.block.end;
    vec![page.edit(block, &format!("start: {b}\nend: {a}\n")).found_in(&a)]
}

fn exited_before_admitted(_: &World, page: &Page) -> Vec<Mutation> {
    if !page.is("teachers") {
        return Vec::new();
    }
    // Both lie after the build date: nobody has exited yet.
    vec![page.add_line("admitted: 2024-05-01\nexited: 2024-04-30").found_in("2024-04-30")]
}

fn titles(page: &Page, title: &str) -> Vec<Mutation> {
    // A required work has its title from the edition.
    let free = page.value("kind") != Some("required");
    let field = page.field("title").filter(|_| free);
    field.map(|field| page.edit(field.value, title).found()).into_iter().collect()
}

fn summaries(page: &Page, summary: &str) -> Vec<Mutation> {
    let field = page.field("summary");
    field.map(|field| page.edit(field.value, summary).found()).into_iter().collect()
}

/// The later of the two documents has the finding; this one is the later. Terms have rules for the number in their name.
fn title_taken(world: &World, page: &Page) -> Vec<Mutation> {
    if page.is("terms") || page.value("kind") == Some("required") {
        return Vec::new();
    }
    let others = world.pages.iter().filter(|other| other.folder == page.folder && other.id < page.id);
    others
        .take(2)
        .map(|other| {
            let title = &other.text[other.field("title").unwrap().value];
            page.edit(page.field("title").unwrap().value, title).found()
        })
        .collect()
}

fn added(page: &Page, path: String, id: &str) -> Mutation {
    Mutation::file(path, page.twin(id, "published").into_bytes())
}

/// A second class would change what its school did in that year.
fn has_no_twin(page: &Page) -> bool {
    page.is("programmes")
}

fn bad_id(_: &World, page: &Page) -> Vec<Mutation> {
    if has_no_twin(page) {
        return Vec::new();
    }
    let long = "x".repeat(41);
    ["Village", "乡村治理", "a_b", "a b", "-a", "a.b", &long]
        .iter()
        .map(|id| added(page, page.beside(id), id))
        .collect()
}

fn reserved_id(_: &World, page: &Page) -> Vec<Mutation> {
    if has_no_twin(page) {
        return Vec::new();
    }
    ["index", "page-2", "con", "lpt1", "nul"].iter().map(|id| added(page, page.beside(id), id)).collect()
}

fn bad_ending(_: &World, page: &Page) -> Vec<Mutation> {
    ["MD", "markdown"]
        .iter()
        .map(|ending| added(page, format!("content/{}/other.{ending}", page.folder), "other"))
        .collect()
}

fn bad_folder(_: &World, page: &Page) -> Vec<Mutation> {
    let wrong = misspell(&page.folder);
    vec![
        added(page, format!("content/{wrong}/other.md"), "other"),
        added(page, "content/other.md".into(), "other"),
    ]
}
