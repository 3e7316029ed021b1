import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Envelope, envelopeHash, genesisHash } from './envelope.ts';

const golden = JSON.parse(readFileSync(new URL('./golden/chain.json', import.meta.url), 'utf8')) as {
  genesis: string;
  hashes: string[];
  envelopes: unknown[];
};
const sample = Envelope.parse(golden.envelopes[0]);

test('the golden chain keeps its hashes: a change here breaks every store in the field', () => {
  const envelopes = golden.envelopes.map((each) => Envelope.parse(each));
  expect(genesisHash(sample.store, sample.epoch, sample.stream)).toBe(golden.genesis);
  expect(envelopes.map(envelopeHash)).toEqual(golden.hashes);
  expect(envelopes.map(({ prevhash }) => prevhash)).toEqual([golden.genesis, ...golden.hashes.slice(0, -1)]);
});

test('the hash does not depend on the order of members, and survives JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const envelope = { ...sample, data };
      const reversed = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(envelope)) as object).reverse());
      expect(envelopeHash(reversed as Envelope)).toBe(envelopeHash(envelope));
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
  const hashes = changed.map((change) => envelopeHash({ ...sample, ...change }));
  expect(new Set([envelopeHash(sample), ...hashes]).size).toBe(changed.length + 1);
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
