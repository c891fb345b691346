//! Puts the theme, the rule pages and the default edition into the binary, so that one file works in any folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(
        env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("no manifest folder"))?,
    );
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no output folder"))?);
    let mut code = String::new();
    for (name, folder, extension) in [
        ("TEMPLATES", "theme/templates", Some("html")),
        ("STATIC", "theme/static", None),
        ("INLINE", "theme/inline", None),
        ("WORKER", "theme/worker", Some("js")),
        ("THEME", "theme", Some("yaml")),
        ("STRINGS", "theme/strings", Some("yaml")),
        ("RULES", "tests/rules", Some("md")),
        ("EDITIONS", "content/taxonomy", Some("yaml")),
    ] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        list(&root.join(folder), &mut files)?;
        files.retain(|file| extension.is_none_or(|wanted| file.extension().is_some_and(|e| e == wanted)));
        files.retain(|file| file.parent() == Some(&root.join(folder)) || name == "STATIC");
        files.sort();
        writeln!(code, "pub static {name}: &[(&str, &str)] = &[").map_err(io::Error::other)?;
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let relative = file.strip_prefix(root.join(folder)).map_err(io::Error::other)?;
            let relative = relative.to_string_lossy().replace('\\', "/");
            writeln!(code, "    ({relative:?}, include_str!({:?})),", file.display().to_string())
                .map_err(io::Error::other)?;
        }
        writeln!(code, "];").map_err(io::Error::other)?;
    }
    code.push_str(&search_client(&root, &out)?);
    fs::write(out.join("embedded.rs"), code)
}

/// The parts of the browser's search client, in the order in which they stand in `assets/search.js`.
const CLIENT: [&str; 11] =
    ["load", "inflate", "analyze", "query", "names", "shard", "rank", "rewrite", "facet", "place", "answer"];

/// One script of all parts: a page loads one file, its authors read eleven.
fn search_client(root: &Path, out: &Path) -> io::Result<String> {
    let folder = root.join("theme/search");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut script = String::from(
        "/*! keben search: answers queries from the pack in search/, over http and from a folder, with classic scripts only.\n\
         \x20* Repeats src/search/ step by step: same integers, same order, same text. */\n\
         (function (root) {\n'use strict';\n",
    );
    for part in CLIENT {
        script.push_str(&without_comments(&fs::read_to_string(folder.join(part).with_extension("js"))?));
    }
    script.push_str("})(typeof window === 'undefined' ? globalThis : window);\n");
    let path = out.join("search.js");
    fs::write(&path, script)?;
    Ok(format!("pub static SEARCH_CLIENT: &str = include_str!({:?});\n", path.display().to_string()))
}

/// The lines of a script without indentation and without comments that begin a line: a quarter of what is sent.
fn without_comments(script: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in script.lines().map(str::trim_start) {
        inside |= line.starts_with("/*");
        if !inside && !line.is_empty() {
            out.push_str(line);
            out.push('\n');
        }
        inside &= !line.ends_with("*/");
    }
    out
}

/// Every plain file below `folder`; nothing when there is no such folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
