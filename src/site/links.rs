//! Layer 6: where the links of a body lead (KB-301 for `[[..]]`, KB-309 for the rest).

use super::assemble::{Found, Resolver};
use super::{DocId, Reference, Relations, Resolved, assets};
use crate::diagnostics::{Code, Diagnostic, nearest, text};
use crate::document::{Document, place_of};
use crate::fields::Kind;
use crate::markdown::{Link, Target};
use crate::source::{RelPath, Span};

pub(super) fn resolve(
    resolver: &Resolver<'_>,
    from: DocId,
    related: &mut Relations,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let document = resolver.site.get(from);
    for link in &document.body.links {
        let resolved = match &link.target {
            Target::Wiki { reference, heading } => {
                let found = wiki(resolver, reference, link.span);
                lead(resolver, found, heading.as_deref(), link, related, diagnostics)
            }
            Target::File { path, heading } => {
                file(resolver, document, path, heading.as_deref(), link, related, diagnostics)
            }
            Target::Heading(heading) => match anchor(document, heading) {
                Some(anchor) => Resolved::Heading(anchor),
                None => {
                    diagnostics.push(dead_heading(document, heading, link.span));
                    Resolved::Dead
                }
            },
            Target::External(_) => Resolved::External,
            Target::Refused => Resolved::Dead,
        };
        related.links.push(resolved);
    }
}

/// `kind/id`.
fn wiki(resolver: &Resolver<'_>, reference: &str, span: Span) -> Result<Found, Diagnostic> {
    let kind = reference.split_once('/').and_then(|(kind, id)| Some((Kind::from_id(kind)?, id)));
    let Some((kind, id)) = kind else {
        let diagnostic = Diagnostic::new(
            Code(301),
            span,
            text!("“{reference}”不是“种类/编号”", "“{reference}” is not of the form kind/id"),
        );
        let keys: Vec<String> = resolver.site.documents().map(|(_, document)| document.key()).collect();
        let id = reference.rsplit_once('/').map_or(reference, |(_, id)| id);
        let exact = keys.iter().find(|key| key.rsplit_once('/').is_some_and(|(_, other)| other == id));
        let near = exact
            .map(String::as_str)
            .into_iter()
            .chain(nearest(reference, keys.iter().map(String::as_str), 1))
            .next();
        return Err(match near {
            Some(near) => diagnostic.help(text!("是不是 [[{near}]]？", "did you mean [[{near}]]?")),
            None => {
                let kinds = Kind::ALL.map(Kind::id).join("、");
                diagnostic.help(text!(
                    "写成 [[种类/编号]]，种类有：{kinds}",
                    "write [[kind/id]]; the kinds are: {kinds}"
                ))
            }
        });
    };
    match resolver.find(kind, id) {
        // The span is the whole link; its words are not to be lost.
        Found::Missing => Err(Diagnostic { fix: None, ..resolver.missing(span, kind, id) }),
        found => Ok(found),
    }
}

fn lead(
    resolver: &Resolver<'_>,
    found: Result<Found, Diagnostic>,
    heading: Option<&str>,
    link: &Link,
    related: &mut Relations,
    diagnostics: &mut Vec<Diagnostic>,
) -> Resolved {
    match found {
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            Resolved::Dead
        }
        Ok(Found::Document(to)) => {
            related.references.push(Reference { to, span: link.span, field: None });
            let target = resolver.site.get(to);
            let anchor = heading.and_then(|heading| {
                let anchor = anchor(target, heading);
                if anchor.is_none() {
                    diagnostics.push(dead_heading(target, heading, link.span));
                }
                anchor
            });
            Resolved::Document(to, anchor)
        }
        Ok(Found::Unreadable | Found::Missing) => Resolved::Dead,
    }
}

fn file(
    resolver: &Resolver<'_>,
    document: &Document,
    path: &str,
    heading: Option<&str>,
    link: &Link,
    related: &mut Relations,
    diagnostics: &mut Vec<Diagnostic>,
) -> Resolved {
    let dead = || {
        let what = if link.image { ("图片", "image") } else { ("文件", "file") };
        let (zh, en) = what;
        Diagnostic::new(Code(309), link.span, text!("找不到{zh}“{path}”", "the {en} “{path}” does not exist"))
    };
    if path.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code(309), link.span, text!("链接没有写地址", "the link leads nowhere")).help(
                text!(
                    "在半角圆括号里写上地址，例如 [文字](../cases/编号.md)",
                    "write the address into the parentheses"
                ),
            ),
        );
        return Resolved::Dead;
    }
    if path.starts_with("www.") {
        diagnostics.push(dead().help(text!("网址前要加 https://", "put https:// before the address")));
        return Resolved::Dead;
    }
    let target = join(document.path.folder(), path).filter(|path| path.as_str().starts_with("content/"));
    let Some(target) = target else {
        diagnostics
            .push(dead().help(text!("路径要在 content 文件夹之内", "the path must stay inside content")));
        return Resolved::Dead;
    };
    let Some(file) = resolver.sources.find(target.as_str()) else {
        let folder = target.folder();
        let prefix = format!("{folder}/");
        let names = resolver.sources.under(&prefix).map(|(_, file)| file.path.file_name());
        let near = nearest(target.file_name(), names, 1);
        diagnostics.push(match near.first() {
            Some(near) => dead()
                .help(text!("是不是“{near}”？文件名要区分大小写", "did you mean “{near}”? Case matters")),
            None => dead().help(text!(
                "检查文件名，或把文件放到 {folder}/",
                "check the name, or put the file into {folder}/"
            )),
        });
        return Resolved::Dead;
    };
    let source = resolver.sources.get(file);
    if target.extension() == "md" && !link.image {
        let place = place_of(file, &target).0;
        let found = place.map_or(Found::Unreadable, |place| resolver.find(place.kind, &place.id));
        return lead(resolver, Ok(found), heading, link, related, diagnostics);
    }
    let used = if link.image { assets::Use::Shown } else { assets::Use::Linked };
    match assets::publish(document, source, related, used) {
        Some(url) => Resolved::Asset(url),
        None => {
            diagnostics.push(dead().help(text!("这个文件不能发布", "this file cannot be published")));
            Resolved::Dead
        }
    }
}

/// `path` seen from `folder`, with `..` resolved; `None` when it leaves the root.
pub(super) fn join(folder: &str, path: &str) -> Option<RelPath> {
    let path = path.split(['?']).next().unwrap_or(path);
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    RelPath::new(&parts.join("/"))
}

/// The anchor of the heading that `name` means: its `{#id}`, its text or its anchor.
fn anchor(document: &Document, name: &str) -> Option<String> {
    document
        .body
        .headings
        .iter()
        .find(|heading| heading.id.as_deref() == Some(name) || heading.text == name || heading.anchor == name)
        .map(|heading| heading.anchor.clone())
}

fn dead_heading(target: &Document, heading: &str, span: Span) -> Diagnostic {
    let title = target.title();
    let diagnostic = Diagnostic::new(
        Code(309),
        span,
        text!("“{title}”里没有标题“{heading}”", "“{title}” has no heading “{heading}”"),
    );
    let near = nearest(heading, target.body.headings.iter().map(|heading| heading.text.as_str()), 2);
    if near.is_empty() {
        let all: Vec<&str> =
            target.body.headings.iter().take(8).map(|heading| heading.text.as_str()).collect();
        let all = all.join("、");
        diagnostic.help(text!("那里的标题有：{all}", "the headings there are: {all}"))
    } else {
        let near = near.join("”“");
        diagnostic.help(text!("是不是“{near}”？", "did you mean “{near}”?"))
    }
}
