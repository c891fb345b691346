//! Layer 10: words that stand for each other in a search: the theme's groups, those of the site beside them, and the
//! aliases of its vocabularies.

use crate::diagnostics::{Code, Diagnostic, TRADITIONAL, text};
use crate::embedded;
use crate::front_matter::{Limits, Node, Value, parse_yaml};
use crate::search::Lexicon;
use crate::site::Site;
use crate::source::{FileId, Sources, Span};
use crate::taxonomy::SECTIONS;

/// The site's own groups, and the name of the theme's file.
pub const PATH: &str = "theme/synonyms.yaml";

/// The groups of one file.
#[derive(Clone, Debug, Default)]
pub struct Synonyms(Vec<Vec<String>>);

/// The groups that the site adds; `root` is its file, if it has one that can be parsed.
pub(super) fn read(file: FileId, root: &Node) -> (Synonyms, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut report = |span: Span, message, help| {
        diagnostics.push(Diagnostic::new(Code(910), span, message).help(help));
    };
    let help = || {
        text!(
            "每行写一组可以互相代替的词，例如：- [配偶, 丈夫, 妻子]",
            "write a group of words that stand for each other on each line, as in: - [配偶, 丈夫, 妻子]"
        )
    };
    let groups: &[Node] = match &root.value {
        Value::List(groups) => groups,
        Value::Null => &[],
        _ => {
            let start = root.span.start as usize;
            report(
                Span::new(file, start..start),
                text!("同义词文件应当是一组一组的词", "a file of synonyms is a list of groups"),
                help(),
            );
            &[]
        }
    };
    let mut all = Vec::new();
    for group in groups {
        let words = match &group.value {
            Value::List(words) => words.as_slice(),
            _ => &[],
        };
        let said: Option<Vec<String>> = words
            .iter()
            .map(|word| match &word.value {
                Value::Scalar { text, .. } if text.chars().count() > 1 => Some(text.clone()),
                _ => None,
            })
            .collect();
        match said.filter(|words| words.len() > 1) {
            Some(words) => all.push(words),
            None => report(
                group.span,
                text!(
                    "一组同义词至少两个，每个至少两个字",
                    "a group of synonyms has at least two words of at least two characters"
                ),
                help(),
            ),
        }
    }
    (Synonyms(all), diagnostics)
}

/// The groups that come with the theme.
fn built_in() -> Synonyms {
    let text = embedded::find(embedded::THEME, "synonyms.yaml").unwrap_or("");
    let (root, _) = parse_yaml(FileId(0), text, 0, &Limits::default());
    root.map(|root| read(FileId(0), &root).0).unwrap_or_default()
}

/// What search knows about words.
pub(super) fn lexicon(site: &Site, own: &Synonyms) -> Lexicon {
    let terms = SECTIONS.iter().flat_map(|(vocabulary, ..)| site.taxonomy.terms(*vocabulary));
    let aliases = terms.map(|term| {
        let names = std::iter::once(&term.label).chain(&term.aliases);
        names.filter(|name| name.chars().count() > 1).cloned().collect::<Vec<_>>()
    });
    let mut synonyms: Vec<Vec<String>> = aliases.filter(|names| names.len() > 1).collect();
    synonyms.extend(built_in().0);
    synonyms.extend(own.0.iter().cloned());
    Lexicon { synonyms, traditional: TRADITIONAL.to_owned() }
}

/// The file of the site's own groups. The repository of keben is a knowledge base itself: its theme is the built-in one.
pub(super) fn own_file(sources: &Sources) -> Option<FileId> {
    let file = sources.find(PATH)?;
    let text = sources.get(file).text();
    (text != embedded::find(embedded::THEME, "synonyms.yaml")).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_built_in_groups_are_whole() {
        let text = embedded::find(embedded::THEME, "synonyms.yaml").unwrap();
        let (root, found) = parse_yaml(FileId(0), text, 0, &Limits::default());
        let (groups, mistakes) = read(FileId(0), &root.unwrap());
        assert!(found.is_empty() && mistakes.is_empty(), "{found:?} {mistakes:?}");
        assert!(groups.0.len() > 100);
        let distinct: BTreeSet<&Vec<String>> = groups.0.iter().collect();
        assert_eq!(distinct.len(), groups.0.len());
    }

    #[test]
    fn mistakes_have_places() {
        let of = |text: &str| {
            let (root, _) = parse_yaml(FileId(0), text, 0, &Limits::default());
            let (groups, found) = read(FileId(0), &root.unwrap());
            (groups.0.len(), found.iter().map(|d| d.span.start).collect::<Vec<_>>())
        };
        assert_eq!(of("- [配偶, 丈夫]\n- [孤字]\n- 夫妻\n- [大, 小]\n"), (1, vec![21, 32, 41]));
        assert_eq!(of("配偶: 丈夫\n").0, 0);
    }
}
