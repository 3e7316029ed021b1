import type { z } from 'zod';
import { type DecideError, decideError, type ParseResult } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { weighedAmountFen } from '../money.ts';
import { isKnownZone } from '../time.ts';
import { Basket, type BasketLine, DecisionContext } from './basket.ts';
import {
  type Campaign,
  CampaignSet,
  type CampaignWindow,
  type ItemSelector,
  type SpendSaveCampaign,
} from './campaign.ts';
import { codedErrors } from './problems.ts';

function parseWith<T>(schema: z.ZodType<T>, input: unknown, check: (value: T) => DecideError[]): ParseResult<T> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) return { ok: false, errors: codedErrors(schema, input, parsed.error.issues) };
  const errors = check(parsed.data).slice(0, DECIDE_LIMITS.maxErrors);
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value: parsed.data };
}

function duplicates(ids: readonly string[]): { id: string; index: number }[] {
  const seen = new Set<string>();
  const found: { id: string; index: number }[] = [];
  ids.forEach((id, index) => {
    if (seen.has(id)) found.push({ id, index });
    seen.add(id);
  });
  return found;
}

function checkWindow(window: CampaignWindow, path: string): DecideError[] {
  const errors: DecideError[] = [];
  if (Date.parse(window.to) <= Date.parse(window.from)) errors.push(decideError('WINDOW_REVERSED', `${path}.to`));
  window.hours?.forEach((range, index) => {
    if (range.from === range.to) errors.push(decideError('HOURS_EMPTY', `${path}.hours[${index}]`));
  });
  return errors;
}

function checkSelector(items: ItemSelector, path: string): DecideError[] {
  const named = items.skus ?? items.categories ?? items.departments ?? items.all;
  return named === undefined ? [decideError('SELECTOR_EMPTY', path)] : [];
}

function checkTiers(campaign: SpendSaveCampaign, path: string): DecideError[] {
  const errors: DecideError[] = [];
  campaign.tiers.forEach((tier, index) => {
    const before = campaign.tiers[index - 1];
    if (before && (tier.spendFen <= before.spendFen || tier.saveFen <= before.saveFen)) {
      errors.push(decideError('TIERS_NOT_ASCENDING', `${path}.tiers[${index}]`));
    }
    if (tier.saveFen > tier.spendFen) errors.push(decideError('SAVE_ABOVE_SPEND', `${path}.tiers[${index}].saveFen`));
  });
  return errors;
}

function checkCampaign(campaign: Campaign, path: string): DecideError[] {
  const errors = checkWindow(campaign.window, `${path}.window`);
  if (campaign.kind === 'member-price') {
    for (const { id, index } of duplicates(campaign.prices.map((price) => price.sku))) {
      errors.push(decideError('DUPLICATE_MEMBER_PRICE', `${path}.prices[${index}]`, `SKU ${id} is priced twice.`));
    }
    return errors;
  }
  errors.push(...checkSelector(campaign.items, `${path}.items`));
  if (campaign.kind === 'spend-save') errors.push(...checkTiers(campaign, path));
  return errors;
}

/** Reads a campaign set; what is wrong comes back as coded errors, each with the field's path. */
export function parseCampaignSet(input: unknown): ParseResult<CampaignSet> {
  return parseWith(CampaignSet, input, (set) => {
    const twice = duplicates(set.campaigns.map((campaign) => campaign.id));
    return [
      ...twice.map(({ id, index }) =>
        decideError('DUPLICATE_CAMPAIGN_ID', `campaigns[${index}].id`, `Campaign ${id} is there twice.`),
      ),
      ...set.campaigns.flatMap((campaign, index) => checkCampaign(campaign, `campaigns[${index}]`)),
    ];
  });
}

/** List amount of a whole line in fen. */
export function lineListFen(line: BasketLine): number {
  if (line.weightGrams !== undefined) return line.amountFen ?? weighedAmountFen(line.unitPriceFen, line.weightGrams);
  return line.unitPriceFen * line.quantity;
}

function checkLine(line: BasketLine, path: string): DecideError[] {
  if (line.weightGrams === undefined) {
    return line.amountFen === undefined ? [] : [decideError('AMOUNT_WITHOUT_WEIGHT', `${path}.amountFen`)];
  }
  const errors = line.quantity === 1 ? [] : [decideError('WEIGHED_QUANTITY', `${path}.quantity`)];
  const expected = weighedAmountFen(line.unitPriceFen, line.weightGrams);
  // A price-embedded label carries the amount and lets the weight be derived, so that it may be off by a gram.
  const toleranceFen = Math.ceil(line.unitPriceFen / 1000);
  if (line.amountFen !== undefined && Math.abs(line.amountFen - expected) > toleranceFen) {
    errors.push(decideError('WEIGHED_AMOUNT_MISMATCH', `${path}.amountFen`, `Expected ${expected} fen.`));
  }
  return errors;
}

/** Reads a basket: shape, unique ids, weighed amounts, and totals inside the exact range. */
export function parseBasket(input: unknown): ParseResult<Basket> {
  return parseWith(Basket, input, (basket) => {
    const errors = [
      ...duplicates(basket.lines.map((line) => line.lineId)).map(({ index }) =>
        decideError('DUPLICATE_LINE_ID', `lines[${index}].lineId`),
      ),
      ...duplicates(basket.coupons.map((coupon) => coupon.couponId)).map(({ index }) =>
        decideError('DUPLICATE_COUPON_ID', `coupons[${index}].couponId`),
      ),
      ...basket.lines.flatMap((line, index) => checkLine(line, `lines[${index}]`)),
    ];
    const units = basket.lines.reduce((sum, line) => sum + line.quantity, 0);
    if (units > DECIDE_LIMITS.maxUnitsPerBasket) errors.push(decideError('TOO_MANY_UNITS', 'lines'));
    const totalFen = basket.lines.reduce((sum, line) => sum + lineListFen(line), 0);
    if (totalFen > DECIDE_LIMITS.maxFen) errors.push(decideError('BASKET_TOTAL_TOO_LARGE', 'lines'));
    return errors;
  });
}

/** Reads a decision's context; the zone must be one that this runtime knows. */
export function parseDecisionContext(input: unknown): ParseResult<DecisionContext> {
  return parseWith(DecisionContext, input, (context) =>
    isKnownZone(context.zone) ? [] : [decideError('ZONE_UNKNOWN', 'zone')],
  );
}
