import { useHub } from './use-hub.ts';

/** Names change seldom; a new store has its id until the next reading. */
const EVERY_MS = 30_000;

/** What people call a store, by its id. */
export function useStoreNames(): (id: string) => string {
  const names = new Map(useHub('stores', {}, EVERY_MS).value?.stores.map((store) => [store.id, store.name]));
  return (id) => names.get(id) ?? id;
}
