import { checkCampaignSet, parseCampaignSet } from '@tillside/decide';
import { expect, it } from 'vitest';
import { loadDemoData } from '../data/index.ts';
import { demoCampaigns } from './campaigns.ts';

it('the demo pushes a set that HQ accepts, with kinds old and new, each on goods of the store', () => {
  const data = loadDemoData();
  const parsed = parseCampaignSet(demoCampaigns(data, Date.parse('2026-11-22T10:00:00Z')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const catalogue = data.items.map((item) => ({
    sku: item.sku,
    department: item.department,
    category: item.category,
    name: { zh: item.nameZh, en: item.nameEn },
    unitPriceFen: item.priceFen,
  }));
  const errors = checkCampaignSet(parsed.value, catalogue).filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([]);
  const kinds = new Set(parsed.value.campaigns.map(({ kind }) => kind));
  for (const kind of ['nth-item', 'bundle', 'gift', 'points', 'points-pay']) expect(kinds).toContain(kind);
});
