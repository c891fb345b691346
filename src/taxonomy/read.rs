//! Layer 3: an edition's file to a [`Taxonomy`], with every inconsistency at its place (KB-207).

use super::{
    Bounds, Group, SECTIONS, Section, Source, Taxonomy, Term, Vocabulary, consistent, goal, indicator,
};
use crate::date::Date;
use crate::diagnostics::{Code, Diagnostic, Text, nearest, text};
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
        let said = root.get(name).is_some_and(|node| !matches!(node.value, Value::List(_) | Value::Null));
        if needed && !said && reader.taxonomy.terms(*vocabulary).is_empty() {
            let start = Span::new(file, root.span.start as usize..root.span.start as usize);
            reader.report(start, text!("课程方案缺少“{}”一节", "the edition has no section “{}”"; name));
        }
    }
    consistent::check(&reader.taxonomy, root, &mut reader.diagnostics);
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

/// What an item may say. Sections differ in what they need; none has a key of another meaning.
const KEYS: [&str; 16] = [
    "id",
    "label",
    "aliases",
    "note",
    "source",
    "parent",
    "group",
    "interactive",
    "volumes",
    "title",
    "level",
    "days",
    "bounds",
    "tile",
    "deprecated",
    "replaced_by",
];

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
        for key in ["id", "label"] {
            if root.get(key).and_then(Node::scalar).is_none_or(str::is_empty) {
                let start = Span::new(root.span.file, root.span.start as usize..root.span.start as usize);
                self.report(start, text!("课程方案缺少“{key}”", "the edition has no “{key}”"));
            }
        }
        for item in root.get("groups").map_or(&[][..], Node::items) {
            let scalar = |key: &str| item.get(key).and_then(Node::scalar).unwrap_or("").to_owned();
            let (id, symbol) = (scalar("id"), scalar("symbol"));
            if id.is_empty() || symbol.is_empty() {
                self.report(
                    item.span,
                    text!("groups 的每一项要有 id 和 symbol", "an item of groups has an id and a symbol"),
                );
                continue;
            }
            let count = self.number(item, "count");
            self.taxonomy.groups.push(Group {
                id,
                symbol,
                count,
                open: scalar("open") == "true",
                span: item.span,
            });
        }
    }

    fn section(&mut self, entry: &Entry) {
        let key = entry.key.value.as_str();
        let named = |key: &str| SECTIONS.iter().find(|section| section.1 == key);
        let Some((vocabulary, _, _, cited)) =
            named(key).or_else(|| self.unknown_section(key, entry.key.span))
        else {
            return;
        };
        if !matches!(entry.value.value, Value::List(_) | Value::Null) {
            self.report(
                entry.value.span,
                text!("“{key}”一节应是列表，每项以“- ”开头", "the section “{key}” is a list of items"),
            );
            return;
        }
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

    /// KB-102 for a section that there is not, and the one that was probably meant, to be read in its place.
    fn unknown_section(&mut self, key: &str, span: Span) -> Option<&'static Section> {
        if HEAD.contains(&key) {
            return None;
        }
        let near = nearest(key, SECTIONS.iter().map(|section| section.1).chain(HEAD), 3);
        let diagnostic = Diagnostic::new(
            Code(102),
            span,
            text!("课程方案里没有“{key}”这一节", "an edition has no section “{key}”"),
        );
        let meant = near.first().copied();
        self.diagnostics.push(if near.is_empty() {
            diagnostic
        } else {
            let near = near.join("、");
            diagnostic.help(text!("是不是：{near}？", "did you mean {near}?"))
        });
        SECTIONS.iter().find(|section| Some(section.1) == meant)
    }

    fn term(&mut self, vocabulary: Vocabulary, item: &Node, cited: bool, area: Option<String>) {
        let scalar = |key: &str| item.get(key).and_then(Node::scalar).map(str::to_owned);
        self.keys(vocabulary, item);
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
        for (key, list) in [("volumes", true), ("days", false)] {
            let Some(node) = item.get(key) else { continue };
            let numbers = if list { node.items() } else { std::slice::from_ref(node) };
            let odd =
                numbers.iter().find(|node| node.scalar().and_then(|text| text.parse::<i64>().ok()).is_none());
            if let Some(odd) = odd {
                self.report(
                    odd.span,
                    text!("“{id}”的 {key} 要写整数", "{key} of “{id}” must be whole numbers"),
                );
            }
        }
        let bounds = item.get("bounds").and_then(|node| {
            let bounds = bounds(node);
            if bounds.is_none() {
                self.report(
                    node.span,
                    text!(
                        "“{id}”的 bounds 要写成 {{lat: [南, 北], lon: [西, 东]}}，用十进制的度",
                        "bounds of “{id}” must be {{lat: [south, north], lon: [west, east]}} in decimal degrees"
                    ),
                );
            }
            bounds
        });
        let tile = item.get("tile").and_then(|node| {
            let tile = tile(node).filter(|_| vocabulary == Vocabulary::Regions);
            if tile.is_none() {
                self.report(
                    node.span,
                    text!(
                        "“{id}”的 tile 要写成 [列, 行]，都从 1 数到 {TILES}，只用于地区",
                        "tile of “{id}” must be [column, row], both from 1 to {TILES}, and only regions have one"
                    ),
                );
            }
            Some(Spanned::new(tile?, node.span))
        });
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
            bounds,
            tile,
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

    /// KB-102 for a key that no item of an edition has: most likely a misspelt one, which would be lost in silence.
    fn keys(&mut self, vocabulary: Vocabulary, item: &Node) {
        for entry in item.entries() {
            let key = entry.key.value.as_str();
            if KEYS.contains(&key) || (vocabulary == Vocabulary::Areas && key == "topics") {
                continue;
            }
            let near = nearest(key, KEYS, 3).join("、");
            let message =
                text!("课程方案的这一项没有“{key}”这个字段", "an item of an edition has no key “{key}”");
            let diagnostic = Diagnostic::new(Code(102), entry.key.span, message);
            self.diagnostics.push(if near.is_empty() {
                let all = KEYS.join("、");
                diagnostic.help(text!("可用的有：{all}", "there are: {all}"))
            } else {
                diagnostic.help(text!("是不是：{near}？", "did you mean {near}?"))
            });
        }
    }

    fn number(&mut self, item: &Node, key: &str) -> Option<i64> {
        let node = item.get(key)?;
        let number = node.scalar().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.report(node.span, text!("{key} 要写整数", "{key} must be a whole number"));
        }
        number
    }
}

/// Columns and rows of a grid of squares: what a page has room for.
const TILES: usize = 12;

/// `[2, 1]`
fn tile(node: &Node) -> Option<(usize, usize)> {
    let [column, row] = node.items() else { return None };
    let number = |node: &Node| node.scalar()?.parse().ok().filter(|number| (1..=TILES).contains(number));
    Some((number(column)?, number(row)?))
}

/// `{lat: [27.0, 31.2], lon: [118.0, 123.2]}`
fn bounds(node: &Node) -> Option<Bounds> {
    let range = |key: &str, most: f64| {
        let [from, to] = node.get(key)?.items() else { return None };
        let degrees = |node: &Node| {
            let degrees: f64 = node.scalar()?.trim().parse().ok()?;
            (degrees.abs() <= most).then(|| (degrees * 1e6).round() as i64)
        };
        let (from, to) = (degrees(from)?, degrees(to)?);
        (from < to).then_some((from, to))
    };
    Some(Bounds { lat: range("lat", 90.0)?, lon: range("lon", 180.0)? })
}
