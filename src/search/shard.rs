//! Layer 8, search: range shards of the pack. A shard is a run of terms in code point order, each with its title and
//! body lists. It knows neither the manifest nor how a shard is wrapped as a script.
//!
//! Record: varint(8 * added + kept), the added code points (the first as its distance from the character of the
//! previous term that it replaces, where there is one), varint(length of the rest), varint(2 * body count + has
//! title), then varint(title count) if it has one, then bits: body gaps (Rice), the most frequent level less 1
//! (4 bits), the distance of each level from it (gamma, signs folded), title gaps (Rice), title levels less 1 (4 bits).

use super::bits::{BitReader, BitWriter, put_varint, rice_parameter, varint};
use super::invert::{Lists, Posting, Postings, posting};
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

/// Cuts all postings into shards of about `target` bytes. Where a shard ends depends on the hashes and sizes of the
/// terms nearby, not on all that came before, so an edit leaves distant shards as they are.
pub fn shards(postings: &Postings, documents: u32, target: usize) -> Vec<Shard> {
    let records: Vec<Vec<u8>> = (0..postings.len())
        .into_par_iter()
        .with_min_len(256)
        .map(|rank| {
            let (title, body) = postings.lists(rank);
            encode(documents, title, body)
        })
        .collect();
    let mut shards: Vec<Shard> = Vec::new();
    let mut previous: Vec<char> = Vec::new();
    let mut close = true;
    for (rank, record) in records.iter().enumerate() {
        let term = postings.term(rank);
        let alone = record.len() >= ALONE;
        let size = shards.last().map_or(0, |s| s.bytes.len());
        if close
            || alone
            || size >= 2 * target
            || (size >= target / 2 && ends_before(term, record.len(), target))
        {
            previous.clear();
            shards.push(Shard { first: term.to_string(), bytes: Vec::with_capacity(target) });
        }
        close = alone;
        if let Some(shard) = shards.last_mut() {
            put_term(term, &mut previous, &mut shard.bytes);
            put_varint(record.len() as u32, &mut shard.bytes);
            shard.bytes.extend_from_slice(record);
        }
    }
    shards
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

fn encode(documents: u32, title: &[Posting], body: &[Posting]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(body.len() as u32 * 2 + u32::from(!title.is_empty()), &mut out);
    if !title.is_empty() {
        put_varint(title.len() as u32, &mut out);
    }
    let mut writer = BitWriter::default();
    if !body.is_empty() {
        put_gaps(documents, body, &mut writer);
        let mode = most_frequent(body);
        writer.bits(mode, 4);
        for p in body {
            let distance = (p & 15) as i32 - 1 - mode as i32;
            writer.gamma(if distance > 0 { distance * 2 - 1 } else { -distance * 2 } as u32);
        }
    }
    if !title.is_empty() {
        put_gaps(documents, title, &mut writer);
        title.iter().for_each(|p| writer.bits((p & 15) - 1, 4));
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

/// The lists of `term` in a shard: `Ok(None)` if it is not there, `Err(())` if the bytes are damaged.
pub fn find(bytes: &[u8], term: &str, documents: u32) -> Result<Option<Lists>, ()> {
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

fn decode(record: &[u8], documents: u32) -> Option<Lists> {
    let mut at = 0;
    let head = varint(record, &mut at)?;
    let titles = if head % 2 == 1 { varint(record, &mut at)? } else { 0 };
    let bodies = head / 2;
    if bodies > documents || titles > documents {
        return None;
    }
    let mut reader = BitReader::new(record.get(at..)?);
    let mut lists = Lists::default();
    if bodies > 0 {
        let gaps = gaps(documents, bodies, &mut reader)?;
        let mode = reader.bits(4)? as i32;
        for doc in gaps {
            let folded = reader.gamma()? as i32;
            let level = mode + 1 + if folded % 2 == 1 { folded / 2 + 1 } else { -(folded / 2) };
            lists.body.push(posting(doc, u32::try_from(level).ok().filter(|l| (1..=15).contains(l))?));
        }
    }
    if titles > 0 {
        for doc in gaps(documents, titles, &mut reader)? {
            let level = reader.bits(4)? + 1;
            lists.title.push(posting(doc, level.min(15)));
        }
    }
    Some(lists)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_damage_is_noticed() {
        let body: Vec<Posting> = [(0, 3), (1, 3), (7, 15), (90, 1)].map(|(d, l)| posting(d, l)).into();
        let title = vec![posting(7, 9)];
        let record = encode(100, &title, &body);
        assert_eq!(decode(&record, 100), Some(Lists { title, body }));
        for cut in 0..record.len() {
            assert_eq!(decode(&record[..cut], 100), None, "{cut}");
        }
        assert_eq!(decode(&record, 50), None);
    }
}
