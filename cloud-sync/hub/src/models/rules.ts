import type { RuleItem, RulesAnswer } from '@tillside/hub-contract';
import { z } from 'zod';
import type { DeliveryPorts } from '../campaigns.ts';
import { catalogueLines, largestCatalogue } from '../items/newest-catalogue.ts';
import type { HubStorage } from '../storage/port.ts';
import { RulesFile } from './outputs.ts';

/** Trainings that are looked through for the newest that left rules. */
const LOOKED_AT = 10;
const NONE: RulesAnswer = { model: null, madeAt: null, baskets: 0, rules: [], items: [] };
const Named = z.object({ sku: z.string(), nameZh: z.string(), nameEn: z.string() });
type Name = NonNullable<RuleItem['name']>;

/** The newest association rules, with the names that HQ's catalogue gives their items. */
export function createRules({ storage, artifacts }: DeliveryPorts): () => Promise<RulesAnswer> {
  let last: { key: string; answer: RulesAnswer } | undefined;
  return async () => {
    for (const { id, createdAt } of await storage.desired.models(LOOKED_AT)) {
      const rules = (await storage.desired.modelNotes(id))?.rules ?? null;
      if (rules === null) continue;
      const catalogue = await largestCatalogue(storage);
      const key = `${id} ${rules} ${catalogue}`;
      if (last?.key === key) return last.answer;
      const content = await artifacts.content(rules);
      if (content === null) continue;
      const file = RulesFile.parse(JSON.parse(content.toString('utf8')));
      const names = await namesOf(storage, catalogue, new Set(file.items.map(({ sku }) => sku)));
      const items = file.items.map((item) => ({ ...item, name: names.get(item.sku) ?? null }));
      last = { key, answer: { model: id, madeAt: createdAt, baskets: file.baskets, rules: file.rules, items } };
      return last.answer;
    }
    return NONE;
  };
}

async function namesOf(
  storage: HubStorage,
  sha256: string | null,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Name>> {
  const names = new Map<string, Name>();
  for await (const { sku, line } of catalogueLines(storage, sha256)) {
    if (!wanted.has(sku)) continue;
    const { data } = Named.safeParse(JSON.parse(line));
    if (data !== undefined) names.set(data.sku, { zh: data.nameZh, en: data.nameEn });
  }
  return names;
}
