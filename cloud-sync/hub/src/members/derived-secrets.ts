import { createHmac } from 'node:crypto';
import type { HubStorage } from '../storage/port.ts';

/**
 * The storage with secrets of digits that follow from what it holds and a key that it does not hold: whoever has the database alone, or a copy of it, can make nobody's digits. `key` is in the
 * hub's keys folder.
 */
export function withDerivedSecrets(storage: HubStorage, key: Buffer): HubStorage {
  const { secrets } = storage.members;
  const derived = (held: string): string => createHmac('sha256', key).update(held).digest('base64url');
  return {
    ...storage,
    members: {
      ...storage.members,
      secrets: {
        ...secrets,
        get: async (memberId) => {
          const held = await secrets.get(memberId);
          return held === null ? null : derived(held);
        },
      },
    },
  };
}
