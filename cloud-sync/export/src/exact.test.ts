import { join } from 'node:path';
import { type IncomingEvent, readLine } from '@tillside/hub/planning';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkExport } from './check.ts';
import { isDecided, loadManifest } from './manifest.ts';
import { runExport } from './run.ts';
import { ask, glob, hasTable } from './testing/duck.ts';
import { AT, chainOf, idOf, type TestHub, testHub } from './testing/hub.ts';

const START = Date.parse('2024-03-05T00:00:00Z');
const HOUR = 3600_000;

const NEVER = -1;

class Crash extends Error {}

/** What stores did, in their order: sales on several days, returns, device words, and bodies that the hub can't read at first. */
function history(seed: number, stores: number, length: number): IncomingEvent[] {
  const chains = Array.from({ length: stores }, (_, s) => {
    const epoch = idOf(`epoch ${seed} ${s}`);
    return { s, sales: chainOf(`s${s}`, 'sales', epoch), ops: chainOf(`s${s}`, 'ops', epoch) };
  });
  return Array.from({ length: stores * length }, (_, i) => {
    const { s, sales, ops } = chains[i % stores] as (typeof chains)[number];
    const n = Math.floor(i / stores);
    const roll = (seed * 31 + s * 17 + n * 7) % 10;
    const businessDate = `2024-03-0${1 + ((seed + n * 3) % 4)}`;
    if (roll === 9) return ops.next('tillside.device.changed.v1', { deviceId: 'd1', state: 'online', at: AT });
    if (roll === 8) return returned(sales, `${s}-${n}`, businessDate);
    const sale = sales.sale({ businessDate, payableFen: 200 + roll * 100, savingsFen: 100 });
    return roll === 7 ? { ...sale, quarantine: 'TYPE_UNKNOWN', effects: {} } : sale;
  });
}

function returned(chain: ReturnType<typeof chainOf>, id: string, businessDate: string): IncomingEvent {
  return chain.next('tillside.sale.returned.v1', {
    returnId: `r-${id}`,
    saleId: `x-${id}`,
    businessDate,
    returnedAt: AT,
    terminalId: 't-1',
    cashierId: 'c-1',
    receiptNumber: '9',
    lines: [{ lineId: 'l1', sku: '1001', quantity: 1, refundFen: 120 }],
    refundFen: 120,
  });
}

async function releaseAll(hub: TestHub): Promise<void> {
  for (const { cursor, text } of await hub.storage.events.quarantined(0, 1000)) {
    const read = readLine(text);
    if (read.ok) await hub.storage.events.release(cursor, read.event);
  }
}

/** By business date and store, from the files as an analyst finds them. */
async function sumsOfFiles(dir: string): Promise<object[]> {
  const parts = [
    ...(hasTable(dir, 'sale_completed')
      ? [`SELECT business_date, store, payable_fen, savings_fen, 0 AS refund_fen FROM ${glob(dir, 'sale_completed')}`]
      : []),
    ...(hasTable(dir, 'sale_returned')
      ? [`SELECT business_date, store, 0, 0, refund_fen FROM ${glob(dir, 'sale_returned')}`]
      : []),
  ];
  if (parts.length === 0) return [];
  return ask(
    `SELECT business_date::VARCHAR AS day, store, sum(payable_fen)::BIGINT AS payable, sum(savings_fen)::BIGINT AS savings,
     sum(refund_fen)::BIGINT AS refund FROM (${parts.join(' UNION ALL ')}) GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}

async function sumsOfHub(hub: TestHub): Promise<object[]> {
  const days = await hub.storage.reads.salesDays({ limit: 1000 });
  return days
    .map(({ businessDate: day, store, payableFen, savingsFen, refundFen }) => ({
      day,
      store,
      payable: String(payableFen),
      savings: String(savingsFen),
      refund: String(refundFen),
    }))
    .sort((a, b) => (`${a.day}${a.store}` < `${b.day}${b.store}` ? -1 : 1));
}

/** What readers are told holds after a crash: each file that the manifest names is there, with its rows, unless a swap is under way. */
async function readersSeeOneVersion(dir: string): Promise<void> {
  const manifest = await loadManifest(dir);
  if (manifest === null || manifest.files.length === 0 || isDecided(dir)) return;
  const names = manifest.files.map(({ path }) => `'${join(dir, path)}'`).join(', ');
  const [row] = await ask(`SELECT sum(num_rows)::BIGINT AS n FROM parquet_file_metadata([${names}])`);
  expect(row?.n).toBe(String(manifest.files.reduce((sum, { rows }) => sum + rows, 0)));
}

const step = fc.record({
  /** Of all events, which part comes before this export; later parts may hold earlier ones again. */
  upTo: fc.integer({ min: 20, max: 100 }),
  commitEvents: fc.integer({ min: 9, max: 60 }),
  /** After how many steps of commits the process dies. */
  crashAfter: fc.oneof(fc.constant(NEVER), fc.integer({ min: 0, max: 25 })),
  hours: fc.integer({ min: 0, max: 40 }),
  release: fc.boolean(),
});

test('whatever order events came in, and wherever exports died, the files say what the hub says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1000 }),
      fc.array(fc.nat(12), { minLength: 29, maxLength: 29 }),
      fc.array(step, { minLength: 1, maxLength: 3 }),
      async (seed, keys, steps) => {
        const hub = testHub();
        try {
          await play(hub, history(seed, 3, 12), keys, steps);
        } finally {
          await hub.dispose();
        }
      },
    ),
    { numRuns: Number(process.env.TILLSIDE_EXPORT_RUNS ?? 6), interruptAfterTimeLimit: 90_000 },
  );
}, 120_000);

async function play(
  hub: TestHub,
  events: readonly IncomingEvent[],
  keys: readonly number[],
  steps: readonly { upTo: number; commitEvents: number; crashAfter: number; hours: number; release: boolean }[],
): Promise<void> {
  const dir = join(hub.dir, 'out');
  // Late by up to a dozen others, so that holes open and close again.
  const shuffled = events.map((event, i) => ({ event, key: i + (keys[i % keys.length] ?? 0) }));
  shuffled.sort((a, b) => a.key - b.key);
  const arriving = shuffled.map(({ event }) => event);
  let now = START;
  for (const { upTo, commitEvents, crashAfter, hours, release } of steps) {
    await hub.ingest(arriving.slice(0, Math.round((upTo / 100) * arriving.length)));
    if (release) await releaseAll(hub);
    now += hours * HOUR;
    let left = crashAfter;
    const die = (): void => {
      if (crashAfter !== NEVER && left === 0) throw new Crash();
      left -= 1;
    };
    await runExport({ dir, events: hub.events, now: () => now, commitEvents, step: die }).catch((error: unknown) => {
      if (!String(error).includes('EXPORT_FAILED')) throw error;
    });
    await readersSeeOneVersion(dir);
  }
  await hub.ingest(arriving);
  await releaseAll(hub);
  const last = await runExport({ dir, events: hub.events, now: () => now + 30 * HOUR });
  expect(last).toMatchObject({ waiting: 0, held: [] });
  expect(await sumsOfFiles(dir)).toEqual(await sumsOfHub(hub));
  expect((await checkExport(dir)).findings).toEqual([]);
  const again = await runExport({ dir, events: hub.events, now: () => now + 30 * HOUR });
  expect(again).toMatchObject({ events: 0, version: last.version, merged: { files: 0 } });
}
