import type { ParseResult } from '../errors.ts';
import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { CampaignSet } from '../schema/campaign.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from '../schema/parse.ts';
import type { Example, ReceiptLine, ShopItem } from './examples.ts';

const YEAR = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };
const CONTEXT = { storeId: 'S1', channel: 'till', at: '2026-03-04T12:00:00+08:00', zone: 'Asia/Shanghai' };
const POLICY = { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 };

function accepted<T>(result: ParseResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.errors.map(({ code, path, message }) => `${code} ${path} ${message}`).join('; '));
}

function basketLine(line: ReceiptLine, shop: readonly ShopItem[]): Basket['lines'][number] {
  const item = shop.find(({ sku }) => sku === line.sku);
  if (!item) throw new Error(`The shop has no ${line.sku}.`);
  const { lineId, sku, unitPriceFen, quantity, weightGrams, lotId, taxRateBp } = line;
  return {
    lineId,
    sku,
    department: item.department,
    category: item.category,
    name: { zh: sku, en: sku },
    quantity: quantity ?? 1,
    unitPriceFen,
    ...(weightGrams === undefined ? {} : { weightGrams }),
    ...(lotId === undefined ? {} : { lotId }),
    ...(taxRateBp === undefined ? {} : { taxRateBp }),
    ...(line.noPromotions ? { noPromotions: true as const } : {}),
  };
}

/** The example's campaign set, with what the page leaves out filled in; and not yet checked. */
function setOf({ block }: Example): unknown {
  return {
    schema: 1,
    setId: 'example',
    version: 1,
    campaigns: block.campaigns.map((one) => ({
      schema: 1,
      version: 1,
      name: { zh: one.id, en: one.id },
      window: YEAR,
      fundedBy: 'store',
      ...one,
    })),
    policy: { ...POLICY, ...block.policy },
  };
}

export interface ExampleInputs {
  readonly set: CampaignSet;
  readonly basket: Basket;
  readonly context: DecisionContext;
}

/** All that the engine needs to price an example. Throws where a part of it is no valid input. */
export function inputsOf(example: Example, shop: readonly ShopItem[]): ExampleInputs {
  const lines = example.lines.map((line) => basketLine(line, shop));
  return {
    set: accepted(parseCampaignSet(setOf(example))),
    basket: accepted(parseBasket({ lines, coupons: [], ...example.block.basket })),
    context: accepted(parseDecisionContext({ ...CONTEXT, ...example.block.context })),
  };
}
