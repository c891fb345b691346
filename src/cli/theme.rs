//! Layer 12: `keben theme`: the files of the built-in theme, and one of them as a site's own.

use super::run::{Failure, Run};
use crate::diagnostics::{nearest, text};
use crate::edge;
use crate::theme::{ThemeFile, files};
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum Action {
    /// 列出自带的模板、样式、脚本和界面用语；写出名字或加 -v 时，列出模板里能用的字段
    List {
        /// 文件名，例如 course.html；不写：全部
        name: Option<String>,
    },
    /// 把自带的一个文件复制到知识库的 theme 文件夹，供修改
    Eject {
        /// 文件名，例如 course.html 或 keben.css
        name: String,
    },
}

pub(super) fn run(run: &Run, action: &Action) -> Result<ExitCode, Failure> {
    match action {
        Action::List { name: None } => list(run)?,
        Action::List { name: Some(name) } => describe(run, &named(name)?)?,
        Action::Eject { name } => eject(run, &named(name)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(run: &Run) -> Result<(), Failure> {
    for file in files() {
        if run.verbose {
            describe(run, &file)?;
        } else {
            run.tell(&format!("{:<34}{}", file.path(), file.purpose()))?;
        }
    }
    Ok(())
}

fn describe(run: &Run, file: &ThemeFile) -> Result<(), Failure> {
    run.tell(&format!("{:<34}{}", file.path(), file.purpose()))?;
    for (field, meaning) in file.fields() {
        run.tell(&format!("    {field:<22}{meaning}"))?;
    }
    Ok(())
}

fn eject(run: &Run, file: &ThemeFile) -> Result<(), Failure> {
    let root = run.find_root()?;
    let path = file.path();
    edge::new::write(&root, &path, file.text)?;
    let words = text!(
        "已复制到 {path}，改好后重新生成；删去它就恢复自带的",
        "copied to {path}; change it and build again, or delete it to have the built-in one back"
    );
    run.tell(words.in_language(run.language))
}

/// The file of this name, or of this path below the root.
fn named(name: &str) -> Result<ThemeFile, Failure> {
    let files = files();
    if let Some(file) = files.iter().find(|file| file.name == name || file.path() == name) {
        return Ok(*file);
    }
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    let near = nearest(name, names.iter().copied(), 1);
    Err(Failure::could_not_run(match near.first() {
        Some(near) => {
            text!("主题里没有“{name}”；是不是 {near}？", "the theme has no {name}; did you mean {near}?")
        }
        None => text!(
            "主题里没有“{name}”；keben theme list 列出全部",
            "the theme has no {name}; keben theme list names them all"
        ),
    }))
}
