// Measures of retrieval quality. A judged query is {type, text, grades}, grades a Map from document id to 1 or 2;
// a ranking is a list of ids, best first.

/** nDCG and recall look at this many hits. */
export const CUTOFF = 10;

const RESAMPLES = 10000, SEED = 20220901;

const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => (values.length ? sum(values) / values.length : 0);

/** Discounted cumulated gain: the gain is the grade, the discount the binary logarithm of the rank plus one. */
const dcg = (gains) => sum(gains.slice(0, CUTOFF).map((gain, at) => gain / Math.log2(at + 2)));

/** DCG over that of the best ranking of all judged documents. */
export function ndcg(ranking, grades) {
  const ideal = [...grades.values()].sort((a, b) => b - a);
  return dcg(ranking.map((id) => grades.get(id) ?? 0)) / dcg(ideal);
}

/** One over the rank of the first document of grade 2 among all hits returned; 0 without one. */
export function reciprocalRank(ranking, grades) {
  const at = ranking.findIndex((id) => grades.get(id) === 2);
  return at < 0 ? 0 : 1 / (at + 1);
}

/** The part of the documents of grade 1 or 2 that the first hits hold, of as many as they could hold. */
export function recall(ranking, grades) {
  const found = ranking.slice(0, CUTOFF).filter((id) => grades.has(id)).length;
  return found / Math.min(CUTOFF, grades.size);
}

export function score(query, ranking) {
  if (new Set(ranking).size < ranking.length) throw new Error(`a document occurs twice among the hits of ${query.text}`);
  return {
    type: query.type, text: query.text, ranking,
    ndcg: ndcg(ranking, query.grades),
    reciprocalRank: reciprocalRank(ranking, query.grades),
    recall: recall(ranking, query.grades),
  };
}

export function average(scores) {
  return {
    queries: scores.length,
    ndcg: mean(scores.map((s) => s.ndcg)),
    mrr: mean(scores.map((s) => s.reciprocalRank)),
    recall: mean(scores.map((s) => s.recall)),
    zero: scores.filter((s) => !s.ranking.length).length,
  };
}

const typesOf = (scores) => [...new Set(scores.map((s) => s.type))].sort();

/** Averages by type. */
export function byType(scores) {
  return typesOf(scores).map((type) => ({ type, ...average(scores.filter((s) => s.type === type)) }));
}

/** For every type, averages of the queries of all others. */
export function leaveOneTypeOut(scores) {
  const types = typesOf(scores);
  return types.length < 2 ? [] : types.map((type) => ({ type, ...average(scores.filter((s) => s.type !== type)) }));
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The mean of values with its 95 % interval over bootstrap resamples of the queries. */
export function bootstrap(values) {
  const next = random(SEED);
  const means = Array.from({ length: RESAMPLES }, () => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[Math.floor(next() * values.length)];
    return total / values.length;
  }).sort((a, b) => a - b);
  return { mean: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/**
 * By how much the nDCG of `scores` exceeds that of `others`: the bootstrap of the differences query by query, over the
 * queries that both have, with how many are better and worse.
 */
export function compare(scores, others) {
  const key = (s) => `${s.type}\t${s.text}`;
  const known = new Map(others.map((s) => [key(s), s.ndcg]));
  const differences = scores.filter((s) => known.has(key(s))).map((s) => s.ndcg - known.get(key(s)));
  if (!differences.length) return null;
  return {
    queries: differences.length, ...bootstrap(differences),
    better: differences.filter((d) => d > 1e-9).length, worse: differences.filter((d) => d < -1e-9).length,
  };
}

/** The smallest of the sorted values that at least `part` of them do not exceed (nearest rank). */
export function quantile(sorted, part) {
  return sorted.length ? sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] : 0;
}

export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  const median = !sorted.length ? 0 : sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { mean: mean(sorted), median, p90: quantile(sorted, 0.9), max: sorted[sorted.length - 1] ?? 0 };
}
