//! Layer 8: how documents use the edition's vocabularies (KB-202 to KB-206).

use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::fields::{COMMON, Field, Record, Shape, Value, fields_of};
use crate::site::Site;
use crate::source::Spanned;
use crate::taxonomy::{Taxonomy, Vocabulary};

/// The area whose courses and cases belong to a module; the content model fixes its id.
pub(super) const THEORY: &str = "theory";

/// KB-202, 203, 204: modules belong to theory, all of theory has one, and an open module names its topic.
pub(super) fn modules(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        let meta = &document.meta;
        let Some(area) = meta.text("area") else { continue };
        match meta.get("module") {
            None if area == THEORY && !meta.written("module") => {
                let terms = site.taxonomy.terms(Vocabulary::Modules);
                let all: Vec<String> =
                    terms.iter().map(|term| format!("{}（{}）", term.id.value, term.label)).collect();
                let all = all.join("、");
                found.push(
                    Diagnostic::new(
                        Code(202),
                        document.first_line,
                        text!("理论教育的内容要写“模块”（module）", "theory needs a module"),
                    )
                    .help(text!(
                        "加一行 module: 和下面的一个编号：{all}",
                        "add a line module: with one of {all}"
                    )),
                );
            }
            Some(module) if area != THEORY => {
                let label = site.taxonomy.label(Vocabulary::Areas, area);
                found.push(
                    Diagnostic::new(
                        Code(204),
                        module.span,
                        text!("类别是“{label}”，不应写模块", "the area is “{label}”, which has no modules"),
                    )
                    .help(text!(
                        "删去“模块”这一行，或把类别改为 theory（党的基本理论教育）",
                        "delete module, or make the area theory"
                    )),
                );
            }
            Some(module)
                if module.value.text().is_some_and(|id| site.taxonomy.is_open(id))
                    && !meta.written("x_topic") =>
            {
                let terms = site.taxonomy.terms(Vocabulary::XTopics);
                let all: Vec<String> =
                    terms.iter().map(|term| format!("{}（{}）", term.id.value, term.label)).collect();
                let all = all.join("、");
                found.push(
                    Diagnostic::new(
                        Code(203),
                        module.span,
                        text!(
                            "这个模块要写已登记的“X专题”（x_topic）",
                            "this module needs a registered x_topic"
                        ),
                    )
                    .help(text!(
                        "加一行 x_topic: 和下面的一个编号：{all}",
                        "add a line x_topic: with one of {all}"
                    )),
                );
            }
            module => {
                let open =
                    module.and_then(|module| module.value.text()).is_some_and(|id| site.taxonomy.is_open(id));
                // A module that could not be read may be an open one.
                let certain = module.is_some() || !meta.written("module");
                if let (true, false, Some(topic)) = (certain, open, meta.get("x_topic")) {
                    found.push(
                        Diagnostic::new(
                            Code(203),
                            topic.span,
                            text!(
                                "只有 X 模块的内容才写“X专题”（x_topic）",
                                "only an open module has an x_topic"
                            ),
                        )
                        .severity(Severity::Warning)
                        .help(text!("删去这一行", "delete this line")),
                    );
                }
            }
        }
    }
}

/// KB-205: a topic stands under the document's area.
pub(super) fn topics(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        let Some(area) = document.meta.text("area") else { continue };
        for topic in document.meta.list("topics") {
            let Some(id) = topic.value.text() else { continue };
            let terms = site.taxonomy.terms(Vocabulary::Topics);
            let mut same = terms.iter().filter(|term| term.id.value == id);
            if same.clone().any(|term| term.parent.as_deref() == Some(area)) {
                continue;
            }
            let Some(term) = same.next() else { continue };
            let label = &term.label;
            let here = site.taxonomy.label(Vocabulary::Areas, area);
            let there =
                term.parent.as_deref().map_or("", |parent| site.taxonomy.label(Vocabulary::Areas, parent));
            let owner = term.parent.as_deref().and_then(|id| site.taxonomy.find(Vocabulary::Areas, id));
            let diagnostic = Diagnostic::new(
                Code(205),
                topic.span,
                text!("主题“{label}”不属于“{here}”", "the topic “{label}” is not under “{here}”"),
            );
            let diagnostic = match owner {
                Some(area) => diagnostic.related(
                    area.id.span,
                    text!("它在课程方案里属于这一类", "the edition has it under this area"),
                ),
                None => diagnostic,
            };
            found.push(diagnostic.help(text!(
                "它属于“{there}”；换一个主题，或改类别",
                "it is under “{there}”; take another topic or another area"
            )));
        }
    }
}

/// KB-206: the edition at the build date, and terms that are no longer used.
pub(super) fn expired(site: &Site, found: &mut Vec<Diagnostic>) {
    let today = site.scope.today;
    if let Some((from, to)) = site.taxonomy.valid
        && (today < from || today > to)
    {
        found.push(
            Diagnostic::new(
                Code(206),
                site.config.edition.span,
                text!(
                    "课程方案的有效期是 {from} 至 {to}，今天是 {today}",
                    "the edition is valid from {from} to {to}; today is {today}"
                ),
            )
            .help(text!(
                "换用新的课程方案，或在 site.yaml 里写 today: 固定日期",
                "use a newer edition, or fix today: in site.yaml"
            )),
        );
    }
    for (_, document) in site.documents() {
        for table in [COMMON, fields_of(document.kind)] {
            deprecated(&site.taxonomy, table, &document.meta, found);
        }
    }
}

fn deprecated(taxonomy: &Taxonomy, table: &[Field], record: &Record, found: &mut Vec<Diagnostic>) {
    for field in table {
        if let Some(value) = record.get(field.name) {
            walk(taxonomy, &field.shape, value, found);
        }
    }
}

fn walk(taxonomy: &Taxonomy, shape: &Shape, value: &Spanned<Value>, found: &mut Vec<Diagnostic>) {
    match (shape, &value.value) {
        (Shape::Term(vocabulary), Value::Id(id)) => {
            let Some(term) = taxonomy.find(*vocabulary, id) else { return };
            let Some(replacement) = &term.deprecated else { return };
            let label = &term.label;
            let diagnostic = Diagnostic::new(
                Code(206),
                value.span,
                text!("“{label}”已停用", "“{label}” is no longer used"),
            )
            .related(term.id.span, text!("课程方案里的这一项", "the entry in the edition"));
            found.push(match replacement {
                Some(new) => diagnostic.help(text!("改用 {new}", "use {new}")).fix(value.span, new.clone()),
                None => diagnostic,
            });
        }
        (Shape::List { of, .. }, Value::List(items)) => {
            for item in items {
                walk(taxonomy, of, item, found);
            }
        }
        (Shape::Record(fields), Value::Record(record)) => deprecated(taxonomy, fields, record, found),
        _ => {}
    }
}
