import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchText, fitBatch, MAX_BATCH_BYTES, readBatch } from './batch.ts';
import { Envelope, envelopeHash, genesisHash } from './envelope.ts';

const golden = JSON.parse(readFileSync(new URL('./golden/chain.json', import.meta.url), 'utf8')) as {
  genesis: string;
  hashes: string[];
  lines: string[];
};
const sample = Envelope.parse(JSON.parse(golden.lines[0] ?? ''));
const hashOf = (envelope: Envelope): string => envelopeHash(JSON.stringify(envelope));

test('the golden chain keeps its hashes: a change here breaks every store in the field', () => {
  const envelopes = golden.lines.map((each) => Envelope.parse(JSON.parse(each)));
  expect(genesisHash(sample.store, sample.epoch, sample.stream)).toBe(golden.genesis);
  expect(golden.lines.map(envelopeHash)).toEqual(golden.hashes);
  expect(envelopes.map(({ prevhash }) => prevhash)).toEqual([golden.genesis, ...golden.hashes.slice(0, -1)]);
});

test('the hash is over the bytes that travel: what a batch carries hashes as it did at the store', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (data) => {
      const text = JSON.stringify({ ...sample, data });
      const batch = readBatch(Buffer.from(batchText({ batchId: sample.id, store: sample.store }, [text, text])));
      expect(batch).toMatchObject({ ok: true, lines: [text, text] });
      expect(batch.ok && batch.lines.map(envelopeHash)).toEqual([envelopeHash(text), envelopeHash(text)]);
    }),
  );
});

test('any changed member changes the hash', () => {
  const changed: Partial<Envelope>[] = [
    { id: '00000000-0000-4000-8000-0000000000ff' },
    { time: '2024-01-01T00:00:00+08:00' },
    { seq: sample.seq + 1 },
    { store: 'another' },
    { stream: 'ops' },
    { type: 'tillside.sale.completed.v2' },
    { prevhash: '0'.repeat(64) },
    { data: { ...sample.data, payableFen: 1 } },
  ];
  const hashes = changed.map((change) => hashOf({ ...sample, ...change }));
  expect(new Set([hashOf(sample), ...hashes]).size).toBe(changed.length + 1);
});

test('a genesis belongs to one store, epoch and stream', () => {
  const epochs = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  const all = ['s1', 's2'].flatMap((store) =>
    epochs.flatMap((epoch) => (['sales', 'ops'] as const).map((stream) => genesisHash(store, epoch, stream))),
  );
  expect(new Set(all).size).toBe(8);
});

test.each([
  ['seq 0', { seq: 0 }],
  ['seq beyond 32 bits', { seq: 2 ** 31 }],
  ['an unknown member', { extra: 1 }],
  ['a store id with capitals', { store: 'Store' }],
  ['an epoch that is no UUID', { epoch: '7' }],
  ['a time without offset', { time: '2024-01-01T00:00:00' }],
  ['data that is a list', { data: [] }],
  ['a short prevhash', { prevhash: 'ab' }],
])('%s is no envelope', (_name, change) => {
  expect(Envelope.safeParse({ ...sample, ...change }).success).toBe(false);
});

test('a batch keeps its bounds, but never starves a single large event', () => {
  const texts = Array.from({ length: 1200 }, (_, index) => JSON.stringify({ ...sample, seq: index + 1 }));
  expect(fitBatch(texts, { events: 1000, bytes: MAX_BATCH_BYTES })).toBe(1000);
  const few = fitBatch(texts, { events: 1000, bytes: 4000 });
  expect(few).toBeGreaterThan(1);
  const body = batchText({ batchId: sample.id, store: sample.store }, texts.slice(0, few));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4000);
  expect(fitBatch(texts, { events: 1000, bytes: 10 })).toBe(1);
  expect(fitBatch([], { events: 1000, bytes: 10 })).toBe(0);
});
