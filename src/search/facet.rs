//! Layer 8, search: facets as a pack stores them, filters over them and counts. It knows no term and no score.

use super::{Entry, FacetLabels};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// All facets in display order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Facets(pub Vec<Facet>);

/// One facet; values in display order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Facet {
    pub name: String,
    pub label: String,
    pub values: Vec<Value>,
}

/// One value: its id, its label, and its documents ascending, each as the distance from the one before.
#[derive(Debug, Serialize, Deserialize)]
pub struct Value(pub String, pub String, pub Vec<u32>);

impl Value {
    fn documents(&self) -> impl Iterator<Item = usize> {
        self.2.iter().scan(0u32, |doc, gap| {
            *doc = doc.wrapping_add(*gap);
            Some(*doc as usize)
        })
    }
}

/// Gathers the facets of all entries. Names and values without a label come last, in the order of their ids, and are
/// their own label; a value that no document carries is left out.
pub fn gather(entries: &[Entry<'_>], labels: &FacetLabels) -> Facets {
    let mut found: BTreeMap<&str, BTreeMap<&str, Vec<u32>>> = BTreeMap::new();
    for (doc, entry) in (0u32..).zip(entries) {
        for (name, values) in &entry.facets {
            for value in values {
                let documents = found.entry(*name).or_default().entry(value.as_str()).or_default();
                if documents.last() != Some(&doc) {
                    documents.push(doc);
                }
            }
        }
    }
    let mut facets = Vec::new();
    let unknown: Vec<&str> = found.keys().copied().filter(|name| labels.facet(name).is_none()).collect();
    for name in labels.0.iter().map(|f| f.name.as_str()).chain(unknown) {
        let Some(mut documents) = found.remove(name) else { continue };
        let known = labels.facet(name);
        let mut values = Vec::new();
        for (id, label) in known.into_iter().flat_map(|f| &f.values) {
            if let Some(documents) = documents.remove(id.as_str()) {
                values.push(Value(id.clone(), label.clone(), gaps(&documents)));
            }
        }
        values.extend(documents.iter().map(|(id, docs)| Value(id.to_string(), id.to_string(), gaps(docs))));
        facets.push(Facet {
            name: name.to_string(),
            label: known.map_or(name, |f| f.label.as_str()).to_string(),
            values,
        });
    }
    Facets(facets)
}

fn gaps(documents: &[u32]) -> Vec<u32> {
    let mut previous = 0;
    documents.iter().map(|doc| doc - std::mem::replace(&mut previous, *doc)).collect()
}

/// A chosen combination: all names must agree, one of the values of each name is enough.
pub struct Filter {
    /// How many names each document fails.
    fails: Vec<u8>,
    /// The name a document fails, as an index into `Facets`, where it fails exactly one.
    failed: Vec<u8>,
}

const UNKNOWN: u8 = u8::MAX;

impl Filter {
    /// A name or a value that the index does not have is carried by no document. `indexed` may know the documents of a
    /// name and a value; else they are those of `facets`.
    pub fn new(
        facets: &Facets,
        chosen: &[(String, String)],
        documents: usize,
        indexed: impl Fn(&str, &str) -> Option<Vec<u32>>,
    ) -> Filter {
        let mut filter = Filter { fails: vec![0; documents], failed: vec![UNKNOWN; documents] };
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in chosen {
            names.entry(name).or_default().push(value);
        }
        for (name, wanted) in names {
            let mut passes = vec![false; documents];
            let index = facets.0.iter().position(|f| f.name == name);
            let values = index.into_iter().flat_map(|i| &facets.0[i].values);
            for value in values.filter(|v| wanted.contains(&v.0.as_str())) {
                let mut pass = |doc: usize| {
                    if let Some(pass) = passes.get_mut(doc) {
                        *pass = true;
                    }
                };
                match indexed(name, &value.0) {
                    Some(documents) => documents.into_iter().for_each(|doc| pass(doc as usize)),
                    None => value.documents().for_each(pass),
                }
            }
            for doc in (0..documents).filter(|doc| !passes[*doc]) {
                filter.fails[doc] = filter.fails[doc].saturating_add(1);
                filter.failed[doc] = index.and_then(|i| u8::try_from(i).ok()).unwrap_or(UNKNOWN);
            }
        }
        filter
    }

    /// Whether a document passes every name.
    pub fn passes(&self, doc: usize) -> bool {
        self.fails[doc] == 0
    }

    /// Whether a document counts for the facet at `index`: it passes every other name, so that a reader sees what
    /// choosing one more value of this name would add.
    fn counts_for(&self, doc: usize, index: usize) -> bool {
        self.fails[doc] == 0 || self.fails[doc] == 1 && usize::from(self.failed[doc]) == index
    }
}

/// How many matching documents carry each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(pub Vec<(String, Vec<Count>)>);

/// One line of a facet: value id, label, number of documents (0 is listed too).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    pub value: String,
    pub label: String,
    pub count: usize,
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, counts) in &self.0 {
            map.serialize_entry(name, counts)?;
        }
        map.end()
    }
}

/// Counts every facet over the documents for which `matches` holds.
pub fn counts(facets: &Facets, filter: &Filter, matches: &[bool]) -> Counts {
    let counted = facets.0.iter().enumerate().map(|(index, facet)| {
        let values = facet.values.iter().map(|value| Count {
            value: value.0.clone(),
            label: value.1.clone(),
            count: value
                .documents()
                .filter(|doc| matches.get(*doc).is_some_and(|m| *m) && filter.counts_for(*doc, index))
                .count(),
        });
        (facet.name.clone(), values.collect())
    });
    Counts(counted.collect())
}
