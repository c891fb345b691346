//! Layer 8, search: the tantivy index, which `keben search` answers from. It is built from the same term counts as the
//! pack, so command and browser cannot disagree. It holds postings only: titles, facets and texts come from the pack.
//! It knows no score and no file of the pack.
//!
//! tantivy is given counted terms instead of text: the analyzer has already run, once, for both indexes. A field's
//! value is the number of its document and the tokenizer below looks the terms up; equal terms arrive together, which
//! is also what makes tantivy's hash table fast.

use super::count::{BODY, Counted, FIELDS, TITLE, Term};
use super::invert::{List, Posting, posting};
use super::weigh::{level, step_down};
use super::{Entry, Error, PackFile};
use std::sync::Arc;
use tantivy::directory::Directory;
use tantivy::indexer::NoMergePolicy;
use tantivy::postings::Postings;
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{DocSet, Index, IndexWriter, Searcher, TERMINATED, TantivyDocument};

const NAMES: [&str; FIELDS] = ["title", "body"];
const LENGTHS: [&str; FIELDS] = ["title_length", "body_length"];
const ORD: &str = "ord";
const FACETS: &str = "facets";

/// tantivy flushes a segment when its tables reach this size; more segments change no answer.
const MEMORY: usize = 64 << 20;

/// A tantivy index in memory or mapped from a folder.
pub struct Native {
    index: Index,
    searcher: Searcher,
    segments: Vec<Segment>,
    print: String,
}

/// Document numbers and field lengths by tantivy's own document id.
struct Segment {
    ords: Vec<u32>,
    lengths: [Vec<u32>; FIELDS],
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Index(error.to_string())
}

fn facet_term(name: &str, value: &str) -> String {
    format!("{name}={value}")
}

/// Builds the index in memory. `print` is the pack's fingerprint.
pub fn build(entries: &[Entry<'_>], documents: &Arc<Vec<Counted>>, print: &str) -> Result<Native, Error> {
    let mut schema = Schema::builder();
    let fields = NAMES.map(|name| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(&tokenizer_name(name))
            .set_index_option(IndexRecordOption::WithFreqs);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    });
    let ord = schema.add_u64_field(ORD, FAST);
    let lengths = LENGTHS.map(|name| schema.add_u64_field(name, FAST));
    let facets = schema.add_text_field(FACETS, STRING);
    let index = Index::create_in_ram(schema.build());
    for field in [TITLE, BODY] {
        let lookup = Lookup { documents: Arc::clone(documents), field };
        index.tokenizers().register(&tokenizer_name(NAMES[field]), TextAnalyzer::from(lookup));
    }
    let mut writer: IndexWriter = index.writer_with_num_threads(2, MEMORY).map_err(failed)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    for (number, (entry, document)) in entries.iter().zip(documents.iter()).enumerate() {
        let mut row = TantivyDocument::new();
        row.add_u64(ord, number as u64);
        for field in [TITLE, BODY] {
            row.add_text(fields[field], number.to_string());
            row.add_u64(lengths[field], u64::from(document.lengths[field]));
        }
        for (name, values) in &entry.facets {
            values.iter().for_each(|value| row.add_text(facets, facet_term(name, value)));
        }
        writer.add_document(row).map_err(failed)?;
    }
    let mut commit = writer.prepare_commit().map_err(failed)?;
    commit.set_payload(print);
    commit.commit().map_err(failed)?;
    writer.wait_merging_threads().map_err(failed)?;
    Native::new(index)
}

fn tokenizer_name(field: &str) -> String {
    format!("{}-{field}", super::analyze::VERSION)
}

impl Native {
    /// The index whose files `directory` holds.
    pub fn open(directory: Box<dyn Directory>) -> Result<Native, Error> {
        Native::new(Index::open(directory).map_err(failed)?)
    }

    fn new(index: Index) -> Result<Native, Error> {
        let print = index.load_metas().map_err(failed)?.payload.unwrap_or_default();
        let searcher = index.reader().map_err(failed)?.searcher();
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let column = |name: &str| -> Result<Vec<u32>, Error> {
                let column = reader.fast_fields().u64(name).map_err(failed)?;
                Ok((0..reader.max_doc()).map(|doc| column.first(doc).unwrap_or(0) as u32).collect())
            };
            let lengths = |name: &str| -> Result<Vec<u32>, Error> {
                Ok(column(name)?.into_iter().map(step_down).collect())
            };
            segments.push(Segment {
                ords: column(ORD)?,
                lengths: [lengths(LENGTHS[TITLE])?, lengths(LENGTHS[BODY])?],
            });
        }
        Ok(Native { index, searcher, segments, print })
    }

    /// The fingerprint of the pack that this index belongs to.
    pub fn print(&self) -> &str {
        &self.print
    }

    /// The index as files, sorted by path, for a folder of their own. tantivy names segments at random: the folder is
    /// a cache and not comparable byte by byte.
    pub fn files(&self) -> Result<Vec<PackFile>, Error> {
        let directory = self.index.directory();
        let mut files = Vec::new();
        let mut paths: Vec<_> = directory.list_managed_files().into_iter().collect();
        paths.push("meta.json".into());
        paths.sort();
        paths.dedup();
        for path in paths {
            if !directory.exists(&path).map_err(failed)? {
                continue;
            }
            // small files that tantivy replaces atomically carry no footer; the others are copied with theirs
            let bytes = directory.atomic_read(&path).map_err(failed)?;
            files.push(PackFile { path: path.to_string_lossy().into_owned(), bytes });
        }
        Ok(files)
    }

    /// The list of a term in names, with levels computed as a reader of the pack does. `averages` are the manifest's.
    pub fn in_names(&self, term: &str, averages: [u32; FIELDS]) -> Result<Vec<Posting>, Error> {
        self.list(term, TITLE, averages[TITLE])
    }

    /// The list of a term in bodies, as the pack stores it.
    pub fn in_bodies(&self, term: &str, averages: [u32; FIELDS]) -> Result<Option<List>, Error> {
        let postings = self.list(term, BODY, averages[BODY])?;
        Ok(Some(List { df: postings.len() as u32, postings }).filter(|list| list.df > 0))
    }

    /// The documents that carry a value of a facet, ascending.
    pub fn with_facet(&self, name: &str, value: &str) -> Result<Vec<u32>, Error> {
        let handle = self.index.schema().get_field(FACETS).map_err(failed)?;
        let wanted = tantivy::Term::from_field_text(handle, &facet_term(name, value));
        let mut out = Vec::new();
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let inverted = reader.inverted_index(handle).map_err(failed)?;
            let postings = inverted.read_postings(&wanted, IndexRecordOption::Basic).map_err(failed)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                out.push(segment.ords[postings.doc() as usize]);
                postings.advance();
            }
        }
        out.sort_unstable();
        Ok(out)
    }

    fn list(&self, term: &str, field: usize, average: u32) -> Result<Vec<Posting>, Error> {
        let handle = self.field(field)?;
        let wanted = tantivy::Term::from_field_text(handle, term);
        let mut out = Vec::new();
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let inverted = reader.inverted_index(handle).map_err(failed)?;
            let postings = inverted.read_postings(&wanted, IndexRecordOption::WithFreqs).map_err(failed)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc() as usize;
                let length = segment.lengths[field][doc];
                out.push(posting(segment.ords[doc], level(postings.term_freq(), length, average)));
                postings.advance();
            }
        }
        out.sort_unstable();
        Ok(out)
    }

    fn field(&self, field: usize) -> Result<Field, Error> {
        self.index.schema().get_field(NAMES[field]).map_err(failed)
    }
}

/// The tokenizer that is given a document's number and answers with its counted terms.
#[derive(Clone)]
struct Lookup {
    documents: Arc<Vec<Counted>>,
    field: usize,
}

impl Tokenizer for Lookup {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, number: &'a str) -> Terms<'a> {
        let document = number.parse().ok().and_then(|n: usize| self.documents.get(n));
        let terms: Box<dyn Iterator<Item = (Term<'a>, u32)>> = match document {
            Some(document) => Box::new(document.terms(self.field)),
            None => Box::new(std::iter::empty()),
        };
        // tantivy's default position is the largest number there is, which its own sum would overflow.
        Terms { terms, left: 0, token: Token { position: 0, ..Token::default() } }
    }
}

struct Terms<'a> {
    terms: Box<dyn Iterator<Item = (Term<'a>, u32)> + 'a>,
    left: u32,
    token: Token,
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        if self.left == 0 {
            let Some((term, count)) = self.terms.next() else {
                return false;
            };
            self.left = count;
            self.token.text.clear();
            term.write(&mut self.token.text);
        }
        self.left -= 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
