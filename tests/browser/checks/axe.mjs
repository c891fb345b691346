// A2: axe finds nothing, on every kind of page, in both themes, in high contrast, at both sizes and in the states of the search.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { choose, quiet } from '../browser.mjs';
import { check, none } from '../report.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe says about the page as it stands. */
export async function axe(page, what) {
  // Evaluated by the debugger, so the page's content policy does not stop it.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(source);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false })
    .then((r) => r.violations.map((v) => ({ id: v.id, nodes: v.nodes.length, first: v.nodes[0].html.slice(0, 160), why: v.nodes[0].failureSummary.replace(/\s+/g, ' ').slice(0, 220) }))), TAGS);
  return found.map((v) => `${what}: ${v.id} ×${v.nodes}: ${v.first} — ${v.why}`);
}

const STATES = [
  ['light, 360 px', 360, { theme: 'light' }, true], ['dark, 1366 px', 1366, { theme: 'dark' }, true],
  ['high contrast', 1366, { theme: 'contrast' }, false], ['dark, 关怀, 360 px', 360, { theme: 'dark', size: 'xl' }, false],
  ['light, 关怀, 320 px', 320, { theme: 'light', size: 'xl' }, false], ['light, 1366 px', 1366, { theme: 'light' }, false],
];

export default function ({ open, bases, site, full }) {
  const screens = site.screens(full);
  const parts = 3;
  for (let part = 0; part < parts; part++) {
    check(`A2 axe finds nothing, part ${part + 1}`, async () => {
      const { context, page } = await open();
      const faults = [];
      let runs = 0;
      for (const [at, screen] of screens.filter((_, index) => index % parts === part).entries()) {
        await page.goto(bases.file + screen);
        // Beside light and dark, every other page has one of the other states; all of them with KEBEN_BROWSER_FULL.
        const states = STATES.filter((state, index) => state[3] || full || index === 2 + (at % 8) / 2);
        for (const [name, width, choices] of states) {
          await page.setViewportSize({ width, height: 740 });
          await choose(page, { size: '', theme: '', ...choices });
          faults.push(...await axe(page, `${screen}, ${name}`));
          runs++;
        }
      }
      quiet(page);
      await context.close();
      none(faults);
      return `${runs} runs`;
    });
  }

  check('A2 axe finds nothing in the states of the search page', async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    const faults = [];
    const states = { empty: '', hits: '?q=%E5%85%AB%E5%85%AB%E6%88%98%E7%95%A5', narrowed: '?q=%E5%AD%A6%E4%B9%A0&kind=course&module=bb', none: '?q=%E9%BE%98%E9%9D%90%E9%BD%89' };
    for (const [state, address] of Object.entries(states)) {
      await page.goto(`${bases.http}search.html${address}`);
      await page.waitForFunction(() => document.querySelector('#ff input') && document.getElementById('hits').getAttribute('aria-busy') === 'false');
      for (const theme of ['light', 'dark']) {
        await choose(page, { theme });
        faults.push(...await axe(page, `${state}, ${theme}`));
      }
    }
    await page.goto(`${bases.http}search.html`);
    await page.waitForFunction(() => document.querySelector('#ff input'));
    await page.locator('#q').pressSequentially('战略');
    await page.locator('#sug a').first().waitFor();
    faults.push(...await axe(page, 'suggestions'));
    await context.close();
    none(faults);
    return '9 runs';
  });
}
