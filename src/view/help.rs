//! Layer 8: the editors' manual: a page for every check, from the same text that `keben explain` prints and tests run.
//! Knows the table of codes. Must not know templates, nor what a rule looks at.

use super::catalogue::Catalogue;
use super::{Chrome, Link, SafeHtml};
use crate::diagnostics::{CODES, Code, Severity};
use crate::embedded;
use crate::markdown;
use crate::source::FileId;
use crate::strings::Strings;
use serde::Serialize;

const INDEX: &str = "help/index.html";

/// The keys of what the hundreds of the codes are about.
const FAMILIES: [&str; 10] = [
    "family_0", "family_1", "family_2", "family_3", "family_4", "family_5", "family_6", "family_7",
    "family_8", "family_9",
];

#[derive(Clone, Debug, Serialize)]
pub struct HelpPage<'a> {
    pub chrome: Chrome<'a>,
    /// On the list of all checks; empty on the page of one.
    pub families: Vec<Family<'a>>,
    /// On the page of one check.
    pub severity: Option<&'a str>,
    pub body: Option<SafeHtml<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Family<'a> {
    pub label: &'a str,
    pub checks: Vec<Check<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Check<'a> {
    pub code: String,
    pub title: String,
    pub severity: &'a str,
    pub path: String,
}

/// The path of the page of a check: `help/KB-201.html`.
fn path(code: Code) -> String {
    format!("help/{code}.html")
}

/// Every page of the manual: its path, and which row of the table it explains; the list explains none.
pub(super) fn help_paths() -> impl Iterator<Item = (String, Option<usize>)> {
    let checks = CODES.iter().enumerate().filter(|(_, row)| page_of(row.0).is_some());
    std::iter::once((INDEX.to_owned(), None)).chain(checks.map(|(row, (code, ..))| (path(*code), Some(row))))
}

fn page_of(code: Code) -> Option<&'static str> {
    embedded::find(embedded::RULES, &format!("{code}.md"))
}

fn severity<'s>(catalogue: &Catalogue<'s>, severity: Severity) -> &'s str {
    catalogue.word(match severity {
        Severity::Error => "severity_error",
        Severity::Warning => "severity_warning",
        Severity::Info => "severity_info",
    })
}

pub(super) fn help_index<'s>(catalogue: &'s Catalogue<'_>) -> HelpPage<'s> {
    let families = FAMILIES.iter().enumerate().map(|(hundred, label)| Family {
        label: catalogue.word(label),
        checks: CODES
            .iter()
            .filter(|row| usize::from(row.0.0) / 100 == hundred && page_of(row.0).is_some())
            .map(|(code, grade, ..)| Check {
                code: code.to_string(),
                title: catalogue.told(&code.title()),
                severity: severity(catalogue, *grade),
                path: path(*code),
            })
            .collect(),
    });
    HelpPage {
        chrome: catalogue.chrome(
            INDEX,
            "",
            catalogue.word("help"),
            vec![Link::words(catalogue.word("help"))],
        ),
        families: families.filter(|family| !family.checks.is_empty()).collect(),
        severity: None,
        body: None,
    }
}

/// The page of a row of the table.
pub(super) fn help_page<'s>(catalogue: &'s Catalogue<'_>, row: usize) -> Option<HelpPage<'s>> {
    let (code, grade, ..) = CODES.get(row)?;
    let title = catalogue.told(&code.title());
    let (body, _) = markdown::parse(FileId(0), &captioned(catalogue.strings, page_of(*code)?), 0);
    let mut html = String::with_capacity(body.html.len());
    // The pages refer to no document of the site.
    markdown::fill(&body.html, &mut html, |_, _| {});
    let crumbs = vec![Link::to(catalogue.word("help"), INDEX), Link::words(code.to_string())];
    Some(HelpPage {
        chrome: catalogue.chrome(&path(*code), "", format!("{code} {title}"), crumbs),
        families: Vec::new(),
        severity: Some(severity(catalogue, *grade)),
        body: Some(SafeHtml::from_renderer(html)),
    })
}

/// The page without its title, which the template writes, and with a line before each block that says what it is.
fn captioned(strings: &Strings, page: &str) -> String {
    let mut out = String::with_capacity(page.len() + 256);
    let mut inside = false;
    for line in page.lines().skip(1) {
        if let Some(info) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                let mut words = info.split(' ');
                let language = words.next().unwrap_or_default();
                match words.next() {
                    Some(path) => {
                        let (path, part) = path.split_once('#').unwrap_or((path, ""));
                        let key = if part.is_empty() { "help_file" } else { "help_part" };
                        out.push_str(&strings.say(key, &[("n", &path), ("part", &part)]));
                        out.push_str("\n\n");
                    }
                    None if language == "diagnostics" => {
                        out.push_str(strings.word("help_seen"));
                        out.push_str("\n\n");
                    }
                    None => {}
                }
                out.push_str(&format!("```{language}\n"));
                continue;
            }
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}
