import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendQueue } from './send-queue.ts';

const drain = (queue: SendQueue): string[] => {
  const taken: string[] = [];
  for (let tag = queue.take(); tag !== undefined; tag = queue.take()) taken.push(tag);
  return taken;
};

test('wrong prices go before other words, what sells before what does not, and else who came first', () => {
  const queue = new SendQueue();
  queue.add('name', { isPriceWrong: false, soldOfLate: 90 });
  queue.add('slow', { isPriceWrong: true, soldOfLate: 0 });
  queue.add('slow too', { isPriceWrong: true, soldOfLate: 0 });
  queue.add('milk', { isPriceWrong: true, soldOfLate: 40 });
  expect(drain(queue)).toEqual(['milk', 'slow', 'slow too', 'name']);
});

test('a label waits once, with its newest urgency, however often it is added between takes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ tag: fc.integer({ min: 0, max: 9 }), wrong: fc.boolean(), sold: fc.nat(5) }), {
        minLength: 1,
      }),
      (adds) => {
        const queue = new SendQueue();
        const newest = new Map<string, { wrong: boolean; sold: number }>();
        for (const { tag, wrong, sold } of adds) {
          queue.add(String(tag), { isPriceWrong: wrong, soldOfLate: sold });
          newest.set(String(tag), { wrong, sold });
        }
        expect(queue.size).toBe(newest.size);
        const taken = drain(queue);
        expect(new Set(taken)).toEqual(new Set(newest.keys()));
        const ranks = taken.map((tag) => {
          const { wrong = false, sold = 0 } = newest.get(tag) ?? {};
          return (wrong ? 100 : 0) + sold;
        });
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
      },
    ),
  );
});
