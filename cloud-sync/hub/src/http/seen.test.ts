import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StoreSeen } from '../storage/port.ts';
import { SeenStores } from './seen.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const T0 = Date.parse('2026-11-22T10:00:00.000Z');

function rig(touch: (seen: readonly StoreSeen[]) => Promise<void> = async () => undefined) {
  const written: (readonly StoreSeen[])[] = [];
  const failures: unknown[] = [];
  const registry = {
    touchStores: async (seen: readonly StoreSeen[]) => {
      written.push(seen);
      await touch(seen);
    },
  };
  const clock = { now: () => Date.now() };
  vi.setSystemTime(T0);
  return { written, failures, seen: new SeenStores({ registry, clock, failed: (error) => failures.push(error) }) };
}

it('writes stores that are heard of within two seconds together, each with its last instant', async () => {
  const { written, seen } = rig();
  seen.seen('a');
  vi.advanceTimersByTime(500);
  seen.seen('b');
  vi.advanceTimersByTime(500);
  seen.seen('a');
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([
    [
      { id: 'a', at: '2026-11-22T10:00:01.000Z' },
      { id: 'b', at: '2026-11-22T10:00:00.500Z' },
    ],
  ]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(written).toHaveLength(1);
});

it('says what could not be written, and goes on with the next', async () => {
  const down = new Error('down');
  const { written, failures, seen } = rig(() => Promise.reject(down));
  seen.seen('a');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(failures).toEqual([down]);
  seen.seen('a');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(written).toHaveLength(2);
});

it('stops when all is written, also what was under way', async () => {
  let finish = (): void => undefined;
  const { written, seen } = rig(() => new Promise((resolve) => (finish = resolve)));
  seen.seen('a');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(written).toHaveLength(1);
  let isStopped = false;
  const stopped = seen.stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(1);
  expect(isStopped).toBe(false);
  finish();
  await stopped;
});
