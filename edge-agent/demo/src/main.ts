import { parseArgs } from 'node:util';
import { runLive } from './live.ts';
import { runOnce } from './once.ts';
import { resetDemo } from './store/demo-store.ts';
import { DEFAULT_PORTS, defaultRoot, type Ports } from './store/layout.ts';

const USAGE = `npm start -- [--once] [--reset] [--data DIR] [--port-base N] [--households N] [--baskets N]

  --once         run one day headless and faster than real time, print its counts as JSON, and end
  --reset        forget what earlier runs kept, and start over
  --data DIR     keep the demo's data in DIR
  --port-base N  use the ports N, N+1 ... instead of ${Object.values(DEFAULT_PORTS).join(', ')}
  --households N the year before of N households only, not of all: HQ trains sooner
  --baskets N    with --once: the first N baskets of the day only`;

function options(): {
  once: boolean;
  reset: boolean;
  root: string | undefined;
  ports: Ports;
  households: number | undefined;
  baskets: number | undefined;
} {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean' },
      reset: { type: 'boolean' },
      data: { type: 'string' },
      'port-base': { type: 'string' },
      households: { type: 'string' },
      baskets: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const base = values['port-base'] === undefined ? undefined : Number(values['port-base']);
  if (base !== undefined && !(Number.isInteger(base) && base > 1023 && base < 65_000))
    throw new Error('--port-base takes a number from 1024 to 64999');
  const countOf = (name: 'households' | 'baskets'): number | undefined => {
    const count = values[name] === undefined ? undefined : Number(values[name]);
    if (count !== undefined && !(Number.isInteger(count) && count > 0))
      throw new Error(`--${name} takes a whole number from 1`);
    return count;
  };
  return {
    households: countOf('households'),
    baskets: countOf('baskets'),
    once: values.once ?? false,
    reset: values.reset ?? false,
    root: values.data,
    ports:
      base === undefined
        ? DEFAULT_PORTS
        : { agent: base, hub: base + 1, mqtt: base + 2, accessPoint: base + 3, presence: base + 4 },
  };
}

function optionsOrUsage(): ReturnType<typeof options> {
  try {
    return options();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

async function main(): Promise<number> {
  const { once, reset, root, ports, households, baskets } = optionsOrUsage();
  if (once) return runOnce({ root, ports, households, baskets });
  const folder = root ?? defaultRoot();
  if (reset) resetDemo(folder);
  return runLive({ root: folder, ports, households });
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(`\n${(error as Error).message}\n`);
  return 1;
});
// What was going on when a day failed (a till that tries again, a walk through the shop) must not keep the command alive.
process.exit(code);
