//! Layer 8: what programmes ask of themselves (KB-412), and the closed sets that indicators name (KB-207).

use super::indicators::source;
use crate::diagnostics::{Code, Diagnostic, inside_quotes, nearest, text};
use crate::fields::{Kind, Shape, fields_of};
use crate::plan::Target;
use crate::site::Site;
use crate::source::Spanned;
use crate::taxonomy::{Demand, Per, Requirement};

/// KB-412: a programme may ask more of itself than the plan does, not less.
pub(super) fn targets(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.of_kind(Kind::Programme) {
        for target in Target::all(document) {
            let indicator = site.taxonomy.indicators.iter().find(|one| one.id.value == target.indicator);
            let Some(indicator) = indicator else {
                found.push(unknown_target(site, &target));
                continue;
            };
            let label = &inside_quotes(&indicator.label);
            let Demand::Share { at_least, .. } = &indicator.demand else {
                found.push(Diagnostic::new(
                    Code(103),
                    target.indicator_span,
                    text!("“{label}”不是比重，不能自定", "“{label}” is no share and cannot be a target"),
                ));
                continue;
            };
            if indicator.per != Per::Programme {
                found.push(Diagnostic::new(
                    Code(103),
                    target.indicator_span,
                    text!(
                        "“{label}”按机构和年度合计，不能在一个班次里自定",
                        "“{label}” is measured per institution and year and cannot be a target of one programme"
                    ),
                ));
                continue;
            }
            let Some(own) = target.at_least else {
                found.push(
                    Diagnostic::new(
                        Code(103),
                        target.at_least_span,
                        text!(
                            "“不低于”（at_least）要写成 0 到 1 之间的分数",
                            "“at_least” must be a fraction from 0 to 1"
                        ),
                    )
                    .help(text!("例如 at_least: {at_least}", "for example at_least: {at_least}")),
                );
                continue;
            };
            if own.is_below(*at_least) {
                found.push(
                    Diagnostic::new(
                        Code(412),
                        target.at_least_span,
                        text!(
                            "自定的“{label}”是 {own}，低于规划要求的 {at_least}",
                            "the own target {own} of “{label}” is looser than the plan's {at_least}"
                        ),
                    )
                    .related(indicator.span(), source(indicator))
                    .help(text!(
                        "改成不低于 {at_least} 的分数，或删去这一项",
                        "write a fraction of {at_least} or more, or delete the target"
                    )),
                );
            }
        }
    }
}

fn unknown_target(site: &Site, target: &Target<'_>) -> Diagnostic {
    let name = target.indicator;
    let shares = || {
        let shares = site.taxonomy.indicators.iter();
        shares.filter(|one| one.per == Per::Programme && matches!(one.demand, Demand::Share { .. }))
    };
    let diagnostic = Diagnostic::new(
        Code(201),
        target.indicator_span,
        text!("课程方案里没有指标“{name}”", "the edition has no indicator “{name}”"),
    );
    let near = nearest(name, shares().flat_map(|one| [one.id.value.as_str(), one.label.as_str()]), 3);
    if near.is_empty() {
        let all: Vec<String> = shares().map(|one| format!("{}（{}）", one.id.value, one.label)).collect();
        let all = all.join("、");
        diagnostic.help(text!("可以自定的有：{all}", "there are: {all}"))
    } else {
        let near = near.join("”“");
        diagnostic.help(text!("是不是“{near}”？", "did you mean “{near}”?"))
    }
}

/// KB-207: what an indicator names of the closed sets must be in them.
pub(super) fn editions(site: &Site, found: &mut Vec<Diagnostic>) {
    let choices = |kind: Kind, name: &str| {
        let field = fields_of(kind).iter().find(|field| field.name == name);
        match field.map(|field| field.shape) {
            Some(Shape::Choice(choices)) => choices.iter().map(|choice| choice.id).collect(),
            _ => Vec::new(),
        }
    };
    let classes: Vec<&str> = choices(Kind::Programme, "class_kind");
    let roles: Vec<&str> = choices(Kind::Teacher, "role");
    let fields: Vec<&str> = fields_of(Kind::Programme).iter().map(|field| field.name).collect();
    let mut known = |word: &Spanned<String>, all: &[&str], zh: &str, en: &str| {
        let Spanned { value, span } = word;
        if !all.contains(&value.as_str()) {
            let all = all.join("、");
            found.push(
                Diagnostic::new(
                    Code(207),
                    *span,
                    text!("没有“{value}”这种{zh}", "there is no {en} “{value}”"),
                )
                .help(text!("可用的有：{all}", "there are: {all}")),
            );
        }
    };
    for indicator in &site.taxonomy.indicators {
        for class in &indicator.scope.class_kinds {
            known(class, &classes, "班次类型", "class kind");
        }
        let selector = match &indicator.demand {
            Demand::Share { numerator, .. } => Some(numerator),
            Demand::Presence(Requirement::Course(selector)) => Some(selector),
            Demand::Presence(Requirement::Field(field)) => {
                known(field, &fields, "班次字段", "field of programmes");
                None
            }
            _ => None,
        };
        for role in selector.iter().flat_map(|selector| &selector.teacher_roles) {
            known(role, &roles, "教师身份", "role of teachers");
        }
    }
}
