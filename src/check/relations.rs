//! Layer 8: what documents may refer to, cycles, and what nobody refers to (KB-302, 303, 307, 308).

use crate::diagnostics::{Code, Diagnostic, text};
use crate::document::Status;
use crate::fields::Kind;
use crate::site::{DocId, Site};
use std::collections::BTreeSet;

/// KB-302: nothing public names internal material. KB-303: nothing in use names what has gone.
pub(super) fn targets(site: &Site, found: &mut Vec<Diagnostic>) {
    for (from, document) in site.documents() {
        for reference in site.references(from) {
            let target = site.get(reference.to);
            let title = target.title();
            if site.release(reference.to) > site.release(from) {
                found.push(
                    Diagnostic::new(
                        Code(302),
                        reference.span,
                        text!(
                            "公开的页面不能提到内部材料“{title}”",
                            "a page of wider release refers to internal material, “{title}”"
                        ),
                    )
                    .help(text!(
                        "删去这处引用，或把本文档的“发布范围”（release）改为与它相同",
                        "delete the reference, or give this document the same release"
                    )),
                );
            }
            let gone = match target.status() {
                Status::Retired => Some(("已退出", "retired")),
                Status::Suspended => Some(("已暂停", "suspended")),
                _ => None,
            };
            // A successor names what it replaces, an exit its successor: both have rules of their own.
            let own_rule = matches!(reference.field, Some("supersedes" | "exit"));
            // So has a retired course in a programme that is not over: KB-603.
            let scheduled = reference.field == Some("sessions")
                && target.kind == Kind::Course
                && target.status() == Status::Retired
                && super::review::is_current(site, document);
            let own_rule = own_rule || scheduled;
            let Some((zh, en)) = gone.filter(|_| !own_rule && document.status() != Status::Retired) else {
                continue;
            };
            let diagnostic =
                Diagnostic::new(Code(303), reference.span, text!("引用的“{title}”{zh}", "“{title}” is {en}"));
            let successor = target.meta.record("exit").and_then(|exit| exit.reference("replaced_by"));
            found.push(match successor {
                Some((kind, id)) => {
                    let kind = kind.id();
                    diagnostic.help(text!("由 {kind}/{id} 替代", "it is replaced by {kind}/{id}"))
                }
                None => diagnostic,
            });
        }
    }
}

/// KB-307: each cycle once, at the reference in the document that sorts first.
pub(super) fn cycles(site: &Site, found: &mut Vec<Diagnostic>) {
    for (field, chinese) in [("prerequisites", "先修课程"), ("supersedes", "取代"), ("parent", "上级机构")]
    {
        let next = |id: DocId| -> Vec<DocId> {
            site.references(id)
                .iter()
                .filter(|reference| reference.field == Some(field))
                .map(|reference| reference.to)
                .collect()
        };
        for group in strongly_connected(site.documents().len(), next) {
            let first = group.iter().copied().min_by_key(|id| site.get(*id).key());
            let Some(first) = first else { continue };
            let members: BTreeSet<DocId> = group.iter().copied().collect();
            let reference = site
                .references(first)
                .iter()
                .find(|reference| reference.field == Some(field) && members.contains(&reference.to));
            let Some(reference) = reference else { continue };
            let count = group.len();
            let names: Vec<String> = group.iter().take(5).map(|id| site.get(*id).id.clone()).collect();
            let names = names.join("、");
            let etc = if count > 5 { format!("等 {count} 个文档") } else { String::new() };
            let message = if count == 1 {
                text!("“{chinese}”指向了文档自己", "the document refers to itself ({field})")
            } else {
                text!(
                    "“{chinese}”循环：{names}{etc}互相指向",
                    "a cycle of {count} documents ({field}): {names}"
                )
            };
            found.push(
                Diagnostic::new(Code(307), reference.span, message)
                    .help(text!("删去其中一处引用", "delete one of the references")),
            );
        }
    }
}

/// Tarjan's components that hold a cycle, without recursion: a chain of thousands must not use up the stack.
fn strongly_connected(count: usize, next: impl Fn(DocId) -> Vec<DocId>) -> Vec<Vec<DocId>> {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; count];
    let mut low = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut stack: Vec<usize> = Vec::new();
    let mut groups = Vec::new();
    let mut counter = 0;
    for root in 0..count {
        if order[root] != UNSEEN {
            continue;
        }
        let mut work: Vec<(usize, Vec<DocId>, usize)> = vec![(root, next(DocId(root as u32)), 0)];
        while let Some((node, edges, at)) = work.last_mut() {
            let node = *node;
            if *at == 0 {
                order[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(edge) = edges.get(*at).copied() {
                *at += 1;
                let to = edge.0 as usize;
                if order[to] == UNSEEN {
                    work.push((to, next(edge), 0));
                } else if on_stack[to] {
                    low[node] = low[node].min(order[to]);
                }
                continue;
            }
            let itself = edges.iter().any(|edge| edge.0 as usize == node);
            work.pop();
            if let Some((parent, ..)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == order[node] {
                let mut group = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    group.push(DocId(member as u32));
                    if member == node {
                        break;
                    }
                }
                group.sort();
                if group.len() > 1 || itself {
                    groups.push(group);
                }
            }
        }
    }
    groups
}

/// KB-308: cases, bases and readings that nothing leads to.
pub(super) fn orphans(site: &Site, found: &mut Vec<Diagnostic>) {
    for kind in [Kind::Case, Kind::Base, Kind::Reading] {
        for (id, document) in site.of_kind(kind) {
            if site.backlinks(id).is_empty() && document.status() != Status::Retired {
                let (zh, en) = (kind.counted(), kind.english());
                found.push(
                    Diagnostic::new(
                        Code(308),
                        document.first_line,
                        text!("没有文档引用这{zh}", "nothing refers to this {en}"),
                    )
                    .help(text!(
                        "在用到它的课程里写上它的编号，或在正文里链接它",
                        "name it in a course that uses it, or link to it"
                    )),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(edges: &[&[u32]]) -> Vec<Vec<u32>> {
        let next = |id: DocId| edges[id.0 as usize].iter().map(|to| DocId(*to)).collect();
        strongly_connected(edges.len(), next)
            .into_iter()
            .map(|group| group.iter().map(|id| id.0).collect())
            .collect()
    }

    #[test]
    fn cycles_are_found_once_each() {
        assert_eq!(groups(&[&[1], &[2], &[0], &[3], &[0]]), [vec![0, 1, 2], vec![3]]);
        assert_eq!(groups(&[&[1], &[2], &[]]), Vec::<Vec<u32>>::new());
        let long: Vec<Vec<u32>> = (0..5000).map(|n| vec![(n + 1) % 5000]).collect();
        let long: Vec<&[u32]> = long.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&long)[0].len(), 5000);
    }
}
