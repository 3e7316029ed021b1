import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Basket, DecisionContext } from '../schema/basket.ts';
import { CampaignSet } from '../schema/campaign.ts';
import { anyTinyCase } from './arbitraries.ts';
import { oracleLines, touches } from './oracle-basics.ts';
import { liveCampaigns } from './oracle-live.ts';

const cases = fc.sample(anyTinyCase, { numRuns: 500, seed: 1 });
const KINDS = [
  ...['discount', 'markdown', 'member-price', 'buy-get', 'nth-item', 'bundle', 'bulk-price'],
  ...['spend-save', 'gift', 'points', 'points-pay'],
];
/** Fields and values that a random set must have now and then, or nothing says that they are tried. */
const FIELDS = [
  ...['requiresCoupon', 'exclusiveGroup', 'stackWith', 'priority', 'pointsMultiplier', 'perBasket', 'perMember'],
  ...['perStore', 'perDay', 'total', 'budgetFen', 'daysOfWeek', 'hours', 'memberOnly', 'tiers', 'stores', 'channels'],
  ...['firstOrder', 'newMemberDays', 'tags', 'segments', 'storeBp', 'getItems', 'match', 'maxSaveFen', 'minPoints'],
  ...['cashRounding', 'tax', 'layers', 'usage', 'giftStock', 'giftChoices', 'payWithPoints', 'pointsBalance'],
  ...['weightGrams', 'amountFen', 'lotId', 'noPromotions', 'taxRateBp', 'orders', 'joinedAt', 'excludeSkus'],
  ...['birthdayDays', 'birthday'],
];

function namesIn(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    found.add(name);
    namesIn(inner, found);
  }
}

describe('the generator of random cases', () => {
  it('makes what the schemas allow, of at most 6 units and 5 campaigns', () => {
    for (const { context, set, basket } of cases) {
      expect(CampaignSet.safeParse(set).success).toBe(true);
      expect(Basket.safeParse(basket).success).toBe(true);
      expect(DecisionContext.safeParse(context).success).toBe(true);
      expect(set.campaigns.length).toBeLessThanOrEqual(5);
      expect(basket.lines.reduce((units, line) => units + line.quantity, 0)).toBeLessThanOrEqual(6);
    }
  });

  it('reaches every kind and every field', () => {
    const names = new Set<string>();
    const kinds = new Set<string>();
    for (const one of cases) {
      namesIn(one, names);
      for (const { campaign } of liveCampaigns(one.context, one.set, one.basket)) kinds.add(campaign.kind);
    }
    expect(KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(FIELDS.filter((field) => !names.has(field))).toEqual([]);
  });

  it('lets campaigns meet: mostly two or more on one line', () => {
    const meeting = cases.filter(({ context, set, basket }) => {
      const live = liveCampaigns(context, set, basket);
      return oracleLines(basket).some(({ line }) => live.filter(({ campaign }) => touches(campaign, line)).length > 1);
    });
    expect(meeting.length / cases.length).toBeGreaterThan(0.7);
  });
});
