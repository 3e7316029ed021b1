/**
 * `npm run check`: everything but the tests that can say no. Gets the clone ready, runs the steps two at a time, and prints a
 * line for each; what a failed step said follows its line. `--only NAME` (more than once) runs only those.
 */
import { join } from 'node:path';
import { run } from '../edge-agent/demo/setup/run.mjs';
import { ROOT, setUpOrExit, setUpSqlite } from '../edge-agent/demo/setup/setup.mjs';

/** Two cores are what a small machine has. */
const AT_ONCE = 2;
const ROOMS = ['firmware-configs', 'devices', 'edge-agent', 'cloud-sync', 'kiosk-app'];
/** What only types show, and only that; Biome does the rest. A handler that React calls may be async: React ignores what it returns, and errors are caught inside it. */
const PROMISES = ['--type-aware', '-c', '.config/oxlint.json', '--tsconfig', '.config/tsconfig.lint.json'];
const bin = (path) => join('node_modules', ...path.split('/'));

/** Each step: its name, what it says no to, and its command. The first tells of a slip soonest; then the longest ones. */
const STEPS = [
  ['format', 'format, lint (Biome)', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  // Two checkers each read every type once more; on two cores one is done sooner.
  ['types', 'types (tsc -b)', [bin('typescript-native/bin/tsc'), '-b', '--checkers', '1', '--pretty', 'false']],
  ['promises', 'promises nobody waits for (oxlint, with types)', [bin('oxlint/bin/oxlint'), ...PROMISES, ...ROOMS]],
  [
    'imports',
    'who imports whom (dependency-cruiser)',
    [bin('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.config/dependency-cruiser.cjs', ...ROOMS],
  ],
  ['planted-imports', 'a breach of each import rule is caught', ['.config/check/planted-imports.mjs']],
  [
    'dead',
    'dead code and dependencies (knip)',
    [bin('knip/bin/knip.js'), '-c', '.config/knip.json', '--no-progress', '--no-config-hints'],
  ],
  ['planted-promise', 'a floating promise across packages is caught', ['.config/check/planted-promise.mjs']],
  ['lock-file', 'npm ci accepts the lock file', ['.config/check/lock-file.mjs']],
  ['licences', 'licences of dependencies', ['.config/check/licences.mjs']],
  ['install-scripts', 'install scripts of dependencies', ['.config/check/install-scripts.mjs']],
  ['guard', 'no keys, tokens or machine paths', ['.config/check/guard.mjs']],
];

function chosen(args) {
  const names = args.flatMap((arg, i) =>
    arg === '--only' ? [args[i + 1]] : arg.startsWith('--only=') ? [arg.slice(7)] : [],
  );
  const known = STEPS.map(([name]) => name);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    process.stderr.write(`There is no step ${wrong.join(', ')}. The steps are: ${known.join(', ')}\n`);
    process.exit(2);
  }
  return names.length === 0 ? STEPS : STEPS.filter(([name]) => names.includes(name));
}

async function runStep([name, title, command]) {
  const began = Date.now();
  const lines = [];
  const env = { FORCE_COLOR: '0', NO_COLOR: '1', CI: process.env.CI ?? '' };
  const { ok, output } = await run(process.execPath, command, { cwd: ROOT, env });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  lines.push(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(16)} ${title} (${seconds} s)`);
  if (!ok)
    lines.push(
      ...output
        .trimEnd()
        .split('\n')
        .map((line) => `     ${line}`),
    );
  process.stdout.write(`${lines.join('\n')}\n`);
  return ok;
}

const steps = chosen(process.argv.slice(2));
/** No check needs SQLite's native part, and `npm test` says why when it can't be had: here it is only got ready, as one more step. */
async function getSqliteReady() {
  await setUpSqlite().catch(() => undefined);
  return true;
}

await setUpOrExit({ build: false, sqlite: false, quiet: true });
const began = Date.now();
const queue = steps.map((step) => () => runStep(step));
// It takes a core for a minute where it must be compiled, as long as the two long steps before it.
if (steps === STEPS) queue.splice(3, 0, getSqliteReady);
let failed = 0;
async function work() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (!(await next())) failed += 1;
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
const seconds = ((Date.now() - began) / 1000).toFixed(1);
process.stdout.write(`\n${steps.length - failed} of ${steps.length} checks passed (${seconds} s)\n`);
process.exit(failed > 0 ? 1 : 0);
