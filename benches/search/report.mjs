// What the command prints and writes.
import { writeFileSync } from 'node:fs';
import { CUTOFF } from './metrics.mjs';

const MEASURES = [['requests', 'requests', 1], ['gzip', 'KiB on the wire, gzip -6', 1024], ['raw', 'KiB uncompressed', 1024]];
const STATISTICS = ['mean', 'median', 'p90', 'max'];

function table(head, rows) {
  return [`| ${head.join(' | ')} |`, `|---|${'--:|'.repeat(head.length - 1)}`, ...rows.map((row) => `| ${row.join(' | ')} |`), ''].join('\n');
}
const three = (value) => value.toFixed(3);
const signed = (value) => (value < 0 ? '' : '+') + three(value);
const loads = (values) => values.map((value) => value.toFixed(2)).join(' ');
const one = (value) => value.toFixed(1);

export function printHeader({ site, judged, limit, documents, queries, left, machine }) {
  console.log(`${site}: ${documents} documents; ${judged.join(', ')}: ${queries} queries; ${limit} hits with excerpts`);
  if (left.documents) console.log(`left out: ${left.documents} judged documents that the site does not have, ${left.queries} queries with no other`);
  console.log(`${machine.cores} cores of ${machine.processor}, load ${loads(machine.load)} at the start\n`);
}

export function printEngine(result, limit) {
  console.log(`## ${result.engine}: ${result.about}\n`);
  printQuality(result, limit);
  if (result.leaveOneTypeOut) printLeaveOneTypeOut(result.leaveOneTypeOut);
  if (result.cost) printCost(result.cost);
  if (result.times) printTimes(result.times, result.load);
}

function printQuality({ overall, types, interval }, limit) {
  const row = (name, q) => [name, q.queries, three(q.ndcg), three(q.mrr), three(q.recall), q.zero];
  const head = ['type', 'queries', `nDCG@${CUTOFF}`, `MRR of ${limit}`, `recall@${CUTOFF}`, 'without a hit'];
  console.log(table(head, [...types.map((t) => row(t.type, t)), row('all', overall)]));
  const { mean, low, high } = interval;
  console.log(`nDCG@${CUTOFF} ${three(mean)}, 95 % interval ${three(low)}–${three(high)} (bootstrap over queries)\n`);
}

function printLeaveOneTypeOut(rows) {
  console.log(table(['without type', 'queries', `nDCG@${CUTOFF}`, 'MRR'], rows.map((q) => [q.type, q.queries, three(q.ndcg), three(q.mrr)])));
}

function printCost(cost) {
  for (const [measure, label, unit] of MEASURES) {
    const cells = (part, kind) => STATISTICS.map((statistic) => one(cost[kind][part][measure][statistic] / unit));
    const used = Object.keys(cost.cold).filter((part) => cost.cold[part].requests.max || cost.warm[part].requests.max);
    const columns = ['cold', 'warm'].flatMap((kind) => STATISTICS.map((statistic) => `${kind} ${statistic}`));
    console.log(table([label, ...columns], used.map((part) => [part, ...cells(part, 'cold'), ...cells(part, 'warm')])));
  }
}

const TIMES = {
  cold: 'cold query', warm: 'next query of a session', again: 'query with everything loaded',
  page: 'from the address to the first hit in the page',
};
function printTimes(times, load) {
  const columns = times.flatMap(({ slowdown }) => [`${slowdown}×, median`, `${slowdown}×, p90`]);
  const rows = Object.keys(TIMES).filter((kind) => times[0][kind]);
  const cells = (kind) => times.flatMap((t) => [one(t[kind].median), one(t[kind].p90)]);
  console.log(table(['ms', ...columns], rows.map((kind) => [TIMES[kind], ...cells(kind)])));
  console.log(`load ${loads(load)} at the end\n`);
}

/** `differences` are {name, against, queries, mean, low, high, better, worse}. */
export function printDifferences(differences) {
  if (!differences.length) return;
  console.log(table([`nDCG@${CUTOFF}`, 'against', 'queries', 'difference', '95 % interval', 'better', 'worse'], differences.map((d) =>
    [d.name, d.against, d.queries, signed(d.mean), `${signed(d.low)} to ${signed(d.high)}`, d.better, d.worse])));
}

/** One line for every query and engine; a hit is followed by its grade; `missing` are documents of grade 2 not found. */
export function writePerQuery(path, results, queries) {
  const lines = [[
    'engine', 'type', 'query', `ndcg@${CUTOFF}`, 'rr', `recall@${CUTOFF}`,
    'cold_requests', 'cold_gzip', 'warm_requests', 'warm_gzip', 'hits', 'missing',
  ].join('\t')];
  for (const { engine, queries: answers } of results) {
    answers.forEach((answer, at) => {
      const { grades } = queries[at];
      const cost = (kind) => (answer[kind] ? [answer[kind].total.requests, answer[kind].total.gzip] : ['', '']);
      lines.push([
        engine, answer.type, answer.text, three(answer.ndcg), three(answer.reciprocalRank), three(answer.recall),
        ...cost('cold'), ...cost('warm'),
        answer.ranking.map((id) => `${id}:${grades.get(id) ?? 0}`).join(' '),
        [...grades].filter(([id, grade]) => grade === 2 && !answer.ranking.includes(id)).map(([id]) => id).join(' '),
      ].join('\t'));
    });
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}
