//! Layer 8, search: the files of a pack and their contents. Written here and read here; the browser client reads the
//! same. It knows nothing of queries and of the disk.
//!
//! - `search/kb.js`: the manifest, small, the only name a reader must know.
//! - `search/s/<hash>.js`: a shard of terms (`shard.rs`), named by its content: an unchanged shard keeps its name.
//! - `search/d/<hash>.js`: a chunk of the document table, or the facets; deflated JSON, named by content.
//! - `search/x/<hash of the id>.js`: the text of one document for excerpts, deflated. Its name follows from the id, so
//!   an edit of a text changes no table.

use super::analyze::VERSION;
use super::count::Counted;
use super::facet::Facets;
use super::invert::{Postings, averages};
use super::weigh::idf_limits;
use super::{Entry, Error, Options, PackFile, script, shard};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// The folder of the pack inside a site.
pub const FOLDER: &str = "search";
/// The manifest's path inside the folder.
pub const MANIFEST: &str = "kb.js";

/// So many pairs of characters tell words in titles apart.
const COMMON_PAIRS: usize = 256;

/// What a reader loads first.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The analyzer's name; a reader refuses every other one.
    pub v: String,
    /// Number of documents.
    pub n: u32,
    /// Average number of terms per field (title, body), a step of the ladder.
    pub avg: [u32; 2],
    /// See `weigh::idf_limits`.
    pub idf: Vec<u32>,
    /// First term of each shard, ascending, with a line feed after each.
    pub dir: String,
    /// Name of each shard, in the order of `dir`, eight hexadecimal digits each.
    pub names: String,
    /// The most common pairs of Han characters, most common first, one after the other.
    pub common: String,
    /// Names of the table's chunks.
    pub table: Vec<String>,
    /// Rows per chunk.
    pub rows: u32,
    /// Name of the facets' file.
    pub facets: String,
    /// Whether there are texts for excerpts.
    pub text: bool,
    /// Changes with any term of any document; ties a stored native index to this pack.
    pub print: String,
}

/// A chunk of the document table, column by column.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Table {
    pub id: Vec<String>,
    pub kind: Vec<String>,
    pub url: Vec<String>,
    pub title: Vec<String>,
    /// Empty where a document has no date.
    pub date: Vec<String>,
    /// (row in this chunk, the document's aliases)
    pub aliases: Vec<(u32, Vec<String>)>,
}

/// The path in the pack's folder of a data file: `s`, `d` or `x` and its name.
pub fn path(kind: char, name: &str) -> String {
    format!("{kind}/{name}.js")
}

/// The name of the text file of a document: two 32-bit hashes of its id, cheap enough for the browser to repeat.
pub fn text_name(id: &str) -> String {
    let (mut a, mut b) = (0x811C_9DC5_u32, 0x9747_B28C_u32);
    for byte in id.bytes() {
        a = (a ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        b = (b ^ u32::from(byte)).wrapping_mul(0x5BD1_E995);
        b ^= b >> 13;
    }
    format!("{a:08x}{b:08x}")
}

/// A fingerprint of all terms of all documents.
pub fn print(documents: &[Counted]) -> String {
    let bytes: Vec<u8> = documents.iter().flat_map(|d| d.print.to_le_bytes()).collect();
    script::hash(&bytes, 16)
}

/// Writes all files, sorted by path.
pub fn write(
    entries: &[Entry<'_>],
    documents: &[Counted],
    postings: &Postings,
    facets: &Facets,
    options: &Options,
) -> Result<Vec<PackFile>, Error> {
    let n = documents.len() as u32;
    let mut files = Vec::new();
    let mut put = |kind: char, name: &str, payload: &[u8]| {
        files.push(PackFile {
            path: format!("{FOLDER}/{}", path(kind, name)),
            bytes: script::wrap(kind, name, payload),
        });
    };

    let shards = shard::shards(postings, n, options.shard_bytes);
    let names = unique_names(&shards);
    let dir: String = shards.iter().flat_map(|s| [s.first.as_str(), "\n"]).collect();
    let mut table = Vec::new();
    for chunk in entries.chunks(options.table_rows) {
        let payload = script::deflate(&json(&rows(chunk))?);
        let name = script::hash(&payload, 8);
        put('d', &name, &payload);
        table.push(name);
    }
    let payload = script::deflate(&json(facets)?);
    let facets = script::hash(&payload, 8);
    put('d', &facets, &payload);
    files.par_extend(shards.par_iter().zip(&names).map(|(shard, name)| PackFile {
        path: format!("{FOLDER}/{}", path('s', name)),
        bytes: script::wrap('s', name, &shard.bytes),
    }));
    if options.text {
        files.par_extend(entries.par_iter().map(|entry| {
            let name = text_name(&entry.id);
            PackFile {
                path: format!("{FOLDER}/{}", path('x', &name)),
                bytes: script::wrap('x', &name, &script::deflate(text(entry).as_bytes())),
            }
        }));
    }

    let manifest = Manifest {
        v: VERSION.to_string(),
        n,
        avg: averages(documents),
        idf: idf_limits(n),
        dir,
        names: names.concat(),
        common: postings.common_pairs(COMMON_PAIRS),
        table,
        rows: options.table_rows as u32,
        facets,
        text: options.text,
        print: print(documents),
    };
    let mut bytes = b"KB.m(".to_vec();
    bytes.extend(json(&manifest)?);
    bytes.extend_from_slice(b")\n");
    files.push(PackFile { path: format!("{FOLDER}/{MANIFEST}"), bytes });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    match files.windows(2).find(|pair| pair[0].path == pair[1].path) {
        Some(pair) => Err(Error::Index(format!("two files share the name {}", pair[0].path))),
        None => Ok(files),
    }
}

/// Reads a manifest and refuses one that this version cannot answer from.
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, Error> {
    let damaged = || Error::Damaged(format!("{FOLDER}/{MANIFEST}"));
    let json = bytes
        .trim_ascii()
        .strip_prefix(b"KB.m(")
        .and_then(|rest| rest.strip_suffix(b")"))
        .ok_or_else(damaged)?;
    #[derive(Deserialize)]
    struct Head {
        v: String,
    }
    let head: Head = serde_json::from_slice(json).map_err(|_| damaged())?;
    if head.v != VERSION {
        return Err(Error::Version(head.v));
    }
    serde_json::from_slice(json).map_err(|_| damaged())
}

/// Reads a deflated JSON file of the pack.
pub fn read_json<T: serde::de::DeserializeOwned>(script: &[u8]) -> Option<T> {
    let text = script::inflate(&script::unwrap(script)?)?;
    serde_json::from_str(&text).ok()
}

/// The text of a document as excerpts show it: headings and paragraphs, a line each.
fn text(entry: &Entry<'_>) -> String {
    let mut out = String::new();
    for section in &entry.sections {
        for part in [section.heading.as_str(), section.text.as_ref()] {
            if !part.is_empty() {
                out.push_str(part);
                out.push('\n');
            }
        }
    }
    out
}

fn rows(entries: &[Entry<'_>]) -> Table {
    let mut table = Table::default();
    for (row, entry) in (0u32..).zip(entries) {
        table.id.push(entry.id.clone());
        table.kind.push(entry.kind.clone());
        table.url.push(entry.url.clone());
        table.title.push(entry.title.clone());
        table.date.push(entry.date.clone().unwrap_or_default());
        if !entry.aliases.is_empty() {
            table.aliases.push((row, entry.aliases.clone()));
        }
    }
    table
}

/// Content hashes; where two different shards share one, the later takes the hash of its hash.
fn unique_names(shards: &[shard::Shard]) -> Vec<String> {
    let mut seen = FxHashSet::default();
    let hashes: Vec<String> = shards.par_iter().map(|s| script::hash(&s.bytes, 64)).collect();
    hashes
        .into_iter()
        .map(|mut hash| {
            while !seen.insert(hash[..8].to_string()) {
                hash = script::hash(hash.as_bytes(), 64);
            }
            hash.truncate(8);
            hash
        })
        .collect()
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Index(error.to_string()))
}
