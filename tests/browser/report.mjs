// The list of checks: they are registered by name, run a few at a time, and reported as they end. A check passes when its
// function returns; what it returns is its figure. A check that says `skip` is counted apart and named at the end.
export class Skipped extends Error {}
export function skip(why) {
  throw new Skipped(why);
}
export function assert(truth, message) {
  if (!truth) throw new Error(message);
}
/** JSON with sorted keys, to compare values. */
export function canonical(value) {
  return JSON.stringify(value, (_, v) =>
    v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v);
}
export function same(found, expected, what) {
  const [a, b] = [canonical(found), canonical(expected)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  throw new Error(`${what}: …${a.slice(Math.max(0, at - 40), at + 80)}… and not …${b.slice(Math.max(0, at - 40), at + 80)}…`);
}
/** Fails with the first faults and their number. */
export function none(faults, what = '') {
  const all = [...new Set(faults)];
  assert(!all.length, `${what}${all.length} faults\n        ${all.slice(0, 12).join('\n        ')}${all.length > 12 ? '\n        …' : ''}`);
}

const checks = [];
/** Registers a check. `alone` keeps everything else still, for checks that measure time. */
export function check(name, work, { alone = false } = {}) {
  checks.push({ name, work, alone });
}

/** Runs what was registered and matches `only`; answers the number of failures. */
export async function runAll({ only, lanes }) {
  const chosen = checks.filter((one) => !only || new RegExp(only).test(one.name));
  const outcomes = new Map();
  async function run(one) {
    const start = Date.now();
    let word = 'ok   ';
    let note;
    try {
      note = await one.work();
    } catch (error) {
      word = error instanceof Skipped ? 'skip ' : 'FAIL ';
      note = String(error.message ?? error).slice(0, 2500);
    }
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    outcomes.set(one.name, word.trim());
    console.log(`${word} ${one.name} (${seconds} s)${note ? `: ${note}` : ''}`);
  }
  const together = chosen.filter((one) => !one.alone);
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (together.length) await run(together.shift());
  }));
  for (const one of chosen.filter((one) => one.alone)) await run(one);

  console.log('\nAcceptance points:');
  for (let n = 1; n <= 22; n++) {
    const own = [...outcomes].filter(([name]) => name.startsWith(`A${n} `)).map(([, word]) => word);
    const count = (word) => own.filter((one) => one === word).length;
    const verdict = !own.length ? 'did not run' : count('FAIL') ? 'FAIL' : count('ok') ? 'pass' : 'skipped';
    console.log(`  A${n}`.padEnd(6) + `${verdict} (${count('ok')} of ${own.length} checks hold${count('skip') ? `, ${count('skip')} skipped` : ''})`);
  }
  const words = [...outcomes.values()];
  const failures = words.filter((word) => word === 'FAIL').length;
  const skipped = [...outcomes].filter(([, word]) => word === 'skip').map(([name]) => name);
  console.log(`Ran ${words.length} checks: ${words.length - failures - skipped.length} hold, ${failures} failed, ${skipped.length} skipped${skipped.length ? ` (${skipped.join('; ')})` : ''}.`);
  return failures;
}
