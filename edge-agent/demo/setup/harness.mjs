/** `npm run bench|eval|soak -- NAME …`: gets the clone ready, then runs the harness. Only the harness writes to stdout. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { handOver } from './run.mjs';
import { ROOT, setUpOrExit } from './setup.mjs';

const [kind, ...args] = process.argv.slice(2);
if (kind !== 'bench' && kind !== 'eval' && kind !== 'soak') {
  process.stderr.write('usage: node harness.mjs bench|eval|soak NAME [options]\n');
  process.exit(2);
}
await setUpOrExit();

const cli = join(ROOT, 'edge-agent', 'harness', 'dist', 'cli.js');
if (!existsSync(cli)) {
  process.stderr.write(`HARNESS_NOT_BUILT: ${cli} is not there\n  Run: npm run build\n`);
  process.exit(1);
}
process.exit(await handOver(process.execPath, [cli, kind, ...args]));
