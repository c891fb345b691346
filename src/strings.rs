//! Layer 3: the words of the interface: one file a language, with a site's own words in their place.
//! Knows YAML trees and no page. A word is found by its key; a test holds that every key that is used exists.

use crate::diagnostics::{Code, Diagnostic, nearest, text};
use crate::embedded;
use crate::front_matter::{Limits, Node, Value, parse_yaml};
use crate::source::{FileId, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

/// The languages of the interface, as site.yaml names them; the first is used where it names none.
pub const LANGUAGES: [&str; 2] = ["zh-Hans", "en"];

/// Who uses the words: pages, or one of the scripts, which are given theirs when the site is built.
const SECTIONS: [&str; 5] = ["page", "script", "find", "search", "offline"];

/// A text with places such as `{n}`, or one text for one thing and another for several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Phrase {
    Same(String),
    Counted { one: String, other: String },
}

impl Phrase {
    /// The form for a number.
    pub fn form(&self, number: &str) -> &str {
        self.of(number == "1")
    }

    fn of(&self, one: bool) -> &str {
        match self {
            Phrase::Same(text) => text,
            Phrase::Counted { one: text, .. } if one => text,
            Phrase::Counted { other, .. } => other,
        }
    }

    /// The names between braces, in all forms.
    fn places(&self) -> Vec<&str> {
        let forms: Vec<&str> = match self {
            Phrase::Same(text) => vec![text],
            Phrase::Counted { one, other } => vec![one, other],
        };
        let mut names: Vec<&str> = forms.into_iter().flat_map(places).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strings {
    language: &'static str,
    sections: BTreeMap<&'static str, BTreeMap<String, Phrase>>,
}

impl Strings {
    /// The words that come with keben.
    pub fn built_in(language: &str) -> Strings {
        let language = LANGUAGES.into_iter().find(|known| *known == language).unwrap_or(LANGUAGES[0]);
        let empty = Strings { language, sections: BTreeMap::new() };
        let file = embedded::find(embedded::STRINGS, &format!("{language}.yaml")).unwrap_or("");
        let (root, _) = parse_yaml(FileId(0), file, 0, &Limits::default());
        root.map_or(empty.clone(), |root| empty.with(FileId(0), &root, true).0)
    }

    /// These words with a site's own in their place. What is wrong with its file is said and left out.
    pub fn with_own(self, file: FileId, root: &Node) -> (Strings, Vec<Diagnostic>) {
        self.with(file, root, false)
    }

    /// `open`: keys that are not there yet are added, instead of being mistakes.
    fn with(mut self, file: FileId, root: &Node, open: bool) -> (Strings, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut report = |span, message, help| {
            diagnostics.push(Diagnostic::new(Code(910), span, message).help(help));
        };
        let help = || text!("写成：键: 文字", "write KEY: TEXT");
        let sections: &[_] = match &root.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            _ => {
                let start = root.span.start as usize;
                let message = text!("界面文字应当按节分列", "a file of strings has sections");
                report(Span::new(file, start..start), message, help());
                &[]
            }
        };
        for section in sections {
            let name = section.key.value.as_str();
            let Some(name) = SECTIONS.into_iter().find(|known| *known == name) else {
                let message = text!("没有“{name}”这一节", "there is no section “{name}”");
                report(section.key.span, message, near(name, SECTIONS));
                continue;
            };
            let words = self.sections.entry(name).or_default();
            let entries: &[_] = match &section.value.value {
                Value::Map(entries) => entries,
                Value::Null => &[],
                _ => {
                    let message =
                        text!("“{name}”这一节里要逐行写键和文字", "section “{name}” holds keys and texts");
                    report(section.value.span, message, help());
                    &[]
                }
            };
            for entry in entries {
                let key = entry.key.value.as_str();
                let known = words.get(key);
                if known.is_none() && !open {
                    let message = text!("没有“{key}”这条界面文字", "there is no string “{key}”");
                    report(entry.key.span, message, near(key, words.keys().map(String::as_str)));
                    continue;
                }
                let Some(phrase) = phrase(&entry.value) else {
                    let message = text!("“{key}”应为一段文字", "“{key}” must be a text");
                    report(entry.value.span, message, help());
                    continue;
                };
                let allowed = known.map(Phrase::places).unwrap_or_default();
                if let Some(place) = phrase.places().into_iter().find(|name| !open && !allowed.contains(name))
                {
                    let all: Vec<String> = allowed.iter().map(|name| format!("{{{name}}}")).collect();
                    let all = all.join("、");
                    let message = text!("“{key}”里不能用 {{{place}}}", "“{key}” has no place {{{place}}}");
                    let help = if all.is_empty() {
                        text!("删去它", "remove it")
                    } else {
                        text!("可以用的有 {all}", "it has {all}")
                    };
                    report(entry.value.span, message, help);
                    continue;
                }
                words.insert(key.to_owned(), phrase);
            }
        }
        (self, diagnostics)
    }

    /// `zh-Hans` or `en`.
    pub fn language(&self) -> &'static str {
        self.language
    }

    pub fn is_chinese(&self) -> bool {
        self.language == LANGUAGES[0]
    }

    /// The words of pages that have no places. A key that does not exist shows itself.
    pub fn word<'s>(&'s self, key: &'s str) -> &'s str {
        self.page(key).map_or(key, |phrase| phrase.of(false))
    }

    /// Words of pages with their places filled; `n` decides between one and several.
    pub fn say(&self, key: &str, places: &[(&str, &dyn Display)]) -> String {
        let Some(phrase) = self.page(key) else { return key.to_owned() };
        let values: Vec<(&str, String)> =
            places.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let one = values.iter().any(|(name, value)| *name == "n" && value == "1");
        fill(phrase.of(one), &values)
    }

    pub fn page(&self, key: &str) -> Option<&Phrase> {
        self.sections.get("page")?.get(key)
    }

    /// The plain words of pages, as templates see them under the name `t`.
    pub fn plain(&self) -> BTreeMap<&str, &str> {
        let all = self.sections.get("page").into_iter().flatten();
        all.map(|(key, phrase)| (key.as_str(), phrase.of(false))).collect()
    }

    /// A script with its words: the name `STRINGS` in it stands for those of the section.
    pub fn into_script<'t>(&self, section: &str, script: &'t str) -> Cow<'t, str> {
        const PLACE: &str = "STRINGS";
        let Some(at) = script.find(PLACE) else { return Cow::Borrowed(script) };
        let words = self.sections.get(section);
        let json = serde_json::to_string(&words).unwrap_or_default();
        Cow::Owned([&script[..at], json.as_str(), &script[at + PLACE.len()..]].concat())
    }
}

/// What stands between braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text with the values of its places; a place without a value stays.
pub fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if values.iter().any(|(known, _)| *known == name) => {
                values.iter().filter(|(known, _)| *known == name).for_each(|(_, value)| out.push_str(value));
                rest = behind;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn phrase(node: &Node) -> Option<Phrase> {
    let text = |node: &Node| match &node.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    };
    match &node.value {
        Value::Map(entries) if entries.len() == 2 => {
            let form = |name| text(&entries.iter().find(|entry| entry.key.value == name)?.value);
            Some(Phrase::Counted { one: form("one")?, other: form("other")? })
        }
        _ => text(node).map(Phrase::Same),
    }
}

fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> crate::diagnostics::Text {
    let near = nearest(name, known, 3).join("、");
    if near.is_empty() {
        text!(
            "删去它；“keben theme eject”可以写出全部界面文字",
            "remove it; `keben theme eject` writes all strings out"
        )
    } else {
        text!("是不是：{near}？", "did you mean {near}?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn own(text: &str) -> (Strings, Vec<(usize, String)>) {
        let (root, found) = parse_yaml(FileId(0), text, 0, &Limits::default());
        assert_eq!(found, []);
        let (strings, found) = Strings::built_in("zh-Hans").with_own(FileId(0), &root.unwrap());
        (strings, found.into_iter().map(|one| (one.span.start as usize, one.message.zh)).collect())
    }

    #[test]
    fn every_language_says_everything() {
        let all: Vec<Strings> = LANGUAGES.into_iter().map(Strings::built_in).collect();
        let keys = |strings: &Strings| -> BTreeSet<(&str, String, Vec<String>)> {
            let of = |phrase: &Phrase| phrase.places().into_iter().map(str::to_owned).collect();
            let section = |(name, words): (&&'static str, &BTreeMap<String, Phrase>)| {
                words.iter().map(|(key, phrase)| (*name, key.clone(), of(phrase))).collect::<Vec<_>>()
            };
            strings.sections.iter().flat_map(section).collect()
        };
        assert!(keys(&all[0]).len() > 100);
        for strings in &all[1..] {
            let (a, b) = (keys(&all[0]), keys(strings));
            let differ: Vec<_> = a.symmetric_difference(&b).collect();
            assert!(differ.is_empty(), "{}: {differ:?}", strings.language);
        }
    }

    #[test]
    fn files_are_read_without_a_finding() {
        for (name, text) in embedded::STRINGS {
            let (root, found) = parse_yaml(FileId(0), text, 0, &Limits::default());
            let language = name.trim_end_matches(".yaml");
            let (_, mistakes) = Strings::built_in(language).with_own(FileId(0), &root.unwrap());
            assert!(found.is_empty() && mistakes.is_empty(), "{name}: {found:?} {mistakes:?}");
        }
    }

    #[test]
    fn places_are_filled_and_the_number_decides() {
        let counted = Phrase::Counted { one: "{n} course".into(), other: "{n} courses".into() };
        assert_eq!((counted.of(true), counted.of(false)), ("{n} course", "{n} courses"));
        let values = [("n", "3".to_owned()), ("of", "{n}".to_owned())];
        assert_eq!(fill("{n} / {of} {else} {", &values), "3 / {n} {else} {");
    }

    #[test]
    fn a_site_may_say_it_in_its_own_words() {
        let (strings, found) = own("page:\n  home: 门户\n");
        assert_eq!((strings.word("home"), found), ("门户", vec![]));
    }

    #[test]
    fn mistakes_have_places() {
        let (strings, found) = own("page:\n  hom: 门户\n  home: [门户]\npagge:\n  home: 甲\n");
        let at: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, [8, 28, 37], "{found:?}");
        assert_eq!(strings.word("home"), "首页");
        let (_, found) = own("page:\n  home: 首页{n}\n");
        assert!(found[0].1.contains("{n}"), "{found:?}");
    }

    #[test]
    fn scripts_get_their_words() {
        let strings = Strings::built_in("zh-Hans");
        let script = strings.into_script("page", "const T = STRINGS;\nf(T)");
        assert!(script.starts_with("const T = {\"") && script.ends_with("};\nf(T)"), "{script}");
        assert_eq!(strings.into_script("search", "f()"), "f()");
    }
}
