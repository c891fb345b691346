//! The shape of the source itself: layers, file sizes, what only the edge may name.

use crate::knowledge_base::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A module may use modules of a smaller number only, and its own submodules. `lib.rs` and `main.rs` stand above all.
const LAYERS: &[(&str, u8)] = &[
    ("source", 0),
    ("date", 0),
    ("embedded", 0),
    ("portable", 0),
    ("diagnostics", 1),
    ("manifest", 1),
    ("traces", 1),
    ("front_matter", 2),
    ("markdown", 2),
    ("strings", 3),
    ("taxonomy", 3),
    ("fields", 4),
    ("config", 5),
    ("document", 5),
    ("site", 6),
    ("changes", 7),
    ("coverage", 7),
    ("plan", 7),
    ("check", 8),
    ("view", 8),
    ("search", 8),
    ("theme", 9),
    ("pipeline", 10),
    ("edge", 11),
    ("cli", 12),
];

/// The edge carries bytes and messages; it may not know what a document means.
const EDGE_MAY_USE: u8 = 1;

/// The most lines of a file of code.
const LINES: usize = 420;

/// Flat tables may be longer.
const TABLES: &[&str] = &["src/fields/tables.rs", "src/diagnostics/code.rs"];

/// Where the world comes in.
const IMPURE: [&str; 4] = ["edge", "cli", "main", "lib"];

struct File {
    /// `src/edge/read.rs`
    path: String,
    text: String,
    /// The top-level module: `edge`.
    module: String,
    /// `crate::edge::read` is 2 deep.
    depth: usize,
}

/// Every file of `src/` that is not all tests.
fn files() -> Vec<File> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(repository().join("src")).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(repository()).unwrap().to_str().unwrap().replace('\\', "/");
        if !path.ends_with(".rs") || path.ends_with("/tests.rs") || path.contains("/tests/") {
            continue;
        }
        let below = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        let module = below.split('/').next().unwrap().to_owned();
        let depth = below.split('/').count();
        let text = fs::read_to_string(entry.path()).unwrap();
        files.push(File { path, text, module, depth });
    }
    assert!(files.len() > 50, "{}", files.len());
    files
}

/// The code without comments and without what stands under `#[cfg(test)]`, with line numbers from 1.
fn code(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed == "#[cfg(test)]" {
            skip_item(&mut lines);
            continue;
        }
        let line =
            line.split_once("//").map_or(line, |(code, _)| if code.contains('"') { line } else { code });
        if !trimmed.starts_with("//") && !line.trim().is_empty() {
            out.push((number + 1, line));
        }
    }
    out
}

/// Skips one item: to the `;` of a single line, or to a closing brace at the indent of its first line.
fn skip_item<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) {
    let Some((_, first)) = lines.next() else { return };
    if !first.trim_end().ends_with('{') {
        return;
    }
    let indent = first.len() - first.trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    for (_, line) in lines {
        if line == end {
            return;
        }
    }
}

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

/// The modules that a line names behind `crate::`, one or several in braces.
fn uses(code: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c == '$' || c.is_alphanumeric() || c == '_') {
            continue;
        }
        let after = &code[at + "crate::".len()..];
        let word = |text: &str| {
            text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
        };
        match after.strip_prefix('{') {
            None => out.push(word(after)),
            Some(group) => {
                let mut deep = 0;
                let mut start = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '}' if deep == 0 => break,
                        '{' => deep += 1,
                        '}' => deep -= 1,
                        ',' if deep == 0 => start = true,
                        c if start && deep == 0 && !c.is_whitespace() => {
                            out.push(word(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    out.retain(|name| !name.is_empty());
    out
}

#[test]
fn arrows_between_layers_run_downward() {
    let known: BTreeSet<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !matches!(file.module.as_str(), "lib" | "main")) {
        let Some(own) = layer(&file.module) else {
            wrong.push(format!("{}: a module without a layer; give it one in tests/tidy.rs", file.path));
            continue;
        };
        let lines = code(&file.text);
        // Groups run over lines, so the code is looked at as one text.
        let whole: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        for used in uses(&whole) {
            // A macro or a name that the crate's root re-exports has no layer.
            if !known.contains(used.as_str()) || used == file.module {
                if used.chars().all(|c| c.is_lowercase() || c == '_') && !known.contains(used.as_str()) {
                    wrong.push(format!("{}: crate::{used} has no layer", file.path));
                }
                continue;
            }
            let other = layer(&used).unwrap_or(u8::MAX);
            let allowed = if file.module == "edge" { other <= EDGE_MAY_USE } else { other < own };
            if !allowed {
                wrong.push(format!(
                    "{}: {} (layer {own}) uses {used} (layer {other})",
                    file.path, file.module
                ));
            }
        }
        for (number, line) in &lines {
            let ups = line.matches("super::").count();
            let chain = (1..=ups).rev().find(|n| line.contains(&"super::".repeat(*n))).unwrap_or(0);
            if chain >= file.depth {
                wrong.push(format!("{}:{number}: `super::` leaves the layer unseen", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_world_comes_in_at_the_edge_alone() {
    let named = ["std::fs", "std::net", "std::env", "std::process", "SystemTime", "Instant"];
    let grouped = ["fs", "net", "env", "process"];
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !IMPURE.contains(&file.module.as_str())) {
        for (number, line) in code(&file.text) {
            let in_group = || {
                let group = line.split_once("std::{").map_or("", |(_, group)| group);
                let mut words = group.split(|c: char| !c.is_alphanumeric() && c != '_');
                words.any(|word| grouped.contains(&word))
            };
            if named.iter().any(|name| line.contains(name)) || in_group() {
                wrong.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_its_layer_and_is_short() {
    let mut wrong = Vec::new();
    for file in files() {
        let first = file.text.lines().next().unwrap_or_default();
        let named = match layer(&file.module) {
            Some(layer) => first.starts_with(&format!("//! Layer {layer}")),
            None => first.starts_with("//! "),
        };
        if !named {
            wrong.push(format!("{}: the first line names no layer, or another one: {first:?}", file.path));
        }
        let lines = file.text.lines().count();
        if lines > LINES && !TABLES.contains(&file.path.as_str()) {
            wrong.push(format!("{}: {lines} lines, more than {LINES}", file.path));
        }
    }
    let architecture = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap_or_default();
    wrong.extend(
        LAYERS
            .iter()
            .filter(|(name, _)| !architecture.is_empty() && !architecture.contains(name))
            .map(|(name, _)| format!("ARCHITECTURE.md: says nothing of {name}")),
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_in_the_source_gives_up() {
    let words = [".unwrap()", "todo!(", "dbg!(", "unimplemented!(", ".ok().unwrap", "println!(\"DEBUG"];
    let mut wrong = Vec::new();
    for file in files() {
        for (number, line) in code(&file.text) {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn templates_write_raw_only_what_is_markup() {
    let mut markup: BTreeSet<String> =
        ["theme.settings_script", "theme.plain_css", "theme.sheet", "theme.single_css", "chapter.body"]
            .map(str::to_owned)
            .into_iter()
            .collect();
    for file in files().iter().filter(|file| file.module == "view") {
        for (_, line) in code(&file.text) {
            if let Some((name, _)) =
                line.split_once(": SafeHtml").or_else(|| line.split_once(": Option<SafeHtml"))
            {
                markup.insert(name.trim().trim_start_matches("pub ").to_owned());
            }
        }
    }
    assert!(markup.contains("body"), "{markup:?}");
    let folder = repository().join("theme/templates");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = Path::new(path.file_name().unwrap()).display().to_string();
        for filter in ["safe", "autoescape", "include_str"] {
            for (at, _) in text.match_indices(filter) {
                let Some(open) = text[..at].rfind("{{").max(text[..at].rfind("{%")) else { continue };
                if text[open..at].contains("}}") || text[open..at].contains("%}") {
                    continue;
                }
                let value = text[open + 2..at].trim().trim_end_matches('|').trim();
                if filter != "safe" || !markup.contains(value) {
                    wrong.push(format!("{name}: {} {filter}", &text[open..at]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_reads_groups() {
    assert_eq!(uses("use crate::{a::{b, c}, d, e::f};"), ["a", "d", "e"]);
    assert_eq!(uses("let x = crate::site::Site; $crate::no; my_crate::no;"), ["site"]);
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\nmod tests {\n    x\n}\nc // d\n// e\n";
    assert_eq!(code(text), [(1, "a"), (4, "b"), (9, "c ")]);
}
