import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../authoring/catalogue.ts';
import { catalogue, soundCampaigns, soundSet } from '../authoring/testing/sound.ts';
import type { DecideError, DecideErrorCode, ParseResult } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { basketOf, line } from '../testing/fixtures-data.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from './parse.ts';

/** Codes of what is read at the boundary; the others belong to returns and to the command line. */
type ReadCode = Exclude<DecideErrorCode, `RETURN_${string}` | 'FILE_UNREADABLE' | 'JSON_INVALID' | 'USAGE'>;

const errorsOf = (result: ParseResult<unknown>): readonly DecideError[] => (result.ok ? [] : result.errors);

type SoundName = keyof typeof soundCampaigns;

/** The errors of a set with one sound campaign, some of whose fields are replaced; paths are within the campaign. */
function campaignErrors(name: SoundName, change: object): DecideError[] {
  const set = { ...soundSet(), campaigns: [{ ...soundCampaigns[name], ...change }] };
  return errorsOf(parseCampaignSet(set)).map((error) => ({ ...error, path: error.path.replace('campaigns[0].', '') }));
}

const setErrors = (change: object) => errorsOf(parseCampaignSet({ ...soundSet(), ...change }));
const one = line('L1', 'tea', 1, 100, {});
const lineErrors = (change: object) => errorsOf(parseBasket(basketOf([{ ...one, ...change }], {})));
const basketErrors = (change: object) => errorsOf(parseBasket({ ...basketOf([one], {}), ...change }));
const context = { storeId: 'S1', channel: 'till', at: '2026-03-04T12:00:00+08:00', zone: 'Asia/Shanghai' };
const contextErrors = (change: object) => errorsOf(parseDecisionContext({ ...context, ...change }));

const many = (count: number, entry: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => entry(index));
const coupon = { couponId: 'k', campaignId: 'c' };
const choice = { campaignId: 'c', sku: 'mug' };
const gift = { sku: 'mug', name: { zh: '杯', en: 'Mug' }, quantity: 1, valueFen: 1 };
const tier = (more: object) => ({ tiers: [{ spendFen: 1000, saveFen: 100, ...more }] });

/** The place and the errors of the smallest input that each code is for. A new code without a case doesn't compile. */
const CASES: Readonly<Record<ReadCode, [path: string, errors: () => readonly DecideError[]]>> = {
  UNKNOWN_FIELD: ['colour', () => campaignErrors('discount', { colour: 'red' })],
  MISSING_FIELD: ['name', () => campaignErrors('discount', { name: undefined })],
  WRONG_TYPE: ['requiresCoupon', () => campaignErrors('discount', { requiresCoupon: 'yes' })],
  NOT_AN_INTEGER: ['lines[0].quantity', () => lineErrors({ quantity: 1.5 })],
  NEGATIVE_AMOUNT: ['lines[0].unitPriceFen', () => lineErrors({ unitPriceFen: -1 })],
  TOO_SMALL: ['lines[0].quantity', () => lineErrors({ quantity: 0 })],
  TOO_LARGE: ['lines[0].unitPriceFen', () => lineErrors({ unitPriceFen: 2 ** 40 + 1 })],
  PERCENT_OUT_OF_RANGE: [
    'discount.percentOffBp',
    () => campaignErrors('discount', { discount: { by: 'percent', percentOffBp: 10_001 } }),
  ],
  TOO_MANY_TIERS: [
    'tiers',
    () => campaignErrors('spend-save', { tiers: many(10_000, (index) => ({ spendFen: index + 1, saveFen: 1 })) }),
  ],
  TOO_MANY_CAMPAIGNS: ['campaigns', () => setErrors({ campaigns: many(DECIDE_LIMITS.maxCampaigns + 1, () => 7) })],
  TOO_MANY_LINES: ['lines', () => basketErrors({ lines: many(10_000, () => one) })],
  TOO_MANY_COUPONS: ['coupons', () => basketErrors({ coupons: many(51, () => coupon) })],
  TOO_MANY_ENTRIES: ['audience.tiers', () => campaignErrors('discount', { audience: { tiers: many(10_001, String) } })],
  EMPTY_LIST: ['items.skus', () => campaignErrors('discount', { items: { skus: [] } })],
  BAD_FORMAT: ['at', () => contextErrors({ at: '2026-03-04 12:00' })],
  UNKNOWN_VALUE: ['kind', () => campaignErrors('discount', { kind: 'discuont' })],
  WINDOW_REVERSED: [
    'window.to',
    () => campaignErrors('discount', { window: { from: '2026-02-01T00:00:00Z', to: '2026-02-01T08:00:00+08:00' } }),
  ],
  HOURS_EMPTY: [
    'window.hours[0]',
    () =>
      campaignErrors('discount', {
        window: { ...soundCampaigns.discount.window, hours: [{ from: '08:00', to: '08:00' }] },
      }),
  ],
  SELECTOR_EMPTY: ['items', () => campaignErrors('discount', { items: { excludeSkus: ['tea'] } })],
  DUPLICATE_CAMPAIGN_ID: [
    'campaigns[1].id',
    () => setErrors({ campaigns: [soundCampaigns.gift, soundCampaigns.gift] }),
  ],
  DUPLICATE_MEMBER_PRICE: [
    'prices[1]',
    () =>
      campaignErrors('member-price', {
        prices: [
          { sku: 'tea', priceFen: 1 },
          { sku: 'tea', priceFen: 2 },
        ],
      }),
  ],
  TIERS_NOT_ASCENDING: [
    'tiers[1]',
    () =>
      campaignErrors('spend-save', {
        tiers: [
          { spendFen: 200, saveFen: 10 },
          { spendFen: 100, saveFen: 20 },
        ],
      }),
  ],
  SAVE_ABOVE_SPEND: ['tiers[0].saveFen', () => campaignErrors('spend-save', tier({ saveFen: 1001 }))],
  THRESHOLD_NOT_ONE: ['tiers[0]', () => campaignErrors('spend-save', tier({ units: 3 }))],
  SAVING_NOT_ONE: ['tiers[0]', () => campaignErrors('spend-save', tier({ percentOffBp: 1000 }))],
  TIERS_OF_TWO_KINDS: [
    'tiers[1]',
    () =>
      campaignErrors('spend-save', {
        tiers: [
          { spendFen: 1000, saveFen: 100 },
          { units: 9, saveFen: 200 },
        ],
      }),
  ],
  CAP_WITHOUT_PERCENT: ['tiers[0].maxSaveFen', () => campaignErrors('spend-save', tier({ maxSaveFen: 50 }))],
  PERCENT_CANNOT_REPEAT: [
    'tiers[0].percentOffBp',
    () => campaignErrors('spend-save', { repeat: 'per-step', tiers: [{ spendFen: 1000, percentOffBp: 1000 }] }),
  ],
  LADDER_WITHOUT_DISCOUNT: ['ladderBp', () => campaignErrors('nth-item', { ladderBp: [0, 0, 0] })],
  MATCH_WITH_GET_ITEMS: ['match', () => campaignErrors('buy-get', { match: 'same-sku', getItems: { all: true } })],
  DUPLICATE_GIFT: ['gifts[1]', () => campaignErrors('gift', { gifts: [gift, { ...gift, quantity: 2 }] })],
  DUPLICATE_LOT: [
    'lots[2]',
    () =>
      campaignErrors('markdown', {
        lots: [
          { sku: 'milk', lotId: 'A' },
          { sku: 'milk', lotId: 'B' },
          { sku: 'milk', lotId: 'A' },
        ],
      }),
  ],
  DUPLICATE_STACK_WITH: ['stackWith[2]', () => campaignErrors('gift', { stackWith: ['a', 'layer:item', 'a'] })],
  FUNDING_SHARES_SUM: ['fundedBy', () => campaignErrors('gift', { fundedBy: { storeBp: 4000, brandBp: 6001 } })],
  SEGMENT_SETS_PRICE: ['audience.segments', () => campaignErrors('discount', { audience: { segments: ['rich'] } })],
  CLAIMABLE_WITHOUT_COUPON: ['claimable', () => campaignErrors('discount', { claimable: true })],
  COUPON_ON_POINTS: ['requiresCoupon', () => campaignErrors('points', { requiresCoupon: true })],
  CAMPAIGN_ID_RESERVED: ['id', () => campaignErrors('discount', { id: 'layer:item' })],
  DUPLICATE_LINE_ID: ['lines[1].lineId', () => basketErrors({ lines: [one, one] })],
  DUPLICATE_COUPON_ID: ['coupons[1].couponId', () => basketErrors({ coupons: [coupon, coupon] })],
  DUPLICATE_GIFT_CHOICE: [
    'giftChoices[1].campaignId',
    () => basketErrors({ giftChoices: [choice, { ...choice, sku: 'cup' }] }),
  ],
  POINTS_WITHOUT_MEMBER: ['payWithPoints', () => basketErrors({ payWithPoints: 100 })],
  WEIGHED_QUANTITY: ['lines[0].quantity', () => lineErrors({ weightGrams: 100, quantity: 2 })],
  WEIGHED_AMOUNT_MISMATCH: ['lines[0].amountFen', () => lineErrors({ weightGrams: 755, amountFen: 980 })],
  AMOUNT_WITHOUT_WEIGHT: ['lines[0].amountFen', () => lineErrors({ amountFen: 100 })],
  BASKET_TOTAL_TOO_LARGE: ['lines', () => lineErrors({ unitPriceFen: 2 ** 40, quantity: 2 })],
  TOO_MANY_UNITS: [
    'lines',
    () => basketErrors({ lines: many(3, (index) => ({ ...one, lineId: `L${index}`, quantity: 9999 })) }),
  ],
  ZONE_UNKNOWN: ['zone', () => contextErrors({ zone: 'Mars/Olympus' })],
  DUPLICATE_USAGE: ['usage[1].campaignId', () => contextErrors({ usage: [{ campaignId: 'c' }, { campaignId: 'c' }] })],
  DUPLICATE_GIFT_STOCK: [
    'giftStock[1].sku',
    () =>
      contextErrors({
        giftStock: [
          { sku: 'mug', quantity: 1 },
          { sku: 'mug', quantity: 2 },
        ],
      }),
  ],
  DUPLICATE_ITEM: ['[6].sku', () => errorsOf(parseCatalogue([...catalogue, catalogue[0]]))],
};

describe('errors of what is read', () => {
  it.each(Object.entries(CASES))('%s comes alone, at its place, with a cause and a hint', (code, [path, errors]) => {
    const found = errors();
    expect(found.map((error) => `${error.code} ${error.path}`)).toEqual([`${code} ${path}`]);
    for (const text of [found[0]?.message, found[0]?.hint]) expect(text).toMatch(/^\S.*[.?]$/u);
  });

  it('finds nothing in the inputs that the cases change', () => {
    expect(setErrors({})).toEqual([]);
    for (const name of Object.keys(soundCampaigns)) expect(campaignErrors(name as SoundName, {})).toEqual([]);
    expect(basketErrors({})).toEqual([]);
    expect(contextErrors({})).toEqual([]);
    expect(parseCatalogue(catalogue)).toEqual({ ok: true, value: catalogue });
  });
});
