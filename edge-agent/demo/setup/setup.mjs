/**
 * Gets a fresh clone ready, and does nothing on one that is: `npm run setup`, and the first thing that `npm start`,
 * `npm test`, `npm run check` and the benches do. Works without a person, as root or not, and where only the npm registry
 * is reached. It runs before `npm ci`, so it imports nothing but Node.js itself.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePages, compile } from './build.mjs';
import { buildSqlite, fetchElectron, installPackages } from './install.mjs';
import { takeLock } from './lock.mjs';
import { checkNode, commandFor, NEEDS, provide } from './machine.mjs';
import { createProgress } from './progress.mjs';
import { explain } from './run.mjs';

/** The project's top folder. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** Tells what was installed and what is still missing, each with its command and what is lost without it. */
function report(progress, { missing, problem }) {
  for (const need of missing) {
    progress.note(`  Missing: ${need.name}. Without it ${need.without}.\n    Run: ${commandFor([need])}`);
  }
  if (problem !== '') progress.note(`  apt-get said:\n${problem.replace(/^/gm, '    ')}`);
}

/**
 * Work that begins now, beside the steps, and is told of in a step of its own later.
 * @template T
 * @param {(say: (detail: string) => void) => Promise<T>} work
 * @returns {(say: (detail: string) => void) => Promise<T>} that step's work
 */
export function beside(work) {
  let detail = '';
  let tell = (text) => {
    detail = text;
  };
  const ended = work((text) => tell(text));
  // Looked at in its step, if the steps before it get there.
  ended.catch(() => undefined);
  return (say) => {
    tell = say;
    say(detail);
    return ended;
  };
}

const lockOf = (root) => join(root, '.tillside', 'setup.lock');

/** Builds SQLite alone, for who has waited for the packages and needs it later. @throws {import('./run.mjs').SetupError} */
export async function setUpSqlite(root = ROOT) {
  const release = await takeLock(lockOf(root), () => undefined);
  try {
    await buildSqlite(root, () => undefined);
  } finally {
    release();
  }
}

const namesOf = (needs) => needs.map((need) => need.name).join(', ');

/**
 * @param {{
 *   root?: string,
 *   chromium?: boolean,
 *   electron?: 'no' | 'try' | 'again',
 *   build?: boolean,
 *   sqlite?: boolean,
 *   quiet?: boolean,
 * }} [options] chromium: the tests' browser too; electron: fetch its program; build: compile and bundle;
 *   sqlite: its native part; quiet: warnings only
 * @throws {import('./run.mjs').SetupError}
 */
export async function setUp({
  root = ROOT,
  chromium = false,
  electron = 'no',
  build = true,
  sqlite = true,
  quiet = false,
} = {}) {
  checkNode();
  const total = 2 + (build ? 2 : 0) + (sqlite ? 1 : 0) + (electron === 'no' ? 0 : 1);
  const progress = createProgress({ total, quiet });
  const release = await takeLock(lockOf(root), (pid) =>
    progress.note(`Another set-up is running here (process ${pid}); waiting for it.`),
  );
  try {
    const needs = [NEEDS.git, NEEDS.libusb, NEEDS.libudev, NEEDS.udev, NEEDS.socat];
    if (chromium) needs.push(NEEDS.chromium);
    await progress.step('This machine', async (say) => {
      const outcome = await provide(needs, say);
      report(progress, outcome);
      if (outcome.installed.length > 0) return `installed ${namesOf(outcome.installed)}`;
      return outcome.missing.length > 0 ? `going on without ${namesOf(outcome.missing)}` : 'has all it needs';
    });
    await progress.step('npm packages', (say) => installPackages(root, say));
    // Electron's download waits for a network that may not answer, and SQLite's compiler has one core busy for a minute: both run beside ours.
    const fetched = electron === 'no' ? undefined : fetchElectron(root, { again: electron === 'again' });
    const sqliteBuilt = sqlite ? beside((say) => buildSqlite(root, say)) : undefined;
    if (build) {
      await progress.step('Compile', (say) => compile(root, say));
      await progress.step('Pages', (say) => bundlePages(root, say));
    }
    if (sqliteBuilt !== undefined) await progress.step('SQLite (better-sqlite3)', sqliteBuilt);
    if (fetched !== undefined) {
      await progress.step('Electron', async () => {
        const ended = await fetched;
        return ended === 'ready' ? ended : `${ended}. The kiosk runs in any browser, or in Chromium's kiosk mode`;
      });
    }
  } finally {
    release();
  }
}

/** Ends the process with a plain explanation instead of a stack when the set-up can't go on. */
export async function setUpOrExit(options) {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  try {
    await setUp(options);
  } catch (error) {
    explain(error);
    process.exit(1);
  }
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit({ electron: 'again' });
}
