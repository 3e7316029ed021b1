import type { Campaign, CampaignPolicy, ItemSelector } from '../../schema/campaign.ts';
import { campaign, setUnder } from '../../testing/fixtures-data.ts';
import type { CatalogueItem } from '../catalogue.ts';
import type { FindingCode, FindingData } from '../finding.ts';
import { catalogue } from './sound.ts';

/** A set that a code complains about, and one so near to it that nothing may be said. */
export interface Case {
  readonly bad: readonly Campaign[];
  readonly sound: readonly Campaign[];
  readonly policy?: Partial<CampaignPolicy>;
  /** Policy of the sound set, where that is the difference. */
  readonly soundPolicy?: Partial<CampaignPolicy>;
  readonly catalogue?: readonly CatalogueItem[];
  /** What the finding names, first the one to change. */
  readonly ids: readonly string[];
  readonly path: string;
  readonly data?: FindingData;
  /** Codes that come with it. */
  readonly beside?: readonly FindingCode[];
}

type Fields = Partial<Omit<Campaign, 'kind'>> & { items?: ItemSelector };

/** A share off. */
export function percent(id: string, percentOffBp: number, more: Fields): Campaign {
  return campaign({
    kind: 'discount',
    id,
    items: { skus: ['tea'] },
    discount: { by: 'percent', percentOffBp },
    ...more,
  });
}

/** A price of its own. */
export function fixed(id: string, fixedPriceFen: number, more: Fields): Campaign {
  return campaign({
    kind: 'discount',
    id,
    items: { skus: ['tea'] },
    discount: { by: 'fixed-price', fixedPriceFen },
    ...more,
  });
}

/** An amount off from an amount on, once, on list prices. */
export function spendSave(id: string, spendFen: number, saveFen: number, more: Fields): Campaign {
  return campaign({
    kind: 'spend-save',
    id,
    items: { all: true },
    tiers: [{ spendFen, saveFen }],
    repeat: 'once',
    base: 'list',
    ...more,
  });
}

export { campaign, catalogue, setUnder };
