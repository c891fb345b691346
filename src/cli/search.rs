//! Layer 12: `keben search`.

use super::run::{Failure, Run};
use crate::diagnostics::{Language, Text, text};
use crate::edge::cache;
use crate::search::{self, Answer, Native, Order, Query, Reader, Source};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tantivy::directory::MmapDirectory;

#[derive(Args)]
pub(super) struct Options {
    /// 要找的词；多个词用空格隔开
    #[arg(required = true, num_args = 1.., allow_hyphen_values = false)]
    query: Vec<String>,
    /// 站点文件夹（默认：根文件夹下的 public）
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// 最多显示几条
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// 只看符合的，例如 kind=course；可以写多次
    #[arg(long, value_name = "NAME=VALUE")]
    facet: Vec<String>,
    /// 排列次序：relevance 相关，date 日期从新到旧
    #[arg(long, value_enum, default_value = "relevance")]
    sort: Sort,
    #[arg(long, value_enum, default_value = "human")]
    format: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    Relevance,
    Date,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Human,
    Json,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let facets = arguments
        .facet
        .iter()
        .map(|facet| {
            facet
                .split_once('=')
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .ok_or_else(|| {
                    Failure::could_not_run(text!(
                        "--facet 要写成 名称=值，例如 kind=course，现在是“{facet}”",
                        "--facet must be NAME=VALUE such as kind=course, not “{facet}”"
                    ))
                })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let (site, index) = match &arguments.site {
        // A mirror has no index of its own; a site that lies in its knowledge base does.
        Some(site) => (site.clone(), site.parent().map(|root| cache::folder(root, cache::INDEX))),
        None => {
            let root = run.find_root()?;
            (root.join("public"), Some(cache::folder(&root, cache::INDEX)))
        }
    };
    let native = index.as_deref().and_then(stored);
    let reader = Reader::new(Box::new(Folder(site.clone())), native).map_err(|error| {
        let shown = site.display();
        Failure::could_not_run(match error {
            search::Error::NoPack => text!(
                "“{shown}”里没有搜索索引；先运行 keben build",
                "{shown} has no search index; run keben build first"
            ),
            search::Error::Version(found) => text!(
                "“{shown}”的搜索索引是 {found} 版，本程序读不了；用本程序重新运行 keben build",
                "the search index of {shown} has version {found}, which this program cannot read; run keben build again"
            ),
            search::Error::Damaged(path) => text!(
                "“{shown}”的 {path} 已损坏；重新运行 keben build，或从源站再取一次",
                "{path} of {shown} is damaged; run keben build again, or fetch it again from where it came"
            ),
            error => text!("不能搜索“{shown}”：{error}", "cannot search {shown}: {error}"),
        })
    })?;
    let order = match arguments.sort {
        Sort::Relevance => Order::Relevance,
        Sort::Date => Order::Date,
    };
    let query = Query { text: arguments.query.join(" "), facets, order, limit: arguments.limit, offset: 0 };
    let answer = reader.search(&query);
    match arguments.format {
        Output::Json => {
            let json = serde_json::to_string(&answer).map_err(|error| {
                Failure::could_not_run(text!(
                    "结果无法写成 JSON：{error}",
                    "the answer cannot be JSON: {error}"
                ))
            })?;
            run.tell(&json)?;
        }
        Output::Human => run.tell(&human(&answer, run.language))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The tantivy index that the last build left. Without one the site's own index answers, and answers the same.
fn stored(folder: &Path) -> Option<Native> {
    let directory = MmapDirectory::open(folder).ok()?;
    Native::open(Box::new(directory)).ok()
}

/// The files of a site on disk.
struct Folder(PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }
}

fn human(answer: &Answer, language: Language) -> String {
    let total = answer.total;
    let head = match (answer.loose, total) {
        (_, 0) => text!("没有找到", "nothing found"),
        (false, _) => text!("找到 {total} 篇", "{total} documents"),
        (true, _) => text!(
            "没有文档包含全部字词，相近的有 {total} 篇",
            "no document holds all of it; {total} come close"
        ),
    };
    let mut lines = Vec::new();
    let mut say = |text: Text| lines.push(text.in_language(language).to_owned());
    if let Some(instead) = &answer.instead {
        let query = &answer.query;
        say(text!(
            "没有找到“{query}”，已改搜“{instead}”",
            "nothing says “{query}”; searched for “{instead}”"
        ));
    }
    say(head);
    if !answer.also.is_empty() {
        let also = answer.also.join("、");
        say(text!("已同时搜索：{also}", "also searched for: {also}"));
    }
    if answer.unverified > 0 {
        let count = answer.unverified;
        say(text!("其中 {count} 篇没有核对引号里的原话", "{count} of them were not held against the phrase"));
    }
    for (number, hit) in answer.hits.iter().enumerate() {
        lines.push(format!("{:>3}. {}  {}", number + 1, hit.title, hit.url));
        for place in &hit.places {
            let heading =
                if place.heading.is_empty() { String::new() } else { format!("〔{}〕", place.heading) };
            lines.push(format!("     {heading}{}", place.parts.concat()));
        }
    }
    if answer.partial {
        lines.push(
            text!("索引缺了一部分，结果不完整", "part of the index is missing; the answer is incomplete")
                .in_language(language)
                .to_owned(),
        );
    }
    lines.join("\n")
}
