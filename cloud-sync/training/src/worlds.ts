import {
  type Basket,
  buildStatsFromBaskets,
  type CatalogueContent,
  indexStats,
  type StatsIndex,
} from '@tillside/features';
import { Stores } from './stores.ts';

/** What a member is for: to learn from, to measure by, or only as somebody's neighbour. */
export type Role = 'learn' | 'measure' | 'history';

/** A basket to be told from what was before it. */
export interface Target {
  /** Index of the member in the world's `members`; undefined for an anonymous basket. */
  readonly member: number | undefined;
  readonly basket: Basket;
  readonly role: Role;
}

/** Everything as it was known before the targets, which are in nothing here but in `targets`. */
export interface World {
  readonly memberIds: readonly string[];
  /** Of each member, oldest first. */
  readonly histories: readonly (readonly Basket[])[];
  readonly index: StatsIndex;
  readonly stores: Stores;
  readonly targets: readonly Target[];
}

/** Baskets of each member in order of time, members in order of their first basket. */
export function sequencesOf(baskets: readonly Basket[]): Map<string, Basket[]> {
  const sequences = new Map<string, Basket[]>();
  for (const basket of baskets) {
    if (basket.memberId === null) continue;
    const own = sequences.get(basket.memberId);
    if (own === undefined) sequences.set(basket.memberId, [basket]);
    else own.push(basket);
  }
  return sequences;
}

export interface WorldOptions {
  /** Baskets taken away from each member's end; the oldest of them is the target. 0: nothing is, for what is shipped. */
  readonly back: number;
  readonly roleOf: (memberId: string) => Role;
  /** Anonymous baskets that are targets. */
  readonly anonymous: ReadonlySet<Basket>;
  /** Absent where nothing is known of items but their sales. */
  readonly catalogue?: CatalogueContent | undefined;
}

/** @param baskets ordered by time */
export function worldOf(baskets: readonly Basket[], { back, roleOf, anonymous, catalogue }: WorldOptions): World {
  const hidden = new Set<Basket>(anonymous);
  const memberIds: string[] = [];
  const histories: Basket[][] = [];
  const targets: Target[] = [];
  for (const [memberId, sequence] of sequencesOf(baskets)) {
    const until = Math.max(0, sequence.length - back);
    for (const basket of sequence.slice(until)) hidden.add(basket);
    const target = sequence[until];
    if (until > 0 && target !== undefined) {
      targets.push({ member: memberIds.length, basket: target, role: roleOf(memberId) });
    }
    memberIds.push(memberId);
    histories.push(sequence.slice(0, until));
  }
  for (const basket of anonymous) targets.push({ member: undefined, basket, role: 'learn' });
  const known = hidden.size === 0 ? baskets : baskets.filter((basket) => !hidden.has(basket));
  const index = indexStats(buildStatsFromBaskets(known, catalogue));
  return { memberIds, histories, index, stores: new Stores(known, index), targets };
}
