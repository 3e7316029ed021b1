import type { MapArea, MapFloor, Place, StoreMap } from '@tillside/agent-contract';
import { bayOf, cellsAt, type Grid, gridOf, middleOf, type Point, pointAt, type Rect } from './grid.ts';

/** Right, down, left, up: what comes next is a turn to the right. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
const WAYS = STEPS.length;
/** Of ways as short as each other the one with fewer turns counts, then the one that keeps clear of shelves: neither ever adds up to a step. */
const COSTS = { step: 1e10, turn: 1e5, near: 1 } as const;

/** The part of a way on one floor, its corners in order. `by`: what leads on to the next floor. */
export interface Leg {
  readonly floorId: string;
  readonly points: readonly Point[];
  readonly metres: number;
  readonly by?: 'stairs' | 'lift';
}

/** The shortest walk between two places of a floor along its grid, with the fewest turns; undefined: there is none. */
export function walk(grid: Grid, from: Rect, to: Rect): Pick<Leg, 'points' | 'metres'> | undefined {
  const goals = new Set(cellsAt(grid, to));
  const starts = cellsAt(grid, from);
  if (goals.size === 0 || starts.length === 0) return undefined;
  const { columns, cell, isFree } = grid;
  const costs = new Map<number, number>();
  const before = new Map<number, number>();
  const heap = new Heap();
  const middle = middleOf(from);
  for (const start of starts) {
    const point = pointAt(cell, start % columns, Math.floor(start / columns));
    // Of cells that are all beside the kiosk, the one before its middle.
    const off = Math.round(Math.hypot(point.x - middle.x, point.y - middle.y) * WAYS);
    for (let way = 0; way < WAYS; way += 1) {
      costs.set(start * WAYS + way, off);
      heap.push(off, start * WAYS + way);
    }
  }
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    const [cost, state] = next;
    if (cost > (costs.get(state) ?? 0)) continue;
    const at = Math.floor(state / WAYS);
    if (goals.has(at)) return pathTo(grid, state, before);
    const [column, row] = [at % columns, Math.floor(at / columns)];
    STEPS.forEach(([dx, dy], way) => {
      if (!isFree(column + dx, row + dy)) return;
      const to = ((row + dy) * columns + column + dx) * WAYS + way;
      const sum =
        cost +
        COSTS.step +
        (way === state % WAYS ? 0 : COSTS.turn) +
        COSTS.near * nearness(grid, column + dx, row + dy);
      if (sum >= (costs.get(to) ?? Number.POSITIVE_INFINITY)) return;
      costs.set(to, sum);
      before.set(to, state);
      heap.push(sum, to);
    });
  }
  return undefined;
}

/** How many of the cells around are taken. */
const nearness = ({ isFree }: Grid, column: number, row: number): number =>
  STEPS.reduce(
    (sum, [dx, dy]) => sum + (isFree(column + dx, row + dy) ? 0 : 2) + (isFree(column + 2 * dx, row + 2 * dy) ? 0 : 1),
    0,
  );

function pathTo(
  { cell, columns }: Grid,
  last: number,
  before: ReadonlyMap<number, number>,
): Pick<Leg, 'points' | 'metres'> {
  const points: Point[] = [];
  let steps = -1;
  for (let state: number | undefined = last; state !== undefined; state = before.get(state)) {
    const at = Math.floor(state / WAYS);
    points.push(pointAt(cell, at % columns, Math.floor(at / columns)));
    steps += 1;
  }
  return { points: cornersOf(points.reverse()), metres: steps * cell };
}

const isBetween = (one: Point, middle: Point, other: Point): boolean =>
  (one.x === middle.x && middle.x === other.x) || (one.y === middle.y && middle.y === other.y);

/** Without the points that a straight line passes. */
function cornersOf(points: readonly Point[]): Point[] {
  return points.filter((point, at) => {
    const [one, other] = [points[at - 1], points[at + 1]];
    return one === undefined || other === undefined || !isBetween(one, point, other);
  });
}

/** From a kiosk to where goods stand, over floors where it must be; undefined: the map shows no way. */
export function wayTo(map: StoreMap, here: { floorId: string; areaId: string }, place: Place): Leg[] | undefined {
  const from = areaOf(map, here);
  const to = areaOf(map, place);
  if (from === undefined || to === undefined) return undefined;
  const goal = bayOf(to.area, place.bay);
  if (from.floor === to.floor) {
    const only = walk(gridOf(from.floor), from.area, goal);
    return only && [{ floorId: from.floor.id, ...only }];
  }
  return overLinks(from, { ...to, goal });
}

interface Standing {
  readonly floor: MapFloor;
  readonly area: MapArea;
}

/** By the stairs or the lift that make the whole way shortest. One change is enough: they join all floors that they serve. */
function overLinks(from: Standing, to: Standing & { goal: Rect }): Leg[] | undefined {
  const [below, above] = [gridOf(from.floor), gridOf(to.floor)];
  const ways = from.floor.areas.flatMap((exit) => {
    const entry = exit.link === undefined ? undefined : to.floor.areas.find(({ link }) => link === exit.link);
    const first = entry && walk(below, from.area, exit);
    const second = entry && walk(above, entry, to.goal);
    if (first === undefined || second === undefined) return [];
    const by = exit.kind === 'lift' ? ('lift' as const) : ('stairs' as const);
    return [
      {
        metres: first.metres + second.metres,
        legs: [
          { floorId: from.floor.id, ...first, by },
          { floorId: to.floor.id, ...second },
        ],
      },
    ];
  });
  return ways.sort((a, b) => a.metres - b.metres)[0]?.legs;
}

export function areaOf(map: StoreMap, { floorId, areaId }: { floorId: string; areaId: string }): Standing | undefined {
  const floor = map.floors.find(({ id }) => id === floorId);
  const area = floor?.areas.find(({ id }) => id === areaId);
  return floor && area && { floor, area };
}

/** The least first, by cost. */
class Heap {
  #items: [number, number][] = [];

  push(cost: number, state: number): void {
    const items = this.#items;
    let at = items.push([cost, state]) - 1;
    for (let up = (at - 1) >> 1; at > 0 && costAt(items, up) > cost; up = (at - 1) >> 1) {
      swap(items, at, up);
      at = up;
    }
  }

  pop(): [number, number] | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = costAt(items, left + 1) < costAt(items, left) ? left + 1 : left;
      if (costAt(items, least) >= costAt(items, at)) return first;
      swap(items, at, least);
      at = least;
    }
  }
}

const costAt = (items: readonly [number, number][], at: number): number => items[at]?.[0] ?? Number.POSITIVE_INFINITY;

function swap(items: [number, number][], one: number, other: number): void {
  const [a, b] = [items[one], items[other]];
  if (a === undefined || b === undefined) return;
  items[one] = b;
  items[other] = a;
}
