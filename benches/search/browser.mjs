// Chromium: asks queries in pages, counts what they load and measures what they take.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { InputError } from './errors.mjs';
import { summary } from './metrics.mjs';
import { packageOf } from './packages.mjs';

/** How many times slower than it is the processor is made to look. */
const SLOWDOWNS = [1, 6];

export async function launch(options) {
  const wanted = process.env.KEBEN_CHROMIUM || process.env.CHROMIUM;
  const path = wanted || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!path || !existsSync(path)) throw new InputError(`${path ?? 'Chromium'} is missing: install Chromium, or set KEBEN_CHROMIUM to its path`);
  const { chromium } = createRequire(import.meta.url)(packageOf('playwright-core', options).folder);
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/**
 * Asks every query cold (in a profile that has cached nothing), warm (all in one page, in order) and again (in the same
 * page, with everything loaded). `engine` has
 * - url: the page that can answer;
 * - ask: the function that runs there on {text, limit} and gives {time in ms, …};
 * - read: makes {ids, partial} of what `ask` gave;
 * - taken: gives the paths loaded since it was last called;
 * - watch (may be missing): is told of every new page;
 * - addressOf, hit (may be missing): the address that shows the hits of a text, and the selector of a hit in it.
 */
export async function measure(browser, engine, queries, { limit, noTimes }) {
  const open = async (slowdown, url = engine.url, watchHit = null) => {
    engine.taken();
    const context = await browser.newContext();
    const page = await context.newPage();
    engine.watch?.(page);
    if (watchHit) await page.addInitScript(noteFirst, watchHit);
    if (slowdown > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.goto(url);
    return page;
  };
  const ask = async (page, { text }) => {
    const answer = await page.evaluate(engine.ask, { text, limit });
    return { ...engine.read(answer), time: answer.time };
  };
  const askCold = async (slowdown, query) => {
    const page = await open(slowdown);
    const answer = await ask(page, query);
    await page.context().close();
    return { ...answer, loaded: engine.taken() };
  };
  /** Time from the start of the navigation until the page holds a hit. */
  const showCold = async (slowdown, { text }) => {
    const page = await open(slowdown, engine.addressOf(text), engine.hit);
    const time = await page.evaluate(() => window.firstHit);
    await page.context().close();
    return time;
  };

  const out = { about: `Chromium ${browser.version()}`, times: [] };
  for (const slowdown of noTimes ? [1] : SLOWDOWNS) {
    const cold = [], warm = [], again = [], shown = [];
    for (const query of queries) cold.push(await askCold(slowdown, query));
    const page = await open(slowdown);
    for (const query of queries) warm.push({ ...await ask(page, query), loaded: engine.taken() });
    if (slowdown === 1) Object.assign(out, { cold, warm });
    if (noTimes) break;
    for (const query of queries) again.push(await ask(page, query));
    await page.context().close();
    if (engine.addressOf) {
      for (const query of queries.filter((_, at) => warm[at].ids.length)) shown.push(await showCold(slowdown, query));
    }
    const timesOf = (answers) => summary(answers.map((answer) => answer.time));
    out.times.push({
      slowdown, cold: timesOf(cold), warm: timesOf(warm), again: timesOf(again),
      ...(shown.length ? { page: summary(shown) } : {}),
    });
  }
  return out;
}

/** Runs in a page before its own scripts: `firstHit` becomes the time when the first match of `selector` is there. */
function noteFirst(selector) {
  window.firstHit = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no ${selector} has come into ${location.href} for a minute`)), 60000);
    const observer = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      observer.disconnect();
      resolve(performance.now());
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}
