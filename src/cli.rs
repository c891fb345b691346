//! Layer 12: arguments to the edge to an exit code. Prints; nothing below does.

mod build;
mod check;
mod coverage;
mod explain;
mod fix;
mod mirror;
mod new;
mod plan;
mod run;
mod schema;
mod search;
mod serve;
mod sign;
mod table;
mod theme;

use crate::diagnostics::{Format, Language};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use run::{Failure, Run};
use std::path::PathBuf;
use std::process::ExitCode;

/// 课程知识库静态生成器：校验 Markdown 文档，生成可离线搜索的网站
#[derive(Parser)]
#[command(name = "keben", version, disable_help_subcommand = true)]
struct Arguments {
    /// 知识库的根文件夹（默认：向上找到含 content/site.yaml 的文件夹）
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// 消息的语言（默认：KEBEN_LANG、系统语言，再默认中文）
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// 多说一些
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    Zh,
    En,
}

#[derive(Subcommand)]
enum Command {
    /// 校验内容，生成网站
    Build(build::Options),
    /// 校验，不写任何文件
    Check(check::Options),
    /// 边写边看：保存后浏览器自动刷新
    Serve(serve::Options),
    /// 搜索已生成的网站
    Search(search::Options),
    /// 新建一个文档，附填写说明
    New(new::Options),
    /// 说明一个检查代码，附错误和正确的示例
    Explain {
        /// 例如 KB-201
        code: String,
    },
    /// 对照规划指标查看一个班次，附补足办法
    Plan(plan::Options),
    /// 课程体系的覆盖情况：每一格有多少材料，还缺什么
    Coverage(coverage::Options),
    /// 自动改正能确切改正的问题
    Fix(fix::Options),
    /// 元数据的 JSON Schema，供编辑器边写边提示
    ///
    /// 编辑器的 YAML 插件按文件夹使用：先 keben schema course > schemas/course.json，再在 VS Code 的设置里写
    /// "yaml.schemas": {"schemas/course.json": "content/courses/**"}。不写种类时，输出一份含各种类的（在 $defs 里），
    /// 任何一种文档都合乎它。keben schema site 是 content/site.yaml 的。
    Schema {
        /// 种类，例如 course、课程，或 site；不写：全部
        kind: Option<String>,
    },
    /// 自带的主题：列出文件和字段，复制一个来修改
    Theme {
        #[command(subcommand)]
        action: theme::Action,
    },
    /// 生成一对签名用的密钥
    Keygen(sign::KeygenOptions),
    /// 给生成好的站点签名，使镜像能确认它的来源
    Sign(sign::SignOptions),
    /// 镜像：核对
    Mirror {
        #[command(subcommand)]
        action: mirror::Action,
    },
    /// 生成命令行补全脚本
    Completions { shell: clap_complete::Shell },
}

/// What several commands share about which content is looked at.
#[derive(Args, Clone)]
struct Content {
    /// 以哪一天为“今天”
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// 站点的发布范围
    #[arg(long, value_enum)]
    release: Option<ReleaseLevel>,
    /// 同时包含草稿和审核中的文档
    #[arg(long)]
    drafts: bool,
    /// 并行的线程数（默认：处理器数）
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReleaseLevel {
    Public,
    Internal,
    Restricted,
}

#[derive(Args, Clone)]
struct Reporting {
    /// 问题的输出格式
    #[arg(long, value_enum, default_value = "human")]
    format: FormatName,
    /// 把警告也当作错误：--deny warnings
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// 报告每个阶段用的时间
    #[arg(long)]
    timings: bool,
}

impl Reporting {
    /// What people read.
    fn human() -> Reporting {
        Reporting { format: FormatName::Human, deny: None, timings: false }
    }
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum FormatName {
    Human,
    Short,
    Json,
    Sarif,
    Github,
    Junit,
}

#[derive(Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

impl FormatName {
    fn format(self) -> Format {
        match self {
            FormatName::Human => Format::Human,
            FormatName::Short => Format::Short,
            FormatName::Json => Format::Json,
            FormatName::Sarif => Format::Sarif,
            FormatName::Github => Format::Github,
            FormatName::Junit => Format::Junit,
        }
    }
}

/// The whole program. Exit codes are those of the command-line contract: 0 done, 1 errors in the content, 2 could not run.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let language = language(arguments.lang);
    let run = Run { root: arguments.root, language, verbose: arguments.verbose };
    let outcome = match arguments.command {
        Command::Build(options) => build::run(&run, &options),
        Command::Check(options) => check::run(&run, &options),
        Command::Serve(options) => serve::run(&run, &options),
        Command::Search(options) => search::run(&run, &options),
        Command::New(options) => new::run(&run, &options),
        Command::Explain { code } => explain::run(&run, &code),
        Command::Coverage(options) => coverage::run(&run, &options),
        Command::Plan(options) => plan::run(&run, &options),
        Command::Fix(options) => fix::run(&run, &options),
        Command::Schema { kind } => schema::run(&run, kind.as_deref()),
        Command::Theme { action } => theme::run(&run, &action),
        Command::Keygen(options) => sign::keygen(&run, &options),
        Command::Sign(options) => sign::sign_site(&run, &options),
        Command::Mirror { action } => mirror::run(&run, &action),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "keben", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    match outcome {
        Ok(code) => code,
        Err(Failure { text, exit_code }) => {
            run.say(&text);
            ExitCode::from(exit_code)
        }
    }
}

fn language(given: Option<Lang>) -> Language {
    match given {
        Some(Lang::En) => return Language::English,
        Some(Lang::Zh) => return Language::Chinese,
        None => {}
    }
    let named = ["KEBEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    match named {
        Some(value) if value.to_ascii_lowercase().starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}
