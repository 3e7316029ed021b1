import { selectorsOf } from '../compile.ts';
import type { Campaign, ItemSelector } from '../schema/campaign.ts';

interface SelectorPlace {
  readonly items: ItemSelector;
  /** The field that names the items, within the campaign. */
  readonly place: string;
}

/** The field that names the items of a role. */
function placeOf(campaign: Campaign, role: number): string {
  if (campaign.kind === 'member-price') return 'prices';
  if (campaign.kind === 'markdown') return 'lots';
  if (campaign.kind === 'bundle') return `slots[${role}].items`;
  return role === 0 ? 'items' : 'getItems';
}

/** What a campaign says about items, with the field that says it: one for each role that a unit may have, in the roles' order. */
export function selectorPlaces(campaign: Campaign): SelectorPlace[] {
  return selectorsOf(campaign).map((items, role) => ({ items, place: placeOf(campaign, role) }));
}

/** Whether a selector takes back all that it names. Of categories and departments a catalogue has to tell. */
export function excludesAll({ all, skus, categories, departments, excludeSkus }: ItemSelector): boolean {
  if (all || categories || departments || !skus || !excludeSkus) return false;
  const excluded = new Set(excludeSkus);
  return skus.every((sku) => excluded.has(sku));
}
