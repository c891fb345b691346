// Valid HTML: html-validate with the rules of htmlvalidate.json, on every kind of page; and what the site promises of itself.
import { readFileSync } from 'node:fs';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { assert, check, none } from '../report.mjs';

const config = JSON.parse(readFileSync(new URL('../htmlvalidate.json', import.meta.url), 'utf8'));

/** What html-validate says about pages, as texts with their places. */
export async function htmlFaults(site, pages) {
  const validator = new HtmlValidate(new StaticConfigLoader(config));
  const faults = [];
  for (const page of pages) {
    const report = await validator.validateString(site.text(page), page);
    for (const result of report.results) for (const m of result.messages) if (m.severity === 2) faults.push(`${page}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  }
  return faults;
}

export default function ({ site, full }) {
  check('every kind of page is valid HTML', async () => {
    const pages = full ? site.pages : [...new Set([...site.kinds.values()].flatMap((own) => [own[0], own[own.length >> 1]]).concat(site.screens()))];
    none(await htmlFaults(site, pages));
    return `${pages.length} pages`;
  });

  check('no page has a style of its own, a handler, or a script that its policy does not name', async () => {
    const faults = [];
    for (const page of site.pages) {
      const text = site.text(page);
      const plain = text.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, '<$1>');
      for (const found of plain.matchAll(/<[a-z][^>]*\s(style|on[a-z]+)=/g)) faults.push(`${page}: ${found[0].slice(0, 80)}`);
      if (!/<meta http-equiv="Content-Security-Policy"/.test(text)) faults.push(`${page}: no content policy`);
      if (!/<html lang="(zh-Hans|en)"/.test(text)) faults.push(`${page}: no language`);
      if (!/<meta name="viewport" content="width=device-width/.test(text)) faults.push(`${page}: no viewport`);
      if (/user-scalable|maximum-scale/.test(text)) faults.push(`${page}: keeps readers from zooming`);
    }
    assert(site.pages.length > 0, 'no pages');
    none(faults);
    return `${site.pages.length} pages`;
  });
}
