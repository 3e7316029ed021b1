import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { condition } from '../conditions.ts';
import type { DeviceEvent } from '../contract/event.ts';
import { EventQueue } from './event-queue.ts';

const base = { deviceId: 'd', at: '2026-01-01T00:00:00.000Z' };
const scan = (data: string): DeviceEvent => ({ ...base, type: 'scan', kind: 'text', data });
const reject: DeviceEvent = { ...base, type: 'reject', condition: condition('FRAME_NOISE'), byteCount: 1 };
const dataOf = (queue: EventQueue) => queue.after(0, 100).map(({ json }) => JSON.parse(json).data ?? 'reject');

describe('EventQueue', () => {
  it('keeps order and forgets what is acknowledged', () => {
    const queue = new EventQueue('b1');
    for (const data of ['a', 'b', 'c']) queue.push(scan(data));
    expect(queue.after(1, 1).map(({ eventSeq }) => eventSeq)).toEqual([2]);
    queue.ack('b1', 2, 99);
    expect(dataOf(queue)).toEqual(['c']);
    queue.ack('b1', 2, 99);
    expect(queue.push(scan('d')).eventSeq).toBe(4);
  });

  it('sheds rejects before scans, oldest first, and counts', () => {
    const queue = new EventQueue('b1', { maxEvents: 3, maxBytes: 1_000_000 });
    queue.push(scan('a'));
    queue.push(reject);
    for (const data of ['b', 'c', 'd']) queue.push(scan(data));
    expect(dataOf(queue)).toEqual(['b', 'c', 'd']);
    expect(queue.shed).toEqual({ reject: 1, scan: 1 });
  });

  it('stays within its limits whatever comes', () => {
    const step = fc.oneof(
      fc.record({ push: fc.string({ maxLength: 50 }) }),
      fc.record({ ack: fc.nat(60) }),
      fc.constant({ reject: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new EventQueue('b1', { maxEvents: 10, maxBytes: 1_000 });
        for (const one of steps) {
          if ('push' in one) queue.push(scan(one.push));
          else if ('ack' in one) queue.ack('b1', one.ack, 99);
          else queue.push(reject);
        }
        const kept = queue.after(0, 1_000);
        const seqs = kept.map(({ eventSeq }) => eventSeq);
        expect(kept.length).toBeLessThanOrEqual(10);
        expect(kept.reduce((sum, { json }) => sum + json.length, 0)).toBeLessThanOrEqual(1_000);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      }),
    );
  });
});
