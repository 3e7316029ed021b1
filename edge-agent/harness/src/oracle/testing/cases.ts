import type { Basket, BasketLine, Campaign, CampaignPolicy } from '@tillside/decide';
import type { DecideCase } from '../problem.ts';

type Plain<K extends Campaign['kind']> = K extends Campaign['kind']
  ? Omit<Extract<Campaign, { kind: K }>, 'schema' | 'id' | 'version' | 'name' | 'window' | 'fundedBy'>
  : never;

/** A campaign of which only what matters is said; it runs, and the store pays. */
export type PlainCampaign = Plain<Campaign['kind']>;

/** Units of a SKU at a price in fen; more of a line by name. */
export type PlainLine = readonly [sku: string, unitPriceFen: number, quantity: number, more?: Partial<BasketLine>];

export interface PlainCase {
  readonly lines: readonly PlainLine[];
  readonly campaigns: Readonly<Record<string, PlainCampaign>>;
  readonly policy?: Partial<CampaignPolicy>;
  readonly basket?: Partial<Basket>;
}

/** The lowest payable amount of a case, and why. */
export type Priced = readonly [lowestFen: number, why: string, asked: PlainCase];

/** A case in a few words: lines are L1, L2 …; every campaign that needs a coupon has one. */
export function caseOf({ lines, campaigns, policy, basket }: PlainCase): DecideCase {
  const entries = Object.entries(campaigns);
  return {
    set: {
      schema: 1,
      setId: 'plain',
      version: 1,
      campaigns: entries.map(([id, campaign]) => ({
        schema: 1,
        id,
        version: 1,
        name: { zh: id, en: id },
        window: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
        fundedBy: 'store',
        ...campaign,
      })),
      policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 5, ...policy },
    },
    basket: {
      lines: lines.map(([sku, unitPriceFen, quantity, more], index) => ({
        lineId: `L${index + 1}`,
        sku,
        department: 'D',
        category: 'C',
        name: { zh: sku, en: sku },
        quantity,
        unitPriceFen,
        ...more,
      })),
      coupons: entries
        .filter(([, campaign]) => campaign.requiresCoupon)
        .map(([id]) => ({ couponId: `K-${id}`, campaignId: id })),
      ...basket,
    },
    context: { storeId: 'store-1', channel: 'till', at: '2026-03-14T04:00:00Z', zone: 'Asia/Shanghai' },
  };
}

export const ALL = { all: true } as const;
export const skus = (...names: string[]): { skus: string[] } => ({ skus: names });
export const percent = (percentOffBp: number) => ({ by: 'percent', percentOffBp }) as const;
export const amount = (amountOffFen: number) => ({ by: 'amount', amountOffFen }) as const;

/** Per-line and whole-basket discounts in one word each. */
export const off = (
  discount: Extract<Campaign, { kind: 'discount' }>['discount'],
  more: Partial<Plain<'discount'>> = {},
) => ({ kind: 'discount', items: ALL, discount, ...more }) satisfies PlainCampaign;
export const spend = (tiers: Plain<'spend-save'>['tiers'], more: Partial<Plain<'spend-save'>> = {}) =>
  ({ kind: 'spend-save', items: ALL, repeat: 'once', base: 'list', tiers, ...more }) satisfies PlainCampaign;
