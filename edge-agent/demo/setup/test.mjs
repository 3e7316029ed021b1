/**
 * `npm test`: gets the clone ready, Chromium, PostgreSQL and Mosquitto included, then runs every test (or those that the arguments name) and closes
 * with one plain line of counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsOf } from './counts.mjs';
import { findChromium } from './machine.mjs';
import { provideServices } from './provide-services.mjs';
import { handOver } from './run.mjs';
import { ROOT, setUpOrExit } from './setup.mjs';

await setUpOrExit({ chromium: true });
const without = await provideServices((line) => process.stdout.write(`${line}\n`));

const folder = mkdtempSync(join(tmpdir(), 'tillside-test-'));
const file = join(folder, 'report.json');
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const args = ['run', '--config', join(ROOT, '.config', 'vitest.config.ts'), '--reporter=default', '--reporter=json'];
// What the tests start as processes of their own runs from what was just compiled, and not from source once more.
const env = { TILLSIDE_CHROMIUM: findChromium(), TILLSIDE_TEST_BUILT: '1' };
let status = await handOver(
  process.execPath,
  [vitest, ...args, `--outputFile.json=${file}`, ...process.argv.slice(2)],
  {
    cwd: ROOT,
    env,
  },
);
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = countsOf(JSON.parse(readFileSync(file, 'utf8')));
} catch {
  process.stderr.write('TEST_REPORT_MISSING: the tests ended without a report\n');
  status ||= 1;
}
rmSync(folder, { recursive: true, force: true });
if (counts.failed > 0 || counts.passed === 0) status ||= 1;
const missed = without.length === 0 ? '' : ` (without ${without.join(', ')}, as TILLSIDE_TEST_WITHOUT asks)`;
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${missed}\n`);
process.exit(status);
