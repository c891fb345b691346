//! Layer 10: a checked site to the files of the output tree: the second half of every build.

use super::statics::statics;
use super::templates::Templates;
use super::worker;
use super::{Observer, Synonyms, budgets, entries, synonyms};
use crate::changes::{self, Record};
use crate::diagnostics::Diagnostic;
use crate::search::{self, Native};
use crate::site::Site;
use crate::source::{Content, OutputFile, PageId, Sources};
use crate::strings::Strings;
use crate::view::catalogue::Catalogue;
use crate::view::changes::Version;
use crate::view::page::{Page, pages};
use std::sync::Arc;

self_cell::self_cell!(
    struct Shelf {
        owner: (Arc<Site>, Arc<Strings>),
        #[covariant]
        dependent: Catalogue,
    }
);

/// The pages of a site and the files that they load. Pages are made when they are asked for.
pub struct Build {
    /// Sorted by path; the search index is not among them.
    pub files: Vec<OutputFile>,
    shelf: Shelf,
    templates: Templates,
    pages: Vec<Page>,
    /// What the next build will compare with.
    record: Record,
    worker: worker::Scripts,
}

/// The search index of a site: the files that browsers search, and the index that stays outside the site.
pub struct Index {
    /// Sorted by path.
    pub files: Vec<OutputFile>,
    pub native: Native,
    /// What is to be said about their size.
    pub diagnostics: Vec<Diagnostic>,
}

/// Indexes every document that has a page.
pub fn index(
    site: &Site,
    strings: &Strings,
    own: &Synonyms,
    done: Observer<'_>,
) -> Result<Index, search::Error> {
    let wanted = site.config.search;
    let options =
        search::Options { shard_bytes: wanted.shard, text: wanted.excerpts, ..search::Options::default() };
    let lexicon = synonyms::lexicon(site, own);
    let built = search::build(&entries::entries(site), &entries::labels(site, strings), &lexicon, &options)?;
    let diagnostics = budgets::shards(site, &built.pack);
    let file = |file: search::PackFile| OutputFile { path: file.path, content: Content::Bytes(file.bytes) };
    let files = built.pack.into_iter().map(file).collect();
    done("search");
    Ok(Index { files, native: built.native, diagnostics })
}

/// The pages of a checked site. `previous` is what the last build left, see [`changes::read`].
pub fn build(
    site: Arc<Site>,
    templates: Templates,
    sources: &Sources,
    previous: Option<Record>,
    done: Observer<'_>,
) -> Build {
    let record = changes::next(&site, previous);
    done("changes");
    let worker = worker::Scripts::new(sources, site.config.offline);
    let strings = Arc::clone(templates.strings());
    let mut files = statics(sources, &strings);
    for (id, _) in site.documents().filter(|(id, _)| site.has_page(*id)) {
        for attachment in site.attachments(id) {
            if attachment.offered || attachment.images.is_empty() {
                let content = Content::CopyOf(attachment.source.clone());
                files.push(OutputFile { path: attachment.url.clone(), content });
            }
            files.extend(attachment.images.iter().map(|variant| OutputFile {
                path: variant.url.clone(),
                content: Content::Image(variant.image.clone()),
            }));
        }
    }
    let shelf = Shelf::new((site, strings), |(site, strings)| Catalogue::new(site, strings));
    let pages = pages(shelf.borrow_dependent());
    files.extend(pages.iter().enumerate().map(|(index, page)| OutputFile {
        path: page.path.clone(),
        content: match page.is_late() {
            true => Content::Late(PageId(index as u32)),
            false => Content::Render(PageId(index as u32)),
        },
    }));
    let id = PageId(pages.len() as u32);
    files.push(OutputFile { path: worker::PATH.to_owned(), content: Content::Late(id) });
    let text = record.to_text().into_bytes();
    files.push(OutputFile { path: changes::PATH.to_owned(), content: Content::Bytes(text) });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    done("views");
    Build { files, shelf, templates, pages, record, worker }
}

impl Build {
    /// The bytes of a page. `fingerprint` is that of all files that are not late; there is none in a preview.
    pub fn render(&self, page: PageId, fingerprint: Option<&str>) -> Result<Vec<u8>, Box<Diagnostic>> {
        let Some(page) = self.pages.get(page.0 as usize) else {
            return Ok(self.worker.text(fingerprint, &self.files).into_bytes());
        };
        let version = Version { fingerprint, record: Some(&self.record) };
        let view = page.view_of(self.shelf.borrow_dependent(), &version);
        self.templates.render(page.template(), &view).map(String::into_bytes)
    }
}
