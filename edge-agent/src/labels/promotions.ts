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

  list(): PromotionView[] {
    const own = new Map(
      this.#deps.journal
        .all<{ campaign_id: string; sku: string; percent_off_bp: number }>(
          'SELECT campaign_id, sku, percent_off_bp FROM promotion',
        )
        .map((row) => [row.campaign_id, row]),
    );
    return this.#deps.book.live().map((campaign) => {
      const mine = own.get(campaign.id);
      return {
        campaignId: campaign.id,
        origin: mine === undefined ? 'hq' : 'store',
        name: campaign.name,
        until: campaign.window.to,
        ...(mine === undefined ? {} : { sku: mine.sku, percentOffBasisPoints: mine.percent_off_bp }),
      };
    });
  }

  /** Replaces the product's earlier promotion. The till follows at once when the price falls. Throws ITEM_UNKNOWN, BODY_REFUSED. */
  put(staffId: string, input: z.infer<typeof PromotionInput>): PromotionView {
    const { journal, items, book, clock } = this.#deps;
    const item = items.bySku(input.sku);
    if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
    const now = clock.now();
    if (Date.parse(input.until) <= now)
      throw new AgentError('BODY_REFUSED', { fields: [{ path: 'until', message: 'lies in the past' }] });
    const campaignId = `store:${item.sku}`;
    const name = input.name ?? { zh: `${item.name.zh} 店内优惠`, en: `In-store offer: ${item.name.en}` };
    const campaign = Campaign.parse({
      schema: 1,
      id: campaignId,
      version: 1,
      kind: 'discount',
      name: { zh: name.zh.slice(0, 80), en: name.en.slice(0, 80) },
      window: { from: instantOf(now), to: input.until },
      fundedBy: 'store',
      items: { skus: [item.sku] },
      discount: { by: 'percent', percentOffBp: input.percentOffBasisPoints },
    });
    journal.write((tx) => {
      tx.run(
        `INSERT INTO promotion (campaign_id, sku, campaign, percent_off_bp, until) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (sku) DO UPDATE SET campaign_id = excluded.campaign_id, campaign = excluded.campaign, percent_off_bp = excluded.percent_off_bp, until = excluded.until`,
        campaignId,
        item.sku,
        JSON.stringify(campaign),
        input.percentOffBasisPoints,
        input.until,
      );
      tx.append('tillside.promotion.changed.v1', {
        campaignId,
        staffId,
        sku: item.sku,
        percentOffBasisPoints: input.percentOffBasisPoints,
        until: input.until,
        at: instantOf(now),
      });
    });
    book.reload();
    return {
      campaignId,
      origin: 'store',
      name: campaign.name,
      sku: item.sku,
      percentOffBasisPoints: input.percentOffBasisPoints,
      until: input.until,
    };
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
