import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCampaigns, decide, refundFor } from '../index.ts';
import { anyCase, anyContext } from '../testing/arbitraries.ts';
import { basketOf, campaign, line, run } from '../testing/fixtures.ts';

function refunded(result: ReturnType<typeof refundFor>): number {
  if (!result.ok) throw new Error(result.errors[0]?.code);
  return result.refundFen;
}

describe('refundFor', () => {
  it('a basket threshold can not be kept by returning most of what reached it', () => {
    const tenth = campaign({
      kind: 'spend-save',
      id: 's',
      items: { all: true },
      tiers: [{ spendFen: 30_000, saveFen: 3000 }],
      repeat: 'once',
      base: 'list',
    });
    const decision = run([tenth], basketOf([line('L1', 'tea', 6, 5000, {})], {}), {});
    expect(refunded(refundFor(decision, [{ lineId: 'L1', units: 5 }], []))).toBe(22_500);
    expect(refunded(refundFor(decision, [{ lineId: 'L1', units: 1 }], [{ lineId: 'L1', units: 5 }]))).toBe(4500);
  });

  it('refuses unknown lines, broken units and more than was sold', () => {
    const decision = run([], basketOf([line('L1', 'tea', 2, 500, {})], {}), {});
    const code = (lineId: string, units: number, before: number): string | undefined => {
      const result = refundFor(decision, [{ lineId, units }], [{ lineId: 'L1', units: before }]);
      return result.ok ? undefined : result.errors[0]?.code;
    };
    expect(code('L9', 1, 0)).toBe('RETURN_LINE_UNKNOWN');
    expect(code('L1', 0.5, 0)).toBe('RETURN_UNITS_INVALID');
    expect(code('L1', -1, 0)).toBe('RETURN_UNITS_INVALID');
    expect(code('L1', 2, 1)).toBe('RETURN_EXCEEDS_SOLD');
  });

  it('however returns are ordered, they sum to what was paid and never pass it', () => {
    const returns = anyCase(6, 3, 3).chain(({ set, basket }) => {
      const units = basket.lines.flatMap((one) =>
        Array.from({ length: one.quantity }, () => ({ lineId: one.lineId, units: 1 })),
      );
      const full = { minLength: units.length };
      return fc.tuple(fc.constant({ set, basket }), fc.shuffledSubarray(units, full), fc.shuffledSubarray(units, full));
    });
    fc.assert(
      fc.property(returns, fc.nat(12), ([{ set, basket }, first, second], cut) => {
        const decision = decide(anyContext, compileCampaigns(set), basket);
        const walk = (order: typeof first): number => {
          let total = 0;
          order.forEach((one, index) => {
            const step = refunded(refundFor(decision, [one], order.slice(0, index)));
            expect(step).toBeGreaterThanOrEqual(0);
            total += step;
          });
          return total;
        };
        expect(walk(first)).toBe(decision.totalFen);
        expect(walk(second)).toBe(decision.totalFen);
        const some = first.slice(0, cut);
        expect(walk(some)).toBe(refunded(refundFor(decision, some, [])));
        expect(walk([...some].reverse())).toBe(walk(some));
      }),
      { numRuns: 150 },
    );
  });
});
