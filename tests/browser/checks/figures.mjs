// A12 bytes, A13 time on a slow line and processor, A21 Lighthouse. figures.mjs measures the same on a large site.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, none, skip } from '../report.mjs';
import { lighthouse, overweight, scores, slow, speed, timed, weights } from '../measure.mjs';
import { launch } from '../browser.mjs';

export default function ({ site, browser, bases, full }) {
  check('A12 pages, sheet and scripts are as small as they must be', async () => {
    const found = weights(site);
    none(overweight(found));
    return `documents ${found.documents.p50} and ${found.documents.p95} KB (median, 95 %), ${Object.entries(found.assets).filter(([, v]) => v).map(([k, v]) => `${k} ${v}`).join(', ')} KB`;
  });

  check('old engines are given nothing that they cannot read', async () => {
    const scripts = site.files.filter((path) => /^(assets\/.*|sw)\.js$/.test(path));
    const faults = [];
    for (const path of scripts) {
      const text = readFileSync(join(site.folder, path), 'utf8');
      for (const [name, pattern] of [['Array.at', /\.at\(-?\d/], ['replaceAll', /\.replaceAll\(/], ['structuredClone', /structuredClone/], ['Object.hasOwn', /Object\.hasOwn\(/], ['logical assignment', /(\?\?|\|\||&&)=/], ['static import', /^\s*import\s/m], ['top-level export', /^\s*export\s/m], ['Intl.Segmenter', /Intl\.Segmenter/], ['a class field', /^\s+#\w+/m]]) {
        if (pattern.test(text)) faults.push(`${path}: ${name}`);
      }
    }
    const css = readFileSync(join(site.folder, 'assets/keben.css'), 'utf8').replace(/\/\*[^]*?\*\//g, '');
    for (const [name, pattern] of [['@layer', /@layer/], [':is()', /:is\(/], [':where()', /:where\(/], [':has()', /:has\(/], ['inset', /[{;]inset:/], ['@container', /@container/], ['color-mix', /color-mix\(/], ['light-dark', /light-dark\(/], ['nesting', /\{[^{}]*\{[^{}]*&/], ['letter-spacing', /letter-spacing/], ['break-all on Chinese', /body\{[^}]*break-all/]]) {
      if (pattern.test(css)) faults.push(`assets/keben.css: ${name}`);
    }
    none(faults);
    return `${scripts.length} scripts`;
  });

  check('A13 pages open soon on a slow line and processor, and stand still', async () => {
    const found = weights(site);
    const faults = [];
    const said = [];
    for (const page of full ? timed(site, found) : ['index.html', found.documents.p95_page]) {
      const one = await speed(browser, bases.http + page, full ? 5 : 3);
      faults.push(...slow(page, one));
      said.push(`${page} LCP ${one.lcp} ms, TBT ${one.tbt} ms, CLS ${one.cls}`);
    }
    none(faults);
    return said.join('; ');
  }, { alone: true });

  check('A21 Lighthouse: 95, 100, 100', async () => {
    const run = await lighthouse();
    if (!run) skip('the package lighthouse is not installed; README.md says how to run it');
    const port = 20000 + (process.pid % 20000);
    const own = await launch([`--remote-debugging-port=${port}`]);
    const faults = [];
    const said = [];
    try {
      for (const page of ['index.html', weights(site).documents.p95_page, 'coverage.html']) {
        const one = await scores(run, port, bases.http + page);
        said.push(`${page} ${one.performance}/${one.accessibility}/${one.best_practices}`);
        if (one.performance < 95 || one.accessibility < 100 || one.best_practices < 100) faults.push(`${said[said.length - 1]} ${one.failed}`);
      }
    } finally {
      await own.close();
    }
    none(faults);
    return said.join(', ');
  }, { alone: true });
}
