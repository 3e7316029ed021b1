import { createInterface } from 'node:readline';
import { loadConfig, startAgent } from '@tillside/edge-agent';
import { Journal } from '@tillside/edge-agent/journal';

/**
 * The product's agent as a process that has loaded all its code and waits for a line before it touches any file: a soak keeps one ready, since loading takes most of a start.
 * `--no-wait` is the control of the soak: nothing waits for the disk, as if `synchronous=NORMAL` were all there is. A soak that does not see that sees nothing.
 */
const [config = '', mode = ''] = process.argv.slice(2);

if (mode === '--no-wait') {
  Object.defineProperty(Journal.prototype, 'durable', { value: () => Promise.resolve() });
  Object.defineProperty(Journal.prototype, 'isPending', { value: false });
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'go') break;
  const agent = await startAgent(loadConfig(config));
  process.stdout.write(`${JSON.stringify({ url: agent.url })}\n`);
  process.once('SIGTERM', () => void agent.stop().then(() => process.exit(0)));
}
// Who started it has gone.
process.exit(1);
