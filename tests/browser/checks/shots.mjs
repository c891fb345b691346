// A22: a picture of every kind of page at 360 and 1,280 px, light and dark, in artifacts/. With `--baseline DIR` they are
// compared with those of an earlier run on the same machine (a folder that is empty or missing is filled).
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choose } from '../browser.mjs';
import { difference } from '../png.mjs';
import { assert, check, none } from '../report.mjs';

/** More than this share of pixels is a change. */
const MOST = 0.005;

export default function ({ open, bases, site, artifacts, baseline, full }) {
  check('A22 pictures of every kind of page at 360 and 1280 px, light and dark', async () => {
    const { context, page } = await open();
    for (const old of readdirSync(artifacts)) if (old.endsWith('.png')) rmSync(join(artifacts, old));
    const fill = baseline && !(existsSync(baseline) && readdirSync(baseline).length);
    if (fill) mkdirSync(baseline, { recursive: true });
    const faults = [];
    const kept = new Set(baseline && !fill ? readdirSync(baseline) : []);
    let count = 0;
    for (const [kind, own] of site.kinds) {
      if (kind === 'redirect') continue;
      await page.goto(bases.file + own[0]);
      for (const [width, height] of [[360, 740], [1280, 900]]) {
        await page.setViewportSize({ width, height });
        for (const theme of ['light', 'dark']) {
          await choose(page, { theme });
          const name = `${kind.replace(/\W+/g, '-')}-${width}-${theme}.png`;
          const bytes = await page.screenshot({ path: join(artifacts, name), animations: 'disabled', fullPage: full && site.size(own[0]) < 60000 });
          count++;
          if (fill) writeFileSync(join(baseline, name), bytes);
          else if (baseline) {
            if (!kept.delete(name)) { faults.push(`${name}: not in the baseline`); continue; }
            const share = difference(bytes, readFileSync(join(baseline, name)));
            if (share > MOST) faults.push(`${name}: ${(share * 100).toFixed(2)} % of the pixels differ`);
          }
        }
      }
    }
    await context.close();
    faults.push(...[...kept].map((name) => `${name}: in the baseline only`));
    none(faults);
    return `${count} pictures in artifacts/${fill ? ', kept as the baseline' : baseline ? ', as in the baseline' : ''}`;
  });

  check('A22 a picture is compared pixel by pixel', async () => {
    const { context, page } = await open({ viewport: { width: 200, height: 100 } });
    await page.goto(bases.file + '404.html');
    const one = await page.screenshot();
    assert(difference(one, await page.screenshot()) === 0, 'the same page twice differs');
    await page.evaluate(() => { document.body.style.visibility = 'hidden'; });
    const share = difference(one, await page.screenshot());
    assert(share > MOST && share < 1, `a page without its text differs by ${share}`);
    await context.close();
  });
}
