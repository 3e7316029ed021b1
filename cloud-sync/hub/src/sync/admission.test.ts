import { describe, expect, test } from 'vitest';
import { ADMISSION_LIMITS, type Admission, type Admitted, Gate } from './admission.ts';

const BYTES = 1_000;
const placeOf = (admission: Admission): Admitted => {
  if (!admission.ok) throw new Error('no room');
  return admission.place;
};
const waitOf = (admission: Admission): number => {
  if (admission.ok) throw new Error('there was room');
  return admission.retryAfterMs;
};
/** A gate that is full. */
function crowded() {
  const time = { ms: 0 };
  const gate = new Gate(() => time.ms);
  const places = Array.from({ length: ADMISSION_LIMITS.batches }, (_, i) => placeOf(gate.admit(`s${i}`, BYTES)));
  return { gate, time, places };
}

describe('who may send', () => {
  test('as many as the limits say, and again once one is done', () => {
    const { gate, places } = crowded();
    expect(gate.admit('late', BYTES).ok).toBe(false);
    places[0]?.release();
    places[0]?.release();
    expect(gate.admit('late', BYTES).ok).toBe(true);
    expect(gate.admit('later', BYTES).ok).toBe(false);
  });

  test('no store has more than its share, whatever room there is', () => {
    const gate = new Gate(() => 0);
    for (let n = 0; n < ADMISSION_LIMITS.perStore; n += 1) placeOf(gate.admit('s1', BYTES));
    expect(waitOf(gate.admit('s1', BYTES))).toBe(ADMISSION_LIMITS.leastWaitMs);
    expect(gate.admit('s2', BYTES).ok).toBe(true);
  });

  test('bodies count by their bytes', () => {
    const gate = new Gate(() => 0);
    const places: Admitted[] = [];
    for (let n = 0; ; n += 1) {
      const admission = gate.admit(`s${n}`, ADMISSION_LIMITS.bodyBytes);
      if (!admission.ok) break;
      places.push(admission.place);
    }
    expect(places).toHaveLength(Math.floor(ADMISSION_LIMITS.bytes / ADMISSION_LIMITS.bodyBytes));
    places[0]?.release();
    expect(gate.admit('x', ADMISSION_LIMITS.bodyBytes).ok).toBe(true);
  });
});

describe('who must wait', () => {
  test('is given a turn behind those who came before, by the pace of the hub', () => {
    const { gate, time, places } = crowded();
    // Eight batches each 800 ms, as they are written: in groups.
    for (let at = 0; at < places.length; at += 8) {
      time.ms += 800;
      for (const place of places.slice(at, at + 8)) place.release();
    }
    for (let n = 0; n < ADMISSION_LIMITS.batches; n += 1) placeOf(gate.admit(`s${n}`, BYTES));
    const waits = Array.from({ length: 300 }, (_, n) => waitOf(gate.admit(`late${n}`, BYTES)));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[0]).toBe(ADMISSION_LIMITS.leastWaitMs);
    // 300 at 100 ms each, and a little sooner than that: the hub shall not wait for them.
    expect(waits.at(-1)).toBeGreaterThan(20_000);
    expect(waits.at(-1)).toBeLessThan(30_000);
    // The turns of those who did not come back pass.
    time.ms += ADMISSION_LIMITS.mostWaitMs;
    expect(waitOf(gate.admit('x', BYTES))).toBe(ADMISSION_LIMITS.leastWaitMs);
  });

  test('never waits longer than the limit, however many there are', () => {
    const { gate } = crowded();
    const waits = Array.from({ length: 30_000 }, (_, n) => waitOf(gate.admit(`late${n}`, BYTES)));
    expect(Math.max(...waits)).toBe(ADMISSION_LIMITS.mostWaitMs);
  });
});

test('a store that was served is asked to pause only while most places are taken', () => {
  const { gate, places } = crowded();
  expect(gate.pauseMs()).toBeGreaterThan(0);
  for (const place of places.slice(0, ADMISSION_LIMITS.batches / 2)) place.release();
  expect(gate.pauseMs()).toBeUndefined();
});
