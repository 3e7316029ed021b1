import type { RfmSegment } from '@tillside/hub-contract';
import { fifths, type Population } from './population.ts';

/** With fewer members a fifth is a handful of people, and a score says more about chance than about them. */
export const RFM_LEAST_MEMBERS = 50;

export interface RfmCuts {
  /** Of days since the last purchase: up to so many is a score of 2, 3, 4, 5. */
  readonly recencyDays: readonly [number, number, number, number];
  /** From so many on. */
  readonly orders: readonly [number, number, number, number];
  readonly spentFen: readonly [number, number, number, number];
}

export interface RfmScore {
  /** 5 is the newest, most frequent, most spent; 1 the least. */
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
  /** The mean of frequency and monetary, halves rounded up: the other side of the grid. */
  readonly value: number;
}

/** Null for too few. */
export async function rfmCuts(population: Population): Promise<RfmCuts | null> {
  if (population.size < RFM_LEAST_MEMBERS) return null;
  // Recency counts down: the fewer days, the better.
  const newer = await fifths(population.column('recencyDays').map((days) => -days));
  const [two, three, four, five] = newer;
  return {
    recencyDays: [-two, -three, -four, -five],
    orders: await fifths(population.column('orders')),
    spentFen: await fifths(population.column('spentFen')),
  };
}

const above = (value: number, cuts: RfmCuts['orders']): number => 1 + cuts.filter((cut) => value >= cut).length;

export function scoreOf(
  { recencyDays, orders, spentFen }: { recencyDays: number; orders: number; spentFen: number },
  cuts: RfmCuts,
): RfmScore {
  const recency = 1 + cuts.recencyDays.filter((cut) => recencyDays <= cut).length;
  const [frequency, monetary] = [above(orders, cuts.orders), above(spentFen, cuts.spentFen)];
  return { recency, frequency, monetary, value: Math.floor((frequency + monetary + 1) / 2) };
}

/** Rows: recency 5 down to 1; columns: value 1 up to 5. */
const GRID: readonly (readonly RfmSegment[])[] = [
  ['recent', 'recent', 'promising', 'champions', 'champions'],
  ['recent', 'recent', 'promising', 'loyal', 'champions'],
  ['fading', 'fading', 'attention', 'loyal', 'loyal'],
  ['dormant', 'dormant', 'slipping', 'slipping', 'must-keep'],
  ['dormant', 'dormant', 'slipping', 'slipping', 'must-keep'],
];

/** The named segment of a cell; both scores 1 to 5. */
export function segmentOf({ recency, value }: Pick<RfmScore, 'recency' | 'value'>): RfmSegment {
  const segment = GRID[5 - recency]?.[value - 1];
  if (segment === undefined) throw new RangeError(`no cell ${recency}, ${value}`);
  return segment;
}
