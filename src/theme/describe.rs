//! Layer 9, `theme::describe`: the files that come with keben, and what the comment at the head of each says of it.

use crate::embedded;

/// One file that a site may replace by its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThemeFile {
    /// Below `theme/`: `templates`, `static` or `strings`.
    pub folder: &'static str,
    pub name: &'static str,
    pub text: &'static str,
}

impl ThemeFile {
    /// Where a site's own file goes, from its root.
    pub fn path(&self) -> String {
        format!("theme/{}/{}", self.folder, self.name)
    }

    /// What its head says it is for, in a line; empty where there is no head.
    pub fn purpose(&self) -> String {
        match self.folder {
            "templates" => head(self.text).map_or_else(String::new, |(purpose, _)| purpose.to_owned()),
            "static" => {
                let comment =
                    self.text.strip_prefix("/*").and_then(|rest| rest.split("*/").next()).unwrap_or("");
                let first = comment
                    .trim_start_matches(['!', ' '])
                    .split(". ")
                    .next()
                    .unwrap_or("")
                    .split(".\n")
                    .next()
                    .unwrap_or("");
                first
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .trim_start_matches("keben: ")
                    .to_owned()
            }
            _ => self
                .text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix('#'))
                .unwrap_or("")
                .trim()
                .to_owned(),
        }
    }

    /// The fields of its view and what they hold. `detail.x` is a field of `detail`.
    pub fn fields(&self) -> Vec<(&'static str, &'static str)> {
        let lines = head(self.text).filter(|_| self.folder == "templates").map_or("", |(_, lines)| lines);
        lines.lines().filter_map(|line| line.trim().split_once(": ")).collect()
    }
}

/// The first line of the comment that a template begins with (behind `extends`, if it has a parent), and the rest.
fn head(text: &'static str) -> Option<(&'static str, &'static str)> {
    let start = match text.strip_prefix("{% extends ") {
        Some(rest) => rest.split_once('\n')?.1,
        None => text,
    };
    let comment = start.strip_prefix("{#-").or_else(|| start.strip_prefix("{#"))?;
    let comment = comment.split("#}").next()?.trim_end_matches('-').trim();
    Some(comment.split_once('\n').unwrap_or((comment, "")))
}

/// Every file that a site may replace, by folder and name.
pub fn files() -> Vec<ThemeFile> {
    let of = |folder, list: &[(&'static str, &'static str)]| {
        list.iter().map(|&(name, text)| ThemeFile { folder, name, text }).collect::<Vec<_>>()
    };
    let mut files = of("templates", embedded::TEMPLATES);
    files.extend(of("static", embedded::STATIC));
    files.extend(of("static", &[("search.js", embedded::SEARCH_CLIENT)]));
    files.extend(of("strings", embedded::STRINGS));
    files
}
