import { describe, expect, it } from 'vitest';
import { shareFen, spreadFen } from './savings.ts';

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
});
