/**
 * `npm test`: gets the clone ready, Chromium included, then runs every test (or those that the arguments name) and closes
 * with one plain line of counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsOf } from './counts.mjs';
import { findChromium } from './machine.mjs';
import { handOver } from './run.mjs';
import { ROOT, setUpOrExit } from './setup.mjs';

await setUpOrExit({ chromium: true });

const folder = mkdtempSync(join(tmpdir(), 'tillside-test-'));
const file = join(folder, 'report.json');
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const args = ['run', '--config', join(ROOT, '.config', 'vitest.config.ts'), '--reporter=default', '--reporter=json'];
const env = { TILLSIDE_CHROMIUM: findChromium() };
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
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(status);
