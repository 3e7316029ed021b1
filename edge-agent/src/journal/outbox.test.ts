import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BatchAnswer } from '@tillside/link';
import { type Envelope, envelopeHash, readBatch, type Stream, type StreamAck } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../ports.ts';
import { Journal, Outbox, type Tx } from './index.ts';
import { type Ranges, setOfNumbers } from './ranges.ts';

let dir: string;
let journal: Journal;
let outbox: Outbox;
let batches = 0;

const open = (): void => {
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom });
  outbox = new Outbox(journal);
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-outbox-'));
  open();
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const at = '2026-11-22T10:00:00.000Z';
const sold = (tx: Tx, n: number): unknown =>
  tx.append('tillside.coupon.redeemed.v1', { couponId: `k${n}`, campaignId: 'c', saleId: `s${n}`, amountFen: n });
const told = (tx: Tx, n: number): unknown =>
  tx.append('tillside.device.changed.v1', { deviceId: `d${n}`, state: 'online', at });
const seen = (tx: Tx, n: number): unknown =>
  tx.append('tillside.presence.counted.v1', {
    zone: 'door',
    windowStart: at,
    windowMs: 1000,
    devices: n,
    associated: 0,
    randomised: 0,
  });
const sell = (from: number, to: number): void =>
  journal.write((tx) => {
    for (let n = from; n <= to; n++) sold(tx, n);
  });

/** What a batch says, line by line. */
interface Taken {
  readonly batchId: string;
  readonly lines: readonly Envelope[];
  readonly texts: readonly string[];
}

async function take(events = 1000): Promise<Taken | undefined> {
  const batchId = `00000000-0000-4000-8000-${String(++batches).padStart(12, '0')}`;
  const batch = await outbox.next(batchId, { events, bytes: 4 * 1024 ** 2 });
  if (batch === undefined) return undefined;
  const read = readBatch(gunzipSync(batch.body));
  if (!read.ok) throw new Error(read.message);
  expect([read.head.batchId, read.head.events]).toEqual([batchId, batch.events]);
  return { batchId, lines: read.lines.map((line) => JSON.parse(line) as Envelope), texts: read.lines };
}

const seqsOf = (batch: Taken | undefined, stream: Stream = 'sales'): Ranges =>
  setOfNumbers((batch?.lines ?? []).filter((line) => line.stream === stream).map(({ seq }) => seq));

/** The protocol's rule in its shortest form: first come, first held; another hash under a held number, or beyond a fork, is a conflict. */
class SmallHub {
  readonly held = new Map<string, Map<number, string>>();
  readonly forks = new Map<string, number>();

  post({ lines, texts }: Taken, refuse: (line: Envelope) => boolean = () => false): BatchAnswer {
    const conflicts: { epoch: string; stream: Stream; seq: number }[] = [];
    const refused: { index: number; message: string }[] = [];
    const touched = new Map<string, StreamAck>();
    const order = [...lines.keys()].sort((a, b) => (lines[a] as Envelope).seq - (lines[b] as Envelope).seq);
    for (const index of order) {
      const line = lines[index] as Envelope;
      const { epoch, stream, seq } = line;
      if (refuse(line)) {
        refused.push({ index, message: 'no' });
        continue;
      }
      const key = `${epoch}/${stream}`;
      const held = this.held.get(key) ?? new Map<number, string>();
      this.held.set(key, held);
      const text = texts[index] as string;
      const before = held.get(seq - 1);
      const fits = before === undefined || envelopeHash(before) === line.prevhash;
      const fork = this.forks.get(key) ?? Number.POSITIVE_INFINITY;
      if (held.has(seq) ? held.get(seq) !== text : seq > fork || !fits) {
        conflicts.push({ epoch, stream, seq });
        this.forks.set(key, Math.min(fork, seq));
      } else held.set(seq, text);
      touched.set(key, { epoch, stream, contiguousSeq: 0, ranges: [] });
    }
    const acks = [...touched].map(([key, ack]): StreamAck => {
      const ranges = setOfNumbers((this.held.get(key) ?? new Map()).keys());
      const first = ranges[0]?.[0] === 1 ? ranges[0] : undefined;
      const above = (first === undefined ? ranges : ranges.slice(1)).map(([from, to]): [number, number] => [from, to]);
      return { ...ack, contiguousSeq: first?.[1] ?? 0, ranges: above };
    });
    return { acks, conflicts, refused };
  }

  /** Everything it holds, each envelope once. */
  all(): Envelope[] {
    return [...this.held.values()].flatMap((lane) => [...lane.values()]).map((text) => JSON.parse(text) as Envelope);
  }
}

/** Sends until nothing waits. */
async function drain(hub: SmallHub): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const batch = await take();
    if (batch === undefined) {
      await outbox.moved();
      if (outbox.waiting() === 0) return;
      continue;
    }
    await outbox.settle(batch.batchId, hub.post(batch));
  }
  throw new Error('the outbox does not drain');
}

const sales = (hub: SmallHub): string[] =>
  hub
    .all()
    .filter(({ stream }) => stream === 'sales')
    .map(({ data }) => String(data.saleId))
    .sort();
const named = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `s${from + n}`).sort();

describe('batches', () => {
  it('take the newest sales first, then the backlog from its oldest, and no event twice while they are under way', async () => {
    sell(1, 300);
    journal.write((tx) => told(tx, 1));
    const [first, second] = [await take(100), await take(100)];
    expect(seqsOf(first)).toEqual([
      [1, 50],
      [251, 300],
    ]);
    expect(first?.lines[0]?.seq).toBe(300);
    const both = [...seqsOf(first), ...seqsOf(second)].flatMap(([from, to]) => to - from + 1);
    expect(both.reduce((sum, n) => sum + n, 0)).toBe(100 + 100);
    sell(301, 301);
    expect((await take(100))?.lines[0]?.seq).toBe(301);
    outbox.release(first?.batchId ?? '');
    expect(outbox.waiting()).toBe(302);
  });

  it('are cut at their bytes, the rest goes with the next', async () => {
    sell(1, 60);
    const batch = await outbox.next('00000000-0000-4000-8000-000000000000', { events: 1000, bytes: 10_000 });
    expect(batch?.events).toBeGreaterThan(5);
    expect(batch?.events).toBeLessThan(60);
    const rest = await take();
    expect((batch?.events ?? 0) + (rest?.lines.length ?? 0)).toBe(60);
  });

  it('need no sync of their own for what the hub answered, but for what that makes us tell', async () => {
    const hub = new SmallHub();
    sell(1, 3);
    const sent = await take();
    if (sent === undefined) throw new Error('nothing waits');
    expect(journal.isPending).toBe(false);
    await outbox.settle(sent.batchId, hub.post(sent));
    expect([outbox.waiting(), journal.isPending]).toEqual([0, false]);
    sell(4, 4);
    const { epoch } = journal;
    const next = await take();
    const conflicts = [{ epoch, stream: 'sales' as const, seq: 4 }];
    await outbox.settle(next?.batchId ?? '', { acks: [], conflicts, refused: [] });
    expect([journal.epoch === epoch, journal.isPending]).toEqual([false, true]);
  });

  it('that nobody answered wait again', async () => {
    sell(1, 5);
    const batch = await take();
    expect(await take()).toBeUndefined();
    outbox.release(batch?.batchId ?? '');
    expect(seqsOf(await take())).toEqual([[1, 5]]);
  });

  it('come also after the thread that makes them was lost with a broken order', async () => {
    sell(1, 3);
    await expect(outbox.next('x', { events: 10, bytes: 'none' as unknown as number })).resolves.toBeDefined();
    outbox.release('x');
    expect(seqsOf(await take())).toEqual([[1, 3]]);
  });
});

describe('answers', () => {
  it('settle exactly what the batch carried and the hub holds', async () => {
    sell(1, 10);
    const batch = (await take(4)) as Taken;
    const ack = { epoch: journal.epoch, stream: 'sales', ranges: [] } as const;
    // Wider than what was sent: whose events these are nobody knows.
    await outbox.settle(batch.batchId, { acks: [{ ...ack, contiguousSeq: 9, ranges: [] }], conflicts: [] });
    expect(seqsOf(batch)).toEqual([
      [1, 2],
      [9, 10],
    ]);
    expect(outbox.waiting()).toBe(7);
    expect(await outbox.settle(batch.batchId, { acks: [], conflicts: [] })).toEqual({ settled: 0, aside: 0 });
  });

  it('that overtake each other take nothing back, and a hub that forgot gets it again', async () => {
    const hub = new SmallHub();
    sell(1, 6);
    const [first, second] = [(await take(3)) as Taken, (await take(3)) as Taken];
    const early = hub.post(first);
    await outbox.settle(second.batchId, hub.post(second));
    await outbox.settle(first.batchId, early);
    expect(outbox.waiting()).toBe(0);
    const held = hub.held.get(`${journal.epoch}/sales`);
    for (const seq of [4, 5, 6]) held?.delete(seq);
    outbox.release('after a failure the hub is asked what it holds');
    await drain(hub);
    expect(sales(hub)).toEqual(named(1, 6));
  });

  it('to a batch that only asks are no lack of progress', async () => {
    const hub = new SmallHub();
    sell(1, 3);
    await drain(hub);
    outbox.release('a failure');
    const batch = (await take()) as Taken;
    expect(seqsOf(batch)).toEqual([[3, 3]]);
    expect(await outbox.settle(batch.batchId, hub.post(batch))).toEqual({ settled: 1, aside: 0 });
    expect(await take()).toBeUndefined();
  });

  it('put aside what the hub will never take, and the rest goes on; the next start tries again', async () => {
    const hub = new SmallHub();
    sell(1, 5);
    const batch = (await take()) as Taken;
    const answer = hub.post(batch, ({ seq }) => seq === 3);
    expect(await outbox.settle(batch.batchId, answer)).toEqual({ settled: 5, aside: 1 });
    expect(outbox.counts()).toMatchObject({ waiting: 0, aside: 1 });
    expect(await take()).toBeUndefined();
    journal.close();
    open();
    await drain(hub);
    expect([sales(hub), outbox.counts().aside]).toEqual([named(1, 5), 0]);
  });

  it('of a single event that is too large put it aside', async () => {
    sell(1, 2);
    const batch = (await take(1)) as Taken;
    const problem = { code: 'HUB_BATCH_TOO_LARGE', message: '', hint: '' } as const;
    expect(await outbox.setAside(batch.batchId, problem)).toEqual({ settled: 1, aside: 1 });
    expect(seqsOf(await take())).toEqual([[1, 1]]);
  });
});

/** The disk is put back to what it was: what came after is lost here, and held by the hub. */
async function restoredDisk(hub: SmallHub, waiting: number): Promise<string> {
  sell(1, 100);
  await drain(hub);
  sell(101, 100 + waiting);
  journal.close();
  copyFileSync(join(dir, 'journal.db'), join(dir, 'kept.db'));
  open();
  sell(101 + waiting, 130 + waiting);
  await drain(hub);
  const { epoch } = journal;
  journal.close();
  for (const end of ['-wal', '-shm']) rmSync(join(dir, `journal.db${end}`), { force: true });
  copyFileSync(join(dir, 'kept.db'), join(dir, 'journal.db'));
  open();
  return epoch;
}

describe('a restored hub', () => {
  it('that no batch failed against is told again also what is in quiet streams', async () => {
    const hub = new SmallHub();
    sell(1, 20);
    journal.write((tx) => {
      for (let n = 1; n <= 20; n++) told(tx, n);
    });
    await drain(hub);
    const before = hub.all().length;
    for (const lane of hub.held.values()) for (let seq = 11; seq <= 20; seq++) lane.delete(seq);
    expect(hub.all().length).toBe(before - 20);
    sell(21, 21);
    await drain(hub);
    expect(hub.all().length).toBe(before + 1);
  });
});

describe('a restored disk', () => {
  it('opens a new epoch; both histories stay, and nothing is told twice', async () => {
    const hub = new SmallHub();
    const epoch = await restoredDisk(hub, 20);
    sell(9_001, 9_050);
    await drain(hub);
    expect(journal.epoch).not.toBe(epoch);
    expect(sales(hub)).toEqual([...named(1, 150), ...named(9_001, 9_050)].sort());
    const moved = hub.all().filter((line) => line.epoch === journal.epoch && line.stream === 'sales');
    expect(moved.map(({ data }) => data.saleId)).toEqual(named(9_001, 9_050));
  });

  it('moves a long queue in steps, in order, whatever ends the agent between', async () => {
    const hub = new SmallHub();
    await restoredDisk(hub, 0);
    sell(9_001, 9_400);
    for (let n = 0; n < 4; n++) {
      for (const batch of [await take(60), await take(60)])
        if (batch !== undefined) await outbox.settle(batch.batchId, hub.post(batch));
      journal.close();
      open();
    }
    await drain(hub);
    expect(sales(hub)).toEqual([...named(1, 130), ...named(9_001, 9_400)].sort());
    const moved = hub.all().filter((line) => line.epoch === journal.epoch && line.stream === 'sales');
    expect(moved.length).toBeGreaterThan(200);
    const order = moved.sort((a, b) => a.seq - b.seq).map(({ data }) => data.saleId);
    expect(order).toEqual([...order].sort());
  });

  it('is known also where the hub holds more than this disk ever wrote', async () => {
    const hub = new SmallHub();
    const epoch = await restoredDisk(hub, 0);
    journal.write((tx) => seen(tx, 1));
    await drain(hub);
    expect(journal.epoch).not.toBe(epoch);
    sell(500, 500);
    await drain(hub);
    expect(sales(hub)).toEqual([...named(1, 130), 's500'].sort());
  });
});
