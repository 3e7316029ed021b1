import type { DesiredKind } from '@tillside/protocol';
import { type Chance, createChance } from '../../random.ts';
import { DAY_MS, drawPlan, HOUR_MS, MINUTE_MS, SECOND_MS } from '../plan.ts';

/**
 * `freeze`: everything as it once was. `mix`: each file from any time, and artifacts of others. `tamper`: bits that flip, ends that are missing, bytes too many.
 */
export const ATTACKS = ['freeze', 'mix', 'tamper'] as const;
export type Attack = (typeof ATTACKS)[number];

/** What goes wrong between HQ and its stores, when, and for how long. */
export type DownFault = { readonly atMs: number } & (
  | { readonly kind: 'outage' | 'kill'; readonly store: number; readonly forMs: number }
  /** `steps` of the disk after the next check began; `lose`: what was not flushed is gone. */
  | {
      readonly kind: 'power-cut';
      readonly store: number;
      readonly steps: number;
      readonly lose: boolean;
      readonly forMs: number;
    }
  | { readonly kind: 'bad-line'; readonly store: number; readonly drop: number; readonly forMs: number }
  /** Somebody between a store and HQ, who has what was ever served to anybody and no key. */
  | {
      readonly kind: 'attack';
      readonly store: number;
      readonly attack: Attack;
      readonly ageMs: number;
      readonly forMs: number;
    }
  /** HQ is not there; or it is, and signs nothing. */
  | { readonly kind: 'hq-falls' | 'hq-silent'; readonly forMs: number }
  /** HQ's database is put back to an earlier day, by the command that says so. */
  | { readonly kind: 'hq-restored'; readonly ageMs: number }
  /** A disk's image is put back, or the journal alone, which says what is in force. */
  | {
      readonly kind: 'store-restored';
      readonly store: number;
      readonly what: 'disk' | 'journal';
      readonly ageMs: number;
    }
  | { readonly kind: 'store-clock'; readonly store: number; readonly byMs: number; readonly forMs: number }
  | { readonly kind: 'hq-clock'; readonly byMs: number; readonly forMs: number }
);
export type DownFaultKind = DownFault['kind'];

export interface Publishing {
  readonly atMs: number;
  readonly kind: DesiredKind;
  /** Places of the stores that it is for. */
  readonly stores: readonly number[];
  /** What the agents find when they look into it: they refuse it, and keep what they have. */
  readonly isBad: boolean;
}

export interface DownPlan {
  readonly seed: number;
  readonly days: number;
  readonly stores: number;
  readonly pollMs: number;
  readonly backoffCapMs: number;
  readonly publishings: readonly Publishing[];
  readonly faults: readonly DownFault[];
}

/** Of each fault in a store-year, about. */
const YEARLY: Readonly<Record<DownFaultKind, number>> = {
  outage: 8,
  kill: 10,
  'power-cut': 40,
  'bad-line': 8,
  attack: 12,
  'hq-falls': 6,
  'hq-silent': 3,
  'hq-restored': 1.5,
  'store-restored': 3,
  'store-clock': 3,
  'hq-clock': 0.7,
};
/** Of each kind in a year, about. */
const PUBLISHED: Readonly<Record<DesiredKind, number>> = {
  campaigns: 50,
  items: 80,
  model: 8,
  devices: 12,
  members: 20,
  terms: 4,
  content: 25,
};
const YEAR_DAYS = 365;
const MOST_CLOCK_YEARS = 8;
const MOST_STEPS = 80;

/** HQ's side of world `number` of a run: as many days and stores as the other side has. */
export function drawDownPlan(seed: number, number: number): DownPlan {
  const { days, stores, pollMs } = drawPlan(seed, number);
  const chance = createChance((seed ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0);
  const shape = {
    seed: chance.between(0, 2 ** 31),
    days,
    stores,
    pollMs,
    // The agent's own is a minute; a month under attack goes faster by with a longer one.
    backoffCapMs: chance.pick([20, 40]) * MINUTE_MS,
  };
  const publishings: Publishing[] = [];
  for (const kind of Object.keys(PUBLISHED) as DesiredKind[])
    for (let left = ((PUBLISHED[kind] * days) / YEAR_DAYS) * 2 * chance.next(); left > chance.next(); left -= 1)
      publishings.push({
        atMs: Math.floor(chance.next() * days * DAY_MS),
        kind,
        stores: chance.sample(
          Array.from({ length: stores }, (_, place) => place),
          chance.between(1, stores),
        ),
        isBad: chance.happens(0.04),
      });
  const faults: DownFault[] = [];
  for (const kind of Object.keys(YEARLY) as DownFaultKind[]) {
    const share = kind.startsWith('hq') ? 1 : stores;
    for (let left = ((YEARLY[kind] * days) / YEAR_DAYS) * share * 2 * chance.next(); left > chance.next(); left -= 1)
      faults.push(drawFault(chance, kind, shape));
  }
  const inTime = (a: { atMs: number }, b: { atMs: number }): number => a.atMs - b.atMs;
  return { ...shape, publishings: publishings.sort(inTime), faults: faults.sort(inTime) };
}

function drawFault(chance: Chance, kind: DownFaultKind, { days, stores }: { days: number; stores: number }): DownFault {
  const atMs = Math.floor((0.02 + 0.96 * chance.next()) * days * DAY_MS);
  const store = chance.between(0, stores - 1);
  const upTo = (mostMs: number): number => Math.floor(SECOND_MS + chance.next() ** 3 * mostMs);
  const years = (): number => (chance.next() * 2 - 1) * MOST_CLOCK_YEARS * YEAR_DAYS * DAY_MS;
  const jumpMs = Math.floor(chance.happens(0.6) ? years() : (chance.next() * 2 - 1) * 10 * DAY_MS);
  switch (kind) {
    case 'outage':
      return { atMs, kind, store, forMs: upTo(40 * DAY_MS) };
    case 'kill':
      return { atMs, kind, store, forMs: upTo(6 * HOUR_MS) };
    case 'power-cut':
      return {
        atMs,
        kind,
        store,
        steps: chance.between(0, MOST_STEPS),
        lose: chance.happens(0.6),
        forMs: upTo(6 * HOUR_MS),
      };
    case 'bad-line':
      return { atMs, kind, store, drop: chance.next() * 0.8, forMs: upTo(4 * DAY_MS) };
    case 'attack':
      return {
        atMs,
        kind,
        store,
        attack: chance.pick(ATTACKS),
        ageMs: upTo(100 * DAY_MS),
        forMs: upTo(20 * DAY_MS),
      };
    case 'hq-falls':
      return { atMs, kind, forMs: upTo(3 * DAY_MS) };
    case 'hq-silent':
      return { atMs, kind, forMs: upTo(30 * DAY_MS) };
    case 'hq-restored':
      return { atMs, kind, ageMs: upTo(20 * DAY_MS) };
    case 'store-restored':
      return { atMs, kind, store, what: chance.pick(['disk', 'journal']), ageMs: upTo(20 * DAY_MS) };
    case 'store-clock':
      return { atMs, kind, store, byMs: jumpMs, forMs: upTo(20 * DAY_MS) };
    case 'hq-clock':
      return { atMs, kind, byMs: jumpMs, forMs: upTo(5 * DAY_MS) };
  }
}
