// npm packages the engines need: found where they are installed, or installed once into the work folder.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from './errors.mjs';

const VERSIONS = { 'playwright-core': '1.65.1', pagefind: '1.6.0' };
const BROWSER_TESTS = fileURLToPath(new URL('../../tests/browser/node_modules', import.meta.url));

export function workFolder({ work }) {
  return resolve(work ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keben-search-eval'));
}

/** {folder, version} of an installed package. Pagefind must be the version that is compared with. */
export function packageOf(name, options) {
  const work = workFolder(options);
  const places = [
    ...options.nodeModules.map((place) => resolve(place)),
    ...(process.env.NODE_PATH ?? '').split(delimiter).filter(Boolean),
    BROWSER_TESTS, join(work, 'node_modules'),
  ];
  const found = () => places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')));
  if (!found()) install(name, work);
  const folder = found();
  return { folder, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version };
}

function install(name, work) {
  const wanted = `${name}@${VERSIONS[name]}`;
  console.error(`search-eval: installing ${wanted} into ${work}`);
  mkdirSync(work, { recursive: true });
  try {
    execFileSync('npm', ['install', '--prefix', work, '--no-audit', '--no-fund', '--silent', wanted], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    throw new InputError(`${wanted} cannot be installed (${error.message}): install it and name its folder with --node-modules`);
  }
}
