// A14: paper. 22 lines of 28 characters, no heading at the foot of a page, heads of tables again on every page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, check, skip } from '../report.mjs';

/** Pages of lines of what a page prints. */
async function paper(page) {
  const folder = mkdtempSync(join(tmpdir(), 'keben-print-'));
  try {
    const pdf = join(folder, 'page.pdf');
    await page.pdf({ path: pdf, preferCSSPageSize: true });
    assert(readFileSync(pdf).length > 1000, 'an empty PDF');
    let text;
    try {
      text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    } catch (error) {
      if (error.code === 'ENOENT' && process.env.KEBEN_REQUIRE_BROWSER !== '1') skip('pdftotext (poppler-utils) is not installed');
      throw error;
    }
    return text.split('\f').map((one) => one.split('\n').map((line) => line.trim()).filter(Boolean)).filter((lines) => lines.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
/* one full-width character each; Latin and digits are half as wide and not counted on */
const han = (line) => [...line].filter((c) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’…—]/.test(c)).length;

export default function ({ open, bases, site }) {
  check('A14 paper has 22 lines of 28 characters', async () => {
    const { context, page } = await open();
    // Long running text, so that a page is full of it and nothing else.
    await page.goto(bases.file + site.one('articles'));
    await page.evaluate(() => {
      const body = document.querySelector('.body');
      body.textContent = '';
      for (let n = 0; n < 12; n++) body.append(Object.assign(document.createElement('p'), { textContent: '学习贯彻新时代中国特色社会主义思想加强干部教育培训'.repeat(12) }));
    });
    const pages = await paper(page);
    const lines = pages.map((own) => own.filter((line) => !/^—?\s*\d+\s*—?$/.test(line)));
    // The first page begins with title and facts, the last ones have what follows the text.
    const full = lines.filter((own) => own.every((line) => /^[学习贯彻新时代中国特色社会主义思想加强干部教育培训]+$/.test(line)));
    assert(full.length >= 2, `only ${pages.length} pages`);
    const counts = full.map((own) => own.length);
    assert(counts.every((count) => count === 22), `lines of full pages: ${counts}`);
    const widest = Math.max(...full.flat().map(han));
    assert(widest === 28, `${widest} characters in a line`);
    await context.close();
    return `${full.length} full pages of 22 lines, at most ${widest} characters`;
  });

  check('A14 no heading is the last line of a page, and nothing of the screen is printed', async () => {
    const { context, page } = await open();
    let headings = 0;
    for (const screen of [site.one('courses'), site.one('cases'), site.one('programmes'), site.one('articles')]) {
      await page.goto(bases.file + screen);
      const own = new Set(await page.evaluate(() => [...document.querySelectorAll('h2,h3,h4')].map((h) => h.textContent.replace(/\s+/g, ''))));
      headings += own.size;
      const pages = await paper(page);
      for (const [index, lines] of pages.entries()) {
        const text = lines.filter((line) => !/^—?\s*\d+\s*—?$/.test(line));
        const last = (text[text.length - 1] ?? '').replace(/\s+/g, '');
        assert(index === pages.length - 1 || !own.has(last), `${screen}: “${last}” stands at the foot of page ${index + 1}`);
      }
      await page.emulateMedia({ media: 'print' });
      const shown = await page.evaluate(() => [...document.querySelectorAll('header.top,nav,.skip,.toc,.foot a,button,dialog,.nocss')].filter((e) => e.offsetWidth && e.offsetHeight).map((e) => `${e.tagName}.${e.className}`));
      assert(!shown.length, `${screen}: printed: ${shown}`);
      await page.emulateMedia({ media: null });
    }
    await context.close();
    return `${headings} headings`;
  });

  check('A14 the head of a long table stands again on every page', async () => {
    const { context, page } = await open();
    await page.goto(bases.file + site.one('articles'));
    await page.evaluate(() => {
      document.querySelector('.body').innerHTML = `<div class="tw"><table><thead><tr><th scope="col">栏目甲</th><th scope="col">栏目乙</th></tr></thead><tbody>${Array.from({ length: 120 }, (_, n) => `<tr><td>第${n}行</td><td>内容</td></tr>`).join('')}</tbody></table></div>`;
    });
    const pages = (await paper(page)).filter((lines) => lines.some((line) => /第\d+行/.test(line)));
    assert(pages.length >= 3, `${pages.length} pages`);
    const without = pages.filter((lines) => !lines.some((line) => line.includes('栏目甲')));
    assert(!without.length, `${without.length} of ${pages.length} pages have no head`);
    await context.close();
    return `${pages.length} pages`;
  });

  check('A14 booklets, handbooks and single files open by themselves and print', async () => {
    const { context, page } = await open();
    for (const kind of ['print', 'single course', 'single programme']) {
      const own = site.one(kind);
      const outside = [];
      page.on('request', (request) => { if (!/^data:/.test(request.url()) && !request.url().endsWith(own)) outside.push(request.url()); });
      await page.goto(bases.file + own);
      if (kind !== 'print') assert(!outside.length, `${own} is not whole by itself: ${outside}`);
      const pages = await paper(page);
      assert(pages.length >= 1 && pages.flat().join('').length > 300, `${own} prints nothing`);
      page.removeAllListeners('request');
    }
    await context.close();
  });
}
