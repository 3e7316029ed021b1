import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importMembers } from '../../members/import.ts';
import { ITEMS_CSV, type Rig, startRig } from '../../testing.ts';
import type { Io } from '../io.ts';
import { runCli } from '../program.ts';

const BASKETS = [
  { lines: [{ gtin: '2900000000018', quantity: 2 }, { sku: 'bread' }], member: 'TM:card-1' },
  {
    lines: [
      { sku: 'apple', weightGrams: 742 },
      { sku: 'tea', quantity: 3 },
    ],
    suspend: true,
  },
  { lines: [{ sku: 'milk' }, { sku: 'tea' }], voidLast: true, giveBack: true },
  { lines: [{ sku: 'tea' }], cancel: true },
  { lines: [{ sku: 'milk' }, { gtin: '2900000009998' }], coupons: ['TC:NONE'] },
];

let rig: Rig;
let dir: string;
let config: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-pos-'));
  rig = await startRig();
  config = join(dir, 'agent.json');
  writeFileSync(config, JSON.stringify(rig.config));
  const admin = { url: rig.agent.url, credential: rig.adminCredential().trim() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, query: {}, body: ITEMS_CSV });
  importMembers(
    rig.agent.app.journal,
    'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,1,2025-01-01T00:00:00Z,yes\n',
  );
});
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};
const replay = (baskets: readonly object[]): string =>
  file('baskets.jsonl', baskets.map((basket) => JSON.stringify(basket)).join('\n'));

async function simulate(args: string[], more: Partial<Io> = {}): Promise<{ code: number; out: string; err: string }> {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await runCli(['simulate', 'pos', '--config', config, ...args], {
    locale: 'en',
    out: (text) => said.out.push(text),
    err: (text) => said.err.push(text),
    input: async () => '',
    lines: async function* () {},
    signal: new AbortController().signal,
    ...more,
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}
const salesInJournal = (): number => rig.agent.app.journal.get<{ n: number }>('SELECT count(*) AS n FROM sale')?.n ?? 0;

describe('simulate pos', () => {
  it('replays baskets at five terminals at once, and every day agrees to the fen', async () => {
    const before = salesInJournal();
    const ran = await simulate(['--terminals', '5', '--replay', replay(BASKETS), '--count', '40', '--json']);
    expect(ran).toMatchObject({ code: 0 });
    const report = JSON.parse(ran.out) as Record<string, unknown>;
    // One in five is cancelled.
    expect(report).toMatchObject({ terminals: 5, baskets: 40, sales: 32, differences: [] });
    expect(report.refused).toEqual({ ITEM_UNKNOWN: 8, COUPON_UNKNOWN: 8 });
    expect(salesInJournal() - before).toBe(32);
    expect(ran.err).toContain('40 of 40 baskets');
    const paired = rig.agent.app.pairing.list().filter(({ name }) => name.startsWith('sim-'));
    expect(paired).toHaveLength(5);
    expect(paired.every(({ revokedAt }) => revokedAt !== undefined)).toBe(true);
  });

  it('ends with 1 and names the difference when the agent counts something else', async () => {
    let spoilt = false;
    const ran = await simulate(['--terminals', '2', '--replay', replay(BASKETS.slice(0, 2)), '--count', '6'], {
      err: () => {
        if (spoilt) return;
        spoilt = true;
        rig.agent.app.journal.write((tx) =>
          tx.run(`UPDATE till_total SET amount = amount + 1 WHERE what = 'salesFen'`),
        );
      },
    });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/The days differ[\s\S]*salesFen: \d+ \/ \d+/);
  });

  it('uses terminals that are paired already, and in training counts nothing', async () => {
    const till = await rig.pair('terminal', '7');
    const before = salesInJournal();
    const credentials = file('credentials.txt', `${till.credential}\n`);
    const args = ['--credentials', credentials, '--replay', replay(BASKETS.slice(0, 2)), '--training', '--rate', '50'];
    const ran = await simulate(args);
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('1 terminals, 2 baskets, 2 sales') });
    expect(salesInJournal()).toBe(before);
    expect(rig.agent.app.pairing.list().find(({ deviceId }) => deviceId === till.deviceId)?.revokedAt).toBeUndefined();
  });

  it('finds the baskets beside the config, and says where it looked', async () => {
    const missing = await simulate(['--replay']);
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('replay.jsonl') });
    file('replay.jsonl', JSON.stringify(BASKETS[0]));
    expect(await simulate(['--terminals', '1', '--replay'])).toMatchObject({ code: 0 });
    rmSync(join(dir, 'replay.jsonl'));
  });

  it.each([
    ['{"lines":[]}', 'lines'],
    ['{"lines":[{"sku":"milk","gtin":"2900000000018"}]}', 'exactly one'],
    ['{"lines":[{"sku":"milk"}],"tip":1}', 'tip'],
    ['milk', ':2:'],
    ['', ''],
  ])('refuses the line %j', async (line, words) => {
    const path = file('wrong.jsonl', `\n${line}\n`);
    const ran = await simulate(['--replay', path]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/^IMPORT_REFUSED/);
    expect(ran.err).toContain(words);
  });

  it.each([
    [['--terminals', '0']],
    [['--terminals', '501']],
    [['--rate', '0']],
    [['--count', 'many']],
    [['--speed', '1']],
  ])('refuses %j with code 2', async (args) => {
    const ran = await simulate(['--replay', replay(BASKETS), ...args]);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/^USAGE/) });
  });
});
