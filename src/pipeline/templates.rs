//! Layer 10: the theme of a site: the built-in templates with its own in their place, and the places of their mistakes.

use super::statics::sheet;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::embedded;
use crate::source::{FileId, Sources, Span};
use crate::strings::Strings;
use crate::theme::{TemplateError, Theme};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Templates {
    strings: Arc<Strings>,
    theme: Theme,
    /// The site's own templates by name, to find the place of a mistake.
    own: BTreeMap<String, FileId>,
}

/// The file of a site's own words, where it has one that differs from the built-in one.
pub(super) fn own_strings(sources: &Sources, language: &str) -> Option<FileId> {
    let file = sources.find(&format!("theme/strings/{language}.yaml"))?;
    let built_in = embedded::find(embedded::STRINGS, &format!("{language}.yaml"));
    (sources.get(file).text() != built_in).then_some(file)
}

/// Reads the templates below `theme/templates/`.
pub(super) fn read(sources: &Sources, strings: Strings) -> (Templates, Vec<Diagnostic>) {
    let strings = Arc::new(strings);
    let mut own = BTreeMap::new();
    let mut texts = Vec::new();
    for (id, file) in sources.under("theme/templates/").filter(|(_, file)| file.path.extension() == "html") {
        let Some(text) = file.text() else { continue };
        let name = file.path.as_str().trim_start_matches("theme/templates/");
        // The repository of keben is a knowledge base itself: its theme is the built-in one.
        if embedded::find(embedded::TEMPLATES, name) != Some(text) {
            own.insert(name.to_owned(), id);
            texts.push((name, text));
        }
    }
    let (theme, mistakes) = Theme::new(texts, &strings, &sheet(sources));
    let templates = Templates { strings, theme, own };
    let diagnostics = mistakes.iter().map(|mistake| templates.located(mistake)).collect();
    (templates, diagnostics)
}

impl Templates {
    /// The words of the interface.
    pub fn strings(&self) -> &Arc<Strings> {
        &self.strings
    }

    pub(super) fn render(&self, template: &str, view: &impl Serialize) -> Result<String, Box<Diagnostic>> {
        self.theme.render(template, view).map_err(|mistake| Box::new(self.located(&mistake)))
    }

    /// A mistake at its place in the site's own theme.
    fn located(&self, mistake: &TemplateError) -> Diagnostic {
        let TemplateError { template, message, line, .. } = mistake;
        let span = match self.own.get(template) {
            Some(file) => Span::new(*file, mistake.range.clone()),
            // An override may break a built-in template that uses it; then any override is nearer than none.
            None => Span::new(self.own.values().next().copied().unwrap_or(FileId(0)), 0..0),
        };
        let message = text!(
            "模板 {template} 第 {line} 行有错误：{message}",
            "error in template {template}, line {line}: {message}"
        );
        Diagnostic::new(Code(910), span, message)
    }
}
