//! Layer 3: an edition's file to a [`Taxonomy`], with every inconsistency at its place (KB-207).

use super::{Group, SECTIONS, Source, Taxonomy, Term, Vocabulary, goal, indicator};
use crate::date::Date;
use crate::diagnostics::{Code, Diagnostic, Text, text};
use crate::front_matter::{Entry, Node, Value};
use crate::source::{FileId, Span, Spanned};

/// Reads the tree of an edition's file.
pub fn read(file: FileId, root: &Node) -> (Taxonomy, Vec<Diagnostic>) {
    let mut reader = Reader { taxonomy: Taxonomy { file, ..Taxonomy::empty() }, diagnostics: Vec::new() };
    reader.head(root);
    for entry in root.entries() {
        reader.section(entry);
    }
    for (vocabulary, name, ..) in SECTIONS {
        let needed = matches!(
            vocabulary,
            Vocabulary::Modules | Vocabulary::Areas | Vocabulary::Audiences | Vocabulary::Methods
        );
        if needed && reader.taxonomy.terms(*vocabulary).is_empty() {
            let start = Span::new(file, root.span.start as usize..root.span.start as usize);
            reader.report(start, text!("课程方案缺少“{}”一节", "the edition has no section “{}”"; name));
        }
    }
    reader.scheme(root);
    reader.parents();
    let Reader { mut taxonomy, mut diagnostics } = reader;
    if let Some(node) = root.get("indicators") {
        let (indicators, found) = indicator::read(node, &taxonomy);
        taxonomy.indicators = indicators;
        diagnostics.extend(found);
    }
    if let Some(node) = root.get("conversions") {
        let (conversions, found) = indicator::conversions(node);
        taxonomy.conversions = conversions;
        diagnostics.extend(found);
    }
    if let Some(node) = root.get("goals") {
        let (goals, found) = goal::read(node);
        taxonomy.goals = goals;
        diagnostics.extend(found);
    }
    (taxonomy, diagnostics)
}

const HEAD: [&str; 10] =
    ["id", "label", "valid", "source", "scheme", "groups", "indicators", "conversions", "goals", "note"];

struct Reader {
    taxonomy: Taxonomy,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn report(&mut self, span: Span, message: Text) {
        self.diagnostics.push(Diagnostic::new(Code(207), span, message));
    }

    fn head(&mut self, root: &Node) {
        if !matches!(root.value, Value::Map(_)) {
            self.report(
                root.span,
                text!("课程方案文件应由“字段: 值”组成", "the edition must be a map of keys and values"),
            );
            return;
        }
        let scalar = |key: &str| root.get(key).and_then(Node::scalar).unwrap_or("").to_owned();
        self.taxonomy.id = scalar("id");
        self.taxonomy.label = scalar("label");
        self.taxonomy.scheme = scalar("scheme");
        if let Some(valid) = root.get("valid") {
            let date = |key: &str| valid.get(key).and_then(Node::scalar).and_then(Date::parse);
            match (date("from"), date("to")) {
                (Some(from), Some(to)) if from <= to => self.taxonomy.valid = Some((from, to)),
                _ => self.report(
                    valid.span,
                    text!(
                        "valid 要写成 {{from: 年-月-日, to: 年-月-日}}，且先后不能颠倒",
                        "valid must be {{from: DATE, to: DATE}} in order"
                    ),
                ),
            }
        }
        for item in root.get("groups").map_or(&[][..], Node::items) {
            let scalar = |key: &str| item.get(key).and_then(Node::scalar).unwrap_or("").to_owned();
            let open = scalar("open") == "true";
            self.taxonomy.groups.push(Group {
                id: scalar("id"),
                symbol: scalar("symbol"),
                open,
                span: item.span,
            });
        }
    }

    fn section(&mut self, entry: &Entry) {
        let key = entry.key.value.as_str();
        let Some((vocabulary, _, _, cited)) = SECTIONS.iter().find(|section| section.1 == key) else {
            if !HEAD.contains(&key) {
                self.diagnostics.push(Diagnostic::new(
                    Code(102),
                    entry.key.span,
                    text!("课程方案里没有“{}”这一节", "an edition has no section “{}”"; key),
                ));
            }
            return;
        };
        for item in entry.value.items() {
            self.term(*vocabulary, item, *cited, None);
            if *vocabulary == Vocabulary::Areas {
                let area = item.get("id").and_then(Node::scalar).unwrap_or("").to_owned();
                for topic in item.get("topics").map_or(&[][..], Node::items) {
                    self.term(Vocabulary::Topics, topic, false, Some(area.clone()));
                }
            }
        }
    }

    fn term(&mut self, vocabulary: Vocabulary, item: &Node, cited: bool, area: Option<String>) {
        let scalar = |key: &str| item.get(key).and_then(Node::scalar).map(str::to_owned);
        let Some((id, id_span)) =
            item.get("id").and_then(|node| Some((node.scalar()?.to_owned(), node.span)))
        else {
            let (zh, en) = (vocabulary.chinese(), vocabulary.english());
            self.report(item.span, text!("“{zh}”的这一项缺少 id", "this item of {en} has no id"));
            return;
        };
        if id.is_empty()
            || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            self.report(id_span, text!("id“{}”只能用小写字母、数字和短横线", "the id “{}” may hold only lower-case letters, digits and hyphens"; id));
        }
        let Some(label) = scalar("label") else {
            self.report(item.span, text!("“{}”缺少 label", "“{}” has no label"; id));
            return;
        };
        let source = item.get("source").map(|node| Source {
            line: node.get("line").and_then(Node::scalar).and_then(|line| line.parse().ok()),
            quote: node.get("quote").and_then(Node::scalar).map(str::to_owned),
        });
        if cited && source.as_ref().is_none_or(|source| source.line.is_none() || source.quote.is_none()) {
            self.report(id_span, text!("“{}”缺少出处：source: {{line: 行号, quote: 原文}}", "“{}” lacks source: {{line, quote}}"; id));
        }
        let list = |key: &str| -> Vec<String> {
            item.get(key)
                .map_or(&[][..], Node::items)
                .iter()
                .filter_map(Node::scalar)
                .map(str::to_owned)
                .collect()
        };
        let replaced_by = scalar("replaced_by");
        let deprecated = replaced_by.is_some() || scalar("deprecated").as_deref() == Some("true");
        let term = Term {
            id: Spanned::new(id, id_span),
            label,
            aliases: list("aliases"),
            note: scalar("note"),
            parent: area.or_else(|| scalar("parent")).or_else(|| scalar("group")),
            interactive: scalar("interactive").as_deref() == Some("true"),
            volumes: list("volumes").iter().filter_map(|volume| volume.parse().ok()).collect(),
            title: scalar("title"),
            level: scalar("level"),
            days: scalar("days").and_then(|days| days.parse().ok()),
            deprecated: deprecated.then_some(replaced_by),
            source,
        };
        // A topic may stand under two areas; only within one is a second an error.
        let (id, parent) = (term.id.clone(), term.parent.clone());
        let taken = self.taxonomy.add(vocabulary, term);
        for (name, owner) in taken {
            let elsewhere = vocabulary == Vocabulary::Topics
                && self.taxonomy.find(vocabulary, &owner.value).is_some_and(|first| first.parent != parent);
            if !elsewhere {
                self.diagnostics.push(
                    Diagnostic::new(Code(207), id.span, text!("“{}”已经是另一项的 id、名称或别称", "“{}” is already an id, label or alias of another item"; name))
                        .related(owner.span, text!("先出现在这里", "first used here")),
                );
            }
        }
    }

    /// The scheme string names its groups: a number is a count of modules, a letter an open group.
    fn scheme(&mut self, root: &Node) {
        let Some(node) = root.get("scheme") else { return };
        let symbols: Vec<&str> = self.taxonomy.scheme.split('+').map(str::trim).collect();
        let modules = self.taxonomy.terms(Vocabulary::Modules);
        let count = |symbol: &str| symbol.parse::<usize>().unwrap_or(1);
        let mut problem = None;
        if self.taxonomy.groups.is_empty() {
            let expected: usize = symbols.iter().map(|symbol| count(symbol)).sum();
            if expected != modules.len() {
                problem = Some(
                    text!("总式“{}”应有 {} 个模块，实际有 {} 个", "the scheme “{}” stands for {} modules, but there are {}"; self.taxonomy.scheme, expected, modules.len()),
                );
            }
        } else if symbols
            != self.taxonomy.groups.iter().map(|group| group.symbol.as_str()).collect::<Vec<_>>()
        {
            problem = Some(
                text!("总式“{}”与 groups 里的符号不一致", "the scheme “{}” and the symbols of groups disagree"; self.taxonomy.scheme),
            );
        } else {
            for group in &self.taxonomy.groups {
                let members =
                    modules.iter().filter(|module| module.parent.as_deref() == Some(&group.id)).count();
                let agrees = if group.open { members >= 1 } else { members == count(&group.symbol) };
                if !agrees {
                    let (scheme, symbol, wanted) =
                        (&self.taxonomy.scheme, &group.symbol, count(&group.symbol));
                    problem = Some(text!(
                        "总式“{scheme}”中的“{symbol}”应有 {wanted} 个模块，实际有 {members} 个",
                        "“{symbol}” of the scheme “{scheme}” stands for {wanted} modules, but there are {members}"
                    ));
                    break;
                }
            }
            let stray = modules.iter().find(|module| {
                !self.taxonomy.groups.iter().any(|group| Some(&group.id) == module.parent.as_ref())
            });
            if let (None, Some(module)) = (&problem, stray) {
                let (span, id) = (module.id.span, module.id.value.clone());
                self.report(span, text!("模块“{}”的 group 不在 groups 里", "the group of module “{}” is not among groups"; id));
            }
        }
        if let Some(problem) = problem {
            self.report(node.span, problem);
        }
    }

    fn parents(&mut self) {
        let regions = self.taxonomy.terms(Vocabulary::Regions);
        let lost: Vec<(Span, String)> = regions
            .iter()
            .filter_map(|region| Some((region, region.parent.as_ref()?)))
            .filter(|(_, parent)| self.taxonomy.find(Vocabulary::Regions, parent).is_none())
            .map(|(region, parent)| (region.id.span, parent.clone()))
            .collect();
        for (span, parent) in lost {
            self.report(
                span,
                text!("上级地区“{}”不在地区表中", "the parent region “{}” is not in the list"; parent),
            );
        }
    }
}
