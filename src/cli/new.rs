//! Layer 12: `keben new`: a document to fill in.

use super::run::{Failure, Run};
use crate::diagnostics::text;
use crate::document::place_of;
use crate::edge;
use crate::fields::{COMMON, Field, Kind, Need, Shape, fields_of};
use crate::pipeline::{self, Options as BuildOptions};
use crate::source::{FileId, RelPath};
use crate::taxonomy::{Taxonomy, Vocabulary};
use clap::Args;
use std::fmt::Write as _;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Options {
    /// 种类，例如 course 或 课程
    kind: String,
    /// 编号，也是文件名：小写字母、数字和短横线
    id: String,
    #[arg(long)]
    title: Option<String>,
}

pub(super) fn run(run: &Run, arguments: &Options) -> Result<ExitCode, Failure> {
    let Options { kind: name, id, title } = arguments;
    let kind = kind_named(name)?;
    let path = format!("content/{}/{id}.md", kind.folder());
    // An id that is no file name at all, such as `../x`, is refused before it is put into a path.
    let bad = || Failure::could_not_run(text!("编号“{id}”不合规", "the id “{id}” is not allowed"));
    let place = RelPath::new(&path).filter(|_| !id.contains('/')).ok_or_else(bad)?;
    if let Some(problem) = place_of(FileId(0), &place).1 {
        run.say(&problem.message);
        return Err(Failure::could_not_run(problem.help.unwrap_or(problem.message)));
    }
    let root = run.find_root()?;
    let sources = run.read(&root)?;
    let today = super::run::clock();
    let checked = pipeline::check(&sources, &BuildOptions::new(today), &|_| {});
    let Some(site) = checked.site else {
        run.report(&checked.diagnostics, &sources, &super::Reporting::human())?;
        return Ok(ExitCode::from(1));
    };
    if site.find(kind, id).is_some() {
        let zh = kind.chinese();
        return Err(Failure::could_not_run(text!(
            "已经有编号为“{id}”的{zh}",
            "there is a {name} with the id “{id}” already"
        )));
    }
    let date = site.config.today.unwrap_or(today).to_string();
    let document = scaffold(kind, title.as_deref(), &date, &site.taxonomy)?;
    edge::new::write(&root, &path, &document)?;
    run.tell(
        text!(
        "已新建 {path}。照着里面的说明填写；必填项填好以前，keben build 会指出它们",
        "created {path}; fill it in by its comments. Until what is required is there, keben build will name it"
    )
            .in_language(run.language),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The kind that the user calls `name`: by its id, its folder or in Chinese.
pub(super) fn kind_named(name: &str) -> Result<Kind, Failure> {
    let kind = Kind::ALL.into_iter().find(|kind| [kind.id(), kind.folder(), kind.chinese()].contains(&name));
    kind.ok_or_else(|| {
        let all = Kind::ALL.map(|kind| format!("{}（{}）", kind.id(), kind.chinese())).join("、");
        Failure::could_not_run(text!(
            "没有“{name}”这一种类；种类有：{all}",
            "there is no kind “{name}”; the kinds are: {all}"
        ))
    })
}

/// Front matter with every field that the kind requires, each with a comment, and what it may hold.
fn scaffold(kind: Kind, title: Option<&str>, date: &str, taxonomy: &Taxonomy) -> Result<String, Failure> {
    let mut out = String::from("---\n# 井号后面是说明，填好后可以删去。冒号用半角，后面空一格。\n");
    for field in COMMON.iter().chain(fields_of(kind)) {
        let conditional = matches!((kind, field.name), (Kind::Course | Kind::Case, "module"));
        let due = match field.need {
            Need::Required => "必填",
            Need::Published => "发布前填写",
            Need::Optional if field.name == "reviews" => "发布前填写",
            Need::Optional if field.name == "days" => "必填，或写开班和结业日期",
            Need::Optional if field.name == "updated" || conditional => "选填",
            Need::Optional => continue,
        };
        let (value, note) = match field.name {
            "title" => (quoted(title.unwrap_or("在这里写标题"))?, "2 到 80 个字".to_owned()),
            "status" => ("draft".to_owned(), choices(field, taxonomy)),
            "updated" => (date.to_owned(), String::new()),
            "days" => ("1".to_owned(), "教学的天数".to_owned()),
            _ => (String::new(), choices(field, taxonomy)),
        };
        let note = if note.is_empty() { String::new() } else { format!("：{note}") };
        // What is not needed for a draft is there to be uncommented.
        let off = if value.is_empty() && field.need != Need::Required { "# " } else { "" };
        let value = if value.is_empty() { placeholder(field) } else { value };
        let _ = writeln!(out, "# {}（{due}）{note}\n{off}{}: {value}", field.chinese, field.name);
    }
    out.push_str(
        "---\n\n## 第一部分\n\n在这里写正文。引用其他文档写 `[[种类/编号]]`，例如 `[[course/编号]]`。\n",
    );
    Ok(out)
}

/// A scalar that YAML reads back as these very words.
fn quoted(words: &str) -> Result<String, Failure> {
    let yaml = serde_yaml::to_string(words).map_err(|error| {
        Failure::could_not_run(text!("标题不能写成 YAML：{error}", "the title cannot be YAML: {error}"))
    })?;
    Ok(yaml.trim_end().to_owned())
}

fn choices(field: &Field, taxonomy: &Taxonomy) -> String {
    shape_choices(&field.shape, taxonomy)
}

fn shape_choices(shape: &Shape, taxonomy: &Taxonomy) -> String {
    match shape {
        Shape::Choice(choices) => choices
            .iter()
            .map(|choice| format!("{} {}", choice.id, choice.chinese))
            .collect::<Vec<_>>()
            .join("、"),
        Shape::Term(Vocabulary::Regions) => "行政区划代码，加半角引号，例如 '330000'".to_owned(),
        Shape::Term(vocabulary) => {
            let terms = taxonomy.terms(*vocabulary);
            terms
                .iter()
                .take(12)
                .map(|term| format!("{} {}", term.id.value, term.label))
                .collect::<Vec<_>>()
                .join("、")
        }
        Shape::Reference(kind) => format!("写{}的编号", kind.chinese()),
        Shape::Halves { .. } => "数字，可以是 0.5 的倍数".to_owned(),
        Shape::Date => "年-月-日".to_owned(),
        Shape::Boolean => "true 是、false 否".to_owned(),
        Shape::List { of, .. } => shape_choices(of, taxonomy),
        Shape::Record(fields) => fields
            .iter()
            .map(|field| format!("{} {}", field.name, field.chinese))
            .collect::<Vec<_>>()
            .join("、"),
        _ => String::new(),
    }
}

fn placeholder(field: &Field) -> String {
    match field.shape {
        Shape::List { .. } => "[]".to_owned(),
        Shape::Record(_) | Shape::Gates(_) => "{}".to_owned(),
        _ => String::new(),
    }
}
