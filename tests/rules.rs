//! The rule pages of `tests/rules/`: one text that explains a check, is its page in the manual, and is run here.
//! Each page's bad example must give exactly the lines it shows, its good example nothing but information.
//! `KEBEN_BLESS=1` writes the lines that are given into the pages.
//!
//! Gaps in coverage (KB-501 to KB-508) are about the whole site, so any small site has many. They are left out, but for
//! the pages of these codes: there the lines of the page's own code count that the site alone does not give.

use crate::knowledge_base::{GAPS, copy};
use keben::diagnostics::CODES;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

const BAD: &str = "错误示例";
const GOOD: &str = "正确示例";

/// One page, read.
struct Page {
    path: PathBuf,
    text: String,
    /// `KB-201`.
    code: String,
    title: String,
    bad: Vec<Overlay>,
    /// The bytes of `text` that hold the expected lines.
    expected: Range<usize>,
    good: Vec<Overlay>,
}

/// A file that an example lays over the site in `tests/rules/site/`: the fenced block
/// ```` ```markdown courses/x.md ````. After the path may follow `gb18030`, the encoding to write, or
/// `escapes`, where `\u{200B}` stands for that character. `taxonomy/mini.yaml#modules` replaces one
/// section of the site's own file; `public/…` is a file of the site that was built before.
struct Overlay {
    path: String,
    section: Option<String>,
    bytes: Vec<u8>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| read(&path).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display())))
        .collect()
}

fn read(path: &Path) -> Result<Page, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let head =
        text.lines().next().and_then(|line| line.strip_prefix("# ")).ok_or("the first line is no title")?;
    let (code, title) = head.split_once(' ').ok_or("the title is not “# CODE title”")?;
    let (mut sections, mut bad, mut good, mut expected) = (Vec::new(), Vec::new(), Vec::new(), None);
    for piece in pieces(&text)? {
        let section = sections.last().copied().unwrap_or_default();
        match piece {
            Piece::Section(name) => sections.push(name),
            Piece::Block { info: "diagnostics", range } if section == BAD && expected.is_none() => {
                expected = Some(range);
            }
            Piece::Block { info, range } => match section {
                BAD => bad.push(overlay(info, &text[range])?),
                GOOD => good.push(overlay(info, &text[range])?),
                _ => return Err(format!("a block outside the examples: {info}")),
            },
        }
    }
    if sections != [BAD, GOOD, "English"] {
        return Err(format!("the sections are {sections:?}"));
    }
    let expected = expected.ok_or("no diagnostics block")?;
    if bad.is_empty() || good.is_empty() {
        return Err("an example has no file".into());
    }
    let (code, title) = (code.to_owned(), title.to_owned());
    Ok(Page { path: path.to_owned(), code, title, bad, expected, good, text })
}

enum Piece<'a> {
    Section(&'a str),
    Block { info: &'a str, range: Range<usize> },
}

/// The `##` headings and fenced blocks of a page, in order.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut out = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match (open, line.trim_end().strip_prefix("```")) {
            (Some((info, from)), Some("")) => {
                out.push(Piece::Block { info, range: from..start });
                open = None;
            }
            (None, Some(info)) => open = Some((info, at)),
            (None, None) => out.extend(line.strip_prefix("## ").map(|name| Piece::Section(name.trim_end()))),
            (Some(_), _) => {}
        }
    }
    match open {
        Some((info, _)) => Err(format!("the block “{info}” is not closed")),
        None => Ok(out),
    }
}

fn overlay(info: &str, text: &str) -> Result<Overlay, String> {
    let mut words = info.split(' ').skip(1);
    let path = words.next().ok_or_else(|| format!("the block “{info}” names no file"))?;
    let (path, section) = match path.split_once('#') {
        Some((path, section)) => (path, Some(section.to_owned())),
        None => (path, None),
    };
    let bytes = match words.next() {
        None => text.as_bytes().to_vec(),
        Some("gb18030") => encoding_rs::GB18030.encode(text).0.into_owned(),
        Some("escapes") => unescape(text)?.into_bytes(),
        Some(other) => return Err(format!("“{other}” in “{info}” means nothing")),
    };
    Ok(Overlay { path: path.to_owned(), section, bytes })
}

fn unescape(text: &str) -> Result<String, String> {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').ok_or("an escape is not closed")?;
        let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        out.push(character.ok_or_else(|| format!("“{digits}” is no character"))?);
        out.push_str(rest);
    }
    Ok(out)
}

/// What `keben check` says of the fixture site with these files laid over it, for the page of a code.
fn check(code: &str, files: &[Overlay]) -> Vec<String> {
    if !GAPS.contains(code) || code.is_empty() {
        return said(files, &["--skip", GAPS]);
    }
    let usual = said(&[], &["--only", code]);
    let mut lines = said(files, &["--only", code]);
    lines.retain(|line| !usual.contains(line));
    lines
}

fn said(files: &[Overlay], filter: &[&str]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    copy(&folder().join("site"), root.path());
    for file in files {
        let path = match file.path.strip_prefix("public/") {
            Some(path) => root.path().join("public").join(path),
            None => root.path().join("content").join(&file.path),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match &file.section {
            None => fs::write(&path, &file.bytes).unwrap(),
            Some(section) => {
                let whole = fs::read_to_string(&path).unwrap();
                let new = std::str::from_utf8(&file.bytes).unwrap();
                fs::write(&path, with_section(&whole, section, new)).unwrap();
            }
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_keben"))
        .args(["--lang", "zh", "--root"])
        .arg(root.path())
        .args(["check", "--format", "short"])
        .args(filter)
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let lines: Vec<String> = stderr.lines().chain(stdout.lines()).map(str::to_owned).collect();
    let failed = lines.iter().any(|line| line.contains(": E KB-"));
    assert_eq!(output.status.code(), Some(i32::from(failed)), "exit code; output:\n{}", lines.join("\n"));
    lines
}

/// `whole` with the top-level key `section`, up to the next one, replaced by `new`.
fn with_section(whole: &str, section: &str, new: &str) -> String {
    let key = format!("{section}:");
    let mut out = String::new();
    let mut inside = false;
    for line in whole.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            inside = line.starts_with(&key);
            if inside {
                out.push_str(new);
                out.push('\n');
            }
        }
        if !inside {
            out.push_str(line);
        }
    }
    assert!(out.contains(new), "the site's file has no section {section}");
    out
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeMap<String, String> = pages()
        .into_iter()
        .map(|page| {
            assert_eq!(page.path.file_stem().unwrap().to_str(), Some(&*page.code), "file name and title");
            (page.code, page.title)
        })
        .collect();
    let codes: BTreeMap<String, String> =
        CODES.iter().map(|(code, _, zh, _)| (code.to_string(), (*zh).to_owned())).collect();
    assert_eq!(pages, codes, "pages in tests/rules/ (left) and codes of the table (right)");
}

#[test]
fn the_site_under_the_examples_is_clean() {
    assert_eq!(check("", &[]), Vec::<String>::new());
}

#[test]
fn bad_examples_give_exactly_the_lines_of_their_page() {
    let bless = std::env::var_os("KEBEN_BLESS").is_some();
    let wrong: Vec<String> = pages()
        .par_iter()
        .filter_map(|page| {
            let found = check(&page.code, &page.bad);
            let expected: Vec<&str> = page.text[page.expected.clone()].lines().collect();
            if expected == found {
                return None;
            }
            let own = found.iter().any(|line| line.contains(&format!(" {} ", page.code)));
            if bless && own {
                let mut text = page.text.clone();
                text.replace_range(page.expected.clone(), &(found.join("\n") + "\n"));
                fs::write(&page.path, text).unwrap();
                return None;
            }
            let note = if own { "" } else { "  (its own code is not among them)\n" };
            Some(format!("{}\n{note}{}", page.code, difference(&expected, &found)))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "\n{}KEBEN_BLESS=1 writes the lines that are given into the pages",
        wrong.concat()
    );
}

#[test]
fn good_examples_give_nothing_but_information() {
    let wrong: Vec<String> = pages()
        .par_iter()
        .filter_map(|page| {
            let mut found = check(&page.code, &page.good);
            // A good example mends its own gap, whatever others there are.
            found.retain(|line| {
                !line.contains(": I KB-")
                    || line.contains(&format!(" {} ", page.code)) && GAPS.contains(&page.code)
            });
            (!found.is_empty()).then(|| format!("{}\n{}", page.code, difference(&[], &found)))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

/// Lines that are missing (`-`) and lines too many (`+`); shared lines stand between them.
fn difference(expected: &[&str], found: &[String]) -> String {
    let mut out = String::new();
    for line in expected {
        let sign = if found.iter().any(|other| other == line) { ' ' } else { '-' };
        out.push_str(&format!("  {sign} {line}\n"));
    }
    let more: Vec<&String> = found.iter().filter(|line| !expected.contains(&line.as_str())).collect();
    for line in &more {
        out.push_str(&format!("  + {line}\n"));
    }
    if more.is_empty() && !out.contains("  - ") {
        out.push_str(&format!("  the same lines in another order or number:\n  {}\n", found.join("\n  ")));
    }
    out
}
