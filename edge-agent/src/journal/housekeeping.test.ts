import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Envelope, type EventBody, envelopeHash, type Stream } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../ports.ts';
import { Housekeeping, Journal, Outbox, type Tx } from './index.ts';

const DAY_MS = 86_400_000;
const at = '2026-11-22T10:00:00.000Z';
let dir: string;
let journal: Journal;
let outbox: Outbox;
let nowMs = Date.parse(at);
const clock = { now: () => nowMs };

const keeper = (budgetBytes?: number): Housekeeping =>
  new Housekeeping({ journal, outbox, clock, keepDays: 35, budgetBytes });
const open = (maxBytes?: number): void => {
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock, random: systemRandom, maxBytes });
  outbox = new Outbox(journal);
};
beforeEach(() => {
  nowMs = Date.parse(at);
  dir = mkdtempSync(join(tmpdir(), 'tillside-keep-'));
  open();
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const sold = (tx: Tx, n: number): unknown =>
  tx.append('tillside.coupon.redeemed.v1', { couponId: `k${n}`, campaignId: 'c', saleId: `s${n}`, amountFen: n });
const seen = (tx: Tx, n: number): unknown =>
  tx.append('tillside.presence.counted.v1', {
    zone: 'door',
    windowStart: at,
    windowMs: 1000,
    devices: n,
    associated: 0,
    randomised: 0,
  });
const changed = (tx: Tx, n: number): unknown =>
  tx.append('tillside.device.changed.v1', { deviceId: `d${n}`, state: 'online', at });
const shown = (tx: Tx, n: number): unknown =>
  tx.append('tillside.label.shown.v1', { tagId: `t${n}`, sku: 'milk', priceFen: n, imageHash: 'h', at });
const add = (append: (tx: Tx, n: number) => void, count: number): void =>
  journal.write((tx) => {
    for (let n = 0; n < count; n++) append(tx, n);
  });
const hold = (stream: Stream, to: number): void => {
  journal.write((tx) => tx.run('UPDATE outbox_lane SET held = ? WHERE stream = ?', to, stream));
};
const seqs = (stream: Stream): number[] =>
  journal.all<{ seq: number }>('SELECT seq FROM event WHERE stream = ? ORDER BY seq', stream).map(({ seq }) => seq);
const sheds = (): EventBody<'tillside.stream.shed.v1'>[] =>
  journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.stream.shed.v1' ORDER BY seq`)
    .map(({ envelope }) => (JSON.parse(envelope) as Envelope).data as EventBody<'tillside.stream.shed.v1'>);
const settle = (keep: Housekeeping): void => {
  for (let n = 0; n < 30; n++) keep.tick();
};

describe('what the hub has', () => {
  it('goes after its days, oldest first, but never the newest of a stream nor what waits', () => {
    add(sold, 10);
    add(seen, 3);
    hold('sales', 10);
    nowMs += 10 * DAY_MS;
    add(sold, 5);
    hold('sales', 15);
    const keep = keeper();
    settle(keep);
    expect(seqs('sales')).toHaveLength(15);
    nowMs += 26 * DAY_MS;
    settle(keep);
    expect(seqs('sales')).toEqual([11, 12, 13, 14, 15]);
    nowMs += 365 * DAY_MS;
    settle(keep);
    expect([seqs('sales'), seqs('presence')]).toEqual([[15], [1, 2, 3]]);
    const before = journal.get<{ hash: string }>(`SELECT hash FROM event WHERE stream = 'sales'`)?.hash;
    add(sold, 1);
    const { envelope = '{}' } = journal.get<{ envelope: string }>(`SELECT envelope FROM event WHERE seq = 16`) ?? {};
    expect((JSON.parse(envelope) as Envelope).prevhash).toBe(before);
  });

  it('is declared where a restored hub asks for it again', async () => {
    add(sold, 10);
    hold('sales', 10);
    nowMs += 40 * DAY_MS;
    add(sold, 2);
    settle(keeper());
    expect(seqs('sales')).toEqual([11, 12]);
    await outbox.next('00000000-0000-4000-8000-000000000001', { events: 10, bytes: 1e6 });
    const ack = { epoch: journal.epoch, stream: 'sales', contiguousSeq: 4, ranges: [[11, 12]] } as const;
    await outbox.settle('00000000-0000-4000-8000-000000000001', {
      acks: [{ ...ack, ranges: [[11, 12]] }],
      conflicts: [],
    });
    expect(sheds()).toMatchObject([{ stream: 'sales', fromSeq: 1, toSeq: 10, reason: 'retention' }]);
    expect(outbox.counts().waiting).toBe(1);
  });
});

describe('a budget', () => {
  it('gives up what the hub has, then footfall, then what only informs; the rest stays and says so', () => {
    add(sold, 300);
    hold('sales', 100);
    add(seen, 1200);
    add(shown, 30);
    add(changed, 40);
    add(shown, 30);
    const all = keeper().bytes();
    settle(keeper(all * 0.95));
    expect([seqs('sales')[0], seqs('presence').length, sheds().length]).toEqual([101, 1200, 0]);
    const part = keeper(all * 0.6);
    settle(part);
    expect(seqs('presence').length).toBeLessThan(1200);
    expect(sheds().map(({ stream }) => stream)).toEqual(sheds().map(() => 'presence'));
    expect(part.conditions().map(({ code }) => code)).toEqual(['EVENTS_GIVEN_UP']);
    const tight = keeper(1);
    settle(tight);
    expect(seqs('presence')).toEqual([1200]);
    expect(seqs('ops').filter((seq) => seq <= 100)).toEqual(
      [...Array(30).keys(), ...[...Array(30).keys()].map((n) => n + 70)].map((n) => n + 1),
    );
    expect([seqs('sales').length, outbox.counts().shed]).toEqual([200, 1199 + 40]);
    expect(tight.conditions().map(({ code }) => code)).toEqual(['EVENTS_GIVEN_UP', 'EVENTS_OVER_BUDGET']);
    expect(outbox.waiting()).toBe(200 + 1 + 60 + sheds().length);
  });

  it('chains each tombstone to what is around its hole', () => {
    add(seen, 40);
    const rows = journal.all<{ hash: string }>(`SELECT hash FROM event WHERE stream = 'presence' ORDER BY seq`);
    settle(keeper(1));
    const [only] = sheds();
    expect(only).toMatchObject({ stream: 'presence', fromSeq: 1, toSeq: 39, lastHash: rows[38]?.hash });
    const left = journal.get<{ envelope: string }>(`SELECT envelope FROM event WHERE stream = 'presence'`);
    expect((JSON.parse(left?.envelope ?? '{}') as Envelope).prevhash).toBe(only?.lastHash);
    expect(envelopeHash(left?.envelope ?? '')).toBe(rows[39]?.hash);
  });

  it('does not touch what is under way', async () => {
    add(seen, 30);
    await outbox.next('00000000-0000-4000-8000-000000000002', { events: 10, bytes: 1e6 });
    settle(keeper(1));
    expect(seqs('presence')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30]);
  });

  it('says so before it is used up', () => {
    add(sold, 50);
    const bytes = keeper().bytes();
    expect(
      keeper(bytes * 1.05)
        .conditions()
        .map(({ code }) => code),
    ).toEqual(['EVENTS_NEAR_BUDGET']);
    expect(keeper(bytes * 2).conditions()).toEqual([]);
  });

  it('is measured by a few look-ups, holes and all', () => {
    add(seen, 60);
    add(sold, 5);
    settle(keeper(keeper().bytes() * 0.5));
    const exact = journal.get<{ n: number }>('SELECT sum(length(envelope) + 200) AS n FROM event')?.n ?? 0;
    expect(Math.abs(keeper().bytes() - exact)).toBeLessThan(exact * 0.01);
  });
});

describe('a full disk', () => {
  // On a disk that is full to the page, what stands for the events that go may itself need a page.
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'makes room for the sale by giving up footfall, and the sale is stored (%i pages more)',
    (pages) => {
      journal.close();
      open(3 * 1024 ** 2 + pages * 4096);
      const keep = keeper();
      const fill = (): void => add(seen, 50);
      let full = 0;
      for (let n = 0; n < 200 && sheds().length === 0; n++) {
        fill();
        full = n;
      }
      expect(full).toBeGreaterThan(5);
      for (let n = 0; n < 100; n++) add(sold, 5);
      expect(seqs('sales')).toHaveLength(500);
      expect(sheds()[0]).toMatchObject({ stream: 'presence', fromSeq: 1, reason: 'disk-full' });
      expect(keep.conditions().map(({ code }) => code)).toEqual(['EVENTS_GIVEN_UP']);
      expect(journal.failure).toBeUndefined();
    },
  );
});
