/** The licences of all that the lock file names, those of other systems' binaries too: each must be on the list below. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Permissive licences, and those that ask something only of changes to the files themselves (MPL) or of fonts (OFL). */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'X11',
  'Zlib',
]);

/**
 * Whether an SPDX expression can be met with allowed licences: one side of an OR, both of an AND.
 * @param {string} expression as in a package.json; a trailing `*` marks a guess from a licence file
 */
export function isAllowed(expression) {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (tokens[at] !== '(') return ALLOWED.has((tokens[at++] ?? '').replace(/\*$/, ''));
    at += 1;
    const inner = either();
    return tokens[at++] === ')' && inner;
  };
  const all = () => {
    let met = one();
    while (tokens[at] === 'AND') {
      at += 1;
      met = one() && met;
    }
    return met;
  };
  const either = () => {
    let met = all();
    while (tokens[at] === 'OR') {
      at += 1;
      met = all() || met;
    }
    return met;
  };
  return either() && at === tokens.length;
}

/** Licences of what is installed, read from the packages themselves. */
async function installed(root) {
  const checker = await import('license-checker-rseidelsohn');
  return new Promise((resolve, reject) => {
    checker.init({ start: root, excludePrivatePackages: true }, (error, packages) => {
      if (error) return reject(error);
      resolve(Object.entries(packages).map(([name, { licenses }]) => [name, [licenses].flat().join(' AND ')]));
    });
  });
}

/** Licences as the lock file gives them. */
function locked(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && entry.license !== undefined && !entry.link)
    .map(([path, entry]) => [`${path.split('node_modules/').at(-1)}@${entry.version}`, entry.license]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const all = new Map([...locked(root), ...(await installed(root))]);
  const refused = [...all].filter(([, licence]) => !isAllowed(licence));
  for (const [name, licence] of refused)
    console.log(`${name}: ${licence} is not on the list of ${import.meta.url.split('/').at(-1)}`);
  console.log(`${all.size} packages, ${refused.length} with a licence that is not allowed`);
  process.exit(refused.length > 0 || all.size === 0 ? 1 : 0);
}
