import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCampaigns } from '../compile.ts';
import { decide } from '../decide.ts';
import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { Campaign, CampaignSet } from '../schema/campaign.ts';
import { parseCampaignSet } from '../schema/parse.ts';
import { anyCase, anyContext, anySet } from '../testing/arbitraries.ts';
import type { CatalogueItem } from './catalogue.ts';
import { checkCampaignSet } from './check.ts';
import { AUTHORING_FINDINGS, type Finding } from './finding.ts';

const MOST_UNITS = 24;

const items: fc.Arbitrary<CatalogueItem[]> = fc
  .tuple(
    ...['tea', 'milk', 'bread', 'soap'].map((sku) => fc.tuple(fc.constant(sku), fc.integer({ min: 100, max: 1200 }))),
  )
  .map((priced) =>
    priced.map(([sku, unitPriceFen]) => ({
      sku,
      department: 'grocery',
      category: sku === 'tea' || sku === 'milk' ? 'drinks' : sku,
      unitPriceFen,
      costFen: Math.ceil(unitPriceFen * 0.7),
    })),
  );

/** The campaigns without what ties them to people and places, so that one basket can meet them all. */
function openToAll(campaign: Campaign): Campaign {
  const { audience, window, limits, ...rest } = campaign;
  const { from, to } = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };
  const { perBasket, budgetFen } = limits ?? {};
  const kept = { ...(perBasket ? { perBasket } : {}), ...(budgetFen ? { budgetFen } : {}) };
  const { tiers: _, ...untiered } = rest.kind === 'member-price' ? rest : { ...rest, tiers: undefined };
  const open = rest.kind === 'member-price' ? untiered : rest;
  return { ...open, window: { from, to }, ...(Object.keys(kept).length > 0 ? { limits: kept } : {}) } as Campaign;
}

const anyOpenSet = anySet(6).map((set): CampaignSet => ({ ...set, campaigns: set.campaigns.map(openToAll) }));

/** The basket that a finding speaks of: so many units of its item, from the lot that is marked down, with the coupons. */
function basketFor(finding: Finding, set: CampaignSet, item: CatalogueItem): Basket {
  const own = set.campaigns.filter((campaign) => finding.campaignIds.includes(campaign.id));
  const lots = own.flatMap((one) =>
    one.kind === 'markdown' ? [new Set(one.lots.filter(({ sku }) => sku === item.sku).map(({ lotId }) => lotId))] : [],
  );
  const lotId = [...(lots[0] ?? [])].find((lot) => lots.every((others) => others.has(lot)));
  const { sku, department, category, unitPriceFen } = item;
  const line = { lineId: 'L1', sku, department, category, name: { zh: sku, en: sku }, unitPriceFen };
  return {
    lines: [{ ...line, quantity: finding.units ?? 1, ...(lotId === undefined ? {} : { lotId }) }],
    member: { memberId: 'M1', tier: 'gold' },
    coupons: own.filter((one) => one.requiresCoupon).map((one) => ({ couponId: `k-${one.id}`, campaignId: one.id })),
  };
}

describe('checkCampaignSet, on any set', () => {
  it('answers with known codes, places that are there and texts that are whole', () => {
    fc.assert(
      fc.property(anySet(6), fc.option(items, { nil: undefined }), (set, catalogue) => {
        if (!parseCampaignSet(set).ok) return;
        for (const { code, severity, campaignIds, path, message } of checkCampaignSet(set, catalogue)) {
          expect(AUTHORING_FINDINGS[code].severity).toBe(severity);
          const [first] = campaignIds;
          const place = set.campaigns.findIndex((campaign) => campaign.id === first);
          if (first !== undefined) expect(path.startsWith(`campaigns[${place}]`)).toBe(true);
          for (const text of [message.zh, message.en]) expect(text).not.toMatch(/undefined|NaN|\[object|Infinity/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a campaign that can never apply never does', () => {
    let told = 0;
    const isApplied = (context: DecisionContext, set: CampaignSet, basket: Basket, id: string): boolean => {
      const { applied, gifts } = decide(context, compileCampaigns(set), basket);
      return [...applied, ...gifts].some((one) => one.campaignId === id);
    };
    fc.assert(
      fc.property(anyCase(5, 3, 4), ({ context, set, basket }) => {
        if (!parseCampaignSet(set).ok) return;
        for (const { code, campaignIds } of checkCampaignSet(set)) {
          if (!code.startsWith('NEVER_')) continue;
          told += 1;
          expect(isApplied(context, set, basket, campaignIds[0] ?? ''), code).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(20);
  });

  it('a price below cost is one that the engine asks, or it asks less', () => {
    let single = 0;
    let stacked = 0;
    fc.assert(
      fc.property(anyOpenSet, items, (set, catalogue) => {
        if (!parseCampaignSet(set).ok) return;
        for (const finding of checkCampaignSet(set, catalogue)) {
          if (finding.code !== 'PRICE_BELOW_COST' && finding.code !== 'STACK_BELOW_COST') continue;
          // Hundreds of one item are no more telling, and take the engine longer.
          if ((finding.units ?? 0) > MOST_UNITS) continue;
          const item = catalogue.find(({ sku }) => sku === finding.sku);
          if (!item) throw new Error('a finding names an item of the catalogue');
          const decision = decide(anyContext, compileCampaigns(set), basketFor(finding, set, item));
          expect(decision.payableFen - decision.gapFen).toBeLessThanOrEqual(finding.priceFen ?? 0);
          if (finding.code === 'PRICE_BELOW_COST') single += 1;
          else stacked += 1;
        }
      }),
      { numRuns: 200 },
    );
    expect(single).toBeGreaterThan(50);
    expect(stacked).toBeGreaterThan(10);
  });
});
