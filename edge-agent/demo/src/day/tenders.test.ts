import type { BasketView } from '@tillside/agent-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cashFen, type Pays, tendersFor } from './tenders.ts';

const RULE = { toFen: 10, mode: 'down', cashPart: true } as const;
/** Only what is paid matters here. */
const due = (totalFen: number, cashTotalFen?: number) =>
  ({
    basketId: 'basket-000000000001',
    decision: { totalFen, ...(cashTotalFen === undefined ? {} : { cash: { totalFen: cashTotalFen, roundingFen: 0 } }) },
  }) as BasketView;
const sum = (tenders: readonly { amountFen: number }[]): number =>
  tenders.reduce((total, { amountFen }) => total + amountFen, 0);

describe('how a shopper pays', () => {
  it('pays any total to the fen, or what rounding leaves of it, and never gives less cash than is due', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.constantFrom<Pays>('token', 'cash', 'split'),
        fc.boolean(),
        (totalFen, pays, isRounded) => {
          const rule = isRounded ? RULE : undefined;
          const tenders = tendersFor(pays, due(totalFen, rule && cashFen(totalFen, rule)), rule);
          const off = totalFen - sum(tenders);
          expect(off).toBeGreaterThanOrEqual(0);
          expect(off).toBeLessThan(isRounded && tenders.some(({ kind }) => kind === 'cash') ? RULE.toFen : 1);
          for (const { kind, amountFen, givenFen } of tenders) {
            expect(amountFen).toBeGreaterThanOrEqual(0);
            if (kind === 'cash') {
              expect(givenFen).toBeGreaterThanOrEqual(amountFen);
              if (isRounded) expect(amountFen % RULE.toFen).toBe(0);
            } else expect(givenFen).toBeUndefined();
          }
        },
      ),
    );
  });

  it('splits what is worth it into voucher, phone and cash; cash beside others is rounded only where the rule says so', () => {
    expect(tendersFor('split', due(3_333), RULE)).toEqual([
      { kind: 'voucher', amountFen: 500 },
      { kind: 'token', amountFen: 1_416, token: 'tok-000000000001' },
      { kind: 'cash', amountFen: 1_410, givenFen: 5_000 },
    ]);
    expect(tendersFor('split', due(3_333), { toFen: 10, mode: 'down' })[2]).toMatchObject({ amountFen: 1_417 });
    expect(tendersFor('split', due(1_999), RULE)).toMatchObject([{ kind: 'token', amountFen: 1_999 }]);
  });
});
