//! Layer 8: every page of the site by its path, and the view that belongs to it.
//! Knows the names of templates, not what they say.

use super::bases::{BasesPage, bases_page};
use super::booklet::{
    BookletPage, booklet_path, handbook_page, handbook_path, has_booklet, module_booklet_page,
};
use super::catalogue::Catalogue;
use super::changes::{ChangesPage, Version, changes_page};
use super::coverage::{CoveragePage, coverage_page};
use super::directory::{DirectoryPage, directory_page, directory_path};
use super::document::{
    DocumentPage, RedirectPage, TombstonePage, document_page, redirect_page, tombstone_page,
};
use super::facet::{FACETS, MODULE};
use super::help::{HelpPage, help_index, help_page, help_paths};
use super::home::{
    HomePage, NotFoundPage, PlainPage, SearchPage, home_page, not_found_page, offline_page, search_page,
    settings_page,
};
use super::list::{
    FacetsPage, ListPage, facet_page, facets_page, has_index, kind_first, kind_page, page_count, page_path,
    value_page,
};
use super::module::{ModulePage, ModulesPage, module_page, modules_page, overflows};
use super::required::{RequiredPage, required_page};
use super::shelves::{ShelvesPage, in_groups, shelves_page};
use super::single::{SinglePage, single_page, single_path};
use crate::document::Status;
use crate::fields::Kind;
use crate::site::DocId;
use crate::taxonomy::Vocabulary;
use serde::Serialize;

/// One page: cheap to name, so that a site can be listed before any page is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Below the output folder.
    pub path: String,
    subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Home,
    Changes,
    /// From 1.
    Directory(usize),
    Settings,
    Offline,
    Search,
    NotFound,
    Required,
    Coverage,
    Modules,
    Module(usize),
    Facets,
    Facet(usize),
    /// Facet, term of its vocabulary, page from 1.
    Value(usize, usize, usize),
    /// Kind, page from 1.
    List(Kind, usize),
    Document(DocId, Kind),
    Tombstone(DocId),
    /// All of a module, to be printed; by the module's place in the edition.
    Booklet(usize),
    /// All that a class needs, to be printed.
    Handbook(DocId),
    /// A document as one file that needs no other.
    Single(DocId),
    /// An index into the site's redirects.
    Redirect(usize),
    /// A row of the table of codes, or the list of all.
    Help(Option<usize>),
}

/// What a template sees.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum View<'a> {
    Home(HomePage<'a>),
    Changes(ChangesPage<'a>),
    Directory(DirectoryPage<'a>),
    Plain(PlainPage<'a>),
    Search(SearchPage<'a>),
    NotFound(NotFoundPage<'a>),
    Required(RequiredPage<'a>),
    Coverage(CoveragePage<'a>),
    Modules(ModulesPage<'a>),
    Module(ModulePage<'a>),
    Facets(FacetsPage<'a>),
    List(ListPage<'a>),
    Bases(BasesPage<'a>),
    Shelves(ShelvesPage<'a>),
    Document(Box<DocumentPage<'a>>),
    Tombstone(TombstonePage<'a>),
    Booklet(Box<BookletPage<'a>>),
    Single(Box<SinglePage<'a>>),
    Redirect(RedirectPage<'a>),
    Help(HelpPage<'a>),
}

/// Every page of the site, sorted by path.
pub fn pages(catalogue: &Catalogue<'_>) -> Vec<Page> {
    let site = catalogue.site;
    let mut pages = Vec::with_capacity(site.documents().len() + 256);
    let mut add = |path: String, subject| pages.push(Page { path, subject });
    add("index.html".to_owned(), Subject::Home);
    add("changes.html".to_owned(), Subject::Changes);
    for page in 1..=catalogue.directory().page_count() {
        add(directory_path(page), Subject::Directory(page));
    }
    add("settings.html".to_owned(), Subject::Settings);
    add("offline.html".to_owned(), Subject::Offline);
    add("search.html".to_owned(), Subject::Search);
    add("404.html".to_owned(), Subject::NotFound);
    add("required.html".to_owned(), Subject::Required);
    add("coverage.html".to_owned(), Subject::Coverage);
    add("modules/index.html".to_owned(), Subject::Modules);
    for (index, module) in site.taxonomy.terms(Vocabulary::Modules).iter().enumerate() {
        add(format!("modules/{}.html", module.id.value), Subject::Module(index));
        if has_booklet(catalogue, &module.id.value) {
            add(booklet_path(&module.id.value), Subject::Booklet(index));
        }
    }
    add("facets/index.html".to_owned(), Subject::Facets);
    for (facet, rule) in FACETS.iter().enumerate() {
        let terms = site.taxonomy.terms(rule.vocabulary);
        let mut used = false;
        for (term, list) in catalogue.values(facet) {
            let Some(index) = terms.iter().position(|other| std::ptr::eq(other, term)) else { continue };
            if facet == MODULE && !overflows(catalogue, &term.id.value) {
                // The module's own page shows all of it.
                continue;
            }
            used |= facet != MODULE;
            for page in 1..=page_count(list.len()) {
                add(page_path(&rule.path(&term.id.value), page), Subject::Value(facet, index, page));
            }
        }
        if used {
            add(format!("facets/{}/index.html", rule.name), Subject::Facet(facet));
        }
    }
    for kind in Kind::ALL.into_iter().filter(|kind| has_index(catalogue, *kind)) {
        for page in 1..=page_count(catalogue.of_kind(kind).len()) {
            add(page_path(&kind_first(kind), page), Subject::List(kind, page));
        }
    }
    for (id, document) in site.documents().filter(|(id, _)| site.has_page(*id)) {
        let retired = document.status() == Status::Retired;
        add(
            catalogue.url(id).to_owned(),
            if retired { Subject::Tombstone(id) } else { Subject::Document(id, document.kind) },
        );
        if retired {
            continue;
        }
        if document.kind == Kind::Programme {
            add(handbook_path(catalogue, document), Subject::Handbook(id));
        }
        if let Some(path) = single_path(document) {
            add(path, Subject::Single(id));
        }
    }
    for (index, redirect) in
        site.redirects.iter().enumerate().filter(|(_, redirect)| site.has_page(redirect.to))
    {
        add(format!("{}/{}.html", redirect.kind.folder(), redirect.old), Subject::Redirect(index));
    }
    help_paths().for_each(|(path, row)| add(path, Subject::Help(row)));
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

impl Page {
    /// The template that shows it.
    pub fn template(&self) -> &'static str {
        match self.subject {
            Subject::Home => "home.html",
            Subject::Changes => "changes.html",
            Subject::Directory(_) => "all.html",
            Subject::Settings => "settings.html",
            Subject::Offline => "offline.html",
            Subject::Search => "search.html",
            Subject::NotFound => "404.html",
            Subject::Required => "required.html",
            Subject::Coverage => "coverage.html",
            Subject::Modules => "modules.html",
            Subject::Module(_) => "module.html",
            Subject::Facets | Subject::Facet(_) => "facets.html",
            Subject::List(Kind::Base, 1) => "bases.html",
            Subject::List(kind, _) if in_groups(kind) => "shelves.html",
            Subject::Value(..) | Subject::List(..) => "list.html",
            Subject::Document(_, kind) => match kind {
                Kind::Course => "course.html",
                Kind::Reading => "reading.html",
                Kind::ReadingList => "reading-list.html",
                Kind::Case => "case.html",
                Kind::Base => "base.html",
                Kind::Programme => "programme.html",
                Kind::Institution => "institution.html",
                Kind::Teacher => "teacher.html",
                Kind::Term => "term.html",
                Kind::Article => "article.html",
            },
            Subject::Tombstone(_) => "tombstone.html",
            Subject::Booklet(_) | Subject::Handbook(_) => "booklet.html",
            Subject::Single(_) => "single.html",
            Subject::Redirect(_) => "redirect.html",
            Subject::Help(_) => "help.html",
        }
    }

    /// Does it say which site it belongs to? Then it can only be made when all others are.
    pub fn is_late(&self) -> bool {
        matches!(self.subject, Subject::Home | Subject::Changes)
    }

    /// What a late page shows; any other does not depend on the version.
    pub fn view_of<'s>(&self, catalogue: &'s Catalogue<'_>, version: &Version<'_>) -> View<'s> {
        match self.subject {
            Subject::Home => View::Home(home_page(catalogue, version)),
            Subject::Changes => View::Changes(changes_page(catalogue, version)),
            _ => self.view(catalogue),
        }
    }

    /// What the page shows. A page of another catalogue may not exist in this one: then the page that says so.
    pub fn view<'s>(&self, catalogue: &'s Catalogue<'_>) -> View<'s> {
        let missing = || View::NotFound(not_found_page(catalogue));
        match self.subject {
            Subject::Home => View::Home(home_page(catalogue, &Version::default())),
            Subject::Changes => View::Changes(changes_page(catalogue, &Version::default())),
            Subject::Directory(page) => View::Directory(directory_page(catalogue, page)),
            Subject::Settings => View::Plain(settings_page(catalogue)),
            Subject::Offline => View::Plain(offline_page(catalogue)),
            Subject::Search => View::Search(search_page(catalogue)),
            Subject::NotFound => missing(),
            Subject::Required => View::Required(required_page(catalogue)),
            Subject::Coverage => View::Coverage(coverage_page(catalogue)),
            Subject::Modules => View::Modules(modules_page(catalogue)),
            Subject::Module(index) => module_page(catalogue, index).map_or_else(missing, View::Module),
            Subject::Facets => View::Facets(facets_page(catalogue)),
            Subject::Facet(facet) => View::Facets(facet_page(catalogue, facet)),
            Subject::Value(facet, term, page) => {
                value_page(catalogue, facet, term, page).map_or_else(missing, View::List)
            }
            Subject::List(Kind::Base, 1) => View::Bases(bases_page(catalogue)),
            Subject::List(kind, page) if in_groups(kind) => {
                View::Shelves(shelves_page(catalogue, kind, page))
            }
            Subject::List(kind, page) => View::List(kind_page(catalogue, kind, page)),
            Subject::Document(id, _) => View::Document(Box::new(document_page(catalogue, id))),
            Subject::Tombstone(id) => View::Tombstone(tombstone_page(catalogue, id)),
            Subject::Booklet(index) => module_booklet_page(catalogue, index)
                .map_or_else(missing, |page| View::Booklet(Box::new(page))),
            Subject::Handbook(id) => View::Booklet(Box::new(handbook_page(catalogue, id))),
            Subject::Single(id) => View::Single(Box::new(single_page(catalogue, id))),
            Subject::Redirect(index) => match catalogue.site.redirects.get(index) {
                Some(redirect) => View::Redirect(redirect_page(catalogue, redirect, &self.path)),
                None => missing(),
            },
            Subject::Help(None) => View::Help(help_index(catalogue)),
            Subject::Help(Some(row)) => help_page(catalogue, row).map_or_else(missing, View::Help),
        }
    }
}
