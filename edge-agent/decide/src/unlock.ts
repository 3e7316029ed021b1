import type { CompiledCampaign, CompiledCampaigns } from './compile.ts';
import { decide } from './decide.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { Basket, BasketLine, DecisionContext } from './schema/basket.ts';
import type { Campaign } from './schema/campaign.ts';
import type { Decision, NotApplied, Unlock } from './schema/decision.ts';
import { type Missing, missingOf } from './unlock-missing.ts';

/** What an item of the store is, for units that are not in the basket yet. */
export type ItemFacts = Pick<BasketLine, 'sku' | 'department' | 'category' | 'name' | 'unitPriceFen'>;

export interface UnlockOptions {
  /** Most baskets that may be decided for it; the nearest changes come first. */
  readonly most: number;
  /** The store's items, for a bundle's slot of which nothing is in the basket. Without it such a bundle has no unlock. */
  readonly itemOf?: (sku: string) => ItemFacts | undefined;
}

/** Times that an amount is raised before a threshold is given up: what is added may be discounted itself. */
const MOST_RAISES = 4;
const ADDED = 'added';

const unlockLine = (basket: Basket, line: Omit<BasketLine, 'lineId'>, place: number): BasketLine => {
  const taken = new Set(basket.lines.map((one) => one.lineId));
  let lineId = `zz-${ADDED}-${place}`;
  while (taken.has(lineId)) lineId = `${lineId}-`;
  return { ...line, lineId };
};

interface Change {
  readonly basket: Basket;
  readonly unlock: Unlock;
}

function addUnits(basket: Basket, facts: Omit<BasketLine, 'lineId'>, units: number): Basket {
  const { weightGrams: _grams, amountFen: _amount, ...rest } = facts;
  return { ...basket, lines: [...basket.lines, unlockLine(basket, { ...rest, quantity: units }, basket.lines.length)] };
}

/** The changed basket that a shortage asks for; undefined where nothing of the store is known that would fill it. */
function changeFor(
  missing: Missing,
  basket: Basket,
  context: DecisionContext,
  options: UnlockOptions,
): Change | undefined {
  switch (missing.what) {
    case 'coupon': {
      const coupon = { couponId: `zz-${ADDED}-${missing.campaignId}`, campaignId: missing.campaignId };
      if (basket.coupons.length >= DECIDE_LIMITS.maxCoupons) return undefined;
      return { basket: { ...basket, coupons: [...basket.coupons, coupon] }, unlock: { needCoupon: true } };
    }
    case 'member': {
      const member = { memberId: `zz-${ADDED}`, tier: missing.tier, orders: 0, joinedAt: context.at };
      return { basket: { ...basket, member }, unlock: { needMember: true } };
    }
    case 'fen': {
      const facts = { ...missing.like, quantity: 1, unitPriceFen: missing.fen };
      return { basket: addUnits(basket, facts, 1), unlock: { needFen: missing.fen } };
    }
    case 'units': {
      const known = missing.like ?? (missing.sku === undefined ? undefined : options.itemOf?.(missing.sku));
      if (!known) return undefined;
      const unlock: Unlock = { needUnits: missing.units, ...(missing.named ? { needSku: known.sku } : {}) };
      return { basket: addUnits(basket, { quantity: 1, ...known }, missing.units), unlock };
    }
  }
}

/** What a decision gives by one campaign; undefined where it gives nothing. */
function givenBy(campaign: Campaign, decision: Decision): Unlock | undefined {
  const applied = decision.applied.find((one) => one.campaignId === campaign.id);
  if (!applied) return undefined;
  const gift = decision.gifts.find((one) => one.campaignId === campaign.id);
  const percentOffBp = campaign.kind === 'buy-get' ? campaign.percentOffBp : undefined;
  return {
    ...(applied.amountFen > 0 ? { saveFen: applied.amountFen } : {}),
    ...(gift ? { gift: gift.chosen.name } : {}),
    ...(applied.points === undefined ? {} : { points: applied.points }),
    ...(percentOffBp === undefined ? {} : { percentOffBp }),
    payableFen: decision.payableFen,
  };
}

class Confirmer {
  private readonly context: DecisionContext;
  private readonly compiled: CompiledCampaigns;
  private readonly basket: Basket;
  private readonly options: UnlockOptions;
  private left: number;

  constructor(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket, options: UnlockOptions) {
    this.context = context;
    this.compiled = compiled;
    this.basket = basket;
    this.options = options;
    this.left = options.most;
  }

  /** The change that makes a campaign apply, decided with it; undefined where none was found. */
  unlockOf(one: CompiledCampaign, first: Missing): Unlock | undefined {
    let missing: Missing | undefined = first;
    for (let raise = 0; raise < MOST_RAISES && missing; raise += 1) {
      const change: Change | undefined =
        this.left > 0 ? changeFor(missing, this.basket, this.context, this.options) : undefined;
      if (!change) return undefined;
      this.left -= 1;
      const decision = decide(this.context, this.compiled, change.basket);
      const given = givenBy(one.campaign, decision);
      if (given) return { ...change.unlock, ...given };
      if (missing.what !== 'fen') return undefined;
      // What was added was itself discounted, or counts for less: ask for what is still missing beside it.
      const entry = decision.notApplied.find((other) => other.campaignId === one.campaign.id);
      const rest: Missing | undefined = entry && missingOf(this.compiled, one, change.basket, decision, entry);
      missing = rest?.what === 'fen' ? { ...missing, fen: missing.fen + rest.fen } : undefined;
    }
    return undefined;
  }
}

/**
 * The decision with, for campaigns that gave nothing, the nearest change that makes them apply: so much more spent, so many more units, a
 * coupon, a membership. Each is confirmed by deciding the changed basket. Nearest first: coupons and memberships, then the smallest amounts.
 */
export function confirmUnlocks(
  context: DecisionContext,
  compiled: CompiledCampaigns,
  basket: Basket,
  decision: Decision,
  options: UnlockOptions,
): Decision {
  const confirmer = new Confirmer(context, compiled, basket, options);
  const wanted = decision.notApplied.flatMap((entry, place) => {
    const one = compiled.byId.get(entry.campaignId);
    const missing = one && missingOf(compiled, one, basket, decision, entry);
    return one && missing ? [{ one, missing, place }] : [];
  });
  wanted.sort((a, b) => distance(a.missing) - distance(b.missing) || a.place - b.place);
  const unlocks = new Map<number, Unlock>();
  for (const { one, missing, place } of wanted) {
    const unlock = confirmer.unlockOf(one, missing);
    if (unlock) unlocks.set(place, unlock);
  }
  const notApplied = decision.notApplied.map((entry, place): NotApplied => {
    const unlock = unlocks.get(place);
    return unlock ? { ...entry, unlock } : entry;
  });
  return { ...decision, notApplied };
}

/** How far a change is, roughly in fen: what it would cost to make. */
function distance(missing: Missing): number {
  if (missing.what === 'fen') return missing.fen;
  if (missing.what === 'units') return missing.units * (missing.like?.unitPriceFen ?? DECIDE_LIMITS.maxFen / 1_000_000);
  return 0;
}
