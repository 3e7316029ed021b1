import { describe, expect, it } from 'vitest';
import { isUnitCampaign, problemOf } from './problem.ts';
import { mayTake, shareFen, spreadFen } from './savings.ts';
import { caseOf, off, percent } from './testing/cases.ts';

describe('the oracle’s own rounding', () => {
  it('rounds a share half-up, once', () => {
    expect(shareFen(99, 1250)).toBe(12);
    expect(shareFen(100, 1250)).toBe(13);
    expect(shareFen(0, 10_000)).toBe(0);
    // The product is beyond what a double holds exactly.
    expect(shareFen(2 ** 40, 9999)).toBe(1_099_401_676_613);
  });

  it('spreads by largest remainder, ties to the earlier line, sums exact', () => {
    expect(spreadFen(300, [4300, 1400, 2300])).toEqual([161, 53, 86]);
    expect(spreadFen(1, [5, 5])).toEqual([1, 0]);
    expect(spreadFen(5, [1, 0, 1, 1])).toEqual([2, 0, 2, 1]);
    expect(spreadFen(0, [0, 0])).toEqual([0, 0]);
  });

  it('lets a stack take a unit only where each campaign of it saves a fen there', () => {
    const stackWith = ['layer:item'];
    const P = off(percent(1000), { stackWith });
    const Q = off(percent(1250), { stackWith });
    const stack = problemOf(caseOf({ lines: [['A', 3, 1]], campaigns: { P, Q } })).items.filter(isUnitCampaign);
    expect(mayTake(1000, 'A', stack)).toBe(true);
    // 0.3 of 3, then 0.6375 in all: 0 and 1, though neither alone saves anything.
    expect(mayTake(3, 'A', stack)).toBe(false);
    // 0.4 and 0.85 of 4: alone the second saves its fen, too.
    expect(mayTake(4, 'A', stack)).toBe(false);
  });
});
