import type { Population } from './population.ts';

interface Numbers {
  readonly recencyDays: number;
  readonly orders: number;
  readonly spentFen: number;
}
/** Logarithms of days since the last purchase, orders, and yuan an order: a step from 1 to 2 orders weighs as much as one from 10 to 20. */
export type Point = readonly [number, number, number];

/** Who got more back than they paid counts as who paid nothing. */
const basketFenOf = ({ orders, spentFen }: Numbers): number => Math.max(0, spentFen) / orders;

export const pointOf = (numbers: Numbers): Point => [
  Math.log1p(numbers.recencyDays),
  Math.log(numbers.orders),
  Math.log1p(basketFenOf(numbers) / 100),
];

/** Back from logarithms. */
export const numbersOf = ([recency, orders, basket]: Point): {
  recencyDays: number;
  orders: number;
  basketFen: number;
} => ({ recencyDays: Math.expm1(recency), orders: Math.exp(orders), basketFen: Math.expm1(basket) * 100 });

/** Makes each feature of mean 0 and spread 1 over the sample that it came from. */
export interface Scale {
  readonly mean: Point;
  readonly spread: Point;
}

const each = (make: (axis: 0 | 1 | 2) => number): Point => [make(0), make(1), make(2)];

export function scaleOf(points: readonly Point[]): Scale {
  const mean = each((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const spread = each((axis) => {
    const variance = points.reduce((sum, point) => sum + (point[axis] - mean[axis]) ** 2, 0) / points.length;
    // A feature in which all are alike tells nobody apart.
    return Math.sqrt(variance) || 1;
  });
  return { mean, spread };
}

export const standardised = (point: Point, { mean, spread }: Scale): Point =>
  each((axis) => (point[axis] - mean[axis]) / spread[axis]);
export const unstandardised = (point: Point, { mean, spread }: Scale): Point =>
  each((axis) => point[axis] * spread[axis] + mean[axis]);

export const squaredDistance = (a: Point, b: Point): number =>
  (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

/** At most `size` members, evenly over the order of reading: the same members give the same sample. */
export function sampleOf(population: Population, size: number): Point[] {
  const step = Math.max(1, population.size / size);
  const points: Point[] = [];
  for (let at = 0; Math.floor(at) < population.size && points.length < size; at += step) {
    points.push(pointOf(population.at(Math.floor(at))));
  }
  return points;
}
