//! Layer 3: whether the parts of an edition agree: scheme and groups, parents, levels, replacements (KB-207).

use super::{Group, Taxonomy, Vocabulary};
use crate::diagnostics::{Code, Diagnostic, Text, nearest, text};
use crate::front_matter::Node;
use crate::source::Span;
use std::collections::BTreeMap;

pub(super) fn check(taxonomy: &Taxonomy, root: &Node, found: &mut Vec<Diagnostic>) {
    let before = found.len();
    groups(taxonomy, found);
    // Without modules, or with groups that are wrong themselves, there is nothing to count.
    if found.len() == before && !taxonomy.terms(Vocabulary::Modules).is_empty() {
        scheme(taxonomy, root, found);
    }
    regions(taxonomy, found);
    tiles(taxonomy, found);
    replacements(taxonomy, found);
}

fn report(found: &mut Vec<Diagnostic>, span: Span, message: Text) {
    found.push(Diagnostic::new(Code(207), span, message));
}

fn groups(taxonomy: &Taxonomy, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for Group { id, symbol, count, open, span } in &taxonomy.groups {
        if let Some(owner) = first.insert(id, *span) {
            let message = text!("groups 里有两项都叫“{id}”", "two of groups have the id “{id}”");
            found.push(
                Diagnostic::new(Code(207), *span, message)
                    .related(owner, text!("先出现在这里", "first used here")),
            );
        }
        let number = symbol.parse::<i64>().ok();
        if number.is_none() && !open {
            report(
                found,
                *span,
                text!(
                    "“{symbol}”不是数字，这一组要写 open: true（可以增补）",
                    "“{symbol}” is no number; such a group is open: true"
                ),
            );
        }
        if let (Some(count), Some(number)) = (count, number)
            && *count != number
        {
            report(
                found,
                *span,
                text!(
                    "这一组的 symbol 是“{symbol}”，count 却是 {count}",
                    "the symbol of this group is “{symbol}”, but its count is {count}"
                ),
            );
        }
    }
}

/// The scheme string names its groups: a number is a count of modules, a letter an open group.
fn scheme(taxonomy: &Taxonomy, root: &Node, found: &mut Vec<Diagnostic>) {
    let start = Span::new(root.span.file, root.span.start as usize..root.span.start as usize);
    let modules = taxonomy.terms(Vocabulary::Modules);
    let scheme = &taxonomy.scheme;
    let Some(node) = root.get("scheme").filter(|_| !scheme.is_empty()) else {
        report(
            found,
            start,
            text!(
                "课程方案缺少总式 scheme，例如 \"1+1+6+X\"",
                "the edition has no scheme, such as \"1+1+6+X\""
            ),
        );
        return;
    };
    let symbols: Vec<&str> = scheme.split('+').map(str::trim).collect();
    let count = |symbol: &str| symbol.parse::<usize>().unwrap_or(1);
    let groups: Vec<&str> = taxonomy.groups.iter().map(|group| group.symbol.as_str()).collect();
    if groups.is_empty() {
        let (expected, there): (usize, usize) =
            (symbols.iter().map(|symbol| count(symbol)).sum(), modules.len());
        if expected != there {
            report(
                found,
                node.span,
                text!(
                    "总式“{scheme}”应有 {expected} 个模块，实际有 {there} 个",
                    "the scheme “{scheme}” stands for {expected} modules, but there are {there}"
                ),
            );
        }
        return;
    }
    if symbols != groups {
        let listed = groups.join("+");
        let message = text!(
            "总式“{scheme}”与 groups 里的符号“{listed}”不一致",
            "the scheme “{scheme}” and the symbols of groups, “{listed}”, disagree"
        );
        let place = root.get("groups").map_or(node.span, |groups| groups.span);
        found.push(
            Diagnostic::new(Code(207), node.span, message)
                .related(place, text!("groups 在这里", "the groups are here"))
                .help(text!(
                    "总式里的每个符号对应 groups 的一项，顺序相同",
                    "each symbol of the scheme is one of groups, in the same order"
                )),
        );
        return;
    }
    let before = found.len();
    for module in modules {
        let group = module.parent.as_deref().unwrap_or("");
        if !taxonomy.groups.iter().any(|other| other.id == group) {
            let id = &module.id.value;
            let names: Vec<&str> = taxonomy.groups.iter().map(|group| group.id.as_str()).collect();
            let names = names.join("、");
            found.push(
                Diagnostic::new(
                    Code(207),
                    module.id.span,
                    text!(
                        "模块“{id}”的 group 不在 groups 里",
                        "the group of module “{id}” is not among groups"
                    ),
                )
                .help(text!("可用的有：{names}", "there are: {names}")),
            );
        }
    }
    // A module that stands in no group is missing from its own: that is one mistake.
    if found.len() > before {
        return;
    }
    for group in &taxonomy.groups {
        let members: Vec<&str> = modules
            .iter()
            .filter(|module| module.parent.as_deref() == Some(&group.id))
            .map(|module| module.id.value.as_str())
            .collect();
        let agrees = if group.open { !members.is_empty() } else { members.len() == count(&group.symbol) };
        if !agrees {
            let (symbol, wanted, there) = (&group.symbol, count(&group.symbol), members.len());
            let names = members.join("、");
            let message = text!(
                "总式“{scheme}”中的“{symbol}”应有 {wanted} 个模块，实际有 {there} 个",
                "“{symbol}” of the scheme “{scheme}” stands for {wanted} modules, but there are {there}"
            );
            found.push(
                Diagnostic::new(Code(207), node.span, message)
                    .related(group.span, text!("这一组：{names}", "this group: {names}"))
                    .help(text!(
                        "增减 group 是“{}”的模块，或改正总式",
                        "add or take away modules of the group “{}”, or correct the scheme"; group.id
                    )),
            );
        }
    }
    if taxonomy.groups.iter().any(|group| group.open) && taxonomy.terms(Vocabulary::XTopics).is_empty() {
        report(
            found,
            node.span,
            text!(
                "总式有可以增补的一组，但没有登记专题（x_topics）",
                "the scheme has an open group, but no x_topics are registered"
            ),
        );
    }
}

/// Parents exist and form no circle; levels are those of the edition.
fn regions(taxonomy: &Taxonomy, found: &mut Vec<Diagnostic>) {
    let regions = taxonomy.terms(Vocabulary::Regions);
    let by_id: BTreeMap<&str, &super::Term> =
        regions.iter().map(|region| (region.id.value.as_str(), region)).collect();
    for region in regions {
        let id = &region.id.value;
        if let Some(parent) = &region.parent {
            if !by_id.contains_key(parent.as_str()) {
                let message = text!(
                    "“{id}”的上级地区“{parent}”不在地区表中",
                    "the parent region “{parent}” of “{id}” is not in the list"
                );
                report(found, region.id.span, message);
            } else {
                let mut above = Some(parent.as_str());
                let mut steps = 0;
                while let Some(next) = above.filter(|next| *next != id && steps <= regions.len()) {
                    above = by_id.get(next).and_then(|region| region.parent.as_deref());
                    steps += 1;
                }
                if above == Some(id) {
                    report(
                        found,
                        region.id.span,
                        text!(
                            "地区“{id}”的上级绕回了自己",
                            "the parents of the region “{id}” lead back to it"
                        ),
                    );
                }
            }
        }
        let levels = taxonomy.terms(Vocabulary::Levels);
        if let Some(level) = region.level.as_deref().filter(|_| !levels.is_empty())
            && taxonomy.find(Vocabulary::Levels, level).is_none()
        {
            let all: Vec<&str> = levels.iter().map(|level| level.id.value.as_str()).collect();
            let all = all.join("、");
            found.push(
                Diagnostic::new(
                    Code(207),
                    region.id.span,
                    text!(
                        "地区“{id}”的级别“{level}”不在 levels 里",
                        "the level “{level}” of the region “{id}” is not among levels"
                    ),
                )
                .help(text!("可用的有：{all}", "there are: {all}")),
            );
        }
    }
}

/// No square of the grid stands for two regions.
fn tiles(taxonomy: &Taxonomy, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(usize, usize), &super::Term> = BTreeMap::new();
    for region in taxonomy.terms(Vocabulary::Regions) {
        let Some(tile) = &region.tile else { continue };
        if let Some(other) = first.insert(tile.value, region) {
            let (id, there) = (&region.id.value, &other.id.value);
            let message = text!(
                "地区“{id}”与“{there}”的 tile 是同一格",
                "the regions “{id}” and “{there}” have the same tile"
            );
            let owner = other.tile.as_ref().map_or(other.id.span, |tile| tile.span);
            found.push(
                Diagnostic::new(Code(207), tile.span, message)
                    .related(owner, text!("“{there}”在这里", "“{there}” is here")),
            );
        }
    }
}

/// What replaces a term that is no longer used is a term of its section, and in use.
fn replacements(taxonomy: &Taxonomy, found: &mut Vec<Diagnostic>) {
    for (vocabulary, terms) in &taxonomy.terms {
        for term in terms {
            let Some(Some(new)) = &term.deprecated else { continue };
            let id = &term.id.value;
            match taxonomy.find(*vocabulary, new) {
                Some(other) if other.deprecated.is_none() => {}
                Some(other) => found.push(
                    Diagnostic::new(
                        Code(207),
                        term.id.span,
                        text!(
                            "“{id}”由“{new}”替代，而“{new}”也已停用",
                            "“{id}” is replaced by “{new}”, which is no longer used either"
                        ),
                    )
                    .related(other.id.span, text!("“{new}”在这里", "“{new}” is here")),
                ),
                None => {
                    let near = nearest(new, terms.iter().map(|term| term.id.value.as_str()), 3).join("、");
                    let diagnostic = Diagnostic::new(
                        Code(207),
                        term.id.span,
                        text!(
                            "“{id}”由“{new}”替代，但没有“{new}”这一项",
                            "“{id}” is replaced by “{new}”, which does not exist"
                        ),
                    );
                    found.push(if near.is_empty() {
                        diagnostic
                    } else {
                        diagnostic.help(text!("是不是：{near}？", "did you mean {near}?"))
                    });
                }
            }
        }
    }
}
