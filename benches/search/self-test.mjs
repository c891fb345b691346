// benches/search-eval --self-test: the arithmetic against values worked out by hand, and what is said to bad input.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { costOf, kebenPart, pagefindPart, summarizeCosts, withCosts } from './cost.mjs';
import { InputError } from './errors.mjs';
import { describeUnknown, readJudged, readMap } from './judged.mjs';
import { average, bootstrap, byType, compare, leaveOneTypeOut, ndcg, quantile, recall, reciprocalRank, score, summary } from './metrics.mjs';
import { parseOptions } from './options.mjs';
import { serve } from './server.mjs';
import { idOfPage, idsOfHits, openSite } from './site.mjs';

const near = (found, expected, tolerance = 5e-6) => assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);
const grades = (object) => new Map(Object.entries(object));
const refuses = (work, pattern) => assert.throws(work, (error) => error instanceof InputError && pattern.test(error.message));
/** Ids n1, n2, … */
const many = (count) => Array.from({ length: count }, (_, at) => `n${at + 1}`);

const CHECKS = {
  'nDCG of the best order is 1, of none 0': () => {
    near(ndcg(['a', 'b'], grades({ a: 2, b: 1 })), 1);
    near(ndcg(['x', 'y'], grades({ a: 2 })), 0);
    near(ndcg([], grades({ a: 2 })), 0);
  },
  'nDCG of grades 1, 0, 2 is (1 + 2/2) / (2 + 1/log2 3)': () => near(ndcg(['b', 'x', 'a'], grades({ a: 2, b: 1 })), 0.760188),
  'nDCG of one document of grade 2 at rank 2 is 1/log2 3': () => near(ndcg(['x', 'a'], grades({ a: 2 })), 0.63093),
  'nDCG looks at ten hits, and its ideal at ten documents': () => {
    near(ndcg([...many(10), 'a'], grades({ a: 2 })), 0);
    near(ndcg([...many(9), 'a'], grades({ a: 2 })), 0.289065);
    near(ndcg(many(10), grades(Object.fromEntries(many(12).map((id) => [id, 1])))), 1);
  },
  'nDCG counts judged documents that were not found': () => near(ndcg(['a'], grades({ a: 2, b: 2 })), 0.613147),
  'the reciprocal rank is that of grade 2, among all hits': () => {
    near(reciprocalRank(['b', 'x', 'a'], grades({ a: 2, b: 1 })), 1 / 3);
    near(reciprocalRank([...many(11), 'a'], grades({ a: 2 })), 1 / 12);
    near(reciprocalRank(['b'], grades({ a: 2, b: 1 })), 0);
  },
  'recall counts both grades, of at most ten': () => {
    near(recall(['b', 'x'], grades({ a: 2, b: 1 })), 0.5);
    near(recall([...many(10), 'a'], grades({ a: 2 })), 0);
    near(recall(many(5), grades(Object.fromEntries(many(12).map((id) => [id, 1])))), 0.5);
  },
  'averages, overall, by type and without a type': () => {
    const scores = [
      score({ type: 'K', text: '1', grades: grades({ a: 2 }) }, ['a']),
      score({ type: 'K', text: '2', grades: grades({ a: 2 }) }, []),
      score({ type: 'Q', text: '3', grades: grades({ a: 2 }) }, ['x', 'a']),
    ];
    const all = average(scores);
    near(all.ndcg, 0.543643);
    near(all.mrr, 0.5);
    near(all.recall, 2 / 3);
    assert.deepEqual([all.queries, all.zero], [3, 1]);
    assert.deepEqual(byType(scores).map(({ type, queries, mrr, zero }) => [type, queries, mrr, zero]), [['K', 2, 0.5, 1], ['Q', 1, 0.5, 0]]);
    const without = leaveOneTypeOut(scores);
    assert.deepEqual(without.map(({ type, queries }) => [type, queries]), [['K', 1], ['Q', 2]]);
    near(without[0].ndcg, 0.63093);
    near(without[1].ndcg, 0.5);
    assert.deepEqual(leaveOneTypeOut(scores.slice(0, 2)), []);
  },
  'a hit given twice is a fault of the engine': () => assert.throws(() => score({ type: 'K', text: '1', grades: grades({ a: 2 }) }, ['a', 'a']), /twice/),
  'the bootstrap interval fits the standard error, and is repeatable': () => {
    const halves = Array.from({ length: 400 }, (_, at) => at % 2);
    const { mean, low, high } = bootstrap(halves);
    near(mean, 0.5);
    // The standard error is 0.5 / √400 = 0.025; 1.96 of it to either side.
    near(low, 0.451, 0.003);
    near(high, 0.549, 0.003);
    assert.deepEqual(bootstrap(halves), { mean, low, high });
    assert.deepEqual(bootstrap([0.25, 0.25]), { mean: 0.25, low: 0.25, high: 0.25 });
  },
  'a comparison pairs queries by type and text': () => {
    const of = (ndcgs) => ndcgs.map((value, at) => ({ type: 'K', text: String(at), ndcg: value }));
    const found = compare(of([0.5, 0.7, 0.2, 0.1]), of([0.4, 0.6, 0.3]));
    near(found.mean, 0.1 / 3);
    assert.deepEqual([found.queries, found.better, found.worse], [3, 2, 1]);
    const steady = compare(of([0.1, 0.9]), of([0, 0.8]));
    near(steady.low, 0.1);
    near(steady.high, 0.1);
    assert.equal(compare(of([1]), [{ type: 'Q', text: '0', ndcg: 1 }]), null);
  },
  'median, 90th percentile and maximum': () => {
    assert.deepEqual(summary([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), { mean: 5.5, median: 5.5, p90: 9, max: 10 });
    assert.deepEqual(summary([3, 1, 2]), { mean: 2, median: 2, p90: 3, max: 3 });
    assert.equal(quantile([1, 2, 3, 4], 0.25), 1);
  },
  'files belong to parts': () => {
    assert.deepEqual(
      ['assets/search.js', 'search/kb.js', 'search/d/1.js', 'search/s/1.js', 'search/x/1.js', 'search/y/1.js', 'assets/keben.js', 'search.html'].map(kebenPart),
      ['client', 'manifest', 'tables', 'shards', 'texts', 'other', null, null],
    );
    assert.deepEqual(
      ['pagefind.js', 'pagefind-worker.js', 'wasm.zh.pagefind', 'pagefind-entry.json', 'pagefind.zh_1.pf_meta', 'filter/1.pf_filter', 'index/1.pf_index', 'fragment/1.pf_fragment'].map((path) => pagefindPart(`pagefind/${path}`)),
      ['client', 'client', 'client', 'manifest', 'manifest', 'tables', 'shards', 'texts'],
    );
    assert.equal(pagefindPart('ask.html'), null);
  },
  'costs add up, with and without texts': () => {
    const weigh = (path) => ({ raw: path.length, gzip: 1 });
    const cost = costOf(['search/kb.js', 'search/s/a.js', 'search/s/b.js', 'search/x/c.js', 'index.html'], kebenPart, weigh);
    assert.deepEqual(cost.shards, { requests: 2, gzip: 2, raw: 26 });
    assert.deepEqual(cost.total, { requests: 4, gzip: 4, raw: 51 });
    assert.deepEqual(cost['total without texts'], { requests: 3, gzip: 3, raw: 38 });
    assert.deepEqual(summarizeCosts([cost, costOf([], kebenPart, weigh)]).total.requests, { mean: 2, median: 2, p90: 4, max: 4 });
  },
  'sizes are those of the files, and gzip never makes one larger': (folder) => {
    mkdirSync(join(folder, 'search/s'), { recursive: true });
    const text = '法'.repeat(1000);
    writeFileSync(join(folder, 'search/kb.js'), text);
    writeFileSync(join(folder, 'search/s/a.js'), 'x');
    const { warm: [{ cost }] } = withCosts({ warm: [{ loaded: ['search/kb.js', 'search/s/a.js'] }], cold: [] }, kebenPart, folder);
    assert.deepEqual(cost.manifest, { requests: 1, raw: 3000, gzip: gzipSync(text, { level: 6 }).length });
    assert.deepEqual(cost.shards, { requests: 1, raw: 1, gzip: 1 });
  },
  'the server compresses, counts and keeps to its folder': async (folder) => {
    const root = join(folder, 'served');
    mkdirSync(root);
    writeFileSync(join(root, 'a.js'), 'a'.repeat(500));
    writeFileSync(join(folder, 'outside.txt'), 'no');
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd/b.js'), 'b');
    const server = await serve(root, ['d']);
    try {
      rmSync(join(root, 'd/b.js'));
      assert.equal(await (await fetch(`${server.base}d/b.js`)).text(), 'b', 'made ready before it is asked for');
      assert.deepEqual(server.taken(), ['d/b.js']);
      const good = await fetch(`${server.base}a.js?v=1`);
      assert.equal(await good.text(), 'a'.repeat(500));
      assert.equal(good.headers.get('content-encoding'), 'gzip');
      assert.equal((await fetch(`${server.base}b.js`)).status, 404);
      assert.equal((await fetch(`${server.base}..%2foutside.txt`)).status, 404);
      assert.deepEqual(server.taken(), ['a.js']);
      assert.deepEqual(server.taken(), []);
    } finally {
      await server.close();
    }
  },
  'documents are the pages with an article; hits lead to them': (folder) => {
    const put = (path, text = '') => {
      mkdirSync(join(folder, 'site', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'site', path), text);
    };
    refuses(() => openSite(join(folder, 'site')), /there is no such folder/);
    put('search.html');
    put('assets/search.js');
    refuses(() => openSite(join(folder, 'site')), /no search index \(search\/kb\.js is missing\)/);
    put('search/kb.js');
    refuses(() => openSite(join(folder, 'site')), /no document pages/);
    put('courses/index.html', '<article>');
    put('courses/page-2.html', '<main>');
    put('courses/a.html', '<article class="body">');
    put('reading-lists/b.html', '<article>');
    const site = openSite(join(folder, 'site'));
    assert.deepEqual([...site.documents], [['course/a', 'courses/a.html'], ['reading-list/b', 'reading-lists/b.html']]);
    assert.equal(idOfPage('reading-lists/b.html'), 'reading-list/b');
    assert.deepEqual(idsOfHits(site, [{ id: 'course/a', url: 'courses/a.html' }]), ['course/a']);
    assert.throws(() => idsOfHits(site, [{ id: 'course/a', url: 'courses/b.html' }]), /not its page/);
  },
  'judged files name documents by id or by source path': (folder) => {
    const judged = join(folder, 'judged.tsv'), map = join(folder, 'map.tsv');
    writeFileSync(judged, '\uFEFF# comment\nK\t彩礼\treading/1|民法.md\tcourse/2\r\n\nQ\t怎么办\tcourse/2\n');
    writeFileSync(map, 'reading/3\t民法.md\nreading/9\t不在站点.md\n');
    const documents = new Set(['reading/1', 'course/2', 'reading/3']);
    const { queries, unknown } = readJudged([judged], documents, readMap(map));
    assert.deepEqual(unknown, []);
    assert.deepEqual(queries.map(({ type, text, grades }) => [type, text, [...grades]]), [
      ['K', '彩礼', [['reading/1', 2], ['reading/3', 2], ['course/2', 1]]],
      ['Q', '怎么办', [['course/2', 2]]],
    ]);
    assert.deepEqual(readJudged([judged], documents).unknown, ['民法.md']);
  },
  'a bad line of a judged file is named': (folder) => {
    const path = join(folder, 'bad.tsv');
    const bad = (text, pattern) => {
      writeFileSync(path, text);
      refuses(() => readJudged([path], new Set(['a', 'b'])), pattern);
    };
    bad('# none\n\n', /no judged query/);
    bad('# one\nK\t彩礼\n', /bad\.tsv:2: expected 3 or 4 fields .* found 2/);
    bad('K\t彩礼\ta\tb\tc\n', /:1: .* found 5/);
    bad('\t彩礼\ta\n', /:1: the type is empty/);
    bad('K\t\ta\n', /:1: the query is empty/);
    bad('K\t彩礼\t\t\n', /:1: no document/);
    bad('K\t彩礼\ta\ta\n', /:1: a is named twice/);
    bad('K\t彩礼\ta\nK\t彩礼\tb\n', /:2: the query 彩礼 of type K occurs twice/);
    refuses(() => readJudged([join(folder, 'none.tsv')], new Set()), /there is no such file/);
    writeFileSync(path, 'reading/1\n');
    refuses(() => readMap(path), /bad\.tsv:1: expected an id, a tab and a path/);
  },
  'of many unknown documents ten are named': () => {
    assert.match(describeUnknown(many(12)), /^12 judged documents .*\n {2}n1\n[^]* {2}n10\n {2}and 2 more$/);
    assert.match(describeUnknown(['x']), /\n {2}x$/);
  },
  'options': () => {
    const { engines, limit, nodeModules, judged } = parseOptions(['site', 'a.tsv', 'b.tsv', '--engine', 'keben,pagefind', '--limit=20', '--node-modules', 'm', '--node-modules', 'n']);
    assert.deepEqual([engines, limit, nodeModules, judged], [['keben', 'pagefind'], 20, ['m', 'n'], ['a.tsv', 'b.tsv']]);
    refuses(() => parseOptions(['site', 'a.tsv', '--fast']), /unknown option --fast/);
    refuses(() => parseOptions(['site', 'a.tsv', '--map']), /--map needs a value/);
    refuses(() => parseOptions(['site', 'a.tsv', '--allow-unknown=1']), /takes no value/);
    refuses(() => parseOptions(['site']), /are needed/);
    refuses(() => parseOptions(['site', 'a.tsv', '--engine', 'other']), /unknown engine "other"/);
    refuses(() => parseOptions(['site', 'a.tsv', '--limit', '5']), /from 10/);
    refuses(() => parseOptions(['site', 'a.tsv', '--engine', 'pagefind', '--scheme', 'file']), /http only/);
  },
};

export async function selfTest() {
  let failures = 0;
  for (const [name, check] of Object.entries(CHECKS)) {
    const folder = mkdtempSync(join(tmpdir(), 'search-eval-'));
    try {
      await check(folder);
      console.log(`ok    ${name}`);
    } catch (error) {
      failures++;
      console.log(`FAIL  ${name}: ${error.message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (failures) process.exitCode = 1;
}
