//! Layer 9: a view in, a page out. The template engine lives behind one type.
//! Knows templates as text and anything that serializes. Must not know the site, Markdown or the disk.
//!
//! Every template escapes what it writes; none can reach a file, the environment or the clock.

mod describe;

pub use describe::{ThemeFile, files};

use crate::embedded::{self, INLINE, TEMPLATES};
use crate::strings::{Strings, fill};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

/// Applies the reader's settings before the first paint. The one inline script, allowed by its hash.
const SETTINGS_SCRIPT: &str = "settings.js";
/// The sheet of the page that may be served at any depth, inline and allowed by its hash.
const PLAIN_SHEET: &str = "plain.css";
/// The sheet of a document that is one file, inline and allowed by its hash.
const SINGLE_SHEET: &str = "single.css";

/// A mistake in a template, found when it is read or when it meets a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The template's name; empty when the engine names none.
    pub template: String,
    pub message: String,
    /// From 1; columns in characters. 0 when the place is unknown.
    pub line: u32,
    pub column: u32,
    /// Bytes in the template's text; empty when the place is unknown.
    pub range: Range<usize>,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.template, self.line, self.column, self.message)
    }
}

impl std::error::Error for TemplateError {}

/// What the theme itself gives to every template, under the name `theme`.
#[derive(Serialize)]
struct Inline<'a> {
    settings_script: &'static str,
    settings_hash: String,
    plain_css: &'static str,
    plain_hash: String,
    sheet: &'a str,
    sheet_hash: String,
    single_css: &'static str,
    single_hash: String,
}

pub struct Theme {
    tera: Tera,
}

impl Theme {
    /// The built-in templates with `overrides` (name, text) in their place or beside them. On an error the
    /// theme holds the templates that are sound, so that all errors of a run can be told at once.
    /// Words of the interface are `t.KEY`; the filter `say(key="KEY")` puts its value in the place `{n}` of one.
    /// `sheet` is the text of the style sheet, for pages that hold it.
    pub fn new<'a>(
        overrides: impl IntoIterator<Item = (&'a str, &'a str)>,
        strings: &Arc<Strings>,
        sheet: &str,
    ) -> (Theme, Vec<TemplateError>) {
        let mut texts: BTreeMap<&str, &str> = TEMPLATES.iter().copied().collect();
        texts.extend(overrides);
        let mut errors = Vec::new();
        texts.retain(|name, text| match syntax_error(name, text) {
            Some(error) => {
                errors.push(error);
                false
            }
            None => true,
        });
        let mut tera = Tera::new();
        // By default the engine escapes by file suffix; here no name escapes escaping.
        tera.autoescape_on([""]);
        let text = |name| embedded::find(INLINE, name).unwrap_or_default();
        let (settings_script, plain_css) = (text(SETTINGS_SCRIPT), text(PLAIN_SHEET));
        let single_css = text(SINGLE_SHEET).trim_end();
        let inline = Inline {
            settings_script,
            settings_hash: csp_hash(settings_script),
            plain_css,
            plain_hash: csp_hash(plain_css),
            sheet,
            sheet_hash: csp_hash(sheet),
            single_css,
            single_hash: csp_hash(single_css),
        };
        tera.global_context().insert("theme", &inline);
        tera.global_context().insert("t", &strings.plain());
        let strings = Arc::clone(strings);
        tera.register_filter("say", move |value: &Value, arguments: Kwargs, _: &State<'_>| {
            say(&strings, value, &arguments)
        });
        // A template that builds on an unsound one would only repeat its error.
        if let Err(error) = tera.add_raw_templates(&texts)
            && errors.is_empty()
        {
            errors.extend(reference_errors(&error, &texts));
        }
        errors.sort_by(|a, b| (&a.template, a.range.start).cmp(&(&b.template, b.range.start)));
        (Theme { tera }, errors)
    }

    /// `view` must serialize to a map: its fields are the names that the template sees.
    pub fn render<V: Serialize + ?Sized>(&self, template: &str, view: &V) -> Result<String, TemplateError> {
        Context::from_serialize(view)
            .and_then(|context| self.tera.render(template, &context))
            .map_err(|error| located(&error, template))
    }
}

/// `{{ 3 | say(key="n_courses") }}`: the value stands at `{n}`, further arguments at places of their names.
fn say(strings: &Strings, value: &Value, arguments: &Kwargs) -> TeraResult<String> {
    let key = arguments.must_get::<&str>("key")?;
    let Some(phrase) = strings.page(key) else {
        return Err(tera::Error::message(format!("there is no string `{key}`")));
    };
    let mut values: Vec<(&str, String)> = vec![("n", value.to_string())];
    for (name, value) in arguments.iter() {
        values.push((name.as_str().unwrap_or_default(), value.to_string()));
    }
    Ok(fill(phrase.form(&values[0].1), &values))
}

/// The error of a text that is no template at all. What it refers to is looked at later, with all templates there.
fn syntax_error(name: &str, text: &str) -> Option<TemplateError> {
    let error = Tera::new().add_raw_template(name, text).err()?;
    matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| located(&error, name))
}

fn located(error: &tera::Error, template: &str) -> TemplateError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let name = if report.filename().is_empty() { template } else { report.filename() };
            TemplateError {
                template: name.to_owned(),
                message: report.message().to_owned(),
                line: span.start_line as u32,
                column: span.start_col as u32 + 1,
                range: span.range.clone(),
            }
        }
        _ => TemplateError {
            template: template.to_owned(),
            message: error.to_string(),
            line: 0,
            column: 0,
            range: 0..0,
        },
    }
}

/// A name that a template uses and nobody defines. The engine tells these as one text, a report for each:
/// `error: ...` and, on the next line, ` --> name:line:column`.
fn reference_errors(error: &tera::Error, texts: &BTreeMap<&str, &str>) -> Vec<TemplateError> {
    let report = error.to_string();
    let mut errors = Vec::new();
    let mut lines = report.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(message) = line.strip_prefix("error: ") else { continue };
        let place = lines.peek().and_then(|next| next.trim_start().strip_prefix("--> "));
        let Some((name, line, column)) = place.and_then(split_place) else { continue };
        let start = texts.get(name).map_or(0, |text| offset(text, line, column));
        errors.push(TemplateError {
            template: name.to_owned(),
            message: message.to_owned(),
            line,
            column,
            range: start..start,
        });
    }
    if errors.is_empty() {
        let template = match error.kind() {
            ErrorKind::MissingParent { current, .. } => current,
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => tpl,
            _ => "",
        };
        let mut found = located(error, template);
        if let Some(range) = texts.get(template).and_then(|text| parent(text)) {
            found.line = texts[template][..range.start].lines().count() as u32;
            let before = texts[template][..range.start].rsplit('\n').next().unwrap_or("");
            found.column = before.chars().count() as u32 + 1;
            found.range = range;
        }
        errors.push(found);
    }
    errors
}

/// The name of the parent in `extends`, with its quotes: the engine does not say where it stands.
fn parent(text: &str) -> Option<Range<usize>> {
    let start = text.find("extends")? + "extends".len();
    let quote = start + text[start..].find(['"', '\'', '`'])?;
    let mark = text[quote..].chars().next()?;
    let length = text[quote + 1..].find(mark)?;
    Some(quote..quote + length + 2)
}

fn split_place(place: &str) -> Option<(&str, u32, u32)> {
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?, line, column))
}

/// The byte where a line and a column (in characters), both from 1, begin.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let start: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start + rest.chars().take(column as usize - 1).map(char::len_utf8).sum::<usize>()
}

/// `sha256-…` as a content security policy writes it.
fn csp_hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            // One byte fills two digits, two fill three; the rest is padding.
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words() -> Arc<Strings> {
        Arc::new(Strings::built_in("zh-Hans"))
    }

    #[test]
    fn the_built_in_templates_are_sound() {
        let (_, errors) = Theme::new([], &words(), "");
        assert_eq!(errors, []);
    }

    #[test]
    fn the_inline_files_are_carried() {
        assert!(
            embedded::find(INLINE, SETTINGS_SCRIPT).is_some()
                && embedded::find(INLINE, PLAIN_SHEET).is_some()
        );
    }

    #[test]
    fn everything_is_escaped_whatever_the_name() {
        let (theme, _) = Theme::new([("a.txt", "{{ x }}")], &words(), "");
        let page = theme.render("a.txt", &json!({"x": "<b> & \"'"})).unwrap();
        assert_eq!(page, "&lt;b&gt; &amp; &quot;&#39;");
    }

    #[test]
    fn an_error_says_where_it_is() {
        let (_, errors) =
            Theme::new([("a.html", "一\n二{{ x"), ("b.html", "{{ y | nothing }}")], &words(), "");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!((errors[0].template.as_str(), errors[0].line), ("a.html", 2));

        let (_, errors) = Theme::new([("b.html", "一\n二{{ y | nothing }}")], &words(), "");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(
            (errors[0].template.as_str(), errors[0].line, errors[0].range.start),
            ("b.html", 2, 14),
            "{errors:?}"
        );

        let (theme, _) = Theme::new([("c.html", "一{{ missing }}")], &words(), "");
        let error = theme.render("c.html", &json!({})).unwrap_err();
        assert_eq!((error.line, error.column, error.range.start), (1, 5, 6), "{error:?}");
    }

    #[test]
    fn only_the_renderer_s_markup_is_written_raw() {
        for (name, text) in TEMPLATES {
            for (before, _) in text.match_indices("safe }}").map(|(at, _)| text.split_at(at)) {
                let value = before.rsplit("{{").next().unwrap_or("").trim_end_matches("| ").trim();
                let known = [
                    "body",
                    "chapter.body",
                    "theme.settings_script",
                    "theme.plain_css",
                    "theme.sheet",
                    "theme.single_css",
                ];
                assert!(known.contains(&value), "{name}: {value}");
            }
        }
    }

    #[test]
    fn hashes_are_in_base64() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
    }
}
