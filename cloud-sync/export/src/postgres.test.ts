import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingEvent } from '@tillside/hub/planning';
import { openStorage, parseConfig } from '@tillside/hub/storage';
import { testDatabase } from '@tillside/hub/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { checkExport } from './check.ts';
import { filesOn } from './directory.ts';
import { loadManifest } from './manifest.ts';
import { runExport } from './run.ts';
import { ask, glob } from './testing/duck.ts';
import { AT, chainOf, hubOn, type TestHub, testHub } from './testing/hub.ts';

const NOW = Date.parse('2024-03-05T00:00:00Z');
const HOUR_MS = 3_600_000;
const TABLES = ['sale_completed', 'sale_lines', 'device_changed', 'presence_counted', 'stream_shed'];
const database = await testDatabase();
afterAll(() => database?.drop());

async function postgresHub(url: string): Promise<TestHub> {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-export-'));
  const open = () => openStorage(parseConfig({ dataDir: dir, storage: { kind: 'postgres', url, connections: 2 } }));
  return hubOn(dir, await open(), await open());
}

/** Days of two stores, as they come: later ones before earlier ones, holes that are filled or declared, and a body that is read later. */
function parts(): IncomingEvent[][] {
  const [north, south] = [chainOf('north'), chainOf('south')];
  const sale = (chain: typeof north, day: number) =>
    chain.sale({ businessDate: `2024-03-0${day}`, payableFen: 500 + day });
  const days = [1, 2, 3, 1, 4, 2].map((day) => sale(north, day));
  const [ops, presence] = [chainOf('north', 'ops', north.epoch), chainOf('north', 'presence', north.epoch)];
  const count = { zone: 'z', windowStart: AT, windowMs: 1000, devices: 1, associated: 0, randomised: 0 };
  const [one, two, three] = [1, 2, 3].map(() => presence.next('tillside.presence.counted.v1', count)) as [
    IncomingEvent,
    IncomingEvent,
    IncomingEvent,
  ];
  const hole = { stream: 'presence', fromSeq: 1, toSeq: 2, prevhash: one.prevhash, lastHash: two.hash };
  const odd = { ...sale(south, 2), quarantine: 'TYPE_UNKNOWN', effects: {} };
  const device = { deviceId: '秤"1"\\', state: 'online', at: AT };
  return [
    [...days.slice(0, 2), ...days.slice(3), three, sale(south, 1), odd],
    [ops.next('tillside.device.changed.v1', device), sale(south, 1)],
    [...days.slice(2, 4), ops.next('tillside.stream.shed.v1', { ...hole, reason: 'disk-budget', at: AT })],
    ...Array.from({ length: 9 }, () => [sale(south, 1)]),
  ];
}

/** What came, exported part by part, then merged a day later. */
async function exported(hub: TestHub, all: readonly IncomingEvent[][]) {
  const dir = join(hub.dir, 'out');
  const summaries: object[] = [];
  const run = async (now: number): Promise<void> => {
    const { bytes, ...summary } = await runExport({ dir, events: hub.events, now: () => now });
    expect(bytes).toBeGreaterThan(0);
    summaries.push(summary);
  };
  for (const [n, events] of all.entries()) {
    await hub.ingest(events);
    await run(NOW + n * HOUR_MS);
  }
  for (const { cursor, text } of await hub.storage.events.quarantined(0, 9)) {
    const [event] = all.flat().filter((each) => each.text === text);
    if (event !== undefined) await hub.storage.events.release(cursor, { ...event, quarantine: null });
  }
  await run(NOW + 20 * HOUR_MS);
  await run(NOW + 60 * HOUR_MS);
  expect((await checkExport(dir)).findings).toEqual([]);
  return { dir, summaries };
}

describe.skipIf(database === null)('an export from PostgreSQL', () => {
  test('has the rows and files of one from SQLite, with events that come late, and merges them alike', async () => {
    if (database === null) return;
    const hubs = [testHub(), await postgresHub(database.url)];
    const all = parts();
    const [ours, theirs] = [await exported(hubs[0] as TestHub, all), await exported(hubs[1] as TestHub, all)];
    expect(theirs.summaries).toEqual(ours.summaries);
    expect(ours.summaries.at(-1)).toMatchObject({ events: 0, waiting: 0, held: [] });
    const merged = (await loadManifest(theirs.dir))?.files.filter((file) => file.merged).map(({ path }) => path);
    expect(merged?.some((path) => path.startsWith('table=sale_completed/date=2024-03-01/'))).toBe(true);
    expect(await filesOn(theirs.dir)).toEqual(await filesOn(ours.dir));
    for (const table of TABLES) {
      const [a, b] = [glob(ours.dir, table), glob(theirs.dir, table)];
      const differ = await ask(`(FROM ${a} EXCEPT ALL FROM ${b}) UNION ALL (FROM ${b} EXCEPT ALL FROM ${a})`);
      expect(differ).toEqual([]);
    }
    expect(await ask(`SELECT count(*) AS n FROM ${glob(theirs.dir, 'sale_completed')}`)).toEqual([{ n: '18' }]);
    for (const hub of hubs) await hub.dispose();
  }, 60_000);
});
