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
    fs::write(out.join("embedded.rs"), code)
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
