//! Layer 9: a checked site to the files of the output tree: the second half of every build.

use super::{Observer, entries};
use crate::diagnostics::{Code, Diagnostic, arrange, text};
use crate::embedded;
use crate::search::{self, Native};
use crate::site::Site;
use crate::source::{Content, FileId, OutputFile, PageId, Sources, Span};
use crate::theme::{TemplateError, Theme};
use crate::view::catalogue::Catalogue;
use crate::view::page::{Page, pages};
use std::collections::BTreeMap;

self_cell::self_cell!(
    struct Shelf {
        owner: Site,
        #[covariant]
        dependent: Catalogue,
    }
);

/// Everything that becomes the site. Pages are made when they are asked for.
pub struct Build {
    /// Sorted by path.
    pub files: Vec<OutputFile>,
    /// The search index that stays outside the site; `None` when search was not asked for.
    pub index: Option<Native>,
    shelf: Shelf,
    theme: Theme,
    pages: Vec<Page>,
    /// The template overrides by name, to find the place of an error.
    overrides: BTreeMap<String, FileId>,
}

/// The files of a checked site. Mistakes in a theme of the site's own come back as diagnostics.
pub fn build(site: Site, sources: &Sources, with_search: bool, done: Observer<'_>) -> Result<Build, Failed> {
    let (theme, overrides) = theme(sources)?;
    let mut files = statics(sources);
    let mut index = None;
    if with_search {
        let options = search::Options::default();
        let built = search::build(&entries::entries(&site), &entries::labels(&site), &options).map_err(Failed::Search)?;
        files.extend(built.pack.into_iter().map(|file| OutputFile { path: file.path, content: Content::Bytes(file.bytes) }));
        index = Some(built.native);
        done("search");
    }
    for (id, _) in site.documents().filter(|(id, _)| site.has_page(*id)) {
        files.extend(site.attachments(id).iter().map(|attachment| OutputFile {
            path: attachment.url.clone(),
            content: Content::CopyOf(attachment.source.clone()),
        }));
    }
    let shelf = Shelf::new(site, |site| Catalogue::new(site));
    let pages = pages(shelf.borrow_dependent());
    files.extend(pages.iter().enumerate().map(|(index, page)| OutputFile {
        path: page.path.clone(),
        content: Content::Render(PageId(index as u32)),
    }));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    done("views");
    Ok(Build { files, index, shelf, theme, pages, overrides })
}

/// Why a checked site has no files.
#[derive(Debug)]
pub enum Failed {
    /// Mistakes in the site's own theme, sorted.
    Theme(Vec<Diagnostic>),
    Search(search::Error),
}

impl Build {
    /// The bytes of a page.
    pub fn render(&self, page: PageId) -> Result<Vec<u8>, Box<Diagnostic>> {
        let page = &self.pages[page.0 as usize];
        let view = page.view(self.shelf.borrow_dependent());
        let html = self.theme.render(page.template(), &view);
        html.map(String::into_bytes).map_err(|error| Box::new(located(&error, &self.overrides)))
    }

    pub fn site(&self) -> &Site {
        self.shelf.borrow_owner()
    }
}

fn theme(sources: &Sources) -> Result<(Theme, BTreeMap<String, FileId>), Failed> {
    let mut overrides = BTreeMap::new();
    let mut texts = Vec::new();
    for (id, file) in sources.under("theme/templates/").filter(|(_, file)| file.path.extension() == "html") {
        let Some(text) = file.text() else { continue };
        let name = file.path.as_str().trim_start_matches("theme/templates/");
        // The repository of keben is a knowledge base itself: its own theme is the built-in one.
        if embedded::find(embedded::TEMPLATES, name) != Some(text) {
            overrides.insert(name.to_owned(), id);
            texts.push((name, text));
        }
    }
    let (theme, errors) = Theme::new(texts);
    if errors.is_empty() {
        return Ok((theme, overrides));
    }
    let mut diagnostics: Vec<Diagnostic> = errors.iter().map(|error| located(error, &overrides)).collect();
    arrange(&mut diagnostics);
    Err(Failed::Theme(diagnostics))
}

/// A template error at its place in the site's own theme.
fn located(error: &TemplateError, overrides: &BTreeMap<String, FileId>) -> Diagnostic {
    let TemplateError { template, message, line, .. } = error;
    let span = match overrides.get(template) {
        Some(file) => Span::new(*file, error.range.clone()),
        // An override may break a built-in template that uses it; then any override is nearer than none.
        None => Span::new(overrides.values().next().copied().unwrap_or(FileId(0)), 0..0),
    };
    Diagnostic::new(Code(910), span, text!("模板 {template} 第 {line} 行有错误：{message}", "error in template {template}, line {line}: {message}"))
}

/// The files that pages load: the theme's own, with those of the site in their place or beside them.
fn statics(sources: &Sources) -> Vec<OutputFile> {
    let mut files: BTreeMap<String, Vec<u8>> = embedded::STATIC
        .iter()
        .map(|(name, text)| (format!("assets/{name}"), text.as_bytes().to_vec()))
        .collect();
    for (_, file) in sources.under("theme/static/") {
        if let Some(bytes) = file.bytes() {
            let name = file.path.as_str().trim_start_matches("theme/static/");
            files.insert(format!("assets/{name}"), bytes.to_vec());
        }
    }
    files.into_iter().map(|(path, bytes)| OutputFile { path, content: Content::Bytes(bytes) }).collect()
}
