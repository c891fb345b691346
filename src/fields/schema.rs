//! Layer 4: the table of fields as JSON Schema 2020-12, so that an editor's YAML plugin says what a check would say.
//! Knows what can be said of one file alone; references, cycles and ratios need the whole site and stay with the checks.

use super::describe::about;
use super::{COMMON, Field, Kind, Need, SITE, Shape, fields_of};
use crate::taxonomy::{Taxonomy, Vocabulary};
use serde_json::{Map, Value, json};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of the front matter of one kind.
pub fn document_schema(kind: Kind, taxonomy: &Taxonomy) -> Value {
    with_draft(Writer { taxonomy, kind: Some(kind) }.document(kind))
}

/// One schema for every kind: `$defs` by kind, and any of them.
pub fn every_schema(taxonomy: &Taxonomy) -> Value {
    let kinds: Map<String, Value> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.id().to_owned(), Writer { taxonomy, kind: Some(kind) }.document(kind)))
        .collect();
    let any: Vec<Value> = Kind::ALL.map(|kind| json!({"$ref": format!("#/$defs/{}", kind.id())})).into();
    with_draft(json!({"title": "课程知识库的文档", "anyOf": any, "$defs": kinds}))
}

/// The schema of `content/site.yaml`.
pub fn site_schema(taxonomy: &Taxonomy) -> Value {
    let mut schema = Writer { taxonomy, kind: None }.map(&[SITE]);
    schema["title"] = json!("站点设置 content/site.yaml");
    with_draft(schema)
}

fn with_draft(schema: Value) -> Value {
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!(DRAFT));
    if let Value::Object(schema) = schema {
        out.extend(schema);
    }
    Value::Object(out)
}

struct Writer<'a> {
    taxonomy: &'a Taxonomy,
    kind: Option<Kind>,
}

impl Writer<'_> {
    fn document(&self, kind: Kind) -> Value {
        let tables = [COMMON, fields_of(kind)];
        let mut schema = self.map(&tables);
        schema["title"] = json!(format!("{}（{}）", kind.chinese(), kind.id()));
        schema["description"] = json!(format!(
            "content/{}/ 下文档的元数据。字段名写中文或英文都可以，同一个字段只写一次。",
            kind.folder()
        ));
        if let Value::Array(all) = &mut schema["allOf"] {
            all.extend(self.conditions(kind, &tables));
        }
        schema
    }

    /// A map of fields under either of their names, each at most once.
    fn map(&self, tables: &[&[Field]]) -> Value {
        let mut properties = Map::new();
        let mut all = Vec::new();
        for field in tables.iter().flat_map(|table| table.iter()) {
            let mut value = self.value(&field.shape, field.need == Need::Required);
            let (Field { name, chinese, .. }, text) = (field, about(field.name));
            if let Value::Object(value) = &mut value {
                value.insert("title".to_owned(), json!(format!("{chinese}（{name}）")));
                value.insert("description".to_owned(), json!(text));
                let length = match (*name, self.kind.is_some()) {
                    ("title", _) => Some((2, 80)),
                    ("summary", true) => Some((20, 200)),
                    _ => None,
                };
                if let Some((least, most)) = length.filter(|_| tables.len() > 1) {
                    value.insert("minLength".to_owned(), json!(least));
                    value.insert("maxLength".to_owned(), json!(most));
                }
            }
            properties.insert((*name).to_owned(), value.clone());
            properties.insert((*chinese).to_owned(), value);
            all.push(match field.need {
                Need::Required => exactly_one(field),
                _ => json!({"not": {"required": [name, chinese]}}),
            });
        }
        json!({"type": "object", "properties": properties, "additionalProperties": false, "allOf": all})
    }

    fn value(&self, shape: &Shape, required: bool) -> Value {
        match shape {
            // A year or a number may stand where words are asked for.
            Shape::Text => json!({"type": ["string", "number"]}),
            Shape::Boolean => json!({"enum": [true, false, "是", "否"], "examples": [true]}),
            Shape::Integer { min, max } => {
                json!({"type": "integer", "minimum": min, "maximum": max, "examples": [min]})
            }
            Shape::Halves { max } => json!({
                "type": "number", "exclusiveMinimum": 0, "maximum": f64::from(*max) / 2.0, "multipleOf": 0.5,
                "examples": [4, 2.5]
            }),
            Shape::Decimal { min, max } => {
                json!({"type": "number", "minimum": min / 1_000_000, "maximum": max / 1_000_000})
            }
            Shape::Date => json!({
                "type": "string", "format": "date", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
                "examples": ["2022-09-01"]
            }),
            Shape::Period => json!({
                "type": ["string", "integer"],
                "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
                "minimum": 1, "maximum": 9999, "examples": [2003, "2003-07", "2003-07-10"]
            }),
            Shape::NumberOrText => json!({"type": ["integer", "string"], "examples": [1]}),
            Shape::Slot => json!({
                "type": "string",
                "pattern": "^(am|pm|evening|上午|下午|晚上|晚间|([01][0-9]|2[0-3]):[0-5][0-9])$",
                "examples": ["am", "pm", "evening", "09:00"]
            }),
            Shape::Choice(choices) => {
                let names = choices.iter().flat_map(|choice| {
                    [choice.id, choice.chinese].into_iter().chain(choice.aliases.iter().copied())
                });
                one_of(names, choices.first().map(|choice| choice.chinese))
            }
            Shape::Term(vocabulary) => self.term(*vocabulary),
            Shape::Reference(kind) => reference(Some(*kind)),
            Shape::OwnKind => reference(self.kind),
            Shape::List { of, min } => {
                let mut list = json!({"type": "array", "items": self.value(of, false)});
                if required {
                    list["minItems"] = json!(min);
                }
                list
            }
            Shape::Record(fields) => self.record(fields),
            Shape::Gates(fields) => {
                let gates = self.taxonomy.terms(Vocabulary::ReviewGates);
                let names = gates
                    .iter()
                    .flat_map(|gate| [&gate.id.value, &gate.label].into_iter().chain(&gate.aliases));
                let properties: Map<String, Value> =
                    names.map(|name| (name.clone(), self.record(fields))).collect();
                json!({"type": "object", "properties": properties, "additionalProperties": false})
            }
        }
    }

    fn record(&self, fields: &[Field]) -> Value {
        let mut map = self.map(&[fields]);
        let named = |name: &str| fields.iter().find(|field| field.name == name);
        // A session is a course or something else, and never both.
        if let (Some(course), Some(activity)) = (named("course"), named("activity"))
            && let Value::Array(all) = &mut map["allOf"]
        {
            all.push(json!({"oneOf": [either_name(course), either_name(activity)]}));
        }
        map
    }

    fn term(&self, vocabulary: Vocabulary) -> Value {
        let terms = self.taxonomy.terms(vocabulary);
        let names = terms.iter().flat_map(|term| {
            [&term.id.value, &term.label].into_iter().chain(&term.aliases).map(String::as_str)
        });
        let mut value = one_of(names, terms.first().map(|term| term.label.as_str()));
        if terms.is_empty() {
            // An edition without this section says nothing about its values.
            value = json!({"type": "string"});
        }
        value
    }

    /// What one field demands of another.
    fn conditions(&self, kind: Kind, tables: &[&[Field]]) -> Vec<Value> {
        let says = |name: &str, ids: &[&str]| self.says(tables, name, ids);
        let has = |name: &str| find(tables, name).map_or(json!(false), either_name);
        let fields = tables.iter().flat_map(|table| table.iter());
        let mut published: Vec<Value> = Vec::new();
        for field in fields.clone().filter(|field| field.need == Need::Published) {
            published.push(either_name(field));
            if let Shape::List { min, .. } = field.shape {
                let enough = json!({"minItems": min});
                published.push(json!({"properties": {field.name: enough, field.chinese: enough}}));
            }
        }
        published.extend(self.every_gate(tables));
        let exit = json!({"allOf": [has("exit"), self.inside(tables, "exit", &["date", "reason"])]});
        let mut all = vec![
            when(says("status", &["published", "suspended"]), json!({"allOf": published})),
            iff(says("status", &["retired"]), exit, has("exit")),
        ];
        if find(tables, "module").is_some() {
            let modules = self.taxonomy.terms(Vocabulary::Modules);
            let open: Vec<&str> = modules
                .iter()
                .map(|module| module.id.value.as_str())
                .filter(|id| self.taxonomy.is_open(id))
                .collect();
            all.push(iff(says("area", &["theory"]), has("module"), has("module")));
            all.push(iff(says("module", &open), has("x_topic"), has("x_topic")));
        }
        match kind {
            Kind::Reading => {
                all.push(when(says("kind", &["law", "party-regulation", "document"]), has("source")));
                all.push(iff(says("kind", &["required"]), has("work"), has("work")));
            }
            Kind::Article => {
                all.push(when(says("kind", &["policy"]), has("source")));
                all.push(iff(says("kind", &["unit"]), has("part_of"), has("part_of")));
            }
            Kind::Programme => {
                all.push(json!({"anyOf": [has("days"), {"allOf": [has("start"), has("end")]}]}));
            }
            _ => {}
        }
        all
    }

    /// The field is there and says one of `ids`, however they are written.
    fn says(&self, tables: &[&[Field]], name: &str, ids: &[&str]) -> Value {
        let Some(field) = find(tables, name) else { return json!(false) };
        let mut names: Vec<&str> = Vec::new();
        for id in ids {
            match field.shape {
                Shape::Choice(choices) => {
                    for choice in choices.iter().filter(|choice| choice.id == *id) {
                        names.extend([choice.id, choice.chinese]);
                        names.extend(choice.aliases);
                    }
                }
                Shape::Term(vocabulary) => {
                    if let Some(term) = self.taxonomy.find(vocabulary, id) {
                        names.extend([term.id.value.as_str(), &term.label]);
                        names.extend(term.aliases.iter().map(String::as_str));
                    }
                }
                _ => {}
            }
        }
        let under = |key: &str| json!({"properties": {key: {"enum": names}}, "required": [key]});
        json!({"anyOf": [under(field.name), under(field.chinese)]})
    }

    /// Every review gate of the edition, each with who and when.
    fn every_gate(&self, tables: &[&[Field]]) -> Option<Value> {
        let reviews = find(tables, "reviews")?;
        let Shape::Gates(fields) = reviews.shape else { return None };
        let whole = json!({"allOf": fields.iter().map(either_name).collect::<Vec<_>>()});
        let gates = self.taxonomy.terms(Vocabulary::ReviewGates).iter().map(|gate| {
            let names = [&gate.id.value, &gate.label].into_iter().chain(&gate.aliases);
            json!({"anyOf": names.map(|name| json!({"properties": {name: whole}, "required": [name]})).collect::<Vec<_>>()})
        });
        let gates = json!({"allOf": gates.collect::<Vec<_>>()});
        Some(json!({"allOf": [
            either_name(reviews),
            {"properties": {reviews.name: gates, reviews.chinese: gates}}
        ]}))
    }

    /// Fields that must be there inside the nested map `name`.
    fn inside(&self, tables: &[&[Field]], name: &str, names: &[&str]) -> Value {
        let Some(field) = find(tables, name) else { return json!(true) };
        let Shape::Record(fields) = field.shape else { return json!(true) };
        let whole: Vec<Value> =
            fields.iter().filter(|field| names.contains(&field.name)).map(either_name).collect();
        let whole = json!({"allOf": whole});
        json!({"properties": {field.name: whole, field.chinese: whole}})
    }
}

fn find<'a>(tables: &[&'a [Field]], name: &str) -> Option<&'a Field> {
    tables.iter().flat_map(|table| table.iter()).find(|field| field.name == name)
}

fn either_name(field: &Field) -> Value {
    json!({"anyOf": [{"required": [field.name]}, {"required": [field.chinese]}]})
}

fn exactly_one(field: &Field) -> Value {
    json!({"oneOf": [{"required": [field.name]}, {"required": [field.chinese]}]})
}

fn when(condition: Value, then: Value) -> Value {
    json!({"if": condition, "then": then})
}

/// `then` where the condition holds; elsewhere the field must not be there.
fn iff(condition: Value, then: Value, field: Value) -> Value {
    json!({"if": condition, "then": then, "else": {"not": field}})
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>, example: Option<&str>) -> Value {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        // Schemas hold each value once.
        if !all.contains(&name) {
            all.push(name);
        }
    }
    json!({"enum": all, "examples": example.into_iter().collect::<Vec<_>>()})
}

/// The id of a document, or `kind/id`.
fn reference(kind: Option<Kind>) -> Value {
    let prefix = kind.map_or_else(String::new, |kind| format!("(({}|{})/)?", kind.id(), kind.folder()));
    json!({"type": "string", "pattern": format!("^{prefix}[a-z0-9][a-z0-9-]{{0,39}}$")})
}
