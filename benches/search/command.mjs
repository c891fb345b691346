// Engine `command`: keben search, a process for every query. It reads the folder: there is no traffic to count.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InputError } from './errors.mjs';
import { idsOfHits } from './site.mjs';

const execute = promisify(execFile);

export async function run(site, queries, { limit }) {
  const keben = process.env.KEBEN || fileURLToPath(new URL('../../target/release/keben', import.meta.url));
  if (!existsSync(keben)) throw new InputError(`${keben} is missing: build it with cargo build --release, or set KEBEN`);
  const cold = [];
  for (const { text } of queries) {
    const args = ['search', '--site', site.root, '--format', 'json', '--limit', String(limit), '--', text];
    const { stdout } = await execute(keben, args, { maxBuffer: 1 << 26 });
    const answer = JSON.parse(stdout);
    cold.push({ ids: idsOfHits(site, answer.hits), partial: !!answer.partial });
  }
  const version = (await execute(keben, ['--version'])).stdout.trim();
  return { about: version, cold };
}
