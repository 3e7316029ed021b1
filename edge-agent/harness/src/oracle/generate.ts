import type { Basket, BasketLine, Campaign, CampaignSet, DecisionContext } from '@tillside/decide';
import { type Chance, createChance } from '../random.ts';
import { bareCampaign } from './generate-campaigns.ts';
import { type DecideCase, layerOf, listFenOf } from './problem.ts';

const AT = '2026-03-14T04:00:00Z';
const OPEN = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const ENDED = { from: '2026-02-01T00:00:00Z', to: AT };

interface Size {
  readonly lines: number;
  readonly units: number;
  readonly campaigns: number;
}

function sizeOf(chance: Chance): Size {
  const draw = chance.next();
  if (draw < 0.8) return { lines: chance.between(1, 5), units: 4, campaigns: chance.between(1, 6) };
  if (draw < 0.992) return { lines: chance.between(3, 8), units: 4, campaigns: chance.between(4, 8) };
  return { lines: chance.between(9, 15), units: 3, campaigns: chance.between(9, 15) };
}

interface Article {
  readonly sku: string;
  readonly category: string;
  readonly department: string;
  readonly priceFen: number;
}

/** Shop prices, round ones where halves and thirds meet, and tiny ones where rounding shows. */
function priceOf(chance: Chance, mood: number): number {
  if (mood < 0.6) return chance.between(100, 6000);
  if (mood < 0.85) return chance.between(1, 40) * 100;
  return chance.between(1, 30);
}

function articles(chance: Chance): Article[] {
  const mood = chance.next();
  return Array.from({ length: chance.between(2, 8) }, (_, index) => ({
    sku: `S${index + 1}`,
    category: `C${chance.between(1, 3)}`,
    department: `D${chance.between(1, 2)}`,
    priceFen: priceOf(chance, mood),
  }));
}

function lineOf(chance: Chance, number: number, pool: readonly Article[], units: number): BasketLine {
  const article = chance.pick(pool);
  const { sku, category, department } = article;
  const priceFen = chance.happens(0.04) ? 0 : chance.happens(0.1) ? chance.between(1, 4000) : article.priceFen;
  const common = {
    lineId: `L${number}`,
    sku,
    department,
    category,
    name: { zh: sku, en: sku },
    ...(chance.happens(0.15) ? { lotId: `LOT-${chance.between(1, 2)}` } : {}),
    ...(chance.happens(0.06) ? { noPromotions: true as const } : {}),
    ...(chance.happens(0.2) ? { taxRateBp: chance.pick([0, 600, 900, 1300]) } : {}),
  };
  if (!chance.happens(0.1)) return { ...common, quantity: chance.between(1, units), unitPriceFen: priceFen };
  const weighed = { ...common, quantity: 1, unitPriceFen: priceFen, weightGrams: chance.between(50, 3000) };
  // What a scale's label printed may be off by a gram's price.
  const printed = chance.happens(0.5) && priceFen > 0 ? { amountFen: listFenOf(weighed) + chance.between(0, 1) } : {};
  return { ...weighed, ...printed };
}

function memberOf(chance: Chance): Pick<Basket, 'member'> {
  if (chance.happens(0.25)) return {};
  return {
    member: {
      memberId: 'M1',
      tier: chance.pick(['gold', 'silver', 'basic']),
      ...(chance.happens(0.7) ? { orders: chance.between(0, 2) } : {}),
      ...(chance.happens(0.7) ? { joinedAt: '2026-03-01T04:00:00Z' } : {}),
      ...(chance.happens(0.5) ? { tags: ['student'] } : {}),
      ...(chance.happens(0.5) ? { segments: ['lapsed'] } : {}),
      ...(chance.happens(0.6) ? { birthday: chance.pick(['03-13', '03-14', '03-17', '02-29']) } : {}),
    },
  };
}

function audienceOf(chance: Chance, coupon: boolean): Pick<Campaign, 'audience'> {
  if (!chance.happens(0.12)) return {};
  const audiences: NonNullable<Campaign['audience']>[] = [
    { memberOnly: true },
    { tiers: ['gold', 'silver'] },
    { stores: ['store-1'] },
    { stores: ['store-2'] },
    { channels: ['till', 'kiosk'] },
    { firstOrder: true },
    { newMemberDays: 13 },
    { newMemberDays: 12 },
    { birthdayDays: 0 },
    { birthdayDays: 3 },
    { birthdayDays: 14 },
    ...(coupon ? [{ tags: ['student', 'staff'] }, { segments: ['lapsed'] }] : []),
  ];
  return { audience: chance.pick(audiences) };
}

function limitsOf(chance: Chance, listFen: number): Pick<Campaign, 'limits'> {
  const limits = {
    ...(chance.happens(0.15) ? { perBasket: chance.between(1, 4) } : {}),
    ...(chance.happens(0.12) ? { budgetFen: Math.max(1, Math.round(listFen * (0.02 + 0.3 * chance.next()))) } : {}),
    ...(chance.happens(0.05) ? { perMember: chance.between(1, 2) } : {}),
    ...(chance.happens(0.03) ? { perStore: chance.between(1, 2) } : {}),
    ...(chance.happens(0.03) ? { perDay: chance.between(1, 2) } : {}),
    ...(chance.happens(0.03) ? { total: chance.between(1, 2) } : {}),
  };
  return Object.keys(limits).length === 0 ? {} : { limits };
}

function dressed(chance: Chance, lines: readonly BasketLine[], id: string): Campaign {
  const bare = bareCampaign({ lines, chance });
  // Points need no coupon: a coupon for them is refused.
  const coupon = bare.kind !== 'points' && chance.happens(0.25);
  const listFen = lines.reduce((sum, line) => sum + listFenOf(line), 0);
  return {
    schema: 1,
    id,
    version: 1,
    name: { zh: id, en: id },
    window: chance.happens(0.02) ? ENDED : OPEN,
    fundedBy: chance.pick(['store', 'brand'] as const),
    ...audienceOf(chance, coupon),
    ...limitsOf(chance, listFen),
    ...(coupon ? { requiresCoupon: true } : {}),
    ...(chance.happens(0.14) ? { exclusiveGroup: `X${chance.between(1, 2)}` } : {}),
    ...(chance.happens(0.2) ? { priority: chance.between(-2, 2) } : {}),
    ...bare,
  };
}

/** Who shares units with whom: mostly the default; sometimes nobody, layers, or names. Item campaigns often agree with each other. */
function consenting(chance: Chance, campaigns: readonly Campaign[]): Campaign[] {
  const friendly = chance.happens(0.5);
  return campaigns.map((campaign) => {
    const draw = chance.next();
    if (draw < (friendly ? 0.3 : 0.7)) return campaign;
    const layers = ['layer:item', 'layer:basket', 'layer:coupon', 'layer:points'];
    const others = campaigns.filter((other) => other.id !== campaign.id).map((other) => other.id);
    if (draw > 0.95) return { ...campaign, stackWith: [] };
    const own = friendly ? [`layer:${layerOf(campaign)}`] : [];
    const named = chance.happens(0.5) ? chance.sample(layers, chance.between(1, 4)) : [];
    const people = chance.happens(0.5) ? chance.sample(others, chance.between(1, others.length)) : [];
    return { ...campaign, stackWith: [...new Set([...own, ...named, ...people])] };
  });
}

function couponsOf(chance: Chance, campaigns: readonly Campaign[]): Basket['coupons'] {
  return campaigns
    .filter((campaign) => campaign.requiresCoupon)
    .flatMap((campaign) => {
      const count = chance.happens(0.1) ? 0 : chance.happens(0.1) ? 2 : 1;
      return Array.from({ length: count }, (_, place) => ({
        couponId: `K-${campaign.id}-${place + 1}`,
        campaignId: campaign.id,
      }));
    });
}

function usageOf(chance: Chance, campaigns: readonly Campaign[]): Pick<DecisionContext, 'usage'> {
  const usage = campaigns
    .filter((campaign) => campaign.limits !== undefined && chance.happens(0.5))
    .map(({ id, limits }) => ({
      campaignId: id,
      ...(limits?.perMember === undefined ? {} : { member: chance.between(0, 2) }),
      ...(limits?.perStore === undefined ? {} : { store: chance.between(0, 2) }),
      ...(limits?.perDay === undefined ? {} : { day: chance.between(0, 2) }),
      ...(limits?.total === undefined ? {} : { total: chance.between(0, 2) }),
      ...(limits?.budgetFen === undefined ? {} : { budgetFen: chance.between(0, limits.budgetFen) }),
    }));
  return usage.length === 0 ? {} : { usage };
}

function policyOf(chance: Chance): CampaignSet['policy'] {
  const rule = () => (chance.happens(0.2) ? ('best-one' as const) : ('stack' as const));
  return {
    version: 1,
    objective: chance.happens(0.08) ? 'priority-order' : 'best-for-customer',
    couponsPerBasket: chance.pick([0, 1, 1, 2, 2, 3, 5]),
    ...(chance.happens(0.5) ? { layers: { basket: rule(), coupon: rule() } } : {}),
    ...(chance.happens(0.3) ? { points: { fenPerPoint: 100, fenPer100Points: chance.between(0, 200) } } : {}),
  };
}

/** The case of a number under a seed: the same ones give the same case, whatever other cases were drawn. */
export function generateCase(seed: number, number: number): DecideCase {
  const chance = createChance((Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0);
  const size = sizeOf(chance);
  const pool = articles(chance);
  const lines = Array.from({ length: size.lines }, (_, index) => lineOf(chance, index + 1, pool, size.units));
  const drawn = Array.from({ length: size.campaigns }, (_, index) => dressed(chance, lines, `P${index + 1}`));
  const campaigns = consenting(chance, drawn);
  return {
    set: { schema: 1, setId: 'soak', version: 1, campaigns, policy: policyOf(chance) },
    basket: { lines: chance.sample(lines, lines.length), ...memberOf(chance), coupons: couponsOf(chance, campaigns) },
    context: { storeId: 'store-1', channel: 'till', at: AT, zone: 'Asia/Shanghai', ...usageOf(chance, campaigns) },
  };
}
