import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IncomingEvent, readLine } from '@tillside/hub/planning';
import { openSqliteStorage } from '@tillside/hub/storage';
import { type Envelope, genesisHash, type Stream } from '@tillside/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubLog } from './hub-log.ts';

const AT = '2026-11-22T10:00:00.000Z';
const store = 'shop-1';
let made = 0;
let epoch = '';
let dir: string;
let storage: ReturnType<typeof openSqliteStorage>;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-hub-log-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
  await storage.registry.putStore({ id: store, name: store, createdAt: AT });
});
afterAll(async () => {
  await storage.close();
  rmSync(dir, { recursive: true });
});

/** The next event of a chain. */
function next(stream: Stream, before: IncomingEvent | undefined, type: string, data: object): IncomingEvent {
  made += 1;
  const envelope: Envelope = {
    specversion: '1.0',
    id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    source: '/sim',
    type,
    time: AT,
    datacontenttype: 'application/json',
    store,
    epoch,
    stream,
    seq: (before?.seq ?? 0) + 1,
    prevhash: before?.hash ?? genesisHash(store, epoch, stream),
    data: { ...data },
  };
  const read = readLine(JSON.stringify(envelope));
  if (!read.ok) throw new Error(read.message);
  return read.event;
}

/** A stream of twelve, the same from `fork` on with another history, and a declared hole in the first. */
function history(fork: number, hole: readonly [number, number]): IncomingEvent[] {
  const grow = (from: IncomingEvent[], to: number): IncomingEvent[] => {
    const all = [...from];
    while (all.length < to)
      all.push(next('presence', all.at(-1), 'tillside.device.changed.v1', { deviceId: String(made) }));
    return all;
  };
  const first = grow([], 12);
  const other = grow(first.slice(0, fork), 12);
  const [fromSeq, toSeq] = hole;
  const { prevhash = '' } = first[fromSeq - 1] ?? {};
  const shed = { stream: 'presence', fromSeq, toSeq, prevhash, lastHash: first[toSeq - 1]?.hash, at: AT };
  const told = next('ops', undefined, 'tillside.stream.shed.v1', { ...shed, reason: 'disk-budget' });
  return [...first, ...other.slice(fork), told];
}

const outcome = (result: {
  acks: unknown;
  stored: readonly IncomingEvent[];
  duplicates: number;
  conflicts: unknown;
}) => ({
  acks: result.acks,
  stored: result.stored.map(({ hash }) => hash),
  duplicates: result.duplicates,
  conflicts: result.conflicts,
});

it('does with any batches what the SQLite storage does', async () => {
  const scene = fc.record({
    fork: fc.integer({ min: 1, max: 11 }),
    hole: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
    batches: fc.array(fc.array(fc.nat({ max: 24 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ fork, hole, batches }) => {
      const [fromSeq, toSeq] = [Math.min(...hole), Math.max(...hole)];
      epoch = randomUUID();
      const events = history(fork, [fromSeq, toSeq]);
      const log = new HubLog('none');
      for (const picks of batches) {
        const batch = { store, receivedAt: AT, events: picks.flatMap((pick) => events[pick % events.length] ?? []) };
        const [real] = await storage.events.ingest([batch]);
        const [simulated] = log.ingest([batch]);
        if (real === undefined || simulated === undefined) throw new Error('one batch, one answer');
        expect(outcome(simulated)).toEqual(outcome(real));
        const key = { store, epoch, stream: 'presence' } as const;
        const read = await storage.events.read(key, 0, 99);
        expect(log.read(key, 0, 99).map(({ hash }) => hash)).toEqual(read.map(({ hash }) => hash));
      }
    }),
    { numRuns: 60 },
  );
});
