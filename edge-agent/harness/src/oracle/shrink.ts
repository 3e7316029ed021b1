import type { Basket, BasketLine, Campaign } from '@tillside/decide';
import type { DecideCase } from './problem.ts';

/** Every case that is a little smaller: a campaign, a line, units or a coupon less, or a field of a campaign gone. */
function* smaller({ set, basket, context }: DecideCase): Generator<DecideCase> {
  const withCampaigns = (campaigns: Campaign[]): DecideCase => ({ set: { ...set, campaigns }, basket, context });
  const withBasket = (change: Partial<Basket>): DecideCase => ({ set, basket: { ...basket, ...change }, context });
  for (const [place] of set.campaigns.entries()) {
    const campaigns = set.campaigns.filter((_, other) => other !== place);
    const coupons = basket.coupons.filter(({ campaignId }) => campaigns.some(({ id }) => id === campaignId));
    yield { set: { ...set, campaigns }, basket: { ...basket, coupons }, context };
  }
  for (const [place, line] of basket.lines.entries()) {
    const lines = basket.lines.filter((_, other) => other !== place);
    if (lines.length > 0) yield withBasket({ lines });
    if (line.quantity > 1) {
      yield withBasket({ lines: basket.lines.with(place, { ...line, quantity: line.quantity - 1 }) });
    }
    const plain = stripped(line);
    if (plain) yield withBasket({ lines: basket.lines.with(place, plain) });
  }
  const optional = ['audience', 'limits', 'exclusiveGroup', 'stackWith', 'priority', 'requiresCoupon'] as const;
  for (const [place, campaign] of set.campaigns.entries()) {
    for (const field of optional) {
      if (campaign[field] === undefined) continue;
      const { [field]: _, ...rest } = campaign;
      yield withCampaigns(set.campaigns.with(place, rest as Campaign));
    }
  }
  if (set.policy.layers) {
    const { layers: _, ...policy } = set.policy;
    yield { set: { ...set, policy }, basket, context };
  }
}

/** A line without what bears on no price here; undefined where nothing is left to take away. */
function stripped(line: BasketLine): BasketLine | undefined {
  if (line.taxRateBp === undefined) return undefined;
  const { taxRateBp: _, ...rest } = line;
  return rest;
}

/** Makes a case smaller as long as it still fails, asking `stillFails` at most `tries` times. */
export async function shrink(
  found: DecideCase,
  stillFails: (smaller: DecideCase) => Promise<boolean>,
  tries: number,
): Promise<DecideCase> {
  let smallest = found;
  let left = tries;
  let shrunk = true;
  while (shrunk && left > 0) {
    shrunk = false;
    for (const candidate of smaller(smallest)) {
      if (left === 0) break;
      left -= 1;
      if (!(await stillFails(candidate))) continue;
      smallest = candidate;
      shrunk = true;
      break;
    }
  }
  return smallest;
}
