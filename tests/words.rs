//! The words of the interface: every key that templates, views and scripts use exists, every key is used, and no words
//! stand where they cannot be translated.

use crate::knowledge_base::{KnowledgeBase, repository};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Keys that code puts together from a beginning and a value.
const FAMILIES: [&str; 6] = ["month_", "kind_", "status_", "facet_", "family_", "severity_"];

/// Examples of what to type, the same in every language.
const EXAMPLES: [&str; 2] = ["<kbd>“绿水青山”</kbd>", "<kbd>案例 -导读</kbd>"];

fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(repository().join(folder)).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|found| found == extension) {
            let name = entry.path().strip_prefix(repository()).unwrap().to_str().unwrap().to_owned();
            files.push((name, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    assert!(!files.is_empty(), "{folder}");
    files
}

fn sections() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(repository().join("theme/strings/zh-Hans.yaml")).unwrap();
    let tree: BTreeMap<String, BTreeMap<String, serde_yaml::Value>> = serde_yaml::from_str(&text).unwrap();
    tree.into_iter().map(|(section, words)| (section, words.into_keys().collect())).collect()
}

/// The names that follow `before` in a text.
fn after<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    let starts = text.match_indices(before).filter(|(at, _)| {
        !text[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))
    });
    let names = starts.map(|(at, _)| {
        let rest = &text[at + before.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn templates_and_views_use_the_keys_there_are() {
    let mut missing = Vec::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let keys = sections().remove("page").unwrap();
    for (name, text) in files("theme/templates", "html") {
        for key in after(&text, "t.").into_iter().chain(after(&text, "key=\"")) {
            used.insert(key.to_owned());
            if !keys.contains(key) {
                missing.push(format!("{name}: {key}"));
            }
        }
    }
    for folder in ["src/view", "src/pipeline", "src/strings.rs"] {
        for (name, text) in files(folder, "rs") {
            let text = text.split("#[cfg(test)]").next().unwrap();
            for key in after(text, "word(\"").into_iter().chain(after(text, "say(\"")) {
                if !keys.contains(key) && !FAMILIES.contains(&key) {
                    missing.push(format!("{name}: {key}"));
                }
            }
            used.extend(keys.iter().filter(|key| text.contains(&format!("\"{key}\""))).cloned());
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    let idle: Vec<&String> = keys
        .iter()
        .filter(|key| !used.contains(*key) && !FAMILIES.iter().any(|family| key.starts_with(family)))
        .collect();
    assert!(idle.is_empty(), "keys that nothing uses: {idle:?}");
}

#[test]
fn scripts_use_the_keys_there_are() {
    let sections = sections();
    let scripts = [
        ("script", "theme/static/keben.js"),
        ("find", "theme/static/find.js"),
        ("search", "theme/static/search-page.js"),
        ("offline", "theme/static/offline.js"),
    ];
    for (section, path) in scripts {
        let text = fs::read_to_string(repository().join(path)).unwrap();
        let used: BTreeSet<String> = after(&text, "T.").into_iter().map(str::to_owned).collect();
        let keys = sections.get(section).cloned().unwrap_or_default();
        let differ: Vec<_> = used.symmetric_difference(&keys).collect();
        assert!(differ.is_empty(), "{path}: {differ:?}");
    }
}

#[test]
fn no_template_or_script_holds_words() {
    let han = |c: char| matches!(c, '\u{3001}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}');
    let scripts = files("theme/static", "js").into_iter().chain(files("theme/templates", "html"));
    for (name, text) in scripts {
        let mut text = text;
        EXAMPLES.iter().for_each(|example| text = text.replace(example, ""));
        let uncommented = without_comments(&text);
        let line = uncommented.lines().find(|line| line.contains(han));
        assert!(line.is_none(), "{name}: {line:?}");
    }
}

/// Without `{# … #}`, `/* … */` and what follows `//`.
fn without_comments(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("{#", "#}"), ("/*", "*/")] {
        while let Some(start) = out.find(open) {
            let end = out[start..].find(close).map_or(out.len(), |at| start + at + close.len());
            out.replace_range(start..end, "");
        }
    }
    out.lines().map(|line| line.split(" //").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The text of an element's start: from `<open` to `</close>`, without tags.
fn texts<'t>(page: &'t str, open: &'t str, close: &'t str) -> impl Iterator<Item = String> + 't {
    page.match_indices(open).filter_map(move |(at, _)| {
        let element = &page[at..at + page[at..].find(close)?];
        let mut text = String::new();
        for part in element.split('<') {
            text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        }
        Some(text)
    })
}

/// Texts and values of vocabularies stay what their authors wrote.
#[test]
fn an_english_interface_is_english() {
    let base = KnowledgeBase::starter();
    base.replace("content/site.yaml", "language: zh-Hans", "language: en");
    base.build();
    let han =
        |text: &str| text.contains(|c: char| matches!(c, '\u{3001}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}'));
    let title = "浙江省干部教育培训课程知识库";
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, bytes) in base.site() {
        let Some(page) = path.ends_with(".html").then(|| String::from_utf8(bytes).unwrap()) else { continue };
        assert!(page.contains("<html lang=\"en\">"), "{path}");
        // What a text itself defines stands in lists without a class.
        let lists: Vec<String> = page
            .split("<dl>")
            .skip(1)
            .filter_map(|list| Some(list.split_once("</dl>")?.0.to_owned()))
            .collect();
        let page = lists.iter().fold(page.replace(title, ""), |page, list| page.replace(list.as_str(), ""));
        let furniture =
            [("<a class=\"skip\"", "</a>"), ("<p class=\"tools\"", "</p>"), ("<nav class=\"nav\"", "</nav>")];
        let parts = furniture.into_iter().chain([
            ("<dt>", "</dt>"),
            ("<button", "</button>"),
            ("<label", "</label>"),
        ]);
        for (open, close) in parts {
            for text in texts(&page, open, close) {
                seen += 1;
                if han(&text) {
                    wrong.push(format!("{path}: {open} {text}"));
                }
            }
        }
    }
    assert!(seen > 1000, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
