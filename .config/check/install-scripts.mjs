/**
 * Packages that want to run a script when they are installed. None may (`ignore-scripts` in .npmrc), and each that wants to
 * is known by name, with what that means for us: a new one is looked at before it comes in.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param {Record<string, { hasInstallScript?: boolean }>} packages of a lock file
 * @param {Record<string, string>} known
 * @returns {string[]} what is wrong, a line each
 */
export function problemsOf(packages, known) {
  const found = new Set(
    Object.entries(packages)
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([path]) => path.split('node_modules/').at(-1)),
  );
  const unknown = [...found].filter((name) => !Object.hasOwn(known, name));
  const gone = Object.keys(known).filter((name) => !found.has(name));
  return [
    ...unknown.map((name) => `${name} has an install script and is not in install-scripts.json`),
    ...gone.map((name) => `${name} is in install-scripts.json but has no install script any more`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const known = JSON.parse(readFileSync(new URL('install-scripts.json', import.meta.url), 'utf8'));
  const problems = problemsOf(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages, known);
  if (!/^ignore-scripts=true$/m.test(readFileSync(join(root, '.npmrc'), 'utf8'))) {
    problems.push('.npmrc does not say ignore-scripts=true');
  }
  for (const problem of problems) console.log(problem);
  console.log(
    `${Object.keys(known).length} packages with install scripts, all of them off; ${problems.length} problems`,
  );
  process.exit(problems.length > 0 ? 1 : 0);
}
