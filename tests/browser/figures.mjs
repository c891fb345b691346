// The figures of a built site: `node figures.mjs SITE [--runs 5]`. Weights of every page, requests, hosts, LCP, CLS and TBT at
// 400 kbps, 400 ms and a processor four times slower (medians), Lighthouse when it is installed. Ends with 1 if a gate of
// the design is broken.
import { launch } from './browser.mjs';
import { Site, serve } from './site.mjs';
import { lighthouse, overweight, scores, slow, speed, timed, weights } from './measure.mjs';

const names = process.argv.slice(2);
const at = names.indexOf('--runs');
const runs = at < 0 ? 5 : Number(names.splice(at, 2)[1]);
const [folder] = names;
const site = new Site(folder);
const found = weights(site);
const faults = overweight(found);
const line = (name, value) => console.log(`${name.padEnd(34)}${value}`);
console.log('Weights after gzip, in KB of 1,024');
for (const [name, own] of [['document pages', found.documents], ['other pages', found.lists]]) {
  line(`${name} (${own.count})`, `p50 ${own.p50}  p95 ${own.p95}  most ${own.most} (${own.largest})`);
}
for (const [name, size] of Object.entries(found.assets)) if (size !== null) line(`assets/${name}`, size);

const server = await serve(folder);
const port = 20000 + (process.pid % 20000);
const browser = await launch([`--remote-debugging-port=${port}`]);
console.log(`\nChromium ${browser.version()}, 400 kbps, 400 ms, processor ÷ 4, median of ${runs}`);
const plain = await serve(folder, { gzip: false });
for (const page of timed(site, found)) {
  const one = await speed(browser, server.base + page, runs);
  faults.push(...slow(page, one));
  line(page, `LCP ${one.lcp} ms  TBT ${one.tbt} ms  CLS ${one.cls}  requests ${one.requests} (${one.before} before the text)  hosts ${one.hosts}`);
}
{
  const page = found.documents.p95_page;
  const one = await speed(browser, plain.base + page, runs);
  faults.push(...slow(`${page} without gzip`, one, 2500));
  line(`${page} without gzip`, `LCP ${one.lcp} ms  TBT ${one.tbt} ms  CLS ${one.cls}`);
}
plain.close();
const run = await lighthouse();
console.log(`\nLighthouse (performance, accessibility, best practices)${run ? '' : ': not installed'}`);
if (run) {
  for (const page of ['index.html', found.documents.p95_page, 'coverage.html']) {
    const one = await scores(run, port, server.base + page);
    if (one.performance < 95 || one.accessibility < 100 || one.best_practices < 100) faults.push(`Lighthouse, ${page}: ${one.failed}`);
    line(page, `${one.performance}/${one.accessibility}/${one.best_practices}`);
  }
}
await browser.close();
server.close();
console.log(faults.length ? `\nBroken gates:\n  ${faults.join('\n  ')}` : '\nEvery gate holds.');
process.exit(faults.length ? 1 : 0);
