// benches/search-eval: reads the input, runs the engines, prints and writes the figures.
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { summarizeCosts } from './cost.mjs';
import { InputError } from './errors.mjs';
import { describeUnknown, readJudged, readMap } from './judged.mjs';
import { average, bootstrap, byType, compare, leaveOneTypeOut, score } from './metrics.mjs';
import { USAGE, parseOptions } from './options.mjs';
import { printDifferences, printEngine, printHeader, writePerQuery } from './report.mjs';
import { openSite } from './site.mjs';

// An engine is loaded when it is asked for: only some need a browser.
const ENGINE_MODULES = { keben: './client.mjs', 'keben-chromium': './page.mjs', pagefind: './pagefind.mjs', command: './command.mjs' };

async function main(args) {
  const options = parseOptions(args);
  if (options.help) return console.log(USAGE);
  if (options.selfTest) return (await import('./self-test.mjs')).selfTest();

  const site = openSite(options.site);
  const { queries, left } = judgedQueries(options, site);
  const earlier = options.against ? readEarlier(options.against) : [];
  [options.json, options.perQuery].filter(Boolean).forEach(mustBeWritable);
  const report = {
    site: site.root, judged: options.judged, limit: options.limit, scheme: options.scheme, documents: site.documents.size, left,
    machine: { cores: cpus().length, processor: cpus()[0]?.model ?? 'an unknown processor', load: loadavg() },
    engines: [], differences: [],
  };
  printHeader({ ...report, queries: queries.length });
  for (const engine of options.engines) {
    const { run } = await import(ENGINE_MODULES[engine]);
    const result = evaluate(engine, queries, await run(site, queries, options), options);
    printEngine(result, options.limit);
    report.engines.push(result);
  }
  report.differences = differences(report.engines, earlier, options.against);
  printDifferences(report.differences);
  if (options.perQuery) writePerQuery(options.perQuery, report.engines, queries);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
}

/** Said before engines have run for minutes. */
function mustBeWritable(path) {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new InputError(`${path} cannot be written: ${error.message}`);
  }
}

function judgedQueries({ judged, map, allowUnknown }, site) {
  const { queries, unknown } = readJudged(judged, site.documents, map ? readMap(map) : undefined);
  if (unknown.length && !allowUnknown) {
    throw new InputError(`${describeUnknown(unknown)}\nIs it the right site, and is --map needed? With --allow-unknown they are left out.`);
  }
  const known = queries.filter(({ grades }) => grades.size);
  if (!known.length) throw new InputError('the site has none of the judged documents');
  return { queries: known, left: { documents: unknown.length, queries: queries.length - known.length } };
}

/** Cold answers are judged: what an engine finds in a session may depend on what was asked before. */
function evaluate(engine, queries, { about, cold, warm, times }, options) {
  const scores = queries.map((query, at) => score(query, cold[at].ids));
  warnOf(engine, queries, cold, warm);
  return {
    engine, about,
    overall: average(scores), types: byType(scores), interval: bootstrap(scores.map((s) => s.ndcg)),
    ...(options.leaveOneTypeOut ? { leaveOneTypeOut: leaveOneTypeOut(scores) } : {}),
    ...(warm ? { cost: { cold: summarizeCosts(cold.map((a) => a.cost)), warm: summarizeCosts(warm.map((a) => a.cost)) } } : {}),
    ...(times?.length ? { times, load: loadavg() } : {}),
    queries: scores.map((own, at) => ({ ...own, ...(warm ? { cold: cold[at].cost, warm: warm[at].cost } : {}) })),
  };
}

/** What makes the figures doubtful. */
function warnOf(engine, queries, cold, warm) {
  const partial = cold.filter((answer) => answer.partial).length;
  if (partial) console.error(`search-eval: ${engine}: ${partial} answers are partial: files of the index are missing or damaged`);
  const changed = warm ? queries.filter((_, at) => warm[at].ids.join() !== cold[at].ids.join()) : [];
  if (changed.length) console.error(`search-eval: ${engine}: ${changed.length} queries have other hits cold than warm, such as ${changed[0].text}`);
}

function readEarlier(path) {
  try {
    const { engines } = JSON.parse(readFileSync(path, 'utf8'));
    if (engines.every(({ engine, queries }) => engine && queries.every((q) => q.text && Number.isFinite(q.ndcg)))) return engines;
  } catch { /* said below */ }
  throw new InputError(`${path} is not what --json writes`);
}

/** Every engine with the first, and each with its own earlier figures, or the first earlier ones if it has none. */
function differences([first, ...others], earlier, path) {
  const pairs = others.map((engine) => [engine, first, first.engine]);
  for (const engine of earlier.length ? [first, ...others] : []) {
    const before = earlier.find((e) => e.engine === engine.engine) ?? earlier[0];
    pairs.push([engine, before, `${before.engine}, ${path}`]);
  }
  return pairs.flatMap(([engine, other, against]) => {
    const difference = compare(engine.queries, other.queries);
    return difference ? [{ name: engine.engine, against, ...difference }] : [];
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) console.error(`search-eval: ${error.stack ?? error}`);
  else console.error(`search-eval: ${error.message}`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
