import { deserialize, serialize } from 'node:v8';
import type { RecommendationContext } from '@tillside/features';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromWire, toWire } from './wire.ts';

const sku = fc.string();
const number = fc.double({ noNaN: true });
const context: fc.Arbitrary<RecommendationContext> = fc.record(
  {
    basketSkus: fc.array(sku),
    at: fc.string(),
    excludeSkus: fc.array(sku),
    memberScores: fc.array(fc.record({ sku, neighbours: number, factors: number })),
    memberHistory: fc.record({
      basketCount: number,
      firstAtMs: number,
      lastAtMs: number,
      lastBasketSkus: fc.array(sku),
      items: fc.array(
        fc.record({
          ...{ sku, baskets: number, firstAtMs: number, lastAtMs: number, decayed: number },
          ...{ firstBasket: number, lastBasket: number, fast: number, slow: number },
        }),
      ),
    }),
  },
  { requiredKeys: ['basketSkus', 'at'] },
);

it('brings a context over as it is', () => {
  fc.assert(
    fc.property(context, (sent) => {
      expect(fromWire(deserialize(serialize(toWire(sent))))).toEqual(sent);
    }),
  );
});
