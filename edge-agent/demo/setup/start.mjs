/** `npm start`: gets the clone ready, then runs the demo store with the terminal handed over. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { handOver } from './run.mjs';
import { ROOT, setUpOrExit } from './setup.mjs';

const args = process.argv.slice(2);
// A headless day, or a machine that builds, shows no kiosk window.
const headless = args.includes('--once') || process.env.CI !== undefined;
await setUpOrExit({ electron: headless ? 'no' : 'try' });

const main = join(ROOT, 'edge-agent', 'demo', 'dist', 'main.js');
if (!existsSync(main)) {
  process.stderr.write(`DEMO_NOT_BUILT: ${main} is not there\n  Run: npm run build\n`);
  process.exit(1);
}
process.exit(await handOver(process.execPath, [main, ...args]));
