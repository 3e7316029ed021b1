import { decodeTaste, skuKey } from '@tillside/features';
import type { MyExport } from '@tillside/hub-contract';
import { instantOf } from '../clock.ts';
import { catalogueLines, largestCatalogue } from '../items/newest-catalogue.ts';
import type { HubStorage } from '../storage/port.ts';

type Habits = NonNullable<MyExport['habits']>;

/**
 * What the newest training worked out about a member, in words that the member can read. Products are named by what the member bought (`skus`) and by HQ's newest catalogue; one
 * that neither has is `#` and its key. Null where HQ keeps nothing of the kind.
 */
export async function habitsOf(
  storage: Pick<HubStorage, 'members' | 'desired' | 'artifacts'>,
  memberId: string,
  skus: Iterable<string>,
): Promise<Habits | null> {
  const bytes = (await storage.members.tastes.of([memberId])).get(memberId);
  if (bytes === undefined) return null;
  const wanted = new Map<number, string>();
  decodeTaste(bytes, (key) => {
    wanted.set(key, `#${key}`);
    return `#${key}`;
  });
  const name = (sku: string): void => {
    const key = skuKey(sku);
    if (wanted.get(key)?.startsWith('#')) wanted.set(key, sku);
  };
  for (const sku of skus) name(sku);
  for await (const { sku } of catalogueLines(storage, await largestCatalogue(storage))) name(sku);
  const taste = decodeTaste(bytes, (key) => wanted.get(key));
  if (taste === undefined) return null;
  return {
    until: instantOf(taste.untilMs),
    baskets: taste.history?.basketCount ?? 0,
    bought: (taste.history?.items ?? []).map(({ sku, baskets, firstAtMs, lastAtMs }) => ({
      sku,
      baskets,
      firstAt: instantOf(firstAtMs),
      lastAt: instantOf(lastAtMs),
    })),
    mayLike: [...taste.scores]
      .sort((one, other) => other.neighbours + other.factors - one.neighbours - one.factors)
      .map(({ sku, neighbours, factors }) => ({ sku, likeOthers: neighbours, likeOwn: factors })),
  };
}
