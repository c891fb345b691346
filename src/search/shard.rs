//! Layer 8, search: range shards of the pack. A shard is a run of terms in code point order, each with its list. It
//! knows neither the manifest nor how a shard is wrapped as a script.
//!
//! Record: varint(8 * added + kept), the added code points (the first as its distance from the character of the
//! previous term that it replaces, where there is one), varint(length of the rest), varint(2 * documents + shortened),
//! then varint(postings) if shortened, then bits: gaps (Rice), the most frequent level less 1 (4 bits), the distance of
//! each level from it (gamma, signs folded).
//!
//! A single character stands before the pairs that it begins, and again at the head of every shard that begins among
//! them: who asks for a pair has the character with it.

use super::bits::{BitReader, BitWriter, put_varint, rice_parameter, varint};
use super::invert::{HEAD, List, Posting, Postings, head, posting, single};
use super::weigh::step_down;
use rayon::prelude::*;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// One shard before it is named and wrapped.
pub struct Shard {
    pub first: String,
    pub bytes: Vec<u8>,
}

/// A list of at least this many bytes has a shard to itself, so that asking for it costs no neighbours.
const ALONE: usize = 1024;

/// Without a wish, shards are of this many bytes on average ...
const USUAL: u32 = 3 << 10;
/// ... and larger where there would be more of them than this, so that a large site's manifest stays small.
const SHARDS: usize = 3000;

/// Cuts all postings into shards of about `target` bytes. Where a shard ends depends on the hashes and sizes of the
/// terms nearby, not on all that came before, so an edit leaves distant shards as they are.
pub fn shards(postings: &Postings, documents: u32, target: Option<usize>) -> Vec<Shard> {
    let record = |rank: usize| {
        let list = postings.list(rank);
        if list.len() > HEAD && single(postings.term(rank)).is_some() {
            encode(documents, &head(list), list.len())
        } else {
            encode(documents, list, list.len())
        }
    };
    let records: Vec<Vec<u8>> = (0..postings.len()).into_par_iter().with_min_len(256).map(record).collect();
    // a step of the ladder, because a target that moved with every edit would move every border
    let share = records.iter().map(Vec::len).sum::<usize>() / SHARDS;
    let target =
        target.unwrap_or_else(|| step_down(u32::try_from(share).unwrap_or(u32::MAX)).max(USUAL) as usize);
    let mut shards = Cutter { target, shards: Vec::new(), previous: Vec::new(), close: true };
    let mut character: Option<usize> = None;
    for (rank, record) in records.iter().enumerate() {
        let term = postings.term(rank);
        if single(term).is_some() {
            character = Some(rank);
        } else if character.is_some_and(|c| !term.starts_with(postings.term(c))) {
            character = None;
        }
        if shards.begins(term, record) {
            shards.begin(term);
            if let Some(repeated) = character.filter(|c| *c != rank) {
                shards.put(postings.term(repeated), &records[repeated]);
            }
        }
        shards.put(term, record);
        shards.close = record.len() >= ALONE;
    }
    shards.shards
}

/// The full lists of the characters that are shortened in `shards`, in code point order.
pub fn tails(postings: &Postings, documents: u32, target: usize) -> Vec<Shard> {
    let mut frequent = postings.frequent();
    frequent.sort_unstable();
    let mut shards = Cutter { target, shards: Vec::new(), previous: Vec::new(), close: true };
    for (rank, _) in frequent {
        let list = postings.list(rank);
        let (term, record) = (postings.term(rank), encode(documents, list, list.len()));
        if shards.close || shards.is_full(term, &record) {
            shards.begin(term);
        }
        shards.put(term, &record);
        shards.close = false;
    }
    shards.shards
}

struct Cutter {
    target: usize,
    shards: Vec<Shard>,
    previous: Vec<char>,
    /// The next term begins a shard.
    close: bool,
}

impl Cutter {
    fn begins(&self, term: &str, record: &[u8]) -> bool {
        self.close || record.len() >= ALONE || self.is_full(term, record)
    }

    fn is_full(&self, term: &str, record: &[u8]) -> bool {
        let size = self.shards.last().map_or(0, |s| s.bytes.len());
        size >= 2 * self.target || size >= self.target / 2 && ends_before(term, record.len(), self.target)
    }

    fn begin(&mut self, term: &str) {
        self.previous.clear();
        self.shards.push(Shard { first: term.to_string(), bytes: Vec::with_capacity(self.target) });
    }

    fn put(&mut self, term: &str, record: &[u8]) {
        if let Some(shard) = self.shards.last_mut() {
            put_term(term, &mut self.previous, &mut shard.bytes);
            put_varint(record.len() as u32, &mut shard.bytes);
            shard.bytes.extend_from_slice(record);
        }
    }
}

/// True with a chance of about `size` in half a `target`: shards then have `target` bytes on average.
fn ends_before(term: &str, size: usize, target: usize) -> bool {
    let mut hasher = FxHasher::default();
    hasher.write(term.as_bytes());
    (hasher.finish() >> 32) * (target as u64 / 2) < (size as u64 + 4) << 32
}

fn put_term(term: &str, previous: &mut Vec<char>, out: &mut Vec<u8>) {
    let chars: Vec<char> = term.chars().collect();
    let kept = chars.iter().zip(previous.iter()).take_while(|(a, b)| a == b).count().min(7);
    put_varint(((chars.len() - kept) * 8 + kept) as u32, out);
    for (i, c) in chars.iter().enumerate().skip(kept) {
        let base = if i == kept { previous.get(i).map_or(0, |p| *p as u32) } else { 0 };
        put_varint(*c as u32 - base, out);
    }
    *previous = chars;
}

fn encode(documents: u32, list: &[Posting], df: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let shortened = list.len() < df;
    put_varint(df as u32 * 2 + u32::from(shortened), &mut out);
    if shortened {
        put_varint(list.len() as u32, &mut out);
    }
    if list.is_empty() {
        return out;
    }
    let mut writer = BitWriter::default();
    put_gaps(documents, list, &mut writer);
    let mode = most_frequent(list);
    writer.bits(mode, 4);
    for p in list {
        let distance = (p & 15) as i32 - 1 - mode as i32;
        writer.gamma(if distance > 0 { distance * 2 - 1 } else { -distance * 2 } as u32);
    }
    out.extend(writer.finish());
    out
}

fn put_gaps(documents: u32, list: &[Posting], writer: &mut BitWriter) {
    let k = rice_parameter(documents, list.len() as u32);
    let mut next = 0;
    for p in list {
        writer.rice((p >> 4) - next, k);
        next = (p >> 4) + 1;
    }
}

/// The most frequent level less 1, the lowest of equals.
fn most_frequent(list: &[Posting]) -> u32 {
    let mut counts = [0u32; 16];
    list.iter().for_each(|p| counts[(p & 15) as usize - 1] += 1);
    (0..16).rev().max_by_key(|level| counts[*level as usize]).unwrap_or(0)
}

/// The list of `term` in a shard: `Ok(None)` if it is not there, `Err(())` if the bytes are damaged.
pub fn find(bytes: &[u8], term: &str, documents: u32) -> Result<Option<List>, ()> {
    let wanted: Vec<u32> = term.chars().map(u32::from).collect();
    let mut at = 0;
    let mut current: Vec<u32> = Vec::new();
    while at < bytes.len() {
        let size = read_head(bytes, &mut at, &mut current).ok_or(())?;
        let record = bytes.get(at..at + size).ok_or(())?;
        if current == wanted {
            return decode(record, documents).map(Some).ok_or(());
        }
        at += size;
    }
    Ok(None)
}

/// Reads the head of a record: `current` becomes its term, the result is the size of the rest.
fn read_head(bytes: &[u8], at: &mut usize, current: &mut Vec<u32>) -> Option<usize> {
    let head = varint(bytes, at)?;
    let (added, kept) = (head / 8, (head % 8) as usize);
    let base = current.get(kept).copied().unwrap_or(0);
    current.truncate(kept);
    for i in 0..added {
        let code = varint(bytes, at)?;
        current.push(if i == 0 { code.checked_add(base)? } else { code });
    }
    varint(bytes, at).map(|size| size as usize)
}

fn decode(record: &[u8], documents: u32) -> Option<List> {
    let mut at = 0;
    let head = varint(record, &mut at)?;
    let df = head / 2;
    let count = if head % 2 == 1 { varint(record, &mut at)? } else { df };
    if count > documents {
        return None;
    }
    let mut list = List { postings: Vec::new(), df };
    if count == 0 {
        return Some(list);
    }
    let mut reader = BitReader::new(record.get(at..)?);
    let gaps = gaps(documents, count, &mut reader)?;
    let mode = reader.bits(4)? as i32;
    for doc in gaps {
        let folded = reader.gamma()? as i32;
        let level = mode + 1 + if folded % 2 == 1 { folded / 2 + 1 } else { -(folded / 2) };
        list.postings.push(posting(doc, u32::try_from(level).ok().filter(|l| (1..=15).contains(l))?));
    }
    Some(list)
}

fn gaps(documents: u32, count: u32, reader: &mut BitReader<'_>) -> Option<Vec<u32>> {
    let k = rice_parameter(documents, count);
    let mut next = 0u32;
    let mut out = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let doc = next.checked_add(reader.rice(k)?).filter(|doc| *doc < documents)?;
        out.push(doc);
        next = doc + 1;
    }
    Some(out)
}

/// The terms of a shard, in order.
#[cfg(test)]
pub fn terms(bytes: &[u8]) -> Vec<String> {
    let (mut at, mut current, mut out) = (0, Vec::new(), Vec::new());
    while at < bytes.len() {
        let size = read_head(bytes, &mut at, &mut current).unwrap();
        at += size;
        out.push(current.iter().filter_map(|c| char::from_u32(*c)).collect());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_damage_is_noticed() {
        let postings: Vec<Posting> = [(0, 3), (1, 3), (7, 15), (90, 1)].map(|(d, l)| posting(d, l)).into();
        for df in [4, 300] {
            let record = encode(100, &postings, df);
            let list = List { postings: postings.clone(), df: df as u32 };
            assert_eq!(decode(&record, 100), Some(list));
            for cut in 0..record.len() {
                assert_eq!(decode(&record[..cut], 100), None, "{cut}");
            }
            assert_eq!(decode(&record, 50), None);
        }
    }
}
