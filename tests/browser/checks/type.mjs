// A15: Chinese typography as engines draw it.
import { choose } from '../browser.mjs';
import { assert, check } from '../report.mjs';

export default function ({ open, bases, site, browser }) {
  check('A15 “八八战略” is six characters wide, marks are squeezed, emphasis is dotted, Latin is not spaced', async () => {
    const { context, page } = await open({ viewport: { width: 1280, height: 800 } });
    await page.goto(bases.file + site.one('courses'));
    const widths = await page.evaluate(() => {
      const line = document.createElement('p');
      document.querySelector('.body').append(line);
      const width = (text) => {
        line.innerHTML = '<span></span>';
        line.firstChild.textContent = `汉${text}汉`;
        const all = line.firstChild.getBoundingClientRect().width;
        line.firstChild.textContent = '汉汉';
        return (all - line.firstChild.getBoundingClientRect().width) / parseFloat(getComputedStyle(line).fontSize);
      };
      line.style.cssText = '';
      return { quoted: width('“八八战略”'), titles: width('（《条例》）、《规定》'), plain: width('八八战略学习') };
    });
    const near = (found, wanted, what) => assert(Math.abs(found - wanted) < 0.01, `${what} is ${found.toFixed(2)} em wide, not ${wanted.toFixed(2)}`);
    near(widths.plain, 6, '八八战略学习');
    near(widths.quoted, 6, '“八八战略”');
    const version = Number(browser.version().split('.')[0]);
    if (version >= 123) assert(widths.titles < 10.8, `（《条例》）、《规定》 is ${widths.titles.toFixed(2)} em wide: neighbouring marks are not squeezed`);
    const styles = await page.evaluate(() => {
      const box = document.querySelector('.body');
      box.insertAdjacentHTML('beforeend', '<p><em>着重</em> <span lang="en">Latin words</span></p>');
      const em = getComputedStyle(box.lastChild.querySelector('em'));
      return {
        dots: em.textEmphasisStyle || em.webkitTextEmphasisStyle, italic: em.fontStyle,
        spaced: [...document.querySelectorAll('body *')].filter((e) => !['normal', '0px'].includes(getComputedStyle(e).letterSpacing)).map((e) => e.tagName),
      };
    });
    assert(/dot/.test(styles.dots), `emphasis is drawn as ${styles.dots}`);
    assert(styles.italic === 'normal', 'Chinese emphasis is slanted');
    assert(!styles.spaced.length, `letter-spacing on ${styles.spaced}`);
    await context.close();
    return `“八八战略” ${widths.quoted.toFixed(2)} em, （《条例》）、《规定》 ${widths.titles.toFixed(2)} em`;
  });

  check('A15 sizes, lines and indents are those of the design', async () => {
    const { context, page } = await open({ viewport: { width: 1366, height: 800 } });
    const said = [];
    for (const [name, size, wanted, line] of [['标准', '', 18, 18], ['大', 'l', 22, 14], ['关怀', 'xl', 27, 12]]) {
      await page.setViewportSize({ width: 1366, height: 800 });
      await page.goto(bases.file + site.one('courses'));
      await choose(page, { size });
      const found = await page.evaluate(() => {
        const p = [...document.querySelectorAll('.body > p')].sort((a, b) => b.textContent.length - a.textContent.length)[0];
        const style = getComputedStyle(p);
        const fs = parseFloat(style.fontSize);
        return { fs, lh: parseFloat(style.lineHeight) / fs, measure: p.getBoundingClientRect().width / fs, indent: parseFloat(style.textIndent) / fs };
      });
      assert(Math.abs(found.fs - wanted) < 0.5, `${name}: ${found.fs} px`);
      assert(found.lh >= 1.7 && found.lh <= 2, `${name}: a line-height of ${found.lh}`);
      assert(found.measure <= 40, `${name}: ${found.measure.toFixed(1)} characters in a line`);
      assert(Math.abs(found.indent - 2) < 0.01, `${name}: an indent of ${found.indent} em`);
      await page.setViewportSize({ width: 360, height: 740 });
      const phone = await page.evaluate(() => {
        const p = document.querySelector('.body > p');
        return Math.floor(p.getBoundingClientRect().width / parseFloat(getComputedStyle(p).fontSize));
      });
      assert(phone >= line, `${name}: ${phone} characters in a line at 360 px`);
      said.push(`${name} ${found.fs} px, ${found.measure.toFixed(0)} and ${phone} characters`);
    }
    await context.close();
    return said.join('; ');
  });
}
