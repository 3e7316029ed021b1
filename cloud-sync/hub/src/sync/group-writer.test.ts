import { expect, test } from 'vitest';
import { HubFault } from '../fault.ts';
import type { IncomingBatch, IngestResult } from '../storage/port.ts';
import { chainOf, incoming, many } from '../testing/events.ts';
import { GROUP_LIMITS, GroupWriter } from './group-writer.ts';

const AT = '2024-03-02T01:00:00.000Z';
const batchOf = (store: string, events: number): IncomingBatch => {
  const sale = incoming(chainOf(store).sale());
  return { store, receivedAt: AT, events: many(events, () => sale) };
};

/** A log that says which batches came together; `fails` ends a transaction that holds such a batch. */
function log(fails: (store: string) => Error | undefined = () => undefined) {
  const groups: string[][] = [];
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    groups,
    open,
    ingest: async (batches: readonly IncomingBatch[]): Promise<IngestResult[]> => {
      groups.push(batches.map(({ store }) => store));
      await gate;
      for (const { store } of batches) {
        const error = fails(store);
        if (error !== undefined) throw error;
      }
      return batches.map(({ events }) => ({ acks: [], stored: events, duplicates: 0, conflicts: [] }));
    },
  };
}

test('batches that come while a transaction syncs go together into the next, in the order in which they came', async () => {
  const under = log();
  const writer = new GroupWriter(under);
  const first = writer.write(batchOf('s1', 1));
  await expect.poll(() => under.groups).toEqual([['s1']]);
  const others = ['s2', 's3', 's4'].map((store) => writer.write(batchOf(store, 2)));
  under.open();
  expect((await first).stored).toHaveLength(1);
  for (const each of others) expect((await each).stored).toHaveLength(2);
  expect(under.groups).toEqual([['s1'], ['s2', 's3', 's4']]);
  await writer.settled();
});

test('a transaction holds no more than the limit, and always one batch', async () => {
  const under = log();
  under.open();
  const writer = new GroupWriter(under);
  const sizes = [GROUP_LIMITS.events + 1, 1, GROUP_LIMITS.events - 1, 1];
  await Promise.all(sizes.map((size, at) => writer.write(batchOf(`s${at}`, size))));
  expect(under.groups).toEqual([['s0'], ['s1', 's2'], ['s3']]);
});

test('a batch that makes a transaction fail fails alone', async () => {
  const under = log((store) => (store === 'bad' ? new Error('constraint') : undefined));
  under.open();
  const writer = new GroupWriter(under);
  const settled = await Promise.allSettled(['s1', 'bad', 's2'].map((store) => writer.write(batchOf(store, 1))));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a full disk is told to all at once', async () => {
  const under = log(() => new HubFault('HUB_STORAGE_FULL'));
  under.open();
  const writer = new GroupWriter(under);
  const settled = await Promise.allSettled(['s1', 's2'].map((store) => writer.write(batchOf(store, 1))));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(under.groups).toHaveLength(1);
});
