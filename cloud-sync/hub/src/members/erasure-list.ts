import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubStorage } from '../storage/port.ts';
import type { ErasedBy } from './erase.ts';

/** Below the folder of signing keys, which hubs on one storage share and which no backup of the storage holds. */
const FOLDER = 'erased';

export interface ListedErasure {
  readonly memberIds: readonly string[];
  readonly at: string;
  readonly by: ErasedBy;
  readonly reason: string;
}

/** Erasures that HQ made itself; those that a store made it hears again from the store. One file a person, since several hubs write. */
export interface ErasureList {
  /** Durable before the person is erased. Idempotent. */
  note(erasure: ListedErasure): Promise<void>;
  all(): AsyncIterable<ListedErasure>;
}

export function erasureList(keysDir: string): ErasureList {
  const folder = join(keysDir, FOLDER);
  return {
    note: async (erasure) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${erasure.memberIds[0] ?? ''}.json`);
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(erasure));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
    all: async function* () {
      const names = await readdir(folder).catch((): string[] => []);
      for (const name of names.filter((each) => each.endsWith('.json')))
        yield JSON.parse(await readFile(join(folder, name), 'utf8')) as ListedErasure;
    },
  };
}

/**
 * After a storage was put back to an earlier time: whom it has and HQ had erased is erased again. Who is not there now may come by what a store sends again: to be called once more when
 * the stores have caught up. Idempotent; returns how many ids.
 */
export async function eraseListed(
  list: ErasureList,
  { members, partners }: Pick<HubStorage, 'members' | 'partners'>,
): Promise<number> {
  let count = 0;
  for await (const { memberIds, ...erasure } of list.all())
    for (const memberId of memberIds) {
      if ((await members.directory.find({ memberId })) === null) continue;
      const done = await members.directory.erase(memberId, erasure);
      await partners.claims.forget([...(done?.memberIds ?? [])]);
      count += 1;
    }
  return count;
}
