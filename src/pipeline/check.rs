//! Layer 10: sources to a checked site: the first half of every build.

use super::{Observer, Options, Synonyms, Templates, budgets, synonyms, templates};
use crate::config::{self, Config};
use crate::diagnostics::{Code, Diagnostic, Severity, arrange, fold, text};
use crate::document::{self, Document, Place, decode_text, place_of};
use crate::embedded;
use crate::front_matter::{Limits, Node, check_characters, parse_yaml};
use crate::site::{Inputs, Scope, Site, assemble};
use crate::source::{Body, FileId, Refusal, RelPath, SourceFile, Sources, Span};
use crate::strings::Strings;
use crate::taxonomy::{self, Taxonomy};
use rayon::prelude::*;

pub const CONFIG_PATH: &str = "content/site.yaml";

/// What a check leaves behind.
pub struct Checked {
    /// `None` when site.yaml or the edition could not be read.
    pub site: Option<Site>,
    pub templates: Templates,
    /// What the site adds to the words that stand for each other.
    pub synonyms: Synonyms,
    /// Sorted by place, each once.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// The sources with the built-in editions beside the knowledge base's own. Every other stage takes these.
pub fn with_editions(sources: Sources) -> Sources {
    let missing: Vec<SourceFile> = embedded::EDITIONS
        .iter()
        .filter_map(|(name, text)| Some((RelPath::new(&format!("content/taxonomy/{name}"))?, text)))
        .filter(|(path, _)| sources.find(path.as_str()).is_none())
        .map(|(path, text)| SourceFile { path, body: Body::Bytes(text.as_bytes().to_vec()) })
        .collect();
    if missing.is_empty() { sources } else { Sources::new(sources.into_files().chain(missing).collect()) }
}

/// How large files may be, by site.yaml; what is usual where that cannot be read.
pub fn limits(sources: &Sources) -> Limits {
    let mut unsaid = Vec::new();
    let file = sources.find(CONFIG_PATH);
    let root = file.and_then(|file| yaml(file, sources.get(file), &Limits::default(), &mut unsaid));
    let config = file.zip(root).and_then(|(file, root)| config::read(file, &root).0);
    config.map_or_else(Limits::default, |config| config.limits)
}

/// Reads, resolves and checks everything.
pub fn check(sources: &Sources, options: &Options, done: Observer<'_>) -> Checked {
    let mut diagnostics = Vec::new();
    let foundations = foundations(sources, &mut diagnostics);
    let language = foundations.as_ref().map_or("", |(config, _)| config.language.as_str());
    let limits = foundations.as_ref().map_or_else(Limits::default, |(config, _)| config.limits);
    let strings = strings(sources, language, &limits, &mut diagnostics);
    let (templates, found) = templates::read(sources, strings);
    diagnostics.extend(found);
    let Some((config, taxonomy)) = foundations else {
        arrange(&mut diagnostics);
        return Checked { site: None, templates, synonyms: Synonyms::default(), diagnostics };
    };
    let base_url = options.base_url.as_deref().map(config::with_slash).or(config.base_url);
    let config = Config { base_url, ..config };
    let own = synonyms::own_file(sources);
    let root = own.and_then(|file| yaml(file, sources.get(file), &config.limits, &mut diagnostics));
    let (synonyms, found) = own.zip(root).map(|(file, root)| synonyms::read(file, &root)).unwrap_or_default();
    diagnostics.extend(found);
    done("taxonomy");
    let parsed: Vec<Parsed> = sources
        .iter()
        .filter(|(_, file)| file.path.as_str().starts_with("content/"))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(id, file)| parse(id, file, &taxonomy, &config.limits))
        .collect();
    let mut documents = Vec::with_capacity(parsed.len());
    let mut unreadable = Vec::new();
    for parsed in parsed {
        diagnostics.extend(parsed.diagnostics);
        documents.extend(parsed.document);
        unreadable.extend(parsed.unreadable);
    }
    done("parse");
    let scope = Scope {
        today: options.today.or(config.today).unwrap_or(options.clock),
        release: options.release.unwrap_or(config.release),
        drafts: options.drafts,
    };
    let (site, found) = assemble(Inputs { config, taxonomy, scope, documents, unreadable, sources });
    diagnostics.extend(found);
    done("assemble");
    diagnostics.extend(crate::check::run(&site, sources));
    diagnostics.extend(crate::check::vanished(&site, &options.previous));
    diagnostics.extend(budgets::pages(&site, &templates));
    names_once(&mut diagnostics);
    syntax_first(&mut diagnostics);
    edition_first(&mut diagnostics);
    arrange(&mut diagnostics);
    done("check");
    Checked { site: Some(site), templates, synonyms, diagnostics }
}

/// Ids that differ only in case have one mistake, the collision: that one of them is in capitals is not another.
fn names_once(diagnostics: &mut Vec<Diagnostic>) {
    let collided: Vec<FileId> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == Code(5) && diagnostic.span.range() == (0..0))
        .flat_map(|diagnostic| {
            diagnostic.related.iter().map(|label| label.span.file).chain([diagnostic.span.file])
        })
        .collect();
    diagnostics
        .retain(|diagnostic| diagnostic.code != Code(106) || !collided.contains(&diagnostic.span.file));
}

/// A value that YAML reads in another way than it was meant has had its message: the sign that did it is not a matter of
/// punctuation as well.
fn syntax_first(diagnostics: &mut Vec<Diagnostic>) {
    let broken: Vec<Span> =
        diagnostics.iter().filter(|one| one.code == Code(2)).map(|diagnostic| diagnostic.span).collect();
    diagnostics.retain(|one| {
        let within = |other: &Span| {
            other.file == one.span.file && other.start <= one.span.start && one.span.end <= other.end
        };
        one.code != Code(701) || !broken.iter().any(within)
    });
}

/// With an edition that is wrong itself, values that are not in it are most likely right.
fn edition_first(diagnostics: &mut Vec<Diagnostic>) {
    const BY_EDITION: [Code; 6] = [Code(201), Code(203), Code(204), Code(205), Code(206), Code(304)];
    if diagnostics.iter().any(|diagnostic| diagnostic.code == Code(207)) {
        diagnostics.retain(|diagnostic| !BY_EDITION.contains(&diagnostic.code));
    }
}

/// The words of the interface, with the site's own in their place.
fn strings(sources: &Sources, language: &str, limits: &Limits, diagnostics: &mut Vec<Diagnostic>) -> Strings {
    let strings = Strings::built_in(language);
    let own = templates::own_strings(sources, strings.language());
    let root = own.and_then(|file| yaml(file, sources.get(file), limits, diagnostics));
    let Some((file, root)) = own.zip(root) else { return strings };
    let (strings, found) = strings.with_own(file, &root);
    diagnostics.extend(found);
    strings
}

/// site.yaml and the edition that it names.
fn foundations(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<(Config, Taxonomy)> {
    let file = sources.find(CONFIG_PATH)?;
    let root = yaml(file, sources.get(file), &Limits::default(), diagnostics)?;
    let (config, found) = config::read(file, &root);
    diagnostics.extend(found);
    let config = config?;
    let edition = &config.edition;
    let path = format!("content/taxonomy/{}.yaml", edition.value);
    let Some(file) = sources.find(&path) else {
        let named: Vec<&str> = sources.under("content/taxonomy/").map(|(_, file)| file.path.stem()).collect();
        let (all, name) = (named.join("、"), &edition.value);
        let meant = fold(name.trim_matches(['“', '”', '‘', '’', ' ']));
        if named.contains(&meant.as_str()) {
            let message = text!("没有“{name}”这一版课程方案", "there is no edition “{name}”");
            diagnostics.push(
                Diagnostic::new(Code(301), edition.span, message)
                    .help(text!("写成 {meant}", "write {meant}"))
                    .fix(edition.span, meant),
            );
            return None;
        }
        diagnostics.push(
            Diagnostic::new(
                Code(301),
                edition.span,
                text!("没有“{name}”这一版课程方案", "there is no edition “{name}”"),
            )
            .help(text!(
                "可用的有：{all}；方案文件放在 content/taxonomy/ 下，文件名与编号相同",
                "there are: {all}; an edition lies in content/taxonomy/ under its id"
            )),
        );
        return None;
    };
    let root = yaml(file, sources.get(file), &config.limits, diagnostics)?;
    let (taxonomy, found) = taxonomy::read(file, &root);
    diagnostics.extend(found);
    Some((config, taxonomy))
}

fn yaml(
    file: FileId,
    source: &SourceFile,
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let text = match decode_text(file, source, limits.yaml) {
        Ok(text) => text,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return None;
        }
    };
    check_characters(file, text, diagnostics);
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (root, found) = parse_yaml(file, &text[start..], start, limits);
    diagnostics.extend(found);
    root
}

#[derive(Default)]
struct Parsed {
    document: Option<Document>,
    unreadable: Option<Place>,
    diagnostics: Vec<Diagnostic>,
}

fn parse(id: FileId, file: &SourceFile, taxonomy: &Taxonomy, limits: &Limits) -> Parsed {
    if let Body::Refused(refusal) = file.body {
        return Parsed { diagnostics: vec![refused(id, refusal)], ..Parsed::default() };
    }
    if file.path.extension() != "md" || matches!(file.body, Body::Asset { .. }) {
        return misnamed(id, file);
    }
    let (place, problem) = place_of(id, &file.path);
    let mut diagnostics: Vec<Diagnostic> = problem.into_iter().collect();
    let Some(place) = place else { return Parsed { diagnostics, ..Parsed::default() } };
    // A parser's bug must not take the other documents with it.
    let outcome = std::panic::catch_unwind(|| document::parse(id, file, &place, taxonomy, limits));
    match outcome {
        Ok((document, found)) => {
            diagnostics.extend(found);
            let unreadable = document.is_none().then_some(place);
            Parsed { document, unreadable, diagnostics }
        }
        Err(_) => {
            diagnostics.push(
                Diagnostic::new(
                    Code(6),
                    Span::new(id, 0..0),
                    text!(
                        "keben 读不了这个文件，这是程序的缺陷",
                        "keben cannot read this file; this is a defect of the program"
                    ),
                )
                .help(text!("请把这个文件发给开发者", "please send the file to the developers")),
            );
            Parsed { document: None, unreadable: Some(place), diagnostics }
        }
    }
}

/// A document that would be taken for an attachment because of its ending.
fn misnamed(id: FileId, file: &SourceFile) -> Parsed {
    let extension = file.path.extension();
    if !extension.eq_ignore_ascii_case("md") && !extension.eq_ignore_ascii_case("markdown") {
        return Parsed::default();
    }
    let message = text!(
        "文档的扩展名要写成 .md，现在是 .{extension}",
        "a document's name ends in .md, not .{extension}"
    );
    let stem = file.path.stem();
    let diagnostic = Diagnostic::new(Code(106), Span::new(id, 0..0), message)
        .help(text!("把文件改名为 {stem}.md", "rename it to {stem}.md"));
    Parsed { diagnostics: vec![diagnostic], ..Parsed::default() }
}

fn refused(id: FileId, refusal: Refusal) -> Diagnostic {
    let (message, help) = match refusal {
        Refusal::SymbolicLink => (
            text!("这是符号链接，没有读取", "this is a symbolic link and was not read"),
            text!("把它指向的文件或文件夹复制到这里", "copy what it points at to this place"),
        ),
        Refusal::DirectoryNamedLikeDocument => (
            text!("这是文件夹，名字却像文档", "this is a folder with the name of a document"),
            text!(
                "去掉文件夹名里的 .md；带附件的文档写成 编号/index.md",
                "take .md out of its name; a document with attachments is ID/index.md"
            ),
        ),
        Refusal::NotAFile => (
            text!("这不是普通文件，没有读取", "this is not a plain file and was not read"),
            text!("删去它", "remove it"),
        ),
        Refusal::NameNotUnicode => (
            text!("文件名不能用，没有读取", "the file name cannot be used and the file was not read"),
            text!("给它改名，只用汉字、字母、数字和短横线", "rename it with letters, digits and hyphens"),
        ),
    };
    Diagnostic::new(Code(106), Span::new(id, 0..0), message).help(help)
}
