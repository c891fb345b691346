//! Layer 8, search: the files of a pack and their contents. Written here and read here; the browser client reads the
//! same. It knows nothing of queries and of the disk.
//!
//! - `search/kb.js`: the manifest, small, the only name a reader must know.
//! - `search/s/<hash>.js`: a shard of terms (`shard.rs`), named by its content: an unchanged shard keeps its name.
//! - `search/t/<hash>.js`: a shard of the full lists of frequent characters.
//! - `search/d/<hash>.js`: a chunk of the document table (the first one with facets and synonyms), and two files that
//!   are loaded only when they are needed: traditional characters and sounds. Packed JSON, named by content.
//! - `search/x/<hash of the id>.js`: the text of one document for excerpts, packed. Its name follows from the id, so
//!   an edit of a text changes no table.

use super::analyze::VERSION;
use super::count::Counted;
use super::facet::Facets;
use super::invert::{Postings, averages};
use super::lexicon::{self, Sounds};
use super::place::{HEADING, SECTION};
use super::shard::Shard;
use super::weigh::idf_limits;
use super::{Entry, Error, FacetLabels, Lexicon, Options, PackFile, script, shard, synonym};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The folder of the pack inside a site.
pub const FOLDER: &str = "search";
/// The manifest's path inside the folder.
pub const MANIFEST: &str = "kb.js";

/// The layout of a pack; a reader refuses every other one.
pub const FORMAT: u32 = 2;

/// So many pairs of characters tell words in titles apart.
const COMMON_PAIRS: usize = 256;

/// What a reader loads first.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The analyzer's name; a reader refuses every other one.
    pub v: String,
    pub format: u32,
    /// Number of documents.
    pub n: u32,
    /// Average number of terms per field (title, body), a step of the ladder.
    pub avg: [u32; 2],
    /// See `weigh::idf_limits`.
    pub idf: Vec<u32>,
    #[serde(flatten)]
    pub shards: Ranges,
    #[serde(flatten)]
    pub tails: Tails,
    /// The characters with full lists of their own, the most frequent first.
    pub chars: String,
    /// The most common pairs of Han characters, most common first, one after the other.
    pub common: String,
    /// How titles often begin.
    pub prefixes: Vec<String>,
    /// Names of the table's chunks.
    pub table: Vec<String>,
    /// Rows per chunk.
    pub rows: u32,
    /// Kind and folder of the pages of its documents, with the slash.
    pub folders: BTreeMap<String, String>,
    /// Names of the files for traditional characters and for sounds.
    pub traditional: String,
    pub sounds: String,
    /// Whether there are texts for excerpts.
    pub text: bool,
    /// Changes with any term of any document; ties a stored native index to this pack.
    pub print: String,
}

/// Where the shards of terms are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Ranges {
    /// First term of each shard, ascending, with a line feed after each.
    pub dir: String,
    /// Name of each shard, in the order of `dir`, eight hexadecimal digits each.
    pub names: String,
}

/// Where the full lists of frequent characters are.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tails {
    pub tail_dir: String,
    pub tail_names: String,
}

/// A chunk of the document table, column by column. Rows are named by their number in the chunk.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// `kind/id`; stored as what differs from the id before (`front_code`).
    #[serde(with = "front_code")]
    pub id: Vec<String>,
    pub title: Vec<String>,
    /// Empty where a document has no date.
    pub date: Vec<String>,
    /// Where it is not in the folder of its kind under its id.
    pub url: BTreeMap<u32, String>,
    pub aliases: BTreeMap<u32, Vec<String>>,
    /// How much a document is preferred, in 32nds of its score; 0 where it is not named.
    pub prior: BTreeMap<u32, i32>,
    /// In the first chunk only, as are the synonyms (`synonym::write`).
    #[serde(default)]
    pub facets: Facets,
    #[serde(default)]
    pub words: String,
}

/// Ascending texts, each as how many characters of the one before it keeps and the rest: `course/b` behind `course/a` is
/// `7b`. Numbers run from `0` up in ASCII, so that one character says them.
mod front_code {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const MOST: usize = 70;

    pub fn serialize<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
        let mut previous = "";
        let mut coded = Vec::with_capacity(texts.len());
        for text in texts {
            let same = text.chars().zip(previous.chars()).take(MOST).take_while(|(a, b)| a == b).count();
            let rest: String = text.chars().skip(same).collect();
            coded.push(format!("{}{rest}", (b'0' + same as u8) as char));
            previous = text;
        }
        coded.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        let mut texts: Vec<String> = Vec::new();
        for coded in Vec::<String>::deserialize(deserializer)? {
            let kept = coded.bytes().next().map_or(0, |first| usize::from(first.saturating_sub(b'0')));
            let previous = texts.last().map_or("", String::as_str);
            let rest = coded.chars().skip(1);
            texts.push(previous.chars().take(kept).chain(rest).collect());
        }
        Ok(texts)
    }
}

/// Traditional characters, each followed by its simplified form.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Traditional {
    pub pairs: String,
}

/// The path in the pack's folder of a data file: `s`, `d` or `x` and its name.
pub fn path(kind: char, name: &str) -> String {
    format!("{kind}/{name}.js")
}

/// The name of a text file of a document: two 32-bit hashes of its id, cheap enough for the browser to repeat, and the
/// number of the part where it is not the first.
pub fn text_name(id: &str, part: usize) -> String {
    let (mut a, mut b) = (0x811C_9DC5_u32, 0x9747_B28C_u32);
    for byte in id.bytes() {
        a = (a ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        b = (b ^ u32::from(byte)).wrapping_mul(0x5BD1_E995);
        b ^= b >> 13;
    }
    if part == 0 { format!("{a:08x}{b:08x}") } else { format!("{a:08x}{b:08x}_{part}") }
}

/// A fingerprint of all terms of all documents.
pub fn print(documents: &[Counted]) -> String {
    let bytes: Vec<u8> = documents.iter().flat_map(|d| d.print.to_le_bytes()).collect();
    script::hash(&bytes, 16)
}

/// What a pack is made of.
pub struct Parts<'a> {
    pub entries: &'a [Entry<'a>],
    pub documents: &'a [Counted],
    pub postings: &'a Postings,
    pub labels: &'a FacetLabels,
    pub facets: Facets,
    pub lexicon: &'a Lexicon,
}

/// Writes all files, sorted by path.
pub fn write(parts: Parts<'_>, options: &Options) -> Result<Vec<PackFile>, Error> {
    let Parts { entries, documents, postings, labels, facets, lexicon } = parts;
    let n = documents.len() as u32;
    let mut files = Vec::new();
    let shards = shard::shards(postings, n, options.shard_bytes);
    let tails = shard::tails(postings, n, TAIL_BYTES);
    let [(dir, names), (tail_dir, tail_names)] = [('s', &shards), ('t', &tails)].map(|(kind, shards)| {
        let names = unique_names(shards);
        files.par_extend(shards.par_iter().zip(&names).map(|(shard, name)| file(kind, name, &shard.bytes)));
        let dir: String = shards.iter().flat_map(|s| [s.first.as_str(), "\n"]).collect();
        (dir, names.concat())
    });
    let mut put = |content: Vec<u8>| {
        let payload = script::pack(&content);
        let name = script::hash(&payload, 8);
        files.push(file('d', &name, &payload));
        name
    };
    let folders = folders(entries);
    let mut tables: Vec<Table> =
        entries.chunks(options.table_rows).map(|chunk| rows(chunk, &folders)).collect();
    if tables.is_empty() {
        tables.push(Table::default());
    }
    tables[0].facets = facets;
    let groups = lexicon::groups(entries, &lexicon.synonyms, postings);
    tables[0].words = synonym::write(&groups);
    let table = tables.iter().map(|table| json(table).map(&mut put)).collect::<Result<Vec<_>, Error>>()?;
    let traditional = put(json(&Traditional { pairs: lexicon.traditional.clone() })?);
    let sounds: Sounds = lexicon::sounds(entries, labels, &groups);
    let sounds = put(json(&sounds)?);
    if options.text {
        files.par_extend(entries.par_iter().flat_map_iter(|entry| {
            let parts = texts(entry);
            let count = parts.len();
            parts.into_iter().enumerate().map(move |(part, text)| {
                let text = if part == 0 { format!("{count}\n{text}") } else { text };
                file('x', &text_name(&entry.id, part), &script::pack(text.as_bytes()))
            })
        }));
    }
    let manifest = Manifest {
        v: VERSION.to_string(),
        format: FORMAT,
        n,
        avg: averages(documents),
        idf: idf_limits(n),
        shards: Ranges { dir, names },
        tails: Tails { tail_dir, tail_names },
        chars: postings.frequent().into_iter().map(|(_, c)| c).collect(),
        common: postings.common_pairs(COMMON_PAIRS),
        prefixes: lexicon::beginnings(entries),
        table,
        rows: options.table_rows as u32,
        folders,
        traditional,
        sounds,
        text: options.text,
        print: print(documents),
    };
    let mut bytes = b"KB.m(".to_vec();
    bytes.extend(json(&manifest)?);
    bytes.extend_from_slice(b")\n");
    files.push(PackFile { path: format!("{FOLDER}/{MANIFEST}"), bytes });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    // tables of equal content are one file
    files.dedup();
    match files.windows(2).find(|pair| pair[0].path == pair[1].path) {
        Some(pair) => Err(Error::Index(format!("two files share the name {}", pair[0].path))),
        None => Ok(files),
    }
}

/// Average bytes of a shard of full lists: each of them is some hundred bytes at least.
const TAIL_BYTES: usize = 8 << 10;

fn file(kind: char, name: &str, payload: &[u8]) -> PackFile {
    PackFile { path: format!("{FOLDER}/{}", path(kind, name)), bytes: script::wrap(kind, name, payload) }
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
        #[serde(default)]
        format: u32,
    }
    let head: Head = serde_json::from_slice(json).map_err(|_| damaged())?;
    if (head.v.as_str(), head.format) != (VERSION, FORMAT) {
        return Err(Error::Version(format!("{}.{}", head.v, head.format)));
    }
    serde_json::from_slice(json).map_err(|_| damaged())
}

/// Reads a packed JSON file of the pack.
pub fn read_json<T: serde::de::DeserializeOwned>(script: &[u8]) -> Option<T> {
    let text = script::unpack(&script::unwrap(script)?)?;
    serde_json::from_str(&text).ok()
}

/// A text that is longer than this, in bytes, is cut into parts of about this length.
const PART: usize = 18 << 10;

/// The text of a document as excerpts show it, in parts: sections, each with its anchor and heading before it, again where
/// a part begins within one. Lines are never cut.
fn texts(entry: &Entry<'_>) -> Vec<String> {
    let clean = |text: &str| text.replace([SECTION, HEADING], " ");
    let mut parts = vec![String::new()];
    for section in &entry.sections {
        let mut head = String::new();
        if !section.heading.is_empty() || section.anchor.is_some() {
            let anchor = section.anchor.as_deref().unwrap_or("");
            head = format!("{SECTION}{anchor}{HEADING}{}\n", clean(&section.heading).replace('\n', " "));
        }
        let mut open = false;
        for line in clean(&section.text).split('\n') {
            let last = parts.len() - 1;
            if parts[last].len() + line.len() > PART && !parts[last].is_empty() {
                parts.push(String::new());
                open = false;
            }
            let last = parts.len() - 1;
            if !open {
                parts[last].push_str(&head);
                open = true;
            }
            if !line.is_empty() {
                parts[last].push_str(line);
                parts[last].push('\n');
            }
        }
    }
    parts
}

/// The folder of each kind: that of its first document whose page is named by its id.
fn folders(entries: &[Entry<'_>]) -> BTreeMap<String, String> {
    let mut folders = BTreeMap::new();
    for entry in entries {
        if let Some((kind, folder)) = folder(entry) {
            folders.entry(kind.to_string()).or_insert_with(|| folder.to_string());
        }
    }
    folders
}

fn folder<'a>(entry: &'a Entry<'_>) -> Option<(&'a str, &'a str)> {
    let (kind, id) = entry.id.split_once('/')?;
    Some((kind, entry.url.strip_suffix(".html")?.strip_suffix(id)?))
}

fn rows(entries: &[Entry<'_>], folders: &BTreeMap<String, String>) -> Table {
    let mut table = Table::default();
    for (row, entry) in (0u32..).zip(entries) {
        table.id.push(entry.id.clone());
        table.title.push(entry.title.clone());
        table.date.push(entry.date.clone().unwrap_or_default());
        let derived = folder(entry).is_some_and(|(kind, own)| folders.get(kind).is_some_and(|f| f == own));
        if !derived {
            table.url.insert(row, entry.url.clone());
        }
        if !entry.aliases.is_empty() {
            table.aliases.insert(row, entry.aliases.clone());
        }
        if entry.prior != 0 {
            table.prior.insert(row, entry.prior);
        }
    }
    table
}

/// Content hashes; where two different shards share one, the later takes the hash of its hash.
fn unique_names(shards: &[Shard]) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back() {
        let long = format!("term/{}", "长".repeat(90));
        let ids = ["", "case/a", "case/a1", "course/a", "course/b", &long, &format!("{long}b"), "term/𠀀"];
        let table = Table { id: ids.map(str::to_string).to_vec(), ..Table::default() };
        let json = serde_json::to_string(&table).unwrap();
        assert!(json.contains(r#""7b""#), "{json}");
        assert_eq!(serde_json::from_str::<Table>(&json).unwrap().id, table.id);
    }
}
