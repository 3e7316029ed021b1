import type { PromotionInput, PromotionView } from '@tillside/agent-contract';
import { Campaign } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';

/** A store's own promotions: one a product, set by staff beside HQ's campaigns. */
export class Promotions {
  #deps: { journal: Journal; items: Items; book: CampaignBook; clock: Clock };

  constructor(deps: { journal: Journal; items: Items; book: CampaignBook; clock: Clock }) {
    this.#deps = deps;
  }

  /** Those that are live, and the store's own that are yet to begin. */
  list(): PromotionView[] {
    const now = this.#deps.clock.now();
    const own = new Map(
      this.#deps.journal
        .all<{ campaign_id: string; sku: string }>('SELECT campaign_id, sku FROM promotion')
        .map((row) => [row.campaign_id, row.sku]),
    );
    const { book } = this.#deps;
    const scheduled = book.all().filter(({ id, window }) => own.has(id) && Date.parse(window.from) > now);
    return [...book.live(), ...scheduled].map((campaign) => promotionView(campaign, own.get(campaign.id), now));
  }

  /**
   * Replaces the product's earlier promotion, live or scheduled. One that begins now reaches the till at once when the price falls. Throws ITEM_UNKNOWN,
   * BODY_REFUSED (it ends before it begins or in the past, or its price is no lower than the item's).
   */
  put(staffId: string, input: z.infer<typeof PromotionInput>): PromotionView {
    const { journal, items, book, clock } = this.#deps;
    const item = items.bySku(input.sku);
    if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
    const now = clock.now();
    const fromMs = Math.max(now, input.from === undefined ? now : Date.parse(input.from));
    if (Date.parse(input.until) <= now) throw refused('until', 'lies in the past');
    if (Date.parse(input.until) <= fromMs) throw refused('until', 'lies before the beginning');
    if (input.priceFen !== undefined && input.priceFen >= item.priceFen)
      throw refused('priceFen', `is no lower than the price (${item.priceFen})`);
    const name = input.name ?? { zh: `${item.name.zh} 店内优惠`, en: `In-store offer: ${item.name.en}` };
    const campaign = Campaign.parse({
      schema: 1,
      id: `store:${item.sku}`,
      version: 1,
      kind: 'discount',
      name: { zh: name.zh.slice(0, 80), en: name.en.slice(0, 80) },
      window: { from: instantOf(fromMs), to: input.until },
      fundedBy: 'store',
      items: { skus: [item.sku] },
      discount:
        input.priceFen === undefined
          ? { by: 'percent', percentOffBp: input.percentOffBasisPoints }
          : { by: 'fixed-price', fixedPriceFen: input.priceFen },
    });
    const percentOffBasisPoints = input.percentOffBasisPoints ?? basisPointsOff(input.priceFen ?? 0, item.priceFen);
    journal.write((tx) => {
      tx.run(
        `INSERT INTO promotion (campaign_id, sku, campaign, percent_off_bp, until) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (sku) DO UPDATE SET campaign_id = excluded.campaign_id, campaign = excluded.campaign, percent_off_bp = excluded.percent_off_bp, until = excluded.until`,
        campaign.id,
        item.sku,
        JSON.stringify(campaign),
        percentOffBasisPoints,
        input.until,
      );
      tx.append('tillside.promotion.changed.v1', {
        campaignId: campaign.id,
        staffId,
        sku: item.sku,
        percentOffBasisPoints,
        until: input.until,
        at: instantOf(now),
      });
    });
    book.reload();
    return promotionView(campaign, item.sku, now);
  }

  /** The label goes first: until it shows the higher price the till keeps the lower. Throws PROMOTION_UNKNOWN. */
  end(staffId: string, campaignId: string): void {
    const { journal, book, clock } = this.#deps;
    journal.write((tx) => {
      const row = tx.get<{ sku: string; percent_off_bp: number }>(
        'SELECT sku, percent_off_bp FROM promotion WHERE campaign_id = ?',
        campaignId,
      );
      if (row === undefined) throw new AgentError('PROMOTION_UNKNOWN');
      tx.run('DELETE FROM promotion WHERE campaign_id = ?', campaignId);
      const at = instantOf(clock.now());
      tx.append('tillside.promotion.changed.v1', {
        campaignId,
        staffId,
        sku: row.sku,
        percentOffBasisPoints: 0,
        until: at,
        at,
      });
    });
    book.reload();
  }
}

function promotionView(campaign: Campaign, ownSku: string | undefined, nowMs: number): PromotionView {
  const { id, name, window } = campaign;
  return {
    campaignId: id,
    origin: ownSku === undefined ? 'hq' : 'store',
    name,
    from: window.from,
    until: window.to,
    state: Date.parse(window.from) > nowMs ? 'scheduled' : 'live',
    ...(ownSku === undefined ? {} : { sku: ownSku, ...whatItGives(campaign) }),
  };
}

function whatItGives(campaign: Campaign): Pick<PromotionView, 'percentOffBasisPoints' | 'priceFen'> {
  if (campaign.kind !== 'discount') return {};
  const { discount } = campaign;
  if (discount.by === 'percent') return { percentOffBasisPoints: discount.percentOffBp };
  return discount.by === 'fixed-price' ? { priceFen: discount.fixedPriceFen } : {};
}

/** How far a price lies below another, as HQ is told of it. */
const basisPointsOff = (priceFen: number, ofFen: number): number => Math.round(((ofFen - priceFen) * 10_000) / ofFen);

const refused = (path: string, message: string): AgentError =>
  new AgentError('BODY_REFUSED', { fields: [{ path, message }] });
