//! Layer 8, search: from a question to an answer, on an opened pack: readings, scores, names, other ways to write the
//! query where nothing says what was typed, phrases held against the texts, places. `theme/search/answer.js` repeats
//! it. It knows no file and no format of output beyond the JSON of `Answer`.

use super::analyze::flat;
use super::facet::{self, Counts, Filter};
use super::names::{CANDIDATES, Likeness, likeness};
use super::place::{Finder, Place, Search, sections};
use super::query::{EXACT, Phrase, Reading, split};
use super::rank::{self, FIRST, Ranked, Scores, Terms};
use super::reader::Reader;
use super::rewrite::{Slips, from_pinyin, pinyin_of, simplified};
use serde::Serialize;

/// At most so many texts are looked at for a phrase.
const PHRASE_TEXTS: usize = 128;
/// By what the likeness of a name to other words than those typed is divided.
const OTHER_NAME: u64 = 2;
/// The unit of a document's preference.
const PRIOR: i64 = 32;

/// In which order hits are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Relevance,
    /// The newest first; only documents that count.
    Date,
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Any text; only the first 1,024 code points and 64 required terms are used. A quoted phrase must stand as it is, a
    /// word behind a minus sign must not stand at all.
    pub text: String,
    /// (name, value id): all names must agree, one value of each name is enough.
    pub facets: Vec<(String, String)>,
    pub order: Order,
    /// At most so many hits, after leaving out `offset` of them.
    pub limit: usize,
    pub offset: usize,
}

/// One document found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub id: String,
    pub kind: String,
    /// Relative to the site's root.
    pub url: String,
    pub title: String,
    /// The title by turns plain and marked; the first part is plain.
    pub title_parts: Vec<String>,
    pub score: u64,
    /// The text of the best place.
    pub excerpt: String,
    pub places: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// It holds only part of the query and is not among those that `total` counts.
    #[serde(skip_serializing_if = "is_false")]
    pub part: bool,
}

/// The answer, serialised as `keben search --format json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub query: String,
    /// Documents that hold every required term (or, if `loose`, half of a reading's weight) and pass the filter.
    pub total: usize,
    /// Ranked; they may go on past `total`.
    pub hits: Vec<Hit>,
    pub facets: Counts,
    #[serde(skip_serializing_if = "is_false")]
    pub loose: bool,
    /// A file of the pack was missing or damaged; the answer comes from the rest.
    #[serde(skip_serializing_if = "is_false")]
    pub partial: bool,
    /// Nothing says what was typed; this is what was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Words that were searched as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// So many of `total` were not held against a quoted phrase.
    #[serde(skip_serializing_if = "is_zero")]
    pub unverified: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(value: &usize) -> bool {
    *value == 0
}

/// What a query finds before texts are looked at.
struct Ranking {
    readings: Vec<Reading>,
    also: Vec<String>,
    instead: Option<String>,
    scores: Scores,
    found: Terms,
    /// Documents that pass the filter, best first.
    ranked: Vec<Ranked>,
    partial: bool,
    /// A document holds every term.
    strict: bool,
    /// A name is what was asked for.
    sure: bool,
    /// A character of the query is in hardly any document.
    rare: bool,
}

impl Reader {
    /// Answers any query whatever.
    pub fn search(&self, query: &Query) -> Answer {
        let parts = split(&query.text);
        let excluded: Vec<Reading> = parts.excluded.iter().map(|text| Reading::new(text, EXACT)).collect();
        let filter = self.filter(&query.facets);
        let mut ranking = self.best_ranking(&parts.text, &excluded, &filter);
        let mut partial = ranking.partial || !self.whole;
        let phrases: Vec<Phrase> = parts.phrases.iter().filter_map(|text| Phrase::new(text)).collect();
        let wanted = query.offset.saturating_add(query.limit);
        let unverified = self.verify(&mut ranking, &phrases, wanted);
        let matches = &ranking.scores.matches;
        let counted = |ranked: &&Ranked| matches[ranked.doc as usize];
        let total = ranking.ranked.iter().filter(counted).count();
        let mut list: Vec<Ranked> = ranking.ranked.clone();
        if query.order == Order::Date {
            list.retain(|ranked| matches[ranked.doc as usize]);
            list.sort_by(|a, b| self.date(b.doc).cmp(self.date(a.doc)));
        }
        let weights = ranking.scores.scored.iter().map(|scored| &scored.weights[..]);
        let finder = Finder::new(ranking.readings.iter().zip(weights));
        let shown = list.into_iter().skip(query.offset).take(query.limit);
        let hits = shown.filter_map(|r| self.hit(r, &ranking, &finder, &mut partial)).collect();
        Answer {
            query: query.text.clone(),
            total,
            hits,
            facets: facet::counts(&self.facets, &filter, matches),
            loose: ranking.scores.loose,
            partial,
            instead: ranking.instead,
            also: ranking.also,
            unverified,
        }
    }

    fn ranking(&self, text: &str, excluded: &[Reading], filter: &Filter) -> Ranking {
        let (readings, also) = self.synonyms.readings(text);
        let looked = self.look_up(&readings, excluded);
        let gone = rank::excluded(excluded, &looked.terms, self.manifest.n as usize);
        let scores = rank::score(&readings, &looked.terms, &self.manifest.idf, &gone);
        let strict = scores.matches.contains(&true) && !scores.loose;
        let ranked = scores.ranked.iter().copied().filter(|r| filter.passes(r.doc as usize)).collect();
        let mut ranking = Ranking {
            readings,
            also,
            instead: None,
            scores,
            found: looked.terms,
            ranked,
            partial: looked.partial,
            strict,
            sure: false,
            rare: looked.rare,
        };
        self.sort(&mut ranking.ranked);
        let mut ranked = std::mem::take(&mut ranking.ranked);
        for candidate in ranked.iter_mut().take(CANDIDATES) {
            let Some(row) = self.row(candidate.doc) else {
                ranking.partial = true;
                continue;
            };
            let like = self.likeness(candidate.doc, &ranking);
            candidate.score += like.bonus;
            if like.sure && !candidate.first {
                candidate.score += FIRST * ranking.scores.scored[0].weight;
            }
            candidate.first |= like.sure;
            ranking.sure |= like.sure;
            let score = candidate.score as i64;
            candidate.score = (score + (score * i64::from(row.prior)).div_euclid(PRIOR)).max(0) as u64;
        }
        self.sort(&mut ranked);
        ranking.ranked = ranked;
        ranking
    }

    /// The best likeness of a document's names to any reading.
    fn likeness(&self, doc: u32, ranking: &Ranking) -> Likeness {
        let mut best = Likeness::default();
        let typed = ranking.scores.scored[0].weight;
        for (reading, scored) in ranking.readings.iter().zip(&ranking.scores.scored) {
            for name in self.names.of(doc) {
                let like = likeness(reading, &scored.weights, scored.weight, name, &self.usage);
                // in weights of what was typed, whatever other words weigh
                let bonus = (like.bonus * typed).checked_div(scored.weight).unwrap_or(0);
                let exact = reading.factor == EXACT;
                best.bonus = best.bonus.max(if exact { bonus } else { bonus / OTHER_NAME });
                best.sure |= like.sure && exact;
            }
        }
        best
    }

    /// The best first; of equals the newest, then in document order.
    fn sort(&self, ranked: &mut [Ranked]) {
        ranked.sort_unstable_by(|a, b| {
            let by_date = || self.date(b.doc).cmp(self.date(a.doc));
            b.score.cmp(&a.score).then_with(by_date).then(a.doc.cmp(&b.doc))
        });
    }

    /// The ranking of what was typed, or of what it stands for where nothing says what was typed.
    fn best_ranking(&self, text: &str, excluded: &[Reading], filter: &Filter) -> Ranking {
        let mut first = self.ranking(text, excluded, filter);
        if first.strict {
            return first;
        }
        let instead = |other: String, partial: bool| {
            let mut ranking = self.ranking(&other, excluded, filter);
            ranking.partial |= partial;
            ranking.instead = Some(other);
            ranking
        };
        let mut text = text.to_string();
        if first.rare {
            match self.traditional() {
                Some(pairs) => {
                    if let Some(simple) = simplified(&text, &pairs) {
                        first = instead(simple.clone(), first.partial);
                        text = simple;
                    }
                }
                None => first.partial = true,
            }
        }
        let latin = pinyin_of(&text);
        if first.strict || latin.is_none() && (first.sure || !first.also.is_empty()) {
            return first;
        }
        let stock = self.stock();
        let letters = &first.readings[0].letters;
        let slips = latin.is_none().then(|| Slips::new(letters, &stock));
        if slips.as_ref().is_some_and(Slips::is_empty) {
            return first;
        }
        let Some(spelling) = self.spelling() else {
            first.partial = true;
            return first;
        };
        let other = match (slips, latin) {
            (Some(slips), _) => slips.likeliest(letters, &spelling),
            (None, Some(latin)) => from_pinyin(&latin, &stock, &spelling),
            (None, None) => None,
        };
        match other {
            Some(other) => instead(other, first.partial),
            None => first,
        }
    }

    /// Holds the hits to be shown against the quoted phrases; those that fail are counted no more. The number of
    /// documents that are counted unseen.
    fn verify(&self, ranking: &mut Ranking, phrases: &[Phrase], wanted: usize) -> usize {
        if phrases.is_empty() {
            return 0;
        }
        let gain = FIRST * ranking.scores.scored[0].weight;
        let n = ranking.scores.matches.len();
        // looked at, and known to hold them
        let (mut seen, mut held) = (vec![false; n], vec![false; n]);
        let mut looked = 0;
        loop {
            let open: Vec<u32> = ranking
                .ranked
                .iter()
                .take(wanted)
                .map(|r| r.doc)
                .filter(|doc| ranking.scores.matches[*doc as usize] && !seen[*doc as usize])
                .take(PHRASE_TEXTS - looked)
                .collect();
            if open.is_empty() {
                break;
            }
            looked += open.len();
            for doc in open {
                seen[doc as usize] = true;
                let holds = self.holds(doc, phrases);
                held[doc as usize] = holds == Some(true);
                if holds == Some(false) {
                    ranking.scores.matches[doc as usize] = false;
                    let own = ranking.ranked.iter_mut().filter(|r| r.doc == doc);
                    own.for_each(|r| r.score = r.score.saturating_sub(gain));
                }
            }
            self.sort(&mut ranking.ranked);
        }
        let matches = &ranking.scores.matches;
        ranking.ranked.iter().filter(|r| matches[r.doc as usize] && !held[r.doc as usize]).count()
    }

    /// Whether a document holds all phrases; `None` where its text cannot be read and its names do not hold them.
    fn holds(&self, doc: u32, phrases: &[Phrase]) -> Option<bool> {
        let row = self.row(doc)?;
        let names = std::iter::once(row.title).chain(row.aliases.iter().map(String::as_str));
        let mut all: String = names.map(flat).collect();
        let are_held = |text: &str| phrases.iter().all(|phrase| phrase.is_in(text));
        if are_held(&all) {
            return Some(true);
        }
        let texts = self.manifest.text.then(|| self.parts(row.id).collect::<Option<Vec<String>>>())??;
        for section in texts.iter().flat_map(|text| sections(text)) {
            all.extend(std::iter::once(section.heading).chain(section.text.split('\n')).map(flat));
        }
        Some(are_held(&all))
    }

    fn hit(&self, ranked: Ranked, ranking: &Ranking, finder: &Finder, partial: &mut bool) -> Option<Hit> {
        let Some(row) = self.row(ranked.doc) else {
            *partial = true;
            return None;
        };
        let mut places = Vec::new();
        if self.manifest.text {
            let read = self.places(row.id, &row.url, finder, finder.held(ranked.doc, &ranking.found));
            *partial |= read.is_none();
            places = read.unwrap_or_default();
        }
        Some(Hit {
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            title: row.title.to_string(),
            title_parts: finder.title(row.title),
            score: ranked.score,
            excerpt: places.first().map(|place| place.parts.concat()).unwrap_or_default(),
            places,
            date: Some(row.date).filter(|date| !date.is_empty()).map(str::to_string),
            part: !ranking.scores.matches[ranked.doc as usize],
            url: row.url,
        })
    }

    /// Places of a document, its text read part by part until one of them holds half of what the document does. `None`
    /// if a part is missing.
    fn places(&self, id: &str, url: &str, finder: &Finder, held: u64) -> Option<Vec<Place>> {
        let mut search = Search::new(finder);
        for text in self.parts(id) {
            search.add(&text?);
            if search.best * 2 >= held {
                break;
            }
        }
        Some(search.places(url))
    }
}
