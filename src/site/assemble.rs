//! Layer 6: documents to a [`Site`]: ids made unique, references resolved (KB-005, KB-301, KB-309).

use super::{DocId, Redirect, Reference, Relations, Scope, Site, assets, links, pictures};
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic, fold, nearest, text};
use crate::document::{Document, Place, is_id};
use crate::fields::{Kind, Record, Value};
use crate::source::{Sources, Span, Spanned};
use crate::taxonomy::Taxonomy;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a site is made of.
pub struct Inputs<'a> {
    pub config: Config,
    pub taxonomy: Taxonomy,
    pub scope: Scope,
    pub documents: Vec<Document>,
    /// Documents that exist but could not be read: what refers to them stays silent.
    pub unreadable: Vec<Place>,
    pub sources: &'a Sources,
}

pub fn assemble(inputs: Inputs<'_>) -> (Site, Vec<Diagnostic>) {
    let Inputs { config, taxonomy, scope, mut documents, unreadable, sources } = inputs;
    let mut diagnostics = Vec::new();
    documents.sort_by(|a, b| (a.kind, &a.id, &a.path).cmp(&(b.kind, &b.id, &b.path)));
    let dropped = unique(&mut documents, &mut diagnostics);
    let index: BTreeMap<(Kind, String), DocId> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| ((document.kind, document.id.clone()), DocId(index as u32)))
        .collect();
    let unreadable: BTreeSet<(Kind, String)> =
        unreadable.into_iter().map(|place| (place.kind, place.id)).chain(dropped).collect();
    let mut site = Site {
        config,
        taxonomy,
        scope,
        documents,
        index,
        relations: Vec::new(),
        redirects: Vec::new(),
        unreadable,
    };
    site.redirects = redirects(&site, &mut diagnostics);
    let resolver = Resolver { site: &site, sources };
    if let Some(owner) = &site.config.owner
        && matches!(resolver.find(Kind::Institution, &owner.value), Found::Missing)
    {
        diagnostics.push(resolver.missing(owner.span, Kind::Institution, &owner.value));
    }
    let mut relations = Vec::with_capacity(site.documents.len());
    for (id, document) in site.documents() {
        let mut related = Relations::default();
        for (field, value) in document.meta.iter() {
            resolver.field(document, field, value, &mut related.references, &mut diagnostics);
        }
        links::resolve(&resolver, id, &mut related, &mut diagnostics);
        assets::listed(&resolver, document, &mut related, &mut diagnostics);
        pictures::plan(&mut related.attachments, sources);
        relations.push(related);
    }
    let mut backlinks: Vec<BTreeSet<DocId>> = vec![BTreeSet::new(); relations.len()];
    for (from, related) in relations.iter().enumerate() {
        for reference in related.references.iter().filter(|reference| reference.to.0 as usize != from) {
            backlinks[reference.to.0 as usize].insert(DocId(from as u32));
        }
    }
    for (related, backlinks) in relations.iter_mut().zip(backlinks) {
        related.backlinks = backlinks.into_iter().collect();
    }
    site.relations = relations;
    (site, diagnostics)
}

/// Keeps one document of each id; ids that differ only in case collide too, because file systems fold it.
/// Gives the ids that were dropped: what names them has no mistake of its own.
fn unique(documents: &mut Vec<Document>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(Kind, String)> {
    let mut dropped = Vec::new();
    let mut first: BTreeMap<(Kind, String), Span> = BTreeMap::new();
    documents.retain(|document| {
        let key = (document.kind, document.id.to_lowercase());
        let place = Span::new(document.file, 0..0);
        match first.get(&key) {
            None => {
                first.insert(key, place);
                true
            }
            Some(owner) => {
                let (kind, id) = (document.kind, &document.id);
                let (zh, en) = (kind.counted(), kind.english());
                diagnostics.push(
                    Diagnostic::new(
                        Code(5),
                        place,
                        text!("已经有一{zh}的编号是“{id}”", "there is another {en} with the id “{id}”"),
                    )
                    .related(*owner, text!("另一个在这里", "the other one is here"))
                    .help(text!(
                        "给其中一个文件换一个名字（编号就是文件名）",
                        "rename one of the files; the id is the file name"
                    )),
                );
                dropped.push((kind, id.clone()));
                false
            }
        }
    });
    dropped
}

fn redirects(site: &Site, diagnostics: &mut Vec<Diagnostic>) -> Vec<Redirect> {
    let mut redirects: Vec<Redirect> = Vec::new();
    for (id, document) in site.documents() {
        for item in document.meta.list("formerly") {
            let Some(old) = item.value.text() else { continue };
            let taken = site.find(document.kind, old).is_some()
                || redirects.iter().any(|redirect| redirect.kind == document.kind && redirect.old == old);
            if taken {
                let message = text!(
                    "曾用编号“{old}”现在属于另一个文档",
                    "the former id “{old}” belongs to another document"
                );
                diagnostics.push(Diagnostic::new(Code(5), item.span, message));
            } else if !crate::document::is_id(old) {
                let message = text!("曾用编号“{old}”不合规", "the former id “{old}” is not allowed");
                diagnostics.push(Diagnostic::new(Code(106), item.span, message));
            } else {
                redirects.push(Redirect { kind: document.kind, old: old.to_owned(), to: id });
            }
        }
    }
    redirects.sort_by(|a, b| (a.kind, &a.old).cmp(&(b.kind, &b.old)));
    redirects
}

pub(super) struct Resolver<'a> {
    pub site: &'a Site,
    pub sources: &'a Sources,
}

impl Resolver<'_> {
    fn field(
        &self,
        from: &Document,
        field: &'static str,
        value: &Spanned<Value>,
        references: &mut Vec<Reference>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        match &value.value {
            Value::Reference(kind, id) => match self.find(*kind, id) {
                Found::Document(to) => {
                    references.push(Reference { to, span: value.span, field: Some(field) })
                }
                Found::Unreadable => {}
                Found::Missing => diagnostics.push(
                    self.wrong_kind(value.span, *kind, id)
                        .unwrap_or_else(|| self.missing(value.span, *kind, id)),
                ),
            },
            Value::List(items) => {
                for item in items {
                    self.field(from, field, item, references, diagnostics);
                }
            }
            Value::Record(record) => self.record(from, field, record, references, diagnostics),
            _ => {}
        }
    }

    fn record(
        &self,
        from: &Document,
        field: &'static str,
        record: &Record,
        references: &mut Vec<Reference>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for (_, value) in record.iter() {
            self.field(from, field, value, references, diagnostics);
        }
    }

    pub fn find(&self, kind: Kind, id: &str) -> Found {
        match self.site.find(kind, id) {
            Some(document) => Found::Document(document),
            None if self.site.unreadable.contains(&(kind, id.to_owned())) => Found::Unreadable,
            None => Found::Missing,
        }
    }

    /// KB-302: the id belongs to a document of another kind, and no id of the right kind is like it.
    fn wrong_kind(&self, span: Span, kind: Kind, id: &str) -> Option<Diagnostic> {
        let other = Kind::ALL.into_iter().find(|other| self.site.find(*other, id).is_some())?;
        let (zh, en) = (kind.chinese(), kind.english());
        let (other_zh, other_en) = (other.chinese(), other.english());
        let message =
            text!("这里要引用{zh}，“{id}”是{other_zh}", "this must name a {en}; “{id}” is a {other_en}");
        Some(Diagnostic::new(Code(302), span, message).help(text!(
            "写一个{zh}的编号，或把它写到{other_zh}的字段里",
            "write the id of a {en}, or put it into the field for it"
        )))
    }

    /// KB-301: what does not exist, and what may have been meant.
    pub fn missing(&self, span: Span, kind: Kind, id: &str) -> Diagnostic {
        let (zh, en) = (kind.chinese(), kind.english());
        let diagnostic = Diagnostic::new(
            Code(301),
            span,
            text!("没有编号为“{id}”的{zh}", "there is no {en} with the id “{id}”"),
        );
        if let Some(redirect) =
            self.site.redirects.iter().find(|redirect| redirect.kind == kind && redirect.old == id)
        {
            let now = &self.site.get(redirect.to).id;
            return diagnostic.help(text!("它已改名为“{now}”", "it is now called “{now}”"));
        }
        // The id in capitals, with underscores, with the file's ending; or the title in its place.
        let folded = fold(id.strip_suffix(".md").unwrap_or(id));
        if folded != id && self.site.find(kind, &folded).is_some() {
            return diagnostic.help(text!("写成 {folded}", "write {folded}")).fix(span, folded);
        }
        let bare = |title: &str| fold(title.trim_matches(['《', '》']));
        let titled: Vec<&str> = if id.is_ascii() {
            Vec::new()
        } else {
            let wanted = bare(id);
            let titled = self.site.of_kind(kind).filter(|(_, document)| bare(document.title()) == wanted);
            titled.map(|(_, document)| document.id.as_str()).collect()
        };
        if let [meant] = titled.as_slice() {
            return diagnostic
                .help(text!("这里写编号，不写标题：{meant}", "write the id, not the title: {meant}"))
                .fix(span, *meant);
        }
        let ids = self.site.of_kind(kind).map(|(_, document)| document.id.as_str());
        let near = nearest(id, ids, 3);
        let elsewhere = Kind::ALL
            .into_iter()
            .filter(|other| *other != kind)
            .find(|other| self.site.find(*other, id).is_some());
        match near.as_slice() {
            [] if elsewhere.is_some() => {
                let other = elsewhere.map_or("", Kind::id);
                diagnostic.help(text!("是不是 {other}/{id}？", "did you mean {other}/{id}?"))
            }
            [] if is_id(id) => {
                let folder = kind.folder();
                diagnostic.help(text!(
                    "检查编号，或新建 content/{folder}/{id}.md",
                    "check the id, or create content/{folder}/{id}.md"
                ))
            }
            [] => {
                let folder = kind.folder();
                diagnostic.help(text!(
                    "这里写编号，就是 content/{folder}/ 下的文件名，不带 .md",
                    "write an id: a file name of content/{folder}/ without .md"
                ))
            }
            near => {
                let near = near.join("”“");
                diagnostic.help(text!("是不是“{near}”？", "did you mean “{near}”?"))
            }
        }
    }
}

pub(super) enum Found {
    Document(DocId),
    Unreadable,
    Missing,
}
