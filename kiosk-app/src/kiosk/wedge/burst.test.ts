import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_GAP_MS, BURST_MAX_KEYS, BURST_MIN_KEYS, NOTHING_HELD, pressed, type Said, settled } from './burst.ts';

/** What is said of keys that come after these pauses. */
function heard(keys: readonly (readonly [key: string, pauseMs: number])[]): Said[] {
  let held = NOTHING_HELD;
  let atMs = 1000;
  const all: Said[] = [];
  for (const [key, pauseMs] of keys) {
    atMs += pauseMs;
    const next = pressed(held, key, atMs);
    held = next.held;
    if (next.said) all.push(next.said);
  }
  const last = settled(held);
  return last ? [...all, last] : all;
}

describe('keys', () => {
  const digit = fc.stringMatching(/^\d$/);

  it('of a hand all arrive as typed, in their order, and none is a scan', () => {
    const slow = fc.tuple(digit, fc.integer({ min: BURST_GAP_MS + 1, max: 900 }));
    fc.assert(
      fc.property(fc.array(slow), (keys) => {
        const said = heard(keys);
        expect(said.every((one) => one.by === 'typed')).toBe(true);
        expect(said.map((one) => one.text).join('')).toBe(keys.map(([key]) => key).join(''));
      }),
    );
  });

  it('of a scanner are one scan and nothing typed, whatever a hand types before and after', () => {
    const fast = fc.array(fc.tuple(digit, fc.integer({ min: 0, max: BURST_GAP_MS })), {
      minLength: BURST_MIN_KEYS,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fast, fc.constantFrom('Enter', 'Tab', null), (keys, end) => {
        const burst = keys.map(([key, pause], at) => [key, at === 0 ? 500 : pause] as const);
        const ended = end === null ? [] : ([[end, 3]] as const);
        const said = heard([['7', 500], ...burst, ...ended, ['8', 500]]);
        expect(said).toEqual([
          { by: 'typed', text: '7' },
          { by: 'scan', text: keys.map(([key]) => key).join('') },
          { by: 'typed', text: '8' },
        ]);
      }),
    );
  });

  it('that two fingers roll are typed; an Enter of a hand is left to the page', () => {
    expect(
      heard([
        ['1', 300],
        ['3', 12],
        ['8', 300],
      ]),
    ).toEqual([
      { by: 'typed', text: '13' },
      { by: 'typed', text: '8' },
    ]);
    expect(pressed({ text: '13', lastMs: 0 }, 'Enter', 10).isOfScan).toBe(false);
    expect(pressed({ text: 'TM:200', lastMs: 0 }, 'Enter', 10).isOfScan).toBe(true);
  });

  it('that never end are not kept', () => {
    const said = heard(Array.from({ length: 5000 }, (_, at) => ['x', at === 0 ? 100 : 1] as const));
    expect(said).toEqual([{ by: 'scan', text: 'x'.repeat(BURST_MAX_KEYS) }]);
  });
});
