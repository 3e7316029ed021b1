import type { RuleItem, RulesAnswer } from '@tillside/hub-contract';
import { z } from 'zod';
import type { DeliveryPorts } from '../campaigns.ts';
import type { HubStorage } from '../storage/port.ts';
import { RulesFile } from './outputs.ts';

/** Trainings that are looked through for the newest that left rules. */
const LOOKED_AT = 10;
const NONE: RulesAnswer = { model: null, madeAt: null, baskets: 0, rules: [], items: [] };
const Named = z.object({ sku: z.string(), nameZh: z.string(), nameEn: z.string() });
/** A catalogue's lines begin with it. */
const LINE_SKU = /^\{"sku":("[^"]+")/;
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

/** Catalogues differ by store in prices; the largest has the most names. */
async function largestCatalogue({ desired }: HubStorage): Promise<string | null> {
  const held = (await desired.current()).filter(({ kind }) => kind === 'items');
  return held.sort((a, b) => b.lengthBytes - a.lengthBytes)[0]?.sha256 ?? null;
}

/** Reads a catalogue piece by piece: it may be far larger than what is asked of it. */
async function namesOf(
  { artifacts }: HubStorage,
  sha256: string | null,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Name>> {
  const names = new Map<string, Name>();
  const length = sha256 === null ? null : await artifacts.length(sha256);
  if (sha256 === null || length === null || length === 0) return names;
  const take = (line: string): void => {
    const sku = LINE_SKU.exec(line)?.[1];
    if (sku === undefined || !wanted.has(JSON.parse(sku) as string)) return;
    const { data } = Named.safeParse(JSON.parse(line));
    if (data !== undefined) names.set(data.sku, { zh: data.nameZh, en: data.nameEn });
  };
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of artifacts.read(sha256, { from: 0, to: length - 1 })) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  take(rest);
  return names;
}
