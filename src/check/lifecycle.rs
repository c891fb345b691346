//! Layer 8: what a document's status demands (KB-602, KB-801).

use crate::diagnostics::{Code, Diagnostic, Severity, text};
use crate::document::Status;
use crate::site::Site;
use crate::taxonomy::Vocabulary;

/// KB-602: a retired document says when and why, and who takes its place.
pub(super) fn exits(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        if document.status() != Status::Retired {
            if let Some(span) = document.meta.span("exit").filter(|_| document.meta.get("status").is_some()) {
                found.push(
                    Diagnostic::new(
                        Code(602),
                        span,
                        text!(
                            "写了退出信息，但状态不是已退出",
                            "there is an exit, but the status is not retired"
                        ),
                    )
                    .severity(Severity::Warning)
                    .help(text!(
                        "把状态改为 retired（已退出），或删去退出信息",
                        "set status: retired, or delete exit"
                    )),
                );
            }
            continue;
        }
        let Some(exit) = document.meta.get("exit") else {
            if let (false, Some(status)) = (document.meta.written("exit"), document.meta.span("status")) {
                found.push(
                    Diagnostic::new(
                        Code(602),
                        status,
                        text!("已退出，但没有写退出信息", "retired, but without exit"),
                    )
                    .help(text!(
                        "加一行“退出”（exit），例如 exit: {{date: 2022-09-01, reason: 原因}}",
                        "add exit: {{date: .., reason: ..}}"
                    )),
                );
            }
            continue;
        };
        let Some(record) = exit.value.record() else { continue };
        for (name, zh) in [("date", "日期"), ("reason", "原因")] {
            if !record.written(name) {
                found.push(Diagnostic::new(
                    Code(602),
                    exit.span,
                    text!("退出信息缺少{zh}（{name}）", "exit has no {name}"),
                ));
            }
        }
        let successor = record.reference("replaced_by").and_then(|(kind, id)| site.find(kind, id));
        let retired = successor.filter(|successor| site.get(*successor).status() == Status::Retired);
        if let (Some(retired), Some(span)) = (retired, record.span("replaced_by")) {
            let title = site.get(retired).title();
            found.push(
                Diagnostic::new(
                    Code(602),
                    span,
                    text!("替代它的“{title}”也已退出", "its successor “{title}” is retired too"),
                )
                .severity(Severity::Warning),
            );
        }
    }
}

/// KB-801: nothing is published without every review of the edition.
pub(super) fn reviews(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        if !matches!(document.status(), Status::Published | Status::Suspended) {
            continue;
        }
        let reviews = document.meta.gates("reviews");
        if reviews.is_none() && document.meta.written("reviews") {
            continue;
        }
        let (gates, odd) = reviews.map_or((&[][..], false), |reviews| (&reviews.gates[..], reviews.odd));
        let missing: Vec<&str> = site
            .taxonomy
            .terms(Vocabulary::ReviewGates)
            .iter()
            .filter(|term| !gates.iter().any(|(gate, _)| *gate == term.id.value))
            .map(|term| term.label.as_str())
            .collect();
        if !missing.is_empty() && !odd {
            let labels = missing.join("、");
            found.push(
                Diagnostic::new(
                    Code(801),
                    document.first_line,
                    text!("发布前缺少审核：{labels}", "published without review: {labels}"),
                )
                .help(text!(
                    "在“审核”（reviews）里写上审核人和日期，或把状态改为 review（审核中）",
                    "add reviewer and date to reviews, or set status: review"
                )),
            );
        }
        for (gate, record) in gates {
            if !record.value.written("by") || !record.value.written("date") {
                let label = site.taxonomy.label(Vocabulary::ReviewGates, gate);
                found.push(Diagnostic::new(
                    Code(801),
                    record.span,
                    text!(
                        "“{label}”的审核要写审核人（by）和日期（date）",
                        "the review “{label}” needs by and date"
                    ),
                ));
            }
        }
    }
}
