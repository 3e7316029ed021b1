/** `npm start` and `npm start -- --once` as people run them: what they print, how they end, and what they leave behind. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../src/day/headquarters.ts';
import { layoutOf } from '../src/store/layout.ts';
import { DemoCommand, descendants, endIfThere, isAlive } from './processes.ts';

const STOP_MS = 15_000;
const APPLY_MS = 20_000;
/** Ports that a command takes from its base on. */
const PORTS = 5;

const Count = z.number().int().positive();
/** The last line of the headless day, exactly as integrators' scripts may read it. */
const DayLine = z.strictObject({
  sales: Count,
  events: Count,
  acked: Count,
  membersSignedUp: Count,
  couponsRedeemed: Count,
  recommendationsServed: Count,
  recommendationsTaken: Count,
  labelsUpdated: Count,
  campaignApplied: z.literal(true),
  presenceSeen: Count,
  weighed: Count,
  till: z.strictObject({
    openItems: Count,
    unknownRefused: Count,
    overrides: Count,
    ageChecks: Count,
    trained: Count,
    exchanges: Count,
    returnsWithoutReceipt: Count,
    displayed: Count,
    printed: Count,
    reprinted: Count,
    posPriced: Count,
    reported: Count,
    sessions: Count,
    daysClosed: Count,
    withChange: Count,
    split: Count,
    returns: Count,
    fromFiles: Count,
    priceChanges: Count,
  }),
  decisionMs: z.strictObject({ p50: z.number().positive(), p99: z.number().positive() }),
});

let root: string;
let command: DemoCommand | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tillside-command-'));
});
afterEach(async () => {
  if (command !== undefined) {
    for (const pid of [command.pid, ...descendants(command.pid).map((one) => one.pid)]) endIfThere(pid);
    await command.ended;
  }
  command = undefined;
  rmSync(root, { recursive: true, force: true });
});

/** Their past year is enough to learn from, and quickly sent. */
const HOUSEHOLDS = 60;
/** Of the 384 of the day: enough for all that happens to baskets. */
const BASKETS = 150;

const start = (...args: string[]): DemoCommand => {
  command = new DemoCommand([...args, '--data', root, '--households', String(HOUSEHOLDS)]);
  return command;
};

const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** A base with five free ports behind it, below the range that the system gives to others. */
async function freeBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 1_000) * 10; ; base += PORTS) {
    const servers = await Promise.all(Array.from({ length: PORTS }, (_, index) => listen(base + index)));
    await Promise.all(servers.flatMap((server) => (server === undefined ? [] : [close(server)])));
    if (servers.every((server) => server !== undefined)) return base;
  }
}

it('--once lives a whole day, ends with 0 and says what happened in one line of JSON', async () => {
  const day = start('--once', '--baskets', String(BASKETS));
  const code = await day.ended;
  expect(code, day.said()).toBe(0);
  const lines = day.stdout.trimEnd().split('\n');
  const report = DayLine.parse(JSON.parse(lines.at(-1) ?? ''));
  expect(report.acked).toBe(report.events);
  expect(report.sales).toBeGreaterThan(100);
  expect(report.till).toMatchObject({ sessions: 3, daysClosed: 4, fromFiles: 2, priceChanges: 2 });
  expect(report.decisionMs.p99).toBeGreaterThanOrEqual(report.decisionMs.p50);
  // People read the steps on stderr: stdout is for scripts.
  expect(lines).toHaveLength(1);
}, 240_000);

it('--once whose hub dies ends with 1, names the step, and leaves no process', async () => {
  const day = start('--once');
  await day.says('HQ pushes campaigns');
  const below = descendants(day.pid);
  const hub = below.find((one) => one.command.includes('hub.json'));
  if (hub === undefined) throw new Error(`no hub among ${JSON.stringify(below)}`);
  process.kill(hub.pid, 'SIGKILL');
  expect(await day.ended).toBe(1);
  expect(day.stderr).toContain('FAILED: the hub ended by itself');
  expect(day.stderr).toContain(layoutOf(root).logs);
  expect(day.stdout).toBe('');
  await until('every process ended', STOP_MS, () => below.every((one) => !isAlive(one.pid)) || undefined);
}, 120_000);

it('a port in use is named with the way out, and nothing is started', async () => {
  const base = await freeBase();
  const holder = await listen(base + 1);
  if (holder === undefined) throw new Error('the port was taken meanwhile');
  try {
    const live = start('--port-base', String(base));
    expect(await live.ended).toBe(1);
    expect(live.stderr).toContain(`PORT_IN_USE`);
    expect(live.stderr).toContain(`${base + 1} (hub)`);
    expect(live.stderr).toContain('--port-base');
    expect(live.stderr).not.toContain('    at ');
  } finally {
    await close(holder);
  }
}, 60_000);

it('an option that it does not know is refused with its usage', async () => {
  const wrong = start('--onec');
  expect(await wrong.ended).toBe(2);
  expect(wrong.stderr).toContain('--onec');
  expect(wrong.stderr).toContain('--once');
});

it('live, it prints its addresses, stops on Ctrl-C without a process left, and goes on with its data', async () => {
  const args = ['--port-base', String(await freeBase())];
  const { agentData } = layoutOf(root);
  const status = (demo: DemoCommand) => {
    const url = /(http:\S+)\/kiosk\//.exec(demo.stdout)?.[1] ?? '';
    const credential = readFileSync(join(agentData, 'secrets', 'admin.token'), 'utf8').trim();
    return callAgent({ url, credential }, 'status', {});
  };
  const stop = async (demo: DemoCommand): Promise<void> => {
    const below = descendants(demo.pid);
    expect(below.length).toBeGreaterThan(3);
    const asked = performance.now();
    // A terminal sends it to the whole group; here only the parent hears it, which must be enough.
    demo.child.kill('SIGINT');
    expect(await demo.ended, demo.said()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(below.filter((one) => isAlive(one.pid))).toEqual([]);
  };

  const first = start(...args);
  await first.says('Ctrl-C');
  for (const address of ['/kiosk/#pair=', '/staff/#pair=', '/console/#pair=', '/docs', '/metrics'])
    expect(first.stdout).toContain(address);
  const before = await until('the campaigns are applied', APPLY_MS, async () => {
    const now = await status(first);
    return now.campaignSetVersion > 0 ? now : undefined;
  });
  await stop(first);

  const second = start(...args);
  await second.says('Ctrl-C');
  const after = await status(second);
  expect(after.campaignSetVersion).toBe(before.campaignSetVersion);
  expect(after.sync.events).toBeGreaterThanOrEqual(before.sync.events);
  expect(after.priceVersion).toBe(before.priceVersion);
  await stop(second);
}, 150_000);
