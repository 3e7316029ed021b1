import {
  LIFECYCLE_STATES,
  type LifecycleState,
  RFM_SEGMENTS,
  type SegmentRun,
  type StoreLifecycle,
} from '@tillside/hub-contract';
import type { MemberActivity } from './activity.ts';
import { segmentOf } from './rfm.ts';
import type { MemberSegments, Yardstick } from './segment.ts';
import { wordsOf } from './words.ts';

/** Stores that a run lists. */
export const STORES_LISTED = 500;

interface Share {
  members: number;
  orders: number;
  spentFen: number;
}
const none = (): Share => ({ members: 0, orders: 0, spentFen: 0 });
const FIVE = [5, 4, 3, 2, 1] as const;

type Distribution = Pick<
  SegmentRun,
  'members' | 'orders' | 'spentFen' | 'withoutPurchase' | 'lifecycle' | 'rfm' | 'clusters' | 'stores' | 'moreStores'
>;

/** Counts members into a distribution; holds a number of sums that does not grow with the members. */
export class Tally {
  readonly #yardstick: Yardstick;
  readonly #all = none();
  #withoutPurchase = 0;
  readonly #sums = new Map<string, Share>();
  readonly #stores = new Map<string, { members: number; states: Record<LifecycleState, number> }>();

  constructor(yardstick: Yardstick) {
    this.#yardstick = yardstick;
  }

  addWithoutPurchase(): void {
    this.#withoutPurchase += 1;
  }

  add(activity: MemberActivity, { lifecycle, rfm, group }: MemberSegments, home: string): void {
    const keys = [`life ${lifecycle}`];
    if (rfm !== null) keys.push(`rfm ${rfm.segment}`, `cell ${rfm.recency} ${rfm.value}`);
    if (group !== null) keys.push(group.id);
    for (const share of [this.#all, ...keys.map((key) => this.#share(key))]) {
      share.members += 1;
      share.orders += activity.orders;
      share.spentFen += activity.spentFen;
    }
    const store = this.#stores.get(home) ?? { members: 0, states: noStates() };
    store.members += 1;
    store.states[lifecycle] += 1;
    this.#stores.set(home, store);
  }

  result(): Distribution {
    const { cuts, clusters } = this.#yardstick;
    const held = (key: string): Share => this.#sums.get(key) ?? none();
    const stores = [...this.#stores]
      .map(([store, counts]): StoreLifecycle => ({ store, ...counts }))
      .sort((a, b) => b.members - a.members || (a.store < b.store ? -1 : 1));
    const grid = FIVE.flatMap((recency) =>
      FIVE.map((value) => ({
        recency,
        value,
        segment: segmentOf({ recency, value }),
        ...held(`cell ${recency} ${value}`),
      })),
    );
    return {
      ...this.#all,
      withoutPurchase: this.#withoutPurchase,
      lifecycle: LIFECYCLE_STATES.map((state) => ({ state, ...held(`life ${state}`) })),
      rfm:
        cuts === null
          ? null
          : {
              cuts: { recencyDays: [...cuts.recencyDays], orders: [...cuts.orders], spentFen: [...cuts.spentFen] },
              grid,
              segments: RFM_SEGMENTS.map((segment) => ({ segment, ...held(`rfm ${segment}`) })),
            },
      clusters:
        clusters === null
          ? null
          : {
              tried: [...clusters.tried],
              k: clusters.k,
              sample: clusters.sample,
              groups: clusters.groups.map(({ id, centre }, index) => ({
                id,
                centre,
                words: wordsOf(clusters.centres[index] ?? [0, 0, 0]),
                ...held(id),
              })),
            },
      stores: stores.slice(0, STORES_LISTED),
      moreStores: Math.max(0, stores.length - STORES_LISTED),
    };
  }

  #share(key: string): Share {
    const share = this.#sums.get(key) ?? none();
    this.#sums.set(key, share);
    return share;
  }
}

const noStates = (): Record<LifecycleState, number> => ({ new: 0, active: 0, 'won-back': 0, 'at-risk': 0, lost: 0 });
