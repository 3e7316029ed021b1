import { type Chance, createChance } from '../random.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How likely a request or its answer meets each of these. */
export interface Weather {
  readonly drop: number;
  readonly duplicate: number;
  /** Arrives long after its sender gave up, and after later ones. */
  readonly late: number;
  readonly answerLost: number;
}

/** What goes wrong, when, and for how long. A store or hub is named by its place. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'outage' | 'kill' | 'disk-hangs'; readonly store: number; readonly forMs: number }
  /** `afterMs` from the next commit, while the disk may not sync. */
  | { readonly kind: 'power-cut'; readonly store: number; readonly afterMs: number; readonly forMs: number }
  | { readonly kind: 'storm'; readonly weather: Weather; readonly forMs: number }
  | { readonly kind: 'hub-busy'; readonly hub: number; readonly forMs: number }
  /** `afterMs` from the next request. */
  | { readonly kind: 'hub-falls'; readonly hub: number; readonly afterMs: number; readonly forMs: number }
  | { readonly kind: 'hub-restored'; readonly ageMs: number }
  | {
      readonly kind: 'store-restored';
      readonly store: number;
      readonly ageMs: number;
      readonly announced: boolean;
      readonly forMs: number;
    }
  | { readonly kind: 'shed'; readonly store: number; readonly most: number }
  | { readonly kind: 'store-clock'; readonly store: number; readonly byMs: number }
  | { readonly kind: 'hub-clock'; readonly byMs: number }
);
export type FaultKind = Fault['kind'];

/** Everything that happens in one world, drawn before it begins; faults can be left out one by one. */
export interface Plan {
  readonly seed: number;
  readonly days: number;
  readonly stores: number;
  readonly hubs: number;
  readonly deedsADay: number;
  readonly mostEvents: number;
  readonly pollMs: number;
  readonly backoffCapMs: number;
  readonly weather: Weather;
  readonly faults: readonly Fault[];
}

/** Of each fault in a store-year, about; and how many days before the end the last one is over. */
const YEARLY: Readonly<Record<FaultKind, number>> = {
  outage: 6,
  kill: 12,
  'power-cut': 10,
  'disk-hangs': 4,
  storm: 12,
  'hub-falls': 12,
  'hub-busy': 6,
  'hub-restored': 2,
  'store-restored': 2,
  shed: 5,
  'store-clock': 1.5,
  'hub-clock': 0.5,
};
const CALM: Weather = { drop: 0.002, duplicate: 0.002, late: 0.002, answerLost: 0.002 };
const YEAR_DAYS = 365;
const MOST_CLOCK_YEARS = 8;
const LONGEST_OUTAGE_DAYS = 30;

/** World number `number` of a run. */
export function drawPlan(seed: number, number: number): Plan {
  const chance = createChance((seed ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0);
  const shape = {
    seed: chance.between(0, 2 ** 31),
    days: chance.pick([20, 60, 90, 180]),
    stores: chance.between(1, 3),
    hubs: chance.between(1, 3),
    deedsADay: chance.pick([3, 6, 12]),
    mostEvents: chance.pick([3, 10, 40, 100]),
    pollMs: chance.pick([1, 6, 12]) * HOUR_MS,
    // The agent's own is a minute; a month of waiting goes faster by with a longer one.
    backoffCapMs: (chance.happens(0.02) ? 1 : chance.pick([10, 15, 30])) * MINUTE_MS,
    weather: chance.happens(0.5) ? CALM : drawWeather(chance, 0.05),
  };
  const faults: Fault[] = [];
  for (const kind of Object.keys(YEARLY) as FaultKind[]) {
    const perWorld = (YEARLY[kind] * shape.days) / YEAR_DAYS;
    const share = kind.startsWith('hub') || kind === 'storm' ? 1 : shape.stores;
    for (let left = perWorld * share * 2 * chance.next(); left > chance.next(); left -= 1)
      faults.push(drawFault(chance, kind, shape));
  }
  return { ...shape, faults: faults.sort((a, b) => a.atMs - b.atMs) };
}

function drawWeather(chance: Chance, most: number): Weather {
  const some = (): number => (chance.happens(0.6) ? chance.next() * most : 0);
  return { drop: some(), duplicate: some(), late: some(), answerLost: some() };
}

function drawFault(chance: Chance, kind: FaultKind, { days, stores, hubs }: Omit<Plan, 'faults'>): Fault {
  const atMs = Math.floor((0.02 + 0.96 * chance.next()) * days * DAY_MS);
  const store = chance.between(0, stores - 1);
  const hub = chance.between(0, hubs - 1);
  const upTo = (mostMs: number): number => Math.floor(SECOND_MS + chance.next() ** 3 * mostMs);
  const years = (): number => (chance.next() * 2 - 1) * MOST_CLOCK_YEARS * YEAR_DAYS * DAY_MS;
  const jumpMs = Math.floor(chance.happens(0.5) ? years() : (chance.next() * 2 - 1) * DAY_MS);
  switch (kind) {
    case 'outage':
      return { atMs, kind, store, forMs: upTo(LONGEST_OUTAGE_DAYS * DAY_MS) };
    case 'kill':
      return { atMs, kind, store, forMs: upTo(6 * HOUR_MS) };
    case 'power-cut':
      return { atMs, kind, store, afterMs: Math.floor(chance.next() ** 6 * HOUR_MS), forMs: upTo(6 * HOUR_MS) };
    case 'disk-hangs':
      return { atMs, kind, store, forMs: upTo(2 * HOUR_MS) };
    case 'storm':
      return { atMs, kind, weather: drawWeather(chance, 0.6), forMs: upTo(4 * DAY_MS) };
    case 'hub-falls':
      return { atMs, kind, hub, afterMs: chance.between(0, 30), forMs: upTo(2 * DAY_MS) };
    case 'hub-busy':
      return { atMs, kind, hub, forMs: upTo(6 * HOUR_MS) };
    case 'hub-restored':
      return { atMs, kind, ageMs: upTo(20 * DAY_MS) };
    case 'store-restored':
      return {
        atMs,
        kind,
        store,
        ageMs: upTo(20 * DAY_MS),
        announced: chance.happens(0.3),
        forMs: chance.happens(0.3) ? 0 : upTo(20 * DAY_MS),
      };
    case 'shed':
      return { atMs, kind, store, most: chance.between(1, 40) };
    case 'store-clock':
      return { atMs, kind, store, byMs: jumpMs };
    case 'hub-clock':
      return { atMs, kind, byMs: jumpMs };
  }
}
