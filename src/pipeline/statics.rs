//! Layer 10: the files that pages load: the theme's own, with those of the site in their place or beside them.

use crate::embedded;
use crate::source::{Content, OutputFile, Sources};
use crate::strings::Strings;
use std::collections::BTreeMap;

/// The sheet of every page; some pages hold it themselves.
const SHEET: &str = "keben.css";

/// Scripts with words of the interface: the file and the section of its words.
const SPEAKING: [(&str, &str); 4] =
    [("keben.js", "script"), ("find.js", "find"), ("search-page.js", "search"), ("offline.js", "offline")];

pub(super) fn statics(sources: &Sources, strings: &Strings) -> Vec<OutputFile> {
    let mut files: BTreeMap<String, Vec<u8>> = embedded::STATIC
        .iter()
        .map(|(name, text)| ((*name).to_owned(), squeezed(name, text).into_bytes()))
        .collect();
    files.insert("search.js".to_owned(), embedded::SEARCH_CLIENT.as_bytes().to_vec());
    for (name, bytes) in own(sources) {
        files.insert(name.to_owned(), bytes.to_vec());
    }
    for (name, section) in SPEAKING {
        if let Some(bytes) = files.get_mut(name)
            && let Ok(script) = std::str::from_utf8(bytes)
        {
            *bytes = strings.into_script(section, script).into_owned().into_bytes();
        }
    }
    let file = |(name, bytes)| OutputFile { path: format!("assets/{name}"), content: Content::Bytes(bytes) };
    files.into_iter().map(file).collect()
}

/// The text of the sheet, for the pages that hold it.
pub(super) fn sheet(sources: &Sources) -> String {
    let own =
        own(sources).find(|(name, _)| *name == SHEET).and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
    match own {
        Some(text) => text.to_owned(),
        None => squeezed(SHEET, embedded::find(embedded::STATIC, SHEET).unwrap_or_default()),
    }
}

/// The site's own files by their names. The repository of keben is a knowledge base itself: its theme is the built-in one.
fn own(sources: &Sources) -> impl Iterator<Item = (&str, &[u8])> {
    const FOLDER: &str = "theme/static/";
    sources.under(FOLDER).filter_map(|(_, file)| {
        let name = file.path.as_str().trim_start_matches(FOLDER);
        let bytes = file.bytes()?;
        let built_in = embedded::find(embedded::STATIC, name).map(str::as_bytes);
        (built_in != Some(bytes)).then_some((name, bytes))
    })
}

/// Without comments, and without indentation and line ends where they mean nothing: what is written for people to read
/// need not be sent. The built-in files are written so that this is safe: no comment mark and no line end in a string.
pub(super) fn squeezed(name: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    // A line end may end a statement of a script.
    lines.collect::<Vec<_>>().join(if name.ends_with(".css") { "" } else { "\n" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_people_read_is_not_sent() {
        assert_eq!(squeezed("a.css", "/* x */\na{b:c}\n\n  d{e:f}\n"), "a{b:c}d{e:f}");
        assert_eq!(squeezed("a.js", "// x\nf();\n  /* y\n z */\n  g()\n"), "f();\ng()");
    }

    #[test]
    fn built_in_files_keep_comment_marks_out_of_strings() {
        for (name, text) in embedded::STATIC {
            let code = squeezed(name, text);
            assert!(!code.contains("\\\n"), "{name}");
            // Each comment that was opened was closed: none began inside a string.
            assert_eq!(
                text.matches("/*").count(),
                text.matches("*/").count() - code.matches("*/").count(),
                "{name}"
            );
            // A template literal over several lines would lose its indentation.
            assert!(code.lines().all(|line| line.matches('`').count() % 2 == 0), "{name}");
        }
    }
}
