/** One campaign of every kind on the demo's own range, for the pictures: the demo's edition holds most kinds, these are the others. */
import type { Campaign, CampaignSet } from '@tillside/decide';
import type { DemoData } from '../src/data/index.ts';
import { demoCampaigns } from '../src/store/campaigns.ts';

const DAY_MS = 86_400_000;

/** The demo's edition, its first campaign of each kind, with a markdown and a multi-buy price. */
export function everyKind(data: DemoData, nowMs: number): CampaignSet {
  const edition = demoCampaigns(data, nowMs);
  const first = new Map<Campaign['kind'], Campaign>();
  for (const campaign of edition.campaigns) if (!first.has(campaign.kind)) first.set(campaign.kind, campaign);
  const window = { from: new Date(nowMs - DAY_MS).toISOString(), to: new Date(nowMs + 7 * DAY_MS).toISOString() };
  const base = { schema: 1 as const, version: 1, window, fundedBy: 'store' as const };
  const bread = data.items.filter((item) => item.category === 'bread-buns' && item.soldBy === 'each').slice(0, 3);
  const others: Campaign[] = [
    {
      ...base,
      id: 'bread-tonight',
      kind: 'markdown',
      name: { zh: '今晚面包', en: 'Bread tonight' },
      lots: bread.map((item) => ({ sku: item.sku, lotId: 'L1' })),
      discount: { by: 'percent', percentOffBp: 4000 },
    },
    {
      ...base,
      id: 'water-by-six',
      kind: 'bulk-price',
      name: { zh: '饮用水多买多省', en: 'Water by the six' },
      items: { categories: ['water'] },
      count: 'any',
      tiers: [
        { minUnits: 3, discount: { by: 'percent', percentOffBp: 1000 } },
        { minUnits: 6, discount: { by: 'percent', percentOffBp: 2000 } },
      ],
    },
  ];
  return { ...edition, setId: 'every-kind', campaigns: [...first.values(), ...others] };
}

/** The same with what authors get wrong: goods that are excluded again, a share that is always at its cap, and a smaller twin. */
export function withFindings(set: CampaignSet): CampaignSet {
  const [produce] = set.campaigns;
  if (produce?.kind !== 'discount') throw new Error('the edition begins with a discount');
  const { schema, version, window, fundedBy } = produce;
  const base = { schema, version, window, fundedBy };
  const wrong: Campaign[] = [
    {
      ...base,
      id: 'egg-day',
      kind: 'discount',
      name: { zh: '鸡蛋日', en: 'Egg day' },
      items: { skus: ['981760'], excludeSkus: ['981760'] },
      discount: { by: 'amount', amountOffFen: 100 },
    },
    {
      ...produce,
      id: 'fresh-10',
      name: { zh: '鲜果蔬九折', en: 'Produce at 10% off' },
      discount: { by: 'percent', percentOffBp: 1000 },
    },
    {
      ...base,
      id: 'dairy-tiers',
      kind: 'spend-save',
      name: { zh: '乳品满减', en: 'Dairy spend and save' },
      items: { departments: ['dairy'] },
      tiers: [{ spendFen: 6000, percentOffBp: 2000, maxSaveFen: 500 }],
      repeat: 'once',
      base: 'after-item-discounts',
    },
  ];
  return { ...set, setId: 'with-findings', campaigns: [...set.campaigns, ...wrong] };
}
