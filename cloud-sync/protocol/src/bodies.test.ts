import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BatchAck, batchText, readBatch } from './batch.ts';
import { EVENT_TYPES, type EventType } from './bodies.ts';
import { TargetCustom, targetPath, wakeTopic } from './desired.ts';
import { StorePairAnswer } from './pairing.ts';
import { STREAMS } from './stream.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));
const bodies = read('bodies') as Record<EventType, Record<string, unknown>>;

test('every event type has one golden body, and no body is left over', () => {
  expect(Object.keys(bodies).toSorted()).toEqual(Object.keys(EVENT_TYPES).toSorted());
});

test.each(Object.keys(EVENT_TYPES) as EventType[])('%s reads its golden body and keeps it as it is', (type) => {
  const { body, stream } = EVENT_TYPES[type];
  expect(STREAMS).toContain(stream);
  expect(type).toMatch(/^tillside\.[a-z]+(\.[a-z]+)+\.v\d+$/u);
  expect(body.parse(bodies[type])).toEqual(bodies[type]);
});

test.each(Object.keys(EVENT_TYPES) as EventType[])(
  '%s refuses members it does not know and a body with one missing',
  (type) => {
    const { body } = EVENT_TYPES[type];
    expect(body.safeParse({ ...bodies[type], phone: '13800000000' }).success).toBe(false);
    const [first, ...rest] = Object.entries(bodies[type]);
    expect(first).toBeDefined();
    expect(body.safeParse(Object.fromEntries(rest)).success).toBe(false);
  },
);

test('money is integer fen, never a fraction', () => {
  const sale = bodies['tillside.sale.completed.v1'];
  expect(EVENT_TYPES['tillside.sale.completed.v1'].body.safeParse({ ...sale, payableFen: 9.5 }).success).toBe(false);
});

test('the golden batch, acks and pair answer read', () => {
  const batch = read('batch') as { batch: string[]; ack: unknown; ackWithRefused: unknown; pairAnswer: unknown };
  const [first = '', ...lines] = batch.batch;
  const head = JSON.parse(first) as { batchId: string; store: string };
  expect(readBatch(Buffer.from(`${batch.batch.join('\n')}\n`))).toEqual({ ok: true, head, lines });
  expect(batchText({ batchId: head.batchId, store: head.store }, lines)).toBe(`${batch.batch.join('\n')}\n`);
  expect(BatchAck.parse(batch.ack)).toEqual(batch.ack);
  expect(BatchAck.parse(batch.ackWithRefused)).toEqual(batch.ackWithRefused);
  expect(StorePairAnswer.parse(batch.pairAnswer)).toEqual(batch.pairAnswer);
});

test('paths and topics of a store are its own', () => {
  expect(targetPath('store-1', 'campaigns')).toBe('stores/store-1/campaigns.json');
  expect(targetPath('store-1', 'model')).toBe('stores/store-1/model.tillmodel');
  expect(wakeTopic('store-1')).toBe('tillside/v1/stores/store-1/wake');
  expect(TargetCustom.safeParse({ kind: 'campaigns', version: 0, store: 'store-1' }).success).toBe(false);
});
