// One browser for all checks, and pages that remember what went wrong on them.
import { chromium } from 'playwright-core';
import { assert } from './report.mjs';

/** A public name for the loopback address: a plain-http origin that is no secure context. */
export const ELSEWHERE = 'keben.example.test';

export async function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.KEBEN_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`, ...more],
  });
}

const complaints = new WeakMap();
/** A page of its own context, whose errors, warnings and breaches of the content policy are kept for `quiet`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const own = [];
  complaints.set(page, own);
  page.on('pageerror', (error) => own.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) own.push(`${page.url()}: ${message.text()}`);
  });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
    });
  }
  return { context, page };
}
/** Fails if the page had something to complain of since it was last asked. */
export function quiet(page) {
  const found = complaints.get(page).splice(0);
  assert(!found.length, `complaints:\n        ${[...new Set(found)].slice(0, 10).join('\n        ')}`);
}

/** Sets the reader's choices on a page that is open, as the settings would. */
export function choose(page, choices) {
  return page.evaluate((choices) => {
    for (const [name, value] of Object.entries(choices)) {
      if (value) document.documentElement.setAttribute(`data-${name}`, value);
      else document.documentElement.removeAttribute(`data-${name}`);
    }
  }, choices);
}
