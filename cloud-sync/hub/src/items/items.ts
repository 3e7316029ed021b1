import { randomUUID } from 'node:crypto';
import type { Issue, PushedItems } from '@tillside/hub-contract';
import type { DeliveryPorts } from '../campaigns.ts';
import { resolveStores } from '../campaigns.ts';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { DesiredRecord } from '../storage/port.ts';
import { storeStates } from '../store-state.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { itemDeltas } from './deltas.ts';

/** A push that takes more than this share of a store's items off sale needs `force`, in basis points. */
const MAX_GONE_BP = 3_000;
const SKU = /^\{"sku":("[^"]+")/;

export interface ItemsDesk {
  /**
   * Checks, signs and publishes a catalogue with its prices, each store's with its next version; a store that has the same already is left alone. Throws
   * HUB_ITEMS_INVALID, HUB_ITEMS_TOO_SMALL, HUB_NO_STORES, HUB_STORE_UNKNOWN.
   */
  push(request: { stores: readonly string[]; text: string; force: boolean }): Promise<PushedItems>;
}

export function createItems({ storage, publisher, artifacts, wake }: DeliveryPorts): ItemsDesk {
  const currentOf = async (): Promise<Map<string, DesiredRecord>> => {
    const all = (await storage.desired.current()).filter(({ kind }) => kind === 'items');
    return new Map(all.map((record) => [record.store, record]));
  };
  const checkShrinking = async (held: DesiredRecord, content: Uint8Array): Promise<void> => {
    const older = (await artifacts.content(held.sha256)) ?? Buffer.alloc(0);
    const [before, after] = [skusOf(older), skusOf(content)];
    const gone = [...before].filter((sku) => !after.has(sku)).length;
    if (gone * 10_000 > before.size * MAX_GONE_BP)
      throw new HubFault('HUB_ITEMS_TOO_SMALL', `(${held.store}: ${gone} / ${before.size})`);
  };
  return {
    push: async ({ stores, text, force }) => {
      const catalogue = await readCatalogue(text);
      const targets = await resolveStores(storage, stores);
      await checkStores(catalogue, await resolveStores(storage, ['*']));
      const current = await currentOf();
      const changed: string[] = [];
      for (const store of targets) {
        const [content, held] = [catalogue.contentOf(store), current.get(store)];
        if (held?.sha256 === sha256Of(content)) continue;
        if (held !== undefined && !force) await checkShrinking(held, content);
        changed.push(store);
      }
      const deltas = itemDeltas(storage, artifacts);
      const origin = `items-${randomUUID()}`;
      const published =
        changed.length === 0
          ? []
          : await publisher.publish({
              kind: 'items',
              stores: changed,
              origin,
              artifact: async (store) => {
                const content = catalogue.contentOf(store);
                return { ...(await artifacts.add('items', content)), deltas: await deltas.to(store, content) };
              },
            });
      await Promise.all(published.map(({ store, version }) => wake(store, version)));
      const now = await currentOf();
      const records = targets.flatMap((store) => now.get(store) ?? []);
      const states = storeStates(records, [...now.values()], await storage.desired.applied());
      const pushed = await Promise.all(
        states.map(async (state, index) => ({
          ...state,
          lengthBytes: records[index]?.lengthBytes ?? 0,
          unchanged: !changed.includes(state.store),
          deltas: ((await publisher.target(state.store, 'items'))?.custom.deltas ??
            []) as PushedItems['stores'][number]['deltas'],
        })),
      );
      return { id: origin, items: catalogue.items, stores: pushed };
    },
  };
}

/** Prices for a store that nobody knows are a mistake in writing. */
async function checkStores(catalogue: Catalogue, known: readonly string[]): Promise<void> {
  const issues = catalogue.stores
    .filter((store) => !known.includes(store))
    .map((store): Issue => ({ path: 'store', code: 'ROW_REFERENCE', message: `no store ${store}` }));
  if (issues.length > 0) throw new HubFault('HUB_ITEMS_INVALID', `(${issues.length})`, issues.slice(0, 100));
}

function skusOf(content: Uint8Array): Set<string> {
  const lines = Buffer.from(content).toString('utf8').split('\n');
  return new Set(lines.flatMap((line) => SKU.exec(line)?.[1] ?? []));
}
