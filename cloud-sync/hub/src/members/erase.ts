import type { ErasureProof } from '@tillside/hub-contract';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import type { Signer } from '../tuf/keys.ts';
import type { ErasureList } from './erasure-list.ts';
import { signProof } from './erasure-proof.ts';
import { HQ } from './join.ts';

export type ErasedBy = 'member' | 'staff' | 'hq';

export interface ErasurePorts {
  readonly storage: Pick<HubStorage, 'members' | 'partners' | 'registry'>;
  readonly clock: Clock;
  readonly signer: Signer;
  /** Where an erasure is noted for a storage that is put back. */
  readonly list: Pick<ErasureList, 'note'>;
  /** Tells a store to look now; see Wake. */
  readonly wake: (store: string, version: number) => Promise<void>;
}

export interface Erasures {
  /**
   * Erases a person everywhere: at HQ at once (profile, indexes, keys, aliases), in each store by the feed, which all stores are woken to read. Sales, sums and ledger entries stay, of nobody.
   * Idempotent. Throws HUB_MEMBER_UNKNOWN.
   */
  eraseEverywhere(memberId: string, by: ErasedBy, reason: string): Promise<ErasureProof>;
  /** Where the erasure stands by now, signed. Throws HUB_ERASURE_UNKNOWN. */
  proof(memberId: string): Promise<ErasureProof>;
}

/** Nothing newer of the signed repository is there: the store only asks for the feed. */
const NO_VERSION = 0;

export function createErasures({ storage, clock, signer, list, wake }: ErasurePorts): Erasures {
  const { members, partners, registry } = storage;

  const proof = async (memberId: string): Promise<ErasureProof> => {
    const erasure = await members.directory.erasure(memberId);
    if (erasure === null) throw new HubFault('HUB_ERASURE_UNKNOWN', memberId);
    const { at, by, memberIds, stores } = erasure;
    const statement = {
      format: 1 as const,
      what: 'erasure' as const,
      memberId,
      memberIds: [...memberIds],
      erasedAt: at,
      by,
      asOf: instantOf(clock.now()),
      destroyed: await partners.destroyed.of(memberIds),
      // HQ's own key is gone by now.
      stores: stores
        .filter(({ store }) => store !== HQ)
        .map(({ store, confirmedAt }) => ({ store, confirmedAt: confirmedAt ?? ('waiting' as const) })),
    };
    return signProof(statement, signer);
  };

  return {
    eraseEverywhere: async (memberId, by, reason) => {
      const row = await members.directory.find({ memberId });
      if (row !== null) {
        const person = await members.directory.same(memberId);
        const erasure = { at: instantOf(clock.now()), by, reason };
        await list.note({ memberIds: person, ...erasure });
        await members.directory.erase(memberId, erasure);
        await partners.claims.forget(person);
        for (const { id } of await registry.stores()) await wake(id, NO_VERSION);
      } else if ((await members.directory.erasure(memberId)) === null)
        throw new HubFault('HUB_MEMBER_UNKNOWN', memberId);
      return proof(memberId);
    },
    proof,
  };
}
