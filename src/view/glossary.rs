//! Layer 8: the terms of the site, as a text uses them: its first use of a term leads to the term's page.
//! Knows the renderer's HTML and the names of terms. Must not know templates.
//!
//! The gloss is the link's `title`. A finger and a keyboard reach no `title`, but they reach the link: the gloss is the
//! first sentence of the page behind it, one tap away.

use crate::fields::Kind;
use crate::markdown::{escape, is_chinese};
use crate::site::{DocId, Site};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;

/// First uses that a page marks: more would make a text restless.
const MARKS: usize = 12;
/// Characters of a gloss in an attribute.
const GLOSS: usize = 100;

/// Text in these is not running text, or leads somewhere already.
const PASSED: [&str; 20] = [
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "code",
    "pre",
    "kbd",
    "th",
    "caption",
    "dt",
    "figcaption",
    "ruby",
    "sup",
    "button",
    "svg",
    "script",
    "style",
];

pub(super) struct Glossary {
    names: Option<AhoCorasick>,
    /// The term of every name, parallel to the patterns.
    terms: Vec<DocId>,
}

impl Glossary {
    /// The names of every term in use: title, aliases, variants. Of two terms with one name the first has it.
    pub fn new(site: &Site) -> Glossary {
        let mut names: BTreeMap<String, DocId> = BTreeMap::new();
        for (id, term) in site.listed(Kind::Term) {
            let others = ["aliases", "variants"].into_iter().flat_map(|field| term.meta.texts(field));
            for name in std::iter::once(term.title()).chain(others) {
                let name = name.trim();
                // A single character is a part of too many words.
                if name.chars().count() >= 2 {
                    names.entry(as_written(name)).or_insert(id);
                }
            }
        }
        if names.is_empty() {
            return Glossary { names: None, terms: Vec::new() };
        }
        // Names too large for an automaton do not exist: a scalar has a limit. Without one, nothing is marked.
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok();
        Glossary { names: automaton, terms: names.into_values().collect() }
    }

    /// `html` with the first use of every term as a link; `None` when it uses none. `passed` are the terms that the
    /// page leads to anyway or is about.
    pub fn mark(&self, site: &Site, html: &str, root: &str, passed: &[DocId]) -> Option<String> {
        let names = self.names.as_ref()?;
        let mut seen: Vec<DocId> = Vec::new();
        let mut out = String::new();
        let mut copied = 0;
        for (from, to) in runs(html) {
            let run = &html[from..to];
            for found in names.find_iter(run) {
                let term = self.terms[found.pattern().as_usize()];
                if seen.contains(&term)
                    || passed.contains(&term)
                    || !stands_alone(run, found.start(), found.end())
                {
                    continue;
                }
                seen.push(term);
                let (start, end) = (from + found.start(), from + found.end());
                out.push_str(&html[copied..start]);
                open(site, term, root, &mut out);
                out.push_str(&html[start..end]);
                out.push_str("</a>");
                copied = end;
                if seen.len() == MARKS {
                    out.push_str(&html[copied..]);
                    return Some(out);
                }
            }
        }
        out.push_str(&html[copied..]);
        (!seen.is_empty()).then_some(out)
    }
}

fn open(site: &Site, term: DocId, root: &str, out: &mut String) {
    let document = site.get(term);
    out.push_str("<a class=\"term\" href=\"");
    escape(root, out);
    escape(&document.url(), out);
    let gloss = document.meta.text("gloss").unwrap_or_default();
    if !gloss.is_empty() {
        out.push_str("\" title=\"");
        let mut letters = gloss.chars();
        escape(&letters.by_ref().take(GLOSS).collect::<String>(), out);
        if letters.next().is_some() {
            out.push('…');
        }
    }
    out.push_str("\">");
}

/// A name as running text in HTML writes it: quotes stay as they are there.
fn as_written(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The byte ranges of running text in the renderer's HTML: between tags, outside of [`PASSED`].
fn runs(html: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    // How many elements that are passed over are open.
    let mut deep = 0_usize;
    std::iter::from_fn(move || {
        while at < html.len() {
            let start = at;
            if html.as_bytes()[at] == b'<' {
                at = tag_end(html, at);
                let tag = html[start + 1..at].trim_end_matches('>');
                let (closes, name) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
                let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                if PASSED.contains(&name) && !tag.ends_with('/') {
                    deep = if closes { deep.saturating_sub(1) } else { deep + 1 };
                }
                continue;
            }
            at = memchr::memchr(b'<', &html.as_bytes()[at..]).map_or(html.len(), |next| at + next);
            if deep == 0 {
                return Some((start, at));
            }
        }
        None
    })
}

/// Behind the `>` that ends the tag: one inside a quoted value does not.
fn tag_end(html: &str, start: usize) -> usize {
    let mut quoted = false;
    for (offset, byte) in html.as_bytes()[start..].iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return start + offset + 1,
            _ => {}
        }
    }
    html.len()
}

/// Is the name at `start..end` a word of its own here? Not inside an entity, a book's title or a Latin word; and a name
/// of two 汉字, which are so easily a part of another word, only between marks.
fn stands_alone(run: &str, start: usize, end: usize) -> bool {
    let (before, after) = (&run[..start], &run[end..]);
    let in_entity = |text: &str| text.rfind('&').is_some_and(|at| !text[at..].contains(';'));
    if in_entity(before) || in_entity(&run[..end]) {
        return false;
    }
    // A title is quoted whole: its words are not the author's use of the term.
    let opened = before.rfind('《').is_some_and(|at| !before[at..].contains('》'));
    if opened && after.contains('》') {
        return false;
    }
    let (left, right) = (before.chars().next_back(), after.chars().next());
    let name = &run[start..end];
    let (first, last) = (name.chars().next(), name.chars().next_back());
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_chinese(c));
    if (latin(first) && latin(left)) || (latin(last) && latin(right)) {
        return false;
    }
    let short = name.chars().count() == 2 && name.chars().all(|c| c.is_alphanumeric() && is_chinese(c));
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !(short && (word(left) || word(right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(html: &str) -> Vec<&str> {
        runs(html).map(|(from, to)| &html[from..to]).collect()
    }

    #[test]
    fn running_text_is_what_stands_between_tags_that_do_not_count() {
        let html = "<h2 id=\"a\">题</h2><p>甲<a href=\"x\">乙<em>丙</em></a>丁<br>戊</p><pre><code>己</code></pre>庚";
        assert_eq!(texts(html), ["甲", "丁", "戊", "庚"]);
        assert_eq!(texts("<img alt=\"a > b\">甲"), ["甲"]);
        assert_eq!(texts("<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>乙"), ["乙"]);
        assert_eq!(texts("甲<p"), ["甲"]);
        assert_eq!(texts(""), Vec::<&str>::new());
    }

    #[test]
    fn a_name_inside_something_else_is_not_a_use() {
        let alone = |run: &str, name: &str| {
            let start = run.find(name).unwrap();
            stands_alone(run, start, start + name.len())
        };
        assert!(alone("学习枫桥经验以后", "枫桥经验"));
        assert!(!alone("甲 &amp; 乙", "amp"));
        assert!(!alone("example", "amp"));
        assert!(alone("R&amp;D 投入", "R&amp;D"));
        assert!(!alone("读《枫桥经验研究》", "枫桥经验"));
        assert!(alone("读《之江新语》，谈枫桥经验，再读《宪法》", "枫桥经验"));
        assert!(!alone("防范四风险种", "四风"));
        assert!(alone("纠治“四风”", "四风"));
        assert!(!alone("一AI技术xAI", "I技"));
        assert!(!alone("GDPs", "GDP"));
    }
}
